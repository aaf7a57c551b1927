//! All SQL of requests for access. Every look says whose requests are meant, for not every caller's transaction stands
//! behind their wall.

use super::model::{AccessApprovalGiven, AccessRequest, ApprovalSide, RequestStatus};
use super::wishes::{AccessRequestFilter, AccessRequestSort};
use crate::access::policies::Can;
use crate::access::{Caller, OrganizationKind, Resource, Role};
use crate::error::Result;
use crate::grants::hours::Hours;
use crate::grants::model::{Service, Terms};
use crate::http::{Order, Window};
use crate::ids::{AccessRequestId, GrantId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// Whose requests.
#[derive(Clone, Copy, Debug)]
pub(in crate::grants) struct Scope {
    pub(in crate::grants) technician: Option<UserId>,
    pub(in crate::grants) organization: Option<OrganizationId>,
}

impl Scope {
    /// A technician's own, a customer's own, all for the provider's office.
    pub(in crate::grants) fn of(caller: &Caller) -> Self {
        Self {
            technician: (caller.role == Role::Technician).then_some(caller.user_id),
            organization: (!caller.is_provider()).then_some(caller.org_id),
        }
    }
}

struct Row {
    id: AccessRequestId,
    technician_id: UserId,
    technician_name: String,
    org_id: OrganizationId,
    org_name: String,
    org_active: bool,
    access_approval: String,
    access_level: String,
    starts_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    ip_ranges: Vec<IpNetwork>,
    services: Vec<String>,
    hours: Option<Json<Hours>>,
    reason: String,
    status: String,
    decided_by_name: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    decision_reason: Option<String>,
    grant_id: Option<GrantId>,
    created_at: DateTime<Utc>,
    lapses_at: DateTime<Utc>,
    version: i64,
    total: i64,
}

impl From<Row> for AccessRequest {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            technician_id: row.technician_id,
            technician_name: row.technician_name,
            customer_org_id: row.org_id,
            customer_org_name: row.org_name,
            access_level: row.access_level.into(),
            starts_at: row.starts_at,
            expires_at: row.expires_at,
            ip_ranges: row.ip_ranges,
            services: row.services.into_iter().map(Service::from).collect(),
            hours: row.hours.map(|hours| hours.0),
            reason: row.reason,
            status: row.status.into(),
            approvals: Vec::new(),
            needs: Vec::new(),
            terms_hash: String::new(),
            decided_by_name: row.decided_by_name,
            decided_at: row.decided_at,
            decision_reason: row.decision_reason,
            grant_id: row.grant_id,
            created_at: row.created_at,
            expires_on: row.lapses_at,
            version: row.version,
            can: Can::default(),
            customer_active: row.org_active,
            approval: row.access_approval.into(),
        }
    }
}

/// A sorted page with its approvals; with `only`, that one alone.
async fn select(
    conn: &mut PgConnection,
    only: Option<AccessRequestId>,
    scope: &Scope,
    filter: &AccessRequestFilter,
    window: Window,
) -> Result<(Vec<AccessRequest>, i64)> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT r.id AS "id: AccessRequestId", r.technician_id AS "technician_id: UserId", r.technician_name,
                  r.org_id AS "org_id: OrganizationId", o.name AS org_name, o.status = 'active' AS "org_active!",
                  o.access_approval, r.access_level, r.starts_at, r.expires_at, r.ip_ranges, r.services,
                  r.hours AS "hours: Json<Hours>", r.reason,
                  s.status AS "status!", r.decided_by_name, r.decided_at, r.decision_reason,
                  r.grant_id AS "grant_id: GrantId", r.created_at, r.lapses_at, r.version, count(*) OVER () AS "total!"
           FROM access_requests r
           JOIN organizations o ON o.id = r.org_id AND o.status <> 'deleted'
           CROSS JOIN LATERAL (SELECT CASE WHEN r.status = 'pending' AND r.lapses_at <= now() THEN 'expired'
                                      ELSE r.status END AS status) s
           CROSS JOIN LATERAL (SELECT
               CASE $7 WHEN 'technicianName' THEN lower(r.technician_name) WHEN 'customerOrgName' THEN lower(o.name)
                       WHEN 'status' THEN s.status END AS word,
               CASE $7 WHEN 'createdAt' THEN r.created_at WHEN 'expiresOn' THEN r.lapses_at END AS moment) k
           WHERE ($1::uuid IS NULL OR r.id = $1) AND ($2::uuid IS NULL OR r.technician_id = $2)
             AND ($3::uuid IS NULL OR r.org_id = $3) AND ($4::uuid IS NULL OR r.technician_id = $4)
             AND ($5::uuid IS NULL OR r.org_id = $5) AND ($6::text IS NULL OR s.status = $6)
           ORDER BY CASE WHEN $8 = 'asc' THEN k.word END, CASE WHEN $8 = 'desc' THEN k.word END DESC,
                    CASE WHEN $8 = 'asc' THEN k.moment END, CASE WHEN $8 = 'desc' THEN k.moment END DESC, r.id DESC
           LIMIT $9 OFFSET $10"#,
        only.map(|id| id.0),
        scope.technician.map(|id| id.0),
        scope.organization.map(|id| id.0),
        filter.technician_id.map(|id| id.0),
        filter.customer_org_id.map(|id| id.0),
        filter.status.map(RequestStatus::as_str),
        filter.sort.unwrap_or(AccessRequestSort::CreatedAt).as_str(),
        filter.order.unwrap_or(Order::Desc).as_str(),
        window.limit,
        window.offset(),
    )
    .fetch_all(&mut *conn)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    let mut requests: Vec<AccessRequest> = rows.into_iter().map(AccessRequest::from).collect();
    add_approvals(conn, &mut requests).await?;
    Ok((requests, total))
}

/// Those that stand: not void, and of the terms as they are.
async fn add_approvals(conn: &mut PgConnection, requests: &mut [AccessRequest]) -> Result<()> {
    let ids: Vec<Uuid> = requests.iter().map(|request| request.id.0).collect();
    let approvals = sqlx::query!(
        r#"SELECT request_id AS "request_id: AccessRequestId", approver_id AS "by_id: UserId", approver_name, side,
                  terms_hash, note, approved_at
           FROM access_approvals WHERE request_id = ANY ($1) AND voided_at IS NULL ORDER BY approved_at, id"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    for request in requests {
        let hash = request.hash();
        let own = approvals.iter().filter(|row| row.request_id == request.id && row.terms_hash == hash);
        request.approvals = own
            .map(|row| AccessApprovalGiven {
                by_id: row.by_id,
                by_name: row.approver_name.clone(),
                side: row.side.clone().into(),
                at: row.approved_at,
                note: row.note.clone(),
            })
            .collect();
        if request.status == RequestStatus::Pending {
            let given: Vec<_> = request.approvals.iter().map(|approval| approval.side).collect();
            request.needs = request.missing(&given);
        }
        request.terms_hash = hex::encode(hash);
    }
    Ok(())
}

/// A sorted page, and how many there are.
pub(super) async fn list(
    conn: &mut PgConnection,
    scope: &Scope,
    filter: &AccessRequestFilter,
    window: Window,
) -> Result<(Vec<AccessRequest>, i64)> {
    select(conn, None, scope, filter, window).await
}

/// One, if it is in scope.
pub(super) async fn find(
    conn: &mut PgConnection,
    scope: &Scope,
    id: AccessRequestId,
) -> Result<Option<AccessRequest>> {
    let one = Window::ONE;
    let (requests, _) = select(conn, Some(id), scope, &AccessRequestFilter::default(), one).await?;
    Ok(requests.into_iter().next())
}

/// The same, held until the transaction ends: of two who decide, the second sees what the first did.
pub(super) async fn lock(
    conn: &mut PgConnection,
    scope: &Scope,
    id: AccessRequestId,
) -> Result<Option<AccessRequest>> {
    sqlx::query_scalar!("SELECT id FROM access_requests WHERE id = $1 FOR NO KEY UPDATE", id.0)
        .fetch_optional(&mut *conn)
        .await?;
    find(conn, scope, id).await
}

/// An active customer by its id or its name.
pub(super) async fn find_customer(
    conn: &mut PgConnection,
    customer: &str,
) -> Result<Option<(OrganizationId, String, Resource)>> {
    let id: Option<Uuid> = customer.parse().ok();
    let row = sqlx::query!(
        r#"SELECT id AS "id: OrganizationId", name FROM organizations
           WHERE type = 'customer' AND status = 'active' AND (id = $1 OR ($1 IS NULL AND lower(name) = lower($2)))
           ORDER BY name = $2 DESC LIMIT 1"#,
        id,
        customer,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let resource = Resource { org_id: row.id, kind: OrganizationKind::Customer, active: true };
        (row.id, row.name, resource)
    }))
}

/// What somebody has already, who asks for more.
pub(super) struct Standing {
    /// Holds this level at this customer, or will.
    pub(super) held: bool,
    /// Requests that wait, of this technician.
    pub(super) pending: i64,
}

/// The same.
pub(super) async fn standing(
    conn: &mut PgConnection,
    technician: UserId,
    organization: OrganizationId,
    terms: &Terms,
) -> Result<Standing> {
    Ok(sqlx::query_as!(
        Standing,
        r#"SELECT EXISTS (SELECT FROM technician_customer_access WHERE technician_id = $1 AND org_id = $2
                              AND access_level = $3 AND revoked_at IS NULL
                              AND (expires_at IS NULL OR expires_at > now())) AS "held!",
                  (SELECT count(*) FROM access_requests
                   WHERE technician_id = $1 AND status = 'pending' AND lapses_at > now()) AS "pending!""#,
        technician.0,
        organization.0,
        terms.access_level.as_str(),
    )
    .fetch_one(conn)
    .await?)
}

/// A request that nobody decided in time: whose it was, and what for.
#[derive(Debug)]
pub(super) struct Lapsed {
    pub(super) id: AccessRequestId,
    pub(super) org_id: OrganizationId,
    pub(super) technician_name: String,
    pub(super) access_level: String,
}

/// Closes requests that lapsed, of `technician` or of anybody, so that others can take their place.
pub(super) async fn close_lapsed(conn: &mut PgConnection, technician: Option<UserId>) -> Result<Vec<Lapsed>> {
    Ok(sqlx::query_as!(
        Lapsed,
        r#"UPDATE access_requests SET status = 'expired', decided_at = lapses_at, version = version + 1
           WHERE (org_id, id) IN (
               SELECT org_id, id FROM access_requests
               WHERE status = 'pending' AND lapses_at <= now() AND ($1::uuid IS NULL OR technician_id = $1)
               ORDER BY lapses_at LIMIT 100 FOR UPDATE SKIP LOCKED)
           RETURNING id AS "id: AccessRequestId", org_id AS "org_id: OrganizationId", technician_name, access_level"#,
        technician.map(|id| id.0)
    )
    .fetch_all(conn)
    .await?)
}

/// A new one.
pub(super) async fn insert(
    conn: &mut PgConnection,
    id: AccessRequestId,
    by: &Caller,
    organization: OrganizationId,
    terms: &Terms,
) -> Result<()> {
    let services: Vec<String> = terms.services.iter().map(|service| service.as_str().to_owned()).collect();
    sqlx::query!(
        "INSERT INTO access_requests (org_id, id, technician_org_id, technician_id, technician_name, access_level,
             services, ip_ranges, reason, starts_at, expires_at, hours)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        organization.0,
        id.0,
        by.org_id.0,
        by.user_id.0,
        by.display_name,
        terms.access_level.as_str(),
        &services,
        &terms.ip_ranges,
        terms.reason,
        terms.starts_at,
        terms.expires_at,
        terms.hours.as_ref().map(Json) as Option<Json<&Hours>>,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Other terms; whatever was approved was something else.
pub(super) async fn update(conn: &mut PgConnection, id: AccessRequestId, terms: &Terms) -> Result<()> {
    let services: Vec<String> = terms.services.iter().map(|service| service.as_str().to_owned()).collect();
    sqlx::query!(
        "UPDATE access_requests SET services = $2, ip_ranges = $3, reason = $4, starts_at = $5, expires_at = $6,
             hours = $7, version = version + 1
         WHERE id = $1",
        id.0,
        &services,
        &terms.ip_ranges,
        terms.reason,
        terms.starts_at,
        terms.expires_at,
        terms.hours.as_ref().map(Json) as Option<Json<&Hours>>,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "UPDATE access_approvals SET voided_at = now(), void_reason = 'the request was changed'
         WHERE request_id = $1 AND voided_at IS NULL",
        id.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// How it ended.
pub(super) struct Decision<'a> {
    pub(super) status: RequestStatus,
    pub(super) by: &'a Caller,
    pub(super) reason: Option<&'a str>,
    pub(super) grant: Option<GrantId>,
}

/// Writes it down.
pub(super) async fn decide(
    conn: &mut PgConnection,
    id: AccessRequestId,
    decision: &Decision<'_>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE access_requests SET status = $2, decided_at = now(), decided_by_name = $3, decision_reason = $4,
             grant_id = $5, version = version + 1
         WHERE id = $1",
        id.0,
        decision.status.as_str(),
        decision.by.display_name,
        decision.reason,
        decision.grant.map(|id| id.0),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An approval of exactly these terms.
pub(super) async fn approve(
    conn: &mut PgConnection,
    request: &AccessRequest,
    side: ApprovalSide,
    by: &Caller,
    note: &str,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO access_approvals (org_id, request_id, side, approver_org_id, approver_id, approver_name,
             terms_hash, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        request.customer_org_id.0,
        request.id.0,
        side.as_str(),
        by.org_id.0,
        by.user_id.0,
        by.display_name,
        &request.hash(),
        note,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// An approval whose giver may still approve.
#[derive(Debug)]
pub(super) struct Approver {
    pub(super) id: UserId,
    pub(super) name: String,
    pub(super) side: ApprovalSide,
}

/// Who approved these terms and is still one who may, held so that nobody takes their role away before this transaction
/// ends. What others approved is void from here on.
pub(super) async fn lock_approvers(
    conn: &mut PgConnection,
    request: &AccessRequest,
) -> Result<Vec<Approver>> {
    let standing = sqlx::query!(
        r#"SELECT a.id, a.approver_id AS "approver_id: UserId", a.approver_name, a.side
           FROM access_approvals a JOIN users u ON u.org_id = a.approver_org_id AND u.id = a.approver_id
           WHERE a.request_id = $1 AND a.voided_at IS NULL AND a.terms_hash = $2 AND u.status = 'active'
             AND ((a.side = 'provider' AND u.role IN ('super_admin', 'account_manager'))
                  OR (a.side = 'customer' AND u.role = 'admin' AND u.org_id = a.org_id))
           ORDER BY a.approver_id FOR SHARE OF u"#,
        request.id.0,
        &request.hash(),
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<Uuid> = standing.iter().map(|row| row.id).collect();
    sqlx::query!(
        "UPDATE access_approvals SET voided_at = now(), void_reason = 'the approver may not approve any more'
         WHERE request_id = $1 AND voided_at IS NULL AND id <> ALL ($2)",
        request.id.0,
        &ids,
    )
    .execute(conn)
    .await?;
    let approvers = standing.into_iter().map(|row| Approver {
        id: row.approver_id,
        name: row.approver_name,
        side: row.side.into(),
    });
    Ok(approvers.collect())
}

/// Whether the caller is still who they were when the request was admitted, held until the transaction ends.
pub(in crate::grants) async fn hold_caller(conn: &mut PgConnection, caller: &Caller) -> Result<bool> {
    let found = sqlx::query_scalar!(
        "SELECT u.id FROM users u JOIN organizations o ON o.id = u.org_id AND o.status = 'active'
         WHERE u.org_id = $1 AND u.id = $2 AND u.role = $3 AND u.status = 'active' FOR SHARE OF u",
        caller.org_id.0,
        caller.user_id.0,
        caller.role.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.is_some())
}

/// Somebody to be told by mail.
#[derive(Debug)]
pub(in crate::grants) struct Reader {
    pub(in crate::grants) org_id: OrganizationId,
    pub(in crate::grants) id: UserId,
    pub(in crate::grants) email: String,
}

/// The active people of these roles at an organization, one of the role that reads most first.
pub(in crate::grants) async fn people_of(
    conn: &mut PgConnection,
    organization: OrganizationId,
    roles: &[Role],
) -> Result<Vec<Reader>> {
    let roles: Vec<String> = roles.iter().map(|role| role.as_str().to_owned()).collect();
    Ok(sqlx::query_as!(
        Reader,
        r#"SELECT org_id AS "org_id: OrganizationId", id AS "id: UserId", email FROM users
           WHERE org_id = $1 AND status = 'active' AND role = ANY ($2) ORDER BY created_at, id LIMIT 200"#,
        organization.0,
        &roles,
    )
    .fetch_all(conn)
    .await?)
}

/// One person, if active.
pub(in crate::grants) async fn person(conn: &mut PgConnection, id: UserId) -> Result<Option<Reader>> {
    Ok(sqlx::query_as!(
        Reader,
        r#"SELECT org_id AS "org_id: OrganizationId", id AS "id: UserId", email FROM users
           WHERE id = $1 AND status = 'active'"#,
        id.0,
    )
    .fetch_optional(conn)
    .await?)
}
