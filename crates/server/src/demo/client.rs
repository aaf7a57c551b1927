//! A person of the demonstration, as a client of the API.

use crate::app::App;
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

    /// Signs in.
    pub(super) async fn sign_in(app: &Arc<App>, email: &str, password: &str) -> Result<Self> {
        let wish = json!({ "email": email, "password": password, "delivery": "body" });
        let data = Self::stranger(app).post("/api/auth/login", wish).await?;
        let token = text(&data, "/accessToken")?.to_owned();
        Ok(Self { app: Arc::clone(app), token: Some(token) })
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
