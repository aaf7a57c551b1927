//! Addresses of people: one spelling each, so that no alias has an account, or a count of tries, of its own.

use crate::error::{ApiError, Result};
use unicode_normalization::UnicodeNormalization as _;

/// The one spelling: compatibility forms folded, lower case, no blanks around.
pub fn normal_email(typed: &str) -> String {
    typed.trim().nfkc().flat_map(char::to_lowercase).collect::<String>().trim().to_owned()
}

/// [`normal_email`] of what can be an address at all (the part of RFC 5321 that mail systems really carry).
pub fn check_email(typed: &str) -> Result<String> {
    let email = normal_email(typed);
    let fits = email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control() || "<>()[]\\,;:\"".contains(c))
        && email.split_once('@').is_some_and(|(local, domain)| {
            (1..=64).contains(&local.len())
                && !domain.contains('@')
                && domain.split('.').all(|label| {
                    (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
                })
        });
    if fits {
        Ok(email)
    } else {
        Err(ApiError::invalid("email", "it is not an address like ada@example.com"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m12_aliases_of_spelling_are_one_address() {
        for typed in ["Ada@Example.com", "  ada@example.com ", "ＡＤＡ@example.com", "ada@example.com\u{a0}"]
        {
            assert_eq!(check_email(typed).unwrap(), "ada@example.com", "{typed}");
        }
    }

    #[test]
    fn refuses_what_is_no_address() {
        let long = format!("{}@example.com", "a".repeat(65));
        for typed in
            ["", "ada", "@example.com", "ada@", "a@b@c", "a b@c.d", "a@b..c", "a@-b.c", "a\n@b.c", &long]
        {
            assert!(check_email(typed).is_err(), "{typed:?}");
        }
    }
}
