//! Signing keys: RFC 8032, storage, and the JWT library that shares them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use sallyport_secrets::{SecretError, SigningKey, signing_key_id, verify};

use crate::vault;

#[test]
fn a_signature_is_of_one_message_by_one_key() {
    let (key, other) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
    let signature = key.sign(b"manifest").unwrap();
    assert_eq!(verify(&key.public_key(), b"manifest", &signature), Ok(()));
    let bad = Err(SecretError::BadSignature);
    assert_eq!(verify(&key.public_key(), b"manifest.", &signature), bad);
    assert_eq!(verify(&other.public_key(), b"manifest", &signature), bad);
    assert_eq!(verify(&[0xff; 32], b"manifest", &signature), bad);
    for length in 0..64 {
        assert_eq!(verify(&key.public_key(), b"manifest", &signature[..length]), bad);
    }
    for at in 0..64 {
        let mut altered = signature;
        altered[at] ^= 1;
        assert_eq!(verify(&key.public_key(), b"manifest", &altered), bad, "byte {at}");
    }
}

#[test]
fn a_stored_key_signs_as_before_and_for_its_purpose_only() {
    let vault = vault();
    let key = SigningKey::generate().unwrap();
    let sealed = key.to_sealed(&vault, "token signing key").unwrap();
    let again = SigningKey::from_sealed(&vault, "token signing key", &sealed).unwrap();
    assert_eq!(again.sign(b"m").unwrap(), key.sign(b"m").unwrap(), "Ed25519 is deterministic");
    assert_eq!((again.public_key(), again.key_id()), (key.public_key(), key.key_id()));
    let elsewhere = SigningKey::from_sealed(&vault, "manifest signing key", &sealed);
    assert_eq!(elsewhere.err(), Some(SecretError::Refused));
    let not_a_key = vault.seal_server("token signing key", b"not a key").unwrap();
    let refused = SigningKey::from_sealed(&vault, "token signing key", &not_a_key);
    assert_eq!(refused.err(), Some(SecretError::NotASigningKey));
}

/// RFC 8032, 7.1, test 2, as PKCS #8.
#[test]
fn the_key_of_the_standard_gives_the_signature_of_the_standard() {
    let vault = vault();
    let der = [
        &b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"[..],
        &hex::<32>("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"),
    ]
    .concat();
    let sealed = vault.seal_server("p", &der).unwrap();
    let key = SigningKey::from_sealed(&vault, "p", &sealed).unwrap();
    let public = hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    assert_eq!(key.public_key(), public);
    assert_eq!(
        key.sign(b"\x72").unwrap(),
        hex::<64>(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        )
    );
    assert_eq!(key.pkcs8_der().unwrap().expose(), der);
    assert_eq!(key.key_id(), "39f713d0a644253f");
    assert_eq!(signing_key_id(&public), key.key_id());
    assert_eq!(format!("{key:?}"), "SigningKey(39f713d0a644253f)");
}

#[test]
fn tokens_of_the_jwt_library_and_ours_are_one() {
    let key = SigningKey::generate().unwrap();
    let claims = serde_json::json!({"sub": "tess", "exp": 4_102_444_800_u64});
    let encoding = EncodingKey::from_ed_der(key.pkcs8_der().unwrap().expose());
    let token = jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &encoding).unwrap();
    let public = key.public_key();
    let decoded = jsonwebtoken::decode::<serde_json::Value>(
        &token,
        &DecodingKey::from_ed_der(&public),
        &Validation::new(Algorithm::EdDSA),
    );
    assert_eq!(decoded.unwrap().claims["sub"], "tess");
    // Whoever signs the text itself needs no copy of the key in the library.
    let (message, theirs) = token.rsplit_once('.').unwrap();
    assert_eq!(URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()).unwrap()), theirs);
}

fn hex<const N: usize>(text: &str) -> [u8; N] {
    std::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
}
