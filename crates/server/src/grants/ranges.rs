//! From where a grant may be used: addresses and ranges in one canonical form, and whether one of them holds an
//! address. IPv4 in IPv6 clothes is IPv4, in a range as in an address.

use crate::error::{ApiError, Result};
use ipnetwork::{IpNetwork, Ipv4Network};
use serde::Serializer;
use std::collections::BTreeSet;
use std::net::IpAddr;

const MOST: usize = 64;

/// `10.1.2.3`, `10.1.0.0/16`, `2001:db8::/32`; host bits of a range are cleared, doubles dropped.
pub(crate) fn parse(field: &str, texts: &[String]) -> Result<Vec<IpNetwork>> {
    if texts.len() > MOST {
        return Err(ApiError::invalid(field, format!("it must name at most {MOST} ranges")));
    }
    let ranges: Result<BTreeSet<IpNetwork>> = texts
        .iter()
        .map(|text| {
            canonical(text.trim()).ok_or_else(|| {
                let shown: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
                ApiError::invalid(
                    field,
                    format!("{shown:?} is neither an address nor a range like 10.20.0.0/16"),
                )
            })
        })
        .collect();
    Ok(ranges?.into_iter().collect())
}

fn canonical(text: &str) -> Option<IpNetwork> {
    // The parser would take `10.0.0.0/255.0.0.0` too; one spelling is enough.
    if text.split_once('/').is_some_and(|(_, bits)| bits.parse::<u8>().is_err()) {
        return None;
    }
    let range: IpNetwork = text.parse().ok()?;
    let range = match (range.ip(), range.ip().to_canonical()) {
        (IpAddr::V6(_), IpAddr::V4(inner)) => {
            Ipv4Network::new(inner, range.prefix().checked_sub(96)?).ok()?.into()
        }
        _ => range,
    };
    IpNetwork::new(range.network(), range.prefix()).ok()
}

/// Whether somebody may come from `client_ip`; no ranges: from anywhere.
pub fn allow(ranges: &[IpNetwork], client_ip: IpAddr) -> bool {
    let client_ip = client_ip.to_canonical();
    ranges.is_empty() || ranges.iter().any(|range| range.contains(client_ip))
}

/// Whether every address of `range` lies in `whole`.
pub(super) fn holds(whole: &IpNetwork, range: &IpNetwork) -> bool {
    whole.contains(range.network()) && whole.prefix() <= range.prefix()
}

/// A single address stands without its `/32`.
pub(super) fn show(range: &IpNetwork) -> String {
    let whole = if range.is_ipv4() { 32 } else { 128 };
    if range.prefix() == whole { range.ip().to_string() } else { range.to_string() }
}

/// As [`show`] has it.
pub(crate) fn serialize<S: Serializer>(ranges: &[IpNetwork], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(ranges.iter().map(show))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(texts: &[&str]) -> Result<Vec<String>> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Ok(parse("ipRanges", &texts)?.iter().map(show).collect())
    }

    #[test]
    fn one_form_for_each_range() {
        let shown = parsed(&["10.1.2.3/16", " 10.1.0.0/16", "192.0.2.7", "192.0.2.7/32", "2001:DB8::1/32"]);
        assert_eq!(shown.unwrap(), ["10.1.0.0/16", "192.0.2.7", "2001:db8::/32"]);
        assert_eq!(parsed(&["::ffff:10.1.2.3", "::ffff:10.2.0.0/112"]).unwrap(), ["10.1.2.3", "10.2.0.0/16"]);
        assert_eq!(parsed(&["0.0.0.0/0", "::/0"]).unwrap(), ["0.0.0.0/0", "::/0"]);
    }

    #[test]
    fn g06_refuses_what_is_no_range() {
        let wrong = [
            "",
            "10.1",
            "10.1.2.3/33",
            "10.1.2.3/",
            "10.1.2.3/255.255.0.0",
            "fe80::1%eth0",
            "::1/129",
            "0x7f.1",
            "010.1.2.3",
            "10.1.2.3,10.1.2.4",
            "10.0.0.0-10.0.0.9",
            "host.example",
            "::ffff:10.0.0.0/90",
            "a\u{0}",
        ];
        for text in wrong {
            assert_eq!(parsed(&[text]).unwrap_err().code, "invalid_input", "{text:?}");
        }
        assert!(parse("ipRanges", &vec!["10.0.0.1".to_owned(); 65]).is_err());
    }

    #[test]
    fn g06_ipv4_in_ipv6_clothes_is_ipv4() {
        let ranges = parse("ipRanges", &["10.20.0.0/16".to_owned(), "2001:db8::/32".to_owned()]).unwrap();
        let cases = [
            ("10.20.255.255", true),
            ("10.21.0.0", false),
            ("::ffff:10.20.1.1", true),
            ("::ffff:10.21.1.1", false),
            ("::10.20.1.1", false),
            ("2001:db8:ffff::1", true),
            ("2001:db9::1", false),
            ("127.0.0.1", false),
        ];
        for (address, allowed) in cases {
            assert_eq!(allow(&ranges, address.parse().unwrap()), allowed, "{address}");
        }
        assert!(allow(&[], "198.51.100.1".parse().unwrap()));
    }
}
