-- Where single sign-on is required, the right password of somebody who is linked to nothing yet leads to the identity
-- provider, and what is proven there is linked to their account.
ALTER TABLE login_challenges
    DROP CONSTRAINT login_challenges_owed_check,
    ADD CONSTRAINT login_challenges_owed_check CHECK (owed IN ('factor', 'enrolment', 'link')),
    -- An identity that was proven on the way here: it becomes the person's when they have paid what they owe.
    ADD link_subject text CHECK (length(link_subject) BETWEEN 1 AND 600),
    ADD link_email text;
ALTER TABLE sso_flows
    ADD challenge_id uuid, -- of a sign-in that owes a link
    ADD FOREIGN KEY (org_id, challenge_id) REFERENCES login_challenges (org_id, id) ON DELETE CASCADE;
CREATE INDEX sso_flows_by_challenge ON sso_flows (org_id, challenge_id) WHERE challenge_id IS NOT NULL;
