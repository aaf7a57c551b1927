//! The terminal's modes, followed through all of the output in a few bytes of memory.
//!
//! A screen is rebuilt from the last few megabytes alone. A program that runs for a day set its modes
//! (alternate screen, cursor keys, mouse, paste) before that; without them the screen would come back
//! in the wrong buffer and the arrow keys would send the wrong codes.

use std::collections::VecDeque;
use std::fmt::Write as _;

/// Private modes that survive in a restored screen.
const PRIVATE: [u16; 15] = [1, 6, 7, 9, 25, 1000, 1002, 1003, 1004, 1005, 1006, 1015, 1016, 1049, 2004];
/// The three that show the alternate screen; followed as 1049.
const ALTERNATE: [u16; 3] = [47, 1047, 1049];
/// On when a terminal starts.
const ON_AT_START: [u16; 2] = [7, 25];
/// Parameters longer than this belong to no mode.
const LONGEST: usize = 32;
/// Output between two checkpoints.
const STRIDE: u64 = 512 * 1024;
const CHECKPOINTS: usize = 9;

/// The modes at one place of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Modes {
    /// One bit for each of `PRIVATE`.
    on: u32,
    keypad: bool,
    /// Scroll region, lines from 1; `None` is the whole screen.
    region: Option<(u16, u16)>,
}

impl Default for Modes {
    fn default() -> Self {
        let mut modes = Self { on: 0, keypad: false, region: None };
        for mode in ON_AT_START {
            modes.set(mode, true);
        }
        modes
    }
}

impl Modes {
    fn set(&mut self, mode: u16, on: bool) {
        // Three names for one switch: leaving by another name than entering is leaving.
        let mode = if ALTERNATE.contains(&mode) { 1049 } else { mode };
        if let Some(bit) = PRIVATE.iter().position(|known| *known == mode) {
            self.on = if on { self.on | 1 << bit } else { self.on & !(1 << bit) };
        }
    }

    fn escape(&mut self, last: u8) {
        match last {
            b'=' => self.keypad = true,
            b'>' => self.keypad = false,
            b'c' => *self = Self::default(),
            _ => {}
        }
    }

    fn control(&mut self, params: &[u8], end: u8) {
        let Ok(params) = std::str::from_utf8(params) else { return };
        let numbers = |list: &str| -> Vec<u16> { list.split(';').map(|n| n.parse().unwrap_or(0)).collect() };
        match (params.strip_prefix('?'), end) {
            (Some(list), b'h' | b'l') => {
                for mode in numbers(list) {
                    self.set(mode, end == b'h');
                }
            }
            (None, b'r') => {
                let bounds = numbers(params);
                self.region = match (bounds.first().copied().unwrap_or(0), bounds.get(1).copied()) {
                    (top, Some(bottom)) if bottom > top.max(1) => Some((top.max(1), bottom)),
                    _ => None,
                };
            }
            (None, b'p') if params == "!" => *self = Self { on: self.on, ..Self::default() },
            _ => {}
        }
    }

    fn has(&self, mode: u16) -> bool {
        PRIVATE.iter().position(|known| *known == mode).is_some_and(|bit| self.on & 1 << bit != 0)
    }

    /// Whether a full-screen program has its own buffer.
    pub(super) fn alternate(&self) -> bool {
        self.has(1049)
    }

    /// The line that counts as the first for the cursor, if setting these modes sends the cursor home.
    pub(super) fn moves_cursor(&self) -> Option<u16> {
        match (self.region, self.has(6)) {
            (None, false) => None,
            (Some((top, _)), true) => Some(top),
            _ => Some(1),
        }
    }

    /// The sequences that bring a fresh terminal into these modes, but for the alternate screen.
    pub(super) fn sequences(&self) -> String {
        let mut text = String::new();
        for (bit, mode) in PRIVATE.iter().enumerate() {
            let on = self.on & 1 << bit != 0;
            if on != ON_AT_START.contains(mode) && *mode != 1049 {
                // Writing to a string cannot fail.
                let _ = write!(text, "\x1b[?{mode}{}", if on { 'h' } else { 'l' });
            }
        }
        if self.keypad {
            text.push_str("\x1b=");
        }
        if let Some((top, bottom)) = self.region {
            let _ = write!(text, "\x1b[{top};{bottom}r");
        }
        text
    }
}

/// Follows the output and remembers the modes at places to begin rebuilding from.
#[derive(Debug, Default)]
pub(super) struct ModeTrail {
    modes: Modes,
    at: Place,
    params: Vec<u8>,
    position: u64,
    checkpoints: VecDeque<(u64, Modes)>,
}

/// Where in the grammar of ECMA-48 the output stands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Text,
    Escape,
    /// After `ESC` and an intermediate character: one more follows.
    EscapeMore,
    Control,
    /// Inside an OSC, DCS, APC, PM or SOS string.
    Chars,
    /// The same, after an `ESC` that may end it.
    CharsEscape,
}

impl ModeTrail {
    /// Takes the next output.
    pub(super) fn follow(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            if self.at == Place::Text {
                let Some(escape) = memchr::memchr(0x1b, rest) else { break };
                self.at = Place::Escape;
                rest = rest.get(escape + 1..).unwrap_or_default();
                continue;
            }
            self.step(byte);
            rest = after;
        }
        self.position += bytes.len() as u64;
        let due = self.checkpoints.back().map_or(0, |(position, _)| *position) + STRIDE;
        if self.at == Place::Text && self.position >= due {
            if self.checkpoints.len() == CHECKPOINTS {
                self.checkpoints.pop_front();
            }
            self.checkpoints.push_back((self.position, self.modes));
        }
    }

    fn step(&mut self, byte: u8) {
        // CAN and SUB abort whatever is open.
        if matches!(byte, 0x18 | 0x1a) {
            self.at = Place::Text;
            return;
        }
        self.at = match (self.at, byte) {
            (Place::CharsEscape, b'\\') | (Place::Chars, 0x07) | (Place::EscapeMore, 0x30..=0x7e) => {
                Place::Text
            }
            (Place::Chars, 0x1b) => Place::CharsEscape,
            (Place::Chars, _) | (Place::Escape | Place::CharsEscape, b']' | b'P' | b'X' | b'^' | b'_') => {
                Place::Chars
            }
            (_, 0x1b) => Place::Escape,
            (Place::Escape | Place::CharsEscape, b'[') => {
                self.params.clear();
                Place::Control
            }
            (Place::Escape | Place::CharsEscape, 0x20..=0x2f) => Place::EscapeMore,
            (Place::Escape | Place::CharsEscape, 0x30..=0x7e) => {
                self.modes.escape(byte);
                Place::Text
            }
            (Place::Control, 0x40..=0x7e) => {
                if self.params.len() <= LONGEST {
                    self.modes.control(&self.params, byte);
                }
                Place::Text
            }
            (Place::Control, 0x20..=0x3f) => {
                if self.params.len() <= LONGEST {
                    self.params.push(byte);
                }
                Place::Control
            }
            // Other controls act without ending the sequence.
            (place, _) => place,
        };
    }

    /// Output bytes followed so far.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// The modes now.
    pub(super) fn modes(&self) -> Modes {
        self.modes
    }

    /// The first known place at or after `position`, and the modes there.
    pub(super) fn checkpoint(&self, position: u64) -> Option<(u64, Modes)> {
        if position == 0 {
            return Some((0, Modes::default()));
        }
        self.checkpoints.iter().find(|(at, _)| *at >= position).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn modes_after(output: &[u8]) -> Modes {
        let mut trail = ModeTrail::default();
        trail.follow(output);
        trail.modes()
    }

    #[test]
    fn modes_are_told_again_as_they_were_set() {
        let modes = modes_after(b"hi\x1b[?1049h\x1b[?1;2004h\x1b=\x1b[2;20r\x1b[?25l\x1b[?2004l");
        assert!(modes.alternate());
        assert_eq!(modes.sequences(), "\x1b[?1h\x1b[?25l\x1b=\x1b[2;20r");
        assert_eq!(modes_after(b"\x1b[?1049h\x1bc"), Modes::default());
        assert_eq!(modes_after(b"\x1b[5;10r\x1b[r").region, None);
    }

    #[test]
    fn strings_and_aborted_sequences_set_nothing() {
        for output in [
            &b"\x1b]0;\x1b[?1049\x07"[..],
            b"\x1bPq?1049h\x1b\\",
            b"\x1b[?1049\x18h",
            b"\x1b(0\x1b[?1049$h",
            b"\x1b[?00000000000000000000000000000001049h",
        ] {
            assert_eq!(modes_after(output), Modes::default(), "{output:?}");
        }
    }

    proptest! {
        #[test]
        fn where_output_is_cut_makes_no_difference(
            parts in prop::collection::vec(prop::sample::select(vec![
                &b"\x1b[?1049h"[..], b"\x1b[?1l", b"\x1b[?1h", b"text", b"\x1b]0;t\x07", b"\x1b=", b"\x1b", b"[?25l",
                b"\x1b[3;9r", b"\x9b", b"\xe2\x82\xac", b"\x1b\\", b"\x18",
            ]), 0..30),
            cut in 0usize..200,
        ) {
            let whole = parts.concat();
            let (left, right) = whole.split_at(cut.min(whole.len()));
            let mut trail = ModeTrail::default();
            trail.follow(left);
            trail.follow(right);
            prop_assert_eq!(trail.modes(), modes_after(&whole));
        }

        #[test]
        fn replaying_the_sequences_gives_the_same_modes(
            parts in prop::collection::vec(prop::sample::select(vec![
                &b"\x1b[?6h"[..], b"\x1b[?7l", b"\x1b[?1h", b"\x1b[?1000;1006h", b"\x1b=", b"\x1b[3;9r",
            ]), 0..10),
        ) {
            let modes = modes_after(&parts.concat());
            prop_assert_eq!(modes_after(modes.sequences().as_bytes()), modes);
        }
    }

    #[test]
    fn checkpoints_lie_between_sequences_and_stay_few() {
        let mut trail = ModeTrail::default();
        let text = vec![b'x'; 100_000];
        for _ in 0..200 {
            trail.follow(&text);
            trail.follow(b"\x1b[?1");
            trail.follow(b"h");
        }
        assert!(trail.checkpoints.len() <= CHECKPOINTS);
        let last = trail.position;
        let (at, modes) = trail.checkpoint(last - 4_000_000).expect("within the last megabytes");
        assert!(at < last - 3_000_000);
        assert_eq!(modes.sequences(), "\x1b[?1h");
        assert_eq!(trail.checkpoint(last + 1), None);
    }
}
