-- The tenant wall. Three roles: the owner (runs migrations, owns everything), sallyport_app (serves people,
-- owns nothing, sees only what the caller of the transaction may see) and sallyport_system (what happens
-- before or without a caller: sign-in, leases, recovery; entered by SET LOCAL ROLE, named in the code as
-- `unscoped("why")`). A transaction begins with wall.enter(user); the database itself derives from the
-- user's row and grants which organizations that is.

DO $$ BEGIN
    CREATE ROLE sallyport_app LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN
    CREATE ROLE sallyport_system NOLOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
DO $$ BEGIN
    GRANT sallyport_system TO sallyport_app;
    EXECUTE format('GRANT sallyport_system TO %I', current_user);
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO sallyport_app, sallyport_system;
DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
            EXECUTE format('GRANT CONNECT ON DATABASE %I TO sallyport_app', current_database()); END $$;

CREATE SCHEMA wall;
GRANT USAGE ON SCHEMA wall TO sallyport_app, sallyport_system;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- What wall.enter left behind for this transaction. nullif: after a transaction the setting reads '' and not NULL.
CREATE FUNCTION wall.org() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('wall.org', true), '')::uuid $$;
CREATE FUNCTION wall.spans_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('wall.span', true), ''), 'none') = 'all' $$;
CREATE FUNCTION wall.granted() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT coalesce(nullif(current_setting('wall.granted', true), ''), '{}')::uuid[] $$;

-- Puts a table behind the wall. Each tenant table calls this once, in the migration that creates it.
-- The functions stand in a sub-select so that they run once a statement and not once a row.
CREATE PROCEDURE wall.protect(p_table regclass, p_column name DEFAULT 'org_id') LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', p_table);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', p_table);
    EXECUTE format(
        'CREATE POLICY tenant ON %1$s TO sallyport_app
         USING (%2$I = (SELECT wall.org()) OR (SELECT wall.spans_all()) OR %2$I = ANY ((SELECT wall.granted())::uuid[]))',
        p_table, p_column);
    EXECUTE format('CREATE POLICY system ON %s TO sallyport_system USING (true)', p_table);
END $$;

GRANT EXECUTE ON FUNCTION wall.org(), wall.spans_all(), wall.granted() TO sallyport_app, sallyport_system;
