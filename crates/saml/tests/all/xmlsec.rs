//! The second opinion: the `xmlsec1` program.

use sallyport_saml::Certificate;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

pub(crate) struct Xmlsec {
    folder: TempDir,
    certificate: PathBuf,
}

impl Xmlsec {
    /// One that trusts this certificate alone.
    pub(crate) fn new(trusted: &Certificate) -> Self {
        let folder = tempfile::Builder::new().prefix("sallyport-saml-").tempdir().unwrap();
        let certificate = folder.path().join("trusted.pem");
        let body: Vec<String> = trusted
            .to_base64()
            .as_bytes()
            .chunks(64)
            .map(|line| String::from_utf8_lossy(line).into())
            .collect();
        let pem = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", body.join("\n"));
        fs::write(&certificate, pem).unwrap();
        Self { folder, certificate }
    }

    /// Whether it says that the signature within this element (`Response`, `Assertion`, …) is good.
    pub(crate) fn verifies(&self, xml: &str, element: &str, name: &str) -> bool {
        let file = self.folder.path().join(name);
        fs::write(&file, xml).unwrap();
        let done = self.run(&file, element);
        fs::remove_file(&file).unwrap();
        done
    }

    fn run(&self, file: &Path, element: &str) -> bool {
        let path = format!("//*[local-name()='{element}']/*[local-name()='Signature']");
        let mut program = Command::new("xmlsec1");
        program
            .args(["--verify", "--enabled-reference-uris", "same-doc", "--pubkey-cert-pem"])
            .arg(&self.certificate);
        for (namespace, name) in [
            (crate::idp::SAML, "Assertion"),
            (crate::idp::SAMLP, "Response"),
            (crate::idp::SAMLP, "AuthnRequest"),
            (crate::idp::SAMLP, "LogoutResponse"),
        ] {
            program.arg("--id-attr:ID").arg(format!("{namespace}:{name}"));
        }
        // It would read all certificates of the machine first, forty milliseconds of them.
        program.env("SSL_CERT_FILE", "/dev/null").env("SSL_CERT_DIR", "/nonexistent");
        program.args(["--node-xpath", &path]).arg(file);
        let status = program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.expect("xmlsec1 runs; it is in the package xmlsec1").success()
    }
}
