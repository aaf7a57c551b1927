//! Somebody who uses the service.

use super::{Answer, TestApp};
use reqwest::{Method, RequestBuilder};
use sallyport::ids::{UserId, UserSessionId};
use serde_json::Value;
use uuid::Uuid;

/// A person with a sign-in of their own, or a stranger.
#[derive(Clone, Debug)]
pub struct Actor {
    pub id: Uuid,
    pub org_id: Uuid,
    pub email: String,
    pub name: String,
    pub user_session_id: Uuid,
    pub token: Option<String>,
    base: String,
    client: reqwest::Client,
}

impl Actor {
    pub(super) fn stranger(app: &TestApp) -> Self {
        Self {
            id: Uuid::nil(),
            org_id: Uuid::nil(),
            email: String::new(),
            name: "Stranger".to_owned(),
            user_session_id: Uuid::nil(),
            token: None,
            base: app.url(""),
            client: app.client.clone(),
        }
    }

    /// Whoever holds `token`, at a platform that runs by itself.
    pub fn with_token(base: &str, token: &str) -> Self {
        Self {
            id: Uuid::nil(),
            org_id: Uuid::nil(),
            email: String::new(),
            name: String::new(),
            user_session_id: Uuid::nil(),
            token: Some(token.to_owned()),
            base: base.to_owned(),
            client: reqwest::Client::new(),
        }
    }

    /// Puts a person and a sign-in straight into the database: signing in has its own tests.
    pub(super) async fn new(app: &TestApp, org_id: Uuid, role: &str) -> Self {
        let (id, user_session_id) = (app.clock.new_id(), app.clock.new_id());
        let name = format!("{} {}", role.replace('_', " "), &id.to_string()[28..]);
        let email = format!("{}@example.test", name.replace(' ', "."));
        let mut sql = app.sql().await;
        sqlx::query("INSERT INTO users (org_id, id, email, display_name, role, status) VALUES ($1, $2, $3, $4, $5, 'active')")
            .bind(org_id)
            .bind(id)
            .bind(&email)
            .bind(&name)
            .bind(role)
            .execute(&mut sql)
            .await
            .unwrap();
        sqlx::query(
            "INSERT INTO user_sessions (org_id, id, user_id, epoch, client_ip, user_agent, expires_at)
             VALUES ($1, $2, $3, 1, '127.0.0.1', 'a test', now() + interval '12 hours')",
        )
        .bind(org_id)
        .bind(user_session_id)
        .bind(id)
        .execute(&mut sql)
        .await
        .unwrap();
        let token =
            app.platform.app.tokens.sign(UserId(id), UserSessionId(user_session_id), 1, &app.clock).unwrap();
        Self {
            id,
            org_id,
            email,
            name,
            user_session_id,
            token: Some(token),
            base: app.url(""),
            client: app.client.clone(),
        }
    }

    /// The same sign-in with a new access token: one lives for minutes, and a long test for longer.
    pub fn renewed(&self, app: &TestApp) -> Self {
        let (user, session) = (UserId(self.id), UserSessionId(self.user_session_id));
        let token = || app.platform.app.tokens.sign(user, session, 1, &app.clock).unwrap();
        Self { token: self.token.as_ref().map(|_| token()), ..self.clone() }
    }

    /// The same person, at another instance.
    pub fn at(&self, instance: std::net::SocketAddr) -> Self {
        Self { base: format!("http://{instance}"), ..self.clone() }
    }

    /// A request with the actor's token, not sent yet.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::read(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }
}
