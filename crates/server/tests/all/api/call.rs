//! One well-formed request about a fresh subject.

use super::document::Operation;
use crate::support::{Actor, Answer};
use reqwest::Url;
use serde_json::Value;

/// All of a request but its method and path, which the document says.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// For the parameters of the path, in their order.
    pub ids: Vec<String>,
    pub query: Vec<(String, String)>,
    pub body: Option<Value>,
    /// Instead of a body in JSON.
    pub form: Vec<(&'static str, String)>,
    pub headers: Vec<(&'static str, String)>,
    /// Another sign-in or person of the same kind, where the act would end the one at hand.
    pub by: Option<Actor>,
}

impl Call {
    /// About nothing that exists yet.
    pub fn bare() -> Self {
        Self::default()
    }

    /// About the thing of this id.
    pub fn about(id: impl ToString) -> Self {
        Self { ids: vec![id.to_string()], ..Self::default() }
    }

    pub fn body(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub fn form(mut self, name: &'static str, value: impl ToString) -> Self {
        self.form.push((name, value.to_string()));
        self
    }

    pub fn query(mut self, name: &str, value: impl ToString) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    pub fn header(mut self, name: &'static str, value: impl ToString) -> Self {
        self.headers.push((name, value.to_string()));
        self
    }

    pub fn by(mut self, actor: Actor) -> Self {
        self.by = Some(actor);
        self
    }

    /// Path and query, encoded.
    pub fn address(&self, operation: &Operation) -> String {
        let mut url = Url::parse("http://x").unwrap();
        let mut ids = self.ids.iter();
        {
            let mut path = url.path_segments_mut().unwrap();
            for part in operation.path.trim_start_matches('/').split('/') {
                let missing = || panic!("the recipe of {} has too few ids", operation.id);
                path.push(if part.starts_with('{') { ids.next().unwrap_or_else(missing) } else { part });
            }
        }
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url.as_str().strip_prefix("http://x").unwrap().to_owned()
    }

    pub async fn send(&self, operation: &Operation, who: &Actor) -> Answer {
        let who = self.by.as_ref().unwrap_or(who);
        let mut request = who.request(operation.method.clone(), &self.address(operation));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some(body) = &self.body {
            request = request.json(body);
        }
        if !self.form.is_empty() {
            request = request.form(&self.form);
        }
        who.send(request).await
    }
}
