//! Reads what a line of a bundle is made of, in the one spelling that Sallyport writes and in no other.

use chrono::NaiveDate;
use uuid::Uuid;

/// The rest of a line. What it does not know it answers with none, and then stands anywhere.
pub(super) struct Spelling<'a>(&'a [u8]);

impl<'a> Spelling<'a> {
    /// Of this line; none if it is not UTF-8.
    pub(super) fn of(line: &'a [u8]) -> Option<Self> {
        std::str::from_utf8(line).ok().map(|text| Self(text.as_bytes()))
    }

    /// Exactly these letters.
    pub(super) fn letters(&mut self, letters: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(letters.as_bytes())?;
        Some(())
    }

    /// Whether nothing is left.
    pub(super) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// A number without a sign.
    pub(super) fn number(&mut self) -> Option<u64> {
        let length = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = self.take(length)?;
        match digits {
            [] | [b'0', _, ..] => None,
            _ => std::str::from_utf8(digits).ok()?.parse().ok(),
        }
    }

    /// `N` bytes in lower-case hexadecimal digits.
    pub(super) fn hex<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.digits(&mut bytes)?;
        Some(bytes)
    }

    /// An id: 8-4-4-4-12 digits.
    pub(super) fn id(&mut self) -> Option<Uuid> {
        let mut bytes = [0; 16];
        let mut rest = &mut bytes[..];
        for length in [4, 2, 2, 2, 6] {
            let (group, after) = rest.split_at_mut_checked(length)?;
            self.digits(group)?;
            if !after.is_empty() {
                self.letters("-")?;
            }
            rest = after;
        }
        Some(Uuid::from_bytes(bytes))
    }

    fn digits(&mut self, bytes: &mut [u8]) -> Option<()> {
        let digits = self.take(2 * bytes.len())?;
        let mut worst = 0;
        for (byte, &[high, low]) in bytes.iter_mut().zip(digits.as_chunks().0) {
            let (high, low) = (digit(high), digit(low));
            *byte = high << 4 | low;
            worst |= high | low;
        }
        (worst < 16).then_some(())
    }

    /// An instant of the years 0 to 9999, as RFC 3339 has it, to the microsecond: since 1970.
    pub(super) fn instant(&mut self) -> Option<i64> {
        let year = self.decimal("", 4)?.cast_signed();
        let (month, day) = (self.decimal("-", 2)?, self.decimal("-", 2)?);
        let (hour, minute) = (self.decimal("T", 2)?, self.decimal(":", 2)?);
        let (second, micros) = (self.decimal(":", 2)?, self.decimal(".", 6)?);
        self.letters("Z")?;
        let instant =
            NaiveDate::from_ymd_opt(year, month, day)?.and_hms_micro_opt(hour, minute, second, micros)?;
        Some(instant.and_utc().timestamp_micros())
    }

    /// A number of so many decimal digits, behind a sign.
    fn decimal(&mut self, sign: &str, digits: usize) -> Option<u32> {
        self.letters(sign)?;
        self.take(digits)?.iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0'))
        })
    }

    /// A text in quotes, written to `to` as it is without them.
    pub(super) fn text(&mut self, to: &mut Vec<u8>) -> Option<()> {
        self.letters("\"")?;
        loop {
            let plain = self.0.iter().position(|&byte| byte < b' ' || byte == b'"' || byte == b'\\')?;
            to.extend_from_slice(self.take(plain)?);
            match self.take(1)? {
                b"\"" => return Some(()),
                b"\\" => to.push(self.escaped()?),
                _ => return None,
            }
        }
    }

    /// What follows a backslash. Only what cannot stand for itself is escaped, and only in the shortest way.
    fn escaped(&mut self) -> Option<u8> {
        let [letter] = self.take(1)? else { return None };
        Some(match letter {
            b'"' | b'\\' => *letter,
            b'b' => 0x08,
            b't' => b'\t',
            b'n' => b'\n',
            b'f' => 0x0c,
            b'r' => b'\r',
            b'u' => {
                self.letters("00")?;
                let [byte] = self.hex()?;
                return matches!(byte, 0..=0x07 | 0x0b | 0x0e..=0x1f).then_some(byte);
            }
            _ => return None,
        })
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

/// The value of a lower-case hexadecimal digit; more than 15 for anything else.
fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        _ => u8::MAX,
    }
}
