//! Whether it lives, whether it can serve.

use super::{Envelope, Reply, ok};
use crate::app::App;
use crate::error::ApiError;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of health.
pub fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_health)).routes(routes!(get_readiness))
}

/// The state of the platform.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// `ok`.
    pub status: &'static str,
    /// The version of the binary.
    pub version: &'static str,
    /// Which of the database's servers takes the writes: `server 1 of 2, timeline 3`. The timeline grows with each failover.
    pub database: String,
    /// `sealing`; `late` when entries wait for their place for more than five seconds; `halted` when the log of an organization is not what was signed, and an operator has to look at it.
    pub audit_log: &'static str,
}

fn well(app: &App, database: String) -> Health {
    let audit_log = match (app.log.is_halted(), app.log.is_late()) {
        (true, _) => "halted",
        (false, true) => "late",
        (false, false) => "sealing",
    };
    Health { status: "ok", version: env!("CARGO_PKG_VERSION"), database, audit_log }
}

/// The process is alive.
#[utoipa::path(get, path = "/healthz", operation_id = "getHealth", tag = "health",
    responses((status = 200, body = Envelope<Health>)), security(()))]
async fn get_health(State(app): State<Arc<App>>) -> Reply<Health> {
    let database = app.db.place().unwrap_or_else(|none| none.message);
    ok(well(&app, database))
}

/// More than this from the database's clock, and this machine's is wrong.
const SKEW: TimeDelta = TimeDelta::seconds(2);

/// The platform can serve: a server of the database takes writes and answers, and this machine's clock agrees with the database's.
#[utoipa::path(get, path = "/readyz", operation_id = "getReadiness", tag = "health",
    responses((status = 200, body = Envelope<Health>), (status = 503, body = super::envelope::Problem)), security(()))]
async fn get_readiness(State(app): State<Arc<App>>) -> Reply<Health> {
    let place = app.db.place()?;
    let before = app.clock.now();
    let database = app.db.now().await?;
    let off = if database < before { before - database } else { database - app.clock.now() };
    if off > SKEW {
        return Err(ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "clock_skew",
            format!("The clock of this machine is {} s off the database's. Set it right.", off.num_seconds()),
        ));
    }
    ok(well(&app, place))
}
