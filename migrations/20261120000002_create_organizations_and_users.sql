-- Customers and the provider, and the people of both.
CREATE TABLE organizations (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    type text NOT NULL CHECK (type IN ('customer', 'mss_provider')),
    status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'deleted')),
    sso_enabled boolean NOT NULL DEFAULT false,
    session_idle_minutes integer NOT NULL DEFAULT 15 CHECK (session_idle_minutes BETWEEN 1 AND 480),
    session_max_minutes integer NOT NULL DEFAULT 480 CHECK (session_max_minutes BETWEEN 1 AND 1440),
    recording_retention_days integer NOT NULL DEFAULT 365 CHECK (recording_retention_days BETWEEN 1 AND 3650),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version bigint NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX organizations_name_key ON organizations (lower(name)) WHERE status <> 'deleted';
CREATE UNIQUE INDEX organizations_one_provider ON organizations (type) WHERE type = 'mss_provider';
CALL wall.protect('organizations', 'id');
GRANT SELECT, INSERT, UPDATE ON organizations TO sallyport_app;
GRANT SELECT, INSERT, UPDATE ON organizations TO sallyport_system;

CREATE TABLE users (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    email text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    display_name text NOT NULL CHECK (length(display_name) BETWEEN 1 AND 120),
    role text NOT NULL CHECK (role IN ('admin', 'report_viewer', 'request_user', 'basic_user',
                                       'super_admin', 'technician', 'security_analyst', 'account_manager')),
    status text NOT NULL DEFAULT 'invited' CHECK (status IN ('invited', 'active', 'disabled', 'deleted')),
    password_hash text,
    mfa_enabled boolean NOT NULL DEFAULT false,
    epoch integer NOT NULL DEFAULT 1, -- raised when every token of the person must die
    failed_attempts integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    last_login_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id),
    UNIQUE (id)
);
CREATE UNIQUE INDEX users_email_key ON users (lower(email)) WHERE status <> 'deleted';
CALL wall.protect('users');
GRANT SELECT, INSERT, UPDATE ON users TO sallyport_app;
GRANT SELECT, INSERT, UPDATE ON users TO sallyport_system;

-- A role belongs to one kind of organization; the database refuses a technician at a customer.
CREATE FUNCTION wall.check_role_fits_organization() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF (NEW.role IN ('super_admin', 'technician', 'security_analyst', 'account_manager'))
       <> (SELECT type = 'mss_provider' FROM organizations WHERE id = NEW.org_id) THEN
        RAISE EXCEPTION 'role % does not exist at this kind of organization', NEW.role
            USING ERRCODE = 'check_violation', CONSTRAINT = 'users_role_fits_organization';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER users_role_fits_organization BEFORE INSERT OR UPDATE OF role, org_id ON users
    FOR EACH ROW EXECUTE FUNCTION wall.check_role_fits_organization();

CREATE TABLE invitations (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
);
CALL wall.protect('invitations');
GRANT SELECT, INSERT, UPDATE ON invitations TO sallyport_app, sallyport_system;
