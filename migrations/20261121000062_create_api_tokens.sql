-- Tokens by which a machine acts for a person. Only hashes; each has scopes and an end.
CREATE TABLE api_tokens (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    token_hash bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL CHECK (cardinality(scopes) BETWEEN 1 AND 100),
    ip_ranges cidr[] NOT NULL DEFAULT '{}' CHECK (cardinality(ip_ranges) <= 64),
    epoch integer NOT NULL, -- of the person when it was made: raised, it ends the token like every sign-in
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    last_used_ip inet,
    revoked_at timestamptz,
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    CHECK (expires_at <= created_at + interval '366 days'),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
);
CREATE INDEX api_tokens_by_user ON api_tokens (org_id, user_id, created_at DESC);
CALL wall.protect('api_tokens');
GRANT SELECT, INSERT, UPDATE ON api_tokens TO sallyport_app;
GRANT SELECT, UPDATE ON api_tokens TO sallyport_system;

-- Whom a presented token acts for. It is asked on each request, so an end counts at once and everywhere.
CREATE FUNCTION wall.load_token(p_hash bytea)
    RETURNS TABLE (api_token_id uuid, scopes text[], ip_ranges cidr[], last_used_at timestamptz,
                   expires_at timestamptz, user_id uuid, org_id uuid, org_name text, org_type text, role text,
                   email text, display_name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT t.id, t.scopes, t.ip_ranges, t.last_used_at, t.expires_at, u.id, u.org_id, o.name, o.type, u.role,
           u.email, u.display_name
        FROM api_tokens t
        JOIN users u ON u.org_id = t.org_id AND u.id = t.user_id
        JOIN organizations o ON o.id = u.org_id
        WHERE t.token_hash = p_hash AND t.revoked_at IS NULL AND t.expires_at > now()
          AND t.epoch = u.epoch AND u.status = 'active' AND o.status = 'active' $$;
GRANT CREATE ON SCHEMA wall TO sallyport_system;
ALTER FUNCTION wall.load_token(bytea) OWNER TO sallyport_system;
REVOKE CREATE ON SCHEMA wall FROM sallyport_system;
GRANT EXECUTE ON FUNCTION wall.load_token(bytea) TO sallyport_app;
