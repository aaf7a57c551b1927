//! What an attacker or a confused provider would try; none of it signs anybody in.

use super::idp::{self, CLIENT, Idp, SECRET, jwk, key, parameter, signed};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm as Alg, EncodingKey, Header};
use sallyport_oidc::{Algorithm, Callback, Freshness, Provider};
use serde_json::{Value, json};

#[tokio::test]
async fn o01_a_missing_wrong_or_foreign_state_is_refused_before_anything_is_asked() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    let other = connection.start(None, Freshness::Any).unwrap();
    let foreign = other.flow.state().to_owned();
    for state in [None, Some(String::new()), Some("x".to_owned()), Some(foreign)] {
        let started = connection.start(None, Freshness::Any).unwrap();
        let answer =
            Callback { state, code: Some("code-1".to_owned()), iss: Some(idp.issuer()), error: None };
        let refused = connection.finish(&idp.outbound(), started.flow, answer, idp::now()).await.unwrap_err();
        assert_eq!(refused.code(), "state_mismatch");
    }
    assert!(idp.verifiers().is_empty(), "no code was exchanged");
}

#[tokio::test]
async fn o02_a_missing_or_other_nonce_is_refused_and_so_is_an_old_token() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    for nonce in [json!("another"), json!(""), Value::Null] {
        idp.tell(|lies| lies.set("nonce", nonce.clone()));
        assert_eq!(idp.whole(&connection).await.unwrap_err().code(), "id_token_refused", "{nonce}");
    }
    // The token of one sign-in shown at another: its nonce is the first one's.
    let first = connection.start(None, Freshness::Any).unwrap();
    let nonce = parameter(&first.url, "nonce");
    idp.tell(|lies| lies.set("nonce", json!(nonce)));
    assert_eq!(idp.whole(&connection).await.unwrap_err().code(), "id_token_refused");
}

#[tokio::test]
async fn every_sign_in_has_a_verifier_of_its_own() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    idp.whole(&connection).await.unwrap();
    idp.whole(&connection).await.unwrap();
    let verifiers = idp.verifiers();
    assert!(verifiers.len() == 2 && verifiers[0] != verifiers[1] && verifiers[0].len() >= 43);
}

#[tokio::test]
async fn o04_the_answer_of_another_provider_is_refused() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    for iss in [Some("https://evil.example".to_owned()), Some(format!("{}/", idp.issuer())), None] {
        let started = connection.start(None, Freshness::Any).unwrap();
        let state = Some(started.flow.state().to_owned());
        let answer = Callback { state, code: Some("code-1".to_owned()), iss, error: None };
        let refused = connection.finish(&idp.outbound(), started.flow, answer, idp::now()).await.unwrap_err();
        assert_eq!(refused.code(), "issuer_mismatch");
    }
    assert!(idp.verifiers().is_empty(), "no code went to the wrong place");
    // And in the token itself.
    for iss in ["https://evil.example".to_owned(), format!("{}/", idp.issuer())] {
        idp.tell(|lies| lies.set("iss", json!(iss)));
        assert_eq!(idp.whole(&connection).await.unwrap_err().code(), "id_token_refused");
    }
}

#[tokio::test]
async fn o05_a_document_of_another_issuer_is_refused() {
    let idp = Idp::start().await;
    for issuer in ["https://evil.example".to_owned(), format!("{}/", idp.issuer())] {
        idp.tell(|lies| {
            lies.document.insert("issuer".to_owned(), json!(issuer));
        });
        assert_eq!(idp.read().await.unwrap_err().code(), "discovery_refused");
    }
}

#[tokio::test]
async fn o06_documents_and_keys_are_had_without_detours_and_not_from_inside() {
    let (idp, inside) = (Idp::start().await, Idp::start().await);
    for what in ["document", "keys"] {
        let to = format!("{}/{what}", inside.issuer());
        idp.tell(|lies| lies.redirect = Some((what, to)));
        assert_eq!(idp.read().await.unwrap_err().code(), "discovery_refused", "{what}");
    }
    idp.tell(|lies| {
        lies.redirect = None;
        lies.document.insert("jwks_uri".to_owned(), json!(format!("{}/keys", inside.issuer())));
    });
    assert_eq!(idp.read().await.unwrap_err().code(), "address_never_asked");
    for address in ["file:///etc/passwd", "https://a@internal/", "https://169.254.169.254/keys"] {
        idp.tell(|lies| {
            lies.document.insert("jwks_uri".to_owned(), json!(address));
        });
        let code = idp.read().await.unwrap_err().code();
        assert!(
            matches!(
                code,
                "endpoint_refused" | "address_never_asked" | "address_refused" | "discovery_refused"
            ),
            "{address}: {code}"
        );
    }
}

#[tokio::test]
async fn o07_keys_of_one_provider_never_count_for_another() {
    let (a, b) = (Idp::start().await, Idp::start().await);
    // B publishes A's key name with a key of its own, and signs for A.
    b.tell(|lies| {
        lies.keys = vec![jwk(1, "key-1")];
        lies.sign = signed(1, "key-1");
    });
    let (of_a, of_b) = (a.connection().await, b.connection().await);
    b.whole(&of_b).await.unwrap();
    a.tell(|lies| lies.sign = signed(1, "key-1"));
    assert_eq!(a.whole(&of_a).await.unwrap_err().code(), "id_token_refused");
}

#[tokio::test]
async fn o09_only_the_pinned_algorithm_counts_whatever_the_token_says() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    let shared: Box<dyn Fn(&Value) -> String + Send> = Box::new(|claims| {
        jsonwebtoken::encode(&Header::new(Alg::HS256), claims, &EncodingKey::from_secret(SECRET.as_bytes()))
            .unwrap()
    });
    let none: Box<dyn Fn(&Value) -> String + Send> = Box::new(|claims| {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&json!({ "alg": "none" })), part(claims))
    });
    let longer: Box<dyn Fn(&Value) -> String + Send> = Box::new(|claims| {
        let mut header = Header::new(Alg::RS512);
        header.kid = Some("key-1".to_owned());
        jsonwebtoken::encode(&header, claims, &key(0).encoding).unwrap()
    });
    for (what, sign) in [("the client's secret", shared), ("none", none), ("RS512", longer)] {
        idp.tell(|lies| lies.sign = sign);
        let refused = idp.whole(&connection).await.unwrap_err();
        assert!(matches!(refused.code(), "id_token_refused" | "exchange_failed"), "{what}: {refused}");
    }
    // RS256 where ES256 is registered.
    idp.tell(|lies| lies.sign = signed(0, "key-1"));
    let strict = sallyport_oidc::Connection { algorithm: Algorithm::Es256, ..connection };
    assert_eq!(idp.whole(&strict).await.unwrap_err().code(), "id_token_refused");
}

#[tokio::test]
async fn a_token_for_somebody_else_or_of_another_time_or_changed_is_refused() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    let truth = idp.tell(|lies| lies.claims.clone());
    for (name, value) in [
        ("aud", json!("another")),
        ("aud", json!([CLIENT, "another"])),
        ("aud", json!([])),
        ("azp", json!("another")),
        ("exp", json!(idp::NOW - 61)),
        ("iat", json!(idp::NOW - 301)),
        ("iat", json!(idp::NOW + 61)),
        ("sub", json!("")),
    ] {
        idp.tell(|lies| {
            lies.claims = truth.clone();
            lies.set(name, value.clone());
        });
        let refused = idp.whole(&connection).await.unwrap_err();
        assert!(matches!(refused.code(), "id_token_refused" | "claims_refused"), "{name} {value}: {refused}");
    }
    idp.tell(|lies| {
        lies.claims = truth;
        lies.sign = Box::new(|claims| {
            let token = signed(0, "key-1")(claims);
            let (head, signature) = token.rsplit_once('.').unwrap();
            let (header, _) = head.split_once('.').unwrap();
            let mut claims = claims.clone();
            claims["sub"] = json!("mallory");
            format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(claims.to_string()))
        });
    });
    assert_eq!(idp.whole(&connection).await.unwrap_err().code(), "id_token_refused");
}

#[tokio::test]
async fn o11_only_the_boolean_true_makes_an_address_verified() {
    let idp = Idp::start().await;
    let connection = idp.connection().await;
    for (value, verified) in [
        (json!(true), true),
        (json!(false), false),
        (json!("true"), false),
        (json!("false"), false),
        (json!(1), false),
        (Value::Null, false),
    ] {
        idp.tell(|lies| lies.set("email_verified", value.clone()));
        // A provider that says it in another type is not understood at all; nobody comes in by it.
        if let Ok(finished) = idp.whole(&connection).await {
            assert_eq!(finished.identity.email_verified, verified, "{value}");
        } else {
            assert!(!verified, "{value}");
        }
    }
    idp.tell(|lies| {
        lies.claims.remove("email_verified");
    });
    assert!(!idp.whole(&connection).await.unwrap().identity.email_verified);
}

#[tokio::test]
async fn f09_what_a_provider_answers_is_in_no_error() {
    let idp = Idp::start().await;
    idp.tell(|lies| {
        lies.document.insert("response_types_supported".to_owned(), json!("canary-4711"));
    });
    let error = Provider::read(&idp.outbound(), &idp.issuer()).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
}
