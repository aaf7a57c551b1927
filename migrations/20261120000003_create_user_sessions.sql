-- Where a person is signed in, and the refresh tokens of each place (one family a session).
CREATE TABLE user_sessions (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    epoch integer NOT NULL,
    client_ip inet NOT NULL,
    user_agent text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    authenticated_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoke_reason text,
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
);
CREATE INDEX user_sessions_by_user ON user_sessions (org_id, user_id, created_at DESC);
CALL wall.protect('user_sessions');
GRANT SELECT, UPDATE ON user_sessions TO sallyport_app;
GRANT SELECT, INSERT, UPDATE ON user_sessions TO sallyport_system;

CREATE TABLE refresh_tokens (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_session_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    successor_hash bytea, -- so that a lost response can be told from a theft
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_session_id) REFERENCES user_sessions (org_id, id)
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (org_id, user_session_id);
CALL wall.protect('refresh_tokens');
GRANT SELECT, INSERT, UPDATE, DELETE ON refresh_tokens TO sallyport_system;

-- Keys of the server itself (token signing, manifests), sealed under the root key. Not a tenant's.
CREATE TABLE server_keys (
    id uuid PRIMARY KEY,
    purpose text NOT NULL,
    key_id text NOT NULL UNIQUE,
    public_key bytea NOT NULL,
    sealed_key bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz
);
ALTER TABLE server_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE server_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON server_keys TO sallyport_system USING (true);
GRANT SELECT, INSERT, UPDATE ON server_keys TO sallyport_system;
