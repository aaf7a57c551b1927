-- The hashes of the passwords that a person had before the one of now: none of them is taken again.
CREATE TABLE password_history (
    org_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
);
CREATE INDEX password_history_by_user ON password_history (org_id, user_id, created_at DESC);
CALL wall.protect('password_history');
GRANT SELECT, INSERT, DELETE ON password_history TO sallyport_system;
