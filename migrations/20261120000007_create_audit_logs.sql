-- What happened. Written in the transaction of the change itself; nobody may change or remove a row.
CREATE TABLE audit_logs (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    code text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('attempt', 'success', 'refused', 'failed')),
    risk_level text NOT NULL CHECK (risk_level IN ('info', 'low', 'medium', 'high', 'critical')),
    controls text[] NOT NULL DEFAULT '{}', -- relevant to compliance when not empty
    sentence text NOT NULL,
    actor_id uuid,
    actor_org_id uuid,
    actor_name text,
    actor_email text,
    actor_role text,
    target_type text,
    target_id uuid,
    target_name text,
    session_id uuid,
    client_ip inet,
    user_agent text,
    request_id uuid,
    policy_ids text[] NOT NULL DEFAULT '{}',
    details jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (org_id, id)
);
CREATE INDEX audit_logs_by_time ON audit_logs (org_id, occurred_at DESC, id DESC);
CREATE INDEX audit_logs_all_by_time ON audit_logs (occurred_at DESC, id DESC);
CREATE INDEX audit_logs_by_actor ON audit_logs (actor_id, occurred_at DESC);
CREATE INDEX audit_logs_by_session ON audit_logs (org_id, session_id) WHERE session_id IS NOT NULL;
CALL wall.protect('audit_logs');
GRANT SELECT, INSERT ON audit_logs TO sallyport_app, sallyport_system;
