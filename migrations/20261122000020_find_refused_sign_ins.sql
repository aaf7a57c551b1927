-- Refused sign-ins are found by whom they were about: nobody did them. Only they stand in this index, so that an entry
-- in the log costs no more.
CREATE INDEX audit_logs_refused_people ON audit_logs (org_id, target_id, occurred_at DESC)
    WHERE outcome = 'refused' AND target_type = 'user';
