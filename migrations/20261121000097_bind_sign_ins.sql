-- What the sign-ins of an organization's people are bound to: they are renewed only from the address, or only by the
-- browser, where they began. Nothing by default.
ALTER TABLE organizations
    ADD sign_in_bindings text[] NOT NULL DEFAULT '{}'
        CHECK (sign_in_bindings <@ ARRAY['address', 'device'] AND cardinality(sign_in_bindings) <= 2);

-- Stands for the browser that holds the sign-in; none when a program does.
ALTER TABLE user_sessions ADD device bytea CHECK (octet_length(device) = 32);
