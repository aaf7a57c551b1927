//! Who is attached to a session: at most one owner, any number of watchers.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use uuid::Uuid;

use super::pipe::Pipe;
use super::{CloseReason, Event, Mode, Person};

#[derive(Debug)]
pub(super) struct Client {
    pub(super) id: u64,
    pub(super) person: Person,
    pub(super) pipe: Arc<Pipe>,
}

#[derive(Debug, Default)]
pub(super) struct Clients {
    last_id: u64,
    owner: Option<Client>,
    watchers: Vec<Client>,
}

/// Who went in a sweep.
#[derive(Debug, Default)]
pub(super) struct Gone {
    pub(super) owner: bool,
    /// Whether that was because the owner's client took nothing.
    pub(super) owner_stalled: bool,
    pub(super) viewers: Vec<Person>,
}

impl Clients {
    /// Takes a client in; an earlier owner is told that another tab took over.
    pub(super) fn add(&mut self, person: Person, mode: Mode, pipe: Arc<Pipe>, farewell: Duration) -> u64 {
        self.last_id += 1;
        let client = Client { id: self.last_id, person, pipe };
        match mode {
            Mode::Watch => self.watchers.push(client),
            Mode::Control => {
                if let Some(earlier) = self.owner.replace(client) {
                    earlier.pipe.close(CloseReason::TakenOver, Some(farewell), true);
                }
            }
        }
        self.last_id
    }

    fn all(&self) -> impl Iterator<Item = &Client> {
        self.owner.iter().chain(&self.watchers)
    }

    pub(super) fn find(&self, id: u64) -> Option<&Client> {
        self.all().find(|client| client.id == id)
    }

    pub(super) fn owner(&self) -> Option<&Client> {
        self.owner.as_ref()
    }

    /// Those who watch, each person once.
    pub(super) fn viewers(&self) -> Arc<[Person]> {
        let mut people: Vec<Person> = Vec::with_capacity(self.watchers.len());
        for client in &self.watchers {
            if !people.iter().any(|person| person.id == client.person.id) {
                people.push(client.person.clone());
            }
        }
        people.into()
    }

    pub(super) fn output(&self, bytes: &Bytes) {
        self.all().for_each(|client| client.pipe.output(bytes));
    }

    pub(super) fn tell(&self, event: &Event) {
        self.all().for_each(|client| client.pipe.event(event.clone()));
    }

    pub(super) fn tell_first(&self, event: &Event) {
        self.all().for_each(|client| client.pipe.event_first(event.clone()));
    }

    pub(super) fn tell_watchers(&self, event: &Event) {
        self.watchers.iter().for_each(|client| client.pipe.event(event.clone()));
    }

    /// Whether the target may be read: only the owner sets the pace.
    pub(super) fn have_room(&self) -> bool {
        self.owner.as_ref().is_none_or(|owner| owner.pipe.has_room())
    }

    /// Removes the clients that left or stalled.
    pub(super) fn sweep(&mut self, now: Instant, stall: Duration) -> Gone {
        let mut gone = Gone::default();
        let left = |client: &mut Client| {
            let stalled = client.pipe.is_stalled(now, stall);
            if stalled {
                client.pipe.close(CloseReason::Stalled, None, true);
            }
            stalled || client.pipe.is_dropped()
        };
        if let Some(owner) = self.owner.take_if(left) {
            gone.owner = true;
            gone.owner_stalled = !owner.pipe.is_dropped();
        }
        gone.viewers = self.watchers.extract_if(.., left).map(|client| client.person).collect();
        gone
    }

    /// Removes whoever of these people watches.
    pub(super) fn expel(&mut self, people: &[Uuid], farewell: Duration) -> Vec<Person> {
        let expelled = |client: &mut Client| people.contains(&client.person.id);
        self.watchers
            .extract_if(.., expelled)
            .map(|client| {
                client.pipe.close(CloseReason::Expelled, Some(farewell), true);
                client.person
            })
            .collect()
    }

    /// Closes all.
    pub(super) fn close(&mut self, farewell: Duration, drop_output: bool) {
        for client in self.owner.take().into_iter().chain(self.watchers.drain(..)) {
            client.pipe.close(CloseReason::Ended, Some(farewell), drop_output);
        }
    }

    /// Clients that lagged and have caught up enough to be drawn a screen.
    pub(super) fn wanting_redraw(&self, now: Instant) -> Vec<u64> {
        self.watchers.iter().filter(|client| client.pipe.wants_redraw(now)).map(|client| client.id).collect()
    }

    pub(super) fn deadline(&self, stall: Duration) -> Option<Instant> {
        self.all().filter_map(|client| client.pipe.deadline(stall)).min()
    }
}
