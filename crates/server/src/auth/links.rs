//! What one-time links share: whom one is for, and how one is refused.

use super::password_rules::{About, PasswordClass};
use crate::access::Role;
use crate::app::App;
use crate::audit::catalogue::{self, Kind};
use crate::audit::{Actor, Event, Outcome, Target};
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use crate::ids::{OrganizationId, UserId};
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde_json::json;

/// Whom a standing link is for.
#[derive(Debug)]
pub(super) struct Holder {
    pub(super) user_id: UserId,
    pub(super) org_id: OrganizationId,
    pub(super) organization_name: String,
    pub(super) email: String,
    pub(super) display_name: String,
    pub(super) role: Role,
    pub(super) password_classes: Vec<String>,
    pub(super) expires_at: DateTime<Utc>,
}

impl Holder {
    /// What they did by the link, to themselves.
    pub(super) fn event(&self, kind: &'static Kind, outcome: Outcome, origin: &Origin) -> Event {
        let actor = Actor {
            id: self.user_id,
            org_id: Some(self.org_id),
            name: self.display_name.clone(),
            email: self.email.clone(),
            role: Some(self.role.as_str()),
        };
        Event::by_platform(kind, outcome, self.org_id)
            .actor(actor)
            .origin(origin.clone())
            .target(Target::new("user", self.user_id.0, &self.email))
    }

    /// What their password must not be made of.
    pub(super) fn about(&self) -> About {
        About {
            email: self.email.clone(),
            display_name: self.display_name.clone(),
            organization_name: self.organization_name.clone(),
        }
    }

    /// Kinds of characters that their organization asks for in it.
    pub(super) fn password_classes(&self) -> Vec<PasswordClass> {
        self.password_classes.iter().cloned().map(Into::into).collect()
    }

    /// The password that they chose was refused.
    pub(super) async fn refuse(
        &self,
        app: &App,
        origin: &Origin,
        kind: &'static Kind,
        refusal: ApiError,
    ) -> Result<ApiError> {
        let event = self.event(kind, Outcome::Refused, origin).because("the password does not fit the rules");
        app.db.unscoped("log a refused password").await?.commit(event).await?;
        Ok(refusal.audited())
    }
}

/// The one answer to a link that never was, was used, is over, or is for somebody who may not come any more.
#[derive(Debug)]
pub(super) struct NotGood {
    /// For the log: which kind of link.
    pub(super) what: &'static str,
    /// For whoever has it.
    pub(super) message: &'static str,
}

impl NotGood {
    pub(super) async fn refuse(&self, app: &App, origin: &Origin, operation: &str) -> Result<ApiError> {
        if let Some(provider) = app.provider_for_strangers() {
            let event = Event::by_platform(&catalogue::TOKEN_REFUSE, Outcome::Refused, provider)
                .origin(origin.clone())
                .because(self.what)
                .details(json!({ "operation": operation }));
            app.db.unscoped("log an unknown link").await?.commit(event).await?;
        }
        Ok(ApiError::new(StatusCode::NOT_FOUND, "not_found", self.message).audited())
    }
}
