//! The access level that the specification gives to each of its endpoints, whom we read it to mean, and whom we let in
//! beyond it and why. Held to `tests/api_table.txt`, which the real service is called for by everybody (`super::table`).

use super::people::Who;
use super::table::answers_to;
use Who::*;

/// Whom a level of the specification means, of those who have to do with the thing at hand.
fn means(level: &str) -> &'static [Who] {
    match level {
        "Authenticated User" => EVERYBODY,
        "MSS Provider" => &[Granted, Expired, Ungranted, Analyst, Manager, SuperAdmin],
        "MSS Manager" | "MSS Admin/Account Manager" => &[Manager, SuperAdmin],
        "MSS Super Admin" => &[SuperAdmin],
        "MSS Admin/Customer Admin" | "Admin/Super Admin" => &[SuperAdmin, Admin],
        "MSS Security/Admin" => &[Analyst, SuperAdmin],
        // Of a customer its own people and the provider's that have to do with it.
        "Organization Member" | "Org Member/Manager" => {
            &[Analyst, Manager, SuperAdmin, Admin, ReportViewer, RequestUser, BasicUser]
        }
        "Customer/MSS Manager" | "Admin/Manager" | "User/Admin/Manager" | "User/Manager" => {
            &[Manager, SuperAdmin, Admin]
        }
        "Technician" => &[Granted],
        "Technician/Manager" => &[Granted, Manager, SuperAdmin],
        _ => panic!("no such level: {level}"),
    }
}

/// Whoever has signed in.
const EVERYBODY: &[Who] = Who::ALL.split_at(1).1;

/// Whom an endpoint takes beyond its level, each for a reason.
type Beyond = &'static [(&'static [Who], &'static str)];

const ITS_OWN_LIST: &str =
    "the list holds what the wall shows: a customer's people find their own organization";
const ITS_OWN_LOG: &str = "a customer's admin reads the log of their own organization, and no other";
const ANALYSTS_READ: &str = "an analyst looks into what a person did and may do, and changes nothing";
const WHO_WORKS_THERE: &str = "a technician with a grant sees where they work";

struct Endpoint(&'static str, &'static str, &'static str, Beyond);

/// Method and path, the line of the table, the level, and who comes in beyond it.
#[rustfmt::skip]
const SPECIFIED: &[Endpoint] = &[
    Endpoint("GET /api/organizations", "-", "MSS Provider", &[(&[Admin, ReportViewer, RequestUser, BasicUser, OtherAdmin], ITS_OWN_LIST)]),
    Endpoint("GET /api/organizations/{id}", "-", "Organization Member", &[(&[Granted], WHO_WORKS_THERE)]),
    Endpoint("POST /api/organizations", "-", "MSS Admin/Account Manager", &[]),
    Endpoint("PUT /api/organizations/{id}", "-", "MSS Admin/Customer Admin", &[]),
    Endpoint("DELETE /api/organizations/{id}", "-", "MSS Super Admin", &[]),
    Endpoint("GET /api/organizations/{id}/users", "-", "Organization Member", &[]),
    Endpoint("GET /api/organizations/{id}/stats", "-", "Organization Member", &[(&[Granted], WHO_WORKS_THERE)]),
    Endpoint("GET /api/users/profile", "-", "Authenticated User", &[]),
    Endpoint("GET /api/users", "-", "Admin/Manager", &[(&[Analyst], ANALYSTS_READ), (&[OtherAdmin], ITS_OWN_LIST)]),
    Endpoint("POST /api/users", "of the customer", "Admin/Manager", &[]),
    Endpoint("GET /api/users/{userId}", "of the customer", "User/Admin/Manager", &[(&[Analyst], ANALYSTS_READ)]),
    Endpoint("GET /api/users/{userId}", "oneself", "Authenticated User", &[]),
    Endpoint("PUT /api/users/{userId}", "a name", "User/Admin/Manager", &[]),
    Endpoint("PUT /api/users/{userId}", "one's own name", "Authenticated User", &[]),
    Endpoint("DELETE /api/users/{userId}", "-", "Admin/Super Admin", &[]),
    Endpoint("GET /api/technician-access/matrix", "-", "MSS Provider", &[]),
    Endpoint("POST /api/technician-access/grant", "-", "MSS Admin/Account Manager", &[]),
    Endpoint("PUT /api/technician-access/{accessId}", "-", "MSS Admin/Account Manager", &[]),
    Endpoint("DELETE /api/technician-access/{accessId}", "-", "MSS Admin/Account Manager", &[]),
    Endpoint("POST /api/technician-access/handoff", "-", "MSS Admin/Account Manager", &[]),
    Endpoint("GET /api/technician-access/technician/{technicianId}", "the granted technician's", "Technician/Manager", &[(&[Analyst], ANALYSTS_READ)]),
    Endpoint("POST /api/technician-access/{accessId}/record-access", "one's own", "Technician", &[]),
    Endpoint("GET /api/access-management/matrix", "-", "MSS Manager", &[]),
    Endpoint("POST /api/access-management/grant", "-", "MSS Admin/Account Manager", &[]),
    Endpoint("PUT /api/access-management/access/{accessId}", "-", "MSS Admin/Account Manager", &[]),
    Endpoint("DELETE /api/access-management/access/{accessId}", "-", "MSS Admin/Account Manager", &[]),
    Endpoint("POST /api/access-management/handoff", "-", "MSS Admin/Account Manager", &[]),
    Endpoint("GET /api/access-management/technician/{technicianId}", "the granted technician's", "Technician/Manager", &[(&[Analyst], ANALYSTS_READ)]),
    Endpoint("GET /api/access-management/customer/{customerId}/technicians", "-", "Customer/MSS Manager", &[]),
    Endpoint("GET /api/access-management/summary", "-", "MSS Manager", &[]),
    Endpoint("POST /api/access-management/bulk-revoke", "-", "MSS Super Admin", &[]),
    Endpoint("GET /api/audit/logs", "-", "MSS Security/Admin", &[(&[Admin, OtherAdmin], ITS_OWN_LOG)]),
    Endpoint("GET /api/audit/stats", "of the customer", "MSS Security/Admin", &[(&[Admin], ITS_OWN_LOG)]),
    Endpoint("GET /api/audit/user/{userId}/activity", "of the customer", "User/Manager", &[(&[Analyst], ANALYSTS_READ)]),
    Endpoint("GET /api/audit/user/{userId}/activity", "of oneself", "Authenticated User", &[]),
    Endpoint("GET /api/audit/compliance/report", "of the customer", "MSS Security/Admin", &[(&[Admin], ITS_OWN_LOG)]),
    Endpoint("POST /api/audit/cleanup", "-", "MSS Super Admin", &[]),
    Endpoint("GET /api/audit/export", "of the customer", "MSS Security/Admin", &[(&[Admin], ITS_OWN_LOG)]),
    Endpoint("GET /api/audit/organizations/{orgId}/recent", "-", "Org Member/Manager", &[]),
];

#[test]
fn every_specified_endpoint_takes_whom_its_level_means_and_nobody_else_without_a_reason() {
    let mut wrong = Vec::new();
    for Endpoint(endpoint, line, level, beyond) in SPECIFIED {
        let answers =
            answers_to(endpoint, line).unwrap_or_else(|| panic!("{endpoint}, {line}: no such line"));
        for (who, answer) in answers {
            let may = means(level).contains(&who) || beyond.iter().any(|(others, _)| others.contains(&who));
            if answer.starts_with('2') != may {
                wrong.push(format!("{endpoint}, {line} ({level}): {} gets {answer}", who.column()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let endpoints: std::collections::BTreeSet<_> =
        SPECIFIED.iter().map(|Endpoint(endpoint, ..)| endpoint).collect();
    assert_eq!(endpoints.len(), 36);
}
