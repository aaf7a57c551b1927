//! Those who watch a session here: each may look only for as long as the policies let them. They are asked with the
//! leases, every 250 ms; whom nothing lets look any more is sent out.

use super::store;
use crate::access::caller::OrganizationKind;
use crate::access::{Action, Resource, Role};
use crate::app::App;
use crate::error::Result;
use crate::grants::{self, AccessLevel};
use crate::ids::{OrganizationId, SessionId, UserId, UserSessionId};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Somebody at a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watcher {
    pub session_id: SessionId,
    pub user_id: UserId,
    pub user_session_id: UserSessionId,
    pub client_ip: IpAddr,
}

/// What somebody's watching stands on, by the database.
pub(super) struct WatcherStanding {
    pub org_id: OrganizationId,
    pub org_active: bool,
    pub access_level: String,
    pub role: String,
    pub home: OrganizationId,
    pub home_kind: String,
    pub signed_in: bool,
    pub now: DateTime<Utc>,
}

/// All who watch on this instance.
#[derive(Debug, Default)]
pub(super) struct Watchers(Mutex<Seats>);

#[derive(Debug, Default)]
struct Seats {
    taken: HashMap<u64, Watcher>,
    next: u64,
}

/// A place among them, until it is dropped.
pub(super) struct Seat {
    app: Arc<App>,
    number: u64,
}

impl Seat {
    pub(super) fn take(app: Arc<App>, watcher: Watcher) -> Self {
        let number = {
            let mut seats = app.live.watchers.lock();
            seats.next += 1;
            let number = seats.next;
            seats.taken.insert(number, watcher);
            number
        };
        Self { app, number }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.app.live.watchers.lock().taken.remove(&self.number);
    }
}

impl Watchers {
    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn all(&self) -> Vec<Watcher> {
        self.lock().taken.values().copied().collect()
    }
}

/// Sends out whoever may look no more.
pub(super) async fn check(app: &App) -> Result<()> {
    let watchers = app.live.watchers.all();
    if watchers.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.unscoped_for_leases("ask whether those who watch may go on").await?;
    for watcher in watchers {
        if !may_go_on(app, tx.conn(), &watcher).await?
            && let Some(handle) = app.live.registry.find(watcher.session_id.0)
        {
            handle.expel(watcher.user_id.0);
        }
    }
    tx.commit_unaudited("nothing was written").await
}

async fn may_go_on(app: &App, conn: &mut sqlx::PgConnection, watcher: &Watcher) -> Result<bool> {
    let Some(standing) = store::watcher_standing(conn, watcher).await? else { return Ok(false) };
    if !standing.signed_in {
        return Ok(false);
    }
    let caller = super::lease::as_caller(
        (watcher.user_id, watcher.user_session_id),
        (standing.home, OrganizationKind::from(standing.home_kind)),
        Role::from(standing.role),
        watcher.client_ip,
        standing.now,
    );
    let level = AccessLevel::from(standing.access_level);
    let facts = grants::facts_for_level(conn, &caller, standing.org_id, level).await?;
    let resource =
        Resource { org_id: standing.org_id, kind: OrganizationKind::Customer, active: standing.org_active };
    Ok(app.policies.may(&caller, Action::SessionWatch, &resource, &facts, standing.now).is_ok())
}
