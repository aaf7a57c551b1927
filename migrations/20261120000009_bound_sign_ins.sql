-- What bounds a sign-in: idle time, counted wrong passwords, the one-time link of an empty platform.
ALTER TABLE user_sessions
    ADD COLUMN idle_minutes integer NOT NULL DEFAULT 30 CHECK (idle_minutes BETWEEN 1 AND 720);
CREATE INDEX user_sessions_standing ON user_sessions (user_id, created_at DESC) WHERE revoked_at IS NULL;

-- Wrong passwords by address tried and network that tried. Not a tenant's: an address that has no account is
-- counted like any other, so that counting tells nobody which there are. The address is a keyed hash.
CREATE TABLE login_attempts (
    account_hash bytea NOT NULL,
    client_net cidr NOT NULL,
    failures integer NOT NULL DEFAULT 1,
    last_failed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_hash, client_net)
);
CREATE INDEX login_attempts_by_time ON login_attempts (last_failed_at);
ALTER TABLE login_attempts ENABLE ROW LEVEL SECURITY;
ALTER TABLE login_attempts FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON login_attempts TO sallyport_system USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON login_attempts TO sallyport_system;

-- Links by which the first person of a platform makes their account. Only hashes; worthless once there is anybody.
CREATE TABLE setup_links (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
ALTER TABLE setup_links ENABLE ROW LEVEL SECURITY;
ALTER TABLE setup_links FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON setup_links TO sallyport_system USING (true);
GRANT SELECT, INSERT, UPDATE ON setup_links TO sallyport_system;

-- As before, and not when the person has been idle for too long.
DROP FUNCTION wall.load_caller(uuid, integer);
CREATE FUNCTION wall.load_caller(p_session uuid, p_epoch integer)
    RETURNS TABLE (user_id uuid, org_id uuid, org_name text, org_type text, role text, email text,
                   display_name text, authenticated_at timestamptz, expires_at timestamptz,
                   last_seen_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT u.id, u.org_id, o.name, o.type, u.role, u.email, u.display_name, s.authenticated_at, s.expires_at,
           s.last_seen_at
        FROM user_sessions s
        JOIN users u ON u.org_id = s.org_id AND u.id = s.user_id
        JOIN organizations o ON o.id = u.org_id
        WHERE s.id = p_session AND s.revoked_at IS NULL AND s.expires_at > now()
          AND s.last_seen_at > now() - make_interval(mins => s.idle_minutes)
          AND s.epoch = u.epoch AND u.epoch = p_epoch AND u.status = 'active' AND o.status = 'active' $$;
GRANT CREATE ON SCHEMA wall TO sallyport_system;
ALTER FUNCTION wall.load_caller(uuid, integer) OWNER TO sallyport_system;
REVOKE CREATE ON SCHEMA wall FROM sallyport_system;
GRANT EXECUTE ON FUNCTION wall.load_caller(uuid, integer) TO sallyport_app;
