//! A browser's terminal, and the OpenSSH client doing the same.

use crate::http::{Person, text};
use crate::scene::Scene;
use anyhow::{Context, Result, bail};
use futures::{SinkExt, StreamExt};
use sallyport_testkit::sshd::Sshd;
use serde_json::{Value, json};
use std::process::Stdio;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// A way to type and to read.
pub(crate) trait Line {
    async fn type_in(&mut self, bytes: &[u8]) -> Result<()>;
    /// Waits for output; gives what came.
    async fn read(&mut self) -> Result<Vec<u8>>;

    /// Reads until `text` has been shown.
    async fn until(&mut self, text: &[u8]) -> Result<()> {
        let mut seen = Vec::new();
        while !seen.windows(text.len()).any(|window| window == text) {
            seen.extend(self.read().await?);
        }
        Ok(())
    }
}

/// The WebSocket of a session.
pub(crate) struct Terminal {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Terminal {
    /// Starts a session and attaches.
    pub(crate) async fn open(scene: &Scene) -> Result<Self> {
        Self::open_at(scene, &scene.technician, &scene.platform.address).await
    }

    /// The same at the instance of this address, where this person is signed in.
    pub(crate) async fn open_at(scene: &Scene, person: &Person, address: &str) -> Result<Self> {
        let wish = json!({ "assetId": scene.asset, "cols": 120, "rows": 32, "reason": "a measurement" });
        let started = person.post("/api/sessions", wish).await?;
        let (id, ticket) = (text(&started, "/session/id")?, text(&started, "/ticket/token")?);
        let url = format!("ws://{address}/api/sessions/{id}/attach");
        let mut request = url.into_client_request()?;
        request.headers_mut().insert("origin", format!("http://{}", scene.platform.address).parse()?);
        let (mut socket, _) = connect_async_with_config(request, None, true).await?;
        let attach = json!({ "type": "attach", "ticket": ticket, "cols": 120, "rows": 32 });
        socket.send(Message::text(attach.to_string())).await?;
        let mut terminal = Self { socket };
        terminal.ready().await?;
        Ok(terminal)
    }

    async fn ready(&mut self) -> Result<()> {
        loop {
            let message = self.socket.next().await.context("the session closed")??;
            if let Message::Text(text) = message {
                let said: Value = serde_json::from_str(&text)?;
                match said.get("type").and_then(Value::as_str) {
                    Some("ready") => return Ok(()),
                    Some("ended") => bail!("the session ended: {said}"),
                    _ => {}
                }
            }
        }
    }
}

impl Line for Terminal {
    async fn type_in(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.socket.send(Message::binary(bytes.to_vec())).await?)
    }

    async fn read(&mut self) -> Result<Vec<u8>> {
        loop {
            match self.socket.next().await.context("the session closed")?? {
                Message::Binary(bytes) => {
                    let ack = json!({ "type": "ack", "bytes": bytes.len() });
                    self.socket.send(Message::text(ack.to_string())).await?;
                    return Ok(bytes.into());
                }
                Message::Close(frame) => bail!("the session closed: {frame:?}"),
                _ => {}
            }
        }
    }
}

/// `ssh -tt`, its terminal's size as ours.
pub(crate) struct OpenSsh {
    _client: Child,
    input: ChildStdin,
    output: ChildStdout,
}

impl OpenSsh {
    pub(crate) fn open(sshd: &Sshd) -> Result<Self> {
        let mut client = Command::new("ssh")
            .args(["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"])
            .args(["-o", "LogLevel=ERROR", "-tt", "-i"])
            .arg(sshd.folder().join("client"))
            .args(["-p", &sshd.address().port().to_string()])
            .arg(format!("{}@127.0.0.1", sshd.username()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("cannot run ssh; install openssh-client")?;
        let input = client.stdin.take().context("stdin")?;
        let output = client.stdout.take().context("stdout")?;
        Ok(Self { _client: client, input, output })
    }
}

impl Line for OpenSsh {
    async fn type_in(&mut self, bytes: &[u8]) -> Result<()> {
        self.input.write_all(bytes).await?;
        Ok(self.input.flush().await?)
    }

    async fn read(&mut self) -> Result<Vec<u8>> {
        let mut bytes = vec![0; 64 * 1024];
        let read = self.output.read(&mut bytes).await?;
        anyhow::ensure!(read > 0, "ssh ended");
        bytes.truncate(read);
        Ok(bytes)
    }
}
