-- Whoever lifts a hold can say which one they saw. Holds come and go, so a new one begins where no earlier one can have
-- been: at the microsecond of its making, which JavaScript's numbers still hold exactly.
ALTER TABLE audit_holds
    ADD COLUMN version bigint NOT NULL DEFAULT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
