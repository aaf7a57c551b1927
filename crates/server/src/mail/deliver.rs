//! The job that sends: one mail after the other, each tried for a day with growing pauses.

use super::letter::Letter;
use super::post::{Failure, Outgoing};
use super::purpose;
use super::store::{self, Due};
use super::words::Brand;
use crate::app::App;
use crate::audit::{Event, Outcome, Target, catalogue};
use crate::error::Result;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// How often the outbox is looked at.
const LOOK: Duration = Duration::from_secs(1);
/// After the first try that failed; each later one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
/// But no pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// Sends what is queued, by whichever instance comes first, for as long as the platform runs.
pub async fn keep_sending(app: Arc<App>) {
    loop {
        match send_next(&app).await {
            Ok(true) => {}
            Ok(false) => tokio::time::sleep(LOOK).await,
            Err(error) => {
                tracing::warn!(%error, "mails wait");
                tokio::time::sleep(LOOK * 5).await;
            }
        }
    }
}

/// Whether there was one to send. It may be sent twice, when the instance dies between sending and writing it down;
/// it is never lost.
async fn send_next(app: &App) -> Result<bool> {
    let mut tx = app.db.unscoped("take a mail from the outbox").await?;
    let Some(mail) = store::claim(tx.conn()).await? else { return Ok(false) };
    tx.commit_unaudited("a claim on a mail; what it tells of is in the log").await?;
    if mail.over {
        let problem = mail.last_problem.as_deref().unwrap_or("its time is over");
        give_up(app, &mail, problem).await?;
        return Ok(true);
    }
    match send(app, &mail).await {
        Ok(()) => {
            let mut tx = app.db.unscoped("write down that a mail is sent").await?;
            store::set_sent(tx.conn(), &mail).await?;
            tx.commit_unaudited("what the mail tells of is in the log").await?;
        }
        Err(Failure::Ever(problem)) => give_up(app, &mail, &problem).await?,
        Err(Failure::Now(problem)) => {
            tracing::warn!(mail = %mail.id, kind = mail.kind, tries = mail.tries, problem, "a mail is not sent yet");
            let mut tx = app.db.unscoped("put a mail off").await?;
            store::put_off(tx.conn(), &mail, &problem, pause(mail.tries)).await?;
            tx.commit_unaudited("a mail that is tried again; giving it up is in the log").await?;
        }
    }
    Ok(true)
}

async fn send(app: &App, mail: &Due) -> Result<(), Failure> {
    let letter = open(app, mail).map_err(|error| Failure::Ever(error.to_string()))?;
    let brand = Brand {
        name: &mail.display_name,
        organization: &mail.organization_name,
        provider: &mail.provider_name,
        origin: &app.config.http.public_url,
    };
    let outgoing =
        Outgoing { id: mail.id, kind: &mail.kind, recipient: &mail.recipient, at: app.clock.now() };
    app.post.send(&outgoing, &letter.words(&app.config, &brand), &brand).await
}

fn open(app: &App, mail: &Due) -> anyhow::Result<Letter> {
    let open = app.vault.open_server(&purpose(mail.id), &mail.sealed_letter)?;
    Ok(serde_json::from_slice(open.expose())?)
}

async fn give_up(app: &App, mail: &Due, problem: &str) -> Result<()> {
    tracing::warn!(mail = %mail.id, kind = mail.kind, tries = mail.tries, problem, "a mail is given up");
    let mut tx = app.db.unscoped("give a mail up").await?;
    store::give_up(tx.conn(), mail, problem).await?;
    let event = Event::by_platform(&catalogue::MAIL_GIVE_UP, Outcome::Failed, mail.org_id)
        .target(Target::new("user", mail.user_id.0, &mail.recipient))
        .because(problem)
        .details(json!({ "mailId": mail.id, "kind": mail.kind, "tries": mail.tries }));
    tx.commit(event).await
}

/// After this many tries that failed.
fn pause(tries: i32) -> Duration {
    let doubled = u32::try_from(tries - 1).unwrap_or_default().min(16);
    (FIRST_PAUSE * 2_u32.pow(doubled)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_a_day_holds_some_thirty_tries() {
        assert_eq!([1, 2, 3, 8, 40].map(|tries| pause(tries).as_secs()), [30, 60, 120, 3600, 3600]);
        let mut spent = Duration::ZERO;
        let tries = (1..).take_while(|tries| {
            spent += pause(*tries);
            spent < Duration::from_hours(24)
        });
        assert!((20..40).contains(&tries.count()));
    }
}
