-- Live and past sessions on customers' machines. org_id is the customer. Names stand as they were then:
-- this is evidence, and a customer cannot read the provider's user rows.
CREATE TABLE sessions (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    asset_id uuid NOT NULL,
    asset_name text NOT NULL,
    endpoint_version bigint NOT NULL,
    credential_id uuid NOT NULL,
    username text NOT NULL,
    grant_id uuid NOT NULL,
    technician_org_id uuid NOT NULL,
    technician_id uuid NOT NULL,
    technician_name text NOT NULL,
    technician_email text NOT NULL,
    user_session_id uuid NOT NULL,
    access_level text NOT NULL CHECK (access_level IN ('read_only', 'full_access', 'emergency')),
    protocol text NOT NULL,
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
    client_ip inet NOT NULL,
    instance_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'starting'
        CHECK (status IN ('starting', 'live', 'detached', 'frozen', 'ended', 'refused')),
    cols integer NOT NULL,
    rows integer NOT NULL,
    idle_minutes integer NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    started_at timestamptz,
    must_end_at timestamptz NOT NULL,
    ended_at timestamptz,
    end_code text,
    end_message text,
    end_requested_code text,
    end_requested_message text,
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    FOREIGN KEY (org_id, asset_id) REFERENCES assets (org_id, id),
    FOREIGN KEY (org_id, credential_id) REFERENCES credentials (org_id, id),
    FOREIGN KEY (org_id, grant_id) REFERENCES technician_customer_access (org_id, id),
    FOREIGN KEY (technician_org_id, technician_id) REFERENCES users (org_id, id),
    CHECK ((ended_at IS NOT NULL) = (status IN ('ended', 'refused')))
);
CREATE INDEX sessions_open ON sessions (instance_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_time ON sessions (org_id, created_at DESC);
CREATE INDEX sessions_by_technician ON sessions (technician_id, created_at DESC);
CALL wall.protect('sessions');
GRANT SELECT, INSERT, UPDATE ON sessions TO sallyport_app;
GRANT SELECT, UPDATE ON sessions TO sallyport_system;

-- The right to attach once, now. Presented in the first WebSocket message, never in a URL.
CREATE TABLE session_tickets (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    session_id uuid NOT NULL,
    user_id uuid NOT NULL,
    user_name text NOT NULL,
    user_session_id uuid NOT NULL,
    mode text NOT NULL CHECK (mode IN ('control', 'watch')),
    token_hash bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, session_id) REFERENCES sessions (org_id, id)
);
CALL wall.protect('session_tickets');
GRANT INSERT ON session_tickets TO sallyport_app;
GRANT SELECT, DELETE ON session_tickets TO sallyport_system;

CREATE TABLE recordings (
    org_id uuid NOT NULL,
    id uuid NOT NULL, -- the session's id
    status text NOT NULL DEFAULT 'recording' CHECK (status IN ('recording', 'sealed', 'interrupted', 'deleted')),
    instance_id uuid NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    duration_ms bigint NOT NULL DEFAULT 0,
    size_bytes bigint NOT NULL DEFAULT 0,
    raw_bytes bigint NOT NULL DEFAULT 0,
    cols integer NOT NULL,
    rows integer NOT NULL,
    final_hash bytea,
    manifest_key_id text,
    sealed_at timestamptz,
    retain_until timestamptz NOT NULL,
    deleted_at timestamptz,
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    FOREIGN KEY (org_id, id) REFERENCES sessions (org_id, id)
);
CREATE INDEX recordings_by_time ON recordings (org_id, started_at DESC);
CALL wall.protect('recordings');
GRANT SELECT, INSERT ON recordings TO sallyport_app;
GRANT SELECT, UPDATE ON recordings TO sallyport_system;

-- What the screen said, line by line: the text that a search finds. Never what was typed.
CREATE TABLE recording_lines (
    org_id uuid NOT NULL,
    recording_id uuid NOT NULL,
    line_no integer NOT NULL,
    at_ms bigint NOT NULL,
    line text NOT NULL,
    PRIMARY KEY (org_id, recording_id, line_no),
    FOREIGN KEY (org_id, recording_id) REFERENCES recordings (org_id, id)
);
CALL wall.protect('recording_lines');
GRANT SELECT ON recording_lines TO sallyport_app;
GRANT SELECT, INSERT, DELETE ON recording_lines TO sallyport_system;
