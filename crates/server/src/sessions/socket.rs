//! The terminal's WebSocket: a ticket first, then bytes both ways. CONTRACT: docs/terminal.md.

use super::live::{hash_of, person};
use super::model::TicketMode;
use super::store::{self, Admission};
use super::watchers::{Seat, Watcher};
use crate::access::Role;
use crate::app::App;
use crate::audit::{self, Actor, Outcome, Target, catalogue};
use crate::http::request::Origin;
use crate::ids::{SessionId, UserId};
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use bytes::Bytes;
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use sallyport_relay::live::{
    Attachment, AttachmentWriter, CloseReason, Event, InputError, MAX_INPUT, Mode, SessionHandle, ToClient,
};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

/// Largest message from a client: an input frame.
pub(super) const MAX_FRAME: usize = MAX_INPUT;
/// How long a stranger may take to show a ticket.
const TICKET_WAIT: Duration = Duration::from_secs(8);
/// How often a silent browser is asked whether it is there, and when it is given up.
const PING_EVERY: Duration = Duration::from_secs(15);
const SILENT_FOR: Duration = Duration::from_secs(45);
const FAREWELL: Duration = Duration::from_secs(2);

/// The first message.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
enum First {
    Attach { ticket: String, cols: u16, rows: u16 },
}

/// Text messages of an attached client.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", deny_unknown_fields)]
enum FromBrowser {
    Resize { cols: u16, rows: u16 },
    Ack { bytes: u64 },
    Ping,
}

/// A close code (RFC 6455 section 7.4, from 4000 on our own) and its words.
type Close = (u16, &'static str);

const BAD_MESSAGE: Close = (4400, "a message was not understood");
const NO_TICKET: Close = (4401, "the ticket is missing, used or expired");
const NOT_ALLOWED: Close = (4403, "not allowed");
const NO_SESSION: Close = (4404, "there is no such session");
const TOO_SLOW: Close = (4408, "nothing came in time");
const ELSEWHERE: Close = (4409, "attached in another window");
const TOO_BIG: Close = (1009, "a message was too big");
const OVER: Close = (1000, "the session is over");

/// Who is at the door.
pub(super) struct Visitor {
    /// Whose browser it is, where it said so: only the ticket lets anybody in, but never another than the one it was
    /// given to.
    pub user_id: Option<UserId>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Who came in.
struct Admitted {
    attachment: Attachment,
    ready: String,
    size: (u16, u16),
    /// Among those who watch.
    seat: Option<Seat>,
}

/// Serves one WebSocket to its end.
pub(super) async fn serve(app: Arc<App>, id: SessionId, visitor: Visitor, mut socket: WebSocket) {
    // Boxed, because the task stays for as long as the browser does.
    let close = match Box::pin(admit(&app, id, visitor, &mut socket)).await {
        Ok(admitted) => {
            let Admitted { attachment, ready, size, seat } = admitted;
            if attachment.mode() == Mode::Control {
                // An owner may come back with another window.
                let _ = attachment.writer().resize(size.0, size.1).await;
            }
            attached(socket, attachment, ready).await;
            drop(seat);
            return;
        }
        Err(close) => close,
    };
    say_goodbye(&mut socket, close).await;
}

async fn admit(
    app: &Arc<App>,
    id: SessionId,
    visitor: Visitor,
    socket: &mut WebSocket,
) -> Result<Admitted, Close> {
    let First::Attach { ticket, cols, rows } = {
        let _stranger = app.live.strangers.try_acquire().map_err(|_| TOO_SLOW)?;
        first_message(socket).await?
    };
    let admission = take_ticket(app, &ticket).await?;
    if visitor.user_id.is_some_and(|visitor| visitor != admission.user_id) {
        return Err(NO_TICKET);
    }
    if admission.session_id != id {
        return Err(NO_SESSION);
    }
    let Some(handle) = app.live.registry.find(id.0) else { return Err(tell_end(app, id, socket).await) };
    let mode = match TicketMode::from(admission.mode.clone()) {
        TicketMode::Control => Mode::Control,
        TicketMode::Watch => Mode::Watch,
    };
    let ready = ready_message(app, id, &handle, mode).await?;
    let client_ip = visitor.origin.client_ip;
    keep_attaching(app, &admission, mode, visitor.origin).await?;
    // Before it sees anything: from here on it is asked about.
    let seat = (mode == Mode::Watch).then(|| {
        let Admission { user_id, user_session_id, .. } = admission;
        Seat::take(Arc::clone(app), Watcher { session_id: id, user_id, user_session_id, client_ip })
    });
    let attachment =
        handle.attach(person(admission.user_id, &admission.user_name), mode).await.map_err(|error| {
            match error {
                sallyport_relay::live::AttachError::NotOwner => NOT_ALLOWED,
                sallyport_relay::live::AttachError::Ended => OVER,
            }
        })?;
    Ok(Admitted { attachment, ready, size: (cols, rows), seat })
}

/// A shell can end before anybody attaches: why is told as it would have been then.
async fn tell_end(app: &App, id: SessionId, socket: &mut WebSocket) -> Close {
    let found = async {
        let mut tx = app.db.unscoped("tell why a session is over already").await?;
        store::find(tx.conn(), id).await
    };
    let Some(session) =
        app.db.while_it_stays(found).await.ok().flatten().filter(|session| session.ended_at.is_some())
    else {
        return NO_SESSION;
    };
    let ended = serde_json::json!({
        "type": "ended", "code": session.end_code, "message": session.end_message.unwrap_or_default(),
    });
    let _ = timeout(FAREWELL, socket.send(Message::Text(ended.to_string().into()))).await;
    OVER
}

/// Nobody gets to see anything before the log tells of it.
async fn keep_attaching(app: &App, admission: &Admission, mode: Mode, origin: Origin) -> Result<(), Close> {
    let kind = match mode {
        Mode::Control => &catalogue::SESSION_ATTACH,
        Mode::Watch => &catalogue::SESSION_WATCH,
    };
    let actor = Actor {
        id: admission.user_id,
        org_id: Some(admission.user_org_id),
        name: admission.user_name.clone(),
        email: admission.user_email.clone(),
        role: admission.user_role.parse::<Role>().ok().map(Role::as_str),
    };
    let event = audit::Event::by_platform(kind, Outcome::Success, admission.org_id)
        .actor(actor)
        .origin(origin)
        .decided_by(admission.policy_ids.clone())
        .target(Target::new("asset", admission.asset_id.0, &admission.asset_name))
        .session(admission.session_id);
    let kept = async { app.db.unscoped("keep that somebody attaches").await?.commit(event).await };
    app.db.while_it_stays(kept).await.map_err(|error| {
        tracing::warn!(%error, "nobody attaches, because it could not be kept");
        NO_SESSION
    })
}

async fn first_message(socket: &mut WebSocket) -> Result<First, Close> {
    let first = timeout(TICKET_WAIT, async {
        loop {
            match socket.recv().await {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => return other,
            }
        }
    });
    match first.await {
        Err(_) => Err(TOO_SLOW),
        Ok(Some(Ok(Message::Text(text)))) => serde_json::from_str(&text).map_err(|_| BAD_MESSAGE),
        Ok(Some(Err(_))) => Err(TOO_BIG),
        Ok(_) => Err(BAD_MESSAGE),
    }
}

async fn take_ticket(app: &App, token: &str) -> Result<Admission, Close> {
    let admission = async {
        let mut tx = app.db.unscoped("a browser shows a ticket").await?;
        let admission = store::take_ticket(tx.conn(), &hash_of(token)).await?;
        tx.commit_unaudited("a ticket is spent; attaching is an event of its own").await?;
        Ok(admission)
    };
    app.db.while_it_stays(admission).await.ok().flatten().ok_or(NO_TICKET)
}

async fn ready_message(
    app: &App,
    id: SessionId,
    handle: &SessionHandle,
    mode: Mode,
) -> Result<String, Close> {
    let session = async {
        let mut tx = app.db.unscoped("tell an attached browser of its session").await?;
        store::find(tx.conn(), id).await
    };
    let mut session = app.db.while_it_stays(session).await.ok().flatten().ok_or(NO_SESSION)?;
    session.viewers = super::live::viewers(&handle.status());
    let mode = if mode == Mode::Control { "control" } else { "watch" };
    Ok(serde_json::json!({ "type": "ready", "mode": mode, "session": session }).to_string())
}

/// Both directions, until one ends. Reading and writing do not wait for each other.
async fn attached(socket: WebSocket, mut attachment: Attachment, ready: String) {
    let writer = attachment.writer();
    let (mut sink, mut stream) = socket.split();
    let (pong, pongs) = tokio::sync::mpsc::channel(4);
    let close = tokio::select! {
        close = write(&mut sink, &mut attachment, &writer, ready, pongs) => close,
        close = read(&mut stream, writer.clone(), pong) => Some(close),
    };
    drop(attachment);
    if let Some((code, words)) = close {
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static(words) };
        // What the browser still sends is read to its end: a socket closed over unread bytes is reset, and the last
        // words with it.
        let farewell = async {
            let _ = sink.send(Message::Close(Some(frame))).await;
            while let Some(Ok(_)) = stream.next().await {}
        };
        let _ = timeout(FAREWELL, farewell).await;
    }
}

async fn write(
    sink: &mut SplitSink<WebSocket, Message>,
    attachment: &mut Attachment,
    writer: &AttachmentWriter,
    ready: String,
    mut pongs: tokio::sync::mpsc::Receiver<()>,
) -> Option<Close> {
    let mut ping = interval(PING_EVERY);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut next = Some(Message::Text(ready.into()));
    loop {
        let message = if let Some(message) = next.take() {
            message
        } else {
            tokio::select! {
                what = attachment.next() => match what {
                    ToClient::Output(bytes) => Message::Binary(bytes),
                    ToClient::Event(event) => text(&event),
                    ToClient::Close(reason) => return Some(close_of(reason)),
                },
                Some(()) = pongs.recv() => Message::Text(Utf8Bytes::from_static(r#"{"type":"pong"}"#)),
                _ = ping.tick() => Message::Ping(Bytes::new()),
            }
        };
        tokio::select! {
            sent = sink.send(message) => if sent.is_err() { return None },
            () = writer.cut() => return None,
        }
    }
}

fn text(event: &Event) -> Message {
    Message::Text(serde_json::to_string(event).unwrap_or_default().into())
}

fn close_of(reason: CloseReason) -> Close {
    match reason {
        CloseReason::Ended => OVER,
        CloseReason::TakenOver => ELSEWHERE,
        CloseReason::Stalled => TOO_SLOW,
        CloseReason::Expelled => NOT_ALLOWED,
    }
}

async fn read(
    stream: &mut SplitStream<WebSocket>,
    writer: AttachmentWriter,
    pong: tokio::sync::mpsc::Sender<()>,
) -> Close {
    let mut heard = Instant::now();
    loop {
        let message = match timeout(PING_EVERY, stream.next()).await {
            Ok(Some(Ok(message))) => message,
            // axum tells a frame over the limit and a broken line alike; neither can be talked to further.
            Ok(Some(Err(_))) => return TOO_BIG,
            Ok(None) => return OVER,
            Err(_) if heard.elapsed() > SILENT_FOR => return TOO_SLOW,
            Err(_) => continue,
        };
        heard = Instant::now();
        let taken = match message {
            Message::Binary(bytes) => writer.input(bytes).await,
            Message::Text(text) => match serde_json::from_str(&text) {
                Ok(FromBrowser::Resize { cols, rows }) => match writer.resize(cols, rows).await {
                    // A watcher's window has its own size; that is no offence.
                    Err(InputError::WatchOnly) => Ok(()),
                    other => other,
                },
                Ok(FromBrowser::Ack { bytes }) => {
                    writer.ack(bytes);
                    Ok(())
                }
                Ok(FromBrowser::Ping) => {
                    let _ = pong.try_send(());
                    Ok(())
                }
                Err(_) => return BAD_MESSAGE,
            },
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => return OVER,
        };
        match taken {
            Ok(()) | Err(InputError::Ended) => {}
            Err(InputError::WatchOnly) => return NOT_ALLOWED,
            Err(InputError::TooLong) => return TOO_BIG,
        }
    }
}

async fn say_goodbye(socket: &mut WebSocket, (code, words): Close) {
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static(words) };
    let _ = timeout(FAREWELL, socket.send(Message::Close(Some(frame)))).await;
}
