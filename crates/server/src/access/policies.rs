//! Asks Cedar. The policies are text that an auditor can read (`policies/`); grants are data in the context.

use super::caller::Asked;
use super::explain::explain;
use super::question::{At, Question, Words};
use super::{Action, Caller, Directory, OrganizationKind, Role};
use crate::error::{ApiError, Result};
use crate::ids::{GrantId, OrganizationId};
use anyhow::Context as _;
use cedar_policy::{
    ActionConstraint, Authorizer, Decision, PolicyId, PolicySet, Schema, ValidationMode, Validator,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;
use std::sync::{PoisonError, RwLock};

const SCHEMA: &str = include_str!("../../../../policies/sallyport.cedarschema");
pub(super) const POLICIES: &[&str] = &[
    include_str!("../../../../policies/provider.cedar"),
    include_str!("../../../../policies/technician.cedar"),
    include_str!("../../../../policies/customer.cedar"),
    include_str!("../../../../policies/directory.cedar"),
    include_str!("../../../../policies/everyone.cedar"),
];

/// The organization that holds the thing to act on.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Which.
    pub org_id: OrganizationId,
    /// Customer or provider.
    pub kind: OrganizationKind,
    /// Whether it is active; a suspended one lets nobody in.
    pub active: bool,
}

impl Resource {
    /// The caller's own organization.
    pub fn own(caller: &Caller) -> Self {
        Self { org_id: caller.org_id, kind: caller.org_kind, active: true }
    }
}

/// A grant as the policies see it. What needs a list walked (addresses) is worked out before.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct GrantFacts {
    /// Which.
    pub id: GrantId,
    /// `read_only`, `full_access` or `emergency`.
    pub level: String,
    /// Not yet before this.
    pub starts_at: Option<DateTime<Utc>>,
    /// Not any more from this.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether somebody took it back.
    pub revoked: bool,
    /// Whether the caller's address lies in the grant's ranges.
    pub address_allowed: bool,
    /// Services; empty means all.
    pub services: Vec<String>,
    /// Why its hours do not let in now, in a sentence; none: they do.
    pub closed: Option<String>,
}

/// What else a decision stands on.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The thing is the caller's own (their user, their session).
    pub own: bool,
    /// The grant that the caller holds for the organization.
    pub grant: Option<GrantFacts>,
    /// `ssh`, … where a service is used.
    pub service: Option<String>,
    /// The level of the account that a session would use.
    pub account_level: Option<String>,
    /// The role that would be given to a person.
    pub given_role: Option<String>,
}

impl Facts {
    /// That the thing is the caller's own, and nothing else.
    pub fn own() -> Self {
        Self { own: true, ..Self::default() }
    }
}

/// The proof that a decision was made. Dangerous acts take it by value; the audit event takes its policies.
#[derive(Clone, Debug)]
pub struct Permit {
    action: Action,
    policy_ids: Vec<String>,
}

impl Permit {
    /// What was permitted.
    pub fn action(&self) -> Action {
        self.action
    }

    /// The policies that decided.
    pub fn policy_ids(&self) -> &[String] {
        &self.policy_ids
    }
}

/// The policies, parsed and validated once.
#[derive(Debug)]
pub struct Policies {
    /// For each action the policies that can say anything about it: a decision costs by their number.
    sets: HashMap<Action, PolicySet>,
    schema: Schema,
    authorizer: Authorizer,
    words: Words,
    advice: RwLock<HashMap<AdviceKey, CanValue>>,
}

/// All that an answer turns on. Policies name nobody (a test holds them to it), so people of one role get the
/// same answers; with a grant in play it is also the grant, and the instant that it is held against.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct AdviceKey {
    action: Action,
    role: Role,
    home: bool,
    kind: OrganizationKind,
    active: bool,
    own: bool,
    service: Option<String>,
    account_level: Option<String>,
    given_role: Option<String>,
    grant: Option<(GrantFacts, DateTime<Utc>)>,
}

/// For how long a proof of who one is stands for acts that ask for a fresh one.
pub const RECENT: TimeDelta = TimeDelta::minutes(10);

/// More kinds of question than there are without a grant. Answers about grants serve the one request whose
/// instant they bear, and make room for others when it is full.
const ADVICE_MOST: usize = 10_000;

impl Policies {
    /// Parses and strictly validates the policies; a wrong one stops the start.
    pub fn load() -> anyhow::Result<Self> {
        Self::parse(POLICIES)
    }

    pub(super) fn parse(texts: &[&str]) -> anyhow::Result<Self> {
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).context("policies/sallyport.cedarschema")?;
        let mut set = PolicySet::new();
        for text in texts {
            for policy in PolicySet::from_str(text).context("a policy does not parse")?.policies() {
                // The id in the audit event is the annotation that a person wrote, not the parser's number.
                let id = policy.annotation("id").context("a policy has no @id(\"…\")")?;
                set.add(policy.new_id(PolicyId::new(id))).context("two policies of one id")?;
            }
        }
        let verdict = Validator::new(schema.clone()).validate(&set, ValidationMode::Strict);
        anyhow::ensure!(verdict.validation_passed(), "the policies do not fit their schema: {verdict}");
        let words = Words::new()?;
        let sets = Action::ALL.iter().map(|&action| Ok((action, about(&set, action, &words)?)));
        let sets = sets.collect::<anyhow::Result<_>>()?;
        Ok(Self { sets, schema, authorizer: Authorizer::new(), words, advice: RwLock::default() })
    }

    /// The actions of the schema, for the test that holds it to [`Action`].
    pub fn schema_actions(&self) -> Vec<String> {
        self.schema.actions().map(|action| action.id().unescaped().to_owned()).collect()
    }

    /// Whether `caller` may do `action` to a thing of `resource`; a refusal says what to do about it.
    pub fn may(
        &self,
        caller: &Caller,
        action: Action,
        resource: &Resource,
        facts: &Facts,
        now: DateTime<Utc>,
    ) -> Result<Permit> {
        let recently = now - caller.authenticated_at < RECENT;
        let decision = caller.scope(action).and_then(|()| {
            self.decide(caller, action, resource, facts, At { now, authenticated_recently: recently })
        });
        let refusal = decision.as_ref().err();
        caller.decided.note(Asked {
            org_id: resource.org_id,
            forbidden_by: refusal
                .and_then(|refusal| refusal.details.get("policyIds"))
                .map(names)
                .unwrap_or_default(),
        });
        decision
    }

    fn decide(
        &self,
        caller: &Caller,
        action: Action,
        resource: &Resource,
        facts: &Facts,
        at: At,
    ) -> Result<Permit> {
        let ask = |at| {
            let asked = self.ask(caller, action, resource, facts, at);
            asked.map_err(|error| ApiError::from(error.context("a policy decision failed; denied")))
        };
        let (decision, policy_ids) = ask(at)?;
        if decision == Decision::Allow {
            return Ok(Permit { action, policy_ids });
        }
        // Nobody is asked for a password in vain: only who may do it once they have proved who they are.
        let fresh = At { authenticated_recently: true, ..at };
        let refusal = if !at.authenticated_recently && ask(fresh)?.0 == Decision::Allow {
            ApiError::step_up_required().detail("reason", "step_up_required")
        } else {
            let (reason, message) = explain(caller, action, resource, facts, at.now);
            ApiError::forbidden(message).detail("reason", reason)
        };
        Err(refusal.detail("action", action.name()).detail("policyIds", policy_ids))
    }

    fn ask(
        &self,
        caller: &Caller,
        action: Action,
        resource: &Resource,
        facts: &Facts,
        at: At,
    ) -> anyhow::Result<(Decision, Vec<String>)> {
        self.answer(action, &Question::new(&self.words, caller, resource, facts, at)?)
    }

    /// Whether `directory` may do `action` to a thing of its own organization.
    pub(crate) fn directory_may(
        &self,
        directory: &Directory,
        action: Action,
        facts: &Facts,
    ) -> Result<Permit> {
        let resource = directory.resource();
        let note = |forbidden_by| directory.decided.note(Asked { org_id: resource.org_id, forbidden_by });
        note(Vec::new());
        let asked = Question::of_directory(&self.words, directory, &resource, facts)
            .and_then(|question| self.answer(action, &question));
        let (decision, policy_ids) =
            asked.map_err(|error| ApiError::from(error.context("a policy decision failed; denied")))?;
        if decision == Decision::Allow {
            return Ok(Permit { action, policy_ids });
        }
        note(policy_ids.clone());
        let message = format!("A directory may not {} here.", action.words());
        Err(ApiError::forbidden(message).detail("action", action.name()).detail("policyIds", policy_ids))
    }

    fn answer(&self, action: Action, question: &Question) -> anyhow::Result<(Decision, Vec<String>)> {
        let request = question.request(&self.words, action, &self.schema)?;
        let set = self.sets.get(&action).context("an action without policies")?;
        let response = self.authorizer.is_authorized(&request, set, question.entities());
        if let Some(error) = response.diagnostics().errors().next() {
            anyhow::bail!("{error}");
        }
        let mut ids: Vec<String> = response.diagnostics().reason().map(ToString::to_string).collect();
        ids.sort();
        Ok((response.decision(), ids))
    }

    /// For `can`: true, or the sentence why not. Only advice: each act asks [`Self::may`] again, and may ask for a
    /// fresh proof of who one is first.
    pub fn can(
        &self,
        caller: &Caller,
        actions: &[Action],
        resource: &Resource,
        facts: &Facts,
        now: DateTime<Utc>,
    ) -> Can {
        let advice = |&action: &Action| (action.name(), self.advise(caller, action, resource, facts, now));
        Can(actions.iter().map(advice).collect())
    }

    /// One entry of [`Self::can`]. A page of a list asks the same some hundred times.
    pub fn advise(
        &self,
        caller: &Caller,
        action: Action,
        resource: &Resource,
        facts: &Facts,
        now: DateTime<Utc>,
    ) -> CanValue {
        if let Err(refusal) = caller.scope(action) {
            return CanValue::Not(refusal.message);
        }
        let key = AdviceKey {
            action,
            role: caller.role,
            home: caller.org_id == resource.org_id,
            kind: resource.kind,
            active: resource.active,
            own: facts.own,
            service: facts.service.clone(),
            account_level: facts.account_level.clone(),
            given_role: facts.given_role.clone(),
            grant: facts.grant.clone().map(|grant| (grant, now)),
        };
        let known = self.advice.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(known) = known {
            return known;
        }
        let value =
            match self.decide(caller, action, resource, facts, At { now, authenticated_recently: true }) {
                Ok(_) => CanValue::Yes(true),
                Err(refusal) => CanValue::Not(refusal.message),
            };
        let mut advice = self.advice.write().unwrap_or_else(PoisonError::into_inner);
        if advice.len() >= ADVICE_MOST {
            advice.retain(|key, _| key.grant.is_none());
        }
        if advice.len() < ADVICE_MOST {
            advice.insert(key, value.clone());
        }
        value
    }
}

fn names(list: &serde_json::Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// Those of `set` whose scope does not rule `action` out. The schema has no groups of actions (a test holds it to
/// the list of [`Action`]), so to be `in` some is to be one of them.
fn about(set: &PolicySet, action: Action, words: &Words) -> anyhow::Result<PolicySet> {
    let uid = words.actions.get(&action).context("an action without a word")?;
    let concerned = set.policies().filter(|policy| match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(one) => one == *uid,
        ActionConstraint::In(some) => some.contains(uid),
    });
    Ok(PolicySet::from_policies(concerned.cloned())?)
}

/// What a caller may do to a thing: `true`, or the sentence why not.
#[derive(Clone, Debug, Default, serde::Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = BTreeMap<String, CanValue>)]
pub struct Can(pub BTreeMap<&'static str, CanValue>);

/// One entry of [`Can`].
#[derive(Clone, Debug, serde::Serialize, utoipa::ToSchema)]
#[serde(untagged)]
pub enum CanValue {
    /// Yes.
    Yes(bool),
    /// No, and why.
    Not(String),
}
