//! Redis between two instances: it carries which tokens are dead, and decides nothing.

use super::{PASSWORD, bearer, person, wish};
use crate::support::{Actor, Second, TestApp};
use sallyport_testkit::redis::Redis;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

struct Two {
    app: TestApp,
    second: Second,
    ada: Actor,
}

impl Two {
    async fn start(redis: &Redis) -> Self {
        let url = redis.url();
        let app = TestApp::start_with(|config| config.redis.url = Some(url)).await;
        let second = Second::start(&app).await;
        let ada = person(&app).await;
        Self { app, second, ada }
    }

    async fn sign_in(&self) -> Value {
        self.app.stranger().post("/api/auth/login", wish(&self.ada.email, PASSWORD)).await.ok()
    }

    /// The bearer of a token, at either instance.
    fn both(&self, token: &str) -> [Actor; 2] {
        let there = format!("http://{}", self.second.address);
        [bearer(&self.app, token), Actor::with_token(&there, token)]
    }

    /// Live tokens are taken and dead ones refused, by both instances at once.
    async fn decides_as_ever(&self, when: &str) {
        let begun = Instant::now();
        let tokens = self.sign_in().await;
        let [here, there] = self.both(tokens["accessToken"].as_str().unwrap());
        for who in [&here, &there] {
            assert_eq!(who.get("/api/users/profile").await.status, 200, "{when}");
        }
        there.post("/api/auth/logout", json!({})).await.ok();
        for who in [&here, &there, &here, &there] {
            assert_eq!(who.get("/api/users/profile").await.status, 401, "{when}");
        }
        let refresh = json!({ "refreshToken": tokens["refreshToken"] });
        assert_eq!(here.post("/api/auth/refresh", refresh).await.status, 401, "{when}");
        // Nothing waits for Redis: not one of these ten requests as long as it is given to answer.
        assert!(begun.elapsed() < Duration::from_secs(20), "{when}: {:?}", begun.elapsed());
    }
}

async fn until(what: &str, mut yes: impl FnMut() -> bool) {
    for _ in 0..200 {
        if yes() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never: {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn t11_a_token_that_died_here_is_known_there_and_nothing_of_it_is_kept_in_redis() {
    let redis = Redis::start().unwrap();
    let two = Two::start(&redis).await;
    until("both listen", || {
        redis.command(&["PUBSUB", "NUMSUB", "sallyport:dead-tokens"]).unwrap().ends_with('2')
    })
    .await;
    let token = two.sign_in().await["accessToken"].as_str().unwrap().to_owned();
    let [here, _] = two.both(&token);
    here.post("/api/auth/logout", json!({})).await.ok();
    assert!(!two.app.platform.app.denylist.holds(&token), "only what was brought again is remembered");
    here.get("/api/users/profile").await.refused(401, "unauthenticated");
    assert!(two.app.platform.app.denylist.holds(&token));
    until("the second heard of it", || two.second.platform.app.denylist.holds(&token)).await;
    // Counts of requests alone are kept there, for seconds.
    for key in redis.command(&["KEYS", "*"]).unwrap().lines() {
        assert!(key.starts_with("sallyport:rate:"), "{key}");
        assert_ne!(redis.command(&["PTTL", key]).unwrap(), "-1", "{key}");
    }
    // What is refused for now only is not remembered: the person may be back in a minute, by the same token.
    let token = two.sign_in().await["accessToken"].as_str().unwrap().to_owned();
    let [here, there] = two.both(&token);
    super::sql(&two.app, "UPDATE users SET status = 'disabled' WHERE id = $1", two.ada.id).await;
    here.get("/api/users/profile").await.refused(401, "unauthenticated");
    super::sql(&two.app, "UPDATE users SET status = 'active' WHERE id = $1", two.ada.id).await;
    for who in [&here, &there] {
        who.get("/api/users/profile").await.ok();
    }
    two.second.stop().await;
    two.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l09_whatever_happens_to_redis_no_decision_changes() {
    let mut redis = Redis::start().unwrap();
    let two = Two::start(&redis).await;
    two.decides_as_ever("all is well").await;
    redis.command(&["FLUSHALL"]).unwrap();
    two.decides_as_ever("flushed").await;
    for name in ["sallyport", "sallyport:dead-tokens"] {
        redis.command(&["RPUSH", name, "of", "another", "type"]).unwrap();
    }
    two.decides_as_ever("other types under our names").await;
    // Somebody else speaks on the channel: nobody is shut out by what no instance of ours sealed.
    let standing = two.sign_in().await["accessToken"].as_str().unwrap().to_owned();
    for message in ["", "x", &"A".repeat(80), &standing, &"A".repeat(100_000)] {
        redis.command(&["PUBLISH", "sallyport:dead-tokens", message]).unwrap();
    }
    for who in two.both(&standing) {
        who.get("/api/users/profile").await.ok();
    }
    redis.command(&["CONFIG", "SET", "maxmemory", "1"]).unwrap();
    two.decides_as_ever("out of memory").await;
    redis.command(&["CONFIG", "SET", "maxmemory", "0"]).unwrap();
    redis.command(&["CLIENT", "PAUSE", "3000"]).unwrap();
    two.decides_as_ever("paused").await;
    redis.freeze(true).unwrap();
    two.decides_as_ever("frozen").await;
    redis.freeze(false).unwrap();
    two.decides_as_ever("going on").await;
    redis.kill().unwrap();
    two.decides_as_ever("killed").await;
    redis.start_again().unwrap();
    two.decides_as_ever("there again").await;
    two.second.stop().await;
    two.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l09_an_old_snapshot_of_redis_brings_no_token_back() {
    let mut redis = Redis::start().unwrap();
    let two = Two::start(&redis).await;
    let tokens = two.sign_in().await;
    let [here, there] = two.both(tokens["accessToken"].as_str().unwrap());
    here.get("/api/users/profile").await.ok();
    redis.command(&["SAVE"]).unwrap();
    let before = std::fs::read(redis.snapshot()).unwrap();
    here.post("/api/auth/logout", json!({})).await.ok();
    there.get("/api/users/profile").await.refused(401, "unauthenticated");
    redis.kill().unwrap();
    std::fs::write(redis.snapshot(), before).unwrap();
    redis.start_again().unwrap();
    for who in [&here, &there] {
        who.get("/api/users/profile").await.refused(401, "unauthenticated");
        let refresh = json!({ "refreshToken": tokens["refreshToken"] });
        assert_eq!(who.post("/api/auth/refresh", refresh).await.status, 401);
    }
    two.second.stop().await;
    two.app.stop().await;
}
