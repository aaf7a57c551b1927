//! Whoever has the database and changes anything of the log is found, and what they changed is named.

use super::{number, report, run, seal, sound, with_events, words};
use crate::support::TestApp;
use crate::wall::code;
use sallyport::audit::tree::Finding;
use sqlx::Connection;
use uuid::Uuid;

/// A column of `audit_logs`, and something else that could stand in it.
const COLUMNS: [(&str, &str); 22] = [
    ("org_id", "(SELECT id FROM organizations WHERE type = 'mss_provider')"),
    ("id", "gen_random_uuid()"),
    ("occurred_at", "occurred_at + interval '1 microsecond'"),
    ("code", "'asset.delete'"),
    ("outcome", "'failed'"),
    ("risk_level", "'low'"),
    ("controls", "'{CC6.1}'"),
    ("sentence", "sentence || ' '"),
    ("actor_id", "gen_random_uuid()"),
    ("actor_org_id", "NULL"),
    ("actor_name", "'Bob'"),
    ("actor_email", "'Ada@example.test'"),
    ("actor_role", "'basic_user'"),
    ("target_type", "'user'"),
    ("target_id", "NULL"),
    ("target_name", "NULL"),
    ("session_id", "NULL"),
    ("client_ip", "'192.0.2.7/24'"),
    ("user_agent", "''"),
    ("request_id", "gen_random_uuid()"),
    ("policy_ids", "policy_ids || ''::text"),
    ("details", "details || '{\"n\": 0}'"),
];

/// Does it, verifies, undoes it by what was saved of the tables.
async fn found(app: &TestApp, organization: Uuid, act: &str) -> Vec<Finding> {
    const TABLES: [&str; 5] =
        ["audit_logs", "audit_leaves", "audit_nodes", "audit_trees", "audit_checkpoints"];
    let save: String = TABLES.map(|table| format!("CREATE TABLE saved_{table} AS TABLE {table};")).concat();
    run(app, &save).await;
    // No trigger refuses what nobody but a superuser could do.
    run(app, &format!("SET session_replication_role = replica; {act}")).await;
    let findings = report(app, organization).await.findings;
    let restore: String = TABLES
        .map(|table| {
            format!(
                "TRUNCATE {table}; INSERT INTO {table} SELECT * FROM saved_{table}; DROP TABLE saved_{table};"
            )
        })
        .concat();
    run(app, &format!("SET session_replication_role = replica; {restore}")).await;
    findings
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_flipped_value_in_each_column_is_found_and_named() {
    let (app, acme, _) = with_events(300).await;
    let entries = sound(&app, acme.id).await;
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT attname::text FROM pg_attribute WHERE attrelid = 'audit_logs'::regclass AND attnum > 0 AND NOT attisdropped
         ORDER BY attname",
    )
    .fetch_all(&mut app.sql().await)
    .await
    .unwrap();
    let mut known: Vec<&str> = COLUMNS.iter().map(|(column, _)| *column).collect();
    known.sort_unstable();
    assert_eq!(columns, known, "a new column is not sealed: make a new version of the entry");
    let event: Uuid = sqlx::query_scalar("SELECT event_id FROM audit_leaves WHERE org_id = $1 AND seq = 270")
        .bind(acme.id)
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap();
    for (column, other) in COLUMNS {
        let act = format!("UPDATE audit_logs SET {column} = {other} WHERE id = '{event}'");
        let findings = found(&app, acme.id, &act).await;
        let first = findings.first().unwrap_or_else(|| panic!("{column}: nothing was found"));
        match column {
            // The row is another's, or another row: the entry's own is gone.
            "org_id" | "id" => assert_eq!(first, &Finding::Removed { seq: 270, event }, "{column}"),
            _ => assert_eq!(first, &Finding::Changed { seq: 270, event, fields: vec![column] }, "{column}"),
        }
    }
    assert_eq!(sound(&app, acme.id).await, entries, "all of it was undone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_removed_added_or_done_to_the_tree_itself_is_found_and_named() {
    let (app, acme, _) = with_events(300).await;
    let last = sound(&app, acme.id).await - 1;
    let at = |seq: u64| format!("org_id = '{}' AND seq = {seq}", acme.id);
    let of = format!("org_id = '{}'", acme.id);
    // The only finding that names a row: that it is at another time is said once.
    const MOVED: &str = "was changed in occurred_at";
    let row = |seq: u64| format!("id = (SELECT event_id FROM audit_leaves WHERE {})", at(seq));
    for (act, said) in [
        (
            format!("DELETE FROM audit_logs WHERE id = (SELECT event_id FROM audit_leaves WHERE {})", at(5)),
            "entry 5 (",
        ),
        (format!("DELETE FROM audit_leaves WHERE {}", at(5)), "entry 5 is missing from audit_leaves"),
        (format!("DELETE FROM audit_leaves WHERE {}", at(last)), "is missing from audit_leaves"),
        (
            format!(
                "INSERT INTO audit_logs (org_id, id, code, outcome, risk_level, sentence)
                 VALUES ('{}', gen_random_uuid(), 'auth.login', 'success', 'info', 'Nobody signed in')",
                acme.id
            ),
            "was never sealed",
        ),
        (
            format!("UPDATE audit_leaves SET leaf_hash = sha256('x') WHERE {}", at(7)),
            "entry 7 (",
        ),
        (
            format!("UPDATE audit_leaves SET marks = overlay(marks PLACING '\\xffff' FROM 9) WHERE {}", at(7)),
            "changed in audit_leaves.marks",
        ),
        (
            format!("UPDATE audit_leaves SET salts = overlay(salts PLACING '\\x0102' FROM 20) WHERE {}", at(7)),
            "changed in actor_name",
        ),
        (
            format!("UPDATE audit_leaves SET erased = 2, commitments = decode(repeat('00', 224), 'hex') WHERE {}", at(7)),
            "entry 7 (",
        ),
        (
            format!("UPDATE audit_leaves SET content_removed_at = now() WHERE {}", at(7)),
            "changed in audit_leaves.content_removed_at",
        ),
        (
            format!("UPDATE audit_leaves SET occurred_at = occurred_at + interval '1 microsecond' WHERE {}", at(7)),
            "changed in audit_leaves.occurred_at",
        ),
        (
            format!("UPDATE audit_leaves SET occurred_at = occurred_at - interval '100 days' WHERE {}", at(7)),
            "changed in audit_leaves.occurred_at",
        ),
        (format!("UPDATE audit_logs SET occurred_at = occurred_at - interval '100 days' WHERE {}", row(7)), MOVED),
        (
            format!(
                "UPDATE audit_logs SET occurred_at = occurred_at - interval '100 days' WHERE {};
                 UPDATE audit_leaves SET occurred_at = occurred_at - interval '100 days' WHERE {}",
                row(7),
                at(7)
            ),
            MOVED,
        ),
        (
            format!(
                "UPDATE audit_logs SET occurred_at = occurred_at - interval '100 days' WHERE {};
                 UPDATE audit_leaves SET occurred_at = occurred_at + interval '100 days' WHERE {}",
                row(7),
                at(7)
            ),
            MOVED,
        ),
        (
            format!(
                "INSERT INTO audit_logs SELECT (jsonb_populate_record(a, '{{\"occurred_at\": \"2026-01-01\"}}')).*
                 FROM audit_logs a WHERE {}",
                row(7)
            ),
            "was never sealed",
        ),
        (
            format!(
                "UPDATE audit_leaves SET salts = NULL, content_removed_at = now() WHERE {0};
                 DELETE FROM audit_logs WHERE id = (SELECT event_id FROM audit_leaves WHERE {0})",
                at(7)
            ),
            "changed in audit_leaves.occurred_at",
        ),
        (
            format!(
                "UPDATE audit_leaves SET content_removed_at = now() WHERE {0};
                 DELETE FROM audit_logs WHERE id = (SELECT event_id FROM audit_leaves WHERE {0})",
                at(7)
            ),
            "the content of entry 7 is missing, and no audit.cleanup",
        ),
        (format!("UPDATE audit_leaves SET event_id = gen_random_uuid() WHERE {}", at(7)), "entry 7 ("),
        (
            format!(
                "UPDATE audit_leaves SET seq = -seq WHERE {of} AND seq IN (7, 8)"
            )
            .replace("-seq", "CASE seq WHEN 7 THEN 1000008 ELSE 1000007 END"),
            "entry 7 is missing",
        ),
        (format!("UPDATE audit_nodes SET hash = sha256('x') WHERE {of}"), "node 0 of level 1"),
        (format!("DELETE FROM audit_nodes WHERE {of}"), "node 0 of level 1"),
        (format!("UPDATE audit_trees SET range = range || range WHERE {of}"), "audit_trees.range"),
        (
            format!("UPDATE audit_trees SET signed_size = signed_size - 1, size = size - 1 WHERE {of}"),
            "is not signed by a key of ours",
        ),
        (
            format!("UPDATE audit_trees SET checkpoint = replace(checkpoint, 'sallyport', 'sallyporT') WHERE {of}"),
            "is not signed by a key of ours",
        ),
        (format!("UPDATE audit_checkpoints SET checkpoint = checkpoint || 'x' WHERE {of}"), "is not signed by a key"),
        (format!("UPDATE audit_checkpoints SET size = size - 1 WHERE {of}"), "is not signed by a key of ours"),
    ] {
        let findings = words(&found(&app, acme.id, &act).await);
        assert!(findings.iter().any(|finding| finding.contains(said)), "{act}\n{findings:?}");
        let added = findings.iter().any(|finding| finding.contains("was never sealed"));
        assert!(said != MOVED || !added, "said once: {findings:?}");
    }
    // Row, leaf and tree rewritten to fit each other: the checkpoints do not.
    let act = format!(
        "UPDATE audit_leaves SET leaf_hash = sha256('x'), marks = '', salts = NULL, content_removed_at = now() WHERE {0};
         DELETE FROM audit_logs WHERE id = (SELECT event_id FROM audit_leaves WHERE {0}); DELETE FROM audit_checkpoints",
        at(7)
    );
    let findings = words(&found(&app, acme.id, &act).await);
    assert!(findings.iter().any(|finding| finding.contains("the data folder")), "{findings:?}");
    sound(&app, acme.id).await;
}

/// X12: what is sealed is changed by no role that logs in, not by the sequencer's either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x12_no_role_changes_or_removes_what_is_sealed() {
    let (app, acme, _) = with_events(3).await;
    let before = number(&app, "SELECT count(*) FROM audit_leaves").await;
    for role in ["sallyport_app", "sallyport_system"] {
        let mut sql = sqlx::PgConnection::connect(&app.database.url(role)).await.unwrap();
        for table in ["audit_logs", "audit_leaves", "audit_nodes", "audit_checkpoints"] {
            for act in ["UPDATE {} SET org_id = org_id", "DELETE FROM {}", "TRUNCATE {}"] {
                let act = act.replace("{}", table);
                let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(act.clone())).execute(&mut sql).await;
                assert_eq!(code(refused.map(drop)), "42501", "{act} as {role}");
            }
        }
        for act in [
            "UPDATE audit_leaves SET salts = NULL",
            "UPDATE audit_logs SET sentence = ''",
            "SET ROLE sallyport_keeper",
            "ALTER TABLE audit_logs DISABLE TRIGGER queue",
        ] {
            let refused = sqlx::raw_sql(act).execute(&mut sql).await;
            assert_eq!(code(refused.map(drop)), "42501", "{act} as {role}");
        }
    }
    // What may remove content removes nothing of the last year, and nothing at all as the app.
    let clean = "SELECT wall.clean_up_audit((SELECT org_id FROM audit_leaves LIMIT 1), now() - interval '364 days', 9, false)";
    for (role, expected) in [("sallyport_app", "42501"), ("sallyport_system", "23514")] {
        let mut sql = sqlx::PgConnection::connect(&app.database.url(role)).await.unwrap();
        assert_eq!(code(sqlx::raw_sql(clean).execute(&mut sql).await.map(drop)), expected, "{role}");
    }
    assert_eq!(number(&app, "SELECT count(*) FROM audit_leaves").await, before);
    seal(&app).await;
    sound(&app, acme.id).await;
}
