//! Groups, as a directory makes, changes and removes them. Whose membership changes has their role follow.

use super::answer::{Asked, Listed};
use super::error::ScimError;
use super::model::{GROUPS, Group, GroupWish, no_member};
use super::store::{self, Part};
use super::users::Wish;
use super::{ROOT, roles};
use crate::access::{Action, Directory, Facts, Permit};
use crate::app::App;
use crate::audit::{Event, Target, catalogue};
use crate::db::WriteTx;
use crate::ids::{DirectoryGroupId, UserId};
use serde_json::{Value, json};
use sqlx::PgConnection;

type Result<T> = std::result::Result<T, ScimError>;

/// Those that the filter finds.
pub(super) async fn list(app: &App, directory: &Directory, asked: &Asked) -> Result<Listed> {
    app.policies.directory_may(directory, Action::DirectoryGroupRead, &Facts::default())?;
    let filter = asked.filter(&GROUPS)?;
    let at = super::url(&app.config);
    let org = directory.org_id;
    let mut tx = app.db.read_as(directory).await?;
    let listed = match &filter {
        None => {
            let part = Part { limit: asked.count, offset: asked.start_index - 1 };
            let groups = store::list_groups(tx.conn(), org, None, None, asked.shows("members"), part).await?;
            let total = store::count_groups(tx.conn(), org).await?;
            Listed { total, resources: groups.iter().map(|group| group.shown(&at)).collect() }
        }
        Some(filter) => {
            let name = filter.must_equal("displayname");
            let members = asked.shows("members") || filter.names("members");
            let groups = store::list_groups(tx.conn(), org, None, name, members, Part::WHOLE).await?;
            asked.page(groups.iter().map(|group| group.shown(&at)).filter(|one| filter.holds(one)))
        }
    };
    tx.done().await?;
    Ok(listed)
}

/// One.
pub(super) async fn get(app: &App, directory: &Directory, id: DirectoryGroupId) -> Result<Group> {
    app.policies.directory_may(directory, Action::DirectoryGroupRead, &Facts::default())?;
    let mut tx = app.db.read_as(directory).await?;
    let found = find(tx.conn(), directory, id).await?;
    tx.done().await?;
    Ok(found)
}

/// A new one.
pub(super) async fn create(app: &App, directory: &Directory, resource: &Value) -> Result<Group> {
    let permit = may_update(app, directory)?;
    let wish = GroupWish::read(resource)?;
    let mut tx = app.db.write_as(directory).await?;
    store::wait_for_my_turn(tx.conn(), directory.org_id).await?;
    store::hold_people(tx.conn(), directory.org_id, &wish.members).await?;
    let id = DirectoryGroupId::new(&app.clock);
    store::insert_group(tx.conn(), directory.org_id, id, &wish).await?;
    if !store::add_members(tx.conn(), directory.org_id, id, &wish.members).await? {
        return Err(no_member());
    }
    let made = find(tx.conn(), directory, id).await?;
    let event = Event::by_directory(directory, &permit, &catalogue::DIRECTORY_GROUP_CREATE)
        .target(target(&made))
        .details(json!({ "members": made.is.members.len() }));
    let mut events = vec![event];
    events.extend(roles::follow(app, tx.conn(), directory, &wish.members).await?);
    tx.commit_all(events).await?;
    Ok(made)
}

/// Another wish for one.
pub(super) async fn update(
    app: &App,
    directory: &Directory,
    id: DirectoryGroupId,
    wish: Wish,
    version: Option<i64>,
) -> Result<Group> {
    let permit = may_update(app, directory)?;
    let (mut tx, before) = hold(app, directory, id, version).await?;
    let at = super::url(&app.config);
    let wish = GroupWish::read(&wish.of(&before.shown(&at), &GROUPS)?)?;
    if wish == before.is {
        return Ok(before);
    }
    let only_in = |one: &[UserId], other: &[UserId]| -> Vec<UserId> {
        one.iter().filter(|id| other.binary_search(id).is_err()).copied().collect()
    };
    let (out, come) =
        (only_in(&before.is.members, &wish.members), only_in(&wish.members, &before.is.members));
    // Another name can be another role, for all who are in it.
    let renamed =
        (&wish.display_name, &wish.external_id) != (&before.is.display_name, &before.is.external_id);
    let mut concerned = [out.as_slice(), come.as_slice()].concat();
    if renamed {
        concerned = [before.is.members.as_slice(), wish.members.as_slice()].concat();
    }
    store::hold_people(tx.conn(), directory.org_id, &concerned).await?;
    store::update_group(tx.conn(), directory.org_id, id, &wish).await?;
    store::remove_members(tx.conn(), directory.org_id, id, &out).await?;
    if !store::add_members(tx.conn(), directory.org_id, id, &come).await? {
        return Err(no_member());
    }
    let names = |of: &GroupWish| json!({ "displayName": of.display_name, "externalId": of.external_id });
    let (from, to) = (names(&before.is), names(&wish));
    let details = json!({ "added": come.len(), "removed": out.len(), "from": from, "to": to });
    let event = Event::by_directory(directory, &permit, &catalogue::DIRECTORY_GROUP_UPDATE);
    let mut events = vec![event.target(target(&before)).details(details)];
    events.extend(roles::follow(app, tx.conn(), directory, &concerned).await?);
    let after = find(tx.conn(), directory, id).await?;
    tx.commit_all(events).await?;
    Ok(after)
}

/// Removes one. Those who were in it lose what it gave.
pub(super) async fn delete(
    app: &App,
    directory: &Directory,
    id: DirectoryGroupId,
    version: Option<i64>,
) -> Result<()> {
    let permit = may_update(app, directory)?;
    let (mut tx, before) = hold(app, directory, id, version).await?;
    store::hold_people(tx.conn(), directory.org_id, &before.is.members).await?;
    store::delete_group(tx.conn(), directory.org_id, id).await?;
    let event = Event::by_directory(directory, &permit, &catalogue::DIRECTORY_GROUP_DELETE);
    let mut events = vec![event.target(target(&before))];
    events.extend(roles::follow(app, tx.conn(), directory, &before.is.members).await?);
    Ok(tx.commit_all(events).await?)
}

fn may_update(app: &App, directory: &Directory) -> Result<Permit> {
    Ok(app.policies.directory_may(directory, Action::DirectoryGroupUpdate, &Facts::default())?)
}

/// One as it is now; nobody else changes this directory meanwhile.
async fn hold(
    app: &App,
    directory: &Directory,
    id: DirectoryGroupId,
    version: Option<i64>,
) -> Result<(WriteTx, Group)> {
    let mut tx = app.db.write_as(directory).await?;
    store::wait_for_my_turn(tx.conn(), directory.org_id).await?;
    let found = find(tx.conn(), directory, id).await?;
    directory.asks_about(target(&found));
    if version.is_some_and(|version| version != found.version) {
        return Err(ScimError::stale());
    }
    Ok((tx, found))
}

async fn find(conn: &mut PgConnection, directory: &Directory, id: DirectoryGroupId) -> Result<Group> {
    let found = store::list_groups(conn, directory.org_id, Some(id), None, true, Part::WHOLE).await?;
    found.into_iter().next().ok_or_else(ScimError::not_found)
}

fn target(group: &Group) -> Target {
    Target::new("directory_group", group.id.0, &group.is.display_name)
}

/// Where one is.
pub(super) fn location(app: &App, id: DirectoryGroupId) -> String {
    format!("{}{ROOT}/Groups/{id}", app.config.http.public_url)
}
