//! What is looked at: each check is one number from the database, what it means, and a sentence that says so.

use super::model::{ComplianceCheck, ComplianceState};
use super::store::{Access, Happened, People};

/// Everything that checks go by.
pub(super) struct Found {
    pub(super) happened: Vec<Happened>,
    pub(super) people: People,
    pub(super) access: Access,
}

impl Found {
    fn total(&self) -> i64 {
        self.happened.iter().map(|kind| kind.total).sum()
    }

    /// What must not happen did not, in a time of which there is a log.
    fn never(&self, times: i64) -> ComplianceState {
        none_of(self.total(), times)
    }

    fn of(&self, codes: &[&str]) -> i64 {
        self.happened.iter().filter(|kind| codes.contains(&kind.code.as_str())).map(|kind| kind.total).sum()
    }
}

/// A check.
pub(super) type Check = fn(&Found) -> ComplianceCheck;

fn result(name: &str, state: ComplianceState, value: i64, sentence: String) -> ComplianceCheck {
    ComplianceCheck { name: name.to_owned(), sentence, state, value }
}

/// Met when none is wrong; nothing to judge when there are none at all.
fn none_of(all: i64, wrong: i64) -> ComplianceState {
    match (all, wrong) {
        (0, _) => ComplianceState::NoEvidence,
        (_, 0) => ComplianceState::Met,
        _ => ComplianceState::Attention,
    }
}

/// What is kept is there.
fn some(count: i64) -> ComplianceState {
    if count == 0 { ComplianceState::NoEvidence } else { ComplianceState::Met }
}

/// "1 grant has", "2 grants have": a number, what it counts, and the verb that fits, each as one and as many.
fn count(number: i64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// Rounded down: a hundred is all of them.
fn per_cent(part: i64, all: i64) -> i64 {
    if all == 0 { 0 } else { part * 100 / all }
}

pub(super) fn second_factor(found: &Found) -> ComplianceCheck {
    let (all, with) = (found.people.active, found.people.with_factor);
    let sentence =
        format!("{with} of {} have a second factor here.", count(all, "active account", "active accounts"));
    result("secondFactorPercent", none_of(all, all - with), per_cent(with, all), sentence)
}

pub(super) fn provider_second_factor(found: &Found) -> ComplianceCheck {
    let (all, with) = (found.people.provider_active, found.people.provider_with_factor);
    let sentence = format!(
        "{with} of {} of the provider have a second factor here.",
        count(all, "active account", "active accounts")
    );
    result("providerSecondFactorPercent", none_of(all, all - with), per_cent(with, all), sentence)
}

pub(super) fn second_factor_rule(found: &Found) -> ComplianceCheck {
    let wrong = found.people.without_factor_rule;
    let who = count(wrong, "active organization does", "active organizations do");
    let sentence = format!("{who} not ask everybody for a second factor.");
    result("organizationsWithoutFactorRule", none_of(found.people.organizations, wrong), wrong, sentence)
}

pub(super) fn dormant_accounts(found: &Found) -> ComplianceCheck {
    let wrong = found.people.dormant;
    let sentence = format!(
        "{} not been signed in to for more than 90 days.",
        count(wrong, "active account has", "active accounts have")
    );
    result("dormantAccounts", none_of(found.people.active, wrong), wrong, sentence)
}

pub(super) fn unused_api_tokens(found: &Found) -> ComplianceCheck {
    let wrong = found.people.unused_api_tokens;
    let sentence =
        format!("{} not been used for more than 90 days.", count(wrong, "API token has", "API tokens have"));
    result("unusedApiTokens", none_of(found.people.api_tokens, wrong), wrong, sentence)
}

pub(super) fn endless_grants(found: &Found) -> ComplianceCheck {
    let wrong = found.access.endless_grants;
    let sentence = format!("{} no end.", count(wrong, "active grant has", "active grants have"));
    result("grantsWithoutExpiry", none_of(found.access.grants, wrong), wrong, sentence)
}

pub(super) fn unused_grants(found: &Found) -> ComplianceCheck {
    let wrong = found.access.unused_grants;
    let sentence = format!(
        "{} not been used for more than 90 days.",
        count(wrong, "active grant has", "active grants have")
    );
    result("unusedGrants", none_of(found.access.grants, wrong), wrong, sentence)
}

pub(super) fn emergencies(found: &Found) -> ComplianceCheck {
    let (all, wrong) = (found.access.emergencies, found.access.long_emergencies);
    let sentence = format!(
        "{} of emergency access; {} for longer than an hour.",
        count(all, "grant", "grants"),
        count(wrong, "was", "were")
    );
    result("emergenciesLongerThanAnHour", none_of(all, wrong), wrong, sentence)
}

/// What is overdue now, whenever it began: an emergency of long ago may still wait for somebody to look into it.
pub(super) fn emergency_reviews(found: &Found) -> ComplianceCheck {
    let wrong = found.access.overdue_reviews;
    let sentence = format!(
        "{} of emergency access overdue, that nobody has reviewed within 24 hours of its end.",
        count(wrong, "review is", "reviews are")
    );
    result("emergencyReviewsOverdue", none_of(found.access.emergencies + wrong, wrong), wrong, sentence)
}

pub(super) fn unrecorded_sessions(found: &Found) -> ComplianceCheck {
    let (all, wrong) = (found.access.sessions, found.access.unrecorded_sessions);
    let sentence = format!("Of {all} ended sessions {} no sealed recording.", count(wrong, "has", "have"));
    result("sessionsWithoutRecording", none_of(all, wrong), wrong, sentence)
}

pub(super) fn unknown_machines(found: &Found) -> ComplianceCheck {
    let wrong = found.access.unknown_machines;
    let sentence =
        format!("{} no host key that a person confirmed.", count(wrong, "machine has", "machines have"));
    result("machinesWithoutHostKey", none_of(found.access.machines, wrong), wrong, sentence)
}

pub(super) fn stale_credentials(found: &Found) -> ComplianceCheck {
    let wrong = found.access.stale_credentials;
    let sentence = format!(
        "{} not been rotated for more than a year.",
        count(wrong, "credential has", "credentials have")
    );
    result("staleCredentials", none_of(found.access.credentials, wrong), wrong, sentence)
}

pub(super) fn key_rotations(found: &Found) -> ComplianceCheck {
    let times = found.of(&["token_key.rotate", "credential.rotate"]);
    let sentence = format!("Keys and credentials were rotated {}.", count(times, "time", "times"));
    result("rotations", some(times), times, sentence)
}

pub(super) fn changed_host_keys(found: &Found) -> ComplianceCheck {
    let times = found.of(&["host_key.changed"]);
    let sentence =
        format!("Machines showed another host key than the confirmed one {}.", count(times, "time", "times"));
    result("changedHostKeys", found.never(times), times, sentence)
}

pub(super) fn stolen_proofs(found: &Found) -> ComplianceCheck {
    let times = found.of(&["token.reuse", "passkey.clone"]);
    let sentence =
        format!("A spent token or what may be a copied passkey was shown {}.", count(times, "time", "times"));
    result("reusedProofs", found.never(times), times, sentence)
}

pub(super) fn passwords_beside_sso(found: &Found) -> ComplianceCheck {
    let times = found.of(&["sso.fallback"]);
    let sentence =
        format!("Somebody signed in by password beside single sign-on {}.", count(times, "time", "times"));
    result("passwordsBesideSingleSignOn", found.never(times), times, sentence)
}

pub(super) fn critical_events(found: &Found) -> ComplianceCheck {
    let times = found.happened.iter().map(|kind| kind.critical).sum();
    let sentence =
        format!("{} of critical risk.", count(times, "entry of the log is", "entries of the log are"));
    result("criticalEvents", found.never(times), times, sentence)
}

pub(super) fn refusals(found: &Found) -> ComplianceCheck {
    let times: i64 = found.happened.iter().map(|kind| kind.refused).sum();
    let sentence =
        format!("{} refused, each with its reason in the log.", count(times, "act was", "acts were"));
    result("refusals", some(found.total()), times, sentence)
}

pub(super) fn exports(found: &Found) -> ComplianceCheck {
    let times = found.of(&["audit.export", "compliance_report.export", "recording.export"]);
    let sentence = format!("{} of exports, with who and what.", count(times, "entry tells", "entries tell"));
    result("exports", some(times), times, sentence)
}

pub(super) fn sealed_logs(found: &Found) -> ComplianceCheck {
    let (all, wrong) = (found.access.logs, found.access.halted_logs);
    let sentence = format!(
        "Of {} sealed {} stopped, because what is there is not what was sealed.",
        count(all, "log that is", "logs that are"),
        count(wrong, "was", "were")
    );
    result("haltedLogs", none_of(all, wrong), wrong, sentence)
}

pub(super) fn log_entries(found: &Found) -> ComplianceCheck {
    let total = found.total();
    let sentence = format!("{} kept of this time.", count(total, "entry is", "entries are"));
    result("entries", some(total), total, sentence)
}
