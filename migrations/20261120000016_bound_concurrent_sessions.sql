-- How many sessions may be open in a customer's network at a time.
ALTER TABLE organizations
    ADD COLUMN max_concurrent_sessions integer NOT NULL DEFAULT 100
        CHECK (max_concurrent_sessions BETWEEN 1 AND 10000);
CREATE INDEX sessions_open_by_organization ON sessions (org_id) WHERE ended_at IS NULL;
