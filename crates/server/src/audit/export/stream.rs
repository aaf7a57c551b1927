//! The work of an export: piece after piece, each asked for anew.

use super::{ExportFormat, csv, event, ocsf, store};
use crate::access::{Action, Caller, Facts, Permit};
use crate::app::App;
use crate::audit::read::{self, Place};
use crate::audit::{AuditEvent, LogFilter, Outcome, Target, resource_of};
use crate::error::{ApiError, Result};
use crate::http::Order;
use crate::ids::OrganizationId;
use bytes::Bytes;
use futures::Stream;
use serde_json::json;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Entries of one piece. With the next one, the one that waits in the channel and the one that is written to the reader,
/// four of them are all that an export holds, however long it is.
const PIECE: i64 = 2000;
/// Pieces that wait for a slow reader.
const WAITING: usize = 1;
/// How often a piece is tried while the database is away, and the pause between two tries.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(500);

/// What an export needs to know until it ends.
pub(super) struct Work {
    pub(super) app: Arc<App>,
    pub(super) caller: Caller,
    pub(super) permit: Permit,
    pub(super) about: Target,
    /// The organization that was asked for, if one was.
    pub(super) asked: Option<OrganizationId>,
    /// In whose log it stands.
    pub(super) org: OrganizationId,
    pub(super) filter: LogFilter,
    pub(super) only: Option<OrganizationId>,
    pub(super) format: ExportFormat,
}

/// An export under way.
#[derive(Debug)]
pub struct Export {
    /// How many entries there were when it was asked for.
    pub total: i64,
    /// In which shape.
    pub format: ExportFormat,
    pieces: mpsc::Receiver<Piece>,
}

#[derive(Debug)]
enum Piece {
    Entries(Bytes),
    /// All of it was sent, and how it ended is kept.
    Whole,
}

/// How it ended.
enum Ended {
    Whole,
    /// Whoever began it may not read any more, in these words.
    NotAnyMore(String),
    ReaderWentAway,
    Broke(ApiError),
}

/// Starts to work; stops when nobody reads any more.
pub(super) fn begin(work: Work, total: i64) -> Export {
    let (pieces, receiver) = mpsc::channel(WAITING);
    let format = work.format;
    tokio::spawn(run(work, pieces));
    Export { total, format, pieces: receiver }
}

impl Export {
    /// The bytes. What was not said to be whole ends with an error, so that nobody takes a part for all of it.
    pub fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> {
        futures::stream::unfold(Some(self.pieces), |pieces| async {
            let mut pieces = pieces?;
            match pieces.recv().await {
                Some(Piece::Entries(bytes)) => Some((Ok(bytes), Some(pieces))),
                Some(Piece::Whole) => None,
                None => Some((Err(io::Error::other("the export ended before it was whole")), None)),
            }
        })
    }
}

async fn run(work: Work, pieces: mpsc::Sender<Piece>) {
    let mut told = 0;
    let ended = write(&work, &pieces, &mut told).await.err().unwrap_or(Ended::Whole);
    let whole = matches!(ended, Ended::Whole);
    match work.app.db.while_it_stays(keep(&work, ended, told)).await {
        Ok(()) if whole => drop(pieces.send(Piece::Whole).await),
        Ok(()) => {}
        Err(error) => tracing::warn!(%error, "how an export ended could not be kept"),
    }
}

async fn write(work: &Work, pieces: &mpsc::Sender<Piece>, told: &mut usize) -> Result<(), Ended> {
    let mut text = String::new();
    if work.format == ExportFormat::Csv {
        csv::head(&mut text);
    }
    let mut entries = next(work, Place::first(Order::Asc)).await?;
    loop {
        let read = entries.len();
        let full = i64::try_from(read).is_ok_and(|read| read >= PIECE);
        let place = entries.last().filter(|_| full).map(|last| Place::after(Order::Asc, last));
        // The database looks for the next piece, and it is read, while this one is written.
        let (coming, told_now) = tokio::join!(
            async {
                match place {
                    Some(place) => next(work, place).await.map(Some),
                    None => Ok(None),
                }
            },
            tell(work.format, pieces, std::mem::take(&mut text), entries),
        );
        told_now?;
        *told += read;
        match coming? {
            Some(next) => entries = next,
            None => return Ok(()),
        }
    }
}

/// Sends one piece, after what stands in `text` already.
async fn tell(
    format: ExportFormat,
    pieces: &mpsc::Sender<Piece>,
    mut text: String,
    entries: Vec<AuditEvent>,
) -> Result<(), Ended> {
    let written = tokio::task::spawn_blocking(move || {
        for entry in &entries {
            encode(&mut text, format, entry)?;
        }
        anyhow::Ok(text)
    });
    let text =
        written.await.map_err(anyhow::Error::from).flatten().map_err(|error| Ended::Broke(error.into()))?;
    if text.is_empty() {
        return Ok(());
    }
    pieces.send(Piece::Entries(Bytes::from(text))).await.map_err(|_| Ended::ReaderWentAway)
}

fn encode(out: &mut String, format: ExportFormat, entry: &AuditEvent) -> anyhow::Result<()> {
    match format {
        ExportFormat::Csv => csv::entry(out, entry),
        ExportFormat::Ndjson => {
            out.push_str(&serde_json::to_string(entry)?);
            out.push('\n');
        }
        ExportFormat::Ocsf => {
            out.push_str(&ocsf::entry(entry).to_string());
            out.push('\n');
        }
    }
    Ok(())
}

/// The next piece; a database that is away for a moment does not cost an hour's download.
async fn next(work: &Work, place: Place) -> Result<Vec<AuditEvent>, Ended> {
    let mut tries = 0;
    loop {
        tries += 1;
        match work.app.db.while_it_stays(try_next(work, place)).await {
            Ok(entries) => return Ok(entries),
            Err(away) if away.code == "unavailable" && tries < TRIES => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(refusal) if refusal.status.is_client_error() => {
                return Err(Ended::NotAnyMore(refusal.message));
            }
            Err(error) => return Err(Ended::Broke(error)),
        }
    }
}

async fn try_next(work: &Work, place: Place) -> Result<Vec<AuditEvent>> {
    let _turn = work.app.exports.acquire().await.map_err(anyhow::Error::from)?;
    let mut tx = work.app.db.read(&work.caller).await?;
    let standing = store::standing(tx.conn(), &work.caller).await?.ok_or_else(ApiError::unauthenticated)?;
    let resource = resource_of(tx.conn(), &work.caller, work.asked).await?;
    // That they proved freshly who they are was asked at the beginning; a long download is not interrupted for it.
    let caller = Caller {
        role: standing.role.into(),
        asked_at: standing.now,
        authenticated_at: standing.now,
        ..work.caller.clone()
    };
    work.app.may(&caller, Action::AuditExport, &resource, &Facts::default())?;
    tx.plan_each_anew().await?;
    let entries = read::from_place(tx.conn(), &work.filter, work.only, place, PIECE).await?;
    tx.done().await?;
    Ok(entries)
}

/// Whoever began it may be nobody any more, so this goes without them.
async fn keep(work: &Work, ended: Ended, told: usize) -> Result<()> {
    let (outcome, because) = match ended {
        Ended::Whole => {
            let entries = if told == 1 { "entry" } else { "entries" };
            (Outcome::Success, format!("{told} {entries} as {}", work.format))
        }
        Ended::NotAnyMore(words) => (Outcome::Refused, words),
        Ended::ReaderWentAway => (Outcome::Failed, "the reader went away".to_owned()),
        Ended::Broke(error) => {
            tracing::warn!(%error, "an export broke");
            (Outcome::Failed, "it broke on our side".to_owned())
        }
    };
    let event = event(&work.caller, &work.permit, work.org, work.about.clone())
        .outcome(outcome)
        .because(because)
        .details(json!({ "format": work.format, "events": told }));
    let tx = work.app.db.unscoped("keep how an export ended").await?;
    tx.commit(event).await
}
