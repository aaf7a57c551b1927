//! At which times of the week a grant holds: who comes outside of them hears when it opens, and the hours travel wherever
//! the terms do.

use super::assign::{ASSIGN, cells};
use super::history::{complete, history_of};
use super::requests::{REQUESTS, asked};
use super::{GRANT, at, path, wish, with};
use crate::support::{Actor, Customer, TestApp};
use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use reqwest::Method;
use serde_json::{Value, json};

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn hours(days: &[&str], from: &str, to: &str) -> Value {
    json!({ "timeZone": "Europe/Berlin", "windows": [{ "days": days, "from": from, "to": to }] })
}

fn office() -> Value {
    hours(&DAYS[..5], "08:00", "18:00")
}

/// A day of the week in Berlin, so many days from now, by the database's clock.
async fn day_in(app: &TestApp, days: i32) -> &'static str {
    let day: i32 = sqlx::query_scalar(
        "SELECT extract(isodow FROM now() AT TIME ZONE 'Europe/Berlin' + make_interval(days => $1))::integer",
    )
    .bind(days)
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap();
    DAYS[usize::try_from(day).unwrap() - 1]
}

/// Hours of which now is none, whatever day it becomes while a test runs.
async fn closed(app: &TestApp) -> Value {
    hours(&[day_in(app, 3).await], "08:00", "18:00")
}

fn ever() -> Value {
    hours(&DAYS, "00:00", "24:00")
}

async fn granted(manager: &Actor, technician: &Actor, customer: &Customer, of: Value) -> Value {
    manager.post(GRANT, with(wish(technician, customer, "full_access"), &[("hours", of)])).await.created()
}

#[tokio::test]
async fn x24_hours_that_do_not_fit_are_refused_by_their_field() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    let good = wish(&ada, &kestrel, "full_access");
    let window = |days: Value, from: &str, to: &str| json!({ "days": days, "from": from, "to": to });
    let of = |zone: &str, windows: Value| json!({ "timeZone": zone, "windows": windows });
    let monday = window(json!(["monday"]), "08:00", "18:00");
    let cases = [
        (of("Europe/Berlim", json!([monday])), "hours.timeZone"),
        (of("europe/berlin", json!([monday])), "hours.timeZone"),
        (of("CET", json!([monday])), "hours.timeZone"),
        (of("", json!([monday])), "hours.timeZone"),
        (of("Europe/Berlin-3", json!([monday])), "hours.timeZone"),
        (of("Europe/Berlin", json!([])), "hours.windows"),
        (of("Europe/Berlin", json!(vec![monday.clone(); 21])), "hours.windows"),
        (of("Europe/Berlin", json!([monday, monday])), "hours.windows[1].days"),
        (of("Europe/Berlin", json!([window(json!([]), "08:00", "18:00")])), "hours.windows[0].days"),
        (
            of("Europe/Berlin", json!([window(json!(["monday", "monday"]), "08:00", "18:00")])),
            "hours.windows[0].days",
        ),
        (of("Europe/Berlin", json!([window(json!(["monday"]), "8", "18:00")])), "hours.windows[0].from"),
        (of("Europe/Berlin", json!([window(json!(["monday"]), "08:00", "25:00")])), "hours.windows[0].to"),
    ];
    let grant = manager.post(GRANT, with(wish(&ada, &kestrel, "read_only"), &[])).await.created();
    for (hours, field) in &cases {
        let terms = [("hours", hours.clone())];
        let assignment = with(
            cells(&[(&ada, &kestrel)]),
            &[("terms", json!({ "accessLevel": "full_access", "hours": hours })), ("preview", json!(true))],
        );
        for refused in [
            manager.post(GRANT, with(good.clone(), &terms)).await,
            manager.put(&path(&grant), json!({ "hours": hours })).await,
            manager.post(ASSIGN, assignment).await,
            ada.post(REQUESTS, with(asked("Kestrel Bank"), &terms)).await,
        ] {
            let refused = refused.refused(400, "invalid_input");
            assert!(refused["details"]["fields"][field].is_string(), "{hours}: {refused}");
        }
    }
    let more = [json!({ "timeZone": "Europe/Berlin" }), json!("any"), json!({ "windows": [monday] })];
    for unfit in
        more.into_iter().chain([of("Europe/Berlin", json!([window(json!(["someday"]), "08:00", "18:00")]))])
    {
        manager.post(GRANT, with(good.clone(), &[("hours", unfit)])).await.refused(400, "invalid_input");
    }
    let unknown = json!({ "timeZone": "UTC", "windows": [monday], "holidays": [] });
    manager.post(GRANT, with(good.clone(), &[("hours", unknown)])).await.refused(400, "unknown_field");
    // An emergency has none, whichever of the two comes first.
    let emergency = [("expiresAt", at(&app, 30)), ("hours", office())];
    let refused = manager.post(GRANT, with(wish(&ada, &kestrel, "emergency"), &emergency)).await;
    assert!(refused.refused(400, "invalid_input")["details"]["fields"]["hours"].is_string());
    let bound = granted(&manager, &ada, &kestrel, office()).await;
    let raised = json!({
        "accessLevel": "emergency", "expiresAt": at(&app, 30), "reason": "the mail server is on fire",
    });
    let refused = manager.put(&path(&bound), raised.clone()).await.refused(400, "invalid_input");
    assert!(refused["details"]["fields"]["hours"].is_string(), "{refused}");
    manager.put(&path(&bound), with(raised, &[("hours", json!(null))])).await.ok();
    for good in
        [ever(), hours(&["sunday"], "22:00", "06:00"), json!({ "timeZone": "UTC", "windows": [monday] })]
    {
        assert_eq!(manager.put(&path(&grant), json!({ "hours": good })).await.ok()["hours"], good);
    }
    app.stop().await;
}

#[tokio::test]
async fn who_comes_outside_the_hours_hears_when_they_open() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    let grant = granted(&manager, &ada, &kestrel, closed(&app).await).await;
    assert_eq!((&grant["status"], &grant["openNow"]), (&json!("active"), &json!(false)), "{grant}");
    assert!(grant["closesAt"].is_null(), "{grant}");
    let opens: DateTime<Utc> = grant["opensAt"].as_str().unwrap().parse().unwrap();
    let (now, shown): (DateTime<Utc>, NaiveDateTime) =
        sqlx::query_as("SELECT now(), $1 AT TIME ZONE 'Europe/Berlin'")
            .bind(opens)
            .fetch_one(&mut app.sql().await)
            .await
            .unwrap();
    assert!(opens > now && opens < now + chrono::TimeDelta::days(4), "{opens}");
    assert_eq!(shown.format("%H:%M").to_string(), "08:00");

    // The customer stays in sight; nothing is used.
    ada.get(&format!("/api/organizations/{}", kestrel.id)).await.ok();
    let used =
        ada.post(&format!("{}/record-access", path(&grant)), json!({})).await.refused(403, "forbidden");
    assert_eq!(used["details"]["reason"], "outside_hours", "{used}");
    let day = shown.format("%A").to_string();
    let expected = format!(
        "Your access to Kestrel Bank holds {day} 08:00–18:00 (Europe/Berlin); it opens again {day} 08:00."
    );
    assert_eq!(used["message"], json!(expected));
    let own = ada.get(&path(&grant)).await.ok();
    assert_eq!((&own["can"]["grant.use"], &own["openNow"]), (&json!(expected), &json!(false)));
    // Where another grant is open, that is the one that counts.
    let emergency =
        json!({ "customerOrgId": kestrel.id, "minutes": 10, "reason": "the mail server is on fire" });
    ada.post("/api/access-management/emergency", emergency).await.created();

    let open = manager.put(&path(&grant), json!({ "hours": ever(), "expiresAt": at(&app, 60) })).await.ok();
    assert_eq!((&open["openNow"], &open["opensAt"]), (&json!(true), &json!(null)));
    assert_eq!(open["closesAt"], open["expiresAt"]);
    ada.post(&format!("{}/record-access", path(&grant)), json!({})).await.ok();
    let any = manager.put(&path(&grant), json!({ "hours": null, "expiresAt": null })).await.ok();
    assert_eq!((&any["hours"], &any["openNow"]), (&json!(null), &json!(true)));
    assert_eq!((&any["opensAt"], &any["closesAt"]), (&json!(null), &json!(null)));
    // A permit of a moment ago is none: it is asked anew, of the hours as they are.
    manager.put(&path(&grant), json!({ "hours": closed(&app).await })).await.ok();
    let late =
        ada.post(&format!("{}/record-access", path(&grant)), json!({})).await.refused(403, "forbidden");
    assert_eq!(late["details"]["reason"], "outside_hours");
    app.stop().await;
}

#[tokio::test]
async fn hours_travel_wherever_terms_do() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, ada, ben) = (app.super_admin().await, app.technician().await, app.technician().await);
    let moment = async || -> String {
        let now: DateTime<Utc> =
            sqlx::query_scalar("SELECT clock_timestamp()").fetch_one(&mut app.sql().await).await.unwrap();
        now.to_rfc3339_opts(SecondsFormat::Micros, true)
    };
    let grant = granted(&boss, &ada, &kestrel, office()).await;
    assert_eq!(grant["hours"], office());
    let first = moment().await;
    // In whatever order they come, they are the same.
    let turned = hours(&["friday", "tuesday", "monday", "wednesday", "thursday"], "08:00", "18:00");
    assert_eq!(
        boss.put(&path(&grant), json!({ "hours": turned, "notes": "x" })).await.ok()["hours"],
        office()
    );

    // Assigned, with a preview that says what changes; and undone.
    let night = hours(&DAYS[5..], "22:00", "06:00");
    let terms = json!({ "accessLevel": "full_access", "hours": night });
    let assignment = with(cells(&[(&ada, &kestrel), (&ben, &harbor)]), &[("terms", terms)]);
    let preview = boss.post(ASSIGN, with(assignment.clone(), &[("preview", json!(true))])).await.ok();
    let done = boss.post(ASSIGN, assignment.clone()).await.ok();
    for answer in [&preview, &done] {
        let changes = answer["changes"].as_array().unwrap();
        assert!(changes.iter().all(|change| change["after"]["hours"] == night), "{answer}");
        assert_eq!(changes[1]["before"]["hours"], office());
    }
    assert_eq!(boss.get(&path(&grant)).await.ok()["hours"], night);
    assert_eq!(boss.post(ASSIGN, assignment).await.ok()["unchanged"], 2, "the same hours are no change");
    let second = moment().await;
    let matrix = async |query: &str| {
        let found = boss.get(&format!("/api/access-management/matrix{query}")).await.ok();
        let cells = found["cells"].as_array().unwrap().clone();
        cells.iter().find(|cell| cell["customerOrgId"] == json!(kestrel.id)).unwrap()["grants"][0]["hours"]
            .clone()
    };
    assert_eq!((matrix("").await, matrix(&format!("?at={first}")).await), (night.clone(), office()));
    let differ = format!("/api/access-management/matrix/changes?from={first}&to={second}");
    let items = boss.get(&differ).await.ok()["items"].as_array().unwrap().clone();
    let changed = items.iter().find(|item| item["customerOrgId"] == json!(kestrel.id)).unwrap();
    assert_eq!((&changed["before"], &changed["after"]), (&json!("full_access"), &json!("full_access")));
    assert_eq!((&changed["hoursBefore"], &changed["hoursAfter"]), (&office(), &night));
    let undo = format!("/api/access-management/batches/{}/undo", done["batchId"].as_str().unwrap());
    boss.post(&undo, json!({})).await.ok();
    assert_eq!(boss.get(&path(&grant)).await.ok()["hours"], office());

    // Handed over, and that undone: the revoked one comes back as it was.
    let handoff = json!({ "fromTechnicianId": ada.id, "toTechnicianId": ben.id, "reason": "leave" });
    let handed = boss.post("/api/technician-access/handoff", handoff).await.ok();
    let made =
        handed["changes"].as_array().unwrap().iter().find(|change| change["action"] == "create").unwrap();
    assert_eq!(made["after"]["hours"], office());
    let copy = boss.get(&path(&json!({ "id": made["grantId"] }))).await.ok();
    assert_eq!((&copy["hours"], &copy["technicianId"]), (&office(), &json!(ben.id)));
    let undo = format!("/api/access-management/batches/{}/undo", handed["batchId"].as_str().unwrap());
    boss.post(&undo, json!({})).await.ok();
    let back = boss.get(&path(&grant)).await.ok();
    assert_eq!((&back["hours"], &back["revokedAt"]), (&office(), &json!(null)));

    let told = history_of(&boss, &format!("?grantId={}", grant["id"].as_str().unwrap())).await;
    let assigned = told.iter().find(|entry| entry["batchId"] == done["batchId"]).unwrap();
    assert_eq!((&assigned["before"]["hours"], &assigned["after"]["hours"]), (&office(), &night));
    complete(&app).await;
    let kept: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM audit_logs WHERE code = 'grant.create' AND details -> 'terms' -> 'hours' = $1",
    )
    .bind(office())
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap();
    assert_eq!(kept, 1, "the log tells the hours");
    app.stop().await;
}

#[tokio::test]
async fn g11_an_approval_is_of_the_hours_too() {
    let app = TestApp::start().await;
    app.customer("Kestrel Bank").await;
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    let request = ada.post(REQUESTS, with(asked("Kestrel Bank"), &[("hours", office())])).await.created();
    assert_eq!(request["hours"], office());
    let id = request["id"].as_str().unwrap();
    let approve = async |hash: &Value| {
        manager.post(&format!("{REQUESTS}/{id}/approve"), json!({ "termsHash": hash })).await
    };
    let change = async |hours: Value| {
        let change = ada.request(Method::PUT, &format!("{REQUESTS}/{id}")).json(&json!({ "hours": hours }));
        ada.send(change).await.ok()
    };
    let wider = change(ever()).await;
    assert_ne!(wider["termsHash"], request["termsHash"]);
    approve(&request["termsHash"]).await.refused(409, "changed_since");
    let any = change(json!(null)).await;
    assert_eq!(any["hours"], json!(null));
    assert_ne!(any["termsHash"], wider["termsHash"]);
    // What is not given stays.
    change(office()).await;
    let again = ada.put(&format!("{REQUESTS}/{id}"), json!({ "reason": "the day shift" })).await.ok();
    assert_eq!(again["hours"], office());
    let done = approve(&again["termsHash"]).await.ok();
    let grant = manager.get(&path(&json!({ "id": done["grantId"] }))).await.ok();
    assert_eq!(grant["hours"], office());
    complete(&app).await;
    app.stop().await;
}

/// What the database says of hours at an instant: whether it is one of them, and when that changes.
async fn at_instant(app: &TestApp, hours: &Value, at: &str) -> (bool, Option<String>) {
    let (open, change): (bool, Option<DateTime<Utc>>) = sqlx::query_as(
        "SELECT wall.within_hours($1, $2::timestamptz), wall.hours_change($1, $2::timestamptz)",
    )
    .bind(hours)
    .bind(at)
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap();
    (open, change.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)))
}

type Step<'a> = (&'a str, bool, Option<&'a str>);

async fn check(app: &TestApp, hours: &Value, steps: &[Step<'_>]) {
    for (at, open, change) in steps {
        assert_eq!(at_instant(app, hours, at).await, (*open, change.map(str::to_owned)), "{hours} at {at}");
    }
}

#[tokio::test]
async fn hours_go_by_the_clock_on_the_wall_in_the_nights_when_it_is_set() {
    let app = TestApp::start().await;
    // Winter and summer are an hour apart; the ends are exact: from is in, to is out.
    check(
        &app,
        &office(),
        &[
            ("2026-11-20T06:59:59.999999Z", false, Some("2026-11-20T07:00:00Z")),
            ("2026-11-20T07:00:00Z", true, Some("2026-11-20T17:00:00Z")),
            ("2026-11-20T17:00:00Z", false, Some("2026-11-23T07:00:00Z")),
            ("2026-07-20T06:00:00Z", true, Some("2026-07-20T16:00:00Z")),
            ("2026-07-20T16:00:00Z", false, Some("2026-07-21T06:00:00Z")),
            // Over the weekend on which the clock is set.
            ("2026-10-23T16:00:00Z", false, Some("2026-10-26T07:00:00Z")),
            ("2026-03-27T17:00:00Z", false, Some("2026-03-30T06:00:00Z")),
        ],
    )
    .await;
    // Over midnight, and through the hour that comes twice (25 October 2026, 01:00 UTC).
    let night = hours(&["saturday"], "22:00", "02:30");
    check(
        &app,
        &night,
        &[
            ("2026-10-24T20:00:00Z", true, Some("2026-10-25T00:30:00Z")),
            ("2026-10-25T00:30:00Z", false, Some("2026-10-25T01:00:00Z")),
            ("2026-10-25T01:00:00Z", true, Some("2026-10-25T01:30:00Z")),
            ("2026-10-25T01:30:00Z", false, Some("2026-10-31T21:00:00Z")),
            // The day before and the day after are other nights.
            ("2026-10-23T20:00:00Z", false, Some("2026-10-24T20:00:00Z")),
            ("2026-10-25T21:00:00Z", false, Some("2026-10-31T21:00:00Z")),
            // Through the hour that is not there (29 March 2026, 01:00 UTC): the clock jumps out of it.
            ("2026-03-29T00:59:59Z", true, Some("2026-03-29T01:00:00Z")),
            ("2026-03-29T01:00:00Z", false, Some("2026-04-04T20:00:00Z")),
        ],
    )
    .await;
    app.stop().await;
}

#[tokio::test]
async fn hours_that_the_clock_skips_or_repeats_and_hours_of_no_known_zone() {
    let app = TestApp::start().await;
    // A window that the clock skips is there again in the next week; one within the hour that comes twice opens twice.
    let skipped = hours(&["sunday"], "02:15", "02:45");
    check(
        &app,
        &skipped,
        &[
            ("2026-03-28T12:00:00Z", false, Some("2026-04-05T00:15:00Z")),
            ("2026-10-25T00:20:00Z", true, Some("2026-10-25T00:45:00Z")),
            ("2026-10-25T00:45:00Z", false, Some("2026-10-25T01:15:00Z")),
        ],
    )
    .await;
    // Sunday's night is Monday's morning; the whole week; half an hour of daylight saving; no hours; no such zone.
    check(
        &app,
        &hours(&["sunday"], "22:00", "06:00"),
        &[("2026-11-23T04:59:00Z", true, Some("2026-11-23T05:00:00Z"))],
    )
    .await;
    check(
        &app,
        &hours(&["monday"], "08:00", "08:00"),
        &[("2026-11-24T06:59:00Z", true, Some("2026-11-24T07:00:00Z"))],
    )
    .await;
    check(&app, &ever(), &[("2026-03-29T01:00:00Z", true, None)]).await;
    let island = json!({ "timeZone": "Australia/Lord_Howe", "windows": [{ "days": ["sunday"], "from": "00:00", "to": "01:45" }] });
    check(
        &app,
        &island,
        &[
            ("2026-04-04T14:30:00Z", true, Some("2026-04-04T14:45:00Z")),
            ("2026-04-04T14:45:00Z", false, Some("2026-04-04T15:00:00Z")),
            ("2026-04-04T15:00:00Z", true, Some("2026-04-04T15:15:00Z")),
        ],
    )
    .await;
    let nowhere =
        json!({ "timeZone": "Europe/Berlim", "windows": [{ "days": DAYS, "from": "00:00", "to": "24:00" }] });
    check(&app, &nowhere, &[("2026-03-29T01:00:00Z", false, None)]).await;
    let none: (bool, Option<DateTime<Utc>>) =
        sqlx::query_as("SELECT wall.within_hours(NULL, now()), wall.hours_change(NULL, now())")
            .fetch_one(&mut app.sql().await)
            .await
            .unwrap();
    assert_eq!(none, (true, None));
    app.stop().await;
}
