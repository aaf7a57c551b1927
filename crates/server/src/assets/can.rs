//! What a caller may do to each machine. For a technician that is Connect, with the reason why not: the grant,
//! then what the machine itself still lacks.

use super::Asset;
use crate::access::policies::CanValue;
use crate::access::{Action, Caller, Facts, Role};
use crate::app::App;
use crate::db::ReadTx;
use crate::error::Result;
use crate::grants::{self, AccessLevel};
use crate::ids::OrganizationId;
use std::collections::HashMap;

/// What the console asks about each machine.
const CAN: &[Action] = &[
    Action::AssetUpdate,
    Action::AssetDelete,
    Action::HostKeyScan,
    Action::HostKeyConfirm,
    Action::CredentialRead,
    Action::CredentialCreate,
];

/// Fills in `can` of all.
pub(super) async fn add(
    app: &App,
    caller: &Caller,
    tx: &mut ReadTx,
    mut assets: Vec<Asset>,
) -> Result<Vec<Asset>> {
    let mut held = Held { caller, known: HashMap::new() };
    for asset in &mut assets {
        let mut tries = Vec::new();
        for level in levels(asset) {
            let facts = held.facts(tx, asset.organization_id, level).await?;
            tries.push(Facts { service: Some(asset.protocol.as_str().to_owned()), ..facts });
        }
        let mut can = app.policies.can(caller, CAN, &asset.resource(), &Facts::default(), caller.asked_at);
        can.0.insert(Action::SessionStart.name(), session_start(app, caller, asset, &tries));
        asset.can = can;
    }
    Ok(assets)
}

/// The levels that a session could be opened by; none: there is no account, so that any grant is looked at.
fn levels(asset: &Asset) -> Vec<Option<AccessLevel>> {
    let held = |level: &AccessLevel| asset.accounts.iter().any(|account| account.access_level == *level);
    let levels: Vec<_> = AccessLevel::ALL.iter().copied().filter(held).map(Some).collect();
    if levels.is_empty() { vec![None] } else { levels }
}

/// The caller's grants: each customer is asked about once a level.
struct Held<'a> {
    caller: &'a Caller,
    known: HashMap<(OrganizationId, Option<AccessLevel>), Facts>,
}

impl Held<'_> {
    async fn facts(
        &mut self,
        tx: &mut ReadTx,
        organization: OrganizationId,
        level: Option<AccessLevel>,
    ) -> Result<Facts> {
        if self.caller.role != Role::Technician {
            return Ok(Facts::default());
        }
        if let Some(facts) = self.known.get(&(organization, level)) {
            return Ok(facts.clone());
        }
        let mut facts = match level {
            Some(level) => grants::facts_for_level(tx.conn(), self.caller, organization, level).await?,
            None => grants::facts(tx, self.caller, organization).await?,
        };
        let granted = facts.grant.as_ref().map(|grant| grant.level.clone());
        facts.account_level = level.map(|level| level.as_str().to_owned()).or(granted);
        self.known.insert((organization, level), facts.clone());
        Ok(facts)
    }
}

/// Yes when a grant fits an account; else the refusal of the most useful account.
fn session_start(app: &App, caller: &Caller, asset: &Asset, tries: &[Facts]) -> CanValue {
    let mut refusal = None;
    for facts in tries {
        let advice =
            app.policies.advise(caller, Action::SessionStart, &asset.resource(), facts, caller.asked_at);
        match advice {
            CanValue::Yes(_) => {
                return missing(asset).map_or(CanValue::Yes(true), |what| CanValue::Not(what.to_owned()));
            }
            CanValue::Not(why) => {
                refusal.get_or_insert(why);
            }
        }
    }
    CanValue::Not(refusal.unwrap_or_default())
}

/// What the machine lacks before anybody can go in.
fn missing(asset: &Asset) -> Option<&'static str> {
    if asset.accounts.is_empty() {
        return Some("This machine has no credential yet. Ask an account manager to add one.");
    }
    if asset.host_key.is_none() {
        return Some(
            "Nobody has confirmed this machine's host key yet. Ask an account manager to compare it.",
        );
    }
    None
}
