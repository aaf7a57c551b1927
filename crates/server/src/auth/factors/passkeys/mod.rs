//! Passkeys (`WebAuthn`): a second factor, and both factors at once for who signs in by one alone. Each lives where the
//! person has it unlocked, knows which site it is for, and signs a challenge; nothing of it can be typed or given away.

mod ceremony;
mod challenge;
pub mod http;
mod model;
mod sign_in;
mod store;

pub use model::{
    AddedPasskey, CreatePasskey, EnrolPasskey, MadePasskey, PasskeyChallenge, SignInByPasskey,
    StepUpByPasskey, UsedPasskey,
};
pub use sign_in::{sign_in_by_passkey, step_up_by_passkey};

use super::super::attempt::Attempt;
use super::super::begin::{Carried, Proven, begin};
use super::super::model::Owed;
use super::super::normal_email;
use super::super::store::Account;
use super::model::{Enrolled, Factor, MAX_FACTORS};
use super::{Owner, make_backup_codes};
use crate::access::{Action, Caller};
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use crate::http::text;
use crate::ids::FactorId;
use ceremony::{Made, Site};
use serde_json::json;
use url::{Host, Url};

/// What a passkey is called until its owner says otherwise.
const DEFAULT_NAME: &str = "Passkey";

/// The configured address, as browsers know it.
struct Address {
    rp_id: String,
    origin: String,
}

impl Address {
    fn of(app: &App) -> Result<Self> {
        let url = Url::parse(&app.config.http.public_url).map_err(anyhow::Error::from)?;
        match url.host() {
            Some(Host::Domain(name)) => {
                Ok(Self { rp_id: name.to_owned(), origin: url.origin().ascii_serialization() })
            }
            _ => Err(ApiError::conflict(
                "passkeys_need_a_name",
                "Passkeys belong to a host name, and this service is reached by a number (http.public_url). Use an \
                 authenticator app.",
            )),
        }
    }

    fn site(&self) -> Site<'_> {
        Site { rp_id: &self.rp_id, origin: &self.origin }
    }
}

/// A challenge, and what the browser holds meanwhile.
pub fn get_passkey_challenge(app: &App) -> Result<(PasskeyChallenge, String)> {
    let Address { rp_id, .. } = Address::of(app)?;
    let issued = challenge::issue(app);
    let shown = PasskeyChallenge {
        challenge: issued.challenge,
        rp_id,
        timeout_ms: challenge::LIFE.num_milliseconds(),
        algorithms: ceremony::ALGORITHMS.to_vec(),
    };
    Ok((shown, issued.held))
}

/// Adds a passkey to the caller's factors; every other place where they are signed in ends.
pub async fn create_passkey(
    app: &App,
    caller: &Caller,
    wish: CreatePasskey,
    held: Option<&str>,
) -> Result<AddedPasskey> {
    let owner = (caller.org_id, caller.user_id);
    let name = text::line("name", wish.name.as_deref().unwrap_or(DEFAULT_NAME), 120)?;
    super::may(app, caller, Action::FactorCreate)?;
    let made = made(app, &wish.passkey, held).await?;
    let mut tx = app.db.write(caller).await?;
    let permit = super::may(app, caller, Action::FactorCreate)?;
    super::store::lock_person(tx.conn(), caller.org_id, caller.user_id).await?;
    let factor = keep(app, &mut tx, owner, &name, &made).await?;
    let backup_codes = if super::store::count_backup_codes(tx.conn(), caller.user_id).await? == 0 {
        make_backup_codes(app, &mut tx, owner).await?
    } else {
        Vec::new()
    };
    let ended =
        super::store::end_others(tx.conn(), caller.org_id, caller.user_id, caller.user_session_id).await?;
    let event = super::event(caller, &permit, &catalogue::PASSKEY_CREATE).details(json!({
        "factorId": factor.id, "name": factor.name, "backupEligible": made.state.backup_eligible,
        "otherSignInsEnded": ended,
    }));
    tx.commit(event).await?;
    Ok(AddedPasskey { factor, backup_codes })
}

/// A passkey for somebody who owes a factor: it stands, and the person is signed in.
pub async fn enrol_passkey(
    app: &App,
    origin: &Origin,
    wish: EnrolPasskey,
    carried: Carried,
    held: Option<&str>,
) -> Result<Enrolled> {
    let name = text::line("name", wish.name.as_deref().unwrap_or(DEFAULT_NAME), 120)?;
    let Some((presented, account)) =
        super::challenge::present(app, &wish.challenge, Owed::Enrolment, 1).await?
    else {
        return Err(super::challenge::over(app, origin, &catalogue::PASSKEY_ENROL).await?);
    };
    let attempt = Attempt::new(app, origin, &normal_email(&account.email))
        .with(carried.devices.known(app, Some(&account)));
    let made = made(app, &wish.passkey, held).await?;
    let _turn = app.passwords.turn().await?;
    let mut tx = app.db.unscoped("enrol a passkey").await?;
    let over = || ApiError::conflict("changed_meanwhile", "This sign-in was overtaken. Begin again.");
    let account = super::challenge::hold(&mut tx, &presented, Owed::Enrolment).await?.ok_or_else(over)?;
    let owner = (account.org_id, account.id);
    let factor = keep(app, &mut tx, owner, &name, &made).await?;
    if !super::store::spend_challenge(tx.conn(), &presented).await? {
        return Err(over());
    }
    let backup_codes = make_backup_codes(app, &mut tx, owner).await?;
    let event = Event::by_platform(&catalogue::PASSKEY_ENROL, Outcome::Success, account.org_id)
        .actor(account.actor())
        .origin(origin.clone())
        .target(Target::new("user", account.id.0, &account.email))
        .details(json!({ "factorId": factor.id, "backupEligible": made.state.backup_eligible }));
    let account = Account { mfa_enabled: true, ..account };
    let proven = Proven {
        attempt: &attempt,
        account: &account,
        delivery: wish.delivery,
        carried,
        factor: Some("passkey"),
        via: presented.via(),
        events: vec![event],
    };
    let signed_in = begin(app, tx, proven).await?.ok_or_else(over)?;
    Ok(Enrolled { backup_codes, signed_in })
}

/// What an authenticator made for the challenge that this browser holds.
async fn made(app: &App, passkey: &MadePasskey, held: Option<&str>) -> Result<Made> {
    let address = Address::of(app)?;
    let made = match challenge::spend(app, held).await? {
        Some(challenge) => {
            ceremony::made(&address.site(), &challenge, &passkey.client_data, &passkey.attestation)
        }
        None => Err("its time is over, or it was used already; begin again"),
    };
    made.map_err(|why| ApiError::invalid("passkey", format!("it cannot be taken: {why}")))
}

async fn keep(app: &App, tx: &mut WriteTx, owner: Owner, name: &str, made: &Made) -> Result<Factor> {
    if super::store::list(tx.conn(), owner.1).await?.len() >= MAX_FACTORS {
        return Err(super::too_many());
    }
    let id = FactorId::new(&app.clock);
    let factor = store::insert(tx.conn(), owner, id, name, made).await?.ok_or_else(|| {
        ApiError::conflict("passkey_known", "This passkey is in use already. Take another one.")
    })?;
    super::store::note_factors(tx.conn(), owner.0, owner.1).await?;
    Ok(factor)
}
