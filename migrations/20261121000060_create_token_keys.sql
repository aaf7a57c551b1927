-- The ring of keys that access tokens are signed with: next (published, signs nothing yet), active (signs), retired
-- (its last tokens may be alive), revoked (nothing by it is believed). A private half that signs no more is wiped.
-- Not a tenant's.
CREATE TABLE token_keys (
    id uuid PRIMARY KEY,
    kid text NOT NULL UNIQUE,
    public_key bytea NOT NULL,
    sealed_key bytea, -- under the root key; NULL once it is wiped
    created_at timestamptz NOT NULL DEFAULT now(),
    activated_at timestamptz,
    retired_at timestamptz,
    revoked_at timestamptz,
    CHECK (retired_at IS NULL OR activated_at IS NOT NULL),
    CHECK (sealed_key IS NOT NULL OR retired_at IS NOT NULL OR revoked_at IS NOT NULL)
);
CREATE UNIQUE INDEX token_keys_one_next ON token_keys ((true)) WHERE activated_at IS NULL AND revoked_at IS NULL;
CREATE UNIQUE INDEX token_keys_one_active ON token_keys ((true))
    WHERE activated_at IS NOT NULL AND retired_at IS NULL AND revoked_at IS NULL;
ALTER TABLE token_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE token_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON token_keys TO sallyport_system USING (true);
GRANT SELECT, INSERT, UPDATE ON token_keys TO sallyport_system;

-- The keys of before come along, so that nobody is signed out: the newest goes on signing.
GRANT DELETE ON server_keys TO sallyport_system;
SET LOCAL ROLE sallyport_system;
INSERT INTO token_keys (id, kid, public_key, sealed_key, created_at, activated_at, retired_at)
    SELECT id, key_id, public_key, sealed_key, created_at, created_at,
           CASE WHEN row_number() OVER (ORDER BY retired_at IS NULL DESC, created_at DESC, id DESC) = 1
                THEN retired_at ELSE coalesce(retired_at, now()) END
    FROM server_keys WHERE purpose = 'access-token';
DELETE FROM server_keys WHERE purpose = 'access-token';
RESET ROLE;
REVOKE DELETE ON server_keys FROM sallyport_system;

-- As before, and not by a token whose key was revoked: that is asked on each request, so it counts at once everywhere.
DROP FUNCTION wall.load_caller(uuid, integer);
CREATE FUNCTION wall.load_caller(p_session uuid, p_epoch integer, p_kid text)
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
          AND s.epoch = u.epoch AND u.epoch = p_epoch AND u.status = 'active' AND o.status = 'active'
          AND NOT EXISTS (SELECT 1 FROM token_keys k WHERE k.kid = p_kid AND k.revoked_at IS NOT NULL) $$;
GRANT CREATE ON SCHEMA wall TO sallyport_system;
ALTER FUNCTION wall.load_caller(uuid, integer, text) OWNER TO sallyport_system;
REVOKE CREATE ON SCHEMA wall FROM sallyport_system;
GRANT EXECUTE ON FUNCTION wall.load_caller(uuid, integer, text) TO sallyport_app;
