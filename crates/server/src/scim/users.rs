//! People, as a directory makes, changes and removes them. Each is the directory's own: who came by an invitation or by the
//! sign-in of another connection is not seen here and never taken over.

use super::answer::{Asked, Listed};
use super::error::ScimError;
use super::filter::Filter;
use super::model::{Person, PersonWish, USERS};
use super::patch::Patch;
use super::store::{self, Narrow, Part};
use super::{ROOT, roles};
use crate::access::{Action, Directory, Facts, Permit};
use crate::app::App;
use crate::audit::{Event, Kind, Target, catalogue};
use crate::auth;
use crate::db::WriteTx;
use crate::error::ApiError;
use crate::ids::UserId;
use serde_json::{Value, json};
use sqlx::PgConnection;

type Result<T> = std::result::Result<T, ScimError>;

/// What to make of a resource that is there.
pub(super) enum Wish {
    /// This instead (PUT).
    Whole(Value),
    /// This with it (PATCH).
    Part(Patch),
}

impl Wish {
    /// The resource as it is to be.
    pub(super) fn of(self, shown: &Value, kind: &super::model::Kind) -> Result<Value> {
        match self {
            Self::Whole(resource) => Ok(resource),
            Self::Part(patch) => patch.apply(shown, kind),
        }
    }
}

/// Those that the filter finds.
pub(super) async fn list(app: &App, directory: &Directory, asked: &Asked) -> Result<Listed> {
    app.policies.directory_may(directory, Action::DirectoryUserRead, &Facts::default())?;
    let filter = asked.filter(&USERS)?;
    let at = super::url(&app.config);
    let mut tx = app.db.read_as(directory).await?;
    let listed = match &filter {
        None => {
            let part = Part { limit: asked.count, offset: asked.start_index - 1 };
            let people = store::list_people(tx.conn(), directory.org_id, Narrow::default(), part).await?;
            let total = store::count_people(tx.conn(), directory.org_id).await?;
            Listed { total, resources: people.iter().map(|person| person.shown(&at)).collect() }
        }
        Some(filter) => match narrowed(filter) {
            None => Listed { total: 0, resources: Vec::new() },
            Some(narrow) => {
                let people = store::list_people(tx.conn(), directory.org_id, narrow, Part::WHOLE).await?;
                asked.page(people.iter().map(|person| person.shown(&at)).filter(|one| filter.holds(one)))
            }
        },
    };
    tx.done().await?;
    Ok(listed)
}

/// What the filter says of names that a query can go by; none where it can find nobody.
fn narrowed(filter: &Filter) -> Option<Narrow<'_>> {
    let id = match filter.must_equal("id") {
        Some(text) => Some(UserId(crate::ids::read(text)?)),
        None => None,
    };
    Some(Narrow {
        id,
        user_name: filter.must_equal("username"),
        external_id: filter.must_equal("externalid"),
    })
}

/// One.
pub(super) async fn get(app: &App, directory: &Directory, id: UserId) -> Result<Person> {
    app.policies.directory_may(directory, Action::DirectoryUserRead, &Facts::default())?;
    let mut tx = app.db.read_as(directory).await?;
    let found = find(tx.conn(), directory, id).await?;
    tx.done().await?;
    Ok(found)
}

/// A new one, in the lowest role; or who came in by the directory's own connection before it sent them, with the role
/// that they have. Sent again, it is refused by the names that the first one has: one person in all cases.
pub(super) async fn create(app: &App, directory: &Directory, resource: &Value) -> Result<Person> {
    let facts = Facts { given_role: Some(roles::LOWEST.as_str().to_owned()), ..Facts::default() };
    let permit = app.policies.directory_may(directory, Action::DirectoryUserCreate, &facts)?;
    let wish = PersonWish::read(resource)?;
    let mut tx = app.db.write_as(directory).await?;
    store::wait_for_my_turn(tx.conn(), directory.org_id).await?;
    require_domain(tx.conn(), directory, &wish.email).await?;
    let event = |kind: &'static Kind, id: UserId| {
        Event::by_directory(directory, &permit, kind).target(Target::new("user", id.0, &wish.display_name))
    };
    let mut events = Vec::new();
    let id = if let Some(id) = store::find_by_sign_in(tx.conn(), directory, &wish.email).await? {
        store::hold_people(tx.conn(), directory.org_id, &[id]).await?;
        store::adopt_person(tx.conn(), directory, id, &wish).await.map_err(taken)?;
        events.push(event(&catalogue::DIRECTORY_USER_ADOPT, id).details(json!({ "email": wish.email })));
        if wish.active == Some(false) {
            refuse_last_admin(tx.conn(), directory, id).await?;
            store::take_out(tx.conn(), directory.org_id, id).await?;
            events.push(event(&catalogue::DIRECTORY_USER_DISABLE, id));
        }
        id
    } else {
        let id = UserId::new(&app.clock);
        store::insert_person(tx.conn(), directory, id, &wish, roles::LOWEST).await.map_err(taken)?;
        let details =
            json!({ "email": wish.email, "role": roles::LOWEST, "active": wish.active != Some(false) });
        events.push(event(&catalogue::DIRECTORY_USER_CREATE, id).details(details));
        id
    };
    let made = find(tx.conn(), directory, id).await?;
    tx.commit_all(events).await?;
    Ok(made)
}

/// Another wish for one. Taken out, everything by which they are in ends at once.
pub(super) async fn update(
    app: &App,
    directory: &Directory,
    id: UserId,
    wish: Wish,
    version: Option<i64>,
) -> Result<Person> {
    let permit = app.policies.directory_may(directory, Action::DirectoryUserUpdate, &Facts::default())?;
    let (mut tx, before) = hold(app, directory, id, version).await?;
    let at = super::url(&app.config);
    let wish = PersonWish::read(&wish.of(&before.shown(&at), &USERS)?)?;
    let event = |kind: &'static Kind| Event::by_directory(directory, &permit, kind).target(target(&before));
    let mut events = Vec::new();
    let active = wish.active.or(before.is.active);
    if (PersonWish { active, ..before.is.clone() }) != (PersonWish { active, ..wish.clone() }) {
        check_address(tx.conn(), directory, &before.is, &wish).await?;
        store::update_person(tx.conn(), directory.org_id, id, &wish).await.map_err(taken)?;
        events.push(event(&catalogue::DIRECTORY_USER_UPDATE).details(differences(&before.is, &wish)));
    }
    match wish.active {
        Some(false) if before.is.active == Some(true) => {
            refuse_last_admin(tx.conn(), directory, id).await?;
            store::take_out(tx.conn(), directory.org_id, id).await?;
            events.push(event(&catalogue::DIRECTORY_USER_DISABLE));
        }
        Some(true)
            if before.is.active != Some(true) && store::let_in(tx.conn(), directory.org_id, id).await? =>
        {
            events.push(event(&catalogue::DIRECTORY_USER_ENABLE));
        }
        _ => {}
    }
    events.extend(roles::follow(app, tx.conn(), directory, &[id]).await?);
    let after = find(tx.conn(), directory, id).await?;
    if !events.is_empty() {
        tx.commit_all(events).await?;
    }
    Ok(after)
}

/// Removes one. Whoever gets an account by the same address later is somebody else.
pub(super) async fn delete(app: &App, directory: &Directory, id: UserId, version: Option<i64>) -> Result<()> {
    let permit: Permit =
        app.policies.directory_may(directory, Action::DirectoryUserDelete, &Facts::default())?;
    let (mut tx, before) = hold(app, directory, id, version).await?;
    refuse_last_admin(tx.conn(), directory, id).await?;
    store::delete_person(tx.conn(), directory.org_id, id).await?;
    auth::forget_factors(tx.conn(), directory.org_id, id).await?;
    let event =
        Event::by_directory(directory, &permit, &catalogue::DIRECTORY_USER_DELETE).target(target(&before));
    Ok(tx.commit(event).await?)
}

/// One as they are now, held for a change.
async fn hold(
    app: &App,
    directory: &Directory,
    id: UserId,
    version: Option<i64>,
) -> Result<(WriteTx, Person)> {
    let mut tx = app.db.write_as(directory).await?;
    store::wait_for_my_turn(tx.conn(), directory.org_id).await?;
    store::hold_people(tx.conn(), directory.org_id, &[id]).await?;
    let found = find(tx.conn(), directory, id).await?;
    directory.asks_about(target(&found));
    if version.is_some_and(|version| version != found.version) {
        return Err(ScimError::stale());
    }
    Ok((tx, found))
}

async fn find(conn: &mut PgConnection, directory: &Directory, id: UserId) -> Result<Person> {
    let narrow = Narrow { id: Some(id), ..Narrow::default() };
    let found = store::list_people(conn, directory.org_id, narrow, Part::WHOLE).await?;
    found.into_iter().next().ok_or_else(ScimError::not_found)
}

/// A password reset goes to the address, so whoever may rewrite it may become the person. It changes only for somebody
/// whom the directory names as before by a name of its own, and only to a domain of the organization.
async fn check_address(
    conn: &mut PgConnection,
    directory: &Directory,
    is: &PersonWish,
    wish: &PersonWish,
) -> Result<()> {
    if is.email == wish.email {
        return Ok(());
    }
    if is.external_id.is_none() || is.external_id != wish.external_id {
        return Err(ScimError::mutability(
            "The mail address changes only for a User whose `externalId` was given before and stays the same.",
        ));
    }
    require_domain(conn, directory, &wish.email).await
}

async fn require_domain(conn: &mut PgConnection, directory: &Directory, email: &str) -> Result<()> {
    let domain = crate::sso::domain_of(email).unwrap_or_default();
    if crate::sso::has_domain(conn, directory.org_id, &domain).await? {
        return Ok(());
    }
    Err(ScimError::value(
        "The domain of the mail address is none that the organization proved. Prove it in the console first.",
    ))
}

async fn refuse_last_admin(conn: &mut PgConnection, directory: &Directory, id: UserId) -> Result<()> {
    if store::is_last_admin(conn, directory.org_id, id).await? {
        return Err(ScimError::conflict(
            "This is the last active admin of the organization, and stays. Make another one first.",
        ));
    }
    Ok(())
}

/// An address that is taken is somebody's, and no directory takes them over by it.
fn taken(error: ApiError) -> ScimError {
    if error.code == "email_taken" {
        return ScimError::uniqueness(
            "There is an account of this address already. A directory takes over nobody whom neither it nor its connection made.",
        );
    }
    error.into()
}

fn target(person: &Person) -> Target {
    Target::new("user", person.id.0, &person.is.display_name)
}

/// What is another than before, for the log.
fn differences(is: &PersonWish, wish: &PersonWish) -> Value {
    let pairs = [
        ("userName", Some(&is.user_name), Some(&wish.user_name)),
        ("externalId", is.external_id.as_ref(), wish.external_id.as_ref()),
        ("givenName", is.given_name.as_ref(), wish.given_name.as_ref()),
        ("familyName", is.family_name.as_ref(), wish.family_name.as_ref()),
        ("displayName", Some(&is.display_name), Some(&wish.display_name)),
        ("email", Some(&is.email), Some(&wish.email)),
    ];
    let changed = pairs.into_iter().filter(|(_, from, to)| from != to);
    Value::Object(
        changed.map(|(name, from, to)| (name.to_owned(), json!({ "from": from, "to": to }))).collect(),
    )
}

/// Where one is.
pub(super) fn location(app: &App, id: UserId) -> String {
    format!("{}{ROOT}/Users/{id}", app.config.http.public_url)
}
