//! Live sessions over a target made of channels and a real recorder.

mod authority;
mod flow;
mod input;
mod recorder;
mod resume;
mod watching;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use sallyport_relay::live::{
    Attachment, AttachmentWriter, CloseReason, End, EndCode, Event, Hold, Limits, Mode, Person, Reason,
    Registry, Released, SessionHandle, SessionSpec, State, TargetEnd, TargetInput, TargetIo, TermSize,
    ToClient,
};
use sallyport_relay::recording::{Recorder, What};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::recording::{ANNA, BORIS, Lab, events, header};

const SESSION: Uuid = Uuid::from_u128(0x5e);

fn anna() -> Person {
    Person { id: ANNA, name: "Anna Keller".into() }
}

fn boris() -> Person {
    Person { id: BORIS, name: "Boris Lang".into() }
}

fn reason(code: EndCode) -> Reason {
    Reason::new(code, "A sentence.")
}

/// A session, with the target's other end in hand.
struct Scene {
    lab: Lab,
    registry: Registry,
    session: SessionHandle,
    target: Target,
    /// Extends the lease four times a second, as the server's poll does.
    renewing: AbortOnDropHandle<()>,
}

/// The other end of the target's channels.
struct Target {
    output: mpsc::Sender<Bytes>,
    input: mpsc::Receiver<TargetInput>,
    end: Option<oneshot::Sender<TargetEnd>>,
    released: Released,
}

impl Scene {
    async fn new() -> Self {
        Self::with(Limits::default()).await
    }

    async fn with(limits: Limits) -> Self {
        let lab = Lab::new();
        let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
        let (target, io) = Target::new();
        let registry = Registry::default();
        let size = TermSize { cols: 120, rows: 32 };
        let session = registry.start(SessionSpec { id: SESSION, owner: anna(), size, limits }, recorder, io);
        let renewed = session.clone();
        let renewing = tokio::spawn(async move {
            loop {
                renewed.renew(Instant::now());
                sleep(Duration::from_millis(250)).await;
            }
        });
        Self { lab, registry, session, target, renewing: AbortOnDropHandle::new(renewing) }
    }

    async fn control(&self) -> Client {
        Client::reading(self.session.attach(anna(), Mode::Control).await.unwrap())
    }

    async fn watch(&self) -> Client {
        Client::reading(self.session.attach(boris(), Mode::Watch).await.unwrap())
    }

    async fn slow_control(&self) -> Client {
        Client::slow(self.session.attach(anna(), Mode::Control).await.unwrap())
    }

    async fn slow_watch(&self) -> Client {
        Client::slow(self.session.attach(boris(), Mode::Watch).await.unwrap())
    }

    async fn ended(&self) -> Arc<End> {
        self.session.ended().await.unwrap()
    }

    fn state(&self) -> State {
        self.session.status().state
    }

    async fn wait_for(&self, wanted: impl Fn(&State) -> bool) {
        self.session.watch().wait_for(|status| wanted(&status.state)).await.unwrap();
    }

    /// What the sealed recording holds.
    async fn recorded(&self) -> Vec<What> {
        let recording = self.lab.open(SESSION).await;
        events(recording.play()).await.into_iter().map(|event| event.what).collect()
    }
}

impl Target {
    fn new() -> (Self, TargetIo) {
        let (output, from_target) = mpsc::channel(4);
        let (to_target, input) = mpsc::channel(4);
        let (end, ended) = oneshot::channel();
        let (hold, released) = Hold::new();
        let io = TargetIo { output: from_target, input: to_target, end: ended, hold };
        (Self { output, input, end: Some(end), released }, io)
    }

    async fn says(&self, text: &str) {
        self.output.send(Bytes::from(text.to_owned())).await.unwrap();
    }

    async fn hears(&mut self) -> TargetInput {
        self.input.recv().await.unwrap()
    }

    /// The shell ends by itself.
    fn exits(&mut self, status: u32) {
        self.end.take().unwrap().send(TargetEnd::Exited { status: Some(status), signal: None }).unwrap();
        self.hangs_up();
    }

    /// Nothing more comes from it.
    fn hangs_up(&mut self) {
        self.output = mpsc::channel(1).0;
    }
}

/// A client. What it is sent is read as it comes, and acknowledged, unless it is a slow one.
struct Client {
    writer: AttachmentWriter,
    inlet: Inlet,
    seen: Vec<u8>,
}

enum Inlet {
    Read { sent: mpsc::UnboundedReceiver<ToClient>, _reader: AbortOnDropHandle<()> },
    Slow(Attachment),
}

impl Client {
    fn reading(mut attachment: Attachment) -> Self {
        let writer = attachment.writer();
        let (queue, sent) = mpsc::unbounded_channel();
        let acks = attachment.writer();
        let reader = tokio::spawn(async move {
            loop {
                let next = attachment.next().await;
                if let ToClient::Output(bytes) = &next {
                    acks.ack(bytes.len() as u64);
                }
                let last = matches!(next, ToClient::Close(_));
                if queue.send(next).is_err() || last {
                    return;
                }
            }
        });
        let inlet = Inlet::Read { sent, _reader: AbortOnDropHandle::new(reader) };
        Self { writer, inlet, seen: Vec::new() }
    }

    /// Reads when the test does, acknowledges when the test does.
    fn slow(attachment: Attachment) -> Self {
        Self { writer: attachment.writer(), inlet: Inlet::Slow(attachment), seen: Vec::new() }
    }

    async fn next(&mut self) -> ToClient {
        let next = match &mut self.inlet {
            Inlet::Read { sent, .. } => sent.recv().await.unwrap(),
            Inlet::Slow(attachment) => attachment.next().await,
        };
        if let ToClient::Output(bytes) = &next {
            self.seen.extend_from_slice(bytes);
        }
        next
    }

    /// Takes all that waits.
    async fn drain(&mut self) {
        while let Ok(next) = timeout(Duration::from_millis(10), self.next()).await {
            assert!(!matches!(next, ToClient::Close(_)), "{next:?}");
        }
    }

    /// Reads on until `text` was shown.
    async fn sees(&mut self, text: &str) {
        let mut from = 0;
        while !self.seen[from..].windows(text.len()).any(|window| window == text.as_bytes()) {
            from = self.seen.len().saturating_sub(text.len());
            let next = self.next().await;
            assert!(!matches!(next, ToClient::Close(_)), "{next:?} before {text:?} was seen");
        }
    }

    /// Reads on until an event that is wanted.
    async fn event(&mut self, wanted: impl Fn(&Event) -> bool) -> Event {
        loop {
            let next = self.next().await;
            assert!(!matches!(next, ToClient::Close(_)), "{next:?} before the event");
            if let ToClient::Event(event) = next
                && wanted(&event)
            {
                return event;
            }
        }
    }

    async fn closed(&mut self) -> CloseReason {
        loop {
            if let ToClient::Close(reason) = self.next().await {
                return reason;
            }
        }
    }

    async fn types(&self, text: &str) {
        self.writer.input(Bytes::from(text.to_owned())).await.expect("the session takes input");
    }

    /// Everything until the end.
    async fn rest(&mut self) -> Vec<ToClient> {
        let mut all = Vec::new();
        loop {
            let next = self.next().await;
            all.push(next);
            if matches!(all.last(), Some(ToClient::Close(_))) {
                return all;
            }
        }
    }
}

fn typed(text: &str) -> TargetInput {
    TargetInput::Bytes(Bytes::from(text.to_owned()))
}

fn is_restore(event: &Event) -> bool {
    matches!(event, Event::Restore { .. })
}

fn is_frozen(event: &Event) -> bool {
    matches!(event, Event::Frozen(_))
}
