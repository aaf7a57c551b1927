-- The public facts of a user certificate: who it is for and until when. The console warns before it is too late.
ALTER TABLE credentials
    ADD COLUMN certificate_principals text[] NOT NULL DEFAULT '{}',
    ADD COLUMN certificate_expires_at timestamptz; -- NULL: no certificate, or one without an end
