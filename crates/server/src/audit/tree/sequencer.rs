//! Orders what committed and signs it. One instance at a time leads, for one transaction; all of them witness: each keeps
//! the last checkpoint in its own data folder, and whichever of them finds the log shorter than what was signed, or
//! another, halts it for all.

use super::row::{Seals, new_salts};
use super::store::{self, Leaves, Nodes, Tree};
use super::{keys, prove, tiles};
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::error::Result;
use crate::ids::OrganizationId;
use sallyport_audit_log::{Checkpoint, Hash, Range, Refusal, TILE_HEIGHT, Verifier, proof};
use sqlx::PgConnection;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Between two rounds: how often a log is signed at most, and how long an event waits at least.
const PACE: Duration = Duration::from_secs(1);
/// Events that are ordered in one transaction.
const BATCH: i64 = 500;
/// Transactions for one organization in one round; others wait too.
const BATCHES: usize = 40;

/// Of each log, how large it was when this instance last kept its checkpoint.
pub type Kept = HashMap<OrganizationId, u64>;

/// Runs for as long as the platform does.
pub async fn keep_sealing(app: Arc<App>) {
    tokio::join!(keep_rounds(&app), keep_an_eye(&app));
}

async fn keep_rounds(app: &Arc<App>) {
    let mut kept = Kept::new();
    loop {
        if let Err(error) = round(app, &mut kept).await {
            tracing::warn!(%error, "the audit log waits for its seal");
        }
        tokio::time::sleep(PACE).await;
    }
}

/// Rings when events wait for too long. Beside the rounds, because it is they that may be stuck.
async fn keep_an_eye(app: &App) {
    if app.log.waits().is_zero() {
        app.log.set_waited(Duration::ZERO);
    }
    let mut rang = false;
    loop {
        let (waits, late) = (app.log.waits(), app.log.is_late());
        metrics::gauge!("sallyport_audit_oldest_unsealed_seconds").set(waits.as_secs_f64());
        metrics::gauge!("sallyport_audit_log_late").set(f64::from(u8::from(late)));
        match (rang, late) {
            (false, true) => tracing::error!(
                seconds = waits.as_secs(),
                "THE AUDIT LOG IS LATE: events wait for their place"
            ),
            (true, false) => tracing::info!("the audit log is up to date again"),
            _ => {}
        }
        rang = late;
        tokio::time::sleep(PACE).await;
    }
}

/// One round: what waits is ordered, what is ordered is signed, what others signed is kept.
pub async fn round(app: &Arc<App>, kept: &mut Kept) -> Result<()> {
    let _turn = app.log.turn.lock().await;
    if kept.is_empty() {
        look_back(app).await?;
    }
    let mut tx = app.db.unscoped("see which audit logs have grown").await?;
    let waiting = store::waiting(tx.conn()).await?;
    tx.commit_unaudited("only read").await?;
    for id in waiting {
        for _ in 0..BATCHES {
            if !order(app, id).await? {
                break;
            }
        }
    }
    let mut tx = app.db.unscoped("see which audit logs are to be signed").await?;
    let unsigned = store::unsigned(tx.conn()).await?;
    tx.commit_unaudited("only read").await?;
    for id in unsigned {
        sign(app, id, kept).await?;
    }
    witness(app, kept).await?;
    tell(app).await
}

/// Once, at the start: whether the database is behind what this instance kept, as after a backup was put back.
async fn look_back(app: &Arc<App>) -> Result<()> {
    let organizations = app.log.keeper.organizations().map_err(anyhow::Error::from)?;
    for id in organizations.into_iter().map(OrganizationId) {
        let mut tx = app.db.unscoped("compare an audit log with what was signed").await?;
        let tree = store::find_tree(tx.conn(), id).await?.unwrap_or_default();
        tx.commit_unaudited("only read").await?;
        if tree.halted_at.is_none()
            && let Err(refusal) = not_behind(app, id, &tree)
        {
            halt(app, id, &refusal).await?;
        }
    }
    Ok(())
}

/// The kept checkpoint, unless the log is shorter than it.
fn not_behind(app: &App, id: OrganizationId, tree: &Tree) -> Result<Option<Checkpoint>, Refusal> {
    let verifiers = app.log.verifiers(id).map_err(|_| Refusal::Sign)?;
    let last = app.log.keeper.last(id.0, &verifiers)?;
    let size = tree.size.cast_unsigned();
    match last {
        Some(last) if last.size > size => Err(Refusal::Smaller { signed: last.size, size }),
        last => Ok(last),
    }
}

/// Gives the events of one organization that waited longest their places; whether there may be more.
async fn order(app: &Arc<App>, id: OrganizationId) -> Result<bool> {
    let mut tx = app.db.unscoped("give events their place in the audit log").await?;
    if !store::lead(tx.conn()).await? {
        return Ok(false);
    }
    let tree = store::find_tree(tx.conn(), id).await?.unwrap_or_default();
    if tree.halted_at.is_some() {
        return Ok(false);
    }
    if let Err(refusal) = not_behind(app, id, &tree) {
        drop(tx);
        halt(app, id, &refusal).await?;
        return Ok(false);
    }
    let (queued, rows) = store::batch(tx.conn(), id, BATCH).await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let more = i64::try_from(rows.len()) == Ok(BATCH);
    let mut range = tree.range()?;
    let grown = grow(&mut range, rows)?;
    store::grow(tx.conn(), id, &queued, (&grown.0, &grown.1), &range).await?;
    tx.commit_unaudited("events get their place; they are the audit").await?;
    Ok(more)
}

fn grow(range: &mut Range, rows: Vec<super::row::Row>) -> Result<(Leaves, Nodes)> {
    let (mut leaves, mut nodes) = (Leaves::default(), Nodes::default());
    for row in rows {
        let salts = new_salts()?;
        let (event, time) = (row.id, row.occurred_at);
        let entry = row.into_entry(&Seals { salts: &salts, erased: 0, commitments: None })?;
        let encoded = entry.encode();
        let leaf = encoded.leaf();
        leaves.seqs.push(range.size().cast_signed());
        leaves.events.push(event);
        leaves.times.push(time);
        leaves.hashes.push(leaf.0.to_vec());
        leaves.marks.push(encoded.marks());
        leaves.salts.push(salts.to_vec());
        range.append(leaf, |node, hash| {
            if node.level > 0 && node.level % TILE_HEIGHT == 0 {
                nodes.levels.push(i16::from(node.level / TILE_HEIGHT));
                nodes.places.push(node.index.cast_signed());
                nodes.hashes.push(hash.0.to_vec());
            }
        });
    }
    Ok((leaves, nodes))
}

/// Signs the head of a log, if this instance leads and nothing speaks against it.
async fn sign(app: &Arc<App>, id: OrganizationId, kept: &mut Kept) -> Result<()> {
    let mut tx = app.db.unscoped("sign the head of an audit log").await?;
    if !store::lead(tx.conn()).await? {
        return Ok(());
    }
    // Whoever rotates them waits for this lead, or was before it.
    keys::refresh(app, tx.conn()).await?;
    let Some(tree) = store::find_tree(tx.conn(), id).await?.filter(|tree| tree.halted_at.is_none()) else {
        return Ok(());
    };
    let range = tree.range()?;
    let signed = match not_behind(app, id, &tree) {
        Ok(last) => {
            let proof = continuing(tx.conn(), id, last.as_ref(), range.size()).await?;
            sign_and_keep(app, id, (range.size(), range.root()), proof).await?
        }
        Err(refusal) => Err(refusal),
    };
    match signed {
        Ok(checkpoint) => {
            store::set_signed(tx.conn(), id, range.size(), &checkpoint).await?;
            tx.commit_unaudited("a signature over the audit").await?;
            kept.insert(id, range.size());
            Ok(())
        }
        Err(refusal) => {
            drop(tx);
            halt(app, id, &refusal).await
        }
    }
}

/// That the tree of this size continues the kept checkpoint; nothing where the stored tree cannot show it, which is then
/// refused.
async fn continuing(
    conn: &mut PgConnection,
    id: OrganizationId,
    last: Option<&Checkpoint>,
    size: u64,
) -> Result<Vec<Hash>> {
    let steps = last.and_then(|last| proof::consistency(last.size, size)).unwrap_or_default();
    match tiles(conn, id, &proof::subtrees(&steps), size).await {
        Ok(_) => prove(conn, id, &steps, size).await,
        // Missing leaves or nodes show nothing; a database that is away is no reason to halt.
        Err(error) if error.status == axum::http::StatusCode::INTERNAL_SERVER_ERROR => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// On a thread that may wait for the disk.
async fn sign_and_keep(
    app: &Arc<App>,
    id: OrganizationId,
    head: (u64, Hash),
    proof: Vec<Hash>,
) -> Result<Result<String, Refusal>> {
    let app = Arc::clone(app);
    let work = move || -> Result<Result<String, Refusal>> {
        let (keys, verifiers) = (app.log.keys(), app.log.verifiers(id)?);
        let Some(signer) = keys.first() else { return Ok(Err(Refusal::Sign)) };
        Ok(app.log.keeper.sign(id.0, head, &proof, &verifiers, |text| signer.key.sign(text)))
    };
    tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?
}

/// Keeps what others signed, if it continues what is kept here.
async fn witness(app: &Arc<App>, kept: &mut Kept) -> Result<()> {
    let mut tx = app.db.unscoped("keep the checkpoints that others signed").await?;
    let heads = store::heads(tx.conn()).await?;
    // After the heads: the keys of all of them are there then.
    keys::refresh(app, tx.conn()).await?;
    tx.commit_unaudited("only read").await?;
    for (id, tree) in heads {
        let size = tree.signed_size.map(i64::cast_unsigned);
        let (Some(size), Some(note), None) = (size, &tree.checkpoint, tree.halted_at) else { continue };
        if kept.get(&id) == Some(&size) {
            continue;
        }
        let refused = match not_behind(app, id, &tree) {
            // Signed here, and its row not written yet.
            Ok(Some(last)) if last.size > size => continue,
            Ok(last) => {
                let mut tx = app.db.unscoped("prove that an audit log continues").await?;
                let proof = continuing(tx.conn(), id, last.as_ref(), size).await?;
                tx.commit_unaudited("only read").await?;
                keep(app, id, note.clone(), proof).await?
            }
            Err(refusal) => Err(refusal),
        };
        match refused {
            Ok(()) => drop(kept.insert(id, size)),
            Err(refusal) => halt(app, id, &refusal).await?,
        }
    }
    Ok(())
}

async fn keep(
    app: &Arc<App>,
    id: OrganizationId,
    note: String,
    proof: Vec<Hash>,
) -> Result<Result<(), Refusal>> {
    let app = Arc::clone(app);
    let work = move || -> Result<Result<(), Refusal>> {
        let verifiers: Vec<Verifier> = app.log.verifiers(id)?;
        Ok(app.log.keeper.witness(id.0, &note, &proof, &verifiers))
    };
    tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?
}

/// Nothing of this log is ordered or signed until an operator looked at it.
async fn halt(app: &Arc<App>, id: OrganizationId, refusal: &Refusal) -> Result<()> {
    if matches!(refusal, Refusal::Io { .. } | Refusal::Sign) {
        tracing::error!(organization = %id, %refusal, "an audit log is not signed");
        return Ok(());
    }
    let because = refusal.to_string();
    tracing::error!(organization = %id, %because, "AN AUDIT LOG IS HALTED; see docs/audit-log.md");
    let mut tx = app.db.unscoped("halt an audit log").await?;
    if !store::halt(tx.conn(), id, &because).await? {
        return Ok(());
    }
    let name = store::organization_name(tx.conn(), id).await?;
    let event = Event::by_platform(&catalogue::AUDIT_HALT, Outcome::Success, app.provider)
        .target(Target::new("organization", id.0, name))
        .because(because);
    tx.commit(event).await
}

/// For whoever watches the platform.
async fn tell(app: &App) -> Result<()> {
    let mut tx = app.db.unscoped("see how the audit logs are").await?;
    let (halted, waits_s) = store::state(tx.conn()).await?;
    tx.commit_unaudited("only read").await?;
    app.log.halted.store(halted, Ordering::Relaxed);
    metrics::gauge!("sallyport_audit_logs_halted").set(f64::from(i32::try_from(halted).unwrap_or(i32::MAX)));
    app.log.set_waited(Duration::try_from_secs_f64(waits_s).unwrap_or_default());
    Ok(())
}
