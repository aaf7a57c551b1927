//! The controls of the report, in the order of their standards: what each is about in our own words, and which checks
//! speak for or against it. Its entries are those of the kinds that the catalogue names it at.

use super::checks::{self, Check, Found};
use super::model::{ComplianceControl, ComplianceEvidence, ComplianceStandard, ComplianceState};
use crate::audit::Kind;
use ComplianceStandard::{Iso27001, Soc2};

/// How many entries are shown of each control.
const EVIDENCE: usize = 5;

/// One control.
pub(super) struct Control {
    pub(super) id: &'static str,
    pub(super) standard: ComplianceStandard,
    title: &'static str,
    checks: &'static [Check],
}

const fn control(
    standard: ComplianceStandard,
    id: &'static str,
    title: &'static str,
    checks: &'static [Check],
) -> Control {
    Control { id, standard, title, checks }
}

/// All of them.
pub(super) static ALL: &[Control] = &[
    control(
        Soc2,
        "CC6.1",
        "Only known people get in, by proofs that are kept safe",
        &[
            checks::second_factor,
            checks::second_factor_rule,
            checks::stale_credentials,
            checks::key_rotations,
        ],
    ),
    control(Soc2, "CC6.2", "Accounts are made, changed and ended on purpose", &[checks::dormant_accounts]),
    control(
        Soc2,
        "CC6.3",
        "Access follows what people need, and ends",
        &[checks::endless_grants, checks::unused_grants],
    ),
    control(
        Soc2,
        "CC6.6",
        "Who comes from outside is stopped at the gate",
        &[checks::refusals, checks::stolen_proofs, checks::unrecorded_sessions],
    ),
    control(Soc2, "CC6.7", "Information leaves by known ways only", &[checks::exports]),
    control(
        Soc2,
        "CC6.8",
        "What does not belong on a machine is noticed",
        &[checks::changed_host_keys, checks::unknown_machines],
    ),
    control(
        Soc2,
        "CC7.1",
        "Changes that open a hole are noticed",
        &[checks::unknown_machines, checks::changed_host_keys],
    ),
    control(
        Soc2,
        "CC7.2",
        "What is unusual is watched for",
        &[checks::log_entries, checks::stolen_proofs, checks::critical_events],
    ),
    control(
        Soc2,
        "CC7.3",
        "What was noticed is looked into",
        &[checks::critical_events, checks::unrecorded_sessions],
    ),
    control(Soc2, "CC7.4", "Incidents are answered", &[checks::emergencies, checks::emergency_reviews]),
    control(Soc2, "CC7.5", "What was harmed is put right", &[]),
    control(Iso27001, "A.5.15", "Rules of who may do what hold", &[checks::refusals, checks::endless_grants]),
    control(
        Iso27001,
        "A.5.16",
        "Identities are known from beginning to end",
        &[checks::dormant_accounts, checks::unused_api_tokens],
    ),
    control(
        Iso27001,
        "A.5.17",
        "Passwords, keys and other proofs are looked after",
        &[checks::stale_credentials, checks::key_rotations],
    ),
    control(
        Iso27001,
        "A.5.18",
        "Rights are given, reviewed and taken back",
        &[checks::endless_grants, checks::unused_grants],
    ),
    control(
        Iso27001,
        "A.8.2",
        "Privileged access is narrow and in sight",
        &[
            checks::provider_second_factor,
            checks::emergencies,
            checks::emergency_reviews,
            checks::unrecorded_sessions,
        ],
    ),
    control(
        Iso27001,
        "A.8.5",
        "Signing in is safe",
        &[
            checks::second_factor,
            checks::second_factor_rule,
            checks::passwords_beside_sso,
            checks::stolen_proofs,
        ],
    ),
    control(
        Iso27001,
        "A.8.15",
        "What happens is kept as it was",
        &[checks::log_entries, checks::sealed_logs, checks::unrecorded_sessions, checks::exports],
    ),
];

impl Control {
    /// How it stands. The kinds are those of the catalogue; `found.happened` has the newest first.
    pub(super) fn report(&self, found: &Found, kinds: &[&Kind]) -> ComplianceControl {
        let is_of_it =
            |code: &str| kinds.iter().any(|kind| kind.code == code && kind.controls.contains(&self.id));
        let own: Vec<_> = found.happened.iter().filter(|kind| is_of_it(&kind.code)).collect();
        let checks: Vec<_> = self.checks.iter().map(|check| check(found)).collect();
        let (events, refused): (i64, i64) =
            own.iter().fold((0, 0), |(events, refused), kind| (events + kind.total, refused + kind.refused));
        let any = |state| checks.iter().any(|check| check.state == state);
        // How things stand now says nothing for a time of which there is no log; a refusal was no act of the control's.
        let logged = !found.happened.is_empty();
        let state = if any(ComplianceState::Attention) {
            ComplianceState::Attention
        } else if logged && (events > refused || any(ComplianceState::Met)) {
            ComplianceState::Met
        } else {
            ComplianceState::NoEvidence
        };
        ComplianceControl {
            id: self.id.to_owned(),
            standard: self.standard,
            title: self.title.to_owned(),
            state,
            events,
            refused,
            high_risk: own.iter().map(|kind| kind.high).sum(),
            checks,
            evidence: own
                .iter()
                .take(EVIDENCE)
                .map(|kind| ComplianceEvidence {
                    id: kind.id,
                    occurred_at: kind.occurred_at,
                    code: kind.code.clone(),
                    sentence: kind.sentence.clone(),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::catalogue;
    use std::collections::BTreeSet;

    #[test]
    fn every_control_has_kinds_of_events_that_are_evidence_for_it() {
        let ids: BTreeSet<_> = ALL.iter().map(|control| control.id).collect();
        assert_eq!(ids.len(), ALL.len());
        for control in ALL {
            let kinds = catalogue::ALL.iter().filter(|kind| kind.controls.contains(&control.id));
            assert!(kinds.count() >= 2, "{} has next to no kinds of events", control.id);
        }
    }
}
