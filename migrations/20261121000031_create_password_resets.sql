-- Links by which a person who forgot their password sets another: one use, half an hour, the newest alone.
CREATE TABLE password_resets (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
);
CREATE INDEX password_resets_by_user ON password_resets (org_id, user_id, created_at DESC);
CREATE INDEX password_resets_by_time ON password_resets (created_at);
CALL wall.protect('password_resets');
GRANT SELECT, INSERT, UPDATE, DELETE ON password_resets TO sallyport_system;

-- What strangers asked of an address, kept until a job looks whether it has an account: so whoever asks is answered
-- before anybody knows, and the answer cannot tell. Not a tenant's; the address is sealed, it may be anybody's.
CREATE TABLE knocks (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('password_reset')),
    sealed_email bytea NOT NULL,
    client_ip inet NOT NULL,
    user_agent text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX knocks_by_time ON knocks (created_at);
ALTER TABLE knocks ENABLE ROW LEVEL SECURITY;
ALTER TABLE knocks FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON knocks TO sallyport_system USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON knocks TO sallyport_system;
