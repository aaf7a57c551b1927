//! Signs XML of our own making. It is written in canonical form in the first place (attributes in order, no empty
//! element closed in itself, namespaces where they are used), so what is digested is what is sent.

use crate::names::{DSIG, ENVELOPED, EXC_C14N, RSA_SHA256, SHA256};
use crate::own::OwnKey;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The end of the element behind which a signature stands in every SAML message.
const PLACE: &str = "</saml:Issuer>";

/// Puts an enveloped signature into canonical XML, behind its first issuer. None if it has no issuer.
pub(crate) fn envelope(canonical: &str, id: &str, key: &OwnKey) -> Option<String> {
    let at = canonical.find(PLACE)? + PLACE.len();
    let (before, after) = canonical.split_at_checked(at)?;
    let digest = STANDARD.encode(digest::digest(&digest::SHA256, canonical.as_bytes()));
    let info = format!(
        "<ds:SignedInfo xmlns:ds=\"{DSIG}\"><ds:CanonicalizationMethod Algorithm=\"{EXC_C14N}\">\
         </ds:CanonicalizationMethod><ds:SignatureMethod Algorithm=\"{RSA_SHA256}\"></ds:SignatureMethod>\
         <ds:Reference URI=\"#{id}\"><ds:Transforms><ds:Transform Algorithm=\"{ENVELOPED}\"></ds:Transform>\
         <ds:Transform Algorithm=\"{EXC_C14N}\"></ds:Transform></ds:Transforms>\
         <ds:DigestMethod Algorithm=\"{SHA256}\"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue>\
         </ds:Reference></ds:SignedInfo>"
    );
    let value = STANDARD.encode(key.sign(info.as_bytes())?);
    let certificate = key.certificate().to_base64();
    Some(format!(
        "{before}<ds:Signature xmlns:ds=\"{DSIG}\">{info}<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo>\
         <ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
         </ds:Signature>{after}"
    ))
}
