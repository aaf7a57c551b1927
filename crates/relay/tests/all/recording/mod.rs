//! Recordings, from the first durable segment to the sealed container and back.

mod bench;
mod crash;
mod damage;
mod export;
mod roundtrip;
mod store;
mod strace;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use bytes::Bytes;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use sallyport_relay::recording::read::{Player, Recording, RecordingKey};
use sallyport_relay::recording::{
    Clock, Event, Header, ManifestSigner, Recorder, SpoolDir, SpoolOptions, VerifyingKeys, What,
};
use tempfile::TempDir;
use uuid::Uuid;

pub(crate) const ORG: Uuid = Uuid::from_u128(0x0a);
pub(crate) const ANNA: Uuid = Uuid::from_u128(0xa1);
pub(crate) const BORIS: Uuid = Uuid::from_u128(0xb2);

/// A spool, a store and a clock of its own.
pub(crate) struct Lab {
    dir: TempDir,
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) spool: SpoolDir,
    clock: Arc<AtomicU64>,
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self::with_store(Arc::new(InMemory::new()))
    }

    pub(crate) fn with_store(store: Arc<dyn ObjectStore>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = clock();
        let spool = open_spool(dir.path().join("spool"), &store, &clock);
        Self { dir, store, spool, clock }
    }

    /// Lets time go on.
    pub(crate) fn pass(&self, ms: u64) {
        self.clock.fetch_add(ms, Ordering::Relaxed);
    }

    /// The file in which a session's recording grows.
    pub(crate) fn spool_file(&self, session: Uuid) -> PathBuf {
        self.spool.path().join(format!("{session}.spool"))
    }

    /// Forgets the spool as a killed process does, and opens it anew.
    /// Every task that held a recorder must be gone with its runtime.
    pub(crate) fn restart(self) -> Self {
        let Self { dir, store, spool, clock } = self;
        drop(spool);
        let spool = open_spool(dir.path().join("spool"), &store, &clock);
        Self { dir, store, spool, clock }
    }

    pub(crate) async fn open(&self, session: Uuid) -> Recording {
        Recording::open(&self.store, key(session)).await.unwrap()
    }
}

fn open_spool(dir: PathBuf, store: &Arc<dyn ObjectStore>, clock: &Arc<AtomicU64>) -> SpoolDir {
    let now = Arc::clone(clock);
    let clock: Clock = Arc::new(move || now.load(Ordering::Relaxed));
    SpoolDir::open(SpoolOptions { dir, store: Arc::clone(store), signer: signer(), clock }).unwrap()
}

fn clock() -> Arc<AtomicU64> {
    Arc::new(AtomicU64::new(1_000))
}

fn key_pair() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

pub(crate) fn signer() -> ManifestSigner {
    ManifestSigner::from_key("test-1", key_pair())
}

pub(crate) fn keys() -> VerifyingKeys {
    let public = key_pair().public_key().as_ref().try_into().unwrap();
    VerifyingKeys::from([("test-1".to_owned(), public)])
}

pub(crate) fn key(session: Uuid) -> RecordingKey {
    RecordingKey { organization_id: ORG, session_id: session }
}

pub(crate) fn header(session: Uuid) -> Header {
    Header {
        session_id: session,
        organization_id: ORG,
        cols: 120,
        rows: 32,
        started_at_ms: 1_795_000_000_000,
        title: "web-1 (root)".into(),
        people: [(ANNA, "Anna Keller".to_owned())].into(),
    }
}

pub(crate) async fn events(mut player: Player) -> Vec<Event> {
    let mut all = Vec::new();
    while let Some(chunk) = player.next().await.unwrap() {
        all.extend(chunk);
    }
    all
}

/// All output, joined.
pub(crate) fn output_of(events: &[Event]) -> Vec<u8> {
    let mut all = Vec::new();
    for event in events {
        if let What::Output(bytes) = &event.what {
            all.extend_from_slice(bytes);
        }
    }
    all
}

pub(crate) async fn say(recorder: &Recorder, text: &str) {
    recorder.output(Bytes::from(text.to_owned())).await.unwrap();
}
