//! Output that is sent a second time must not act a second time.
//!
//! A program may have asked the terminal something (its type, the cursor's place, a colour, the
//! clipboard). Replayed, the question would be answered again, and the answer typed into a shell that
//! no longer waits for it. So what is replayed keeps what draws and loses what asks, rings or reaches
//! outside of the screen.

/// The output without what would make a terminal answer or act. A sequence is let through when it is
/// whole and known to draw; so no mixture of halves can add up to one that asks.
#[must_use]
pub(super) fn quiet(output: &[u8]) -> Vec<u8> {
    let mut filter = Filter { kept: Vec::with_capacity(output.len()), ..Filter::default() };
    let mut chunks = output.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        for ch in chunk.valid().chars() {
            filter.step(ch);
        }
        if chunk.invalid().is_empty() {
            continue;
        }
        if chunks.peek().is_some() {
            filter.step(char::REPLACEMENT_CHARACTER);
        } else {
            // The beginning of a character that goes on in output to come.
            filter.held_bytes.extend_from_slice(chunk.invalid());
        }
    }
    filter.finish()
}

/// Where in the grammar of ECMA-48 the output stands.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Text,
    Escape,
    Control,
    /// Inside an OSC, DCS, APC, PM or SOS string.
    Chars,
    /// The same, after an `ESC` that may end it.
    CharsEscape,
}

#[derive(Default)]
struct Filter {
    kept: Vec<u8>,
    place: Place,
    /// The sequence that is not whole yet.
    held: String,
    held_bytes: Vec<u8>,
}

impl Filter {
    fn step(&mut self, ch: char) {
        match (self.place, ch) {
            // C1 controls open and end sequences in one character; without them the rest is plain text.
            // CAN and SUB abort whatever is open.
            (_, '\u{80}'..='\u{9f}' | '\x18' | '\x1a') => self.drop_held(),
            (Place::Chars, '\x07') | (Place::CharsEscape, '\\') => self.end(ch, is_title(&self.held)),
            (Place::Chars, '\x1b') => self.hold(ch, Place::CharsEscape),
            (Place::Chars, _) => self.hold(ch, Place::Chars),
            (_, '\x1b') => {
                self.held.clear();
                self.hold(ch, Place::Escape);
            }
            // ENQ is answered, BEL rings; the other controls act at once, even inside a sequence.
            (_, '\x05' | '\x07') => {}
            (_, '\0'..='\x1f') | (Place::Text, _) => self.keep(ch),
            (Place::CharsEscape, _) => {
                // Not the end of the string but a new sequence; the string is lost.
                self.held.clear();
                self.hold('\x1b', Place::Escape);
                self.step(ch);
            }
            (Place::Escape, '[') if self.held.len() == 1 => self.hold(ch, Place::Control),
            (Place::Escape, ']' | 'P' | 'X' | '^' | '_') if self.held.len() == 1 => {
                self.hold(ch, Place::Chars);
            }
            (Place::Escape, ' '..='/') => self.hold(ch, Place::Escape),
            // DECID is answered.
            (Place::Escape, '0'..='~') => self.end(ch, ch != 'Z'),
            (Place::Control, ' '..='?') => self.hold(ch, Place::Control),
            (Place::Control, '@'..='~') => self.end(ch, draws(self.held.get(2..).unwrap_or_default(), ch)),
            (Place::Escape | Place::Control, _) => self.drop_held(),
        }
    }

    fn keep(&mut self, ch: char) {
        self.kept.extend_from_slice(ch.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn hold(&mut self, ch: char, place: Place) {
        self.held.push(ch);
        self.place = place;
    }

    fn drop_held(&mut self) {
        self.held.clear();
        self.place = Place::Text;
    }

    /// The sequence is whole with this character.
    fn end(&mut self, ch: char, draws: bool) {
        self.held.push(ch);
        if draws {
            self.kept.extend_from_slice(self.held.as_bytes());
        }
        self.drop_held();
    }

    /// What is not whole stays: its rest will follow live.
    fn finish(mut self) -> Vec<u8> {
        self.kept.extend_from_slice(self.held.as_bytes());
        self.kept.append(&mut self.held_bytes);
        self.kept
    }
}

/// Whether a control sequence only draws or sets how to draw.
fn draws(params: &str, last: char) -> bool {
    match last {
        // Attributes, status, window reports, parameters, checksums; printing.
        'c' | 'n' | 't' | 'x' | 'y' | 'i' => false,
        // The terminal's name; the keyboard's protocol.
        'q' => !params.starts_with('>'),
        'u' => !params.starts_with('?'),
        // Requests for modes and settings.
        _ => !params.contains(['$', '*', '&', '\'']),
    }
}

/// Whether an OSC sets the title, and nothing else.
fn is_title(held: &str) -> bool {
    ["\x1b]0;", "\x1b]1;", "\x1b]2;"].iter().any(|osc| held.starts_with(osc))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ACTING: [&[u8]; 22] = [
        b"\x1b[c",
        b"\x1b[>c",
        b"\x1b[=c",
        b"\x1b[6n",
        b"\x1b[?6n",
        b"\x1b[21t",
        b"\x1b[18t",
        b"\x1b[x",
        b"\x1b[?2004$p",
        b"\x1b[>q",
        b"\x1b[?u",
        b"\x1b[1;1;1;1;1;1*y",
        b"\x1bZ",
        b"\x05",
        b"\x07",
        b"\x1b]52;c;cm0gLXJmIC8=\x07",
        b"\x1b]52;c;?\x1b\\",
        b"\x1b]10;?\x07",
        b"\x1b]8;;javascript:alert(1)\x1b\\",
        b"\x1bP$qm\x1b\\",
        b"\x1bP+q544e\x1b\\",
        b"\x1b_Gi=1,a=q;AAAA\x1b\\",
    ];
    const DRAWING: [&[u8]; 9] = [
        b"plain text \xc3\xbc\xe2\x82\xac\r\n",
        b"\x1b[31;1mred\x1b[0m",
        b"\x1b[2J\x1b[H",
        b"\x1b[?1049h",
        b"\x1b[?2004h",
        b"\x1b]0;a title\x07",
        b"\x1b[5;10r",
        b"\x1b(B",
        b"\x1b[4 q",
    ];

    #[test]
    fn at31_what_asks_or_acts_is_not_replayed() {
        for acting in ACTING {
            assert_eq!(quiet(acting), b"", "{:?}", String::from_utf8_lossy(acting));
            let between = [b"a", acting, b"b"].concat();
            assert_eq!(quiet(&between), b"ab", "{:?}", String::from_utf8_lossy(acting));
        }
        // The single-character forms lose their introducer and are text.
        assert_eq!(quiet("\u{9b}6n".as_bytes()), b"6n");
        // Controls inside a sequence, and halves that would add up.
        assert_eq!(quiet(b"\x1b\x05[6n"), b"");
        assert_eq!(quiet(b"\x1b[6\x07n"), b"");
        assert_eq!(quiet(b"\x1b[6\x1b[c\x1b[n"), b"");
        assert_eq!(quiet(b"\x1b[6\xc2\x9bn"), b"n");
        // An overlong form of U+009B is no character at all.
        assert_eq!(quiet(b"\xe0\x82\x9b6n"), "\u{fffd}\u{fffd}\u{fffd}6n".as_bytes());
    }

    #[test]
    fn what_draws_is_replayed_unchanged() {
        for drawing in DRAWING {
            assert_eq!(quiet(drawing), drawing);
        }
        assert_eq!(quiet(&DRAWING.concat()), DRAWING.concat());
    }

    #[test]
    fn a_sequence_that_goes_on_live_keeps_its_beginning() {
        for unfinished in [&b"x\x1b"[..], b"x\x1b[3", b"x\x1b]0;tit", b"x\xc2"] {
            assert_eq!(quiet(unfinished), unfinished);
        }
    }

    proptest! {
        #[test]
        fn at31_nothing_that_asks_survives_any_mixture(
            parts in prop::collection::vec(
                prop::sample::select([&ACTING[..], &DRAWING[..], &[b"\x1b", b"\x1b[", b"\x18"]].concat()), 0..20)
        ) {
            // What is unfinished at the end stays; a terminator shows that nothing else asks.
            let once = quiet(&[&parts.concat()[..], b"\x18"].concat());
            for request in [&b"\x1b[c"[..], b"\x1b[>c", b"\x1b[6n", b"\x1b]52", b"\x1bP", b"\x1bZ", b"\x05", b"\x07c"] {
                prop_assert!(
                    !once.windows(request.len()).any(|window| window == request),
                    "{:?}", String::from_utf8_lossy(&once),
                );
            }
            prop_assert_eq!(quiet(&once), once);
        }

        #[test]
        fn any_bytes_are_handled(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let once = quiet(&bytes);
            prop_assert!(once.len() <= bytes.len() * 3);
        }
    }
}
