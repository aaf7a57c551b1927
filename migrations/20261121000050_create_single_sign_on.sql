-- Single sign-on: an organization's connections to its identity providers, the mail domains that it proved to be its
-- own, and which person at a provider is which person here.
ALTER TABLE organizations
    ADD sso_required boolean NOT NULL DEFAULT false,
    -- Who may come in by password although single sign-on is required: for the day when the provider is down.
    ADD sso_fallback text NOT NULL DEFAULT 'admins' CHECK (sso_fallback IN ('nobody', 'admins', 'everyone'));

CREATE TABLE sso_connections (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    protocol text NOT NULL CHECK (protocol IN ('oidc', 'saml')),
    profile text NOT NULL CHECK (profile IN ('entra', 'google', 'okta', 'keycloak', 'auth0', 'generic')),
    state text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'active', 'off')),
    issuer text NOT NULL CHECK (length(issuer) BETWEEN 1 AND 2048),
    client_id text CHECK (length(client_id) BETWEEN 1 AND 512),
    algorithm text,
    groups_claim text NOT NULL CHECK (length(groups_claim) BETWEEN 1 AND 255),
    described jsonb,            -- what the provider says of itself: document and keys, or metadata
    described_at timestamptz,
    organization_key_id uuid,
    sealed_secret bytea,        -- OpenID Connect: the client's secret; SAML: our signing key
    certificate bytea,          -- SAML: ours
    idp_initiated boolean NOT NULL DEFAULT false,
    creates_users boolean NOT NULL DEFAULT true,
    default_role text,          -- NULL: only who is in a mapped group
    second_factor text NOT NULL DEFAULT 'provider' CHECK (second_factor IN ('provider', 'here')),
    settings_version integer NOT NULL DEFAULT 1, -- raised by what changes how a person is proven
    tested_version integer,     -- the settings that a person came in by in a test
    last_test jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    FOREIGN KEY (org_id, organization_key_id) REFERENCES organization_keys (org_id, id),
    CONSTRAINT sso_connections_active_is_tested
        CHECK (state <> 'active' OR (tested_version = settings_version AND described IS NOT NULL)),
    CONSTRAINT sso_connections_deleted_is_off CHECK (deleted_at IS NULL OR (state = 'off' AND sealed_secret IS NULL))
);
CREATE UNIQUE INDEX sso_connections_name_key ON sso_connections (org_id, lower(name)) WHERE deleted_at IS NULL;
CALL wall.protect('sso_connections');
GRANT SELECT, INSERT, UPDATE ON sso_connections TO sallyport_app;
GRANT SELECT, UPDATE ON sso_connections TO sallyport_system;

-- Which group there gives which role here; the first that fits counts.
CREATE TABLE sso_group_roles (
    org_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    position integer NOT NULL,
    group_name text NOT NULL CHECK (length(group_name) BETWEEN 1 AND 255),
    role text NOT NULL,
    PRIMARY KEY (org_id, connection_id, position),
    UNIQUE (org_id, connection_id, group_name),
    FOREIGN KEY (org_id, connection_id) REFERENCES sso_connections (org_id, id)
);
CALL wall.protect('sso_group_roles');
GRANT SELECT, INSERT, DELETE ON sso_group_roles TO sallyport_app;
GRANT SELECT ON sso_group_roles TO sallyport_system;

-- Mail domains. A domain is of one organization: the one that could write into its DNS.
CREATE TABLE sso_domains (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    domain text NOT NULL CHECK (domain = lower(domain) AND length(domain) BETWEEN 3 AND 253),
    challenge text NOT NULL,
    verified_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    UNIQUE (org_id, domain)
);
CREATE UNIQUE INDEX sso_domains_verified_once ON sso_domains (domain) WHERE verified_at IS NOT NULL;
CALL wall.protect('sso_domains');
GRANT SELECT, INSERT, UPDATE, DELETE ON sso_domains TO sallyport_app;
GRANT SELECT ON sso_domains TO sallyport_system;

-- Who is who. `subject` is never given to another person by its provider.
CREATE TABLE sso_identities (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 600),
    user_id uuid NOT NULL,
    email text,
    managed boolean NOT NULL,   -- made by the connection: its groups set the role
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    CONSTRAINT sso_identities_once UNIQUE (org_id, connection_id, subject),
    FOREIGN KEY (org_id, connection_id) REFERENCES sso_connections (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
);
CREATE INDEX sso_identities_by_user ON sso_identities (org_id, user_id);
CALL wall.protect('sso_identities');
GRANT SELECT, DELETE ON sso_identities TO sallyport_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sso_identities TO sallyport_system;

-- Sign-ins on their way. The state finds one; the cookie of the browser that began it must come along.
CREATE TABLE sso_flows (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    connection_id uuid NOT NULL,
    settings_version integer NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('sign_in', 'test', 'link', 'step_up')),
    state_hash bytea NOT NULL UNIQUE,
    browser_hash bytea NOT NULL,
    sealed_flow bytea NOT NULL,
    user_id uuid,               -- of whom it is, when somebody signed in begins it
    user_session_id uuid,
    return_to text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL DEFAULT clock_timestamp() + interval '10 minutes',
    spent_at timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, connection_id) REFERENCES sso_connections (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id),
    FOREIGN KEY (org_id, user_session_id) REFERENCES user_sessions (org_id, id)
);
CREATE INDEX sso_flows_by_time ON sso_flows (expires_at);
CALL wall.protect('sso_flows');
GRANT INSERT ON sso_flows TO sallyport_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sso_flows TO sallyport_system;

-- What a provider said once and may not say again: SAML assertions, logout tokens.
CREATE TABLE sso_seen (
    org_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    message_id text NOT NULL CHECK (length(message_id) BETWEEN 1 AND 512),
    until timestamptz NOT NULL,
    PRIMARY KEY (org_id, connection_id, message_id),
    FOREIGN KEY (org_id, connection_id) REFERENCES sso_connections (org_id, id)
);
CREATE INDEX sso_seen_by_time ON sso_seen (until);
CALL wall.protect('sso_seen');
GRANT SELECT, INSERT, DELETE ON sso_seen TO sallyport_system;

-- By which connection somebody came in, for single logout.
ALTER TABLE user_sessions
    ADD sso_connection_id uuid,
    ADD sso_session text,
    ADD FOREIGN KEY (org_id, sso_connection_id) REFERENCES sso_connections (org_id, id);
CREATE INDEX user_sessions_by_connection ON user_sessions (org_id, sso_connection_id) WHERE sso_connection_id IS NOT NULL;
ALTER TABLE login_challenges
    ADD sso_connection_id uuid,
    ADD sso_session text,
    ADD FOREIGN KEY (org_id, sso_connection_id) REFERENCES sso_connections (org_id, id);
