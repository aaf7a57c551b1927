//! All SQL of mails: queued by whoever has something to tell, sent by the platform.

use super::To;
use crate::error::Result;
use crate::ids::{MailId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use std::time::Duration;

/// Puts a mail into the outbox, in the transaction of what it tells of.
pub(super) async fn insert(
    conn: &mut PgConnection,
    id: MailId,
    to: &To<'_>,
    kind: &str,
    sealed_letter: &[u8],
    good_until: Option<DateTime<Utc>>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO mails (org_id, id, user_id, kind, recipient, sealed_letter, give_up_at)
         VALUES ($1, $2, $3, $4, $5, $6, least($7, clock_timestamp() + interval '24 hours'))",
        to.org_id.0,
        id.0,
        to.user_id.0,
        kind,
        to.email,
        sealed_letter,
        good_until,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A mail that is to be sent now, and whom it is for.
#[derive(Debug)]
pub(super) struct Due {
    pub(super) id: MailId,
    pub(super) org_id: OrganizationId,
    pub(super) user_id: UserId,
    pub(super) kind: String,
    pub(super) recipient: String,
    pub(super) sealed_letter: Vec<u8>,
    /// This try included.
    pub(super) tries: i32,
    /// It is too late for another try.
    pub(super) over: bool,
    /// Why the try before this one failed.
    pub(super) last_problem: Option<String>,
    pub(super) display_name: String,
    pub(super) organization_name: String,
    pub(super) provider_name: String,
}

/// Takes one mail that is due: nobody else tries it for two minutes, in which it is sent or has failed.
pub(super) async fn claim(conn: &mut PgConnection) -> Result<Option<Due>> {
    Ok(sqlx::query_as!(
        Due,
        r#"UPDATE mails m SET tries = m.tries + 1, next_try_at = clock_timestamp() + interval '2 minutes'
           FROM users u JOIN organizations o ON o.id = u.org_id
               JOIN organizations p ON p.type = 'mss_provider'
           WHERE (m.org_id, m.id) = (
                   SELECT org_id, id FROM mails
                   WHERE sealed_letter IS NOT NULL AND next_try_at <= clock_timestamp()
                   ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED)
             AND u.org_id = m.org_id AND u.id = m.user_id
           RETURNING m.id AS "id: MailId", m.org_id AS "org_id: OrganizationId", m.user_id AS "user_id: UserId",
                     m.kind, m.recipient, m.sealed_letter AS "sealed_letter!", m.tries,
                     m.give_up_at <= clock_timestamp() AS "over!", m.last_problem, u.display_name, o.name AS organization_name,
                     p.name AS provider_name"#
    )
    .fetch_optional(conn)
    .await?)
}

/// It is sent: what it said is wiped.
pub(super) async fn set_sent(conn: &mut PgConnection, mail: &Due) -> Result<()> {
    sqlx::query!(
        "UPDATE mails SET sealed_letter = NULL, sent_at = clock_timestamp(), last_problem = NULL
         WHERE org_id = $1 AND id = $2",
        mail.org_id.0,
        mail.id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// It is tried again after a pause, but not beyond its time.
pub(super) async fn put_off(
    conn: &mut PgConnection,
    mail: &Due,
    problem: &str,
    pause: Duration,
) -> Result<()> {
    sqlx::query!(
        "UPDATE mails SET last_problem = $3,
             next_try_at = least(clock_timestamp() + make_interval(secs => $4), give_up_at)
         WHERE org_id = $1 AND id = $2",
        mail.org_id.0,
        mail.id.0,
        problem,
        pause.as_secs_f64()
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// It is not sent any more: what it said is wiped.
pub(super) async fn give_up(conn: &mut PgConnection, mail: &Due, problem: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE mails SET sealed_letter = NULL, given_up_at = clock_timestamp(), last_problem = $3
         WHERE org_id = $1 AND id = $2",
        mail.org_id.0,
        mail.id.0,
        problem
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// That a mail was sent is of no use after a month.
pub(super) async fn forget_old(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("DELETE FROM mails WHERE sealed_letter IS NULL AND created_at < now() - interval '30 days'")
        .execute(conn)
        .await?;
    Ok(())
}
