-- SAML: an identity provider is known by its metadata, which may be read anew; until it is there, by nothing.
ALTER TABLE sso_connections
    DROP CONSTRAINT sso_connections_issuer_check,
    ADD CONSTRAINT sso_connections_issuer_check CHECK (length(issuer) <= 2048 AND (protocol = 'saml' OR issuer <> '')),
    ADD metadata_url text CHECK (length(metadata_url) <= 2048),
    ADD asked_at timestamptz,   -- when a job last looked after it
    ADD noticed_at timestamptz; -- when the admins were last told of trouble

