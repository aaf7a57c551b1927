//! How a machine's address may be spelt. One spelling for one thing: what a person reads is what is dialled.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Longest name of the DNS (RFC 1035, section 2.3.4).
const MAX_NAME: usize = 253;

/// A host name in lower case, or an IP address in its canonical spelling; else what is wrong, for a person.
///
/// The other spellings of IPv4 (`0x7f.1`, `017700000001`, `2130706433`) are refused: libraries disagree on
/// them, so the machine that a person confirmed might not be the one that is reached.
pub fn normalise(text: &str) -> Result<String, &'static str> {
    if let Some(problem) = misplaced(text) {
        return Err(problem);
    }
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Ok(address.to_string());
    }
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Ok(address.to_string());
    }
    if text.contains(':') {
        return Err("it is no IPv6 address; a port has its own field");
    }
    host_name(text)
}

/// What belongs to a URL, to another field or to nothing at all.
fn misplaced(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is missing");
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Some("it must not contain spaces or control characters");
    }
    if !text.is_ascii() {
        return Some("write an international name in its ASCII form (xn--…)");
    }
    if text.len() > MAX_NAME {
        return Some("it is longer than 253 characters");
    }
    if text.contains("://") {
        return Some("leave out the scheme: a host name or an IP address alone");
    }
    if text.contains('@') {
        return Some("leave out the user: the account stands in the credential");
    }
    if text.contains(['[', ']']) {
        return Some("write an IPv6 address without brackets; a port has its own field");
    }
    if text.contains('%') {
        return Some("zones and percent signs are not accepted");
    }
    None
}

fn host_name(text: &str) -> Result<String, &'static str> {
    let name = text.to_ascii_lowercase();
    // One dot at the end says that no search domain is to be tried.
    let labels: Vec<&str> = name.strip_suffix('.').unwrap_or(&name).split('.').collect();
    for label in &labels {
        if label.is_empty() || label.len() > 63 {
            return Err("each part between dots must have 1 to 63 characters");
        }
        if !label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            return Err("a host name has letters, digits, hyphens and dots only");
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err("no part of a host name begins or ends with a hyphen");
        }
    }
    // A name whose last part is a number is read as an IPv4 address by some (WHATWG URL, section 3.5).
    if labels.last().is_some_and(|last| is_number(last)) {
        return Err("write an IPv4 address as four decimal numbers, like 192.0.2.10");
    }
    Ok(name)
}

fn is_number(label: &str) -> bool {
    let hex = label.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_hexdigit()));
    hex || label.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::normalise;
    use proptest::prelude::*;

    #[test]
    fn accepts_names_and_addresses_in_one_spelling() {
        let cases = [
            ("db1.kestrel.example", "db1.kestrel.example"),
            ("DB1.Kestrel.Example.", "db1.kestrel.example."),
            ("host", "host"),
            ("my_host.corp", "my_host.corp"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("3com.example", "3com.example"),
            ("192.0.2.10", "192.0.2.10"),
            ("2001:DB8:0:0::1", "2001:db8::1"),
            ("::ffff:192.0.2.10", "::ffff:192.0.2.10"),
        ];
        for (text, expected) in cases {
            assert_eq!(normalise(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_address_alone() {
        let long = format!("{}.example", "a".repeat(250));
        let label = format!("{}.example", "a".repeat(64));
        for text in [
            "",
            " ",
            "a b",
            " host",
            "host\n",
            "a\u{0}b",
            "ssh://host",
            "host/path",
            "host?x",
            "host#x",
            "root@host",
            "host:22",
            "[2001:db8::1]",
            "[::1]:22",
            "fe80::1%eth0",
            "host%20",
            "bücher.example",
            "host。example",
            ".host",
            "host..example",
            "-host",
            "host-.example",
            "a,b",
            "*",
            &long,
            &label,
        ] {
            assert!(normalise(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn f14_refuses_the_other_spellings_of_ipv4() {
        for text in [
            "0x7f.1",
            "0x7f000001",
            "2130706433",
            "017700000001",
            "127.1",
            "127.0.1",
            "0177.0.0.1",
            "127.0.0.01",
            "127.0.0.1.",
            "1.2.3.4.5",
            "256.1.1.1",
            "0x7f.0.0.0x1",
            "a.0x",
            "0X7F.1",
            "localhost.1",
        ] {
            assert!(normalise(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_what_it_gives_is_stable(text in "\\PC{0,300}") {
            if let Ok(once) = normalise(&text) {
                prop_assert_eq!(normalise(&once), Ok(once.clone()));
            }
        }
    }
}
