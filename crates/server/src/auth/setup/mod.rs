//! The first person of an empty platform, by a one-time link that the start prints.

pub mod http;
mod store;

use super::email::check_email;
use super::new_password::{self, NewPassword};
use super::opaque::{self, OpaqueToken};
use super::password::Password;
use super::password_rules::About;
use crate::access::Role;
use crate::app::App;
use crate::audit::Actor;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use crate::http::text;
use crate::ids::UserId;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

/// Who runs this platform, and its first super admin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SetUpPlatform {
    /// From the link.
    pub token: String,
    /// The provider's name, 1 to 200 characters.
    pub organization_name: String,
    /// The first super admin's address.
    pub email: String,
    /// Their name, 1 to 120 characters.
    pub display_name: String,
    /// Their password: 12 to 256 characters, not easily guessed.
    #[schema(value_type = String, format = Password)]
    pub password: Password,
}

/// The link to set up an empty platform, made anew at each start; none when there is anybody. Links of
/// instances that start together all hold, until one is used.
pub async fn create_setup_url(app: &App) -> Result<Option<String>> {
    let token = OpaqueToken::new()?;
    let mut tx = app.db.unscoped("make the link of an empty platform").await?;
    if !store::insert_link(tx.conn(), app.clock.new_id(), token.hash()).await? {
        return Ok(None);
    }
    tx.commit_unaudited("a link that does nothing until it is used, which is audited").await?;
    Ok(Some(format!("{}/setup#token={}", app.config.http.public_url, token.reveal()?)))
}

/// Names the provider and makes its first super admin. Once, whoever comes how often at once.
pub async fn set_up_platform(app: &App, origin: &Origin, wish: SetUpPlatform) -> Result<()> {
    let _seat = app.passwords.seat()?;
    let Some(hash) = opaque::hash_of(&wish.token) else { return Err(not_good(app, origin).await?) };
    let mut tx = app.db.unscoped("look at the link of an empty platform").await?;
    let good = store::link_is_good(tx.conn(), &hash).await?;
    drop(tx);
    if !good {
        return Err(not_good(app, origin).await?);
    }
    let organization_name = text::line("organizationName", &wish.organization_name, 200)?;
    let display_name = text::line("displayName", &wish.display_name, 120)?;
    let email = check_email(&wish.email)?;
    let about = About {
        email: email.clone(),
        display_name: display_name.clone(),
        organization_name: organization_name.clone(),
    };
    let new = NewPassword { field: "password", password: wish.password, about, whose: None };
    let password_hash = new_password::hash(app, new).await??;
    let first = store::First {
        id: UserId::new(&app.clock),
        email: &email,
        display_name: &display_name,
        password_hash: &password_hash,
        organization_name: &organization_name,
    };
    let mut tx = app.db.unscoped("set up the platform").await?;
    if !store::set_up(tx.conn(), &hash, app.provider, &first).await? {
        drop(tx);
        return Err(not_good(app, origin).await?);
    }
    let actor = Actor {
        id: first.id,
        org_id: Some(app.provider),
        name: display_name.clone(),
        email: email.clone(),
        role: Some(Role::SuperAdmin.as_str()),
    };
    let event = Event::by_platform(&catalogue::PLATFORM_SETUP, Outcome::Success, app.provider)
        .actor(actor)
        .origin(origin.clone())
        .target(Target::new("organization", app.provider.0, &organization_name));
    tx.commit(event).await
}

async fn not_good(app: &App, origin: &Origin) -> Result<ApiError> {
    if let Some(provider) = app.provider_for_strangers() {
        let event = Event::by_platform(&catalogue::PLATFORM_SETUP, Outcome::Refused, provider)
            .origin(origin.clone())
            .because("the link is not good")
            .details(json!({ "operation": "setUpPlatform" }));
        app.db.unscoped("log an unknown link").await?.commit(event).await?;
    }
    Ok(ApiError::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "This link is not good any more. Start the platform again to have a new one printed.",
    )
    .audited())
}
