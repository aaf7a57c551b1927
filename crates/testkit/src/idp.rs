//! A small identity provider of OpenID Connect on loopback, which says what it is told to: the truth by default, lies
//! where a test wants to see them refused.

use crate::profiles;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// Who asks, as the provider knows it.
pub const CLIENT: &str = "sallyport";
/// What it proves that by.
pub const SECRET: &str = "a-shared-secret-of-the-client";

/// An RSA key with its public half.
pub struct Key {
    /// Signs.
    pub encoding: EncodingKey,
    n: String,
    e: String,
}

/// One of three keys. They are made once: they take their time.
pub fn key(index: usize) -> &'static Key {
    static KEYS: OnceLock<Vec<Key>> = OnceLock::new();
    let make = || {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let public = pair.public_key();
        let n = URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero());
        let e = URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero());
        let pkcs8: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        // What stands in PKCS#8 behind its 26 bytes of header is PKCS#1.
        Key { encoding: EncodingKey::from_rsa_der(&pkcs8.as_ref()[26..]), n, e }
    };
    &KEYS.get_or_init(|| (0..3).map(|_| make()).collect())[index]
}

/// As it is published.
pub fn jwk(index: usize, name: &str) -> Value {
    let key = key(index);
    json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": name, "n": key.n, "e": key.e })
}

/// Makes a token of claims.
pub type Sign = Box<dyn Fn(&Value) -> String + Send>;

/// Signs as it should be, with one of the keys under a name.
pub fn signed(index: usize, name: &str) -> Sign {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(name.to_owned());
    Box::new(move |claims| jsonwebtoken::encode(&header, claims, &key(index).encoding).unwrap())
}

/// What the provider is told to say.
pub struct Lies {
    /// In the ID token; its times and nonce are added unless they stand here.
    pub claims: Map<String, Value>,
    /// At the endpoint for claims; of the same person, unless it says somebody else.
    pub user_info: Value,
    /// At the endpoint for keys.
    pub keys: Vec<Value>,
    /// Makes the ID token.
    pub sign: Sign,
    /// What stands in the document beside or instead of the truth.
    pub document: Map<String, Value>,
    /// Which of `document` and `keys` is somewhere else.
    pub redirect: Option<(&'static str, String)>,
    /// Seconds since 1970, by its clock.
    pub now: fn() -> i64,
    nonces: HashMap<String, String>,
    verifiers: Vec<String>,
    clients: Vec<String>,
}

impl Lies {
    /// A claim of the ID token.
    pub fn set(&mut self, name: &str, value: Value) {
        self.claims.insert(name.to_owned(), value);
    }
}

/// What a browser brings back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Which question it answers.
    pub state: String,
    /// What the tokens are had for.
    pub code: String,
    /// Who answers.
    pub iss: String,
}

/// The provider.
#[derive(Clone)]
pub struct Idp {
    /// Where it listens.
    pub address: SocketAddr,
    lies: Arc<Mutex<Lies>>,
    serving: Arc<OnceLock<AbortHandle>>,
}

impl Idp {
    /// Starts one, whose people are called Alice.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let claims = json!({
            "iss": format!("http://{address}"), "aud": CLIENT, "sub": "alice-1", "email": "alice@kestrel.example",
            "email_verified": true, "name": "Alice Ashdown", "groups": ["admins", "staff"],
        });
        let lies = Lies {
            claims: claims.as_object().cloned().unwrap_or_default(),
            user_info: json!({}),
            keys: vec![jwk(0, "key-1")],
            sign: signed(0, "key-1"),
            document: Map::new(),
            redirect: None,
            now: system_now,
            nonces: HashMap::new(),
            verifiers: Vec::new(),
            clients: Vec::new(),
        };
        let idp = Self { address, lies: Arc::new(Mutex::new(lies)), serving: Arc::default() };
        let app = Router::new()
            .route("/.well-known/openid-configuration", get(document))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/me", get(me))
            .fallback(get(elsewhere))
            .with_state(idp.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, app).await });
        idp.serving.get_or_init(|| serving.abort_handle());
        idp
    }

    /// Its name.
    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Tells it what to say from now on.
    pub fn tell<T>(&self, change: impl FnOnce(&mut Lies) -> T) -> T {
        change(&mut self.lies.lock().unwrap())
    }

    /// It speaks as a maker's product from now on; by which issuer.
    pub fn play(&self, recorded: &Value) -> String {
        let issuer = format!("{}{}", self.issuer(), profiles::path_of_issuer(recorded));
        self.tell(|lies| {
            lies.document = recorded["discovery"].as_object().cloned().unwrap_or_default();
            lies.document.insert("issuer".to_owned(), json!(issuer));
            lies.document.entry("authorization_response_iss_parameter_supported").or_insert(json!(false));
            lies.claims = profiles::claims(recorded, &issuer, CLIENT);
            lies.user_info = recorded.get("userInfo").cloned().unwrap_or(json!({}));
        });
        issuer
    }

    /// It signs with another key, and publishes that alone.
    pub fn rotate(&self) {
        self.tell(|lies| {
            lies.keys = vec![jwk(1, "key-2")];
            lies.sign = signed(1, "key-2");
        });
    }

    /// Somebody signs in on the page that `url` leads to.
    pub fn answer(&self, url: &str) -> Answer {
        self.tell(|lies| {
            let code = format!("code-{}", lies.nonces.len() + 1);
            lies.nonces.insert(code.clone(), parameter(url, "nonce"));
            Answer { state: parameter(url, "state"), code, iss: self.issuer() }
        })
    }

    /// What clients proved themselves by when they exchanged codes: the scheme of a header, the word `body`, or nothing.
    pub fn clients(&self) -> Vec<String> {
        self.tell(|lies| lies.clients.clone())
    }

    /// It is gone: nobody is answered any more.
    pub fn stop(&self) {
        self.serving.get().unwrap().abort();
    }

    /// The PKCE verifiers that codes were exchanged by.
    pub fn verifiers(&self) -> Vec<String> {
        self.tell(|lies| lies.verifiers.clone())
    }
}

fn system_now() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// A parameter of an address, as it stands there.
pub fn parameter(url: &str, name: &str) -> String {
    let query = url.split_once('?').unwrap().1;
    let of = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    query.split('&').filter_map(of).find(|(found, _)| found == name).unwrap().1
}

/// Where issuers with a path describe themselves.
async fn elsewhere(State(idp): State<Idp>, uri: Uri) -> Response {
    if uri.path().ends_with("/.well-known/openid-configuration") {
        return document(State(idp)).await;
    }
    StatusCode::NOT_FOUND.into_response()
}

async fn document(State(idp): State<Idp>) -> Response {
    let issuer = idp.issuer();
    idp.tell(|lies| {
        if let Some(("document", to)) = &lies.redirect {
            return Redirect::temporary(to).into_response();
        }
        let mut document = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
            "userinfo_endpoint": format!("{issuer}/me"), "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256"],
            "authorization_response_iss_parameter_supported": true,
        });
        for (name, value) in &lies.document {
            document[name] = value.clone();
        }
        Json(document).into_response()
    })
}

async fn keys(State(idp): State<Idp>) -> Response {
    idp.tell(|lies| match &lies.redirect {
        Some(("keys", to)) => Redirect::temporary(to).into_response(),
        _ => Json(json!({ "keys": lies.keys })).into_response(),
    })
}

async fn token(
    State(idp): State<Idp>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let header = headers.get("authorization").and_then(|value| value.to_str().ok()?.split(' ').next());
    let in_body = if form.contains_key("client_secret") { "body" } else { "" };
    idp.tell(|lies| {
        lies.clients.push(header.unwrap_or(in_body).to_owned());
        lies.verifiers.push(form.get("code_verifier").cloned().unwrap_or_default());
        let code = form.get("code").cloned().unwrap_or_default();
        let Some(nonce) = lies.nonces.get(&code) else {
            return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
        };
        let now = (lies.now)();
        let mut claims = lies.claims.clone();
        for (name, value) in [("nonce", json!(nonce)), ("iat", json!(now)), ("exp", json!(now + 300))] {
            claims.entry(name).or_insert(value);
        }
        let id_token = (lies.sign)(&Value::Object(claims));
        Json(json!({ "access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": id_token }))
            .into_response()
    })
}

async fn me(State(idp): State<Idp>) -> Json<Value> {
    idp.tell(|lies| {
        let mut told = lies.user_info.clone();
        if told.get("sub").is_none() {
            told["sub"] = lies.claims.get("sub").cloned().unwrap_or_default();
        }
        Json(told)
    })
}
