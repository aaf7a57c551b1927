-- The log of events in months (UTC): what is asked of a time reads the months of that time, and a month whose entries
-- are all cleaned up goes as a table. A table of its own for each month, and one for what has no month yet, so that an
-- entry is never refused. All of them are reached through audit_logs alone: they are behind the wall like it, and nobody
-- is granted anything on them.

ALTER TABLE audit_logs RENAME TO audit_logs_before;
CREATE TABLE audit_logs (LIKE audit_logs_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS) PARTITION BY RANGE (occurred_at);
ALTER TABLE audit_logs ADD CONSTRAINT audit_logs_org_id_fkey FOREIGN KEY (org_id) REFERENCES organizations (id);
CREATE TABLE audit_logs_default PARTITION OF audit_logs DEFAULT;
CALL wall.protect('audit_logs_default');

-- Gives a month its table, with what lies in the default table of it; whether it had none. For the owner alone.
-- The new table is made apart and attached: that holds up neither readers nor writers of the other months. Whoever reads
-- the default table is waited for, so organizations, to which the new table refers, is locked before it: nobody who waits
-- for us there holds what we wait for.
CREATE FUNCTION wall.make_audit_month(p_month date) RETURNS boolean LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp SET row_security = on SET TimeZone = 'UTC' SET DateStyle = 'ISO' AS $$
DECLARE
    v_begin timestamptz := date_trunc('month', p_month::timestamptz);
    v_end timestamptz := v_begin + interval '1 month';
    v_table text := 'public.audit_logs_' || to_char(v_begin, 'YYYY_MM');
    v_moves boolean;
BEGIN
    IF to_regclass(v_table) IS NOT NULL THEN
        RETURN false;
    END IF;
    LOCK TABLE ONLY public.organizations IN SHARE ROW EXCLUSIVE MODE;
    LOCK TABLE ONLY public.audit_logs IN SHARE UPDATE EXCLUSIVE MODE;
    LOCK TABLE ONLY public.audit_logs_default IN ACCESS EXCLUSIVE MODE;
    v_moves := pg_relation_size('public.audit_logs_default') > 0;
    IF v_moves THEN
        CREATE TABLE public.audit_logs_moving (LIKE public.audit_logs);
        -- The owner is held by no policy for as long as nobody else can look; if one held all the same, this would fail.
        ALTER TABLE public.audit_logs_default NO FORCE ROW LEVEL SECURITY;
        SET LOCAL row_security = off;
        WITH moved AS (DELETE FROM public.audit_logs_default WHERE occurred_at >= v_begin AND occurred_at < v_end RETURNING *)
            INSERT INTO public.audit_logs_moving SELECT * FROM moved;
        SET LOCAL row_security = on;
        ALTER TABLE public.audit_logs_default FORCE ROW LEVEL SECURITY;
    END IF;
    EXECUTE format('CREATE TABLE %s (LIKE public.audit_logs INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', v_table);
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, sallyport_app, sallyport_system, sallyport_keeper', v_table);
    EXECUTE format('ALTER TABLE public.audit_logs ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)', v_table, v_begin, v_end);
    IF v_moves THEN
        -- They stand in the queue already, or have their leaves.
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', v_table);
        EXECUTE format('INSERT INTO %s SELECT * FROM public.audit_logs_moving', v_table);
        EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', v_table);
        DROP TABLE public.audit_logs_moving;
    END IF;
    EXECUTE format('CALL wall.protect(%L)', v_table);
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION wall.make_audit_month(date) FROM PUBLIC;

-- Each event keeps its month with it wherever it is named, so that its row is looked for in that month alone. What a leaf
-- says of the time is compared with the row, which its hash holds; of what is removed it says nothing.
ALTER TABLE audit_queue ADD occurred_at timestamptz;
ALTER TABLE audit_leaves ADD occurred_at timestamptz;

-- What there is already. The owner is held by no policy while it is moved.
ALTER TABLE audit_logs_before NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_queue NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_leaves NO FORCE ROW LEVEL SECURITY;
DO $$ BEGIN
    PERFORM wall.make_audit_month(month) FROM (
        SELECT (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => n))::date FROM generate_series(0, 3) n
        UNION
        SELECT date_trunc('month', a.occurred_at AT TIME ZONE 'UTC')::date FROM audit_logs_before a
        WHERE a.occurred_at > now() - interval '10 years' AND a.occurred_at < now() + interval '3 months'
    ) months (month);
END $$;
INSERT INTO audit_logs SELECT * FROM audit_logs_before;
UPDATE audit_leaves l SET occurred_at = a.occurred_at FROM audit_logs_before a WHERE a.org_id = l.org_id AND a.id = l.event_id;
-- Of one whose row is gone nothing is known; verification says that it is gone.
UPDATE audit_queue q SET occurred_at = coalesce(
    (SELECT a.occurred_at FROM audit_logs_before a WHERE a.org_id = q.org_id AND a.id = q.event_id), q.queued_at);
DROP TABLE audit_logs_before;
ALTER TABLE audit_queue FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_leaves FORCE ROW LEVEL SECURITY;

-- The key of the partitions names the month, and is the order of an organization's log at once.
ALTER TABLE audit_logs ADD PRIMARY KEY (org_id, occurred_at, id);
CREATE INDEX audit_logs_all_by_time ON audit_logs (occurred_at DESC, id DESC);
CREATE INDEX audit_logs_by_actor ON audit_logs (actor_id, occurred_at DESC);
CREATE INDEX audit_logs_by_session ON audit_logs (org_id, session_id) WHERE session_id IS NOT NULL;
CREATE INDEX audit_logs_refused_people ON audit_logs (org_id, target_id, occurred_at DESC)
    WHERE outcome = 'refused' AND target_type = 'user';
CALL wall.protect('audit_logs');
GRANT SELECT, INSERT ON audit_logs TO sallyport_app, sallyport_system;
CREATE POLICY keeper ON audit_logs TO sallyport_keeper USING (true);
GRANT SELECT, DELETE, UPDATE (sentence, actor_name, actor_email, target_name, client_ip, user_agent, details)
    ON audit_logs TO sallyport_keeper;

ALTER TABLE audit_queue ALTER occurred_at SET NOT NULL;
ALTER TABLE audit_queue ADD UNIQUE (event_id, org_id);
-- Whoever asks for the proof of an event of theirs that waits is told that it does.
GRANT SELECT ON audit_queue TO sallyport_app;
-- Not asked of the leaves that are there: that the row of one is gone is for verification to say.
ALTER TABLE audit_leaves ADD CHECK (content_removed_at IS NOT NULL OR occurred_at IS NOT NULL) NOT VALID;
GRANT UPDATE (occurred_at) ON audit_leaves TO sallyport_keeper;

-- The key of the log has the time in it, so it alone would take two events of one id. The second is refused here: while
-- the first waits, by the key of the queue, which waits for whoever takes it out; from then on by its leaf.
CREATE OR REPLACE FUNCTION wall.queue_audit_event() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    INSERT INTO audit_queue (org_id, event_id, occurred_at) VALUES (NEW.org_id, NEW.id, NEW.occurred_at);
    PERFORM 1 FROM audit_leaves l WHERE l.event_id = NEW.id AND l.org_id = NEW.org_id;
    IF FOUND THEN
        RAISE EXCEPTION 'there is an event of this id already' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER queue AFTER INSERT ON audit_logs FOR EACH ROW EXECUTE FUNCTION wall.queue_audit_event();

-- As before, by the time that stands with each leaf; it goes with the rest.
CREATE OR REPLACE FUNCTION wall.clean_up_audit(p_org uuid, p_before timestamptz, p_limit bigint, p_preview boolean)
    RETURNS TABLE (up_to bigint, removed bigint) LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v_from bigint; v_to bigint;
BEGIN
    IF p_before > now() - interval '365 days' THEN
        RAISE EXCEPTION 'entries of the last year stay' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM 1 FROM audit_holds h WHERE h.org_id = p_org;
    IF FOUND THEN
        RAISE EXCEPTION 'the log is held' USING ERRCODE = 'check_violation';
    END IF;
    SELECT min(l.seq) INTO v_from FROM audit_leaves l WHERE l.org_id = p_org AND l.content_removed_at IS NULL;
    SELECT l.seq INTO v_to FROM audit_leaves l
        WHERE l.org_id = p_org AND l.seq >= v_from AND l.occurred_at >= p_before ORDER BY l.seq LIMIT 1;
    v_to := least(coalesce(v_to, 9223372036854775807),
                  (SELECT coalesce(t.signed_size, 0) FROM audit_trees t WHERE t.org_id = p_org), v_from + p_limit);
    IF v_from IS NULL OR v_to <= v_from THEN
        RETURN;
    END IF;
    IF NOT p_preview THEN
        -- Younger rows stay whatever a leaf says.
        DELETE FROM audit_logs a USING audit_leaves l
            WHERE l.org_id = p_org AND l.seq >= v_from AND l.seq < v_to
              AND a.org_id = p_org AND a.id = l.event_id AND a.occurred_at = l.occurred_at AND a.occurred_at < p_before;
        UPDATE audit_leaves l SET occurred_at = NULL, salts = NULL, marks = NULL, commitments = NULL, erased = 0,
            content_removed_at = now()
            WHERE l.org_id = p_org AND l.seq >= v_from AND l.seq < v_to;
    END IF;
    RETURN QUERY SELECT v_to, v_to - v_from;
END $$;

-- As before; the row is changed where it was found.
CREATE OR REPLACE FUNCTION wall.erase_audit(p_org uuid, p_user uuid) RETURNS bigint LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    v_row record; v_mask integer; v_salts bytea; v_commitments bytea; v_new bytea; v_values text[]; v_count bigint := 0;
BEGIN
    PERFORM 1 FROM audit_holds h WHERE h.org_id = p_org;
    IF FOUND THEN
        RAISE EXCEPTION 'the log is held' USING ERRCODE = 'check_violation';
    END IF;
    FOR v_row IN
        SELECT l.seq, l.salts, l.erased, l.commitments, a.*
        FROM audit_logs a JOIN audit_leaves l ON l.org_id = a.org_id AND l.event_id = a.id
        JOIN audit_trees t ON t.org_id = a.org_id AND l.seq < t.signed_size
        WHERE a.org_id = p_org AND (a.actor_id = p_user OR a.target_id = p_user)
        FOR UPDATE OF l
    LOOP
        v_mask := 1 | CASE WHEN v_row.actor_id = p_user THEN 2 | 4 | 16 | 32 ELSE 0 END
                    | CASE WHEN v_row.target_id = p_user THEN 8 ELSE 0 END
                    | CASE WHEN starts_with(v_row.code, 'audit.') THEN 0 ELSE 64 END;
        v_mask := v_mask & ~v_row.erased;
        CONTINUE WHEN v_mask = 0;
        v_values := ARRAY[v_row.sentence, v_row.actor_name, v_row.actor_email, v_row.target_name,
                          nullif(concat(v_row.client_ip), ''), v_row.user_agent, v_row.details::text];
        v_salts := v_row.salts;
        v_commitments := coalesce(v_row.commitments, decode(repeat('00', 224), 'hex'));
        FOR v_place IN 0..6 LOOP
            IF v_mask & (1 << v_place) <> 0 THEN
                v_new := wall.audit_commitment(v_row.salts, v_place, v_values[v_place + 1]);
                v_commitments := overlay(v_commitments PLACING v_new FROM v_place * 32 + 1);
                v_salts := overlay(v_salts PLACING decode(repeat('00', 16), 'hex') FROM v_place * 16 + 1);
            END IF;
        END LOOP;
        UPDATE audit_leaves l SET salts = v_salts, commitments = v_commitments, erased = v_row.erased | v_mask
            WHERE l.org_id = p_org AND l.seq = v_row.seq;
        UPDATE audit_logs a SET
            sentence = CASE WHEN v_mask & 1 <> 0 THEN 'Erased.' ELSE a.sentence END,
            actor_name = CASE WHEN v_mask & 2 <> 0 THEN NULL ELSE a.actor_name END,
            actor_email = CASE WHEN v_mask & 4 <> 0 THEN NULL ELSE a.actor_email END,
            target_name = CASE WHEN v_mask & 8 <> 0 THEN NULL ELSE a.target_name END,
            client_ip = CASE WHEN v_mask & 16 <> 0 THEN NULL ELSE a.client_ip END,
            user_agent = CASE WHEN v_mask & 32 <> 0 THEN NULL ELSE a.user_agent END,
            details = CASE WHEN v_mask & 64 <> 0 THEN '{}' ELSE a.details END
            WHERE a.org_id = p_org AND a.id = v_row.id AND a.occurred_at = v_row.occurred_at;
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

-- Whether nothing of this time is left, as far as one may see who sees all of it.
CREATE FUNCTION wall.audit_is_empty(p_begin timestamptz, p_end timestamptz) RETURNS boolean LANGUAGE sql
    SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT NOT EXISTS (SELECT 1 FROM audit_logs a WHERE a.occurred_at >= p_begin AND a.occurred_at < p_end) $$;
GRANT CREATE ON SCHEMA wall TO sallyport_keeper;
ALTER FUNCTION wall.audit_is_empty(timestamptz, timestamptz) OWNER TO sallyport_keeper;
REVOKE CREATE ON SCHEMA wall FROM sallyport_keeper;
REVOKE ALL ON FUNCTION wall.audit_is_empty(timestamptz, timestamptz) FROM PUBLIC;

-- One thing that is due for the months of the log, and what it was; nothing, when all is done or somebody else is at it.
-- This month and the next three have their tables; what lies in the default table of the last ten years gets one, so
-- that only what says that it happened in the future stays there; a month that is over for a year and of which nothing
-- is left goes. It waits half a second for whoever reads, which is less than it takes PostgreSQL to find a deadlock, so that of
-- two it is this one that gives in; it is called again.
CREATE FUNCTION wall.keep_audit_months() RETURNS text LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET row_security = on SET TimeZone = 'UTC'
    SET lock_timeout = '500ms' AS $$
DECLARE
    v_now timestamptz := date_trunc('month', now()); v_month timestamptz; v_table text; v_any boolean;
BEGIN
    -- An older view of the rows than the locks allow would take for empty what is not.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'months are kept by transactions that see what is committed';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtext('sallyport audit months')) THEN
        RETURN NULL;
    END IF;
    FOR v_month IN SELECT v_now + make_interval(months => n) FROM generate_series(0, 3) n LOOP
        IF wall.make_audit_month(v_month::date) THEN
            RETURN 'made ' || to_char(v_month, 'YYYY-MM');
        END IF;
    END LOOP;

    IF pg_relation_size('public.audit_logs_default') > 0 THEN
        LOCK TABLE ONLY public.organizations IN SHARE ROW EXCLUSIVE MODE;
        LOCK TABLE ONLY public.audit_logs_default IN ACCESS EXCLUSIVE MODE;
        ALTER TABLE public.audit_logs_default NO FORCE ROW LEVEL SECURITY;
        SET LOCAL row_security = off;
        SELECT min(occurred_at) FILTER (WHERE occurred_at >= v_now - interval '10 years' AND occurred_at < v_now),
               count(*) > 0 INTO v_month, v_any FROM public.audit_logs_default;
        SET LOCAL row_security = on;
        ALTER TABLE public.audit_logs_default FORCE ROW LEVEL SECURITY;
        IF v_month IS NOT NULL AND wall.make_audit_month(v_month::date) THEN
            RETURN 'made ' || to_char(v_month, 'YYYY-MM');
        ELSIF NOT v_any THEN
            -- So that it is not looked into again.
            TRUNCATE public.audit_logs_default;
        END IF;
    END IF;

    FOR v_table, v_month IN
        SELECT format('public.%I', c.relname), to_timestamp(right(c.relname, 7), 'YYYY_MM')
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'public.audit_logs'::regclass AND c.relname ~ '^audit_logs_[0-9]{4}_[0-9]{2}$' ORDER BY 1
    LOOP
        EXIT WHEN v_month + interval '1 month' > now() - interval '1 year';
        CONTINUE WHEN NOT wall.audit_is_empty(v_month, v_month + interval '1 month');
        -- Asked again, by the owner whom no policy holds, once nobody can put anything into it.
        LOCK TABLE ONLY public.organizations IN SHARE ROW EXCLUSIVE MODE;
        LOCK TABLE ONLY public.audit_logs IN ACCESS EXCLUSIVE MODE;
        EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', v_table);
        EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', v_table);
        SET LOCAL row_security = off;
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', v_table) INTO v_any;
        SET LOCAL row_security = on;
        IF v_any THEN
            EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', v_table);
            CONTINUE;
        END IF;
        EXECUTE format('DROP TABLE %s', v_table);
        RETURN 'dropped ' || to_char(v_month, 'YYYY-MM');
    END LOOP;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION wall.keep_audit_months() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION wall.keep_audit_months() TO sallyport_system;
