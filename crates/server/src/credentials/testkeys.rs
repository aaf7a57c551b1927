//! Keys and certificates for tests, made by OpenSSH itself.

use super::Sensitive;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use pkcs8::der::Encode as _;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::pkcs5::pbes2;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// One instant for all tests, whole seconds.
pub(super) fn now() -> DateTime<Utc> {
    static NOW: OnceLock<DateTime<Utc>> = OnceLock::new();
    *NOW.get_or_init(|| {
        DateTime::from_timestamp(crate::clock::Clock::default().now().timestamp(), 0).unwrap()
    })
}

fn ssh_keygen(folder: &Path, arguments: &[&str]) {
    let status = Command::new("ssh-keygen")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status()
        .expect("these tests need ssh-keygen");
    assert!(status.success(), "{arguments:?}");
}

/// The text of a new key of `kind` (arguments of `ssh-keygen`).
pub(super) fn generate(kind: &[&str], passphrase: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    ssh_keygen(folder.path(), &[&["-q", "-f", "key", "-C", "me@here", "-N", passphrase], kind].concat());
    std::fs::read_to_string(folder.path().join("key")).unwrap()
}

/// The same key in another form: `PEM` or `PKCS8`.
pub(super) fn convert(text: &str, form: &str, passphrase: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    ssh_keygen(folder.path(), &["-q", "-p", "-f", "key", "-m", form, "-P", "", "-N", passphrase]);
    std::fs::read_to_string(file).unwrap()
}

/// What claims to be an encrypted OpenSSH key that takes `rounds` to open.
pub(super) fn openssh_of_rounds(rounds: u32) -> String {
    let text = generate(&["-t", "ed25519"], "x");
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    let mut bytes = STANDARD.decode(body).unwrap();
    // "bcrypt", the length of its options, the length of the salt, the salt of 16 bytes, the rounds.
    let at = bytes.windows(6).position(|window| window == b"bcrypt").unwrap() + 6 + 4 + 4 + 16;
    bytes[at..at + 4].copy_from_slice(&rounds.to_be_bytes());
    let body = STANDARD.encode(bytes);
    let lines: Vec<&str> =
        body.as_bytes().chunks(70).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----\n", lines.join("\n"))
}

/// What claims to be an encrypted PKCS #8 key that takes `iterations` to open.
pub(super) fn pkcs8_of_iterations(iterations: u32) -> String {
    let scheme = pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(iterations, &[7; 16], [7; 16]).unwrap();
    let info = pkcs8::EncryptedPrivateKeyInfoRef {
        encryption_algorithm: scheme.into(),
        encrypted_data: OctetStringRef::new(&[7; 64]).unwrap(),
    };
    let body = STANDARD.encode(info.to_der().unwrap());
    format!("-----BEGIN ENCRYPTED PRIVATE KEY-----\n{body}\n-----END ENCRYPTED PRIVATE KEY-----\n")
}

/// A certificate to be, for the name `ops`.
#[derive(Default)]
pub(super) struct Wish {
    /// Further arguments: `-h`, `-O no-pty`, …
    pub switches: &'static [&'static str],
    pub other_key: bool,
    pub for_ever: bool,
    pub valid_after: Option<DateTime<Utc>>,
    pub valid_before: Option<DateTime<Utc>>,
}

impl Wish {
    /// The key's text and the certificate's line. An hour to both sides of [`now`] where nothing else is said.
    pub(super) fn make(&self) -> (Sensitive, String) {
        let folder = tempfile::tempdir().unwrap();
        for name in ["ca", "key", "other"] {
            ssh_keygen(folder.path(), &["-q", "-t", "ed25519", "-N", "", "-f", name]);
        }
        let text = |at: DateTime<Utc>| at.format("%Y%m%d%H%M%SZ").to_string();
        let after = text(self.valid_after.unwrap_or(now() - TimeDelta::hours(1)));
        let before = text(self.valid_before.unwrap_or(now() + TimeDelta::hours(1)));
        let validity = if self.for_ever { "always:forever".to_owned() } else { format!("{after}:{before}") };
        let mut arguments = vec!["-q", "-s", "ca", "-I", "test", "-n", "ops", "-V", &validity];
        arguments.extend(self.switches);
        let of = if self.other_key { "other" } else { "key" };
        let public = format!("{of}.pub");
        arguments.push(&public);
        ssh_keygen(folder.path(), &arguments);
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        (Sensitive::from(read("key")), read(&format!("{of}-cert.pub")))
    }
}
