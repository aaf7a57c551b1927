//! Entries in the Open Cybersecurity Schema Framework, version 1.3.0 (<https://schema.ocsf.io/1.3.0>): what its classes
//! require, what they recommend where it is there, and the rest under `unmapped`.

use super::ocsf_classes::{OTHER, activity_name, classify};
use crate::audit::{AuditEvent, Outcome, RiskLevel};
use serde_json::{Map, Value, json};

/// The version of the schema that is written.
const VERSION: &str = "1.3.0";

/// The classes that are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    AccountChange,
    Authentication,
    EntityManagement,
    UserAccess,
    ApiActivity,
}

impl Class {
    fn uid(self) -> u32 {
        match self {
            Self::AccountChange => 3001,
            Self::Authentication => 3002,
            Self::EntityManagement => 3004,
            Self::UserAccess => 3005,
            Self::ApiActivity => 6003,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::AccountChange => "Account Change",
            Self::Authentication => "Authentication",
            Self::EntityManagement => "Entity Management",
            Self::UserAccess => "User Access Management",
            Self::ApiActivity => "API Activity",
        }
    }

    fn category(self) -> &'static str {
        match self {
            Self::ApiActivity => "Application Activity",
            _ => "Identity & Access Management",
        }
    }
}

/// One entry. A kind of before, that the catalogue has forgotten, is still a call of an API.
pub(in crate::audit) fn entry(event: &AuditEvent) -> Value {
    let (class, activity) = classify(&event.code).unwrap_or((Class::ApiActivity, OTHER));
    let verb = event.code.split_once('.').map_or(event.code.as_str(), |(_, verb)| verb);
    let (severity_id, severity) = severity(event.risk_level);
    let (status_id, status) = status(event.outcome);
    let mut record = json!({
        "metadata": metadata(event),
        "time": event.occurred_at.timestamp_millis(),
        "category_uid": class.uid() / 1000,
        "category_name": class.category(),
        "class_uid": class.uid(),
        "class_name": class.name(),
        "activity_id": activity,
        "activity_name": activity_name(class, activity).unwrap_or(verb),
        "type_uid": class.uid() * 100 + u32::from(activity),
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "message": event.sentence,
        "actor": actor(event),
        "src_endpoint": source(event),
        "http_request": http_request(event),
        "unmapped": {
            "organization_name": event.organization_name,
            "controls": event.controls,
            "policy_ids": event.policy_ids,
            "target": event.target,
            "details": event.details,
        },
    });
    if let Some(fields) = record.as_object_mut() {
        add_subject(fields, class, event);
        fields.retain(|_, value| !value.is_null());
    }
    record
}

fn metadata(event: &AuditEvent) -> Value {
    let mut metadata = json!({
        "version": VERSION,
        "uid": event.id,
        "event_code": event.code,
        "log_name": "audit",
        "original_time": super::instant(event.occurred_at),
        "tenant_uid": event.organization_id,
        "product": { "name": "Sallyport", "vendor_name": "Sallyport", "version": env!("CARGO_PKG_VERSION") },
    });
    if let (Some(request), Some(fields)) = (event.request_id, metadata.as_object_mut()) {
        fields.insert("correlation_uid".to_owned(), json!(request));
    }
    metadata
}

fn severity(risk: RiskLevel) -> (u8, &'static str) {
    match risk {
        RiskLevel::Info => (1, "Informational"),
        RiskLevel::Low => (2, "Low"),
        RiskLevel::Medium => (3, "Medium"),
        RiskLevel::High => (4, "High"),
        RiskLevel::Critical => (5, "Critical"),
    }
}

/// An attempt is neither: its outcome follows as an entry of its own.
fn status(outcome: Outcome) -> (u8, &'static str) {
    match outcome {
        Outcome::Success => (1, "Success"),
        Outcome::Refused | Outcome::Failed => (2, "Failure"),
        Outcome::Attempt => (99, "Attempt"),
    }
}

/// Who did it; the platform itself where nobody did.
fn actor(event: &AuditEvent) -> Value {
    let Some(actor) = &event.actor else { return json!({ "app_name": "Sallyport" }) };
    let mut user = json!({ "uid": actor.id, "name": actor.name, "type_id": 1, "type": "User" });
    if let Some(fields) = user.as_object_mut() {
        if !actor.email.is_empty() {
            fields.insert("email_addr".to_owned(), json!(actor.email));
        }
        if let Some(org) = actor.organization_id {
            fields.insert("org".to_owned(), json!({ "uid": org }));
        }
        if let Some(role) = &actor.role {
            fields.insert("groups".to_owned(), json!([{ "name": role, "type": "role" }]));
        }
    }
    json!({ "user": user })
}

/// Where it came from; a class that needs to know gets the platform's own name where it came from nowhere else.
fn source(event: &AuditEvent) -> Value {
    match &event.client_ip {
        Some(ip) => json!({ "ip": ip }),
        None => json!({ "name": "sallyport" }),
    }
}

fn http_request(event: &AuditEvent) -> Value {
    let mut request = Map::new();
    if let Some(id) = event.request_id {
        request.insert("uid".to_owned(), json!(id));
    }
    if let Some(agent) = event.user_agent.as_ref().filter(|agent| !agent.is_empty()) {
        request.insert("user_agent".to_owned(), json!(agent));
    }
    if request.is_empty() { Value::Null } else { Value::Object(request) }
}

/// What the class is about, each by its own name for it.
fn add_subject(fields: &mut Map<String, Value>, class: Class, event: &AuditEvent) {
    let mut add = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    match class {
        Class::Authentication => {
            add("user", subject(event));
            add("service", json!({ "name": "Sallyport" }));
            if let Some(session) = event.session_id {
                add("session", json!({ "uid": session }));
            }
            if let Some(machine) = event.target.as_ref().filter(|target| target.kind == "session") {
                add("dst_endpoint", json!({ "name": machine.name }));
            }
        }
        Class::AccountChange => {
            add("user", subject(event));
        }
        Class::UserAccess => {
            add("user", subject(event));
            add("resources", json!([organization(event)]));
            let level =
                event.details.pointer("/terms/accessLevel").or(event.details.pointer("/after/accessLevel"));
            if let Some(level) = level {
                add("privileges", json!([level]));
            }
        }
        Class::EntityManagement => {
            add("entity", entity(event));
        }
        Class::ApiActivity => {
            let operation = event.details.get("operation").and_then(Value::as_str).unwrap_or(&event.code);
            add("api", json!({ "operation": operation, "service": { "name": "Sallyport" } }));
            add("resources", json!([entity(event)]));
        }
    }
}

/// The person whom it is about: the target, where that is one or belongs to one; else whoever did it.
fn subject(event: &AuditEvent) -> Value {
    let technician = event.details.get("technicianId");
    match (&event.target, &event.actor) {
        (Some(target), _) if target.kind == "user" => json!({ "uid": target.id, "name": target.name }),
        (Some(target), _) if technician.is_some() => json!({ "uid": technician, "name": target.name }),
        (Some(target), _) if target.kind == "grant" => json!({ "name": target.name }),
        (_, Some(actor)) => json!({ "uid": actor.id, "name": actor.name }),
        (Some(target), None) => json!({ "name": target.name }),
        (None, None) => json!({ "name": "unknown" }),
    }
}

fn organization(event: &AuditEvent) -> Value {
    json!({ "uid": event.organization_id, "name": event.organization_name, "type": "organization" })
}

/// What it happened to; the organization where it is nothing less.
fn entity(event: &AuditEvent) -> Value {
    match &event.target {
        Some(target) => json!({ "uid": target.id, "name": target.name, "type": target.kind }),
        None => organization(event),
    }
}
