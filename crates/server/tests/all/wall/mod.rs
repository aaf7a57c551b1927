//! The tenant wall, tried from within: as the app's own role, with SQL that no handler of ours sends.

mod catalogue;
mod context;
mod leaks;
mod mutants;
mod roles;
mod sources;
mod upgrade;
mod writes;

pub use sources::shipped as shipped_lines;

use crate::support::TestDatabase;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Row};
use uuid::Uuid;

/// Stands in every text of a tenant, so that it is recognised wherever it turns up.
const MARK: &str = "canary";

/// Two customers who have a row in each table, and a technician who is granted the first.
pub struct Wall {
    pub database: TestDatabase,
    pub a: Tenant,
    pub b: Tenant,
    pub technician: Uuid,
    pub super_admin: Uuid,
}

/// A customer, by its ids.
#[derive(Clone, Debug)]
pub struct Tenant {
    pub org: Uuid,
    pub admin: Uuid,
    pub asset: Uuid,
    pub key: Uuid,
    pub credential: Uuid,
    pub grant: Uuid,
    pub session: Uuid,
    pub name: &'static str,
}

impl Wall {
    pub async fn build() -> Self {
        let database = TestDatabase::fresh().await;
        let mut sql = database.superuser().await;
        let (provider, technician, super_admin, sign_in) = (id(), id(), id(), id());
        run(
            &mut sql,
            &format!(
                "INSERT INTO organizations (id, name, type) VALUES ('{provider}', 'Provider', 'mss_provider');
                 INSERT INTO users (org_id, id, email, display_name, role, status) VALUES
                     ('{provider}', '{technician}', 'tech@example.test', 'Tech', 'technician', 'active'),
                     ('{provider}', '{super_admin}', 'root@example.test', 'Root', 'super_admin', 'active');
                 INSERT INTO user_sessions (org_id, id, user_id, epoch, client_ip, user_agent, expires_at)
                     VALUES ('{provider}', '{sign_in}', '{technician}', 1, '127.0.0.1', 'a test', 'infinity')"
            ),
        )
        .await;
        let a = fill(&mut sql, "alpha", provider, technician, sign_in).await;
        let b = fill(&mut sql, "bravo", provider, technician, sign_in).await;
        run(
            &mut sql,
            &format!("UPDATE technician_customer_access SET revoked_at = now() WHERE org_id = '{}'", b.org),
        )
        .await;
        Self { database, a, b, technician, super_admin }
    }

    /// A connection as the app has them, with no context.
    pub async fn app(&self) -> PgConnection {
        PgConnection::connect(&self.database.url("sallyport_app")).await.unwrap()
    }

    /// The same, in a transaction of `user`.
    pub async fn app_as(&self, user: Uuid) -> PgConnection {
        let mut app = self.app().await;
        enter(&mut app, user).await;
        app
    }
}

/// Ends what was and begins a transaction of `user`.
pub async fn enter(app: &mut PgConnection, user: Uuid) {
    run(app, &format!("ROLLBACK; BEGIN; SELECT wall.enter('{user}')")).await;
}

/// Runs statements that must succeed.
#[track_caller]
pub fn run<'a>(conn: &'a mut PgConnection, sql: &'a str) -> impl Future<Output = ()> + 'a {
    let caller = std::panic::Location::caller();
    async move {
        if let Err(error) = attempt(conn, sql).await {
            panic!("{caller}: {error}\n{sql}");
        }
    }
}

/// Runs statements that may fail.
pub async fn attempt(conn: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(conn).await.map(drop)
}

/// Runs a statement in a savepoint, so that its failure does not end the transaction.
pub async fn attempt_within(conn: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    run(conn, "SAVEPOINT attempt").await;
    let done = attempt(conn, sql).await;
    run(conn, "ROLLBACK TO SAVEPOINT attempt").await;
    done
}

/// The first column of each row, as text.
pub async fn texts(conn: &mut PgConnection, sql: impl Into<String>) -> Result<Vec<String>, sqlx::Error> {
    let rows = sqlx::query(AssertSqlSafe(sql.into())).fetch_all(conn).await?;
    Ok(rows.iter().map(|row| row.try_get::<Option<String>, _>(0).unwrap().unwrap_or_default()).collect())
}

/// SQLSTATE of a refusal.
#[track_caller]
pub fn code<T: std::fmt::Debug>(refusal: Result<T, sqlx::Error>) -> String {
    let error = refusal.expect_err("it was not refused");
    error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned()
}

/// Each tenant table with its tenant column. Of one in parts the whole: nobody but its owner reaches the parts.
pub async fn tenant_tables(conn: &mut PgConnection) -> Vec<(String, &'static str)> {
    let names = texts(
        conn,
        "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'org_id'
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
         UNION SELECT 'organizations' ORDER BY 1",
    );
    let tables: Vec<_> = names.await.unwrap();
    assert!(tables.len() >= 14, "{tables:?}");
    tables
        .into_iter()
        .map(|name| if name == "organizations" { (name, "id") } else { (name, "org_id") })
        .collect()
}

fn id() -> Uuid {
    sallyport::clock::Clock::default().new_id()
}

/// A row of `name`'s in each tenant table.
async fn fill(
    sql: &mut PgConnection,
    name: &'static str,
    provider: Uuid,
    technician: Uuid,
    sign_in: Uuid,
) -> Tenant {
    let tenant = Tenant {
        org: id(),
        admin: id(),
        asset: id(),
        key: id(),
        credential: id(),
        grant: id(),
        session: id(),
        name,
    };
    let Tenant { org, admin, asset, key, credential, grant, session, .. } = &tenant;
    let (other, token, text) = (id(), id(), format!("{name} {MARK}"));
    let statements = format!(
        "INSERT INTO organizations (id, name, type) VALUES ('{org}', '{text}', 'customer');
         INSERT INTO organization_keys (org_id, id, sealed_key) VALUES ('{org}', '{key}', 'x');
         INSERT INTO users (org_id, id, email, display_name, role, status)
             VALUES ('{org}', '{admin}', '{name}.{MARK}@example.test', '{text}', 'admin', 'active');
         INSERT INTO invitations (org_id, id, user_id, token_hash, expires_at)
             VALUES ('{org}', '{other}', '{admin}', '{name} invitation', 'infinity');
         INSERT INTO password_resets (org_id, id, user_id, token_hash, expires_at)
             VALUES ('{org}', '{other}', '{admin}', '{name} reset', 'infinity');
         INSERT INTO address_changes (org_id, id, user_id, email, token_hash, expires_at)
             VALUES ('{org}', '{other}', '{admin}', '{name}.new.{MARK}@example.test', '{name} address', 'infinity');
         INSERT INTO password_history (org_id, user_id, password_hash)
             VALUES ('{org}', '{admin}', '{name} hash');
         INSERT INTO mails (org_id, id, user_id, kind, recipient, sealed_letter)
             VALUES ('{org}', '{other}', '{admin}', 'invitation', '{name}.{MARK}@example.test', 'x');
         INSERT INTO user_sessions (org_id, id, user_id, epoch, client_ip, user_agent, expires_at)
             VALUES ('{org}', '{token}', '{admin}', 1, '127.0.0.1', '{text}', 'infinity');
         INSERT INTO user_factors (org_id, id, user_id, kind, name, organization_key_id, sealed_seed)
             VALUES ('{org}', '{other}', '{admin}', 'totp', '{text}', '{key}', '{text}');
         INSERT INTO user_backup_codes (org_id, id, user_id, code_hash)
             VALUES ('{org}', '{other}', '{admin}', '{name} backup');
         INSERT INTO login_challenges (org_id, id, user_id, token_hash, owed, epoch, expires_at)
             VALUES ('{org}', '{other}', '{admin}', '{name} challenge', 'factor', 1, 'infinity');
         INSERT INTO api_tokens (org_id, id, user_id, name, token_hash, scopes, epoch, expires_at)
             VALUES ('{org}', '{other}', '{admin}', '{text}', '{name} api token', '{{asset.read}}', 1, now() + interval '1 day');
         INSERT INTO refresh_tokens (org_id, id, user_session_id, token_hash, expires_at)
             VALUES ('{org}', '{other}', '{token}', '{name} refresh', 'infinity');
         INSERT INTO technician_customer_access (org_id, id, technician_org_id, technician_id, technician_name,
             technician_email, access_level, reason, granted_by, granted_by_name)
             VALUES ('{org}', '{grant}', '{provider}', '{technician}', 'Tech', 'tech@example.test', 'full_access',
                     '{text}', '{technician}', 'Tech');
         INSERT INTO access_changes (org_id, grant_id, version, action, technician_org_id, technician_id, technician_name,
             access_level, services, ip_ranges, reason, notes, why, changed_by, changed_by_name)
             VALUES ('{org}', '{grant}', 1, 'create', '{provider}', '{technician}', 'Tech', 'full_access', '{{}}', '{{}}',
                     '{text}', '{text}', '{text}', '{technician}', 'Tech');
         INSERT INTO emergency_accesses (org_id, id, grant_id, technician_org_id, technician_id, technician_name, reason,
             started_by, started_by_name, started_at, ends_at, told_count)
             VALUES ('{org}', '{other}', '{grant}', '{provider}', '{technician}', 'Tech', '{text}', '{technician}',
                     'Tech', now(), now() + interval '1 hour', 0);
         INSERT INTO grant_notices (org_id, grant_id, days, expires_at) VALUES ('{org}', '{grant}', 7, 'infinity');
         INSERT INTO access_requests (org_id, id, technician_org_id, technician_id, technician_name, access_level, reason)
             VALUES ('{org}', '{other}', '{provider}', '{technician}', 'Tech', 'read_only', '{text}');
         INSERT INTO access_approvals (org_id, request_id, side, approver_org_id, approver_id, approver_name, terms_hash, note)
             VALUES ('{org}', '{other}', 'customer', '{org}', '{admin}', '{text}', sha256('{name}'), '{text}');
         INSERT INTO access_proposals (org_id, id, reason, grant_count, technician_count, customer_count, proposed_by,
             proposed_by_name)
             VALUES ('{org}', '{other}', '{text}', 1, 1, 1, '{admin}', '{text}');
         INSERT INTO access_proposal_grants (org_id, proposal_id, grant_org_id, grant_id, grant_version, use_count)
             VALUES ('{org}', '{other}', '{org}', '{grant}', 1, 0);
         INSERT INTO assets (org_id, id, name, address, port, protocol)
             VALUES ('{org}', '{asset}', '{text}', '{name}.{MARK}.test', 22, 'ssh');
         INSERT INTO credentials (org_id, id, asset_id, username, kind, access_level, organization_key_id)
             VALUES ('{org}', '{credential}', '{asset}', '{text}', 'password', 'full_access', '{key}');
         INSERT INTO credential_secrets (org_id, credential_id, secret_version, field, sealed)
             VALUES ('{org}', '{credential}', 1, 'password', '{text}');
         INSERT INTO sessions (org_id, id, asset_id, asset_name, endpoint_version, credential_id, username, grant_id,
             technician_org_id, technician_id, technician_name, technician_email, user_session_id, access_level,
             protocol, client_ip, instance_id, cols, rows, idle_minutes, must_end_at)
             VALUES ('{org}', '{session}', '{asset}', '{text}', 1, '{credential}', '{text}', '{grant}', '{provider}',
                     '{technician}', 'Tech', 'tech@example.test', '{sign_in}', 'full_access', 'ssh', '127.0.0.1',
                     '{other}', 80, 24, 15, 'infinity');
         INSERT INTO session_tickets (org_id, id, session_id, user_id, user_name, user_session_id, mode, token_hash, expires_at)
             VALUES ('{org}', '{other}', '{session}', '{technician}', '{text}', '{sign_in}', 'control', '{name} ticket', 'infinity');
         INSERT INTO recordings (org_id, id, instance_id, cols, rows, retain_until)
             VALUES ('{org}', '{session}', '{other}', 80, 24, 'infinity');
         INSERT INTO recording_lines (org_id, recording_id, line_no, at_ms, line)
             VALUES ('{org}', '{session}', 1, 0, '{text}');
         INSERT INTO idempotency_keys (org_id, user_id, key, request_hash, request_id)
             VALUES ('{org}', '{admin}', '{text}', 'hash', '{other}');
         INSERT INTO sso_connections (org_id, id, name, protocol, profile, issuer, groups_claim, organization_key_id)
             VALUES ('{org}', '{other}', '{text}', 'oidc', 'generic', 'https://{name}.{MARK}.test', 'groups', '{key}');
         INSERT INTO sso_group_roles (org_id, connection_id, position, group_name, role)
             VALUES ('{org}', '{other}', 1, '{text}', 'admin');
         INSERT INTO sso_domains (org_id, id, domain, challenge)
             VALUES ('{org}', '{other}', '{name}.{MARK}.test', '{text}');
         INSERT INTO sso_identities (org_id, id, connection_id, subject, user_id, managed)
             VALUES ('{org}', '{other}', '{other}', '{text}', '{admin}', false);
         INSERT INTO sso_flows (org_id, id, connection_id, settings_version, purpose, state_hash, browser_hash,
             sealed_flow, return_to)
             VALUES ('{org}', '{other}', '{other}', 1, 'sign_in', '{name} state', 'browser', 'sealed', '/');
         INSERT INTO directory_tokens (org_id, id, name, token_hash, created_by, created_by_name, expires_at)
             VALUES ('{org}', '{other}', '{text}', '{name} directory', '{admin}', '{text}', now() + interval '1 day');
         INSERT INTO directory_users (org_id, user_id, user_name, external_id)
             VALUES ('{org}', '{admin}', '{text}', '{text}');
         INSERT INTO directory_groups (org_id, id, display_name) VALUES ('{org}', '{other}', '{text}');
         INSERT INTO directory_group_members (org_id, group_id, user_id)
             VALUES ('{org}', '{other}', '{admin}');
         INSERT INTO sso_seen (org_id, connection_id, message_id, until)
             VALUES ('{org}', '{other}', '{text}', 'infinity');
         INSERT INTO audit_logs (org_id, id, code, outcome, risk_level, sentence)
             VALUES ('{org}', '{other}', 'asset.create', 'success', 'info', '{text}');
         INSERT INTO audit_leaves (org_id, seq, event_id, occurred_at, leaf_hash, marks, salts)
             VALUES ('{org}', 0, '{other}', now(), sha256('{name}'), '', decode(repeat('01', 112), 'hex'));
         INSERT INTO audit_nodes (org_id, level, place, hash) VALUES ('{org}', 1, 0, sha256('{name}'));
         INSERT INTO audit_trees (org_id, size, signed_size, checkpoint, signed_at)
             VALUES ('{org}', 1, 1, '{text}', now());
         INSERT INTO audit_checkpoints (org_id, size, checkpoint) VALUES ('{org}', 1, '{text}');
         INSERT INTO audit_destinations (org_id, id, name, kind, address, format, enabled, organization_key_id, sealed_secret)
             VALUES ('{org}', '{other}', '{text}', 'webhook', 'https://{name}.{MARK}.test', 'json', true, '{key}', '{text}');
         INSERT INTO audit_destination_cursors (org_id, destination_id, whole, log_org_id, next_seq)
             VALUES ('{org}', '{other}', false, '{org}', 0);
         INSERT INTO audit_holds (org_id, reason, held_by, held_by_name) VALUES ('{org}', '{text}', '{admin}', '{text}');"
    );
    run(sql, &statements).await;
    tenant
}

/// The fixture itself: a table without a row would prove nothing.
#[tokio::test]
async fn both_customers_have_a_row_in_each_table() {
    let wall = Wall::build().await;
    let mut sql = wall.database.superuser().await;
    for (table, column) in tenant_tables(&mut sql).await {
        for tenant in [&wall.a, &wall.b] {
            let found =
                texts(&mut sql, format!("SELECT 1::text FROM {table} WHERE {column} = '{}'", tenant.org))
                    .await;
            assert_eq!(found.unwrap().len(), 1, "{table} of {}", tenant.name);
        }
    }
}
