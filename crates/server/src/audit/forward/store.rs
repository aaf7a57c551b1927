//! All SQL of forwarding. People's changes and what the forwarder writes are columns apart, so that neither undoes the
//! other.

use super::model::{AuditDestination, DestinationFormat, DestinationKind, DestinationState, Owner, Settings};
use crate::access::OrganizationKind;
use crate::access::policies::Can;
use crate::audit::RiskLevel;
use crate::error::Result;
use crate::ids::{AuditDestinationId, InstanceId, OrganizationId, OrganizationKeyId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

struct Row {
    id: AuditDestinationId,
    org_id: OrganizationId,
    org_name: String,
    org_kind: OrganizationKind,
    org_active: bool,
    whole: bool,
    name: String,
    kind: String,
    address: String,
    format: String,
    ca_pem: Option<String>,
    enabled: bool,
    min_risk_level: Option<String>,
    delivered: i64,
    last_delivered_at: Option<DateTime<Utc>>,
    failures: i32,
    last_error: Option<String>,
    next_try_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    version: i64,
    lag: i64,
}

impl From<Row> for AuditDestination {
    fn from(row: Row) -> Self {
        let state = match row {
            Row { enabled: false, .. } => DestinationState::Disabled,
            Row { failures: 1.., .. } => DestinationState::Failing,
            Row { last_delivered_at: None, .. } => DestinationState::Waiting,
            _ => DestinationState::Delivering,
        };
        Self {
            id: row.id,
            organization_id: (!row.whole).then_some(row.org_id),
            organization_name: (!row.whole).then_some(row.org_name),
            name: row.name,
            kind: row.kind.into(),
            address: row.address,
            format: row.format.into(),
            ca_pem: row.ca_pem,
            enabled: row.enabled,
            min_risk_level: row.min_risk_level.map(RiskLevel::from),
            state,
            last_delivered_at: row.last_delivered_at,
            last_error: row.last_error,
            delivered: row.delivered,
            lag: row.lag,
            next_try_at: row.next_try_at,
            created_at: row.created_at,
            version: row.version,
            can: Can::default(),
            owner: Owner { id: row.org_id, kind: row.org_kind, active: row.org_active },
        }
    }
}

/// Destinations that are seen: all, one, or those of one organization.
pub(super) async fn select(
    conn: &mut PgConnection,
    id: Option<AuditDestinationId>,
    organization: Option<OrganizationId>,
) -> Result<Vec<AuditDestination>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT d.id AS "id: AuditDestinationId", d.org_id AS "org_id: OrganizationId", o.name AS org_name,
                  o.type AS "org_kind: OrganizationKind", o.status = 'active' AS "org_active!", d.whole, d.name, d.kind,
                  d.address, d.format, d.ca_pem, d.enabled, d.min_risk_level, d.delivered, d.last_delivered_at,
                  d.failures, d.last_error, d.next_try_at, d.created_at, d.version,
                  (SELECT coalesce(sum(greatest(coalesce(t.signed_size, 0) - coalesce(c.next_seq, 0), 0)), 0)::bigint
                   FROM audit_trees t LEFT JOIN audit_destination_cursors c
                       ON c.org_id = d.org_id AND c.destination_id = d.id AND c.log_org_id = t.org_id
                   WHERE d.whole OR t.org_id = d.org_id) AS "lag!"
           FROM audit_destinations d JOIN organizations o ON o.id = d.org_id
           WHERE ($1::uuid IS NULL OR d.id = $1) AND ($2::uuid IS NULL OR d.org_id = $2)
           ORDER BY lower(d.name), d.id"#,
        id.map(|id| id.0),
        organization.map(|id| id.0)
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(AuditDestination::from).collect())
}

/// Nobody else changes it until the transaction ends.
pub(super) async fn lock(conn: &mut PgConnection, id: AuditDestinationId) -> Result<()> {
    sqlx::query!("SELECT 1 AS one FROM audit_destinations WHERE id = $1 FOR UPDATE", id.0)
        .fetch_optional(conn)
        .await?;
    Ok(())
}

/// How many an organization has.
pub(super) async fn count(conn: &mut PgConnection, organization: OrganizationId) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM audit_destinations WHERE org_id = $1"#,
        organization.0
    )
    .fetch_one(conn)
    .await?)
}

/// Which destination of whose; `whole` where it gets every log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    pub(super) org: OrganizationId,
    pub(super) id: AuditDestinationId,
    pub(super) whole: bool,
}

/// Adds one, from where the logs are now.
pub(super) async fn insert(
    conn: &mut PgConnection,
    key: Key,
    settings: &Settings,
    sealed: Option<&(OrganizationKeyId, Vec<u8>)>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO audit_destinations (org_id, id, whole, name, kind, address, format, ca_pem, enabled,
             min_risk_level, organization_key_id, sealed_secret)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        key.org.0,
        key.id.0,
        key.whole,
        settings.name,
        settings.kind.as_str(),
        settings.address,
        settings.format.as_str(),
        settings.ca_pem,
        settings.enabled,
        settings.min_risk_level.map(RiskLevel::as_str),
        sealed.map(|(id, _)| id.0),
        sealed.map(|(_, bytes)| bytes.as_slice())
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO audit_destination_cursors (org_id, destination_id, whole, log_org_id, next_seq)
         SELECT $1, $2, $3, org_id, size FROM audit_trees WHERE $3 OR org_id = $1",
        key.org.0,
        key.id.0,
        key.whole
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What people set, anew. It is tried at once.
pub(super) async fn update(
    conn: &mut PgConnection,
    id: AuditDestinationId,
    settings: &Settings,
) -> Result<()> {
    sqlx::query!(
        "UPDATE audit_destinations SET name = $2, address = $3, format = $4, ca_pem = $5, enabled = $6,
             min_risk_level = $7, version = version + 1, failures = 0, last_error = NULL, next_try_at = NULL
         WHERE id = $1",
        id.0,
        settings.name,
        settings.address,
        settings.format.as_str(),
        settings.ca_pem,
        settings.enabled,
        settings.min_risk_level.map(RiskLevel::as_str)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Another secret of a webhook.
pub(super) async fn set_secret(
    conn: &mut PgConnection,
    id: AuditDestinationId,
    (key, sealed): &(OrganizationKeyId, Vec<u8>),
) -> Result<()> {
    sqlx::query!(
        "UPDATE audit_destinations SET organization_key_id = $2, sealed_secret = $3, version = version + 1,
             failures = 0, last_error = NULL, next_try_at = NULL WHERE id = $1",
        id.0,
        key.0,
        sealed
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes one away, and how far it was.
pub(super) async fn delete(conn: &mut PgConnection, id: AuditDestinationId) -> Result<()> {
    sqlx::query!("DELETE FROM audit_destinations WHERE id = $1", id.0).execute(conn).await?;
    Ok(())
}

/// The sealed secret of a webhook, and the sealed key that it is under.
pub(super) async fn find_secret(
    conn: &mut PgConnection,
    id: AuditDestinationId,
) -> Result<Option<(Vec<u8>, Vec<u8>)>> {
    let row = sqlx::query!(
        r#"SELECT d.sealed_secret AS "secret!", k.sealed_key AS "key!"
           FROM audit_destinations d JOIN organization_keys k ON k.org_id = d.org_id AND k.id = d.organization_key_id
           WHERE d.id = $1 AND d.sealed_secret IS NOT NULL AND k.destroyed_at IS NULL"#,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| (row.secret, row.key)))
}

/// Destinations with something to deliver that no other instance is at, whoever waited longest first.
pub(super) async fn due(
    conn: &mut PgConnection,
    instance: InstanceId,
    busy: &[Uuid],
    limit: i64,
) -> Result<Vec<AuditDestinationId>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT d.id AS "id: AuditDestinationId" FROM audit_destinations d JOIN organizations o ON o.id = d.org_id
           WHERE d.enabled AND o.status = 'active' AND NOT d.id = ANY ($2)
             AND (d.next_try_at IS NULL OR d.next_try_at <= now())
             AND (d.claimed_until IS NULL OR d.claimed_until < now() OR d.claimed_by = $1)
             AND EXISTS (SELECT 1 FROM audit_trees t LEFT JOIN audit_destination_cursors c
                             ON c.org_id = d.org_id AND c.destination_id = d.id AND c.log_org_id = t.org_id
                         WHERE (d.whole OR t.org_id = d.org_id)
                           AND coalesce(t.signed_size, 0) > coalesce(c.next_seq, 0))
           ORDER BY d.last_delivered_at NULLS FIRST LIMIT $3"#,
        instance.0,
        busy,
        limit
    )
    .fetch_all(conn)
    .await?)
}

/// A destination that this instance delivers to for a minute.
#[derive(Debug)]
pub(super) struct Claimed {
    pub(super) org: OrganizationId,
    pub(super) whole: bool,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) address: String,
    pub(super) format: String,
    pub(super) ca_pem: Option<String>,
    pub(super) min_risk_level: Option<String>,
    pub(super) failures: i32,
}

/// Takes it, unless another instance has it, or it is not its time.
pub(super) async fn claim(
    conn: &mut PgConnection,
    id: AuditDestinationId,
    instance: InstanceId,
) -> Result<Option<Claimed>> {
    Ok(sqlx::query_as!(
        Claimed,
        r#"UPDATE audit_destinations d SET claimed_by = $2, claimed_until = now() + interval '1 minute'
           FROM organizations o
           WHERE d.id = $1 AND o.id = d.org_id AND d.enabled AND o.status = 'active'
             AND (d.next_try_at IS NULL OR d.next_try_at <= now())
             AND (d.claimed_until IS NULL OR d.claimed_until < now() OR d.claimed_by = $2)
           RETURNING d.org_id AS "org: OrganizationId", d.whole, d.name, d.kind, d.address, d.format, d.ca_pem,
                     d.min_risk_level, d.failures"#,
        id.0,
        instance.0
    )
    .fetch_optional(conn)
    .await?)
}

/// A log that a destination has not taken to its signed end.
#[derive(Debug)]
pub(super) struct Behind {
    pub(super) log: OrganizationId,
    pub(super) next: i64,
    pub(super) signed: i64,
}

/// Such logs, whichever moved last behind the others.
pub(super) async fn behind(conn: &mut PgConnection, key: Key) -> Result<Vec<Behind>> {
    Ok(sqlx::query_as!(
        Behind,
        r#"SELECT t.org_id AS "log: OrganizationId", coalesce(c.next_seq, 0) AS "next!", t.signed_size AS "signed!"
           FROM audit_trees t LEFT JOIN audit_destination_cursors c
               ON c.org_id = $1 AND c.destination_id = $2 AND c.log_org_id = t.org_id
           WHERE ($3 OR t.org_id = $1) AND coalesce(t.signed_size, 0) > coalesce(c.next_seq, 0)
           ORDER BY c.moved_at NULLS FIRST, t.org_id LIMIT 100"#,
        key.org.0,
        key.id.0,
        key.whole
    )
    .fetch_all(conn)
    .await?)
}

/// The receiver took so many events: up to these places of these logs it has all. Whether the destination is still there.
pub(super) async fn set_taken(
    conn: &mut PgConnection,
    key: Key,
    (logs, places): (&[Uuid], &[i64]),
    events: i64,
) -> Result<bool> {
    let there = sqlx::query!(
        "UPDATE audit_destinations SET delivered = delivered + $2, claimed_by = NULL, claimed_until = NULL,
             last_delivered_at = CASE WHEN $2 > 0 THEN now() ELSE last_delivered_at END,
             failures = CASE WHEN $2 > 0 THEN 0 ELSE failures END,
             last_error = CASE WHEN $2 > 0 THEN NULL ELSE last_error END,
             next_try_at = CASE WHEN $2 > 0 THEN NULL ELSE next_try_at END
         WHERE id = $1",
        key.id.0,
        events
    )
    .execute(&mut *conn)
    .await?;
    if there.rows_affected() == 0 {
        return Ok(false);
    }
    // Never back: of two that delivered the same, the one that was further counts.
    sqlx::query!(
        "INSERT INTO audit_destination_cursors (org_id, destination_id, whole, log_org_id, next_seq)
         SELECT $1, $2, $3, u.log, u.place FROM unnest($4::uuid[], $5::bigint[]) AS u (log, place)
         ON CONFLICT (org_id, destination_id, log_org_id)
         DO UPDATE SET next_seq = excluded.next_seq, moved_at = clock_timestamp()
         WHERE audit_destination_cursors.next_seq < excluded.next_seq",
        key.org.0,
        key.id.0,
        key.whole,
        logs,
        places
    )
    .execute(conn)
    .await?;
    Ok(true)
}

/// The receiver took nothing; tried again after so many seconds. How many times in a row, if it is still there.
pub(super) async fn set_failed(
    conn: &mut PgConnection,
    key: Key,
    problem: &str,
    pause_s: i32,
) -> Result<Option<i32>> {
    Ok(sqlx::query_scalar!(
        "UPDATE audit_destinations SET failures = failures + 1, last_error = $2, claimed_by = NULL,
             claimed_until = NULL, next_try_at = now() + make_interval(secs => $3)
         WHERE id = $1 RETURNING failures",
        key.id.0,
        problem,
        f64::from(pause_s)
    )
    .fetch_optional(conn)
    .await?)
}

/// The kind and the format of a row, whose CHECK allows these alone.
impl Claimed {
    pub(super) fn kind(&self) -> DestinationKind {
        self.kind.clone().into()
    }

    pub(super) fn format(&self) -> DestinationFormat {
        self.format.clone().into()
    }

    pub(super) fn min_risk(&self) -> Option<RiskLevel> {
        self.min_risk_level.clone().map(RiskLevel::from)
    }
}
