//! A person of the demonstration, as a client of the API.

use crate::app::App;
use crate::auth::totp;
use crate::routes;
use anyhow::{Context, Result, ensure};
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

/// Somebody who may be signed in.
pub(super) struct Client {
    app: Arc<App>,
    token: Option<String>,
}

impl Client {
    /// Not signed in.
    pub(super) fn stranger(app: &Arc<App>) -> Self {
        Self { app: Arc::clone(app), token: None }
    }

    /// Signs in for the first time where a second factor is asked for, with an app that this program is itself; with
    /// the secret of that app.
    pub(super) async fn enrol(app: &Arc<App>, email: &str, password: &str) -> Result<(Self, String)> {
        let stranger = Self::stranger(app);
        let wish = json!({ "email": email, "password": password, "delivery": "body" });
        let challenge = stranger.post("/api/auth/login", wish).await?;
        let challenge = text(&challenge, "/challenge")?;
        let factor = stranger.post("/api/auth/enrolment", json!({ "challenge": challenge })).await?;
        let secret = text(&factor, "/secret")?;
        for age_s in [30, 0] {
            // The code before this one, so that this one is good for whoever signs in next. At the very end of a
            // minute it may be too old when it arrives.
            let code = totp::code_of_secret(secret, app.clock.now().timestamp() - age_s);
            let wish = json!({
                "challenge": challenge, "factorId": text(&factor, "/factorId")?, "code": code, "delivery": "body",
            });
            if let Ok(data) = stranger.post("/api/auth/enrolment/confirm", wish).await {
                let token = text(&data, "/accessToken")?.to_owned();
                return Ok((Self { token: Some(token), ..stranger }, secret.to_owned()));
            }
        }
        anyhow::bail!("{email} could not enrol an authenticator app")
    }

    /// The data of a POST that must succeed.
    pub(super) async fn post(&self, path: &str, body: Value) -> Result<Value> {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, "sallyport demo");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Body::from(body.to_string()))?;
        let response = routes::service(Arc::clone(&self.app)).oneshot(request).await?;
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await?;
        let mut answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        ensure!(
            status.is_success(),
            "POST {path}: {status} {}",
            answer.get("message").and_then(Value::as_str).unwrap_or_default()
        );
        answer.get_mut("data").map(Value::take).context("an answer without data")
    }
}

/// A text of an answer.
pub(super) fn text<'a>(data: &'a Value, name: &str) -> Result<&'a str> {
    data.pointer(name).and_then(Value::as_str).with_context(|| format!("no {name} in {data}"))
}
