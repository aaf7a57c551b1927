//! What is never dialled, whatever name led there. Judged on the resolved address alone.

use std::io::{Error, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

/// Addresses at which clouds hand keys to whoever asks.
const METADATA: &[IpAddr] = &[
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)), // most clouds
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 2)),   // AWS containers
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)), // Alibaba
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),     // Oracle
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),   // Azure's host agent
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)), // AWS
    IpAddr::V6(Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254)), // Google
];

/// Why `address` is not dialled; none: it may be. `allow` names exact exceptions.
pub fn refusal(address: SocketAddr, allow: &[SocketAddr]) -> Option<&'static str> {
    if allow.contains(&address) {
        return None;
    }
    // The dialler hands this very address to the kernel, so every address hidden in it counts.
    let hidden = embedded(address.ip()).map(IpAddr::V4);
    [Some(address.ip()), hidden].into_iter().flatten().find_map(|ip| kind(ip).or_else(|| own(ip)))
}

/// Why `address` is not asked by HTTP; none: it may be. Identity providers are on the internet: private networks are
/// the operator's own, and asking around in them is not for those who type addresses.
pub fn never_asked(address: SocketAddr, allow: &[SocketAddr]) -> Option<&'static str> {
    if allow.contains(&address) {
        return None;
    }
    let hidden = embedded(address.ip()).map(IpAddr::V4);
    refusal(address, allow).or_else(|| [Some(address.ip()), hidden].into_iter().flatten().find_map(private))
}

fn private(ip: IpAddr) -> Option<&'static str> {
    match ip {
        IpAddr::V4(v4) if v4.is_private() => Some("an address of a private network"),
        IpAddr::V4(v4) => match v4.octets() {
            [100, 64..=127, ..] => Some("an address behind a provider's translation"),
            [192, 0, 0, _] | [198, 18..=19, ..] | [192, 88, 99, _] => Some("a reserved address"),
            _ if v4.is_documentation() => Some("an address for documentation"),
            _ => None,
        },
        IpAddr::V6(v6) if v6.is_unique_local() => Some("an address of a private network"),
        // Only 2000::/3 is given out (RFC 4291, section 2.4); fec0::/10 was once site-local.
        IpAddr::V6(v6) => match v6.segments() {
            [0x2001, 0xdb8, ..] => Some("an address for documentation"),
            [0x2001, 0, ..] | [0x2002, ..] => {
                Some("behind a translation, so that nobody can tell where it leads")
            }
            [0x2000..=0x3fff, ..] => None,
            // Mapped and translated ones are judged by what they hide.
            _ if embedded(ip).is_some() => None,
            _ => Some("a reserved address"),
        },
    }
}

fn kind(ip: IpAddr) -> Option<&'static str> {
    if METADATA.contains(&ip) {
        return Some("a cloud's metadata service");
    }
    if ip.is_loopback() {
        return Some("a loopback address: the gate itself");
    }
    if ip.is_unspecified() {
        return Some("the unspecified address: the gate itself");
    }
    if ip.is_multicast() {
        return Some("a multicast address");
    }
    match ip {
        IpAddr::V4(v4) => match v4.octets() {
            [0, ..] => Some("an address of \"this network\""),
            [169, 254, ..] => Some("a link-local address"),
            [255, 255, 255, 255] => Some("the broadcast address"),
            [240..=255, ..] => Some("a reserved address"),
            _ => None,
        },
        IpAddr::V6(v6) if v6.is_unicast_link_local() => Some("a link-local address"),
        // RFC 8215: where the IPv4 address stands in it is each network's own choice.
        IpAddr::V6(v6) if v6.segments().starts_with(&[0x64, 0xff9b, 1]) => {
            Some("behind a local translation prefix, so that nobody can tell where it leads")
        }
        IpAddr::V6(_) => None,
    }
}

/// The IPv4 address inside an IPv6 one: mapped, translated, compatible, NAT64 (RFC 6052), 6to4, Teredo.
fn embedded(ip: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = ip else { return None };
    let join = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match v6.segments() {
        // `::` and `::1` are unspecified and loopback in their own right.
        [0, 0, 0, 0, 0, 0, 0, _] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some(join(high, low)),
        [0x2001, 0, .., high, low] => Some(join(!high, !low)),
        _ => None,
    }
}

/// The gate's own machine, by any of its addresses: PostgreSQL and the like listen there. Only an address of
/// this machine can be bound to; no list of interfaces has to be kept in step.
fn own(ip: IpAddr) -> Option<&'static str> {
    match UdpSocket::bind(SocketAddr::new(ip, 0)).map_err(|error: Error| error.kind()) {
        Err(ErrorKind::AddrNotAvailable | ErrorKind::Unsupported) => None,
        Err(_) if ip.is_ipv6() => None, // a machine without IPv6 has no address of it
        Err(_) => Some("not to be told from the gate's own addresses just now"),
        Ok(_) => Some("an address of the gate's own machine"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Option<&'static str> {
        refusal(SocketAddr::new(text.parse().unwrap(), 22), &[])
    }

    #[test]
    fn f14_refuses_the_gate_its_link_and_the_cloud_in_every_spelling() {
        for text in [
            "127.0.0.1",
            "127.255.255.254",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.0.1",
            "169.254.169.254",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "100.100.100.200",
            "192.0.0.192",
            "168.63.129.16",
            "::",
            "::1",
            "fe80::1",
            "febf::1",
            "ff02::1",
            "fd00:ec2::254",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0.0.0.0",
            "::ffff:0:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::7f00:1",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "2001:0:1:2:3:4:80ff:fffe", // Teredo keeps the address inverted
        ] {
            assert!(judge(text).is_some(), "{text}");
        }
    }

    #[test]
    fn f01_f02_private_and_translated_addresses_are_never_asked() {
        let refused = |text: &str| never_asked(SocketAddr::new(text.parse().unwrap(), 443), &[]).is_some();
        for text in [
            "127.0.0.1",
            "0.0.0.0",
            "::1",
            "::",
            "169.254.169.254",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "100.64.0.1",
            "100.127.255.255",
            "192.0.0.8",
            "198.18.0.1",
            "192.0.2.1",
            "fd00::1",
            "fc00::1",
            "fe80::1",
            "fec0::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "2002:a00:1::1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::808:808",
            "2001:0:1:2:3:4:f5ff:fffe",
            "2001:db8::1",
            "4000::1",
        ] {
            assert!(refused(text), "{text}");
        }
        for text in ["8.8.8.8", "172.32.0.1", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"] {
            assert!(!refused(text), "{text}");
        }
    }

    #[test]
    fn reaches_customers() {
        for text in
            ["192.0.2.10", "10.0.0.5", "172.31.9.9", "198.51.100.7", "100.64.0.9", "2001:db8::1", "fd12::7"]
        {
            assert_eq!(judge(text), None, "{text}");
        }
    }

    #[test]
    fn f14_allows_an_exact_address_and_port_only() {
        let allow = ["127.0.0.1:2201".parse().unwrap(), "[::1]:2201".parse().unwrap()];
        let refused = |text: &str| refusal(text.parse().unwrap(), &allow).is_some();
        assert!(!refused("127.0.0.1:2201"));
        assert!(!refused("[::1]:2201"));
        assert!(refused("127.0.0.1:2202"));
        assert!(refused("127.0.0.2:2201"));
        assert!(refused("[::ffff:127.0.0.1]:2201"));
    }
}
