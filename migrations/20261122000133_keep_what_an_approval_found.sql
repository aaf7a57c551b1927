-- How each grant of a proposal stood when the proposal was approved: what was unused was taken back, the rest was kept.
ALTER TABLE access_proposal_grants
    ADD COLUMN stood text CHECK (stood IN ('unused', 'used_since', 'changed_since', 'over'));
GRANT UPDATE (stood) ON access_proposal_grants TO sallyport_app;
