//! What a call left behind: its entries in the log of events, and whether any business table is another now.

use super::world::World;
use crate::support::Answer;
use sqlx::AssertSqlSafe;

/// Not business: the log itself, what counts refused sign-ins by password and by code, the beat of instances, and which
/// migrations ran. Nor what jobs work off beside every request: the outbox, and knocks with what comes of them.
const BESIDES: [&str; 11] = [
    "audit_logs",
    "audit_queue", // of the entries, until they are sealed
    "login_attempts",
    "login_challenges",
    "sso_flows",
    "instances",
    "mails",
    "knocks",
    "password_resets",
    "spent_passkey_challenges",
    "_sqlx_migrations",
];

/// Table → hash of all its rows.
pub type Tables = Vec<(String, String)>;

/// One entry of the log: code, outcome, the policies that decided.
pub type Entry = (String, String, Vec<String>);

impl World {
    /// All business tables. A row is another when a transaction wrote it, whatever it wrote; only where it is noted when
    /// somebody was last seen, beside every request, its columns are compared instead.
    pub async fn tables(&self) -> Tables {
        let mut sql = self.sql.lock().await;
        let tables: Vec<(String, bool)> = sqlx::query_as(
            "SELECT relname::text, EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'last_seen_at')
             FROM pg_class c WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
               AND relname <> ALL ($1) ORDER BY 1",
        )
        .bind(BESIDES.as_slice())
        .fetch_all(&mut *sql)
        .await
        .unwrap();
        assert!(tables.len() > 14 && tables.iter().any(|(name, _)| name == "users"), "{tables:?}");
        let hash = |(name, seen): &(String, bool)| {
            let row =
                if *seen { "(to_jsonb(t) - 'last_seen_at')::text" } else { "t.xmin::text || t.ctid::text" };
            format!(
                "SELECT '{name}', count(*) || ':' || coalesce(sum(hashtextextended({row}, 0)), 0) FROM {name} t"
            )
        };
        let all = tables.iter().map(hash).collect::<Vec<_>>().join(" UNION ALL ");
        sqlx::query_as(AssertSqlSafe(all)).fetch_all(&mut *sql).await.unwrap()
    }

    /// What a request wrote into the log, oldest first.
    pub async fn entries(&self, answer: &Answer) -> Vec<Entry> {
        let request = answer.headers["x-request-id"].to_str().unwrap();
        let mut sql = self.sql.lock().await;
        sqlx::query_as(
            "SELECT code, outcome, policy_ids FROM audit_logs WHERE request_id = $1::uuid
             ORDER BY occurred_at, id",
        )
        .bind(request)
        .fetch_all(&mut *sql)
        .await
        .unwrap()
    }
}

/// The tables that are another now.
pub fn changed<'a>(before: &'a Tables, after: &Tables) -> Vec<&'a str> {
    let other = before.iter().zip(after).filter(|(before, after)| before != after);
    other.map(|((name, _), _)| name.as_str()).collect()
}
