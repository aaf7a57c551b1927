//! The account of an address, and the wrong passwords counted against it.

use crate::access::Role;
use crate::audit::Actor;
use crate::auth::{PasswordClass, StepUpAtSso};
use crate::error::Result;
use crate::ids::{OrganizationId, SsoConnectionId, UserId};
use ipnetwork::IpNetwork;
use sqlx::PgConnection;

/// An account, as the one who proves to be its owner finds it.
#[derive(Debug)]
pub(in crate::auth) struct Account {
    pub(in crate::auth) id: UserId,
    pub(in crate::auth) org_id: OrganizationId,
    pub(in crate::auth) org_name: String,
    pub(in crate::auth) org_status: String,
    pub(in crate::auth) email: String,
    pub(in crate::auth) display_name: String,
    pub(in crate::auth) role: Role,
    pub(in crate::auth) status: String,
    pub(in crate::auth) password_hash: Option<String>,
    /// Raised by whatever ends all that was given out, a change of password too.
    pub(in crate::auth) epoch: i32,
    /// Whether there is a second factor, confirmed.
    pub(in crate::auth) mfa_enabled: bool,
    /// Whether the organization asks for one.
    pub(in crate::auth) mfa_required: bool,
    /// Whether it asks for single sign-on.
    pub(in crate::auth) sso_required: bool,
    /// And who may come in by password all the same.
    pub(in crate::auth) sso_fallback: String,
    /// From where the organization lets its people in; empty: from anywhere.
    pub(in crate::auth) org_ip_ranges: Vec<IpNetwork>,
}

impl Account {
    /// Whether a password is a way in for them: everywhere but where single sign-on is asked for without this fallback.
    pub(in crate::auth) fn may_use_password(&self) -> bool {
        let admin = matches!(self.role, Role::Admin | Role::SuperAdmin);
        !self.sso_required || self.sso_fallback == "everyone" || (self.sso_fallback == "admins" && admin)
    }

    /// For the log.
    pub(in crate::auth) fn actor(&self) -> Actor {
        Actor {
            id: self.id,
            org_id: Some(self.org_id),
            name: self.display_name.clone(),
            email: self.email.clone(),
            role: Some(self.role.as_str()),
        }
    }
}

/// The account of an address.
pub(in crate::auth) async fn find_account(conn: &mut PgConnection, email: &str) -> Result<Option<Account>> {
    Ok(sqlx::query_as!(
        Account,
        r#"SELECT u.id AS "id: UserId", u.org_id AS "org_id: OrganizationId", o.name AS org_name,
                  o.status AS org_status, u.email, u.display_name, u.role AS "role: Role", u.status, u.password_hash,
                  u.epoch, u.mfa_enabled, o.mfa_required, o.sso_required, o.sso_fallback, o.ip_ranges AS org_ip_ranges
           FROM users u JOIN organizations o ON o.id = u.org_id
           WHERE lower(u.email) = lower($1) AND u.status <> 'deleted'"#,
        email
    )
    .fetch_optional(conn)
    .await?)
}

/// Replaces the hash of a password by another of the same, unless it is another by now.
pub(in crate::auth) async fn renew_hash(
    conn: &mut PgConnection,
    account: &Account,
    hash: &str,
) -> Result<()> {
    sqlx::query!(
        "UPDATE users SET password_hash = $4 WHERE org_id = $1 AND id = $2 AND password_hash = $3",
        account.org_id.0,
        account.id.0,
        account.password_hash,
        hash
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The account of somebody who has shown the password already, held until the transaction ends: of two codes at once
/// the second sees what became of the first.
pub(in crate::auth) async fn lock_account(conn: &mut PgConnection, id: UserId) -> Result<Option<Account>> {
    Ok(sqlx::query_as!(
        Account,
        r#"SELECT u.id AS "id: UserId", u.org_id AS "org_id: OrganizationId", o.name AS org_name,
                  o.status AS org_status, u.email, u.display_name, u.role AS "role: Role", u.status, u.password_hash,
                  u.epoch, u.mfa_enabled, o.mfa_required, o.sso_required, o.sso_fallback, o.ip_ranges AS org_ip_ranges
           FROM users u JOIN organizations o ON o.id = u.org_id
           WHERE u.id = $1 AND u.status = 'active' AND o.status = 'active' FOR NO KEY UPDATE OF u"#,
        id.0
    )
    .fetch_optional(conn)
    .await?)
}

/// Seconds that this address must wait before it may try this account again; zero mostly. From the tenth wrong
/// password on each one doubles the wait, up to five minutes; a quarter of an hour without one forgets all.
pub(in crate::auth) async fn wait_s(conn: &mut PgConnection, account: &[u8], net: IpNetwork) -> Result<u32> {
    let wait = sqlx::query_scalar!(
        r#"SELECT ceil(extract(epoch FROM last_failed_at - clock_timestamp())
                       + least(power(2, least(failures - 10, 9)), 300))::integer AS "wait!"
           FROM login_attempts WHERE account_hash = $1 AND client_net = $2 AND failures >= 10
             AND last_failed_at > now() - interval '15 minutes'"#,
        account,
        net
    )
    .fetch_optional(conn)
    .await?;
    Ok(wait.and_then(|wait| u32::try_from(wait).ok()).unwrap_or_default())
}

/// Counts a wrong password, exactly however many come at once; how many it makes.
pub(in crate::auth) async fn count_failure(
    conn: &mut PgConnection,
    account: &[u8],
    net: IpNetwork,
) -> Result<i32> {
    let failures = sqlx::query_scalar!(
        "INSERT INTO login_attempts AS a (account_hash, client_net) VALUES ($1, $2)
         ON CONFLICT (account_hash, client_net) DO UPDATE SET last_failed_at = clock_timestamp(),
             failures = CASE WHEN a.last_failed_at > now() - interval '15 minutes' THEN a.failures + 1 ELSE 1 END
         RETURNING failures",
        account,
        net
    )
    .fetch_one(&mut *conn)
    .await?;
    // Takes more than one at a time, so the table shrinks however fast it grew.
    sqlx::query!(
        "DELETE FROM login_attempts WHERE (account_hash, client_net) IN (
             SELECT account_hash, client_net FROM login_attempts
             WHERE last_failed_at < now() - interval '1 hour' ORDER BY last_failed_at LIMIT 20
             FOR UPDATE SKIP LOCKED)"
    )
    .execute(conn)
    .await?;
    Ok(failures)
}

/// Forgets the wrong passwords before the right one; how many there were.
pub(in crate::auth) async fn forget_failures(
    conn: &mut PgConnection,
    account: &[u8],
    net: IpNetwork,
) -> Result<i32> {
    let failures = sqlx::query_scalar!(
        "DELETE FROM login_attempts WHERE account_hash = $1 AND client_net = $2 RETURNING failures",
        account,
        net
    )
    .fetch_optional(conn)
    .await?;
    Ok(failures.unwrap_or_default())
}

/// Kinds of characters that an organization asks for in new passwords.
pub(in crate::auth) async fn password_classes(
    conn: &mut PgConnection,
    organization: OrganizationId,
) -> Result<Vec<PasswordClass>> {
    let names =
        sqlx::query_scalar!("SELECT password_classes FROM organizations WHERE id = $1", organization.0);
    Ok(names.fetch_one(conn).await?.into_iter().map(Into::into).collect())
}

/// By what a person can prove who they are.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a row as it is: each stands for itself")]
pub(in crate::auth) struct Ways {
    pub(in crate::auth) has_password: bool,
    /// Whether a code is asked for beside the password.
    pub(in crate::auth) asks_code: bool,
    /// Whether there is anything to take a code from.
    pub(in crate::auth) has_code: bool,
    pub(in crate::auth) has_passkey: bool,
    pub(in crate::auth) sso: Vec<StepUpAtSso>,
}

/// The ways of one person.
pub(in crate::auth) async fn ways(conn: &mut PgConnection, id: UserId) -> Result<Ways> {
    let row = sqlx::query!(
        r#"SELECT u.password_hash IS NOT NULL AS "has_password!", u.mfa_enabled,
                  (EXISTS (SELECT 1 FROM user_factors f WHERE f.org_id = u.org_id AND f.user_id = u.id
                           AND f.kind = 'totp' AND f.confirmed_at IS NOT NULL)
                   OR EXISTS (SELECT 1 FROM user_backup_codes b WHERE b.org_id = u.org_id AND b.user_id = u.id
                              AND b.used_at IS NULL)) AS "has_code!",
                  EXISTS (SELECT 1 FROM user_factors f WHERE f.org_id = u.org_id AND f.user_id = u.id
                          AND f.kind = 'passkey' AND f.confirmed_at IS NOT NULL) AS "has_passkey!",
                  array_agg(c.id ORDER BY lower(c.name), c.id) FILTER (WHERE c.id IS NOT NULL)
                      AS "ids: Vec<SsoConnectionId>",
                  array_agg(c.name ORDER BY lower(c.name), c.id) FILTER (WHERE c.id IS NOT NULL) AS names,
                  array_agg(c.profile ORDER BY lower(c.name), c.id) FILTER (WHERE c.id IS NOT NULL) AS profiles,
                  array_agg(u.mfa_enabled AND c.second_factor = 'here' ORDER BY lower(c.name), c.id)
                      FILTER (WHERE c.id IS NOT NULL) AS codes
           FROM users u
           LEFT JOIN sso_connections c ON c.org_id = u.org_id AND c.state = 'active' AND c.deleted_at IS NULL
                AND EXISTS (SELECT 1 FROM sso_identities i WHERE i.org_id = c.org_id AND i.connection_id = c.id
                            AND i.user_id = u.id)
           WHERE u.id = $1 GROUP BY u.org_id, u.id"#,
        id.0
    )
    .fetch_one(conn)
    .await?;
    let sso = row.ids.unwrap_or_default().into_iter();
    let sso = sso.zip(row.names.unwrap_or_default()).zip(row.profiles.unwrap_or_default());
    let sso = sso.zip(row.codes.unwrap_or_default());
    Ok(Ways {
        has_password: row.has_password,
        asks_code: row.mfa_enabled,
        has_code: row.has_code,
        has_passkey: row.has_passkey,
        sso: sso.map(|(((id, name), profile), code)| StepUpAtSso { id, name, profile, code }).collect(),
    })
}
