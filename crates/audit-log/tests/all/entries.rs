//! The bytes of an entry.

use crate::entry;
use sallyport_audit_log::{Entry, Field, Personal};
use uuid::Uuid;

/// The same entry with one field changed, for each field.
fn changes() -> Vec<(Field, Entry)> {
    let other = Personal::Open { salt: [0; 16], value: Some("other".to_owned()) };
    let id = Some(Uuid::from_u128(99));
    let text = || "other".to_owned();
    let list = || vec![String::new()];
    Field::ALL
        .into_iter()
        .map(|field| {
            let mut entry = entry(1);
            match field {
                Field::OrgId => entry.organization_id = Uuid::nil(),
                Field::Id => entry.id = Uuid::nil(),
                Field::OccurredAt => entry.occurred_at += 1,
                Field::Code => entry.code = text(),
                Field::Outcome => entry.outcome = text(),
                Field::RiskLevel => entry.risk_level = text(),
                Field::Controls => entry.controls = list(),
                Field::Sentence => entry.sentence = other.clone(),
                Field::ActorId => entry.actor_id = id,
                Field::ActorOrgId => entry.actor_organization_id = id,
                Field::ActorName => entry.actor_name = other.clone(),
                Field::ActorEmail => entry.actor_email = other.clone(),
                Field::ActorRole => entry.actor_role = None,
                Field::TargetType => entry.target_type = Some(text()),
                Field::TargetId => entry.target_id = None,
                Field::TargetName => entry.target_name = other.clone(),
                Field::SessionId => entry.session_id = id,
                Field::ClientIp => entry.client_ip = other.clone(),
                Field::UserAgent => entry.user_agent = other.clone(),
                Field::RequestId => entry.request_id = id,
                Field::PolicyIds => entry.policy_ids = list(),
                Field::Details => entry.details = other.clone(),
            }
            (field, entry)
        })
        .collect()
}

#[test]
fn each_field_is_bound_and_named_when_it_changes() {
    let marks = entry(1).encode().marks();
    assert_eq!(marks.len(), 88);
    assert!(entry(1).encode().changed(&marks).is_empty());
    for (field, changed) in changes() {
        assert_ne!(changed.leaf(), entry(1).leaf(), "{}", field.name());
        assert_eq!(changed.encode().changed(&marks), [field]);
    }
    assert_eq!(entry(1).encode().changed(&[]).len(), 22, "marks that are lost name all");
}

#[test]
fn the_bytes_of_version_1_are_these_for_ever() {
    assert_eq!(
        entry(1).leaf().to_string(),
        "0cd97261187d12173a446091dec848488c10cf3acc480831352eb29058c5a96b",
        "whoever changes the bytes makes another version and keeps this one"
    );
}

#[test]
fn erasing_leaves_the_leaf_and_nothing_says_what_was_there() {
    let whole = entry(1);
    let mut erased = whole.clone();
    erased.actor_name = Personal::Erased(whole.actor_name.commitment());
    erased.user_agent = Personal::Erased(whole.user_agent.commitment());
    assert_eq!(erased.leaf(), whole.leaf());
    let json = serde_json::to_string(&erased).unwrap();
    assert!(json.contains(r#""actorName":{"commitment":""#), "{json}");
    assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), erased);
    // Nothing and an empty text differ, whatever the salt.
    let nothing = Personal::Open { salt: [1; 16], value: None };
    let empty = Personal::Open { salt: [1; 16], value: Some(String::new()) };
    assert_ne!(nothing.commitment(), empty.commitment());
}

#[test]
fn texts_that_run_together_are_told_apart() {
    let with = |controls: &[&str], policy_ids: &[&str]| {
        let mut entry = entry(1);
        entry.controls = controls.iter().map(|&text| text.to_owned()).collect();
        entry.policy_ids = policy_ids.iter().map(|&text| text.to_owned()).collect();
        entry.leaf()
    };
    let lists: [&[&str]; 5] = [&[], &[""], &["ab"], &["a", "b"], &["", "ab"]];
    let mut seen = std::collections::HashSet::new();
    for controls in lists {
        for policy_ids in lists {
            assert!(seen.insert(with(controls, policy_ids)));
        }
    }
}
