//! Filters of RFC 7644 section 3.4.2.2: parsed into a tree of bounded depth and size, and held against a resource as it
//! would be answered. No filter becomes SQL; what it says of an exact name narrows a query by a parameter.

use chrono::{DateTime, FixedOffset};
use serde_json::Value;
use std::cmp::Ordering;

/// Nothing longer is looked at.
const MOST_BYTES: usize = 4096;
/// Parentheses, negations and brackets inside one another.
const MOST_DEPTH: usize = 16;
/// Comparisons.
const MOST_TERMS: usize = 64;

/// A filter does not parse; in words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadFilter(pub(super) &'static str);

type Parsed<T> = Result<T, BadFilter>;

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `co`
    Contains,
    /// `sw`
    StartsWith,
    /// `ew`
    EndsWith,
    /// `gt`
    Greater,
    /// `ge`
    GreaterOrEqual,
    /// `lt`
    Less,
    /// `le`
    LessOrEqual,
}

/// A filter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Filter {
    /// Both hold.
    And(Box<Self>, Box<Self>),
    /// One holds.
    Or(Box<Self>, Box<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// The attribute compares so; of several values one does.
    Compare(Path, Comparison, Value),
    /// The attribute has a value.
    Present(Path),
    /// One value of the attribute holds against the filter.
    Within(Path, Box<Self>),
}

/// The schemas whose attributes are ours, as they stand before a name.
const OURS: [&str; 2] =
    ["urn:ietf:params:scim:schemas:core:2.0:user:", "urn:ietf:params:scim:schemas:core:2.0:group:"];

/// An attribute, and perhaps one of its parts; in lower case, without the name of its schema. One of a foreign schema is
/// one name with all that stands before it: it never becomes one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Path(pub(super) Vec<String>);

impl Path {
    /// `emails.value`, `urn:ietf:params:scim:schemas:core:2.0:User:name.givenName`.
    pub(super) fn parse(text: &str) -> Parsed<Self> {
        let lower = text.to_ascii_lowercase();
        let name = OURS.iter().find_map(|schema| lower.strip_prefix(schema)).unwrap_or(&lower);
        if name.starts_with("urn:") {
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '_' | '-' | '$');
            return if name.chars().all(fits) {
                Ok(Self(vec![lower]))
            } else {
                Err(BadFilter("a schema's name does not fit"))
            };
        }
        let parts: Vec<String> = name.split('.').map(str::to_owned).collect();
        let good = |part: &String| {
            part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '$'))
        };
        if parts.len() > 2 || !parts.iter().all(good) {
            return Err(BadFilter("an attribute's name does not fit"));
        }
        Ok(Self(parts))
    }

    /// Whether case counts in its values (RFC 7643 section 4.1: it does in ids alone).
    fn is_case_exact(&self) -> bool {
        self.0.first().is_some_and(|name| name == "id" || name == "externalid")
    }

    /// Whether its values are instants.
    fn is_instant(&self) -> bool {
        self.0.last().is_some_and(|name| name == "created" || name == "lastmodified")
    }
}

impl Filter {
    /// Parses a filter.
    pub(super) fn parse(text: &str) -> Parsed<Self> {
        if text.len() > MOST_BYTES {
            return Err(BadFilter("the filter is too long"));
        }
        let mut parser = Parser { rest: text, terms: 0 };
        let filter = parser.or(0)?;
        parser.blanks();
        if parser.rest.is_empty() { Ok(filter) } else { Err(BadFilter("there is more than a filter")) }
    }

    /// Refused where it names what a resource of this kind does not have (dotted, in lower case), or compares a truth
    /// by more than equality: an answer that merely finds nobody would be taken for the truth.
    pub(super) fn check(&self, known: &[&str]) -> Parsed<()> {
        self.check_within(None, known)
    }

    fn check_within(&self, of: Option<&Path>, known: &[&str]) -> Parsed<()> {
        let named = |path: &Path| {
            let whole: Vec<&str> =
                of.iter().flat_map(|of| &of.0).chain(&path.0).map(String::as_str).collect();
            let name = whole.join(".");
            if known.contains(&name.as_str()) {
                Ok(name)
            } else {
                Err(BadFilter("it names no attribute of ours"))
            }
        };
        match self {
            Self::And(a, b) | Self::Or(a, b) => {
                a.check_within(of, known)?;
                b.check_within(of, known)
            }
            Self::Not(inner) => inner.check_within(of, known),
            Self::Present(path) => named(path).map(drop),
            Self::Within(path, inner) => {
                named(path)?;
                inner.check_within(Some(path), known)
            }
            Self::Compare(path, comparison, _) => {
                let truth = matches!(named(path)?.as_str(), "active" | "emails.primary");
                if truth && !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
                    return Err(BadFilter("a truth is compared by eq and ne alone"));
                }
                Ok(())
            }
        }
    }

    /// Whether it holds of a resource.
    pub(super) fn holds(&self, of: &Value) -> bool {
        match self {
            Self::And(a, b) => a.holds(of) && b.holds(of),
            Self::Or(a, b) => a.holds(of) || b.holds(of),
            Self::Not(inner) => !inner.holds(of),
            Self::Present(path) => values(of, &path.0).iter().any(|value| is_present(value)),
            Self::Within(path, inner) => values(of, &path.0).iter().any(|value| inner.holds(value)),
            Self::Compare(path, comparison, wanted) => {
                let found = values(of, &path.0);
                if *comparison == Comparison::NotEqual {
                    return !found.iter().any(|value| compare(value, Comparison::Equal, wanted, path));
                }
                found.iter().any(|value| compare(value, *comparison, wanted, path))
            }
        }
    }

    /// Whether it names this attribute, whole or in part.
    pub(super) fn names(&self, attribute: &str) -> bool {
        match self {
            Self::And(a, b) | Self::Or(a, b) => a.names(attribute) || b.names(attribute),
            Self::Not(inner) => inner.names(attribute),
            Self::Compare(path, ..) | Self::Present(path) | Self::Within(path, _) => {
                path.0.first().is_some_and(|name| name == attribute)
            }
        }
    }

    /// The text that an attribute must equal for the filter to hold, if it says so.
    pub(super) fn must_equal(&self, attribute: &str) -> Option<&str> {
        match self {
            Self::And(a, b) => a.must_equal(attribute).or_else(|| b.must_equal(attribute)),
            Self::Compare(path, Comparison::Equal, Value::String(text))
                if path.0.first().is_some_and(|name| name == attribute) && path.0.len() == 1 =>
            {
                Some(text)
            }
            _ => None,
        }
    }
}

/// A member by a name in whatever case.
fn member<'a>(of: &'a Value, name: &str) -> Option<&'a Value> {
    of.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// All values of an attribute: of several, each; of a complex one that is named alone, its `value`.
fn values<'a>(of: &'a Value, path: &[String]) -> Vec<&'a Value> {
    let Some((name, rest)) = path.split_first() else { return vec![of] };
    let Some(found) = member(of, name) else { return Vec::new() };
    let each: Vec<&Value> = found.as_array().map_or_else(|| vec![found], |items| items.iter().collect());
    each.into_iter().flat_map(|value| values(value, rest)).collect()
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    }
}

fn compare(found: &Value, comparison: Comparison, wanted: &Value, path: &Path) -> bool {
    let found = if found.is_object() { member(found, "value").unwrap_or(found) } else { found };
    match (found, wanted) {
        (Value::String(found), Value::String(wanted)) if path.is_instant() => {
            match (instant(found), instant(wanted)) {
                (Some(found), Some(wanted)) => ordered(found.cmp(&wanted), comparison),
                _ => false,
            }
        }
        (Value::String(found), Value::String(wanted)) if path.is_case_exact() => {
            texts(found, comparison, wanted)
        }
        (Value::String(found), Value::String(wanted)) => {
            texts(&found.to_lowercase(), comparison, &wanted.to_lowercase())
        }
        // Entra writes booleans as texts.
        (Value::Bool(found), Value::String(wanted)) => {
            comparison == Comparison::Equal
                && wanted.eq_ignore_ascii_case(if *found { "true" } else { "false" })
        }
        (found, wanted) => comparison == Comparison::Equal && found == wanted,
    }
}

fn instant(text: &str) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(text).ok()
}

fn ordered(order: Ordering, comparison: Comparison) -> bool {
    match comparison {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Contains | Comparison::StartsWith | Comparison::EndsWith => false,
    }
}

fn texts(found: &str, comparison: Comparison, wanted: &str) -> bool {
    match comparison {
        Comparison::Contains => found.contains(wanted),
        Comparison::StartsWith => found.starts_with(wanted),
        Comparison::EndsWith => found.ends_with(wanted),
        _ => ordered(found.cmp(wanted), comparison),
    }
}

struct Parser<'a> {
    rest: &'a str,
    terms: usize,
}

impl Parser<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    /// Takes this word, in whatever case, where it stands by itself.
    fn word(&mut self, word: &str) -> bool {
        self.blanks();
        let Some((head, tail)) = self.rest.split_at_checked(word.len()) else { return false };
        let alone = tail.is_empty() || tail.starts_with([' ', '(', ')', ']']);
        let is = head.eq_ignore_ascii_case(word) && alone;
        if is {
            self.rest = tail;
        }
        is
    }

    fn sign(&mut self, sign: char) -> bool {
        self.blanks();
        let Some(tail) = self.rest.strip_prefix(sign) else { return false };
        self.rest = tail;
        true
    }

    fn or(&mut self, depth: usize) -> Parsed<Filter> {
        let mut left = self.and(depth)?;
        while self.word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.and(depth)?));
        }
        Ok(left)
    }

    fn and(&mut self, depth: usize) -> Parsed<Filter> {
        let mut left = self.term(depth)?;
        while self.word("and") {
            left = Filter::And(Box::new(left), Box::new(self.term(depth)?));
        }
        Ok(left)
    }

    fn term(&mut self, depth: usize) -> Parsed<Filter> {
        if depth >= MOST_DEPTH {
            return Err(BadFilter("the filter is too deep"));
        }
        self.terms += 1;
        if self.terms > MOST_TERMS {
            return Err(BadFilter("the filter has too many parts"));
        }
        if self.word("not") {
            if !self.sign('(') {
                return Err(BadFilter("after `not` comes a parenthesis"));
            }
            return Ok(Filter::Not(Box::new(self.enclosed(')', depth)?)));
        }
        if self.sign('(') {
            return self.enclosed(')', depth);
        }
        let path = self.path()?;
        if self.sign('[') {
            return Ok(Filter::Within(path, Box::new(self.enclosed(']', depth)?)));
        }
        if self.word("pr") {
            return Ok(Filter::Present(path));
        }
        let comparison = self.comparison()?;
        Ok(Filter::Compare(path, comparison, self.value()?))
    }

    fn enclosed(&mut self, end: char, depth: usize) -> Parsed<Filter> {
        let inner = self.or(depth + 1)?;
        if self.sign(end) { Ok(inner) } else { Err(BadFilter("a parenthesis or bracket is not closed")) }
    }

    fn path(&mut self) -> Parsed<Path> {
        self.blanks();
        let end = self.rest.find([' ', '[', ']', '(', ')', '"']).unwrap_or(self.rest.len());
        let (name, tail) = self.rest.split_at(end);
        self.rest = tail;
        Path::parse(name)
    }

    fn comparison(&mut self) -> Parsed<Comparison> {
        let all = [
            ("eq", Comparison::Equal),
            ("ne", Comparison::NotEqual),
            ("co", Comparison::Contains),
            ("sw", Comparison::StartsWith),
            ("ew", Comparison::EndsWith),
            ("gt", Comparison::Greater),
            ("ge", Comparison::GreaterOrEqual),
            ("lt", Comparison::Less),
            ("le", Comparison::LessOrEqual),
        ];
        let found = all.into_iter().find(|(word, _)| self.word(word));
        found.map(|(_, comparison)| comparison).ok_or(BadFilter("there is no such operator"))
    }

    /// A JSON text, number, true, false or null.
    fn value(&mut self) -> Parsed<Value> {
        self.blanks();
        let bad = BadFilter("a value is no text, number, true, false or null");
        if self.rest.starts_with('"') {
            let mut values = serde_json::Deserializer::from_str(self.rest).into_iter::<Value>();
            let Some(Ok(text)) = values.next() else { return Err(bad) };
            self.rest = self.rest.get(values.byte_offset()..).unwrap_or_default();
            return Ok(text);
        }
        let (word, tail) = self.rest.split_at(self.rest.find([' ', ')', ']']).unwrap_or(self.rest.len()));
        self.rest = tail;
        match serde_json::from_str(&word.to_ascii_lowercase()) {
            Ok(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => Ok(value),
            _ => Err(bad),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn ada() -> Value {
        json!({
            "id": "7", "userName": "Ada@Acme.example", "externalId": "X1", "displayName": "Ada Park", "active": true,
            "name": { "givenName": "Ada", "familyName": "Park" },
            "emails": [{ "value": "ada@acme.example", "type": "work", "primary": true }, { "value": "a@home.example", "type": "home" }],
            "meta": { "created": "2026-11-21T09:00:00Z" },
        })
    }

    #[test]
    fn filters_of_the_rfc_and_of_directories_hold_as_they_say() {
        for (filter, expected) in [
            ("userName eq \"ada@acme.example\"", true),
            ("USERNAME EQ \"ada@acme.example\"", true),
            ("userName eq \"ada\"", false),
            ("userName ne \"ada\"", true),
            ("externalId eq \"X1\"", true),
            ("externalId eq \"x1\"", false),
            ("emails.value co \"home\"", true),
            ("emails co \"HOME\"", true),
            ("emails[type eq \"work\"].value", false),
            ("emails[type eq \"work\" and value sw \"ada\"]", true),
            ("emails[type eq \"home\" and value sw \"ada\"]", false),
            ("active eq true", true),
            ("active eq \"True\"", true),
            ("active eq false", false),
            ("displayName pr", true),
            ("title pr", false),
            ("not (title pr)", true),
            ("(displayName pr) and (active eq true)", true),
            ("userName eq \"x\" or active eq true and externalId eq \"X1\"", true),
            ("(userName eq \"x\" or active eq true) and externalId eq \"no\"", false),
            ("name.familyName ew \"ark\"", true),
            ("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName eq \"ada\"", true),
            ("id gt \"6\"", true),
            ("meta.created lt \"2026-11-21T10:00:00+02:00\"", false),
            ("meta.created eq \"2026-11-21T11:00:00+02:00\"", true),
            ("meta.created gt \"yesterday\"", false),
        ] {
            let parsed = Filter::parse(filter);
            let holds = parsed.as_ref().is_ok_and(|parsed| parsed.holds(&ada()));
            assert_eq!(holds, expected, "{filter}: {parsed:?}");
        }
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        let deep = format!("{}a pr{}", "(".repeat(17), ")".repeat(17));
        let wide = vec!["a pr"; 65].join(" or ");
        let long = format!("a eq \"{}\"", "x".repeat(4096));
        for bad in [
            "",
            " ",
            "userName",
            "userName eq",
            "userName like \"x\"",
            "userName eq x",
            "eq \"x\"",
            "(a pr",
            "a pr)",
            "a[b pr",
            "not a pr",
            "a eq {}",
            "a eq [1]",
            "a eq \"x",
            "a.b.c pr",
            "a pr and",
            "a pr b pr",
            "1a pr",
            "a;DROP pr",
            "urn:x;y pr",
            &deep,
            &wide,
            &long,
        ] {
            assert!(Filter::parse(bad).is_err(), "{bad:.60}");
        }
        assert!(Filter::parse(&format!("{}a pr{}", "(".repeat(15), ")".repeat(15))).is_ok());
    }

    #[test]
    fn what_names_nothing_of_ours_is_refused_rather_than_found_nowhere() {
        let known = ["active", "emails", "emails.value", "emails.type"];
        let checked = |text| Filter::parse(text).unwrap().check(&known).is_ok();
        for good in ["active eq true", "emails[type eq \"work\" and value pr]", "not (emails.value sw \"a\")"]
        {
            assert!(checked(good), "{good}");
        }
        for bad in [
            "title pr",
            "emails[kind pr]",
            "value pr",
            "active pr or title pr",
            "active gt true",
            "emails.x pr",
        ] {
            assert!(!checked(bad), "{bad}");
        }
    }

    #[test]
    fn an_exact_name_narrows_only_where_it_must_hold() {
        let of = |text| Filter::parse(text).unwrap().must_equal("username").map(str::to_owned);
        assert_eq!(of("userName eq \"a\" and active eq true").as_deref(), Some("a"));
        assert_eq!(of("userName eq \"a\" or active eq true"), None);
        assert_eq!(of("not (userName eq \"a\")"), None);
        assert_eq!(of("userName sw \"a\""), None);
    }

    fn shown(filter: &Filter) -> String {
        let path = |path: &Path| path.0.join(".");
        match filter {
            Filter::And(a, b) => format!("({}) and ({})", shown(a), shown(b)),
            Filter::Or(a, b) => format!("({}) or ({})", shown(a), shown(b)),
            Filter::Not(inner) => format!("not ({})", shown(inner)),
            Filter::Present(of) => format!("{} pr", path(of)),
            Filter::Within(of, inner) => format!("{}[{}]", path(of), shown(inner)),
            Filter::Compare(of, Comparison::Equal, value) => format!("{} eq {value}", path(of)),
            Filter::Compare(of, _, value) => format!("{} co {value}", path(of)),
        }
    }

    fn any_filter() -> impl Strategy<Value = Filter> {
        let path = "[a-m]{1,8}(\\.[a-z]{1,8})?".prop_map(|text| Path::parse(&text).unwrap());
        let value = prop_oneof![
            any::<String>().prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            Just(Value::Null),
        ];
        let equal = prop_oneof![Just(Comparison::Equal), Just(Comparison::Contains)];
        let leaf = prop_oneof![
            path.clone().prop_map(Filter::Present),
            (path, equal, value)
                .prop_map(|(path, comparison, value)| Filter::Compare(path, comparison, value)),
        ];
        leaf.prop_recursive(4, 12, 2, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(a, b)| Filter::And(Box::new(a), Box::new(b))),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| Filter::Or(Box::new(a), Box::new(b))),
                inner.clone().prop_map(|a| Filter::Not(Box::new(a))),
                inner.prop_map(|a| Filter::Within(Path(vec!["emails".into()]), Box::new(a))),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_filter_that_is_written_down_is_read_the_same(filter in any_filter()) {
            let text = shown(&filter);
            prop_assume!(text.len() <= MOST_BYTES);
            prop_assert_eq!(Filter::parse(&text), Ok(filter), "{}", text);
        }

        #[test]
        fn nothing_that_anybody_sends_breaks_the_parser(text in any::<String>(), of in "[a-z\\[\\]() \"]{0,200}") {
            for text in [text, of] {
                if let Ok(filter) = Filter::parse(&text) {
                    filter.holds(&ada());
                }
            }
        }
    }
}
