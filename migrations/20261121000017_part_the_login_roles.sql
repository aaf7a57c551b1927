-- Two roles log in. sallyport_app could take the rights of sallyport_system by SET ROLE, and so could SQL that was
-- smuggled into a caller's transaction. From here on each logs in by itself, and neither is a member of anything.
-- The owner stays a member of sallyport_system: migrations make functions that are to be its own.
DO $$ BEGIN
    IF NOT (SELECT rolcanlogin FROM pg_roles WHERE rolname = 'sallyport_system') THEN
        ALTER ROLE sallyport_system LOGIN;
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO sallyport_system', current_database());
END $$;
REVOKE sallyport_system FROM sallyport_app;
