//! Asks Cedar. The policies are text that an auditor can read (`policies/`); grants are data in the context.

use super::explain::explain;
use super::{Action, Caller, OrganizationKind};
use crate::error::{ApiError, Result};
use crate::ids::{GrantId, OrganizationId};
use anyhow::Context as _;
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicyId,
    PolicySet, Request, RestrictedExpression as Value, Schema, ValidationMode, Validator,
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::str::FromStr;

const SCHEMA: &str = include_str!("../../../../policies/sallyport.cedarschema");
const POLICIES: &[&str] = &[
    include_str!("../../../../policies/provider.cedar"),
    include_str!("../../../../policies/technician.cedar"),
    include_str!("../../../../policies/customer.cedar"),
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
#[derive(Clone, Debug)]
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
    set: PolicySet,
    schema: Schema,
    authorizer: Authorizer,
    types: Types,
}

#[derive(Debug)]
struct Types {
    user: EntityTypeName,
    role: EntityTypeName,
    organization: EntityTypeName,
    action: EntityTypeName,
}

impl Policies {
    /// Parses and strictly validates the policies; a wrong one stops the start.
    pub fn load() -> anyhow::Result<Self> {
        let (schema, _) = Schema::from_cedarschema_str(SCHEMA).context("policies/sallyport.cedarschema")?;
        let mut set = PolicySet::new();
        for text in POLICIES {
            for policy in PolicySet::from_str(text).context("a policy does not parse")?.policies() {
                // The id in the audit event is the annotation that a person wrote, not the parser's number.
                let id = policy.annotation("id").context("a policy has no @id(\"…\")")?;
                set.add(policy.new_id(PolicyId::new(id))).context("two policies of one id")?;
            }
        }
        let verdict = Validator::new(schema.clone()).validate(&set, ValidationMode::Strict);
        anyhow::ensure!(verdict.validation_passed(), "the policies do not fit their schema: {verdict}");
        let types = Types {
            user: EntityTypeName::from_str("User")?,
            role: EntityTypeName::from_str("Role")?,
            organization: EntityTypeName::from_str("Organization")?,
            action: EntityTypeName::from_str("Action")?,
        };
        Ok(Self { set, schema, authorizer: Authorizer::new(), types })
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
        match self.decide(caller, action, resource, facts, now) {
            Ok((Decision::Allow, policy_ids)) => Ok(Permit { action, policy_ids }),
            Ok((Decision::Deny, policy_ids)) => {
                let (reason, message) = explain(caller, action, resource, facts, now);
                Err(ApiError::forbidden(message)
                    .detail("action", action.name())
                    .detail("reason", reason)
                    .detail("policyIds", policy_ids))
            }
            Err(error) => Err(error.context("a policy decision failed; denied").into()),
        }
    }

    /// For `can`: true, or the sentence why not.
    pub fn can(
        &self,
        caller: &Caller,
        actions: &[Action],
        resource: &Resource,
        facts: &Facts,
        now: DateTime<Utc>,
    ) -> Can {
        Can(actions
            .iter()
            .map(|&action| {
                let verdict = self.may(caller, action, resource, facts, now);
                (
                    action.name(),
                    verdict.map_or_else(|refusal| CanValue::Not(refusal.message), |_| CanValue::Yes(true)),
                )
            })
            .collect())
    }

    fn decide(
        &self,
        caller: &Caller,
        action: Action,
        resource: &Resource,
        facts: &Facts,
        now: DateTime<Utc>,
    ) -> anyhow::Result<(Decision, Vec<String>)> {
        let uid = |kind: &EntityTypeName, id: &str| {
            EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
        };
        let user = uid(&self.types.user, &caller.user_id.to_string());
        let home = uid(&self.types.organization, &caller.org_id.to_string());
        let target = uid(&self.types.organization, &resource.org_id.to_string());
        let mut entities = vec![
            Entity::new(
                user.clone(),
                HashMap::from([("org".to_owned(), Value::new_entity_uid(home.clone()))]),
                HashSet::from([uid(&self.types.role, caller.role.as_str())]),
            )?,
            organization(&target, resource.kind, resource.active)?,
        ];
        if home != target {
            entities.push(organization(&home, caller.org_kind, true)?);
        }
        let context = context(facts, now)?;
        let action = uid(&self.types.action, action.name());
        let request = Request::new(user, action, target, context, Some(&self.schema))?;
        let response =
            self.authorizer.is_authorized(&request, &self.set, &Entities::from_entities(entities, None)?);
        if let Some(error) = response.diagnostics().errors().next() {
            anyhow::bail!("{error}");
        }
        let mut ids: Vec<String> = response.diagnostics().reason().map(ToString::to_string).collect();
        ids.sort();
        Ok((response.decision(), ids))
    }
}

fn organization(id: &EntityUid, kind: OrganizationKind, active: bool) -> anyhow::Result<Entity> {
    let attributes =
        HashMap::from([("kind".to_owned(), text(kind.as_str())), ("active".to_owned(), Value::new_bool(active))]);
    Ok(Entity::new(id.clone(), attributes, HashSet::new())?)
}

fn text(value: &str) -> Value {
    Value::new_string(value.to_owned())
}

fn instant(at: DateTime<Utc>) -> Value {
    Value::new_datetime(at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

fn context(facts: &Facts, now: DateTime<Utc>) -> anyhow::Result<Context> {
    let mut pairs = vec![("now".to_owned(), instant(now)), ("own".to_owned(), Value::new_bool(facts.own))];
    let texts = [
        ("service", &facts.service),
        ("accountLevel", &facts.account_level),
        ("givenRole", &facts.given_role),
    ];
    pairs.extend(
        texts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), text(value.as_deref()?)))),
    );
    if let Some(grant) = &facts.grant {
        let mut record = vec![
            ("level".to_owned(), text(&grant.level)),
            ("revoked".to_owned(), Value::new_bool(grant.revoked)),
            ("addressAllowed".to_owned(), Value::new_bool(grant.address_allowed)),
            ("services".to_owned(), Value::new_set(grant.services.iter().map(|service| text(service)))),
        ];
        record.extend(grant.starts_at.map(|at| ("startsAt".to_owned(), instant(at))));
        record.extend(grant.expires_at.map(|at| ("expiresAt".to_owned(), instant(at))));
        pairs.push(("grant".to_owned(), Value::new_record(record)?));
    }
    Ok(Context::from_pairs(pairs)?)
}

/// What a caller may do to a thing: `true`, or the sentence why not.
#[derive(Clone, Debug, Default, serde::Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(value_type = BTreeMap<String, serde_json::Value>)]
pub struct Can(pub BTreeMap<&'static str, CanValue>);

/// One entry of [`Can`].
#[derive(Clone, Debug, serde::Serialize)]
#[serde(untagged)]
pub enum CanValue {
    /// Yes.
    Yes(bool),
    /// No, and why.
    Not(String),
}
