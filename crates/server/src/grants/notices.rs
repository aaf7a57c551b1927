//! That a grant ends soon: one mail to who holds it and one to who granted it, a week and a day before. What was granted
//! for a short time anyway is not told of.

use super::model::AccessLevel;
use super::requests::{queue, store::Reader};
use super::store;
use crate::app::App;
use crate::error::Result;
use crate::mail::Letter;

/// Tells of those that are due. A row a notice, in the transaction of its mails: each is told once, whichever instance
/// comes first, and a grant that was renewed is told of anew. Whether there were any.
pub(super) async fn tell_of_endings(app: &App) -> Result<bool> {
    let mut tx = app.db.unscoped("tell of grants that end soon").await?;
    let ending = store::claim_ending(tx.conn()).await?;
    for end in &ending {
        let letter = |own: bool| Letter::GrantEnding {
            technician: end.technician_name.clone(),
            customer: end.org_name.clone(),
            level: AccessLevel::from(end.access_level.clone()).words().to_owned(),
            at: end.expires_at,
            own,
        };
        let holder = Reader {
            org_id: end.technician_org_id,
            id: end.technician_id,
            email: end.technician_email.clone(),
        };
        queue(app, tx.conn(), &[holder], &letter(true)).await?;
        let granter = store::active_manager(tx.conn(), end.granted_by).await?;
        queue(app, tx.conn(), granter.as_slice(), &letter(false)).await?;
    }
    tx.commit_unaudited("reminders; the grants stay as they are").await?;
    Ok(!ending.is_empty())
}
