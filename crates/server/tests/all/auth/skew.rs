//! An instance whose clock jumps: what ends, ends by the database's clock, and no other instance believes its tokens.

use super::{PASSWORD, person, wish};
use crate::support::{Second, TestApp};
use chrono::TimeDelta;

/// Seconds that are left of what was made last, by the database's clock.
async fn left_s(app: &TestApp, newest: &'static str) -> f64 {
    sqlx::query_scalar(newest).fetch_one(&mut app.sql().await).await.unwrap()
}

#[tokio::test]
async fn l16_a_clock_that_jumps_moves_no_end_and_its_tokens_hold_within_five_seconds() {
    const SIGN_IN: &str =
        "SELECT extract(epoch FROM expires_at - clock_timestamp())::float8 FROM user_sessions
                           ORDER BY created_at DESC LIMIT 1";
    const RESET: &str =
        "SELECT extract(epoch FROM expires_at - clock_timestamp())::float8 FROM password_resets
                         ORDER BY created_at DESC LIMIT 1";
    let app = TestApp::start().await;
    let second = Second::start(&app).await;
    let ada = person(&app).await;
    let mut off_s = 0;
    // Fast, slow, there and back again, and by as little as two machines may differ.
    for to_s in [3600, -3600, 30, -30, 3600, 3, -3, 0] {
        app.clock.advance(TimeDelta::seconds(to_s - off_s));
        off_s = to_s;
        let ready = app.stranger().get("/readyz").await;
        if to_s.abs() > 2 {
            ready.refused(503, "clock_skew");
        } else {
            assert_eq!(ready.status, 200, "{to_s}: {}", ready.text());
        }
        let tokens = app.stranger().post("/api/auth/login", wish(&ada.email, PASSWORD)).await.ok();
        let half_day = left_s(&app, SIGN_IN).await;
        assert!((12.0 * 3600.0 - 60.0..=12.0 * 3600.0).contains(&half_day), "{to_s}: {half_day}");
        let there = app.client.get(format!("http://{}/api/users/profile", second.address));
        let there = there.bearer_auth(tokens["accessToken"].as_str().unwrap()).send().await.unwrap();
        let believed = to_s.abs() < 5 || (-290..0).contains(&to_s);
        assert_eq!(there.status().is_success(), believed, "{to_s}: {}", there.status());
        // Its own people go on meanwhile: it believes what it made itself.
        super::bearer(&app, tokens["accessToken"].as_str().unwrap()).get("/api/users/profile").await.ok();
    }
    for to_s in [3600, -3600] {
        app.clock.advance(TimeDelta::seconds(to_s - off_s));
        off_s = to_s;
        app.stranger().post("/api/auth/reset", serde_json::json!({ "email": ada.email })).await.ok();
        app.until_sql("SELECT count(*) = 0 FROM knocks").await;
        let half_hour = left_s(&app, RESET).await;
        assert!((1800.0 - 60.0..=1800.0).contains(&half_hour), "{to_s}: {half_hour}");
    }
    second.stop().await;
    app.stop().await;
}
