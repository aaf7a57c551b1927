//! Recovery: somebody has lost their second factors, and another person vouches for them.

use super::{event, facts, lock, store};
use crate::access::{Action, Caller};
use crate::app::App;
use crate::audit::catalogue;
use crate::auth;
use crate::error::{ApiError, Result};
use crate::http::text;
use crate::ids::UserId;
use serde::Deserialize;
use utoipa::IntoParams;

/// Why; goes into the log.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResetFactors {
    /// How it was made sure that it is really them who ask. 1 to 1000 characters.
    pub reason: String,
}

/// Takes all second factors and backup codes of a person away, and ends every place where they are signed in. Where
/// a factor is asked for, they add a new one at the next sign-in.
pub async fn reset_factors(app: &App, caller: &Caller, id: UserId, wish: ResetFactors) -> Result<()> {
    let mut tx = app.db.write(caller).await?;
    let before = lock(caller, &mut tx, id).await?;
    let permit = app.may(caller, Action::FactorReset, &before.resource(), &facts(caller, &before))?;
    let reason = text::line("reason", &wish.reason, 1000)?;
    let gone = auth::forget_factors(tx.conn(), before.organization_id, id).await?;
    if gone == 0 {
        return Err(ApiError::conflict(
            "no_factor",
            format!("{} has no second factor; there is nothing to take away.", before.display_name),
        ));
    }
    store::raise_epoch(tx.conn(), &before).await?;
    store::end_sign_ins(tx.conn(), &before, "the second factors were taken away").await?;
    let event = event(caller, &permit, &catalogue::FACTOR_RESET, &before)
        .because(reason)
        .details(serde_json::json!({ "factors": gone }));
    tx.commit(event).await
}
