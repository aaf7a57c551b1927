use super::*;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use proptest::prelude::*;

const SITE: Site<'static> = Site { rp_id: "gate.example", origin: "https://gate.example" };

fn number(value: i64) -> Value {
    Value::Integer(value.into())
}

fn cbor(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn spell(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn client_data(kind: &str, challenge: &str) -> Vec<u8> {
    format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"https://gate.example","future":[1]}}"#)
        .into_bytes()
}

fn data(flags: u8, count: u32) -> Vec<u8> {
    [digest(&SHA256, b"gate.example").as_ref(), &[flags], &count.to_be_bytes()].concat()
}

fn ec_key() -> (EcdsaKeyPair, Vec<u8>) {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let point = key.public_key().as_ref();
    let (x, y) = (Value::Bytes(point[1..33].to_vec()), Value::Bytes(point[33..].to_vec()));
    let map = [(1, number(2)), (3, number(-7)), (-1, number(1)), (-2, x), (-3, y)];
    let cose = cbor(&Value::Map(map.into_iter().map(|(label, value)| (number(label), value)).collect()));
    (key, cose)
}

/// authData of a new passkey, with this key and these bytes after it.
fn attested(flags: u8, key: &[u8], after: &[u8]) -> Vec<u8> {
    [data(flags | ATTESTED, 7), vec![0; 16], vec![0, 3], b"abc".to_vec(), key.to_vec(), after.to_vec()]
        .concat()
}

fn attestation(data: Vec<u8>) -> Vec<u8> {
    let text = |text: &str| Value::Text(text.to_owned());
    let map = vec![
        (text("fmt"), text("none")),
        (text("attStmt"), Value::Map(vec![])),
        (text("authData"), Value::Bytes(data)),
    ];
    cbor(&Value::Map(map))
}

fn make(data: Vec<u8>) -> Result<Made, Refusal> {
    made(&SITE, "c", &spell(client_data("webauthn.create", "c")), &spell(attestation(data)))
}

#[test]
fn a_passkey_is_made_with_and_without_extensions() {
    let (_, key) = ec_key();
    let plain = make(attested(PRESENT | VERIFIED, &key, b"")).unwrap();
    let state = State { sign_count: 7, backup_eligible: false, backed_up: false };
    assert_eq!(plain, Made { credential_id: b"abc".to_vec(), public_key: key.clone(), state });
    let extensions = cbor(&Value::Map(vec![(Value::Text("credProtect".to_owned()), number(2))]));
    let flags = PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP;
    let synced = make(attested(flags | EXTENDED, &key, &extensions)).unwrap();
    assert_eq!(synced.public_key, key);
    assert!(synced.state.backup_eligible && synced.state.backed_up);
    assert!(make(attested(flags | EXTENDED, &key, b"")).is_err());
    assert!(make(attested(flags | EXTENDED, &key, &cbor(&number(1)))).is_err());
    assert!(make(attested(flags, &key, &extensions)).is_err());
    assert!(make(data(flags, 1)).is_err());
    assert!(make(attested(VERIFIED, &key, b"")).is_err());
}

#[test]
fn other_keys_are_not_taken() {
    for (label, value) in [(1, 1), (1, 3), (3, -35), (-1, 2)] {
        let (_, key) = ec_key();
        let Value::Map(mut map) = ciborium::from_reader::<Value, _>(key.as_slice()).unwrap() else {
            panic!()
        };
        map.iter_mut().find(|(key, _)| *key == number(label)).unwrap().1 = number(value);
        assert!(make(attested(PRESENT | VERIFIED, &cbor(&Value::Map(map)), b"")).is_err(), "{label} {value}");
    }
    assert!(make(attested(PRESENT | VERIFIED, &cbor(&Value::Null), b"")).is_err());
}

#[test]
fn each_kind_of_key_verifies_its_own_signature_alone() {
    let message = b"message";
    let (point_key, point_cose) = ec_key();
    let point_signature = point_key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec();

    let ed = Ed25519KeyPair::generate().unwrap();
    let x = Value::Bytes(ed.public_key().as_ref().to_vec());
    let map = [(1, number(1)), (3, number(-8)), (-1, number(6)), (-2, x)];
    let ed_cose = cbor(&Value::Map(map.into_iter().map(|(label, value)| (number(label), value)).collect()));
    let ed_signature = ed.sign(message).as_ref().to_vec();

    let rsa = RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let public = rsa.public_key();
    let (n, e) = (
        public.modulus().big_endian_without_leading_zero(),
        public.exponent().big_endian_without_leading_zero(),
    );
    let map =
        [(1, number(3)), (3, number(-257)), (-1, Value::Bytes(n.to_vec())), (-2, Value::Bytes(e.to_vec()))];
    let rsa_cose = cbor(&Value::Map(map.into_iter().map(|(label, value)| (number(label), value)).collect()));
    let mut rsa_signature = vec![0; rsa.public_modulus_len()];
    rsa.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut rsa_signature).unwrap();

    let all = [(point_cose, point_signature), (ed_cose, ed_signature), (rsa_cose, rsa_signature)];
    for (at, (cose, _)) in all.iter().enumerate() {
        let key = Key::parse(cose).unwrap();
        for (by, (_, signature)) in all.iter().enumerate() {
            assert_eq!(key.verify(message, signature).is_ok(), at == by);
        }
        assert!(key.verify(b"massage", &all[at].1).is_err());
        assert!(key.verify(message, &[]).is_err());
    }
}

#[test]
fn what_the_browser_says_is_about_this_act_this_challenge_and_this_site() {
    let check = |json: &str| check_client_data(&SITE, Kind::Get, "c", json.as_bytes());
    let good =
        r#"{"type":"webauthn.get","challenge":"c","origin":"https://gate.example","crossOrigin":false}"#;
    check(good).unwrap();
    for (part, other) in [
        ("webauthn.get", "webauthn.create"),
        (r#""c""#, r#""C""#),
        ("https://gate.example", "http://gate.example"),
        ("https://gate.example", "https://gate.example:8443"),
        ("https://gate.example", "https://gate.example.evil.test"),
        ("https://gate.example", "https://GATE.example"),
        ("false", "true"),
        (r#""crossOrigin""#, r#""topOrigin":"https://evil.test","crossOrigin""#),
        (r#""challenge":"c","#, ""),
    ] {
        let bad = good.replacen(part, other, 1);
        assert!(bad != good && check(&bad).is_err(), "{bad}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic_or_pass(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0_usize..200, bit in 0_u8..8) {
        let (_, key) = ec_key();
        prop_assert!(made(&SITE, "c", &spell(client_data("webauthn.create", "c")), &spell(&bytes)).is_err());
        prop_assert!(make(bytes.clone()).is_err());
        prop_assert!(Key::parse(&bytes).is_err());
        let good = attested(PRESENT | VERIFIED, &key, b"");
        prop_assert!(make(good.get(..at.min(good.len() - 1)).unwrap().to_vec()).is_err());
        // One bit of what says whose it is, that somebody was there, or what follows.
        let mut spoilt = good;
        if let Some(byte) = spoilt.get_mut(at % 32) {
            *byte ^= 1 << bit;
        }
        prop_assert!(make(spoilt).is_err());
    }
}
