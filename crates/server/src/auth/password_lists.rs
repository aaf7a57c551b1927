//! Passwords that others chose before: the most common ones, which are tried first, and a file of those known from
//! breaches.

use anyhow::{Context, Result, ensure};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use sallyport_secrets::Secret;
use std::cmp::Ordering;
use std::collections::HashSet;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

/// One a line, in lower case, made by `scripts/common-passwords`.
const COMMON: &[u8] = include_bytes!("../../data/common_passwords.zst");
/// A SHA-1 in hexadecimal.
const DIGITS: usize = 40;
/// More than the longest line: 40 digits, a colon, a count.
const LINE: usize = 96;

/// Both lists.
#[derive(Debug)]
pub(super) struct Lists {
    common: HashSet<Box<str>>,
    breached: Option<Breached>,
}

impl Lists {
    /// The common ones that we bring, and the breached ones of a file, where there is one.
    pub(super) fn load(breached: Option<&Path>) -> Result<Self> {
        let common = String::from_utf8(zstd::decode_all(COMMON)?)?;
        let breached = breached
            .map(|path| {
                Breached::open(path)
                    .with_context(|| format!("auth.breached_passwords: cannot use {}", path.display()))
            })
            .transpose()?;
        Ok(Self { common: common.lines().map(Box::from).collect(), breached })
    }

    /// Whether it is a common one, also with spaces in it or digits and signs around it.
    pub(super) fn is_common(&self, password: &str) -> bool {
        let lower = password.to_lowercase();
        let core = lower.trim_matches(|c: char| !c.is_alphabetic());
        // A letter among many digits makes no word of them.
        let worded = core.chars().count() * 2 >= lower.chars().count();
        let squeezed: String = lower.chars().filter(|c| !c.is_whitespace()).collect();
        self.common.contains(lower.as_str())
            || self.common.contains(squeezed.as_str())
            || worded && self.common.contains(core)
    }

    /// Whether it is known from a breach.
    pub(super) fn is_breached(&self, password: &str) -> Result<bool> {
        match &self.breached {
            Some(breached) => breached.holds(password).context("the file of breached passwords"),
            None => Ok(false),
        }
    }
}

/// A sorted file of hashes, searched by halving: some 35 reads of a hundred bytes in 40 GB.
#[derive(Debug)]
struct Breached {
    file: File,
    length: u64,
}

impl Breached {
    fn open(path: &Path) -> Result<Self> {
        let file = File::open(path)?;
        let breached = Self { length: file.metadata()?.len(), file };
        ensure!(breached.length > 0, "it is empty");
        let first = breached.read(0)?;
        let hash = first.get(..DIGITS).context("its first line is no SHA-1")?;
        ensure!(
            hash.iter().all(u8::is_ascii_hexdigit)
                && matches!(first.get(DIGITS), None | Some(b':' | b'\r' | b'\n')),
            "its first line is no SHA-1"
        );
        Ok(breached)
    }

    fn holds(&self, password: &str) -> Result<bool> {
        let hash = Secret::from(hex::encode_upper(digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes())));
        // The line that is looked for begins in `from..to`, if there is one.
        let (mut from, mut to) = (0, self.length);
        while from < to {
            let middle = from.midpoint(to);
            let start = if middle == from { from } else { self.line_at_or_after(middle)? };
            if start >= to {
                to = middle;
                continue;
            }
            let line = self.read(start)?;
            let found = line.get(..DIGITS).context("a line is no SHA-1")?.to_ascii_uppercase();
            match found.as_slice().cmp(hash.expose()) {
                Ordering::Equal => return Ok(true),
                Ordering::Less => from = start + length_of(&line, self.length - start)?,
                Ordering::Greater => to = middle,
            }
        }
        Ok(false)
    }

    /// Where the first line begins that begins at `at` or after it.
    fn line_at_or_after(&self, at: u64) -> Result<u64> {
        let before = self.read(at - 1)?;
        Ok(at - 1 + length_of(&before, self.length - (at - 1))?)
    }

    /// Some bytes from `at` on: more than a line, unless the file ends.
    fn read(&self, at: u64) -> Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(self.length - at).unwrap_or(LINE).min(LINE)];
        self.file.read_exact_at(&mut bytes, at)?;
        Ok(bytes)
    }
}

/// Up to the end of the first line in `bytes`, its newline included, or to that of the file.
fn length_of(bytes: &[u8], left: u64) -> Result<u64> {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(at) => Ok(u64::try_from(at)? + 1),
        None if left <= u64::try_from(bytes.len())? => Ok(left),
        None => anyhow::bail!("a line is too long"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn file(lines: &[String], end: &str) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        for (number, line) in lines.iter().enumerate() {
            let last = number + 1 == lines.len();
            write!(file, "{line}{}", if last { "" } else { end }).unwrap();
        }
        file
    }

    fn sha1(password: &str) -> String {
        hex::encode_upper(digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes()))
    }

    #[test]
    fn p10_a_breached_password_is_found_wherever_it_stands_and_no_other() {
        for (count, end) in [(1, "\n"), (2, "\r\n"), (3, "\n"), (500, "\r\n"), (1000, "\n")] {
            let known: Vec<String> = (0..count).map(|number| format!("breached {number}")).collect();
            for with_counts in [true, false] {
                let mut lines: Vec<String> = known.iter().map(|password| sha1(password)).collect();
                lines.sort();
                if with_counts {
                    for (number, line) in lines.iter_mut().enumerate() {
                        *line = format!("{line}:{}", number * number * 7919);
                    }
                }
                let file = file(&lines, end);
                let lists = Lists::load(Some(file.path())).unwrap();
                for password in &known {
                    assert!(lists.is_breached(password).unwrap(), "{password} of {count}");
                }
                for number in 0..200 {
                    assert!(!lists.is_breached(&format!("never {number}")).unwrap());
                }
            }
        }
    }

    #[test]
    fn a_file_that_holds_no_hashes_is_refused_at_the_start() {
        for (lines, end) in
            [(vec![], ""), (vec!["password123".to_owned()], "\n"), (vec!["A".repeat(500)], "")]
        {
            let file = file(&lines, end);
            let error = format!("{:#}", Lists::load(Some(file.path())).unwrap_err());
            assert!(error.contains("auth.breached_passwords"), "{error}");
        }
        assert!(Lists::load(Some(Path::new("/nowhere/at/all"))).is_err());
        // Sorted hashes, and then something else: an error, not an answer.
        let broken = file(&[sha1("a"), "x".repeat(300)], "\n");
        assert!(Lists::load(Some(broken.path())).unwrap().is_breached("zz").is_err());
    }

    #[test]
    fn p10_common_passwords_are_known_however_they_are_dressed_up() {
        let lists = Lists::load(None).unwrap();
        assert!(lists.common.len() > 25_000);
        for password in ["password", "Password", "liverpool!!", "12 Chelsea 45", "i love you", "12345678910"]
        {
            assert!(lists.is_common(password), "{password}");
        }
        for password in ["verglas mitten orrery", "tK7#mq2vLp9x", "48392018a47362", "двенадцать синих слонов"]
        {
            assert!(!lists.is_common(password), "{password}");
        }
    }
}
