//! How mails leave the platform.

use anyhow::{Context, Result, ensure};
use lettre::message::Mailbox;
use serde::Deserialize;
use std::path::PathBuf;

/// Section `mail`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// `smtps://user:password@host` (TLS from the first byte) or `smtp://…` (STARTTLS, without which nothing is sent but to this machine itself); what is special in user or password is percent-encoded. Without it mails are only written into the folder `mail` of the data folder and shown to super admins: for development.
    pub smtp_url: Option<String>,
    /// Who the mails are from.
    pub from: String,
    /// A certificate (PEM) of whoever signed the mail server's, where the system does not know them. With it STARTTLS is asked of a server on this machine too.
    pub ca_file: Option<PathBuf>,
}

/// How the connection to the mail server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after STARTTLS, or nothing is sent.
    StartTls,
    /// None: the server is on this machine.
    Loopback,
}

impl Mail {
    /// What cannot be meant.
    pub fn check(&self) -> Result<()> {
        self.from.parse::<Mailbox>().with_context(|| {
            format!("mail.from must be like Sallyport <gate@example.com>; it is {}", self.from)
        })?;
        if let Some(url) = &self.smtp_url {
            security(url)?;
            ensure!(
                self.from != Self::default().from,
                "mail.from must be set beside mail.smtp_url: an address that answers to mails may be sent to"
            );
        }
        Ok(())
    }
}

/// By the scheme and the host of an address. Never says the address, which can hold a password.
pub fn security(url: &str) -> Result<Security> {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let (_, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let host = place.rsplit_once(':').map_or(place, |(host, _)| host);
    ensure!(
        !host.is_empty() && !place.contains(['/', '?', '#']),
        "mail.smtp_url must be like smtps://user:password@mail.example.com, without a path"
    );
    match scheme {
        "smtps" => Ok(Security::Tls),
        "smtp" if host == "localhost" || host.starts_with("127.") => Ok(Security::Loopback),
        "smtp" => Ok(Security::StartTls),
        _ => anyhow::bail!("mail.smtp_url must begin with smtps:// or smtp://"),
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self { smtp_url: None, from: "Sallyport <sallyport@localhost>".to_owned(), ca_file: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_encrypted_but_to_this_machine() {
        for (url, expected) in [
            ("smtps://mail.example.com", Security::Tls),
            ("smtps://ada:p%40ss@localhost:465", Security::Tls),
            ("smtp://mail.example.com", Security::StartTls),
            ("smtp://ada:pass@mail.example.com:587/", Security::StartTls),
            ("smtp://localhost.example.com", Security::StartTls),
            ("smtp://localhost@mail.example.com", Security::StartTls),
            ("smtp://localhost:2525", Security::Loopback),
            ("smtp://127.0.0.1:2525", Security::Loopback),
        ] {
            assert_eq!(security(url).unwrap(), expected, "{url}");
        }
        for url in
            ["", "mail.example.com", "http://x", "smtp://", "smtp://h/path", "smtp://h?tls=opportunistic"]
        {
            assert!(security(url).is_err(), "{url}");
        }
    }

    #[test]
    fn whoever_sends_says_who_they_are() {
        let with = |url: Option<&str>, from: &str| Mail {
            smtp_url: url.map(str::to_owned),
            from: from.to_owned(),
            ca_file: None,
        };
        Mail::default().check().unwrap();
        with(Some("smtp://localhost"), "Gate <gate@example.com>").check().unwrap();
        assert!(with(Some("smtp://localhost"), &Mail::default().from).check().is_err());
        assert!(with(None, "nobody").check().is_err());
        let said = with(Some("ftp://ada:secret@example.com"), "a@example.com").check().unwrap_err();
        assert!(!format!("{said:#}").contains("secret"));
    }
}
