//! Metadata of identity providers, as imported by an administrator.

use crate::idp::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use sallyport_saml::{MetadataRefused, Problem, Provider, Rules, metadata};

const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";

fn key(purpose: &str) -> String {
    let lines: Vec<String> = GENUINE
        .certificate
        .to_base64()
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8(line.to_vec()).unwrap())
        .collect();
    format!(
        "<KeyDescriptor{purpose}><ds:KeyInfo xmlns:ds=\"{DS}\"><ds:X509Data><ds:X509Certificate>\n{}\n\
         </ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>",
        lines.join("\n")
    )
}

fn entity(id: &str, inside: &str) -> String {
    format!(
        "<EntityDescriptor xmlns=\"{MD}\" entityID=\"{id}\"><!-- made by hand --><IDPSSODescriptor \
         WantAuthnRequestsSigned=\"true\" protocolSupportEnumeration=\"urn:x {SAMLP}\">{inside}\
         </IDPSSODescriptor></EntityDescriptor>"
    )
}

fn service(kind: &str, binding: &str, location: &str) -> String {
    format!("<{kind} Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:{binding}\" Location=\"{location}\"/>")
}

fn addresses() -> String {
    service("SingleLogoutService", "HTTP-Redirect", "https://idp.test/slo")
        + &service("SingleSignOnService", "SOAP", "http://idp.test/soap")
        + &service("SingleSignOnService", "HTTP-Redirect", "https://idp.test/sso?a=1&amp;b=2")
        + &service("SingleSignOnService", "HTTP-POST", "https://idp.test/sso")
}

fn read(xml: &str) -> Result<Provider, MetadataRefused> {
    metadata::read(xml.as_bytes(), Rules::default())
}

#[test]
fn metadata_is_read() {
    let xml = entity(IDP, &(key(" use=\"signing\"") + &key(" use=\"encryption\"") + &addresses()));
    let provider = read(&format!("\u{feff}<?xml version=\"1.0\"?>{xml}")).unwrap();
    assert_eq!(provider.entity_id, IDP);
    assert_eq!(provider.sso_redirect.as_deref(), Some("https://idp.test/sso?a=1&b=2"));
    assert_eq!(provider.sso_post.as_deref(), Some("https://idp.test/sso"));
    assert_eq!(provider.slo_redirect.as_deref(), Some("https://idp.test/slo"));
    assert_eq!(provider.slo_post, None);
    assert!(provider.wants_signed_requests);
    assert_eq!(provider.certificates, std::slice::from_ref(&GENUINE.certificate));
    assert_eq!(provider.problems(now()), []);
    // As the server keeps it.
    let kept = serde_json::to_string(&provider).unwrap();
    assert_eq!(serde_json::from_str::<Provider>(&kept).unwrap(), provider);
    // A collection of one is fine, and one with service providers beside it.
    let sp = format!("<EntityDescriptor xmlns=\"{MD}\" entityID=\"x\"/>");
    let of = |inside: &str| format!("<m:EntitiesDescriptor xmlns:m=\"{MD}\">{inside}</m:EntitiesDescriptor>");
    assert_eq!(read(&of(&(sp + &xml))).unwrap(), provider);
    assert_eq!(read(&of(&(xml.clone() + &xml))), Err(MetadataRefused::Several(2)));
}

#[test]
fn s02_metadata_without_a_signing_certificate_is_never_used() {
    for (keys, problem) in [
        (String::new(), Problem::NoCertificate),
        (key(" use=\"encryption\""), Problem::NoCertificate),
        (key(""), Problem::KeyWithoutUse),
        (key(" use=\"signing\"") + &key(""), Problem::KeyWithoutUse),
        (key(" use=\"signature\""), Problem::KeyWithoutUse),
    ] {
        let provider = read(&entity(IDP, &(keys + &addresses()))).unwrap();
        let problems = provider.problems(now());
        assert_eq!(problems.first(), Some(&problem), "what an admin reads first: {problems:?}");
        // Nobody is sent there, and nobody who comes from there is let in.
        let service = crate::idp::service();
        assert_eq!(service.start(&provider, None, now()).unwrap_err().code(), "unusable");
        for answer in [Making::default().answer(), Making::default().response(&Making::default().assertion())]
        {
            let refused =
                service.finish(&provider, STANDARD.encode(answer).as_bytes(), &expected()).unwrap_err();
            assert_eq!(refused.code(), "unusable");
        }
    }
    let provider = read(&entity(IDP, &key(" use=\"signing\""))).unwrap();
    assert_eq!(provider.problems(now()), [Problem::NoAddress]);
    let late = GENUINE.certificate.not_after + TimeDelta::days(1);
    assert_eq!(provider.problems(late), [Problem::NoAddress, Problem::Expired]);
}

#[test]
fn metadata_of_anything_else_is_refused() {
    let signing = key(" use=\"signing\"");
    let at = |location: &str| read(&entity(IDP, &service("SingleSignOnService", "HTTP-POST", location)));
    for location in [
        "http://idp.test/sso",
        "javascript:alert(1)",
        "/sso",
        "https://",
        "https://idp.test@evil.test/",
        "HTTPS://idp.test/",
        "http://127.0.0.1:80/sso",
        "https://idp.test/#x",
        "https://idp.test/ x",
    ] {
        assert_eq!(at(location), Err(MetadataRefused::Address(location.to_owned())), "{location}");
    }
    let loopback = |location: &str| {
        let xml = entity(IDP, &service("SingleSignOnService", "HTTP-POST", location));
        metadata::read(xml.as_bytes(), Rules { allow_loopback_http: true }).is_ok()
    };
    assert!(
        loopback("http://127.0.0.1:8080/sso")
            && loopback("http://localhost/sso")
            && loopback("http://[::1]:80/")
    );
    assert!(
        !loopback("http://127.0.0.1.evil.test/")
            && !loopback("http://idp.test/")
            && !loopback("http://localhost:x/")
    );
    for id in ["", "a b", "&lt;a", "&quot;"] {
        assert_eq!(read(&entity(id, &signing)), Err(MetadataRefused::EntityId), "{id}");
    }
    let broken = signing.replace("MII", "AAA");
    assert_eq!(read(&entity(IDP, &broken)), Err(MetadataRefused::Certificate));
    let saml1 = entity(IDP, &signing).replace("SAML:2.0:protocol", "SAML:1.1:protocol");
    assert_eq!(read(&saml1), Err(MetadataRefused::NotAProvider));
    assert_eq!(read("<a/>"), Err(MetadataRefused::NotAProvider));
    let xml = entity(IDP, &signing);
    for bad in [
        format!("<!DOCTYPE a>{xml}"),
        format!("{xml}<?x?>"),
        xml.replace("made by", "<![CDATA[x]]>"),
        "<a".to_owned(),
        String::new(),
    ] {
        assert!(matches!(read(&bad), Err(MetadataRefused::Xml(_))), "{bad}");
    }
    let large = format!("{xml}{}", " ".repeat(sallyport_saml::LARGEST_METADATA));
    assert_eq!(read(&large), Err(MetadataRefused::TooLarge));
}
