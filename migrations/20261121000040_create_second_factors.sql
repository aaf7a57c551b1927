-- Second factors: authenticator apps, backup codes, and sign-ins that still owe one.
ALTER TABLE organizations ADD mfa_required boolean NOT NULL DEFAULT false;
SET LOCAL ROLE sallyport_system;
UPDATE organizations SET mfa_required = true WHERE type = 'mss_provider';
RESET ROLE;

-- An authenticator app of a person. Its seed is sealed under the key of the organization.
CREATE TABLE user_factors (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('totp')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    organization_key_id uuid NOT NULL,
    sealed_seed bytea NOT NULL,
    last_step bigint, -- the newest 30 seconds of which a code was accepted: none of them or before is again
    created_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz, -- NULL: shown to the person, who has not proved yet that it works
    last_used_at timestamptz,
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id),
    FOREIGN KEY (org_id, organization_key_id) REFERENCES organization_keys (org_id, id)
);
CREATE INDEX user_factors_by_user ON user_factors (org_id, user_id);
CALL wall.protect('user_factors');
GRANT SELECT, INSERT, UPDATE, DELETE ON user_factors TO sallyport_app, sallyport_system;

-- What a person kept for the day when the app is lost. Only hashes; each is good once.
CREATE TABLE user_backup_codes (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    code_hash bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, user_id, code_hash),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
);
CALL wall.protect('user_backup_codes');
GRANT SELECT, INSERT, UPDATE, DELETE ON user_backup_codes TO sallyport_app, sallyport_system;

-- A sign-in whose password was right, and which owes a factor, or the enrolment of one. No caller has a part in it.
CREATE TABLE login_challenges (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    owed text NOT NULL CHECK (owed IN ('factor', 'enrolment')),
    epoch integer NOT NULL, -- of the person when the password was checked
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    spent_at timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id)
);
CREATE INDEX login_challenges_by_time ON login_challenges (expires_at);
CALL wall.protect('login_challenges');
GRANT SELECT, INSERT, UPDATE, DELETE ON login_challenges TO sallyport_system;
