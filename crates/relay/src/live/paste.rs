//! Pasted text on its way to a terminal that asked for bracketed paste.
//!
//! Who does what: only the browser knows that text was pasted, so the browser removes the markers
//! from it, by the same rule as here, before it puts its own around it. Bytes that arrive over the
//! terminal WebSocket are keys as far as the gateway can tell and pass unchanged: a marker there may
//! be the real one. [`sanitize_paste`] is for text that the gateway itself pastes, and is the
//! reference for the browser's copy.

/// The text without any start or end marker of bracketed paste, so that it cannot end the paste early
/// and have its rest run as typed commands. Both forms of the introducer count: `ESC [` and the
/// single character U+009B.
#[must_use]
pub fn sanitize_paste(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for ch in text.chars() {
        clean.push(ch);
        // Looking back each time also catches a marker that appears by removing another inside it.
        for marker in ["\x1b[200~", "\x1b[201~", "\u{9b}200~", "\u{9b}201~"] {
            if clean.ends_with(marker) {
                clean.truncate(clean.len() - marker.len());
            }
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn r02_markers_inside_pasted_text_are_removed() {
        assert_eq!(sanitize_paste("ls\x1b[201~; rm -rf /\n"), "ls; rm -rf /\n");
        assert_eq!(sanitize_paste("\x1b[200~a\u{9b}201~b"), "ab");
        assert_eq!(sanitize_paste("\x1b[20\x1b[201~1~x"), "x");
        assert_eq!(sanitize_paste("ünï€ \x1b[31mred"), "ünï€ \x1b[31mred");
    }

    proptest! {
        #[test]
        fn r02_no_marker_survives_however_it_is_nested(
            parts in prop::collection::vec(
                prop::sample::select(vec!["\x1b[20", "\x1b[201~", "1~", "0~", "\x1b[200~", "\u{9b}20", "x"]),
                0..20,
            )
        ) {
            let clean = sanitize_paste(&parts.concat());
            for marker in ["\x1b[200~", "\x1b[201~", "\u{9b}200~", "\u{9b}201~"] {
                prop_assert!(!clean.contains(marker));
            }
        }
    }
}
