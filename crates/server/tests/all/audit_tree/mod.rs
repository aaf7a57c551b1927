//! The sealed log: proofs and bundles that hold, tampering that is found and named, sequencers that compete and die, what
//! is removed without a proof breaking.

mod keys;
mod months;
mod proofs;
mod removal;
mod restored;
mod sequencers;
mod tampering;

use crate::support::{Actor, Customer, TestApp};
use sallyport::app::App;
use sallyport::audit::tree::{Finding, Kept, LogReport, round, verify};
use sallyport::ids::OrganizationId;
use sallyport_audit_log::{Keeper, Verifier};
use sqlx::AssertSqlSafe;
use std::sync::Arc;
use uuid::Uuid;

/// Rounds of an instance until nothing waits.
pub async fn seal(app: &TestApp) {
    seal_by(app, &app.platform.app).await;
}

async fn seal_by(app: &TestApp, by: &Arc<App>) {
    let mut sql = app.sql().await;
    for _ in 0..50 {
        round(by, &mut Kept::new()).await.unwrap();
        let rest: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM audit_queue q WHERE NOT EXISTS (SELECT 1 FROM audit_trees t
                WHERE t.org_id = q.org_id AND t.halted_at IS NOT NULL))
                + (SELECT count(*) FROM audit_trees WHERE halted_at IS NULL AND size > coalesce(signed_size, 0))",
        )
        .fetch_one(&mut sql)
        .await
        .unwrap();
        if rest == 0 {
            return;
        }
    }
    panic!("the log is never sealed");
}

/// So many events of an organization, as the platform writes them, each with all fields filled.
pub async fn write_events(app: &TestApp, organization: Uuid, count: i32) {
    let sql = format!(
        "INSERT INTO audit_logs (org_id, id, code, outcome, risk_level, controls, sentence, actor_id, actor_org_id,
             actor_name, actor_email, actor_role, target_type, target_id, target_name, session_id, client_ip,
             user_agent, request_id, policy_ids, details)
         SELECT '{organization}', gen_random_uuid(), 'asset.update', 'success', 'medium', '{{CC6.1,A.5.9}}',
                'Ada changed the machine web ' || n, gen_random_uuid(), gen_random_uuid(), 'Ada', 'ada@example.test',
                'admin', 'asset', gen_random_uuid(), 'web ' || n, gen_random_uuid(), '192.0.2.7', 'a test',
                gen_random_uuid(), '{{customer.own}}', jsonb_build_object('n', n, 'text', E'\\u2028 \"quoted\"')
         FROM generate_series(1, {count}) n"
    );
    run(app, &sql).await;
}

/// As if what an organization's log has, and nobody sealed yet, had happened so many days earlier. For a superuser alone: a
/// row that goes from month to month would be queued again, and is refused.
pub async fn age(app: &TestApp, organization: Uuid, days: i32) {
    let sql = format!(
        "SET session_replication_role = replica;
         UPDATE audit_logs SET occurred_at = occurred_at - interval '{days} days' WHERE org_id = '{organization}'
             AND id IN (SELECT event_id FROM audit_queue);
         UPDATE audit_queue SET occurred_at = occurred_at - interval '{days} days' WHERE org_id = '{organization}'"
    );
    run(app, &sql).await;
}

/// As the owner of everything, whom nothing holds.
pub async fn run(app: &TestApp, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut app.sql().await).await.expect(sql);
}

pub async fn number(app: &TestApp, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut app.sql().await).await.expect(sql)
}

/// The public keys of checkpoints.
pub async fn keys(app: &TestApp) -> Vec<[u8; 32]> {
    use base64::Engine as _;
    let keys = app.stranger().get("/api/audit/keys").await.ok();
    let decode = |key: &serde_json::Value| {
        let bytes =
            base64::engine::general_purpose::STANDARD.decode(key["publicKey"].as_str().unwrap()).unwrap();
        bytes.try_into().unwrap()
    };
    keys["items"].as_array().unwrap().iter().map(decode).collect()
}

pub fn keeper(app: &App) -> Keeper {
    Keeper::open(&app.config.data_dir.join("audit-checkpoints")).unwrap()
}

/// What a verification says of one log, by what an instance keeps.
pub async fn report_by(app: &TestApp, by: &App, organization: Uuid) -> LogReport {
    let keys = keys(app).await;
    let only = Some(OrganizationId(organization));
    verify(&by.db, only, &keys, &keeper(by)).await.unwrap().remove(0)
}

pub async fn report(app: &TestApp, organization: Uuid) -> LogReport {
    report_by(app, &app.platform.app, organization).await
}

/// That a log is as it was sealed; how many entries it has.
pub async fn sound(app: &TestApp, organization: Uuid) -> u64 {
    let report = report(app, organization).await;
    assert!(report.findings.is_empty(), "{:?}", words(&report.findings));
    assert_eq!(report.entries, report.signed);
    report.entries
}

pub fn words(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}

pub fn verifier(key: [u8; 32], organization: Uuid) -> Verifier {
    Verifier::new(&sallyport_audit_log::origin(organization), key).unwrap()
}

/// A platform with a customer, its admin, and so many events of its own.
pub async fn with_events(count: i32) -> (TestApp, Customer, Actor) {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let admin = app.member(&acme, "admin").await;
    write_events(&app, acme.id, count).await;
    seal(&app).await;
    (app, acme, admin)
}
