//! How a web address may be spelt. One parser for all (WHATWG URL, by the crate that also dials), and one spelling
//! for one thing: what a person reads is what is asked.

use url::{Host, Url};

/// Longest address that is taken.
const MAX: usize = 2048;

/// Why an address is not taken; for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AddressRefused(pub &'static str);

/// The address of something that is asked for over the web: `https`, a host, nothing hidden. `http` is for the
/// addresses that the operator allowed by hand, which is judged when it is dialled.
pub fn web_address(text: &str) -> Result<Url, AddressRefused> {
    if let Some(problem) = misplaced(text) {
        return Err(AddressRefused(problem));
    }
    let url = Url::parse(text).map_err(|_| AddressRefused("it is no web address"))?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(AddressRefused("it must begin with https://"));
    }
    if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
        return Err(AddressRefused("leave out the user: an address must not carry one"));
    }
    if url.fragment().is_some() {
        return Err(AddressRefused("leave out what follows #"));
    }
    match url.host() {
        None => return Err(AddressRefused("it names no host")),
        Some(Host::Domain(name)) if name.ends_with('.') => {
            return Err(AddressRefused("leave out the dot at the end of the name"));
        }
        Some(_) => {}
    }
    // Another spelling of the same thing (0x7f.1, a port that goes without saying, `..`, capitals in the name) would
    // show a person one thing and mean another. A bare host may do without its slash.
    let spelt = url.as_str();
    if spelt != text && spelt.strip_suffix('/') != Some(text) {
        return Err(AddressRefused(
            "write it in its plain spelling: lower case, no standard port, no dots as a folder",
        ));
    }
    Ok(url)
}

/// Where a line by TLS goes: `collector.example:6514`. Read by the same parser, so that no host is spelt in a way that
/// [`web_address`] would refuse.
pub fn line_address(text: &str) -> Result<Url, AddressRefused> {
    let Some((host, port)) = text.rsplit_once(':') else {
        return Err(AddressRefused("give the port after the name, such as :6514"));
    };
    let number: u16 = port.parse().unwrap_or(0);
    if number == 0 || number.to_string() != port {
        return Err(AddressRefused("the port is a number from 1 to 65535"));
    }
    if host.contains(['/', '?']) {
        return Err(AddressRefused("give a name and a port, and nothing else"));
    }
    let mut url = web_address(&format!("https://{host}/"))?;
    if url.port().is_some() {
        return Err(AddressRefused("give one port"));
    }
    url.set_port(Some(number)).map_err(|()| AddressRefused("it takes no port"))?;
    Ok(url)
}

fn misplaced(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is missing");
    }
    if text.len() > MAX {
        return Some("it is longer than 2,048 characters");
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Some("it must not contain spaces or control characters");
    }
    if !text.is_ascii() {
        return Some("write an international name in its ASCII form (xn--…)");
    }
    text.contains('\\').then_some("it must not contain a backslash")
}

#[cfg(test)]
mod tests {
    use super::{line_address, web_address};
    use proptest::prelude::*;

    #[test]
    fn takes_plain_addresses() {
        for text in [
            "https://login.example",
            "https://login.example/",
            "https://login.example/realms/kestrel",
            "https://login.example:8443/metadata?tenant=7&x=a%20b",
            "https://xn--bcher-kva.example/",
            "http://127.0.0.1:8801/metadata",
        ] {
            assert!(web_address(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn f02_other_spellings_of_an_address_are_refused() {
        for text in [
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://[::ffff:127.0.0.1]:443/",
            "https://[0:0:0:0:0:0:0:1]/",
            "https://LOCALHOST/",
            "https://login.example:443/",
        ] {
            assert!(web_address(text).is_err(), "{text}");
        }
    }

    #[test]
    fn f05_what_two_parsers_read_differently_is_refused() {
        for text in [
            "https://a@internal/",
            "https://a:b@internal/",
            "https://login.example\\@internal/",
            "https:\\\\internal/",
            "https://login.example#@internal/",
            "https://login.example/\t.internal",
            "https://login.example\n/",
            " https://login.example/",
            "https://login.example/ ",
            "HTTPS://login.example/",
            "https://login.example./",
            "https://ⓛocalhost/",
            "https://bücher.example/",
            "https://login.example/a/../b",
            "https:///login.example",
            "//login.example",
            "login.example",
            "",
        ] {
            assert!(web_address(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn f06_other_schemes_are_refused() {
        for text in [
            "file:///etc/passwd",
            "gopher://login.example/",
            "unix:/run/x",
            "ftp://login.example/",
            "data:text/plain,x",
            "javascript:alert(1)",
            "ws://login.example/",
        ] {
            assert!(web_address(text).is_err(), "{text}");
        }
    }

    #[test]
    fn f02_f05_f06_a_line_goes_to_a_plainly_spelt_host_and_port_alone() {
        for (text, host, port) in [
            ("collector.example:6514", "collector.example", 6514),
            ("collector.example:443", "collector.example", 443),
            ("127.0.0.1:6514", "127.0.0.1", 6514),
            ("[::1]:6514", "[::1]", 6514),
        ] {
            let url = line_address(text).unwrap();
            assert_eq!((url.host_str(), url.port_or_known_default()), (Some(host), Some(port)), "{text}");
        }
        for text in [
            "",
            ":6514",
            "collector.example",
            "collector.example:",
            "collector.example:0",
            "collector.example:065",
            "collector.example:+65",
            "collector.example:65536",
            "collector.example:1:2",
            "collector.example/:6514",
            "collector.example?:6514",
            "collector.example#:6514",
            "a@internal:6514",
            "https://collector.example:6514",
            "COLLECTOR.example:6514",
            "collector.example.:6514",
            "0x7f.1:6514",
            "2130706433:6514",
            "collector.example\n:6514",
            "::1:6514",
        ] {
            assert!(line_address(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_and_what_it_gives_is_stable(text in "(https://)?\\PC{0,200}") {
            if let Ok(url) = web_address(&text) {
                prop_assert_eq!(web_address(url.as_str()).map(|again| again.to_string()), Ok(url.to_string()));
            }
        }
    }
}
