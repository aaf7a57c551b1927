//! Who a transaction belongs to: nobody's sees nothing, the last one's leaves nothing, a forged one is an error.

use super::{Wall, attempt, attempt_within, code, enter, run, tenant_tables, texts};
use crate::support::TestApp;
use sallyport::access::{Action, Caller, Decided, Facts, OrganizationKind, Resource, Role};
use sallyport::db::Db;
use sallyport::http::request::Origin;
use sallyport::ids::{OrganizationId, RequestId, UserId, UserSessionId};
use std::sync::Arc;
use uuid::Uuid;

#[tokio::test]
async fn i10_a_connection_without_a_context_reads_and_writes_nothing() {
    let wall = Wall::build().await;
    let mut app = wall.app().await;
    let tables = tenant_tables(&mut wall.database.superuser().await).await;
    let may_update = texts(
        &mut app,
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
         AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'SELECT')",
    );
    let may_update = may_update.await.unwrap();
    assert!(may_update.len() >= 7, "{may_update:?}");
    // New, and as a caller's transaction leaves it behind.
    for _ in 0..2 {
        for (table, column) in &tables {
            let read = texts(&mut app, format!("SELECT {column}::text FROM {table}")).await;
            if let Ok(rows) = &read {
                assert!(rows.is_empty(), "{table}: {rows:?}");
            } else {
                assert_eq!(code(read), "42501", "{table}");
            }
            let update = format!("UPDATE {table} SET {column} = {column} RETURNING {column}::text");
            assert!(
                texts(&mut app, update).await.is_ok_and(|rows| rows.is_empty())
                    || !may_update.contains(table)
            );
        }
        let insert = format!(
            "INSERT INTO assets (org_id, id, name, address, port, protocol)
             VALUES ('{}', '{}', 'x', 'x', 22, 'ssh')",
            wall.a.org,
            super::id()
        );
        assert_eq!(code(attempt(&mut app, &insert).await), "42501");
        enter(&mut app, wall.super_admin).await;
        assert_eq!(texts(&mut app, "SELECT name FROM assets").await.unwrap().len(), 2);
        // A technician's: whom they are granted, and not whom they were.
        enter(&mut app, wall.technician).await;
        assert_eq!(
            texts(&mut app, "SELECT org_id::text FROM assets").await.unwrap(),
            [wall.a.org.to_string()]
        );
        run(&mut app, "COMMIT").await;
    }
    // Nobody active: no context either.
    for nobody in [super::id(), Uuid::nil()] {
        assert_eq!(code(attempt(&mut app, &format!("SELECT wall.enter('{nobody}')")).await), "42501");
    }
}

fn caller(user: Uuid, org: Uuid) -> Caller {
    let now = sallyport::clock::Clock::default().now();
    Caller {
        user_id: UserId(user),
        org_id: OrganizationId(org),
        org_name: String::new(),
        org_kind: OrganizationKind::Customer,
        role: Role::Admin,
        email: String::new(),
        display_name: String::new(),
        user_session_id: UserSessionId(Uuid::nil()),
        authenticated_at: now,
        expires_at: now,
        last_seen_at: now,
        machine: None,
        decided: Decided::default(),
        from_own_network: true,
        asked_at: now,
        origin: Origin {
            request_id: RequestId(Uuid::nil()),
            client_ip: [127, 0, 0, 1].into(),
            user_agent: String::new(),
        },
    }
}

/// One transaction of `caller`, ended in one of the ways that transactions end; the organizations it saw.
async fn visit(db: &Db, caller: &Caller, ending: usize) -> Vec<Uuid> {
    const SEEN: &str = "SELECT DISTINCT org_id FROM assets";
    if ending == 0 {
        let mut tx = db.write(caller).await.unwrap();
        let seen = sqlx::query_scalar(SEEN).fetch_all(tx.conn()).await.unwrap();
        tx.commit_unaudited("a test").await.unwrap();
        return seen;
    }
    let mut tx = db.read(caller).await.unwrap();
    if ending == 1 {
        tokio::task::yield_now().await;
    }
    let seen = sqlx::query_scalar(SEEN).fetch_all(tx.conn()).await.unwrap();
    match ending {
        2 => tx.done().await.unwrap(),
        // A statement that fails leaves the transaction aborted.
        3 => assert!(sqlx::query("SELECT 1 / 0").execute(tx.conn()).await.is_err()),
        // One that is given up half-way, as by a browser that goes away.
        4 => {
            let slow = sqlx::query("SELECT pg_sleep(0.01)").execute(tx.conn());
            let _ = tokio::time::timeout(std::time::Duration::from_millis(1), slow).await;
        }
        // Settings that outlive a transaction, if anything could make them.
        5 => drop(sqlx::query("SET application_name = 'someone'").execute(tx.conn()).await),
        _ => {}
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn i11_a_thousand_interleaved_callers_on_three_connections_see_their_own_alone() {
    // Two are the leases', two the system's.
    let app = TestApp::start_with(|config| config.database.max_connections = 7).await;
    let mut sql = app.sql().await;
    let mut callers = Vec::new();
    for name in ["Acme", "Bolt", "Cape", "Dune"] {
        let customer = app.customer(name).await;
        let admin = app.member(&customer, "admin").await;
        let machine = format!(
            "INSERT INTO assets (org_id, id, name, address, port, protocol)
             VALUES ('{}', '{}', 'm', 'm.test', 22, 'ssh')",
            customer.id,
            super::id()
        );
        run(&mut sql, &machine).await;
        let admin = caller(admin.id, customer.id);
        // Nothing commits in the name of a caller of whom the policies were asked nothing.
        let own = Resource::own(&admin);
        app.platform.app.may(&admin, Action::AssetRead, &own, &Facts::default()).unwrap();
        callers.push((admin, customer.id));
    }
    let (db, callers) = (app.platform.app.db.clone(), Arc::new(callers));
    let workers = (0..8_usize).map(|worker| {
        let (db, callers) = (db.clone(), Arc::clone(&callers));
        tokio::spawn(async move {
            for round in 0..125_usize {
                let (caller, own) = &callers[(worker * 3 + round * 7) % callers.len()];
                let seen = visit(&db, caller, (worker + round * 5) % 7).await;
                assert_eq!(seen, [*own], "worker {worker}, round {round}");
                if round % 25 == 0 {
                    // A person who is not active: BEGIN succeeds, the context does not.
                    assert!(db.read(&self::caller(Uuid::nil(), *own)).await.is_err());
                }
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
}

#[tokio::test]
async fn i12_a_context_that_the_wall_did_not_make_is_an_error() {
    let wall = Wall::build().await;
    let (mut app, b) = (wall.app_as(wall.a.admin).await, wall.b.org);
    let own = texts(&mut app, "SELECT org_id::text FROM assets").await.unwrap();
    assert_eq!(own, [wall.a.org.to_string()]);
    let forged = |error: sqlx::Error| assert!(error.to_string().contains("bad tenant context"), "{error}");

    let settings =
        [("wall.org", b.to_string()), ("wall.span", "all".into()), ("wall.granted", format!("{{{b}}}"))];
    for (setting, value) in &settings {
        for local in [true, false] {
            // Afterwards in the caller's transaction, and in one statement with the question.
            run(&mut app, "SAVEPOINT before").await;
            run(&mut app, &format!("SELECT set_config('{setting}', '{value}', {local})")).await;
            forged(texts(&mut app, "SELECT name FROM assets").await.unwrap_err());
            run(&mut app, "ROLLBACK TO SAVEPOINT before").await;
            let at_once = format!(
                "SELECT org_id::text FROM assets WHERE set_config('{setting}', '{value}', {local}) <> ''"
            );
            if let Ok(rows) = texts(&mut app, at_once).await {
                assert_eq!(rows, own);
            }
            run(&mut app, "ROLLBACK TO SAVEPOINT before").await;
            // With no caller at all.
            run(&mut app, &format!("ROLLBACK; BEGIN; SELECT set_config('{setting}', '{value}', {local})"))
                .await;
            forged(texts(&mut app, "SELECT name FROM assets").await.unwrap_err());
            enter(&mut app, wall.a.admin).await;
        }
    }
    // What is signed for one transaction is worth nothing in the next, nor in another's.
    let signature = texts(&mut app, "SELECT current_setting('wall.signature')").await.unwrap().remove(0);
    assert_eq!(signature.len(), 64);
    enter(&mut app, wall.a.admin).await;
    run(&mut app, &format!("SELECT set_config('wall.signature', '{signature}', true)")).await;
    forged(texts(&mut app, "SELECT name FROM assets").await.unwrap_err());
    enter(&mut app, wall.a.admin).await;
    for closed in [
        "SELECT key FROM wall.context_key",
        "SELECT wall.sign_context('a', 'b', 'all', '{}')",
        "ALTER FUNCTION wall.org() VOLATILE",
        "CREATE OR REPLACE FUNCTION wall.spans_all() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "ALTER ROLE sallyport_app BYPASSRLS",
        "SET ROLE sallyport_system",
        "SET LOCAL ROLE sallyport_system",
        "SET SESSION AUTHORIZATION sallyport_system",
        "GRANT sallyport_system TO sallyport_app",
        "ALTER TABLE assets DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON assets",
    ] {
        assert_eq!(code(attempt_within(&mut app, closed).await), "42501", "{closed}");
    }
    // Row security off means an error where rows would be hidden, not rows.
    run(&mut app, "SET LOCAL row_security = off").await;
    assert_eq!(code(texts(&mut app, "SELECT name FROM assets").await), "42501");
}
