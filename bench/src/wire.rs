//! HTTP/1.1 spoken by hand: a client's library would cost as much as the server on the same two cores.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection that is kept.
pub(crate) struct Wire {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// A whole answer.
pub(crate) struct Answer<'w> {
    pub(crate) status: u16,
    pub(crate) body: &'w str,
}

impl Answer<'_> {
    /// Its data, if it is a 200.
    pub(crate) fn data(&self) -> Result<Value> {
        self.success()?;
        let mut answer: Value = serde_json::from_str(self.body)?;
        Ok(answer.get_mut("data").map(Value::take).unwrap_or_default())
    }

    pub(crate) fn success(&self) -> Result<()> {
        ensure!(self.status == 200, "{} {}", self.status, self.body);
        Ok(())
    }
}

/// What goes over a [`Wire`]; without a token nobody is signed in.
pub(crate) fn request(address: &str, method: &str, path: &str, token: &str, body: &str) -> String {
    let bearer = if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") };
    format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\n{bearer}User-Agent: bench\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

impl Wire {
    pub(crate) async fn to(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    pub(crate) async fn ask(&mut self, request: &str) -> Result<Answer<'_>> {
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        let (mut begin, mut whole, mut status) = (0, None, 0);
        while whole.is_none_or(|whole| self.buffer.len() < whole) {
            ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server hung up");
            if whole.is_some() {
                continue;
            }
            let seen = String::from_utf8_lossy(&self.buffer);
            if let Some((head, _)) = seen.split_once("\r\n\r\n") {
                status =
                    head.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
                let length: Option<usize> = head.lines().find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()
                });
                begin = head.len() + 4;
                whole = Some(begin + length.unwrap_or(0));
            }
        }
        let body = self.buffer.get(begin..).unwrap_or_default();
        Ok(Answer { status, body: std::str::from_utf8(body)? })
    }
}
