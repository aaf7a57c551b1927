//! What asks for a fresh proof of who one is, and giving it.

use super::{PASSWORD, entries, give_password, person, sql};
use crate::support::authenticator::App;
use crate::support::{Actor, TestApp};
use serde_json::json;

/// Lets the proof of whoever is signed in be eleven minutes old.
async fn age(app: &TestApp, who: &Actor) {
    let old = "UPDATE user_sessions SET authenticated_at = now() - interval '11 minutes' WHERE user_id = $1";
    sql(app, old, who.id).await;
}

#[tokio::test]
async fn a_grant_asks_an_old_sign_in_to_confirm_and_taking_it_back_does_not() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    give_password(&app, &manager).await;
    let wish = json!({
        "technicianId": technician.id, "customerOrgId": acme.id, "accessLevel": "full_access", "reason": "a test",
    });
    age(&app, &manager).await;
    assert_eq!(
        manager.get(&format!("/api/organizations/{}", acme.id)).await.ok()["can"]["grant.create"],
        true
    );
    let refusal =
        manager.post("/api/technician-access/grant", wish.clone()).await.refused(403, "step_up_required");
    assert_eq!(refusal["details"]["reason"], "step_up_required");
    assert_eq!(refusal["details"]["policyIds"], json!(["everyone.fresh-authentication"]));
    // Who may not do it is not asked for a password in vain.
    age(&app, &technician).await;
    technician.post("/api/organizations", json!({ "name": "Mine" })).await.refused(403, "forbidden");
    let theirs = technician.post("/api/technician-access/grant", wish.clone()).await;
    assert_ne!(theirs.json()["error"], "step_up_required", "{}", theirs.text());

    let before = manager.get("/api/users/profile").await.ok()["session"].clone();
    let until =
        manager.post("/api/auth/step-up", json!({ "password": PASSWORD })).await.ok()["until"].clone();
    let after = manager.get("/api/users/profile").await.ok()["session"].clone();
    assert_eq!((&after["freshUntil"], &after["id"]), (&until, &before["id"]));
    assert_ne!(before["freshUntil"], after["freshUntil"]);
    let grant = manager.post("/api/technician-access/grant", wish).await.created();
    age(&app, &manager).await;
    let path = format!("/api/technician-access/{}", grant["id"].as_str().unwrap());
    manager.put(&path, json!({ "reason": "another one" })).await.refused(403, "step_up_required");
    manager.delete(&format!("{path}?reason=emergency")).await.ok();
    assert_eq!(entries(&app, "auth.step_up").await.len(), 1);
}

#[tokio::test]
async fn who_has_a_second_factor_steps_up_by_both() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let phone = App::add(&ada).await;
    age(&app, &ada).await;
    let step_up = async |password: &str, code: Option<&str>| {
        let mut wish = json!({ "password": password });
        if let Some(code) = code {
            wish["code"] = json!(code);
        }
        ada.post("/api/auth/step-up", wish).await
    };
    step_up(PASSWORD, None).await.refused(400, "invalid_input");
    step_up(PASSWORD, Some("000000")).await.refused(403, "not_confirmed");
    let code = phone.next_code();
    step_up("another one entirely", Some(&code)).await.refused(403, "not_confirmed");
    ada.post("/api/auth/backup-codes", json!({})).await.refused(403, "step_up_required");
    step_up(PASSWORD, Some(&code)).await.ok();
    step_up(PASSWORD, Some(&code)).await.refused(403, "not_confirmed");
    ada.post("/api/auth/backup-codes", json!({})).await.ok();
    let wish = json!({ "password": PASSWORD, "method": "backup_code", "code": phone.backup_codes[0] });
    ada.post("/api/auth/step-up", wish).await.refused(403, "not_confirmed");
    let refused = entries(&app, "auth.step_up").await;
    assert_eq!(refused.iter().filter(|entry| entry.0 == "refused").count(), 5);
}

#[tokio::test]
async fn m14_wrong_proofs_are_counted_like_wrong_sign_ins() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    for _ in 0..10 {
        ada.post("/api/auth/step-up", json!({ "password": "wrong one" })).await.refused(403, "not_confirmed");
    }
    sqlx::query("UPDATE login_attempts SET last_failed_at = now() + interval '5 minutes'")
        .execute(&mut app.sql().await)
        .await
        .unwrap();
    ada.post("/api/auth/step-up", json!({ "password": PASSWORD })).await.refused(429, "rate_limited");
    let signed_in = app.stranger().post("/api/auth/login", super::wish(&ada.email, PASSWORD)).await;
    signed_in.refused(429, "rate_limited");
}
