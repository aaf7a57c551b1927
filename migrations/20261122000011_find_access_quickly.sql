-- What the matrix, the summary and the batches ask of many grants at once.

-- Rows and columns of the matrix, in their order.
CREATE INDEX users_technicians_by_name ON users (lower(display_name), id)
    WHERE role = 'technician' AND status <> 'deleted';
CREATE INDEX organizations_customers_by_name ON organizations (lower(name), id) INCLUDE (name, status)
    WHERE type = 'customer' AND status <> 'deleted';

-- Since when a grant is unused: its last use, or else its beginning.
CREATE INDEX technician_customer_access_by_use ON technician_customer_access
    ((coalesce(last_used_at, greatest(granted_at, starts_at))), id) WHERE revoked_at IS NULL;

-- Which live sessions stand on a grant.
CREATE INDEX sessions_open_by_grant ON sessions (grant_id) WHERE ended_at IS NULL;

-- How a grant stood at a moment. Closed at or after its expiry, it had expired.
CREATE FUNCTION wall.grant_status_at(p_starts_at timestamptz, p_expires_at timestamptz, p_revoked_at timestamptz,
                                     p_at timestamptz)
    RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN p_revoked_at <= p_at AND p_revoked_at < coalesce(p_expires_at, 'infinity') THEN 'revoked'
        WHEN p_revoked_at <= p_at OR p_expires_at <= p_at THEN 'expired'
        WHEN p_starts_at > p_at THEN 'scheduled'
        ELSE 'active'
    END $$;
GRANT EXECUTE ON FUNCTION wall.grant_status_at(timestamptz, timestamptz, timestamptz, timestamptz)
    TO sallyport_app, sallyport_system;
