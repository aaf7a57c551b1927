//! One thing that happened, before it is written.

use super::catalogue::{Kind, Outcome};
use crate::access::{Caller, Directory, Permit};
use crate::http::request::Origin;
use crate::ids::{ApiTokenId, DirectoryTokenId, OrganizationId, SessionId, UserId};
use serde::Serialize;
use uuid::Uuid;

/// The thing that it happened to.
#[derive(Clone, Debug)]
pub struct Target {
    /// `user`, `grant`, `asset`, …
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
    /// Its name at the time.
    pub name: String,
}

impl Target {
    /// A target.
    pub fn new(kind: &'static str, id: impl Into<Uuid>, name: impl Into<String>) -> Self {
        Self { kind, id: id.into(), name: name.into() }
    }
}

/// Who did it: a person, or the platform itself.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person.
    pub id: UserId,
    /// Their organization, where it is at hand.
    pub org_id: Option<OrganizationId>,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role.
    pub role: Option<&'static str>,
}

impl Actor {
    /// A caller, for what is kept after their request.
    pub(crate) fn of(caller: &Caller) -> Self {
        Self {
            id: caller.user_id,
            org_id: Some(caller.org_id),
            name: caller.display_name.clone(),
            email: caller.email.clone(),
            role: Some(caller.role.as_str()),
        }
    }

    /// Somebody of whom only the name is at hand.
    pub(crate) fn named(id: UserId, name: &str) -> Self {
        Self { id, org_id: None, name: name.to_owned(), email: String::new(), role: None }
    }
}

/// An entry to be. `audit::append` writes it.
#[derive(Clone, Debug)]
pub struct Event {
    pub(crate) kind: &'static Kind,
    pub(crate) outcome: Outcome,
    pub(crate) org_id: OrganizationId,
    pub(crate) actor: Option<Actor>,
    pub(crate) origin: Option<Origin>,
    pub(crate) target: Option<Target>,
    pub(crate) session_id: Option<SessionId>,
    pub(crate) policy_ids: Vec<String>,
    pub(crate) because: Option<String>,
    /// What was tried, where the kind is too general to say.
    pub(crate) doing: Option<String>,
    pub(crate) details: serde_json::Value,
    /// The token by which a machine did it in the person's name.
    pub(crate) api_token: Option<ApiTokenId>,
    /// The directory that did it, by its token and what it was called then.
    pub(crate) directory: Option<(DirectoryTokenId, String)>,
}

impl Event {
    fn new(kind: &'static Kind, outcome: Outcome, org_id: OrganizationId) -> Self {
        Self {
            kind,
            outcome,
            org_id,
            actor: None,
            origin: None,
            target: None,
            session_id: None,
            policy_ids: Vec::new(),
            because: None,
            doing: None,
            details: serde_json::json!({}),
            api_token: None,
            directory: None,
        }
    }

    /// `caller` did it in `org_id`, by `permit`.
    pub fn by(caller: &Caller, permit: &Permit, kind: &'static Kind, org_id: OrganizationId) -> Self {
        let mut event = Self::of_caller(caller, kind, Outcome::Success, org_id);
        event.policy_ids = permit.policy_ids().to_vec();
        event
    }

    /// `caller` tried it, and it was refused or failed.
    pub fn of_caller(caller: &Caller, kind: &'static Kind, outcome: Outcome, org_id: OrganizationId) -> Self {
        let mut event = Self::new(kind, outcome, org_id);
        event.actor = Some(Actor::of(caller));
        event.origin = Some(caller.origin.clone());
        event.api_token = caller.machine.as_ref().map(|machine| machine.token);
        event
    }

    /// A directory did it in its own organization, by `permit`.
    pub(crate) fn by_directory(directory: &Directory, permit: &Permit, kind: &'static Kind) -> Self {
        let mut event = Self::of_directory(directory, kind, Outcome::Success);
        event.policy_ids = permit.policy_ids().to_vec();
        event
    }

    /// A directory tried it, and it was refused.
    pub(crate) fn of_directory(directory: &Directory, kind: &'static Kind, outcome: Outcome) -> Self {
        let mut event = Self::new(kind, outcome, directory.org_id);
        event.directory = Some((directory.token_id, directory.name.clone()));
        event.origin = Some(directory.origin.clone());
        event
    }

    /// The platform itself did it: a limit, a lease, a recovery, a refused stranger.
    pub fn by_platform(kind: &'static Kind, outcome: Outcome, org_id: OrganizationId) -> Self {
        Self::new(kind, outcome, org_id)
    }

    /// A person did it without being signed in yet: sign-in, invitation.
    #[must_use]
    pub(crate) fn actor(mut self, actor: Actor) -> Self {
        self.actor = Some(actor);
        self
    }

    /// Where it came from, when there is no caller.
    #[must_use]
    pub fn origin(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// The policies that let it, asked before the act.
    #[must_use]
    pub(crate) fn decided_by(mut self, policy_ids: Vec<String>) -> Self {
        self.policy_ids = policy_ids;
        self
    }

    /// What it happened to.
    #[must_use]
    pub fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// The live session that it belongs to.
    #[must_use]
    pub fn session(mut self, id: SessionId) -> Self {
        self.session_id = Some(id);
        self
    }

    /// Another kind, for what turned out to be something else.
    #[must_use]
    pub fn kind(mut self, kind: &'static Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Another outcome than success.
    #[must_use]
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// The reason that a person or a rule gave; ends the sentence.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.because = Some(reason.into()).filter(|reason: &String| !reason.is_empty());
        self
    }

    /// What was tried, for a kind that covers much.
    #[must_use]
    pub fn doing(mut self, what: Option<String>) -> Self {
        self.doing = what;
        self
    }

    /// More facts. Never a secret: a test scans every event for canaries.
    #[must_use]
    pub fn details(mut self, details: impl Serialize) -> Self {
        self.details = serde_json::to_value(details)
            .unwrap_or_else(|error| serde_json::json!({ "lost": error.to_string() }));
        self
    }

    /// The facts as they are kept: with the token, where a machine did it.
    pub(crate) fn kept_details(&self) -> serde_json::Value {
        let mut details = self.details.clone();
        if let (Some(token), Some(facts)) = (self.api_token, details.as_object_mut()) {
            facts.insert("apiTokenId".to_owned(), serde_json::json!(token));
        }
        if let (Some((id, name)), Some(facts)) = (&self.directory, details.as_object_mut()) {
            facts.insert("directoryToken".to_owned(), serde_json::json!({ "id": id, "name": name }));
        }
        details
    }

    /// "Ada Park granted access to Kestrel Bank: quarterly review".
    pub(crate) fn sentence(&self) -> String {
        // Nobody we know tried, or the platform itself did.
        let nobody = if self.outcome == Outcome::Refused { "Somebody" } else { "Sallyport" };
        let directory = self.directory.as_ref().map(|(_, name)| format!("The directory {name}"));
        let nobody = directory.as_deref().unwrap_or(nobody);
        let who = self.actor.as_ref().map_or(nobody, |actor| actor.name.as_str());
        let what = match self.outcome {
            Outcome::Success => self.kind.done.to_owned(),
            Outcome::Attempt => format!("set out to {}", self.kind.tried),
            Outcome::Refused => {
                format!("was refused to {}", self.doing.as_deref().unwrap_or(self.kind.tried))
            }
            Outcome::Failed => format!("failed to {}", self.kind.tried),
        };
        let target = self.target.as_ref().map(|target| format!(" {}", target.name)).unwrap_or_default();
        let what = if target.is_empty() { without_link(&what) } else { &what };
        let because = self.because.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("{who} {what}{target}{because}")
    }
}

/// "forward the audit log" of "forward the audit log to", where nothing follows that it could lead to.
fn without_link(what: &str) -> &str {
    let what = what.trim_end_matches(':');
    let links = [" to", " of", " at", " as", " on", " by", " for", " from", " with", " being", " to be"];
    links.iter().find_map(|link| what.strip_suffix(link)).unwrap_or(what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::catalogue;

    #[test]
    fn a_sentence_without_a_target_does_not_end_in_the_word_that_leads_to_it() {
        let refused = |kind| Event::by_platform(kind, Outcome::Refused, OrganizationId(Uuid::nil()));
        let said = |event: Event| event.because("there are 20 of them").sentence();
        let to = refused(&catalogue::AUDIT_DESTINATION_CREATE);
        assert_eq!(said(to.clone()), "Somebody was refused to forward the audit log: there are 20 of them");
        assert_eq!(
            said(to.target(Target::new("audit_destination", Uuid::nil(), "Own SIEM"))),
            "Somebody was refused to forward the audit log to Own SIEM: there are 20 of them"
        );
        let assign = said(refused(&catalogue::GRANT_ASSIGN));
        assert_eq!(assign, "Somebody was refused to assign access: there are 20 of them");
        for &kind in catalogue::ALL {
            let said = refused(kind).sentence();
            let last = said.rsplit(' ').next().unwrap_or_default();
            assert!(
                !["to", "of", "at", "as", "by", "for", "from", "with", "being", "be"].contains(&last),
                "{said}"
            );
            assert!(!said.ends_with(':'), "{said}");
        }
    }
}
