-- When the admins were last told of trouble that strangers too can make: it uses up no other notice.
ALTER TABLE sso_connections ADD strangers_noticed_at timestamptz;

-- Who is in no mapped group gets the lowest role, or none.
SET LOCAL ROLE sallyport_system;
UPDATE sso_connections SET default_role = 'basic_user' WHERE default_role IN ('admin', 'request_user', 'report_viewer');
UPDATE sso_connections SET default_role = 'technician'
WHERE default_role IN ('super_admin', 'account_manager', 'security_analyst');
RESET ROLE;
