//! At which times of the week a grant holds: by the clock of a time zone, in windows of days. What that is in instants the
//! database says (`wall.within_hours`), by its own clock and its rules of zones.

use crate::access::caller::text_enum;
use crate::error::{ApiError, Result};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use utoipa::ToSchema;

const MOST: usize = 20;
const MINUTES_OF_DAY: usize = 24 * 60;
const MINUTES_OF_WEEK: usize = 7 * MINUTES_OF_DAY;

text_enum! {
    /// A day of the week.
    Weekday {
        /// The first.
        Monday = "monday",
        /// The second.
        Tuesday = "tuesday",
        /// The third.
        Wednesday = "wednesday",
        /// The fourth.
        Thursday = "thursday",
        /// The fifth.
        Friday = "friday",
        /// The sixth.
        Saturday = "saturday",
        /// The seventh.
        Sunday = "sunday",
    }
}

impl Weekday {
    /// From Monday, 0.
    fn place(self) -> usize {
        Self::ALL.iter().position(|day| *day == self).unwrap_or_default()
    }

    fn words(self) -> &'static str {
        match self {
            Self::Monday => "Monday",
            Self::Tuesday => "Tuesday",
            Self::Wednesday => "Wednesday",
            Self::Thursday => "Thursday",
            Self::Friday => "Friday",
            Self::Saturday => "Saturday",
            Self::Sunday => "Sunday",
        }
    }
}

/// The times of the week at which a grant holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = GrantHours)]
pub struct Hours {
    /// By whose clock: the name of a time zone, like `Europe/Berlin`.
    pub time_zone: String,
    /// 1 to 20; it holds in any of them.
    pub windows: Vec<HoursWindow>,
}

/// One window, on one or more days.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GrantHoursWindow)]
pub struct HoursWindow {
    /// On which days it begins; each once.
    pub days: Vec<Weekday>,
    /// Its first minute, `00:00` to `23:59`.
    pub from: String,
    /// The first minute after it, up to `24:00`. Not after `from`: it ends on the next day.
    pub to: String,
}

impl HoursWindow {
    /// Its first minute of a day, and how many it lasts.
    fn span(&self) -> Option<(usize, usize)> {
        let from = minute(&self.from).filter(|from| *from < MINUTES_OF_DAY)?;
        let to = minute(&self.to)?;
        Some((from, if to > from { to - from } else { MINUTES_OF_DAY - from + to }))
    }

    fn sort_key(&self) -> (Vec<usize>, String, String) {
        (self.days.iter().map(|day| day.place()).collect(), self.from.clone(), self.to.clone())
    }
}

/// `HH:MM` as minutes since midnight; `24:00` is the end of the day.
fn minute(text: &str) -> Option<usize> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |digits: &str| {
        let two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        two.then(|| digits.parse::<usize>().ok()).flatten()
    };
    let minute = number(hours)? * 60 + number(minutes).filter(|minutes| *minutes < 60)?;
    (minute <= MINUTES_OF_DAY).then_some(minute)
}

impl Hours {
    /// As they are kept: the same hours have one form. Whether there is such a zone the database knows.
    pub(super) fn checked(&self) -> Result<Self> {
        let zone = self.time_zone.trim();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
        // Without a region it may be an abbreviation, which knows no daylight saving: CET is an offset, not a place.
        let named = zone == "UTC" || (zone.contains('/') && !zone.starts_with("posix/"));
        if !named || zone.len() > 64 || !zone.bytes().all(plain) {
            return Err(unknown_zone());
        }
        if self.windows.is_empty() || self.windows.len() > MOST {
            return Err(ApiError::invalid(
                "hours.windows",
                format!("name 1 to {MOST}; or no hours, for any time"),
            ));
        }
        let windows = self.windows.iter().enumerate().map(|(place, window)| checked_window(place, window));
        let mut windows = windows.collect::<Result<Vec<_>>>()?;
        for (place, window) in windows.iter().enumerate() {
            let same = |other: &HoursWindow| (&other.from, &other.to) == (&window.from, &window.to);
            let mut before = windows.iter().take(place).filter(|other| same(other));
            if before.any(|other| other.days.iter().any(|day| window.days.contains(day))) {
                let field = format!("hours.windows[{place}].days");
                return Err(ApiError::invalid(&field, "another window has this day and these times already"));
            }
        }
        windows.sort_by_cached_key(HoursWindow::sort_key);
        Ok(Self { time_zone: zone.to_owned(), windows })
    }

    /// For a sentence: "Monday to Friday 08:00–18:00 (Europe/Berlin)".
    pub fn words(&self) -> String {
        let mut words = String::new();
        let mut days: &[Weekday] = &[];
        for window in &self.windows {
            if window.days == days {
                words.push_str(" and");
            } else {
                words.push_str(if words.is_empty() { "" } else { ", " });
                words.push_str(&day_words(&window.days));
            }
            days = &window.days;
            let _ = write!(words, " {}–{}", window.from, window.to);
            if window.from == window.to {
                words.push_str(" of the next day");
            }
        }
        let _ = write!(words, " ({})", self.time_zone);
        words
    }

    /// Minute by minute of a week, from Monday on.
    fn week(&self) -> Vec<bool> {
        let mut week = vec![false; MINUTES_OF_WEEK];
        for window in &self.windows {
            let Some((from, minutes)) = window.span() else { continue };
            for day in &window.days {
                let begin = day.place() * MINUTES_OF_DAY + from;
                for minute in begin..begin + minutes {
                    if let Some(open) = week.get_mut(minute % MINUTES_OF_WEEK) {
                        *open = true;
                    }
                }
            }
        }
        week
    }
}

fn checked_window(place: usize, window: &HoursWindow) -> Result<HoursWindow> {
    let field = |name: &str| format!("hours.windows[{place}].{name}");
    if window.days.is_empty() {
        return Err(ApiError::invalid(&field("days"), "name at least one day"));
    }
    let mut days = window.days.clone();
    days.sort_by_key(|day| day.place());
    days.dedup();
    if days.len() < window.days.len() {
        return Err(ApiError::invalid(&field("days"), "name each day once"));
    }
    if minute(&window.from).is_none_or(|from| from == MINUTES_OF_DAY) {
        return Err(ApiError::invalid(&field("from"), "it must be a time like 08:00"));
    }
    if minute(&window.to).is_none() {
        return Err(ApiError::invalid(
            &field("to"),
            "it must be a time like 18:00; 24:00 is the end of the day",
        ));
    }
    Ok(HoursWindow { days, from: window.from.clone(), to: window.to.clone() })
}

pub(super) fn unknown_zone() -> ApiError {
    ApiError::invalid("hours.timeZone", "there is no such time zone; name one like Europe/Berlin")
}

/// "Monday to Friday", "Saturday and Sunday", "every day". Days in their order.
fn day_words(days: &[Weekday]) -> String {
    if days.len() == Weekday::ALL.len() {
        return "every day".to_owned();
    }
    let mut parts: Vec<String> = Vec::new();
    for run in days.chunk_by(|one, next| one.place() + 1 == next.place()) {
        match run {
            [first, _, .., last] => parts.push(format!("{} to {}", first.words(), last.words())),
            few => parts.extend(few.iter().map(|day| day.words().to_owned())),
        }
    }
    match parts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Whether `before` held at a time of the week at which `now` does not. Of another zone: it may.
pub(super) fn narrower(now: Option<&Hours>, before: Option<&Hours>) -> bool {
    let Some(now) = now else { return false };
    let week = now.week();
    match before {
        None => week.contains(&false),
        Some(before) if before.time_zone != now.time_zone => week.contains(&false),
        Some(before) => before.week().iter().zip(&week).any(|(then, now)| *then && !now),
    }
}

/// How hours stand at an instant, by the database.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    /// Whether it lies in them.
    pub open: bool,
    /// The instant.
    pub at: DateTime<Utc>,
    /// When that is another way next; none: never.
    pub changes_at: Option<DateTime<Utc>>,
    /// What the clock shows then, in the zone of the hours.
    pub(super) changes_local: Option<NaiveDateTime>,
}

impl Opening {
    /// For who stands before it while it is closed.
    pub(super) fn refusal(&self, hours: &Hours, customer: &str) -> Option<String> {
        if self.open {
            return None;
        }
        let holds = format!("Your access to {customer} holds {}", hours.words());
        let opens = self.changes_at.zip(self.changes_local).map(|(at, local)| {
            // Within a week, a day's name is one day.
            let near = at - self.at < TimeDelta::days(6);
            local.format(if near { "%A %H:%M" } else { "%A %-d %B %Y %H:%M" }).to_string()
        });
        Some(match opens {
            Some(opens) => format!("{holds}; it opens again {opens}."),
            None => format!("{holds}, and it does not open again soon. Ask an account manager."),
        })
    }
}

/// How the hours of a live session's grant stand, and how they will.
#[derive(Clone, Debug, Default)]
pub struct Closing {
    /// Why they do not let it go on; none: they do.
    pub closed: Option<String>,
    /// When they close next, and what to say then.
    pub closes: Option<(DateTime<Utc>, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn hours(windows: &serde_json::Value) -> Hours {
        serde_json::from_value(json!({ "timeZone": "Europe/Berlin", "windows": windows })).unwrap()
    }

    fn office() -> serde_json::Value {
        json!({ "days": ["friday", "monday", "tuesday", "wednesday", "thursday"], "from": "08:00", "to": "18:00" })
    }

    #[test]
    fn the_same_hours_have_one_form() {
        let late = json!({ "days": ["saturday"], "from": "22:00", "to": "06:00" });
        let one = hours(&json!([late, office()])).checked().unwrap();
        let other = hours(&json!([office(), late])).checked().unwrap();
        assert_eq!(one, other);
        assert_eq!(one.windows[0].days[0], Weekday::Monday);
        assert_eq!(one.checked().unwrap(), one);
    }

    #[test]
    fn x24_hours_that_do_not_fit_are_refused_by_the_name_of_their_field() {
        let window = |days: &[&str], from: &str, to: &str| json!({ "days": days, "from": from, "to": to });
        let good = window(&["monday"], "08:00", "18:00");
        let cases = [
            (json!([]), "hours.windows"),
            (json!(vec![good.clone(); 21]), "hours.windows"),
            (json!([good, window(&[], "08:00", "18:00")]), "hours.windows[1].days"),
            (json!([window(&["monday", "monday"], "08:00", "18:00")]), "hours.windows[0].days"),
            (json!([good, window(&["sunday", "monday"], "08:00", "18:00")]), "hours.windows[1].days"),
            (json!([window(&["monday"], "8:00", "18:00")]), "hours.windows[0].from"),
            (json!([window(&["monday"], "24:00", "18:00")]), "hours.windows[0].from"),
            (json!([window(&["monday"], "+8:00", "18:00")]), "hours.windows[0].from"),
            (json!([window(&["monday"], "08:00", "24:01")]), "hours.windows[0].to"),
            (json!([window(&["monday"], "08:00", "18:60")]), "hours.windows[0].to"),
            (json!([window(&["monday"], "08:00", "18:00:00")]), "hours.windows[0].to"),
        ];
        for (windows, field) in cases {
            let refusal = hours(&windows).checked().unwrap_err();
            assert_eq!(refusal.code, "invalid_input");
            assert!(refusal.details["fields"].get(field).is_some(), "{windows}: {:?}", refusal.details);
        }
        for zone in
            ["", "CET", "Berlin", "posix/Europe/Berlin", "Europe/Ber lin", "Europe/'", "../etc/passwd"]
        {
            let wrong = Hours { time_zone: zone.to_owned(), ..hours(&json!([good])) };
            let refusal = wrong.checked().unwrap_err();
            assert!(refusal.details["fields"].get("hours.timeZone").is_some(), "{zone}");
        }
        for (from, to) in [("00:00", "24:00"), ("22:00", "06:00"), ("08:00", "08:00"), ("23:59", "00:00")] {
            hours(&json!([window(&["monday"], from, to)])).checked().unwrap();
        }
    }

    #[test]
    fn hours_in_words() {
        let words = |windows: serde_json::Value| hours(&windows).checked().unwrap().words();
        assert_eq!(words(json!([office()])), "Monday to Friday 08:00–18:00 (Europe/Berlin)");
        let some = |days: &[&str]| {
            words(json!([{ "days": days, "from": "22:00", "to": "06:00" }]))
                .replace(" 22:00–06:00 (Europe/Berlin)", "")
        };
        assert_eq!(some(&["saturday", "sunday"]), "Saturday and Sunday");
        assert_eq!(some(&["monday", "wednesday", "thursday", "friday"]), "Monday and Wednesday to Friday");
        assert_eq!(some(&["monday", "wednesday", "friday"]), "Monday, Wednesday and Friday");
        assert_eq!(some(&Weekday::ALL.iter().map(|day| day.as_str()).collect::<Vec<_>>()), "every day");
        let lunch = json!([
            { "days": ["monday"], "from": "13:00", "to": "17:00" }, { "days": ["monday"], "from": "08:00", "to": "12:00" },
            { "days": ["sunday"], "from": "10:00", "to": "10:00" },
        ]);
        let expected =
            "Monday 08:00–12:00 and 13:00–17:00, Sunday 10:00–10:00 of the next day (Europe/Berlin)";
        assert_eq!(words(lunch), expected);
    }

    #[test]
    fn hours_are_narrower_when_they_take_a_minute_away() {
        let of = |days: &[&str], from: &str, to: &str| {
            hours(&json!([{ "days": days, "from": from, "to": to }])).checked().unwrap()
        };
        let (day, long, night) = (
            of(&["monday"], "08:00", "18:00"),
            of(&["monday"], "07:00", "18:00"),
            of(&["sunday"], "22:00", "18:00"),
        );
        let ever = of(&Weekday::ALL.iter().map(|day| day.as_str()).collect::<Vec<_>>(), "00:00", "24:00");
        let cases = [
            (None, None, false),
            (None, Some(&day), false),
            (Some(&day), None, true),
            (Some(&ever), None, false),
            (Some(&day), Some(&day), false),
            (Some(&day), Some(&long), true),
            (Some(&long), Some(&day), false),
            // From Sunday evening over midnight to Monday evening, around the end of the week.
            (Some(&night), Some(&day), false),
            (Some(&day), Some(&night), true),
        ];
        for (now, before, expected) in cases {
            assert_eq!(narrower(now, before), expected, "{now:?} after {before:?}");
        }
        let elsewhere = Hours { time_zone: "Asia/Tokyo".to_owned(), ..day.clone() };
        assert!(narrower(Some(&elsewhere), Some(&day)));
    }

    #[test]
    fn who_stands_before_closed_hours_hears_when_they_open() {
        let hours = hours(&json!([office()])).checked().unwrap();
        let at: DateTime<Utc> = "2026-11-20T17:00:00Z".parse().unwrap();
        let opening = |days: i64| Opening {
            open: false,
            at,
            changes_at: Some(at + TimeDelta::days(days)),
            changes_local: "2026-11-23T08:00:00".parse().ok(),
        };
        let said = |opening: &Opening| opening.refusal(&hours, "Acme");
        let holds = "Your access to Acme holds Monday to Friday 08:00–18:00 (Europe/Berlin)";
        assert_eq!(said(&opening(2)), Some(format!("{holds}; it opens again Monday 08:00.")));
        assert_eq!(
            said(&opening(7)),
            Some(format!("{holds}; it opens again Monday 23 November 2026 08:00."))
        );
        let never = Opening { changes_at: None, changes_local: None, ..opening(1) };
        assert!(said(&never).unwrap().contains("does not open again soon"));
        assert_eq!(said(&Opening { open: true, ..never }), None);
    }
}
