//! The numbers, and how the rows of one query become them.

use crate::access::caller::text_enum;
use crate::audit::range::Range;
use crate::ids::{OrganizationId, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::{IntoParams, ToSchema};

/// What can be asked.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub struct StatsFilter {
    /// Of one organization; without it of all that the caller sees.
    pub organization_id: Option<OrganizationId>,
    /// From this instant on (RFC 3339); 30 days before `to` when not given.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant; now when not given. At most 366 days after `from`.
    pub to: Option<DateTime<Utc>>,
}

text_enum! {
    /// How long the steps of a chart are.
    BucketSize {
        /// From one full hour to the next.
        Hour = "hour",
        /// From midnight to midnight, UTC.
        Day = "day",
        /// From Monday to Monday, UTC.
        Week = "week",
    }
}

impl BucketSize {
    /// So that there are some dozens of steps: hours up to three days, days up to three months.
    pub(super) fn fitting(range: Range) -> Self {
        let length = range.to - range.from;
        if length <= TimeDelta::days(3) {
            Self::Hour
        } else if length <= TimeDelta::days(93) {
            Self::Day
        } else {
            Self::Week
        }
    }

    pub(super) fn hours(self) -> i32 {
        match self {
            Self::Hour => 1,
            Self::Day => 24,
            Self::Week => 7 * 24,
        }
    }

    /// The beginning of the step that `at` lies in. Steps are counted from a Monday, as in the query.
    fn start_of(self, at: DateTime<Utc>) -> DateTime<Utc> {
        let step = i64::from(self.hours()) * 3600;
        let since = at.timestamp() - MONDAY_S;
        DateTime::from_timestamp(MONDAY_S + since.div_euclid(step) * step, 0).unwrap_or(at)
    }
}

/// 2001-01-01, a Monday.
const MONDAY_S: i64 = 978_307_200;

/// Entries by how much harm lies in them.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct AuditByRisk {
    /// None.
    pub info: i64,
    /// Little.
    pub low: i64,
    /// Some.
    pub medium: i64,
    /// Much.
    pub high: i64,
    /// To be looked at at once.
    pub critical: i64,
}

impl AuditByRisk {
    pub(in crate::audit) fn set(&mut self, level: &str, count: i64) {
        match level {
            "info" => self.info = count,
            "low" => self.low = count,
            "medium" => self.medium = count,
            "high" => self.high = count,
            _ => self.critical = count,
        }
    }
}

/// Entries by how it went.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct AuditByOutcome {
    /// About to be tried.
    pub attempt: i64,
    /// Done.
    pub success: i64,
    /// Not allowed, or not fitting.
    pub refused: i64,
    /// Allowed, but it broke.
    pub failed: i64,
}

impl AuditByOutcome {
    fn set(&mut self, outcome: &str, count: i64) {
        match outcome {
            "attempt" => self.attempt = count,
            "success" => self.success = count,
            "refused" => self.refused = count,
            _ => self.failed = count,
        }
    }
}

/// How often one kind of event happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditByCode {
    /// `noun.verb`.
    pub code: String,
    /// How often.
    pub count: i64,
}

/// How much one person did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditByActor {
    /// The person.
    pub actor_id: UserId,
    /// As they were called last.
    pub name: String,
    /// Entries.
    pub count: i64,
}

/// How much happened at one organization.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditByOrganization {
    /// The organization.
    pub organization_id: OrganizationId,
    /// Its name now.
    pub name: String,
    /// Entries.
    pub count: i64,
}

/// One step of the chart.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditBucket {
    /// Its beginning.
    pub start: DateTime<Utc>,
    /// Entries.
    pub total: i64,
    /// Of high or critical risk.
    pub high: i64,
    /// Refused.
    pub refused: i64,
}

/// The log in numbers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditStats {
    /// From when.
    pub from: DateTime<Utc>,
    /// Before when.
    pub to: DateTime<Utc>,
    /// Entries.
    pub total: i64,
    /// Refused.
    pub refused: i64,
    /// Evidence for a control.
    pub compliance_relevant: i64,
    /// By how much harm lies in them.
    pub by_risk_level: AuditByRisk,
    /// By how it went.
    pub by_outcome: AuditByOutcome,
    /// The 20 most frequent kinds.
    pub by_code: Vec<AuditByCode>,
    /// The 10 people who did most.
    pub by_actor: Vec<AuditByActor>,
    /// The 10 organizations where most happened.
    pub by_organization: Vec<AuditByOrganization>,
    /// Step by step, without gaps.
    pub buckets: Vec<AuditBucket>,
    /// How long a step is.
    pub bucket: BucketSize,
}

/// One group of the query: of all, or by the one column that is not empty.
pub(super) struct Row {
    pub(super) grouped: String,
    pub(super) word: Option<String>,
    pub(super) id: Option<uuid::Uuid>,
    pub(super) start: Option<DateTime<Utc>>,
    pub(super) total: i64,
    pub(super) high: i64,
    pub(super) refused: i64,
    pub(super) relevant: i64,
}

impl AuditStats {
    /// From the groups, the greatest of each kind first.
    pub(super) fn of(rows: Vec<Row>, range: Range, size: BucketSize) -> Self {
        let mut stats = Self {
            from: range.from,
            to: range.to,
            total: 0,
            refused: 0,
            compliance_relevant: 0,
            by_risk_level: AuditByRisk::default(),
            by_outcome: AuditByOutcome::default(),
            by_code: Vec::new(),
            by_actor: Vec::new(),
            by_organization: Vec::new(),
            buckets: Vec::new(),
            bucket: size,
        };
        let mut filled = HashMap::new();
        for row in rows {
            let word = row.word.unwrap_or_default();
            match (row.grouped.as_str(), row.id, row.start) {
                ("risk", ..) => stats.by_risk_level.set(&word, row.total),
                ("outcome", ..) => stats.by_outcome.set(&word, row.total),
                ("code", ..) => stats.by_code.push(AuditByCode { code: word, count: row.total }),
                ("actor", Some(id), _) => {
                    let actor_id = UserId(id);
                    stats.by_actor.push(AuditByActor { actor_id, name: word, count: row.total });
                }
                ("organization", Some(id), _) => {
                    let organization_id = OrganizationId(id);
                    let one = AuditByOrganization { organization_id, name: word, count: row.total };
                    stats.by_organization.push(one);
                }
                ("bucket", _, Some(start)) => {
                    filled.insert(start, (row.total, row.high, row.refused));
                }
                _ => {
                    (stats.total, stats.refused) = (row.total, row.refused);
                    stats.compliance_relevant = row.relevant;
                }
            }
        }
        stats.buckets = steps(range, size)
            .map(|start| {
                let (total, high, refused) = filled.get(&start).copied().unwrap_or_default();
                AuditBucket { start, total, high, refused }
            })
            .collect();
        stats
    }
}

/// The beginning of each step that the range touches: a bounded number, for a range is.
fn steps(range: Range, size: BucketSize) -> impl Iterator<Item = DateTime<Utc>> {
    let step = TimeDelta::hours(i64::from(size.hours()));
    let next = move |start: &DateTime<Utc>| start.checked_add_signed(step);
    std::iter::successors(Some(size.start_of(range.from)), next).take_while(move |start| *start < range.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: &str, to: &str) -> Range {
        Range { from: from.parse().unwrap(), to: to.parse().unwrap() }
    }

    #[test]
    fn steps_cover_the_range_and_no_more() {
        for (from, to, size, first, count) in [
            ("2026-11-20T10:20:00Z", "2026-11-20T12:00:00Z", BucketSize::Hour, "2026-11-20T10:00:00Z", 2),
            ("2026-11-20T10:20:00Z", "2026-11-23T10:20:00Z", BucketSize::Hour, "2026-11-20T10:00:00Z", 73),
            ("2026-11-20T10:20:00Z", "2026-11-23T10:20:01Z", BucketSize::Day, "2026-11-20T00:00:00Z", 4),
            ("2026-08-22T00:00:00Z", "2026-11-23T00:00:00Z", BucketSize::Day, "2026-08-22T00:00:00Z", 93),
            ("2025-11-21T12:00:00Z", "2026-11-22T12:00:00Z", BucketSize::Week, "2025-11-17T00:00:00Z", 53),
            ("1969-12-31T23:30:00Z", "1970-01-01T00:30:00Z", BucketSize::Hour, "1969-12-31T23:00:00Z", 2),
        ] {
            let range = range(from, to);
            assert_eq!(BucketSize::fitting(range), size);
            let steps: Vec<_> = steps(range, size).collect();
            assert_eq!(steps[0], first.parse::<DateTime<Utc>>().unwrap());
            assert_eq!(steps.len(), count, "{from} {to}");
            assert!(steps[0] <= range.from && *steps.last().unwrap() < range.to);
        }
    }
}
