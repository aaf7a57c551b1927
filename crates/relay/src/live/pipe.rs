//! The way to one client: a bounded queue that knows what the client has taken and acknowledged.
//!
//! The session puts in without ever waiting. The owner's pipe says when the session must stop reading
//! the target; a watcher's pipe that runs full throws its output away and asks for a redraw instead.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::{CloseReason, Event, Mode, TermSize, ToClient};

/// Neighbouring output is joined up to this size, so that many small writes are not many messages.
/// Larger output stays one allocation shared by all clients.
const JOINED_BYTES: usize = 4 * 1024;
/// A screen is sent in pieces of this size.
const PIECE_BYTES: usize = 32 * 1024;

/// A redrawn screen: what a terminal showed after `position` bytes of output.
#[derive(Debug)]
pub(super) struct Screen {
    pub(super) position: u64,
    pub(super) size: TermSize,
    pub(super) bytes: Bytes,
}

#[derive(Debug)]
pub(super) struct Pipe {
    mode: Mode,
    window: usize,
    state: Mutex<State>,
    readable: Notify,
    /// When the client is cut, wherever it is; set once, by `close`.
    cut_at: watch::Sender<Option<Instant>>,
    /// Wakes the session.
    wake: Arc<Notify>,
}

#[derive(Debug)]
struct State {
    items: VecDeque<ToClient>,
    /// Output bytes in `items`.
    queued: usize,
    /// Output bytes taken and not acknowledged.
    in_flight: usize,
    /// The client has taken all there was and asked for more.
    waiting: bool,
    /// Output bytes to leave out because a screen already shows them.
    skip: u64,
    redraw: Redraw,
    /// Redraws of a lagging watcher not before this.
    redraw_after: Instant,
    /// When the client last took or acknowledged something, or began to owe it.
    progress_at: Instant,
    closing: Option<CloseReason>,
    dropped: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Redraw {
    /// Output goes through.
    None,
    /// Output is thrown away until the client has caught up.
    Lagging,
    /// A screen is being drawn; what follows `from` waits behind it.
    Held { from: u64, overflowed: bool },
}

impl Pipe {
    pub(super) fn new(mode: Mode, window: usize, wake: Arc<Notify>) -> Self {
        let now = Instant::now();
        Self {
            mode,
            window,
            state: Mutex::new(State {
                items: VecDeque::new(),
                queued: 0,
                in_flight: 0,
                waiting: false,
                skip: 0,
                redraw: Redraw::None,
                redraw_after: now,
                progress_at: now,
                closing: None,
                dropped: false,
            }),
            readable: Notify::new(),
            cut_at: watch::Sender::new(None),
            wake,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts something in, minding when the client begins to owe a reading.
    fn put(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.lock();
        if state.closing.is_some() {
            return;
        }
        let owed = state.owes(self.window);
        change(&mut state);
        if !owed {
            state.progress_at = Instant::now();
        }
        drop(state);
        self.readable.notify_one();
    }

    pub(super) fn output(&self, bytes: &Bytes) {
        let watching = self.mode == Mode::Watch;
        self.put(|state| {
            let skipped = usize::try_from(state.skip).unwrap_or(usize::MAX).min(bytes.len());
            state.skip -= skipped as u64;
            let bytes = bytes.slice(skipped..);
            let discards = matches!(state.redraw, Redraw::Lagging | Redraw::Held { overflowed: true, .. });
            if bytes.is_empty() || discards {
                return;
            }
            if watching && state.queued + state.in_flight + bytes.len() > self.window {
                state.forget_output();
                state.redraw = match state.redraw {
                    Redraw::Held { from, .. } => Redraw::Held { from, overflowed: true },
                    Redraw::None | Redraw::Lagging => Redraw::Lagging,
                };
                return;
            }
            state.push_output(bytes);
        });
    }

    pub(super) fn event(&self, event: Event) {
        self.put(|state| {
            // Only the newest presence counts, so a client that takes nothing owes at most one.
            if matches!(event, Event::Presence { .. }) {
                state.items.retain(|item| !matches!(item, ToClient::Event(Event::Presence { .. })));
            }
            // A pending redraw brings the size with it.
            if matches!(event, Event::Resized { .. }) {
                if state.redraw != Redraw::None {
                    return;
                }
                if matches!(state.items.back(), Some(ToClient::Event(Event::Resized { .. }))) {
                    state.items.pop_back();
                }
            }
            state.items.push_back(ToClient::Event(event));
        });
    }

    /// Tells before everything that still waits, even while a screen is being drawn.
    pub(super) fn event_first(&self, event: Event) {
        self.put(|state| state.items.push_front(ToClient::Event(event)));
    }

    /// From here on output waits for a screen; `position` is how much output there was so far.
    pub(super) fn hold(&self, position: u64) {
        self.put(|state| {
            state.forget_output();
            state.skip = 0;
            state.redraw = Redraw::Held { from: position, overflowed: false };
        });
    }

    /// The screen that `hold` waits for, or nothing if none could be drawn: then the output goes on
    /// with what came since.
    pub(super) fn show(&self, screen: Option<Screen>, pause: Duration) {
        self.put(|state| {
            let Redraw::Held { from, overflowed } = state.redraw else { return };
            state.redraw_after = Instant::now() + pause;
            state.redraw = if overflowed { Redraw::Lagging } else { Redraw::None };
            let Some(screen) = screen else { return };
            if !overflowed {
                state.leave_out(screen.position.saturating_sub(from));
            }
            let mut rest = screen.bytes;
            let mut chunks = Vec::new();
            while !rest.is_empty() {
                chunks.push(rest.split_to(rest.len().min(PIECE_BYTES)));
            }
            for chunk in chunks.into_iter().rev() {
                state.queued += chunk.len();
                state.items.push_front(ToClient::Output(chunk));
            }
            state.items.push_front(ToClient::Event(Event::Restore { size: screen.size }));
        });
    }

    /// Whether a lagging client has caught up enough to be drawn a screen.
    pub(super) fn wants_redraw(&self, now: Instant) -> bool {
        let state = self.lock();
        state.closing.is_none()
            && state.redraw == Redraw::Lagging
            && !state.owes(self.window)
            && state.redraw_after <= now
    }

    /// Whether more output may be read for this client.
    pub(super) fn has_room(&self) -> bool {
        let state = self.lock();
        state.closing.is_some() || state.queued + state.in_flight < self.window
    }

    /// When something is to be done for this client if it does nothing: a redraw, or its end.
    pub(super) fn deadline(&self, stall: Duration) -> Option<Instant> {
        let state = self.lock();
        if state.closing.is_some() {
            return None;
        }
        if state.owes(self.window) {
            return Some(state.progress_at + stall);
        }
        (state.redraw == Redraw::Lagging).then_some(state.redraw_after)
    }

    /// Whether the client has taken nothing for too long.
    pub(super) fn is_stalled(&self, now: Instant, stall: Duration) -> bool {
        let state = self.lock();
        state.closing.is_none() && state.owes(self.window) && state.progress_at + stall <= now
    }

    /// Nothing more is put in. With `farewell`, what waits (but output, if `drop_output`) may still be
    /// taken for that long; without, the client is cut at once.
    pub(super) fn close(&self, reason: CloseReason, farewell: Option<Duration>, drop_output: bool) {
        let mut state = self.lock();
        if state.closing.is_some() {
            return;
        }
        state.closing = Some(reason);
        if farewell.is_none() {
            state.items.clear();
        }
        if drop_output || state.redraw != Redraw::None {
            state.forget_output();
            state.redraw = Redraw::None;
        }
        drop(state);
        self.cut_at.send_replace(Some(Instant::now() + farewell.unwrap_or_default()));
        self.readable.notify_one();
    }

    /// Whether the client's end was dropped.
    pub(super) fn is_dropped(&self) -> bool {
        self.lock().dropped
    }

    /// The client's end: the next thing for it. Safe to drop and call again.
    pub(super) async fn next(&self) -> ToClient {
        loop {
            if let Some(item) = self.take() {
                return item;
            }
            self.readable.notified().await;
        }
    }

    fn take(&self) -> Option<ToClient> {
        let mut state = self.lock();
        let first_is_urgent = matches!(state.items.front(), Some(ToClient::Event(Event::Frozen(_))));
        if matches!(state.redraw, Redraw::Held { .. }) && !first_is_urgent {
            return None;
        }
        let Some(item) = state.items.pop_front() else {
            if !std::mem::replace(&mut state.waiting, true) && state.redraw == Redraw::Lagging {
                self.wake.notify_one();
            }
            return state.closing.map(ToClient::Close);
        };
        state.waiting = false;
        if let ToClient::Output(bytes) = &item {
            state.queued -= bytes.len();
            state.in_flight += bytes.len();
        }
        state.progress_at = Instant::now();
        Some(item)
    }

    /// The client's end: it has shown `bytes` more of the output.
    pub(super) fn ack(&self, bytes: usize) {
        let mut state = self.lock();
        let before = state.queued + state.in_flight;
        state.in_flight = state.in_flight.saturating_sub(bytes);
        if state.queued + state.in_flight == before {
            return;
        }
        state.progress_at = Instant::now();
        let room_again = before >= self.window && state.queued + state.in_flight < self.window;
        let awaited = room_again || state.redraw == Redraw::Lagging;
        drop(state);
        if awaited {
            self.wake.notify_one();
        }
    }

    /// The client's end is gone.
    pub(super) fn drop_client(&self) {
        let mut state = self.lock();
        state.dropped = true;
        state.items = VecDeque::new();
        drop(state);
        self.wake.notify_one();
    }

    /// Resolves when the client must be cut without another word.
    pub(super) async fn cut(&self) {
        let mut cut_at = self.cut_at.subscribe();
        // The sender lives as long as `self`, so the wait cannot fail.
        let at = cut_at.wait_for(Option::is_some).await.map_or(None, |at| *at);
        if let Some(at) = at {
            tokio::time::sleep_until(at).await;
        }
    }
}

impl State {
    /// Whether it is the client's turn to take or acknowledge.
    fn owes(&self, window: usize) -> bool {
        match self.redraw {
            Redraw::Held { .. } => false,
            // What it missed was thrown away; that it asks for more shows that it is alive.
            Redraw::Lagging => !self.waiting || self.in_flight > window / 4,
            Redraw::None => !self.items.is_empty() || self.in_flight >= window,
        }
    }

    fn push_output(&mut self, bytes: Bytes) {
        self.queued += bytes.len();
        if let Some(ToClient::Output(last)) = self.items.back_mut()
            && last.len() + bytes.len() <= JOINED_BYTES
        {
            let mut joined = BytesMut::from(std::mem::take(last));
            joined.extend_from_slice(&bytes);
            *last = joined.freeze();
        } else {
            self.items.push_back(ToClient::Output(bytes));
        }
    }

    /// Drops waiting output and what only makes sense with it.
    fn forget_output(&mut self) {
        self.queued = 0;
        self.items.retain(|item| {
            !matches!(
                item,
                ToClient::Output(_) | ToClient::Event(Event::Restore { .. } | Event::Resized { .. })
            )
        });
    }

    /// Leaves out the first `known` bytes of output that wait or will come.
    fn leave_out(&mut self, known: u64) {
        self.skip = known;
        let mut kept = VecDeque::with_capacity(self.items.len());
        for item in std::mem::take(&mut self.items) {
            let ToClient::Output(bytes) = item else {
                kept.push_back(item);
                continue;
            };
            let skipped = usize::try_from(self.skip).unwrap_or(usize::MAX).min(bytes.len());
            self.skip -= skipped as u64;
            self.queued -= skipped;
            if skipped < bytes.len() {
                kept.push_back(ToClient::Output(bytes.slice(skipped..)));
            }
        }
        self.items = kept;
    }
}
