-- Emergency access as an object: each grant of level emergency, however it was made, has one, made and closed here in the
-- transaction of the grant itself, so that no way past it is left. It owes a review, and blocks the next until it has one.
CREATE TABLE emergency_accesses (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    grant_id uuid NOT NULL,
    technician_org_id uuid NOT NULL,
    technician_id uuid NOT NULL,
    technician_name text NOT NULL,
    reason text NOT NULL,
    started_by uuid NOT NULL,
    started_by_name text NOT NULL,
    started_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_by_name text,
    end_reason text,
    end_told boolean NOT NULL DEFAULT false,  -- its end is in the log
    told_count integer,                       -- people who were told of its beginning; NULL: not yet
    reminded_at timestamptz,
    reviewed_at timestamptz,
    reviewed_by uuid,
    reviewed_by_name text,
    verdict text CHECK (verdict IN ('justified', 'not_justified')),
    review_words text CHECK (length(review_words) BETWEEN 1 AND 4000),
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    FOREIGN KEY (org_id, grant_id) REFERENCES technician_customer_access (org_id, id),
    FOREIGN KEY (technician_org_id, technician_id) REFERENCES users (org_id, id),
    CHECK ((reviewed_at IS NULL) = (verdict IS NULL) AND (reviewed_at IS NULL) = (review_words IS NULL)
           AND (reviewed_at IS NULL) = (reviewed_by IS NULL))
);
CREATE UNIQUE INDEX emergency_accesses_one_open ON emergency_accesses (org_id, grant_id) WHERE ended_at IS NULL;
CREATE INDEX emergency_accesses_by_time ON emergency_accesses (started_at DESC, id DESC);
CREATE INDEX emergency_accesses_owed ON emergency_accesses (technician_id, org_id) WHERE reviewed_at IS NULL;
CREATE INDEX emergency_accesses_untold ON emergency_accesses (started_at)
    WHERE told_count IS NULL OR NOT end_told OR (reviewed_at IS NULL AND reminded_at IS NULL);
CALL wall.protect('emergency_accesses');
GRANT SELECT, INSERT, UPDATE ON emergency_accesses TO sallyport_app, sallyport_system;

-- Until when a review is owed.
CREATE FUNCTION wall.review_due_at(p_ended_at timestamptz, p_ends_at timestamptz) RETURNS timestamptz
    LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT least(p_ended_at, p_ends_at) + interval '24 hours' $$;
GRANT EXECUTE ON FUNCTION wall.review_due_at(timestamptz, timestamptz) TO sallyport_app, sallyport_system;

-- An emergency that was closed before its time and comes back by an undo is the same one; whatever else becomes an
-- emergency is a new one, and there is none while a review is owed: by the technician from the end of the last one on, at
-- the customer from when one is overdue. It runs as whoever changes the grant, who sees all that it asks for: people
-- who grant see every organization, and what technicians start themselves runs as sallyport_system.
CREATE FUNCTION wall.follow_emergency() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_by uuid := coalesce(nullif(current_setting('wall.user', true), '')::uuid, NEW.granted_by);
    v_holds boolean := NEW.access_level = 'emergency' AND NEW.revoked_at IS NULL AND NEW.expires_at IS NOT NULL;
    v_owed record;
BEGIN
    IF NOT v_holds THEN
        UPDATE emergency_accesses SET ended_at = least(now(), ends_at), ended_by_name = NEW.revoked_by_name,
                end_reason = NEW.revoke_reason
            WHERE org_id = NEW.org_id AND grant_id = NEW.id AND ended_at IS NULL;
        RETURN NULL;
    END IF;
    UPDATE emergency_accesses SET ends_at = NEW.expires_at
        WHERE org_id = NEW.org_id AND grant_id = NEW.id AND ended_at IS NULL;
    IF FOUND THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.access_level = 'emergency' THEN
        UPDATE emergency_accesses SET ended_at = NULL, ended_by_name = NULL, end_reason = NULL, end_told = false, told_count = NULL,
                ends_at = NEW.expires_at
            WHERE (org_id, id) = (SELECT org_id, id FROM emergency_accesses
                WHERE org_id = NEW.org_id AND grant_id = NEW.id AND reviewed_at IS NULL
                ORDER BY started_at DESC LIMIT 1);
        IF FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    SELECT e.id, e.technician_name, o.name AS customer, wall.review_due_at(e.ended_at, e.ends_at) AS due INTO v_owed
        FROM emergency_accesses e JOIN organizations o ON o.id = e.org_id AND o.status <> 'deleted'
        WHERE e.reviewed_at IS NULL AND (
              (e.technician_id = NEW.technician_id AND least(e.ended_at, e.ends_at) <= now())
           OR (e.org_id = NEW.org_id AND wall.review_due_at(e.ended_at, e.ends_at) <= now()))
        ORDER BY e.started_at LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a review of emergency access is owed' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'emergency_accesses_review_owed',
            DETAIL = jsonb_build_object('emergencyId', v_owed.id, 'technicianName', v_owed.technician_name,
                                        'customerOrgName', v_owed.customer, 'reviewDueAt', v_owed.due)::text;
    END IF;
    INSERT INTO emergency_accesses (org_id, grant_id, technician_org_id, technician_id, technician_name, reason,
        started_by, started_by_name, started_at, ends_at)
    SELECT NEW.org_id, NEW.id, NEW.technician_org_id, NEW.technician_id, NEW.technician_name, NEW.reason, v_by,
        coalesce((SELECT display_name FROM users WHERE id = v_by), NEW.granted_by_name),
        greatest(NEW.starts_at, now()), NEW.expires_at;
    RETURN NULL;
END $$;
CREATE TRIGGER follow_emergency_insert AFTER INSERT ON technician_customer_access FOR EACH ROW
    WHEN (NEW.access_level = 'emergency') EXECUTE FUNCTION wall.follow_emergency();
CREATE TRIGGER follow_emergency_update AFTER UPDATE OF access_level, starts_at, expires_at, revoked_at
    ON technician_customer_access FOR EACH ROW
    WHEN ((OLD.access_level = 'emergency' OR NEW.access_level = 'emergency')
          AND (OLD.access_level, OLD.starts_at, OLD.expires_at, OLD.revoked_at)
              IS DISTINCT FROM (NEW.access_level, NEW.starts_at, NEW.expires_at, NEW.revoked_at))
    EXECUTE FUNCTION wall.follow_emergency();

-- Those that hold now have their object from here on. Their beginning was told in the log of its time.
SET LOCAL ROLE sallyport_system;
INSERT INTO emergency_accesses (org_id, grant_id, technician_org_id, technician_id, technician_name, reason, started_by,
    started_by_name, started_at, ends_at, told_count)
SELECT org_id, id, technician_org_id, technician_id, technician_name, reason, granted_by, granted_by_name,
    greatest(starts_at, granted_at), expires_at, 0
FROM technician_customer_access WHERE access_level = 'emergency' AND revoked_at IS NULL AND expires_at > now();
RESET ROLE;
