//! One organization asks for far more than its share.

use crate::support::{Actor, TestApp};
use std::num::NonZeroU32;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Requests a second that an organization has here.
const SHARE: u32 = 20;
/// Requests of each person in the storm.
const STORM: usize = 80;

/// Asks `times` at an even pace; for each answer its status, its advice when to come back, and how long it took.
async fn ask(who: Actor, pause: Duration, times: usize) -> Vec<(u16, Option<u32>, Duration)> {
    let mut answers = Vec::new();
    let mut next = Instant::now();
    for _ in 0..times {
        tokio::time::sleep_until(next).await;
        next += pause;
        let begun = Instant::now();
        let answer = who.get("/api/users/profile").await;
        let wait = answer.headers.get("retry-after").map(|value| value.to_str().unwrap().parse().unwrap());
        answers.push((answer.status.as_u16(), wait, begun.elapsed()));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x27_an_organization_at_ten_times_its_rate_is_told_to_wait_and_others_are_served() {
    let app = TestApp::start_with(|config| {
        config.limits.organization_per_second = NonZeroU32::new(SHARE).unwrap();
        config.limits.user_per_second = NonZeroU32::new(1000).unwrap();
    })
    .await;
    let (loud, calm) = (app.customer("Loud").await, app.customer("Calm").await);
    let begun = Instant::now();
    // Ten times the share, by ten people: no limit of a person is in it.
    let mut storm = Vec::new();
    for _ in 0..10 {
        let person = app.member(&loud, "basic_user").await;
        storm.push(tokio::spawn(ask(person, Duration::from_millis(50), STORM)));
    }
    let others =
        tokio::spawn(ask(app.member(&calm, "basic_user").await, Duration::from_millis(100), STORM / 2));
    let mut answers = Vec::new();
    for person in storm {
        answers.extend(person.await.unwrap());
    }
    let took = begun.elapsed();
    let refused = answers.iter().filter(|(status, ..)| *status == 429).count();
    let served = answers.iter().filter(|(status, ..)| *status == 200).count();
    assert_eq!(refused + served, answers.len(), "nothing but served or told to wait");
    for (status, wait, _) in &answers {
        assert_eq!(
            *status == 429,
            wait.is_some_and(|seconds| (1..=60).contains(&seconds)),
            "{status} {wait:?}"
        );
    }
    // A burst of three seconds, then the share for as long as it took.
    let share = usize::try_from(u64::from(SHARE) * (3 + took.as_secs() + 1)).unwrap();
    assert!(served <= share, "{served} served of {} in {took:?}", answers.len());
    assert!(refused > 0, "{refused} refused of {} in {took:?}", answers.len());
    let mut calm: Vec<_> = others.await.unwrap();
    assert!(calm.len() > 5 && calm.iter().all(|(status, ..)| *status == 200), "{calm:?}");
    calm.sort_by_key(|(.., took)| *took);
    assert!(calm[calm.len() * 99 / 100].2 < Duration::from_secs(1), "{calm:?}");
    // And when it has calmed down, it is served again.
    let late = app.member(&loud, "basic_user").await;
    sleep(Duration::from_secs(1)).await;
    late.get("/api/users/profile").await.ok();
}
