//! Free text from people, on its way in: trimmed, of bounded length, without characters that would let it
//! overwrite what stands around it on a screen or in a log line.

use crate::error::{ApiError, Result};

/// One line of 1 to `max` characters: a name, a reason.
pub fn line(field: &str, text: &str, max: usize) -> Result<String> {
    let text = block(field, text, max)?;
    if text.is_empty() {
        return Err(ApiError::invalid(field, format!("it must have 1 to {max} characters")));
    }
    if text.contains(['\n', '\t']) {
        return Err(ApiError::invalid(field, "it must be one line"));
    }
    Ok(text)
}

/// Any number of lines, up to `max` characters, possibly none: notes, a description.
pub fn block(field: &str, text: &str, max: usize) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > max {
        return Err(ApiError::invalid(field, format!("it must have at most {max} characters")));
    }
    if text.chars().any(is_treacherous) || joins_nothing(&text) {
        return Err(ApiError::invalid(field, "it must not contain control characters or invisible ones"));
    }
    Ok(text)
}

/// Control characters, line separators that only some programs know, the marks that turn the direction of the text
/// after them, and what nobody sees: with it two names would look the same.
fn is_treacherous(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a joiner or non-joiner stands where it does nothing. Persian and emoji need them; beside a letter of
/// ASCII, or at an end, they only hide.
fn joins_nothing(text: &str) -> bool {
    let is_joiner = |c: char| matches!(c, '\u{200c}' | '\u{200d}');
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let plain = |side: Option<char>| side.is_none_or(|c| c.is_ascii() || is_joiner(c));
        if is_joiner(c) && (plain(before) || plain(chars.peek().copied())) {
            return true;
        }
        before = Some(c);
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x04_x10_refuses_what_overwrites_its_surroundings() {
        for text in [
            "a\u{0}b",
            "a\u{1b}[2Jb",
            "a\u{7f}",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{202e}b",
            "a\u{2066}b",
            "a\rb",
            "a\u{200b}b",
            "a\u{200d}b",
            "a\u{ad}b",
            "\u{2060}ab",
            "é\u{200c}",
        ] {
            assert_eq!(line("name", text, 20).unwrap_err().code, "invalid_input", "{text:?}");
            assert_eq!(block("name", text, 20).unwrap_err().code, "invalid_input", "{text:?}");
        }
    }

    #[test]
    fn trims_and_counts_characters_not_bytes() {
        assert_eq!(line("name", "  Ämîlie Œuvrard ", 14).unwrap(), "Ämîlie Œuvrard");
        assert!(line("name", "Ämîlie Œuvrard", 13).is_err());
        assert!(line("name", " \u{a0} ", 5).is_err());
        assert!(line("name", "two\nlines", 20).is_err());
        for text in ["می\u{200c}خواهم", "👩\u{200d}🔧"] {
            assert_eq!(line("name", text, 20).unwrap(), text);
        }
        assert_eq!(block("notes", " two\r\nlines ", 20).unwrap(), "two\nlines");
        assert_eq!(block("notes", "", 20).unwrap(), "");
    }
}
