-- SAML: our key of a connection is renewed. The next one is announced before it signs; the certificate of the one before
-- stays known until it ends.
ALTER TABLE sso_connections
    ADD next_sealed_secret bytea,
    ADD next_certificate bytea,
    ADD former_certificate bytea,
    ADD CONSTRAINT sso_connections_next_is_whole CHECK (num_nonnulls(next_sealed_secret, next_certificate) IN (0, 2)),
    DROP CONSTRAINT sso_connections_deleted_is_off,
    ADD CONSTRAINT sso_connections_deleted_is_off
        CHECK (deleted_at IS NULL OR (state = 'off' AND sealed_secret IS NULL AND next_sealed_secret IS NULL));
