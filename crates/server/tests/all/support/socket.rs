//! A browser's terminal: the WebSocket of a session.

use super::{Actor, TestApp};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long anything may take before a test gives up; never a measure of speed.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The request for a terminal, as the console at `origin` sends it.
pub fn handshake(instance: SocketAddr, origin: &str, id: &str) -> Request {
    let mut request = format!("ws://{instance}/api/sessions/{id}/attach").into_client_request().unwrap();
    request.headers_mut().insert("origin", origin.parse().unwrap());
    request
}

/// An attached terminal.
pub struct Terminal {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Everything that the screen was sent.
    pub screen: Vec<u8>,
    /// Text messages that came, in order.
    pub events: Vec<Value>,
}

impl Terminal {
    /// Opens the WebSocket from the console's own page and shows a ticket.
    pub async fn attach(app: &TestApp, id: &str, ticket: &str) -> Self {
        Self::attach_as(app, None, id, ticket).await
    }

    /// The same in the browser of somebody who is signed in.
    pub async fn attach_as(app: &TestApp, who: Option<&Actor>, id: &str, ticket: &str) -> Self {
        let mut request = handshake(app.address, app.origin(), id);
        if let Some(token) = who.and_then(|who| who.token.as_ref()) {
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        }
        Self::greet(request, ticket).await
    }

    async fn greet(request: Request, ticket: &str) -> Self {
        let (socket, _) = connect_async(request).await.unwrap();
        let mut terminal = Self { socket, screen: Vec::new(), events: Vec::new() };
        terminal.tell(json!({ "type": "attach", "ticket": ticket, "cols": 80, "rows": 24 })).await;
        terminal
    }

    /// Starts a session on `asset` and attaches to it; with the session's id.
    pub async fn start(app: &TestApp, technician: &Actor, asset: &str) -> (Self, String) {
        Self::start_at(app.address, app.origin(), technician, asset).await
    }

    /// The same at any instance of the platform whose console is at `origin`.
    pub async fn start_at(
        instance: SocketAddr,
        origin: &str,
        technician: &Actor,
        asset: &str,
    ) -> (Self, String) {
        let technician = technician.at(instance);
        let wish = json!({ "assetId": asset, "cols": 80, "rows": 24, "reason": "a test" });
        let started = technician.post("/api/sessions", wish).await.created();
        let id = started["session"]["id"].as_str().unwrap().to_owned();
        let ticket = started["ticket"]["token"].as_str().unwrap();
        let terminal = Self::greet(handshake(instance, origin, &id), ticket).await;
        (terminal, id)
    }

    pub async fn tell(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    pub async fn type_in(&mut self, text: &str) {
        self.socket.send(Message::binary(text.as_bytes().to_vec())).await.unwrap();
    }

    /// Takes messages until `done` says so; panics with the screen when nothing more comes.
    pub async fn until(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        while !done(self) {
            let next = timeout(PATIENCE, self.socket.next()).await;
            match next {
                Ok(Some(Ok(Message::Binary(bytes)))) => {
                    self.screen.extend_from_slice(&bytes);
                    self.tell(json!({ "type": "ack", "bytes": bytes.len() })).await;
                }
                Ok(Some(Ok(Message::Text(text)))) => self.events.push(serde_json::from_str(&text).unwrap()),
                Ok(Some(Ok(Message::Close(frame)))) => {
                    let code = frame.map_or(1005, |frame| u16::from(frame.code));
                    self.events.push(json!({ "type": "close", "code": code }));
                }
                Ok(Some(Ok(_))) => {}
                other => {
                    panic!("waiting for {what}: {other:?}\nevents {:?}\nscreen {}", self.events, self.text())
                }
            }
        }
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.screen).into_owned()
    }

    /// Waits until the screen has shown `text`.
    pub async fn shows(&mut self, text: &str) {
        self.until(text, |terminal| terminal.text().contains(text)).await;
    }

    /// Waits for a text message of this type; gives it.
    pub async fn event(&mut self, kind: &str) -> Value {
        self.until(kind, |terminal| terminal.events.iter().any(|event| event["type"] == kind)).await;
        self.events.iter().find(|event| event["type"] == kind).unwrap().clone()
    }
}
