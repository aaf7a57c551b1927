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
    if text.chars().any(is_treacherous) {
        return Err(ApiError::invalid(field, "it must not contain control characters"));
    }
    Ok(text)
}

/// Control characters, line separators that only some programs know, and the marks that turn the direction of
/// the text after them.
fn is_treacherous(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
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
        assert_eq!(block("notes", " two\r\nlines ", 20).unwrap(), "two\nlines");
        assert_eq!(block("notes", "", 20).unwrap(), "");
    }
}
