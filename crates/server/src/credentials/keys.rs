//! Reads private keys as people have them: OpenSSH, PKCS #8, PEM. Each refusal says what to do.

use super::sensitive::Sensitive;
use crate::error::{ApiError, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pkcs8::EncryptedPrivateKeyInfoRef;
use russh::keys::decode_secret_key;
use russh::keys::ssh_key::public::RsaPublicKey;
use russh::keys::ssh_key::{self, Algorithm, HashAlg, Kdf, LineEnding, PrivateKey};
use sallyport_secrets::Secret;

/// Longest text of a key, in bytes.
const MAX_TEXT: usize = 64 * 1024;

/// How dear the opening of a key may be: somebody else chose the numbers in it, our processor does the work.
const MAX_BCRYPT_ROUNDS: u32 = 512;
const MAX_PBKDF2_ITERATIONS: u32 = 2_000_000;
const MAX_SCRYPT_BYTES: u64 = 256 * 1024 * 1024;

/// RSA lengths, in bits: shorter ones are weak, longer ones the library refuses.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2048..=8192;

/// Opens and proves a key. Takes up to seconds of work: call it off the runtime.
pub(super) fn parse(text: &Sensitive, passphrase: Option<&Sensitive>) -> Result<PrivateKey> {
    if text.expose().len() > MAX_TEXT {
        return refuse("it is longer than 64 KiB");
    }
    if passphrase.is_some_and(|p| p.expose().is_empty() || p.expose().chars().count() > 1024) {
        return Err(ApiError::invalid("passphrase", "it must have 1 to 1024 characters"));
    }
    let text = tidy(text);
    let passphrase = passphrase.map(Sensitive::expose);
    let key = match Form::of(text.expose()) {
        Form::OpenSsh => open_openssh(text.expose(), passphrase),
        Form::EncryptedPkcs8 => open_pkcs8(text.expose(), passphrase),
        Form::EncryptedPem => open_pem(text.expose(), passphrase),
        Form::Plain if passphrase.is_some() => return not_encrypted(),
        Form::Plain => decode_secret_key(text.expose(), None).or_else(|_| damaged()),
        Form::Unfit(problem) => return refuse(problem),
    }?;
    check_algorithm(&key)?;
    prove(&key)?;
    Ok(key)
}

/// The one form in which keys are kept: OpenSSH, not encrypted, without the comment (it may name a person).
pub(super) fn to_text(key: &PrivateKey) -> Result<Secret> {
    let mut key = key.clone();
    key.set_comment("");
    let text = key.to_openssh(LineEnding::LF).map_err(anyhow::Error::from)?;
    Ok(Secret::from(text.as_str().to_owned()))
}

fn refuse<T>(problem: impl Into<String>) -> Result<T> {
    Err(ApiError::invalid("privateKey", problem))
}

fn damaged<T>() -> Result<T> {
    refuse("it cannot be read: it is damaged or cut short, or of a kind that is not supported")
}

fn not_encrypted<T>() -> Result<T> {
    Err(ApiError::invalid("passphrase", "this key has none; leave it empty"))
}

fn needs_passphrase(passphrase: Option<&str>) -> Result<&str> {
    passphrase
        .ok_or_else(|| ApiError::invalid("passphrase", "this key is encrypted; its passphrase is needed"))
}

fn wrong_passphrase<T>() -> Result<T> {
    Err(ApiError::invalid("passphrase", "it does not open this key"))
}

fn too_dear<T>() -> Result<T> {
    refuse("its passphrase takes too long to check; set it anew with `ssh-keygen -p -a 64`")
}

/// Without the spaces, line ends and empty lines that copying adds.
fn tidy(text: &Sensitive) -> Sensitive {
    let text = text.expose();
    let mut tidy = String::with_capacity(text.len() + 1);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        tidy.push_str(line);
        tidy.push('\n');
    }
    Sensitive::from(tidy)
}

/// What the first line says that the text is.
enum Form {
    OpenSsh,
    EncryptedPkcs8,
    EncryptedPem,
    Plain,
    Unfit(&'static str),
}

impl Form {
    fn of(text: &str) -> Self {
        let first = text.lines().next().unwrap_or_default();
        match first {
            "-----BEGIN OPENSSH PRIVATE KEY-----" => Self::OpenSsh,
            "-----BEGIN ENCRYPTED PRIVATE KEY-----" => Self::EncryptedPkcs8,
            "-----BEGIN RSA PRIVATE KEY-----" | "-----BEGIN EC PRIVATE KEY-----"
                if text.contains("Proc-Type: 4,ENCRYPTED") =>
            {
                Self::EncryptedPem
            }
            "-----BEGIN RSA PRIVATE KEY-----"
            | "-----BEGIN EC PRIVATE KEY-----"
            | "-----BEGIN PRIVATE KEY-----" => Self::Plain,
            "-----BEGIN DSA PRIVATE KEY-----" => Self::Unfit("DSA keys are too weak; use Ed25519"),
            "" => Self::Unfit("it is empty"),
            _ if first.starts_with("PuTTY-User-Key-File") => {
                Self::Unfit("it is in PuTTY's own form; export it from PuTTYgen as an OpenSSH key")
            }
            _ if first.contains("PUBLIC KEY") || first.starts_with("ssh-") || first.starts_with("ecdsa-") => {
                Self::Unfit("it is a public key; the private one is needed")
            }
            _ => Self::Unfit("it is no private key as OpenSSH, PKCS #8 or PEM write it (-----BEGIN …)"),
        }
    }
}

fn open_openssh(text: &str, passphrase: Option<&str>) -> Result<PrivateKey> {
    let key = match PrivateKey::from_openssh(text) {
        Ok(key) => key,
        Err(_) if says_ecdsa(text) => return short_ecdsa(),
        Err(_) => return damaged(),
    };
    if !key.is_encrypted() {
        return if passphrase.is_some() { not_encrypted() } else { Ok(key) };
    }
    if let Kdf::Bcrypt { rounds, .. } = key.kdf()
        && *rounds > MAX_BCRYPT_ROUNDS
    {
        return too_dear();
    }
    key.decrypt(needs_passphrase(passphrase)?).or_else(|error| match error {
        // The passphrase fits: only what it opens cannot be read.
        error if says_ecdsa(text) && !matches!(error, ssh_key::Error::Crypto) => short_ecdsa(),
        _ => wrong_passphrase(),
    })
}

/// The public half stands in front, whether the private one is encrypted or not.
fn says_ecdsa(text: &str) -> bool {
    let base64: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    let bytes = STANDARD.decode(base64).unwrap_or_default();
    bytes.windows(b"ecdsa-sha2-".len()).any(|window| window == b"ecdsa-sha2-")
}

/// One in 256 ECDSA keys begins with a zero byte, which OpenSSH leaves out and the library misses (ssh-key 0.7).
fn short_ecdsa<T>() -> Result<T> {
    refuse(
        "this ECDSA key cannot be read in this form; write it anew with `ssh-keygen -p -m PKCS8 -f KEY` and paste that",
    )
}

fn open_pkcs8(text: &str, passphrase: Option<&str>) -> Result<PrivateKey> {
    let body: String = text.lines().skip(1).take_while(|line| !line.starts_with("-----END")).collect();
    let Ok(der) = STANDARD.decode(body) else { return damaged() };
    let Ok(info) = EncryptedPrivateKeyInfoRef::try_from(der.as_slice()) else { return damaged() };
    let Some(scheme) = info.encryption_algorithm.pbes2() else {
        return refuse(
            "it is encrypted in a way that is too old; set its passphrase anew with `ssh-keygen -p`",
        );
    };
    let cheap = match (scheme.kdf.pbkdf2(), scheme.kdf.scrypt()) {
        (Some(pbkdf2), _) => pbkdf2.iteration_count <= MAX_PBKDF2_ITERATIONS,
        // 128·N·r bytes of memory, p times over (RFC 7914, section 2).
        (_, Some(scrypt)) => scrypt
            .cost_parameter
            .checked_mul(128 * u64::from(scrypt.block_size))
            .and_then(|bytes| bytes.checked_mul(u64::from(scrypt.parallelization)))
            .is_some_and(|bytes| bytes <= MAX_SCRYPT_BYTES),
        _ => false,
    };
    if !cheap {
        return too_dear();
    }
    decode_secret_key(text, Some(needs_passphrase(passphrase)?)).or_else(|_| wrong_passphrase())
}

/// The library knows one of PEM's ciphers, for RSA; what to do about the others is the same for all.
fn open_pem(text: &str, passphrase: Option<&str>) -> Result<PrivateKey> {
    if !text.contains("DEK-Info: AES-128-CBC,") || text.starts_with("-----BEGIN EC") {
        return refuse(
            "it is encrypted in a way that is too old; set its passphrase anew with `ssh-keygen -p`",
        );
    }
    decode_secret_key(text, Some(needs_passphrase(passphrase)?)).or_else(|_| wrong_passphrase())
}

fn check_algorithm(key: &PrivateKey) -> Result<()> {
    match key.algorithm() {
        Algorithm::Ed25519 | Algorithm::Ecdsa { .. } => Ok(()),
        Algorithm::Rsa { .. } => {
            let bits = key.public_key().key_data().rsa().map_or(0, RsaPublicKey::key_size);
            if RSA_BITS.contains(&bits) {
                return Ok(());
            }
            refuse(format!(
                "an RSA key must have {} to {} bits, this one has {bits}",
                RSA_BITS.start(),
                RSA_BITS.end()
            ))
        }
        Algorithm::SkEd25519 | Algorithm::SkEcdsaSha2NistP256 => refuse(
            "it lives on a hardware token, so nobody else can use it; make an Ed25519 key for this account",
        ),
        other => refuse(format!("keys of the kind {other} are not supported; use Ed25519, ECDSA or RSA")),
    }
}

/// A key whose halves do not belong together parses, and then fails at the machine without a word.
fn prove(key: &PrivateKey) -> Result<()> {
    let proof = key.sign("sallyport", HashAlg::Sha256, b"proof");
    if proof.is_ok_and(|proof| key.public_key().verify("sallyport", b"proof", &proof).is_ok()) {
        return Ok(());
    }
    refuse("its private and public halves do not belong together: it is damaged")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::testkeys::{convert, generate, openssh_of_rounds, pkcs8_of_iterations};

    fn open(text: &str, passphrase: Option<&str>) -> Result<PrivateKey> {
        let passphrase = passphrase.map(|p| Sensitive::from(p.to_owned()));
        parse(&Sensitive::from(text.to_owned()), passphrase.as_ref())
    }

    fn problem(text: &str, passphrase: Option<&str>) -> (String, String) {
        let error = open(text, passphrase).unwrap_err();
        let fields = error.details["fields"].as_object().unwrap();
        let (field, problem) = fields.iter().next().unwrap();
        (field.clone(), problem.as_str().unwrap().to_owned())
    }

    #[test]
    fn takes_what_ssh_keygen_writes_and_keeps_one_form() {
        for kind in [
            &["-t", "ed25519"][..],
            &["-t", "ecdsa", "-b", "256"],
            &["-t", "ecdsa", "-b", "384"],
            &["-t", "ecdsa", "-b", "521"],
            &["-t", "rsa", "-b", "2048"],
        ] {
            for passphrase in ["", "correct horse"] {
                let given = (!passphrase.is_empty()).then_some(passphrase);
                let readable = (0..5).find_map(|_| match open(&generate(kind, passphrase), given) {
                    Ok(key) => Some(key),
                    // See `short_ecdsa`: five in a row would be something else.
                    Err(error) if kind.contains(&"ecdsa") && error.to_string().contains("PKCS8") => None,
                    Err(error) => panic!("{kind:?} {passphrase:?}: {error}"),
                });
                let key = readable.unwrap();
                let kept = to_text(&key).unwrap();
                let again = PrivateKey::from_openssh(kept.expose_str().unwrap()).unwrap();
                assert_eq!(again.public_key().key_data(), key.public_key().key_data());
                assert!(!again.is_encrypted() && again.comment().as_bytes().is_empty());
            }
        }
    }

    #[test]
    fn takes_pkcs8_and_pem() {
        for (kind, form) in [
            (&["-t", "rsa", "-b", "2048"][..], "PEM"),
            (&["-t", "rsa", "-b", "2048"], "PKCS8"),
            (&["-t", "ecdsa", "-b", "256"], "PEM"),
            (&["-t", "ecdsa", "-b", "256"], "PKCS8"),
        ] {
            let plain = generate(kind, "");
            let key = open(&plain, None).unwrap();
            let other = convert(&plain, form, "");
            assert_eq!(open(&other, None).unwrap().public_key().key_data(), key.public_key().key_data());
            if form == "PKCS8" || kind.contains(&"rsa") {
                let sealed = convert(&plain, form, "correct horse");
                assert_eq!(
                    open(&sealed, Some("correct horse")).unwrap().public_key().key_data(),
                    key.public_key().key_data(),
                    "{form} {kind:?}"
                );
                assert_eq!(problem(&sealed, Some("wrong")).0, "passphrase");
                assert_eq!(problem(&sealed, None).0, "passphrase");
            }
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_passphrase() {
        let sealed = generate(&["-t", "ed25519"], "correct horse");
        assert!(problem(&sealed, None).1.contains("encrypted"));
        assert!(problem(&sealed, Some("wrong")).1.contains("does not open"));
        assert_eq!(problem(&sealed, Some("")).0, "passphrase");
        let plain = generate(&["-t", "ed25519"], "");
        assert!(problem(&plain, Some("correct horse")).1.contains("has none"));
    }

    #[test]
    fn says_what_is_wrong_with_a_key() {
        let plain = generate(&["-t", "ed25519"], "");
        let cut = plain.get(..plain.len() / 2).unwrap();
        let flipped = plain.replace('a', "b");
        for (text, words) in [
            ("", "empty"),
            ("hello", "no private key"),
            ("ssh-ed25519 AAAAC3Nz me@here", "public key"),
            ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "public key"),
            ("PuTTY-User-Key-File-3: ssh-ed25519", "PuTTYgen"),
            ("-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----", "DSA"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "damaged"),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\n!!\n-----END ENCRYPTED PRIVATE KEY-----", "damaged"),
            (cut, "damaged"),
            (&flipped, "damaged"),
            (&generate(&["-t", "rsa", "-b", "1024"], ""), "2048"),
        ] {
            let (field, problem) = problem(text, None);
            assert_eq!(field, "privateKey");
            assert!(problem.contains(words), "{problem}");
        }
        assert!(open(&"x".repeat(70_000), None).is_err());
    }

    #[test]
    fn forgives_what_copying_adds() {
        let plain = generate(&["-t", "ed25519"], "");
        let pasted = format!("\r\n  {}\r\n\r\n", plain.replace('\n', "  \r\n  "));
        assert!(open(&pasted, None).is_ok());
    }

    #[test]
    fn a_key_that_would_keep_the_processor_busy_is_refused_before_the_work() {
        let dear = openssh_of_rounds(513);
        assert!(problem(&dear, Some("x")).1.contains("too long"));
        assert!(problem(&pkcs8_of_iterations(2_000_001), Some("x")).1.contains("too long"));
        assert_eq!(problem(&pkcs8_of_iterations(1000), Some("x")).0, "passphrase");
    }
}
