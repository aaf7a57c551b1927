//! What is told by mail, before it is put into words. Kept sealed until it is sent.

use super::letters_of_access;
use super::place::Place;
use super::words::{Brand, Words};
use crate::auth;
use crate::config::Config;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A kind of mail with what it tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// An account was made, or its link renewed.
    Invitation {
        /// Of the link.
        token: String,
        /// The link is good until then.
        expires_at: DateTime<Utc>,
        /// Whoever invited.
        invited_by: String,
    },
    /// Somebody says they forgot the password.
    PasswordReset {
        /// Of the link.
        token: String,
        /// The link is good until then.
        expires_at: DateTime<Utc>,
        /// Where that was said.
        place: Place,
    },
    /// The password is another one now.
    PasswordChanged {
        /// When.
        at: DateTime<Utc>,
        /// Where it was done.
        place: Place,
        /// By a link from a mail; otherwise by somebody who knew the old one.
        by_link: bool,
    },
    /// Somebody who is signed in wants this address for their account.
    AddressChange {
        /// Of the link; none where the address has an account already.
        token: Option<String>,
        /// The link is good until then.
        expires_at: DateTime<Utc>,
        /// Where that was said.
        place: Place,
    },
    /// The account has another address now. For the one of before.
    AddressChanged {
        /// When.
        at: DateTime<Utc>,
        /// Where the link was opened.
        place: Place,
        /// The address that counts.
        to: String,
    },
    /// Somebody signed in with a browser and from a network that the person never signed in from.
    NewDevice {
        /// When.
        at: DateTime<Utc>,
        /// Where.
        place: Place,
    },
    /// Somebody tries to sign in and is wrong too often.
    TooManyTries {
        /// When it became too often.
        at: DateTime<Utc>,
        /// The last try came from there.
        place: Place,
    },
    /// Somebody knows the password and is wrong too often with the second factor.
    WrongCodes {
        /// When it became too often.
        at: DateTime<Utc>,
        /// The last try came from there.
        place: Place,
    },
    /// An identity provider is not believed any more, or soon will not be.
    SsoTrouble {
        /// The connection's name.
        connection: String,
        /// In words.
        problem: String,
    },
    /// Our own key at an identity provider is renewed.
    SsoOwnKey {
        /// The connection's name.
        connection: String,
        /// Where our metadata are.
        metadata: String,
        /// From when on requests are signed with the new one.
        changes_at: DateTime<Utc>,
    },
    /// A technician asks for access; for those who may decide.
    AccessRequested {
        /// Who.
        technician: String,
        /// To whom.
        customer: String,
        /// How far, in words.
        level: String,
        /// Why.
        reason: String,
        /// When it lapses.
        until: DateTime<Utc>,
    },
    /// What became of a request for access; for who asked.
    AccessDecided {
        /// To whom.
        customer: String,
        /// How far, in words.
        level: String,
        /// Who decided.
        by: String,
        /// Why not; none: access is granted.
        refused: Option<String>,
    },
    /// Somebody proposes to take grants back; for the super admins.
    RevocationProposed {
        /// Who.
        by: String,
        /// "12 grants"
        grants: String,
        /// Why.
        reason: String,
    },
    /// What became of such a proposal; for who made it.
    RevocationDecided {
        /// "12 grants"
        grants: String,
        /// Who decided.
        by: String,
        /// How many were taken back; none: it was refused.
        revoked: Option<usize>,
        /// What they say to it; may be empty.
        reason: String,
    },
    /// Emergency access begins; for the customer's admins and all super admins.
    EmergencyStarted {
        /// Whose.
        technician: String,
        /// Where.
        customer: String,
        /// Who started it.
        by: String,
        /// Why.
        reason: String,
        /// From when on.
        at: DateTime<Utc>,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// The review of emergency access is overdue; for those who may do it.
    EmergencyReviewOwed {
        /// Whose it was.
        technician: String,
        /// Where.
        customer: String,
    },
    /// A grant ends soon; for who holds it, and for who granted it.
    GrantEnding {
        /// Whose.
        technician: String,
        /// Where.
        customer: String,
        /// How far, in words.
        level: String,
        /// When.
        at: DateTime<Utc>,
        /// The reader's own.
        own: bool,
    },
    /// Somebody came in by password although single sign-on is required.
    SsoFallback {
        /// Who.
        who: String,
        /// When.
        at: DateTime<Utc>,
        /// From where.
        place: Place,
    },
}

impl Letter {
    /// As in the database.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Invitation { .. } => "invitation",
            Self::PasswordReset { .. } => "password_reset",
            Self::PasswordChanged { .. } => "password_changed",
            Self::AddressChange { .. } => "address_change",
            Self::AddressChanged { .. } => "address_changed",
            Self::SsoTrouble { .. } => "sso_trouble",
            Self::SsoOwnKey { .. } => "sso_own_key",
            Self::SsoFallback { .. } => "sso_fallback",
            Self::AccessRequested { .. } => "access_requested",
            Self::AccessDecided { .. } => "access_decided",
            Self::RevocationProposed { .. } => "revocation_proposed",
            Self::RevocationDecided { .. } => "revocation_decided",
            Self::EmergencyStarted { .. } => "emergency_started",
            Self::EmergencyReviewOwed { .. } => "emergency_review_owed",
            Self::GrantEnding { .. } => "grant_ending",
            Self::NewDevice { .. } => "new_device",
            Self::TooManyTries { .. } => "too_many_tries",
            Self::WrongCodes { .. } => "wrong_codes",
        }
    }

    /// After this it tells nothing useful any more.
    pub(super) fn good_until(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Invitation { expires_at, .. }
            | Self::PasswordReset { expires_at, .. }
            | Self::AddressChange { expires_at, .. } => Some(*expires_at),
            // Who may decide may do so until then, and longer is no use.
            Self::AccessRequested { until, .. } => Some(*until),
            Self::PasswordChanged { .. }
            | Self::AccessDecided { .. }
            | Self::RevocationProposed { .. }
            | Self::RevocationDecided { .. }
            | Self::EmergencyStarted { .. }
            | Self::EmergencyReviewOwed { .. }
            | Self::GrantEnding { .. }
            | Self::AddressChanged { .. }
            | Self::NewDevice { .. }
            | Self::TooManyTries { .. }
            | Self::WrongCodes { .. }
            | Self::SsoTrouble { .. }
            | Self::SsoOwnKey { .. }
            | Self::SsoFallback { .. } => None,
        }
    }

    /// What it says to this reader. Links are of the configured origin, whatever host a request named.
    pub(super) fn words(&self, config: &Config, brand: &Brand<'_>) -> Words {
        match self {
            Self::Invitation { token, expires_at, invited_by } => {
                invitation(brand, invited_by, auth::invitation_url(config, token), *expires_at)
            }
            Self::PasswordReset { token, expires_at, place } => {
                password_reset(brand, place, auth::password_reset_url(config, token), *expires_at)
            }
            Self::PasswordChanged { at, place, by_link } => password_changed(brand, *at, place, *by_link),
            Self::AddressChange { token, expires_at, place } => {
                let url = token.as_ref().map(|token| auth::address_change_url(config, token));
                address_change(brand, place, url, *expires_at)
            }
            Self::AddressChanged { at, place, to } => address_changed(brand, *at, place, to),
            Self::SsoTrouble { connection, problem } => sso_trouble(brand, connection, problem),
            Self::SsoOwnKey { connection, metadata, changes_at } => {
                sso_own_key(brand, connection, metadata, *changes_at)
            }
            Self::SsoFallback { who, at, place } => sso_fallback(brand, who, *at, place),
            Self::AccessRequested { .. }
            | Self::AccessDecided { .. }
            | Self::RevocationProposed { .. }
            | Self::RevocationDecided { .. }
            | Self::EmergencyStarted { .. }
            | Self::EmergencyReviewOwed { .. }
            | Self::GrantEnding { .. } => letters_of_access::words(self, config, brand),
            Self::NewDevice { at, place } => new_device(config, brand, *at, place),
            Self::TooManyTries { at, place } => too_many_tries(brand, *at, place),
            Self::WrongCodes { at, place } => wrong_codes(config, brand, *at, place),
        }
    }
}

fn invitation(brand: &Brand<'_>, invited_by: &str, url: String, expires_at: DateTime<Utc>) -> Words {
    let place = if brand.organization == brand.provider {
        brand.provider.to_owned()
    } else {
        format!("{} at {}", brand.organization, brand.provider)
    };
    Words {
        subject: format!("{invited_by} invites you to {place}"),
        heading: format!("Welcome, {}", brand.name),
        before: vec![format!(
            "{invited_by} made an account for you: {place}. Choose a password, and you are in."
        )],
        button: Some(("Choose a password", url)),
        after: vec![
            format!("The link works once, until {}.", moment(expires_at)),
            "If you expected no invitation, do nothing: without this link nobody can use the account."
                .to_owned(),
        ],
    }
}

fn password_reset(brand: &Brand<'_>, place: &Place, url: String, expires_at: DateTime<Utc>) -> Words {
    Words {
        subject: format!("Choose another password for {}", brand.provider),
        heading: format!("Hello, {}", brand.name),
        before: vec![format!(
            "Somebody asked, {}, to choose another password for your account. If that was you, go on here:",
            place.words()
        )],
        button: Some(("Choose another password", url)),
        after: vec![
            format!(
                "The link works once, until {}, and only the newest does. Your second factor stays as it is.",
                moment(expires_at)
            ),
            "If it was not you, do nothing: your password stays as it is.".to_owned(),
        ],
    }
}

fn password_changed(brand: &Brand<'_>, at: DateTime<Utc>, place: &Place, by_link: bool) -> Words {
    let how = if by_link { "by a link that was mailed to you" } else { "by somebody who knew the old one" };
    Words {
        subject: format!("Your password for {} was changed", brand.provider),
        heading: format!("Hello, {}", brand.name),
        before: vec![format!(
            "Your password was changed on {}, {}, {how}. All other places where you were signed in are signed out.",
            moment(at),
            place.words()
        )],
        button: None,
        after: vec![
            "If that was you, there is nothing to do. If it was not, choose another password at once (\"Forgot your \
             password?\" at the sign-in) and tell your administrator."
                .to_owned(),
        ],
    }
}

fn address_change(brand: &Brand<'_>, place: &Place, url: Option<String>, expires_at: DateTime<Utc>) -> Words {
    let asked = format!(
        "Somebody asked, {}, to use this address for an account at {}.",
        place.words(),
        brand.provider
    );
    match url {
        Some(url) => Words {
            subject: format!("Confirm this address for {}", brand.provider),
            heading: "Is this your address?".to_owned(),
            before: vec![format!("{asked} If that was you, confirm it here:")],
            button: Some(("Confirm this address", url)),
            after: vec![
                format!("The link works once, until {}, and only the newest does.", moment(expires_at)),
                "If it was not you, do nothing: nothing changes.".to_owned(),
            ],
        },
        None => Words {
            subject: format!("This address has an account at {} already", brand.provider),
            heading: "This address has an account already".to_owned(),
            before: vec![format!("{asked} It belongs to one already, so nothing was changed.")],
            button: None,
            after: vec![
                "If that was you, sign in with this address, or choose another one for the other account. If it was \
                 not, there is nothing to do."
                    .to_owned(),
            ],
        },
    }
}

fn address_changed(brand: &Brand<'_>, at: DateTime<Utc>, place: &Place, to: &str) -> Words {
    Words {
        subject: format!("Your address for {} was changed", brand.provider),
        heading: format!("Hello, {}", brand.name),
        before: vec![format!(
            "The address of your account was changed on {}, {}. From now on you sign in with {to}, and mails go there.",
            moment(at),
            place.words()
        )],
        button: None,
        after: vec![
            "If that was you, there is nothing to do. If it was not, tell your administrator at once: this mail is the \
             last one that goes to this address."
                .to_owned(),
        ],
    }
}

/// The link leads to a page that asks who one is, and does nothing by itself: programs that read mail follow links.
fn new_device(config: &Config, brand: &Brand<'_>, at: DateTime<Utc>, place: &Place) -> Words {
    Words {
        subject: format!("New sign-in to {}", brand.provider),
        heading: format!("Hello, {}", brand.name),
        before: vec![
            format!(
                "You were signed in on {}, {}. No one signed in to your account from there, or with that browser, before.",
                moment(at),
                place.words()
            ),
            "If that was you, there is nothing to do.".to_owned(),
        ],
        button: Some(("See where you are signed in", format!("{}/account", config.http.public_url))),
        after: vec![
            "If it was not you, end that sign-in there, choose another password, and tell your administrator.".to_owned(),
        ],
    }
}

fn too_many_tries(brand: &Brand<'_>, at: DateTime<Utc>, place: &Place) -> Words {
    Words {
        subject: format!("Wrong tries to sign in to {}", brand.provider),
        heading: format!("Hello, {}", brand.name),
        before: vec![format!(
            "Somebody tried to sign in to your account and was wrong too often, last on {}, {}. They did not get in, and \
             have to wait longer after each try.",
            moment(at),
            place.words()
        )],
        button: None,
        after: vec![
            "If that was you, wait some minutes, or choose \"Forgot your password?\" at the sign-in. Browsers that you \
             signed in with before are not held up by other people's tries."
                .to_owned(),
            "If it was not you, there is nothing to do. You are told of this once a day at most.".to_owned(),
        ],
    }
}

fn wrong_codes(config: &Config, brand: &Brand<'_>, at: DateTime<Utc>, place: &Place) -> Words {
    Words {
        subject: format!("Somebody knows your password for {}", brand.provider),
        heading: format!("Hello, {}", brand.name),
        before: vec![
            format!(
                "Somebody who knows your password, or holds a sign-in of yours, entered too many wrong codes, last on {}, {}. \
                 They got no further: your second factor kept them out.",
                moment(at),
                place.words()
            ),
            "If that was not you, choose another password now, and change it wherever else you use it.".to_owned(),
        ],
        button: Some(("Choose another password", format!("{}/forgot", config.http.public_url))),
        after: vec![
            "If that was you, wait some minutes, or use one of your backup codes. You are told of this once a day at most."
                .to_owned(),
        ],
    }
}

fn sso_trouble(brand: &Brand<'_>, connection: &str, problem: &str) -> Words {
    Words {
        subject: format!("Single sign-on by {connection} needs you"),
        heading: format!("Hello, {}", brand.name),
        before: vec![
            format!("There is trouble with {connection}, the identity provider that people of {} sign in by.", brand.organization),
            problem.to_owned(),
        ],
        button: None,
        after: vec![
            "Import its metadata again under \"Sign-in and SSO\", and test the connection. If nobody changed anything \
             at the identity provider, ask there before you do: somebody may be posing as it."
                .to_owned(),
        ],
    }
}

fn sso_own_key(brand: &Brand<'_>, connection: &str, metadata: &str, changes_at: DateTime<Utc>) -> Words {
    let day = changes_at.format("%-d %B %Y");
    Words {
        subject: format!("Give {connection} our new certificate before {day}"),
        heading: format!("Hello, {}", brand.name),
        before: vec![
            format!(
                "What people of {} ask {connection} when they sign in is signed by {}. The certificate for that \
                 comes to its end, and a new one is ready.",
                brand.organization, brand.provider
            ),
            format!(
                "Import our metadata at your identity provider again before {day}: {metadata} names both \
                 certificates. From that day on the new one is used. An identity provider that reads our metadata by \
                 itself, or does not look at signatures of requests, needs nothing."
            ),
        ],
        button: None,
        after: vec!["Take nothing away there before that day: until then the old one is used.".to_owned()],
    }
}

fn sso_fallback(brand: &Brand<'_>, who: &str, at: DateTime<Utc>, place: &Place) -> Words {
    Words {
        subject: format!("{who} signed in by password beside single sign-on"),
        heading: format!("Hello, {}", brand.name),
        before: vec![format!(
            "{} asks its people to come by its identity provider. {who} gave a password instead on {}, {}, as its \
             fallback allows.",
            brand.organization,
            moment(at),
            place.words()
        )],
        button: None,
        after: vec![
            "If the identity provider works and you know of no reason, look into it at once.".to_owned(),
        ],
    }
}

/// To the minute, in the one zone that is the same for every reader.
pub(super) fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}
