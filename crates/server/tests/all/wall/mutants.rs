//! Holes, made one at a time: the start-up gate, or a test of the wall, sees each of them.

use super::{Wall, catalogue, run, texts};
use sallyport::db::Connect;
use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;
use std::str::FromStr;

/// What is done to the wall, and how it is undone.
struct Mutant {
    what: String,
    make: String,
    mend: String,
}

/// Each policy dropped and bent, each table's row security off and not forced, each reference dropped.
async fn mutants(sql: &mut PgConnection) -> Vec<Mutant> {
    let rows = texts(
        sql,
        "SELECT concat_ws('~', 'policy ' || p.polname || ' of ' || p.polrelid::regclass,
             format('DROP POLICY %I ON %s', p.polname, p.polrelid::regclass),
             format('CREATE POLICY %I ON %s TO %s USING (%s)', p.polname, p.polrelid::regclass,
                    p.polroles[1]::regrole, pg_get_expr(p.polqual, p.polrelid)))
         FROM pg_policy p
         UNION ALL
         SELECT concat_ws('~', 'policy ' || p.polname || ' of ' || p.polrelid::regclass || ' open to all rows',
             format('ALTER POLICY %I ON %s USING (true)', p.polname, p.polrelid::regclass),
             format('ALTER POLICY %I ON %s USING (%s)', p.polname, p.polrelid::regclass, pg_get_expr(p.polqual, p.polrelid)))
         FROM pg_policy p WHERE p.polname = 'tenant'
         UNION ALL
         SELECT concat_ws('~', 'policy system of ' || p.polrelid::regclass || ' open to the app',
             format('ALTER POLICY system ON %s TO sallyport_app, sallyport_system', p.polrelid::regclass),
             format('ALTER POLICY system ON %s TO sallyport_system', p.polrelid::regclass))
         FROM pg_policy p WHERE p.polname = 'system'
         UNION ALL
         SELECT concat_ws('~', how || ' of ' || c.oid::regclass,
             format('ALTER TABLE %s %s ROW LEVEL SECURITY', c.oid::regclass, replace(replace(how, 'row security', 'DISABLE'), 'force', 'NO FORCE')),
             format('ALTER TABLE %s %s ROW LEVEL SECURITY', c.oid::regclass, replace(replace(how, 'row security', 'ENABLE'), 'force', 'FORCE')))
         FROM pg_class c, unnest(ARRAY['row security', 'force']) how
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace IN ('public'::regnamespace, 'wall'::regnamespace)
           AND c.relname <> '_sqlx_migrations'
         UNION ALL
         SELECT concat_ws('~', 'reference ' || k.conname,
             format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname),
             format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)))
         FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid <> 'organizations'::regclass",
    );
    let split = |row: String| {
        let mut parts = row.split('~').map(str::to_owned);
        Mutant { what: parts.next().unwrap(), make: parts.next().unwrap(), mend: parts.next().unwrap() }
    };
    rows.await.unwrap().into_iter().map(split).chain(by_hand()).collect()
}

/// Holes of other kinds.
fn by_hand() -> Vec<Mutant> {
    let mutant = |what: &str, make: &str, mend: &str| Mutant {
        what: what.into(),
        make: make.into(),
        mend: mend.into(),
    };
    vec![
        mutant(
            "a further policy",
            "CREATE POLICY other ON assets TO sallyport_app USING (true)",
            "DROP POLICY other ON assets",
        ),
        mutant(
            "a view with its owner's rights",
            "CREATE VIEW machines AS SELECT * FROM assets",
            "DROP VIEW machines",
        ),
        mutant(
            "a materialized view",
            "CREATE MATERIALIZED VIEW machines AS SELECT * FROM assets",
            "DROP MATERIALIZED VIEW machines",
        ),
        mutant(
            "a definer",
            "CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM public.assets'",
            "DROP FUNCTION peek()",
        ),
        mutant(
            "a new table without the wall",
            "CREATE TABLE notes (org_id uuid, id uuid, PRIMARY KEY (org_id, id))",
            "DROP TABLE notes",
        ),
        mutant(
            "a table whose key does not begin with the organization",
            "CREATE TABLE notes (org_id uuid, id uuid PRIMARY KEY); CALL wall.protect('notes')",
            "DROP TABLE notes",
        ),
        mutant(
            "a reference without the organization",
            "ALTER TABLE credentials ADD CONSTRAINT loose FOREIGN KEY (asset_id) REFERENCES assets (id)",
            "ALTER TABLE credentials DROP CONSTRAINT loose",
        ),
        mutant(
            "the audit open to change",
            "GRANT UPDATE ON audit_logs TO sallyport_app",
            "REVOKE UPDATE ON audit_logs FROM sallyport_app",
        ),
        mutant(
            "the audit open to removal",
            "GRANT DELETE ON audit_logs TO sallyport_system",
            "REVOKE DELETE ON audit_logs FROM sallyport_system",
        ),
        mutant(
            "a month of the log open past it",
            "GRANT SELECT ON audit_logs_default TO sallyport_app",
            "REVOKE SELECT ON audit_logs_default FROM sallyport_app",
        ),
        mutant(
            "a column of a month open past it",
            "GRANT SELECT (sentence) ON audit_logs_default TO sallyport_system",
            "REVOKE SELECT (sentence) ON audit_logs_default FROM sallyport_system",
        ),
        mutant(
            "leaves open to change",
            "GRANT UPDATE (salts) ON audit_leaves TO sallyport_system",
            "REVOKE UPDATE (salts) ON audit_leaves FROM sallyport_system",
        ),
        mutant(
            "a keeper that logs in",
            "GRANT sallyport_keeper TO sallyport_system",
            "REVOKE sallyport_keeper FROM sallyport_system",
        ),
        mutant(
            "keys open to the app",
            "GRANT SELECT ON server_keys TO sallyport_app",
            "REVOKE SELECT ON server_keys FROM sallyport_app",
        ),
        mutant(
            "a schema to create in",
            "GRANT CREATE ON SCHEMA public TO sallyport_app",
            "REVOKE CREATE ON SCHEMA public FROM sallyport_app",
        ),
        mutant(
            "a table that the app owns",
            "GRANT CREATE ON SCHEMA public TO sallyport_app; ALTER TABLE assets OWNER TO sallyport_app;
             REVOKE CREATE ON SCHEMA public FROM sallyport_app",
            "ALTER TABLE assets OWNER TO sallyport_owner",
        ),
    ]
}

/// What the start-up gate says; none: it would serve.
async fn gate(connect: &Connect) -> Option<String> {
    connect.serve().await.err().map(|error| format!("{error:#}"))
}

#[tokio::test]
async fn i21_every_hole_that_is_made_in_the_wall_is_noticed() {
    let wall = Wall::build().await;
    let mut sql = wall.database.superuser().await;
    let roles = ["sallyport_owner", "sallyport_app", "sallyport_system"]
        .map(|role| vec![PgConnectOptions::from_str(&wall.database.url(role)).unwrap()]);
    let folder = tempfile::tempdir().unwrap();
    let connect = Connect::new(roles, 1, folder.path()).unwrap();
    assert_eq!(gate(&connect).await, None);
    assert!(catalogue::references_stand(&mut sql).await);
    let mutants = mutants(&mut sql).await;
    assert!(mutants.len() > 100, "{}", mutants.len());
    let mut unnoticed = Vec::new();
    for Mutant { what, make, mend } in &mutants {
        run(&mut sql, make).await;
        let noticed = match gate(&connect).await {
            Some(complaint) => complaint.contains("the tenant wall has holes"),
            None => !catalogue::references_stand(&mut sql).await,
        };
        if !noticed {
            unnoticed.push(what.as_str());
        }
        run(&mut sql, mend).await;
    }
    assert_eq!(unnoticed, Vec::<&str>::new());
    assert_eq!(gate(&connect).await, None, "something was not mended");
    assert!(catalogue::references_stand(&mut sql).await);
}
