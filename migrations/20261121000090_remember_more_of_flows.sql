-- What the end of a way to an identity provider has to know of its beginning.
ALTER TABLE sso_flows
    ADD by_browser boolean NOT NULL DEFAULT false, -- a proof anew: the sign-in lives in the cookies of a browser
    ADD checks jsonb;                              -- a test: what was looked at before anybody was sent away
