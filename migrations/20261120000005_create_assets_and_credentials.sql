-- A customer's machines, and the sealed means to enter them.
CREATE TABLE assets (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    address text NOT NULL CHECK (length(address) BETWEEN 1 AND 253),
    port integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
    protocol text NOT NULL CHECK (protocol IN ('ssh')),
    tags text[] NOT NULL DEFAULT '{}',
    description text NOT NULL DEFAULT '' CHECK (length(description) <= 4000),
    host_key text, -- OpenSSH public key line, set only by a person's confirmation
    host_key_fingerprint text,
    host_key_confirmed_by uuid,
    host_key_confirmed_by_name text,
    host_key_confirmed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    endpoint_version bigint NOT NULL DEFAULT 1, -- raised with address, port or host key: live sessions end
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id),
    UNIQUE (id)
);
CREATE UNIQUE INDEX assets_name_key ON assets (org_id, lower(name)) WHERE deleted_at IS NULL;
CALL wall.protect('assets');
GRANT SELECT, INSERT, UPDATE ON assets TO sallyport_app;
GRANT SELECT, UPDATE ON assets TO sallyport_system;

-- The organization's own key, sealed under the root key. Destroying it destroys every secret below it.
CREATE TABLE organization_keys (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    sealed_key bytea, -- NULL: destroyed
    created_at timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    CHECK ((sealed_key IS NULL) = (destroyed_at IS NOT NULL)),
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX organization_keys_one_live ON organization_keys (org_id) WHERE destroyed_at IS NULL;
CALL wall.protect('organization_keys');
GRANT SELECT, INSERT, UPDATE ON organization_keys TO sallyport_app, sallyport_system;

CREATE TABLE credentials (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    asset_id uuid NOT NULL,
    username text NOT NULL CHECK (length(username) BETWEEN 1 AND 128),
    kind text NOT NULL CHECK (kind IN ('password', 'private_key', 'certificate')),
    access_level text NOT NULL CHECK (access_level IN ('read_only', 'full_access', 'emergency')),
    public_fingerprint text,
    secret_version integer NOT NULL DEFAULT 1,
    organization_key_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    rotated_at timestamptz,
    deleted_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    FOREIGN KEY (org_id, asset_id) REFERENCES assets (org_id, id),
    FOREIGN KEY (org_id, organization_key_id) REFERENCES organization_keys (org_id, id)
);
CREATE UNIQUE INDEX credentials_account_key ON credentials (org_id, asset_id, username, access_level) WHERE deleted_at IS NULL;
CALL wall.protect('credentials');
GRANT SELECT, INSERT, UPDATE ON credentials TO sallyport_app;

-- One row a field (password, private_key, passphrase, certificate) and version; only sealed bytes.
CREATE TABLE credential_secrets (
    org_id uuid NOT NULL,
    credential_id uuid NOT NULL,
    secret_version integer NOT NULL,
    field text NOT NULL CHECK (field IN ('password', 'private_key', 'passphrase', 'certificate')),
    sealed bytea NOT NULL,
    PRIMARY KEY (org_id, credential_id, secret_version, field),
    FOREIGN KEY (org_id, credential_id) REFERENCES credentials (org_id, id)
);
CALL wall.protect('credential_secrets');
GRANT SELECT, INSERT, DELETE ON credential_secrets TO sallyport_app;
