//! The server's own keys: read from the database and opened by the vault; made where there are none. Those of access
//! tokens are a ring of their own (`auth/keys`).

use crate::app::ServerKeys;
use crate::auth::{CsrfKey, PseudonymKey, TokenKeys, keys};
use crate::clock::Clock;
use crate::db::Db;
use anyhow::{Context, Result};
use sallyport_secrets::{Secret, SigningKey, Vault};
use sqlx::PgConnection;

/// Ed25519, a ring: the newest signs, all of them verify for ever.
const RECORDING_MANIFEST: &str = "recording-manifest";
/// Ed25519, a ring of the same kind.
const AUDIT_CHECKPOINT: &str = "audit-checkpoint";
/// HMAC-SHA-256 of CSRF tokens.
const CSRF: &str = "csrf";
/// HMAC-SHA-256 that stands in for addresses in counts and logs.
const PSEUDONYM: &str = "pseudonym";
/// HMAC-SHA-256 of passwords before they are hashed.
const PEPPER: &str = "password-pepper";

/// A key as stored.
struct Stored {
    purpose: String,
    sealed_key: Vec<u8>,
    /// Signs nothing any more.
    retired: bool,
}

/// Opens all keys, and makes those that are missing. Instances that start together agree on one set: the
/// second waits for the lock and finds what the first made.
pub async fn load(db: &Db, vault: Vault, issuer: &str, clock: &Clock) -> Result<ServerKeys> {
    let mut tx = db.unscoped("load the keys of the server").await?;
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtext('sallyport server_keys'))")
        .execute(tx.conn())
        .await?;
    let stored = read(tx.conn()).await?;
    let keys = open(tx.conn(), vault, issuer, clock, &stored).await?;
    tx.commit_unaudited("keys of the server itself, before there is anybody").await?;
    Ok(keys)
}

async fn open(
    conn: &mut PgConnection,
    vault: Vault,
    issuer: &str,
    clock: &Clock,
    stored: &[Stored],
) -> Result<ServerKeys> {
    let mut manifest_keys = signing_keys(&vault, RECORDING_MANIFEST, stored.iter())?;
    if !has_standing(stored, RECORDING_MANIFEST) {
        manifest_keys.insert(0, make_signing_key(conn, &vault, RECORDING_MANIFEST, clock).await?);
    }
    let mut audit_keys = signing_keys(&vault, AUDIT_CHECKPOINT, stored.iter())?;
    if !has_standing(stored, AUDIT_CHECKPOINT) {
        audit_keys.insert(0, make_signing_key(conn, &vault, AUDIT_CHECKPOINT, clock).await?);
    }
    let csrf_key = CsrfKey::new(secret(conn, &vault, CSRF, clock, stored).await?.expose());
    let pseudonym_key = PseudonymKey::new(secret(conn, &vault, PSEUDONYM, clock, stored).await?.expose());
    let pepper = secret(conn, &vault, PEPPER, clock, stored).await?;
    let tokens = TokenKeys::new(issuer, keys::open(conn, &vault, clock).await?)?;
    Ok(ServerKeys { tokens, manifest_keys, audit_keys, csrf_key, pseudonym_key, pepper, vault })
}

/// The public keys of checkpoints, for a command: nothing is made.
pub(super) async fn audit_keys(db: &Db, vault: &Vault) -> Result<Vec<[u8; 32]>> {
    let mut tx = db.unscoped("load the keys of the audit log").await?;
    let stored = read(tx.conn()).await?;
    let keys = signing_keys(vault, AUDIT_CHECKPOINT, stored.iter())?;
    Ok(keys.iter().map(SigningKey::public_key).collect())
}

fn has_standing(stored: &[Stored], purpose: &str) -> bool {
    stored.iter().any(|key| key.purpose == purpose && !key.retired)
}

/// Those that sign before those that only verify, newest first.
async fn read(conn: &mut PgConnection) -> Result<Vec<Stored>> {
    Ok(sqlx::query_as!(
        Stored,
        r#"SELECT purpose, sealed_key, retired_at IS NOT NULL AS "retired!"
           FROM server_keys ORDER BY retired_at IS NULL DESC, created_at DESC, id DESC"#
    )
    .fetch_all(conn)
    .await?)
}

fn signing_keys<'a>(
    vault: &Vault,
    purpose: &str,
    stored: impl Iterator<Item = &'a Stored>,
) -> Result<Vec<SigningKey>> {
    stored
        .filter(|key| key.purpose == purpose)
        .map(|key| {
            SigningKey::from_sealed(vault, purpose, &key.sealed_key).with_context(|| cannot_open(purpose))
        })
        .collect()
}

async fn make_signing_key(
    conn: &mut PgConnection,
    vault: &Vault,
    purpose: &str,
    clock: &Clock,
) -> Result<SigningKey> {
    let key = SigningKey::generate()?;
    let sealed = key.to_sealed(vault, purpose)?;
    insert(conn, clock, purpose, &key.key_id(), &key.public_key(), &sealed).await?;
    Ok(key)
}

async fn secret(
    conn: &mut PgConnection,
    vault: &Vault,
    purpose: &str,
    clock: &Clock,
    stored: &[Stored],
) -> Result<Secret> {
    if let Some(key) = stored.iter().find(|key| key.purpose == purpose) {
        return vault.open_server(purpose, &key.sealed_key).with_context(|| cannot_open(purpose));
    }
    let secret = Secret::random(32)?;
    let sealed = vault.seal_server(purpose, secret.expose())?;
    insert(conn, clock, purpose, purpose, &[], &sealed).await?;
    Ok(secret)
}

async fn insert(
    conn: &mut PgConnection,
    clock: &Clock,
    purpose: &str,
    key_id: &str,
    public_key: &[u8],
    sealed_key: &[u8],
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO server_keys (id, purpose, key_id, public_key, sealed_key, created_at)
         VALUES ($1, $2, $3, $4, $5, clock_timestamp())",
        clock.new_id(),
        purpose,
        key_id,
        public_key,
        sealed_key
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn cannot_open(purpose: &str) -> String {
    format!("the {purpose} key does not open; is this the root key that the database was made with?")
}
