//! What happened in a session, and its bytes inside a chunk:
//! `u8 kind, u32 LE time_ms since start, u32 LE length, payload`, back to back.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The longest payload of one event; longer output is split.
pub const MAX_EVENT: usize = 64 * 1024;
const MAX_MARK_TEXT: usize = 4 * 1024;

const OUTPUT: u8 = b'o';
const INPUT: u8 = b'i';
const RESIZE: u8 = b'r';
const MARK: u8 = b'm';

/// One thing that happened, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Milliseconds since the session started.
    pub at_ms: u32,
    /// What it was.
    pub what: What,
}

/// The kinds of event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Bytes that the target sent.
    Output(Bytes),
    /// Bytes that a person typed.
    Input {
        /// Who typed.
        person: Uuid,
        /// What was typed.
        bytes: Bytes,
    },
    /// The terminal has another size.
    Resize {
        /// Columns.
        cols: u16,
        /// Rows.
        rows: u16,
    },
    /// A note on the time line.
    Marker(Marker),
}

/// A note on the time line of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Marker {
    /// A stable word; `person` and `end` are written by the recorder itself.
    pub kind: String,
    /// A sentence or name for people.
    pub text: String,
    /// Whom it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<Uuid>,
}

impl Marker {
    /// Introduces a person whose input may follow.
    pub const PERSON: &'static str = "person";
    /// The last event of a recording that ended in order; its text is the end code.
    pub const END: &'static str = "end";
}

impl What {
    /// Appends the event to the bytes of a chunk and tells how many bytes that took.
    pub(crate) fn encode(&self, at_ms: u32, into: &mut Vec<u8>) -> usize {
        let before = into.len();
        match self {
            Self::Output(bytes) => put(into, OUTPUT, at_ms, &[bytes]),
            Self::Input { person, bytes } => put(into, INPUT, at_ms, &[person.as_bytes(), bytes]),
            Self::Resize { cols, rows } => {
                put(into, RESIZE, at_ms, &[&cols.to_le_bytes(), &rows.to_le_bytes()]);
            }
            Self::Marker(marker) => put(into, MARK, at_ms, &[&marker_json(marker)]),
        }
        into.len() - before
    }

    fn decode(kind: u8, payload: Bytes) -> Option<Self> {
        Some(match kind {
            OUTPUT => Self::Output(payload),
            INPUT => {
                let person = Uuid::from_bytes(*payload.first_chunk()?);
                Self::Input { person, bytes: payload.slice(16..) }
            }
            RESIZE => {
                let [c0, c1, r0, r1] = *payload.as_array::<4>()?;
                Self::Resize { cols: u16::from_le_bytes([c0, c1]), rows: u16::from_le_bytes([r0, r1]) }
            }
            MARK => Self::Marker(serde_json::from_slice(&payload).ok()?),
            _ => return None,
        })
    }
}

fn put(into: &mut Vec<u8>, kind: u8, at_ms: u32, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    into.push(kind);
    into.extend_from_slice(&at_ms.to_le_bytes());
    into.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    for part in parts {
        into.extend_from_slice(part);
    }
}

fn marker_json(marker: &Marker) -> Vec<u8> {
    let short = |text: &str| text.chars().take(MAX_MARK_TEXT).collect();
    let bounded = Marker { kind: short(&marker.kind), text: short(&marker.text), user_id: marker.user_id };
    serde_json::to_vec(&bounded).unwrap_or_default()
}

/// Takes a chunk's raw bytes apart; `None` when they are not whole events.
pub(crate) fn decode_events(mut raw: Bytes) -> Option<Vec<Event>> {
    let mut events = Vec::new();
    while let Some((head, _)) = raw.split_first_chunk::<9>() {
        let [kind, t0, t1, t2, t3, l0, l1, l2, l3] = *head;
        let at_ms = u32::from_le_bytes([t0, t1, t2, t3]);
        let end = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).ok()?.checked_add(9)?;
        if end > raw.len() {
            return None;
        }
        let payload = raw.split_to(end).slice(9..);
        events.push(Event { at_ms, what: What::decode(kind, payload)? });
    }
    raw.is_empty().then_some(events)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::{Marker, What, decode_events};

    #[test]
    fn events_have_the_bytes_of_the_contract() {
        let mut bytes = Vec::new();
        What::Resize { cols: 0x0102, rows: 0x0304 }.encode(0x0a0b_0c0d, &mut bytes);
        assert_eq!(bytes, b"r\x0d\x0c\x0b\x0a\x04\0\0\0\x02\x01\x04\x03");
        bytes.clear();
        let marker = Marker { kind: "end".into(), text: "exited".into(), user_id: None };
        What::Marker(marker).encode(0, &mut bytes);
        assert!(bytes.ends_with(br#"{"kind":"end","text":"exited"}"#));
    }

    #[test]
    fn a_giant_marker_is_cut() {
        let marker = Marker { kind: "note".into(), text: "x".repeat(1 << 20), user_id: None };
        assert!(What::Marker(marker).encode(0, &mut Vec::new()) < 5000);
    }

    proptest! {
        #[test]
        fn any_bytes_are_events_or_refused(bytes: Vec<u8>, kind in "[oirm]") {
            let mut framed = kind.into_bytes();
            framed.extend([0; 4]);
            framed.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
            framed.extend(&bytes);
            decode_events(Bytes::from(framed));
            decode_events(Bytes::from(bytes));
        }
    }
}
