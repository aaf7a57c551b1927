//! The second step of a sign-in, and one's own factors.

use super::browser::{ACCESS, Browser};
use super::{PASSWORD, bearer, entries, person, sql, wish};
use crate::support::authenticator::{App, code_now, texts};
use crate::support::{Actor, Answer, Second, TestApp};
use futures::future::join_all;
use serde_json::{Value, json};

/// Somebody with an authenticator app.
async fn enrolled(app: &TestApp) -> (Actor, App) {
    let ada = person(app).await;
    let phone = App::add(&ada).await;
    (ada, phone)
}

/// What the right password leads to.
async fn challenge(app: &TestApp, who: &Actor) -> String {
    let answer = app.stranger().post("/api/auth/login", wish(&who.email, PASSWORD)).await;
    assert!(answer.headers.get("set-cookie").is_none());
    let body = answer.ok();
    assert_eq!((&body["owed"], &body["methods"]), (&json!("factor"), &json!(["totp", "backup_code"])));
    assert!(body.get("accessToken").is_none() && body.get("profile").is_none(), "{body}");
    body["challenge"].as_str().unwrap().to_owned()
}

fn shown(challenge: &str, method: &str, code: &str) -> Value {
    json!({ "challenge": challenge, "method": method, "code": code, "delivery": "body" })
}

async fn verify(app: &TestApp, challenge: &str, method: &str, code: &str) -> Answer {
    app.stranger().post("/api/auth/factors/verify", shown(challenge, method, code)).await
}

/// Makes the newest use of every app so old that this minute's codes are all unused.
async fn minutes_later(app: &TestApp) {
    sqlx::query("UPDATE user_factors SET last_step = last_step - 20")
        .execute(&mut app.sql().await)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_browser_signs_in_by_password_and_code() {
    let app = TestApp::start().await;
    let (ada, phone) = enrolled(&app).await;
    let mut browser = Browser::new(&app);
    let asked =
        browser.post("/api/auth/login", json!({ "email": ada.email, "password": PASSWORD })).await.ok();
    assert!(browser.cookies.is_empty(), "nothing is given for the password alone");
    let wish = json!({ "challenge": asked["challenge"], "method": "totp", "code": phone.next_code() });
    let body = browser.post("/api/auth/factors/verify", wish).await.ok();
    assert_eq!(body["profile"]["email"], ada.email.as_str());
    assert_eq!(browser.cookies.len(), 4);
    assert!(browser.is_signed_in().await);
    let (_, _, details) = entries(&app, "auth.login").await.pop().unwrap();
    assert_eq!(details["factor"], "totp");
    assert_eq!(entries(&app, "auth.challenge").await.len(), 1);
}

#[tokio::test]
async fn m01_a_code_is_good_once_on_all_instances_however_it_is_typed() {
    let app = TestApp::start().await;
    let second = Second::start(&app).await;
    let (ada, phone) = enrolled(&app).await;
    let code = phone.next_code();
    let wide: String = code.chars().map(|c| char::from_u32(c as u32 - 0x30 + 0xff10).unwrap()).collect();
    let (first, other) = (challenge(&app, &ada).await, challenge(&app, &ada).await);
    // At once at both.
    let elsewhere = app.stranger().at(second.address);
    let both = join_all([
        app.stranger().post("/api/auth/factors/verify", shown(&first, "totp", &code)),
        elsewhere.post("/api/auth/factors/verify", shown(&other, "totp", &code)),
    ])
    .await;
    let mut statuses: Vec<u16> = both.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    let third = challenge(&app, &ada).await;
    for typed in
        [code.clone(), format!("{} {}", &code[..3], &code[3..]), format!("\u{200b}{code}\u{feff}"), wide]
    {
        let again = app.stranger().at(second.address);
        again
            .post("/api/auth/factors/verify", shown(&third, "totp", &typed))
            .await
            .refused(401, "wrong_code");
    }
    // The one before it was good a moment ago, and is over too.
    verify(&app, &third, "totp", &phone.code(0)).await.refused(401, "wrong_code");
    second.stop().await;
}

#[tokio::test]
async fn m02_codes_of_other_minutes_are_refused() {
    let app = TestApp::start().await;
    let (ada, phone) = enrolled(&app).await;
    minutes_later(&app).await;
    let one = challenge(&app, &ada).await;
    for steps in [-3, 3, 20] {
        verify(&app, &one, "totp", &phone.code(steps)).await.refused(401, "wrong_code");
    }
    verify(&app, &one, "totp", &phone.code(0)).await.ok();
}

#[tokio::test]
async fn m04_m05_a_challenge_opens_nothing_but_its_own_door() {
    let app = TestApp::start_for_strangers().await;
    let (ada, _) = enrolled(&app).await;
    let token = challenge(&app, &ada).await;
    let document = app.stranger().get("/api/openapi.json").await.json();
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "delete"] {
            let method = method.to_uppercase();
            if item[method.to_lowercase()].is_null() || sallyport::access::public::is_public(&method, path) {
                continue;
            }
            let path = path.replace(['{', '}'], "");
            let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
            for pretended in [bearer(&app, &token), app.stranger()] {
                let request = pretended.request(method.clone(), &path).json(&json!({}));
                let cookie = format!("{ACCESS}={token}");
                let request =
                    if pretended.token.is_some() { request } else { request.header("cookie", cookie) };
                pretended.send(request).await.refused(401, "unauthenticated");
                asked += 1;
            }
        }
    }
    assert!(asked > 100, "{asked}");
    for token in [json!({ "refreshToken": token }), json!({})] {
        app.stranger().post("/api/auth/refresh", token).await.refused(401, "unauthenticated");
    }
    // Nor does it pay for what somebody else owes, or for another thing.
    app.stranger()
        .post("/api/auth/enrolment", json!({ "challenge": token }))
        .await
        .refused(401, "challenge_over");
    let wrong = json!({ "challenge": ada.token, "method": "totp", "code": "123456" });
    app.stranger().post("/api/auth/factors/verify", wrong).await.refused(401, "challenge_over");
}

#[tokio::test]
async fn m14_a_challenge_has_five_tries_however_many_come_at_once() {
    let app = TestApp::start().await;
    let (ada, phone) = enrolled(&app).await;
    let one = challenge(&app, &ada).await;
    let tries = (0..20).map(|_| verify(&app, &one, "totp", "000000"));
    let answers = join_all(tries).await;
    let wrong = answers.iter().filter(|answer| answer.json()["error"] == "wrong_code").count();
    let over = answers.iter().filter(|answer| answer.json()["error"] == "challenge_over").count();
    assert_eq!((wrong, over), (5, 15));
    verify(&app, &one, "totp", &phone.next_code()).await.refused(401, "challenge_over");

    // They count like wrong passwords, for the network and for the account as a whole.
    let counted: Vec<i32> = sqlx::query_scalar("SELECT failures FROM login_attempts")
        .fetch_all(&mut app.sql().await)
        .await
        .unwrap();
    assert_eq!(counted, [5, 5]);
    let two = challenge(&app, &ada).await;
    for _ in 0..5 {
        verify(&app, &two, "totp", "000000").await.refused(401, "wrong_code");
    }
    sqlx::query("UPDATE login_attempts SET last_failed_at = now() + interval '5 minutes'")
        .execute(&mut app.sql().await)
        .await
        .unwrap();
    app.stranger().post("/api/auth/login", wish(&ada.email, PASSWORD)).await.refused(429, "rate_limited");
    // From another network the password is heard, and codes are not: whoever guesses them has many networks.
    sqlx::query("DELETE FROM login_attempts WHERE client_net <> '0.0.0.0/0'")
        .execute(&mut app.sql().await)
        .await
        .unwrap();
    let three = challenge(&app, &ada).await;
    verify(&app, &three, "totp", &phone.next_code()).await.refused(429, "rate_limited");
    sqlx::query("UPDATE login_attempts SET last_failed_at = now() - interval '6 minutes'")
        .execute(&mut app.sql().await)
        .await
        .unwrap();
    verify(&app, &three, "totp", &phone.next_code()).await.ok();
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM login_attempts")
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap();
    assert_eq!(left, 0, "the right code forgets the wrong ones before it");
}

#[tokio::test]
async fn m12_aliases_of_an_address_do_not_reset_the_count_of_codes() {
    let app = TestApp::start().await;
    let (ada, _) = enrolled(&app).await;
    for email in [ada.email.to_uppercase(), format!(" {} ", ada.email), ada.email.clone()] {
        let asked = app.stranger().post("/api/auth/login", wish(&email, PASSWORD)).await.ok();
        let one = asked["challenge"].as_str().unwrap();
        verify(&app, one, "totp", "000000").await.refused(401, "wrong_code");
    }
    let counted: Vec<i32> = sqlx::query_scalar("SELECT failures FROM login_attempts")
        .fetch_all(&mut app.sql().await)
        .await
        .unwrap();
    assert_eq!(counted, [3, 3]);
}

#[tokio::test]
async fn a_challenge_is_over_when_spent_late_or_overtaken() {
    let app = TestApp::start().await;
    let (ada, phone) = enrolled(&app).await;
    let over = async |challenge: &str| {
        minutes_later(&app).await;
        verify(&app, challenge, "totp", &phone.code(0)).await.refused(401, "challenge_over");
    };
    let spent = challenge(&app, &ada).await;
    verify(&app, &spent, "totp", &phone.next_code()).await.ok();
    over(&spent).await;
    let late = challenge(&app, &ada).await;
    sql(&app, "UPDATE login_challenges SET expires_at = now() WHERE user_id = $1", ada.id).await;
    over(&late).await;
    for change in [
        "UPDATE users SET epoch = epoch + 1 WHERE id = $1",
        "UPDATE users SET status = 'disabled' WHERE id = $1",
        "UPDATE organizations SET status = 'suspended' WHERE id = (SELECT org_id FROM users WHERE id = $1)",
    ] {
        let overtaken = challenge(&app, &ada).await;
        sql(&app, change, ada.id).await;
        over(&overtaken).await;
        sql(&app, "UPDATE users SET status = 'active' WHERE id = $1", ada.id).await;
    }
    over(&"A".repeat(43)).await;
    over("").await;
}

#[tokio::test]
async fn e05_m09_a_backup_code_is_good_once_and_new_ones_end_the_old() {
    let app = TestApp::start().await;
    let (ada, phone) = enrolled(&app).await;
    assert_eq!(phone.backup_codes.len(), 10);
    let [used, kept] = [&phone.backup_codes[0], &phone.backup_codes[1]];
    let challenges = [challenge(&app, &ada).await, challenge(&app, &ada).await];
    let both = join_all(challenges.iter().map(|one| verify(&app, one, "backup_code", used))).await;
    assert_eq!(both.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(entries(&app, "backup_code.use").await[0].2["left"], 9);
    let own = ada.get("/api/auth/factors").await.ok();
    assert_eq!(own["backupCodesLeft"], 9);

    // What differs in its first letter and what differs in its last are the same wrong code.
    let spoil = |at: usize| {
        let mut letters: Vec<char> = kept.chars().collect();
        letters[at] = if letters[at] == 'a' { 'b' } else { 'a' };
        letters.into_iter().collect::<String>()
    };
    let one = challenge(&app, &ada).await;
    let mut faces = Vec::new();
    for typed in [spoil(0), spoil(17), String::new()] {
        let answer = verify(&app, &one, "backup_code", &typed).await;
        let mut body = answer.refused(401, "wrong_code");
        body["details"]["requestId"].take();
        faces.push(body);
    }
    assert!(faces.iter().all(|face| *face == faces[0]));

    let renewed = texts(&ada.post("/api/auth/backup-codes", json!({})).await.ok()["backupCodes"]);
    assert!(renewed.iter().all(|code| !phone.backup_codes.contains(code)));
    verify(&app, &one, "backup_code", kept).await.refused(401, "wrong_code");
    verify(&app, &one, "backup_code", &renewed[0].to_uppercase().replace('-', " ")).await.ok();
}

#[tokio::test]
async fn m06_an_old_sign_in_adds_and_removes_no_factor() {
    let app = TestApp::start().await;
    let (ada, phone) = enrolled(&app).await;
    let fresh = ada.post("/api/auth/factors/totp", json!({})).await.created();
    let old = "UPDATE user_sessions SET authenticated_at = now() - interval '11 minutes' WHERE user_id = $1";
    sql(&app, old, ada.id).await;
    let (new, mine) = (fresh["factorId"].as_str().unwrap(), phone.factor_id.as_str());
    let code = json!({ "code": code_now(fresh["secret"].as_str().unwrap()) });
    let refusals = [
        ada.post("/api/auth/factors/totp", json!({})).await,
        ada.post(&format!("/api/auth/factors/{new}/confirm"), code).await,
        ada.delete(&format!("/api/auth/factors/{mine}")).await,
        ada.post("/api/auth/backup-codes", json!({})).await,
    ];
    for answer in refusals {
        let body = answer.refused(403, "step_up_required");
        assert_eq!(body["details"]["policyIds"], json!(["everyone.fresh-authentication"]));
    }
    let own = ada.get("/api/auth/factors").await.ok();
    assert_eq!((own["factors"].as_array().unwrap().len(), &own["backupCodesLeft"]), (1, &json!(10)));
    let logged: Vec<String> = sqlx::query_scalar(
        "SELECT policy_ids[1] FROM audit_logs WHERE code = 'factor.delete' AND outcome = 'refused'",
    )
    .fetch_all(&mut app.sql().await)
    .await
    .unwrap();
    assert_eq!(logged, ["everyone.fresh-authentication"]);
}

#[tokio::test]
async fn t12_a_new_factor_ends_the_other_sign_ins() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let mut before = Browser::signed_in(&app, &ada.email).await;
    let phone = App::add(&ada).await;
    assert!(!before.is_signed_in().await);
    before.post("/api/auth/refresh", json!({})).await.refused(401, "unauthenticated");
    assert_eq!(ada.get("/api/users/profile").await.status, 200, "the one that added it goes on");

    // A second app: the codes on paper stay good. Then the first one goes, and the last.
    let tablet = App::add(&ada).await;
    assert!(tablet.backup_codes.is_empty());
    assert_eq!(ada.get("/api/auth/factors").await.ok()["factors"].as_array().unwrap().len(), 2);
    let one = challenge(&app, &ada).await;
    verify(&app, &one, "totp", &tablet.next_code()).await.ok();
    ada.delete(&format!("/api/auth/factors/{}", phone.factor_id)).await.ok();
    let two = challenge(&app, &ada).await;
    verify(&app, &two, "totp", &phone.next_code()).await.refused(401, "wrong_code");
    verify(&app, &two, "backup_code", &phone.backup_codes[0]).await.ok();
    ada.delete(&format!("/api/auth/factors/{}", tablet.factor_id)).await.ok();
    let body = app.stranger().post("/api/auth/login", wish(&ada.email, PASSWORD)).await.ok();
    assert!(body["accessToken"].is_string(), "nothing is owed any more");
    assert_eq!(ada.get("/api/auth/factors").await.ok()["backupCodesLeft"], 0);
}

#[tokio::test]
async fn m07_a_seed_is_shown_once_and_kept_nowhere_in_clear() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let new = ada.post("/api/auth/factors/totp", json!({ "name": "Telephone" })).await.created();
    let secret = new["secret"].as_str().unwrap();
    let seed = data_encoding(secret);
    assert!(new["uri"].as_str().unwrap().contains(secret));
    assert!(new["qr"].as_str().unwrap().contains("<svg"));
    let path = format!("/api/auth/factors/{}", new["factorId"].as_str().unwrap());
    let codes = ada.post(&format!("{path}/confirm"), json!({ "code": code_now(secret) })).await.ok();
    let codes = texts(&codes["backupCodes"]);
    ada.post(&format!("{path}/confirm"), json!({ "code": code_now(secret) })).await.refused(404, "not_found");
    let mut canaries = vec![
        crate::canary::Canary::new("seed", &seed),
        crate::canary::Canary::new("secret", secret.as_bytes()),
    ];
    canaries.extend(codes.iter().map(|code| crate::canary::Canary::new("backup code", code.as_bytes())));
    let admin = app.super_admin().await;
    for who in [&ada, &admin] {
        for path in ["/api/auth/factors", "/api/users/profile", "/api/audit/logs", "/api/users"] {
            crate::canary::absent(&canaries, path, &who.get(path).await.bytes);
        }
    }
    for (table, rows) in crate::canary::dump(&app).await {
        crate::canary::absent(&canaries, &table, rows.as_bytes());
    }
}

/// The seed that a secret spells.
fn data_encoding(secret: &str) -> Vec<u8> {
    let value = |letter: u8| u32::from(if letter >= b'A' { letter - b'A' } else { letter - b'2' + 26 });
    let bits: Vec<u32> =
        secret.bytes().flat_map(|letter| (0..5).rev().map(move |bit| value(letter) >> bit & 1)).collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | *bit as u8)).collect()
}
