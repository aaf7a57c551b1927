//! Groups of a directory give roles: those that an admin mapped at the connection, and only to people whom the directory
//! made. Who is in no mapped group has the lowest role.

use super::store;
use crate::access::{Action, Directory, Facts, Role};
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::error::Result;
use crate::ids::UserId;
use serde_json::json;
use sqlx::PgConnection;

/// What somebody is whom no group lifts.
pub(super) const LOWEST: Role = Role::BasicUser;

/// Has these people's roles follow their groups. Who is held must be held already.
pub(super) async fn follow(
    app: &App,
    conn: &mut PgConnection,
    directory: &Directory,
    people: &[UserId],
) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for person in store::roles_by_groups(conn, directory.org_id, people).await? {
        let role = person.mapped.unwrap_or(LOWEST);
        if role == person.has {
            continue;
        }
        let target = Target::new("user", person.id.0, &person.display_name);
        let details = json!({ "from": person.has, "to": role, "connectionId": person.connection });
        let kind = &catalogue::DIRECTORY_USER_ROLE_UPDATE;
        let facts = Facts { given_role: Some(role.as_str().to_owned()), ..Facts::default() };
        let event = match app.policies.directory_may(directory, Action::DirectoryUserRoleUpdate, &facts) {
            Ok(permit) if !store::is_last_admin(conn, directory.org_id, person.id).await? => {
                store::change_role(conn, directory.org_id, person.id, role).await?;
                Event::by_directory(directory, &permit, kind)
            }
            Ok(_) => Event::of_directory(directory, kind, Outcome::Refused)
                .because("the last one who administers the organization keeps the role"),
            // A map can name what no directory gives: what is stays, and the log says so.
            Err(refusal) if refusal.code == "forbidden" => {
                Event::of_directory(directory, kind, Outcome::Refused).because(refusal.message)
            }
            Err(error) => return Err(error),
        };
        events.push(event.target(target).details(details));
    }
    Ok(events)
}
