//! The log, forwarded to receivers of others (a SIEM) as it is sealed: by syslog over TLS or as a signed webhook. People
//! say where to (here); `work.rs` delivers, at least once and in order.

pub mod http;
mod message;
mod model;
mod store;
mod work;

pub use model::{
    AuditDestination, AuditDestinationSecret, AuditDestinationTest, CreateAuditDestination,
    CreatedAuditDestination, DestinationFilter, DestinationFormat, DestinationKind, DestinationState,
    UpdateAuditDestination,
};
pub use work::keep_forwarding;

use super::{Event, Kind, Outcome, Target, catalogue};
use crate::access::{Action, Caller, Facts, OrganizationKind, Permit, Resource};
use crate::app::App;
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::http::Page;
use crate::ids::{AuditDestinationId, AuditEventId, OrganizationId, OrganizationKeyId};
use model::Settings;
use sallyport_secrets::{Secret, SecretRef};
use serde_json::json;
use sqlx::PgConnection;
use store::Key;
use work::Receiver;

/// What the console asks about each destination.
const CAN: &[Action] = &[Action::AuditDestinationUpdate, Action::AuditDestinationTest];
/// Destinations of one organization.
const MOST: i64 = 10;

/// Those that the caller looks after.
pub async fn list_audit_destinations(
    app: &App,
    caller: &Caller,
    filter: &DestinationFilter,
) -> Result<Page<AuditDestination>> {
    let mut tx = app.db.read(caller).await?;
    let resource = match filter.organization_id {
        Some(id) => crate::organizations::resource(tx.conn(), id).await?,
        None => Resource::own(caller),
    };
    app.may(caller, Action::AuditDestinationRead, &resource, &Facts::default())?;
    let only = caller.only(filter.organization_id);
    let all = store::select(tx.conn(), None, only).await?;
    tx.done().await?;
    Ok(Page::whole(all.into_iter().map(|destination| dressed(app, caller, destination)).collect()))
}

/// One.
pub async fn get_audit_destination(
    app: &App,
    caller: &Caller,
    id: AuditDestinationId,
) -> Result<AuditDestination> {
    let mut tx = app.db.read(caller).await?;
    let destination = get(tx.conn(), id).await?;
    tx.done().await?;
    app.may(caller, Action::AuditDestinationRead, &destination.resource(), &Facts::default())?;
    Ok(dressed(app, caller, destination))
}

/// A new one: it gets what happens from now on.
pub async fn create_audit_destination(
    app: &App,
    caller: &Caller,
    wish: CreateAuditDestination,
) -> Result<CreatedAuditDestination> {
    let mut tx = app.db.write(caller).await?;
    let resource = match wish.organization_id {
        Some(id) => crate::organizations::resource(tx.conn(), id).await?,
        // The logs of all are the provider's to forward.
        None => Resource { org_id: app.provider, kind: OrganizationKind::MssProvider, active: true },
    };
    let permit = app.may(caller, Action::AuditDestinationUpdate, &resource, &Facts::default())?;
    let id = AuditDestinationId::new(&app.clock);
    let key = Key { org: resource.org_id, id, whole: wish.organization_id.is_none() };
    let settings = Settings::new(wish)?;
    if store::count(tx.conn(), key.org).await? >= MOST {
        return Err(ApiError::conflict(
            "too_many",
            "This organization has 10 destinations already. Remove one of them first.",
        ));
    }
    let secret = match settings.kind {
        DestinationKind::Webhook => Some(new_secret()?),
        DestinationKind::Syslog => None,
    };
    let sealed = match &secret {
        Some(secret) => Some(seal(app, &mut tx, key.org, id, secret).await?),
        None => None,
    };
    store::insert(tx.conn(), key, &settings, sealed.as_ref()).await?;
    let event = Event::by(caller, &permit, &catalogue::AUDIT_DESTINATION_CREATE, key.org)
        .target(target(id, &settings.name))
        .details(json!({ "settings": settings.facts(), "everyLog": key.whole }));
    tx.commit(event).await?;
    Ok(CreatedAuditDestination { destination: get_audit_destination(app, caller, id).await?, secret })
}

/// Changes one. It is tried at once, from where it was.
pub async fn update_audit_destination(
    app: &App,
    caller: &Caller,
    id: AuditDestinationId,
    change: UpdateAuditDestination,
    version: Option<i64>,
) -> Result<AuditDestination> {
    let mut tx = app.db.write(caller).await?;
    let (known, permit) = take(app, caller, &mut tx, id, version).await?;
    let before = Settings::of(&known);
    let after = before.clone().changed(change)?;
    store::update(tx.conn(), id, &after).await?;
    let event = event(caller, &permit, &catalogue::AUDIT_DESTINATION_UPDATE, &known)
        .details(json!({ "before": before.facts(), "after": after.facts() }));
    tx.commit(event).await?;
    get_audit_destination(app, caller, id).await
}

/// Ends the forwarding, and forgets how far it was.
pub async fn delete_audit_destination(
    app: &App,
    caller: &Caller,
    id: AuditDestinationId,
    version: Option<i64>,
) -> Result<()> {
    let mut tx = app.db.write(caller).await?;
    let (known, permit) = take(app, caller, &mut tx, id, version).await?;
    store::delete(tx.conn(), id).await?;
    let event = event(caller, &permit, &catalogue::AUDIT_DESTINATION_DELETE, &known)
        .details(json!({ "settings": Settings::of(&known).facts(), "notDelivered": known.lag }));
    tx.commit(event).await
}

/// Another secret of a webhook; the one before signs nothing any more.
pub async fn rotate_audit_destination_secret(
    app: &App,
    caller: &Caller,
    id: AuditDestinationId,
) -> Result<AuditDestinationSecret> {
    let mut tx = app.db.write(caller).await?;
    let (known, permit) = take(app, caller, &mut tx, id, None).await?;
    if known.kind != DestinationKind::Webhook {
        return Err(ApiError::conflict("no_secret", "Syslog has no secret: TLS alone proves the receiver."));
    }
    let secret = new_secret()?;
    let sealed = seal(app, &mut tx, known.owner.id, id, &secret).await?;
    store::set_secret(tx.conn(), id, &sealed).await?;
    tx.commit(event(caller, &permit, &catalogue::AUDIT_DESTINATION_SECRET_ROTATE, &known)).await?;
    Ok(AuditDestinationSecret { secret })
}

/// Sends a sample event, and says how it was taken: by status, and by nothing else of what the receiver says.
pub async fn test_audit_destination(
    app: &App,
    caller: &Caller,
    id: AuditDestinationId,
) -> Result<AuditDestinationTest> {
    let mut tx = app.db.read(caller).await?;
    let known = get(tx.conn(), id).await?;
    caller.asks_about(target(known.id, &known.name));
    let permit = app.may(caller, Action::AuditDestinationTest, &known.resource(), &Facts::default())?;
    let secret = open_secret(app, tx.conn(), known.owner.id, id).await?;
    // No transaction waits for the other side.
    tx.done().await?;
    let whose = (known.owner.id, known.organization_name.clone().unwrap_or_default());
    let sample = message::sample(AuditEventId::new(&app.clock), app.db.now().await?, whose);
    let receiver = Receiver {
        kind: known.kind,
        address: known.address.clone(),
        format: known.format,
        ca_pem: known.ca_pem.clone(),
        secret,
    };
    let told = match receiver.send(app, &[sample]).await {
        Ok(status) => AuditDestinationTest {
            delivered: true,
            status,
            code: None,
            message: "The receiver took the sample event.".to_owned(),
        },
        Err(failure) => AuditDestinationTest {
            delivered: false,
            status: failure.status,
            code: Some(failure.code),
            message: failure.words,
        },
    };
    let mut event = event(caller, &permit, &catalogue::AUDIT_DESTINATION_TEST, &known);
    if !told.delivered {
        event = event.outcome(Outcome::Failed).because(&told.message);
    }
    app.db.write(caller).await?.commit(event).await?;
    Ok(told)
}

/// One, held until the transaction ends, for a change that is permitted and fits what the caller saw.
async fn take(
    app: &App,
    caller: &Caller,
    tx: &mut WriteTx,
    id: AuditDestinationId,
    version: Option<i64>,
) -> Result<(AuditDestination, Permit)> {
    store::lock(tx.conn(), id).await?;
    let known = get(tx.conn(), id).await?;
    caller.asks_about(target(known.id, &known.name));
    let permit = app.may(caller, Action::AuditDestinationUpdate, &known.resource(), &Facts::default())?;
    if version.is_some_and(|version| version != known.version) {
        return Err(ApiError::stale());
    }
    Ok((known, permit))
}

async fn get(conn: &mut PgConnection, id: AuditDestinationId) -> Result<AuditDestination> {
    let found = store::select(conn, Some(id), None).await?.into_iter().next();
    found.ok_or_else(|| ApiError::not_found("destination"))
}

fn dressed(app: &App, caller: &Caller, mut destination: AuditDestination) -> AuditDestination {
    let resource = destination.resource();
    destination.can = app.policies.can(caller, CAN, &resource, &Facts::default(), caller.asked_at);
    destination
}

fn event(caller: &Caller, permit: &Permit, kind: &'static Kind, known: &AuditDestination) -> Event {
    Event::by(caller, permit, kind, known.owner.id).target(target(known.id, &known.name))
}

fn target(id: AuditDestinationId, name: &str) -> Target {
    Target::new("audit_destination", id.0, name)
}

/// What a webhook is signed with: the text itself, as the receiver gets it.
fn new_secret() -> Result<String> {
    let random = Secret::random(32).map_err(anyhow::Error::from)?;
    Ok(format!("whsec_{}", hex::encode(random.expose())))
}

async fn seal(
    app: &App,
    tx: &mut WriteTx,
    organization: OrganizationId,
    id: AuditDestinationId,
    secret: &str,
) -> Result<(OrganizationKeyId, Vec<u8>)> {
    let (key_id, key) = crate::credentials::open_key(app, tx, organization).await?;
    let sealed = key.seal(place(organization, id), secret.as_bytes()).map_err(anyhow::Error::from)?;
    Ok((key_id, sealed))
}

/// The secret of a webhook; none where there is none, or it opens no more.
async fn open_secret(
    app: &App,
    conn: &mut PgConnection,
    organization: OrganizationId,
    id: AuditDestinationId,
) -> Result<Option<Secret>> {
    let Some((sealed, key)) = store::find_secret(conn, id).await? else { return Ok(None) };
    let Ok(key) = app.vault.open_organization(&key, organization.0) else { return Ok(None) };
    Ok(key.open(place(organization, id), &sealed).ok())
}

fn place(organization: OrganizationId, id: AuditDestinationId) -> SecretRef<'static> {
    SecretRef {
        organization_id: organization.0,
        secret_id: id.0,
        version: 1,
        field: "audit_destination_secret",
    }
}
