//! Passkeys: added, used alone, after a password and as a fresh proof; and everything that is no use of one.

use super::browser::ACCESS;
use super::{PASSWORD, bearer, entries, person, sql, wish};
use crate::support::authenticator::App;
use crate::support::passkey::{Held, PRESENT_AND_VERIFIED, Passkey, challenge, post};
use crate::support::{Actor, Answer, Second, TestApp};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

const SIGN_IN: &str = "/api/auth/passkeys/sign-in";

/// A platform with a host name: passkeys belong to one.
async fn platform() -> TestApp {
    TestApp::start_with(|config| {
        config.http.public_url = config.http.public_url.replace("127.0.0.1", "localhost");
    })
    .await
}

/// Somebody with a passkey.
async fn with_passkey(app: &TestApp) -> (Actor, Passkey) {
    let ada = person(app).await;
    let passkey = Passkey::add(app, &ada).await;
    (ada, passkey)
}

async fn alone(app: &TestApp, held: &Held, passkey: &Value) -> Answer {
    post(&app.stranger(), held, SIGN_IN, json!({ "passkey": passkey, "delivery": "body" })).await
}

/// What the right password leads to.
async fn owing(app: &TestApp, who: &Actor) -> Value {
    app.stranger().post("/api/auth/login", wish(&who.email, PASSWORD)).await.ok()
}

async fn second(app: &TestApp, owed: &Value, held: &Held, passkey: &Value) -> Answer {
    let body = json!({ "challenge": owed["challenge"], "passkey": passkey, "delivery": "body" });
    post(&app.stranger(), held, SIGN_IN, body).await
}

#[tokio::test]
async fn a_passkey_signs_in_alone_and_after_the_password() {
    let app = platform().await;
    let (ada, mut passkey) = with_passkey(&app).await;
    let held = challenge(&app).await;
    let body = alone(&app, &held, &passkey.used(&held)).await.ok();
    assert_eq!(body["profile"]["email"], ada.email.as_str());
    let owed = owing(&app, &ada).await;
    assert_eq!((&owed["methods"], &owed["passkeys"]), (&json!(["backup_code"]), &json!([passkey.id()])));
    let held = challenge(&app).await;
    second(&app, &owed, &held, &passkey.used(&held)).await.ok();
    let ways: Vec<Value> =
        entries(&app, "auth.login").await.into_iter().map(|entry| entry.2["factor"].clone()).collect();
    assert_eq!(ways, ["passkey_alone", "passkey"]);
    let own = ada.get("/api/auth/factors").await.ok();
    let factor = &own["factors"][0];
    assert_eq!((&factor["kind"], &factor["name"]), (&json!("passkey"), &json!("Laptop")));
    assert!(factor["lastUsedAt"].is_string() && own["backupCodesLeft"] == 10, "{own}");
    ada.delete(&format!("/api/auth/factors/{}", factor["id"].as_str().unwrap())).await.ok();
    let held = challenge(&app).await;
    alone(&app, &held, &passkey.used(&held)).await.refused(401, "passkey_refused");
    assert!(owing(&app, &ada).await["accessToken"].is_string(), "nothing is owed any more");
}

#[tokio::test]
async fn a_challenge_is_good_once_in_one_browser_for_five_minutes() {
    let app = platform().await;
    let second = Second::start(&app).await;
    let (_, mut passkey) = with_passkey(&app).await;
    let held = challenge(&app).await;
    let said = passkey.used(&held);
    let body = json!({ "passkey": said, "delivery": "body" });
    let elsewhere = app.stranger().at(second.address);
    let here = app.stranger();
    let both =
        join_all([post(&here, &held, SIGN_IN, body.clone()), post(&elsewhere, &held, SIGN_IN, body)]).await;
    let mut statuses: Vec<u16> = both.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401], "once, on all instances");
    second.stop().await;

    let (mine, other) = (challenge(&app).await, challenge(&app).await);
    let mixed = Held { challenge: mine.challenge.clone(), cookie: other.cookie };
    alone(&app, &mixed, &passkey.used(&mine)).await.refused(401, "passkey_refused");
    for cookie in ["other=1".to_owned(), format!("{}A", mine.cookie), "__Host-sallyport_passkey=".to_owned()]
    {
        let forged = Held { challenge: mine.challenge.clone(), cookie };
        alone(&app, &forged, &passkey.used(&mine)).await.refused(401, "passkey_refused");
    }
    alone(&app, &mine, &passkey.used(&mine)).await.ok();
    // One from before: the machine's clock goes back while it is made.
    app.clock.advance(chrono::TimeDelta::minutes(-6));
    let old = challenge(&app).await;
    app.clock.advance(chrono::TimeDelta::minutes(6));
    alone(&app, &old, &passkey.used(&old)).await.refused(401, "passkey_refused");
}

#[tokio::test]
async fn what_a_passkey_says_for_another_site_or_unverified_is_refused() {
    let app = platform().await;
    let (ada, mut passkey) = with_passkey(&app).await;
    let origin = passkey.origin.clone();
    let mut refused = 0;
    for change in [
        |passkey: &mut Passkey| passkey.origin = "http://localhost".to_owned(),
        |passkey: &mut Passkey| passkey.origin = format!("{}.example", passkey.origin),
        |passkey: &mut Passkey| passkey.rp_id = "example.com".to_owned(),
        |passkey: &mut Passkey| passkey.flags = 0x01,
        |passkey: &mut Passkey| passkey.flags = 0x04,
        |passkey: &mut Passkey| passkey.flags = PRESENT_AND_VERIFIED | 0x10,
        |passkey: &mut Passkey| passkey.flags = PRESENT_AND_VERIFIED | 0x08,
        |passkey: &mut Passkey| passkey.flags = PRESENT_AND_VERIFIED | 0x40,
        |passkey: &mut Passkey| passkey.flags = PRESENT_AND_VERIFIED | 0x80,
        |passkey: &mut Passkey| passkey.user = uuid::Uuid::nil(),
    ] {
        change(&mut passkey);
        let held = challenge(&app).await;
        alone(&app, &held, &passkey.used(&held)).await.refused(401, "passkey_refused");
        passkey.origin.clone_from(&origin);
        passkey.rp_id = "localhost".to_owned();
        (passkey.flags, passkey.user) = (PRESENT_AND_VERIFIED, ada.id);
        // Each is counted as wrong passwords are; this is not what is looked at here.
        sql(&app, "DELETE FROM login_attempts WHERE $1 IS NOT NULL", ada.id).await;
        refused += 1;
    }
    // The signature covers all of it.
    for field in ["clientData", "authenticatorData", "signature"] {
        let held = challenge(&app).await;
        let mut said = passkey.used(&held);
        let other = challenge(&app).await;
        said[field] = passkey.used(&other)[field].clone();
        alone(&app, &held, &said).await.refused(401, "passkey_refused");
        refused += 1;
    }
    let held = challenge(&app).await;
    let mut stranger = Passkey::new(&app, ada.id);
    alone(&app, &held, &stranger.used(&held)).await.refused(401, "passkey_refused");
    let log = entries(&app, "passkey.sign_in").await;
    assert_eq!(log.len(), refused + 1);
    assert!(log.iter().all(|entry| entry.0 == "refused"));
    for change in [
        "UPDATE users SET status = 'disabled' WHERE id = $1",
        "UPDATE users SET status = 'invited' WHERE id = $1",
    ] {
        sql(&app, change, ada.id).await;
        let held = challenge(&app).await;
        alone(&app, &held, &passkey.used(&held)).await.refused(401, "passkey_refused");
    }
}

#[tokio::test]
async fn a_count_that_falls_back_is_refused_and_told() {
    let app = platform().await;
    let (_, mut passkey) = with_passkey(&app).await;
    let held = challenge(&app).await;
    alone(&app, &held, &passkey.used(&held)).await.ok();
    for back in [1, 2] {
        passkey.sign_count -= back;
        let held = challenge(&app).await;
        alone(&app, &held, &passkey.used(&held)).await.refused(401, "passkey_refused");
    }
    let told = entries(&app, "passkey.clone").await;
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|entry| entry.0 == "refused" && entry.1 == "high"), "{told:?}");
    passkey.sign_count += 5;
    let held = challenge(&app).await;
    alone(&app, &held, &passkey.used(&held)).await.ok();
}

#[tokio::test]
async fn m04_m05_a_passkey_pays_for_its_own_person_alone() {
    let app = platform().await;
    let ((ada, mut hers), (ben, mut his)) = (with_passkey(&app).await, with_passkey(&app).await);
    let owed = owing(&app, &ada).await;
    let held = challenge(&app).await;
    second(&app, &owed, &held, &his.used(&held)).await.refused(401, "passkey_refused");
    // Half a sign-in, and what a browser holds for a passkey, are no sign-ins.
    let cookie = held.cookie.split_once('=').unwrap().1.to_owned();
    for pretended in [owed["challenge"].as_str().unwrap(), held.challenge.as_str(), cookie.as_str()] {
        bearer(&app, pretended).get("/api/users/profile").await.refused(401, "unauthenticated");
        let request = app.stranger().request(Method::GET, "/api/users/profile");
        let request = request.header("cookie", format!("{ACCESS}={pretended}"));
        app.stranger().send(request).await.refused(401, "unauthenticated");
    }
    let made = json!({ "passkey": Passkey::new(&app, ada.id).made(&held) });
    post(&app.stranger(), &held, "/api/auth/factors/passkeys", made).await.refused(401, "unauthenticated");
    let body = json!({ "passkey": hers.used(&held) });
    post(&app.stranger(), &held, "/api/auth/step-up/passkey", body).await.refused(401, "unauthenticated");
    let held = challenge(&app).await;
    let enrol = json!({ "challenge": owed["challenge"], "passkey": Passkey::new(&app, ada.id).made(&held) });
    post(&app.stranger(), &held, "/api/auth/enrolment/passkey", enrol).await.refused(401, "challenge_over");
    // Wrong ones count where codes do, and the challenge has five tries.
    for _ in 0..4 {
        let held = challenge(&app).await;
        second(&app, &owed, &held, &his.used(&held)).await.refused(401, "passkey_refused");
    }
    let held = challenge(&app).await;
    second(&app, &owed, &held, &hers.used(&held)).await.refused(401, "challenge_over");
    let counted: Vec<i32> = sqlx::query_scalar("SELECT failures FROM login_attempts")
        .fetch_all(&mut app.sql().await)
        .await
        .unwrap();
    assert_eq!(counted, [5, 5]);
    let owed = owing(&app, &ben).await;
    let held = challenge(&app).await;
    second(&app, &owed, &held, &his.used(&held)).await.ok();
}

#[tokio::test]
async fn m06_an_old_sign_in_adds_no_passkey_and_a_passkey_makes_it_fresh() {
    let app = platform().await;
    let (mut ada, mut passkey) = with_passkey(&app).await;
    let old = "UPDATE user_sessions SET authenticated_at = now() - interval '11 minutes' WHERE user_id = $1";
    sql(&app, old, ada.id).await;
    let held = challenge(&app).await;
    let wanted = json!({ "passkey": Passkey::new(&app, ada.id).made(&held) });
    post(&ada, &held, "/api/auth/factors/passkeys", wanted).await.refused(403, "step_up_required");
    let (_, mut his) = with_passkey(&app).await;
    let held = challenge(&app).await;
    let foreign = json!({ "passkey": his.used(&held) });
    post(&ada, &held, "/api/auth/step-up/passkey", foreign).await.refused(403, "not_confirmed");
    let held = challenge(&app).await;
    let proof = json!({ "passkey": passkey.used(&held) });
    let stepped_up = post(&ada, &held, "/api/auth/step-up/passkey", proof).await.ok();
    // T10: what was given out before is dead.
    ada.get("/api/users/profile").await.refused(401, "unauthenticated");
    ada.token = stepped_up["accessToken"].as_str().map(str::to_owned);
    let held = challenge(&app).await;
    let wanted = json!({ "passkey": Passkey::new(&app, ada.id).made(&held) });
    let added = post(&ada, &held, "/api/auth/factors/passkeys", wanted).await.created();
    assert_eq!((&added["factor"]["name"], &added["backupCodes"]), (&json!("Passkey"), &json!([])));
    let stepped: Vec<String> =
        entries(&app, "passkey.step_up").await.into_iter().map(|entry| entry.0).collect();
    assert_eq!(stepped, ["refused", "success"]);
}

#[tokio::test]
async fn who_owes_a_factor_enrols_a_passkey_and_is_in() {
    let app = platform().await;
    let acme = app.customer("Acme").await;
    sql(&app, "UPDATE organizations SET mfa_required = true WHERE id = $1", acme.id).await;
    let ada = app.member(&acme, "admin").await;
    super::give_password(&app, &ada).await;
    let owed = owing(&app, &ada).await;
    assert_eq!(owed["owed"], "enrolment");
    let begun =
        app.stranger().post("/api/auth/enrolment", json!({ "challenge": owed["challenge"] })).await.ok();
    assert_eq!((&begun["userId"], &begun["email"]), (&json!(ada.id), &json!(ada.email)));
    let mut passkey = Passkey::new(&app, ada.id);
    let held = challenge(&app).await;
    let mut wrong = passkey.made(&held);
    wrong["attestation"] = json!("AAAA");
    let body =
        |passkey: Value| json!({ "challenge": owed["challenge"], "passkey": passkey, "delivery": "body" });
    post(&app.stranger(), &held, "/api/auth/enrolment/passkey", body(wrong))
        .await
        .refused(400, "invalid_input");
    let again = body(passkey.made(&held));
    post(&app.stranger(), &held, "/api/auth/enrolment/passkey", again).await.refused(400, "invalid_input");
    let held = challenge(&app).await;
    let enrolled =
        post(&app.stranger(), &held, "/api/auth/enrolment/passkey", body(passkey.made(&held))).await.ok();
    assert_eq!(enrolled["backupCodes"].as_array().unwrap().len(), 10);
    assert_eq!(enrolled["profile"]["email"], ada.email.as_str());
    // The same passkey is nobody else's.
    let held = challenge(&app).await;
    let ben = person(&app).await;
    let taken = json!({ "passkey": passkey.made(&held) });
    post(&ben, &held, "/api/auth/factors/passkeys", taken).await.refused(409, "passkey_known");
    let held = challenge(&app).await;
    alone(&app, &held, &passkey.used(&held)).await.ok();
}

#[tokio::test]
async fn beside_an_app_both_are_offered_and_either_is_enough() {
    let app = platform().await;
    let ada = person(&app).await;
    let phone = App::add(&ada).await;
    let mut passkey = Passkey::add(&app, &ada).await;
    let owed = owing(&app, &ada).await;
    assert_eq!(
        (&owed["methods"], &owed["passkeys"]),
        (&json!(["totp", "backup_code"]), &json!([passkey.id()]))
    );
    let code = json!({ "challenge": owed["challenge"], "method": "totp", "code": phone.next_code(), "delivery": "body" });
    app.stranger().post("/api/auth/factors/verify", code).await.ok();
    let owed = owing(&app, &ada).await;
    let held = challenge(&app).await;
    second(&app, &owed, &held, &passkey.used(&held)).await.ok();
}

#[tokio::test]
async fn a_service_without_a_name_has_no_passkeys() {
    let app = TestApp::start().await;
    app.stranger().get("/api/auth/passkeys/challenge").await.refused(409, "passkeys_need_a_name");
}
