//! What a signature may look like: one reference to the element that it stands in, enveloped and exclusively
//! canonicalized, RSA with SHA-2, and nothing that another reader could understand differently.

use crate::names;
use crate::refused::Refused;
use crate::xml::Element;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Judges the form of a signature over the element of this id. Says nothing about whether it verifies.
pub(crate) fn judge(signature: &Element, id: &str) -> Result<(), Refused> {
    let (info, value) = match signature.children.as_slice() {
        [info, value] => (info, value),
        [info, value, key] if key.is(names::DSIG, "KeyInfo") => {
            judge_key_info(key)?;
            (info, value)
        }
        _ => {
            return Err(Refused::Signature(
                "it holds more or less than one SignedInfo, one value and one key",
            ));
        }
    };
    if !info.is(names::DSIG, "SignedInfo") || !value.is(names::DSIG, "SignatureValue") {
        return Err(Refused::Signature("its parts are not those of XML Signature"));
    }
    if !signature.has_no_text() || !info.has_no_text() {
        return Err(Refused::Signature("it holds text between its parts"));
    }
    judge_info(info, id)?;
    judge_value(value)
}

fn judge_info(info: &Element, id: &str) -> Result<(), Refused> {
    let [canonicalization, method, reference] = info.children.as_slice() else {
        return Err(Refused::Signature("it has not exactly one reference"));
    };
    if !canonicalization.is(names::DSIG, "CanonicalizationMethod")
        || !method.is(names::DSIG, "SignatureMethod")
        || !reference.is(names::DSIG, "Reference")
    {
        return Err(Refused::Signature("its SignedInfo is not that of XML Signature"));
    }
    exclusive(canonicalization)?;
    if !method.children.is_empty() {
        return Err(Refused::Signature("its method has parameters"));
    }
    let allowed = [names::RSA_SHA256, names::RSA_SHA384, names::RSA_SHA512];
    if !method.attribute("Algorithm").is_some_and(|algorithm| allowed.contains(&algorithm)) {
        return Err(Refused::Algorithm);
    }
    judge_reference(reference, id)
}

fn judge_reference(reference: &Element, id: &str) -> Result<(), Refused> {
    let own = reference.attribute("URI").and_then(|uri| uri.strip_prefix('#')) == Some(id);
    if !own || reference.attributes.len() != 1 {
        return Err(Refused::Signature("it does not refer to the element that it stands in"));
    }
    let [transforms, method, value] = reference.children.as_slice() else {
        return Err(Refused::Signature("its reference has more or less than transforms, method and value"));
    };
    if !transforms.is(names::DSIG, "Transforms")
        || !method.is(names::DSIG, "DigestMethod")
        || !value.is(names::DSIG, "DigestValue")
    {
        return Err(Refused::Signature("its reference is not that of XML Signature"));
    }
    match transforms.children.as_slice() {
        [enveloped, canonicalization]
            if enveloped.is(names::DSIG, "Transform")
                && enveloped.attribute("Algorithm") == Some(names::ENVELOPED)
                && enveloped.children.is_empty()
                && canonicalization.is(names::DSIG, "Transform") =>
        {
            exclusive(canonicalization)?;
        }
        _ => {
            return Err(Refused::Signature(
                "its transforms are not enveloped signature and exclusive canonicalization",
            ));
        }
    }
    let length = match method.attribute("Algorithm") {
        Some(names::SHA256) => 32,
        Some(names::SHA384) => 48,
        Some(names::SHA512) => 64,
        _ => return Err(Refused::Algorithm),
    };
    let digest = value.plain_text().and_then(|text| STANDARD.decode(text).ok());
    if !method.children.is_empty() || digest.is_none_or(|digest| digest.len() != length) {
        return Err(Refused::Signature("its digest is not plain base64"));
    }
    Ok(())
}

/// Exclusive canonicalization without comments, with or without a list of prefixes.
fn exclusive(method: &Element) -> Result<(), Refused> {
    let list_only = match method.children.as_slice() {
        [] => true,
        [list] => list.is(names::EXC_C14N, "InclusiveNamespaces") && list.children.is_empty(),
        _ => false,
    };
    if method.attribute("Algorithm") != Some(names::EXC_C14N) || !list_only {
        return Err(Refused::Signature("its canonicalization is not the exclusive one without comments"));
    }
    Ok(())
}

/// Base64 on one line, or broken into lines of one length as some signers do; no other white space.
fn judge_value(value: &Element) -> Result<(), Refused> {
    let refused = Refused::Signature("its value is not plain base64");
    let text = value.plain_text().ok_or_else(|| refused.clone())?;
    let text = text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).unwrap_or(text);
    let text = text.strip_suffix('\n').unwrap_or(text);
    let lines: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let (last, full) = lines.split_last().ok_or_else(|| refused.clone())?;
    let width = full.first().map_or(0, |line| line.len());
    let even = full.iter().all(|line| line.len() == width) && (full.is_empty() || last.len() <= width);
    let usual = full.is_empty() || matches!(width, 60 | 64 | 72 | 76);
    let signature = STANDARD.decode(lines.concat()).map_err(|_| refused.clone())?;
    if !even || !usual || signature.len() < 256 {
        return Err(refused);
    }
    Ok(())
}

/// A hint of the key, which is not followed: certificates come from the connection alone. It stands outside of what
/// is signed, so it holds what the specification has for it and nothing else.
fn judge_key_info(key: &Element) -> Result<(), Refused> {
    let mut plain = true;
    key.walk(&mut |element| {
        let known = match element.name.as_str() {
            "KeyInfo" | "KeyValue" | "RSAKeyValue" | "X509Data" | "X509IssuerSerial" => {
                !element.children.is_empty() && element.has_no_text()
            }
            "KeyName" | "X509IssuerName" | "X509SerialNumber" | "X509SubjectName" => {
                element.children.is_empty()
            }
            "Modulus" | "Exponent" | "X509Certificate" | "X509SKI" => {
                element.plain_text().is_some_and(is_base64)
            }
            _ => false,
        };
        plain &= known && element.namespace == names::DSIG && element.attributes.is_empty();
    });
    if plain { Ok(()) } else { Err(Refused::Signature("its key is described in a way that is not allowed")) }
}

fn is_base64(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(text).is_ok()
}
