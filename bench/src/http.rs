//! A person as a client of the API.

use anyhow::{Context, Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};

/// Somebody who may be signed in.
#[derive(Clone)]
pub(crate) struct Person {
    client: reqwest::Client,
    base: String,
    pub(crate) token: Option<String>,
}

impl Person {
    pub(crate) fn stranger(address: &str) -> Self {
        Self { client: reqwest::Client::new(), base: format!("http://{address}"), token: None }
    }

    pub(crate) async fn sign_in(address: &str, email: &str, password: &str) -> Result<Self> {
        let wish = json!({ "email": email, "password": password, "delivery": "body" });
        let stranger = Self::stranger(address);
        let data = stranger.post("/api/auth/login", wish).await?;
        Ok(Self { token: Some(text(&data, "/accessToken")?.to_owned()), ..stranger })
    }

    /// The same person, who asks another instance.
    pub(crate) fn at(address: &str, person: &Self) -> Self {
        Self { base: format!("http://{address}"), ..person.clone() }
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Result<Value> {
        self.ask(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        self.ask(Method::GET, path, None).await
    }

    /// The data of an answer that must be a success.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let status = response.status();
        let mut answer: Value = response.json().await.unwrap_or_default();
        ensure!(status.is_success(), "{method} {path}: {status} {answer}");
        Ok(answer.get_mut("data").map(Value::take).unwrap_or_default())
    }
}

/// A text of an answer.
pub(crate) fn text<'a>(data: &'a Value, name: &str) -> Result<&'a str> {
    data.pointer(name).and_then(Value::as_str).with_context(|| format!("no {name} in {data}"))
}
