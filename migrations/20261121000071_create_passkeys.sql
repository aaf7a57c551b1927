-- Passkeys beside authenticator apps. What is kept of one is public: its id and its key; the rest stays where it is.
ALTER TABLE user_factors
    DROP CONSTRAINT user_factors_kind_check,
    ALTER organization_key_id DROP NOT NULL,
    ALTER sealed_seed DROP NOT NULL,
    ADD credential_id bytea UNIQUE CHECK (length(credential_id) BETWEEN 1 AND 1023),
    ADD public_key bytea, -- COSE_Key
    ADD sign_count bigint, -- grows with each use where the authenticator counts
    ADD backup_eligible boolean,
    ADD backed_up boolean,
    ADD CONSTRAINT user_factors_are_one_kind CHECK (CASE kind
        WHEN 'totp' THEN num_nonnulls(organization_key_id, sealed_seed) = 2
            AND num_nonnulls(credential_id, public_key, sign_count, backup_eligible, backed_up) = 0
        WHEN 'passkey' THEN num_nonnulls(organization_key_id, sealed_seed, last_step) = 0 AND confirmed_at IS NOT NULL
            AND num_nonnulls(credential_id, public_key, sign_count, backup_eligible, backed_up) = 5
        ELSE false END);

-- Challenges that a passkey signed: each is good once, and for minutes. One that nobody used leaves no row.
CREATE TABLE spent_passkey_challenges (
    id uuid PRIMARY KEY,
    made_at timestamptz NOT NULL
);
CREATE INDEX spent_passkey_challenges_by_time ON spent_passkey_challenges (made_at);
ALTER TABLE spent_passkey_challenges ENABLE ROW LEVEL SECURITY;
ALTER TABLE spent_passkey_challenges FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON spent_passkey_challenges TO sallyport_system USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON spent_passkey_challenges TO sallyport_system;
