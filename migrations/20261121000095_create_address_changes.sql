-- Links by which a person proves that a new address is theirs: one use, half an hour, the newest alone.
CREATE TABLE address_changes (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    email text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
);
CREATE INDEX address_changes_by_user ON address_changes (org_id, user_id, created_at DESC);
CREATE INDEX address_changes_by_time ON address_changes (created_at);
CALL wall.protect('address_changes');
GRANT SELECT, UPDATE ON address_changes TO sallyport_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON address_changes TO sallyport_system;
