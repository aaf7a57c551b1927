-- Who has to approve when a technician asks for access: the provider, or the customer's admin too.
ALTER TABLE organizations ADD access_approval text NOT NULL DEFAULT 'provider'
    CHECK (access_approval IN ('provider', 'both'));

-- A technician asks for access to a customer (org_id). What they ask for may change until it is decided.
CREATE TABLE access_requests (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    technician_org_id uuid NOT NULL,
    technician_id uuid NOT NULL,
    technician_name text NOT NULL,
    access_level text NOT NULL CHECK (access_level IN ('read_only', 'full_access')),
    services text[] NOT NULL DEFAULT '{}' CHECK (services <@ ARRAY['ssh', 'sftp', 'rdp', 'vnc', 'telnet']), -- empty: all
    ip_ranges inet[] NOT NULL DEFAULT '{}', -- empty: from anywhere
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    starts_at timestamptz,
    expires_at timestamptz,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'granted', 'refused', 'withdrawn', 'expired')),
    created_at timestamptz NOT NULL DEFAULT now(),
    lapses_at timestamptz NOT NULL DEFAULT now() + interval '7 days', -- undecided until then, it is over
    decided_at timestamptz,
    decided_by_name text,
    decision_reason text,
    grant_id uuid,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    FOREIGN KEY (technician_org_id, technician_id) REFERENCES users (org_id, id),
    FOREIGN KEY (org_id, grant_id) REFERENCES technician_customer_access (org_id, id),
    CHECK ((status = 'pending') = (decided_at IS NULL)),
    CHECK ((status = 'granted') = (grant_id IS NOT NULL)),
    CHECK (starts_at IS NULL OR expires_at IS NULL OR starts_at < expires_at)
);
CREATE UNIQUE INDEX access_requests_one_pending
    ON access_requests (org_id, technician_id, access_level) WHERE status = 'pending';
CREATE INDEX access_requests_by_time ON access_requests (created_at DESC, id DESC);
CREATE INDEX access_requests_by_technician ON access_requests (technician_id, created_at DESC);
CREATE INDEX access_requests_lapsing ON access_requests (lapses_at) WHERE status = 'pending';
CALL wall.protect('access_requests');
GRANT SELECT, INSERT, UPDATE ON access_requests TO sallyport_app, sallyport_system;

-- Approvals of exactly these terms, one a side. A void one stays to be seen, and counts for nothing.
CREATE TABLE access_approvals (
    org_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    request_id uuid NOT NULL,
    side text NOT NULL CHECK (side IN ('provider', 'customer')),
    approver_org_id uuid NOT NULL,
    approver_id uuid NOT NULL,
    approver_name text NOT NULL,
    terms_hash bytea NOT NULL CHECK (length(terms_hash) = 32),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
    approved_at timestamptz NOT NULL DEFAULT now(),
    voided_at timestamptz,
    void_reason text,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, request_id) REFERENCES access_requests (org_id, id),
    FOREIGN KEY (approver_org_id, approver_id) REFERENCES users (org_id, id)
);
CREATE UNIQUE INDEX access_approvals_once ON access_approvals (org_id, request_id, side) WHERE voided_at IS NULL;
CREATE INDEX access_approvals_by_approver ON access_approvals (approver_id) WHERE voided_at IS NULL;
CALL wall.protect('access_approvals');
GRANT SELECT, INSERT, UPDATE ON access_approvals TO sallyport_app, sallyport_system;

-- Who is something else now, or was shut out, has approved nothing that is still open: whatever way that came about.
-- It runs as whoever changes the person, who sees their organization and so what they approved for it.
CREATE FUNCTION wall.void_approvals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE access_approvals a SET voided_at = now(), void_reason = 'the approver has another role, or left'
        FROM access_requests r
        WHERE a.approver_id = NEW.id AND a.voided_at IS NULL
          AND r.org_id = a.org_id AND r.id = a.request_id AND r.status = 'pending';
    RETURN NULL;
END $$;
CREATE TRIGGER void_approvals AFTER UPDATE OF role, status ON users FOR EACH ROW
    WHEN (OLD.role IS DISTINCT FROM NEW.role OR OLD.status IS DISTINCT FROM NEW.status)
    EXECUTE FUNCTION wall.void_approvals();

-- What a caller does beyond their wall by sallyport_system is done once by its key too.
GRANT INSERT ON idempotency_keys TO sallyport_system;
