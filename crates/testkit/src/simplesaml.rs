//! A real SAML identity provider: `SimpleSAMLphp` under PHP's own server, with one person who can sign in, and a
//! browser that knows how to.

use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Who can sign in, and what is told about them.
pub const USERNAME: &str = "alice";
/// Their password.
pub const PASSWORD: &str = "secret";
/// Their name in assertions.
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

/// A page, after all redirects.
#[derive(Debug)]
struct Page {
    status: u16,
    location: Option<String>,
    body: String,
}

/// Somebody's browser at the identity provider.
#[derive(Debug, Default)]
pub struct Browser {
    cookies: BTreeMap<String, String>,
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
        let page = Browser::default().fetch("GET", &self.url("saml2/idp/metadata.php"), "")?;
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

impl Browser {
    /// Follows an address with a request to the sign-in form, fills it in, and returns the fields of the form that
    /// carries the answer back to the service, `SAMLResponse` among them.
    pub fn sign_in(&mut self, address: &str) -> Result<BTreeMap<String, String>> {
        let (at, page) = self.follow(address)?;
        let fields = hidden_fields(&page.body);
        // Somebody who is signed in already is not asked again.
        if fields.contains_key("SAMLResponse") {
            return Ok(fields);
        }
        let state = fields.get("AuthState").with_context(|| format!("no form at {at}: {}", page.body))?;
        let form = format!("username={USERNAME}&password={PASSWORD}&AuthState={}", percent(state));
        let page = self.fetch("POST", at.split('?').next().unwrap_or_default(), &form)?;
        let page = match page.location {
            Some(location) => self.follow(&location)?.1,
            None => page,
        };
        let fields = hidden_fields(&page.body);
        ensure!(fields.contains_key("SAMLResponse"), "no answer: {}", page.body);
        Ok(fields)
    }

    /// Follows an address until it leads away from the identity provider; where to.
    pub fn leave(&mut self, address: &str, service: &str) -> Result<String> {
        let mut at = address.to_owned();
        for _ in 0..10 {
            let page = self.fetch("GET", &at, "")?;
            at = page.location.with_context(|| format!("it stays at {at}: {}", page.body))?;
            if at.starts_with(service) {
                return Ok(at);
            }
        }
        bail!("it goes round in circles: {at}")
    }

    fn follow(&mut self, address: &str) -> Result<(String, Page)> {
        let mut at = address.to_owned();
        for _ in 0..10 {
            let page = self.fetch("GET", &at, "")?;
            match page.location {
                Some(location) => at = location,
                None => return Ok((at, page)),
            }
        }
        bail!("it goes round in circles: {at}")
    }

    /// One request in HTTP/1.0, which ends with the connection.
    fn fetch(&mut self, method: &str, url: &str, form: &str) -> Result<Page> {
        let rest =
            url.strip_prefix("http://").with_context(|| format!("not an address of the test: {url}"))?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut stream =
            TcpStream::connect(authority).with_context(|| format!("cannot reach {authority}"))?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{method} /{path} HTTP/1.0\r\nHost: {authority}\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            cookies.join("; "),
            form.len(),
        );
        // In one piece: the server may answer and hang up before the last of many.
        stream.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer);
        let (head, body) = answer.split_once("\r\n\r\n").context("no HTTP answer")?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
        let mut location = None;
        for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
            match name.to_ascii_lowercase().as_str() {
                "location" => location = Some(value.to_owned()),
                "set-cookie" => {
                    let pair = value.split(';').next().and_then(|pair| pair.split_once('='));
                    self.cookies.extend(pair.map(|(name, value)| (name.to_owned(), value.to_owned())));
                }
                _ => {}
            }
        }
        Ok(Page { status, location, body: body.to_owned() })
    }
}

/// Where `./test --only packages` puts it: beside the builds of Cargo.
fn installed() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let beside =
        program.ancestors().nth(3).map(|target| target.join("tools/simplesamlphp/usr/share/simplesamlphp"));
    let places = [beside, Some(PathBuf::from("/usr/share/simplesamlphp"))];
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

/// The hidden fields of a page's form.
fn hidden_fields(page: &str) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    for tag in page.split("<input").skip(1).filter_map(|rest| rest.split('>').next()) {
        let attribute = |name: &str| {
            let begin = tag.find(&format!("{name}=\""))? + name.len() + 2;
            tag.get(begin..)?.split('"').next().map(unescaped)
        };
        if let (Some(name), Some(value)) = (attribute("name"), attribute("value")) {
            fields.insert(name, value);
        }
    }
    fields
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#039;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let one = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(one).collect()
}
