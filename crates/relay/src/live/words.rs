//! The words of a live session: who is in it, what a client is told, and why things end.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use uuid::Uuid;

/// Someone who takes part in a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The user's id, as input and presence name it.
    #[serde(rename = "userId")]
    pub id: Uuid,
    /// The name that others see.
    pub name: Arc<str>,
}

/// What an attachment may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Types, resizes, and sets the pace: the session's owner.
    Control,
    /// Looks, and never slows anyone.
    Watch,
}

/// The size of a terminal in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TermSize {
    /// Characters in a line.
    pub cols: u16,
    /// Lines.
    pub rows: u16,
}

impl TermSize {
    /// The nearest size that a terminal can have here: 2 to 1000 columns, 1 to 500 rows.
    ///
    /// A browser may claim anything; a screen of 65535 × 65535 would cost gigabytes to rebuild.
    #[must_use]
    pub fn clamped(cols: u16, rows: u16) -> Self {
        Self { cols: cols.clamp(2, 1000), rows: rows.clamp(1, 500) }
    }
}

/// Why a session ended, or why its input is held. The stable codes of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndCode {
    /// The shell ended by itself.
    Exited,
    /// Its owner ended it.
    EndedByOwner,
    /// Someone entitled ended it.
    EndedByAdmin,
    /// The grant was revoked.
    GrantRevoked,
    /// The grant ran out.
    GrantExpired,
    /// The grant's hours were over.
    OutsideHours,
    /// The owner was disabled.
    UserDisabled,
    /// The customer was suspended.
    OrganizationSuspended,
    /// The owner signed out.
    SignedOut,
    /// The machine's address or host key was changed.
    AssetChanged,
    /// The credential was deleted or made another account's, or the customer's key was destroyed.
    CredentialChanged,
    /// Nothing was typed for too long.
    IdleTimeout,
    /// The longest time that a session may last.
    MaxDuration,
    /// The owner's browser did not come back.
    OwnerGone,
    /// The line to the target was lost.
    TargetLost,
    /// The recording can no longer be written.
    RecorderFailed,
    /// Whether the session may go on could not be asked for too long.
    AuthorityLost,
    /// The gateway is going down.
    GatewayRestart,
    /// The gateway was not heard of any more.
    GatewayLost,
    /// The client did not take what it was sent.
    ClientStalled,
}

impl EndCode {
    /// The code as the API, the audit log and the database write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exited => "exited",
            Self::EndedByOwner => "ended_by_owner",
            Self::EndedByAdmin => "ended_by_admin",
            Self::GrantRevoked => "grant_revoked",
            Self::GrantExpired => "grant_expired",
            Self::OutsideHours => "outside_hours",
            Self::UserDisabled => "user_disabled",
            Self::OrganizationSuspended => "organization_suspended",
            Self::SignedOut => "signed_out",
            Self::AssetChanged => "asset_changed",
            Self::CredentialChanged => "credential_changed",
            Self::IdleTimeout => "idle_timeout",
            Self::MaxDuration => "max_duration",
            Self::OwnerGone => "owner_gone",
            Self::TargetLost => "target_lost",
            Self::RecorderFailed => "recorder_failed",
            Self::AuthorityLost => "authority_lost",
            Self::GatewayRestart => "gateway_restart",
            Self::GatewayLost => "gateway_lost",
            Self::ClientStalled => "client_stalled",
        }
    }
}

/// A code and the sentence that people read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The stable code.
    pub code: EndCode,
    /// A sentence for the screen.
    pub message: Arc<str>,
}

impl Reason {
    /// A reason from its code and sentence.
    pub fn new(code: EndCode, message: impl Into<Arc<str>>) -> Self {
        Self { code, message: message.into() }
    }
}

/// The owner as others see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnerPresence {
    /// Who.
    #[serde(flatten)]
    pub person: Person,
    /// Whether a browser of theirs is attached now.
    pub connected: bool,
}

/// What a client is told beside output. Serialises to the text messages of the terminal WebSocket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// Reset the terminal and take this size; the next output redraws the screen.
    Restore {
        /// The size that the screen was drawn for.
        #[serde(flatten)]
        size: TermSize,
    },
    /// Who is here now.
    Presence {
        /// Those who watch, each person once.
        viewers: Arc<[Person]>,
        /// The owner.
        owner: OwnerPresence,
    },
    /// The owner's terminal has another size (told to watchers).
    Resized {
        /// The new size.
        #[serde(flatten)]
        size: TermSize,
    },
    /// Input is dead from here on; the screen stays.
    Frozen(Reason),
    /// Input works again.
    Thawed,
    /// The session will end unless something changes.
    Warning {
        /// The code that it would end with.
        code: EndCode,
        /// A sentence for the screen.
        message: Arc<str>,
        /// Seconds until then.
        in_seconds: u64,
    },
    /// The session has ended; the last event.
    Ended(Reason),
}

/// What an attachment hands to its client, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToClient {
    /// Bytes of the terminal.
    Output(Bytes),
    /// Something happened.
    Event(Event),
    /// Nothing follows; close the connection for this reason.
    Close(CloseReason),
}

/// Why an attachment was closed (the session may live on).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The session ended.
    Ended,
    /// Another tab of the owner took over.
    TakenOver,
    /// The client did not take what it was sent.
    Stalled,
    /// The person may no longer look.
    Expelled,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_serialise_as_the_terminal_websocket_says() {
        let person = Person { id: Uuid::nil(), name: "Ada".into() };
        let size = TermSize { cols: 80, rows: 24 };
        let json = |event: &Event| serde_json::to_string(event).unwrap();
        assert_eq!(json(&Event::Restore { size }), r#"{"type":"restore","cols":80,"rows":24}"#);
        assert_eq!(
            json(&Event::Presence {
                viewers: Arc::new([person.clone()]),
                owner: OwnerPresence { person, connected: true }
            }),
            r#"{"type":"presence","viewers":[{"userId":"00000000-0000-0000-0000-000000000000","name":"Ada"}],"owner":{"userId":"00000000-0000-0000-0000-000000000000","name":"Ada","connected":true}}"#
        );
        let reason = Reason::new(EndCode::GrantRevoked, "Your access was revoked.");
        assert_eq!(
            json(&Event::Frozen(reason)),
            r#"{"type":"frozen","code":"grant_revoked","message":"Your access was revoked."}"#
        );
        assert_eq!(json(&Event::Thawed), r#"{"type":"thawed"}"#);
        let warning = Event::Warning { code: EndCode::IdleTimeout, message: "Soon.".into(), in_seconds: 60 };
        assert_eq!(
            json(&warning),
            r#"{"type":"warning","code":"idle_timeout","message":"Soon.","inSeconds":60}"#
        );
    }

    #[test]
    fn code_and_serialised_code_are_one() {
        for code in [EndCode::Exited, EndCode::OrganizationSuspended, EndCode::ClientStalled] {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
