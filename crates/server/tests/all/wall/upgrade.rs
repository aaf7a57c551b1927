//! A database of before the log was in months, with entries in it: all of them are there after a plain start, and sealed
//! as they were.

use super::roles::{OWNER, cluster, outcome, owner_of};
use super::{run, texts};
use crate::support::MIGRATIONS;
use sallyport::audit::tree::{Kept, round, verify};
use sallyport::clock::Clock;
use sallyport::config::Config;
use sallyport::ids::OrganizationId;
use sallyport::startup::{self, Platform};
use sallyport_audit_log::Keeper;
use sqlx::migrate::Migrator;
use sqlx::{ConnectOptions, Connection};
use std::os::unix::fs::PermissionsExt;

/// What put the log into months.
const PARTED: i64 = 20_261_122_000_070;
const ROWS: &str = "SELECT md5(string_agg(a::text, '|' ORDER BY a.org_id, a.id)) FROM audit_logs a";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_of_before_the_months_are_kept_and_proven() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
    let data = folder.path().join("data");
    let old = cluster(&data, &["sallyport_app", "sallyport_system"]).await;
    let before = Migrator::with_migrations(
        MIGRATIONS.iter().filter(|migration| migration.version < PARTED).cloned().collect(),
    );
    let mut sql = owner_of(&old).await;
    before.run(&mut sql).await.unwrap();
    let acme = super::id();
    // Two years of entries and some of times that have no month; of the first, content was removed, of the second its row.
    run(
        &mut sql,
        &format!(
            "INSERT INTO organizations (id, name, type) VALUES ('{acme}', 'Acme', 'customer');
             INSERT INTO audit_logs (org_id, id, occurred_at, code, outcome, risk_level, controls, sentence, actor_id, client_ip, details)
             SELECT '{acme}', gen_random_uuid(), now() - n * interval '3 days', 'asset.update', 'success', 'info', '{{CC6.1}}',
                    'Ada changed the machine ' || n, gen_random_uuid(), '192.0.2.7', jsonb_build_object('n', n)
             FROM generate_series(0, 240) n;
             INSERT INTO audit_logs (org_id, id, occurred_at, code, outcome, risk_level, sentence) VALUES
                 ('{acme}', gen_random_uuid(), now() + interval '2 years', 'asset.update', 'success', 'info', 'of the future'),
                 ('{acme}', gen_random_uuid(), '1970-01-01Z', 'asset.update', 'success', 'info', 'of the beginning');
             INSERT INTO organizations (id, name, type) SELECT gen_random_uuid(), 'Globex', 'customer';
             INSERT INTO audit_logs (org_id, id, code, outcome, risk_level, sentence)
             SELECT o.id, gen_random_uuid(), 'asset.update', 'success', 'info', 'sealed' FROM organizations o, generate_series(1, 3)
             WHERE o.name = 'Globex';
             INSERT INTO audit_leaves (org_id, seq, event_id, leaf_hash, marks, salts)
             SELECT q.org_id, row_number() OVER () - 1, q.event_id, sha256('x'), '', decode(repeat('01', 112), 'hex')
             FROM audit_queue q WHERE q.org_id <> '{acme}';
             DELETE FROM audit_queue WHERE org_id <> '{acme}';
             UPDATE audit_leaves SET salts = NULL, marks = NULL, content_removed_at = now() WHERE seq = 0;
             DELETE FROM audit_logs WHERE id IN (SELECT event_id FROM audit_leaves WHERE seq < 2)"
        ),
    )
    .await;
    let rows = texts(&mut sql, ROWS).await.unwrap();
    sql.close().await.unwrap();
    old.stop().await;

    let config = Config { data_dir: data.clone(), ..Config::default() };
    assert_eq!(outcome(&config).await, None, "a plain start");
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let platform = startup::start(config, Clock::default()).await.unwrap();
    let running = sallyport_pg_cluster::Cluster::open(
        sallyport_pg_cluster::Config::new(data.join("postgres")).superuser(OWNER).database("sallyport"),
    );
    let running = running.beside().await.unwrap().unwrap();
    let mut sql = running.connect_options(OWNER, "sallyport").connect().await.unwrap();
    // Entries of the start itself are the provider's.
    let of_before =
        format!("{ROWS} WHERE a.org_id IN (SELECT id FROM organizations WHERE name IN ('Acme', 'Globex'))");
    assert_eq!(texts(&mut sql, of_before).await.unwrap(), rows);
    let spread = texts(
        &mut sql,
        format!(
            "SELECT DISTINCT tableoid::regclass::text FROM audit_logs WHERE org_id = '{acme}' ORDER BY 1"
        ),
    );
    let spread = spread.await.unwrap();
    assert!((25..=27).contains(&spread.len()), "{spread:?}");
    let lone = texts(&mut sql, "SELECT sentence FROM audit_logs_default ORDER BY 1").await.unwrap();
    assert_eq!(lone, ["of the beginning", "of the future"]);
    let times = texts(
        &mut sql,
        "SELECT concat_ws(' ', l.seq, l.occurred_at IS NOT NULL, l.occurred_at = a.occurred_at)
         FROM audit_leaves l LEFT JOIN audit_logs a ON a.id = l.event_id
         WHERE l.org_id IN (SELECT id FROM organizations WHERE name = 'Globex') ORDER BY l.seq",
    );
    assert_eq!(times.await.unwrap(), ["0 f", "1 f", "2 t t"]);

    // What waited is sealed in the order in which it waited, and proves itself.
    let mut kept = Kept::new();
    let waiting = format!("SELECT place::text FROM audit_queue WHERE org_id = '{acme}'");
    while !texts(&mut sql, waiting.as_str()).await.unwrap().is_empty() {
        round(&platform.app, &mut kept).await.unwrap();
    }
    let keys = sallyport::audit::tree::keys(&platform.app);
    let keys: Vec<[u8; 32]> = keys
        .items
        .iter()
        .map(|key| {
            use base64::Engine as _;
            base64::engine::general_purpose::STANDARD.decode(&key.public_key).unwrap().try_into().unwrap()
        })
        .collect();
    let keeper = Keeper::open(&data.join("audit-checkpoints")).unwrap();
    let only = Some(OrganizationId(acme));
    let report = verify(&platform.app.db, only, &keys, &keeper).await.unwrap().remove(0);
    assert_eq!((report.findings, report.entries), (Vec::new(), 243));
    sql.close().await.unwrap();
    Platform::stop(platform).await;
}
