//! Signing in, and everything that is no sign-in.

use super::browser::{ACCESS, Browser, CSRF, REFRESH};
use super::{PASSWORD, bearer, entries, give_password, person, sql, wish};
use crate::support::{Answer, TestApp};
use futures::future::join_all;
use reqwest::header::{CONTENT_LENGTH, SET_COOKIE};
use serde_json::{Value, json};

#[tokio::test]
async fn a_browser_signs_in_by_cookies_that_no_script_reads() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let mut browser = Browser::new(&app);
    let sent = browser.request(reqwest::Method::POST, "/api/auth/login");
    let answer = browser.send(sent.json(&json!({ "email": ada.email, "password": PASSWORD }))).await;
    let cookies: Vec<&str> = answer.headers.get_all(SET_COOKIE).iter().map(|c| c.to_str().unwrap()).collect();
    assert_eq!(cookies.len(), 4, "{cookies:?}");
    for cookie in cookies {
        let name = cookie.split('=').next().unwrap();
        assert!(cookie.ends_with("; HttpOnly") != (name == CSRF), "{name}");
        assert!(cookie.contains("; Path=/; Secure; SameSite=Strict"), "{name}");
        assert!(!cookie.contains("Domain"), "{name}");
        let life = match name {
            ACCESS => "Max-Age=300;",
            "__Host-sallyport_device" => "Max-Age=15552000;",
            _ => "Max-Age=43200;",
        };
        assert!(cookie.contains(life), "{cookie}");
    }
    let body = answer.ok();
    assert_eq!(body["profile"]["email"], ada.email.as_str());
    assert!(body.get("accessToken").is_none() && body.get("refreshToken").is_none(), "{body}");
    assert_eq!(body["csrfToken"], browser.cookies[CSRF].as_str());

    let profile = browser.get("/api/users/profile").await.ok();
    assert_eq!(profile, body["profile"]);
    assert_eq!(profile["organization"]["type"], "mss_provider");
    assert_eq!(profile["can"]["session.start"], true, "a technician may, by a grant");
    assert!(profile["can"]["user.create"].is_string(), "a technician may not, and reads why");
    let log = entries(&app, "auth.login").await;
    assert_eq!(log.len(), 1);
    assert_eq!(log[0].0, "success");
    assert_eq!(log[0].2["userSessionId"], profile["session"]["id"]);
}

#[tokio::test]
async fn a_program_signs_in_by_tokens_in_the_answer() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let answer = app.stranger().post("/api/auth/login", wish(&ada.email.to_uppercase(), PASSWORD)).await;
    assert!(answer.headers.get(SET_COOKIE).is_none());
    let body = answer.ok();
    let program = bearer(&app, body["accessToken"].as_str().unwrap());
    assert_eq!(program.get("/api/users/profile").await.ok()["id"], json!(ada.id));
    assert_eq!(program.post("/api/auth/logout", json!({})).await.status, 200, "a bearer needs no CSRF token");
    program.get("/api/users/profile").await.refused(401, "unauthenticated");
}

/// Everything that two answers to a stranger must have in common.
fn face(answer: &Answer) -> (u16, Vec<String>, Value, Value) {
    let mut body = answer.json();
    body["details"]["requestId"].take();
    let length = answer.headers.get(CONTENT_LENGTH).map(|value| value.to_str().unwrap().to_owned());
    let names = answer.headers.keys().map(ToString::to_string).collect();
    (answer.status.as_u16(), names, body, json!(length))
}

/// The same, of answers that tell different waits.
fn wordless(answer: &Answer) -> (u16, Vec<String>, Value) {
    let (status, names, mut body, _) = face(answer);
    body["message"].take();
    (status, names, body)
}

#[tokio::test]
async fn e06_every_way_not_to_get_in_looks_the_same() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let [wrong, invited, disabled, keyless] =
        [person(&app).await, person(&app).await, person(&app).await, app.technician().await];
    let suspended = app.member(&acme, "admin").await;
    give_password(&app, &suspended).await;
    sql(&app, "UPDATE users SET status = 'invited' WHERE id = $1", invited.id).await;
    sql(&app, "UPDATE users SET status = 'disabled' WHERE id = $1", disabled.id).await;
    sql(&app, "UPDATE organizations SET status = 'suspended' WHERE id = $1", acme.id).await;

    let tries = [
        ("nobody@example.test", PASSWORD, "no_account"),
        (wrong.email.as_str(), "another one entirely", "wrong_password"),
        (invited.email.as_str(), PASSWORD, "invitation_not_accepted"),
        (disabled.email.as_str(), PASSWORD, "account_disabled"),
        (keyless.email.as_str(), PASSWORD, "wrong_password"),
        (suspended.email.as_str(), PASSWORD, "organization_suspended"),
        (wrong.email.as_str(), "", "wrong_password"),
    ];
    let (mut first, mut locked) = (None, None);
    for (email, password, reason) in tries {
        let before = app.audit_count().await;
        let answer = app.stranger().post("/api/auth/login", wish(email, password)).await;
        assert_eq!(*first.get_or_insert_with(|| face(&answer)), face(&answer), "{reason}");
        answer.refused(401, "invalid_credentials");
        assert_eq!(app.audit_count().await, before + 1, "{reason}");
        let (outcome, _, details) = entries(&app, "auth.login").await.pop().unwrap();
        assert_eq!((outcome.as_str(), &details["reason"]), ("refused", &json!(reason)));
    }
    // Locked for whoever tried too often, whatever they try: existing or not, right or wrong.
    let keyless = keyless.email.as_str();
    for (email, password) in [(keyless, "x"), ("nobody@example.test", "x"), (wrong.email.as_str(), PASSWORD)]
    {
        for _ in 0..10 {
            app.stranger().post("/api/auth/login", wish(email, "another one entirely")).await;
        }
        crate::wall::run(
            &mut app.sql().await,
            "UPDATE login_attempts SET last_failed_at = clock_timestamp() + interval '5 minutes', failures = 10",
        )
        .await;
        let answer = app.stranger().post("/api/auth/login", wish(email, password)).await;
        assert_eq!(*locked.get_or_insert_with(|| wordless(&answer)), wordless(&answer), "{email}");
        answer.refused(429, "rate_limited");
    }
    let log: Vec<String> = sqlx::query_scalar("SELECT sentence || details::text FROM audit_logs")
        .fetch_all(&mut app.sql().await)
        .await
        .unwrap();
    assert!(
        !log.iter().any(|entry| entry.contains("nobody@example.test")),
        "no strangers' addresses in clear"
    );
    assert!(!log.iter().any(|entry| entry.contains(PASSWORD)), "no passwords");
}

#[tokio::test]
async fn p12_what_is_no_text_is_nobodys_password() {
    let app = TestApp::start().await;
    let (ada, keyless) = (person(&app).await, app.technician().await);
    let mut first = None;
    for email in [keyless.email.as_str(), ada.email.as_str(), "nobody@example.test"] {
        for password in [
            json!("another one entirely"),
            json!(null),
            json!(true),
            json!([]),
            json!({}),
            json!("null"),
            json!(7),
        ] {
            let wish = json!({ "email": email, "password": password, "delivery": "body" });
            let answer = app.stranger().post("/api/auth/login", wish).await;
            assert_eq!(*first.get_or_insert_with(|| face(&answer)), face(&answer), "{email} {password}");
            answer.refused(401, "invalid_credentials");
        }
    }
    let login = async |wish: Value| app.stranger().post("/api/auth/login", wish).await;
    login(json!({ "email": ada.email })).await.refused(400, "invalid_input");
    let more = json!({ "email": ada.email, "password": null, "role": "admin" });
    login(more).await.refused(400, "unknown_field");
    login(wish(&ada.email, PASSWORD)).await.ok();
}

#[tokio::test]
async fn m10_m14_wrong_tries_put_off_whoever_makes_them_and_nobody_else() {
    let app = TestApp::start_with(|config| {
        config.http.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
    .await;
    let ada = person(&app).await;
    let from = |address: &'static str, email: &str, password: &str| {
        let stranger = app.stranger();
        let request = stranger.request(reqwest::Method::POST, "/api/auth/login");
        let request = request.header("x-forwarded-for", address).json(&wish(email, password));
        async move { stranger.send(request).await }
    };
    let aliases = ["ADA", " ada", "ada "].map(|_| ada.email.to_uppercase());
    let tries =
        (0..10).map(|n| from("203.0.113.9", if n % 2 == 0 { &ada.email } else { &aliases[0] }, "wrong one"));
    for answer in join_all(tries).await {
        answer.refused(401, "invalid_credentials");
    }
    let counted: i32 = sqlx::query_scalar("SELECT failures FROM login_attempts")
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap();
    assert_eq!(counted, 10, "however many come at once, and by whatever spelling");

    let nobody = (0..10).map(|_| from("203.0.113.9", "nobody@example.test", PASSWORD));
    for answer in join_all(nobody).await {
        answer.refused(401, "invalid_credentials");
    }
    // The first wait is a second, which a slow machine could pass while we look.
    let later = async |interval: &'static str| {
        sqlx::query("UPDATE login_attempts SET last_failed_at = last_failed_at + $1::text::interval")
            .bind(interval)
            .execute(&mut app.sql().await)
            .await
            .unwrap();
    };
    later("5 minutes").await;
    let known = from("203.0.113.9", &ada.email, PASSWORD).await;
    let unknown = from("203.0.113.9", "nobody@example.test", PASSWORD).await;
    assert!(known.headers.contains_key("retry-after"));
    assert_eq!(wordless(&known), wordless(&unknown), "whether there is an account is not to be seen");
    known.refused(429, "rate_limited");
    // The other ones are not let off by it.
    from("203.0.113.9", &ada.email, PASSWORD).await.refused(429, "rate_limited");
    // And the victim comes in from their own place.
    from("198.51.100.7", &ada.email, PASSWORD).await.ok();
    // Waiting helps.
    later("-6 minutes").await;
    from("203.0.113.9", &ada.email, PASSWORD).await.ok();
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM login_attempts")
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap();
    assert_eq!(left, 1, "the right password forgets the wrong ones before it");
}

#[tokio::test]
async fn m11_many_valid_sign_ins_at_once_all_succeed() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let stranger = app.stranger();
    let tries = (0..50).map(|_| stranger.post("/api/auth/login", wish(&ada.email, PASSWORD)));
    for answer in join_all(tries).await {
        answer.ok();
    }
}

#[tokio::test]
async fn t09_a_planted_session_does_not_become_anybodys() {
    let app = TestApp::start().await;
    let (mallory, ada) = (person(&app).await, person(&app).await);
    let planted = Browser::signed_in(&app, &mallory.email).await;
    let mut victim = planted.clone();
    let body = victim.login(&ada.email).await;
    for name in [ACCESS, REFRESH, CSRF] {
        assert_ne!(victim.cookies[name], planted.cookies[name], "{name}");
    }
    assert_ne!(body["profile"]["session"]["id"], json!(mallory.user_session_id));
    assert!(victim.is_signed_in().await);
    let mut planted = planted;
    assert!(!planted.is_signed_in().await, "what was planted is dead");
    planted.post("/api/auth/refresh", json!({})).await.refused(401, "unauthenticated");
    let ended = entries(&app, "user_session.end").await;
    assert_eq!(ended.len(), 1, "and its end is in the log");

    // Made up ids are worth nothing before a sign-in either.
    let mut made_up = Browser::new(&app);
    made_up.cookies.insert(ACCESS.to_owned(), "0190b6a0-0000-7000-8000-000000000000".to_owned());
    made_up.cookies.insert(REFRESH.to_owned(), "A".repeat(43));
    made_up.login(&ada.email).await;
    assert_ne!(made_up.cookies[REFRESH], "A".repeat(43));
}

#[tokio::test]
async fn t10_signing_in_again_makes_a_new_id_and_ends_the_old_one() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let mut browser = Browser::new(&app);
    let first = browser.login(&ada.email).await;
    let mut old = browser.clone();
    let second = browser.login(&ada.email).await;
    assert_ne!(first["profile"]["session"]["id"], second["profile"]["session"]["id"]);
    assert!(!old.is_signed_in().await);
    // What a change of role does: see `j19_…` for tokens that were made before it.
    let mut before = browser.clone();
    sql(&app, "UPDATE users SET role = 'account_manager', epoch = epoch + 1 WHERE id = $1", ada.id).await;
    assert!(!before.is_signed_in().await);
    before.post("/api/auth/refresh", json!({})).await.refused(401, "unauthenticated");
    let third = browser.login(&ada.email).await;
    assert_eq!(third["profile"]["role"], "account_manager");
    assert_ne!(second["profile"]["session"]["id"], third["profile"]["session"]["id"]);
}

#[tokio::test]
async fn t14_the_next_person_at_a_browser_sees_nothing_of_the_one_before() {
    let app = TestApp::start().await;
    let (ada, ben) = (person(&app).await, person(&app).await);
    let mut browser = Browser::signed_in(&app, &ada.email).await;
    let mut before = browser.clone();
    let answer = browser.get("/api/users/profile").await;
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.ok()["email"], ada.email.as_str());
    let body = browser.login(&ben.email).await;
    assert!(!body.to_string().contains(&ada.email));
    for path in ["/api/users/profile", "/api/auth/sessions"] {
        let answer = browser.get(path).await;
        assert!(!answer.text().contains(&ada.email) && !answer.text().contains(&ada.name), "{path}");
    }
    assert!(!before.is_signed_in().await, "the one before has to sign in again");
    assert!(!before.after_five_minutes().is_signed_in().await);
}

#[tokio::test]
async fn t15_a_person_is_signed_in_at_ten_places_at_most() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let stranger = app.stranger();
    let tries = (0..20).map(|_| stranger.post("/api/auth/login", wish(&ada.email, PASSWORD)));
    let tokens: Vec<String> = join_all(tries)
        .await
        .into_iter()
        .map(|answer| answer.ok()["accessToken"].as_str().unwrap().to_owned())
        .collect();
    let mut standing = 0;
    for token in tokens {
        let program = bearer(&app, &token);
        standing += usize::from(program.get("/api/users/profile").await.status == 200);
    }
    assert_eq!(standing, 10);
    ada.get("/api/users/profile").await.refused(401, "unauthenticated");
    let newest = Browser::signed_in(&app, &ada.email).await.get("/api/auth/sessions").await.ok();
    assert_eq!(newest["total"], 10);
}

#[tokio::test]
async fn x24_a_sign_in_takes_no_fields_of_other_things() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    for (name, value) in [
        ("role", json!("super_admin")),
        ("org_id", json!(app.provider)),
        ("id", json!(ada.id)),
        ("created_at", json!(0)),
    ] {
        for path in
            ["/api/auth/login", "/api/auth/refresh", "/api/auth/invitations/accept", "/api/auth/setup"]
        {
            let mut body = json!({});
            body[name] = value.clone();
            app.stranger().post(path, body).await.refused(400, "unknown_field");
        }
    }
    let long = wish(&ada.email, &"x".repeat(257));
    app.stranger().post("/api/auth/login", long).await.refused(400, "invalid_input");
}
