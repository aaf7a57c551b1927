//! What the server may ask of us: to look at its key, and nothing else.

use crate::host_key::HostKey;
use russh::client::{ChannelOpenHandle, Handler, Msg, Session};
use russh::keys::PublicKeyOrCertificate;
use russh::{Channel, ChannelOpenFailure};
use std::sync::{Arc, Mutex, PoisonError};

/// The key that the server showed.
#[derive(Clone, Default)]
pub(crate) struct Offer(Arc<Mutex<Option<HostKey>>>);

impl Offer {
    pub(crate) fn take(&self) -> Option<HostKey> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, key: HostKey) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(key);
    }
}

/// Our side of a connection.
pub(crate) struct Client {
    pinned: Option<HostKey>,
    offer: Offer,
}

impl Client {
    /// Accepts `pinned` and no other key; without it, none at all.
    pub(crate) fn new(pinned: Option<HostKey>, offer: Offer) -> Self {
        Self { pinned, offer }
    }
}

/// Refuses one kind of channel; a dropped handle would refuse too, this says so in words.
async fn refuse(reply: ChannelOpenHandle) -> Result<(), russh::Error> {
    reply.reject(ChannelOpenFailure::AdministrativelyProhibited).await;
    Ok(())
}

impl Handler for Client {
    type Error = russh::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        // Certificates are not offered by us (`host_key_certificates` is empty), so none can be chosen.
        let PublicKeyOrCertificate::PublicKey { key, .. } = shown else { return Ok(false) };
        let shown = HostKey::of(key);
        let matches = self.pinned.as_ref().is_some_and(|pinned| pinned.openssh == shown.openssh);
        self.offer.put(shown);
        Ok(matches)
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
