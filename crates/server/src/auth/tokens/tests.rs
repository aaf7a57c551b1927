//! Forged, malformed and misused tokens: each is refused, and nothing in it is acted on. `verify` takes bytes
//! and a clock and reaches no file, no database and no network, so what it does not do with a `kid` or a `jku`
//! needs no counter.

use super::super::keys::ring::header_of;
use super::*;
use aws_lc_rs::hmac;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use sallyport_secrets::SigningKey;
use serde_json::{Value, json};

const ISSUER: &str = "https://gate.example.com";

struct Bench {
    clock: Clock,
    keys: TokenKeys,
    ring: Arc<Ring>,
    claims: Value,
}

impl Bench {
    fn new() -> Self {
        let clock = Clock::default();
        let keys = TokenKeys::new(ISSUER, Ring::new(SigningKey::generate().unwrap(), [])).unwrap();
        let now = clock.now().timestamp();
        let claims = json!({
            "iss": ISSUER, "aud": "sallyport", "sub": clock.new_id(), "sid": clock.new_id(), "epo": 1,
            "iat": now, "exp": now + 300, "jti": clock.new_id(),
        });
        let ring = keys.ring();
        Self { clock, keys, ring, claims }
    }

    fn signing(&self) -> &SigningKey {
        self.ring.signing()
    }

    fn takes(&self, token: &str) -> bool {
        self.keys.verify(token, &self.clock).is_some()
    }

    /// Our own claims, changed by `change`, under our own header and a good signature.
    fn with(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.claims.clone();
        change(&mut claims);
        self.keys.sign_claims(claims.to_string().as_bytes()).unwrap()
    }

    /// Our own claims under another header, with a good Ed25519 signature by our own key.
    fn under(&self, header: &str) -> String {
        let signed = format!("{}.{}", b64(header.as_bytes()), b64(self.claims.to_string().as_bytes()));
        let signature = self.signing().sign(signed.as_bytes()).unwrap();
        format!("{signed}.{}", b64(&signature))
    }

    fn header_with(&self, name: &str, value: &Value) -> String {
        let mut header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": self.signing().key_id() });
        header[name] = value.clone();
        header.to_string()
    }
}

fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn our_own_token_is_taken_and_an_independent_library_agrees() {
    let bench = Bench::new();
    let (user, session) = (UserId::new(&bench.clock), UserSessionId::new(&bench.clock));
    let token = bench.keys.sign(user, session, 7, &bench.clock).unwrap();
    let claims = bench.keys.verify(&token, &bench.clock).unwrap();
    assert_eq!((claims.user_id(), claims.handle(), claims.epoch()), (user, session, 7));

    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_audience(&["sallyport"]);
    rules.set_issuer(&[ISSUER]);
    let public = DecodingKey::from_ed_components(&b64(&bench.signing().public_key())).unwrap();
    let read = jsonwebtoken::decode::<Value>(&token, &public, &rules).unwrap();
    assert_eq!(read.claims["sid"], json!(session));
    assert_eq!(read.header.typ.as_deref(), Some("at+jwt"));
}

#[test]
fn a_retired_key_still_verifies_and_the_newest_signs() {
    let bench = Bench::new();
    let old = bench.with(|_| ());
    let newest = SigningKey::generate().unwrap();
    let header = header_of(&newest.key_id());
    let Bench { clock, keys, ring, .. } = bench;
    keys.replace(Ring::new(newest, [ring.signing().public_key()]));
    assert_eq!(keys.verify(&old, &clock).unwrap().key_id(), ring.signing().key_id());
    let token = keys.sign(UserId::new(&clock), UserSessionId::new(&clock), 1, &clock).unwrap();
    assert!(token.starts_with(&header));
}

#[test]
fn j01_no_algorithm_is_no_signature() {
    let bench = Bench::new();
    let kid = bench.signing().key_id();
    let claims = b64(bench.claims.to_string().as_bytes());
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        for header in [
            json!({ "alg": alg, "typ": "at+jwt", "kid": kid }),
            json!({ "alg": alg }),
            json!({ "typ": "at+jwt" }),
        ] {
            let signed = format!("{}.{claims}", b64(header.to_string().as_bytes()));
            assert!(!bench.takes(&format!("{signed}.")), "{header}");
            assert!(!bench.takes(&signed), "{header}");
            assert!(!bench.takes(&bench.under(&header.to_string())), "{header}");
        }
    }
    assert!(!bench.takes(&format!("{}.{claims}.", header_of(&kid))), "our header, empty signature");
}

#[test]
fn j02_j06_an_hmac_is_no_signature_whatever_its_key() {
    let bench = Bench::new();
    let public = bench.signing().public_key();
    // SubjectPublicKeyInfo of RFC 8410 section 4: twelve fixed bytes before the key.
    let der = [&hex::decode("302a300506032b6570032100").unwrap()[..], &public].concat();
    let encoded = base64::engine::general_purpose::STANDARD.encode(&der);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{encoded}\n-----END PUBLIC KEY-----\n");
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": b64(&public) }).to_string();
    let secrets =
        [&public[..], &der, pem.as_bytes(), jwk.as_bytes(), b64(&public).as_bytes(), b""].map(<[u8]>::to_vec);
    for secret in secrets {
        for kid in [bench.signing().key_id(), String::new()] {
            let mut header = Header::new(Algorithm::HS256);
            header.typ = Some("at+jwt".to_owned());
            header.kid = Some(kid.clone());
            let token =
                jsonwebtoken::encode(&header, &bench.claims, &EncodingKey::from_secret(&secret)).unwrap();
            assert!(!bench.takes(&token), "kid {kid:?}");
            // And under the very header of our own tokens.
            let signed = format!("{}.{}", header_of(&kid), b64(bench.claims.to_string().as_bytes()));
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), signed.as_bytes());
            assert!(!bench.takes(&format!("{signed}.{}", b64(tag.as_ref()))));
        }
    }
}

#[test]
fn j04_a_header_that_names_another_key_is_not_followed() {
    let bench = Bench::new();
    let stranger = SigningKey::generate().unwrap();
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": b64(&stranger.public_key()) });
    for (name, value) in [
        ("jku", json!("https://evil.example.com/keys.json")),
        ("x5u", json!("https://evil.example.com/chain.pem")),
        ("x5c", json!(["MIIB"])),
        ("jwk", jwk),
    ] {
        let header = bench.header_with(name, &value);
        assert!(!bench.takes(&bench.under(&header)), "{name}, signed by us");
        let signed = format!("{}.{}", b64(header.as_bytes()), b64(bench.claims.to_string().as_bytes()));
        let signature = stranger.sign(signed.as_bytes()).unwrap();
        assert!(!bench.takes(&format!("{signed}.{}", b64(&signature))), "{name}, signed by the named key");
    }
}

#[test]
fn j05_a_strange_key_id_names_nothing() {
    let bench = Bench::new();
    let other = SigningKey::generate().unwrap().key_id();
    let long = "k".repeat(65_536);
    let upper = bench.signing().key_id().to_uppercase() + " ";
    for kid in ["../../dev/null", "' OR 1=1 --", "\u{0}", "", &long, &other, &upper] {
        assert!(!bench.takes(&bench.under(&bench.header_with("kid", &json!(kid)))), "{kid:.40}");
    }
    for kid in [json!(null), json!(0), json!([bench.signing().key_id()])] {
        assert!(!bench.takes(&bench.under(&bench.header_with("kid", &kid))), "{kid}");
    }
}

#[test]
fn j07_another_kind_of_token_is_no_access_token() {
    let bench = Bench::new();
    for typ in ["JWT", "jwt", "id+jwt", "rt+jwt", "reset+jwt", "AT+JWT", "application/at+jwt", ""] {
        assert!(!bench.takes(&bench.under(&bench.header_with("typ", &json!(typ)))), "{typ}");
    }
    let opaque = super::super::opaque::OpaqueToken::new().unwrap().reveal().unwrap();
    assert!(!bench.takes(&opaque));
}

#[test]
fn j09_the_audience_is_us_alone() {
    let bench = Bench::new();
    assert!(bench.takes(&bench.with(|_| ())));
    for aud in [
        json!("other"),
        json!("Sallyport"),
        json!("sallyport "),
        json!(["sallyport"]),
        json!(["sallyport", "other"]),
        json!(null),
    ] {
        assert!(!bench.takes(&bench.with(|claims| claims["aud"] = aud.clone())), "{aud}");
    }
    assert!(!bench.takes(&bench.with(|claims| drop(claims.as_object_mut().unwrap().remove("aud")))));
}

#[test]
fn j10_the_issuer_is_compared_to_the_letter() {
    let bench = Bench::new();
    for iss in [
        json!("https://gate.example.com/"),
        json!("https://Gate.example.com"),
        json!("http://gate.example.com"),
        json!("https://gate.example.com:443"),
        json!([ISSUER]),
        json!([ISSUER, "https://evil.example.com"]),
        json!(null),
    ] {
        assert!(!bench.takes(&bench.with(|claims| claims["iss"] = iss.clone())), "{iss}");
    }
}

#[test]
fn j11_times_are_whole_numbers_in_their_order() {
    let bench = Bench::new();
    let now = bench.clock.now().timestamp();
    for (name, value) in [
        ("exp", json!((now + 300).to_string())),
        ("exp", json!(1e99)),
        ("exp", json!(300.5)),
        ("exp", json!(-1)),
        ("exp", json!(i64::MIN)),
        ("exp", json!(i64::MAX)),
        ("exp", json!(u64::MAX)),
        ("exp", json!(null)),
        ("exp", json!(now + 301)),
        ("iat", json!(now + 60)),
        ("iat", json!(i64::MIN)),
        ("iat", json!(i64::MAX)),
        ("iat", json!("0")),
        ("nbf", json!(now + 60)),
        ("nbf", json!(now - 60)),
        ("epo", json!("1")),
        ("epo", json!(i64::MAX)),
    ] {
        assert!(!bench.takes(&bench.with(|claims| claims[name] = value.clone())), "{name} {value}");
    }
    for name in ["exp", "iat", "sub", "sid", "epo", "jti"] {
        let without = bench.with(|claims| drop(claims.as_object_mut().unwrap().remove(name)));
        assert!(!bench.takes(&without), "without {name}");
    }
    let twice = bench.claims.to_string().replacen('{', &format!("{{\"exp\":{},", now + 300), 1);
    assert!(!bench.takes(&bench.keys.sign_claims(twice.as_bytes()).unwrap()), "a claim given twice");
}

#[test]
fn j12_a_token_ends_within_the_leeway() {
    let bench = Bench::new();
    let token = bench.with(|_| ());
    bench.clock.advance(ACCESS_LIFE + TimeDelta::seconds(LEEWAY_S - 1));
    assert!(bench.takes(&token), "still within the leeway");
    bench.clock.advance(TimeDelta::seconds(2));
    assert!(!bench.takes(&token), "a second beyond it");
    const { assert!(LEEWAY_S <= 5) };
}

#[test]
fn j14_a_token_has_one_spelling() {
    let bench = Bench::new();
    let token = bench.with(|_| ());
    assert!(bench.takes(&token));
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("three parts") };
    let flattened = json!({ "protected": header, "payload": claims, "signature": signature }).to_string();
    let general =
        json!({ "payload": claims, "signatures": [{ "protected": header, "signature": signature }] });
    let mut last = signature.to_owned();
    let canonical = last.pop().unwrap();
    // 64 bytes leave two bits of the last of 86 characters unused only in other lengths; every other last
    // character is another signature or another spelling of this one, and none may do.
    let others = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']).filter(|c| *c != canonical);
    for other in others {
        assert!(!bench.takes(&format!("{header}.{claims}.{last}{other}")));
    }
    for changed in [
        flattened,
        general.to_string(),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        format!("{header}..{claims}.{signature}"),
        format!(" {token}"),
        format!("{token}\n"),
        format!("{header} .{claims}.{signature}"),
        format!("{header}.{claims}=.{signature}"),
        format!("{header}.{claims}.{signature}="),
        format!("{header}.{claims}.{signature}=="),
        format!("{header}.{claims}\n.{signature}"),
        token.replace('-', "+").replace('_', "/") + "=",
        format!("Bearer {token}"),
    ] {
        assert!(!bench.takes(&changed), "{changed}");
    }
}

#[test]
fn j15_j16_headers_of_other_features_have_no_meaning_here() {
    let bench = Bench::new();
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!(["b64"])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
        ("p2c", json!(1_000_000_000)),
        ("alg", json!("PBES2-HS256+A128KW")),
        ("alg", json!("dir")),
        ("alg", json!("Ed448")),
        ("alg", json!("eddsa")),
    ] {
        assert!(!bench.takes(&bench.under(&bench.header_with(name, &value))), "{name} {value}");
    }
    let jwe = "eyJhbGciOiJQQkVTMi1IUzI1NitBMTI4S1ciLCJwMmMiOjEwMDAwMDAwMDB9.AA.AA.AA.AA";
    assert!(!bench.takes(jwe));
}

#[test]
fn j17_what_is_too_long_is_not_looked_at() {
    let bench = Bench::new();
    let token = bench.with(|_| ());
    assert!(token.len() < MAX_TOKEN_BYTES);
    for giant in [".".repeat(1 << 20), "a.".repeat(100_000), format!("{token}{}", "A".repeat(1 << 20))] {
        assert!(!bench.takes(&giant));
    }
    assert!(!bench.takes(&bench.with(|claims| claims["jti"] = json!("x".repeat(MAX_TOKEN_BYTES)))));
}

/// Project Wycheproof's JWS vectors cannot be fetched here. These are built to the same end from RFC 8032
/// (section 5.1.7 on verification, section 8.4 on malleability) and RFC 8037 (section 3.1, Ed25519 in JOSE):
/// the published example, and every way in which a signature can be nearly right.
#[test]
fn j20_ed25519_signatures_get_the_verdict_of_the_rfcs() {
    // RFC 8037 appendix A.4 and A.5: the key, the message and the signature.
    let key = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
    let key: [u8; 32] = key.try_into().unwrap();
    let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let published = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let signature = URL_SAFE_NO_PAD.decode(published).unwrap();
    let valid = |key: &[u8; 32], message: &[u8], signature: &[u8]| {
        sallyport_secrets::verify(key, message, signature).is_ok()
    };
    assert!(valid(&key, message, &signature), "RFC 8037 A.5");

    let mut flipped = 0;
    for bit in 0..signature.len() * 8 {
        let mut changed = signature.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        flipped += usize::from(!valid(&key, message, &changed));
    }
    assert_eq!(flipped, 512, "each flipped bit");
    for length in [0, 1, 31, 32, 63] {
        assert!(!valid(&key, message, &signature[..length]), "cut to {length} bytes");
    }
    assert!(!valid(&key, message, &[&signature[..], &[0]].concat()), "one byte more");
    assert!(!valid(&key, &message[..message.len() - 1], &signature), "another message");
    assert!(!valid(&SigningKey::generate().unwrap().public_key(), message, &signature), "another key");

    // S + L is the same number modulo the order of the group; RFC 8032 section 5.1.7 wants S < L.
    let order = hex::decode("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010").unwrap();
    let mut malleable = signature.clone();
    let mut carry = 0_u16;
    for (byte, add) in malleable[32..].iter_mut().zip(&order) {
        let sum = u16::from(*byte) + u16::from(*add) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    assert!(!valid(&key, message, &malleable), "S + L");
    assert!(!valid(&key, message, &[&signature[..32], &order].concat()), "S = L");
    assert!(!valid(&key, message, &[&signature[..32], &[0xff; 32]].concat()), "S of all ones");
    assert!(!valid(&key, message, &[0; 64]), "all zero");

    // The eight points of small order and their non-canonical spellings, as R: with S = 0 a signature by a
    // key that is itself of small order would hold for any message in a careless library.
    let small_order = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];
    for point in small_order {
        let point: [u8; 32] = hex::decode(point).unwrap().try_into().unwrap();
        assert!(!valid(&key, message, &[&point[..], &[0; 32]].concat()), "small order R");
        assert!(!valid(&key, message, &[&point[..], &signature[32..]].concat()), "small order R, right S");
    }

    // The same through the whole way of a token.
    let bench = Bench::new();
    let token = bench.with(|_| ());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    for changed in [&signature[..63], &signature[..32], &[], &[0; 64], &[&signature[..], &[0]].concat()] {
        assert!(!bench.takes(&format!("{signed}.{}", b64(changed))));
    }
    let stranger = SigningKey::generate().unwrap().sign(signed.as_bytes()).unwrap();
    assert!(!bench.takes(&format!("{signed}.{}", b64(&stranger))));
}
