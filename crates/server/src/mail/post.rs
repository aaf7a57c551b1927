//! The way out: a mail server by SMTP, or, without one, a folder.

use super::kept;
use super::words::{Brand, Words};
use crate::config::{Config, Security, mail_security};
use crate::ids::MailId;
use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// No mail server takes longer than this for one mail; a claim on a mail lasts longer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where mails go.
pub struct Post {
    from: Mailbox,
    way: Way,
}

enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

/// A mail in its envelope.
#[derive(Debug)]
pub(super) struct Outgoing<'a> {
    pub(super) id: MailId,
    pub(super) kind: &'a str,
    pub(super) recipient: &'a str,
    pub(super) at: DateTime<Utc>,
}

/// Why a mail did not leave.
#[derive(Debug)]
pub(super) enum Failure {
    /// Another try may help.
    Now(String),
    /// No other try will: the address is refused, or is none.
    Ever(String),
}

impl Post {
    /// As the configuration says. Connects to nothing yet.
    pub fn open(config: &Config) -> Result<Self> {
        let way = match &config.mail.smtp_url {
            Some(url) => Way::Smtp(smtp(url, config.mail.ca_file.as_deref())?),
            None => Way::Folder(config.data_dir.join("mail")),
        };
        Ok(Self { from: config.mail.from.parse().context("mail.from")?, way })
    }

    /// The folder of mails that are kept instead of sent.
    pub(super) fn folder(&self) -> Option<&Path> {
        match &self.way {
            Way::Smtp(_) => None,
            Way::Folder(folder) => Some(folder),
        }
    }

    /// Whether mails leave the platform.
    pub fn sends(&self) -> bool {
        self.folder().is_none()
    }

    pub(super) async fn send(
        &self,
        mail: &Outgoing<'_>,
        words: &Words,
        brand: &Brand<'_>,
    ) -> Result<(), Failure> {
        let message = self.message(mail, words, brand)?;
        match &self.way {
            Way::Folder(folder) => kept::keep(folder, mail, words, brand, &message.formatted())
                .map_err(|error| Failure::Now(format!("{error:#}"))),
            Way::Smtp(server) => match tokio::time::timeout(PATIENCE, server.send(message)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(judge(&error)),
                Err(_) => Err(Failure::Now("the mail server took too long".to_owned())),
            },
        }
    }

    fn message(&self, mail: &Outgoing<'_>, words: &Words, brand: &Brand<'_>) -> Result<Message, Failure> {
        let never = |error: &dyn std::fmt::Display| Failure::Ever(error.to_string());
        let address: Address = mail.recipient.parse().map_err(|error| never(&error))?;
        // One id for all tries of a mail, so that one that came twice is known for what it is.
        let id = format!("<{}@{}>", mail.id, self.from.email.domain());
        // RFC 3834: nobody's absence assistant answers.
        let automatic =
            HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(brand.name.to_owned()), address))
            .date(mail.at.into())
            .message_id(Some(id))
            .raw_header(automatic)
            .subject(words.subject.as_str())
            .multipart(MultiPart::alternative_plain_html(words.text(brand), words.html(brand)))
            .map_err(|error| never(&error))
    }
}

/// Nothing leaves this machine unencrypted. A connection a mail: there are few, and none is left to go stale.
fn smtp(url: &str, ca_file: Option<&Path>) -> Result<AsyncSmtpTransport<Tokio1Executor>> {
    let security = match mail_security(url)? {
        // Who names a certificate means TLS.
        Security::Loopback if ca_file.is_some() => Security::StartTls,
        security => security,
    };
    let asked = match security {
        Security::StartTls => format!("{}?tls=required", url.trim_end_matches('/')),
        Security::Tls | Security::Loopback => url.to_owned(),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&asked)
        .map_err(|error| anyhow::anyhow!("mail.smtp_url does not fit: {error}"))?;
    if let Some(file) = ca_file {
        let pem = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let certificate = Certificate::from_pem(&pem)
            .with_context(|| format!("{} holds no certificate", file.display()))?;
        let tls = TlsParameters::builder(host(url)).add_root_certificate(certificate).build()?;
        builder = builder.tls(if security == Security::Tls { Tls::Wrapper(tls) } else { Tls::Required(tls) });
    }
    Ok(builder.timeout(Some(Duration::from_secs(30))).build())
}

/// Of an address that [`mail_security`] took.
fn host(url: &str) -> String {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    place.rsplit_once(':').map_or(place, |(host, _)| host).to_owned()
}

/// RFC 5321 section 4.2.1: a 5yz is for ever. But one about who we are (53z) is about the configuration, which
/// somebody mends.
fn judge(error: &lettre::transport::smtp::Error) -> Failure {
    let words = match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None => error.to_string(),
    };
    let about_us = error.status().is_some_and(|code| code.to_string().starts_with("53"));
    if error.is_permanent() && !about_us { Failure::Ever(words) } else { Failure::Now(words) }
}

impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post").field("folder", &self.folder()).finish_non_exhaustive()
    }
}
