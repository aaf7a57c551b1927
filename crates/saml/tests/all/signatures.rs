//! Signatures that are built in another way than allowed.

use crate::idp::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

fn styled(style: &Style) -> String {
    let making = Making::default();
    making.response(&making.signed_by(&GENUINE, style))
}

/// The answer with the text of an element changed.
fn with_text(element: &str, change: impl Fn(&str) -> String) -> String {
    let answer = Making::default().answer();
    let (open, close) = (format!("<ds:{element}>"), format!("</ds:{element}>"));
    let (before, rest) = answer.split_once(&open).unwrap();
    let (text, after) = rest.split_once(&close).unwrap();
    format!("{before}{open}{}{close}{after}", change(text))
}

fn inserted(text: &str, at: usize, what: &str) -> String {
    let (head, tail) = text.split_at(at);
    format!("{head}{what}{tail}")
}

#[test]
fn s14_comments_and_white_space_in_values_are_refused() {
    for element in ["DigestValue", "SignatureValue"] {
        for what in [" ", "\t", "\n", "&#13;", "&#10;", "\u{a0}", "="] {
            for at in [0, 7, 40] {
                if at == 0 && element == "SignatureValue" && what != " " && what != "\t" {
                    continue;
                }
                refused(&with_text(element, |text| inserted(text, at, what)), "signature");
            }
        }
        for what in ["<!---->", "<!--x-->", "<?x?>", "<![CDATA[]]>"] {
            refused(&with_text(element, |text| inserted(text, 7, what)), "xml");
        }
        refused(&with_text(element, |text| inserted(text, 7, "<x/>")), "signature");
    }
}

/// Not white space inside of a value, but how Shibboleth and others end their lines.
#[test]
fn regular_lines_of_a_signature_value_are_read() {
    for end in ["\n", "&#13;\n", "\r\n"] {
        let lines = |text: &str| {
            let lines: Vec<&str> =
                text.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
            format!("\n{}\n", lines.join(end))
        };
        assert_eq!(post(&with_text("SignatureValue", lines)).unwrap().name_id, NAME, "{end:?}");
    }
    refused(&with_text("SignatureValue", |text| inserted(&inserted(text, 76, "\n"), 100, "\n")), "signature");
}

#[test]
fn s15_another_signed_info_is_refused() {
    let answer = Making::default().answer();
    let (_, rest) = answer.split_once("<ds:SignedInfo>").unwrap();
    let info = format!("<ds:SignedInfo>{}</ds:SignedInfo>", rest.split_once("</ds:SignedInfo>").unwrap().0);
    let evil = info.replace("_assertion1", "_evil1");
    let foreign = info
        .replace("<ds:SignedInfo>", "<evil:SignedInfo xmlns:evil=\"urn:evil\">")
        .replace("</ds:SignedInfo>", "</evil:SignedInfo>");
    for infos in [
        format!("{info}{info}"),
        format!("{evil}{info}"),
        format!("{info}{evil}"),
        foreign.clone(),
        format!("{foreign}{info}"),
        format!("{info}{foreign}"),
        format!("<ds:Object>{evil}</ds:Object>{info}"),
    ] {
        assert!(post(&answer.replacen(&info, &infos, 1)).is_err(), "{infos}");
    }
}

#[test]
fn s17_other_transforms_are_refused() {
    let xslt = "<xsl:stylesheet xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\" version=\"1.0\"></xsl:stylesheet>";
    let enveloped = algorithm("Transform", ENVELOPED, "");
    let exclusive = algorithm("Transform", EXC, "");
    let comments = format!("{EXC}WithComments");
    let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    for transforms in [
        enveloped.clone() + &algorithm("Transform", "http://www.w3.org/TR/1999/REC-xslt-19991116", xslt),
        enveloped.clone()
            + &algorithm(
                "Transform",
                "http://www.w3.org/TR/1999/REC-xpath-19991116",
                "<ds:XPath>1</ds:XPath>",
            )
            + &exclusive,
        enveloped.clone()
            + &algorithm("Transform", "http://www.w3.org/2002/06/xmldsig-filter2", "")
            + &exclusive,
        enveloped.clone() + &algorithm("Transform", "http://www.w3.org/2000/09/xmldsig#base64", ""),
        enveloped.clone() + &algorithm("Transform", &comments, ""),
        enveloped.clone() + &algorithm("Transform", inclusive, ""),
        enveloped.clone() + &exclusive + &exclusive,
        exclusive.clone() + &enveloped,
        enveloped.clone()
            + &exclusive.replace("ds:Transform", "evil:Transform").replacen(
                ' ',
                " xmlns:evil=\"urn:evil\" ",
                1,
            ),
        enveloped.clone(),
        exclusive,
        String::new(),
    ] {
        refused(&styled(&Style { transforms, ..Style::default() }), "signature");
    }
    for method in [comments.as_str(), inclusive, "urn:unknown"] {
        let canonicalization = algorithm("CanonicalizationMethod", method, "");
        refused(&styled(&Style { canonicalization, ..Style::default() }), "signature");
    }
}

#[test]
fn weak_and_foreign_algorithms_are_refused() {
    for method in [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
    ] {
        refused(&styled(&Style { method, ..Style::default() }), "algorithm");
    }
    let sha1 = Making::default()
        .answer()
        .replace("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1");
    refused(&sha1, "algorithm");
}

#[test]
fn s19_a_key_that_comes_with_the_message_is_not_believed() {
    let making = Making::default();
    let by_stranger = |key_info: Option<String>| {
        let style = Style { key_info, ..Style::default() };
        making.response(&making.signed_by(&STRANGER, &style))
    };
    refused(&by_stranger(None), "not_genuine");
    refused(&by_stranger(Some(x509(&GENUINE.certificate))), "not_genuine");
    refused(&by_stranger(Some(String::new())), "not_genuine");
    // Both, in either order.
    let [genuine, stranger] = [&GENUINE.certificate, &STRANGER.certificate].map(|one| {
        format!("<ds:X509Data><ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data>", one.to_base64())
    });
    refused(&by_stranger(Some(format!("<ds:KeyInfo>{genuine}{stranger}</ds:KeyInfo>"))), "not_genuine");
    refused(&by_stranger(Some(format!("<ds:KeyInfo>{stranger}{genuine}</ds:KeyInfo>"))), "not_genuine");
    // A way to fetch a key.
    let fetched =
        "<ds:KeyInfo><ds:RetrievalMethod URI=\"http://127.0.0.1:9/key\"></ds:RetrievalMethod></ds:KeyInfo>";
    refused(&by_stranger(Some(fetched.to_owned())), "signature");
    // The symmetric key that everybody knows.
    let hmac = Style { method: "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", ..Style::default() };
    refused(&styled(&hmac), "algorithm");
}

#[test]
fn a_changed_word_is_refused() {
    let answer = Making::default().answer();
    for (from, to) in
        [(NAME, "mallory@test"), ("staff", "root"), ("_session1", "_session2"), (US, "https://evil.test")]
    {
        let changed = answer.replace(from, to);
        assert_ne!(changed, answer);
        assert!(post(&changed).is_err(), "{from}");
    }
    let value = with_text("SignatureValue", |text| {
        let mut signature = STANDARD.decode(text).unwrap();
        signature[100] ^= 1;
        STANDARD.encode(signature)
    });
    refused(&value, "not_genuine");
}
