//! An older state of the database, put back or made, is not signed: what was signed is kept outside it.

use super::{
    keeper, keys, number, report, report_by, run, seal, seal_by, sound, verifier, with_events, words,
    write_events,
};
use crate::support::{Second, TestApp};
use sallyport::audit::tree::Finding;
use std::time::Duration;
use uuid::Uuid;

const TABLES: [&str; 6] =
    ["audit_logs", "audit_leaves", "audit_nodes", "audit_trees", "audit_checkpoints", "audit_queue"];

/// What a backup would hold of the log.
async fn back_up(app: &TestApp) {
    let sql: String = TABLES.map(|table| format!("CREATE TABLE saved_{table} AS TABLE {table};")).concat();
    run(app, &sql).await;
}

/// And its restore.
async fn restore(app: &TestApp) {
    let sql: String = TABLES
        .map(|table| {
            format!(
                "TRUNCATE {table}; INSERT INTO {table} SELECT * FROM saved_{table}; DROP TABLE saved_{table};"
            )
        })
        .concat();
    run(app, &format!("SET session_replication_role = replica; {sql}")).await;
}

async fn is_halted(app: &TestApp, organization: Uuid) -> bool {
    let sql =
        format!("SELECT count(*) FROM audit_trees WHERE org_id = '{organization}' AND halted_at IS NOT NULL");
    number(app, &sql).await == 1
}

async fn halts_told(app: &TestApp) -> i64 {
    number(app, "SELECT count(*) FROM audit_logs WHERE code = 'audit.halt' AND risk_level = 'critical'").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x15_yesterdays_backup_halts_the_log_until_an_operator_says_otherwise() {
    let (app, acme, admin) = with_events(40).await;
    back_up(&app).await;
    write_events(&app, acme.id, 30).await;
    seal(&app).await;
    let signed = sound(&app, acme.id).await;
    let key = keys(&app).await[0];

    restore(&app).await;
    // It is noticed by a start, with nothing new in the log, and nothing is signed however much is added.
    let app = app.restart().await;
    seal(&app).await;
    assert!(is_halted(&app, acme.id).await);
    assert!(halts_told(&app).await >= 1);
    let ready = app.stranger().get("/readyz").await.ok();
    assert_eq!(ready["auditLog"], "halted", "{ready}");
    write_events(&app, acme.id, 60).await;
    seal(&app).await;
    let size = format!("SELECT size FROM audit_trees WHERE org_id = '{}'", acme.id);
    assert!(number(&app, &size).await.cast_unsigned() < signed, "nothing is ordered");
    let kept = keeper(&app.platform.app).last(acme.id, &[verifier(key, acme.id)]).unwrap().unwrap();
    assert_eq!(kept.size, signed, "what was signed is still known");
    let findings = report(&app, acme.id).await.findings;
    assert!(
        findings.iter().any(|one| matches!(one, Finding::Cut { signed: cut, .. } if *cut == signed)),
        "{findings:?}"
    );
    assert!(findings.iter().any(|one| matches!(one, Finding::Halted(_))), "{findings:?}");
    let shown = admin.get(&format!("/api/audit/organizations/{}/checkpoint", acme.id)).await.ok();
    assert!(shown["haltedBecause"].as_str().unwrap().contains("an older state"), "{shown}");
    // Other organizations go on, as long as they are what was signed; Globex came after the backup.
    let globex = app.customer("Globex").await;
    seal(&app).await;
    sound(&app, globex.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x14_a_tail_that_was_cut_off_or_rewritten_is_not_signed_anew() {
    let (app, acme, _) = with_events(40).await;
    back_up(&app).await;
    write_events(&app, acme.id, 30).await;
    seal(&app).await;
    let signed = sound(&app, acme.id).await;
    restore(&app).await;
    // The tail is made anew, longer than it was: another log of a believable size. The kept file is ignorant of how.
    let halted = format!(
        "UPDATE audit_trees SET signed_size = NULL, checkpoint = NULL, signed_at = NULL WHERE org_id = '{}'",
        acme.id
    );
    run(&app, &halted).await;
    let folder = app.platform.app.config.data_dir.join("audit-checkpoints");
    let path = folder.join(acme.id.to_string());
    let good = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    // Whoever can remove the file of one instance gets a fork signed there …
    write_events(&app, acme.id, 50).await;
    seal(&app).await;
    assert!(!is_halted(&app, acme.id).await);
    // … and whoever has the checkpoint of before, as any other instance or a customer has, shows it.
    std::fs::write(&path, &good).unwrap();
    write_events(&app, acme.id, 1).await;
    seal(&app).await;
    assert!(is_halted(&app, acme.id).await, "the fork is not signed");
    let findings = report(&app, acme.id).await.findings;
    let fork = Finding::Rewritten { size: signed, place: "the data folder" };
    assert!(findings.contains(&fork), "{:?}", words(&findings));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x15_whichever_instance_signs_the_others_know_what_was_signed() {
    let (app, acme, _) = with_events(20).await;
    let second = Second::start(&app).await;
    seal_by(&app, &second.platform.app).await;
    let by_second = report_by(&app, &second.platform.app, acme.id).await;
    assert!(by_second.findings.is_empty(), "{:?}", words(&by_second.findings));
    back_up(&app).await;
    write_events(&app, acme.id, 20).await;
    seal(&app).await;
    // The second has only looked on.
    seal_by(&app, &second.platform.app).await;
    let key = keys(&app).await[0];
    let kept = keeper(&second.platform.app).last(acme.id, &[verifier(key, acme.id)]).unwrap().unwrap();
    assert_eq!(kept.size, sound(&app, acme.id).await);
    restore(&app).await;
    // The first is gone with its data folder.
    std::fs::remove_dir_all(app.platform.app.config.data_dir.join("audit-checkpoints")).unwrap();
    seal_by(&app, &second.platform.app).await;
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert!(is_halted(&app, acme.id).await, "the second knows");
    second.stop().await;
}
