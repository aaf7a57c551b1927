//! Browsers that somebody signed in with before. Each keeps a proof of that in a cookie, and has tries of its own for
//! that person: whoever hammers an account from elsewhere, even from behind the same address, does not keep its owner
//! out. The proof stands in for nothing: password and second factor are asked for as everywhere.

use super::cookies;
use super::store::Account;
use crate::app::App;
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use uuid::Uuid;

/// A proof is good for so long after the sign-in that gave it.
pub(super) const LIFE: TimeDelta = TimeDelta::days(180);
/// People who share a browser and are known there each; the one who was longest away makes room.
const MAX_PEOPLE: usize = 4;
const ID_BYTES: usize = 16;
const BYTES: usize = ID_BYTES + 32;

/// The proofs that a browser sends along, of whomever.
#[derive(Clone, Debug, Default)]
pub struct Proofs(Vec<Vec<u8>>);

impl Proofs {
    /// Of a request.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let sent = cookies::devices(headers).unwrap_or_default();
        let proofs = sent.split('.').take(MAX_PEOPLE).filter_map(|proof| URL_SAFE_NO_PAD.decode(proof).ok());
        Self(proofs.filter(|proof| proof.len() == BYTES).collect())
    }

    /// What the tries of this browser for this person are counted by, if it proves that they signed in with it.
    /// Where there is no such person the same is looked at in vain.
    pub(super) fn known(&self, app: &App, account: Option<&Account>) -> Option<Vec<u8>> {
        let whose = account.map_or((Uuid::nil(), 0), |account| (account.id.0, account.epoch));
        let id = self.0.iter().find_map(|proof| holds(app, proof, whose))?;
        account.map(|_| stands_for(app, id))
    }

    /// Whether they are of the browser that `device` stands for, whoever it is known to.
    pub(super) fn include(&self, app: &App, device: &[u8]) -> bool {
        let mut ids = self.0.iter().filter_map(|proof| Uuid::from_slice(proof.get(..ID_BYTES)?).ok());
        ids.any(|id| stands_for(app, id) == device)
    }

    /// What the browser keeps from now on: a new proof, of this id, for this person in the place of any from before.
    pub(super) fn renewed(&self, app: &App, id: Uuid, (person, epoch): (Uuid, i32)) -> String {
        let newest = [id.as_bytes().as_slice(), &app.csrf_key.sign(&message(id, (person, epoch)))].concat();
        let others = self.0.iter().filter(|proof| holds(app, proof, (person, epoch)).is_none());
        let kept: Vec<String> = std::iter::once(&newest)
            .chain(others)
            .take(MAX_PEOPLE)
            .map(|proof| URL_SAFE_NO_PAD.encode(proof))
            .collect();
        kept.join(".")
    }
}

/// What the database knows a browser by.
pub(super) fn stands_for(app: &App, id: Uuid) -> Vec<u8> {
    app.pseudonym_key.of(&format!("device {id}"))
}

/// The id of the browser in a proof that holds for this person and is not too old. With the person's epoch all proofs
/// end: whoever got in before a password was reset is a stranger after it.
fn holds(app: &App, proof: &[u8], whose: (Uuid, i32)) -> Option<Uuid> {
    let (id, tag) = proof.split_at_checked(ID_BYTES)?;
    let id = Uuid::from_slice(id).ok()?;
    let (made_s, _) = id.get_timestamp()?.to_unix();
    let young = app.clock.now().timestamp() - i64::try_from(made_s).ok()? < LIFE.num_seconds();
    (app.csrf_key.holds(&message(id, whose), tag) && young).then_some(id)
}

/// Longer than a session's id, which the same key signs: neither is ever taken for the other.
fn message(id: Uuid, (person, epoch): (Uuid, i32)) -> Vec<u8> {
    [b"device".as_slice(), id.as_bytes(), person.as_bytes(), &epoch.to_be_bytes()].concat()
}
