//! All SQL of second factors.

use super::super::store::Account;
use super::backup_codes::BackupCode;
use super::model::Factor;
use crate::auth::model::Owed;
use crate::auth::sso::{Link, Via};
use crate::clock::Clock;
use crate::error::Result;
use crate::ids::{
    ChallengeId, FactorId, OrganizationId, OrganizationKeyId, SsoConnectionId, UserId, UserSessionId,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// A factor to be, its seed sealed.
#[derive(Debug)]
pub(super) struct Unconfirmed<'a> {
    pub(super) id: FactorId,
    pub(super) name: &'a str,
    pub(super) key: OrganizationKeyId,
    pub(super) sealed_seed: &'a [u8],
}

/// A seed as it is kept.
#[derive(Debug)]
pub(super) struct KeptSeed {
    pub(super) id: FactorId,
    pub(super) sealed_seed: Vec<u8>,
    /// The database's clock, in seconds since 1970: one for all instances.
    pub(super) now_s: i64,
}

/// A challenge that somebody presents.
#[derive(Debug)]
pub(in crate::auth) struct Presented {
    pub(in crate::auth) id: ChallengeId,
    pub(in crate::auth) org_id: OrganizationId,
    pub(super) user_id: UserId,
    pub(super) epoch: i32,
    connection: Option<SsoConnectionId>,
    there: Option<String>,
    link_subject: Option<String>,
    link_email: Option<String>,
}

impl Presented {
    /// By which identity provider they came, if one.
    pub(super) fn via(&self) -> Option<Via> {
        let link = self.link_subject.clone().map(|subject| Link { subject, email: self.link_email.clone() });
        self.connection.map(|connection| Via { connection, there: self.there.clone(), link })
    }
}

/// A challenge for an account: five minutes for a code, fifteen to install an app.
pub(super) async fn insert_challenge(
    conn: &mut PgConnection,
    account: &Account,
    (id, token_hash): (ChallengeId, &[u8]),
    owed: Owed,
    via: Option<&Via>,
) -> Result<DateTime<Utc>> {
    // Takes more than one at a time, so the table shrinks however fast it grew.
    sqlx::query!(
        "DELETE FROM login_challenges WHERE id IN (
             SELECT id FROM login_challenges WHERE expires_at < now() - interval '1 hour'
             ORDER BY expires_at LIMIT 20 FOR UPDATE SKIP LOCKED)"
    )
    .execute(&mut *conn)
    .await?;
    Ok(sqlx::query_scalar!(
        "INSERT INTO login_challenges (org_id, id, user_id, token_hash, owed, epoch, expires_at,
             sso_connection_id, sso_session, link_subject, link_email)
         VALUES ($1, $2, $3, $4, $5, $6,
                 now() + CASE $5 WHEN 'factor' THEN interval '5 minutes' ELSE interval '15 minutes' END, $7, $8,
                 $9, $10)
         RETURNING expires_at",
        account.org_id.0,
        id.0,
        account.id.0,
        token_hash,
        owed.as_str(),
        account.epoch,
        via.map(|via| via.connection.0),
        via.and_then(|via| via.there.as_deref()),
        via.and_then(|via| via.link.as_ref()).map(|link| link.subject.as_str()),
        via.and_then(|via| via.link.as_ref()).and_then(|link| link.email.as_deref()),
    )
    .fetch_one(conn)
    .await?)
}

/// A standing challenge; `tries` are taken of the few that it has, in one statement: of many at once, no more find
/// one left.
pub(super) async fn present_challenge(
    conn: &mut PgConnection,
    token_hash: &[u8],
    owed: Owed,
    tries: i32,
) -> Result<Option<Presented>> {
    Ok(sqlx::query_as!(
        Presented,
        r#"UPDATE login_challenges SET attempts = attempts + $3
           WHERE token_hash = $1 AND owed = $2 AND spent_at IS NULL AND expires_at > now()
             AND attempts < CASE owed WHEN 'factor' THEN 5 ELSE 10 END
           RETURNING id AS "id: ChallengeId", org_id AS "org_id: OrganizationId", user_id AS "user_id: UserId", epoch,
                     sso_connection_id AS "connection: SsoConnectionId", sso_session AS there, link_subject, link_email"#,
        token_hash,
        owed.as_str(),
        tries
    )
    .fetch_optional(conn)
    .await?)
}

/// A standing challenge, without a try of it.
pub(super) async fn find_challenge(conn: &mut PgConnection, id: ChallengeId) -> Result<Option<Presented>> {
    Ok(sqlx::query_as!(
        Presented,
        r#"SELECT id AS "id: ChallengeId", org_id AS "org_id: OrganizationId", user_id AS "user_id: UserId", epoch,
                  sso_connection_id AS "connection: SsoConnectionId", sso_session AS there, link_subject, link_email
           FROM login_challenges WHERE id = $1 AND spent_at IS NULL AND expires_at > now()"#,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Spends a challenge; whether it was unspent.
pub(super) async fn spend_challenge(conn: &mut PgConnection, challenge: &Presented) -> Result<bool> {
    let spent = sqlx::query!(
        "UPDATE login_challenges SET spent_at = now() WHERE org_id = $1 AND id = $2 AND spent_at IS NULL",
        challenge.org_id.0,
        challenge.id.0
    )
    .execute(conn)
    .await?;
    Ok(spent.rows_affected() == 1)
}

/// The name that apps show over the code: the provider's.
pub(super) async fn issuer(conn: &mut PgConnection, organization: OrganizationId) -> Result<String> {
    Ok(sqlx::query_scalar!("SELECT name FROM organizations WHERE id = $1", organization.0)
        .fetch_one(conn)
        .await?)
}

/// Whether an organization asks its people for a factor.
pub(super) async fn asks_for_factor(conn: &mut PgConnection, organization: OrganizationId) -> Result<bool> {
    Ok(sqlx::query_scalar!("SELECT mfa_required FROM organizations WHERE id = $1", organization.0)
        .fetch_one(conn)
        .await?)
}

/// Holds a person's row until the transaction ends, so that two changes of their factors see each other. With
/// whether their organization asks for a factor.
pub(super) async fn lock_person(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "SELECT o.mfa_required FROM users u JOIN organizations o ON o.id = u.org_id
         WHERE u.org_id = $1 AND u.id = $2 FOR NO KEY UPDATE OF u",
        organization.0,
        user.0
    )
    .fetch_one(conn)
    .await?)
}

/// A factor that is to be confirmed, in the place of any that never was.
pub(super) async fn insert(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    new: &Unconfirmed<'_>,
) -> Result<()> {
    sqlx::query!(
        "DELETE FROM user_factors WHERE org_id = $1 AND user_id = $2 AND confirmed_at IS NULL",
        organization.0,
        user.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO user_factors (org_id, id, user_id, kind, name, organization_key_id, sealed_seed)
         VALUES ($1, $2, $3, 'totp', $4, $5, $6)",
        organization.0,
        new.id.0,
        user.0,
        new.name,
        new.key.0,
        new.sealed_seed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The seeds that a person's codes are held against.
pub(super) async fn list_seeds(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<Vec<KeptSeed>> {
    Ok(sqlx::query_as!(
        KeptSeed,
        r#"SELECT id AS "id: FactorId", sealed_seed AS "sealed_seed!",
                  extract(epoch FROM clock_timestamp())::bigint AS "now_s!"
           FROM user_factors
           WHERE org_id = $1 AND user_id = $2 AND kind = 'totp' AND confirmed_at IS NOT NULL ORDER BY id"#,
        organization.0,
        user.0
    )
    .fetch_all(conn)
    .await?)
}

/// The seed of a factor that is to be confirmed, for an hour.
pub(super) async fn find_unconfirmed(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    id: FactorId,
) -> Result<Option<KeptSeed>> {
    Ok(sqlx::query_as!(
        KeptSeed,
        r#"SELECT id AS "id: FactorId", sealed_seed AS "sealed_seed!",
                  extract(epoch FROM clock_timestamp())::bigint AS "now_s!"
           FROM user_factors WHERE org_id = $1 AND user_id = $2 AND id = $3 AND confirmed_at IS NULL
             AND created_at > now() - interval '1 hour'"#,
        organization.0,
        user.0,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Accepts the code of a step, unless one of it or of a later step was accepted before. One statement: of the same
/// code twice at once, on whatever instances, one finds it unused.
pub(super) async fn spend_step(
    conn: &mut PgConnection,
    organization: OrganizationId,
    id: FactorId,
    step: i64,
) -> Result<bool> {
    let spent = sqlx::query!(
        "UPDATE user_factors SET last_step = $3, last_used_at = now()
         WHERE org_id = $1 AND id = $2 AND confirmed_at IS NOT NULL AND (last_step IS NULL OR last_step < $3)",
        organization.0,
        id.0,
        step
    )
    .execute(conn)
    .await?;
    Ok(spent.rows_affected() == 1)
}

/// The person has proved that the new factor works.
pub(super) async fn confirm(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    id: FactorId,
    step: i64,
) -> Result<bool> {
    let confirmed = sqlx::query!(
        "UPDATE user_factors SET confirmed_at = now(), last_step = $4
         WHERE org_id = $1 AND user_id = $2 AND id = $3 AND confirmed_at IS NULL",
        organization.0,
        user.0,
        id.0,
        step
    )
    .execute(&mut *conn)
    .await?;
    note_factors(conn, organization, user).await?;
    Ok(confirmed.rows_affected() == 1)
}

/// A person's confirmed factors, oldest first.
pub(super) async fn list(conn: &mut PgConnection, user: UserId) -> Result<Vec<Factor>> {
    Ok(sqlx::query_as!(
        Factor,
        r#"SELECT id AS "id: FactorId", kind, name, confirmed_at AS "confirmed_at!", last_used_at, credential_id, backed_up
           FROM user_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL ORDER BY confirmed_at, id"#,
        user.0
    )
    .fetch_all(conn)
    .await?)
}

/// Removes a factor.
pub(super) async fn delete(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    id: FactorId,
) -> Result<()> {
    sqlx::query!(
        "DELETE FROM user_factors WHERE org_id = $1 AND user_id = $2 AND id = $3",
        organization.0,
        user.0,
        id.0
    )
    .execute(&mut *conn)
    .await?;
    note_factors(conn, organization, user).await
}

/// Removes all factors and backup codes of a person; how many factors.
pub(super) async fn delete_all(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<u64> {
    delete_backup_codes(conn, organization, user).await?;
    let gone =
        sqlx::query!("DELETE FROM user_factors WHERE org_id = $1 AND user_id = $2", organization.0, user.0)
            .execute(&mut *conn)
            .await?;
    note_factors(conn, organization, user).await?;
    Ok(gone.rows_affected())
}

/// Keeps on the person's row whether there is a factor: every sign-in and every list asks.
pub(super) async fn note_factors(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<()> {
    sqlx::query!(
        "UPDATE users SET mfa_enabled = EXISTS (SELECT 1 FROM user_factors f
             WHERE f.org_id = $1 AND f.user_id = $2 AND f.confirmed_at IS NOT NULL)
         WHERE org_id = $1 AND id = $2",
        organization.0,
        user.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Backup codes that are good yet.
pub(super) async fn count_backup_codes(conn: &mut PgConnection, user: UserId) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "left!" FROM user_backup_codes WHERE user_id = $1 AND used_at IS NULL"#,
        user.0
    )
    .fetch_one(conn)
    .await?)
}

/// Spends a backup code, in one statement; whether it was one and unspent.
pub(super) async fn spend_backup_code(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    hash: &[u8],
) -> Result<bool> {
    let spent = sqlx::query!(
        "UPDATE user_backup_codes SET used_at = now()
         WHERE org_id = $1 AND user_id = $2 AND code_hash = $3 AND used_at IS NULL",
        organization.0,
        user.0,
        hash
    )
    .execute(conn)
    .await?;
    Ok(spent.rows_affected() == 1)
}

/// New backup codes in the place of all from before, used or not.
pub(super) async fn replace_backup_codes(
    conn: &mut PgConnection,
    clock: &Clock,
    organization: OrganizationId,
    user: UserId,
    codes: &[BackupCode],
) -> Result<()> {
    delete_backup_codes(conn, organization, user).await?;
    let ids: Vec<_> = codes.iter().map(|_| clock.new_id()).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| code.hash.clone()).collect();
    sqlx::query!(
        "INSERT INTO user_backup_codes (org_id, id, user_id, code_hash)
         SELECT $1, id, $2, hash FROM unnest($3::uuid[], $4::bytea[]) AS new (id, hash)",
        organization.0,
        user.0,
        &ids,
        &hashes
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn delete_backup_codes(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<()> {
    sqlx::query!("DELETE FROM user_backup_codes WHERE org_id = $1 AND user_id = $2", organization.0, user.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends every place where the person is signed in but this one; how many.
pub(super) async fn end_others(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    here: UserSessionId,
) -> Result<u64> {
    let ended = sqlx::query!(
        "UPDATE user_sessions SET revoked_at = now(), revoke_reason = 'factors_changed'
         WHERE org_id = $1 AND user_id = $2 AND id <> $3 AND revoked_at IS NULL AND expires_at > now()",
        organization.0,
        user.0,
        here.0
    )
    .execute(conn)
    .await?;
    Ok(ended.rows_affected())
}
