//! How good a password would be, for whoever is about to choose one: weighed by the rules that decide later. Keeps
//! nothing, asks nothing of the database, and needs no caller: people choose passwords before they can sign in.

use super::password::Password;
use super::password_rules::{self, About, PasswordClass};
use crate::app::App;
use crate::http::envelope::Problems;
use crate::http::{Body, Envelope, Reply, ok};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A password to be, and whom it would be for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WeighPassword {
    /// As typed so far.
    #[schema(value_type = String, format = Password)]
    pub password: Password,
    /// The person's address, which it must not contain.
    #[serde(default)]
    pub email: String,
    /// Their name.
    #[serde(default)]
    pub display_name: String,
    /// Their organization's name.
    #[serde(default)]
    pub organization_name: String,
    /// Kinds of characters that the organization asks for.
    #[serde(default)]
    pub password_classes: Vec<PasswordClass>,
}

/// How good it would be.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordWeight {
    /// From 0 (guessed at once) to 4 (never); what would be refused has at most 2.
    #[schema(minimum = 0, maximum = 4)]
    pub score: u8,
    /// Why it would be refused.
    pub problem: Option<String>,
}

/// The route of the meter.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(weigh_password))
}

/// Weigh a password before it is set. A POST, so that it stands in no address; it is not kept and not logged.
#[utoipa::path(post, path = "/api/auth/password/weigh", operation_id = "weighPassword", tag = "auth",
    request_body = WeighPassword, responses((status = 200, body = Envelope<PasswordWeight>), Problems), security(()))]
async fn weigh_password(
    State(app): State<Arc<App>>,
    Body(wish): Body<WeighPassword>,
) -> Reply<PasswordWeight> {
    let WeighPassword { password, email, display_name, organization_name, password_classes } = wish;
    password.check_length("password")?;
    let _seat = app.passwords.seat()?;
    let about = About { email, display_name, organization_name };
    let lists = app.passwords.lists();
    let weight = app
        .passwords
        .work(move || password_rules::weigh(&password, &about, &password_classes, &lists))
        .await??;
    ok(PasswordWeight { score: weight.score, problem: weight.problem })
}
