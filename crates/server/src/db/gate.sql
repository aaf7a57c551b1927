-- A sentence for each hole in the tenant wall. $1: tables that are no tenant's, $2: functions that may be definers.
WITH app AS (
    SELECT r.oid, r.rolsuper, r.rolbypassrls, r.rolinherit, r.rolname FROM pg_roles r
    WHERE r.rolname IN ('sallyport_app', 'sallyport_system')
), spaces AS (
    SELECT oid FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
), tables AS (
    SELECT c.oid, c.relname, c.relkind, c.relowner, c.relrowsecurity, c.relforcerowsecurity, c.reloptions,
           CASE WHEN c.relname = 'organizations' THEN 'id' ELSE 'org_id' END AS tenant_column
    FROM pg_class c WHERE c.relnamespace IN (SELECT oid FROM spaces) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
), tenant_tables AS (
    SELECT * FROM tables WHERE relkind IN ('r', 'p') AND relname <> ALL ($1::text[])
)
SELECT 'role ' || rolname || ' is a superuser, bypasses row security or inherits' AS "hole!" FROM app
    WHERE rolsuper OR rolbypassrls OR rolinherit
UNION ALL
SELECT 'role ' || a.rolname || ' is a member of ' || g.rolname || ', so SQL of its own could take those rights'
    FROM pg_auth_members m JOIN app a ON a.oid = m.member JOIN pg_roles g ON g.oid = m.roleid
UNION ALL
SELECT 'role ' || a.rolname || ' owns ' || t.relname FROM tables t JOIN app a ON a.oid = t.relowner
UNION ALL
SELECT 'table ' || relname || ' lacks row security, enabled and forced' FROM tenant_tables
    WHERE NOT (relrowsecurity AND relforcerowsecurity)
UNION ALL
SELECT 'table ' || t.relname || ' has no policy `tenant` over ' || t.tenant_column || ' as wall.protect makes it'
    FROM tenant_tables t WHERE NOT EXISTS (
        SELECT 1 FROM pg_policy p WHERE p.polrelid = t.oid AND p.polname = 'tenant' AND p.polcmd = '*'
          AND pg_get_expr(p.polqual, p.polrelid) = '((' || t.tenant_column
              || ' = ( SELECT wall.org() AS org)) OR ( SELECT wall.spans_all() AS spans_all) OR ('
              || t.tenant_column || ' = ANY (( SELECT wall.granted() AS granted)::uuid[])))')
UNION ALL
SELECT 'table ' || t.relname || ' has a further policy ' || p.polname FROM tables t
    JOIN pg_policy p ON p.polrelid = t.oid WHERE p.polname NOT IN ('tenant', 'system')
      AND NOT (p.polname = 'keeper' AND t.relname LIKE 'audit\_%'
               AND p.polroles = ARRAY[(SELECT oid FROM pg_roles WHERE rolname = 'sallyport_keeper')])
UNION ALL
SELECT 'table ' || t.relname || ' has no policy keeper, by which its entries are cleaned up and erased' FROM tables t
    WHERE t.relname IN ('audit_logs', 'audit_leaves', 'audit_trees', 'audit_holds') AND NOT EXISTS (
        SELECT 1 FROM pg_policy p WHERE p.polrelid = t.oid AND p.polname = 'keeper')
UNION ALL
SELECT 'role sallyport_keeper logs in, or is a member of another role' FROM pg_roles r
    WHERE r.rolname = 'sallyport_keeper'
      AND (r.rolcanlogin OR r.rolsuper OR r.rolbypassrls OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid))
UNION ALL
SELECT 'policy system of ' || t.relname || ' is open to others than sallyport_system' FROM tables t
    JOIN pg_policy p ON p.polrelid = t.oid AND p.polname = 'system'
    WHERE p.polroles <> ARRAY[(SELECT oid FROM app WHERE rolname = 'sallyport_system')]
UNION ALL
SELECT 'table ' || t.relname || ' has no policy system, by which sallyport_system works' FROM tables t
    WHERE t.relkind IN ('r', 'p') AND t.relname <> '_sqlx_migrations' AND NOT EXISTS (
        SELECT 1 FROM pg_policy p WHERE p.polrelid = t.oid AND p.polname = 'system'
          AND pg_get_expr(p.polqual, p.polrelid) = 'true')
UNION ALL
SELECT 'table ' || relname || ' is kept from sallyport_app by no row security' FROM tables
    WHERE relkind IN ('r', 'p') AND relname = ANY ($1::text[]) AND relname <> '_sqlx_migrations'
      AND NOT (relrowsecurity AND relforcerowsecurity)
UNION ALL
SELECT 'the primary key of ' || t.relname || ' does not begin with ' || t.tenant_column FROM tenant_tables t
    WHERE NOT EXISTS (
        SELECT 1 FROM pg_index i JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = t.oid AND i.indisprimary AND a.attname = t.tenant_column)
UNION ALL
SELECT 'foreign key ' || k.conname || ' of ' || t.relname || ' could point into another organization'
    FROM tenant_tables t JOIN pg_constraint k ON k.conrelid = t.oid AND k.contype = 'f'
    JOIN tenant_tables o ON o.oid = k.confrelid AND o.relname <> 'organizations'
    WHERE NOT EXISTS (SELECT 1 FROM pg_attribute a
        WHERE a.attrelid = o.oid AND a.attnum = k.confkey[1] AND a.attname = 'org_id')
UNION ALL
SELECT 'table ' || t.relname || ' is outside the wall but open to sallyport_app' FROM tables t
    WHERE t.relname = ANY ($1::text[])
      AND has_table_privilege('sallyport_app', t.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
UNION ALL
SELECT 'view ' || t.relname || ' is not security_invoker' FROM tables t
    WHERE t.relkind = 'v' AND NOT coalesce(t.reloptions @> ARRAY['security_invoker=true'], false)
UNION ALL
SELECT 'materialized view or foreign table ' || t.relname || ' knows no row security' FROM tables t
    WHERE t.relkind IN ('m', 'f')
UNION ALL
SELECT 'function ' || p.proname || ' runs with more rights than its caller' FROM pg_proc p
    WHERE p.pronamespace IN (SELECT oid FROM spaces) AND p.prosecdef AND p.proname <> ALL ($2::text[])
UNION ALL
SELECT 'anyone may create in schema ' || n.nspname FROM pg_namespace n JOIN app a
    ON has_schema_privilege(a.oid, n.oid, 'CREATE') WHERE n.oid IN (SELECT oid FROM spaces)
UNION ALL
SELECT a.rolname || ' may change or remove rows of ' || t.relname FROM tables t, app a
    WHERE t.relname IN ('audit_logs', 'audit_leaves', 'audit_nodes', 'audit_checkpoints')
      AND (has_table_privilege(a.oid, t.oid, 'UPDATE, DELETE, TRUNCATE')
        OR has_any_column_privilege(a.oid, t.oid, 'UPDATE'))
UNION ALL
SELECT 'partition ' || t.relname || ' is open to ' || r.rolname || ', past its table' FROM tables t
    JOIN pg_class c ON c.oid = t.oid AND c.relispartition
    JOIN pg_roles r ON r.rolname IN ('sallyport_app', 'sallyport_system', 'sallyport_keeper')
    WHERE has_table_privilege(r.oid, t.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
       OR has_any_column_privilege(r.oid, t.oid, 'SELECT, INSERT, UPDATE, REFERENCES')
