//! Second factors: authenticator apps, passkeys and backup codes, those that a person adds and removes, and those that a
//! sign-in asks for.

mod backup_codes;
pub(super) mod challenge;
mod enrolment;
pub mod http;
mod model;
pub mod passkeys;
pub(super) mod proof;
mod seed;
mod store;
pub mod totp;
mod verify;

pub use enrolment::{confirm_enrolment, start_enrolment};
pub use model::{
    BackupCodes, ConfirmEnrolment, ConfirmFactor, CreateFactor, Enrolled, Factor, FactorKind, NewFactor,
    OwnFactors, StartEnrolment, TypedCode, VerifyFactor,
};
pub use verify::verify_factor;

use crate::access::{Action, Caller, Facts, Permit, Resource};
use crate::app::App;
use crate::audit::{Event, Kind, Target, catalogue};
use crate::credentials::open_key;
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::http::text;
use crate::ids::{FactorId, OrganizationId, UserId};
use seed::Whose;
use serde_json::json;
use sqlx::PgConnection;

/// What a factor is called until its owner says otherwise.
const DEFAULT_NAME: &str = "Authenticator app";

/// Whose factors.
type Owner = (OrganizationId, UserId);

fn may(app: &App, caller: &Caller, action: Action) -> Result<Permit> {
    let own = Facts::own();
    app.may(caller, action, &Resource::own(caller), &own)
}

fn event(caller: &Caller, permit: &Permit, kind: &'static Kind) -> Event {
    Event::by(caller, permit, kind, caller.org_id).target(Target::new(
        "user",
        caller.user_id.0,
        &caller.email,
    ))
}

/// The caller's own factors.
pub async fn get_factors(app: &App, caller: &Caller) -> Result<OwnFactors> {
    may(app, caller, Action::FactorRead)?;
    let mut tx = app.db.read(caller).await?;
    let factors = store::list(tx.conn(), caller.user_id).await?;
    let backup_codes_left = store::count_backup_codes(tx.conn(), caller.user_id).await?;
    let required = store::asks_for_factor(tx.conn(), caller.org_id).await?;
    tx.done().await?;
    Ok(OwnFactors { factors, backup_codes_left, required })
}

/// Begins to add an authenticator app: its secret, shown this once.
pub async fn create_factor(app: &App, caller: &Caller, new: CreateFactor) -> Result<NewFactor> {
    // No customer's caller sees the provider's row.
    let issuer =
        store::issuer(app.db.unscoped("name the provider in an app").await?.conn(), app.provider).await?;
    let mut tx = app.db.write(caller).await?;
    let permit = may(app, caller, Action::FactorCreate)?;
    let name = text::line("name", new.name.as_deref().unwrap_or(DEFAULT_NAME), 120)?;
    store::lock_person(tx.conn(), caller.org_id, caller.user_id).await?;
    if store::list(tx.conn(), caller.user_id).await?.len() >= model::MAX_FACTORS {
        return Err(too_many());
    }
    let whose = Whose {
        organization: caller.org_id,
        user: caller.user_id,
        email: &caller.email,
        name: &name,
        issuer: &issuer,
    };
    let new = seed::make(app, &mut tx, whose).await?;
    let event = event(caller, &permit, &catalogue::FACTOR_CREATE)
        .details(json!({ "factorId": new.factor_id, "kind": "totp", "name": name }));
    tx.commit(event).await?;
    Ok(new)
}

/// The first code of a new app: it counts from now on, and every other place where the person is signed in ends. Who
/// has no backup codes yet gets them.
pub async fn confirm_factor(
    app: &App,
    caller: &Caller,
    id: FactorId,
    wish: ConfirmFactor,
) -> Result<BackupCodes> {
    let owner = (caller.org_id, caller.user_id);
    let mut tx = app.db.write(caller).await?;
    let permit = may(app, caller, Action::FactorCreate)?;
    store::lock_person(tx.conn(), caller.org_id, caller.user_id).await?;
    accept_first_code(app, &mut tx, owner, id, &wish.code).await??;
    let backup_codes = if store::count_backup_codes(tx.conn(), caller.user_id).await? == 0 {
        make_backup_codes(app, &mut tx, owner).await?
    } else {
        Vec::new()
    };
    let ended = store::end_others(tx.conn(), caller.org_id, caller.user_id, caller.user_session_id).await?;
    let event = event(caller, &permit, &catalogue::FACTOR_CONFIRM)
        .details(json!({ "factorId": id, "kind": "totp", "otherSignInsEnded": ended }));
    tx.commit(event).await?;
    Ok(BackupCodes { backup_codes })
}

/// Removes a factor; every other place where the person is signed in ends.
pub async fn delete_factor(app: &App, caller: &Caller, id: FactorId) -> Result<()> {
    let mut tx = app.db.write(caller).await?;
    let required = store::lock_person(tx.conn(), caller.org_id, caller.user_id).await?;
    let factors = store::list(tx.conn(), caller.user_id).await?;
    let factor =
        factors.iter().find(|factor| factor.id == id).ok_or_else(|| ApiError::not_found("second factor"))?;
    let permit = may(app, caller, Action::FactorDelete)?;
    if required && factors.len() == 1 {
        return Err(ApiError::conflict(
            "last_factor",
            "Your organization asks for a second factor, and this is your only one. Add another one first.",
        ));
    }
    if factors.len() == 1 {
        // Backup codes stand in for a factor; without any they are good for nothing.
        store::delete_all(tx.conn(), caller.org_id, caller.user_id).await?;
    } else {
        store::delete(tx.conn(), caller.org_id, caller.user_id, id).await?;
    }
    let ended = store::end_others(tx.conn(), caller.org_id, caller.user_id, caller.user_session_id).await?;
    let event = event(caller, &permit, &catalogue::FACTOR_DELETE).details(json!({
        "factorId": id, "kind": factor.kind, "name": factor.name, "otherSignInsEnded": ended,
    }));
    tx.commit(event).await
}

/// New backup codes; those from before are good for nothing any more.
pub async fn create_backup_codes(app: &App, caller: &Caller) -> Result<BackupCodes> {
    let mut tx = app.db.write(caller).await?;
    let permit = may(app, caller, Action::BackupCodeCreate)?;
    store::lock_person(tx.conn(), caller.org_id, caller.user_id).await?;
    if store::list(tx.conn(), caller.user_id).await?.is_empty() {
        return Err(ApiError::conflict(
            "no_factor",
            "Backup codes stand in for an authenticator app or a passkey, and you have none. Add one first; the codes come with it.",
        ));
    }
    let backup_codes = make_backup_codes(app, &mut tx, (caller.org_id, caller.user_id)).await?;
    tx.commit(event(caller, &permit, &catalogue::BACKUP_CODE_CREATE)).await?;
    Ok(BackupCodes { backup_codes })
}

/// Forgets all factors and backup codes of somebody, in the transaction at hand; how many factors there were.
pub(crate) async fn forget_factors(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<u64> {
    store::delete_all(conn, organization, user).await
}

/// Confirms a factor by its first code; the inner refusal is for whoever typed it.
async fn accept_first_code(
    app: &App,
    tx: &mut WriteTx,
    (organization, user): Owner,
    id: FactorId,
    code: &TypedCode,
) -> Result<Result<()>> {
    let Some(sealed) = store::find_unconfirmed(tx.conn(), organization, user, id).await? else {
        return Ok(Err(ApiError::not_found("new second factor")));
    };
    let (_, key) = open_key(app, tx, organization).await?;
    let seed = seed::open(&key, organization, &sealed)?;
    let step =
        totp::normal(code.expose()).and_then(|typed| totp::step_of(seed.expose(), &typed, sealed.now_s));
    match step {
        Some(step) if store::confirm(tx.conn(), organization, user, id, step).await? => Ok(Ok(())),
        _ => Ok(Err(first_code_wrong())),
    }
}

async fn make_backup_codes(app: &App, tx: &mut WriteTx, (organization, user): Owner) -> Result<Vec<String>> {
    let codes = backup_codes::make()?;
    store::replace_backup_codes(tx.conn(), &app.clock, organization, user, &codes).await?;
    Ok(codes.into_iter().map(|code| code.text).collect())
}

fn too_many() -> ApiError {
    ApiError::conflict(
        "too_many_factors",
        format!("You have {} second factors already. Remove one first.", model::MAX_FACTORS),
    )
}

fn first_code_wrong() -> ApiError {
    ApiError::invalid(
        "code",
        "it is not what the app shows now; check that the telephone's clock is right, and type the next one",
    )
}
