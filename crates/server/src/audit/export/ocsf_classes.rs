//! Which class of the Open Cybersecurity Schema Framework each kind of event belongs to. A test holds the table to the
//! catalogue: a new kind whose noun stands nowhere here fails it by name.
//!
//! Read by code, first whole and then by its noun; where only the noun stands, the verb says what was done.

use super::ocsf::Class::{self, AccountChange, ApiActivity, Authentication, EntityManagement, UserAccess};

/// The class and the number of the activity in it.
pub(super) type Classified = (Class, u8);

/// Of every class: what the schema has no number for; its name is the verb then.
pub(super) const OTHER: u8 = 99;

// Authentication.
const LOGON: u8 = 1;
const LOGOFF: u8 = 2;
// Account Change.
const CREATE: u8 = 1;
const ENABLE: u8 = 2;
const PASSWORD_CHANGE: u8 = 3;
const PASSWORD_RESET: u8 = 4;
const DISABLE: u8 = 5;
const DELETE: u8 = 6;
const LOCK: u8 = 9;
const FACTOR_ENABLE: u8 = 10;
const FACTOR_DISABLE: u8 = 11;
// User Access Management.
const ASSIGN: u8 = 1;
const REVOKE: u8 = 2;
// API Activity and Entity Management.
const READ: u8 = 2;
const UPDATE: u8 = 3;
const REMOVE: u8 = 4;

/// By the whole code.
const CODES: &[(&str, Class, u8)] = &[
    ("auth.login", Authentication, LOGON),
    ("auth.challenge", Authentication, LOGON),
    ("auth.link", Authentication, LOGON),
    ("auth.logout", Authentication, LOGOFF),
    ("auth.logout_all", Authentication, LOGOFF),
    ("auth.warn", AccountChange, LOCK),
    ("sso.start", Authentication, LOGON),
    ("sso.login", Authentication, LOGON),
    ("sso.fallback", Authentication, LOGON),
    ("sso.logout", Authentication, LOGOFF),
    ("sso.step_up", Authentication, OTHER),
    ("sso.step_up_start", Authentication, OTHER),
    ("factor.verify", Authentication, LOGON),
    ("factor.create", AccountChange, OTHER),
    ("factor.confirm", AccountChange, FACTOR_ENABLE),
    ("factor.delete", AccountChange, FACTOR_DISABLE),
    ("factor.reset", AccountChange, FACTOR_DISABLE),
    ("enrolment.start", AccountChange, OTHER),
    ("enrolment.confirm", AccountChange, FACTOR_ENABLE),
    ("passkey.sign_in", Authentication, LOGON),
    ("passkey.step_up", Authentication, OTHER),
    ("passkey.clone", Authentication, OTHER),
    ("passkey.create", AccountChange, FACTOR_ENABLE),
    ("passkey.enrol", AccountChange, FACTOR_ENABLE),
    ("backup_code.use", Authentication, LOGON),
    ("backup_code.create", AccountChange, FACTOR_ENABLE),
    ("user_session.end", Authentication, LOGOFF),
    ("password.change", AccountChange, PASSWORD_CHANGE),
    ("password_reset.accept", AccountChange, PASSWORD_CHANGE),
    ("invitation.accept", AccountChange, ENABLE),
    ("invitation.create", AccountChange, CREATE),
    ("user.create", AccountChange, CREATE),
    ("user.disable", AccountChange, DISABLE),
    ("user.enable", AccountChange, ENABLE),
    ("user.delete", AccountChange, DELETE),
    ("user.restore", AccountChange, ENABLE),
    ("directory_user.create", AccountChange, CREATE),
    ("directory_user.disable", AccountChange, DISABLE),
    ("directory_user.enable", AccountChange, ENABLE),
    ("directory_user.delete", AccountChange, DELETE),
    ("sso_user.create", AccountChange, CREATE),
    ("grant.create", UserAccess, ASSIGN),
    ("grant.update", UserAccess, ASSIGN),
    ("grant.revoke", UserAccess, REVOKE),
    ("grant.expire", UserAccess, REVOKE),
    ("user_role.update", UserAccess, ASSIGN),
    ("sso_role.update", UserAccess, ASSIGN),
    ("directory_user_role.update", UserAccess, ASSIGN),
    ("session.start", Authentication, LOGON),
    ("session.end", Authentication, LOGOFF),
    ("session.close", Authentication, LOGOFF),
];

/// By the noun.
const NOUNS: &[(&str, Class)] = &[
    ("auth", Authentication),
    ("token", Authentication),
    ("session", Authentication),
    ("ticket", Authentication),
    ("user", AccountChange),
    ("directory_user", AccountChange),
    ("password", AccountChange),
    ("password_reset", AccountChange),
    ("address_change", AccountChange),
    ("identity", AccountChange),
    ("invitation", AccountChange),
    ("grant", UserAccess),
    ("access", UserAccess),
    ("access_batch", UserAccess),
    ("access_request", UserAccess),
    ("access_proposal", UserAccess),
    ("emergency", UserAccess),
    ("emergency_access", UserAccess),
    ("sso", EntityManagement),
    ("sso_domain", EntityManagement),
    ("api_token", EntityManagement),
    ("directory_token", EntityManagement),
    ("directory_group", EntityManagement),
    ("token_key", EntityManagement),
    ("organization", EntityManagement),
    ("organization_security", EntityManagement),
    ("organization_key", EntityManagement),
    ("platform", EntityManagement),
    ("asset", EntityManagement),
    ("host_key", EntityManagement),
    ("credential", EntityManagement),
    ("recording", ApiActivity),
    ("audit", ApiActivity),
    ("audit_hold", ApiActivity),
    ("compliance_report", ApiActivity),
    ("audit_destination", EntityManagement),
    ("mail", ApiActivity),
    ("request", ApiActivity),
];

/// What the verb of an entity or a call is. The rest is [`OTHER`].
const VERBS: &[(&str, u8)] = &[
    ("create", CREATE),
    ("setup", CREATE),
    ("scan", READ),
    ("open", READ),
    ("play", READ),
    ("export", READ),
    ("bundle", READ),
    ("verify", READ),
    ("inspect", READ),
    ("update", UPDATE),
    ("settings_update", UPDATE),
    ("activate", UPDATE),
    ("deactivate", UPDATE),
    ("suspend", UPDATE),
    ("resume", UPDATE),
    ("confirm", UPDATE),
    ("rotate", UPDATE),
    ("keys_renew", UPDATE),
    ("key_rotate", UPDATE),
    ("secret_rotate", UPDATE),
    ("own_key_change", UPDATE),
    ("delete", REMOVE),
    ("revoke", REMOVE),
    ("destroy", REMOVE),
    ("wipe", REMOVE),
    ("cleanup", REMOVE),
    ("erase", REMOVE),
];

/// The same of access, for what is done to many grants at once.
const ACCESS_VERBS: &[(&str, u8)] = &[("assign", ASSIGN), ("hand_off", ASSIGN), ("bulk_revoke", REVOKE)];

/// Of a code. None: its noun stands in no table, which no kind of the catalogue may say of itself.
pub(super) fn classify(code: &str) -> Option<Classified> {
    if let Some(&(_, class, activity)) = CODES.iter().find(|(known, ..)| *known == code) {
        return Some((class, activity));
    }
    let (noun, verb) = code.split_once('.')?;
    let &(_, class) = NOUNS.iter().find(|(known, _)| *known == noun)?;
    let verbs = match class {
        EntityManagement | ApiActivity => VERBS,
        UserAccess => ACCESS_VERBS,
        Authentication | AccountChange => &[],
    };
    let activity = verbs.iter().find(|(known, _)| *known == verb).map_or(OTHER, |(_, activity)| *activity);
    Some((class, activity))
}

/// What the schema calls an activity.
pub(super) fn activity_name(class: Class, activity: u8) -> Option<&'static str> {
    Some(match (class, activity) {
        (Authentication, LOGON) => "Logon",
        (Authentication, LOGOFF) => "Logoff",
        (AccountChange, ENABLE) => "Enable",
        (AccountChange, PASSWORD_CHANGE) => "Password Change",
        (AccountChange, PASSWORD_RESET) => "Password Reset",
        (AccountChange, DISABLE) => "Disable",
        (AccountChange, LOCK) => "Lock",
        (AccountChange, FACTOR_ENABLE) => "MFA Factor Enable",
        (AccountChange, FACTOR_DISABLE) => "MFA Factor Disable",
        (UserAccess, ASSIGN) => "Assign Privileges",
        (UserAccess, REVOKE) => "Revoke Privileges",
        (AccountChange | EntityManagement | ApiActivity, CREATE) => "Create",
        (EntityManagement | ApiActivity, READ) => "Read",
        (EntityManagement | ApiActivity, UPDATE) => "Update",
        (AccountChange, DELETE) | (EntityManagement | ApiActivity, REMOVE) => "Delete",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::catalogue;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_of_event_has_a_class_and_an_activity() {
        for kind in catalogue::ALL {
            let Some((class, activity)) = classify(kind.code) else {
                panic!("{} has no class: give its noun one in NOUNS, or the code a row in CODES", kind.code)
            };
            let known = activity == OTHER || activity_name(class, activity).is_some();
            assert!(known, "{}: {class:?} knows no activity {activity}", kind.code);
        }
    }

    #[test]
    fn no_row_stands_twice_and_none_is_of_a_kind_that_is_not_there() {
        let codes: BTreeSet<_> = CODES.iter().map(|(code, ..)| code).collect();
        let nouns: BTreeSet<_> = NOUNS.iter().map(|(noun, _)| noun).collect();
        let verbs: BTreeSet<_> = VERBS.iter().map(|(verb, _)| verb).collect();
        assert_eq!((codes.len(), nouns.len(), verbs.len()), (CODES.len(), NOUNS.len(), VERBS.len()));
        for (code, ..) in CODES {
            assert!(catalogue::ALL.iter().any(|kind| kind.code == *code), "{code} is no kind of event");
        }
        assert_eq!(classify("nothing.create"), None);
        assert_eq!(classify("nothing"), None);
    }
}
