//! Backup codes: ten texts of 80 random bits to keep on paper, each good for one sign-in without the app.

use super::totp::squeeze;
use crate::error::Result;
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::BASE32_NOPAD;
use sallyport_secrets::Secret;

/// How many are made at a time.
pub(super) const COUNT: usize = 10;
const BYTES: usize = 10;
const GROUP: usize = 4;

/// A code that was made: the text is for the person, once; the hash is kept.
pub(super) struct BackupCode {
    pub(super) text: String,
    pub(super) hash: Vec<u8>,
}

/// New ones.
pub(super) fn make() -> Result<Vec<BackupCode>> {
    (0..COUNT).map(|_| one()).collect()
}

fn one() -> Result<BackupCode> {
    let bytes = Secret::random(BYTES).map_err(anyhow::Error::from)?;
    // Base32 has neither 0 nor 1 to be taken for letters.
    let letters = BASE32_NOPAD.encode(bytes.expose()).to_ascii_lowercase();
    let groups: Vec<&str> =
        (0..letters.len()).step_by(GROUP).filter_map(|at| letters.get(at..at + GROUP)).collect();
    Ok(BackupCode { text: groups.join("-"), hash: hash(bytes.expose()) })
}

/// What the database knows a typed code by; none when it can be none.
pub(super) fn hash_of(typed: &str) -> Option<Vec<u8>> {
    let bytes = BASE32_NOPAD.decode(squeeze(typed).to_ascii_uppercase().as_bytes()).ok()?;
    (bytes.len() == BYTES).then(|| hash(&bytes))
}

/// 80 random bits are not guessed from their hash, so a slow one would add nothing. And the hash of a guess is
/// nothing that a guesser chooses: how much of it a comparison got through tells nothing of the code (E05).
fn hash(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m09_a_code_is_known_by_its_hash_however_it_is_typed() {
        let codes = make().unwrap();
        assert_eq!(codes.len(), COUNT);
        for BackupCode { text, hash } in &codes {
            assert_eq!(text.len(), 19, "{text}");
            for typed in [
                text.clone(),
                text.to_uppercase(),
                text.replace('-', " "),
                format!(" {}\n", text.replace('-', "")),
            ] {
                assert_eq!(hash_of(&typed).as_ref(), Some(hash), "{typed:?}");
            }
            assert_eq!(codes.iter().filter(|other| other.hash == *hash).count(), 1);
        }
        for typed in ["", "abcd-efgh-ijkl", "abcd-efgh-ijkl-mno1", "abcd-efgh-ijkl-mnop-qrst"] {
            assert_eq!(hash_of(typed), None, "{typed}");
        }
    }
}
