//! The times at which a session warns or ends by itself.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::orders::Standing;
use super::{EndCode, Event, Limits, Reason};

#[derive(Debug)]
pub(super) struct Clock {
    started: Instant,
    last_input: Instant,
    /// Since when the owner is away, and what it is called if they stay away.
    away: Option<(Instant, EndCode)>,
    /// The ends that clients have been warned of.
    warned: Vec<(EndCode, Instant)>,
}

/// A moment at which the session ends.
#[derive(Debug, Clone, Copy)]
struct Bound {
    at: Instant,
    code: EndCode,
    warns: bool,
}

impl Clock {
    pub(super) fn new(now: Instant) -> Self {
        Self { started: now, last_input: now, away: Some((now, EndCode::OwnerGone)), warned: Vec::new() }
    }

    pub(super) fn typed(&mut self, now: Instant) {
        self.last_input = now;
    }

    pub(super) fn owner_came(&mut self) {
        self.away = None;
    }

    pub(super) fn owner_left(&mut self, now: Instant, code: EndCode) {
        self.away = Some((now, code));
    }

    /// Called before everything that the session does, so it makes no words.
    fn bounds(&self, limits: &Limits, standing: &Standing) -> impl Iterator<Item = Bound> + use<> {
        let bound = |from: Option<Instant>, after: Option<Duration>, code, warns| {
            let at = from?.checked_add(after?)?;
            Some(Bound { at, code, warns })
        };
        let long = |duration: Option<Duration>| duration.is_some_and(|it| it > limits.warn_before);
        [
            bound(Some(self.last_input), limits.idle, EndCode::IdleTimeout, long(limits.idle)),
            bound(Some(self.started), limits.max, EndCode::MaxDuration, long(limits.max)),
            standing.ends_at.as_ref().map(|(at, reason)| Bound { at: *at, code: reason.code, warns: true }),
            self.away.and_then(|(since, code)| bound(Some(since), Some(limits.resume), code, false)),
            bound(Some(standing.renewed_at), Some(limits.lease_end), EndCode::AuthorityLost, false),
        ]
        .into_iter()
        .flatten()
    }

    /// Why the session is over by time, if it is.
    pub(super) fn over(&self, now: Instant, limits: &Limits, standing: &Standing) -> Option<Reason> {
        let due =
            self.bounds(limits, standing).filter(|bound| bound.at <= now).min_by_key(|bound| bound.at)?;
        Some(Reason { code: due.code, message: over_message(due.code, limits, standing) })
    }

    /// The warnings that are due, each end once.
    pub(super) fn warnings(&mut self, now: Instant, limits: &Limits, standing: &Standing) -> Vec<Event> {
        let mut due = Vec::new();
        for Bound { at, code, warns } in self.bounds(limits, standing) {
            if !warns || at > now + limits.warn_before || self.warned.contains(&(code, at)) {
                continue;
            }
            self.warned.retain(|(warned, _)| *warned != code);
            self.warned.push((code, at));
            let message = warning(code, limits);
            due.push(Event::Warning { code, message, in_seconds: (at - now).as_secs() });
        }
        due
    }

    /// When to look again.
    pub(super) fn deadline(&self, now: Instant, limits: &Limits, standing: &Standing) -> Option<Instant> {
        let stale_at = standing.renewed_at.checked_add(limits.lease_stale);
        self.bounds(limits, standing)
            .flat_map(|bound| {
                [Some(bound.at), bound.at.checked_sub(limits.warn_before).filter(|_| bound.warns)]
            })
            .chain([stale_at])
            .flatten()
            .filter(|at| *at > now)
            .min()
    }
}

fn over_message(code: EndCode, limits: &Limits, standing: &Standing) -> Arc<str> {
    match (code, &standing.ends_at) {
        (EndCode::IdleTimeout, _) => {
            format!("The session ended because nothing was typed for {}.", words(limits.idle)).into()
        }
        (EndCode::MaxDuration, _) => {
            format!("The session reached its limit of {}.", words(limits.max)).into()
        }
        (EndCode::OwnerGone | EndCode::ClientStalled, _) => {
            format!("The session ended because its owner was away for {}.", words(Some(limits.resume))).into()
        }
        (_, Some((_, reason))) if reason.code == code => Arc::clone(&reason.message),
        _ => "The session ended because the gateway could not confirm that it is still allowed.".into(),
    }
}

fn warning(code: EndCode, limits: &Limits) -> Arc<str> {
    match code {
        EndCode::IdleTimeout => "The session ends soon unless you type.".into(),
        EndCode::MaxDuration => {
            format!("The session reaches its limit of {} soon.", words(limits.max)).into()
        }
        EndCode::OutsideHours => {
            "The hours of your access are over soon, and the session ends with them.".into()
        }
        _ => "Your access ends soon, and the session with it.".into(),
    }
}

/// A duration as people say it.
fn words(duration: Option<Duration>) -> String {
    let seconds = duration.unwrap_or_default().as_secs();
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        _ => (seconds / 3600, "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
