-- Grants: which technician may reach which customer, how, until when. org_id is the customer.
CREATE TABLE technician_customer_access (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    technician_org_id uuid NOT NULL,
    technician_id uuid NOT NULL,
    access_level text NOT NULL CHECK (access_level IN ('read_only', 'full_access', 'emergency')),
    services text[] NOT NULL DEFAULT '{}' CHECK (services <@ ARRAY['ssh', 'sftp', 'rdp', 'vnc', 'telnet']), -- empty: all
    ip_ranges inet[] NOT NULL DEFAULT '{}', -- empty: from anywhere
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    notes text NOT NULL DEFAULT '' CHECK (length(notes) <= 4000),
    starts_at timestamptz,
    expires_at timestamptz,
    granted_by uuid NOT NULL,
    granted_by_name text NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    revoked_at timestamptz,
    revoked_by uuid,
    revoked_by_name text,
    revoke_reason text,
    last_used_at timestamptz,
    use_count integer NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    FOREIGN KEY (technician_org_id, technician_id) REFERENCES users (org_id, id),
    CHECK (starts_at IS NULL OR expires_at IS NULL OR starts_at < expires_at)
);
-- One grant of a level between the same two at a time; an expired one is closed when the next is made.
CREATE UNIQUE INDEX technician_customer_access_one_active
    ON technician_customer_access (org_id, technician_id, access_level) WHERE revoked_at IS NULL;
CREATE INDEX technician_customer_access_by_technician
    ON technician_customer_access (technician_id, org_id) WHERE revoked_at IS NULL;
CALL wall.protect('technician_customer_access');
GRANT SELECT, INSERT, UPDATE ON technician_customer_access TO sallyport_app, sallyport_system;

-- Begins a caller's transaction: from here on the policies know which organizations that is.
-- Definer, as sallyport_system: it reads the truth that no caller may touch.
CREATE FUNCTION wall.enter(p_user uuid) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v_org uuid; v_role text;
BEGIN
    SELECT u.org_id, u.role INTO v_org, v_role
        FROM users u JOIN organizations o ON o.id = u.org_id
        WHERE u.id = p_user AND u.status = 'active' AND o.status = 'active';
    IF v_org IS NULL THEN
        RAISE EXCEPTION 'the caller is not active' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('wall.user', p_user::text, true), set_config('wall.org', v_org::text, true),
        set_config('wall.span',
            CASE WHEN v_role IN ('super_admin', 'security_analyst', 'account_manager') THEN 'all' ELSE 'none' END, true),
        set_config('wall.granted', coalesce((
            SELECT array_agg(DISTINCT g.org_id)::text FROM technician_customer_access g
            JOIN organizations o ON o.id = g.org_id AND o.status = 'active'
            WHERE v_role = 'technician' AND g.technician_id = p_user AND g.revoked_at IS NULL
              AND (g.starts_at IS NULL OR g.starts_at <= now()) AND (g.expires_at IS NULL OR g.expires_at > now())
        ), '{}'), true);
END $$;

-- Who presents this sign-in session: one row, or none when it is over in any way.
CREATE FUNCTION wall.load_caller(p_session uuid, p_epoch integer)
    RETURNS TABLE (user_id uuid, org_id uuid, org_name text, org_type text, role text, email text,
                   display_name text, authenticated_at timestamptz, expires_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT u.id, u.org_id, o.name, o.type, u.role, u.email, u.display_name, s.authenticated_at, s.expires_at
        FROM user_sessions s
        JOIN users u ON u.org_id = s.org_id AND u.id = s.user_id
        JOIN organizations o ON o.id = u.org_id
        WHERE s.id = p_session AND s.revoked_at IS NULL AND s.expires_at > now()
          AND s.epoch = u.epoch AND u.epoch = p_epoch AND u.status = 'active' AND o.status = 'active' $$;

GRANT CREATE ON SCHEMA wall TO sallyport_system;
ALTER FUNCTION wall.enter(uuid) OWNER TO sallyport_system;
ALTER FUNCTION wall.load_caller(uuid, integer) OWNER TO sallyport_system;
ALTER FUNCTION wall.check_role_fits_organization() OWNER TO sallyport_system;
REVOKE CREATE ON SCHEMA wall FROM sallyport_system;
GRANT EXECUTE ON FUNCTION wall.enter(uuid), wall.load_caller(uuid, integer) TO sallyport_app;
