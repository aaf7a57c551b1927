-- From where the people of an organization may come; empty: from anywhere. It is asked on each request, for their API
-- tokens too.
ALTER TABLE organizations ADD ip_ranges inet[] NOT NULL DEFAULT '{}' CHECK (cardinality(ip_ranges) <= 64);

DROP FUNCTION wall.load_caller(uuid, integer, text);
CREATE FUNCTION wall.load_caller(p_handle uuid, p_epoch integer, p_kid text)
    RETURNS TABLE (user_session_id uuid, user_id uuid, org_id uuid, org_name text, org_type text, role text,
                   email text, display_name text, authenticated_at timestamptz, expires_at timestamptz,
                   last_seen_at timestamptz, org_ip_ranges inet[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT s.id, u.id, u.org_id, o.name, o.type, u.role, u.email, u.display_name, s.authenticated_at, s.expires_at,
           s.last_seen_at, o.ip_ranges
        FROM user_sessions s
        JOIN users u ON u.org_id = s.org_id AND u.id = s.user_id
        JOIN organizations o ON o.id = u.org_id
        WHERE coalesce(s.handle, s.id) = p_handle AND s.revoked_at IS NULL AND s.expires_at > now()
          AND s.last_seen_at > now() - make_interval(mins => s.idle_minutes)
          AND s.epoch = u.epoch AND u.epoch = p_epoch AND u.status = 'active' AND o.status = 'active'
          AND NOT EXISTS (SELECT 1 FROM token_keys k WHERE k.kid = p_kid AND k.revoked_at IS NOT NULL) $$;

DROP FUNCTION wall.load_token(bytea);
CREATE FUNCTION wall.load_token(p_hash bytea)
    RETURNS TABLE (api_token_id uuid, scopes text[], ip_ranges cidr[], last_used_at timestamptz,
                   expires_at timestamptz, user_id uuid, org_id uuid, org_name text, org_type text, role text,
                   email text, display_name text, org_ip_ranges inet[])
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT t.id, t.scopes, t.ip_ranges, t.last_used_at, t.expires_at, u.id, u.org_id, o.name, o.type, u.role,
           u.email, u.display_name, o.ip_ranges
        FROM api_tokens t
        JOIN users u ON u.org_id = t.org_id AND u.id = t.user_id
        JOIN organizations o ON o.id = u.org_id
        WHERE t.token_hash = p_hash AND t.revoked_at IS NULL AND t.expires_at > now()
          AND t.epoch = u.epoch AND u.status = 'active' AND o.status = 'active' $$;

GRANT CREATE ON SCHEMA wall TO sallyport_system;
ALTER FUNCTION wall.load_caller(uuid, integer, text) OWNER TO sallyport_system;
ALTER FUNCTION wall.load_token(bytea) OWNER TO sallyport_system;
REVOKE CREATE ON SCHEMA wall FROM sallyport_system;
GRANT EXECUTE ON FUNCTION wall.load_caller(uuid, integer, text), wall.load_token(bytea) TO sallyport_app;

-- Live sessions of whoever is somewhere else now end at once.
CREATE TRIGGER notify_leases_networks AFTER UPDATE OF ip_ranges ON organizations
    FOR EACH STATEMENT EXECUTE FUNCTION wall.notify_leases();
