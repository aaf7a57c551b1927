//! What the catalogue says of the wall, asked apart from the start-up gate, so that a hole in the gate shows too.

use super::{Wall, attempt_within, code, run, texts};
use sqlx::{Connection as _, PgConnection};

/// Each reference of the schema. A reference that goes, or comes, is seen here (and by the mutants).
const REFERENCES: &str = "\
access_approvals (approver_org_id, approver_id) > users (org_id, id)
access_approvals (org_id, request_id) > access_requests (org_id, id)
access_changes (org_id, grant_id) > technician_customer_access (org_id, id)
access_changes (technician_org_id, technician_id) > users (org_id, id)
access_proposal_grants (grant_org_id, grant_id) > technician_customer_access (org_id, id)
access_proposal_grants (org_id, proposal_id) > access_proposals (org_id, id)
access_proposals (org_id, decided_by) > users (org_id, id)
access_proposals (org_id, proposed_by) > users (org_id, id)
access_requests (org_id, grant_id) > technician_customer_access (org_id, id)
access_requests (technician_org_id, technician_id) > users (org_id, id)
address_changes (org_id, user_id) > users (org_id, id)
api_tokens (org_id, user_id) > users (org_id, id)
audit_destination_cursors (org_id, destination_id, whole) > audit_destinations (org_id, id, whole)
audit_destinations (org_id, organization_key_id) > organization_keys (org_id, id)
credential_secrets (org_id, credential_id) > credentials (org_id, id)
credentials (org_id, asset_id) > assets (org_id, id)
credentials (org_id, organization_key_id) > organization_keys (org_id, id)
directory_group_members (org_id, group_id) > directory_groups (org_id, id)
directory_group_members (org_id, user_id) > directory_users (org_id, user_id)
directory_tokens (org_id, connection_id) > sso_connections (org_id, id)
directory_users (org_id, connection_id) > sso_connections (org_id, id)
directory_users (org_id, user_id) > users (org_id, id)
emergency_accesses (org_id, grant_id) > technician_customer_access (org_id, id)
emergency_accesses (technician_org_id, technician_id) > users (org_id, id)
grant_notices (org_id, grant_id) > technician_customer_access (org_id, id)
idempotency_keys (org_id, user_id) > users (org_id, id)
invitations (org_id, user_id) > users (org_id, id)
login_challenges (org_id, sso_connection_id) > sso_connections (org_id, id)
login_challenges (org_id, user_id) > users (org_id, id)
mails (org_id, user_id) > users (org_id, id)
password_history (org_id, user_id) > users (org_id, id)
password_resets (org_id, user_id) > users (org_id, id)
recording_lines (org_id, recording_id) > recordings (org_id, id)
recordings (org_id, id) > sessions (org_id, id)
refresh_tokens (org_id, user_session_id) > user_sessions (org_id, id)
session_tickets (org_id, session_id) > sessions (org_id, id)
sessions (org_id, asset_id) > assets (org_id, id)
sessions (org_id, credential_id) > credentials (org_id, id)
sessions (org_id, grant_id) > technician_customer_access (org_id, id)
sessions (technician_org_id, technician_id) > users (org_id, id)
sso_connections (org_id, organization_key_id) > organization_keys (org_id, id)
sso_flows (org_id, challenge_id) > login_challenges (org_id, id)
sso_flows (org_id, connection_id) > sso_connections (org_id, id)
sso_flows (org_id, user_id) > users (org_id, id)
sso_flows (org_id, user_session_id) > user_sessions (org_id, id)
sso_group_roles (org_id, connection_id) > sso_connections (org_id, id)
sso_identities (org_id, connection_id) > sso_connections (org_id, id)
sso_identities (org_id, user_id) > users (org_id, id)
sso_seen (org_id, connection_id) > sso_connections (org_id, id)
technician_customer_access (technician_org_id, technician_id) > users (org_id, id)
user_backup_codes (org_id, user_id) > users (org_id, id)
user_factors (org_id, organization_key_id) > organization_keys (org_id, id)
user_factors (org_id, user_id) > users (org_id, id)
user_sessions (org_id, sso_connection_id) > sso_connections (org_id, id)
user_sessions (org_id, user_id) > users (org_id, id)";

/// References between tenant tables other than `organizations`, one a line.
pub async fn references(sql: &mut PgConnection) -> String {
    let rows = texts(
        sql,
        "SELECT k.conrelid::regclass || ' (' ||
             (SELECT string_agg(a.attname, ', ' ORDER BY u.n) FROM unnest(k.conkey) WITH ORDINALITY u(c, n)
              JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.c) || ') > ' ||
             k.confrelid::regclass || ' (' ||
             (SELECT string_agg(a.attname, ', ' ORDER BY u.n) FROM unnest(k.confkey) WITH ORDINALITY u(c, n)
              JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.c) || ')'
         FROM pg_constraint k WHERE k.contype = 'f' AND k.confrelid <> 'organizations'::regclass
         ORDER BY 1",
    );
    rows.await.unwrap().join("\n")
}

/// Whether the schema has exactly these references.
pub async fn references_stand(sql: &mut PgConnection) -> bool {
    references(sql).await == REFERENCES
}

#[tokio::test]
async fn i14_no_table_view_or_function_goes_past_the_wall() {
    let wall = Wall::build().await;
    let mut sql = wall.database.superuser().await;
    for (what, query) in [
        (
            "a table with org_id without row security, enabled and forced",
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
             WHERE a.attname = 'org_id' AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)",
        ),
        (
            "a table without row security that the app may touch",
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'f', 'm') AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
               AND n.nspname NOT IN ('pg_catalog', 'information_schema')
               AND (has_table_privilege('sallyport_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE')
                 OR has_table_privilege('sallyport_system', c.oid, 'SELECT, INSERT, UPDATE, DELETE'))",
        ),
        (
            "a partition that is reached past its table",
            "SELECT r || ' of ' || c.oid::regclass FROM pg_class c,
               unnest(ARRAY['sallyport_app', 'sallyport_system', 'sallyport_keeper']) r
             WHERE c.relispartition AND c.relkind IN ('r', 'p')
               AND (has_table_privilege(r, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                 OR has_any_column_privilege(r, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))",
        ),
        (
            "a view that asks with its owner's rights",
            "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'v' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
               AND NOT coalesce(c.reloptions @> ARRAY['security_invoker=true'], false)",
        ),
        (
            "a function with more rights than its caller that is not on the list",
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.prosecdef AND p.oid::regprocedure::text NOT IN (
               'wall.enter(uuid)', 'wall.load_caller(uuid,integer,text)', 'wall.load_token(bytea)', 'wall.check_role_fits_organization()',
               'wall.load_directory(bytea)', 'wall.enter_directory(uuid)', 'wall.queue_audit_event()',
               'wall.keep_audit_months()', 'wall.audit_is_empty(timestamp with time zone,timestamp with time zone)',
               'wall.clean_up_audit(uuid,timestamp with time zone,bigint,boolean)', 'wall.erase_audit(uuid,uuid)',
               'wall.sign_context(text,text,text,text)', 'wall.context_holds()')",
        ),
        (
            "a function with more rights than its caller that is found by the caller's search path",
            "SELECT p.oid::regprocedure::text FROM pg_proc p
             WHERE p.prosecdef AND NOT coalesce(array_to_string(p.proconfig, ' ') LIKE '%search_path=pg_catalog%', false)",
        ),
        (
            "a materialized view that anybody may read",
            "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind = 'm'
               AND (has_table_privilege('sallyport_app', c.oid, 'SELECT')
                 OR has_table_privilege('sallyport_system', c.oid, 'SELECT'))",
        ),
        (
            "a policy that is open to everybody",
            "SELECT p.polname || ' of ' || p.polrelid::regclass FROM pg_policy p WHERE p.polroles = '{0}'",
        ),
        (
            "a permissive policy of the app but `tenant`",
            "SELECT p.polname || ' of ' || p.polrelid::regclass FROM pg_policy p
             WHERE 'sallyport_app'::regrole = ANY (p.polroles) AND p.polname <> 'tenant'",
        ),
        (
            "a definer that the app may call and need not",
            "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.prosecdef
               AND has_function_privilege('sallyport_app', p.oid, 'EXECUTE') AND p.oid::regprocedure::text NOT IN (
               'wall.enter(uuid)', 'wall.load_caller(uuid,integer,text)', 'wall.load_token(bytea)',
               'wall.load_directory(bytea)', 'wall.enter_directory(uuid)', 'wall.context_holds()')",
        ),
    ] {
        assert_eq!(texts(&mut sql, query).await.unwrap(), Vec::<String>::new(), "{what}");
    }
}

/// Months of the log: each behind the wall as the whole is, and reached through the whole alone.
#[tokio::test]
async fn i14_no_part_of_a_table_is_reached_past_it() {
    let wall = Wall::build().await;
    let mut sql = wall.database.superuser().await;
    let parts = texts(
        &mut sql,
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relispartition AND c.relkind = 'r' ORDER BY 1",
    );
    let parts = parts.await.unwrap();
    assert!(parts.len() >= 5 && parts.contains(&"audit_logs_default".to_owned()), "{parts:?}");
    let open = texts(
        &mut sql,
        "SELECT c.oid::regclass::text FROM pg_class c WHERE c.relispartition AND c.relkind = 'r'
           AND NOT (c.relrowsecurity AND c.relforcerowsecurity
             AND (SELECT array_agg(p.polname ORDER BY p.polname) FROM pg_policy p WHERE p.polrelid = c.oid) = '{system,tenant}')",
    );
    assert_eq!(open.await.unwrap(), Vec::<String>::new());
    let mut app = wall.app_as(wall.a.admin).await;
    let mut system = PgConnection::connect(&wall.database.url("sallyport_system")).await.unwrap();
    run(&mut system, "BEGIN").await;
    for part in &parts {
        for act in [
            format!("SELECT count(*) FROM {part}"),
            format!("SELECT id FROM {part} WHERE org_id = '{}'", wall.a.org),
            format!("INSERT INTO {part} SELECT * FROM audit_logs"),
            format!("DELETE FROM {part}"),
            format!("TRUNCATE {part}"),
            format!("DROP TABLE {part}"),
            format!("ALTER TABLE audit_logs DETACH PARTITION {part}"),
            format!("COPY {part} TO STDOUT"),
        ] {
            for role in [&mut app, &mut system] {
                assert_eq!(code(attempt_within(role, &act).await), "42501", "{act}");
            }
        }
    }
    let own = texts(&mut app, "SELECT DISTINCT org_id::text FROM audit_logs").await.unwrap();
    assert_eq!(own, [wall.a.org.to_string()]);
    // The app keeps no months, and nobody makes one of their own choice.
    assert_eq!(code(attempt_within(&mut app, "SELECT wall.keep_audit_months()").await), "42501");
    for closed in ["wall.make_audit_month('2020-01-01')", "wall.audit_is_empty(now(), now())"] {
        for role in [&mut app, &mut system] {
            assert_eq!(code(attempt_within(role, &format!("SELECT {closed}")).await), "42501", "{closed}");
        }
    }
}

#[tokio::test]
async fn i15_the_apps_role_has_no_power_of_its_own() {
    let wall = Wall::build().await;
    let mut sql = wall.database.superuser().await;
    for (what, query) in [
        (
            "an attribute",
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'sallyport\\_%' AND rolname <> 'sallyport_owner'
               AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication OR rolinherit)",
        ),
        (
            "a thing that it owns",
            "SELECT classid::regclass || ' ' || objid FROM pg_shdepend WHERE deptype = 'o'
               AND refobjid = 'sallyport_app'::regrole",
        ),
        (
            "a thing that sallyport_system owns, but its definers",
            "SELECT classid::regclass || ' ' || objid FROM pg_shdepend WHERE deptype = 'o'
               AND refobjid = 'sallyport_system'::regrole AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
               AND NOT (classid = 'pg_proc'::regclass AND (SELECT prosecdef FROM pg_proc WHERE oid = objid))",
        ),
        (
            "a membership, or a role that it could become",
            "SELECT r || ' of ' || g.rolname FROM unnest(ARRAY['sallyport_app', 'sallyport_system']) r, pg_roles g
             WHERE g.rolname <> r AND pg_has_role(r, g.oid, 'MEMBER')",
        ),
        (
            "the right to create",
            "SELECT r || ' in ' || n.nspname FROM unnest(ARRAY['sallyport_app', 'sallyport_system']) r, pg_namespace n
             WHERE has_schema_privilege(r, n.oid, 'CREATE')
             UNION ALL SELECT r || ' in the database' FROM unnest(ARRAY['sallyport_app', 'sallyport_system']) r
             WHERE has_database_privilege(r, current_database(), 'CREATE, TEMPORARY')",
        ),
        (
            "a right that no handler needs",
            "SELECT r || ' on ' || c.oid::regclass FROM unnest(ARRAY['sallyport_app', 'sallyport_system']) r, pg_class c
             JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname IN ('public', 'wall')
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND has_table_privilege(r, c.oid, 'TRUNCATE, TRIGGER, REFERENCES')",
        ),
        (
            "a right that can be passed on",
            "SELECT grantee || ' on ' || table_name FROM information_schema.table_privileges
             WHERE grantee LIKE 'sallyport\\_%' AND grantee <> 'sallyport_owner' AND is_grantable = 'YES'",
        ),
        (
            "a language in which to write functions that do more",
            "SELECT l.lanname FROM pg_language l WHERE NOT l.lanpltrusted AND l.lanname NOT IN ('internal', 'c')",
        ),
    ] {
        assert_eq!(texts(&mut sql, query).await.unwrap(), Vec::<String>::new(), "{what}");
    }
}

#[tokio::test]
async fn i17_every_reference_carries_the_organization() {
    let wall = Wall::build().await;
    let mut sql = wall.database.superuser().await;
    assert_eq!(references(&mut sql).await, REFERENCES);
    // Each begins with an organization on both sides: the row that it names is of the organization that it says.
    for reference in REFERENCES.lines() {
        let (from, to) = reference.split_once(" > ").unwrap();
        let first = |side: &str| side.split_once('(').unwrap().1.split([',', ')']).next().unwrap().to_owned();
        assert!(first(from).ends_with("org_id") && first(to) == "org_id", "{reference}");
    }
    let unbound = texts(
        &mut sql,
        "SELECT conrelid::regclass || ' ' || conname FROM pg_constraint
         WHERE contype = 'f' AND (NOT convalidated OR condeferrable OR confmatchtype <> 's')",
    );
    assert_eq!(unbound.await.unwrap(), Vec::<String>::new());
}
