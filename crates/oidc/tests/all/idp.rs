//! A small identity provider on loopback, which does what it is told.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm as Alg, EncodingKey, Header};
use sallyport_oidc::{
    Algorithm, Callback, ClientSecret, Connection, Finished, Freshness, Profile, Provider, Refused, Started,
};
use sallyport_outbound::{Client, Patience, Rules};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::net::TcpListener;

pub(crate) const NOW: i64 = 1_800_000_000;
pub(crate) const CLIENT: &str = "sallyport";
pub(crate) const SECRET: &str = "a-shared-secret-of-the-client";

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).unwrap()
}

/// An RSA key with its public half as a JWK.
pub(crate) struct Key {
    pub(crate) encoding: EncodingKey,
    n: String,
    e: String,
}

/// Made once: they take their time.
pub(crate) fn key(index: usize) -> &'static Key {
    static KEYS: OnceLock<Vec<Key>> = OnceLock::new();
    let make = || {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let public = pair.public_key();
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let big = |bytes: &[u8]| text(bytes.strip_prefix(&[0]).unwrap_or(bytes));
        let (n, e) = (
            big(public.modulus().big_endian_without_leading_zero()),
            big(public.exponent().big_endian_without_leading_zero()),
        );
        // PKCS#8 to PKCS#1, as `EncodingKey` wants it.
        let pkcs8: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().unwrap();
        Key { encoding: EncodingKey::from_rsa_der(&pkcs8.as_ref()[26..]), n, e }
    };
    &KEYS.get_or_init(|| (0..3).map(|_| make()).collect())[index]
}

pub(crate) fn jwk(index: usize, name: &str) -> Value {
    let key = key(index);
    json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": name, "n": key.n, "e": key.e })
}

/// What the provider is told to say.
pub(crate) struct Lies {
    pub(crate) claims: Map<String, Value>,
    pub(crate) user_info: Value,
    pub(crate) keys: Vec<Value>,
    /// Makes the ID token of the claims; by default it is signed as it should be.
    pub(crate) sign: Box<dyn Fn(&Value) -> String + Send>,
    /// What stands in the document beside or instead of the truth.
    pub(crate) document: Map<String, Value>,
    pub(crate) redirect: Option<(&'static str, String)>,
    nonce: String,
    verifiers: Vec<String>,
}

impl Lies {
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.claims.insert(name.to_owned(), value);
    }
}

#[derive(Clone)]
pub(crate) struct Idp {
    address: SocketAddr,
    pub(crate) lies: Arc<Mutex<Lies>>,
}

pub(crate) fn signed(index: usize, name: &str) -> Box<dyn Fn(&Value) -> String + Send> {
    let mut header = Header::new(Alg::RS256);
    header.kid = Some(name.to_owned());
    Box::new(move |claims| jsonwebtoken::encode(&header, claims, &key(index).encoding).unwrap())
}

impl Idp {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let claims = json!({
            "iss": format!("http://{address}"), "aud": CLIENT, "sub": "alice-1", "iat": NOW, "exp": NOW + 300,
            "email": "alice@kestrel.example", "email_verified": true, "name": "Alice Ashdown",
            "groups": ["admins", "staff"],
        });
        let Value::Object(claims) = claims else { unreachable!() };
        let lies = Lies {
            claims,
            user_info: json!({}),
            keys: vec![jwk(0, "key-1")],
            sign: signed(0, "key-1"),
            document: Map::new(),
            redirect: None,
            nonce: String::new(),
            verifiers: Vec::new(),
        };
        let idp = Self { address, lies: Arc::new(Mutex::new(lies)) };
        let app = Router::new()
            .route("/.well-known/openid-configuration", get(document))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/me", get(me))
            .with_state(idp.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        idp
    }

    pub(crate) fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn tell(&self, change: impl FnOnce(&mut Lies)) {
        change(&mut self.lies.lock().unwrap());
    }

    pub(crate) fn rotate(&self) {
        self.tell(|lies| {
            lies.keys = vec![jwk(1, "key-2")];
            lies.sign = signed(1, "key-2");
        });
    }

    pub(crate) fn outbound(&self) -> Client {
        let rules = Rules { allow: vec![self.address], authorities: Vec::new() };
        Client::new(rules, Patience(Duration::from_secs(5))).unwrap()
    }

    pub(crate) async fn read(&self) -> Result<Provider, Refused> {
        Provider::read(&self.outbound(), &self.issuer()).await
    }

    pub(crate) async fn connection(&self) -> Connection {
        Connection {
            profile: Profile::Generic,
            provider: self.read().await.unwrap(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(ClientSecret(SECRET.to_owned().into())),
            algorithm: Algorithm::Rs256,
            groups_claim: "groups".to_owned(),
            redirect_uri: "https://console.example/api/sso/callback".to_owned(),
        }
    }

    /// The browser goes there and comes back with a code.
    pub(crate) async fn sign_in(
        &self,
        connection: &Connection,
        started: Started,
    ) -> Result<Finished, Refused> {
        self.tell(|lies| lies.nonce = parameter(&started.url, "nonce"));
        let answer = Callback {
            state: Some(started.flow.state().to_owned()),
            code: Some("code-1".to_owned()),
            iss: Some(self.issuer()),
            error: None,
        };
        connection.finish(&self.outbound(), started.flow, answer, now()).await
    }

    pub(crate) async fn whole(&self, connection: &Connection) -> Result<Finished, Refused> {
        let started = connection.start(None, Freshness::Any).unwrap();
        self.sign_in(connection, started).await
    }

    pub(crate) fn verifiers(&self) -> Vec<String> {
        self.lies.lock().unwrap().verifiers.clone()
    }
}

pub(crate) fn parameter(url: &str, name: &str) -> String {
    let query = url.split_once('?').unwrap().1;
    let of = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    query.split('&').filter_map(of).find(|(found, _)| found == name).unwrap().1
}

async fn document(State(idp): State<Idp>) -> Response {
    let issuer = idp.issuer();
    let lies = idp.lies.lock().unwrap();
    if let Some(("document", to)) = &lies.redirect {
        return Redirect::temporary(to).into_response();
    }
    let mut document = json!({
        "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
        "userinfo_endpoint": format!("{issuer}/me"), "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256", "HS256"],
        "authorization_response_iss_parameter_supported": true,
    });
    for (name, value) in &lies.document {
        document[name] = value.clone();
    }
    Json(document).into_response()
}

async fn keys(State(idp): State<Idp>) -> Response {
    let lies = idp.lies.lock().unwrap();
    match &lies.redirect {
        Some(("keys", to)) => Redirect::temporary(to).into_response(),
        _ => Json(json!({ "keys": lies.keys })).into_response(),
    }
}

async fn token(State(idp): State<Idp>, Form(form): Form<HashMap<String, String>>) -> Response {
    let mut lies = idp.lies.lock().unwrap();
    lies.verifiers.push(form.get("code_verifier").cloned().unwrap_or_default());
    if form.get("code").map(String::as_str) != Some("code-1") {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    }
    let mut claims = lies.claims.clone();
    let nonce = Value::from(lies.nonce.as_str());
    claims.entry("nonce").or_insert(nonce);
    let id_token = (lies.sign)(&Value::Object(claims));
    Json(json!({ "access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": id_token }))
        .into_response()
}

async fn me(State(idp): State<Idp>) -> Json<Value> {
    Json(idp.lies.lock().unwrap().user_info.clone())
}
