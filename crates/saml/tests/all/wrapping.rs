//! Unsigned answers, and genuine signatures around somebody else's words.

use crate::idp::*;

fn evil() -> Making {
    with(|made| {
        made.name = String::from("mallory@example.test");
        made.assertion_id = String::from("_evil1");
    })
}

/// Never as the attacker, and not as the genuine person either.
fn all_refused(answers: &[String]) {
    for answer in answers {
        if let Ok(read) = post(answer) {
            panic!("accepted as {}: {answer}", read.name_id);
        }
    }
}

#[test]
fn s01_an_answer_without_a_signature_is_refused() {
    let making = Making::default();
    refused(&making.response(&making.assertion()), "not_signed");
    // An empty signature is none either.
    let empty = making.assertion().replacen(
        "</saml:Issuer>",
        &format!("</saml:Issuer><ds:Signature xmlns:ds=\"{DS}\"/>"),
        1,
    );
    refused(&making.response(&empty), "signature");
    // Nor is one that is elsewhere in the message.
    let signature = Style::default().signature(&GENUINE, &making.assertion(), &making.assertion_id);
    let aside = making.assertion().replacen("<saml:Conditions", &format!("{signature}<saml:Conditions"), 1);
    let inside = making.response(&making.assertion()).replacen(
        "<samlp:StatusCode",
        &format!("{signature}<samlp:StatusCode"),
        1,
    );
    assert!(post(&inside).is_err());
    // It may stand behind the issuer only.
    refused(&making.response(&aside), "shape");
}

#[test]
fn s04_second_assertion_is_never_read() {
    let genuine = Making::default();
    let signed = genuine.signed();
    let (forged, made) = (evil().assertion(), evil());
    let inside_object = {
        let signature =
            signed.split_once("<ds:Signature").unwrap().1.split_once("</ds:Signature>").unwrap().0;
        let object = format!("<ds:Object>{}</ds:Object>", genuine.assertion());
        let signature = format!("<ds:Signature{signature}{object}</ds:Signature>");
        forged.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1)
    };
    let inside = |outer: &str, element: &str, inner: &str| {
        outer.replacen(
            "</saml:Assertion>",
            &format!("<saml:{element}>{inner}</saml:{element}></saml:Assertion>"),
            1,
        )
    };
    let extended = |inner: &str, outer: &str| {
        with(|made| made.extensions = format!("<samlp:Extensions>{inner}</samlp:Extensions>")).response(outer)
    };
    let answers = [
        made.response(&format!("{forged}{signed}")),
        made.response(&format!("{signed}{forged}")),
        made.response(&format!("{forged}{forged}{signed}")),
        extended(&signed, &forged),
        extended(&forged, &signed),
        made.response(&inside_object),
        made.response(&inside(&forged, "Advice", &signed)),
        made.response(&inside(&forged, "AttributeStatement", &signed)),
        made.response(&forged.replace("</saml:Subject>", &format!("{signed}</saml:Subject>"))),
        // A whole genuine answer around or inside a forged one.
        made.response(&forged).replacen("<samlp:Status>", &format!("{}<samlp:Status>", genuine.answer()), 1),
        // The identity provider itself vouches for advice from somebody else.
        genuine.response(&with(|made| made.more = format!("<saml:Advice>{forged}</saml:Advice>")).signed()),
        genuine.signed_response(&format!("{forged}{signed}")),
    ];
    all_refused(&answers);
    refused(&answers[0], "wrapped");
}

#[test]
fn s05_a_signature_over_another_element_is_refused() {
    let (genuine, forged) = (Making::default(), evil());
    let of = |canonical: &str, id: &str| Style::default().signature(&GENUINE, canonical, id);
    let put =
        |xml: &str, signature: &str| xml.replacen("</saml:Issuer>", &format!("</saml:Issuer>{signature}"), 1);
    // It refers to the genuine assertion, which stands elsewhere.
    let signature = of(&genuine.assertion(), "_assertion1");
    let aside = with(|made| {
        made.extensions = format!("<samlp:Extensions>{}</samlp:Extensions>", genuine.assertion());
    });
    // It refers to the response, from within the assertion; and to the assertion, from the response.
    let response = genuine.response(&genuine.assertion());
    let from_assertion = genuine.response(&put(&genuine.assertion(), &of(&response, "_response1")));
    let from_response = put(&response, &signature);
    // It refers to a part of the assertion.
    let part =
        "<saml:Issuer xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_part\">x</saml:Issuer>";
    let over_part = with(|made| made.extensions = format!("<samlp:Extensions>{part}</samlp:Extensions>"));
    all_refused(&[
        aside.response(&put(&forged.assertion(), &signature)),
        from_assertion,
        from_response,
        over_part.response(&put(&forged.assertion(), &of(part, "_part"))),
    ]);
}

#[test]
fn s06_a_reference_to_anything_but_its_own_element_is_refused() {
    let making = Making::default();
    let canonical = making.assertion();
    let transforms = Style::default().transforms;
    let whole = making.response(&canonical);
    let own = reference("#_assertion1", &transforms, &canonical);
    let references = [
        reference("", &transforms, &whole),
        reference("#_missing", &transforms, &canonical),
        reference("#", &transforms, &canonical),
        reference("#xpointer(/)", &transforms, &whole),
        reference("#xpointer(id('_assertion1'))", &transforms, &canonical),
        reference("http://127.0.0.1:9/assertion", &transforms, &canonical),
        reference("file:///etc/hostname", &transforms, &canonical),
        own.replace(" URI=\"#_assertion1\"", ""),
        own.clone() + &own,
        own.clone() + &reference("#_response1", &transforms, &whole),
        String::new(),
    ];
    for references in references {
        let style = Style { references: Some(references), ..Style::default() };
        refused(&making.response(&making.signed_by(&GENUINE, &style)), "signature");
    }
    // The signer itself is right.
    let style = Style { references: Some(own), ..Style::default() };
    assert!(post(&making.response(&making.signed_by(&GENUINE, &style))).is_ok());
}

#[test]
fn s07_an_identifier_twice_is_refused() {
    let making = Making::default();
    let answer = making.answer();
    let add = |attribute: &str| answer.replacen("<samlp:Status>", &format!("<samlp:Status {attribute}>"), 1);
    refused(&with(|made| made.response_id = "_assertion1".to_owned()).answer(), "ambiguous");
    for name in ["ID", "Id", "id", "iD"] {
        refused(&add(&format!("{name}=\"_assertion1\"")), "ambiguous");
    }
    refused(&add("xml:id=\"_assertion1\""), "xml");
    refused(&answer.replacen("<ds:Signature ", "<ds:Signature Id=\"_assertion1\" ", 1), "ambiguous");
    refused(&answer.replacen("<ds:SignedInfo>", "<ds:SignedInfo Id=\"_assertion1\">", 1), "ambiguous");
    // One that is not a name at all.
    refused(&with(|made| made.assertion_id = "' or 1=1".to_owned()).answer(), "ambiguous");
}

#[test]
fn s16_namespaces_that_confuse_readers_are_refused() {
    let (genuine, forged) = (Making::default(), evil());
    let answer = genuine.answer();
    let other = |xml: String| {
        xml.replace("<saml:Assertion ", "<evil:Assertion xmlns:evil=\"urn:evil\" ")
            .replace("</saml:Assertion>", "</evil:Assertion>")
    };
    let in_other = |name: &str| {
        let element = format!("<evil:{name} xmlns:evil=\"urn:evil\">mallory@example.test</evil:{name}>");
        with(|made| made.statements = attribute("x", &[&element])).answer()
    };
    let answers = [
        // `ID` in a namespace, before and instead of the one without.
        answer.replacen("<saml:Assertion ", "<saml:Assertion xmlns:evil=\"urn:evil\" evil:ID=\"_evil1\" ", 1),
        answer.replacen("ID=\"_assertion1\"", "saml:ID=\"_assertion1\"", 1),
        // One attribute by two names.
        answer.replacen("Destination=", &format!("samlp:Destination=\"{ACS}\" Destination="), 1),
        // A prefix that means something else further in.
        answer.replacen("<samlp:Status>", "<samlp:Status xmlns:saml=\"urn:evil\">", 1),
        answer.replacen("<ds:KeyInfo>", "<ds:KeyInfo xmlns:saml=\"urn:evil\">", 1),
        answer.replacen("<ds:SignatureValue>", "<ds:SignatureValue xmlns:ds=\"urn:evil\">", 1),
        // Elements that have the right local name only.
        genuine.response(&format!("{}{}", other(forged.assertion()), genuine.signed())),
        genuine.response(&other(genuine.signed())),
        in_other("NameID"),
        in_other("Issuer"),
        in_other("Assertion"),
        in_other("Audience"),
        // The prefix xml: by another name.
        answer.replacen(
            "<samlp:Status>",
            "<samlp:Status xmlns:y=\"http://www.w3.org/XML/1998/namespace\" y:id=\"a\">",
            1,
        ),
    ];
    all_refused(&answers);
}
