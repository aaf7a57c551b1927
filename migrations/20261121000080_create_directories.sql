-- Directories (SCIM): by which tokens an organization's directory comes, whom it keeps here, and its groups.
CREATE TABLE directory_tokens (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    -- Whose groups give roles, and by which the people sign in first; NULL: no roles, and any connection.
    connection_id uuid,
    token_hash bytea NOT NULL UNIQUE,
    created_by uuid NOT NULL,
    created_by_name text NOT NULL, -- the provider's people make some, and no organization sees their rows
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    last_used_at timestamptz,
    last_used_ip inet,
    revoked_at timestamptz,
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    CHECK (expires_at <= created_at + interval '366 days'),
    FOREIGN KEY (org_id, connection_id) REFERENCES sso_connections (org_id, id)
);
CREATE INDEX directory_tokens_by_time ON directory_tokens (org_id, created_at DESC);
CALL wall.protect('directory_tokens');
GRANT SELECT, INSERT, UPDATE ON directory_tokens TO sallyport_app;
GRANT SELECT, UPDATE ON directory_tokens TO sallyport_system;

-- What a directory says of a person beyond what is kept of everybody. Who has no row here is none of its business.
CREATE TABLE directory_users (
    org_id uuid NOT NULL,
    user_id uuid NOT NULL,
    connection_id uuid, -- of the token that the directory came by when it made the person
    user_name text NOT NULL CHECK (length(user_name) BETWEEN 1 AND 255),
    external_id text CHECK (length(external_id) BETWEEN 1 AND 255),
    given_name text CHECK (length(given_name) BETWEEN 1 AND 255),
    family_name text CHECK (length(family_name) BETWEEN 1 AND 255),
    deactivated boolean NOT NULL DEFAULT false, -- by the directory, which undoes only what it did itself
    PRIMARY KEY (org_id, user_id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id),
    FOREIGN KEY (org_id, connection_id) REFERENCES sso_connections (org_id, id)
);
CREATE UNIQUE INDEX directory_users_user_name_key ON directory_users (org_id, lower(user_name));
CREATE UNIQUE INDEX directory_users_external_id_key ON directory_users (org_id, external_id);
CALL wall.protect('directory_users');
GRANT SELECT, INSERT, UPDATE, DELETE ON directory_users TO sallyport_app;
GRANT SELECT ON directory_users TO sallyport_system;

CREATE TABLE directory_groups (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 255),
    external_id text CHECK (length(external_id) BETWEEN 1 AND 255),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id),
    UNIQUE (id)
);
CREATE UNIQUE INDEX directory_groups_display_name_key ON directory_groups (org_id, lower(display_name));
CREATE UNIQUE INDEX directory_groups_external_id_key ON directory_groups (org_id, external_id);
CALL wall.protect('directory_groups');
GRANT SELECT, INSERT, UPDATE, DELETE ON directory_groups TO sallyport_app;

CREATE TABLE directory_group_members (
    org_id uuid NOT NULL,
    group_id uuid NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (org_id, group_id, user_id),
    FOREIGN KEY (org_id, group_id) REFERENCES directory_groups (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES directory_users (org_id, user_id)
);
CREATE INDEX directory_group_members_by_user ON directory_group_members (org_id, user_id);
CALL wall.protect('directory_group_members');
GRANT SELECT, INSERT, DELETE ON directory_group_members TO sallyport_app;

-- Which directory comes by a presented token. It is asked on each request, so an end counts at once and everywhere.
CREATE FUNCTION wall.load_directory(p_hash bytea)
    RETURNS TABLE (directory_token_id uuid, name text, connection_id uuid, last_used_at timestamptz, org_id uuid,
                   org_type text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT t.id, t.name, t.connection_id, t.last_used_at, t.org_id, o.type
        FROM directory_tokens t JOIN organizations o ON o.id = t.org_id
        WHERE t.token_hash = p_hash AND t.revoked_at IS NULL AND t.expires_at > now() AND o.status = 'active' $$;

-- Lets a directory into a transaction: it sees its own organization, which the database derives from its token.
CREATE FUNCTION wall.enter_directory(p_token uuid) RETURNS void LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v_org uuid;
BEGIN
    SELECT t.org_id INTO v_org
        FROM directory_tokens t JOIN organizations o ON o.id = t.org_id
        WHERE t.id = p_token AND t.revoked_at IS NULL AND t.expires_at > now() AND o.status = 'active';
    IF v_org IS NULL THEN
        RAISE EXCEPTION 'the caller is not active' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('wall.user', p_token::text, true), set_config('wall.org', v_org::text, true),
        set_config('wall.span', 'none', true), set_config('wall.granted', '{}', true),
        set_config('wall.signature', wall.sign_context(p_token::text, v_org::text, 'none', '{}'), true);
END $$;
GRANT CREATE ON SCHEMA wall TO sallyport_system;
ALTER FUNCTION wall.load_directory(bytea) OWNER TO sallyport_system;
ALTER FUNCTION wall.enter_directory(uuid) OWNER TO sallyport_system;
REVOKE CREATE ON SCHEMA wall FROM sallyport_system;
GRANT EXECUTE ON FUNCTION wall.load_directory(bytea), wall.enter_directory(uuid) TO sallyport_app;
