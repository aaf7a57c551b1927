//! What was changed at once is undone at once.

use super::assign::{ASSIGN, cells};
use super::{GRANT, path, revoke, wish, with};
use crate::grants::history::{complete, history_of};
use crate::support::{Actor, Answer, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

async fn undo(actor: &Actor, batch: &Value) -> Answer {
    let batch = batch.as_str().unwrap();
    actor.post(&format!("/api/access-management/batches/{batch}/undo"), json!({})).await
}

/// Everything that a grant says of itself but when and how often it was changed.
async fn terms_of(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT (to_jsonb(g) - 'version' - 'updated_at')::text FROM technician_customer_access g
         WHERE revoked_at IS NULL ORDER BY id",
    )
    .fetch_all(&mut app.sql().await)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_handoff_and_an_assignment_and_a_revocation_are_undone() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, ada, ben) = (app.super_admin().await, app.technician().await, app.technician().await);
    let terms = [("ipRanges", json!(["10.0.0.0/8"])), ("notes", json!("ours"))];
    let grant = boss.post(GRANT, with(wish(&ada, &kestrel, "full_access"), &terms)).await.created();
    let stood = terms_of(&app).await;
    let handoff = json!({ "fromTechnicianId": ada.id, "toTechnicianId": ben.id, "reason": "leave" });
    let assignment = with(
        cells(&[(&ada, &kestrel), (&ben, &harbor)]),
        &[("terms", json!({ "accessLevel": "full_access", "notes": "all new" }))],
    );
    for (path, wish) in [
        ("/api/technician-access/handoff", handoff),
        (ASSIGN, assignment),
        ("/api/access-management/bulk-revoke", json!({ "technicianIds": [ada.id], "reason": "drill" })),
    ] {
        let done = boss.post(path, wish).await.ok();
        assert_ne!(terms_of(&app).await, stood, "{path}");
        let undone = undo(&boss, &done["batchId"]).await.ok();
        assert_eq!(terms_of(&app).await, stood, "{path}");
        assert_eq!(undone["created"], done["revoked"], "{path}");
        assert_eq!((&undone["revoked"], &undone["updated"]), (&done["created"], &done["updated"]), "{path}");
        undo(&boss, &done["batchId"]).await.refused(409, "changed_since");
        complete(&app).await;
        // An undo is undone like anything else.
        let redone = undo(&boss, &undone["batchId"]).await.ok();
        assert_ne!(terms_of(&app).await, stood, "{path}");
        undo(&boss, &redone["batchId"]).await.ok();
        assert_eq!(terms_of(&app).await, stood, "{path}");
        complete(&app).await;
    }
    let told = history_of(&boss, &format!("?grantId={}", grant["id"].as_str().unwrap())).await;
    assert!(told[0]["reason"].as_str().unwrap().starts_with("undone"), "{}", told[0]);
    let log = boss.get("/api/audit/logs?code=grant.undo&outcome=success").await.ok()["items"][0].clone();
    assert!(log["sentence"].as_str().unwrap().contains(": undone: "), "{log}");
    app.stop().await;
}

#[tokio::test]
async fn what_somebody_changed_since_is_not_undone() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, ada) = (app.super_admin().await, app.technician().await);
    let assign = async || boss.post(ASSIGN, cells(&[(&ada, &kestrel), (&ada, &harbor)])).await.ok();
    let clear = async || {
        let wish = json!({ "technicianIds": [ada.id], "reason": "drill" });
        boss.post("/api/access-management/bulk-revoke", wish).await.ok()
    };
    // Changed.
    let done = assign().await;
    let grant = json!({ "id": done["changes"][0]["grantId"] });
    boss.put(&path(&grant), json!({ "services": ["ssh"] })).await.ok();
    let stood = terms_of(&app).await;
    undo(&boss, &done["batchId"]).await.refused(409, "changed_since");
    assert_eq!(terms_of(&app).await, stood, "not even the other one");
    clear().await;
    // Taken back.
    let done = assign().await;
    revoke(&boss, &json!({ "id": done["changes"][1]["grantId"] })).await.ok();
    undo(&boss, &done["batchId"]).await.refused(409, "changed_since");
    let taken = clear().await;
    // Given anew by hand, where it would be given back.
    boss.post(GRANT, wish(&ada, &harbor, "full_access")).await.created();
    let stood = terms_of(&app).await;
    undo(&boss, &taken["batchId"]).await.refused(409, "changed_since");
    assert_eq!(terms_of(&app).await, stood);
    // Who got it is no technician any more.
    let taken = clear().await;
    boss.put(&format!("/api/users/{}", ada.id), json!({ "role": "security_analyst" })).await.ok();
    undo(&boss, &taken["batchId"]).await.refused(409, "changed_since");
    assert_eq!(terms_of(&app).await, Vec::<String>::new());
    complete(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn g14_an_undo_is_for_whoever_did_it_for_ten_minutes_and_with_a_fresh_proof() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, manager, other, ada) = (
        app.super_admin().await,
        app.account_manager().await,
        app.account_manager().await,
        app.technician().await,
    );
    let admin = app.member(&kestrel, "admin").await;
    let done = manager.post(ASSIGN, cells(&[(&ada, &kestrel)])).await.ok();
    for actor in [&other, &admin, &ada, &app.security_analyst().await] {
        undo(actor, &done["batchId"]).await.refused(403, "forbidden");
    }
    let elsewhere = app.customer("Harbor Clinic").await;
    undo(&app.member(&elsewhere, "admin").await, &done["batchId"]).await.refused(404, "not_found");
    undo(&boss, &json!(uuid::Uuid::from_u128(7))).await.refused(404, "not_found");
    let batch = done["batchId"].as_str().unwrap();
    let unknown =
        manager.request(Method::POST, &format!("/api/access-management/batches/{batch}/undo?force=1"));
    assert_eq!(manager.send(unknown).await.status.as_u16(), 400);

    let age = |minutes: i32| {
        format!(
            "UPDATE access_changes SET changed_at = now() - interval '{minutes} minutes' WHERE batch_id IS NOT NULL"
        )
    };
    crate::wall::run(&mut app.sql().await, &age(11)).await;
    undo(&manager, &done["batchId"]).await.refused(409, "too_late");
    crate::wall::run(&mut app.sql().await, &age(9)).await;
    undo(&manager, &done["batchId"]).await.ok();
    // Giving access back asks for a fresh proof, as giving it does.
    let done = manager.post(ASSIGN, cells(&[(&ada, &kestrel)])).await.ok();
    let taken = boss
        .post("/api/access-management/bulk-revoke", json!({ "technicianIds": [ada.id], "reason": "drill" }))
        .await
        .ok();
    assert_eq!(taken["changes"][0]["grantId"], done["changes"][0]["grantId"]);
    crate::wall::run(
        &mut app.sql().await,
        "UPDATE user_sessions SET authenticated_at = now() - interval '1 day'",
    )
    .await;
    undo(&boss, &taken["batchId"]).await.refused(403, "step_up_required");
    app.stop().await;
}

#[tokio::test]
async fn of_many_who_undo_the_same_at_once_one_does() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, ada) = (app.super_admin().await, app.technician().await);
    let done = boss.post(ASSIGN, cells(&[(&ada, &kestrel)])).await.ok();
    let answers = futures::future::join_all((0..6).map(|_| undo(&boss, &done["batchId"]))).await;
    let of = |status: u16| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((of(200), of(409)), (1, 5), "{answers:?}");
    complete(&app).await;
    app.stop().await;
}
