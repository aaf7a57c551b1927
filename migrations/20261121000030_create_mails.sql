-- The outbox: a mail is written in the transaction of what it tells of, and sent after it. What it says holds the
-- tokens of links, so it is sealed, and wiped once it is sent or given up. Whoever queues one cannot read any.
CREATE TABLE mails (
    org_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('invitation', 'password_reset', 'password_changed')),
    recipient text NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254),
    sealed_letter bytea,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    give_up_at timestamptz NOT NULL DEFAULT clock_timestamp() + interval '24 hours',
    next_try_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    tries integer NOT NULL DEFAULT 0,
    last_problem text,
    sent_at timestamptz,
    given_up_at timestamptz,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, user_id) REFERENCES users (org_id, id),
    CONSTRAINT mails_open_until_done CHECK ((sealed_letter IS NULL) = (sent_at IS NOT NULL OR given_up_at IS NOT NULL))
);
CREATE INDEX mails_due ON mails (next_try_at) WHERE sealed_letter IS NOT NULL;
CREATE INDEX mails_by_user ON mails (org_id, user_id, kind, created_at DESC);
CREATE INDEX mails_by_time ON mails (created_at);
CALL wall.protect('mails');
GRANT INSERT ON mails TO sallyport_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON mails TO sallyport_system;
