//! Whether a code that somebody typed is one of theirs, and unused. It is used by that.

use super::super::model::FactorMethod;
use super::super::store::Account;
use super::model::TypedCode;
use super::{backup_codes, seed, store, totp};
use crate::app::App;
use crate::audit::{Event, Target, catalogue};
use crate::credentials::open_key;
use crate::db::WriteTx;
use crate::error::Result;
use crate::http::request::Origin;
use serde_json::json;

/// Uses a code up, in the transaction at hand; false when it is no good.
pub(in crate::auth) async fn spend(
    app: &App,
    tx: &mut WriteTx,
    account: &Account,
    method: FactorMethod,
    code: &TypedCode,
) -> Result<bool> {
    match method {
        FactorMethod::Totp => spend_totp(app, tx, account, code).await,
        FactorMethod::BackupCode => match backup_codes::hash_of(code.expose()) {
            Some(hash) => store::spend_backup_code(tx.conn(), account.org_id, account.id, &hash).await,
            None => Ok(false),
        },
    }
}

async fn spend_totp(app: &App, tx: &mut WriteTx, account: &Account, code: &TypedCode) -> Result<bool> {
    let Some(typed) = totp::normal(code.expose()) else { return Ok(false) };
    let (_, key) = open_key(app, tx, account.org_id).await?;
    for sealed in store::list_seeds(tx.conn(), account.org_id, account.id).await? {
        let seed = seed::open(&key, account.org_id, &sealed)?;
        if let Some(step) = totp::step_of(seed.expose(), &typed, sealed.now_s)
            && store::spend_step(tx.conn(), account.org_id, sealed.id, step).await?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// That a backup code went is worth an entry of its own: somebody has lost their app, or their paper.
pub(in crate::auth) async fn events_of(
    tx: &mut WriteTx,
    account: &Account,
    origin: &Origin,
    method: FactorMethod,
) -> Result<Vec<Event>> {
    if method != FactorMethod::BackupCode {
        return Ok(Vec::new());
    }
    let left = store::count_backup_codes(tx.conn(), account.id).await?;
    let event =
        Event::by_platform(&catalogue::BACKUP_CODE_USE, crate::audit::Outcome::Success, account.org_id)
            .actor(account.actor())
            .origin(origin.clone())
            .target(Target::new("user", account.id.0, &account.email))
            .details(json!({ "left": left }));
    Ok(vec![event])
}
