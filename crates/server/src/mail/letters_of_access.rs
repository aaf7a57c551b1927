//! What mails about access say: requests, their decision.

use super::letter::{Letter, moment};
use super::words::{Brand, Words};
use crate::config::Config;
use chrono::{DateTime, Utc};

/// Of a letter about access; of another, nothing.
pub(super) fn words(letter: &Letter, config: &Config, brand: &Brand<'_>) -> Words {
    let page = |path: &str| format!("{}{path}", config.http.public_url);
    match letter {
        Letter::AccessRequested { technician, customer, level, reason, until } => {
            let button = ("Look at the request", page("/access/requests"));
            Words { button: Some(button), ..requested(brand, technician, customer, (level, reason), *until) }
        }
        Letter::AccessDecided { customer, level, by, refused } => {
            let button = ("See your access", page("/access"));
            Words { button: Some(button), ..decided(brand, customer, level, by, refused.as_deref()) }
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
