//! Codes of authenticator apps: TOTP (RFC 6238) in the one dress that every app knows, SHA-1, 30 seconds, 6 digits.
//! SHA-1 is sound here: HMAC does not rest on collisions.

use aws_lc_rs::{constant_time, hmac};
use data_encoding::BASE32_NOPAD;
use unicode_normalization::UnicodeNormalization as _;

/// 160 bits, as RFC 4226 section 4 asks for.
pub(super) const SEED_BYTES: usize = 20;
const STEP_S: i64 = 30;
const DIGITS: usize = 6;
/// Steps that the clock of a telephone may be off.
const WINDOW: i64 = 1;

/// The step that an instant (seconds since 1970) lies in.
pub fn step_at(unix_s: i64) -> i64 {
    unix_s.div_euclid(STEP_S)
}

/// The code of a step.
pub fn code(seed: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    // RFC 4226 section 5.3: the last four bits say where the four bytes begin.
    let offset = usize::from(tag.as_ref().last().copied().unwrap_or_default() & 0xf);
    let word = tag.as_ref().get(offset..).and_then(|rest| rest.first_chunk::<4>());
    let word = word.map_or(0, |bytes| u32::from_be_bytes(*bytes)) & 0x7fff_ffff;
    format!("{:06}", word % 1_000_000)
}

/// The code of the seed that an app was given as base32; none when it is no such text.
pub fn code_of_secret(secret: &str, unix_s: i64) -> Option<String> {
    let seed = BASE32_NOPAD.decode(secret.trim().to_ascii_uppercase().as_bytes()).ok()?;
    Some(code(&seed, step_at(unix_s)))
}

/// As apps take it.
pub(super) fn secret_of(seed: &[u8]) -> String {
    BASE32_NOPAD.encode(seed)
}

/// What the QR code says (the "Key URI Format" that apps agree on).
pub(super) fn uri(seed: &[u8], issuer: &str, account: &str) -> String {
    let (issuer, account) = (escape(issuer), escape(account));
    let secret = secret_of(seed);
    format!(
        "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={STEP_S}"
    )
}

fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// The step near `now_s` whose code was typed. All are compared, in constant time.
pub(super) fn step_of(seed: &[u8], typed: &str, now_s: i64) -> Option<i64> {
    let now = step_at(now_s);
    let near = now.saturating_sub(WINDOW)..=now.saturating_add(WINDOW);
    near.fold(
        None,
        |found, step| {
            if same(code(seed, step).as_bytes(), typed.as_bytes()) { Some(step) } else { found }
        },
    )
}

/// Whether they are the same, in a time that tells nothing about where they differ.
pub(super) fn same(one: &[u8], other: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(one, other).is_ok()
}

/// What somebody typed, in the one spelling: full-width digits are digits, and what is there to be read more easily,
/// or is not seen at all, is nothing. None when it can be no code.
pub(super) fn normal(typed: &str) -> Option<String> {
    let code = squeeze(typed);
    (code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

/// NFKC without blanks, dashes and invisible characters.
pub(super) fn squeeze(typed: &str) -> String {
    let nothing = |c: char| {
        c.is_whitespace() || matches!(c, '-' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
    };
    typed.nfkc().filter(|c| !nothing(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn speaks_as_the_rfcs_do() {
        let seed = b"12345678901234567890";
        // RFC 6238 appendix B, the last six of eight digits.
        for (at, wanted) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(seed, step_at(at)), wanted);
            assert_eq!(code_of_secret("gezdgnbvgy3tqojqgezdgnbvgy3tqojq", at).unwrap(), wanted);
        }
        // RFC 4226 appendix D.
        for (step, wanted) in
            ["755224", "287082", "359152", "969429", "338314", "254676"].into_iter().enumerate()
        {
            assert_eq!(code(seed, i64::try_from(step).unwrap()), wanted);
        }
        assert_eq!(code_of_secret("not base 32!", 59), None);
        assert_eq!(
            uri(seed, "Northgate & Söhne", "ada@northgate.example"),
            "otpauth://totp/Northgate%20%26%20S%C3%B6hne:ada@northgate.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Northgate%20%26%20S%C3%B6hne&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn m02_only_the_steps_beside_this_one_count() {
        let (seed, now) = (b"12345678901234567890", 1_234_567_890);
        let at = |steps: i64| step_of(seed, &code(seed, step_at(now) + steps), now);
        for (steps, found) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            assert_eq!(at(steps), found.then(|| step_at(now) + steps), "{steps}");
        }
    }

    #[test]
    fn m01_however_it_is_typed_it_is_one_code() {
        for typed in [
            "123456",
            " 123 456 ",
            "123-456",
            "１２３４５６",
            "12\u{200b}3\u{feff}45\u{2060}6",
            "1 2 3 4 5 6\n",
        ] {
            assert_eq!(normal(typed).as_deref(), Some("123456"), "{typed:?}");
        }
        for typed in ["", "12345", "1234567", "12345a", "+12345", "١٢٣٤٥٦", "-1.5e3"] {
            assert_eq!(normal(typed), None, "{typed:?}");
        }
    }

    /// An early exit would take a thousandth of the time for the first byte: no clock is so bad that it hides that.
    #[test]
    fn e05_codes_are_compared_in_constant_time() {
        let kept = vec![7_u8; 1 << 20];
        let (mut first, mut last) = (kept.clone(), kept.clone());
        first[0] ^= 1;
        *last.last_mut().unwrap() ^= 1;
        let quickest = |other: &[u8]| {
            let once = |_| {
                let begun = Instant::now();
                assert!(!same(std::hint::black_box(&kept), std::hint::black_box(other)));
                begun.elapsed()
            };
            (0..50).map(once).min().unwrap()
        };
        let (first, last) = (quickest(&first), quickest(&last));
        assert!(first * 10 > last && last * 10 > first, "{first:?} and {last:?}");
        assert!(first > Duration::ZERO);
        assert!(same(&kept, &kept.clone()) && !same(b"123456", b"12345"));
    }
}
