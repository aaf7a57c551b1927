//! Customers and the provider itself.

pub mod http;
mod model;
mod store;

pub use model::{
    AccessApproval, CreateOrganization, DestroyKey, Organization, OrganizationFilter, OrganizationStats,
    OrganizationStatus, UpdateOrganization,
};

use crate::access::{Action, Caller, Facts, OrganizationKind, Resource, Role};
use crate::app::App;
use crate::audit::{Event, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::grants::ranges;
use crate::http::pagination::read_page;
use crate::http::{Page, Window, text};
use crate::ids::{OrganizationId, OrganizationKeyId};
use sqlx::PgConnection;

/// What the console asks about each organization.
const CAN: &[Action] = &[
    Action::OrganizationUpdate,
    Action::OrganizationSuspend,
    Action::OrganizationDelete,
    Action::OrganizationKeyDestroy,
    Action::OrganizationSecurityUpdate,
    Action::OrganizationApprovalUpdate,
    Action::UserCreate,
    Action::GrantCreate,
    Action::AssetCreate,
    Action::CredentialCreate,
    Action::AuditRead,
    Action::AuditExport,
    Action::SsoRead,
    Action::SsoUpdate,
];

/// The organization as the policies see it, if the caller of this transaction sees it at all.
pub async fn resource(conn: &mut PgConnection, id: OrganizationId) -> Result<Resource> {
    store::find_resource(conn, id).await?.ok_or_else(|| ApiError::not_found("organization"))
}

/// The same for what outlives it and is only looked at: its log and its history. The provider's office finds them of a
/// deleted one too; what they may do there the policies say.
pub async fn kept_resource(conn: &mut PgConnection, caller: &Caller, id: OrganizationId) -> Result<Resource> {
    if !caller.is_provider() || caller.role == Role::Technician {
        return resource(conn, id).await;
    }
    store::find_kept_resource(conn, id).await?.ok_or_else(|| ApiError::not_found("organization"))
}

/// All that the caller may see: the wall decides. Deleted ones for whoever may restore them.
pub async fn list_organizations(
    app: &App,
    caller: &Caller,
    filter: &OrganizationFilter,
) -> Result<Page<Organization>> {
    app.may(caller, Action::OrganizationRead, &Resource::own(caller), &Facts::default())?;
    if filter.status == Some(OrganizationStatus::Deleted) {
        app.may(caller, Action::OrganizationRestore, &Resource::own(caller), &Facts::default())?;
    }
    let window = Window::new(filter.page, filter.limit);
    let mut tx = app.db.read(caller).await?;
    tx.plan_each_anew().await?;
    let page = read_page!(window, |at| store::list(tx.conn(), filter, at).await?);
    tx.done().await?;
    Ok(page.map(|organization| with_can(app, caller, organization)))
}

/// One, with what the caller may do to it.
pub async fn get_organization(app: &App, caller: &Caller, id: OrganizationId) -> Result<Organization> {
    let mut tx = app.db.read(caller).await?;
    let organization =
        store::find(tx.conn(), id).await?.ok_or_else(|| ApiError::not_found("organization"))?;
    let facts = crate::grants::facts(&mut tx, caller, id).await?;
    tx.done().await?;
    app.may(caller, Action::OrganizationRead, &organization.resource(), &facts)?;
    Ok(with_can(app, caller, organization))
}

/// The same for whoever has just changed it, which may be a token that was not made to see it.
async fn load(app: &App, caller: &Caller, id: OrganizationId) -> Result<Organization> {
    let mut tx = app.db.read(caller).await?;
    let organization =
        store::find(tx.conn(), id).await?.ok_or_else(|| ApiError::not_found("organization"))?;
    tx.done().await?;
    Ok(with_can(app, caller, organization))
}

/// Numbers of one organization.
pub async fn get_organization_stats(
    app: &App,
    caller: &Caller,
    id: OrganizationId,
) -> Result<OrganizationStats> {
    let mut tx = app.db.read(caller).await?;
    let resource = resource(tx.conn(), id).await?;
    app.may(caller, Action::OrganizationRead, &resource, &crate::grants::facts(&mut tx, caller, id).await?)?;
    let stats = store::stats(tx.conn(), id).await?;
    tx.done().await?;
    Ok(stats)
}

/// A new customer, with its own key.
pub async fn create_organization(
    app: &App,
    caller: &Caller,
    mut new: CreateOrganization,
) -> Result<Organization> {
    new.check()?;
    let id = OrganizationId::new(&app.clock);
    let resource = Resource { org_id: id, kind: OrganizationKind::Customer, active: true };
    let permit = app.may(caller, Action::OrganizationCreate, &resource, &Facts::default())?;
    let sealed_key = app.vault.new_organization_key(id.0).map_err(anyhow::Error::from)?;
    let mut tx = app.db.write(caller).await?;
    store::insert(tx.conn(), id, &new, OrganizationKeyId::new(&app.clock), &sealed_key).await?;
    let event = Event::by(caller, &permit, &catalogue::ORGANIZATION_CREATE, id).target(Target::new(
        "organization",
        id.0,
        &new.name,
    ));
    tx.commit(event).await?;
    load(app, caller, id).await
}

/// Changes an organization; suspending ends its people's sign-ins and every session in its network.
pub async fn update_organization(
    app: &App,
    caller: &Caller,
    id: OrganizationId,
    mut change: UpdateOrganization,
    version: Option<i64>,
) -> Result<Organization> {
    change.check()?;
    let mut tx = app.db.write(caller).await?;
    let before = store::lock(tx.conn(), id).await?;
    caller.asks_about(target(&before));
    let may = |action| app.may(caller, action, &before.resource(), &Facts::default());
    let mut parts = Vec::new();
    if let Some(status) = change.status.filter(|status| *status != before.status) {
        let permit = may(Action::OrganizationSuspend)?;
        if before.kind == OrganizationKind::MssProvider {
            return Err(ApiError::conflict(
                "provider_stays",
                "The provider's own organization cannot be suspended.",
            ));
        }
        parts.push((permit, model::event_of_status(status)?));
    }
    let changes_factors = change.mfa_required.is_some_and(|required| required != before.mfa_required);
    let changes_sign_ins = change.changes_sign_ins(&before);
    let networks = change.networks()?.filter(|networks| *networks != before.ip_ranges);
    if changes_factors || changes_sign_ins || networks.is_some() || change.changes_rules(&before) {
        let permit = may(Action::OrganizationSecurityUpdate)?;
        if before.kind == OrganizationKind::MssProvider && change.mfa_required == Some(false) {
            return Err(ApiError::conflict(
                "provider_keeps_factors",
                "The provider's own people reach customers: they always sign in with a second factor.",
            ));
        }
        if let Some(networks) = &networks
            && before.id == caller.org_id
            && !ranges::allow(networks, caller.origin.client_ip)
        {
            return Err(ApiError::conflict(
                "locks_you_out",
                format!(
                    "You come from {} yourself, which is in none of these ranges: you would be locked out. Add it.",
                    caller.origin.client_ip
                ),
            ));
        }
        parts.push((permit, &catalogue::ORGANIZATION_SECURITY_UPDATE));
    }
    if change.access_approval.is_some_and(|approval| approval != before.access_approval) {
        parts.push((may(Action::OrganizationApprovalUpdate)?, &catalogue::ORGANIZATION_UPDATE));
    }
    // What changes beside those is a right of its own.
    if change.changes_terms() || parts.is_empty() {
        parts.push((may(Action::OrganizationUpdate)?, &catalogue::ORGANIZATION_UPDATE));
    }
    if version.is_some_and(|version| version != before.version) {
        return Err(ApiError::stale());
    }
    change.fits(&before)?;
    store::update(tx.conn(), id, &change, networks.as_deref()).await?;
    if changes_sign_ins {
        store::bound_sign_ins(tx.conn(), id).await?;
    }
    let events = parts.into_iter().map(|(permit, kind)| {
        Event::by(caller, &permit, kind, id)
            .target(target(&before))
            .details(serde_json::json!({ "change": change }))
    });
    tx.commit_all(events.collect::<Vec<_>>()).await?;
    load(app, caller, id).await
}

/// Hides an organization and ends everything in it; its rows and its log stay.
pub async fn delete_organization(
    app: &App,
    caller: &Caller,
    id: OrganizationId,
    version: Option<i64>,
) -> Result<()> {
    let mut tx = app.db.write(caller).await?;
    let before = store::lock(tx.conn(), id).await?;
    caller.asks_about(target(&before));
    let permit = app.may(caller, Action::OrganizationDelete, &before.resource(), &Facts::default())?;
    if before.kind == OrganizationKind::MssProvider {
        return Err(ApiError::conflict(
            "provider_stays",
            "The provider's own organization cannot be deleted.",
        ));
    }
    if version.is_some_and(|version| version != before.version) {
        return Err(ApiError::stale());
    }
    store::delete(tx.conn(), id).await?;
    let event = Event::by(caller, &permit, &catalogue::ORGANIZATION_DELETE, id).target(target(&before));
    tx.commit(event).await
}

/// Shows a deleted organization again, suspended. Its machines, people and access are as they were; its people's
/// sign-ins, invitations and tokens are over.
pub async fn restore_organization(
    app: &App,
    caller: &Caller,
    id: OrganizationId,
    version: Option<i64>,
) -> Result<Organization> {
    let mut tx = app.db.write(caller).await?;
    let before = store::lock_kept(tx.conn(), id).await?;
    caller.asks_about(target(&before));
    let permit = app.may(caller, Action::OrganizationRestore, &before.resource(), &Facts::default())?;
    if before.status != OrganizationStatus::Deleted {
        return Err(ApiError::conflict(
            "not_deleted",
            format!("{} is not deleted; there is nothing to restore.", before.name),
        ));
    }
    if version.is_some_and(|version| version != before.version) {
        return Err(ApiError::stale());
    }
    store::restore(tx.conn(), id).await.map_err(|error| name_taken(error, &before.name))?;
    let event = Event::by(caller, &permit, &catalogue::ORGANIZATION_RESTORE, id).target(target(&before));
    tx.commit(event).await?;
    load(app, caller, id).await
}

fn name_taken(error: ApiError, name: &str) -> ApiError {
    if error.code != "name_taken" {
        return error;
    }
    ApiError::conflict(
        "name_taken",
        format!("Another organization has been called {name} since. Give that one another name first."),
    )
}

/// Destroys the organization's key: every secret sealed under it is gone for good, in backups too.
pub async fn destroy_organization_key(
    app: &App,
    caller: &Caller,
    id: OrganizationId,
    wish: DestroyKey,
) -> Result<()> {
    let mut tx = app.db.write(caller).await?;
    let before = store::lock(tx.conn(), id).await?;
    caller.asks_about(target(&before));
    let permit = app.may(caller, Action::OrganizationKeyDestroy, &before.resource(), &Facts::default())?;
    let reason = text::line("reason", &wish.reason, 1000)?;
    if wish.confirm_name != before.name {
        return Err(ApiError::invalid("confirmName", "it is not the organization's name; type it exactly"));
    }
    let credentials = store::destroy_key(tx.conn(), id).await?;
    let event = Event::by(caller, &permit, &catalogue::ORGANIZATION_KEY_DESTROY, id)
        .target(target(&before))
        .because(reason)
        .details(serde_json::json!({ "credentialsDestroyed": credentials }));
    tx.commit(event).await
}

fn target(organization: &Organization) -> Target {
    Target::new("organization", organization.id.0, &organization.name)
}

fn with_can(app: &App, caller: &Caller, mut organization: Organization) -> Organization {
    // Whatever else is asked about one that is deleted is not found.
    let can: &[Action] =
        if organization.status == OrganizationStatus::Deleted { &[Action::OrganizationRestore] } else { CAN };
    organization.can =
        app.policies.can(caller, can, &organization.resource(), &Facts::default(), caller.asked_at);
    organization
}
