//! Staying signed in.

use super::browser::{ACCESS, Browser, DEVICE, REFRESH};
use super::{PASSWORD, bearer, entries, person, sql, wish};
use crate::support::{Actor, Answer, TestApp};
use futures::future::join_all;
use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};

/// A program's tokens.
struct Tokens {
    access: String,
    refresh: String,
}

impl Tokens {
    fn of(body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        Self { access: text("accessToken"), refresh: text("refreshToken") }
    }
}

async fn sign_in(app: &TestApp, who: &Actor) -> Tokens {
    Tokens::of(&app.stranger().post("/api/auth/login", wish(&who.email, PASSWORD)).await.ok())
}

async fn refresh(app: &TestApp, token: &str) -> Answer {
    app.stranger().post("/api/auth/refresh", json!({ "refreshToken": token })).await
}

async fn stands(app: &TestApp, access: &str) -> bool {
    bearer(app, access).get("/api/users/profile").await.status == 200
}

#[tokio::test]
async fn a_browser_stays_signed_in_without_noticing() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let first = Browser::signed_in(&app, &ada.email).await;
    let mut browser = first.clone().after_five_minutes();
    assert!(!browser.is_signed_in().await);
    browser.post("/api/auth/refresh", json!({})).await.ok();
    assert_ne!(browser.cookies[REFRESH], first.cookies[REFRESH]);
    assert_ne!(browser.cookies[ACCESS], first.cookies[ACCESS]);
    assert!(browser.is_signed_in().await);
    let log = entries(&app, "auth.refresh").await;
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].0, "success");

    let mut forged = browser.clone();
    forged.cookies.remove(super::browser::CSRF);
    forged.post("/api/auth/refresh", json!({})).await.refused(403, "csrf");
    browser.post("/api/auth/refresh", json!({})).await.ok();
}

#[tokio::test]
async fn t01_a_spent_token_that_comes_back_ends_the_sign_in() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let stolen = sign_in(&app, &ada).await;
    let other = sign_in(&app, &ada).await;
    let next = Tokens::of(&refresh(&app, &stolen.refresh).await.ok());
    sqlx::query(
        "UPDATE refresh_tokens SET used_at = used_at - interval '11 seconds' WHERE used_at IS NOT NULL",
    )
    .execute(&mut app.sql().await)
    .await
    .unwrap();
    let before = app.audit_count().await;
    refresh(&app, &stolen.refresh).await.refused(401, "unauthenticated");
    assert_eq!(app.audit_count().await, before + 1);
    let log = entries(&app, "token.reuse").await;
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].0.as_str(), log[0].1.as_str()), ("success", "critical"));
    assert!(!stands(&app, &next.access).await, "the family is dead");
    refresh(&app, &next.refresh).await.refused(401, "unauthenticated");
    refresh(&app, &stolen.refresh).await.refused(401, "unauthenticated");
    assert_eq!(entries(&app, "token.reuse").await.len(), 1, "it dies once");
    assert!(stands(&app, &other.access).await, "other sign-ins of the person are not touched");

    // Another browser than the one that signed in gets no ten seconds.
    let mut own = Browser::signed_in(&app, &ada.email).await.after_five_minutes();
    let mut thief = own.clone();
    own.post("/api/auth/refresh", json!({})).await.ok();
    thief.headers.insert("user-agent", "curl/8".parse().unwrap());
    let answer = thief.post("/api/auth/refresh", json!({})).await;
    assert_eq!(answer.headers.get_all(SET_COOKIE).iter().count(), 3, "what it carries is taken from it");
    answer.refused(401, "unauthenticated");
    assert!(!own.is_signed_in().await);
    assert_eq!(entries(&app, "token.reuse").await.len(), 2);
}

#[tokio::test]
async fn t02_fifty_at_once_with_one_token_make_one_branch() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let browser = Browser::signed_in(&app, &ada.email).await.after_five_minutes();
    let answers = join_all((0..50).map(|_| {
        let mut tab = browser.clone();
        async move { (tab.post("/api/auth/refresh", json!({})).await, tab) }
    }))
    .await;
    let mut given = std::collections::BTreeSet::new();
    for (answer, mut tab) in answers {
        answer.ok();
        given.insert(tab.cookies[REFRESH].clone());
        assert!(tab.is_signed_in().await, "the family is alive");
    }
    assert_eq!(given.len(), 1, "all have the same answer");
    let unspent: i64 = sqlx::query_scalar("SELECT count(*) FROM refresh_tokens WHERE used_at IS NULL")
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap();
    assert_eq!(unspent, 1);
    assert!(entries(&app, "token.reuse").await.is_empty());
}

#[tokio::test]
async fn a_lost_answer_is_given_again_until_somebody_uses_what_it_gave() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let first = sign_in(&app, &ada).await;
    let lost = Tokens::of(&refresh(&app, &first.refresh).await.ok());
    let again = Tokens::of(&refresh(&app, &first.refresh).await.ok());
    assert_eq!(lost.refresh, again.refresh);
    assert!(stands(&app, &lost.access).await && stands(&app, &again.access).await);
    let details: Vec<Value> = entries(&app, "auth.refresh")
        .await
        .into_iter()
        .map(|(_, _, details)| details["again"].clone())
        .collect();
    assert_eq!(details, [json!(false), json!(true)]);
    refresh(&app, &again.refresh).await.ok();
    refresh(&app, &first.refresh).await.refused(401, "refresh_superseded");
    assert!(entries(&app, "token.reuse").await.is_empty());
    // Only to the browser that holds the sign-in.
    let mut own = Browser::signed_in(&app, &ada.email).await.after_five_minutes();
    let mut thief = own.clone();
    own.post("/api/auth/refresh", json!({})).await.ok();
    thief.cookies.remove(DEVICE);
    thief.post("/api/auth/refresh", json!({})).await.refused(401, "unauthenticated");
    assert_eq!(entries(&app, "token.reuse").await.len(), 1);
}

#[tokio::test]
async fn t04_a_restart_forgets_no_spent_token() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let first = sign_in(&app, &ada).await;
    let second = Tokens::of(&refresh(&app, &first.refresh).await.ok());
    let app = app.restart().await;
    assert!(stands(&app, &second.access).await, "and no key");
    refresh(&app, &first.refresh).await.refused(401, "refresh_superseded");
    sqlx::query(
        "UPDATE refresh_tokens SET used_at = used_at - interval '11 seconds' WHERE used_at IS NOT NULL",
    )
    .execute(&mut app.sql().await)
    .await
    .unwrap();
    refresh(&app, &first.refresh).await.refused(401, "unauthenticated");
    refresh(&app, &second.refresh).await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn t05_who_may_not_be_here_is_not_renewed() {
    let app = TestApp::start().await;
    let ways: [(&'static str, &'static str, &'static str); 4] = [
        (
            "UPDATE users SET status = 'disabled' WHERE id = $1",
            "UPDATE users SET status = 'active' WHERE id = $1",
            "account_disabled",
        ),
        (
            "UPDATE organizations SET status = 'suspended' WHERE id = (SELECT org_id FROM users WHERE id = $1)",
            "UPDATE organizations SET status = 'active' WHERE id = (SELECT org_id FROM users WHERE id = $1)",
            "organization_suspended",
        ),
        (
            "UPDATE users SET epoch = epoch + 1 WHERE id = $1",
            "UPDATE users SET epoch = epoch WHERE id = $1",
            "sign_in_expired",
        ),
        (
            "UPDATE user_sessions SET revoked_at = now(), revoke_reason = 'signed_out' WHERE user_id = $1",
            "UPDATE users SET epoch = epoch WHERE id = $1",
            "sign_in_ended",
        ),
    ];
    let acme = app.customer("Acme").await;
    for (harm, repair, reason) in ways {
        let member = app.member(&acme, "admin").await;
        super::give_password(&app, &member).await;
        let tokens = sign_in(&app, &member).await;
        sql(&app, harm, member.id).await;
        let before = app.audit_count().await;
        refresh(&app, &tokens.refresh).await.refused(401, "unauthenticated");
        assert_eq!(app.audit_count().await, before + 1, "{reason}");
        let (outcome, _, details) = entries(&app, "auth.refresh").await.pop().unwrap();
        assert_eq!((outcome.as_str(), &details["reason"]), ("refused", &json!(reason)));
        assert!(!stands(&app, &tokens.access).await, "{reason}");
        sql(&app, repair, member.id).await;
    }
    // A technician's sign-in does not hang on grants; what they reach by them does (see the grants' tests).
}

#[tokio::test]
async fn t07_a_changed_token_is_refused() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let tokens = sign_in(&app, &ada).await;
    let token = &tokens.refresh;
    let swapped: String = token
        .chars()
        .map(|c| if c.is_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect();
    for changed in [
        &token[..42],
        &format!("{token}A"),
        &format!("{token}="),
        &format!(" {token}"),
        &swapped,
        &tokens.access,
        "",
        "\u{0}",
        "' OR 1=1 --",
    ] {
        refresh(&app, changed).await.refused(401, "unauthenticated");
    }
    assert!(entries(&app, "token.reuse").await.is_empty());
    refresh(&app, token).await.ok();
}

#[tokio::test]
async fn t16_a_sign_in_ends_when_idle_and_after_half_a_day() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let last_seen = async || -> f64 {
        sqlx::query_scalar(
            "SELECT extract(epoch FROM now() - max(last_seen_at))::float8 FROM user_sessions
             WHERE user_id = $1 AND user_agent = 'Firefox/140.0' AND revoked_at IS NULL",
        )
        .bind(ada.id)
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap()
    };
    let mut browser = Browser::signed_in(&app, &ada.email).await;
    let age =
        "UPDATE user_sessions SET last_seen_at = last_seen_at - interval '29 minutes' WHERE user_id = $1";
    sql(&app, age, ada.id).await;
    // What the console does by itself is no sign of life, nor is the renewal that it may need.
    let polled = browser.request(reqwest::Method::GET, "/api/users/profile").header("x-background", "1");
    assert_eq!(browser.send(polled).await.status, 200);
    browser.post("/api/auth/refresh", json!({})).await.ok();
    assert!(last_seen().await > 28.0 * 60.0);
    // What the person does is.
    assert!(browser.is_signed_in().await);
    assert!(last_seen().await < 60.0);
    // At most one write a minute.
    sql(
        &app,
        "UPDATE user_sessions SET last_seen_at = last_seen_at - interval '30 seconds' WHERE user_id = $1",
        ada.id,
    )
    .await;
    assert!(browser.is_signed_in().await);
    assert!(last_seen().await >= 30.0);

    let long =
        "UPDATE user_sessions SET last_seen_at = last_seen_at - interval '31 minutes' WHERE user_id = $1";
    sql(&app, long, ada.id).await;
    assert!(!browser.is_signed_in().await);
    browser.post("/api/auth/refresh", json!({})).await.refused(401, "unauthenticated");
    assert_eq!(browser.cookies.keys().collect::<Vec<_>>(), [DEVICE]);

    let mut busy = Browser::signed_in(&app, &ada.email).await;
    let over = "UPDATE user_sessions SET expires_at = expires_at - interval '12 hours' WHERE user_id = $1";
    sql(&app, over, ada.id).await;
    assert!(!busy.is_signed_in().await);
    busy.post("/api/auth/refresh", json!({})).await.refused(401, "unauthenticated");
}
