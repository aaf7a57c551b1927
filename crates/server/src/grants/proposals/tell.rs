//! Who hears of a proposal by mail: the super admins when it is made, whoever made it when it is decided.

use super::model::RevocationProposal;
use crate::access::{Caller, Role};
use crate::app::App;
use crate::error::Result;
use crate::grants::requests::queue;
use crate::grants::requests::store::people_of;
use crate::grants::store::active_manager;
use crate::mail::Letter;
use sqlx::PgConnection;

/// Tells those who may decide, but not who proposed it; how many they are.
pub(super) async fn deciders(
    app: &App,
    conn: &mut PgConnection,
    caller: &Caller,
    proposal: &RevocationProposal,
) -> Result<usize> {
    let mut readers = people_of(conn, app.provider, &[Role::SuperAdmin]).await?;
    readers.retain(|reader| reader.id != caller.user_id);
    let letter = Letter::RevocationProposed {
        by: proposal.proposed_by_name.clone(),
        grants: proposal.title(),
        reason: proposal.reason.clone(),
    };
    queue(app, conn, &readers, &letter).await
}

/// Tells whoever proposed it how it went, while they may still propose; `revoked`: how many were taken back, if it was
/// approved.
pub(super) async fn proposer(
    app: &App,
    conn: &mut PgConnection,
    (proposal, by): (&RevocationProposal, &Caller),
    (revoked, reason): (Option<usize>, &str),
) -> Result<()> {
    let reader = active_manager(conn, proposal.proposed_by_id).await?;
    let reader = reader.filter(|reader| reader.id != by.user_id);
    let letter = Letter::RevocationDecided {
        grants: proposal.title(),
        by: by.display_name.clone(),
        revoked,
        reason: reason.to_owned(),
    };
    queue(app, conn, reader.as_slice(), &letter).await?;
    Ok(())
}
