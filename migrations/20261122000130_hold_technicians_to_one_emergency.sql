-- A technician has one emergency at a time: while one is active or about to begin, wherever that is, nothing else becomes
-- one and none comes back. Two that begin at once come one after the other here, whichever way they come, so that the
-- second sees the first. A customer that is deleted may be restored, and what a technician owes is owed whatever becomes of
-- the customer: neither a running emergency there nor a review that is owed for one is overlooked. Beside that it does what
-- it did.
CREATE OR REPLACE FUNCTION wall.follow_emergency() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_by uuid := coalesce(nullif(current_setting('wall.user', true), '')::uuid, NEW.granted_by);
    v_holds boolean := NEW.access_level = 'emergency' AND NEW.revoked_at IS NULL AND NEW.expires_at IS NOT NULL;
    v_owed record; v_active record;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.access_level = 'emergency' AND nullif(current_setting('wall.user', true), '') IS NOT NULL
       AND (OLD.access_level, OLD.starts_at, OLD.expires_at) IS DISTINCT FROM (NEW.access_level, NEW.starts_at, NEW.expires_at)
    THEN
        RAISE EXCEPTION 'the level and the times of an emergency stay' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'emergency_accesses_fixed';
    END IF;
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
    PERFORM pg_advisory_xact_lock(hashtextextended('sallyport emergency of ' || NEW.technician_id, 0));
    SELECT e.id, e.technician_name, o.name AS customer, e.ends_at INTO v_active
        FROM emergency_accesses e JOIN organizations o ON o.id = e.org_id
        WHERE e.reviewed_at IS NULL AND e.technician_id = NEW.technician_id AND least(e.ended_at, e.ends_at) > now()
        ORDER BY e.started_at LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'one emergency at a time' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'emergency_accesses_one_active',
            DETAIL = jsonb_build_object('emergencyId', v_active.id, 'technicianName', v_active.technician_name,
                                        'customerOrgName', v_active.customer, 'endsAt', v_active.ends_at)::text;
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
    IF char_length(NEW.reason) < 20 OR (TG_OP = 'UPDATE' AND OLD.access_level <> 'emergency' AND OLD.reason = NEW.reason) THEN
        RAISE EXCEPTION 'an emergency needs a reason of its own' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'emergency_accesses_reason';
    END IF;
    SELECT e.id, e.technician_name, o.name AS customer, wall.review_due_at(e.ended_at, e.ends_at) AS due INTO v_owed
        FROM emergency_accesses e JOIN organizations o ON o.id = e.org_id
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
