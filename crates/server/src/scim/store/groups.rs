//! Groups that a directory keeps.

use super::Part;
use crate::error::Result;
use crate::ids::{DirectoryGroupId, OrganizationId, UserId};
use crate::scim::model::{Group, GroupWish};
use sqlx::PgConnection;

/// Groups by when they came, and how many there are; with `only`, that one. Members are read only if they are asked for.
pub(in crate::scim) async fn list_groups(
    conn: &mut PgConnection,
    org: OrganizationId,
    only: Option<DirectoryGroupId>,
    display_name: Option<&str>,
    with_members: bool,
    part: Part,
) -> Result<Vec<Group>> {
    let rows = sqlx::query!(
        r#"SELECT g.id AS "id: DirectoryGroupId", g.display_name, g.external_id, g.created_at, g.updated_at, g.version,
                  CASE WHEN $4 THEN array(SELECT m.user_id FROM directory_group_members m
                       WHERE m.org_id = g.org_id AND m.group_id = g.id ORDER BY m.user_id)
                       ELSE '{}' END AS "members!: Vec<UserId>"
           FROM directory_groups g
           WHERE g.org_id = $1 AND ($2::uuid IS NULL OR g.id = $2)
             AND ($3::text IS NULL OR lower(g.display_name) = lower($3))
           ORDER BY g.created_at, g.id LIMIT $5 OFFSET $6"#,
        org.0,
        only.map(|id| id.0),
        display_name,
        with_members,
        part.limit,
        part.offset
    )
    .fetch_all(conn)
    .await?;
    let groups = rows.into_iter().map(|row| Group {
        id: row.id,
        is: GroupWish { display_name: row.display_name, external_id: row.external_id, members: row.members },
        created_at: row.created_at,
        updated_at: row.updated_at,
        version: row.version,
    });
    Ok(groups.collect())
}

/// How many there are.
pub(in crate::scim) async fn count_groups(conn: &mut PgConnection, org: OrganizationId) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"SELECT count(*) AS "n!" FROM directory_groups WHERE org_id = $1"#, org.0)
        .fetch_one(conn)
        .await?)
}

/// A new one, without its members.
pub(in crate::scim) async fn insert_group(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: DirectoryGroupId,
    wish: &GroupWish,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO directory_groups (org_id, id, display_name, external_id) VALUES ($1, $2, $3, $4)",
        org.0,
        id.0,
        wish.display_name,
        wish.external_id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Other names, and another version.
pub(in crate::scim) async fn update_group(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: DirectoryGroupId,
    wish: &GroupWish,
) -> Result<()> {
    sqlx::query!(
        "UPDATE directory_groups SET display_name = $3, external_id = $4, updated_at = now(), version = version + 1
         WHERE org_id = $1 AND id = $2",
        org.0,
        id.0,
        wish.display_name,
        wish.external_id
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// These come in. False when one of them is nobody that the directory keeps here.
pub(in crate::scim) async fn add_members(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: DirectoryGroupId,
    people: &[UserId],
) -> Result<bool> {
    let ids: Vec<uuid::Uuid> = people.iter().map(|id| id.0).collect();
    let done = sqlx::query!(
        "INSERT INTO directory_group_members (org_id, group_id, user_id)
         SELECT d.org_id, $2, d.user_id FROM directory_users d WHERE d.org_id = $1 AND d.user_id = ANY ($3)",
        org.0,
        id.0,
        &ids
    )
    .execute(conn)
    .await?;
    Ok(usize::try_from(done.rows_affected()).is_ok_and(|added| added == people.len()))
}

/// These go out.
pub(in crate::scim) async fn remove_members(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: DirectoryGroupId,
    people: &[UserId],
) -> Result<()> {
    let ids: Vec<uuid::Uuid> = people.iter().map(|id| id.0).collect();
    sqlx::query!(
        "DELETE FROM directory_group_members WHERE org_id = $1 AND group_id = $2 AND user_id = ANY ($3)",
        org.0,
        id.0,
        &ids
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes one, and who is in it from it.
pub(in crate::scim) async fn delete_group(
    conn: &mut PgConnection,
    org: OrganizationId,
    id: DirectoryGroupId,
) -> Result<()> {
    sqlx::query!("DELETE FROM directory_group_members WHERE org_id = $1 AND group_id = $2", org.0, id.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("DELETE FROM directory_groups WHERE org_id = $1 AND id = $2", org.0, id.0)
        .execute(conn)
        .await?;
    Ok(())
}
