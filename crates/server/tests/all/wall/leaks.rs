//! Side doors of PostgreSQL: plans, statistics, what others run, error texts, files, large objects, channels.

use super::{MARK, Wall, attempt, attempt_within, code, enter, run, texts};
use crate::support::TestApp;
use serde_json::json;

const DENIED: &str = "42501";

#[tokio::test]
async fn i19_plans_statistics_activity_and_error_texts_show_no_foreign_value() {
    let wall = Wall::build().await;
    let mut sql = wall.database.superuser().await;
    run(&mut sql, "ANALYZE").await;
    let collected =
        texts(&mut sql, "SELECT tablename FROM pg_stats WHERE schemaname = 'public'").await.unwrap();
    assert!(collected.len() > 100, "there is something to see: {}", collected.len());

    let mut app = wall.app_as(wall.a.admin).await;
    let foreign = |place: &str, rows: &[String]| {
        for row in rows {
            assert!(!row.contains(wall.b.name) && !row.contains(&wall.b.org.to_string()), "{place}: {row}");
        }
    };
    // Statistics of tables with row security are kept from those whom it holds.
    let stats = texts(
        &mut app,
        "SELECT s::text FROM pg_stats s WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    );
    assert_eq!(stats.await.unwrap(), Vec::<String>::new());
    for closed in
        ["SELECT * FROM pg_statistic", "SELECT * FROM pg_statistic_ext_data", "SELECT * FROM pg_authid"]
    {
        assert_eq!(code(attempt_within(&mut app, closed).await), DENIED, "{closed}");
    }

    // What another transaction of the app does: its values are parameters, which are not shown.
    let mut other = wall.app_as(wall.b.admin).await;
    let name = format!("{} {MARK}", wall.b.name);
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM assets WHERE name = $1")
        .bind(&name)
        .fetch_one(&mut other)
        .await
        .unwrap();
    assert_eq!(seen, 1);
    let activity =
        texts(&mut app, "SELECT concat(query, application_name) FROM pg_stat_activity").await.unwrap();
    assert!(activity.iter().any(|query| query.contains("WHERE name = $1")), "{activity:?}");
    foreign("pg_stat_activity", &activity);

    // A function that tells what it is given is asked only of rows that the wall let through.
    let probe =
        format!("SELECT name FROM assets WHERE 1 / (CASE WHEN name = '{name}' THEN 0 ELSE 1 END) = 1");
    assert_eq!(texts(&mut app, probe).await.unwrap(), [format!("{} {MARK}", wall.a.name)]);
    let cast = "SELECT name FROM assets WHERE name::integer = 1";
    let error = texts(&mut app, cast).await.unwrap_err();
    foreign("an error", &[format!("{error:?}")]);
    enter(&mut app, wall.a.admin).await;
    let plan = texts(&mut app, "EXPLAIN (ANALYZE, VERBOSE, COSTS OFF, TIMING OFF) SELECT * FROM assets")
        .await
        .unwrap();
    foreign("a plan", &plan);

    // A value of B's that A may not use: that it is taken, not whose it is.
    let clash = format!(
        "INSERT INTO users (org_id, id, email, display_name, role)
         VALUES ('{}', '{}', '{}.{MARK}@example.test', 'x', 'admin')",
        wall.a.org,
        super::id(),
        wall.b.name
    );
    let error = attempt_within(&mut app, &clash).await.unwrap_err();
    let detail =
        error.as_database_error().unwrap().downcast_ref::<sqlx::postgres::PgDatabaseError>().detail();
    assert_eq!((error.as_database_error().unwrap().code().as_deref(), detail), (Some("23505"), None));
}

/// The same through the API: what the database says of a clash reaches nobody.
#[tokio::test]
async fn i19_a_clash_with_a_foreign_value_names_nobody() {
    let app = TestApp::start().await;
    let (acme, bravo) = (app.customer("Acme").await, app.customer("Bravo").await);
    let (admin, victim) = (app.member(&acme, "admin").await, app.member(&bravo, "basic_user").await);
    let wish = json!({
        "organizationId": acme.id, "email": victim.email, "displayName": "Somebody", "role": "basic_user",
    });
    let refusal = admin.post("/api/users", wish).await.refused(409, "email_taken").to_string();
    for foreign in [&victim.name, &bravo.name, &bravo.id.to_string(), &victim.id.to_string()] {
        assert!(!refusal.contains(foreign), "{refusal}");
    }
    for word in ["users_email_key", "Key (", "DETAIL", "duplicate"] {
        assert!(!refusal.contains(word), "{refusal}");
    }
    // No route explains a query.
    let document = app.stranger().get("/api/openapi.json").await.text();
    assert!(!document.to_lowercase().contains("explain"), "an operation speaks of plans");
}

#[tokio::test]
async fn i20_files_programs_large_objects_and_other_servers_are_out_of_reach() {
    let wall = Wall::build().await;
    let mut app = wall.app_as(wall.a.admin).await;
    for denied in [
        "COPY assets TO '/tmp/assets'",
        "COPY assets FROM '/etc/passwd'",
        "COPY assets TO PROGRAM 'cat'",
        "COPY assets FROM PROGRAM 'id'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT pg_read_binary_file('/etc/passwd')",
        "SELECT pg_stat_file('/etc/passwd')",
        "SELECT * FROM pg_ls_dir('/')",
        "SELECT * FROM pg_ls_logdir()",
        "SELECT pg_file_write('/tmp/x', 'x', false)",
        "SELECT lo_import('/etc/passwd')",
        "SELECT lo_export(1, '/tmp/x')",
        "SELECT lo_create(0)",
        "SELECT lo_creat(-1)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_get(1)",
        "SELECT lo_open(1, 131072)",
        "SELECT lo_unlink(1)",
        "SELECT * FROM dblink('host=127.0.0.1', 'SELECT 1') AS t(a integer)",
        "CREATE EXTENSION dblink",
        "CREATE EXTENSION postgres_fdw",
        "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw",
        "CREATE TEMPORARY TABLE t (a integer)",
        "CREATE TABLE t (a integer)",
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA s",
        "CREATE PUBLICATION p FOR ALL TABLES",
        "SELECT pg_create_logical_replication_slot('s', 'test_decoding')",
        "SELECT pg_reload_conf()",
        "SELECT pg_rotate_logfile()",
        "SET session_replication_role = replica",
        "SET ROLE sallyport_owner",
        "SET SESSION AUTHORIZATION sallyport_owner",
        "LOAD 'auto_explain'",
        "SECURITY LABEL ON TABLE assets IS 'x'",
        "TRUNCATE audit_logs",
        "LOCK TABLE audit_logs IN ACCESS EXCLUSIVE MODE",
    ] {
        let refusal = code(attempt_within(&mut app, denied).await);
        // Not there at all (an extension that is not installed) is as good as denied; 22023: no label provider.
        assert!(
            [DENIED, "42883", "42704", "0A000", "22023"].contains(&refusal.as_str()),
            "{denied}: {refusal}"
        );
    }

    run(&mut app, "ROLLBACK").await;
    assert_eq!(code(attempt(&mut app, "ALTER SYSTEM SET log_statement = 'all'").await), DENIED);
    enter(&mut app, wall.a.admin).await;

    // COPY to the client is a SELECT like any other: the wall stands before it.
    let copied = copy_out(&mut app).await;
    assert!(copied.contains(wall.a.name) && !copied.contains(wall.b.name), "{copied}");
}

async fn copy_out(app: &mut sqlx::PgConnection) -> String {
    use futures::TryStreamExt;
    let stream = app.copy_out_raw("COPY (SELECT * FROM assets) TO STDOUT").await.unwrap();
    let chunks: Vec<_> = stream.try_collect().await.unwrap();
    String::from_utf8(chunks.concat()).unwrap()
}

/// PostgreSQL keeps nobody from LISTEN. So nothing is said there: the platform has one channel, and it carries none.
#[tokio::test]
async fn i20_whoever_listens_hears_no_value() {
    let app = TestApp::start().await;
    let customer = app.customer("Acme").await;
    let technician = app.technician().await;
    let url = app.database.url("sallyport_app");
    let mut ears = sqlx::postgres::PgListener::connect(&url).await.unwrap();
    ears.listen("leases").await.unwrap();
    let grant = app.grant(&technician, &customer, "full_access").await;
    let manager = app.account_manager().await;
    manager.delete(&format!("/api/technician-access/{grant}?reason=over")).await.ok();
    let heard = tokio::time::timeout(std::time::Duration::from_secs(10), ears.recv()).await.unwrap().unwrap();
    assert_eq!((heard.channel(), heard.payload()), ("leases", ""));

    let mut sql = app.sql().await;
    let said = texts(
        &mut sql,
        "SELECT DISTINCT regexp_replace(prosrc, '\\s+', ' ', 'g') FROM pg_proc p
         JOIN pg_namespace n ON n.oid = p.pronamespace
         WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND prosrc ~* 'notify'",
    );
    assert_eq!(said.await.unwrap(), [" BEGIN PERFORM pg_notify('leases', ''); RETURN NULL; END "]);
}
