//! What a session does between two waits: none of it waits.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use uuid::Uuid;

use super::attachment::{Attachment, FromClient};
use super::handle::{AttachError, Knock, State, Status};
use super::lanes::Ending;
use super::orders::Standing;
use super::pipe::{Pipe, Screen};
use super::screen::Drawing;
use super::session::Session;
use super::{EndCode, Event, Mode, OwnerPresence, Reason, TargetInput};
use crate::recording::Marker;

impl Session {
    /// Brings everything in line with the standing orders and the time; tells when to look again.
    pub(super) fn settle(&mut self, now: Instant) -> Result<Instant, Box<Ending>> {
        let standing = self.orders.read();
        self.sweep(now, &standing);
        if let Some((reason, by)) = &standing.end {
            return Err(Box::new(Ending::enforced(reason.clone(), by.clone())));
        }
        if let Some(reason) = self.clock.over(now, &self.spec.limits, &standing) {
            return Err(Box::new(Ending::enforced(reason, None)));
        }
        self.hold(self.reason_to_hold(now, &standing));
        for warning in self.clock.warnings(now, &self.spec.limits, &standing) {
            self.clients.tell(&warning);
        }
        for client in self.clients.wanting_redraw(now) {
            self.redraw(client);
        }
        let times = [
            self.clock.deadline(now, &self.spec.limits, &standing),
            self.clients.deadline(self.spec.limits.stall),
        ];
        Ok(times.into_iter().flatten().min().unwrap_or(now + Duration::from_mins(1)))
    }

    fn reason_to_hold(&self, now: Instant, standing: &Standing) -> Option<Reason> {
        let stale = standing.renewed_at + self.spec.limits.lease_stale <= now;
        standing.hold.clone().or_else(|| {
            let message = "The gateway cannot confirm right now that this session is still allowed; \
                           what you type is not sent.";
            stale.then(|| Reason::new(EndCode::AuthorityLost, message))
        })
    }

    fn hold(&mut self, reason: Option<Reason>) {
        if reason == self.held {
            return;
        }
        if let Some(reason) = &reason {
            self.note("frozen", reason.code.as_str(), None);
            self.clients.tell_first(&Event::Frozen(reason.clone()));
        } else {
            self.note("thawed", "", None);
            self.clients.tell(&Event::Thawed);
            if let Some((client, size)) = self.missed_size.take() {
                // The queue may be full; what is in it was typed by someone who sees the old size anyway.
                let _ = self.typing.try_send(FromClient { client, input: TargetInput::Resize(size) });
            }
        }
        self.held = reason;
        self.publish();
    }

    /// Lets those go who left, stalled, or may no longer look.
    fn sweep(&mut self, now: Instant, standing: &Standing) {
        let gone = self.clients.sweep(now, self.spec.limits.stall);
        let expelled = match &standing.expelled[..] {
            [] => Vec::new(),
            people => self.clients.expel(people, self.spec.limits.farewell),
        };
        if !gone.owner && gone.viewers.is_empty() && expelled.is_empty() {
            return;
        }
        if gone.owner {
            let code = if gone.owner_stalled { EndCode::ClientStalled } else { EndCode::OwnerGone };
            self.clock.owner_left(now, code);
            self.note("detached", code.as_str(), Some(self.spec.owner.id));
        }
        for person in gone.viewers.into_iter().chain(expelled) {
            self.note("viewer_left", &person.name, Some(person.id));
        }
        self.tell_presence();
    }

    pub(super) fn admit(&mut self, knock: Knock) {
        let Knock { person, mode, reply } = knock;
        if mode == Mode::Control && person.id != self.spec.owner.id {
            let _ = reply.send(Err(AttachError::NotOwner));
            return;
        }
        let limits = &self.spec.limits;
        // Watchers skip ahead, so less is enough for them; a thousand of them may be slow.
        let window = if mode == Mode::Watch { limits.window_bytes / 4 } else { limits.window_bytes };
        let pipe = Arc::new(Pipe::new(mode, window, Arc::clone(&self.orders.wake)));
        let client = self.clients.add(person.clone(), mode, Arc::clone(&pipe), limits.farewell);
        if self.trail.position() > 0 {
            self.redraw(client);
        }
        if let Some(reason) = &self.held {
            pipe.event(Event::Frozen(reason.clone()));
        }
        match mode {
            Mode::Control => {
                self.clock.owner_came();
                self.note("attached", &person.name, Some(person.id));
            }
            Mode::Watch => self.note("viewer_joined", &person.name, Some(person.id)),
        }
        // Whoever asked may be gone by now; the next sweep finds the dropped attachment.
        let _ = reply.send(Ok(Attachment::new(client, mode, pipe, self.typing.clone())));
        self.tell_presence();
    }

    /// What of a client's frame goes to the target.
    pub(super) fn accept(&mut self, frame: FromClient, now: Instant) -> Option<TargetInput> {
        // A tab that was taken over may still have frames in the queue.
        if self.clients.owner().is_none_or(|owner| owner.id != frame.client) {
            return None;
        }
        match frame.input {
            TargetInput::Resize(size) if self.held.is_some() => {
                self.missed_size = Some((frame.client, size));
                None
            }
            TargetInput::Resize(size) if size == self.spec.size => None,
            TargetInput::Resize(size) => {
                self.spec.size = size;
                self.clients.tell_watchers(&Event::Resized { size });
                self.publish();
                Some(frame.input)
            }
            TargetInput::Bytes(_) => {
                self.clock.typed(now);
                self.held.is_none().then_some(frame.input)
            }
        }
    }

    pub(super) fn deliver(&mut self, bytes: &Bytes) {
        self.trail.follow(bytes);
        self.clients.output(bytes);
    }

    fn redraw(&mut self, client: u64) {
        let Some(found) = self.clients.find(client) else { return };
        found.pipe.hold(self.trail.position());
        let drawing = Drawing::new(self.recorder.clone(), &self.spec.limits, &self.trail);
        self.redraws.spawn(async move { (client, drawing.draw().await) });
    }

    pub(super) fn show(&mut self, client: u64, screen: Option<Screen>) {
        if let Some(client) = self.clients.find(client) {
            client.pipe.show(screen, self.spec.limits.redraw_pause);
        }
    }

    fn note(&mut self, kind: &str, text: &str, user_id: Option<Uuid>) {
        self.notes.push_back(Marker { kind: kind.to_owned(), text: text.to_owned(), user_id });
    }

    fn tell_presence(&mut self) {
        let owner =
            OwnerPresence { person: self.spec.owner.clone(), connected: self.clients.owner().is_some() };
        self.clients.tell(&Event::Presence { viewers: self.clients.viewers(), owner });
        self.publish();
    }

    fn publish(&mut self) {
        let owner_connected = self.clients.owner().is_some();
        let state = match &self.held {
            Some(reason) => State::Frozen(reason.clone()),
            None if owner_connected => State::Live,
            None => State::Detached,
        };
        let size = self.spec.size;
        self.status.send_replace(Status { state, size, owner_connected, viewers: self.clients.viewers() });
    }
}
