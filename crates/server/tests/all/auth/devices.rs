//! Browsers that are known, those that are not, and what a person is told of both.

use super::browser::{Browser, DEVICE};
use super::{OTHER_PASSWORD, PASSWORD, entries, person, sql, wish};
use crate::support::authenticator::App;
use crate::support::{Actor, Answer, TestApp};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

/// A platform behind a proxy: a request says itself where it comes from.
pub(super) async fn platform() -> TestApp {
    TestApp::start_with(|config| config.http.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()]).await
}

async fn try_from(browser: &mut Browser, address: &str, email: &str, password: &str) -> Answer {
    browser.post_from(address, "/api/auth/login", json!({ "email": email, "password": password })).await
}

/// As a program that knows nobody.
async fn hammer(app: &TestApp, address: &str, email: &str) -> Answer {
    let stranger = app.stranger();
    let request = stranger.request(Method::POST, "/api/auth/login").header("x-forwarded-for", address);
    stranger.send(request.json(&wish(email, "another one entirely"))).await
}

/// Everything that was asked or told until now is worked off.
async fn settled(app: &TestApp) {
    app.until_sql("SELECT count(*) = 0 FROM knocks").await;
    app.until_sql("SELECT count(*) = 0 FROM mails WHERE sealed_letter IS NOT NULL").await;
}

/// As if 10,000 wrong tries had been made from wherever one was.
async fn after_ten_thousand(app: &TestApp) {
    let many = "UPDATE login_attempts SET failures = 10000, last_failed_at = now() + interval '5 minutes'";
    sqlx::query(many).execute(&mut app.sql().await).await.unwrap();
}

#[tokio::test]
async fn m10_who_hammers_an_account_does_not_keep_its_owner_out() {
    let app = platform().await;
    let ada = person(&app).await;
    let mut known = Browser::new(&app);
    try_from(&mut known, "203.0.113.9", &ada.email, PASSWORD).await.ok();
    known.post("/api/auth/logout", json!({})).await.ok();
    assert_eq!(known.cookies.keys().collect::<Vec<_>>(), [DEVICE], "it stays when they sign out");

    // From behind the same address, and from everywhere else.
    let tries = (0..200).map(|n| {
        let address = if n % 2 == 0 { "203.0.113.9".to_owned() } else { format!("198.51.100.{n}") };
        let (app, email) = (&app, &ada.email);
        async move { hammer(app, &address, email).await }
    });
    for answer in join_all(tries).await {
        assert!(matches!(answer.status.as_u16(), 401 | 429), "{}", answer.text());
    }
    after_ten_thousand(&app).await;
    let mut unknown = Browser::new(&app);
    try_from(&mut unknown, "203.0.113.9", &ada.email, PASSWORD).await.refused(429, "rate_limited");
    try_from(&mut known, "203.0.113.9", &ada.email, PASSWORD).await.ok();
    // Its success lets off nobody else.
    hammer(&app, "203.0.113.9", &ada.email).await.refused(429, "rate_limited");
}

#[tokio::test]
async fn m10_nor_does_who_knows_the_password_and_guesses_codes() {
    let app = platform().await;
    let ada = person(&app).await;
    let phone = App::add(&ada).await;
    let second_step = async |browser: &mut Browser, code: &str| {
        let asked = try_from(browser, "203.0.113.9", &ada.email, PASSWORD).await.ok();
        let shown = json!({ "challenge": asked["challenge"], "method": "totp", "code": code });
        browser.post_from("203.0.113.9", "/api/auth/factors/verify", shown).await
    };
    let mut known = Browser::new(&app);
    second_step(&mut known, &phone.next_code()).await.ok();
    let mut unknown = Browser::new(&app);
    second_step(&mut unknown, "000000").await.refused(401, "wrong_code");
    after_ten_thousand(&app).await;
    sql(&app, "UPDATE user_factors SET last_step = last_step - 20 WHERE user_id = $1", ada.id).await;
    second_step(&mut known, &phone.code(0)).await.ok();
    try_from(&mut unknown, "203.0.113.9", &ada.email, PASSWORD).await.refused(429, "rate_limited");
}

#[tokio::test]
async fn m10_m14_a_known_device_has_tries_of_its_own_and_skips_nothing() {
    let app = platform().await;
    let ada = person(&app).await;
    let mut known = Browser::new(&app);
    try_from(&mut known, "203.0.113.9", &ada.email, PASSWORD).await.ok();
    let mut thief = Browser::new(&app);
    thief.cookies.insert(DEVICE.to_owned(), known.cookies[DEVICE].clone());
    assert!(!thief.is_signed_in().await, "it is no sign-in");
    thief.post("/api/auth/refresh", json!({})).await.refused(401, "unauthenticated");
    for password in ["", "another one entirely"] {
        let answer = try_from(&mut thief.clone(), "203.0.113.9", &ada.email, password).await;
        answer.refused(401, "invalid_credentials");
    }
    let guesses = (0..98).map(|_| {
        let mut thief = thief.clone();
        let email = &ada.email;
        async move { try_from(&mut thief, "203.0.113.9", email, "another one entirely").await }
    });
    let answers = join_all(guesses).await;
    let refused = answers.iter().filter(|answer| answer.status == 401).count();
    let counted: Vec<i32> = sqlx::query_scalar("SELECT failures FROM login_attempts")
        .fetch_all(&mut app.sql().await)
        .await
        .unwrap();
    assert_eq!(counted, [i32::try_from(refused).unwrap() + 2], "one counter, exactly");
    after_ten_thousand(&app).await;
    // It can keep out itself alone.
    try_from(&mut thief, "203.0.113.9", &ada.email, PASSWORD).await.refused(429, "rate_limited");
    try_from(&mut Browser::new(&app), "203.0.113.9", &ada.email, PASSWORD).await.ok();

    // With a second factor a known device owes it like any other.
    App::add(&ada).await;
    let mut fresh = Browser::new(&app);
    fresh.cookies.insert(DEVICE.to_owned(), thief.cookies[DEVICE].clone());
    sql(&app, "DELETE FROM login_attempts WHERE $1 IS NOT NULL", ada.id).await;
    assert_eq!(try_from(&mut fresh, "203.0.113.9", &ada.email, PASSWORD).await.ok()["owed"], json!("factor"));
}

#[tokio::test]
async fn a_proof_is_of_one_person_made_anew_each_time_and_ends_with_all_the_rest() {
    let app = platform().await;
    let (ada, ben) = (person(&app).await, person(&app).await);
    let mut browser = Browser::signed_in(&app, &ada.email).await;
    let first = browser.cookies[DEVICE].clone();
    browser.login(&ada.email).await;
    let second = browser.cookies[DEVICE].clone();
    assert!(first != second && !second.contains('.'), "in the place of the one before");
    browser.login(&ben.email).await;
    let both = browser.cookies[DEVICE].clone();
    assert!(both.ends_with(&format!(".{second}")), "two people share a browser");

    hammer(&app, "203.0.113.9", &ada.email).await.refused(401, "invalid_credentials");
    hammer(&app, "203.0.113.9", &ben.email).await.refused(401, "invalid_credentials");
    after_ten_thousand(&app).await;
    let from_there = async |cookie: &str, who: &Actor| {
        let mut browser = Browser::new(&app);
        browser.cookies.insert(DEVICE.to_owned(), cookie.to_owned());
        try_from(&mut browser, "203.0.113.9", &who.email, PASSWORD).await
    };
    from_there(&both, &ada).await.ok();
    from_there(&both, &ben).await.ok();
    let turned: String = second.chars().rev().collect();
    for worthless in ["", ".", "A", &"A".repeat(5_000), &turned, &second[..63]] {
        from_there(worthless, &ada).await.refused(429, "rate_limited");
    }
    from_there(&second, &ben).await.refused(429, "rate_limited");
    // Where somebody was signed in before their password was reset, they are a stranger after it.
    sql(&app, "UPDATE users SET epoch = epoch + 1 WHERE id = $1", ada.id).await;
    from_there(&both, &ada).await.refused(429, "rate_limited");
    from_there(&both, &ben).await.ok();
    // And half a year is long.
    app.clock.advance(chrono::TimeDelta::days(181));
    from_there(&both, &ben).await.refused(429, "rate_limited");
}

#[tokio::test]
async fn who_changes_their_password_stays_known_here() {
    let app = platform().await;
    let ada = person(&app).await;
    let mut browser = Browser::signed_in(&app, &ada.email).await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": OTHER_PASSWORD });
    browser.post("/api/auth/password", change).await.ok();
    hammer(&app, "203.0.113.9", &ada.email).await.refused(401, "invalid_credentials");
    after_ten_thousand(&app).await;
    try_from(&mut browser, "203.0.113.9", &ada.email, OTHER_PASSWORD).await.ok();
}

#[tokio::test]
async fn a_sign_in_from_somewhere_new_is_told_by_mail() {
    let app = platform().await;
    let ada = person(&app).await;
    sql(&app, "DELETE FROM user_sessions WHERE user_id = $1", ada.id).await;
    let told = || app.mails_to(&ada.email, "new_device");
    let mut known = Browser::new(&app);
    known.headers.insert("user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0".parse().unwrap());
    try_from(&mut known, "203.0.113.9", &ada.email, PASSWORD).await.ok();
    settled(&app).await;
    assert!(told().is_empty(), "the very first is nothing new");
    // A known browser may travel. A program keeps no proof that it is known: it is told by its network alone.
    try_from(&mut known, "198.51.100.7", &ada.email, PASSWORD).await.ok();
    let by_program = async |address: &str| {
        let stranger = app.stranger();
        let request = stranger.request(Method::POST, "/api/auth/login").header("x-forwarded-for", address);
        stranger.send(request.json(&wish(&ada.email, PASSWORD))).await.ok();
    };
    by_program("203.0.113.200").await;
    settled(&app).await;
    assert!(told().is_empty());

    let mut other = Browser::new(&app);
    other.headers = known.headers.clone();
    try_from(&mut other, "2001:db8:1:2::3", &ada.email, PASSWORD).await.ok();
    by_program("2001:db8:1:ffff::3").await;
    settled(&app).await;
    let mails = told();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    // Another browser at a known place is one that nobody signed in with before.
    try_from(&mut Browser::new(&app), "203.0.113.9", &ada.email, PASSWORD).await.ok();
    settled(&app).await;
    assert_eq!(told().len(), 2);
    assert_eq!(mail["link"], app.url("/account"), "where nothing happens by itself");
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains("from 2001:db8:1:2::3 with Firefox on Linux"), "{text}");
    let new: Vec<Value> =
        entries(&app, "auth.login").await.into_iter().map(|entry| entry.2["newDevice"].clone()).collect();
    assert_eq!(new, [false, false, false, true, false, true]);
}

#[tokio::test]
async fn too_many_wrong_tries_are_told_once_a_day_to_whoever_is_there() {
    let app = platform().await;
    let (ada, gone) = (person(&app).await, person(&app).await);
    sql(&app, "UPDATE users SET status = 'disabled' WHERE id = $1", gone.id).await;
    let ten = async |address: &str, email: &str| {
        for _ in 0..10 {
            hammer(&app, address, email).await.refused(401, "invalid_credentials");
        }
        settled(&app).await;
    };
    for _ in 0..9 {
        hammer(&app, "203.0.113.9", &ada.email).await.refused(401, "invalid_credentials");
    }
    settled(&app).await;
    let told = || app.mails_to(&ada.email, "too_many_tries");
    assert!(told().is_empty());
    hammer(&app, "203.0.113.9", &ada.email).await.refused(401, "invalid_credentials");
    settled(&app).await;
    let mails = told();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert!(mail["text"].as_str().unwrap().contains("from 203.0.113.9 with "), "{mail}");
    assert_eq!(mail["link"], Value::Null);

    ten("198.51.100.7", &ada.email).await;
    assert_eq!(told().len(), 1, "once a day");
    sql(&app, "UPDATE mails SET created_at = now() - interval '25 hours' WHERE user_id = $1", ada.id).await;
    ten("198.51.100.8", &ada.email).await;
    assert_eq!(told().len(), 2);
    ten("203.0.113.9", &gone.email).await;
    ten("203.0.113.9", "nobody@example.test").await;
    assert!(app.mails_to(&gone.email, "too_many_tries").is_empty());
    let warned = entries(&app, "auth.warn").await;
    assert_eq!(warned.len(), 2);
}
