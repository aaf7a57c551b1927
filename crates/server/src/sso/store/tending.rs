//! Who looks after a connection, and who is told of it.

use crate::error::Result;
use crate::ids::{OrganizationId, SsoConnectionId, UserId};
use sqlx::PgConnection;

/// The SAML connection that nobody looked after for longest, if that is hours. Whoever gets it looks; no other
/// instance does.
pub(in crate::sso) async fn claim_stale(conn: &mut PgConnection) -> Result<Option<SsoConnectionId>> {
    Ok(sqlx::query_scalar!(
        r#"UPDATE sso_connections SET asked_at = now() WHERE id = (
               SELECT id FROM sso_connections WHERE protocol = 'saml' AND state = 'active' AND deleted_at IS NULL
                   AND coalesce(asked_at, described_at) < now() - interval '4 hours'
               ORDER BY asked_at NULLS FIRST LIMIT 1 FOR UPDATE SKIP LOCKED)
           RETURNING id AS "id: SsoConnectionId""#
    )
    .fetch_optional(conn)
    .await?)
}

/// Whether the keys of an OpenID Connect provider may be asked for now, because somebody came with another.
pub(in crate::sso) async fn claim_keys(conn: &mut PgConnection, id: SsoConnectionId) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE sso_connections SET asked_at = now()
         WHERE id = $1 AND (asked_at IS NULL OR asked_at < now() - interval '1 minute')",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many networks an answer came from, within a day, that was signed with an unknown certificate; no more are counted
/// than `most`.
pub(in crate::sso) async fn count_unknown_keys(
    conn: &mut PgConnection,
    (organization, id): (OrganizationId, SsoConnectionId),
    network: &str,
    most: i64,
) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM sso_seen WHERE org_id = $1 AND connection_id = $2
             AND message_id LIKE 'unknown key from %' AND until > now()"#,
        organization.0,
        id.0
    );
    if count.fetch_one(&mut *conn).await? < most {
        sqlx::query!(
            "INSERT INTO sso_seen (org_id, connection_id, message_id, until)
             VALUES ($1, $2, 'unknown key from ' || $3::text, now() + interval '1 day') ON CONFLICT DO NOTHING",
            organization.0,
            id.0,
            network
        )
        .execute(&mut *conn)
        .await?;
    }
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM sso_seen WHERE org_id = $1 AND connection_id = $2
             AND message_id LIKE 'unknown key from %' AND until > now()"#,
        organization.0,
        id.0
    );
    Ok(count.fetch_one(conn).await?)
}

/// Whether the admins may be told of trouble now: once a day, however often it happens. What strangers can make is
/// counted by itself: it uses up no notice of anything else.
pub(in crate::sso) async fn claim_notice(
    conn: &mut PgConnection,
    id: SsoConnectionId,
    by_strangers: bool,
) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE sso_connections SET noticed_at = CASE WHEN $2 THEN noticed_at ELSE now() END,
             strangers_noticed_at = CASE WHEN $2 THEN now() ELSE strangers_noticed_at END
         WHERE id = $1 AND coalesce(CASE WHEN $2 THEN strangers_noticed_at ELSE noticed_at END
                                    < now() - interval '1 day', true)",
        id.0,
        by_strangers
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who administers an organization.
#[derive(Debug)]
pub(in crate::sso) struct Admin {
    pub(in crate::sso) id: UserId,
    pub(in crate::sso) email: String,
}

/// The first twenty of them.
pub(in crate::sso) async fn admins(
    conn: &mut PgConnection,
    organization: OrganizationId,
) -> Result<Vec<Admin>> {
    Ok(sqlx::query_as!(
        Admin,
        r#"SELECT id AS "id: UserId", email FROM users
           WHERE org_id = $1 AND status = 'active' AND role IN ('admin', 'super_admin')
           ORDER BY created_at, id LIMIT 20"#,
        organization.0
    )
    .fetch_all(conn)
    .await?)
}

/// The next key of ours, sealed, with its certificate. False when there is one already.
pub(in crate::sso) async fn announce_own_key(
    conn: &mut PgConnection,
    id: SsoConnectionId,
    sealed: &[u8],
    certificate: &[u8],
) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE sso_connections SET next_sealed_secret = $2, next_certificate = $3, version = version + 1
         WHERE id = $1 AND next_certificate IS NULL AND deleted_at IS NULL",
        id.0,
        sealed,
        certificate
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The next key of ours, if it is this one still, takes the place of the one in use.
pub(in crate::sso) async fn change_own_key(
    conn: &mut PgConnection,
    id: SsoConnectionId,
    next: &[u8],
) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE sso_connections SET sealed_secret = next_sealed_secret, former_certificate = certificate,
             certificate = next_certificate, next_sealed_secret = NULL, next_certificate = NULL, version = version + 1
         WHERE id = $1 AND next_certificate = $2 AND deleted_at IS NULL",
        id.0,
        next
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The certificate before is told no more.
pub(in crate::sso) async fn forget_own_key(conn: &mut PgConnection, id: SsoConnectionId) -> Result<()> {
    sqlx::query!("UPDATE sso_connections SET former_certificate = NULL WHERE id = $1", id.0)
        .execute(conn)
        .await?;
    Ok(())
}
