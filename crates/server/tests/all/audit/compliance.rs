//! The compliance report: its numbers are those of the database.

use super::{Entry, outsiders};
use crate::assets::add_bare;
use crate::sessions::{add_machine, until_session};
use crate::support::{Actor, Customer, Terminal, TestApp};
use sallyport_testkit::sshd::Sshd;
use serde_json::{Value, json};
use uuid::Uuid;

const REPORT: &str = "/api/audit/compliance/report";
const PDF: &str = "/api/audit/compliance/report/pdf";

async fn run(app: &TestApp, statement: &'static str, id: Uuid) {
    let done = sqlx::query(statement).bind(id).execute(&mut app.sql().await).await.unwrap();
    assert!(done.rows_affected() > 0, "{statement}");
}

async fn report(who: &Actor, query: &str) -> Value {
    who.get(&format!("{REPORT}?{query}")).await.ok()
}

fn control<'a>(report: &'a Value, id: &str) -> &'a Value {
    let mut all = report["controls"].as_array().unwrap().iter();
    all.find(|control| control["id"] == id).unwrap_or_else(|| panic!("no {id} in {report}"))
}

/// State and value of a check, wherever it stands.
fn check(report: &Value, name: &str) -> (String, i64) {
    let mut checks =
        report["controls"].as_array().unwrap().iter().flat_map(|one| one["checks"].as_array().unwrap());
    let found = checks.find(|check| check["name"] == name).unwrap_or_else(|| panic!("no {name} in {report}"));
    assert!(found["sentence"].as_str().unwrap().ends_with('.'), "{found}");
    (found["state"].as_str().unwrap().to_owned(), found["value"].as_i64().unwrap())
}

fn met(value: i64) -> (String, i64) {
    ("met".to_owned(), value)
}

fn attention(value: i64) -> (String, i64) {
    ("attention".to_owned(), value)
}

fn none(value: i64) -> (String, i64) {
    ("no_evidence".to_owned(), value)
}

#[tokio::test]
async fn every_control_is_there_with_its_evidence() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    for (second, code) in
        ["grant.create", "grant.create", "grant.revoke", "user.create", "asset.create"].iter().enumerate()
    {
        Entry::at(acme.id, &format!("2025-03-02T08:00:0{second}Z"), code).keep(&app).await;
    }
    Entry::at(acme.id, "2025-03-02T08:00:05Z", "grant.update")
        .outcome("refused")
        .risk("medium")
        .keep(&app)
        .await;
    let newest =
        Entry::at(acme.id, "2025-03-02T08:00:09Z", "host_key.changed").risk("critical").keep(&app).await;
    let analyst = app.security_analyst().await;
    let time = "from=2025-03-01T00:00:00Z&to=2025-03-08T00:00:00Z";
    let both = report(&analyst, time).await;
    let ids: Vec<_> =
        both["controls"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(
        ids,
        [
            "CC6.1", "CC6.2", "CC6.3", "CC6.6", "CC6.7", "CC6.8", "CC7.1", "CC7.2", "CC7.3", "CC7.4",
            "CC7.5", "A.5.15", "A.5.16", "A.5.17", "A.5.18", "A.8.2", "A.8.5", "A.8.15"
        ]
    );
    assert_eq!((&both["organizationId"], &both["from"]), (&Value::Null, &json!("2025-03-01T00:00:00Z")));
    let counted: i64 =
        ["met", "attention", "noEvidence"].iter().map(|name| both[name].as_i64().unwrap()).sum();
    assert_eq!(counted, 18);
    // CC6.3: four of grants; the newest of each kind.
    let access = control(&both, "CC6.3");
    assert_eq!(
        (&access["events"], &access["refused"], &access["highRisk"]),
        (&json!(4), &json!(1), &json!(0))
    );
    let codes: Vec<_> =
        access["evidence"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["grant.update", "grant.revoke", "grant.create"]);
    assert_eq!(access["evidence"][2]["occurredAt"], "2025-03-02T08:00:01Z");
    let machines = control(&both, "CC6.8");
    assert_eq!(machines["evidence"][0]["id"], json!(newest));
    assert_eq!((&machines["state"], &machines["highRisk"]), (&json!("attention"), &json!(1)));
    assert_eq!(check(&both, "changedHostKeys"), attention(1));
    assert_eq!(check(&both, "criticalEvents"), attention(1));
    assert_eq!(check(&both, "refusals"), met(1));
    assert_eq!(check(&both, "entries"), met(7));
    assert_eq!(check(&both, "exports"), none(0));
    // Nothing happened that would be evidence of putting right.
    assert_eq!(control(&both, "CC7.5")["state"], "no_evidence");
    // One standard alone.
    for (standard, count) in [("soc2", 11), ("iso27001", 7)] {
        let one = report(&analyst, &format!("{time}&standard={standard}")).await;
        assert_eq!(one["controls"].as_array().unwrap().len(), count);
        assert!(one["controls"].as_array().unwrap().iter().all(|control| control["standard"] == standard));
    }
    for wrong in
        ["standard=pci", "from=2024-01-01T00:00:00Z", "from=2999-01-01T00:00:00Z", "to=never", "page=1"]
    {
        analyst.get(&format!("{REPORT}?{wrong}")).await.refused(400, "invalid_input");
    }
    let usual = report(&analyst, "").await;
    let at = |name: &str| usual[name].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert_eq!(at("to") - at("from"), chrono::TimeDelta::days(90));
}

#[tokio::test]
async fn people_grants_and_machines_are_counted_as_they_are() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let analyst = app.security_analyst().await;
    let of_acme = format!("organizationId={}", acme.id);
    // Nobody and nothing is there yet.
    let empty = report(&analyst, &of_acme).await;
    for name in ["secondFactorPercent", "dormantAccounts", "grantsWithoutExpiry", "machinesWithoutHostKey"] {
        assert_eq!(check(&empty, name), none(0), "{name}");
    }
    assert_eq!(empty["organizationName"], "Acme");
    assert_eq!(check(&empty, "organizationsWithoutFactorRule"), attention(1));

    let (admin, sleeper) = (app.member(&acme, "admin").await, app.member(&acme, "basic_user").await);
    run(&app, "UPDATE users SET mfa_enabled = true WHERE id = $1", admin.id).await;
    run(&app, "UPDATE organizations SET mfa_required = true WHERE id = $1", acme.id).await;
    let now = report(&analyst, &of_acme).await;
    assert_eq!(check(&now, "secondFactorPercent"), attention(50));
    assert_eq!(check(&now, "organizationsWithoutFactorRule"), met(0));
    assert_eq!(check(&now, "dormantAccounts"), met(0));
    run(
        &app,
        "UPDATE users SET mfa_enabled = true, created_at = now() - interval '91 days' WHERE id = $1",
        sleeper.id,
    )
    .await;
    let now = report(&analyst, &of_acme).await;
    assert_eq!(check(&now, "secondFactorPercent"), met(100));
    assert_eq!(check(&now, "dormantAccounts"), attention(1));
    assert_eq!(control(&now, "CC6.2")["state"], "attention");
    run(&app, "UPDATE users SET last_login_at = now() - interval '89 days' WHERE id = $1", sleeper.id).await;
    assert_eq!(check(&report(&analyst, &of_acme).await, "dormantAccounts"), met(0));
    // An account that is over is nobody's worry.
    run(&app, "UPDATE users SET last_login_at = NULL, status = 'disabled' WHERE id = $1", sleeper.id).await;
    assert_eq!(check(&report(&analyst, &of_acme).await, "dormantAccounts"), met(0));
    assert_eq!(check(&report(&analyst, &of_acme).await, "providerSecondFactorPercent"), none(0));

    let technician = app.technician().await;
    let grant: Uuid = app.grant(&technician, &acme, "full_access").await.parse().unwrap();
    let now = report(&analyst, &of_acme).await;
    assert_eq!((check(&now, "grantsWithoutExpiry"), check(&now, "unusedGrants")), (attention(1), met(0)));
    run(
        &app,
        "UPDATE technician_customer_access SET granted_at = now() - interval '91 days', expires_at = now() + interval '1 day'
         WHERE id = $1",
        grant,
    )
    .await;
    let now = report(&analyst, &of_acme).await;
    assert_eq!((check(&now, "grantsWithoutExpiry"), check(&now, "unusedGrants")), (met(0), attention(1)));
    // Unused since it began, which was lately.
    let begun = "UPDATE technician_customer_access SET starts_at = now() - interval '10 days' WHERE id = $1";
    run(&app, begun, grant).await;
    assert_eq!(check(&report(&analyst, &of_acme).await, "unusedGrants"), met(0));
    run(&app, "UPDATE technician_customer_access SET starts_at = NULL WHERE id = $1", grant).await;
    run(&app, "UPDATE technician_customer_access SET last_used_at = now() WHERE id = $1", grant).await;
    assert_eq!(check(&report(&analyst, &of_acme).await, "unusedGrants"), met(0));

    assert_eq!(check(&now, "emergenciesLongerThanAnHour"), none(0));
    let wish = json!({
        "technicianId": technician.id, "customerOrgId": acme.id, "accessLevel": "emergency",
        "reason": "the mail server is on fire",
        "expiresAt": app.clock.now() + chrono::TimeDelta::minutes(50),
    });
    let made = app.account_manager().await.post("/api/technician-access/grant", wish).await.created();
    let emergency: Uuid = made["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(check(&report(&analyst, &of_acme).await, "emergenciesLongerThanAnHour"), met(0));
    let long = "UPDATE technician_customer_access SET expires_at = now() + interval '2 hours' WHERE id = $1";
    run(&app, long, emergency).await;
    let now = report(&analyst, &of_acme).await;
    assert_eq!(check(&now, "emergenciesLongerThanAnHour"), attention(1));
    assert_eq!(control(&now, "A.8.2")["state"], "attention");

    add_bare(&app.account_manager().await, &acme, "bare", "10.20.30.40:22".parse().unwrap()).await;
    assert_eq!(check(&report(&analyst, &of_acme).await, "machinesWithoutHostKey"), attention(1));
    // Of a customer that was deleted nothing is open.
    app.super_admin().await.delete(&format!("/api/organizations/{}", acme.id)).await.ok();
    let now = report(&analyst, &of_acme).await;
    for name in ["grantsWithoutExpiry", "unusedGrants", "machinesWithoutHostKey", "staleCredentials"] {
        assert_eq!(check(&now, name), none(0), "{name}");
    }
}

async fn session_of(app: &TestApp, acme: &Customer, sshd: &Sshd) -> Uuid {
    let technician = app.technician().await;
    app.grant(&technician, acme, "full_access").await;
    let machine = add_machine(app, acme, "web-1", sshd).await;
    let (mut terminal, id) = Terminal::start(app, &technician, &machine).await;
    terminal.event("ready").await;
    technician.post(&format!("/api/sessions/{id}/end"), json!({})).await.ok();
    terminal.event("ended").await;
    until_session(&technician, &id, "the end", |session| session["status"] == "ended").await;
    let id: Uuid = id.parse().unwrap();
    app.until_sql("SELECT EXISTS (SELECT FROM recordings WHERE status = 'sealed')").await;
    id
}

#[tokio::test]
async fn sessions_without_a_recording_and_old_credentials_are_found() {
    let sshd = Sshd::start().unwrap();
    let address = sshd.address();
    let app = TestApp::start_with(|config| config.targets.allow.push(address)).await;
    let acme = app.customer("Acme").await;
    let id = session_of(&app, &acme, &sshd).await;
    let analyst = app.security_analyst().await;
    let of_acme = format!("organizationId={}", acme.id);
    let now = report(&analyst, &of_acme).await;
    assert_eq!(check(&now, "sessionsWithoutRecording"), none(0), "it ended just now");
    assert_eq!((check(&now, "machinesWithoutHostKey"), check(&now, "staleCredentials")), (met(0), met(0)));
    let earlier = "UPDATE sessions SET created_at = created_at - interval '3 hours', started_at = started_at - interval '3 hours',
                   ended_at = ended_at - interval '3 hours' WHERE id = $1";
    run(&app, earlier, id).await;
    assert_eq!(check(&report(&analyst, &of_acme).await, "sessionsWithoutRecording"), met(0));
    run(&app, "UPDATE recordings SET status = 'interrupted' WHERE id = $1", id).await;
    let old = "UPDATE credentials SET created_at = now() - interval '366 days' WHERE org_id = $1";
    run(&app, old, acme.id).await;
    let now = report(&analyst, &of_acme).await;
    assert_eq!(check(&now, "sessionsWithoutRecording"), attention(1));
    assert_eq!(check(&now, "staleCredentials"), attention(1));
    assert!(control(&now, "A.8.2")["events"].as_i64().unwrap() >= 2, "the session itself is evidence");
}

#[tokio::test]
async fn e04_a_report_tells_nothing_of_another_organization() {
    let app = TestApp::start().await;
    let (acme, bolt) = (app.customer("Acme").await, app.customer("Zephyrwood").await);
    let admin = app.member(&acme, "admin").await;
    let before = report(&admin, "").await;
    app.member(&bolt, "basic_user").await;
    let technician = app.technician().await;
    app.grant(&technician, &bolt, "full_access").await;
    Entry::at(bolt.id, "2026-11-01T08:00:00Z", "host_key.changed").risk("critical").keep(&app).await;
    let mut after = report(&admin, "").await;
    assert_eq!(after["organizationId"], json!(acme.id));
    assert!(!after.to_string().contains("Zephyrwood"), "{after}");
    for changing in ["generatedAt", "from", "to"] {
        after[changing] = before[changing].clone();
    }
    assert_eq!(before, after);
    for id in [bolt.id, app.provider, app.clock.new_id()] {
        admin.get(&format!("{REPORT}?organizationId={id}")).await.refused(404, "not_found");
    }
    for who in outsiders(&app, &acme).await {
        who.get(REPORT).await.refused(403, "forbidden");
    }
    app.stranger().get(REPORT).await.refused(401, "unauthenticated");
}

fn holds(pdf: &[u8], words: &str) -> bool {
    pdf.windows(words.len()).any(|window| window == words.as_bytes())
}

/// Who took which report home, as the log tells it: organization, outcome, sentence; oldest first.
async fn taken_home(app: &TestApp) -> Vec<(Uuid, String, String)> {
    let found = "SELECT org_id, outcome, sentence FROM audit_logs WHERE code = 'compliance_report.export'
                 ORDER BY occurred_at, id";
    sqlx::query_as(found).fetch_all(&mut app.sql().await).await.unwrap()
}

#[tokio::test]
async fn a_report_is_taken_home_as_pdf_and_the_log_says_so() {
    let app = TestApp::start().await;
    let (acme, bolt) = (app.customer("Acme").await, app.customer("Zephyrwood").await);
    let (admin, analyst) = (app.member(&acme, "admin").await, app.security_analyst().await);
    let pdf = async |who: &Actor, query: &str, name: &str| {
        let answer = who.get(&format!("{PDF}?{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let header = |header: &str| answer.headers[header].to_str().unwrap().to_owned();
        assert_eq!(
            (header("content-type"), header("cache-control")),
            ("application/pdf".to_owned(), "no-store".to_owned())
        );
        let disposition = header("content-disposition");
        assert!(disposition.starts_with(&format!("attachment; filename=\"{name}-20")), "{disposition}");
        assert!(disposition.ends_with(".pdf\""), "{disposition}");
        assert!(answer.bytes.starts_with(b"%PDF-1."), "no PDF");
        assert!(answer.bytes.ends_with(b"%%EOF"), "not whole");
        answer.bytes
    };
    // What a file says of itself is written in plain letters.
    let own = pdf(&admin, "", "sallyport-compliance-all").await;
    assert!(holds(&own, "Compliance report: Acme") && holds(&own, &admin.name));
    assert!(!holds(&own, "Zephyrwood"));
    let of_bolt = format!("organizationId={}&standard=soc2", bolt.id);
    let of_bolt = pdf(&analyst, &of_bolt, "sallyport-compliance-soc2").await;
    assert!(holds(&of_bolt, "Compliance report: Zephyrwood") && !holds(&of_bolt, "ISO/IEC"));
    let all = pdf(&analyst, "", "sallyport-compliance-all").await;
    assert!(holds(&all, "Compliance report: All organizations"));
    let told: Vec<_> = taken_home(&app).await;
    let wanted = [
        (acme.id, format!("{} took home the compliance report of Acme", admin.name)),
        (bolt.id, format!("{} took home the compliance report of Zephyrwood", analyst.name)),
        (app.provider, format!("{} took home the compliance report of all organizations", analyst.name)),
    ];
    assert_eq!(told, wanted.map(|(org, sentence)| (org, "success".to_owned(), sentence)));
    // It is an export like the others.
    assert_eq!(check(&report(&analyst, "").await, "exports"), met(3));

    for id in [bolt.id, app.provider, app.clock.new_id()] {
        admin.get(&format!("{PDF}?organizationId={id}")).await.refused(404, "not_found");
    }
    for who in outsiders(&app, &acme).await {
        who.get(PDF).await.refused(403, "forbidden");
    }
    app.stranger().get(PDF).await.refused(401, "unauthenticated");
    for wrong in ["standard=pci", "from=2024-01-01T00:00:00Z", "format=pdf"] {
        analyst.get(&format!("{PDF}?{wrong}")).await.refused(400, "invalid_input");
    }
    assert_eq!(taken_home(&app).await.len(), 3, "who was refused took nothing home");
}

#[tokio::test]
async fn a_report_full_of_strangers_words_is_made_and_nobody_waits_for_two_at_once() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let name = r#"UPDATE organizations SET name = E'#read("/etc/passwd") $ \\ \u202e \U0001F600 ليلى' WHERE id = $1"#;
    run(&app, name, acme.id).await;
    for (second, words) in
        ["#panic()", "\u{1f600}\u{202e}", "*_`<label>@ref", &"\\u{0}$".repeat(300)].iter().enumerate()
    {
        let mut entry = Entry::at(
            acme.id,
            &format!("2025-03-02T08:00:0{second}Z"),
            ["user.create", "user.update", "user.disable", "user.enable"][second],
        );
        entry.sentence = (*words).to_owned();
        entry.keep(&app).await;
    }
    let analyst = app.security_analyst().await;
    let path = format!("{PDF}?organizationId={}&from=2025-03-01T00:00:00Z&to=2025-03-08T00:00:00Z", acme.id);
    let admin = app.super_admin().await;
    let (first, second, third) = tokio::join!(analyst.get(&path), analyst.get(&path), admin.get(&path));
    let (refused, made) = if first.status == 429 { (first, second) } else { (second, first) };
    refused.refused(429, "report_under_way");
    for answer in [made, third] {
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.bytes.starts_with(b"%PDF-1.") && !holds(&answer.bytes, "root:"));
        assert!(holds(&answer.bytes, "#read(") && holds(&answer.bytes, "[U+202E] [U+1F600] ليلى"));
    }
}

#[tokio::test]
async fn a_time_without_a_log_has_no_evidence_and_one_that_is_to_come_is_refused() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let refused = Entry::at(acme.id, "2025-03-02T08:00:00Z", "grant.create").outcome("refused");
    refused.keep(&app).await;
    let analyst = app.security_analyst().await;
    let before = report(&analyst, "from=2020-01-01T00:00:00Z&to=2020-03-01T00:00:00Z").await;
    assert_eq!(before["met"], 0, "{before}");
    let only_refused = report(&analyst, "from=2025-03-02T00:00:00Z&to=2025-03-03T00:00:00Z").await;
    let rights = control(&only_refused, "A.5.18");
    assert_eq!((&rights["events"], &rights["refused"]), (&json!(1), &json!(1)), "{rights}");
    assert_eq!(rights["state"], "no_evidence", "{rights}");
    let coming = analyst.get(&format!("{REPORT}?from=2099-01-01T00:00:00Z&to=2099-02-01T00:00:00Z")).await;
    coming.refused(400, "invalid_input");
    let log = control(&before, "A.8.15")["checks"].as_array().unwrap();
    assert!(log.iter().any(|check| check["name"] == "haltedLogs" && check["value"] == 0), "{log:?}");
}
