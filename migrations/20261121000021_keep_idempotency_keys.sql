-- A request that got no answer can be sent again with the same key: what it did is kept with its change, in the same
-- transaction, so it is done once or not at all.
CREATE TABLE idempotency_keys (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request_hash bytea NOT NULL,
    request_id uuid NOT NULL,
    target_type text,
    target_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_once PRIMARY KEY (org_id, user_id, key),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (created_at);
CALL wall.protect('idempotency_keys');
GRANT SELECT, INSERT ON idempotency_keys TO sallyport_app;
GRANT SELECT, DELETE ON idempotency_keys TO sallyport_system;
