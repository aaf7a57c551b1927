//! Who somebody is here who came by an identity provider: the account that is bound to the identity; else a new one,
//! if their mail domain is proven; never an account that merely has the same address.

use super::domains::domain_of;
use super::flow::{Purpose, with_note};
use super::model::{SecondFactorBy, SsoConnection};
use super::sign_in::{Ended, NotIn, target};
use super::store::{self, Kept, Known, NewIdentity, Spent};
use crate::access::Role;
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::auth::sso::{self as auth, Carried, ComeIn, Entered, Via};
use crate::db::WriteTx;
use crate::error::Result;
use crate::http::request::Origin;
use crate::http::text;
use crate::ids::{SsoIdentityId, UserId};
use sallyport_oidc::{Identity, Profile};
use serde_json::json;

/// Somebody, proven by a connection.
pub(super) struct Arrival<'a> {
    pub(super) origin: &'a Origin,
    pub(super) connection: &'a SsoConnection,
    pub(super) identity: &'a Identity,
}

/// Why somebody does not come in.
#[derive(Debug)]
pub(super) struct NoEntry {
    pub(super) not_in: NotIn,
    /// For the log.
    pub(super) why: String,
}

impl NoEntry {
    pub(super) fn new(not_in: NotIn, why: &str) -> Self {
        Self { not_in, why: why.to_owned() }
    }
}

/// Brings somebody in.
pub(super) async fn arrive(
    app: &App,
    arrival: &Arrival<'_>,
    carried: Carried,
) -> Result<Result<Entered, NoEntry>> {
    let Arrival { origin, connection, identity } = *arrival;
    let mut tx = app.db.unscoped("sign in by an identity provider").await?;
    let mut events = Vec::new();
    let known = match store::find_known(tx.conn(), connection.id, &identity.subject).await? {
        // Removed here, and made anew by the directory since: somebody else, to whom the identity goes over.
        Some(known) if known.status == "deleted" => {
            bind(app, &mut tx, arrival, Some(known.identity), &mut events).await?.unwrap_or(known)
        }
        Some(known) => known,
        None => match make(app, &mut tx, arrival, &mut events).await? {
            Ok(known) => known,
            Err(refused) => return Ok(Err(refused)),
        },
    };
    if known.status != "active" {
        return Ok(Err(NoEntry::new(NotIn::NoAccount, "the account is disabled, removed or not begun")));
    }
    store::touch_identity(tx.conn(), known.identity, identity.email.as_deref()).await?;
    if let Some(refused) = follow_groups(&mut tx, arrival, &known, &mut events).await? {
        return Ok(Err(refused));
    }
    let come = ComeIn {
        user: known.user,
        origin,
        carried,
        asks_factor: connection.second_factor == SecondFactorBy::Here,
        via: Via { connection: connection.id, there: identity.session.clone(), link: None },
        events,
    };
    match auth::come_in(app, tx, come).await? {
        Some(entered) => Ok(Ok(entered)),
        None => Ok(Err(NoEntry::new(NotIn::NoAccount, "the account or its organization is not active"))),
    }
}

/// The first sign-in of somebody new (just in time).
async fn make(
    app: &App,
    tx: &mut WriteTx,
    arrival: &Arrival<'_>,
    events: &mut Vec<Event>,
) -> Result<Result<Known, NoEntry>> {
    let Arrival { origin, connection, identity } = *arrival;
    let refuse = |not_in, why: &str| Ok(Err(NoEntry::new(not_in, why)));
    let Some(email) = identity.email.as_deref().and_then(|email| crate::auth::check_email(email).ok()) else {
        return refuse(NotIn::NoAccount, "the identity provider tells no usable mail address");
    };
    let domain = domain_of(&email).unwrap_or_default();
    if !store::has_domain(tx.conn(), connection.organization_id, &domain).await? {
        return refuse(
            NotIn::NoAccount,
            "the domain of the address is not one that the organization verified",
        );
    }
    if let Some(known) = bind(app, tx, arrival, None, events).await? {
        return Ok(Ok(known));
    }
    let taken = "an account with this address exists and is not bound to the connection";
    if store::email_taken(tx.conn(), &email).await? {
        return refuse(NotIn::LinkFirst, taken);
    }
    if !proves_email(connection, identity) {
        return refuse(NotIn::NoAccount, "the identity provider does not say that it verified the address");
    }
    if !connection.creates_users {
        return refuse(NotIn::NoAccount, "the connection makes no accounts");
    }
    let Some(role) = connection.role_of(&identity.groups) else {
        return refuse(NotIn::NoAccount, "the person is in no mapped group, and there is no role for others");
    };
    let id = UserId::new(&app.clock);
    let name = display_name(identity, &email);
    if !store::insert_user(tx.conn(), connection.organization_id, id, (&email, &name), role).await? {
        return refuse(NotIn::LinkFirst, taken);
    }
    let identity_id = SsoIdentityId::new(&app.clock);
    let new = NewIdentity {
        id: identity_id,
        organization: connection.organization_id,
        connection: connection.id,
        subject: &identity.subject,
        user: id,
        email: identity.email.as_deref(),
        managed: true,
    };
    store::insert_identity(tx.conn(), &new).await?;
    events.push(
        Event::by_platform(&catalogue::SSO_USER_CREATE, Outcome::Success, connection.organization_id)
            .origin(origin.clone())
            .target(Target::new("user", id.0, &name))
            .details(json!({ "email": email, "role": role, "connection": connection.name })),
    );
    Ok(Ok(Known {
        identity: identity_id,
        user: id,
        display_name: name,
        role,
        status: "active".to_owned(),
        managed: true,
    }))
}

/// The first sign-in of somebody whom the organization's own directory made: without a password and never invited, with
/// an address of a domain that this very organization proved. Nobody else is found by an address.
async fn bind(
    app: &App,
    tx: &mut WriteTx,
    arrival: &Arrival<'_>,
    instead: Option<SsoIdentityId>,
    events: &mut Vec<Event>,
) -> Result<Option<Known>> {
    let Arrival { origin, connection, identity } = *arrival;
    let email = identity.email.as_deref().and_then(|email| crate::auth::check_email(email).ok());
    let Some(email) = email.filter(|_| proves_email(connection, identity)) else { return Ok(None) };
    let organization = connection.organization_id;
    if !store::has_domain(tx.conn(), organization, &domain_of(&email).unwrap_or_default()).await? {
        return Ok(None);
    }
    let Some(made) = store::find_made_by_directory(tx.conn(), organization, connection.id, &email).await?
    else {
        return Ok(None);
    };
    if let Some(identity) = instead {
        store::forget_identity(tx.conn(), identity).await?;
    }
    let new = NewIdentity {
        id: SsoIdentityId::new(&app.clock),
        organization,
        connection: connection.id,
        subject: &identity.subject,
        user: made.user,
        email: identity.email.as_deref(),
        // The directory's groups give the role, and no word of a sign-in.
        managed: false,
    };
    store::insert_identity(tx.conn(), &new).await?;
    events.push(
        Event::by_platform(&catalogue::DIRECTORY_USER_BIND, Outcome::Success, organization)
            .origin(origin.clone())
            .target(Target::new("user", made.user.0, &made.display_name))
            .details(json!({ "email": email, "connection": connection.name, "subject": identity.subject })),
    );
    Ok(Some(Known { identity: new.id, managed: false, ..made }))
}

/// Whether the address is the person's, by the word of a provider that can say so. Entra has no such word; its tenant is
/// the organization's own directory, where nobody signs up by themselves.
fn proves_email(connection: &SsoConnection, identity: &Identity) -> bool {
    identity.email_verified || connection.profile == Profile::Entra
}

/// The name of a new person: as the provider tells it, else what stands before the @.
fn display_name(identity: &Identity, email: &str) -> String {
    let parts: Vec<&str> =
        [identity.first_name.as_deref(), identity.last_name.as_deref()].into_iter().flatten().collect();
    let told = text::line("displayName", &parts.join(" "), 120).ok();
    told.unwrap_or_else(|| email.split('@').next().unwrap_or(email).chars().take(120).collect())
}

/// Groups set the role of those whom the connection made. Who was here before keeps the role that was given here.
async fn follow_groups(
    tx: &mut WriteTx,
    arrival: &Arrival<'_>,
    known: &Known,
    events: &mut Vec<Event>,
) -> Result<Option<NoEntry>> {
    let Arrival { origin, connection, identity } = *arrival;
    if !known.managed || connection.groups.is_empty() {
        return Ok(None);
    }
    let Some(role) = connection.role_of(&identity.groups) else {
        return Ok(Some(NoEntry::new(NotIn::NoAccount, "the person is in no mapped group any more")));
    };
    if role == known.role || role.kind() != connection.organization.kind {
        return Ok(None);
    }
    let changed = store::change_role(tx.conn(), connection.organization_id, known.user, role).await?;
    let outcome = if changed { Outcome::Success } else { Outcome::Refused };
    let mut event = Event::by_platform(&catalogue::SSO_ROLE_UPDATE, outcome, connection.organization_id)
        .origin(origin.clone())
        .target(Target::new("user", known.user.0, &known.display_name))
        .details(json!({ "from": known.role, "to": role, "connection": connection.name }));
    if !changed {
        event = event.because("the last one who administers the organization keeps the role");
    }
    events.push(event);
    if changed && known.role == Role::Technician {
        let why = "not a technician any more";
        events.extend(crate::grants::revoke_all_by_groups(tx.conn(), known.user, why).await?);
    }
    Ok(None)
}

/// A link to an account, or a proof anew: both belong to the sign-in that asked for them.
pub(super) async fn prove_for_whoever_is_in(
    app: &App,
    origin: &Origin,
    kept: &Kept,
    spent: &Spent,
    identity: Identity,
) -> Result<Ended> {
    let connection = &kept.connection;
    let (Some(user), Some(session)) = (spent.user_id, spent.user_session_id) else {
        return Err(anyhow::anyhow!("a flow of nobody").into());
    };
    let mut tx = app.db.unscoped("prove somebody who is signed in").await?;
    // Whoever asked must be signed in still, in that very sign-in.
    let Some(actor) = auth::still_in(tx.conn(), user, session).await? else {
        return Ok(Ended::Not(NotIn::Over));
    };
    let known = store::find_known(tx.conn(), connection.id, &identity.subject).await?;
    let kind = if spent.purpose == Purpose::Link { &catalogue::SSO_LINK } else { &catalogue::SSO_STEP_UP };
    let event = |outcome| {
        Event::by_platform(kind, outcome, connection.organization_id)
            .actor(actor.clone())
            .origin(origin.clone())
            .target(target(connection))
            .details(json!({ "subject": identity.subject, "email": identity.email }))
    };
    let mut cookies = None;
    let not_in = match (spent.purpose, known) {
        // Nobody has it, or somebody who was removed.
        (Purpose::Link, known) if known.as_ref().is_none_or(|known| known.status == "deleted") => {
            if let Some(known) = known {
                store::forget_identity(tx.conn(), known.identity).await?;
            }
            let new = NewIdentity {
                id: SsoIdentityId::new(&app.clock),
                organization: connection.organization_id,
                connection: connection.id,
                subject: &identity.subject,
                user,
                email: identity.email.as_deref(),
                managed: false,
            };
            if store::insert_identity(tx.conn(), &new).await? { None } else { Some(NotIn::Taken) }
        }
        (Purpose::Link, Some(known)) if known.user == user => None,
        (Purpose::Link, Some(_)) => Some(NotIn::Taken),
        (_, Some(known)) if known.user == user => {
            cookies =
                auth::renew(app, tx.conn(), (user, session), spent.by_browser.then_some(origin)).await?;
            None
        }
        _ => Some(NotIn::SomebodyElse),
    };
    match not_in {
        None => {
            tx.commit(event(Outcome::Success)).await?;
            Ok(Ended::Back { page: spent.return_to.clone(), cookies })
        }
        Some(not_in) => {
            tx.commit(event(Outcome::Refused).because(not_in.as_str())).await?;
            Ok(Ended::Back { page: with_note(&spent.return_to, &format!("sso={not_in}")), cookies: None })
        }
    }
}
