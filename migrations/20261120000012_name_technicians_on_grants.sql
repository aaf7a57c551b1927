-- A customer reads who may come in without reading the provider's user rows: the name stands on the grant.
ALTER TABLE technician_customer_access ADD technician_name text, ADD technician_email text;
SET LOCAL ROLE sallyport_system;
UPDATE technician_customer_access g SET technician_name = u.display_name, technician_email = u.email
    FROM users u WHERE u.org_id = g.technician_org_id AND u.id = g.technician_id;
RESET ROLE;
ALTER TABLE technician_customer_access
    ALTER technician_name SET NOT NULL, ALTER technician_email SET NOT NULL;

-- The one place that says how a grant stands. Closed at or after its expiry, it had expired.
CREATE FUNCTION wall.grant_status(p_starts_at timestamptz, p_expires_at timestamptz, p_revoked_at timestamptz)
    RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN p_revoked_at < coalesce(p_expires_at, 'infinity') THEN 'revoked'
        WHEN p_revoked_at IS NOT NULL OR p_expires_at <= now() THEN 'expired'
        WHEN p_starts_at > now() THEN 'scheduled'
        ELSE 'active'
    END $$;
GRANT EXECUTE ON FUNCTION wall.grant_status(timestamptz, timestamptz, timestamptz)
    TO sallyport_app, sallyport_system;
