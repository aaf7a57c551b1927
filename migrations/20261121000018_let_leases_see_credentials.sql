-- A live session stands on its credential too: what leases ask of it, and the push when it changes. The sealed rows
-- stay out of reach.
GRANT SELECT (org_id, id, username, access_level, organization_key_id, deleted_at) ON credentials TO sallyport_system;

CREATE TRIGGER notify_leases AFTER UPDATE OF username, access_level, deleted_at ON credentials
    FOR EACH STATEMENT EXECUTE FUNCTION wall.notify_leases();
CREATE TRIGGER notify_leases AFTER UPDATE OF destroyed_at ON organization_keys
    FOR EACH STATEMENT EXECUTE FUNCTION wall.notify_leases();
