-- The instances of the platform and when each was last heard of, so that others end the sessions of one that never
-- comes back. Not a tenant's.
CREATE TABLE instances (
    id uuid PRIMARY KEY,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE instances ENABLE ROW LEVEL SECURITY;
ALTER TABLE instances FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON instances TO sallyport_system USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON instances TO sallyport_system;

-- Those from before this table: heard of now, and given up like any other when they stay silent.
SET LOCAL ROLE sallyport_system;
INSERT INTO instances (id) SELECT DISTINCT instance_id FROM sessions WHERE ended_at IS NULL;
RESET ROLE;
