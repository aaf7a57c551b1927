//! The exact exceptions: routes that answer without a signed-in caller, and operations that answer one without a
//! decision of the policies. Everything else is refused before its handler runs, or its answer withheld after.

/// (method, path as routed).
pub const PUBLIC: &[(&str, &str)] = &[
    ("GET", "/"),        // the console's files hold nothing of anyone
    ("GET", "/{*path}"), // the same; an unknown address of the API is a 404 there
    ("HEAD", "/"),
    ("HEAD", "/{*path}"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/.well-known/jwks.json"), // public halves of keys
    ("GET", "/api/audit/keys"),        // the same
    ("GET", "/api/openapi.json"),
    ("GET", "/api/docs"),
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/factors/verify"), // the challenge of a sign-in is the proof
    ("POST", "/api/auth/enrolment"),      // the same
    ("POST", "/api/auth/enrolment/confirm"),
    ("GET", "/api/auth/passkeys/challenge"), // something to sign; knows nobody and keeps nothing
    ("POST", "/api/auth/passkeys/sign-in"),  // the passkey is the proof
    ("POST", "/api/auth/enrolment/passkey"), // the challenge of a sign-in is the proof
    ("POST", "/api/auth/refresh"),           // the refresh token is the proof
    ("POST", "/api/auth/invitations/inspect"), // the link's token is the proof
    ("POST", "/api/auth/invitations/accept"),
    ("POST", "/api/auth/reset"), // whoever asks is told nothing; the link comes by mail
    ("POST", "/api/auth/reset/inspect"), // the link's token is the proof
    ("POST", "/api/auth/reset/accept"),
    ("POST", "/api/auth/address/confirm"), // the link's token is the proof
    ("POST", "/api/auth/password/weigh"),  // says how good any text is; knows nobody and keeps nothing
    ("POST", "/api/auth/setup"),           // the one-time link of an empty platform
    ("POST", "/api/sso/discover"),         // by the domain of an address alone
    ("POST", "/api/sso/start"),            // leads to an identity provider
    ("GET", "/api/sso/callback"), // the state, the browser's cookie and the provider's word are the proof
    ("POST", "/api/sso/connections/{id}/logout"), // the provider's signature is the proof
    ("GET", "/api/sso/saml/{id}/metadata"), // who we are; our certificate, and nobody's secret
    ("GET", "/api/sso/saml/{id}/ask"), // a form that waits for the browser that began
    ("POST", "/api/sso/saml/{id}/acs"), // the same as of the callback
    ("GET", "/api/sso/saml/{id}/logout"), // the provider's signature is the proof
    ("POST", "/api/sso/saml/{id}/logout"),
    ("GET", "/api/sessions/{id}/attach"), // a WebSocket: the single-use ticket of its first message is the proof
];

/// SCIM: (method, path as routed, operation). These are reached by the token of a directory and by nothing else, and such
/// a token reaches nothing but these.
pub const DIRECTORIES: &[(&str, &str, &str)] = &[
    ("GET", "/api/scim/v2/ServiceProviderConfig", "getScimConfiguration"),
    ("GET", "/api/scim/v2/ResourceTypes", "listScimResourceTypes"),
    ("GET", "/api/scim/v2/ResourceTypes/{id}", "getScimResourceType"),
    ("GET", "/api/scim/v2/Schemas", "listScimSchemas"),
    ("GET", "/api/scim/v2/Schemas/{id}", "getScimSchema"),
    ("GET", "/api/scim/v2/Me", "getScimMe"),
    ("POST", "/api/scim/v2/Bulk", "sendScimBulk"),
    ("POST", "/api/scim/v2/.search", "searchScim"),
    ("GET", "/api/scim/v2/Users", "listScimUsers"),
    ("POST", "/api/scim/v2/Users", "createScimUser"),
    ("GET", "/api/scim/v2/Users/{id}", "getScimUser"),
    ("PUT", "/api/scim/v2/Users/{id}", "updateScimUser"),
    ("PATCH", "/api/scim/v2/Users/{id}", "updateScimUser"),
    ("DELETE", "/api/scim/v2/Users/{id}", "deleteScimUser"),
    ("GET", "/api/scim/v2/Groups", "listScimGroups"),
    ("POST", "/api/scim/v2/Groups", "createScimGroup"),
    ("GET", "/api/scim/v2/Groups/{id}", "getScimGroup"),
    ("PUT", "/api/scim/v2/Groups/{id}", "updateScimGroup"),
    ("PATCH", "/api/scim/v2/Groups/{id}", "updateScimGroup"),
    ("DELETE", "/api/scim/v2/Groups/{id}", "deleteScimGroup"),
];

/// Whether the route is a directory's, by whatever method it is asked.
pub fn is_for_directories(route: &str) -> bool {
    DIRECTORIES.iter().any(|(_, path, _)| *path == route)
}

/// Routes that another site's page makes a browser post to: that is how SAML works, and what is posted is its own proof.
const FROM_OTHER_SITES: &[&str] = &["/api/sso/saml/{id}/acs", "/api/sso/saml/{id}/logout"];

/// Whether other sites' pages may make a browser post there.
pub fn comes_from_other_sites(route: &str) -> bool {
    FROM_OTHER_SITES.contains(&route)
}

/// Operations that tell a caller something without asking the policies; any other such answer is withheld.
pub const UNDECIDED: &[&str] = &[
    "listAssets", // for technicians: each is of a customer that the wall shows by a grant
];

/// Whether the operation may answer without a decision.
pub fn needs_no_decision(operation: &str) -> bool {
    UNDECIDED.contains(&operation)
}

/// Whether the route needs no caller.
pub fn is_public(method: &str, route: &str) -> bool {
    PUBLIC.iter().any(|(m, path)| *m == method && *path == route)
}
