//! All SQL of passkeys.

use super::ceremony::{Made, State};
use crate::auth::factors::model::Factor;
use crate::error::Result;
use crate::ids::{FactorId, OrganizationId, UserId};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Uses a challenge up, in one statement; false when it was used before or is over.
pub(super) async fn spend(
    conn: &mut PgConnection,
    id: Uuid,
    made_at: DateTime<Utc>,
    life: TimeDelta,
) -> Result<bool> {
    // Takes more than one at a time, so the table shrinks however fast it grew.
    sqlx::query!(
        "DELETE FROM spent_passkey_challenges WHERE id IN (
             SELECT id FROM spent_passkey_challenges WHERE made_at < now() - interval '1 hour'
             ORDER BY made_at LIMIT 20 FOR UPDATE SKIP LOCKED)"
    )
    .execute(&mut *conn)
    .await?;
    let spent = sqlx::query!(
        "INSERT INTO spent_passkey_challenges (id, made_at)
         SELECT $1, $2 WHERE $2 > clock_timestamp() - make_interval(secs => $3)
             AND $2 < clock_timestamp() + interval '1 minute'
         ON CONFLICT (id) DO NOTHING",
        id,
        made_at,
        f64::from(i32::try_from(life.num_seconds()).unwrap_or_default())
    )
    .execute(conn)
    .await?;
    Ok(spent.rows_affected() == 1)
}

/// Keeps a new passkey. None when somebody has it already.
pub(super) async fn insert(
    conn: &mut PgConnection,
    (organization, user): (OrganizationId, UserId),
    id: FactorId,
    name: &str,
    made: &Made,
) -> Result<Option<Factor>> {
    Ok(sqlx::query_as!(
        Factor,
        r#"INSERT INTO user_factors (org_id, id, user_id, kind, name, confirmed_at, credential_id, public_key, sign_count,
                                     backup_eligible, backed_up)
           VALUES ($1, $2, $3, 'passkey', $4, now(), $5, $6, $7, $8, $9)
           ON CONFLICT (credential_id) DO NOTHING
           RETURNING id AS "id: FactorId", kind, name, confirmed_at AS "confirmed_at!", last_used_at, credential_id,
                     backed_up"#,
        organization.0,
        id.0,
        user.0,
        name,
        made.credential_id,
        made.public_key,
        i64::from(made.state.sign_count),
        made.state.backup_eligible,
        made.state.backed_up
    )
    .fetch_optional(conn)
    .await?)
}

/// A passkey as it is kept.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) id: FactorId,
    pub(super) org_id: OrganizationId,
    pub(super) user_id: UserId,
    pub(super) public_key: Vec<u8>,
    pub(super) backup_eligible: bool,
}

/// The passkey of an id, of whomever.
pub(super) async fn find(conn: &mut PgConnection, credential_id: &[u8]) -> Result<Option<Kept>> {
    Ok(sqlx::query_as!(
        Kept,
        r#"SELECT id AS "id: FactorId", org_id AS "org_id: OrganizationId", user_id AS "user_id: UserId",
                  public_key AS "public_key!", backup_eligible AS "backup_eligible!"
           FROM user_factors WHERE credential_id = $1"#,
        credential_id
    )
    .fetch_optional(conn)
    .await?)
}

/// Notes the use of a passkey, in one statement. False when it is gone, or its count has not grown: two authenticators
/// have it then, and one of them is a copy that was not made by its owner.
pub(super) async fn note_use(conn: &mut PgConnection, kept: &Kept, state: State) -> Result<bool> {
    let noted = sqlx::query!(
        "UPDATE user_factors SET sign_count = $3, backed_up = $4, last_used_at = now()
         WHERE org_id = $1 AND id = $2 AND (sign_count < $3 OR (sign_count = 0 AND $3 = 0))",
        kept.org_id.0,
        kept.id.0,
        i64::from(state.sign_count),
        state.backed_up
    )
    .execute(conn)
    .await?;
    Ok(noted.rows_affected() == 1)
}
