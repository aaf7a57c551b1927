-- Somebody of the provider (org_id) proposes to take back many grants at once; a super admin decides. What is proposed
-- never changes, so how much it is about is counted once.
CREATE TABLE access_proposals (
    org_id uuid NOT NULL REFERENCES organizations (id),
    id uuid NOT NULL,
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 1000),
    grant_count int NOT NULL CHECK (grant_count BETWEEN 1 AND 1000),
    technician_count int NOT NULL CHECK (technician_count BETWEEN 1 AND grant_count),
    customer_count int NOT NULL CHECK (customer_count BETWEEN 1 AND grant_count),
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'refused', 'withdrawn')),
    proposed_by uuid NOT NULL,
    proposed_by_name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    decided_by uuid,
    decided_by_name text,
    decided_at timestamptz,
    decision_reason text CHECK (length(decision_reason) BETWEEN 1 AND 1000),
    batch_id uuid, -- what the approval took back; NULL where nothing was left to take back
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (org_id, id),
    UNIQUE (id),
    FOREIGN KEY (org_id, proposed_by) REFERENCES users (org_id, id),
    FOREIGN KEY (org_id, decided_by) REFERENCES users (org_id, id),
    CHECK ((status = 'pending') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)),
    CHECK (status <> 'refused' OR decision_reason IS NOT NULL),
    CHECK (status = 'approved' OR batch_id IS NULL)
);
CREATE INDEX access_proposals_by_time ON access_proposals (created_at DESC, id DESC);
CALL wall.protect('access_proposals');
GRANT SELECT, INSERT ON access_proposals TO sallyport_app;
GRANT UPDATE (status, decided_by, decided_by_name, decided_at, decision_reason, batch_id, version)
    ON access_proposals TO sallyport_app;

-- The grants of a proposal, each as it was when it was proposed. A grant waits in one proposal at a time.
CREATE TABLE access_proposal_grants (
    org_id uuid NOT NULL,
    proposal_id uuid NOT NULL,
    grant_org_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    grant_version bigint NOT NULL,
    use_count int NOT NULL,
    pending boolean NOT NULL DEFAULT true, -- as its proposal is
    PRIMARY KEY (org_id, proposal_id, grant_id),
    FOREIGN KEY (org_id, proposal_id) REFERENCES access_proposals (org_id, id),
    FOREIGN KEY (grant_org_id, grant_id) REFERENCES technician_customer_access (org_id, id)
);
CREATE UNIQUE INDEX access_proposal_grants_one_pending ON access_proposal_grants (grant_id) WHERE pending;
CALL wall.protect('access_proposal_grants');
GRANT SELECT, INSERT, UPDATE (pending) ON access_proposal_grants TO sallyport_app;
