-- Where audit logs are forwarded to, in the order in which they are sealed. A destination belongs to the organization whose
-- log it gets; the provider may have ones that get every log (`whole`).
CREATE TABLE audit_destinations (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    whole boolean NOT NULL DEFAULT false,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    kind text NOT NULL CHECK (kind IN ('syslog', 'webhook')),
    address text NOT NULL,
    format text NOT NULL,
    ca_pem text,
    enabled boolean NOT NULL,
    min_risk_level text CHECK (min_risk_level IN ('info', 'low', 'medium', 'high', 'critical')),
    organization_key_id uuid,
    sealed_secret bytea, -- what webhooks are signed with
    created_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1, -- of what people set
    -- How it goes; written by whoever forwards.
    delivered bigint NOT NULL DEFAULT 0,
    last_delivered_at timestamptz,
    failures integer NOT NULL DEFAULT 0, -- in a row
    last_error text,
    next_try_at timestamptz,
    claimed_by uuid, -- the instance that forwards to it, until then
    claimed_until timestamptz,
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    UNIQUE (org_id, id, whole),
    CONSTRAINT audit_destinations_name_key UNIQUE (org_id, name),
    FOREIGN KEY (org_id, organization_key_id) REFERENCES organization_keys (org_id, id),
    CHECK ((kind = 'webhook') = (sealed_secret IS NOT NULL)),
    CHECK ((sealed_secret IS NULL) = (organization_key_id IS NULL)),
    CHECK ((kind, format) IN (('syslog', 'rfc5424_json'), ('webhook', 'json'), ('webhook', 'ocsf')))
);
CALL wall.protect('audit_destinations');
GRANT SELECT, INSERT, UPDATE, DELETE ON audit_destinations TO sallyport_app;
GRANT SELECT, UPDATE ON audit_destinations TO sallyport_system;

-- How far each log was taken by each destination: the place that comes next. None: it begins at 0. One that does not get
-- every log gets none but its own organization's, whoever writes here.
CREATE TABLE audit_destination_cursors (
    org_id uuid NOT NULL,
    destination_id uuid NOT NULL,
    whole boolean NOT NULL,
    log_org_id uuid NOT NULL,
    next_seq bigint NOT NULL CHECK (next_seq >= 0),
    moved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (org_id, destination_id, log_org_id),
    FOREIGN KEY (org_id, destination_id, whole) REFERENCES audit_destinations (org_id, id, whole) ON DELETE CASCADE,
    CHECK (whole OR log_org_id = org_id)
);
CALL wall.protect('audit_destination_cursors');
GRANT SELECT, INSERT, DELETE ON audit_destination_cursors TO sallyport_app;
GRANT SELECT, INSERT, UPDATE ON audit_destination_cursors TO sallyport_system;
