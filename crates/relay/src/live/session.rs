//! The session itself: one task that owns the target, the recorder and the clients.
//!
//! Output: target → recorder → clients. Input: owner → recorder → target. Nothing is shown or sent that
//! the recorder has not taken. Every wait is a branch of one `select!`, and standing orders (lease, end)
//! are read before each step, so a slow disk, target or client never delays an end.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::{Fuse, FusedFuture};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

use super::attachment::FromClient;
use super::clients::Clients;
use super::clock::Clock;
use super::handle::{End, Knock, State, Status};
use super::lanes::{Ending, forward, gather, record, recorder_failed, target_ended};
use super::modes::ModeTrail;
use super::orders::Orders;
use super::pipe::Screen;
use super::{Event, Limits, Person, Reason, SessionHandle, TargetIo, TermSize};
use crate::recording::{Marker, Recorder};

/// Input frames and knocks that may wait.
const QUEUE: usize = 4;

/// What a session begins with.
#[derive(Debug, Clone)]
pub struct SessionSpec {
    /// The session's id.
    pub id: Uuid,
    /// Who types.
    pub owner: Person,
    /// The size that the target's terminal was opened with.
    pub size: TermSize,
    /// How long and how much.
    pub limits: Limits,
}

pub(super) struct Session {
    pub(super) spec: SessionSpec,
    pub(super) orders: Arc<Orders>,
    pub(super) recorder: Recorder,
    pub(super) status: watch::Sender<Status>,
    pub(super) typing: mpsc::Sender<FromClient>,
    pub(super) clients: Clients,
    pub(super) clock: Clock,
    pub(super) trail: ModeTrail,
    /// Why input is held, as the clients were told.
    pub(super) held: Option<Reason>,
    /// A size that came while input was held.
    pub(super) missed_size: Option<(u64, TermSize)>,
    /// Notes that wait to be recorded.
    pub(super) notes: VecDeque<Marker>,
    pub(super) redraws: JoinSet<(u64, Option<Screen>)>,
}

/// What the loop listens to beside its timers.
pub(super) struct Inlets {
    target: TargetIo,
    door: mpsc::Receiver<Knock>,
    typed: mpsc::Receiver<FromClient>,
}

impl Session {
    /// A session and its handle; nothing happens until it [`run`](Self::run)s.
    pub(super) fn new(
        spec: SessionSpec,
        recorder: Recorder,
        target: TargetIo,
    ) -> (Self, Inlets, SessionHandle) {
        let (knocks, door) = mpsc::channel(QUEUE);
        let (typing, typed) = mpsc::channel(QUEUE);
        let (status, follow) = watch::channel(Status {
            state: State::Detached,
            size: spec.size,
            owner_connected: false,
            viewers: Arc::default(),
        });
        let orders = Arc::new(Orders::new());
        let handle = SessionHandle {
            id: spec.id,
            owner: spec.owner.clone(),
            lease_stale: spec.limits.lease_stale,
            orders: Arc::clone(&orders),
            door: knocks,
            status: follow,
        };
        let session = Self {
            spec,
            orders,
            recorder,
            status,
            typing,
            clients: Clients::default(),
            clock: Clock::new(Instant::now()),
            trail: ModeTrail::default(),
            held: None,
            missed_size: None,
            notes: VecDeque::new(),
            redraws: JoinSet::new(),
        };
        (session, Inlets { target, door, typed }, handle)
    }

    /// Lives, ends, closes the recording.
    pub(super) async fn run(mut self, inlets: Inlets) {
        let ending = self.live(inlets).await;
        // Boxed: the task needs no room for its end while it lives.
        Box::pin(self.finish(ending)).await;
    }

    async fn live(&mut self, inlets: Inlets) -> Ending {
        let Inlets { target, mut door, mut typed } = inlets;
        let TargetIo { mut output, input, end, hold: _hold } = target;
        let (recorder, orders) = (self.recorder.clone(), Arc::clone(&self.orders));
        let mut failed = pin!(recorder.failed());
        let mut recording = pin!(Fuse::terminated());
        let mut noting = pin!(Fuse::terminated());
        let mut forwarding = pin!(Fuse::terminated());
        let mut timer = pin!(tokio::time::sleep_until(Instant::now()));
        loop {
            let now = Instant::now();
            let due = match self.settle(now) {
                Ok(due) => due,
                Err(ending) => return *ending,
            };
            if self.held.is_some() {
                forwarding.set(Fuse::terminated());
            }
            if noting.is_terminated()
                && let Some(note) = self.notes.pop_front()
            {
                noting.set(recorder.marker(note).fuse());
            }
            if timer.deadline() != due {
                timer.as_mut().reset(due);
            }
            let may_read = recording.is_terminated() && self.clients.have_room();
            let may_type = forwarding.is_terminated();
            tokio::select! {
                () = orders.wake.notified() => {}
                () = &mut timer => {}
                error = &mut failed => return recorder_failed(&error),
                // The recorder tells of a failure by `failed` too.
                _ = &mut noting, if !noting.is_terminated() => {}
                Some(knock) = door.recv() => self.admit(knock),
                Some(Ok((client, screen))) = self.redraws.join_next() => self.show(client, screen),
                safe = &mut recording, if !recording.is_terminated() => match safe {
                    Ok(bytes) => self.deliver(&bytes),
                    Err(error) => return recorder_failed(&error),
                },
                chunk = output.recv(), if may_read => match chunk {
                    Some(first) => recording.set(record(&recorder, gather(first, &mut output)).fuse()),
                    None => return target_ended(end).await,
                },
                forwarded = &mut forwarding, if !may_type => if let Err(error) = forwarded {
                    return recorder_failed(&error);
                },
                Some(frame) = typed.recv(), if may_type => if let Some(frame) = self.accept(frame, now) {
                    forwarding.set(forward(&recorder, &orders, &input, self.spec.owner.id, frame).fuse());
                },
            }
        }
    }

    /// Everyone is told and let go; then the recording is closed.
    async fn finish(mut self, ending: Ending) {
        let Ending { reason, by, target, enforced } = ending;
        self.status.send_modify(|status| status.state = State::Ending(reason.clone()));
        if enforced {
            self.clients.tell_first(&Event::Frozen(reason.clone()));
        }
        self.clients.tell(&Event::Ended(reason.clone()));
        let limits = &self.spec.limits;
        self.clients.close(if enforced { limits.farewell } else { limits.stall }, enforced);
        for note in self.notes {
            // A recorder that failed says so again in `finish`.
            let _ = self.recorder.marker(note).await;
        }
        let sealed = self.recorder.finish(reason.code.as_str()).await;
        let end = Arc::new(End { reason, by, target, sealed });
        self.status.send_replace(Status {
            state: State::Ended(end),
            size: self.spec.size,
            owner_connected: false,
            viewers: Arc::default(),
        });
    }
}
