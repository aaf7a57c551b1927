//! The vault, under the root key: given, or made at the very first start.

use crate::config::Config;
use crate::db::Db;
use crate::error::Result;
use anyhow::Context as _;
use sallyport_secrets::{RootKey, Vault};

/// Opens the vault. A new key is made only while nothing is sealed: a lost key file must stop the start, not
/// silently become another key that opens nothing.
pub(super) async fn open(config: &Config, db: &Db) -> Result<Vault> {
    let path = config.data_dir.join("root.key");
    let key = if let Some(text) = &config.root_key {
        RootKey::from_base64(text).context("root_key of the configuration")?
    } else if anything_sealed(db).await? {
        RootKey::load(&path).context("the root key, without which no secret here opens")?
    } else {
        RootKey::load_or_create(&path).context("the root key")?
    };
    Ok(Vault::new(key))
}

async fn anything_sealed(db: &Db) -> Result<bool> {
    let mut tx = db.unscoped("see whether anything is sealed yet").await?;
    let found = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM server_keys) OR EXISTS (SELECT 1 FROM organization_keys) AS "sealed!""#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(found)
}
