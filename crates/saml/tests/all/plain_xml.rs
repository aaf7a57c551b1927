//! XML that no SAML message needs, and XML that is made to cost.

use crate::idp::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use std::net::TcpListener;
use std::process::Command;
use std::time::{Duration, Instant};

/// How much slower a debug build on a busy machine may be than the case says.
const SLACK: u32 = 10;

fn named(name: &str) -> String {
    Making::default().answer().replacen(&format!(">{NAME}<"), &format!(">{name}<"), 1)
}

/// The shortest of a few tries: what the machine does meanwhile is not counted.
fn quickest(xml: &str) -> Duration {
    let posted = STANDARD.encode(xml);
    let (service, provider) = (service(), provider());
    let tries = (0..3).map(|_| {
        let begun = Instant::now();
        assert!(service.finish(&provider, posted.as_bytes(), &expected()).is_err());
        begun.elapsed()
    });
    tries.min().unwrap()
}

#[test]
fn s09_instructions_comments_and_cdata_are_refused() {
    for name in [
        "alice@<![CDATA[example.test]]>",
        "<![CDATA[alice@example.test]]>",
        "alice@example.test<!---->.evil.test",
        "alice@example.test<!-- x -->",
        "alice@<?x?>example.test",
        "<?xml version=\"1.0\"?>alice@example.test",
    ] {
        refused(&named(name), "xml");
    }
    let answer = Making::default().answer();
    for around in ["<?xml-stylesheet href=\"http://127.0.0.1:9/\"?>", "<!-- -->", "<?x?>"] {
        refused(&format!("{around}{answer}"), "xml");
        refused(&format!("{answer}{around}"), "xml");
    }
    // What the identity provider signed that way is no better: readers take such a name for two.
    let signed = with(|made| made.name = "alice@example.test<!---->.evil.test".to_owned());
    refused(&signed.answer(), "xml");
    // Escapes are no comments; the whole text is the name.
    let escaped = with(|made| made.name = "alice&lt;!----&gt;@example.test".to_owned());
    assert_eq!(post(&escaped.answer()).unwrap().name_id, "alice<!---->@example.test");
    // A second reading of the declaration.
    for declaration in [
        "<?xml version=\"1.1\"?>",
        "<?xml version=\"1.0\" encoding=\"UTF-7\"?>",
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
        "<?xml version=\"1.0\" ",
        " <?xml version=\"1.0\"?>",
        "\u{feff}",
        "x",
    ] {
        assert!(post(&format!("{declaration}{answer}")).is_err(), "{declaration}");
    }
    assert!(post(&format!("<?xml version='1.0' encoding='utf-8' standalone='no'?>{answer}")).is_ok());
}

#[test]
fn s10_a_document_type_is_refused_before_it_is_read() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/evil", listener.local_addr().unwrap());
    let named = named("&x;");
    for kind in [
        "<!DOCTYPE Response>".to_owned(),
        "<!DOCTYPE Response []>".to_owned(),
        "<!DOCTYPE Response [<!ENTITY x \"alice\">]>".to_owned(),
        format!("<!DOCTYPE Response SYSTEM \"{url}\">"),
        format!("<!DOCTYPE Response PUBLIC \"x\" \"{url}\">"),
        format!("<!DOCTYPE Response [<!ENTITY x SYSTEM \"{url}\">]>"),
        "<!DOCTYPE Response [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>".to_owned(),
        format!("<!DOCTYPE Response [<!ENTITY % p SYSTEM \"{url}\"> %p;]>"),
        "<!doctype Response>".to_owned(),
    ] {
        for xml in [format!("{kind}{named}"), format!("<?xml version=\"1.0\"?>\n{kind}{named}")] {
            refused(&xml, "xml");
            assert!(quickest(&xml) < Duration::from_millis(5) * SLACK, "{kind}");
        }
    }
    // An entity that nobody declared.
    refused(&named, "xml");
    assert!(listener.accept().is_err(), "somebody came for {url}");
}

/// The documents of S11 that are made to cost time or memory.
fn bombs() -> Vec<String> {
    let answer = Making::default().answer();
    let mut laughs = "<!DOCTYPE x [<!ENTITY l0 \"lol\">".to_owned();
    for level in 1..10 {
        let before = format!("&l{};", level - 1).repeat(10);
        laughs = format!("{laughs}<!ENTITY l{level} \"{before}\">");
    }
    let blow_up =
        format!("<!DOCTYPE x [<!ENTITY a \"{}\">]><x>{}</x>", "a".repeat(50_000), "&a;".repeat(50_000));
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=\"\"")).collect();
    let few: String = (0..20_000).map(|n| format!(" a{n}=\"\"")).collect();
    let namespaces: String = (0..5_000).map(|n| format!(" xmlns:n{n}=\"urn:{n}\"")).collect();
    let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    let within = |inner: &str| answer.replacen("<samlp:Status>", &format!("{inner}<samlp:Status>"), 1);
    vec![
        format!("{laughs}]><x>&l9;</x>"),
        blow_up,
        within(&format!("<samlp:Extensions{attributes}/>")),
        within(&format!("<samlp:Extensions{few}/>")),
        within(&format!("<samlp:Extensions{namespaces}/>")),
        within(&deep(10_000)),
        within(&deep(30_000)),
        within(&"<a/>".repeat(50_000)),
        within(&format!("<samlp:Extensions>{}</samlp:Extensions>", "&#65;".repeat(60_000))),
        within(&format!("<samlp:Extensions>{}</samlp:Extensions>", "x".repeat(11_000_000))),
        "<".repeat(250_000),
        "&".repeat(250_000),
    ]
}

/// The most memory that this process has had.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Set in the process that measures memory.
const CHILD: &str = "SALLYPORT_SAML_BOMBS";

#[test]
fn s11_bombs_cost_neither_time_nor_memory() {
    let bombs = bombs();
    for (number, bomb) in bombs.iter().enumerate() {
        let took = quickest(bomb);
        assert!(took < Duration::from_millis(50) * SLACK, "bomb {number} took {took:?}");
    }
    // Memory is that of a process of its own, where no other test runs.
    if std::env::var_os(CHILD).is_some() {
        let (service, provider) = (service(), provider());
        for (number, bomb) in bombs.iter().enumerate() {
            let posted = STANDARD.encode(bomb);
            let before = peak_kib();
            assert!(service.finish(&provider, posted.as_bytes(), &expected()).is_err());
            let more = peak_kib() - before;
            assert!(more < 8 * 1024, "bomb {number} took {more} KiB");
        }
        return;
    }
    let this = "plain_xml::s11_bombs_cost_neither_time_nor_memory";
    let child = Command::new(std::env::current_exe().unwrap())
        .args([this, "--exact", "--nocapture"])
        .env(CHILD, "yes")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&child.stderr)
    );
}

#[test]
fn s12_includes_bases_and_relative_namespaces_are_refused() {
    let include =
        "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/passwd\"></xi:include>";
    // The identity provider itself may have signed them.
    refused(&with(|made| made.statements = attribute("x", &[include])).answer(), "xml");
    refused(
        &with(|made| made.extensions = format!("<samlp:Extensions>{include}</samlp:Extensions>")).answer(),
        "xml",
    );
    for declared in
        ["xml:base=\"http://evil.test/\"", "xmlns:x=\"relative\"", "xmlns:x=\"../up\"", "xmlns=\"relative\""]
    {
        let element = format!("<saml:Issuer {declared}>x</saml:Issuer>");
        refused(&with(|made| made.statements = attribute("x", &[&element])).answer(), "xml");
        let answer = Making::default().answer();
        refused(&answer.replacen("<samlp:Response ", &format!("<samlp:Response {declared} "), 1), "xml");
    }
}

#[test]
fn nothing_is_read_beyond_the_limit() {
    let padded = |length: usize| {
        let answer = Making::default().answer();
        let padding = " ".repeat(length - answer.len());
        STANDARD.encode(answer + &padding)
    };
    let finish = |posted: &str| service().finish(&provider(), posted.as_bytes(), &expected());
    assert!(finish(&padded(sallyport_saml::LARGEST_ANSWER)).is_ok());
    assert_eq!(finish(&padded(sallyport_saml::LARGEST_ANSWER + 1)).unwrap_err().code(), "too_large");
    assert_eq!(finish(&"A".repeat(100_000_000)).unwrap_err().code(), "too_large");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn bytes_are_never_an_answer(posted in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert!(service().finish(&provider(), &posted, &expected()).is_err());
        let encoded = STANDARD.encode(&posted);
        prop_assert!(service().finish(&provider(), encoded.as_bytes(), &expected()).is_err());
        prop_assert!(sallyport_saml::metadata::read(&posted, sallyport_saml::Rules::default()).is_err());
    }

    #[test]
    fn a_cut_answer_is_never_one(keep in any::<proptest::sample::Index>()) {
        let answer = Making::default().answer();
        let end = keep.index(answer.len());
        prop_assert!(post(&answer[..end]).is_err());
    }

    #[test]
    fn words_of_xml_are_never_an_answer(words in proptest::collection::vec(0..14_usize, 0..60)) {
        const WORDS: [&str; 14] = [
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" Version=\"2.0\" ID=\"_a\">",
            "</samlp:Response>", "<a>", "</a>", "<a ", "/>", "x=\"", "\"", "&lt;", "&#0;", "<![CDATA[", "]]>", "<?", "é",
        ];
        let text: String = words.into_iter().map(|word| WORDS[word]).collect();
        prop_assert!(post(&text).is_err());
    }
}
