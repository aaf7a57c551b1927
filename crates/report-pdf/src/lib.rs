//! A report as PDF: plain data in, bytes out.
//!
//! Knows Typst, and nothing of the product. What a report says was written by many people, attackers among them: it goes
//! to the template (`report.typ`) as data, never as markup, and a compilation reaches no file, no network, no package, no
//! clock and no font but those embedded here. The same report always gives the same bytes. They are PDF/A-2a, to be kept,
//! and PDF/UA-1, to be read aloud.

mod letters;
mod paper;
mod world;

use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use letters::Letters;
use paper::Paper;
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};
use world::Desk;

/// A report.
#[derive(Clone, Debug)]
pub struct Report {
    /// What it is: "Compliance report".
    pub title: String,
    /// Whom it is about: an organization, or all of them.
    pub subject: String,
    /// From this instant on.
    pub from: DateTime<Utc>,
    /// Before this instant.
    pub to: DateTime<Utc>,
    /// What it looks at, in a line.
    pub covers: String,
    /// When it was made. The date of the file too: nothing here asks a clock.
    pub made_at: DateTime<Utc>,
    /// Who had it made.
    pub made_by: String,
    /// How to read it, a paragraph each.
    pub notes: Vec<String>,
    /// What stands in a criterion's evidence, as the head of its table.
    pub evidence_title: String,
    /// Where the rest is: an address of our own.
    pub source: Option<String>,
    /// What is reported.
    pub sections: Vec<Section>,
}

/// Criteria that belong together.
#[derive(Clone, Debug)]
pub struct Section {
    /// Their heading.
    pub title: String,
    /// In order.
    pub criteria: Vec<Criterion>,
}

/// One line of what is reported, with what stands behind it.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// As a standard numbers it.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// How it stands.
    pub state: State,
    /// What was looked at.
    pub checks: Vec<Check>,
    /// The evidence in numbers, as a sentence.
    pub figures: String,
    /// Rows of evidence.
    pub evidence: Vec<Evidence>,
}

/// How a criterion stands, or a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Met,
    /// Somebody should look.
    Attention,
    /// There is nothing to judge by.
    NoEvidence,
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Check {
    /// How it came out.
    pub state: State,
    /// What was found.
    pub sentence: String,
    /// The number behind it.
    pub figure: String,
}

/// One row of evidence.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    pub sentence: String,
    /// What kind it is of.
    pub code: String,
    /// By which it is found again.
    pub id: String,
}

/// Why there is no PDF. Our own fault, whatever the report says.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data could not be handed over.
    #[error("the report could not be written down: {0}")]
    Data(#[from] serde_json::Error),
    /// The template and the data do not fit, or the standards of the file are not met.
    #[error("the report could not be set: {0}")]
    Typeset(String),
}

/// The report as PDF. Takes a processor for up to seconds: not for a thread that others wait for.
pub fn pdf(report: &Report) -> Result<Vec<u8>, Error> {
    // What the fonts have is printed as it is. Should some mix of letters all the same be none that they can set, the
    // report comes without it: it is escaped like all that cannot be printed.
    pdf_with(report, Letters::OfOurFonts).or_else(|_| pdf_with(report, Letters::Ascii))
}

fn pdf_with(report: &Report, letters: Letters) -> Result<Vec<u8>, Error> {
    let written = typeset(report, letters).and_then(|document| {
        let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
            .map_err(|error| Error::Typeset(error.message().to_string()))?;
        let options = PdfOptions {
            creator: Smart::Custom(Some("Sallyport".to_owned())),
            timestamp: timestamp(report.made_at),
            standards,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&document, &options).map_err(|errors| told(&errors))
    });
    // What was remembered of it on the way is somebody's data and of no use to the next one.
    typst::comemo::evict(0);
    written
}

fn typeset(report: &Report, letters: Letters) -> Result<PagedDocument, Error> {
    let desk = Desk::with(serde_json::to_vec(&Paper::of(report, letters))?);
    let Warned { output, .. } = typst::compile::<PagedDocument>(&desk);
    output.map_err(|errors| told(&errors))
}

fn told(errors: &[SourceDiagnostic]) -> Error {
    Error::Typeset(errors.iter().map(|error| error.message.as_str()).collect::<Vec<_>>().join("; "))
}

/// None outside of the years that a PDF can name.
fn timestamp(at: DateTime<Utc>) -> Option<Timestamp> {
    let part = |number: u32| u8::try_from(number).ok();
    let date = Datetime::from_ymd_hms(
        at.year(),
        part(at.month())?,
        part(at.day())?,
        part(at.hour())?,
        part(at.minute())?,
        part(at.second())?,
    )?;
    Some(Timestamp::new_utc(date))
}

#[cfg(test)]
mod tests;
