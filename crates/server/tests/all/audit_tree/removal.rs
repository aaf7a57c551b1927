//! What is removed goes for good, proofs stay, holds are honoured, and the log says what became of it.

use super::{age, keys, number, report, run, seal, sound, with_events, words, write_events};
use crate::support::{Customer, TestApp};
use sallyport_audit_log::bundle;
use serde_json::{Value, json};
use uuid::Uuid;

/// A log whose first entries are older than a year.
async fn aged() -> (TestApp, Customer) {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    write_events(&app, acme.id, 20).await;
    age(&app, acme.id, 400).await;
    seal(&app).await;
    write_events(&app, acme.id, 10).await;
    seal(&app).await;
    (app, acme)
}

async fn proof(app: &TestApp, event: Uuid) -> Value {
    app.security_analyst().await.get(&format!("/api/audit/events/{event}/proof")).await.ok()
}

async fn event_at(app: &TestApp, organization: Uuid, seq: i64) -> Uuid {
    sqlx::query_scalar("SELECT event_id FROM audit_leaves WHERE org_id = $1 AND seq = $2")
        .bind(organization)
        .bind(seq)
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cleanup_removes_old_content_and_every_proof_stays_valid() {
    let (app, acme) = aged().await;
    let root = app.super_admin().await;
    let old = event_at(&app, acme.id, 3).await;
    let before = proof(&app, old).await;
    assert!(before["entry"].is_object());
    let wish = |preview: bool| json!({ "olderThanDays": 365, "organizationId": acme.id, "reason": "two years are over", "preview": preview });
    let count = format!("SELECT count(*) FROM audit_logs WHERE org_id = '{}'", acme.id);
    let all = number(&app, &count).await;

    let seen = root.post("/api/audit/cleanup", wish(true)).await.ok();
    assert_eq!((seen["removed"].as_i64(), number(&app, &count).await), (Some(21), all), "{seen}");
    // Held: nothing goes.
    let hold = format!("/api/audit/organizations/{}/hold", acme.id);
    root.put(&hold, json!({ "reason": "case 7 is open" })).await.ok();
    let held = root.get(&format!("/api/audit/organizations/{}/checkpoint", acme.id)).await.ok();
    assert_eq!(held["hold"]["reason"], "case 7 is open");
    root.post("/api/audit/cleanup", wish(false)).await.refused(409, "audit_held");
    let erase = json!({ "userId": root.id, "reason": "asked for" });
    assert_eq!(root.post("/api/audit/erase", erase).await.ok()["held"], json!(["Acme"]));
    // Lifted for a reason, by whoever saw what it is now.
    let lift = format!("{hold}?reason=case%207%20is%20closed");
    for wrong in [hold.clone(), format!("{hold}?reason="), format!("{lift}{}", "x".repeat(1000))] {
        root.delete(&wrong).await.refused(400, "invalid_input");
    }
    let version = held["hold"]["version"].to_string();
    // Nobody writes their matter over another one unseen.
    let both = json!({ "reason": "case 7 is open, and case 8" });
    let refused = root.put(&hold, json!({ "reason": "case 8" })).await.refused(409, "already_held");
    assert!(refused["message"].as_str().unwrap().contains("case 7 is open"), "{refused}");
    let put =
        |version: &str| root.request(reqwest::Method::PUT, &hold).header("If-Match", version).json(&both);
    root.send(put("1")).await.refused(412, "stale_version");
    root.send(put(&version)).await.ok();
    let stale = root.request(reqwest::Method::DELETE, &lift).header("If-Match", &version);
    root.send(stale).await.refused(412, "stale_version");
    let held = root.get(&format!("/api/audit/organizations/{}/checkpoint", acme.id)).await.ok();
    let seen =
        root.request(reqwest::Method::DELETE, &lift).header("If-Match", held["hold"]["version"].to_string());
    root.send(seen).await.ok();
    root.delete(&lift).await.refused(404, "not_found");
    root.send(put(&version)).await.refused(412, "stale_version");
    let told = root.get("/api/audit/logs?code=audit_hold.set&outcome=success").await.ok()["items"][0].clone();
    assert_eq!(told["details"]["before"]["reason"], "case 7 is open", "{told}");
    let told =
        root.get("/api/audit/logs?code=audit_hold.lift&outcome=success").await.ok()["items"][0].clone();
    assert!(told["sentence"].as_str().unwrap().contains("case 7 is closed"), "{told}");
    assert_eq!(told["details"]["heldBecause"], "case 7 is open, and case 8", "{told}");

    let done = root.post("/api/audit/cleanup", wish(false)).await.ok();
    assert_eq!(done["removed"], 21, "{done}");
    let left = format!("{count} AND occurred_at < now() - interval '365 days'");
    assert_eq!(number(&app, &left).await, 0);
    seal(&app).await;
    let after = proof(&app, old).await;
    assert_eq!(after["leafHash"], before["leafHash"]);
    assert!(after["entry"].is_null(), "the content is gone: {after}");
    sound(&app, acme.id).await;
    assert_eq!(report(&app, acme.id).await.removed, 21);
    let key = keys(&app).await[0];
    let taken = root.get(&format!("/api/audit/organizations/{}/bundle", acme.id)).await.bytes;
    let told =
        bundle::verify(&taken[..], |name| Ok(vec![sallyport_audit_log::Verifier::new(name, key)?]), &[])
            .unwrap();
    assert_eq!((told.removed, told.unexplained), (21, None));
    // A second time there is nothing to do; younger entries are nobody's to remove.
    assert_eq!(root.post("/api/audit/cleanup", wish(false)).await.ok()["removed"], 0);
    let young = json!({ "olderThanDays": 364, "reason": "no" });
    root.post("/api/audit/cleanup", young).await.refused(400, "invalid_input");
    let manager = app.account_manager().await;
    manager.post("/api/audit/cleanup", wish(true)).await.refused(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erasing_a_person_leaves_nothing_of_them_but_their_id_and_every_proof_holds() {
    let (app, acme, admin) = with_events(3).await;
    // Something that the admin did, and something that was done to them.
    admin.get("/api/users?page=0").await;
    let root = app.super_admin().await;
    let path = format!("/api/users/{}", admin.id);
    let person = root.get(&path).await.ok();
    let renamed = root.put(&path, json!({ "displayName": "Wilhelmina Unforgettable" })).await;
    assert!(renamed.status.is_success() || renamed.status.as_u16() == 428, "{} {person}", renamed.text());
    let taken = admin.get(&format!("/api/audit/organizations/{}/bundle", acme.id)).await;
    assert!(taken.status.is_success(), "{}", taken.text());
    seal(&app).await;
    let mine =
        format!("SELECT count(*) FROM audit_logs WHERE actor_id = '{}' AND actor_name IS NOT NULL", admin.id);
    assert!(number(&app, &mine).await > 0);
    let roots: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as("SELECT event_id, leaf_hash FROM audit_leaves ORDER BY org_id, seq")
            .fetch_all(&mut app.sql().await)
            .await
            .unwrap();

    let erase = json!({ "userId": admin.id, "reason": "asked to be forgotten" });
    let done = root.post("/api/audit/erase", erase).await.ok();
    assert!(done["erased"].as_i64().unwrap() > 0, "{done}");
    seal(&app).await;
    assert_eq!(number(&app, &mine).await, 0);
    for (table, row) in [("audit_logs", "t"), ("audit_leaves", "t")] {
        let named = format!(
            "SELECT count(*) FROM {table} t WHERE {row}::text LIKE '%{}%' OR {row}::text LIKE '%{}%'",
            admin.name, admin.email
        );
        assert_eq!(number(&app, &named).await, 0, "{table}");
    }
    sound(&app, acme.id).await;
    assert!(report(&app, acme.id).await.erased > 0);
    for (event, leaf) in roots {
        let same = format!(
            "SELECT count(*) FROM audit_leaves WHERE event_id = '{event}' AND leaf_hash = '\\x{}'",
            hex(&leaf)
        );
        assert_eq!(number(&app, &same).await, 1);
    }
    let key = keys(&app).await[0];
    let taken = root.get(&format!("/api/audit/organizations/{}/bundle", acme.id)).await;
    assert!(!taken.text().contains(&admin.name));
    let told = bundle::verify(
        &taken.bytes[..],
        |name| Ok(vec![sallyport_audit_log::Verifier::new(name, key)?]),
        &[],
    )
    .unwrap();
    assert!(told.erased > 0 && told.unexplained.is_none(), "{told:?}");
    // What stands in an erased place again is found.
    let event: Uuid =
        sqlx::query_scalar("SELECT event_id FROM audit_leaves WHERE org_id = $1 AND erased & 2 <> 0 LIMIT 1")
            .bind(acme.id)
            .fetch_one(&mut app.sql().await)
            .await
            .unwrap();
    run(&app, &format!("UPDATE audit_logs SET actor_name = 'Bob' WHERE id = '{event}'")).await;
    let findings = words(&report(&app, acme.id).await.findings);
    assert!(findings.iter().any(|finding| finding.contains("actor_name")), "{findings:?}");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
