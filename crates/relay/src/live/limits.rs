//! How long and how much: the limits of a session.

use std::time::Duration;

/// The limits of one session. The defaults are the product's; an organization sets `idle` and `max`.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Ends when the owner has typed nothing for this long.
    pub idle: Option<Duration>,
    /// Ends when it has lasted this long.
    pub max: Option<Duration>,
    /// How long before an end by time the clients are warned.
    pub warn_before: Duration,
    /// How long a session without its owner's browser waits for it.
    pub resume: Duration,
    /// Age of the last renewal of the lease at which input is held.
    pub lease_stale: Duration,
    /// Age of the last renewal of the lease at which the session ends.
    pub lease_end: Duration,
    /// How long a client may take nothing while something waits for it.
    pub stall: Duration,
    /// How long clients have to take the last events after an enforced end.
    pub farewell: Duration,
    /// Output bytes that a client may have unacknowledged.
    pub window_bytes: usize,
    /// Whole output up to this size is sent again as it was; a longer one becomes a redrawn screen.
    pub raw_restore_bytes: usize,
    /// How much of the last output a screen is rebuilt from.
    pub tail_bytes: usize,
    /// The shortest time between two redraws of one lagging watcher.
    pub redraw_pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            idle: None,
            max: None,
            warn_before: Duration::from_mins(1),
            resume: Duration::from_mins(1),
            lease_stale: Duration::from_secs(5),
            lease_end: Duration::from_secs(30),
            stall: Duration::from_secs(30),
            farewell: Duration::from_millis(500),
            window_bytes: 1024 * 1024,
            raw_restore_bytes: 256 * 1024,
            tail_bytes: 4 * 1024 * 1024,
            redraw_pause: Duration::from_secs(1),
        }
    }
}
