//! Text of a request that must be seen by nobody: wiped when dropped, silent when printed, never sent back.

use sallyport_secrets::Secret;
use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A password, a private key, a passphrase. Searching for `.expose` finds every reader, as with [`Secret`].
#[derive(Debug, utoipa::ToSchema)]
#[schema(value_type = String, format = Password)]
pub struct Sensitive(Secret);

impl Sensitive {
    /// The text. Keep the borrow short and copy nothing.
    pub fn expose(&self) -> &str {
        // It came as text, so this is never empty by mistake.
        self.0.expose_str().unwrap_or_default()
    }

    /// The same buffer, for sealing.
    pub fn into_secret(self) -> Secret {
        self.0
    }
}

impl From<String> for Sensitive {
    fn from(text: String) -> Self {
        Self(Secret::from(text))
    }
}

impl<'de> Deserialize<'de> for Sensitive {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Asked for a string, serde_json words the refusal of a number itself, number included.
        deserializer.deserialize_any(Text)
    }
}

/// Serde's own words for a wrong type repeat the value; these do not.
struct Text;

impl Visitor<'_> for Text {
    type Value = Sensitive;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Sensitive, E> {
        Ok(Sensitive::from(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Sensitive, E> {
        Ok(Sensitive::from(text))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Sensitive, E> {
        Err(E::custom("a secret must be text"))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Sensitive, E> {
        Err(E::custom("a secret must be text"))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Sensitive, E> {
        Err(E::custom("a secret must be text"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Sensitive, E> {
        Err(E::custom("a secret must be text"))
    }
}

#[cfg(test)]
mod tests {
    use super::Sensitive;

    #[test]
    fn v01_neither_debug_nor_an_error_repeats_a_secret() {
        let open: Sensitive = serde_json::from_str(r#""can\u0061ry""#).unwrap();
        assert_eq!(open.expose(), "canary");
        assert_eq!(format!("{open:?}"), "Sensitive([secret])");
        for wrong in ["4711", "-4711", "4711.5", "[4711]", r#"{"4711":4711}"#, "true"] {
            let error = serde_json::from_str::<Sensitive>(wrong).unwrap_err().to_string();
            assert!(!error.contains("4711") && !error.contains("true"), "{error}");
        }
    }
}
