//! The provider's own organization: there from the first start on, with its key.

use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::ids::{OrganizationId, OrganizationKeyId};
use sallyport_secrets::Vault;

/// Its id; made if this is the first start. Two instances that start at once make one.
pub(super) async fn ensure(db: &Db, clock: &Clock, vault: &Vault) -> Result<OrganizationId> {
    let mut tx = db.unscoped("make the provider's organization").await?;
    let id = OrganizationId::new(clock);
    sqlx::query!(
        "INSERT INTO organizations (id, name, type, mfa_required) VALUES ($1, 'Provider', 'mss_provider', true)
         ON CONFLICT (type) WHERE type = 'mss_provider' DO NOTHING",
        id.0
    )
    .execute(tx.conn())
    .await?;
    let found = sqlx::query_scalar!(
        r#"SELECT id AS "id: OrganizationId" FROM organizations WHERE type = 'mss_provider'"#
    )
    .fetch_one(tx.conn())
    .await?;
    if found == id {
        let sealed = vault.new_organization_key(id.0).map_err(anyhow::Error::from)?;
        sqlx::query!(
            "INSERT INTO organization_keys (org_id, id, sealed_key) VALUES ($1, $2, $3)",
            id.0,
            OrganizationKeyId::new(clock).0,
            sealed
        )
        .execute(tx.conn())
        .await?;
    }
    tx.commit_unaudited("the first start of a platform; nobody did it").await?;
    Ok(found)
}
