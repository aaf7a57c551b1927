//! Our side of a connection: what the machine says to us, and the little that it may ask.

use crate::host_key::HostKey;
use crate::target_end::TargetEnding;
use bytes::Bytes;
use russh::client::{ChannelOpenHandle, DisconnectReason, Handler, Msg, Session};
use russh::keys::PublicKeyOrCertificate;
use russh::{Channel, ChannelId, ChannelOpenFailure, Sig};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// What the machine has shown of itself.
#[derive(Clone, Default)]
pub(crate) struct Offer(Arc<Mutex<Shown>>);

#[derive(Default)]
struct Shown {
    key: Option<HostKey>,
    farewell: Option<String>,
}

impl Offer {
    pub(crate) fn take_key(&self) -> Option<HostKey> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).key.take()
    }

    /// What it said when it hung up.
    pub(crate) fn take_farewell(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).farewell.take()
    }
}

/// Our side of a connection. The library calls it from the one task that reads and writes the line; while
/// it waits here, nothing is read, which is how a slow reader slows the machine.
pub(crate) struct Client {
    pinned: Option<HostKey>,
    offer: Offer,
    /// Where output goes, until it is over.
    output: Option<mpsc::Sender<Bytes>>,
    end: TargetEnding,
}

impl Client {
    /// Accepts `pinned` and no other key.
    pub(crate) fn new(pinned: HostKey, offer: Offer, output: mpsc::Sender<Bytes>, end: TargetEnding) -> Self {
        Self { pinned: Some(pinned), offer, output: Some(output), end }
    }

    /// Looks at the key and accepts none.
    pub(crate) fn looking(offer: Offer) -> Self {
        Self { pinned: None, offer, output: None, end: TargetEnding::default() }
    }

    async fn put_out(&mut self, data: &[u8]) -> Result<(), russh::Error> {
        let Some(output) = &self.output else { return Ok(()) };
        // The relay has let go: so do we.
        output.send(Bytes::copy_from_slice(data)).await.map_err(|_| russh::Error::Disconnect)
    }

    /// Nothing more will come. The end is told first: the relay reads it when output closes.
    fn over(&mut self, why: Option<&DisconnectReason<russh::Error>>) {
        self.end.tell(why);
        self.output = None;
    }
}

/// Refuses one kind of channel in words.
async fn refuse(reply: ChannelOpenHandle) -> Result<(), russh::Error> {
    reply.reject(ChannelOpenFailure::AdministrativelyProhibited).await;
    Ok(())
}

impl Handler for Client {
    type Error = russh::Error;

    /// Called again at each new key exchange, so a machine cannot change its key in mid-session.
    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        // Certificates are not offered by us (`host_key_certificates` is empty), so none can be chosen.
        let PublicKeyOrCertificate::PublicKey { key, .. } = shown else { return Ok(false) };
        let shown = HostKey::of(key);
        let matches = self.pinned.as_ref().is_some_and(|pinned| pinned.openssh == shown.openssh);
        self.offer.0.lock().unwrap_or_else(PoisonError::into_inner).key = Some(shown);
        Ok(matches)
    }

    async fn data(&mut self, _: ChannelId, data: &[u8], _: &mut Session) -> Result<(), russh::Error> {
        self.put_out(data).await
    }

    async fn extended_data(
        &mut self,
        _: ChannelId,
        _: u32,
        data: &[u8],
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        self.put_out(data).await
    }

    async fn exit_status(&mut self, _: ChannelId, status: u32, _: &mut Session) -> Result<(), russh::Error> {
        self.end.status = Some(status);
        Ok(())
    }

    async fn exit_signal(
        &mut self,
        _: ChannelId,
        signal: Sig,
        _: bool,
        _: &str,
        _: &str,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        self.end.set_signal(&signal);
        Ok(())
    }

    async fn channel_close(&mut self, _: ChannelId, _: &mut Session) -> Result<(), russh::Error> {
        self.end.closed = true;
        self.over(None);
        Ok(())
    }

    async fn disconnected(&mut self, reason: DisconnectReason<russh::Error>) -> Result<(), russh::Error> {
        if let DisconnectReason::ReceivedDisconnect(info) = &reason {
            let mut shown = self.offer.0.lock().unwrap_or_else(PoisonError::into_inner);
            shown.farewell = crate::target_end::readable(&info.message);
        }
        self.over(Some(&reason));
        match reason {
            DisconnectReason::ReceivedDisconnect(_) => Ok(()),
            DisconnectReason::Error(error) => Err(error),
        }
    }

    async fn server_channel_open_forwarded_tcpip(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        refuse(reply).await
    }

    async fn server_channel_open_forwarded_streamlocal(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        refuse(reply).await
    }

    async fn server_channel_open_agent_forward(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        refuse(reply).await
    }

    async fn server_channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        refuse(reply).await
    }

    async fn server_channel_open_direct_tcpip(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        refuse(reply).await
    }

    async fn server_channel_open_direct_streamlocal(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        refuse(reply).await
    }

    async fn server_channel_open_x11(
        &mut self,
        _: Channel<Msg>,
        _: &str,
        _: u32,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), russh::Error> {
        refuse(reply).await
    }
}
