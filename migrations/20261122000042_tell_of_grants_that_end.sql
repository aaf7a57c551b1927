-- That a grant ends soon, told once each time: 7 days and 1 day before. A grant that is renewed ends at another time.
CREATE TABLE grant_notices (
    org_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    days smallint NOT NULL CHECK (days IN (1, 7)),
    expires_at timestamptz NOT NULL,
    told_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, grant_id, days, expires_at),
    FOREIGN KEY (org_id, grant_id) REFERENCES technician_customer_access (org_id, id)
);
CALL wall.protect('grant_notices');
GRANT SELECT, INSERT ON grant_notices TO sallyport_system;
CREATE INDEX technician_customer_access_ending ON technician_customer_access (expires_at) WHERE revoked_at IS NULL;
