//! People whom a directory keeps.

use super::Part;
use crate::access::{Directory, Role};
use crate::error::Result;
use crate::ids::{DirectoryGroupId, OrganizationId, SsoConnectionId, UserId};
use crate::scim::model::{Person, PersonWish};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

struct Row {
    id: UserId,
    user_name: String,
    external_id: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    display_name: String,
    email: String,
    active: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
    group_ids: Vec<DirectoryGroupId>,
    group_names: Vec<String>,
}

impl From<Row> for Person {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            is: PersonWish {
                user_name: row.user_name,
                external_id: row.external_id,
                given_name: row.given_name,
                family_name: row.family_name,
                display_name: row.display_name,
                email: row.email,
                active: Some(row.active),
            },
            groups: row.group_ids.into_iter().zip(row.group_names).collect(),
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}

/// What a list of people is narrowed by.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::scim) struct Narrow<'a> {
    pub(in crate::scim) id: Option<UserId>,
    pub(in crate::scim) user_name: Option<&'a str>,
    pub(in crate::scim) external_id: Option<&'a str>,
}

/// Those whom the directory keeps here, by when they came.
pub(in crate::scim) async fn list_people(
    conn: &mut PgConnection,
    org: OrganizationId,
    narrow: Narrow<'_>,
    part: Part,
) -> Result<Vec<Person>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT u.id AS "id: UserId", d.user_name, d.external_id, d.given_name, d.family_name, u.display_name,
                  u.email, u.status = 'active' AS "active!", u.created_at, u.updated_at, u.version,
                  array(SELECT g.id FROM directory_groups g JOIN directory_group_members m ON m.org_id = g.org_id
                        AND m.group_id = g.id WHERE m.org_id = u.org_id AND m.user_id = u.id ORDER BY g.id)
                      AS "group_ids!: Vec<DirectoryGroupId>",
                  array(SELECT g.display_name FROM directory_groups g JOIN directory_group_members m
                        ON m.org_id = g.org_id AND m.group_id = g.id
                        WHERE m.org_id = u.org_id AND m.user_id = u.id ORDER BY g.id) AS "group_names!: Vec<String>"
           FROM directory_users d JOIN users u ON u.org_id = d.org_id AND u.id = d.user_id
           WHERE d.org_id = $1 AND u.status <> 'deleted' AND ($2::uuid IS NULL OR u.id = $2)
             AND ($3::text IS NULL OR lower(d.user_name) = lower($3)) AND ($4::text IS NULL OR d.external_id = $4)
           ORDER BY u.created_at, u.id LIMIT $5 OFFSET $6"#,
        org.0,
        narrow.id.map(|id| id.0),
        narrow.user_name,
        narrow.external_id,
        part.limit,
        part.offset
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Person::from).collect())
}

/// How many the directory keeps here.
pub(in crate::scim) async fn count_people(conn: &mut PgConnection, org: OrganizationId) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "n!" FROM directory_users d JOIN users u ON u.org_id = d.org_id AND u.id = d.user_id
           WHERE d.org_id = $1 AND u.status <> 'deleted'"#,
        org.0
    )
    .fetch_one(conn)
    .await?)
}

/// Holds these people until the transaction ends, and all who administer, so that of two that take one each the second
/// sees what the first did. In the order of ids, so that two changes wait and never deadlock.
pub(in crate::scim) async fn hold_people(
    conn: &mut PgConnection,
    org: OrganizationId,
    people: &[UserId],
) -> Result<()> {
    let ids: Vec<uuid::Uuid> = people.iter().map(|id| id.0).collect();
    sqlx::query!(
        "SELECT id FROM users WHERE org_id = $1 AND (id = ANY ($2) OR (role IN ('admin', 'super_admin')
             AND status = 'active')) ORDER BY id FOR NO KEY UPDATE",
        org.0,
        &ids
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Whether this is the one person left who administers the organization. Asked under [`hold_people`].
pub(in crate::scim) async fn is_last_admin(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: UserId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM users u WHERE u.org_id = $1 AND u.id = $2 AND u.status = 'active'
               AND u.role IN ('admin', 'super_admin') AND NOT EXISTS (SELECT 1 FROM users o WHERE o.org_id = u.org_id
                   AND o.role = u.role AND o.status = 'active' AND o.id <> u.id)) AS "yes!""#,
        org.0,
        id.0
    )
    .fetch_one(conn)
    .await?)
}

/// Somebody new: without a password, and out where the directory says so.
pub(in crate::scim) async fn insert_person(
    conn: &mut PgConnection,
    directory: &Directory,
    id: UserId,
    wish: &PersonWish,
    role: Role,
) -> Result<()> {
    let active = wish.active != Some(false);
    sqlx::query!(
        "INSERT INTO users (org_id, id, email, display_name, role, status)
         VALUES ($1, $2, $3, $4, $5, CASE WHEN $6 THEN 'active' ELSE 'disabled' END)",
        directory.org_id.0,
        id.0,
        wish.email,
        wish.display_name,
        role.as_str(),
        active
    )
    .execute(&mut *conn)
    .await?;
    keep_person(conn, directory, id, wish, !active).await
}

/// The account of this address, if the directory's own connection made it at a first sign-in and no directory keeps it
/// yet.
pub(in crate::scim) async fn find_by_sign_in(
    conn: &mut PgConnection,
    directory: &Directory,
    email: &str,
) -> Result<Option<UserId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT u.id AS "id: UserId" FROM users u WHERE u.org_id = $1 AND u.email = $2 AND u.status <> 'deleted'
             AND NOT EXISTS (SELECT FROM directory_users d WHERE d.org_id = u.org_id AND d.user_id = u.id)
             AND EXISTS (SELECT FROM sso_identities i WHERE i.org_id = u.org_id AND i.user_id = u.id AND i.managed
                         AND i.connection_id = $3)"#,
        directory.org_id.0,
        email,
        directory.connection_id.map(|id| id.0)
    )
    .fetch_optional(conn)
    .await?)
}

/// The directory keeps somebody from now on who is here already.
pub(in crate::scim) async fn adopt_person(
    conn: &mut PgConnection,
    directory: &Directory,
    id: UserId,
    wish: &PersonWish,
) -> Result<()> {
    sqlx::query!(
        "UPDATE users SET display_name = $3, updated_at = now(), version = version + 1 WHERE org_id = $1 AND id = $2",
        directory.org_id.0,
        id.0,
        wish.display_name
    )
    .execute(&mut *conn)
    .await?;
    keep_person(conn, directory, id, wish, false).await
}

/// What the directory calls somebody.
async fn keep_person(
    conn: &mut PgConnection,
    directory: &Directory,
    id: UserId,
    wish: &PersonWish,
    deactivated: bool,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO directory_users (org_id, user_id, connection_id, user_name, external_id, given_name, family_name,
             deactivated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        directory.org_id.0,
        id.0,
        directory.connection_id.map(|id| id.0),
        wish.user_name,
        wish.external_id,
        wish.given_name,
        wish.family_name,
        deactivated
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is told anew of somebody, all but whether they are active.
pub(in crate::scim) async fn update_person(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: UserId,
    wish: &PersonWish,
) -> Result<()> {
    sqlx::query!(
        "UPDATE users SET email = $3, display_name = $4, updated_at = now(), version = version + 1
         WHERE org_id = $1 AND id = $2",
        org.0,
        id.0,
        wish.email,
        wish.display_name
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE directory_users SET user_name = $3, external_id = $4, given_name = $5, family_name = $6
         WHERE org_id = $1 AND user_id = $2",
        org.0,
        id.0,
        wish.user_name,
        wish.external_id,
        wish.given_name,
        wish.family_name
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The directory takes somebody out. All that was given out before ends with the epoch: tokens of every kind, sign-ins
/// half way in, and the leases by which terminals stand.
pub(in crate::scim) async fn take_out(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: UserId,
) -> Result<()> {
    sqlx::query!(
        "UPDATE directory_users d SET deactivated = true
         FROM users u WHERE d.org_id = $1 AND d.user_id = $2 AND u.org_id = d.org_id AND u.id = d.user_id
           AND u.status <> 'disabled'",
        org.0,
        id.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE users SET status = 'disabled', epoch = epoch + 1, updated_at = now(), version = version + 1
         WHERE org_id = $1 AND id = $2",
        org.0,
        id.0
    )
    .execute(&mut *conn)
    .await?;
    end_sign_ins(conn, org, id, "the directory took the person out").await
}

/// Ends every place where the person is signed in, and every link that would let them in.
async fn end_sign_ins(conn: &mut PgConnection, org: OrganizationId, id: UserId, why: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE user_sessions SET revoked_at = now(), revoke_reason = $3
         WHERE org_id = $1 AND user_id = $2 AND revoked_at IS NULL",
        org.0,
        id.0,
        why
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE invitations SET used_at = now() WHERE org_id = $1 AND user_id = $2 AND used_at IS NULL",
        org.0,
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The directory lets somebody in again whom it took out itself; false where it was an admin who disabled them.
pub(in crate::scim) async fn let_in(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: UserId,
) -> Result<bool> {
    let done = sqlx::query!(
        "UPDATE users u SET status = 'active', epoch = u.epoch + 1, updated_at = now(), version = u.version + 1
         FROM directory_users d
         WHERE u.org_id = $1 AND u.id = $2 AND d.org_id = u.org_id AND d.user_id = u.id AND d.deactivated
           AND u.status = 'disabled'",
        org.0,
        id.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE directory_users SET deactivated = false WHERE org_id = $1 AND user_id = $2",
        org.0,
        id.0
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The directory keeps somebody no more who was removed.
pub(in crate::scim) async fn forget_person(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: UserId,
) -> Result<()> {
    sqlx::query!(
        "UPDATE directory_groups g SET version = g.version + 1, updated_at = now()
         FROM directory_group_members m
         WHERE m.org_id = $1 AND m.user_id = $2 AND g.org_id = m.org_id AND g.id = m.group_id",
        org.0,
        id.0
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("DELETE FROM directory_group_members WHERE org_id = $1 AND user_id = $2", org.0, id.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("DELETE FROM directory_users WHERE org_id = $1 AND user_id = $2", org.0, id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Hides the account and frees its address and its names: whoever comes after is somebody else.
pub(in crate::scim) async fn delete_person(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: UserId,
) -> Result<()> {
    forget_person(conn, org, id).await?;
    sqlx::query!(
        "UPDATE users SET status = 'deleted', password_hash = NULL, epoch = epoch + 1, updated_at = now(),
             version = version + 1
         WHERE org_id = $1 AND id = $2",
        org.0,
        id.0
    )
    .execute(&mut *conn)
    .await?;
    end_sign_ins(conn, org, id, "the directory removed the person").await
}

/// What somebody's groups make of their role.
#[derive(Debug)]
pub(in crate::scim) struct RoleByGroups {
    pub(in crate::scim) id: UserId,
    pub(in crate::scim) display_name: String,
    pub(in crate::scim) connection: SsoConnectionId,
    pub(in crate::scim) has: Role,
    /// None: they are in no mapped group.
    pub(in crate::scim) mapped: Option<Role>,
}

/// Of those of these people whose directory came for a connection that is there still and maps groups: the role that they have, and the
/// one that their groups give by its map, of which the first that fits counts.
pub(in crate::scim) async fn roles_by_groups(
    conn: &mut PgConnection,
    org: OrganizationId,
    people: &[UserId],
) -> Result<Vec<RoleByGroups>> {
    let ids: Vec<uuid::Uuid> = people.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"SELECT u.id AS "id: UserId", u.display_name, d.connection_id AS "connection!: SsoConnectionId", u.role,
                  (SELECT r.role FROM sso_group_roles r
                   JOIN directory_group_members m ON m.org_id = d.org_id AND m.user_id = d.user_id
                   JOIN directory_groups g ON g.org_id = m.org_id AND g.id = m.group_id
                       AND (g.display_name = r.group_name OR g.external_id = r.group_name)
                   WHERE r.org_id = d.org_id AND r.connection_id = d.connection_id
                   ORDER BY r.position LIMIT 1) AS mapped
           FROM directory_users d JOIN users u ON u.org_id = d.org_id AND u.id = d.user_id
           WHERE d.org_id = $1 AND d.user_id = ANY ($2) AND u.status <> 'deleted'
             AND EXISTS (SELECT 1 FROM sso_group_roles r WHERE r.org_id = d.org_id
                         AND r.connection_id = d.connection_id)
             AND EXISTS (SELECT 1 FROM sso_connections c WHERE c.org_id = d.org_id AND c.id = d.connection_id
                         AND c.deleted_at IS NULL)
           ORDER BY u.id"#,
        org.0,
        &ids
    )
    .fetch_all(conn)
    .await?;
    let roles = rows.into_iter().map(|row| RoleByGroups {
        id: row.id,
        display_name: row.display_name,
        connection: row.connection,
        has: row.role.into(),
        mapped: row.mapped.map(Role::from),
    });
    Ok(roles.collect())
}

/// Another role; what was given out before ends. Asked under [`hold_people`].
pub(in crate::scim) async fn change_role(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: UserId,
    role: Role,
) -> Result<()> {
    sqlx::query!(
        "UPDATE users SET role = $3, epoch = epoch + 1, updated_at = now(), version = version + 1
         WHERE org_id = $1 AND id = $2",
        org.0,
        id.0,
        role.as_str()
    )
    .execute(&mut *conn)
    .await?;
    end_sign_ins(conn, org, id, "the role changed").await
}
