//! A sign-in tells nobody whether there is such an account, not even by its time.

use super::{person, wish};
use crate::support::{Actor, TestApp};
use std::time::Instant;

/// Of each kind, in a round. `bench/run equal` takes twice as many.
const SAMPLES: usize = 1000;
/// A machine that is busy with something else can make a difference where none is. What the platform gives away, it
/// gives away in every round.
const ROUNDS: usize = 3;
/// Of all samples, those above are somebody else's doing on a busy machine, and looked at no further.
const CROPPED_AT: f64 = 0.8;
/// From here on a difference is one.
const SEEN: f64 = 4.5;

#[tokio::test]
async fn e01_known_and_unknown_accounts_take_the_same_time_and_get_the_same_answer() {
    let app = TestApp::start_for_strangers().await;
    let ada = person(&app).await;
    sqlx::query(
        "INSERT INTO users SELECT (jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(),
             'email', 'known-' || n || '@fortlock.example'))).*
         FROM users u, generate_series(1, $2) n WHERE u.id = $1",
    )
    .bind(ada.id)
    .bind(i32::try_from(SAMPLES * ROUNDS).unwrap())
    .execute(&mut app.sql().await)
    .await
    .unwrap();
    let stranger = app.stranger();
    let mut measured = Vec::new();
    for round in 0..ROUNDS {
        let (known, unknown) = both(&stranger, round * SAMPLES).await;
        let slower: Vec<f64> = known.iter().map(|time| time * 1.2).collect();
        // The second: whether the measure itself sees a difference that is there.
        measured.push((welch(&known, &unknown), welch(&slower, &unknown)));
        if matches!(measured.last(), Some((t, seen)) if t.abs() < SEEN && seen.abs() > SEEN) {
            return;
        }
    }
    panic!("t, and t with a fifth more for known accounts, in each round: {measured:?}");
}

/// The times of known and of unknown accounts, one after the other; all get one answer.
async fn both(stranger: &Actor, from: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    let mut seen = std::collections::BTreeSet::new();
    for number in from + 1..=from + SAMPLES {
        let mut pair = [("known", &mut known), ("unknown", &mut unknown)];
        // So that neither always comes first.
        pair.rotate_left(number % 2);
        for (kind, times) in pair {
            let (time, answer) = try_once(stranger, &format!("{kind}-{number}@fortlock.example")).await;
            times.push(time);
            seen.insert(answer);
        }
    }
    assert_eq!(seen.len(), 1, "one answer for all: {seen:?}");
    (known, unknown)
}

/// Seconds, and all of the answer but what is each request's own.
async fn try_once(stranger: &Actor, email: &str) -> (f64, String) {
    let start = Instant::now();
    let answer = stranger.post("/api/auth/login", wish(email, "another one entirely")).await;
    let time = start.elapsed().as_secs_f64();
    let mut headers = answer.headers.clone();
    let id = headers.remove("x-request-id").unwrap();
    headers.remove("date");
    let body = answer.text().replace(id.to_str().unwrap(), "");
    (time, format!("{} {headers:?} {body}", answer.status))
}

/// Welch's t (B. L. Welch, 1947) of those samples that nothing else slowed down.
fn welch(one: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<f64> = one.iter().chain(other).copied().collect();
    all.sort_by(f64::total_cmp);
    let most = all[(all.len() as f64 * CROPPED_AT) as usize];
    let of = |samples: &[f64]| {
        let kept: Vec<f64> = samples.iter().copied().filter(|time| *time < most).collect();
        let n = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / n;
        let variance = kept.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, variance / n)
    };
    let ((mean, spread), (other_mean, other_spread)) = (of(one), of(other));
    (mean - other_mean) / (spread + other_spread).sqrt()
}
