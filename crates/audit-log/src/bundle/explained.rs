//! Whether what is missing from a log was removed by the platform's own means, each of which leaves an entry: content
//! whose time was over (`audit.cleanup`), personal detail (`audit.erase`). What nobody explains was taken away.

use crate::entry::Entry;
use serde::Deserialize;
use std::collections::HashSet;
use uuid::Uuid;

/// What was met while a log was read.
#[derive(Clone, Debug, Default)]
pub struct Explained {
    /// Entries without content, and the last of them.
    removed: u64,
    last_removed: Option<u64>,
    /// Content was removed before this place, by the word of the log.
    cleaned_before: u64,
    /// Entries without personal detail, and who they are about.
    erased: u64,
    erased_of: HashSet<(Option<Uuid>, Option<Uuid>)>,
    /// People whose detail was erased, by the word of the log.
    people: HashSet<Uuid>,
}

/// Something is missing that no entry of the log explains.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unexplained {
    /// The content of an entry.
    #[error("the content of entry {0} is missing, and no audit.cleanup in the log says that it was removed")]
    Content(u64),
    /// Personal detail.
    #[error("personal detail is missing from an entry about {}, and no audit.erase in the log says so", person(*.0))]
    Detail(Option<Uuid>),
}

fn person(id: Option<Uuid>) -> String {
    id.map_or_else(|| "nobody in particular".to_owned(), |id| format!("the person {id}"))
}

const CLEANUP: &str = "audit.cleanup";
const ERASE: &str = "audit.erase";

/// Whether an entry of this code may say why something is missing.
pub(super) fn explains(code: &[u8]) -> bool {
    [CLEANUP, ERASE].iter().any(|one| one.as_bytes() == code)
}

#[derive(Deserialize)]
struct Cleanup {
    #[serde(rename = "upTo")]
    up_to: u64,
}

#[derive(Deserialize)]
struct Erase {
    #[serde(rename = "userId")]
    user_id: Uuid,
}

impl Explained {
    /// An entry, as it is there.
    pub fn entry(&mut self, seq: u64, entry: &Entry) {
        if entry.personal().iter().any(|personal| personal.is_erased()) {
            self.erased(entry.actor_id, entry.target_id);
        }
        if entry.outcome != "success" {
            return;
        }
        let details = || entry.details.value();
        match entry.code.as_str() {
            CLEANUP => {
                if let Some(cleanup) = details().and_then(|text| serde_json::from_str::<Cleanup>(text).ok()) {
                    self.cleaned_before = self.cleaned_before.max(cleanup.up_to.min(seq));
                }
            }
            ERASE => {
                self.people.extend(
                    details()
                        .and_then(|text| serde_json::from_str::<Erase>(text).ok())
                        .map(|erase| erase.user_id),
                );
            }
            _ => {}
        }
    }

    /// An entry about these, without some personal detail.
    pub(super) fn erased(&mut self, actor: Option<Uuid>, target: Option<Uuid>) {
        self.erased += 1;
        self.erased_of.insert((actor, target));
    }

    /// An entry of which only the leaf is there.
    pub fn removed(&mut self, seq: u64) {
        self.removed += 1;
        self.last_removed = Some(self.last_removed.map_or(seq, |last| last.max(seq)));
    }

    /// How many entries were without content.
    pub fn count_removed(&self) -> u64 {
        self.removed
    }

    /// How many entries were without some personal detail.
    pub fn count_erased(&self) -> u64 {
        self.erased
    }

    /// Once the whole log was read: what nothing in it explains.
    pub fn unexplained(&self) -> Option<Unexplained> {
        if let Some(last) = self.last_removed.filter(|&last| last >= self.cleaned_before) {
            return Some(Unexplained::Content(last));
        }
        let knows = |id: &Option<Uuid>| id.is_some_and(|id| self.people.contains(&id));
        self.erased_of
            .iter()
            .find(|(actor, target)| !knows(actor) && !knows(target))
            .map(|(actor, target)| Unexplained::Detail(actor.or(*target)))
    }
}
