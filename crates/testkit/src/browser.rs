//! Somebody's browser at a real identity provider: follows redirects, keeps cookies, fills in the sign-in form.

use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Who can sign in at every identity provider here.
pub const USERNAME: &str = "alice";
/// Their password.
pub const PASSWORD: &str = "secret";

/// What a form is sent as.
const FORM: &str = "application/x-www-form-urlencoded";

/// A browser, with the cookies of whoever it talked to: a test lets it talk to one.
#[derive(Debug, Default)]
pub struct Browser {
    cookies: BTreeMap<String, String>,
}

/// An answer.
#[derive(Debug)]
pub struct Page {
    /// Its status.
    pub status: u16,
    /// Where it leads.
    pub location: Option<String>,
    /// The rest.
    pub body: String,
}

/// A request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'r> {
    pub(crate) method: &'r str,
    pub(crate) url: &'r str,
    pub(crate) content_type: &'r str,
    pub(crate) authorization: &'r str,
    pub(crate) body: &'r str,
}

/// Where a way ends.
enum End {
    /// At an address of the service.
    Left(String),
    /// On a page of the identity provider.
    Page(Page),
}

impl Browser {
    /// Follows a request to the sign-in form, fills it in where one is asked for, and returns the fields of the form
    /// that carries the answer back to the service, `SAMLResponse` among them.
    pub fn sign_in(&mut self, address: &str) -> Result<BTreeMap<String, String>> {
        let End::Page(page) = self.travel(address, None)? else { bail!("it left") };
        let fields = hidden_fields(&page.body);
        ensure!(fields.contains_key("SAMLResponse"), "no answer: {} {}", page.status, page.body);
        Ok(fields)
    }

    /// Follows an address until it leads to the service, filling in the sign-in form on the way; where to.
    pub fn leave(&mut self, address: &str, service: &str) -> Result<String> {
        match self.travel(address, Some(service))? {
            End::Left(place) => Ok(place),
            End::Page(page) => bail!("it stays at: {} {}", page.status, page.body),
        }
    }

    /// One page, without following it.
    pub fn get(&mut self, url: &str) -> Result<Page> {
        self.fetch(Request { method: "GET", url, content_type: FORM, authorization: "", body: "" })
    }

    fn travel(&mut self, address: &str, service: Option<&str>) -> Result<End> {
        let mut at = address.to_owned();
        let mut page = self.get(&at)?;
        for _ in 0..20 {
            if let Some(location) = page.location {
                at = absolute(&at, &location)?;
                if service.is_some_and(|service| at.starts_with(service)) {
                    return Ok(End::Left(at));
                }
                page = self.get(&at)?;
            } else if page.status == 200 && page.body.contains("type=\"password\"") {
                let form = filled_in(&page.body);
                at = action(&at, &page.body)?;
                let request =
                    Request { method: "POST", url: &at, content_type: FORM, authorization: "", body: &form };
                page = self.fetch(request)?;
            } else {
                return Ok(End::Page(page));
            }
        }
        bail!("it goes round in circles: {at}")
    }

    /// One request in HTTP/1.0, which ends with the connection.
    pub(crate) fn fetch(&mut self, request: Request<'_>) -> Result<Page> {
        let Request { method, url, content_type, authorization, body } = request;
        let (authority, path) = parts(url)?;
        let mut stream =
            TcpStream::connect(authority).with_context(|| format!("cannot reach {authority}"))?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{method} {path} HTTP/1.0\r\nHost: {authority}\r\nCookie: {}\r\nAuthorization: {authorization}\r\n\
             Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{body}",
            cookies.join("; "),
            body.len(),
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

/// The authority of an address, and the rest.
fn parts(url: &str) -> Result<(&str, &str)> {
    let rest = url.strip_prefix("http://").with_context(|| format!("not an address of the test: {url}"))?;
    Ok(rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash)))
}

fn absolute(at: &str, place: &str) -> Result<String> {
    if !place.starts_with('/') {
        return Ok(place.to_owned());
    }
    Ok(format!("http://{}{place}", parts(at)?.0))
}

/// Where the form of a page goes.
fn action(at: &str, page: &str) -> Result<String> {
    let form = page.split_once("<form").and_then(|(_, rest)| rest.split('>').next()).unwrap_or_default();
    match attribute(form, "action") {
        Some(place) if !place.is_empty() && !place.starts_with('?') => absolute(at, &place),
        _ => Ok(at.split('?').next().unwrap_or_default().to_owned()),
    }
}

fn filled_in(page: &str) -> String {
    let mut fields = hidden_fields(page);
    fields.insert("username".to_owned(), USERNAME.to_owned());
    fields.insert("password".to_owned(), PASSWORD.to_owned());
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
    pairs.join("&")
}

/// The fields of a page's forms that have a value.
fn hidden_fields(page: &str) -> BTreeMap<String, String> {
    let tags = page.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    tags.filter_map(|tag| Some((attribute(tag, "name")?, attribute(tag, "value")?))).collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let quoted = tag.split_once(&format!(" {name}=\""))?.1;
    quoted.split('"').next().map(unescaped)
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
