//! What came out, as lines while it runs and as a table at the end.

use std::time::Duration;

/// The rows of one run.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    what: String,
    ours: String,
    peer: String,
    ratio: String,
    goal: String,
    met: bool,
}

impl Report {
    /// A figure of ours beside the peer's, where more is better; `goal` is the least ratio.
    pub(crate) fn ratio(&mut self, what: &str, unit: &str, ours: f64, peer: f64, goal: f64) {
        let ratio = ours / peer;
        self.add(Row {
            what: what.to_owned(),
            ours: format!("{ours:.0} {unit}"),
            peer: format!("{peer:.0} {unit}"),
            ratio: format!("{ratio:.2}"),
            goal: format!("≥ {goal}"),
            met: ratio >= goal,
        });
    }

    /// A figure that must not exceed its goal; `peer` is what the named peer showed, if there is one.
    pub(crate) fn at_most(&mut self, what: &str, unit: &str, ours: f64, peer: Option<f64>, goal: f64) {
        self.add(Row {
            what: what.to_owned(),
            ours: format!("{ours:.2} {unit}"),
            peer: peer.map_or_else(|| "–".to_owned(), |peer| format!("{peer:.2} {unit}")),
            ratio: peer.map_or_else(|| "–".to_owned(), |peer| format!("{:.2}", ours / peer)),
            goal: format!("≤ {goal} {unit}"),
            met: ours <= goal,
        });
    }

    /// A figure that must reach its goal.
    pub(crate) fn at_least(&mut self, what: &str, unit: &str, ours: f64, goal: f64) {
        self.add(Row {
            what: what.to_owned(),
            ours: format!("{ours:.0} {unit}"),
            peer: "–".to_owned(),
            ratio: "–".to_owned(),
            goal: format!("≥ {goal} {unit}"),
            met: ours >= goal,
        });
    }

    fn add(&mut self, row: Row) {
        println!("{}: {} beside {} (ratio {}, goal {})", row.what, row.ours, row.peer, row.ratio, row.goal);
        self.rows.push(row);
    }

    /// The table of `RESULTS.md`.
    pub(crate) fn print(&self) {
        println!("\n| what | ours | peer | ratio | goal | met |\n|---|---|---|---|---|---|");
        for row in &self.rows {
            let met = if row.met { "yes" } else { "**no**" };
            println!("| {} | {} | {} | {} | {} | {met} |", row.what, row.ours, row.peer, row.ratio, row.goal);
        }
    }
}

/// The value below which `percent` of the samples lie.
pub(crate) fn percentile(samples: &mut [Duration], percent: usize) -> Duration {
    samples.sort_unstable();
    let last = samples.len().saturating_sub(1);
    samples.get((samples.len() * percent / 100).min(last)).copied().unwrap_or_default()
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// In milliseconds.
pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
