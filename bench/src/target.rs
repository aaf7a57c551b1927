//! A machine that lets anybody's key in, shows a prompt and echoes: thousands of it cost little, so that what
//! is measured is the gateway.

use anyhow::Result;
use russh::keys::ssh_key::LineEnding;
use russh::keys::{Algorithm, PrivateKey};
use russh::server::{Auth, ChannelOpenHandle, Handler, Msg, Session, VerifiedPublicKey};
use russh::{Channel, ChannelId, Pty};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) client_key: String,
    serving: JoinHandle<()>,
}

impl Target {
    pub(crate) async fn start() -> Result<Self> {
        let new = || PrivateKey::random(&mut russh::keys::key::safe_rng(), Algorithm::Ed25519);
        let config = Arc::new(russh::server::Config { keys: vec![new()?], ..Default::default() });
        let client_key = new()?.to_openssh(LineEnding::LF)?.to_string();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let config = Arc::clone(&config);
                tokio::spawn(async move {
                    if let Ok(session) = russh::server::run_stream(config, stream, Machine).await {
                        let _ = session.await;
                    }
                });
            }
        });
        Ok(Self { address, client_key, serving })
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

struct Machine;

impl Handler for Machine {
    type Error = russh::Error;

    async fn auth_publickey(&mut self, _: &str, _: VerifiedPublicKey<'_>) -> Result<Auth, Self::Error> {
        Ok(Auth::Accept)
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        _: &str,
        _: u32,
        _: u32,
        _: u32,
        _: u32,
        _: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        session.channel_success(channel)?;
        session.data(channel, b"ops@web-1:~$ ".to_vec())
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.data(channel, data.to_vec())
    }
}
