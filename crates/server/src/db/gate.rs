//! The start-up gate: asks the catalogue for anything that would let one tenant see another.

use anyhow::{Context, Result};
use sqlx::PgPool;

/// Tables that belong to no tenant, each with its reason. They carry no right of the app role.
const NOT_A_TENANTS: [&str; 9] = [
    "_sqlx_migrations",         // which migrations ran
    "context_key",              // signs the context of a transaction; sallyport_system alone
    "server_keys",              // sealed keys of the server itself; sallyport_system alone
    "instances",                // running copies of the platform
    "knocks",                   // sealed addresses that strangers named, which may be nobody's
    "login_attempts",           // counts by keyed hashes of addresses, also of those that have no account
    "token_keys",               // the ring of access tokens' keys; sallyport_system alone
    "spent_passkey_challenges", // ids of challenges, which are nobody's
    "setup_links",              // hashes of links from before there was anybody
];

/// The only functions that run with more rights than their caller.
const DEFINERS: [&str; 13] = [
    "keep_audit_months",
    "audit_is_empty",
    "queue_audit_event",
    "clean_up_audit",
    "erase_audit",
    "enter",
    "enter_directory",
    "load_caller",
    "load_token",
    "load_directory",
    "check_role_fits_organization",
    "sign_context",
    "context_holds",
];

/// A sentence for each hole; empty when the wall stands. `app` and `system` are asked who they really are.
pub(super) async fn holes(app: &PgPool, system: &PgPool) -> Result<Vec<String>> {
    let global: Vec<String> = NOT_A_TENANTS.map(str::to_owned).to_vec();
    let definers: Vec<String> = DEFINERS.map(str::to_owned).to_vec();
    let mut holes = sqlx::query_file_scalar!("src/db/gate.sql", &global, &definers)
        .fetch_all(app)
        .await
        .context("the start-up gate could not read the catalogue")?;
    for (pool, role) in [(app, "sallyport_app"), (system, "sallyport_system")] {
        // Both names: who logged in as somebody else could be that again by RESET ROLE.
        let impostor = sqlx::query_scalar!(
            r#"SELECT 'you are connected as ' || session_user || ', not as ' || $1::text AS "hole!"
               WHERE session_user <> $1::text OR current_user <> $1::text"#,
            role
        );
        holes.extend(
            impostor.fetch_optional(pool).await.context("the start-up gate could not ask who is there")?,
        );
    }
    Ok(holes)
}
