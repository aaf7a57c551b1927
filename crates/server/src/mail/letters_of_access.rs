//! What mails about access say: requests and proposals and their decision, emergencies, ends that come near.

use super::letter::{Letter, moment};
use super::words::{Brand, Words};
use crate::config::Config;
use chrono::{DateTime, Utc};

/// Of a letter about access; of another, nothing.
pub(super) fn words(letter: &Letter, config: &Config, brand: &Brand<'_>) -> Words {
    let page = |path: &str| format!("{}{path}", config.http.public_url);
    match letter {
        Letter::AccessRequested { technician, customer, level, reason, until } => {
            let button = ("Look at the request", page("/requests"));
            Words { button: Some(button), ..requested(brand, technician, customer, (level, reason), *until) }
        }
        Letter::AccessDecided { customer, level, by, refused } => {
            let button = ("See your access", page("/access"));
            Words { button: Some(button), ..decided(brand, customer, level, by, refused.as_deref()) }
        }
        Letter::RevocationProposed { by, grants, reason } => {
            let button = ("Look at the proposal", page("/grants/proposals"));
            Words { button: Some(button), ..proposed(brand, by, grants, reason) }
        }
        Letter::RevocationDecided { grants, by, revoked, reason } => {
            let button = ("Look at the proposal", page("/grants/proposals"));
            Words { button: Some(button), ..proposal_decided(brand, (grants, by), *revoked, reason) }
        }
        Letter::EmergencyStarted { technician, customer, by, reason, at, until } => {
            let button = ("Look at it", page("/emergency"));
            let words = emergency(brand, (technician, customer), (by, reason), (*at, *until));
            Words { button: Some(button), ..words }
        }
        Letter::EmergencyReviewOwed { technician, customer } => {
            let button = ("Review it", page("/emergency"));
            Words { button: Some(button), ..review_owed(brand, technician, customer) }
        }
        Letter::GrantEnding { technician, customer, level, at, own } => {
            let place = if *own { "/access" } else { "/grants" };
            let button = ("Look at the access", page(place));
            Words { button: Some(button), ..ending(brand, (technician, customer, level), *at, *own) }
        }
        _ => Words {
            subject: String::new(),
            heading: String::new(),
            before: Vec::new(),
            button: None,
            after: Vec::new(),
        },
    }
}

fn requested(
    brand: &Brand<'_>,
    technician: &str,
    customer: &str,
    (level, reason): (&str, &str),
    until: DateTime<Utc>,
) -> Words {
    Words {
        subject: format!("{technician} asks for access to {customer}"),
        heading: format!("Hello, {}", brand.name),
        before: vec![
            format!("{technician} asks for {level} to {customer}, and says why: {reason}"),
            "Somebody who may has to decide. Look at the terms before you do: an approval is of exactly these."
                .to_owned(),
        ],
        button: None,
        after: vec![format!("Undecided until {}, the request is over by itself.", moment(until))],
    }
}

fn decided(brand: &Brand<'_>, customer: &str, level: &str, by: &str, refused: Option<&str>) -> Words {
    let (subject, told) = match refused {
        None => (
            format!("You have access to {customer}"),
            format!(
                "Your request for {level} to {customer} was approved by {by}. The access is yours by its terms."
            ),
        ),
        Some(why) => (
            format!("Your request for access to {customer} was refused"),
            format!("{by} refused your request for {level} to {customer}: {why}"),
        ),
    };
    let heading = format!("Hello, {}", brand.name);
    Words { subject, heading, before: vec![told], button: None, after: Vec::new() }
}

fn proposed(brand: &Brand<'_>, by: &str, grants: &str, reason: &str) -> Words {
    Words {
        subject: format!("{by} proposes to revoke {grants}"),
        heading: format!("Hello, {}", brand.name),
        before: vec![
            format!("{by} proposes to revoke {grants}, and says why: {reason}"),
            "Nothing is revoked until a super admin approves it. What is used or changed by then is kept."
                .to_owned(),
        ],
        button: None,
        after: Vec::new(),
    }
}

fn proposal_decided(
    brand: &Brand<'_>,
    (grants, by): (&str, &str),
    revoked: Option<usize>,
    reason: &str,
) -> Words {
    let said = if reason.is_empty() { String::new() } else { format!(" {by} says: {reason}") };
    let (how, told) = match revoked {
        Some(count) => (
            "approved",
            format!("{by} approved your proposal to revoke {grants}. Taken back: {count}.{said}"),
        ),
        None => ("refused", format!("{by} refused your proposal to revoke {grants}.{said}")),
    };
    Words {
        subject: format!("Your proposal to revoke {grants} was {how}"),
        heading: format!("Hello, {}", brand.name),
        before: vec![told],
        button: None,
        after: Vec::new(),
    }
}

fn emergency(
    brand: &Brand<'_>,
    (technician, customer): (&str, &str),
    (by, reason): (&str, &str),
    (at, until): (DateTime<Utc>, DateTime<Utc>),
) -> Words {
    let starter =
        if by == technician { "started it themselves".to_owned() } else { format!("was given it by {by}") };
    Words {
        subject: format!("Emergency access to {customer}"),
        heading: format!("Hello, {}", brand.name),
        before: vec![
            format!(
                "{technician} has emergency access to {customer} from {} until {}, and {starter}. The reason: {reason}",
                moment(at),
                moment(until)
            ),
            "Every session is recorded, and somebody who had no part in it looks into it afterwards."
                .to_owned(),
        ],
        button: None,
        after: vec![
            "If you know of no emergency, end it at once: its sessions end within a second.".to_owned(),
        ],
    }
}

fn review_owed(brand: &Brand<'_>, technician: &str, customer: &str) -> Words {
    Words {
        subject: format!("The review of emergency access to {customer} is overdue"),
        heading: format!("Hello, {}", brand.name),
        before: vec![format!(
            "{technician} had emergency access to {customer}, and nobody has looked into it for 24 hours since its end. \
             Until somebody does, nobody gets emergency access there."
        )],
        button: None,
        after: vec!["Whoever held or started it does not review it.".to_owned()],
    }
}

fn ending(
    brand: &Brand<'_>,
    (technician, customer, level): (&str, &str, &str),
    at: DateTime<Utc>,
    own: bool,
) -> Words {
    let day = moment(at);
    let (whose, then) = if own {
        ("Your".to_owned(), "If you still need it, ask whoever granted it to renew it.")
    } else {
        (format!("{technician}'s"), "If it is still needed, renew it; if not, there is nothing to do.")
    };
    Words {
        subject: format!("{whose} access to {customer} ends soon"),
        heading: format!("Hello, {}", brand.name),
        before: vec![format!("{whose} {level} to {customer} ends on {day}. {then}")],
        button: None,
        after: Vec::new(),
    }
}
