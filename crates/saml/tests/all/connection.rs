//! The connection's certificates over time.

use crate::idp::*;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use sallyport_saml::{Certificate, Expected, OwnKey, OwnKeyRefused, Provider, ServiceProvider};
use zeroize::Zeroizing;

fn finish(certificates: &[&Certificate], at: DateTime<Utc>, by: &Signer) -> Result<String, &'static str> {
    let making = with(|made| {
        made.issued = at;
        made.response_issued = at;
        made.until = at + TimeDelta::minutes(5);
    });
    let provider = Provider { certificates: certificates.iter().copied().cloned().collect(), ..provider() };
    let posted = STANDARD.encode(making.response(&making.signed_by(by, &Style::default())));
    let expected = Expected { now: at, ..expected() };
    let read = service().finish(&provider, posted.as_bytes(), &expected);
    read.map(|read| read.name_id).map_err(|refused| refused.code())
}

#[test]
fn s20_expired_and_retired_certificates_sign_nothing() {
    let (genuine, stranger) = (&GENUINE.certificate, &STRANGER.certificate);
    let renewed = Signer::new(genuine.not_after - TimeDelta::days(30));
    let (before, after) = (genuine.not_after - TimeDelta::days(1), genuine.not_after + TimeDelta::days(1));
    assert_eq!(finish(&[genuine], before, &GENUINE).as_deref(), Ok(NAME));
    assert_eq!(finish(&[genuine], after, &GENUINE), Err("certificate_expired"));
    assert_eq!(
        finish(&[genuine], genuine.not_before - TimeDelta::days(1), &GENUINE),
        Err("certificate_expired")
    );
    // While both are listed, both sign; the old one until its end.
    let both = [genuine, &renewed.certificate];
    assert_eq!(finish(&both, before, &GENUINE).as_deref(), Ok(NAME));
    assert_eq!(finish(&both, before, &renewed).as_deref(), Ok(NAME));
    assert_eq!(finish(&both, after, &renewed).as_deref(), Ok(NAME));
    assert_eq!(finish(&both, after, &GENUINE), Err("certificate_expired"));
    // Taken out of the metadata, it signs nothing more.
    assert_eq!(finish(&[&renewed.certificate], before, &GENUINE), Err("not_genuine"));
    assert_eq!(finish(&both, before, &STRANGER), Err("not_genuine"));
    assert_eq!(finish(&[genuine, stranger], after, &renewed), Err("certificate_expired"));
    assert!(
        service()
            .start(&Provider { certificates: vec![genuine.clone()], ..provider() }, None, after)
            .is_err()
    );
}

#[test]
fn our_key_and_its_certificate_belong_together() {
    let key = our_key();
    assert!(key.certificate().supported && key.certificate().is_valid(now()));
    assert_eq!(key.certificate().subject, "CN=sallyport.test");
    assert_eq!(key.certificate().fingerprint.len(), 64);
    let parts = |pkcs8: &[u8], certificate: &[u8]| {
        OwnKey::from_parts(Zeroizing::new(pkcs8.to_vec()), certificate).map(|key| key.certificate().clone())
    };
    assert_eq!(parts(key.pkcs8(), &key.certificate().der).as_ref(), Ok(key.certificate()));
    assert_eq!(parts(key.pkcs8(), &GENUINE.certificate.der), Err(OwnKeyRefused::Certificate));
    assert_eq!(parts(key.pkcs8(), b"x"), Err(OwnKeyRefused::Certificate));
    assert_eq!(parts(b"x", &key.certificate().der), Err(OwnKeyRefused::Key));
    assert!(!format!("{key:?}").contains("pkcs8"));
}

#[test]
fn our_metadata_announces_both_certificates_of_a_change() {
    let next = OwnKey::generate("sallyport.test", now()).unwrap();
    let service = service().with_other_certificate(next.certificate().clone());
    let metadata = service.metadata();
    for part in [
        &format!("entityID=\"{US}\""),
        "AuthnRequestsSigned=\"true\" WantAssertionsSigned=\"true\"",
        &format!("Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" Location=\"{ACS}\" index=\"0\""),
        &format!("Location=\"{SLO}\""),
        &our_key().certificate().to_base64(),
        &next.certificate().to_base64(),
    ] {
        assert!(metadata.contains(part), "{part} is not in {metadata}");
    }
    assert_eq!(metadata.matches("<md:KeyDescriptor use=\"signing\">").count(), 2);
    assert!(!metadata.contains("encryption"));
}

#[test]
fn an_address_that_would_not_survive_metadata_is_refused() {
    for address in [
        "",
        "sallyport.test",
        "ftp://x",
        "https://",
        "https://a b",
        "https://a\"b",
        "http://evil.test/acs",
        "https://a@b/",
    ] {
        let refused = ServiceProvider::new(US, address, None, our_key()).err();
        assert_eq!(refused, Some(OwnKeyRefused::Address), "{address}");
    }
    assert!(ServiceProvider::new(US, "http://127.0.0.1:8080/acs", None, our_key()).is_ok());
}
