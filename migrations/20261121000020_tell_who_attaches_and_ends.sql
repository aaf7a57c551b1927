-- Attaching is told with the policies that let it: they were asked when the ticket was given.
ALTER TABLE session_tickets ADD COLUMN policy_ids text[] NOT NULL DEFAULT '{}';

-- Whichever instance ends a session because somebody asked for it knows who did.
ALTER TABLE sessions ADD COLUMN end_requested_by uuid, ADD COLUMN end_requested_by_name text;
