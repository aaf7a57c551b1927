//! What changes of many grants at once need to know, held until they are done.

use super::read::find_many;
use crate::access::{OrganizationKind, Resource};
use crate::error::{ApiError, Result};
use crate::grants::model::Grant;
use crate::ids::{GrantId, OrganizationId, UserId};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// A person as a grant needs to know them.
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "what the role is called")]
pub(in crate::grants) struct Technician {
    pub id: UserId,
    pub name: String,
    /// By role.
    pub technician: bool,
    /// Technician by role, and active.
    pub fit: bool,
}

impl Technician {
    /// Only an active technician is let in anywhere.
    pub(in crate::grants) fn check_fit(&self) -> Result<()> {
        if self.fit {
            return Ok(());
        }
        Err(ApiError::conflict(
            "technician_unfit",
            format!("{} is not an active technician, so no access can be granted to them.", self.name),
        ))
    }
}

/// The people of these ids, held so that nobody disables them before this transaction ends.
pub(in crate::grants) async fn lock_technicians(
    conn: &mut PgConnection,
    ids: &[UserId],
) -> Result<HashMap<UserId, Technician>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let people = sqlx::query_as!(
        Technician,
        r#"SELECT id AS "id: UserId", display_name AS name, role = 'technician' AS "technician!",
                  role = 'technician' AND status = 'active' AS "fit!"
           FROM users WHERE id = ANY ($1) AND status <> 'deleted' ORDER BY id FOR SHARE"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    Ok(people.into_iter().map(|person| (person.id, person)).collect())
}

/// An organization as a grant needs to know it.
#[derive(Clone, Debug)]
pub(in crate::grants) struct Customer {
    pub name: String,
    pub resource: Resource,
}

/// The organizations of these ids that the caller of this transaction sees and that are not deleted.
pub(in crate::grants) async fn customers(
    conn: &mut PgConnection,
    ids: &[OrganizationId],
) -> Result<HashMap<OrganizationId, Customer>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"SELECT id AS "id: OrganizationId", name, type AS "kind: OrganizationKind", status = 'active' AS "active!"
           FROM organizations WHERE id = ANY ($1) AND status <> 'deleted'"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    let customers = rows.into_iter().map(|row| {
        let resource = Resource { org_id: row.id, kind: row.kind, active: row.active };
        (row.id, Customer { name: row.name, resource })
    });
    Ok(customers.collect())
}

/// What these technicians hold, at these customers or at all: what nobody took back, expired or not. Held, in one order,
/// so that two batches never wait for each other.
pub(in crate::grants) async fn lock_held(
    conn: &mut PgConnection,
    technicians: &[UserId],
    customers: Option<&[OrganizationId]>,
) -> Result<Vec<Grant>> {
    let technicians: Vec<Uuid> = technicians.iter().map(|id| id.0).collect();
    let customers: Option<Vec<Uuid>> = customers.map(|ids| ids.iter().map(|id| id.0).collect());
    let ids = sqlx::query_scalar!(
        "SELECT id FROM technician_customer_access
         WHERE technician_id = ANY ($1) AND revoked_at IS NULL AND ($2::uuid[] IS NULL OR org_id = ANY ($2))
         ORDER BY id FOR NO KEY UPDATE",
        &technicians,
        customers.as_deref(),
    )
    .fetch_all(&mut *conn)
    .await?;
    find_many(conn, &ids).await
}

/// Which grants are meant: those that are in every given list.
#[derive(Debug)]
pub(in crate::grants) struct Meant {
    pub technicians: Option<Vec<Uuid>>,
    pub customers: Option<Vec<Uuid>>,
    pub grants: Option<Vec<Uuid>>,
}

/// Those that hold now or will, held. More than `most` are not looked at.
pub(in crate::grants) async fn lock_meant(
    conn: &mut PgConnection,
    meant: &Meant,
    most: i64,
) -> Result<Vec<Grant>> {
    let ids = sqlx::query_scalar!(
        "SELECT id FROM technician_customer_access
         WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())
           AND ($1::uuid[] IS NULL OR technician_id = ANY ($1)) AND ($2::uuid[] IS NULL OR org_id = ANY ($2))
           AND ($3::uuid[] IS NULL OR id = ANY ($3))
         ORDER BY id LIMIT $4 FOR NO KEY UPDATE",
        meant.technicians.as_deref(),
        meant.customers.as_deref(),
        meant.grants.as_deref(),
        most,
    )
    .fetch_all(&mut *conn)
    .await?;
    find_many(conn, &ids).await
}

/// How many of the things of these ids there are for the caller of this transaction: people, organizations, grants.
pub(in crate::grants) async fn count_known(
    conn: &mut PgConnection,
    meant: &Meant,
) -> Result<(i64, i64, i64)> {
    let known = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM users WHERE id = ANY ($1)) AS "people!",
                  (SELECT count(*) FROM organizations WHERE id = ANY ($2)) AS "organizations!",
                  (SELECT count(*) FROM technician_customer_access WHERE id = ANY ($3)) AS "grants!""#,
        meant.technicians.as_deref(),
        meant.customers.as_deref(),
        meant.grants.as_deref(),
    )
    .fetch_one(conn)
    .await?;
    Ok((known.people, known.organizations, known.grants))
}

/// Whether one of these revoked grants could not stand again, because another took its place.
pub(in crate::grants) async fn is_taken(conn: &mut PgConnection, ids: &[Uuid]) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM technician_customer_access g JOIN technician_customer_access n
               ON n.org_id = g.org_id AND n.technician_id = g.technician_id AND n.access_level = g.access_level
               AND n.revoked_at IS NULL WHERE g.id = ANY ($1)) AS "taken!""#,
        ids
    )
    .fetch_one(conn)
    .await?)
}

/// Open sessions that stand on these grants.
pub(in crate::grants) async fn count_live_sessions(
    conn: &mut PgConnection,
    grants: &[GrantId],
) -> Result<i64> {
    let grants: Vec<Uuid> = grants.iter().map(|id| id.0).collect();
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM sessions WHERE grant_id = ANY ($1) AND ended_at IS NULL"#,
        &grants
    )
    .fetch_one(conn)
    .await?)
}
