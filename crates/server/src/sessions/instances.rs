//! Each instance says that it is there. Of one that fell silent the others end the sessions, so that none stays in the
//! list for ever; should it come back, its lease poll finds them ended.

use super::recover;
use super::store;
use crate::app::App;
use crate::error::Result;
use sallyport_relay::live::EndCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

const BEAT: Duration = Duration::from_secs(5);
/// An own beat that is older than this is no ground to call others silent: the database may have been away for all.
const FRESH: Duration = Duration::from_secs(15);
/// How long an instance must be silent to count as gone.
const SILENT_S: u32 = 60;
/// Between the moment when a silent instance has ended its sessions by itself and the one when others do.
const SPARE_S: u32 = 30;
const MESSAGE: &str = "The gateway that carried the session was lost.";

/// Before this instance serves: from now on it is known.
pub async fn register(app: &App) -> Result<()> {
    let mut tx = app.db.unscoped("make an instance known").await?;
    store::register(tx.conn(), app.instance).await?;
    tx.commit_unaudited("an instance is no one's").await
}

/// Runs for as long as the platform does.
pub async fn keep_beating(app: Arc<App>) {
    let mut last: Option<Instant> = None;
    loop {
        match beat(&app).await {
            Ok(()) => {
                // After the answer: one that was long under way was so for the others too.
                let before = last.replace(Instant::now());
                if before.is_some_and(|before| before.elapsed() < FRESH)
                    && let Err(error) = end_of_silent(&app).await
                {
                    tracing::warn!(%error, "sessions of instances that are gone wait for their end");
                }
            }
            Err(error) => tracing::warn!(%error, "this instance could not say that it is there"),
        }
        sleep(BEAT).await;
    }
}

/// By the connection of the leases: a rush that takes all others must not make this instance look gone.
async fn beat(app: &App) -> Result<()> {
    let mut tx = app.db.unscoped_for_leases("say that this instance is there").await?;
    store::beat(tx.conn(), app.instance).await?;
    tx.commit_unaudited("a beat").await
}

/// Ends what instances left open that are silent for so long that they have ended it themselves, if they live.
pub async fn end_of_silent(app: &App) -> Result<()> {
    let silent_s = silent_s(app.config.sessions.end_after_seconds);
    let mut tx = app.db.unscoped("end what lost instances left open").await?;
    let sessions = store::left_open_by_silent(tx.conn(), app.instance, f64::from(silent_s)).await?;
    if sessions.is_empty() {
        return tx.commit_unaudited("nothing was written").await;
    }
    let mut events = Vec::new();
    for session in sessions {
        let (org, id) = (session.org_id, session.id);
        if let Some(event) = recover::close(tx.conn(), session, EndCode::GatewayLost, MESSAGE).await? {
            // Played when that instance is back and has sealed what it holds.
            crate::recordings::set_out_of_reach(tx.conn(), org, id).await?;
            events.push(event);
        }
    }
    tx.commit_all(events).await
}

fn silent_s(end_after_s: u32) -> u32 {
    SILENT_S.max(end_after_s.saturating_add(SPARE_S))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_given_up_who_may_still_carry_a_session() {
        for (end_after_s, expected) in [(30, 60), (1, 60), (31, 61), (600, 630), (u32::MAX, u32::MAX)] {
            assert_eq!(silent_s(end_after_s), expected);
        }
        assert!(FRESH + BEAT < Duration::from_secs(SILENT_S.into()));
    }
}
