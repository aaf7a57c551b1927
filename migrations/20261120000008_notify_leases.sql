-- Pushes "ask again now" to every instance when something that a live session stands on changes.
-- Only speed: each instance polls the truth every 250 ms whether or not this arrives.
CREATE FUNCTION wall.notify_leases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('leases', ''); RETURN NULL; END $$;

CREATE TRIGGER notify_leases AFTER UPDATE OF revoked_at, expires_at, starts_at, access_level, ip_ranges, services
    ON technician_customer_access FOR EACH STATEMENT EXECUTE FUNCTION wall.notify_leases();
CREATE TRIGGER notify_leases AFTER UPDATE OF status, role, epoch ON users
    FOR EACH STATEMENT EXECUTE FUNCTION wall.notify_leases();
CREATE TRIGGER notify_leases AFTER UPDATE OF status ON organizations
    FOR EACH STATEMENT EXECUTE FUNCTION wall.notify_leases();
CREATE TRIGGER notify_leases AFTER UPDATE OF endpoint_version, deleted_at ON assets
    FOR EACH STATEMENT EXECUTE FUNCTION wall.notify_leases();
CREATE TRIGGER notify_leases AFTER UPDATE OF revoked_at ON user_sessions
    FOR EACH STATEMENT EXECUTE FUNCTION wall.notify_leases();
CREATE TRIGGER notify_leases AFTER UPDATE OF end_requested_code ON sessions
    FOR EACH STATEMENT EXECUTE FUNCTION wall.notify_leases();
