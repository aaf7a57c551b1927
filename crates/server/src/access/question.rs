//! A question in Cedar's words: who, what, where, and the facts around it.

use super::{Action, Caller, Directory, Facts, GrantFacts, OrganizationKind, Resource, Role};
use anyhow::{Context as _, Result};
use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression as Value,
    Schema,
};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use std::str::FromStr;

/// The words that stay the same from question to question.
#[derive(Debug)]
pub(super) struct Words {
    user: EntityTypeName,
    directory: EntityTypeName,
    organization: EntityTypeName,
    roles: HashMap<Role, EntityUid>,
    pub(super) actions: HashMap<Action, EntityUid>,
    ever: (Value, Value),
}

impl Words {
    pub(super) fn new() -> Result<Self> {
        let (role, action) = (EntityTypeName::from_str("Role")?, EntityTypeName::from_str("Action")?);
        Ok(Self {
            user: EntityTypeName::from_str("User")?,
            directory: EntityTypeName::from_str("Directory")?,
            organization: EntityTypeName::from_str("Organization")?,
            roles: Role::ALL.iter().map(|&r| (r, uid(&role, r.as_str()))).collect(),
            actions: Action::ALL.iter().map(|&a| (a, uid(&action, a.name()))).collect(),
            ever: (Value::new_datetime("0001-01-01"), Value::new_datetime("9999-12-31")),
        })
    }
}

/// When a question is asked, and whether the caller proved who they are a short time before.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) now: DateTime<Utc>,
    pub(super) authenticated_recently: bool,
}

/// All of a question but the action.
pub(super) struct Question {
    asker: EntityUid,
    target: EntityUid,
    entities: Entities,
    context: Context,
}

impl Question {
    pub(super) fn new(
        words: &Words,
        caller: &Caller,
        resource: &Resource,
        facts: &Facts,
        at: At,
    ) -> Result<Self> {
        let user = uid(&words.user, &caller.user_id.to_string());
        let home = uid(&words.organization, &caller.org_id.to_string());
        let target = uid(&words.organization, &resource.org_id.to_string());
        let role = words.roles.get(&caller.role).context("a role without a word")?.clone();
        let attributes = HashMap::from([("org".to_owned(), Value::new_entity_uid(home.clone()))]);
        let mut entities = vec![
            Entity::new(user.clone(), attributes, HashSet::from([role]))?,
            organization(&target, resource.kind, resource.active)?,
        ];
        if home != target {
            entities.push(organization(&home, caller.org_kind, true)?);
        }
        let entities = Entities::from_entities(entities, None)?;
        Ok(Self { asker: user, target, entities, context: context(words, facts, at)? })
    }

    /// One that a directory asks.
    pub(super) fn of_directory(
        words: &Words,
        directory: &Directory,
        resource: &Resource,
        facts: &Facts,
    ) -> Result<Self> {
        let asker = uid(&words.directory, &directory.token_id.to_string());
        let home = uid(&words.organization, &directory.org_id.to_string());
        let target = uid(&words.organization, &resource.org_id.to_string());
        let attributes = HashMap::from([("org".to_owned(), Value::new_entity_uid(home.clone()))]);
        let mut entities = vec![
            Entity::new(asker.clone(), attributes, HashSet::new())?,
            organization(&target, resource.kind, resource.active)?,
        ];
        if home != target {
            entities.push(organization(&home, directory.org_kind, true)?);
        }
        let entities = Entities::from_entities(entities, None)?;
        let at = At { now: directory.asked_at, authenticated_recently: false };
        Ok(Self { asker, target, entities, context: context(words, facts, at)? })
    }

    pub(super) fn request(&self, words: &Words, action: Action, schema: &Schema) -> Result<Request> {
        let action = words.actions.get(&action).context("an action without a word")?.clone();
        let (asker, target, context) = (self.asker.clone(), self.target.clone(), self.context.clone());
        Ok(Request::new(asker, action, target, context, Some(schema))?)
    }

    pub(super) fn entities(&self) -> &Entities {
        &self.entities
    }
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn organization(id: &EntityUid, kind: OrganizationKind, active: bool) -> Result<Entity> {
    let attributes = HashMap::from([
        ("kind".to_owned(), text(kind.as_str())),
        ("active".to_owned(), Value::new_bool(active)),
    ]);
    Ok(Entity::new(id.clone(), attributes, HashSet::new())?)
}

fn context(words: &Words, facts: &Facts, at: At) -> Result<Context> {
    let mut pairs = vec![
        ("now".to_owned(), instant(at.now)),
        ("authenticatedRecently".to_owned(), Value::new_bool(at.authenticated_recently)),
        ("own".to_owned(), Value::new_bool(facts.own)),
    ];
    let texts = [
        ("service", &facts.service),
        ("accountLevel", &facts.account_level),
        ("givenRole", &facts.given_role),
    ];
    pairs.extend(
        texts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), text(value.as_deref()?)))),
    );
    if let Some(facts) = &facts.grant {
        pairs.push(("grant".to_owned(), grant(words, facts)?));
    }
    Ok(Context::from_pairs(pairs)?)
}

fn grant(words: &Words, grant: &GrantFacts) -> Result<Value> {
    let (always, never) = &words.ever;
    Ok(Value::new_record([
        ("level".to_owned(), text(&grant.level)),
        ("revoked".to_owned(), Value::new_bool(grant.revoked)),
        ("addressAllowed".to_owned(), Value::new_bool(grant.address_allowed)),
        ("outsideHours".to_owned(), Value::new_bool(grant.closed.is_some())),
        ("services".to_owned(), Value::new_set(grant.services.iter().map(|service| text(service)))),
        ("startsAt".to_owned(), grant.starts_at.map_or_else(|| always.clone(), instant)),
        ("expiresAt".to_owned(), grant.expires_at.map_or_else(|| never.clone(), instant)),
    ])?)
}

fn text(value: &str) -> Value {
    Value::new_string(value.to_owned())
}

/// Cedar knows instants to the millisecond. Rounded down: no grant lasts longer by it.
fn instant(at: DateTime<Utc>) -> Value {
    Value::new_datetime(at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}
