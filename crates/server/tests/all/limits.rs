//! What is left of the limits stands in every answer, and with a Redis instances count together.

use crate::support::{Actor, Second, TestApp};
use sallyport_testkit::redis::Redis;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// Requests a second that a person has here; three seconds' worth pass at once.
const RATE: u32 = 2;
const BURST: usize = 3 * RATE as usize;

fn slow(config: &mut sallyport::config::Config) {
    config.limits.user_per_second = NonZeroU32::new(RATE).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_says_what_is_left_of_the_limits_and_a_refusal_when_to_come_back() {
    let app = TestApp::start_with(slow).await;
    let acme = app.customer("Acme").await;
    let person = app.member(&acme, "basic_user").await;
    let word =
        |answer: &crate::support::Answer, name: &str| answer.headers[name].to_str().unwrap().to_owned();
    let answer = person.get("/api/users/profile").await;
    assert_eq!(word(&answer, "ratelimit-policy"), r#""user";q=6;w=3, "organization";q=600;w=3"#);
    assert!(word(&answer, "ratelimit").starts_with("\"user\";r="), "{}", word(&answer, "ratelimit"));
    let mut refused = None;
    for _ in 0..4 * BURST {
        let answer = person.get("/api/users/profile").await;
        if answer.status == 429 {
            refused = Some(answer);
        }
    }
    let refused = refused.expect("far more than a burst was asked for");
    assert!(word(&refused, "ratelimit").starts_with("\"user\";r=0;t="), "{}", word(&refused, "ratelimit"));
    assert!(refused.headers.contains_key("retry-after"));
    // Who comes without a token is counted by address.
    let stranger = app.stranger().get("/healthz").await;
    assert_eq!(stranger.status, 200);
    let stranger = app.stranger().post("/api/auth/login", serde_json::json!({})).await;
    assert!(word(&stranger, "ratelimit-policy").starts_with("\"address\""));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_shows_wrong_tokens_without_end_is_held_up_and_leaves_the_log_to_others() {
    let app =
        TestApp::start_with(|config| config.limits.address_per_second = NonZeroU32::new(RATE).unwrap()).await;
    let begun = Instant::now();
    let mut told = [0_usize; 2];
    for number in 0..200 {
        let answer =
            Actor::with_token(app.origin(), &format!("wrong-{number}")).get("/api/users/profile").await;
        told[usize::from(answer.status == 429)] += 1;
        assert!([401, 429].contains(&answer.status.as_u16()), "{}", answer.text());
        assert!(answer.headers.contains_key("ratelimit"));
    }
    assert!(told[0] <= one_limit(begun.elapsed()), "{told:?}");
    let kept = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM audit_logs WHERE code = 'token.refuse'")
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap();
    assert!(usize::try_from(kept).unwrap() <= told[0], "{kept} entries, {told:?}");
    app.stop().await;
}

/// How many of `asked` requests were served, and for how long they took.
async fn served(both: &[Actor; 2], asked: usize) -> (usize, Duration) {
    let begun = Instant::now();
    let mut served = 0;
    for turn in 0..asked {
        served += usize::from(both[turn % 2].get("/api/users/profile").await.status == 200);
    }
    (served, begun.elapsed())
}

/// At most so many can be served by one limit in that time: the burst, and what has come back since.
fn one_limit(took: Duration) -> usize {
    BURST + usize::try_from(took.as_secs()).unwrap() * RATE as usize + RATE as usize
}

#[tokio::test(flavor = "multi_thread")]
async fn l09_two_instances_count_together_by_redis_and_each_for_itself_without() {
    let mut redis = Redis::start().unwrap();
    let url = redis.url();
    let app = TestApp::start_with(|config| {
        slow(config);
        config.redis.url = Some(url);
    })
    .await;
    let second = Second::start(&app).await;
    let acme = app.customer("Acme").await;
    let of = async |role: &str| {
        let person = app.member(&acme, role).await;
        [person.clone(), person.at(second.address)]
    };
    // Until both have their line, each counts for itself.
    let mut together = false;
    for _ in 0..40 {
        let (served, took) = served(&of("basic_user").await, 2 * BURST).await;
        together = served <= one_limit(took) && redis.command(&["DBSIZE"]).unwrap() != "0";
        if together {
            break;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    assert!(together, "the two never counted together");
    // Whatever is done to Redis, nobody is refused who has asked for little.
    let calm = of("report_viewer").await;
    let key = "sallyport:rate:user";
    for name in redis.command(&["KEYS", &format!("{key}:*")]).unwrap().lines() {
        redis.command(&["DEL", name]).unwrap();
        redis.command(&["RPUSH", name, "another", "type"]).unwrap();
    }
    assert_eq!(calm[0].get("/api/users/profile").await.status, 200);
    for name in redis.command(&["KEYS", &format!("{key}:*")]).unwrap().lines() {
        redis.command(&["DEL", name]).unwrap();
        redis.command(&["SET", name, "9".repeat(300).as_str()]).unwrap();
    }
    assert_eq!(calm[1].get("/api/users/profile").await.status, 200);
    redis.command(&["FLUSHALL"]).unwrap();
    redis.kill().unwrap();
    // Without it each has its own limit, which holds.
    let (served, took) = served(&of("request_user").await, 6 * BURST).await;
    assert!(served >= 2 * BURST, "{served} in {took:?}");
    assert!(served <= 2 * one_limit(took), "{served} in {took:?}");
    second.stop().await;
    app.stop().await;
}
