//! The API of a provider that has everything many times over: the matrix, lists and the export of the log.

use crate::Cli;
use crate::http::{Person, text};
use crate::platform::{OWNER, Platform};
use crate::report::{Report, ms, percentile};
use crate::wire::{Wire, request};
use anyhow::{Context, Result, ensure};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use std::time::{Duration, Instant};

const TECHNICIANS: i64 = 1_000;
const CUSTOMERS: i64 = 10_000;
const GRANTS: i64 = 1_000_000;
/// Of each kind of request.
const ASKED: usize = 200;
/// What an export holds.
const EXPORTED: i64 = 2_000_000;

/// Rows are put in by SQL, as the platform would have put them, without its triggers: what is read is measured.
struct Filler {
    sql: PgConnection,
}

impl Filler {
    async fn new(platform: &Platform) -> Result<Self> {
        let mut sql = platform.database(OWNER).connect().await?;
        sqlx::raw_sql("SET session_replication_role = replica; SET synchronous_commit = off")
            .execute(&mut sql)
            .await?;
        Ok(Self { sql })
    }

    async fn fill(&mut self, what: &str, statement: &'static str, rows: i64) -> Result<()> {
        let begun = Instant::now();
        let done = sqlx::query(statement).bind(rows).execute(&mut self.sql).await?;
        println!("  {} {what} in {:.0} s", done.rows_affected(), begun.elapsed().as_secs_f64());
        Ok(())
    }

    async fn close(mut self) -> Result<()> {
        let begun = Instant::now();
        sqlx::raw_sql("VACUUM ANALYZE").execute(&mut self.sql).await?;
        println!("  cleaned and counted in {:.0} s", begun.elapsed().as_secs_f64());
        Ok(self.sql.close().await?)
    }
}

const ORGANIZATIONS: &str = "INSERT INTO organizations
    SELECT (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'name', 'Customer ' || n))).*
    FROM organizations o, generate_series(1, $1) n WHERE o.name = 'Template'";
const PROVIDERS_PEOPLE: &str = "INSERT INTO users
    SELECT (jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(), 'role', 'technician',
        'email', 'technician-' || n || '@fortlock.example', 'display_name', 'Technician ' || n))).*
    FROM users u, generate_series(1, $1) n WHERE u.email = 'ada@fortlock.example'";
const CUSTOMERS_PEOPLE: &str = "INSERT INTO users
    SELECT (jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(), 'org_id', o.id, 'role', 'basic_user',
        'email', 'person-' || p || '.' || row_number() OVER () || '@customer.example', 'display_name', 'Person ' || p,
        'password_hash', NULL))).*
    FROM users u, organizations o, generate_series(1, $1) p
    WHERE u.email = 'ada@fortlock.example' AND o.name LIKE 'Customer %'";
const ACCESS: &str =
    "INSERT INTO technician_customer_access (org_id, id, technician_org_id, technician_id, technician_name,
        technician_email, access_level, reason, granted_by, granted_by_name, granted_at)
    SELECT c.id, gen_random_uuid(), t.org_id, t.id, t.display_name, t.email, 'full_access', 'a measurement', t.id, 'Ada Lock',
           now() - (random() * interval '300 days')
    FROM (SELECT *, row_number() OVER () AS at FROM users WHERE role = 'technician') t
    JOIN (SELECT *, row_number() OVER () AS at FROM organizations WHERE name LIKE 'Customer %') c
        ON (t.at + c.at) % greatest(1, (SELECT count(*) FROM organizations WHERE name LIKE 'Customer %')
            * (SELECT count(*) FROM users WHERE role = 'technician') / $1) = 0";
/// Tables for the months of the past, which the platform would have made as they came.
const MONTHS: &str = "SELECT wall.make_audit_month(m::date) FROM generate_series(
        date_trunc('month', (now() - $1::bigint * interval '6 seconds') AT TIME ZONE 'UTC'), now() AT TIME ZONE 'UTC',
        interval '1 month') m";
const LOG: &str = "INSERT INTO audit_logs (org_id, id, occurred_at, code, outcome, risk_level, controls, sentence, actor_id,
        actor_org_id, actor_name, actor_email, actor_role, target_type, target_id, target_name, client_ip, user_agent,
        request_id, policy_ids, details)
    SELECT c.ids[1 + n % cardinality(c.ids)], gen_random_uuid(), now() - n * interval '6 seconds',
        (ARRAY['grant.create', 'session.open', 'auth.login', 'asset.update', 'user.update'])[1 + n % 5],
        CASE n % 20 WHEN 0 THEN 'refused' ELSE 'success' END,
        (ARRAY['info', 'low', 'medium', 'high'])[1 + n % 4], '{CC6.1,A.5.15}', 'Ada Lock did one of many things: number ' || n,
        u.id, u.org_id, u.display_name, u.email, u.role, 'grant', gen_random_uuid(), 'Customer ' || n % 10000,
        '203.0.113.9', 'Mozilla/5.0 (X11; Linux x86_64)', gen_random_uuid(), '{console.provider}', '{\"reason\": \"a measurement\"}'
    FROM generate_series(1, $1) n, users u,
         (SELECT array_agg(id) AS ids FROM organizations WHERE name LIKE 'Customer %') c
    WHERE u.email = 'ada@fortlock.example'";

/// The matrix, lists and the export.
pub(crate) async fn measure(cli: &Cli, report: &mut Report) -> Result<()> {
    let platform = Platform::start(&cli.binary, &[]).await?;
    platform.admin.post("/api/organizations", serde_json::json!({ "name": "Template" })).await?;
    let mut filler = Filler::new(&platform).await?;
    filler.fill("customers", ORGANIZATIONS, CUSTOMERS).await?;
    filler.fill("technicians", PROVIDERS_PEOPLE, TECHNICIANS).await?;
    filler.fill("people of customers", CUSTOMERS_PEOPLE, cli.people / CUSTOMERS).await?;
    filler.fill("grants", ACCESS, GRANTS).await?;
    filler.fill("months of the log", MONTHS, cli.events).await?;
    filler.fill("events", LOG, cli.events).await?;
    filler.close().await?;
    if cli.hold {
        let (folder, port) = (platform.postgres.socket_dir(), platform.postgres.port());
        println!(
            "psql -h {} -p {port} -U {OWNER} sallyport; console at {}; Enter goes on",
            folder.display(),
            platform.address
        );
        tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await??;
    }
    matrix(&platform, report).await?;
    lists(&platform, cli, report).await?;
    export(&platform, report).await?;
    platform.stop().await
}

/// Windows all over the matrix, as somebody scrolls through it.
async fn matrix(platform: &Platform, report: &mut Report) -> Result<()> {
    let paths = (0..ASKED).map(|number| {
        let at = i64::try_from(number).unwrap_or_default();
        let (row, column) = ((at * 7919) % (TECHNICIANS - 50), (at * 104_729) % (CUSTOMERS - 100));
        format!("/api/access-management/matrix?technicianOffset={row}&customerOffset={column}&technicianLimit=50&customerLimit=100")
    });
    let time = p95(platform, paths.collect()).await?;
    report.at_most(
        "a window of the matrix (50 × 100 of 1,000 × 10,000, 1 M grants), p95",
        "ms",
        ms(time),
        None,
        20.0,
    );
    Ok(())
}

/// First and last pages of the long lists.
async fn lists(platform: &Platform, cli: &Cli, report: &mut Report) -> Result<()> {
    for (what, path) in [
        ("the log, first page", "/api/audit/logs?limit=50".to_owned()),
        ("the log, last page", "/api/audit/logs?limit=50&order=asc".to_owned()),
        ("the log, the 200th page", "/api/audit/logs?limit=50&page=200".to_owned()),
        ("the log of one event kind", "/api/audit/logs?limit=50&code=session.open".to_owned()),
        ("people, first page", "/api/users?limit=50".to_owned()),
        ("people, last page", "/api/users?limit=50&order=desc".to_owned()),
        ("people, the 200th page", "/api/users?limit=50&page=200".to_owned()),
        ("grants, first page", "/api/technician-access?limit=50".to_owned()),
        ("grants, last page", "/api/technician-access?limit=50&order=asc".to_owned()),
        ("grants, the 200th page", "/api/technician-access?limit=50&page=200".to_owned()),
        ("customers, first page", "/api/organizations?limit=50".to_owned()),
        ("customers, last page", format!("/api/organizations?limit=50&page={}", CUSTOMERS / 50)),
    ] {
        let time = p95(platform, vec![path; ASKED]).await?;
        let (people, events) = (cli.people / 1_000, cli.events / 1_000);
        report.at_most(
            &format!("{what} ({people}k people, {events}k events), p95"),
            "ms",
            ms(time),
            None,
            30.0,
        );
    }
    Ok(())
}

/// Time of the slowest twentieth, of requests one after another. What takes seconds is not asked for as often.
async fn p95(platform: &Platform, paths: Vec<String>) -> Result<Duration> {
    let token = platform.again_admin().await?.token.context("no token")?;
    let mut wire = Wire::to(&platform.address).await?;
    let until = Instant::now() + Duration::from_secs(20);
    let mut times = Vec::new();
    for path in paths {
        let ask = request(&platform.address, "GET", &path, &token, "");
        let begun = Instant::now();
        wire.ask(&ask).await?.success()?;
        times.push(begun.elapsed());
        if Instant::now() > until {
            break;
        }
    }
    Ok(percentile(&mut times, 95))
}

/// A part of the log as NDJSON, and what it adds to the memory of the server.
async fn export(platform: &Platform, report: &mut Report) -> Result<()> {
    let admin: Person = platform.again_admin().await?;
    let oldest = admin.get("/api/audit/logs?limit=1&page=1").await?;
    let newest = text(&oldest, "/items/0/occurredAt")?.parse::<chrono::DateTime<chrono::Utc>>()?;
    let from = newest - chrono::TimeDelta::seconds(EXPORTED * 6);
    let path = format!("/api/audit/export?format=ndjson&from={}", from.format("%Y-%m-%dT%H:%M:%SZ"));
    let token = admin.token.context("no token")?;
    let before = platform.resident_kib()?;
    let begun = Instant::now();
    let mut answer = reqwest::Client::new()
        .get(format!("http://{}{path}", platform.address))
        .bearer_auth(token)
        .send()
        .await?
        .error_for_status()?;
    let (mut lines, mut most) = (0_usize, before);
    while let Some(piece) = answer.chunk().await? {
        let earlier = lines / 100_000;
        lines += piece.split(|byte| *byte == b'\n').count() - 1;
        if lines / 100_000 > earlier {
            most = most.max(platform.resident_kib()?);
        }
    }
    ensure!(lines > 0, "the export was empty");
    #[expect(clippy::cast_precision_loss, reason = "a count in a report")]
    let rate = lines as f64 / begun.elapsed().as_secs_f64();
    report.at_least(&format!("export of {lines} events as NDJSON"), "/s", rate, 100_000.0);
    report.at_most("memory that the export adds to the server", "MiB", (most - before) / 1024.0, None, 32.0);
    Ok(())
}
