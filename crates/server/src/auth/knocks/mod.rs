//! What strangers ask of an address or do to it, answered by mail and only by mail. The request itself writes one row, the same
//! for every address; a job looks later whether there is an account.

mod store;

use super::reset;
use super::store::Account;
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::error::Result;
use crate::http::request::Origin;
use crate::mail::{self, Letter, Place, To};
use sqlx::PgConnection;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How often knocks are looked for.
const LOOK: Duration = Duration::from_millis(500);

/// What was asked, or what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Knock {
    /// Somebody forgot the password of this address.
    PasswordReset,
    /// Somebody tried too many wrong passwords.
    TooManyTries,
    /// Somebody knows the password and tried too many wrong codes.
    WrongCodes,
}

impl Knock {
    fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::TooManyTries => "too_many_tries",
            Self::WrongCodes => "wrong_codes",
        }
    }
}

/// Keeps a knock for the job, in the transaction at hand.
pub(super) async fn leave(
    app: &App,
    conn: &mut PgConnection,
    knock: Knock,
    email: &str,
    origin: &Origin,
) -> Result<()> {
    let id = app.clock.new_id();
    let sealed = app.vault.seal_server(&purpose(id), email.as_bytes()).map_err(anyhow::Error::from)?;
    store::insert(conn, id, knock.as_str(), &sealed, origin).await
}

/// Answers knocks, by whichever instance comes first, for as long as the platform runs.
pub async fn keep_answering(app: Arc<App>) {
    loop {
        match answer_next(&app).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(LOOK).await,
            Err(error) => {
                tracing::warn!(%error, "knocks wait");
                tokio::time::sleep(LOOK * 10).await;
            }
        }
    }
}

/// Whether there was one.
async fn answer_next(app: &App) -> Result<bool> {
    let mut tx = app.db.unscoped("look whose address was asked for").await?;
    let Some(knock) = store::take(tx.conn()).await? else { return Ok(false) };
    let mut event = None;
    let email = if knock.stale { None } else { open(app, &knock) };
    if let Some(email) = email {
        let place = Place::new(knock.client_ip.ip(), &knock.user_agent);
        let account = super::store::find_account(tx.conn(), &email).await?;
        if let Some(account) = account
            && may_sign_in(tx.conn(), &account).await?
        {
            event = match knock.kind.as_str() {
                "password_reset" => reset::offer(app, tx.conn(), &account, place).await?,
                "too_many_tries" => {
                    warn(app, tx.conn(), &account, Letter::TooManyTries { at: knock.created_at, place })
                        .await?
                }
                "wrong_codes" => {
                    warn(app, tx.conn(), &account, Letter::WrongCodes { at: knock.created_at, place }).await?
                }
                _ => None,
            };
        }
    }
    if let Some(event) = event {
        tx.commit(event).await?;
    } else {
        let why = "nobody of that address, or nothing to tell them; the asking is in the log";
        tx.commit_unaudited(why).await?;
    }
    Ok(true)
}

/// Tells somebody that their account is being tried, once a day at most.
async fn warn(
    app: &App,
    conn: &mut PgConnection,
    account: &Account,
    letter: Letter,
) -> Result<Option<Event>> {
    if !store::may_warn(conn, account.org_id, account.id, letter.kind()).await? {
        return Ok(None);
    }
    let to = To { org_id: account.org_id, user_id: account.id, email: &account.email };
    mail::queue(app, conn, &to, &letter).await?;
    let event = Event::by_platform(&catalogue::LOGIN_WARN, Outcome::Success, account.org_id)
        .target(Target::new("user", account.id.0, &account.email));
    Ok(Some(event))
}

/// Whoever could sign in by a password, once they have one: who came by single sign-on has none until they ask for it. Who
/// has none and is kept by a directory gets one only as the fallback that their organization chose: the directory may
/// rewrite their address, and so would choose who they are.
async fn may_sign_in(conn: &mut PgConnection, account: &Account) -> Result<bool> {
    if account.status != "active" || account.org_status != "active" {
        return Ok(false);
    }
    if account.password_hash.is_some() {
        return Ok(true);
    }
    let kept = store::is_kept_by_directory(conn, account.org_id, account.id).await?;
    Ok(account.may_use_password() && (account.sso_required || !kept))
}

fn open(app: &App, knock: &store::Waiting) -> Option<String> {
    let opened = app.vault.open_server(&purpose(knock.id), &knock.sealed_email);
    match opened {
        Ok(email) => email.expose_str().ok().map(str::to_owned),
        Err(error) => {
            tracing::warn!(%error, "a knock does not open");
            None
        }
    }
}

fn purpose(id: Uuid) -> String {
    format!("knock {id}")
}
