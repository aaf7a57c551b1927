//! Who is who: identities at providers and accounts here.

use crate::access::Role;
use crate::error::Result;
use crate::ids::{OrganizationId, SsoConnectionId, SsoIdentityId, UserId, UserSessionId};
use crate::sso::identities::SsoIdentity;
use sqlx::PgConnection;

/// An account that an identity belongs to.
#[derive(Debug)]
pub(in crate::sso) struct Known {
    pub(in crate::sso) identity: SsoIdentityId,
    pub(in crate::sso) user: UserId,
    pub(in crate::sso) display_name: String,
    pub(in crate::sso) role: Role,
    pub(in crate::sso) status: String,
    pub(in crate::sso) managed: bool,
}

/// Whose identity it is, also of somebody who was removed: they do not come in as somebody new. First sign-ins of one
/// subject wait for each other here, until the transaction ends.
pub(in crate::sso) async fn find_known(
    conn: &mut PgConnection,
    connection: SsoConnectionId,
    subject: &str,
) -> Result<Option<Known>> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text || ' ' || $2, 0))",
        connection.0,
        subject
    )
    .execute(&mut *conn)
    .await?;
    let row = sqlx::query!(
        r#"SELECT i.id AS "id: SsoIdentityId", u.id AS "user_id: UserId", u.display_name, u.role, u.status,
                  i.managed AND NOT EXISTS (SELECT FROM directory_users d WHERE d.org_id = u.org_id AND d.user_id = u.id)
                      AS "managed!"
           FROM sso_identities i JOIN users u ON u.org_id = i.org_id AND u.id = i.user_id
           WHERE i.connection_id = $1 AND i.subject = $2"#,
        connection.0,
        subject
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Known {
        identity: row.id,
        user: row.user_id,
        display_name: row.display_name,
        role: row.role.into(),
        status: row.status,
        managed: row.managed,
    }))
}

/// Whom the organization's directory made under this address, and nobody has been yet: without a password, never
/// invited, bound to no identity of the connection. Where the directory came for a connection, by that one alone.
pub(in crate::sso) async fn find_made_by_directory(
    conn: &mut PgConnection,
    organization: OrganizationId,
    connection: SsoConnectionId,
    email: &str,
) -> Result<Option<Known>> {
    let row = sqlx::query!(
        r#"SELECT u.id AS "id: UserId", u.display_name, u.role, u.status
           FROM directory_users d JOIN users u ON u.org_id = d.org_id AND u.id = d.user_id
           WHERE d.org_id = $1 AND (d.connection_id IS NULL OR d.connection_id = $2) AND lower(u.email) = lower($3)
             AND u.status = 'active' AND u.password_hash IS NULL
             AND NOT EXISTS (SELECT 1 FROM invitations i WHERE i.org_id = u.org_id AND i.user_id = u.id)
             AND NOT EXISTS (SELECT 1 FROM sso_identities i WHERE i.org_id = u.org_id AND i.user_id = u.id
                             AND i.connection_id = $2)
           FOR NO KEY UPDATE OF u"#,
        organization.0,
        connection.0,
        email
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Known {
        identity: SsoIdentityId(uuid::Uuid::nil()),
        user: row.id,
        display_name: row.display_name,
        role: row.role.into(),
        status: row.status,
        managed: false,
    }))
}

/// Whether somebody on the platform has this address.
pub(in crate::sso) async fn email_taken(conn: &mut PgConnection, email: &str) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM users WHERE lower(email) = lower($1) AND status <> 'deleted') AS "yes!""#,
        email
    )
    .fetch_one(conn)
    .await?)
}

/// An account for somebody who came by a connection: without a password. False when another has the address, of whom
/// nothing was known a moment ago.
pub(in crate::sso) async fn insert_user(
    conn: &mut PgConnection,
    organization: OrganizationId,
    id: UserId,
    (email, display_name): (&str, &str),
    role: Role,
) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO users (org_id, id, email, display_name, role, status) VALUES ($1, $2, $3, $4, $5, 'active')
         ON CONFLICT DO NOTHING",
        organization.0,
        id.0,
        email,
        display_name,
        role.as_str()
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// An identity to be.
#[derive(Debug)]
pub(in crate::sso) struct NewIdentity<'a> {
    pub(in crate::sso) id: SsoIdentityId,
    pub(in crate::sso) organization: OrganizationId,
    pub(in crate::sso) connection: SsoConnectionId,
    pub(in crate::sso) subject: &'a str,
    pub(in crate::sso) user: UserId,
    pub(in crate::sso) email: Option<&'a str>,
    pub(in crate::sso) managed: bool,
}

/// From now on the subject is this person. False when it is somebody's already.
pub(in crate::sso) async fn insert_identity(conn: &mut PgConnection, new: &NewIdentity<'_>) -> Result<bool> {
    let done = sqlx::query!(
        "INSERT INTO sso_identities (org_id, id, connection_id, subject, user_id, email, managed)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT ON CONSTRAINT sso_identities_once DO NOTHING",
        new.organization.0,
        new.id.0,
        new.connection.0,
        new.subject,
        new.user.0,
        new.email,
        new.managed,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// It is nobody's any more.
pub(in crate::sso) async fn forget_identity(conn: &mut PgConnection, id: SsoIdentityId) -> Result<()> {
    sqlx::query!("DELETE FROM sso_identities WHERE id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// Whatever a person was bound to they are not any more.
pub(crate) async fn forget_person(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
) -> Result<()> {
    sqlx::query!("DELETE FROM sso_identities WHERE org_id = $1 AND user_id = $2", organization.0, user.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// It is nobody's any more, if whose it was is gone.
pub(in crate::sso) async fn forget_identity_of_gone(
    conn: &mut PgConnection,
    connection: SsoConnectionId,
    subject: &str,
) -> Result<()> {
    sqlx::query!(
        "DELETE FROM sso_identities i USING users u WHERE i.connection_id = $1 AND i.subject = $2
             AND u.org_id = i.org_id AND u.id = i.user_id AND u.status = 'deleted'",
        connection.0,
        subject
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// It was used just now, under this address.
pub(in crate::sso) async fn touch_identity(
    conn: &mut PgConnection,
    id: SsoIdentityId,
    email: Option<&str>,
) -> Result<()> {
    sqlx::query!("UPDATE sso_identities SET last_used_at = now(), email = $2 WHERE id = $1", id.0, email)
        .execute(conn)
        .await?;
    Ok(())
}

/// Another role by another group. Not of the last who administers: then it stays, and false is given back.
pub(in crate::sso) async fn change_role(
    conn: &mut PgConnection,
    organization: OrganizationId,
    user: UserId,
    role: Role,
) -> Result<bool> {
    sqlx::query!(
        "SELECT id FROM users WHERE org_id = $1 AND (id = $2 OR (role IN ('admin', 'super_admin')
             AND status = 'active')) ORDER BY id FOR NO KEY UPDATE",
        organization.0,
        user.0
    )
    .fetch_all(&mut *conn)
    .await?;
    let done = sqlx::query!(
        "UPDATE users u SET role = $3, epoch = epoch + 1, updated_at = now(), version = version + 1
         WHERE u.org_id = $1 AND u.id = $2 AND (u.role NOT IN ('admin', 'super_admin') OR EXISTS (
             SELECT 1 FROM users o WHERE o.org_id = u.org_id AND o.role = u.role AND o.status = 'active'
                 AND o.id <> u.id))",
        organization.0,
        user.0,
        role.as_str()
    )
    .execute(&mut *conn)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!(
        "UPDATE user_sessions SET revoked_at = now(), revoke_reason = 'the role changed'
         WHERE org_id = $1 AND user_id = $2 AND revoked_at IS NULL",
        organization.0,
        user.0
    )
    .execute(conn)
    .await?;
    Ok(true)
}

/// A sign-in that ended because it ended there.
#[derive(Debug)]
pub(in crate::sso) struct SignedOut {
    pub(in crate::sso) session: UserSessionId,
    pub(in crate::sso) user: UserId,
    pub(in crate::sso) email: String,
}

/// Ends the sign-ins that came by the connection, of this subject, or that had this session there.
pub(in crate::sso) async fn sign_out(
    conn: &mut PgConnection,
    connection: SsoConnectionId,
    subject: Option<&str>,
    there: Option<&str>,
) -> Result<Vec<SignedOut>> {
    Ok(sqlx::query_as!(
        SignedOut,
        r#"UPDATE user_sessions s SET revoked_at = now(), revoke_reason = 'signed out at the identity provider'
           FROM users u
           WHERE s.sso_connection_id = $1 AND s.revoked_at IS NULL AND u.org_id = s.org_id AND u.id = s.user_id
             AND ($3::text IS NULL OR s.sso_session = $3)
             AND ($2::text IS NULL OR EXISTS (SELECT 1 FROM sso_identities i WHERE i.org_id = s.org_id
                  AND i.connection_id = $1 AND i.user_id = s.user_id AND i.subject = $2))
             AND ($2::text IS NOT NULL OR $3::text IS NOT NULL)
           RETURNING s.id AS "session: UserSessionId", u.id AS "user: UserId", u.email"#,
        connection.0,
        subject,
        there
    )
    .fetch_all(conn)
    .await?)
}

/// The identities of a person.
pub(in crate::sso) async fn identities_of(conn: &mut PgConnection, user: UserId) -> Result<Vec<SsoIdentity>> {
    Ok(sqlx::query_as!(
        SsoIdentity,
        r#"SELECT i.id AS "id: SsoIdentityId", i.connection_id AS "connection_id: SsoConnectionId",
                  c.name AS connection_name, i.email, i.created_at, i.last_used_at
           FROM sso_identities i JOIN sso_connections c ON c.org_id = i.org_id AND c.id = i.connection_id
           WHERE i.user_id = $1 ORDER BY i.created_at, i.id"#,
        user.0
    )
    .fetch_all(conn)
    .await?)
}

/// Undoes one of the person's own. False when it is not theirs.
pub(in crate::sso) async fn delete_identity(
    conn: &mut PgConnection,
    id: SsoIdentityId,
    user: UserId,
) -> Result<bool> {
    let done = sqlx::query!("DELETE FROM sso_identities WHERE id = $1 AND user_id = $2", id.0, user.0)
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether somebody could come in by password.
pub(in crate::sso) async fn has_password(conn: &mut PgConnection, user: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT password_hash IS NOT NULL AS "yes!" FROM users WHERE id = $1"#, user.0)
        .fetch_one(conn)
        .await?)
}
