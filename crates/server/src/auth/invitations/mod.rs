//! Invitations: a one-time link by which a person sets their first password.

pub mod http;
mod store;

use super::links::NotGood;
use super::new_password::{self, NewPassword};
use super::opaque::{self, OpaqueToken};
use super::password::Password;
use super::password_rules::PasswordClass;
use crate::access::Role;
use crate::app::App;
use crate::audit::{Outcome, catalogue};
use crate::clock::Clock;
use crate::config::Config;
use crate::error::Result;
use crate::http::request::Origin;
use crate::ids::{InvitationId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;

const NOT_GOOD: NotGood = NotGood {
    what: "unknown invitation",
    message: "This link is not good any more. Ask whoever invited you for a new one.",
};

/// A link that was made: its token is known here and to whoever gets it.
#[derive(Debug)]
pub struct Invitation {
    /// Goes into [`invitation_url`], nowhere else.
    pub token: String,
    /// The link is good until then.
    pub expires_at: DateTime<Utc>,
}

/// The token of a link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectInvitation {
    /// From the link.
    pub token: String,
}

/// The token of a link and what the person chose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// From the link.
    pub token: String,
    /// The password to be: 12 to 256 characters, not easily guessed.
    #[schema(value_type = String, format = Password)]
    pub password: Password,
}

/// Whom a link is for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationDetails {
    /// The person's address.
    pub email: String,
    /// Their name.
    pub display_name: String,
    /// Their organization's name.
    pub organization_name: String,
    /// What they will be there for.
    pub role: Role,
    /// Kinds of characters that the organization asks for in the password.
    pub password_classes: Vec<PasswordClass>,
    /// The link is good until then.
    pub expires_at: DateTime<Utc>,
}

/// Makes a link for an invited person, in the transaction at hand. Links made before for them end.
pub async fn create_invitation(
    conn: &mut PgConnection,
    clock: &Clock,
    organization: OrganizationId,
    user: UserId,
) -> Result<Invitation> {
    let token = OpaqueToken::new()?;
    let id = InvitationId::new(clock);
    let expires_at = store::insert(conn, organization, id, user, token.hash()).await?;
    Ok(Invitation { token: token.reveal()?, expires_at })
}

/// The address of the link: of the configured origin, and behind `#`, which no browser sends to a server.
pub fn invitation_url(config: &Config, token: &str) -> String {
    format!("{}/invitation#token={token}", config.http.public_url)
}

/// Whom a link is for. Looking changes nothing.
pub async fn inspect_invitation(
    app: &App,
    origin: &Origin,
    wish: &InspectInvitation,
) -> Result<InvitationDetails> {
    let mut tx = app.db.unscoped("look at an invitation").await?;
    let found = match opaque::hash_of(&wish.token) {
        Some(hash) => store::find(tx.conn(), &hash).await?,
        None => None,
    };
    let Some(invited) = found else {
        // Given back first: who holds one connection and waits for another can wait for himself.
        drop(tx);
        return Err(NOT_GOOD.refuse(app, origin, "inspectInvitation").await?);
    };
    tx.commit(invited.event(&catalogue::INVITATION_INSPECT, Outcome::Success, origin)).await?;
    Ok(InvitationDetails {
        password_classes: invited.password_classes(),
        email: invited.email,
        display_name: invited.display_name,
        organization_name: invited.organization_name,
        role: invited.role,
        expires_at: invited.expires_at,
    })
}

/// Sets the first password of an invited person; the link is spent by it.
pub async fn accept_invitation(app: &App, origin: &Origin, wish: AcceptInvitation) -> Result<()> {
    let _seat = app.passwords.seat()?;
    let hash = opaque::hash_of(&wish.token);
    let mut tx = app.db.unscoped("look at an invitation").await?;
    let found = match &hash {
        Some(hash) => store::find(tx.conn(), hash).await?,
        None => None,
    };
    drop(tx);
    let (Some(hash), Some(invited)) = (hash, found) else {
        return Err(NOT_GOOD.refuse(app, origin, "acceptInvitation").await?);
    };
    let new = NewPassword {
        field: "password",
        password: wish.password,
        about: invited.about(),
        whose: Some((invited.org_id, invited.user_id)),
    };
    let password_hash = match new_password::hash(app, new).await? {
        Ok(hash) => hash,
        Err(refusal) => {
            return Err(invited.refuse(app, origin, &catalogue::INVITATION_ACCEPT, refusal).await?);
        }
    };
    let mut tx = app.db.unscoped("accept an invitation").await?;
    if !store::accept(tx.conn(), &hash, &password_hash).await? {
        drop(tx);
        return Err(NOT_GOOD.refuse(app, origin, "acceptInvitation").await?);
    }
    tx.commit(invited.event(&catalogue::INVITATION_ACCEPT, Outcome::Success, origin)).await
}
