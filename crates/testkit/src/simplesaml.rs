//! A real SAML identity provider: `SimpleSAMLphp` under PHP's own server, with one person who can sign in.

pub use crate::browser::Browser;
use crate::browser::{PASSWORD, USERNAME};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The name of who can sign in in assertions.
pub const NAME_ID: &str = "alice@example.test";
/// Their groups.
pub const GROUPS: [&str; 2] = ["staff", "admins & owners"];

/// A running identity provider; ended and removed with this value.
#[derive(Debug)]
pub struct SimpleSaml {
    server: Child,
    folder: TempDir,
    port: u16,
}

/// A service that the identity provider knows.
#[derive(Debug, Clone, Copy)]
pub struct Service<'s> {
    /// Its entity ID.
    pub entity_id: &'s str,
    /// Where answers are posted.
    pub acs_url: &'s str,
    /// Where logout requests go.
    pub slo_url: &'s str,
    /// The certificate of its requests, in base64.
    pub certificate: &'s str,
    /// Whether responses are signed.
    pub sign_response: bool,
    /// Whether assertions are signed.
    pub sign_assertion: bool,
}

impl SimpleSaml {
    /// Starts one that knows no service yet.
    pub fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("sallyport-simplesaml-").tempdir()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        configure(folder.path(), port)?;
        let log = fs::File::create(folder.path().join("php.log"))?;
        let server = Command::new("php")
            .args(["-S", &format!("127.0.0.1:{port}"), "-t"])
            .arg(installed()?.join("www"))
            .env("SIMPLESAMLPHP_CONFIG_DIR", folder.path().join("config"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("cannot start php; install the package php-cli")?;
        let mut started = Self { server, folder, port };
        started.wait()?;
        Ok(started)
    }

    /// Makes a service known, or known anew.
    pub fn trust(&self, service: Service<'_>) -> Result<()> {
        let Service { entity_id, acs_url, slo_url, certificate, sign_response, sign_assertion } = service;
        let keys = format!(
            "[['type' => 'X509Certificate', 'signing' => true, 'encryption' => false, 'X509Certificate' => '{certificate}']]"
        );
        let known = format!(
            "<?php\n$metadata['{entity_id}'] = ['AssertionConsumerService' => '{acs_url}', \
             'SingleLogoutService' => '{slo_url}', 'keys' => {keys}, 'validate.authnrequest' => true, \
             'validate.logout' => true, 'sign.logout' => true, 'saml20.sign.response' => {sign_response}, \
             'saml20.sign.assertion' => {sign_assertion}];\n"
        );
        fs::write(self.folder.path().join("metadata/saml20-sp-remote.php"), known)
            .context("the service's metadata")
    }

    /// Its metadata.
    pub fn metadata(&self) -> Result<String> {
        let page = Browser::default().get(&self.url("saml2/idp/metadata.php"))?;
        ensure!(page.status == 200, "metadata: {} {}", page.status, page.body);
        Ok(page.body)
    }

    /// What it wrote about itself.
    pub fn log(&self) -> String {
        let read = |name: &str| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        read("php.log") + &read("log/simplesamlphp.log")
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    fn wait(&mut self) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if let Some(status) = self.server.try_wait()? {
                bail!("php ended with {status}: {}", self.log());
            }
            ensure!(Instant::now() < until, "php does not listen: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }
}

impl Drop for SimpleSaml {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Where `./test` unpacks it, or its package puts it.
fn installed() -> Result<PathBuf> {
    let places = [
        crate::tool("simplesamlphp").map(|at| at.join("usr/share/simplesamlphp")),
        Ok("/usr/share/simplesamlphp".into()),
    ];
    let found = places.into_iter().flatten().find(|place| place.join("www/_include.php").is_file());
    found.context("SimpleSAMLphp is missing: run ./test --only packages")
}

fn configure(folder: &Path, port: u16) -> Result<()> {
    for name in ["config", "cert", "log", "data", "tmp", "metadata", "sessions"] {
        fs::create_dir(folder.join(name))?;
    }
    let at = folder.display();
    let config = format!(
        "<?php\n$config = ['baseurlpath' => 'http://127.0.0.1:{port}/', 'certdir' => '{at}/cert/', \
         'loggingdir' => '{at}/log/', 'datadir' => '{at}/data/', 'tempdir' => '{at}/tmp/', \
         'metadatadir' => '{at}/metadata/', 'technicalcontact_email' => 'na@example.org', 'timezone' => 'UTC', \
         'secretsalt' => 'the salt of a test', 'auth.adminpassword' => 'the password of a test', \
         'showerrors' => true, 'logging.level' => 7, 'logging.handler' => 'file', 'enable.saml20-idp' => true, \
         'session.cookie.secure' => false, 'session.cookie.samesite' => null, \
         'session.phpsession.savepath' => '{at}/sessions', 'store.type' => 'phpsession', \
         'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true], \
         'metadata.sources' => [['type' => 'flatfile']]];\n"
    );
    let groups: Vec<String> = GROUPS.iter().map(|group| format!("'{group}'")).collect();
    let people = format!(
        "<?php\n$config = ['people' => ['exampleauth:UserPass', '{USERNAME}:{PASSWORD}' => ['uid' => ['{USERNAME}'], \
         'mail' => ['{NAME_ID}'], 'groups' => [{}]]]];\n",
        groups.join(", ")
    );
    let format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    let hosted = format!(
        "<?php\n$metadata['__DYNAMIC:1__'] = ['host' => '__DEFAULT__', 'privatekey' => 'idp.pem', \
         'certificate' => 'idp.crt', 'auth' => 'people', 'NameIDFormat' => '{format}', 'authproc' => [1 => \
         ['class' => 'saml:AttributeNameID', 'attribute' => 'mail', 'Format' => '{format}']]];\n"
    );
    fs::write(folder.join("config/config.php"), config)?;
    fs::write(folder.join("config/authsources.php"), people)?;
    fs::write(folder.join("metadata/saml20-idp-hosted.php"), hosted)?;
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=idp.test"])
        .arg("-keyout")
        .arg(folder.join("cert/idp.pem"))
        .arg("-out")
        .arg(folder.join("cert/idp.crt"))
        .stdin(Stdio::null())
        .output()
        .context("cannot run openssl")?;
    ensure!(made.status.success(), "openssl: {}", String::from_utf8_lossy(&made.stderr));
    Ok(())
}
