//! SCIM 2.0 (RFC 7643 and 7644): an organization's directory makes its people here, changes them and takes them out,
//! by a token that is good for nothing else (`tokens/`). People come without invitation or password, with an address of
//! a domain that the organization proved, in the lowest role; what else they may is said by the groups that an admin
//! mapped at the connection, never by anything in a person's own resource. Who came another way is never touched.

mod admit;
mod answer;
mod describe;
mod error;
mod filter;
mod groups;
pub mod http;
mod model;
mod patch;
mod roles;
mod store;
mod strict_json;
pub mod tokens;
mod users;

pub(crate) use admit::admit;
pub(crate) use error::in_its_own_words;

/// Where SCIM is reached.
pub const ROOT: &str = "/api/scim/v2";

/// The directory keeps somebody no more whom an admin removed: it may make them anew.
pub(crate) async fn forget(
    conn: &mut sqlx::PgConnection,
    organization: crate::ids::OrganizationId,
    user: crate::ids::UserId,
) -> crate::error::Result<()> {
    store::forget_person(conn, organization, user).await
}

/// What a directory asks for, where no event of its own says it: after "was refused to".
pub(crate) fn in_words(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "getScimUser" => "read a person",
        "listScimUsers" => "list the people",
        "getScimGroup" => "read a group",
        "listScimGroups" => "list the groups",
        "getScimMe" => "read an account of its own",
        "sendScimBulk" => "change many things at once",
        "searchScim" => "search by a body",
        "getScimConfiguration"
        | "listScimResourceTypes"
        | "getScimResourceType"
        | "listScimSchemas"
        | "getScimSchema" => "read what this service offers",
        _ => return None,
    })
}

/// The address that a directory is given.
pub(crate) fn url(config: &crate::config::Config) -> String {
    format!("{}{ROOT}", config.http.public_url)
}
