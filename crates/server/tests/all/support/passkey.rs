//! An authenticator that holds one passkey and says what it is told to: well by default, badly where a test wants it.

use super::{Actor, Answer, TestApp};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ciborium::Value as Cbor;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

/// There, and known.
pub const PRESENT_AND_VERIFIED: u8 = 0x05;
const MADE: u8 = 0x40;

/// A passkey in its authenticator, and the browser around it.
pub struct Passkey {
    pub id: Vec<u8>,
    pub origin: String,
    pub rp_id: String,
    pub flags: u8,
    pub sign_count: u32,
    /// Whom it was made for.
    pub user: Uuid,
    key: EcdsaKeyPair,
}

/// What a browser holds after it asked for a challenge.
#[derive(Clone, Debug)]
pub struct Held {
    pub challenge: String,
    pub cookie: String,
}

/// Asks for a challenge as a browser does.
pub async fn challenge(app: &TestApp) -> Held {
    let answer = app.stranger().get("/api/auth/passkeys/challenge").await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let challenge = answer.ok()["challenge"].as_str().unwrap().to_owned();
    Held { challenge, cookie }
}

/// Posts with the cookie of a challenge.
pub async fn post(who: &Actor, held: &Held, path: &str, body: Value) -> Answer {
    who.send(who.request(Method::POST, path).header("cookie", &held.cookie).json(&body)).await
}

impl Passkey {
    /// A new one for this person at this platform, not registered yet.
    pub fn new(app: &TestApp, user: Uuid) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        Self {
            id: app.clock.new_id().as_bytes().repeat(2),
            origin: app.origin().to_owned(),
            rp_id: "localhost".to_owned(),
            flags: PRESENT_AND_VERIFIED,
            sign_count: 1,
            user,
            key,
        }
    }

    /// One that a person has added to their account.
    pub async fn add(app: &TestApp, person: &Actor) -> Self {
        let passkey = Self::new(app, person.id);
        let held = challenge(app).await;
        let body = json!({ "name": "Laptop", "passkey": passkey.made(&held) });
        post(person, &held, "/api/auth/factors/passkeys", body).await.created();
        passkey
    }

    /// Its id as the API spells it.
    pub fn id(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.id)
    }

    fn client_data(&self, kind: &str, held: &Held) -> Vec<u8> {
        json!({ "type": kind, "challenge": held.challenge, "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let rp = digest(&SHA256, self.rp_id.as_bytes());
        [rp.as_ref(), &[flags], &self.sign_count.to_be_bytes()].concat()
    }

    /// What is sent when it was made.
    pub fn made(&self, held: &Held) -> Value {
        let point = self.key.public_key().as_ref();
        let number = |value: i64| Cbor::Integer(value.into());
        let key = Cbor::Map(vec![
            (number(1), number(2)),
            (number(3), number(-7)),
            (number(-1), number(1)),
            (number(-2), Cbor::Bytes(point[1..33].to_vec())),
            (number(-3), Cbor::Bytes(point[33..].to_vec())),
        ]);
        let mut data = self.data(self.flags | MADE);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        ciborium::into_writer(&key, &mut data).unwrap();
        let object = Cbor::Map(vec![
            (Cbor::Text("fmt".to_owned()), Cbor::Text("none".to_owned())),
            (Cbor::Text("attStmt".to_owned()), Cbor::Map(Vec::new())),
            (Cbor::Text("authData".to_owned()), Cbor::Bytes(data)),
        ]);
        let mut attestation = Vec::new();
        ciborium::into_writer(&object, &mut attestation).unwrap();
        json!({
            "clientData": URL_SAFE_NO_PAD.encode(self.client_data("webauthn.create", held)),
            "attestation": URL_SAFE_NO_PAD.encode(attestation),
        })
    }

    /// What is sent when it is used. It counts.
    pub fn used(&mut self, held: &Held) -> Value {
        self.sign_count += 1;
        let (client_data, data) = (self.client_data("webauthn.get", held), self.data(self.flags));
        let signed = [data.as_slice(), digest(&SHA256, &client_data).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": self.id(),
            "clientData": URL_SAFE_NO_PAD.encode(client_data),
            "authenticatorData": URL_SAFE_NO_PAD.encode(data),
            "signature": URL_SAFE_NO_PAD.encode(signature.as_ref()),
            "userHandle": URL_SAFE_NO_PAD.encode(self.user.as_bytes()),
        })
    }
}
