//! A line of TCP that a test cuts as a firewall does that drops: nothing is refused, and nothing arrives.

use anyhow::Result;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Leads to another address as long as it is whole; gone with this value.
#[derive(Debug)]
pub struct Line {
    /// Where it begins.
    pub address: SocketAddr,
    whole: watch::Sender<bool>,
    work: JoinHandle<()>,
}

impl Line {
    /// A whole one to `end`.
    pub async fn to(end: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (address, whole) = (listener.local_addr()?, watch::Sender::new(true));
        let state = whole.subscribe();
        let work = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(join(near, end, state.clone()));
            }
        });
        Ok(Self { address, whole, work })
    }

    /// Cuts it, or makes it whole: then what was sent meanwhile arrives.
    pub fn cut(&self, cut: bool) {
        self.whole.send_replace(!cut);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.work.abort();
    }
}

async fn join(near: TcpStream, end: SocketAddr, mut whole: watch::Receiver<bool>) {
    if whole.wait_for(|whole| *whole).await.is_err() {
        return;
    }
    let Ok(far) = TcpStream::connect(end).await else { return };
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    tokio::join!(carry(near_in, far_out, whole.clone()), carry(far_in, near_out, whole));
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut whole: watch::Receiver<bool>) {
    let mut buffer = vec![0; 16 * 1024];
    while let Ok(count) = from.read(&mut buffer).await {
        let arrives = whole.wait_for(|whole| *whole).await.is_ok();
        if count == 0 || !arrives || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
