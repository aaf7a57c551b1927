-- How long people of an organization stay signed in, and at how many places: the organization's own terms.
ALTER TABLE organizations
    ADD sign_in_idle_minutes integer NOT NULL DEFAULT 30 CHECK (sign_in_idle_minutes BETWEEN 5 AND 480),
    ADD sign_in_max_hours integer NOT NULL DEFAULT 12 CHECK (sign_in_max_hours BETWEEN 1 AND 24),
    ADD max_sign_ins integer NOT NULL DEFAULT 10 CHECK (max_sign_ins BETWEEN 1 AND 50);

-- What tokens call a sign-in: its id, and another name after each fresh proof of who one is. Everything inside goes on
-- under the id (live sessions, open WebSockets); whoever holds tokens of before holds nothing.
ALTER TABLE user_sessions ADD handle uuid;
CREATE UNIQUE INDEX user_sessions_by_handle ON user_sessions ((coalesce(handle, id)));
ALTER TABLE refresh_tokens ADD handle uuid; -- of the sign-in when the token was made

-- As before, by what tokens call the sign-in.
DROP FUNCTION wall.load_caller(uuid, integer, text);
CREATE FUNCTION wall.load_caller(p_handle uuid, p_epoch integer, p_kid text)
    RETURNS TABLE (user_session_id uuid, user_id uuid, org_id uuid, org_name text, org_type text, role text,
                   email text, display_name text, authenticated_at timestamptz, expires_at timestamptz,
                   last_seen_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT s.id, u.id, u.org_id, o.name, o.type, u.role, u.email, u.display_name, s.authenticated_at, s.expires_at,
           s.last_seen_at
        FROM user_sessions s
        JOIN users u ON u.org_id = s.org_id AND u.id = s.user_id
        JOIN organizations o ON o.id = u.org_id
        WHERE coalesce(s.handle, s.id) = p_handle AND s.revoked_at IS NULL AND s.expires_at > now()
          AND s.last_seen_at > now() - make_interval(mins => s.idle_minutes)
          AND s.epoch = u.epoch AND u.epoch = p_epoch AND u.status = 'active' AND o.status = 'active'
          AND NOT EXISTS (SELECT 1 FROM token_keys k WHERE k.kid = p_kid AND k.revoked_at IS NOT NULL) $$;
GRANT CREATE ON SCHEMA wall TO sallyport_system;
ALTER FUNCTION wall.load_caller(uuid, integer, text) OWNER TO sallyport_system;
REVOKE CREATE ON SCHEMA wall FROM sallyport_system;
GRANT EXECUTE ON FUNCTION wall.load_caller(uuid, integer, text) TO sallyport_app;
