//! What a new password must be: long enough, not about its owner, not guessed quickly.

use super::password::Password;
use super::password_lists::Lists;
use crate::access::caller::text_enum;
use zxcvbn::{Score, zxcvbn};

const MIN_CHARS: usize = 12;
/// Parts of names shorter than this are in too many innocent words.
const MIN_OWN_WORD: usize = 4;

text_enum! {
    /// A kind of characters that an organization can ask for.
    PasswordClass {
        /// Small letters.
        Lowercase = "lowercase",
        /// Capital letters.
        Uppercase = "uppercase",
        /// Figures of any script.
        Digit = "digit",
        /// Whatever is neither letter nor figure, spaces too.
        Symbol = "symbol",
    }
}

impl PasswordClass {
    fn has(self, c: char) -> bool {
        match self {
            Self::Lowercase => c.is_lowercase(),
            Self::Uppercase => c.is_uppercase(),
            Self::Digit => c.is_numeric(),
            Self::Symbol => !c.is_alphanumeric(),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Lowercase => "a small letter",
            Self::Uppercase => "a capital letter",
            Self::Digit => "a digit",
            Self::Symbol => "a character that is neither letter nor digit",
        }
    }
}

/// Which of the kinds that an organization asks for it lacks, in a sentence.
pub(super) fn lacks(password: &Password, asked: &[PasswordClass]) -> Option<String> {
    let lacking = asked.iter().filter(|class| !password.expose().chars().any(|c| class.has(c)));
    let words: Vec<&str> = lacking.map(|class| class.words()).collect();
    (!words.is_empty()).then(|| format!("your organization asks for {} in it too", words.join(" and ")))
}

/// Whom the password is for: it must not be about them.
#[derive(Clone, Debug, Default)]
pub(super) struct About {
    /// Their address.
    pub(super) email: String,
    /// Their name.
    pub(super) display_name: String,
    /// Their organization's name.
    pub(super) organization_name: String,
}

/// How good a password to be is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Weight {
    /// From 0 (guessed at once) to 4 (never); what is refused has at most 2.
    pub(super) score: u8,
    /// Why it is refused, in a sentence that helps to find a better one.
    pub(super) problem: Option<String>,
}

/// Weighs it. Takes milliseconds: run it where hashing runs.
pub(super) fn weigh(
    password: &Password,
    about: &About,
    asked: &[PasswordClass],
    lists: &Lists,
) -> anyhow::Result<Weight> {
    let text = password.expose();
    let own = own_words(about);
    let known: Vec<&str> = own.iter().map(String::as_str).chain(["sallyport"]).collect();
    let strength = zxcvbn(text, &known);
    let score = u8::from(strength.score());
    let length = text.chars().count();
    let squeezed = [squeeze(text), squeeze(&without_disguise(text))];
    let repeats = repeated(text);
    let problem = if length < MIN_CHARS {
        Some(format!("it has {length} characters; use at least {MIN_CHARS}"))
    } else if own.iter().any(|word| squeezed.iter().any(|text| text.contains(word.as_str()))) {
        Some("it must not contain your name, your address or your organization's name".to_owned())
    } else if lists.is_common(text) {
        Some("it is one of the passwords that are tried first. Use a few uncommon words.".to_owned())
    } else if let Some(part) = repeats {
        Some(format!("it is {part:?} again and again. Add a few uncommon words."))
    } else if strength.score() < Score::Three {
        let advice = strength.feedback().map(ToString::to_string).unwrap_or_default();
        let advice = if advice.is_empty() { "Add a few uncommon words." } else { advice.trim() };
        Some(format!("it would be guessed too quickly. {advice}"))
    } else if lists.is_breached(text)? {
        Some("it is known from a breach of another service. Use one that you have nowhere else.".to_owned())
    } else {
        lacks(password, asked)
    };
    Ok(Weight { score: if problem.is_some() { score.min(2) } else { score }, problem })
}

fn own_words(about: &About) -> Vec<String> {
    let local = about.email.split('@').next().unwrap_or_default();
    let parts = local.split(['.', '+', '-', '_']).chain(about.display_name.split_whitespace());
    // A short word of an organization's name, as "bank", is in too many innocent ones.
    let organization =
        about.organization_name.split_whitespace().filter(|word| word.chars().count() > MIN_OWN_WORD);
    parts
        .chain(organization)
        .chain([local, about.display_name.as_str(), about.organization_name.as_str()])
        .map(squeeze)
        .filter(|word| word.chars().count() >= MIN_OWN_WORD)
        .collect()
}

/// What stands for a letter, read as that letter: `K3str3l` hides nothing either.
fn without_disguise(text: &str) -> String {
    let plain = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    };
    text.chars().map(plain).collect()
}

/// The part, too short by itself, that the whole text is made of by writing it again; the last time perhaps not whole.
fn repeated(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let part = (1..MIN_CHARS.min(chars.len() * 2 / 3 + 1))
        .filter_map(|length| chars.get(..length))
        .find(|part| chars.chunks(part.len()).all(|chunk| part.starts_with(chunk)))?;
    Some(part.iter().collect())
}

/// Letters and digits alone, in lower case: `A.d-a P4rk` hides nothing by its dots.
fn squeeze(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(password: &str) -> Result<(), String> {
        let about = About {
            email: "ada.park@northgate.example".to_owned(),
            display_name: "Ada Park".to_owned(),
            organization_name: "Kestrel Bank".to_owned(),
        };
        let lists = Lists::load(None).unwrap();
        let weight = weigh(&Password::new(password), &about, &[], &lists).unwrap();
        assert_eq!(weight.score < 3, weight.problem.is_some(), "{weight:?}");
        weight.problem.map_or(Ok(()), Err)
    }

    #[test]
    fn p10_weak_passwords_are_refused_with_the_reason() {
        for (password, reason) in [
            ("short one", "at least 12"),
            ("Ada.Park is here now!", "your name"),
            ("kestrel-bank 2026!", "organization"),
            ("Kestrel  BANK-2026-summer", "organization"),
            ("bank kestrel 2026 x", "organization"),
            ("k3str3l b4nk 2026", "organization"),
            ("Winter2026!Winter2026!", "again and again"),
            ("summer2026summer", "again and again"),
            ("passwordpassword", "again and again"),
            ("!!liverpool99!!", "tried first"),
            ("qwertyuiop123", "tried first"),
            ("aaaaaaaaaaaaaaaa", "again and again"),
            ("Sallyport2026!", "guessed"),
            ("iloveyou123456", "tried first"),
        ] {
            let refusal = verdict(password).expect_err(password);
            assert!(refusal.contains(reason), "{password}: {refusal}");
        }
    }

    #[test]
    fn kinds_of_characters_are_asked_for_by_organizations_alone() {
        use PasswordClass::{Digit, Lowercase, Symbol, Uppercase};
        let lacks = |text: &str, asked: &[PasswordClass]| lacks(&Password::new(text), asked);
        assert_eq!(lacks("verglas mitten orrery", &[]), None);
        assert_eq!(lacks("verglas mitten orrery", &[Lowercase, Symbol]), None);
        assert_eq!(lacks("Двенадцать٣слонов", &[Lowercase, Uppercase, Digit]), None);
        let refusal = lacks("verglas mitten orrery", &[Lowercase, Uppercase, Digit, Symbol]).unwrap();
        assert!(refusal.contains("a capital letter and a digit in it"), "{refusal}");
    }

    #[test]
    fn p11_long_ones_of_any_script_are_accepted() {
        let long = "verglas mitten orrery plinth ".repeat(4);
        for password in [
            "verglas mitten orrery",
            "двенадцать синих слонов",
            "🦔🛶🎻🧂🪁🦔🎻🪁🧂🛶🦔🪁",
            long.trim(),
            "tK7#mq2vLp9x",
        ] {
            assert_eq!(verdict(password), Ok(()), "{password}");
        }
    }
}
