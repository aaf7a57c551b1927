//! From when to when the log is asked: always bounded, so that no question reads all of it.

use crate::error::{ApiError, Result};
use chrono::{DateTime, TimeDelta, Utc};

/// What was asked for at most: a year, and the day that a leap year has more.
const MOST: TimeDelta = TimeDelta::days(366);

/// Half open: entries from `from` on, and before `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: DateTime<Utc>,
    pub(super) to: DateTime<Utc>,
}

impl Range {
    /// What was asked for; until `now`, and `usual` long, where nothing was said.
    pub(super) fn new(
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
        usual: TimeDelta,
    ) -> Result<Self> {
        let to = to.unwrap_or(now);
        let from = match from {
            Some(from) => from,
            None => to.checked_sub_signed(usual).ok_or_else(|| ApiError::invalid("to", "it is too early"))?,
        };
        if from >= to {
            return Err(ApiError::invalid("from", "it must be before the end of what is asked for"));
        }
        if from > now {
            return Err(ApiError::invalid("from", "it is in the future, of which there is no log yet"));
        }
        if to - from > MOST {
            return Err(ApiError::invalid("from", "at most 366 days can be asked for at once"));
        }
        Ok(Self { from, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_never_empty_upside_down_or_without_an_end() {
        let at = |text: &str| Some(text.parse().unwrap());
        let now = "2026-11-22T00:00:00Z".parse().unwrap();
        let range = |from, to| Range::new(from, to, now, TimeDelta::days(30));
        let usual = range(None, None).unwrap();
        assert_eq!((usual.to, usual.to - usual.from), (now, TimeDelta::days(30)));
        let before = range(None, at("2026-01-31T00:00:00Z")).unwrap();
        assert_eq!(before.from, "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap());
        assert!(range(at("2025-11-21T00:00:00Z"), None).is_ok());
        for (from, to) in [
            (at("2026-11-22T00:00:00Z"), None),
            (at("2026-11-23T00:00:00Z"), None),
            (at("2026-11-23T00:00:00Z"), at("2026-11-24T00:00:00Z")),
            (at("2026-02-01T00:00:00Z"), at("2026-01-01T00:00:00Z")),
            (at("2025-11-20T23:59:59Z"), None),
            (at("-262143-01-01T00:00:00Z"), None),
            (None, at("-262143-01-02T00:00:00Z")),
        ] {
            assert_eq!(range(from, to).unwrap_err().code, "invalid_input", "{from:?} {to:?}");
        }
    }
}
