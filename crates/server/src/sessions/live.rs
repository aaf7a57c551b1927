//! What lives on this instance: the sessions, the spool that their recordings grow in, the store they go to.

use super::model::Viewer;
use super::watchers::Watchers;
use crate::config::{Config, RecordingStore};
use crate::error::Result;
use crate::ids::UserId;
use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use sallyport_relay::live::{Person, Registry, Status};
use sallyport_relay::recording::{ManifestSigner, SpoolDir, SpoolOptions, VerifyingKeys, folder_store};
use sallyport_secrets::SigningKey;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// WebSockets that have not shown a ticket yet, at most.
const STRANGERS: usize = 512;

/// The live side of this instance.
pub struct Live {
    /// The sessions.
    pub registry: Registry,
    /// Where recordings grow.
    pub spool: SpoolDir,
    /// Where sealed recordings are.
    pub store: Arc<dyn ObjectStore>,
    /// Verifies manifests.
    pub manifest_keys: VerifyingKeys,
    /// Those who watch.
    pub(super) watchers: Watchers,
    /// Bounds WebSockets without a ticket.
    pub(super) strangers: Semaphore,
    /// Bounds sessions, those being opened included.
    pub(super) places: Arc<Semaphore>,
    capacity: u32,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live").field("sessions", &self.registry.count()).finish_non_exhaustive()
    }
}

impl Live {
    /// Takes hold of the spool folder and finds the store. The first of `keys` signs, all of them verify.
    pub fn open(config: &Config, keys: Vec<SigningKey>) -> anyhow::Result<Self> {
        let store = open_store(config)?;
        let manifest_keys = keys.iter().map(|key| (key.key_id(), key.public_key())).collect();
        let key = keys.into_iter().next().context("there is no key to sign recordings with")?;
        let began = Instant::now();
        let signer = ManifestSigner::new(key.key_id(), move |bytes| key.sign(bytes).unwrap_or([0; 64]));
        let spool = SpoolDir::open(SpoolOptions {
            dir: config.data_dir.join("spool"),
            store: Arc::clone(&store),
            signer,
            clock: Arc::new(move || u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)),
        })?;
        Ok(Self {
            registry: Registry::default(),
            spool,
            store,
            manifest_keys,
            watchers: Watchers::default(),
            strangers: Semaphore::new(STRANGERS),
            places: Arc::new(Semaphore::new(max_live(config))),
            capacity: config.sessions.max_live,
        })
    }

    /// Waits, for a bounded time, until the end of each session is in the database: its place is given back then.
    pub async fn all_kept(&self) {
        let all = self.places.acquire_many(self.capacity);
        if tokio::time::timeout(Duration::from_secs(10), all).await.is_err() {
            tracing::warn!("ends of sessions could not be kept in time; the next start tells of them");
        }
    }
}

fn max_live(config: &Config) -> usize {
    usize::try_from(config.sessions.max_live).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS)
}

fn open_store(config: &Config) -> anyhow::Result<Arc<dyn ObjectStore>> {
    match &config.recordings.store {
        None => folder_store(&config.data_dir.join("recordings")).context("the folder of recordings"),
        Some(RecordingStore::Folder { path }) => {
            folder_store(path).with_context(|| format!("the folder of recordings {}", path.display()))
        }
        Some(RecordingStore::S3 {
            bucket,
            region,
            endpoint,
            allow_http,
            access_key_id,
            secret_access_key,
        }) => {
            let mut builder =
                AmazonS3Builder::from_env().with_bucket_name(bucket).with_allow_http(*allow_http);
            if let Some(region) = region {
                builder = builder.with_region(region);
            }
            if let Some(endpoint) = endpoint {
                builder = builder.with_endpoint(endpoint);
            }
            if let (Some(id), Some(key)) = (access_key_id, secret_access_key) {
                builder = builder.with_access_key_id(id).with_secret_access_key(key);
            }
            Ok(Arc::new(builder.build().context("the S3 bucket of recordings")?))
        }
    }
}

/// A person as the relay knows them.
pub(super) fn person(id: UserId, name: &str) -> Person {
    Person { id: id.0, name: name.into() }
}

/// Who watches, for the API.
pub(super) fn viewers(status: &Status) -> Vec<Viewer> {
    status
        .viewers
        .iter()
        .map(|person| Viewer { user_id: UserId(person.id), name: person.name.to_string() })
        .collect()
}

/// 256 random bits for a client, and their hash for the database.
pub(super) fn new_token() -> Result<(String, Vec<u8>)> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow::anyhow!("the system has no randomness"))?;
    let token = URL_SAFE_NO_PAD.encode(bytes);
    let hash = hash_of(&token);
    Ok((token, hash))
}

/// What the database keeps of a token.
pub(super) fn hash_of(token: &str) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes()).as_ref().to_vec()
}
