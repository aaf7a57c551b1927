//! Another address for one's account: proved by the mail that goes there, told to the one of before.

use super::{OTHER_PASSWORD, PASSWORD, bearer, entries, person, sql, wish};
use crate::support::{Actor, Answer, TestApp};
use futures::future::join_all;
use serde_json::{Value, json};

const NEW: &str = "ada.new@northgate.example";

async fn ask(who: &Actor, email: &str) -> Answer {
    who.post("/api/auth/address", json!({ "email": email })).await
}

async fn confirm(app: &TestApp, token: &str) -> Answer {
    app.stranger().post("/api/auth/address/confirm", json!({ "token": token })).await
}

/// The token of the newest link that was mailed there.
async fn mailed_token(app: &TestApp, email: &str) -> String {
    app.until_sql("SELECT count(*) = 0 FROM mails WHERE sealed_letter IS NOT NULL").await;
    let mails = app.mails_to(email, "address_change");
    let link =
        mails.last().unwrap_or_else(|| panic!("no mail to {email}"))["link"].as_str().unwrap().to_owned();
    link.strip_prefix(&app.url("/address#token=")).unwrap_or_else(|| panic!("{link}")).to_owned()
}

async fn sign_in(app: &TestApp, email: &str) -> Answer {
    app.stranger().post("/api/auth/login", wish(email, PASSWORD)).await
}

#[tokio::test]
async fn a_new_address_counts_once_its_mail_was_read_and_the_old_one_is_told() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    assert_eq!(ada.get("/api/auth/address").await.ok(), json!({ "pending": null }));
    for bad in ["", "ada", "ada@", "@northgate.example", "a b@northgate.example"] {
        ask(&ada, bad).await.refused(400, "invalid_input");
    }
    ask(&ada, &ada.email.to_uppercase()).await.refused(400, "invalid_input");
    let pending = ask(&ada, "  Ada.New@Northgate.example ").await.ok();
    assert_eq!(pending["pending"]["email"], NEW);
    assert_eq!(ada.get("/api/auth/address").await.ok(), pending);
    let token = mailed_token(&app, NEW).await;
    let kept: Vec<String> = sqlx::query_scalar("SELECT c::text FROM address_changes c")
        .fetch_all(&mut app.sql().await)
        .await
        .unwrap();
    assert!(!kept.iter().any(|row| row.contains(&token)), "only a hash is kept");
    sign_in(&app, NEW).await.refused(401, "invalid_credentials");

    assert_eq!(confirm(&app, &token).await.ok(), json!({ "email": NEW }));
    sign_in(&app, NEW).await.ok();
    sign_in(&app, &ada.email).await.refused(401, "invalid_credentials");
    assert_eq!(ada.get("/api/users/profile").await.ok()["email"], NEW);
    assert_eq!(ada.get("/api/auth/address").await.ok(), json!({ "pending": null }));
    let told = app.mail_to(&ada.email, "address_changed").await;
    assert!(told["text"].as_str().unwrap().contains(NEW), "{told}");
    confirm(&app, &token).await.refused(404, "not_found");
    let log = entries(&app, "address_change.confirm").await;
    assert_eq!(log.len(), 1, "{log:?}");
    assert_eq!((&log[0].2["from"], &log[0].2["to"]), (&json!(ada.email), &json!(NEW)));
}

#[tokio::test]
async fn p09_of_two_changes_at_once_the_older_is_dead_and_the_old_address_is_told() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    ask(&ada, "first@northgate.example").await.ok();
    let older = mailed_token(&app, "first@northgate.example").await;
    let asked = join_all(["one@northgate.example", "two@northgate.example"].map(|to| ask(&ada, to))).await;
    asked.into_iter().for_each(|answer| drop(answer.ok()));
    let [one, two] = [
        mailed_token(&app, "one@northgate.example").await,
        mailed_token(&app, "two@northgate.example").await,
    ];
    let newest = ada.get("/api/auth/address").await.ok()["pending"]["email"].as_str().unwrap().to_owned();
    let (good, dead) = if newest.starts_with("one") { (one, two) } else { (two, one) };
    for token in [&older, &dead] {
        confirm(&app, token).await.refused(404, "not_found");
    }
    // The same link twice in one moment: one comes through.
    let twice = join_all([confirm(&app, &good), confirm(&app, &good)]).await;
    let mut statuses: Vec<u16> = twice.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
    sign_in(&app, &newest).await.ok();
    app.mail_to(&ada.email, "address_changed").await;
    assert_eq!(app.mails_to(&ada.email, "address_changed").len(), 1);
    // Nobody is sent mail after mail.
    ask(&ada, "four@northgate.example").await.refused(429, "rate_limited");
}

#[tokio::test]
async fn an_address_that_is_somebodys_is_told_to_its_owner_alone() {
    let app = TestApp::start().await;
    let [ada, bea] = [person(&app).await, person(&app).await];
    let (free, taken) = (ask(&ada, "free@northgate.example").await, ask(&ada, &bea.email).await);
    assert_eq!(free.status, taken.status);
    let shape = |answer: &Value| -> Vec<String> {
        answer["data"]["pending"].as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(shape(&free.json()), shape(&taken.json()));
    let told = app.mail_to(&bea.email, "address_change").await;
    assert_eq!(told["link"], Value::Null, "{told}");
    assert!(told["text"].as_str().unwrap().contains("belongs to one already"), "{told}");
    // Somebody takes it between the mail and the click.
    ask(&ada, NEW).await.ok();
    let token = mailed_token(&app, NEW).await;
    sql(&app, "UPDATE users SET email = 'ada.new@northgate.example' WHERE id = $1", bea.id).await;
    confirm(&app, &token).await.refused(409, "email_taken");
    assert_eq!(ada.get("/api/users/profile").await.ok()["email"], ada.email);
}

#[tokio::test]
async fn a_change_needs_a_fresh_proof_can_be_given_up_and_dies_with_what_it_hangs_on() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    ask(&ada, NEW).await.ok();
    let token = mailed_token(&app, NEW).await;
    let ages = "UPDATE user_sessions SET authenticated_at = now() - interval '11 minutes' WHERE user_id = $1";
    sql(&app, ages, ada.id).await;
    ask(&ada, "other@northgate.example").await.refused(403, "step_up_required");
    ada.delete("/api/auth/address").await.ok();
    assert_eq!(ada.get("/api/auth/address").await.ok(), json!({ "pending": null }));
    confirm(&app, &token).await.refused(404, "not_found");

    // A link for the old address's password does not outlive the address, and a disabled person's link is dead.
    let bea = person(&app).await;
    app.stranger().post("/api/auth/reset", json!({ "email": bea.email })).await.ok();
    let reset = app.mail_to(&bea.email, "password_reset").await["link"].as_str().unwrap().to_owned();
    let reset = reset.split_once("#token=").unwrap().1.to_owned();
    ask(&bea, "bea.new@northgate.example").await.ok();
    let token = mailed_token(&app, "bea.new@northgate.example").await;
    sql(&app, "UPDATE users SET status = 'disabled' WHERE id = $1", bea.id).await;
    confirm(&app, &token).await.refused(404, "not_found");
    sql(&app, "UPDATE users SET status = 'active' WHERE id = $1", bea.id).await;
    confirm(&app, &token).await.ok();
    let accept = json!({ "token": reset, "password": OTHER_PASSWORD });
    app.stranger().post("/api/auth/reset/accept", accept).await.refused(404, "not_found");

    // Whom a directory keeps has the address that it says.
    let cyd = app.technician().await;
    ask(&cyd, "cyd.new@northgate.example").await.refused(409, "address_managed");
    bearer(&app, "A".repeat(43).as_str()).get("/api/auth/address").await.refused(401, "unauthenticated");
}
