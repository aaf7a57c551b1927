//! The job that forwards. Of all instances one at a time is at a destination: it takes it for a minute, reads what comes
//! next in the sealed order, hands it over, and moves the cursor when the receiver has it. Whoever dies in between leaves
//! the cursor where it was, so that something may come twice and nothing is lost.

use super::message::{self, Placed};
use super::model::{DestinationFormat, DestinationKind, certificates};
use super::store::{self, Behind, Claimed, Key};
use crate::app::App;
use crate::audit::{AuditEvent, Event, Kind, Outcome, RiskLevel, catalogue, read};
use crate::error::Result;
use crate::ids::AuditDestinationId;
use axum::http::{Request, header};
use sallyport_outbound::Client;
use sallyport_secrets::Secret;
use serde_json::json;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use url::Url;
use uuid::Uuid;

/// How often it is looked for something to deliver.
const PACE: Duration = Duration::from_millis(500);
/// Destinations that are delivered to at once. A slow one holds up no other.
const AT_ONCE: usize = 16;
/// Deliveries to one before others have their turn.
const IN_A_ROW: usize = 20;
/// After the first try that failed; each later one doubles it.
const FIRST_PAUSE_S: i32 = 1;
/// But no pause is longer.
const LONGEST_PAUSE_S: i32 = 300;
/// Tries that failed in a row, after which the log says so.
const WORTH_AN_EVENT: i32 = 5;

/// Runs for as long as the platform does.
pub async fn keep_forwarding(app: Arc<App>) {
    let mut busy: HashSet<AuditDestinationId> = HashSet::new();
    let mut works: JoinSet<AuditDestinationId> = JoinSet::new();
    loop {
        while let Some(done) = works.try_join_next() {
            match done {
                Ok(id) => drop(busy.remove(&id)),
                // Whose it was cannot be told; the claims in the database keep two apart as well.
                Err(_) => busy.clear(),
            }
        }
        match due(&app, &busy).await {
            Ok(found) => {
                for id in found {
                    busy.insert(id);
                    works.spawn(deliver_all(Arc::clone(&app), id));
                }
            }
            Err(error) => tracing::warn!(%error, "the forwarding of the audit log waits"),
        }
        tokio::time::sleep(PACE).await;
    }
}

async fn due(app: &App, busy: &HashSet<AuditDestinationId>) -> Result<Vec<AuditDestinationId>> {
    let room = i64::try_from(AT_ONCE.saturating_sub(busy.len())).unwrap_or(0);
    if room == 0 {
        return Ok(Vec::new());
    }
    let busy: Vec<Uuid> = busy.iter().map(|id| id.0).collect();
    let mut tx = app.db.unscoped("find where audit logs are to be forwarded to").await?;
    let found = store::due(tx.conn(), app.instance, &busy, room).await?;
    tx.commit_unaudited("only read").await?;
    Ok(found)
}

async fn deliver_all(app: Arc<App>, id: AuditDestinationId) -> AuditDestinationId {
    for _ in 0..IN_A_ROW {
        match deliver(&app, id).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                tracing::warn!(%error, destination = %id, "the forwarding of an audit log waits");
                break;
            }
        }
    }
    id
}

/// One batch; whether there may be more.
async fn deliver(app: &App, id: AuditDestinationId) -> Result<bool> {
    let Some(work) = take(app, id).await? else { return Ok(false) };
    let sent = match (work.events.as_slice(), &work.receiver) {
        ([], _) => Ok(None),
        (events, Ok(receiver)) => receiver.send(app, events).await,
        (_, Err(problem)) => Err(Failure::new("secret_unreadable", (*problem).to_owned())),
    };
    match sent {
        Ok(_) => {
            taken(app, &work).await?;
            Ok(true)
        }
        Err(failure) => {
            failed(app, &work, &failure).await?;
            Ok(false)
        }
    }
}

/// A batch for a destination.
struct Work {
    key: Key,
    name: String,
    failures: i32,
    receiver: Result<Receiver, &'static str>,
    events: Vec<Placed>,
    logs: Vec<Uuid>,
    places: Vec<i64>,
}

/// Takes a destination, and what comes next for it. Nothing is kept where there is nothing.
async fn take(app: &App, id: AuditDestinationId) -> Result<Option<Work>> {
    let mut tx = app.db.unscoped("take what comes next for a destination of the audit log").await?;
    let Some(claimed) = store::claim(tx.conn(), id, app.instance).await? else { return Ok(None) };
    let key = Key { org: claimed.org, id, whole: claimed.whole };
    let mut room = batch(claimed.kind());
    let (mut events, mut logs, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for Behind { log, next, signed } in store::behind(tx.conn(), key).await? {
        if room == 0 {
            break;
        }
        let end = signed.min(next + room);
        let read = read::sealed(tx.conn(), log, next, end).await?;
        events.extend(worth(read, claimed.min_risk()));
        logs.push(log.0);
        places.push(end);
        room -= end - next;
    }
    if logs.is_empty() {
        return Ok(None);
    }
    let receiver = receiver(app, &mut tx, key, &claimed).await?;
    tx.commit_unaudited("a claim on a destination; what is delivered is the log itself").await?;
    Ok(Some(Work { key, name: claimed.name, failures: claimed.failures, receiver, events, logs, places }))
}

/// Events of one delivery.
fn batch(kind: DestinationKind) -> i64 {
    match kind {
        DestinationKind::Syslog => 500,
        DestinationKind::Webhook => 100,
    }
}

fn worth(events: Vec<(i64, AuditEvent)>, least: Option<RiskLevel>) -> impl Iterator<Item = Placed> {
    let rank = |level: RiskLevel| RiskLevel::ALL.iter().position(|known| *known == level);
    let worth = move |level: RiskLevel| least.is_none_or(|least| rank(level) >= rank(least));
    let events = events.into_iter().filter(move |(_, event)| worth(event.risk_level));
    events.map(|(seq, event)| Placed { seq: Some(seq), event })
}

async fn receiver(
    app: &App,
    tx: &mut crate::db::WriteTx,
    key: Key,
    claimed: &Claimed,
) -> Result<Result<Receiver, &'static str>> {
    let secret = match claimed.kind() {
        DestinationKind::Syslog => None,
        DestinationKind::Webhook => match super::open_secret(app, tx.conn(), key.org, key.id).await? {
            Some(secret) => Some(secret),
            None => return Ok(Err("The secret of this destination cannot be opened. Renew it.")),
        },
    };
    Ok(Ok(Receiver {
        kind: claimed.kind(),
        address: claimed.address.clone(),
        format: claimed.format(),
        ca_pem: claimed.ca_pem.clone(),
        secret,
    }))
}

async fn taken(app: &App, work: &Work) -> Result<()> {
    let mut tx = app.db.unscoped("move the cursor of a destination of the audit log").await?;
    let count = i64::try_from(work.events.len()).unwrap_or(i64::MAX);
    if !store::set_taken(tx.conn(), work.key, (&work.logs, &work.places), count).await? {
        return Ok(());
    }
    metrics::counter!("sallyport_audit_events_forwarded_total").increment(count.unsigned_abs());
    if work.failures >= WORTH_AN_EVENT && count > 0 {
        let event = event(work, &catalogue::AUDIT_DESTINATION_RECOVER, Outcome::Success);
        return tx.commit(event.details(json!({ "tries": work.failures }))).await;
    }
    tx.commit_unaudited("how far the log was taken; it says itself what it holds").await
}

async fn failed(app: &App, work: &Work, failure: &Failure) -> Result<()> {
    let problem = &failure.words;
    tracing::warn!(destination = %work.key.id, problem, "a receiver did not take the audit log");
    metrics::counter!("sallyport_audit_forwarding_failures_total").increment(1);
    let mut tx = app.db.unscoped("put a destination of the audit log off").await?;
    let failures = store::set_failed(tx.conn(), work.key, problem, pause_s(work.failures)).await?;
    if failures == Some(WORTH_AN_EVENT) {
        let event = event(work, &catalogue::AUDIT_DESTINATION_FAIL, Outcome::Failed);
        return tx.commit(event.because(problem).details(json!({ "tries": failures }))).await;
    }
    tx.commit_unaudited("a delivery that is tried again; a lasting failure is in the log").await
}

fn event(work: &Work, kind: &'static Kind, outcome: Outcome) -> Event {
    Event::by_platform(kind, outcome, work.key.org).target(super::target(work.key.id, &work.name))
}

/// After so many tries before that failed too.
fn pause_s(failures: i32) -> i32 {
    let doubled = failures.clamp(0, 16).unsigned_abs();
    FIRST_PAUSE_S.saturating_mul(2_i32.saturating_pow(doubled)).min(LONGEST_PAUSE_S)
}

/// Who takes events.
pub(super) struct Receiver {
    pub(super) kind: DestinationKind,
    pub(super) address: String,
    pub(super) format: DestinationFormat,
    pub(super) ca_pem: Option<String>,
    /// Of a webhook.
    pub(super) secret: Option<Secret>,
}

/// Why nothing was taken; nothing of what the receiver said is in it.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: &'static str,
    pub(super) words: String,
    pub(super) status: Option<u16>,
}

impl Failure {
    pub(super) fn new(code: &'static str, words: String) -> Self {
        Self { code, words, status: None }
    }
}

impl From<sallyport_outbound::SendError> for Failure {
    fn from(error: sallyport_outbound::SendError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl Receiver {
    /// Hands them over; comes back when the receiver has them, with the status of its answer if it gives one.
    pub(super) async fn send(&self, app: &App, events: &[Placed]) -> Result<Option<u16>, Failure> {
        let client = self.client(app)?;
        match (self.kind, &self.secret) {
            (DestinationKind::Webhook, Some(secret)) => {
                post(app, &client, self, secret, events).await.map(Some)
            }
            (DestinationKind::Webhook, None) => {
                Err(Failure::new("secret_unreadable", "This destination has no secret.".to_owned()))
            }
            (DestinationKind::Syslog, _) => {
                let bytes = message::syslog(events, &hostname(app));
                client.deliver(&self.address, &bytes).await?;
                Ok(None)
            }
        }
    }

    fn client<'a>(&self, app: &'a App) -> Result<Cow<'a, Client>, Failure> {
        let Some(pem) = &self.ca_pem else { return Ok(Cow::Borrowed(&app.forwarding)) };
        let own = certificates(pem).and_then(|all| app.forwarding.trusting_only(all).ok());
        let bad = || Failure::new("certificates_unreadable", "Its certificates cannot be read.".to_owned());
        own.map(Cow::Owned).ok_or_else(bad)
    }
}

/// What the platform calls itself (RFC 5424, section 6.2.4).
fn hostname(app: &App) -> String {
    let url = Url::parse(&app.config.http.public_url).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or("-");
    host.trim_matches(['[', ']']).to_owned()
}

async fn post(
    app: &App,
    client: &Client,
    to: &Receiver,
    secret: &Secret,
    events: &[Placed],
) -> Result<u16, Failure> {
    let broken = |problem: &dyn std::fmt::Display| Failure::new("not_sent", problem.to_string());
    let body = message::body(events, to.format);
    let at = app.db.now().await.map_err(|error| broken(&error.message))?;
    let request = Request::post(&to.address)
        .header(header::CONTENT_TYPE, "application/json")
        .header("Sallyport-Delivery", app.clock.new_id().to_string())
        .header("Sallyport-Signature", message::signature(secret.expose(), at, &body))
        .body(body)
        .map_err(|error| broken(&error))?;
    let status = client.send(request).await?.status();
    if status.is_success() {
        return Ok(status.as_u16());
    }
    Err(Failure {
        code: "not_taken",
        words: format!("The receiver answered with status {}.", status.as_u16()),
        status: Some(status.as_u16()),
    })
}

#[cfg(test)]
mod tests {
    use super::pause_s;

    #[test]
    fn pauses_grow_and_never_become_long() {
        assert_eq!([0, 1, 2, 8, 9, 40, i32::MAX].map(pause_s), [1, 2, 4, 256, 300, 300, 300]);
    }
}
