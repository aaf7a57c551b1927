-- Long lists of people and of grants in each order that they can be asked for: a page costs what stands on it, not what
-- the list holds. Sorted by the customer's name they go by the index of customers.
CREATE INDEX users_by_name ON users (lower(display_name), id) WHERE status <> 'deleted';
CREATE INDEX users_by_email ON users (email, id) WHERE status <> 'deleted';
CREATE INDEX users_by_role ON users (role, id) WHERE status <> 'deleted';
CREATE INDEX users_by_status ON users (status, id) WHERE status <> 'deleted';
CREATE INDEX users_by_creation ON users (created_at, id) WHERE status <> 'deleted';
CREATE INDEX users_by_sign_in ON users ((coalesce(last_login_at, '-infinity')), id) WHERE status <> 'deleted';
CREATE INDEX technician_customer_access_by_grant ON technician_customer_access (granted_at, id);
CREATE INDEX technician_customer_access_by_name ON technician_customer_access (lower(technician_name), id);
CREATE INDEX technician_customer_access_by_level ON technician_customer_access (access_level, id);
CREATE INDEX technician_customer_access_by_end
    ON technician_customer_access ((coalesce(expires_at, 'infinity')), id);
CREATE INDEX technician_customer_access_by_last_use
    ON technician_customer_access ((coalesce(last_used_at, '-infinity')), id);
CREATE INDEX technician_customer_access_revoked
    ON technician_customer_access (granted_at, id) WHERE revoked_at IS NOT NULL;
