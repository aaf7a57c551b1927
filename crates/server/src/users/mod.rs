//! People: who has an account where, what for, and how it ends.

mod factors;
pub mod http;
mod model;
mod store;

pub use factors::{ResetFactors, reset_factors};
pub use model::{
    CreateUser, MemberFilter, UpdateUser, User, UserFilter, UserInvitation, UserSort, UserStatus,
};

use crate::access::{Action, Caller, Facts, Permit, Resource, Role};
use crate::app::App;
use crate::audit::{Event, Kind, Target, catalogue};
use crate::auth;
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::http::pagination::read_page;
use crate::http::{Page, Window};
use crate::ids::{OrganizationId, UserId};
use crate::mail::{self, Letter, To};
use model::Change;
use serde_json::json;
use sqlx::PgConnection;

/// What the console asks about each person.
const CAN: &[Action] = &[
    Action::UserUpdate,
    Action::UserRoleUpdate,
    Action::UserDisable,
    Action::UserEnable,
    Action::UserDelete,
    Action::UserSessionEnd,
    Action::FactorReset,
    Action::ApiTokenRead,
    Action::ApiTokenRevoke,
    Action::UserActivityRead,
];

/// Everyone whom the caller may manage or oversee: the wall draws the border. Removed people for whoever may restore
/// them.
pub async fn list_users(app: &App, caller: &Caller, filter: &UserFilter) -> Result<Page<User>> {
    app.may(caller, Action::UserList, &Resource::own(caller), &Facts::default())?;
    if filter.status == Some(UserStatus::Deleted) {
        app.may(caller, Action::UserRestore, &Resource::own(caller), &Facts::default())?;
    }
    let window = Window::new(filter.page, filter.limit);
    let filter = UserFilter { organization_id: caller.only(filter.organization_id), ..filter.clone() };
    let mut tx = app.db.read(caller).await?;
    tx.plan_each_anew().await?;
    let page = read_page!(window, |at| store::list(tx.conn(), &filter, at).await?);
    tx.done().await?;
    Ok(page.map(|user| shown(app, caller, user)))
}

/// The people of one organization, for its members and the provider's office.
pub async fn list_organization_users(
    app: &App,
    caller: &Caller,
    organization: OrganizationId,
    filter: MemberFilter,
) -> Result<Page<User>> {
    let filter = filter.of(organization);
    let window = Window::new(filter.page, filter.limit);
    let mut tx = app.db.read(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), organization).await?;
    app.may(caller, Action::MemberList, &resource, &Facts::default())?;
    if filter.status == Some(UserStatus::Deleted) {
        app.may(caller, Action::UserRestore, &resource, &Facts::default())?;
    }
    tx.plan_each_anew().await?;
    let page = read_page!(window, |at| store::list(tx.conn(), &filter, at).await?);
    tx.done().await?;
    Ok(page.map(|user| shown(app, caller, user)))
}

/// One, with what the caller may do to the account.
pub async fn get_user(app: &App, caller: &Caller, id: UserId) -> Result<User> {
    let user = load(app, caller, id).await?;
    app.may(caller, Action::UserRead, &user.resource(), &facts(caller, &user))?;
    Ok(user)
}

/// The same for whoever has just changed it, which may be a token that was not made to see people.
async fn load(app: &App, caller: &Caller, id: UserId) -> Result<User> {
    let mut tx = app.db.read(caller).await?;
    let user = store::find(tx.conn(), id).await?.ok_or_else(|| ApiError::not_found("person"))?;
    tx.done().await?;
    Ok(shown(app, caller, user))
}

/// A person as the policies see them, for what belongs to them, if the caller of this transaction sees them at all.
pub(crate) async fn resource(
    conn: &mut PgConnection,
    caller: &Caller,
    id: UserId,
) -> Result<(Resource, Facts)> {
    let user = store::find(conn, id).await?.ok_or_else(|| ApiError::not_found("person"))?;
    Ok((user.resource(), facts(caller, &user)))
}

/// Invites a person: an account without a password, and the link that sets one, which is mailed to them too.
pub async fn create_user(app: &App, caller: &Caller, new: CreateUser) -> Result<UserInvitation> {
    let new = new.checked()?;
    let id = UserId::new(&app.clock);
    let mut tx = app.db.write(caller).await?;
    let resource = crate::organizations::resource(tx.conn(), new.organization_id).await?;
    let facts = Facts { given_role: Some(new.role.as_str().to_owned()), ..Facts::default() };
    let permit = app.may(caller, Action::UserCreate, &resource, &facts)?;
    store::insert(tx.conn(), id, &new).await?;
    let event = Event::by(caller, &permit, &catalogue::USER_CREATE, new.organization_id)
        .target(Target::new("user", id.0, &new.display_name))
        .details(json!({ "email": new.email, "role": new.role }));
    let to = To { org_id: new.organization_id, user_id: id, email: &new.email };
    invite(app, caller, tx, &to, event).await
}

/// A new link for a person who has not accepted yet; the old one is spent.
pub async fn create_invitation(app: &App, caller: &Caller, id: UserId) -> Result<UserInvitation> {
    let mut tx = app.db.write(caller).await?;
    let user = lock(caller, &mut tx, id).await?;
    let facts = Facts { given_role: Some(user.role.as_str().to_owned()), ..facts(caller, &user) };
    let permit = app.may(caller, Action::UserCreate, &user.resource(), &facts)?;
    if user.status != UserStatus::Invited {
        return Err(ApiError::conflict(
            "not_invited",
            format!(
                "{} has accepted already or is disabled; there is nothing to invite to.",
                user.display_name
            ),
        ));
    }
    let event = event(caller, &permit, &catalogue::INVITATION_CREATE, &user);
    let to = To { org_id: user.organization_id, user_id: id, email: &user.email };
    invite(app, caller, tx, &to, event).await
}

/// Changes a person's name, role or status. A new role or status ends their sign-ins at once.
pub async fn update_user(
    app: &App,
    caller: &Caller,
    id: UserId,
    wish: UpdateUser,
    version: Option<i64>,
) -> Result<User> {
    let mut tx = app.db.write(caller).await?;
    let before = lock(caller, &mut tx, id).await?;
    // Whoever may not touch the account hears that first, whatever they wish.
    let change = wish.against(&before);
    let permitted = permitted(app, caller, &before, change.as_ref().unwrap_or(&Change::default()))?;
    let change = change?;
    if version.is_some_and(|version| version != before.version) {
        return Err(ApiError::stale());
    }
    if change.takes_an_admin(&before) && !store::has_other_admin(tx.conn(), &before).await? {
        return Err(model::last_admin(&before));
    }
    store::update(tx.conn(), &before, &change).await?;
    if change.ends_sign_ins() {
        store::end_sign_ins(tx.conn(), &before, "the role or status changed").await?;
    }
    if change.status.is_some() {
        store::end_invitations(tx.conn(), &before).await?;
    }
    if let (Role::Technician, Some(name)) = (before.role, &change.display_name) {
        crate::grants::rename_technician(tx.conn(), id, name).await?;
    }
    let mut events = Vec::new();
    for Permitted { permit, kind, details } in permitted {
        events.push(event(caller, &permit, kind, &before).details(details));
        if permit.action() == Action::UserRoleUpdate && before.role == Role::Technician {
            let why = "not a technician any more";
            events.extend(crate::grants::revoke_all_of(tx.conn(), id, (caller, &permit), why).await?);
        }
    }
    tx.commit_all(events).await?;
    load(app, caller, id).await
}

/// Removes a person: the account is hidden, its sign-ins end, its address is free again.
pub async fn delete_user(app: &App, caller: &Caller, id: UserId, version: Option<i64>) -> Result<()> {
    let mut tx = app.db.write(caller).await?;
    let before = lock(caller, &mut tx, id).await?;
    let permit = app.may(caller, Action::UserDelete, &before.resource(), &facts(caller, &before))?;
    if version.is_some_and(|version| version != before.version) {
        return Err(ApiError::stale());
    }
    if before.administers() && !store::has_other_admin(tx.conn(), &before).await? {
        return Err(model::last_admin(&before));
    }
    store::delete(tx.conn(), &before).await?;
    auth::forget_factors(tx.conn(), before.organization_id, id).await?;
    crate::scim::forget(tx.conn(), before.organization_id, id).await?;
    store::end_sign_ins(tx.conn(), &before, "the account was removed").await?;
    store::end_invitations(tx.conn(), &before).await?;
    let mut events = vec![event(caller, &permit, &catalogue::USER_DELETE, &before)];
    if before.role == Role::Technician {
        let why = "the account was removed";
        events.extend(crate::grants::revoke_all_of(tx.conn(), id, (caller, &permit), why).await?);
    }
    tx.commit_all(events).await
}

/// Brings a removed person back under the name, role and address of before, as somebody who is invited: whoever they
/// are now proves it anew.
pub async fn restore_user(app: &App, caller: &Caller, id: UserId, version: Option<i64>) -> Result<User> {
    let mut tx = app.db.write(caller).await?;
    let found = store::hold_organization(tx.conn(), id).await?;
    let (organization, deleted) = found.ok_or_else(|| ApiError::not_found("person"))?;
    // That it is deleted is told to whoever could restore the person if it were not.
    let resource = Resource { active: organization.active || deleted.is_some(), ..organization };
    let facts = Facts { own: id == caller.user_id, ..Facts::default() };
    let permit = app.may(caller, Action::UserRestore, &resource, &facts)?;
    if let Some(name) = deleted {
        return Err(ApiError::conflict(
            "organization_deleted",
            format!("{name} is deleted itself. Restore the organization first."),
        ));
    }
    store::hold(tx.conn(), caller, id).await?;
    if !store::still_stands(tx.conn(), caller).await? {
        return Err(ApiError::unauthenticated());
    }
    let before = store::find_deleted(tx.conn(), id).await?.ok_or_else(|| {
        ApiError::conflict("not_deleted", "This person was not removed; there is nothing to restore.")
    })?;
    if version.is_some_and(|version| version != before.version) {
        return Err(ApiError::stale());
    }
    store::restore(tx.conn(), &before).await.map_err(|error| address_taken(error, &before))?;
    auth::forget_factors(tx.conn(), before.organization_id, id).await?;
    crate::sso::forget_person(tx.conn(), before.organization_id, id).await?;
    store::end_sign_ins(tx.conn(), &before, "the account was removed").await?;
    store::end_invitations(tx.conn(), &before).await?;
    tx.commit(event(caller, &permit, &catalogue::USER_RESTORE, &before)).await?;
    load(app, caller, id).await
}

fn address_taken(error: ApiError, user: &User) -> ApiError {
    if error.code != "email_taken" {
        return error;
    }
    ApiError::conflict(
        "email_taken",
        format!(
            "Another account has the address {} by now; {} cannot come back under it.",
            user.email, user.display_name
        ),
    )
}

/// A part of a change that may be made.
struct Permitted {
    permit: Permit,
    kind: &'static Kind,
    details: serde_json::Value,
}

/// Asks for each thing that changes by itself: name, role, status are three rights and three events.
fn permitted(app: &App, caller: &Caller, before: &User, change: &Change) -> Result<Vec<Permitted>> {
    let own = facts(caller, before);
    let may = |action, facts: &Facts| app.may(caller, action, &before.resource(), facts);
    let mut parts = Vec::new();
    if let Some(role) = change.role {
        let facts = Facts { given_role: Some(role.as_str().to_owned()), ..own.clone() };
        let details = json!({ "from": before.role, "to": role });
        let permit = may(Action::UserRoleUpdate, &facts)?;
        parts.push(Permitted { permit, kind: &catalogue::USER_ROLE_UPDATE, details });
    }
    if let Some(status) = change.status {
        let (action, kind) = match status {
            UserStatus::Disabled => (Action::UserDisable, &catalogue::USER_DISABLE),
            _ => (Action::UserEnable, &catalogue::USER_ENABLE),
        };
        parts.push(Permitted { permit: may(action, &own)?, kind, details: json!({}) });
    }
    if change.display_name.is_some() || parts.is_empty() {
        let details = json!({ "displayName": change.display_name });
        let permit = may(Action::UserUpdate, &own)?;
        parts.push(Permitted { permit, kind: &catalogue::USER_UPDATE, details });
    }
    Ok(parts)
}

/// The account as it is now, held for a change by a caller who still is who they were.
async fn lock(caller: &Caller, tx: &mut WriteTx, id: UserId) -> Result<User> {
    let user = store::lock(tx.conn(), caller, id).await?.ok_or_else(|| ApiError::not_found("person"))?;
    caller.asks_about(target(&user));
    if !store::still_stands(tx.conn(), caller).await? {
        return Err(ApiError::unauthenticated());
    }
    Ok(user)
}

async fn invite(
    app: &App,
    caller: &Caller,
    mut tx: WriteTx,
    to: &To<'_>,
    event: Event,
) -> Result<UserInvitation> {
    let invitation = auth::create_invitation(tx.conn(), &app.clock, to.org_id, to.user_id).await?;
    let letter = Letter::Invitation {
        token: invitation.token.clone(),
        expires_at: invitation.expires_at,
        invited_by: caller.display_name.clone(),
    };
    mail::queue(app, tx.conn(), to, &letter).await?;
    tx.commit(event).await?;
    Ok(UserInvitation {
        user: load(app, caller, to.user_id).await?,
        invitation_url: auth::invitation_url(&app.config, &invitation.token),
        invitation_expires_at: invitation.expires_at,
    })
}

fn event(caller: &Caller, permit: &Permit, kind: &'static Kind, user: &User) -> Event {
    Event::by(caller, permit, kind, user.organization_id).target(target(user))
}

fn target(user: &User) -> Target {
    Target::new("user", user.id.0, &user.display_name)
}

fn facts(caller: &Caller, user: &User) -> Facts {
    Facts { own: user.id == caller.user_id, ..Facts::default() }
}

/// As this caller may see it: when somebody was here and how they sign in is for those who manage people.
fn shown(app: &App, caller: &Caller, mut user: User) -> User {
    let (resource, facts) = (user.resource(), facts(caller, &user));
    if app.may(caller, Action::UserRead, &resource, &facts).is_err() {
        user.mfa_enabled = None;
        user.last_login_at = None;
    }
    // Whatever else is asked about somebody who was removed is not found.
    let can: &[Action] = if user.status == UserStatus::Deleted { &[Action::UserRestore] } else { CAN };
    user.can = app.policies.can(caller, can, &resource, &facts, caller.asked_at);
    user
}
