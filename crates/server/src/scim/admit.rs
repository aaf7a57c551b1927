//! A request that comes with the token of a directory.

use super::tokens;
use crate::access::Directory;
use crate::api_tokens::token;
use crate::app::App;
use crate::auth::cookies::Presented;
use crate::error::{ApiError, Result};
use crate::http::request::Origin;
use axum::http::StatusCode;
use chrono::TimeDelta;

/// A write a minute is enough to see whether a directory still comes.
const FRESH: TimeDelta = TimeDelta::minutes(1);

/// The directory of a token. One answer for all that is not good: unknown, ended, of another kind.
pub(crate) async fn admit(app: &App, presented: Option<&Presented>, origin: &Origin) -> Result<Directory> {
    let hash = match presented {
        Some(Presented::Bearer(text)) => token::hash_of(token::DIRECTORY, text),
        _ => None,
    };
    let row = match hash {
        Some(hash) => app.db.load_directory(&hash).await?,
        None => None,
    };
    let Some(row) = row else {
        return Err(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "unauthenticated",
            "This address asks for the token of a directory that is made for an organization in the console.",
        ));
    };
    let last_used_at = row.last_used_at;
    let directory = Directory::by_token(row, origin.clone());
    if last_used_at.is_none_or(|at| directory.asked_at - at >= FRESH)
        && let Err(error) = tokens::note_use(app, &directory).await
    {
        tracing::warn!(%error, "the use of a directory's token could not be noted");
    }
    Ok(directory)
}
