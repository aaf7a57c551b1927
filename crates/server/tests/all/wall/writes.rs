//! What a caller writes stays theirs: no row of another's, none given away, none pointing across.

use super::{Tenant, Wall, attempt_within, code, run, tenant_tables, texts};
use sqlx::PgConnection;

/// A refusal by row security or by a right that the role does not have.
const DENIED: &str = "42501";
/// A foreign key found nothing.
const NO_SUCH_ROW: &str = "23503";

/// Copies `from`'s row with the tenant's column, and the columns of `others`, said otherwise.
async fn copy_of(sql: &mut PgConnection, table: &str, from: &Tenant, changed: &[(&str, String)]) -> String {
    let columns = texts(
        sql,
        format!(
            "SELECT attname::text FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 AND NOT attisdropped"
        ),
    );
    let columns = columns.await.unwrap();
    let column = if table == "organizations" { "id" } else { "org_id" };
    let row: Vec<String> = columns
        .iter()
        .map(|column| {
            let said = changed.iter().find(|(name, _)| name == column);
            said.map_or_else(|| format!("r.{column}"), |(_, value)| value.clone())
        })
        .collect();
    let values = texts(
        sql,
        format!(
            "SELECT format('({})', {}) FROM {table} r WHERE r.{column} = '{}'",
            vec!["%L"; columns.len()].join(", "),
            row.join(", "),
            from.org
        ),
    );
    format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), values.await.unwrap().remove(0))
}

#[tokio::test]
async fn i16_no_row_is_written_for_another_organization_or_given_away() {
    let wall = Wall::build().await;
    let mut sql = wall.database.superuser().await;
    let mut app = wall.app_as(wall.a.admin).await;
    let hash =
        "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {table} t WHERE t.{column} = '{org}'";
    for (table, column) in tenant_tables(&mut sql).await {
        let hash = hash
            .replace("{table}", &table)
            .replace("{column}", column)
            .replace("{org}", &wall.b.org.to_string());
        let before = texts(&mut sql, hash.as_str()).await.unwrap();
        let new_id = format!("'{}'::uuid", super::id());
        // A new row of B's: a copy of B's own with another id, so that nothing but the wall can be against it.
        let changed = if table == "organizations" { vec![] } else { vec![("id", new_id.clone())] };
        let insert = copy_of(&mut sql, &table, &wall.b, &changed).await;
        assert_eq!(code(attempt_within(&mut app, &insert).await), DENIED, "{insert}");
        // The same where a row of B's stands in the way: neither changed nor told of.
        let clash = format!("{} ON CONFLICT DO NOTHING", copy_of(&mut sql, &table, &wall.b, &[]).await);
        assert_eq!(code(attempt_within(&mut app, &clash).await), DENIED, "{clash}");
        let clash = copy_of(&mut sql, &table, &wall.b, &[]).await;
        let keys = texts(
            &mut sql,
            format!(
                "SELECT string_agg(a.attname, ', ') FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid
                 AND a.attnum = ANY (i.indkey) WHERE i.indrelid = '{table}'::regclass AND i.indisprimary"
            ),
        );
        let clash = format!(
            "{clash} ON CONFLICT ({}) DO UPDATE SET {column} = '{}'",
            keys.await.unwrap().remove(0),
            wall.a.org
        );
        assert_eq!(code(attempt_within(&mut app, &clash).await), DENIED, "{clash}");
        // Own rows given to B; B's rows taken.
        let given =
            format!("UPDATE {table} SET {column} = '{}' WHERE {column} = '{}'", wall.b.org, wall.a.org);
        let refusal = attempt_within(&mut app, &given).await;
        assert_eq!(code(refusal), DENIED, "{given}");
        for act in [
            format!("UPDATE {table} SET {column} = '{}' WHERE {column} = '{}'", wall.a.org, wall.b.org),
            format!("DELETE FROM {table} WHERE {column} = '{}'", wall.b.org),
        ] {
            // Allowed acts find no row; the rest has no right.
            if let Err(error) = attempt_within(&mut app, &act).await {
                assert_eq!(code::<()>(Err(error)), DENIED, "{act}");
            }
        }
        assert_eq!(texts(&mut sql, hash.as_str()).await.unwrap(), before, "{table}");
    }
}

#[tokio::test]
async fn i16_on_conflict_with_a_row_of_another_organization_changes_and_tells_nothing() {
    let wall = Wall::build().await;
    let mut app = wall.app_as(wall.a.admin).await;
    // The id of B's machine, in A's name: the unique id of the table clashes, and nothing of B's row is said.
    let insert = format!(
        "INSERT INTO assets (org_id, id, name, address, port, protocol)
         VALUES ('{}', '{}', 'mine', 'x', 22, 'ssh') ON CONFLICT (id) DO UPDATE SET name = excluded.name
         RETURNING assets.name",
        wall.a.org, wall.b.asset
    );
    let refusal = attempt_within(&mut app, &insert).await.unwrap_err();
    assert!(!format!("{refusal:?}").contains(wall.b.name), "{refusal:?}");
    assert_eq!(code::<()>(Err(refusal)), DENIED);
    let mut sql = wall.database.superuser().await;
    let name = texts(&mut sql, format!("SELECT name FROM assets WHERE id = '{}'", wall.b.asset));
    assert_eq!(name.await.unwrap(), ["bravo canary"]);
}

#[tokio::test]
async fn i17_no_reference_points_into_another_organization() {
    let wall = Wall::build().await;
    let mut sql = wall.database.superuser().await;
    // As the owner of the tables, whom no policy holds: the schema alone refuses.
    run(&mut sql, "BEGIN").await;
    let b = &wall.b;
    let quoted = |id: uuid::Uuid| format!("'{id}'::uuid");
    for (table, column, foreign) in [
        ("invitations", "user_id", b.admin),
        ("user_sessions", "user_id", b.admin),
        ("mails", "user_id", b.admin),
        ("password_resets", "user_id", b.admin),
        ("address_changes", "user_id", b.admin),
        ("password_history", "user_id", b.admin),
        ("credentials", "asset_id", b.asset),
        ("credentials", "organization_key_id", b.key),
        ("credential_secrets", "credential_id", b.credential),
        ("sessions", "asset_id", b.asset),
        ("sessions", "credential_id", b.credential),
        ("sessions", "grant_id", b.grant),
        ("access_changes", "grant_id", b.grant),
        ("access_approvals", "approver_id", b.admin),
        ("access_proposals", "proposed_by", b.admin),
        ("access_proposal_grants", "grant_id", b.grant),
        ("emergency_accesses", "grant_id", b.grant),
        ("grant_notices", "grant_id", b.grant),
        ("session_tickets", "session_id", b.session),
        ("recordings", "id", b.session),
        ("idempotency_keys", "user_id", b.admin),
        ("recording_lines", "recording_id", b.session),
        ("audit_destinations", "organization_key_id", b.key),
        ("sso_connections", "organization_key_id", b.key),
        ("sso_identities", "user_id", b.admin),
        ("sso_flows", "user_id", b.admin),
    ] {
        let unique = |name: &'static str| (name, quoted(super::id()));
        let mut changed = vec![(column, quoted(foreign))];
        match table {
            "access_proposal_grants"
            | "grant_notices"
            | "credential_secrets"
            | "recording_lines"
            | "recordings"
            | "idempotency_keys" => {}
            _ => changed.push(unique("id")),
        }
        match table {
            "invitations" | "password_resets" | "address_changes" | "session_tickets" => {
                changed.push(("token_hash", "'other'::bytea".to_owned()))
            }
            "access_approvals" => changed.push(("side", "'provider'".to_owned())),
            "access_proposal_grants" => changed.push(("pending", "false".to_owned())),
            "credentials" => changed.push(("username", "'other'".to_owned())),
            "sso_connections" | "audit_destinations" => changed.push(("name", "'other'".to_owned())),
            "sso_identities" => changed.push(("subject", "'other'".to_owned())),
            "sso_flows" => changed.push(("state_hash", "'other'::bytea".to_owned())),
            _ => {}
        }
        if table == "recordings" {
            run(&mut sql, "SAVEPOINT room; DELETE FROM recording_lines; DELETE FROM recordings").await;
        }
        let mut source = wall.database.superuser().await;
        let insert = copy_of(&mut source, table, &wall.a, &changed).await;
        assert_eq!(code(attempt_within(&mut sql, &insert).await), NO_SUCH_ROW, "{insert}");
        if table == "recordings" {
            run(&mut sql, "ROLLBACK TO SAVEPOINT room").await;
        }
    }
}
