//! Terminal output as lines of text: a terminal of one line that knows overwriting and erasing,
//! and takes every move to another line as the end of this one.

use super::transcript::TranscriptLine;

/// Columns; what is longer goes on in the next line.
const MAX_COLS: usize = 1024;
const MAX_LINE: usize = 1024;
/// A control string that does not end within this many characters is taken for text again:
/// otherwise one unfinished title would hide the rest of a session from search.
const MAX_STRING: usize = 4096;
const MAX_PARAMS: usize = 32;

#[derive(Default)]
pub(crate) struct Lines {
    done: Vec<TranscriptLine>,
    chars: Vec<char>,
    col: usize,
    /// When the line's first character appeared.
    since_ms: u32,
    now_ms: u32,
    mode: Mode,
}

#[derive(Default)]
enum Mode {
    #[default]
    Text,
    /// After ESC.
    Escape,
    /// After ESC and an intermediate byte, as in `ESC ( B`.
    Intermediate,
    /// After CSI, with the parameters so far.
    Csi(String),
    /// In an OSC, DCS, PM, APC or SOS string, with its length so far.
    Str(usize),
}

impl Lines {
    /// Takes output in.
    pub(crate) fn feed(&mut self, now_ms: u32, text: &str) {
        self.now_ms = now_ms;
        for c in text.chars() {
            self.step(c);
        }
    }

    /// The finished lines.
    pub(crate) fn drain(&mut self) -> std::vec::Drain<'_, TranscriptLine> {
        self.done.drain(..)
    }

    /// Finishes the line in work.
    pub(crate) fn break_line(&mut self) {
        let line: String = std::mem::take(&mut self.chars).into_iter().collect();
        self.col = 0;
        let mut rest = line.trim_end();
        while !rest.is_empty() {
            let (piece, after) =
                rest.split_at_checked(rest.floor_char_boundary(MAX_LINE)).unwrap_or((rest, ""));
            self.done.push(TranscriptLine { at_ms: self.since_ms, line: piece.to_owned() });
            rest = after;
        }
    }

    fn step(&mut self, c: char) {
        self.mode = match (std::mem::take(&mut self.mode), c) {
            (_, '\u{1b}') => Mode::Escape,
            (_, '\u{18}' | '\u{1a}' | '\u{9c}') | (Mode::Str(_), '\u{7}') => Mode::Text,
            (Mode::Str(length), _) if length < MAX_STRING => Mode::Str(length + 1),
            (Mode::Escape, '[') | (_, '\u{9b}') => Mode::Csi(String::new()),
            (Mode::Escape, ']' | 'P' | 'X' | '^' | '_')
            | (_, '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}') => Mode::Str(0),
            (Mode::Escape | Mode::Intermediate, ' '..='/') => Mode::Intermediate,
            (Mode::Escape, 'D' | 'E' | 'M' | 'c') => {
                self.break_line();
                Mode::Text
            }
            (Mode::Escape | Mode::Intermediate, '0'..='~') => Mode::Text,
            (Mode::Csi(mut params), ' '..='?') => {
                if params.len() < MAX_PARAMS {
                    params.push(c);
                }
                Mode::Csi(params)
            }
            (Mode::Csi(params), '@'..='~') => {
                self.control(c, &params);
                Mode::Text
            }
            // A control character acts inside a sequence too.
            (mode, '\0'..='\u{1f}') => {
                self.text(c);
                mode
            }
            (_, c) => {
                self.text(c);
                Mode::Text
            }
        };
    }

    fn text(&mut self, c: char) {
        match c {
            '\n' | '\u{b}' | '\u{c}' => self.break_line(),
            '\r' => self.col = 0,
            '\u{8}' => self.col = self.col.saturating_sub(1),
            '\t' => self.col = (self.col / 8 + 1) * 8,
            c if c.is_control() => {}
            c => self.put(c),
        }
    }

    fn put(&mut self, c: char) {
        if self.col >= MAX_COLS {
            self.break_line();
        }
        if self.chars.is_empty() {
            self.since_ms = self.now_ms;
        }
        if self.chars.len() <= self.col {
            self.chars.resize(self.col + 1, ' ');
        }
        if let Some(cell) = self.chars.get_mut(self.col) {
            *cell = c;
        }
        self.col += 1;
    }

    fn control(&mut self, action: char, params: &str) {
        let first: usize = params.split(';').next().and_then(|n| n.parse().ok()).unwrap_or(0);
        let count = first.clamp(1, MAX_COLS);
        let after = self.col.min(self.chars.len());
        let erased = (after + count).min(self.chars.len());
        match action {
            'C' | 'a' => self.col = (self.col + count).min(MAX_COLS),
            'D' => self.col = self.col.saturating_sub(count),
            'G' | '`' => self.col = count - 1,
            'K' if first == 0 => self.chars.truncate(self.col),
            'K' if first == 1 => self.chars.iter_mut().take(self.col + 1).for_each(|cell| *cell = ' '),
            'K' => self.chars.clear(),
            'P' => drop(self.chars.drain(after..erased)),
            'X' => self.chars.iter_mut().skip(after).take(count).for_each(|cell| *cell = ' '),
            '@' => {
                let tail = self.chars.split_off(after);
                self.chars.extend(std::iter::repeat_n(' ', count).chain(tail).take(MAX_COLS - after));
            }
            'A' | 'B' | 'E' | 'F' | 'H' | 'J' | 'L' | 'M' | 'S' | 'T' | 'd' | 'e' | 'f' => self.break_line(),
            // The alternate screen comes or goes.
            'h' | 'l' if params.starts_with('?') => self.break_line(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Lines, MAX_LINE, MAX_STRING};

    fn lines_of(text: &str) -> Vec<String> {
        let mut lines = Lines::default();
        lines.feed(0, text);
        lines.break_line();
        lines.drain().map(|item| item.line).collect()
    }

    #[test]
    fn terminal_output_reads_as_it_looked() {
        let cases = [
            ("one\r\ntwo\r\n", &["one", "two"][..]),
            ("10%\r50%\r100%\r\n", &["100%"]),
            ("lss\u{8}\u{1b}[K -l\r\n", &["ls -l"]),
            ("a\tb", &["a       b"]),
            ("\u{1b}[1;31mred\u{1b}[0m \u{1b}(Bplain", &["red plain"]),
            ("\u{1b}]0;title\u{7}prompt$ ", &["prompt$"]),
            ("\u{1b}]52;c;c2VjcmV0\u{1b}\\text", &["text"]),
            ("\u{1b}P+q544e\u{1b}\\after", &["after"]),
            ("abcdef\r\u{1b}[2C\u{1b}[2PX", &["abXf"]),
            ("ac\u{1b}[D\u{1b}[@b", &["abc"]),
            ("\u{1b}[2J\u{1b}[1;1Htop\u{1b}[2;1Hbottom", &["top", "bottom"]),
            ("кириллица 日本\r\n", &["кириллица 日本"]),
            ("   \r\n\r\n", &[]),
            ("\u{9d}0;title\u{9c}\u{9b}1mtext", &["text"]),
        ];
        for (output, expected) in cases {
            assert_eq!(lines_of(output), expected, "{output:?}");
        }
    }

    #[test]
    fn an_unfinished_title_hides_nothing_for_long() {
        let output = format!("\u{1b}]0;{}\r\nrm -rf /srv\r\n", "x".repeat(MAX_STRING));
        assert!(lines_of(&output).contains(&"rm -rf /srv".to_owned()));
    }

    #[test]
    fn a_line_without_end_is_cut_into_lines() {
        let lines = lines_of(&"é".repeat(5000));
        assert!(lines.iter().all(|line| line.len() <= MAX_LINE));
        assert_eq!(lines.concat().chars().count(), 5000);
    }

    proptest! {
        #[test]
        fn any_output_gives_bounded_lines(output in "(\\PC|\u{1b}|\u{9b}|[\\[0-9;?A-Za-z@`\r\n\t\u{8}\\]])*") {
            for line in lines_of(&output) {
                prop_assert!(!line.is_empty() && line.len() <= MAX_LINE);
            }
        }
    }
}
