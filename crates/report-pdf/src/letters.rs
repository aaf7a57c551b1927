//! Text of strangers, made fit to be printed: what cannot be seen, or would change how its neighbours are seen, is spelt
//! out as `[U+202E]`.

use crate::world;
use std::fmt::Write as _;
use typst::text::is_default_ignorable;
use unicode_normalization::char::is_combining_mark;

/// Letters of one text at most; more are cut, and the cut is told.
const MOST: usize = 12_000;
/// Marks on one letter at most. More of them would climb into the lines above.
const MARKS: usize = 3;
/// A word longer than this may be broken after so many letters, so that it stays on its page.
const LONG: usize = 48;
const PIECE: usize = 16;
/// Where a line may end that shows nothing.
const BREAK: char = '\u{200b}';

/// Which letters are printed as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Letters {
    /// Those that our fonts have.
    OfOurFonts,
    /// The least, which always works.
    Ascii,
}

impl Letters {
    fn prints(self, letter: char) -> bool {
        match letter {
            ' '..='~' => true,
            '\u{a0}' => self == Self::OfOurFonts,
            _ if self == Self::Ascii => false,
            // For private use: everybody's font has another picture there.
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => false,
            _ => {
                !letter.is_control()
                    && !letter.is_whitespace()
                    && !is_default_ignorable(letter)
                    && !turns(letter)
                    && world::has(letter)
            }
        }
    }

    /// The text, to be seen as it is.
    pub(crate) fn visible(self, text: &str) -> String {
        let mut seen = String::with_capacity(text.len());
        let (mut marks, mut before) = (0, ' ');
        for letter in text.chars().take(MOST) {
            marks = if is_combining_mark(letter) { marks + 1 } else { 0 };
            if marks <= MARKS && (self.prints(letter) || self == Self::OfOurFonts && parts(before, letter)) {
                seen.push(letter);
            } else {
                let _ = write!(seen, "[U+{:04X}]", u32::from(letter));
            }
            before = letter;
        }
        let more = text.chars().skip(MOST).count();
        if more > 0 {
            let _ = write!(seen, " [and {more} more characters]");
        }
        breakable(&seen)
    }

    /// The beginning of it, for where there is room for a line and no more.
    pub(crate) fn short(self, text: &str, most: usize) -> String {
        let seen: String = text.chars().take(most).collect();
        let cut = seen.len() < text.len();
        let seen = self.visible(&seen);
        if cut { seen + "..." } else { seen }
    }
}

/// Shapes the Arabic letter before it, and is a part of Persian spelling.
fn parts(before: char, letter: char) -> bool {
    letter == '\u{200c}' && matches!(before, '\u{620}'..='\u{6ff}')
}

/// Turns the direction of what follows.
fn turns(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn breakable(text: &str) -> String {
    let mut softened = String::with_capacity(text.len());
    for (number, word) in text.split(' ').enumerate() {
        if number > 0 {
            softened.push(' ');
        }
        let long = word.chars().nth(LONG).is_some();
        let mut since = 0;
        for letter in word.chars() {
            if long && since >= PIECE && !is_combining_mark(letter) {
                softened.push(BREAK);
                since = 0;
            }
            softened.push(letter);
            since += 1;
        }
    }
    softened
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_seen_stays_and_what_cannot_is_spelt_out() {
        let all = Letters::OfOurFonts;
        for plain in [
            "",
            " ",
            "Ana Brandt",
            "josé.garcía@acme.example",
            "Ångström, Łódź, Ελλάδα, Москва",
            "ليلى حسن",
            "می\u{200c}خواهم",
            "מיכל לוי",
            "#read(\"/etc/passwd\") $x$ \\ *b* _i_ <l> @r `c`",
        ] {
            assert_eq!(all.visible(plain), plain);
        }
        for (text, seen) in [
            ("a\0b", "a[U+0000]b"),
            ("a\nb\tc", "a[U+000A]b[U+0009]c"),
            ("evil\u{202e}fdp.exe", "evil[U+202E]fdp.exe"),
            ("a\u{200c}b", "a[U+200C]b"),
            ("in\u{200b}vis\u{ad}ible", "in[U+200B]vis[U+00AD]ible"),
            ("\u{feff}x\u{2028}y", "[U+FEFF]x[U+2028]y"),
            ("Emma 😀", "Emma [U+1F600]"),
            ("\u{e000}\u{f0000}\u{10ffff}", "[U+E000][U+F0000][U+10FFFF]"),
            ("a\u{301}\u{301}\u{301}\u{301}", "a\u{301}\u{301}\u{301}[U+0301]"),
        ] {
            assert_eq!(all.visible(text), seen);
        }
        assert_eq!(Letters::Ascii.visible("é 😀\u{a0}x"), "[U+00E9] [U+1F600][U+00A0]x");
    }

    #[test]
    fn long_words_can_be_broken_and_texts_without_end_are_cut() {
        let all = Letters::OfOurFonts;
        let word = "x".repeat(LONG);
        assert_eq!(all.visible(&word), word);
        let longer = all.visible(&"y".repeat(1_000));
        assert_eq!(longer.replace(BREAK, ""), "y".repeat(1_000));
        assert!(longer.split(BREAK).all(|piece| piece.len() <= PIECE));
        let cut = all.visible(&"z ".repeat(MOST));
        assert!(cut.ends_with(" [and 12000 more characters]"), "{}", &cut[cut.len() - 40..]);
        assert_eq!(all.short("Acme", 4), "Acme");
        assert_eq!(all.short("Acme & Co", 4), "Acme...");
    }
}
