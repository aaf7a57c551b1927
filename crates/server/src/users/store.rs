//! All SQL of people.

use super::model::{Change, CreateUser, User, UserFilter, UserSort, UserStatus};
use crate::access::policies::Can;
use crate::access::{Caller, Resource, Role};
use crate::error::Result;
use crate::http::{COUNTED, Order, Total, Window};
use crate::ids::{OrganizationId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

struct Row {
    id: UserId,
    org_id: OrganizationId,
    org_name: String,
    org_type: String,
    org_active: bool,
    email: String,
    display_name: String,
    role: String,
    status: String,
    mfa_enabled: bool,
    last_login_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    version: i64,
    total: i64,
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            organization_id: row.org_id,
            organization_name: row.org_name,
            email: row.email,
            display_name: row.display_name,
            role: row.role.into(),
            status: row.status.into(),
            mfa_enabled: Some(row.mfa_enabled),
            last_login_at: row.last_login_at,
            created_at: row.created_at,
            version: row.version,
            can: Can::default(),
            organization: Resource { org_id: row.org_id, kind: row.org_type.into(), active: row.org_active },
        }
    }
}

/// A sorted page; with `only`, that one alone. Everybody's name, address and times have an index in the order that is
/// asked for, so that a page costs what stands on it: what else is told of a person is looked for on the page alone. How
/// many fit is counted up to where numbers end. Removed people are there for who asks for them; without that the words are
/// those of the indexes.
async fn select(
    conn: &mut PgConnection,
    only: Option<UserId>,
    filter: &UserFilter,
    window: Window,
) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"WITH fitting AS NOT MATERIALIZED (
           SELECT * FROM users u
           WHERE CASE WHEN $4 = 'deleted' THEN u.status = 'deleted' ELSE u.status <> 'deleted' END
             AND u.org_id NOT IN (SELECT id FROM organizations WHERE status = 'deleted')
             AND ($1::uuid IS NULL OR u.id = $1)
             AND ($2::uuid IS NULL OR u.org_id = $2) AND ($3::text IS NULL OR u.role = $3)
             AND ($4::text IS NULL OR u.status = $4)
             AND ($5::text IS NULL OR strpos(lower(u.display_name), lower($5)) > 0 OR strpos(u.email, lower($5)) > 0))
           SELECT u.id AS "id: UserId", u.org_id AS "org_id: OrganizationId", o.name AS org_name, o.type AS org_type,
                  o.status = 'active' AS "org_active!", u.email, u.display_name, u.role, u.status, u.mfa_enabled,
                  u.last_login_at, u.created_at, u.version,
                  (SELECT count(*) FROM (SELECT FROM fitting LIMIT $10) f) AS "total!"
           FROM (SELECT *, row_number() OVER () AS place FROM (
                 SELECT u.* FROM fitting u
                 LEFT JOIN organizations n ON $6 = 'organizationName' AND n.id = u.org_id
                 CROSS JOIN LATERAL (SELECT
                     CASE $6 WHEN 'displayName' THEN lower(u.display_name) WHEN 'email' THEN u.email
                             WHEN 'organizationName' THEN lower(n.name) WHEN 'role' THEN u.role
                             WHEN 'status' THEN u.status END AS word,
                     CASE $6 WHEN 'lastLoginAt' THEN coalesce(u.last_login_at, '-infinity')
                             WHEN 'createdAt' THEN u.created_at END AS moment) k
                 ORDER BY CASE WHEN $7 = 'asc' THEN k.word END, CASE WHEN $7 = 'desc' THEN k.word END DESC,
                          CASE WHEN $7 = 'asc' THEN k.moment END, CASE WHEN $7 = 'desc' THEN k.moment END DESC,
                          CASE WHEN $7 = 'asc' THEN u.id END, CASE WHEN $7 = 'desc' THEN u.id END DESC
                 LIMIT $8 OFFSET $9) ordered) u
           JOIN organizations o ON o.id = u.org_id
           ORDER BY u.place"#,
        only.map(|id| id.0),
        filter.organization_id.map(|id| id.0),
        filter.role.map(Role::as_str),
        filter.status.map(UserStatus::as_str),
        filter.q,
        filter.sort.unwrap_or(UserSort::DisplayName).as_str(),
        filter.order.unwrap_or(Order::Asc).as_str(),
        window.limit,
        window.offset(),
        COUNTED + 1,
    )
    .fetch_all(conn)
    .await?)
}

/// A sorted page, and how many there are.
pub(super) async fn list(
    conn: &mut PgConnection,
    filter: &UserFilter,
    window: Window,
) -> Result<(Vec<User>, Total)> {
    let rows = select(conn, None, filter, window).await?;
    let total = Total::counted(rows.first().map_or(0, |row| row.total));
    Ok((rows.into_iter().map(User::from).collect(), total))
}

/// One, if the caller of this transaction sees it.
pub(super) async fn find(conn: &mut PgConnection, id: UserId) -> Result<Option<User>> {
    let rows = select(conn, Some(id), &UserFilter::default(), Window::ONE).await?;
    Ok(rows.into_iter().next().map(User::from))
}

/// One who was removed, if the caller of this transaction sees them.
pub(super) async fn find_deleted(conn: &mut PgConnection, id: UserId) -> Result<Option<User>> {
    let filter = UserFilter { status: Some(UserStatus::Deleted), ..UserFilter::default() };
    let rows = select(conn, Some(id), &filter, Window::ONE).await?;
    Ok(rows.into_iter().next().map(User::from))
}

/// Where somebody belongs, removed or not, as the policies see it, and its name if it is deleted itself. Held, so that
/// it is not deleted meanwhile.
pub(super) async fn hold_organization(
    conn: &mut PgConnection,
    id: UserId,
) -> Result<Option<(Resource, Option<String>)>> {
    let row = sqlx::query!(
        r#"SELECT id AS "id: OrganizationId", name, type, status FROM organizations
           WHERE id = (SELECT org_id FROM users WHERE id = $1) FOR SHARE"#,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let resource = Resource { org_id: row.id, kind: row.r#type.into(), active: row.status == "active" };
        (resource, (row.status == "deleted").then_some(row.name))
    }))
}

/// One, held for a change together with everyone whose authority the change turns on: the caller, and all who
/// administer the person's organization. In the order of ids, so that two changes wait and never deadlock.
pub(super) async fn lock(conn: &mut PgConnection, caller: &Caller, id: UserId) -> Result<Option<User>> {
    hold(conn, caller, id).await?;
    find(conn, id).await
}

/// What [`lock`] holds.
pub(super) async fn hold(conn: &mut PgConnection, caller: &Caller, id: UserId) -> Result<()> {
    sqlx::query!(
        "SELECT id FROM users
         WHERE id IN ($1, $2) OR (org_id = (SELECT org_id FROM users WHERE id = $2)
             AND role IN ('admin', 'super_admin') AND status = 'active')
         ORDER BY id FOR NO KEY UPDATE",
        caller.user_id.0,
        id.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Whether the caller still is who they were when the request began. Asked under [`lock`].
pub(super) async fn still_stands(conn: &mut PgConnection, caller: &Caller) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM users WHERE id = $1 AND role = $2 AND status = 'active') AS "yes!""#,
        caller.user_id.0,
        caller.role.as_str(),
    )
    .fetch_one(conn)
    .await?)
}

/// Whether somebody else administers the same organization. Asked under [`lock`].
pub(super) async fn has_other_admin(conn: &mut PgConnection, user: &User) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM users
               WHERE org_id = $1 AND role = $2 AND status = 'active' AND id <> $3) AS "yes!""#,
        user.organization_id.0,
        user.role.as_str(),
        user.id.0,
    )
    .fetch_one(conn)
    .await?)
}

/// An account without a password yet.
pub(super) async fn insert(conn: &mut PgConnection, id: UserId, new: &CreateUser) -> Result<()> {
    sqlx::query!(
        "INSERT INTO users (org_id, id, email, display_name, role) VALUES ($1, $2, $3, $4, $5)",
        new.organization_id.0,
        id.0,
        new.email,
        new.display_name,
        new.role.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Changes what is given. Enabled again without ever having had a password or another way in, the person is invited as
/// before.
pub(super) async fn update(conn: &mut PgConnection, user: &User, change: &Change) -> Result<()> {
    sqlx::query!(
        "UPDATE users SET display_name = coalesce($3, display_name), role = coalesce($4, role),
             status = CASE WHEN $5 = 'active' AND password_hash IS NULL
                 AND NOT EXISTS (SELECT 1 FROM sso_identities i WHERE i.org_id = $1 AND i.user_id = $2)
                 AND NOT EXISTS (SELECT 1 FROM directory_users d WHERE d.org_id = $1 AND d.user_id = $2)
                 THEN 'invited' ELSE coalesce($5, status) END,
             epoch = epoch + $6, updated_at = now(), version = version + 1
         WHERE org_id = $1 AND id = $2",
        user.organization_id.0,
        user.id.0,
        change.display_name,
        change.role.map(Role::as_str),
        change.status.map(UserStatus::as_str),
        i32::from(change.ends_sign_ins()),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Hides the account and frees its address.
pub(super) async fn delete(conn: &mut PgConnection, user: &User) -> Result<()> {
    empty(conn, user, UserStatus::Deleted).await
}

/// Shows the account again, as one of somebody who was invited and has not come yet, by none of the ways of before.
pub(super) async fn restore(conn: &mut PgConnection, user: &User) -> Result<()> {
    empty(conn, user, UserStatus::Invited).await
}

/// Forgets the password, and ends all that was given out before.
async fn empty(conn: &mut PgConnection, user: &User, status: UserStatus) -> Result<()> {
    sqlx::query!(
        "UPDATE users SET status = $3, password_hash = NULL, epoch = epoch + 1, updated_at = now(),
             version = version + 1
         WHERE org_id = $1 AND id = $2",
        user.organization_id.0,
        user.id.0,
        status.as_str(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends all that was given out before: tokens, and sign-ins that are half way in.
pub(super) async fn raise_epoch(conn: &mut PgConnection, user: &User) -> Result<()> {
    sqlx::query!(
        "UPDATE users SET epoch = epoch + 1, updated_at = now(), version = version + 1 WHERE org_id = $1 AND id = $2",
        user.organization_id.0,
        user.id.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends every place where the person is signed in. The raised epoch does so too; this says when and why.
pub(super) async fn end_sign_ins(conn: &mut PgConnection, user: &User, why: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE user_sessions SET revoked_at = now(), revoke_reason = $3
         WHERE org_id = $1 AND user_id = $2 AND revoked_at IS NULL",
        user.organization_id.0,
        user.id.0,
        why,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Spends every open invitation of the person.
pub(super) async fn end_invitations(conn: &mut PgConnection, user: &User) -> Result<()> {
    sqlx::query!(
        "UPDATE invitations SET used_at = now() WHERE org_id = $1 AND user_id = $2 AND used_at IS NULL",
        user.organization_id.0,
        user.id.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}
