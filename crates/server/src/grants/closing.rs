//! When the hours of a grant close: for sessions that live by it.

use super::hours::{Closing, Hours};
use super::store;
use crate::error::Result;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// How the hours stand that live sessions at these customers (by name) stand on, one for one.
pub async fn closings(conn: &mut PgConnection, asked: &[(&Hours, &str)]) -> Result<Vec<Closing>> {
    let now = store::openings(&mut *conn, asked.iter().map(|(hours, _)| (*hours, None))).await?;
    // What is said at the end tells when they open again, so that instant is looked at too.
    let end_of = |hours: &Hours| now.get(&(hours, None)).filter(|now| now.open)?.changes_at;
    let ends = asked.iter().filter_map(|(hours, _)| Some((*hours, Some(end_of(hours)?))));
    let then = store::openings(conn, ends).await?;
    let closing = |(hours, customer): &(&Hours, &str)| {
        let closed = now.get(&(*hours, None)).and_then(|now| now.refusal(hours, customer));
        let then_closed = end_of(hours).and_then(|at| {
            let then = then.get(&(*hours, Some(at)))?;
            Some((at, then.refusal(hours, customer)?))
        });
        Closing { closed, closes: then_closed }
    };
    Ok(asked.iter().map(closing).collect())
}

/// When they close next, one for one; none: not, or they are closed.
pub async fn closing_times(conn: &mut PgConnection, asked: &[&Hours]) -> Result<Vec<Option<DateTime<Utc>>>> {
    let now = store::openings(conn, asked.iter().map(|hours| (*hours, None))).await?;
    let end = |hours: &&Hours| now.get(&(*hours, None)).filter(|now| now.open)?.changes_at;
    Ok(asked.iter().map(end).collect())
}
