//! What happened lately at an organization: its own people see it, and the provider's office.

use crate::support::{Actor, Customer, TestApp};
use serde_json::Value;

async fn sentences(who: &Actor, customer: &Customer) -> Vec<String> {
    let page = who.get(&format!("/api/audit/organizations/{}/recent", customer.id)).await.ok();
    let text = |entry: &Value| entry["sentence"].as_str().unwrap().to_owned();
    let items = page["items"].as_array().unwrap();
    assert!(items.iter().all(|entry| entry["organizationId"] == customer.id.to_string()), "{page}");
    items.iter().map(text).collect()
}

#[tokio::test]
async fn members_and_managers_see_what_happened_lately_and_no_more_of_the_log() {
    let app = TestApp::start().await;
    let (acme, bolt) = (app.customer("Acme").await, app.customer("Bolt").await);
    let technician = app.technician().await;
    app.grant(&technician, &acme, "read_only").await;
    let mut sql = app.sql().await;
    for (age, sentence) in [("29 days", "still recent"), ("31 days", "long ago")] {
        sqlx::query(
            "INSERT INTO audit_logs (org_id, id, occurred_at, code, outcome, risk_level, sentence)
             VALUES ($1, $2, now() - $3::text::interval, 'asset.create', 'success', 'info', $4)",
        )
        .bind(acme.id)
        .bind(app.clock.new_id())
        .bind(age)
        .bind(sentence)
        .execute(&mut sql)
        .await
        .unwrap();
    }
    for who in [
        app.member(&acme, "basic_user").await,
        app.member(&acme, "request_user").await,
        app.member(&acme, "report_viewer").await,
        app.member(&acme, "admin").await,
        app.account_manager().await,
        app.security_analyst().await,
        app.super_admin().await,
    ] {
        let seen = sentences(&who, &acme).await;
        assert!(seen.iter().any(|sentence| sentence.contains("grant")), "{}: {seen:?}", who.name);
        assert!(seen.contains(&"still recent".to_owned()), "{}: {seen:?}", who.name);
        assert!(!seen.contains(&"long ago".to_owned()), "{}: {seen:?}", who.name);
    }
    // A grant makes nobody a member, and nobody is one elsewhere.
    let path = format!("/api/audit/organizations/{}/recent", acme.id);
    technician.get(&path).await.refused(403, "forbidden");
    app.member(&bolt, "admin").await.get(&path).await.refused(404, "not_found");
    // The log itself stays closed to those whose it is not.
    for who in [app.member(&acme, "basic_user").await, app.account_manager().await] {
        who.get("/api/audit/logs").await.refused(403, "forbidden");
    }
}
