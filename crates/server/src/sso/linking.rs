//! Linking from inside a fresh proof: somebody who has to come by single sign-on, and whose account is linked to nothing
//! yet, typed the right password and was then proven at the identity provider. What was proven there becomes theirs in
//! the transaction that signs them in; their password alone opens nothing.

use super::flow;
use super::model::SecondFactorBy;
use super::people::{self, Arrival, NoEntry};
use super::sign_in::{NotIn, target, usable};
use super::store::{self, Kept, NewIdentity};
use crate::app::App;
use crate::audit::{Actor, Event, Outcome, catalogue};
use crate::auth::sso::{self as auth, Carried, ComeIn, Entered, Link, OwesLink, Via};
use crate::error::Result;
use crate::http::request::Origin;
use crate::ids::{ChallengeId, OrganizationId, SsoConnectionId, SsoIdentityId, UserId};
use serde_json::json;
use sqlx::PgConnection;

/// Who owes a link; at the connections of their own organization alone.
pub(super) async fn present(
    app: &App,
    origin: &Origin,
    challenge: Option<&str>,
    connection: SsoConnectionId,
) -> Result<Option<OwesLink>> {
    let Some(challenge) = challenge else { return Ok(None) };
    let owes = auth::present_link(app, origin, challenge).await?;
    let mut tx = app.db.unscoped("see whose connection it is").await?;
    let kept = store::find(tx.conn(), connection).await?;
    tx.commit_unaudited("only read").await?;
    let theirs = kept.is_some_and(|kept| kept.connection.organization_id == owes.organization);
    if theirs { Ok(Some(owes)) } else { Err(flow::not_active()) }
}

/// Links the account and brings its owner in.
pub(super) async fn arrive(
    app: &App,
    arrival: &Arrival<'_>,
    owed: ChallengeId,
    carried: Carried,
) -> Result<Result<Entered, NoEntry>> {
    let Arrival { origin, connection, identity } = *arrival;
    let mut tx = app.db.unscoped("link an account to who was proven, and sign in").await?;
    let known = store::find_known(tx.conn(), connection.id, &identity.subject).await?;
    let known = known.filter(|known| known.status != "deleted");
    let Some((user, linked)) = auth::redeem_link(tx.conn(), owed).await? else {
        return Ok(Err(NoEntry::new(NotIn::Over, "the sign-in that was to be linked is over")));
    };
    match known {
        Some(known) if known.user != user => {
            return Ok(Err(NoEntry::new(NotIn::Taken, "the identity is somebody else's")));
        }
        // Linked meanwhile, to this very identity.
        Some(_) => {
            drop(tx);
            return people::arrive(app, arrival, carried).await;
        }
        None if linked => {
            return Ok(Err(NoEntry::new(
                NotIn::Over,
                "the account was linked to another identity meanwhile",
            )));
        }
        None => {}
    }
    let link = Link { subject: identity.subject.clone(), email: identity.email.clone() };
    let come = ComeIn {
        user,
        origin,
        carried,
        asks_factor: connection.second_factor == SecondFactorBy::Here,
        via: Via { connection: connection.id, there: identity.session.clone(), link: Some(link) },
        events: Vec::new(),
    };
    match auth::come_in(app, tx, come).await? {
        Some(entered) => Ok(Ok(entered)),
        None => Ok(Err(NoEntry::new(NotIn::Over, "the account or the connection changed meanwhile"))),
    }
}

/// Binds an identity to an account, in the transaction of its sign-in. None when it is somebody else's by now, or when
/// the connection is not what it was.
pub(crate) async fn bind(
    app: &App,
    conn: &mut PgConnection,
    origin: &Origin,
    (organization, user, actor): (OrganizationId, UserId, Actor),
    (connection, link): (SsoConnectionId, &Link),
) -> Result<Option<Vec<Event>>> {
    let ours = |kept: &Kept| usable(&kept.connection) && kept.connection.organization_id == organization;
    let Some(kept) = store::find(conn, connection).await?.filter(ours) else { return Ok(None) };
    store::forget_identity_of_gone(conn, connection, &link.subject).await?;
    let new = NewIdentity {
        id: SsoIdentityId::new(&app.clock),
        organization,
        connection,
        subject: &link.subject,
        user,
        email: link.email.as_deref(),
        managed: false,
    };
    if !store::insert_identity(conn, &new).await? {
        return Ok(None);
    }
    let event = Event::by_platform(&catalogue::SSO_LINK, Outcome::Success, organization)
        .actor(actor)
        .origin(origin.clone())
        .target(target(&kept.connection))
        .details(json!({ "subject": link.subject, "email": link.email, "at": "sign-in" }));
    Ok(Some(vec![event]))
}
