//! Limits of live sessions that are the platform's, not an organization's.

use serde::Deserialize;

/// Section `sessions`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// How long a session waits for its technician to come back, in seconds.
    pub resume_seconds: u32,
    /// How often the truth is asked whether a session may go on, in milliseconds.
    pub lease_poll_ms: u32,
    /// Without an answer for this long, input is frozen, in seconds.
    pub freeze_after_seconds: u32,
    /// Without an answer for this long, the session ends, in seconds.
    pub end_after_seconds: u32,
    /// How long reaching and entering a machine may take, in seconds.
    pub connect_seconds: u32,
    /// Live sessions at most on this instance.
    pub max_live: u32,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            resume_seconds: 60,
            lease_poll_ms: 250,
            freeze_after_seconds: 5,
            end_after_seconds: 30,
            connect_seconds: 15,
            max_live: 4000,
        }
    }
}
