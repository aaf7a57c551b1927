//! What the template gets: the report in words, within bounds.

use crate::letters::Letters;
use crate::{Check, Criterion, Evidence, Report, Section, State};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Criteria of a report at most, and rows of its checks and evidence together.
const MOST_CRITERIA: usize = 100;
const MOST_ROWS: usize = 600;
/// Bytes of all texts together, after which rows are left out too: about a hundred pages.
const MOST_BYTES: usize = 250_000;
/// Findings on the first pages at most.
const MOST_FINDINGS: usize = 100;
/// Criteria of a report at most that go on where the first page ends.
const SHORT: usize = 4;
/// Letters of a name in the head of a page, of what a criterion is numbered by, of what fits in a heading.
const HEAD: usize = 60;
const ID: usize = 24;
const HEADING: usize = 300;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Paper {
    title: String,
    subject: String,
    subject_short: String,
    period: String,
    covers: String,
    made_at: String,
    made_by: String,
    keywords: Vec<String>,
    notes: Vec<String>,
    evidence_title: String,
    source: Option<String>,
    source_shown: Option<String>,
    counts: Counts,
    findings: Vec<Finding>,
    findings_cut: Option<String>,
    /// Whether the criteria begin on a page of their own.
    long: bool,
    sections: Vec<PaperSection>,
}

#[derive(Debug, Default, Serialize)]
struct Counts {
    met: usize,
    attention: usize,
    no_evidence: usize,
}

/// A check that asks for attention, and the criteria that it stands at.
#[derive(Debug, Serialize)]
struct Finding {
    sentence: String,
    criteria: Vec<String>,
}

#[derive(Debug, Serialize)]
struct PaperSection {
    title: String,
    criteria: Vec<PaperCriterion>,
    cut: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PaperCriterion {
    id: String,
    title: String,
    state: &'static str,
    checks: Vec<PaperCheck>,
    checks_cut: Option<String>,
    figures: String,
    evidence: Vec<PaperEvidence>,
    evidence_cut: Option<String>,
}

#[derive(Debug, Serialize)]
struct PaperCheck {
    state: &'static str,
    sentence: String,
    figure: String,
}

#[derive(Debug, Serialize)]
struct PaperEvidence {
    at: String,
    sentence: String,
    code: String,
    id: String,
}

/// What there is still room for.
struct Room {
    letters: Letters,
    criteria: usize,
    rows: usize,
    bytes: usize,
}

impl Paper {
    pub(crate) fn of(report: &Report, letters: Letters) -> Self {
        let mut room = Room { letters, criteria: MOST_CRITERIA, rows: MOST_ROWS, bytes: MOST_BYTES };
        let all = findings(report, letters);
        let left = all.len().saturating_sub(MOST_FINDINGS);
        let sections = || report.sections.iter().take(MOST_CRITERIA);
        let source = report.source.as_deref().filter(|source| !source.is_empty());
        Self {
            title: letters.visible(&report.title),
            subject: letters.visible(&report.subject),
            subject_short: letters.short(&report.subject, HEAD),
            period: format!("{} – {} UTC", instant(report.from), instant(report.to)),
            covers: letters.visible(&report.covers),
            made_at: format!("{} UTC", instant(report.made_at)),
            made_by: letters.visible(&report.made_by),
            keywords: sections().map(|section| letters.short(&section.title, HEADING)).collect(),
            notes: report.notes.iter().map(|words| letters.visible(words)).collect(),
            evidence_title: letters.visible(&report.evidence_title),
            source: source.map(str::to_owned),
            // What is asked of the page is of use to a browser only.
            source_shown: source
                .and_then(|source| source.split('?').next())
                .map(|page| letters.visible(page)),
            counts: counts(report),
            findings: all.into_iter().take(MOST_FINDINGS).collect(),
            findings_cut: cut(left, "more finding stands", "more findings stand", "at the controls below."),
            long: sections().map(|section| section.criteria.len()).sum::<usize>() > SHORT,
            sections: sections().map(|section| room.section(section)).collect(),
        }
    }
}

impl Room {
    fn section(&mut self, section: &Section) -> PaperSection {
        let fit = section.criteria.len().min(self.criteria);
        self.criteria -= fit;
        PaperSection {
            title: self.letters.short(&section.title, HEADING),
            criteria: section.criteria.iter().take(fit).map(|one| self.criterion(one)).collect(),
            cut: cut(section.criteria.len() - fit, "more control is", "more controls are", ELSEWHERE),
        }
    }

    fn criterion(&mut self, one: &Criterion) -> PaperCriterion {
        let letters = self.letters;
        let checks = self.fit(&one.checks, |check| PaperCheck::of(check, letters), PaperCheck::bytes);
        let evidence = self.fit(&one.evidence, |row| PaperEvidence::of(row, letters), PaperEvidence::bytes);
        PaperCriterion {
            id: letters.short(&one.id, ID),
            title: letters.short(&one.title, HEADING),
            state: word(one.state),
            checks_cut: cut(one.checks.len() - checks.len(), "more check is", "more checks are", ELSEWHERE),
            checks,
            figures: letters.short(&one.figures, HEADING),
            evidence_cut: cut(one.evidence.len() - evidence.len(), "more row is", "more rows are", ELSEWHERE),
            evidence,
        }
    }

    /// The rows that there is room for; in order, and none after one that did not fit.
    fn fit<T, U>(&mut self, rows: &[T], print: impl Fn(&T) -> U, bytes: impl Fn(&U) -> usize) -> Vec<U> {
        let mut fitting = Vec::new();
        for row in rows {
            if self.rows == 0 {
                break;
            }
            let printed = print(row);
            let Some(rest) = self.bytes.checked_sub(bytes(&printed)) else {
                self.rows = 0;
                break;
            };
            self.rows -= 1;
            self.bytes = rest;
            fitting.push(printed);
        }
        fitting
    }
}

impl PaperCheck {
    fn of(check: &Check, letters: Letters) -> Self {
        Self {
            state: word(check.state),
            sentence: letters.visible(&check.sentence),
            figure: letters.visible(&check.figure),
        }
    }

    fn bytes(&self) -> usize {
        self.sentence.len() + self.figure.len()
    }
}

impl PaperEvidence {
    fn of(row: &Evidence, letters: Letters) -> Self {
        Self {
            at: row.at.format("%-d %b %Y, %H:%M:%S").to_string(),
            sentence: letters.visible(&row.sentence),
            code: letters.visible(&row.code),
            id: letters.visible(&row.id),
        }
    }

    fn bytes(&self) -> usize {
        self.sentence.len() + self.code.len() + self.id.len()
    }
}

/// The end of the line that says what was left out.
const ELSEWHERE: &str = "left out of this document; the console and the API have all of them.";

fn cut(left: usize, one: &str, many: &str, end: &str) -> Option<String> {
    match left {
        0 => None,
        1 => Some(format!("1 {one} {end}")),
        _ => Some(format!("{left} {many} {end}")),
    }
}

fn counts(report: &Report) -> Counts {
    let mut counts = Counts::default();
    for criterion in report.sections.iter().flat_map(|section| &section.criteria) {
        match criterion.state {
            State::Met => counts.met += 1,
            State::Attention => counts.attention += 1,
            State::NoEvidence => counts.no_evidence += 1,
        }
    }
    counts
}

/// Each check that asks for attention once, in the order of the report.
fn findings(report: &Report, letters: Letters) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let criteria = report.sections.iter().flat_map(|section| &section.criteria).take(MOST_CRITERIA);
    for criterion in criteria {
        for check in
            criterion.checks.iter().filter(|check| check.state == State::Attention).take(MOST_FINDINGS)
        {
            let (sentence, id) = (letters.visible(&check.sentence), letters.short(&criterion.id, ID));
            match findings.iter_mut().find(|finding| finding.sentence == sentence) {
                Some(finding) => finding.criteria.push(id),
                None => findings.push(Finding { sentence, criteria: vec![id] }),
            }
        }
    }
    findings
}

fn word(state: State) -> &'static str {
    match state {
        State::Met => "met",
        State::Attention => "attention",
        State::NoEvidence => "no_evidence",
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M").to_string()
}
