//! What is another customer's is not there: every route and WebSocket that names a thing, by the reviewed table of all.

use super::people::Who;
use super::table::{Line, reviewed};
use sallyport::access::public::is_public;

/// Lines about a thing that is the caller's own, whoever calls: their wall does not stand before it.
const ONES_OWN: &[&str] = &[
    "one's own",
    "one's own, or another's",
    "one's own name",
    "one's own role",
    "of oneself",
    "oneself",
    // Factors are found among one's own alone.
    "deleteFactor",
    "confirmFactor",
];

/// Lines about a thing of the provider, whose people technicians are.
const THE_PROVIDERS: &[&str] = &[
    "the provider",
    "the provider's",
    "of the provider",
    "suspend the provider",
    "a technician",
    "of a technician",
    "the granted technician's",
    "a technician's name",
    "a technician to super admin",
    "disable a technician",
];

/// Refused by the role alone, before anything is looked for: the keys of the platform, and what its managers propose.
const BY_ROLE: &[&str] = &[
    "revokeTokenKey",
    "getRevocationProposal",
    "approveRevocationProposal",
    "refuseRevocationProposal",
    "withdrawRevocationProposal",
];

/// A WebSocket says so once it is open: `i07_w07_another_persons_or_customers_session_is_not_there` holds it to 4404.
const SOCKETS: &[&str] = &["attachSession"];

#[test]
fn at10_no_route_and_no_websocket_has_a_thing_of_another_customer() {
    let names = |line: &Line, list: &[&str]| {
        list.contains(&line.about.as_str()) || list.contains(&line.operation.as_str())
    };
    let (mut wrong, mut held) = (Vec::new(), 0);
    for line in reviewed().iter().filter(|line| line.endpoint.contains('{')) {
        let (method, path) = line.endpoint.split_once(' ').unwrap();
        if is_public(method, path) || names(line, ONES_OWN) {
            continue;
        }
        let opens = line.answers.iter().any(|(_, answer)| answer == "101");
        assert_eq!(opens, names(line, SOCKETS), "{} opens a WebSocket, or does not any more", line.endpoint);
        for (who, answer) in line.answers.iter().filter(|(who, _)| who.is_beyond_the_wall()) {
            if opens || names(line, THE_PROVIDERS) && *who != Who::OtherAdmin {
                continue;
            }
            held += 1;
            if answer != if names(line, BY_ROLE) { "403" } else { "404" } {
                wrong.push(format!("{}, {}: {} gets {answer}", line.endpoint, line.about, who.column()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(held > 200, "{held} answers were held to it: the table was not read");
}
