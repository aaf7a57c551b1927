//! What is done about access because time went by, by whichever instance comes first.

use super::{emergency, notices, requests};
use crate::app::App;
use crate::error::Result;
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked at. Nothing is let in or kept out by it: that is decided by the instants themselves.
const LOOK: Duration = Duration::from_secs(30);

/// Tends to it for as long as the platform runs.
pub async fn keep_tending(app: Arc<App>) {
    loop {
        if let Err(error) = tend(&app).await {
            tracing::warn!(%error, "what is owed about access waits");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Once, all of it.
pub async fn tend(app: &App) -> Result<()> {
    emergency::announce_forgotten(app).await?;
    emergency::tell_of_ends(app).await?;
    emergency::remind(app).await?;
    while requests::close_lapsed(app).await? {}
    while notices::tell_of_endings(app).await? {}
    Ok(())
}
