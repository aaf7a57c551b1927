//! Requests a second of a signed-in person, beside pgbench running the SQL of the same request with the same
//! context. Both keep as many connections busy, and take turns.

use crate::Cli;
use crate::http::text;
use crate::report::{Report, median};
use crate::scene::Scene;
use crate::sql;
use crate::target::Target;
use crate::wire::{Wire, request};
use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::json;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const CLIENTS: usize = 8;
const SECONDS: u64 = 6;
const PAIRS: usize = 3;

/// A technician's list of one customer's machines: fifty of them, a page.
pub(crate) async fn measure_reads(cli: &Cli, report: &mut Report) -> Result<()> {
    let target = Target::start().await?;
    let scene = Scene::new(cli, target.address, "ops", &target.client_key).await?;
    for number in 2..=200 {
        let asset = json!({
            "organizationId": scene.customer, "name": format!("web-{number}"), "address": "10.1.2.3",
            "port": 22, "protocol": "ssh", "tags": ["web"],
        });
        scene.platform.admin.post("/api/assets", asset).await?;
    }
    let path = "/api/assets?limit=50";
    // Twice before: prepared statements and caches are there in both.
    scene.technician.get(path).await?;
    let script = sql::capture(&scene.platform, scene.technician.get(path)).await?.concat();
    println!("--- SQL of one list\n{script}---");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        let token = scene.platform.again("technician").await?.token.context("no token")?;
        theirs.push(sql::pgbench(&scene.platform, &script, CLIENTS, SECONDS).await?);
        let requests = vec![request(&scene.platform.address, "GET", path, &token, "")];
        ours.push(a_second(&scene.platform.address, requests).await?);
        println!("  lists: pgbench {:?}/s, ours {:?}/s", theirs.last(), ours.last());
    }
    report.ratio("lists of 50 machines, signed in, beside pgbench", "/s", median(ours), median(theirs), 0.6);
    scene.platform.stop().await
}

/// Changes of grants, each with its audit entry.
pub(crate) async fn measure_writes(cli: &Cli, report: &mut Report) -> Result<()> {
    let target = Target::start().await?;
    let scene = Scene::new(cli, target.address, "ops", &target.client_key).await?;
    let platform = &scene.platform;
    // As many grants as clients, so that they wait for no lock of one another's.
    let mut grants = Vec::new();
    for number in 0..CLIENTS {
        let customer =
            platform.admin.post("/api/organizations", json!({ "name": format!("C {number}") })).await?;
        let wish = json!({
            "technicianId": scene.technician_id, "customerOrgId": text(&customer, "/id")?,
            "accessLevel": "read_only", "reason": "a measurement",
        });
        let grant = platform.admin.post("/api/technician-access/grant", wish).await?;
        grants.push(text(&grant, "/id")?.to_owned());
    }
    let body = r#"{"notes":"seen on the machine"}"#;
    let change = |grant: &str| format!("/api/technician-access/{grant}");
    let first = grants.first().context("a grant")?.clone();
    let put = async || {
        let notes = json!({ "notes": "seen on the machine" });
        platform.admin.ask(Method::PUT, &change(&first), Some(notes)).await
    };
    put().await?;
    let script = scripts_of(&sql::capture(platform, put()).await?.concat(), &grants, &first);
    println!("--- SQL of one change\n{script}---");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        let admin = platform.again_admin().await?;
        let token = admin.token.context("no token")?;
        theirs.push(sql::pgbench(platform, &script, CLIENTS, SECONDS).await?);
        let requests = grants
            .iter()
            .map(|grant| request(&platform.address, "PUT", &change(grant), &token, body))
            .collect();
        ours.push(a_second(&platform.address, requests).await?);
        println!("  changes: pgbench {:?}/s, ours {:?}/s", theirs.last(), ours.last());
    }
    report.ratio("audited changes of grants, beside pgbench", "/s", median(ours), median(theirs), 0.6);
    scene.platform.stop().await
}

/// Entries of the log as the platform writes them, through the wall and into the queue of what is to be sealed, beside
/// the same rows put into a table without either. Both by pgbench: what is measured is what proof costs.
pub(crate) async fn measure_log(cli: &Cli, report: &mut Report) -> Result<()> {
    let target = Target::start().await?;
    let scene = Scene::new(cli, target.address, "ops", &target.client_key).await?;
    let platform = &scene.platform;
    // A refusal writes its entry and nothing else.
    let refused = async || {
        let _ = scene.technician.get("/api/audit/logs").await;
        Ok(())
    };
    refused().await?;
    let made = sql::capture(platform, refused()).await?;
    let made =
        made.into_iter().find(|script| script.contains("INSERT INTO audit_logs")).context("no entry")?;
    let script = sql::with_new_ids(&made, "INSERT INTO audit_logs");
    let row = script.lines().find(|line| line.contains("INSERT INTO audit_logs")).context("no entry")?;
    let plain =
        format!("BEGIN;\n{}\nCOMMIT;\n", row.replace("INSERT INTO audit_logs", "INSERT INTO plain_logs"));
    let mut owner = sqlx::ConnectOptions::connect(&platform.database(crate::platform::OWNER)).await?;
    let table = "CREATE TABLE plain_logs (LIKE audit_logs INCLUDING ALL);
        GRANT INSERT ON plain_logs TO sallyport_app, sallyport_system";
    sqlx::raw_sql(table).execute(&mut owner).await?;
    println!("--- SQL of one entry\n{script}--- plainly\n{plain}---");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        theirs.push(sql::pgbench(platform, &plain, CLIENTS, SECONDS).await?);
        ours.push(sql::pgbench(platform, &script, CLIENTS, SECONDS).await?);
        println!("  entries: plainly {:?}/s, through the wall {:?}/s", theirs.last(), ours.last());
    }
    report.ratio(
        "entries of the log, beside plain inserts of the same rows",
        "/s",
        median(ours),
        median(theirs),
        0.85,
    );
    scene.platform.stop().await
}

/// Each client of pgbench has its own grant, as each of ours has; and each audit entry its own id.
fn scripts_of(captured: &str, grants: &[String], first: &str) -> String {
    let mut script = String::new();
    for (client, grant) in grants.iter().enumerate() {
        let how = if client == 0 { "if" } else { "elif" };
        let own = sql::with_new_ids(&captured.replace(first, grant), "INSERT INTO audit_logs");
        let _ = write!(script, "\\{how} :client_id = {client}\n{own}");
    }
    script + "\\endif\n"
}

/// Requests a second over [`CLIENTS`] connections, each asking again as soon as it was answered.
async fn a_second(address: &str, requests: Vec<String>) -> Result<f64> {
    let answered = Arc::new(AtomicUsize::new(0));
    let begun = Instant::now();
    let until = begun + Duration::from_secs(SECONDS);
    let mut clients = tokio::task::JoinSet::new();
    for number in 0..CLIENTS {
        let request = requests.get(number % requests.len()).context("a request")?.clone();
        let (address, answered) = (address.to_owned(), Arc::clone(&answered));
        clients.spawn(async move {
            let mut wire = Wire::to(&address).await?;
            while Instant::now() < until {
                wire.ask(&request).await?.success()?;
                answered.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = clients.join_next().await {
        done??;
    }
    #[expect(clippy::cast_precision_loss, reason = "a count in a report")]
    let count = answered.load(Ordering::Relaxed) as f64;
    Ok(count / begun.elapsed().as_secs_f64())
}
