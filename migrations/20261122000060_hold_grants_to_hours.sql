-- At which times of the week a grant holds, by the clock of a time zone; NULL: at any. As the API shows it:
-- {"timeZone": "Europe/Berlin", "windows": [{"days": ["monday"], "from": "08:00", "to": "18:00"}]}
-- `to` lies on the next day where it is not after `from`. An emergency is not bound to hours.
ALTER TABLE technician_customer_access ADD hours jsonb
    CHECK (hours IS NULL OR coalesce(jsonb_typeof(hours -> 'timeZone') = 'string'
           AND jsonb_array_length(hours -> 'windows') BETWEEN 1 AND 20, false)),
    ADD CHECK (hours IS NULL OR access_level <> 'emergency');
ALTER TABLE access_changes ADD hours jsonb;
ALTER TABLE access_requests ADD hours jsonb
    CHECK (hours IS NULL OR coalesce(jsonb_typeof(hours -> 'timeZone') = 'string'
           AND jsonb_array_length(hours -> 'windows') BETWEEN 1 AND 20, false));

CREATE TRIGGER notify_leases_hours AFTER UPDATE OF hours ON technician_customer_access
    FOR EACH STATEMENT EXECUTE FUNCTION wall.notify_leases();

-- Whether an instant lies in these hours: whether the clock on a wall of that zone shows a time in one of the windows. So
-- an hour that the clock goes through twice is in or out twice, and one that it skips is never. A zone or a time that
-- nobody knows (any more) is never: one such row must not stop the question about all others.
CREATE FUNCTION wall.within_hours(p_hours jsonb, p_at timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    c_days CONSTANT text[] := ARRAY['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
    v_local timestamp;
    v_today text;
    v_yesterday text;
BEGIN
    IF p_hours IS NULL THEN
        RETURN true;
    END IF;
    v_local := p_at AT TIME ZONE (p_hours ->> 'timeZone');
    v_today := c_days[extract(isodow FROM v_local)::integer];
    v_yesterday := c_days[extract(isodow FROM v_local - interval '1 day')::integer];
    RETURN EXISTS (
        SELECT FROM jsonb_to_recordset(p_hours -> 'windows') w (days jsonb, "from" time, "to" time)
        WHERE CASE WHEN w."to" > w."from"
            THEN w.days ? v_today AND v_local::time >= w."from" AND v_local::time < w."to"
            ELSE w.days ? v_today AND v_local::time >= w."from" OR w.days ? v_yesterday AND v_local::time < w."to" END);
EXCEPTION WHEN data_exception THEN
    RETURN false;
END $$;

-- When that is another way next; NULL: never. It can only be where a window begins or ends, by any offset from UTC that
-- the zone has around then, or where the zone changes its offset (at a quarter of an hour, everywhere): each is tried.
CREATE FUNCTION wall.hours_change(p_hours jsonb, p_at timestamptz) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    c_days CONSTANT text[] := ARRAY['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
    v_zone text := p_hours ->> 'timeZone';
    v_open boolean := wall.within_hours(p_hours, p_at);
    v_moment timestamptz;
BEGIN
    IF p_hours IS NULL OR p_at IS NULL THEN
        RETURN NULL;
    END IF;
    FOR v_moment IN
        -- Two weeks and a day: a window that the clock skips this week is there in the next.
        WITH day AS (
            SELECT t, (t AT TIME ZONE v_zone) - (t AT TIME ZONE 'UTC') AS ahead
            FROM generate_series(p_at - interval '48 hours', p_at + interval '384 hours', interval '24 hours') t),
        turn AS (SELECT t, ahead, lead(ahead) OVER (ORDER BY t) AS then_ahead FROM day),
        local_day AS (
            SELECT d::date AS date, c_days[extract(isodow FROM d)::integer] AS name
            FROM generate_series((p_at AT TIME ZONE v_zone)::date - 1, (p_at AT TIME ZONE v_zone)::date + 15,
                                 interval '1 day') d),
        edge AS (
            SELECT d.date + w."from" AS shown FROM local_day d
                JOIN jsonb_to_recordset(p_hours -> 'windows') w (days jsonb, "from" time, "to" time) ON w.days ? d.name
            UNION SELECT d.date + w."to" + CASE WHEN w."to" > w."from" THEN interval '0' ELSE interval '1 day' END
                FROM local_day d
                JOIN jsonb_to_recordset(p_hours -> 'windows') w (days jsonb, "from" time, "to" time) ON w.days ? d.name),
        moment AS (
            SELECT (e.shown - o.ahead) AT TIME ZONE 'UTC' AS at
                FROM edge e CROSS JOIN (SELECT DISTINCT ahead FROM day) o
            UNION SELECT q FROM turn
                CROSS JOIN generate_series(date_trunc('hour', turn.t, 'UTC'), turn.t + interval '24 hours',
                                           interval '15 minutes') q
                WHERE turn.ahead <> turn.then_ahead)
        SELECT m.at FROM moment m WHERE m.at > p_at ORDER BY m.at
    LOOP
        IF wall.within_hours(p_hours, v_moment) <> v_open THEN
            RETURN v_moment;
        END IF;
    END LOOP;
    RETURN NULL;
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;

GRANT EXECUTE ON FUNCTION wall.within_hours(jsonb, timestamptz), wall.hours_change(jsonb, timestamptz)
    TO sallyport_app, sallyport_system;
