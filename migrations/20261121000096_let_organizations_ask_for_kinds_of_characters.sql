-- Kinds of characters that a new password must have, where an organization asks for them. None by default: length and
-- uncommon words protect better (NIST SP 800-63B-4, 3.1.1.2).
ALTER TABLE organizations
    ADD password_classes text[] NOT NULL DEFAULT '{}'
        CHECK (password_classes <@ ARRAY['lowercase', 'uppercase', 'digit', 'symbol'] AND cardinality(password_classes) <= 4);
