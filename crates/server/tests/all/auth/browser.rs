//! A browser: keeps cookies, sends them back, and the CSRF token with whatever is no GET.

use super::PASSWORD;
use crate::support::{Answer, TestApp};
use reqwest::Method;
use reqwest::header::{COOKIE, HeaderMap, SET_COOKIE, USER_AGENT};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const ACCESS: &str = "__Host-sallyport_access";
pub const REFRESH: &str = "__Host-sallyport_refresh";
pub const CSRF: &str = "__Host-sallyport_csrf";
pub const DEVICE: &str = "__Host-sallyport_device";

/// The console in somebody's browser.
#[derive(Clone, Debug)]
pub struct Browser {
    pub cookies: BTreeMap<String, String>,
    /// Sent with everything.
    pub headers: HeaderMap,
    base: String,
    client: reqwest::Client,
}

impl Browser {
    pub fn new(app: &TestApp) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, "Firefox/140.0".parse().unwrap());
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        Self { cookies: BTreeMap::new(), headers, base: app.url(""), client: app.client.clone() }
    }

    /// One that has signed in.
    pub async fn signed_in(app: &TestApp, email: &str) -> Self {
        let mut browser = Self::new(app);
        browser.login(email).await;
        browser
    }

    pub async fn login(&mut self, email: &str) -> Value {
        self.post("/api/auth/login", json!({ "email": email, "password": PASSWORD })).await.ok()
    }

    /// The request that this browser would send now, without sending it.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base));
        request = request.headers(self.headers.clone());
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        match self.cookies.get(CSRF) {
            Some(token) if method != Method::GET => request.header("x-csrf-token", token),
            _ => request,
        }
    }

    /// Sends it and keeps the cookies of the answer.
    pub async fn send(&mut self, request: reqwest::RequestBuilder) -> Answer {
        let answer = Answer::read(request.send().await.unwrap()).await;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            if cookie.contains("Max-Age=0;") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), rest.split(';').next().unwrap().to_owned());
            }
        }
        answer
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// The same from elsewhere, through a proxy that is trusted.
    pub async fn post_from(&mut self, address: &str, path: &str, body: Value) -> Answer {
        let request = self.request(Method::POST, path).header("x-forwarded-for", address);
        self.send(request.json(&body)).await
    }

    pub async fn delete(&mut self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Whether what it carries is good for anything.
    pub async fn is_signed_in(&mut self) -> bool {
        let answer = self.get("/api/users/profile").await;
        assert!(matches!(answer.status.as_u16(), 200 | 401), "{}", answer.text());
        answer.status == 200
    }

    /// The same browser after its access token has run out: only the others are left.
    pub fn after_five_minutes(mut self) -> Self {
        self.cookies.remove(ACCESS);
        self
    }
}
