//! The log as a tree that its organization can verify: heads, proofs and bundles for people; the sequencer that orders
//! what committed and signs it; what removes content and leaves the proofs.

pub mod command;
pub mod http;
mod keep;
mod keys;
mod model;
mod row;
mod sequencer;
mod store;
mod verify;

pub use keep::{clean_up_audit_logs, erase_audit_detail, lift_audit_hold, set_audit_hold};
pub(crate) use keys::read_keys;
pub use keys::{keys, rotate_audit_key};
pub use model::{
    AuditCheckpoint, AuditCleanup, AuditErased, AuditHold, AuditKey, AuditKeys, AuditProof, BundleQuery,
    CleanUpAuditLogs, CleanedUp, EraseAuditDetail, LiftAuditHold, RotateAuditKey, SetAuditHold,
};
pub use sequencer::{Kept, keep_sealing, round};
pub use verify::{Finding, LogReport, verify};

use super::{Event, Target, catalogue};
use crate::access::{Action, Caller, Facts};
use crate::app::App;
use crate::error::{ApiError, Result};
use crate::ids::{AuditEventId, OrganizationId};
use anyhow::Context as _;
use bytes::Bytes;
use futures::Stream;
use keys::LogKey;
use sallyport_audit_log::bundle::{Footer, Header, Line, line};
use sallyport_audit_log::{Checkpoint, Hash, Keeper, Tiles, Verifier, decompose, origin, proof};
use sallyport_secrets::SigningKey;
use sqlx::PgConnection;
use std::path::Path;
use std::sync::atomic::AtomicI64;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// An event that waits for longer than this for its place in the log rings.
const LATE: Duration = Duration::from_secs(5);

/// What the logs of all organizations stand on, in this process.
pub struct Log {
    /// Those of checkpoints, the one that signs first; all of them verify.
    keys: RwLock<Arc<Vec<LogKey>>>,
    /// The last checkpoint of each log, outside the database.
    keeper: Keeper,
    /// How many logs are halted, as far as this instance knows.
    halted: AtomicI64,
    /// For how long the oldest event had waited for its place, and when that was seen.
    waited: Mutex<Option<(Duration, Instant)>>,
    /// One round of this instance at a time: between reading the kept checkpoint and writing the next one nobody else
    /// writes it.
    turn: tokio::sync::Mutex<()>,
}

impl Log {
    /// Keeps checkpoints in the data folder.
    pub(crate) fn open(keys: Vec<SigningKey>, data_dir: &Path) -> anyhow::Result<Self> {
        let folder = data_dir.join("audit-checkpoints");
        let keeper = Keeper::open(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let keys = keys.into_iter().map(|key| LogKey { key, retired_at: None }).collect();
        Ok(Self {
            keys: RwLock::new(Arc::new(keys)),
            keeper,
            halted: AtomicI64::new(0),
            waited: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        })
    }

    /// Whether any log is halted.
    pub fn is_halted(&self) -> bool {
        self.halted.load(std::sync::atomic::Ordering::Relaxed) > 0
    }

    /// Whether events wait for their place for longer than an alarm lets them, as far as this instance can tell.
    pub fn is_late(&self) -> bool {
        self.waits() > LATE
    }

    /// For how long the oldest event waits at most: what was seen, and all the time since in which nobody could see.
    fn waits(&self) -> Duration {
        let waited = self.waited.lock().unwrap_or_else(PoisonError::into_inner);
        waited.map_or(Duration::ZERO, |(waited, seen_at)| waited + seen_at.elapsed())
    }

    fn set_waited(&self, waited: Duration) {
        *self.waited.lock().unwrap_or_else(PoisonError::into_inner) = Some((waited, Instant::now()));
    }

    /// By which an organization's checkpoints are verified, the one that signs first.
    fn verifiers(&self, organization: OrganizationId) -> anyhow::Result<Vec<Verifier>> {
        let name = origin(organization.0);
        let keys = self.keys();
        let verifiers = keys.iter().map(|key| Verifier::new(&name, key.key.public_key()));
        verifiers.collect::<Result<_, _>>().context("the keys of the audit log")
    }
}

/// How far an organization's log is signed.
pub async fn get_audit_checkpoint(app: &App, caller: &Caller, id: OrganizationId) -> Result<AuditCheckpoint> {
    let mut tx = app.db.read(caller).await?;
    let resource = crate::organizations::kept_resource(tx.conn(), caller, id).await?;
    app.may(caller, Action::AuditRead, &resource, &Facts::default())?;
    let head = store::find_tree(tx.conn(), id).await?.unwrap_or_default();
    let hold = store::find_hold(tx.conn(), id).await?;
    tx.done().await?;
    let root = head.checkpoint.as_deref().and_then(root_of);
    let verifier = app.log.verifiers(id)?.first().map(ToString::to_string).unwrap_or_default();
    Ok(AuditCheckpoint {
        organization_id: id,
        size: head.signed_size.unwrap_or(0),
        root_hash: root,
        checkpoint: head.checkpoint,
        signed_at: head.signed_at,
        verifier_key: verifier,
        halted_at: head.halted_at,
        halted_because: head.halted_because,
        hold,
    })
}

fn root_of(note: &str) -> Option<String> {
    let (text, _) = note.rsplit_once("\n\n")?;
    Some(Checkpoint::parse(&format!("{text}\n"))?.root.to_string())
}

/// That an event is in its organization's log, and what it said.
pub async fn get_audit_proof(app: &App, caller: &Caller, id: AuditEventId) -> Result<AuditProof> {
    let mut tx = app.db.read(caller).await?;
    let place = store::find_place(tx.conn(), id).await?;
    let unsealed = if place.is_none() { store::find_waiting(tx.conn(), id).await? } else { None };
    let organization = place.map(|(organization, _)| organization).or(unsealed);
    let organization = organization.ok_or_else(|| ApiError::not_found("entry"))?;
    let resource = crate::organizations::kept_resource(tx.conn(), caller, organization).await?;
    app.may(caller, Action::AuditRead, &resource, &Facts::default())?;
    let head = store::find_tree(tx.conn(), organization).await?.unwrap_or_default();
    let size = u64::try_from(head.signed_size.unwrap_or(0)).unwrap_or(0);
    let (Some((_, seq)), Some(checkpoint)) = (place.filter(|(_, seq)| *seq < size), head.checkpoint) else {
        return Err(ApiError::conflict(
            "not_sealed_yet",
            "This entry is not sealed yet; that takes a second or two. Ask again.",
        ));
    };
    let sealed = store::sealed(tx.conn(), organization, seq, seq + 1).await?;
    let mut sealed = sealed.into_iter().next().ok_or_else(|| ApiError::not_found("entry"))?;
    let steps = proof::inclusion(seq, size).unwrap_or_default();
    let hashes = prove(tx.conn(), organization, &steps, size).await?;
    tx.done().await?;
    let entry = sealed.entry()?;
    Ok(AuditProof {
        event_id: id,
        organization_id: organization,
        seq: seq.cast_signed(),
        leaf_hash: sealed.leaf.to_string(),
        size: size.cast_signed(),
        checkpoint,
        hashes: hashes.iter().map(ToString::to_string).collect(),
        entry: entry.map(serde_json::to_value).transpose().map_err(anyhow::Error::from)?,
        verifier_key: app.log.verifiers(organization)?.first().map(ToString::to_string).unwrap_or_default(),
    })
}

/// The hashes of a proof out of stored tiles.
async fn prove(
    conn: &mut PgConnection,
    organization: OrganizationId,
    steps: &[proof::Leaves],
    size: u64,
) -> Result<Vec<Hash>> {
    let tiles = tiles(conn, organization, &proof::subtrees(steps), size).await?;
    Ok(proof::hashes(steps, |part| tiles.hash(part)).map_err(anyhow::Error::from)?)
}

async fn tiles(
    conn: &mut PgConnection,
    organization: OrganizationId,
    subtrees: &[sallyport_audit_log::Subtree],
    size: u64,
) -> Result<Tiles> {
    let mut tiles = Tiles::default();
    for tile in Tiles::needed(subtrees, size) {
        let hashes = store::tile(conn, organization, tile).await?;
        tiles.insert(tile, hashes);
    }
    Ok(tiles)
}

/// A part of a log to take home.
#[derive(Debug)]
pub struct Bundle {
    organization: OrganizationId,
    header: Header,
    footer: Footer,
}

/// How many entries are read at once.
const PAGE: u64 = 1000;

/// A log, or a part of it, as it is signed now; kept.
pub async fn open_audit_bundle(
    app: &App,
    caller: &Caller,
    id: OrganizationId,
    wish: &BundleQuery,
) -> Result<Bundle> {
    let mut tx = app.db.read(caller).await?;
    let resource = crate::organizations::kept_resource(tx.conn(), caller, id).await?;
    let permit = app.may(caller, Action::AuditBundle, &resource, &Facts::default())?;
    let name = store::organization_name(tx.conn(), id).await?;
    let bundle = prepare(tx.conn(), id, wish).await?;
    tx.done().await?;
    let event = Event::by(caller, &permit, &catalogue::AUDIT_BUNDLE, id)
        .target(Target::new("organization", id.0, name))
        .details(serde_json::json!({ "from": bundle.header.from, "to": bundle.header.to }));
    app.db.write(caller).await?.commit(event).await?;
    Ok(bundle)
}

async fn prepare(conn: &mut PgConnection, id: OrganizationId, wish: &BundleQuery) -> Result<Bundle> {
    let head = store::find_tree(conn, id).await?.unwrap_or_default();
    let (Some(size), Some(checkpoint)) = (head.signed_size, head.checkpoint) else {
        return Err(ApiError::conflict("not_sealed_yet", "Nothing of this log is sealed yet. Ask again."));
    };
    let (from, to) = (wish.from.unwrap_or(0), wish.to.unwrap_or(size));
    if from < 0 || from > to {
        return Err(ApiError::invalid("from", "give a number from 0 to that of `to`"));
    }
    if to > size {
        return Err(ApiError::invalid("to", format!("{size} entries are signed")));
    }
    let [from, to, size] = [from, to, size].map(i64::cast_unsigned);
    let (left, right) = (decompose(0, from), decompose(to, size));
    let all: Vec<_> = left.iter().chain(&right).copied().collect();
    let tiles = tiles(conn, id, &all, size).await?;
    let hashes = |parts: &[sallyport_audit_log::Subtree]| -> Result<Vec<Hash>> {
        let found = parts.iter().map(|&part| tiles.hash(part).context("a node of the log is missing"));
        Ok(found.collect::<anyhow::Result<_>>()?)
    };
    let header = Header { bundle: 1, organization_id: id.0, from, to, left: hashes(&left)?, checkpoint };
    Ok(Bundle { organization: id, header, footer: Footer { right: hashes(&right)? } })
}

/// Lines of a page, and where the next one begins.
async fn page(conn: &mut PgConnection, bundle: &Bundle, at: u64) -> Result<(Vec<u8>, u64)> {
    let end = (at + PAGE).min(bundle.header.to);
    let sealed = store::sealed(conn, bundle.organization, at, end).await?;
    if sealed.len() as u64 != end - at {
        return Err(anyhow::anyhow!("leaves of the log are missing").into());
    }
    let mut bytes = Vec::with_capacity(sealed.len() * 1536);
    for mut one in sealed {
        let entry = one.entry()?;
        let one = Line { seq: one.seq, leaf: one.leaf, entry };
        bytes.extend(line(&one).map_err(anyhow::Error::from)?);
    }
    Ok((bytes, end))
}

/// The bundle, page by page, each by a transaction of the caller's: memory stays flat, and whoever may see it no more
/// gets no more of it. What breaks off lacks its last line, and no verifier takes it.
pub fn stream_audit_bundle(
    app: Arc<App>,
    caller: Caller,
    bundle: Bundle,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> {
    let begin = (app, caller, bundle, None);
    futures::stream::try_unfold(begin, |(app, caller, bundle, at): (_, _, Bundle, Option<u64>)| async move {
        let broken = |why: &dyn std::fmt::Display| std::io::Error::other(why.to_string());
        let Some(at) = at else {
            let first = line(&bundle.header).map_err(|error| broken(&error))?;
            let from = bundle.header.from;
            return Ok(Some((Bytes::from(first), (app, caller, bundle, Some(from)))));
        };
        if at == u64::MAX {
            return Ok(None);
        }
        if at == bundle.header.to {
            let last = line(&bundle.footer).map_err(|error| broken(&error))?;
            return Ok(Some((Bytes::from(last), (app, caller, bundle, Some(u64::MAX)))));
        }
        let read = async {
            let mut tx = app.db.read(&caller).await?;
            let page = page(tx.conn(), &bundle, at).await?;
            tx.done().await?;
            Ok::<_, ApiError>(page)
        };
        let (bytes, next) = read.await.map_err(|error| broken(&error.message))?;
        Ok(Some((Bytes::from(bytes), (app, caller, bundle, Some(next)))))
    })
}
