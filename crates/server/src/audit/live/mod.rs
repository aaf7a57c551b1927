//! Live updates: whoever has a page open is told that something changed that they may see, and asks for it as ever.
//!
//! Each change leaves an entry, so the growth of the logs is all that has to be watched: one look a second for each
//! instance, however many follow. Who follows is told kinds of things and no more, and asked about anew each time.

pub mod http;
mod model;
mod store;

pub use model::{Changed, Topic};

use super::export::standing;
use crate::access::policies::CanValue;
use crate::access::{Action, Caller, Facts, Resource};
use crate::app::App;
use crate::error::{ApiError, Result};
use crate::ids::{OrganizationId, UserId};
use axum::http::StatusCode;
use bytes::Bytes;
use futures::Stream;
use model::Change;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{Receiver, Sender};
use tokio::time::{Instant, sleep_until, timeout_at};
use uuid::Uuid;

/// How often it is looked for changes.
const PACE: Duration = Duration::from_secs(1);
/// Rounds of changes that a slow follower may be behind; who is further behind is told that all may have changed.
const BEHIND: usize = 64;
/// Streams of one person at one instance: a page each.
const MOST: usize = 10;
/// How often something is said, so that nobody on the way takes the stream for dead; and how long after its end a
/// sign-in is found to be over.
const QUIET: Duration = Duration::from_secs(15);
/// The longest that one stream lasts; the page begins another.
const LONGEST: u32 = 3600;

type Round = Arc<Vec<Change>>;

/// Who follows here.
#[derive(Debug)]
pub struct Followed {
    rounds: Sender<Round>,
    streams: Mutex<HashMap<UserId, usize>>,
}

impl Default for Followed {
    fn default() -> Self {
        Self { rounds: Sender::new(BEHIND), streams: Mutex::default() }
    }
}

/// One stream of a person; makes room when it ends.
struct Seat {
    app: Arc<App>,
    user: UserId,
}

impl Seat {
    fn take(app: &Arc<App>, user: UserId) -> Result<Self> {
        let mut streams = app.followed.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let count = streams.entry(user).or_default();
        if *count >= MOST {
            return Err(ApiError::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_streams",
                "You follow changes in 10 places already. Close one of them.",
            ));
        }
        *count += 1;
        Ok(Self { app: Arc::clone(app), user })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut streams = self.app.followed.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = streams.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                streams.remove(&self.user);
            }
        }
    }
}

/// Runs for as long as the platform does.
pub async fn keep_watching(app: Arc<App>) {
    let mut known = None;
    loop {
        match look(&app, &mut known).await {
            Ok(changes) if !changes.is_empty() => drop(app.followed.rounds.send(Arc::new(changes))),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "changes are not told at the moment"),
        }
        tokio::time::sleep(PACE).await;
    }
}

/// What is new since the last look; nothing at the first one.
async fn look(app: &App, known: &mut Option<HashMap<OrganizationId, i64>>) -> Result<Vec<Change>> {
    let mut tx = app.db.unscoped("see what changed, for those who follow").await?;
    let sizes: HashMap<OrganizationId, i64> = store::sizes(tx.conn()).await?.into_iter().collect();
    let mut changes = Vec::new();
    if let Some(known) = known.as_ref() {
        let (mut logs, mut begins, mut ends) = (Vec::new(), Vec::new(), Vec::new());
        for (&log, &size) in &sizes {
            let begin = known.get(&log).copied().unwrap_or(0);
            if size > begin {
                logs.push(log.0);
                begins.push(begin);
                ends.push(size);
            }
        }
        if !logs.is_empty() {
            for about in store::about(tx.conn(), &logs, &begins, &ends).await? {
                let topics = [Some(Topic::Audit), Topic::of(&about.noun)];
                changes.extend(topics.into_iter().flatten().map(|topic| Change {
                    organization: about.org_id,
                    topic,
                    people: about.people.clone(),
                }));
            }
        }
    }
    tx.commit_unaudited("only read").await?;
    *known = Some(sizes);
    Ok(changes)
}

/// The changes that a person may see, as they happen.
pub fn follow_changes(
    app: &Arc<App>,
    caller: Caller,
    seconds: Option<u32>,
) -> Result<impl Stream<Item = io::Result<Bytes>> + use<>> {
    app.may(&caller, Action::UserRead, &Resource::own(&caller), &Facts::own())?;
    if caller.machine.is_some() {
        return Err(ApiError::forbidden("Changes are followed by people; a machine asks for what it wants."));
    }
    let follower = Follower {
        seat: Seat::take(app, caller.user_id)?,
        caller,
        rounds: app.followed.rounds.subscribe(),
        until: Instant::now() + Duration::from_secs(seconds.unwrap_or(LONGEST).min(LONGEST).into()),
        begun: false,
    };
    Ok(futures::stream::unfold(follower, |mut follower| async {
        let said = follower.next().await?;
        Some((Ok(said), follower))
    }))
}

struct Follower {
    seat: Seat,
    caller: Caller,
    rounds: Receiver<Round>,
    until: Instant,
    begun: bool,
}

impl Follower {
    /// What is said next; none at the end.
    async fn next(&mut self) -> Option<Bytes> {
        if !self.begun {
            self.begun = true;
            // How long a browser waits before it comes back, and a sign that it is through.
            return Some(Bytes::from_static(b"retry: 3000\n: follows\n\n"));
        }
        let quiet = (Instant::now() + QUIET).min(self.until);
        loop {
            let round = match timeout_at(quiet, self.rounds.recv()).await {
                Ok(Ok(round)) => Some(round),
                Ok(Err(RecvError::Lagged(_))) => None,
                Ok(Err(RecvError::Closed)) => return None,
                Err(_) if quiet >= self.until => return None,
                Err(_) => return self.signed_in().await.then(|| Bytes::from_static(b": still here\n\n")),
            };
            match self.topics(round.as_deref()).await {
                Ok(topics) if topics.is_empty() => {}
                Ok(topics) => return event(&Changed { topics }),
                Err(error) if error.status == StatusCode::SERVICE_UNAVAILABLE => sleep_until(quiet).await,
                Err(_) => return None,
            }
        }
    }

    async fn signed_in(&self) -> bool {
        match self.now().await {
            Ok(_) => true,
            // A database that is away for a moment ends nobody's stream.
            Err(error) => error.status == StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The caller as they are now, with the organizations of `among` that they see.
    async fn seen(&self, among: &[Uuid]) -> Result<(Caller, Vec<Resource>)> {
        let mut tx = self.seat.app.db.read(&self.caller).await?;
        let standing = standing(tx.conn(), &self.caller).await?.ok_or_else(ApiError::unauthenticated)?;
        let seen = store::seen(tx.conn(), among).await?;
        tx.done().await?;
        let caller = Caller { role: standing.role.into(), asked_at: standing.now, ..self.caller.clone() };
        Ok((caller, seen))
    }

    async fn now(&self) -> Result<Caller> {
        Ok(self.seen(&[]).await?.0)
    }

    /// What of a round is for them; of one that was missed, everything.
    async fn topics(&self, round: Option<&Vec<Change>>) -> Result<BTreeSet<Topic>> {
        let Some(round) = round else {
            self.now().await?;
            return Ok(Topic::ALL.into());
        };
        let among: BTreeSet<Uuid> = round.iter().map(|change| change.organization.0).collect();
        let among: Vec<Uuid> = among.into_iter().collect();
        let (caller, seen) = self.seen(&among).await?;
        let told = round.iter().filter(|change| self.may_know(&caller, &seen, change));
        Ok(told.map(|change| change.topic).collect())
    }

    /// Who may see all such things of an organization, or whom it is about. That something happened in the log is told
    /// to its readers alone.
    fn may_know(&self, caller: &Caller, seen: &[Resource], change: &Change) -> bool {
        let Some(resource) = seen.iter().find(|resource| resource.org_id == change.organization) else {
            return false;
        };
        if change.topic != Topic::Audit && change.people.contains(&caller.user_id.to_string()) {
            return true;
        }
        let action = change.topic.shown_by();
        let can = self.seat.app.policies.can(caller, &[action], resource, &Facts::default(), caller.asked_at);
        can.0.values().all(|value| matches!(value, CanValue::Yes(true)))
    }
}

fn event(changed: &Changed) -> Option<Bytes> {
    let data = serde_json::to_string(changed).ok()?;
    Some(Bytes::from(format!("event: change\ndata: {data}\n\n")))
}
