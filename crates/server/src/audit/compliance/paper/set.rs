//! By the crate that knows Typst, on a thread of its own, one at a time.

use super::Place;
use crate::access::Caller;
use crate::app::App;
use crate::audit::compliance::{
    ComplianceCheck, ComplianceControl, ComplianceEvidence, ComplianceReport, ComplianceStandard,
    ComplianceState,
};
use crate::error::Result;
use chrono::SecondsFormat;
use sallyport_report_pdf::{Check, Criterion, Evidence, Report, Section, State};

/// What a reader has to know. The same as on the page and in `docs/audit.md`.
const NOTES: [&str; 2] = [
    "Checks tell how things stood at the moment when this report was made; entries are those that the audit log kept \
     within the period. Met: no check speaks against the control, and a check or an entry of something that was done \
     speaks for it. Needs attention: a check says that somebody should look. No evidence: there was nothing to judge by.",
    "The titles of the controls are ours; the standards’ own text is theirs. This report tells what the platform can see, \
     and certifies nothing: whether that is enough is the auditor’s to say.",
];

/// Waits for its turn. Who goes away meanwhile leaves no work behind; what has begun keeps its turn until it is done.
pub(in crate::audit::compliance) async fn pdf(
    app: &App,
    caller: &Caller,
    report: ComplianceReport,
    place: Place,
) -> Result<Vec<u8>> {
    let paper = paper(&app.config.http.public_url, &caller.display_name, report);
    let turn = place.turn().await?;
    let work = tokio::task::spawn_blocking(move || {
        let pdf = sallyport_report_pdf::pdf(&paper);
        drop((turn, place));
        pdf
    });
    Ok(work.await.map_err(anyhow::Error::from)?.map_err(anyhow::Error::from)?)
}

fn paper(origin: &str, made_by: &str, report: ComplianceReport) -> Report {
    let source = source(origin, &report);
    let mut sections: Vec<Section> = Vec::new();
    let mut last = None;
    for control in report.controls {
        if last.replace(control.standard) != Some(control.standard) {
            sections.push(Section { title: called(control.standard).to_owned(), criteria: Vec::new() });
        }
        if let Some(section) = sections.last_mut() {
            section.criteria.push(criterion(control));
        }
    }
    let covers: Vec<_> = sections.iter().map(|section| section.title.as_str()).collect();
    Report {
        title: "Compliance report".to_owned(),
        subject: report.organization_name.unwrap_or_else(|| "All organizations".to_owned()),
        from: report.from,
        to: report.to,
        covers: covers.join(", "),
        made_at: report.generated_at,
        made_by: made_by.to_owned(),
        notes: NOTES.map(str::to_owned).into(),
        evidence_title: "Evidence: the newest entry of each kind, five kinds at most".to_owned(),
        source: Some(source),
        sections,
    }
}

/// The log itself in the console, narrowed to what the report is about.
fn source(origin: &str, report: &ComplianceReport) -> String {
    let instant = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let of = report.organization_id.map(|id| format!("&organizationId={}", id.0)).unwrap_or_default();
    format!("{origin}/audit?between={}_{}{of}", instant(report.from), instant(report.to))
}

fn called(standard: ComplianceStandard) -> &'static str {
    match standard {
        ComplianceStandard::Soc2 => "SOC 2",
        ComplianceStandard::Iso27001 => "ISO/IEC 27001:2022",
    }
}

fn criterion(control: ComplianceControl) -> Criterion {
    let entries = if control.events == 1 { "entry" } else { "entries" };
    Criterion {
        figures: format!(
            "{} {entries} of evidence, {} refused, {} of high risk.",
            grouped(control.events),
            grouped(control.refused),
            grouped(control.high_risk)
        ),
        id: control.id,
        title: control.title,
        state: state(control.state),
        checks: control.checks.into_iter().map(check).collect(),
        evidence: control.evidence.into_iter().map(evidence).collect(),
    }
}

fn check(check: ComplianceCheck) -> Check {
    let unit = if check.name.ends_with("Percent") { " %" } else { "" };
    Check {
        state: state(check.state),
        figure: format!("{}{unit}", grouped(check.value)),
        sentence: check.sentence,
    }
}

fn evidence(entry: ComplianceEvidence) -> Evidence {
    Evidence { at: entry.occurred_at, sentence: entry.sentence, code: entry.code, id: entry.id.0.to_string() }
}

fn state(state: ComplianceState) -> State {
    match state {
        ComplianceState::Met => State::Met,
        ComplianceState::Attention => State::Attention,
        ComplianceState::NoEvidence => State::NoEvidence,
    }
}

/// "1,234,567"
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::range::Range;
    use crate::ids::{AuditEventId, OrganizationId};
    use chrono::{DateTime, Utc};
    use uuid::Uuid;

    #[test]
    fn numbers_are_grouped() {
        for (number, words) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (-12_345, "-12,345"), (1_234_567, "1,234,567")]
        {
            assert_eq!(grouped(number), words);
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn control(id: &str, standard: ComplianceStandard, value: i64) -> ComplianceControl {
        ComplianceControl {
            id: id.to_owned(),
            standard,
            title: format!("about {id}"),
            state: ComplianceState::Attention,
            events: value,
            refused: 1,
            high_risk: 2,
            checks: vec![ComplianceCheck {
                name: "secondFactorPercent".to_owned(),
                sentence: "1 of 2.".to_owned(),
                state: ComplianceState::Attention,
                value: 50,
            }],
            evidence: vec![ComplianceEvidence {
                id: AuditEventId(Uuid::from_u128(7)),
                occurred_at: at("2026-11-01T08:00:00Z"),
                code: "grant.create".to_owned(),
                sentence: "a grant".to_owned(),
            }],
        }
    }

    #[test]
    fn what_the_api_says_stands_on_the_paper() {
        let range = Range { from: at("2026-08-24T07:00:00Z"), to: at("2026-11-22T07:00:00Z") };
        let acme = OrganizationId(Uuid::from_u128(1));
        let controls = vec![
            control("CC6.1", ComplianceStandard::Soc2, 1_234),
            control("CC6.2", ComplianceStandard::Soc2, 1),
            control("A.8.2", ComplianceStandard::Iso27001, 0),
        ];
        let of_acme = ComplianceReport::of(range.to, range, Some((acme, "Acme".to_owned())), controls);
        let paper = paper("https://gate.example", "Ana", of_acme);
        assert_eq!((paper.subject.as_str(), paper.covers.as_str()), ("Acme", "SOC 2, ISO/IEC 27001:2022"));
        let source = "https://gate.example/audit?between=2026-08-24T07:00:00Z_2026-11-22T07:00:00Z\
                      &organizationId=00000000-0000-0000-0000-000000000001";
        assert_eq!(paper.source.as_deref(), Some(source));
        assert_eq!(paper.sections.iter().map(|one| one.criteria.len()).collect::<Vec<_>>(), [2, 1]);
        let first = &paper.sections[0].criteria[0];
        assert_eq!(first.figures, "1,234 entries of evidence, 1 refused, 2 of high risk.");
        assert_eq!((first.state, first.checks[0].figure.as_str()), (State::Attention, "50 %"));
        assert_eq!(first.evidence[0].id, Uuid::from_u128(7).to_string());
        assert!(paper.sections[0].criteria[1].figures.starts_with("1 entry of"));
        let all =
            super::paper("https://gate.example", "Ana", ComplianceReport::of(range.to, range, None, vec![]));
        assert_eq!((all.subject.as_str(), all.sections.len()), ("All organizations", 0));
    }
}
