//! The two roles that log in: parted in clusters of before by a plain start, and never joined again.

use super::{run, texts};
use crate::support::MIGRATIONS;
use sallyport::clock::Clock;
use sallyport::config::Config;
use sallyport::startup::{self, Platform};
use sallyport_pg_cluster as pg;
use sqlx::migrate::Migrator;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// What parted them.
const PARTED: i64 = 20_261_121_000_017;
pub(super) const OWNER: &str = "sallyport_owner";

/// The private cluster of a data folder, as the platform runs it.
pub(super) async fn cluster(data: &Path, roles: &[&str]) -> pg::Running {
    let settings = pg::Config::new(data.join("postgres")).superuser(OWNER).database("sallyport");
    let settings = roles.iter().fold(settings, |settings, role| settings.login_role(*role));
    pg::Cluster::open(settings).start().await.unwrap()
}

pub(super) async fn owner_of(running: &pg::Running) -> PgConnection {
    running.connect_options(OWNER, "sallyport").connect().await.unwrap()
}

/// How a start ends: it serves and is stopped again, or what it says.
pub(super) async fn outcome(config: &Config) -> Option<String> {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match startup::start(config.clone(), Clock::default()).await {
        Ok(platform) => {
            platform.app.db.now().await.unwrap();
            Platform::stop(platform).await;
            None
        }
        Err(error) => Some(format!("{error:#}")),
    }
}

/// Who may log in, and who is a member of whom.
async fn roles(sql: &mut PgConnection) -> Vec<String> {
    texts(
        sql,
        "SELECT rolname || CASE WHEN rolcanlogin THEN ' logs in' ELSE '' END FROM pg_roles
         WHERE rolname IN ('sallyport_app', 'sallyport_system')
         UNION ALL SELECT m.member::regrole || ' is a member of ' || m.roleid::regrole FROM pg_auth_members m
         WHERE m.member::regrole::text IN ('sallyport_app', 'sallyport_system') ORDER BY 1",
    )
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i15_roles_of_before_are_parted_by_a_plain_start_and_stay_so() {
    let folder = tempfile::tempdir().unwrap();
    // So that PostgreSQL's own account gets in.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o711)).unwrap();
    let data = folder.path().join("data");

    let old = cluster(&data, &["sallyport_app"]).await;
    let before = Migrator::with_migrations(
        MIGRATIONS.iter().filter(|migration| migration.version < PARTED).cloned().collect(),
    );
    let mut sql = owner_of(&old).await;
    before.run(&mut sql).await.unwrap();
    assert_eq!(
        roles(&mut sql).await,
        ["sallyport_app is a member of sallyport_system", "sallyport_app logs in", "sallyport_system"]
    );
    sql.close().await.unwrap();
    old.stop().await;

    let mut config = Config { data_dir: data.clone(), ..Config::default() };
    assert_eq!(outcome(&config).await, None, "a plain start");

    // The same database as a server that is given.
    let given = cluster(&data, &["sallyport_app", "sallyport_system"]).await;
    let mut sql = owner_of(&given).await;
    assert_eq!(roles(&mut sql).await, ["sallyport_app logs in", "sallyport_system logs in"]);
    let url = |role: &str| Some(given.url(role, "sallyport"));
    config.database.url = url(OWNER);
    assert_eq!(outcome(&config).await, None, "with the owner alone");
    let passwords = "SELECT count(*)::text FROM pg_authid WHERE rolpassword LIKE 'SCRAM%'";
    assert_eq!(texts(&mut sql, passwords).await.unwrap(), ["2"], "both have passwords of their own");

    // What a start refuses.
    for (app, system, complaint) in [
        (
            "sallyport_system",
            "sallyport_system",
            "you are connected as sallyport_system, not as sallyport_app",
        ),
        ("sallyport_app", OWNER, "you are connected as sallyport_owner, not as sallyport_system"),
    ] {
        let mut mixed = config.clone();
        (mixed.database.app_url, mixed.database.system_url) = (url(app), url(system));
        let said = outcome(&mixed).await.unwrap();
        assert!(said.contains(complaint), "{said}");
    }
    for (member, of) in [
        ("sallyport_app", "sallyport_system"),
        ("sallyport_app", "pg_read_all_data"),
        ("sallyport_system", "sallyport_app"),
    ] {
        run(&mut sql, &format!("GRANT {of} TO {member}")).await;
        let said = outcome(&config).await.unwrap();
        assert!(said.contains(&format!("role {member} is a member of {of}")), "{said}");
        run(&mut sql, &format!("REVOKE {of} FROM {member}")).await;
    }
    assert_eq!(outcome(&config).await, None, "and when that is undone, it serves");
    sql.close().await.unwrap();
    given.stop().await;
}
