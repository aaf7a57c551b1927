//! What the service said.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The data of a 200.
    #[track_caller]
    pub fn ok(self) -> Value {
        self.data_of(StatusCode::OK)
    }

    /// The data of a 201.
    #[track_caller]
    pub fn created(self) -> Value {
        self.data_of(StatusCode::CREATED)
    }

    #[track_caller]
    fn data_of(self, status: StatusCode) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        let mut body = self.json();
        assert_eq!(body["success"], true, "{body}");
        body["data"].take()
    }

    /// Checks a refusal of SCIM: its status, its shape; gives the body.
    #[track_caller]
    pub fn refused_by_scim(self, status: u16) -> Value {
        let body = self.json();
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.headers["content-type"], "application/scim+json");
        assert_eq!(body["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error", "{body}");
        assert_eq!(body["status"], status.to_string(), "{body}");
        assert!(body["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{body}");
        body
    }

    /// Checks a refusal: its status, its stable code, its shape; gives the body.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Value {
        let body = self.json();
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(body["error"], code, "{body}");
        assert_eq!(body["success"], false, "{body}");
        assert!(body["details"]["requestId"].is_string(), "{body}");
        assert!(body["message"].as_str().is_some_and(|message| message.len() > 10), "{body}");
        body
    }
}
