-- A transaction's context is settings, and any SQL may set a setting. So wall.enter signs what it leaves behind with
-- a key that sallyport_app cannot read, for this transaction alone, and the policies believe no other: SQL that was
-- smuggled into a caller's transaction cannot name itself another organization.
CREATE TABLE wall.context_key (key bytea NOT NULL);
INSERT INTO wall.context_key SELECT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
ALTER TABLE wall.context_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE wall.context_key FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON wall.context_key TO sallyport_system USING (true);
GRANT SELECT ON wall.context_key TO sallyport_system;

-- Hashed twice, so that what is known to be signed cannot be made longer. now() is the transaction's.
CREATE FUNCTION wall.sign_context(p_user text, p_org text, p_span text, p_granted text) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT encode(sha256(key || sha256(key || convert_to(
        concat_ws('|', p_user, p_org, p_span, p_granted, extract(epoch FROM now())), 'UTF8'))), 'hex')
    FROM wall.context_key $$;

-- Whether there is a context; an error when there is one that wall.enter did not make in this transaction.
CREATE FUNCTION wall.context_holds() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
    SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    v_user text := coalesce(current_setting('wall.user', true), '');
    v_org text := coalesce(current_setting('wall.org', true), '');
    v_span text := coalesce(current_setting('wall.span', true), '');
    v_granted text := coalesce(current_setting('wall.granted', true), '');
BEGIN
    IF v_user = '' AND v_org = '' AND v_span = '' AND v_granted = '' THEN
        RETURN false;
    END IF;
    IF coalesce(current_setting('wall.signature', true), '')
       IS DISTINCT FROM wall.sign_context(v_user, v_org, v_span, v_granted) THEN
        RAISE EXCEPTION 'bad tenant context' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN true;
END $$;

CREATE OR REPLACE FUNCTION wall.org() RETURNS uuid LANGUAGE sql STABLE PARALLEL RESTRICTED
    AS $$ SELECT CASE WHEN wall.context_holds() THEN current_setting('wall.org')::uuid END $$;
CREATE OR REPLACE FUNCTION wall.spans_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL RESTRICTED
    AS $$ SELECT CASE WHEN wall.context_holds() THEN current_setting('wall.span') = 'all' ELSE false END $$;
CREATE OR REPLACE FUNCTION wall.granted() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL RESTRICTED
    AS $$ SELECT CASE WHEN wall.context_holds() THEN current_setting('wall.granted')::uuid[] ELSE '{}' END $$;

CREATE OR REPLACE FUNCTION wall.enter(p_user uuid) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v_org uuid; v_role text; v_span text; v_granted text;
BEGIN
    SELECT u.org_id, u.role INTO v_org, v_role
        FROM users u JOIN organizations o ON o.id = u.org_id
        WHERE u.id = p_user AND u.status = 'active' AND o.status = 'active';
    IF v_org IS NULL THEN
        RAISE EXCEPTION 'the caller is not active' USING ERRCODE = 'insufficient_privilege';
    END IF;
    v_span := CASE WHEN v_role IN ('super_admin', 'security_analyst', 'account_manager') THEN 'all' ELSE 'none' END;
    v_granted := coalesce((
        SELECT array_agg(DISTINCT g.org_id)::text FROM technician_customer_access g
        JOIN organizations o ON o.id = g.org_id AND o.status = 'active'
        WHERE v_role = 'technician' AND g.technician_id = p_user AND g.revoked_at IS NULL
          AND (g.starts_at IS NULL OR g.starts_at <= now()) AND (g.expires_at IS NULL OR g.expires_at > now())
    ), '{}');
    PERFORM set_config('wall.user', p_user::text, true), set_config('wall.org', v_org::text, true),
        set_config('wall.span', v_span, true), set_config('wall.granted', v_granted, true),
        set_config('wall.signature', wall.sign_context(p_user::text, v_org::text, v_span, v_granted), true);
END $$;

GRANT CREATE ON SCHEMA wall TO sallyport_system;
ALTER FUNCTION wall.sign_context(text, text, text, text) OWNER TO sallyport_system;
ALTER FUNCTION wall.context_holds() OWNER TO sallyport_system;
REVOKE CREATE ON SCHEMA wall FROM sallyport_system;
GRANT EXECUTE ON FUNCTION wall.context_holds() TO sallyport_app;

-- Large objects have no row security, and anybody may make them. Where the owner may not take that right away
-- (a given server), nothing of ours uses them.
DO $$
DECLARE
    v_function regprocedure;
BEGIN
    FOR v_function IN SELECT p.oid FROM pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace
          AND p.proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_open', 'lo_put', 'lo_get', 'lo_unlink',
                            'lo_import', 'lo_export', 'lowrite', 'loread')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', v_function);
    END LOOP;
EXCEPTION WHEN insufficient_privilege THEN NULL; END $$;
