//! The matrix: who reaches whom, in one look.

use super::hours::Hours;
use super::model::{AccessLevel, GrantStatus};
use crate::ids::{GrantId, OrganizationId, UserId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// Technicians × customers, and what holds between them now or soon.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantMatrix {
    /// The rows, by name.
    pub technicians: Vec<MatrixTechnician>,
    /// The columns, by name.
    pub customers: Vec<MatrixCustomer>,
    /// The cells that are not empty.
    pub cells: Vec<MatrixCell>,
}

/// A row.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatrixTechnician {
    /// The technician.
    pub id: UserId,
    /// Their name.
    pub display_name: String,
    /// Their address.
    pub email: String,
    /// `invited`, `active` or `disabled`.
    pub status: String,
}

/// A column.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatrixCustomer {
    /// The customer.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// `active` or `suspended`.
    pub status: String,
}

/// One technician's grants for one customer, active or scheduled, the fullest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatrixCell {
    /// The row.
    pub technician_id: UserId,
    /// The column.
    pub customer_org_id: OrganizationId,
    /// At least one.
    pub grants: Vec<MatrixGrant>,
}

/// A grant in a cell.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatrixGrant {
    /// Its id.
    pub id: GrantId,
    /// How far.
    pub access_level: AccessLevel,
    /// Active or scheduled.
    pub status: GrantStatus,
    /// From when on.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when.
    pub expires_at: Option<DateTime<Utc>>,
    /// At which times of the week; null: at any.
    pub hours: Option<Hours>,
    /// When it last let somebody in.
    pub last_used_at: Option<DateTime<Utc>>,
    /// For `If-Match`.
    pub version: i64,
}
