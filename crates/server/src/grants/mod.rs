//! Grants: which technician may reach which customer, how, until when.

mod store;

use crate::access::{Caller, Facts, Role};
use crate::db::ReadTx;
use crate::error::Result;
use crate::ids::OrganizationId;

/// What the policies need to know of the caller's grant for `organization`: the best that they hold.
pub async fn facts(tx: &mut ReadTx, caller: &Caller, organization: OrganizationId) -> Result<Facts> {
    if caller.role != Role::Technician {
        return Ok(Facts::default());
    }
    let grant = store::find_facts(tx.conn(), caller, organization).await?;
    Ok(Facts { grant, ..Facts::default() })
}
