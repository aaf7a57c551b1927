//! An entry as JSON, for bundles and for people. Read by hand where that is quicker, or stricter, than derived.

use super::{Personal, SALT};
use crate::hash::{Hash, hex_bytes};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::ser::{Error as _, SerializeMap};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

impl Serialize for Personal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Open { salt, value } => {
                let mut digits = [0; 2 * SALT];
                hex::encode_to_slice(salt, &mut digits).map_err(S::Error::custom)?;
                map.serialize_entry("salt", std::str::from_utf8(&digits).map_err(S::Error::custom)?)?;
                map.serialize_entry("value", value)?;
            }
            Self::Erased(commitment) => map.serialize_entry("commitment", commitment)?,
        }
        map.end()
    }
}

struct Salt([u8; SALT]);

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        hex_bytes(deserializer).map(Self)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Key {
    Salt,
    Value,
    Commitment,
}

impl<'de> Deserialize<'de> for Personal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Personal;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a salt and a value, or a commitment")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Personal, A::Error> {
                match map.next_key()? {
                    Some(Key::Salt) => {
                        let Salt(salt) = map.next_value()?;
                        match map.next_key()? {
                            Some(Key::Value) => Ok(Personal::Open { salt, value: map.next_value()? }),
                            _ => Err(A::Error::missing_field("value")),
                        }
                    }
                    Some(Key::Commitment) => Ok(Personal::Erased(map.next_value::<Hash>()?)),
                    _ => Err(A::Error::missing_field("salt")),
                }
            }
        }
        deserializer.deserialize_map(Either)
    }
}

/// Microseconds since 1970, written in RFC 3339.
pub(super) mod instant {
    use chrono::{DateTime, SecondsFormat};
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
    pub(in super::super) fn serialize<S: Serializer>(micros: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        let instant =
            DateTime::from_timestamp_micros(*micros).ok_or_else(|| S::Error::custom("no instant"))?;
        serializer.serialize_str(&instant.to_rfc3339_opts(SecondsFormat::Micros, true))
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        struct Instant;
        impl serde::de::Visitor<'_> for Instant {
            type Value = i64;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an instant in RFC 3339")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<i64, E> {
                DateTime::parse_from_rfc3339(text).map(|at| at.timestamp_micros()).map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Instant).map_err(D::Error::custom)
    }
}
