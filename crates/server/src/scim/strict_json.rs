//! JSON that everybody reads alike. A name that stands twice in an object is read one way here and another way by whoever
//! checked the body before; names of SCIM differ by no letter's case (RFC 7643 section 2.1), so neither may these.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::collections::HashSet;
use std::fmt;

/// What is said of a name that stands twice: no word of the body.
const TWICE: &str = "a name stands twice in one object";

/// Reads a body; why not, for whoever sent it.
pub(super) fn read(bytes: &[u8]) -> Result<Value, &'static str> {
    serde_json::from_slice::<Once>(bytes).map(|once| once.0).map_err(|error| {
        if error.to_string().starts_with(TWICE) {
            "A name stands twice in one object of the body, perhaps in other letters."
        } else {
            "The body is no JSON."
        }
    })
}

/// A value in which no object has a name twice.
struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Once(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let (mut all, mut seen) = (Map::new(), HashSet::new());
        while let Some((name, Once(value))) = entries.next_entry::<String, Once>()? {
            if !seen.insert(name.to_lowercase()) {
                return Err(A::Error::custom(TWICE));
            }
            all.insert(name, value);
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use serde_json::{Value, json};

    #[test]
    fn what_stands_once_is_read_as_it_is() {
        for text in [
            r#"{"a":[1,-2,1.5,"x",null,true,{"b":{}}],"B":"\u00e9"}"#,
            "[]",
            "\"x\"",
            " 7 ",
            r#"[{"a":1},{"a":2}]"#,
        ] {
            assert_eq!(
                read(text.as_bytes()).unwrap(),
                serde_json::from_str::<Value>(text).unwrap(),
                "{text}"
            );
        }
        assert_eq!(read(br#"{"a":{"a":1}}"#).unwrap(), json!({ "a": { "a": 1 } }), "one in another");
    }

    #[test]
    fn a_name_that_stands_twice_is_refused_wherever_it_stands() {
        for text in [
            r#"{"active":false,"active":true}"#,
            r#"{"active":false,"ACTIVE":true}"#,
            r#"{"x":[{"value":"a","Value":"b"}]}"#,
            r#"{"x":{"y":{"z":1,"\u007a":2}}}"#,
        ] {
            assert!(read(text.as_bytes()).unwrap_err().contains("twice"), "{text}");
        }
        for text in ["", "{", "{} {}", "{'a':1}"] {
            assert_eq!(read(text.as_bytes()).unwrap_err(), "The body is no JSON.", "{text}");
        }
    }
}
