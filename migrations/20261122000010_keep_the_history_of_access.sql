-- Every change of every grant: who, when, from what to what, why. A row says how the grant stood after the change; what
-- it was before is the row of the version before. Nothing is ever changed or removed here, so that any day can be asked
-- who could reach what.
CREATE TABLE access_changes (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    grant_id uuid NOT NULL,
    version bigint NOT NULL, -- of the grant, after the change
    batch_id uuid,           -- changes that were made at once, and are undone together
    action text NOT NULL CHECK (action IN ('create', 'update', 'revoke', 'expire')),
    technician_org_id uuid NOT NULL,
    technician_id uuid NOT NULL,
    technician_name text NOT NULL,
    access_level text NOT NULL CHECK (access_level IN ('read_only', 'full_access', 'emergency')),
    services text[] NOT NULL,
    ip_ranges inet[] NOT NULL,
    reason text NOT NULL,
    notes text NOT NULL,
    starts_at timestamptz,
    expires_at timestamptz,
    why text NOT NULL,
    changed_by uuid,         -- NULL: the platform itself
    changed_by_name text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, grant_id) REFERENCES technician_customer_access (org_id, id),
    FOREIGN KEY (technician_org_id, technician_id) REFERENCES users (org_id, id)
);
CREATE UNIQUE INDEX access_changes_once ON access_changes (org_id, grant_id, version);
CREATE INDEX access_changes_by_time ON access_changes (changed_at DESC, id DESC);
CREATE INDEX access_changes_of_organization ON access_changes (org_id, changed_at DESC, id DESC);
CREATE INDEX access_changes_between ON access_changes (technician_id, org_id, changed_at);
CREATE INDEX access_changes_of_batch ON access_changes (batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX access_changes_begin ON access_changes (starts_at) WHERE starts_at IS NOT NULL;
CREATE INDEX access_changes_end ON access_changes (expires_at) WHERE expires_at IS NOT NULL;
CALL wall.protect('access_changes');
GRANT SELECT, INSERT ON access_changes TO sallyport_app, sallyport_system;

-- What was before the history is told from how the grants stand: made once, and over once.
SET LOCAL ROLE sallyport_system;
INSERT INTO access_changes (org_id, grant_id, version, action, technician_org_id, technician_id, technician_name,
    access_level, services, ip_ranges, reason, notes, starts_at, expires_at, why, changed_by, changed_by_name, changed_at)
SELECT org_id, id, version - (revoked_at IS NOT NULL)::int, 'create', technician_org_id, technician_id, technician_name,
    access_level, services, ip_ranges, reason, notes, starts_at, expires_at, reason, granted_by, granted_by_name, granted_at
FROM technician_customer_access;
INSERT INTO access_changes (org_id, grant_id, version, action, technician_org_id, technician_id, technician_name,
    access_level, services, ip_ranges, reason, notes, starts_at, expires_at, why, changed_by, changed_by_name, changed_at)
SELECT org_id, id, version, CASE WHEN revoked_at < coalesce(expires_at, 'infinity') THEN 'revoke' ELSE 'expire' END,
    technician_org_id, technician_id, technician_name, access_level, services, ip_ranges, reason, notes, starts_at,
    expires_at, coalesce(revoke_reason, ''), revoked_by, coalesce(revoked_by_name, 'Sallyport'), revoked_at
FROM technician_customer_access WHERE revoked_at IS NOT NULL;
RESET ROLE;
