//! A session lives by the hours of its grant: it opens within them, and ends when they do.

use super::{Place, platform, wish};
use crate::sessions::until_session;
use crate::support::{Terminal, TestApp};
use crate::wall::run;
use chrono::{DateTime, Utc};
use sallyport_testkit::sshd::Sshd;
use serde_json::{Value, json};

/// Hours of every day that began a while ago and end so many seconds from now: finer than the API lets anybody ask for.
async fn end_hours_in(app: &TestApp, seconds: i32) {
    sqlx::query(
        "UPDATE technician_customer_access SET hours = jsonb_build_object('timeZone', 'Europe/Berlin', 'windows',
             jsonb_build_array(jsonb_build_object('days', to_jsonb(ARRAY['monday', 'tuesday', 'wednesday', 'thursday',
                 'friday', 'saturday', 'sunday']),
             'from', to_char(clock_timestamp() AT TIME ZONE 'Europe/Berlin' - interval '2 hours', 'HH24:MI:SS'),
             'to', to_char(clock_timestamp() AT TIME ZONE 'Europe/Berlin' + make_interval(secs => $1), 'HH24:MI:SS.US'))))",
    )
    .bind(f64::from(seconds))
    .execute(&mut app.sql().await)
    .await
    .unwrap();
}

#[tokio::test]
async fn g01_a_session_ends_with_the_hours_of_its_grant_and_none_opens_outside_of_them() {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let place = Place::new(&app, "Acme", &sshd).await;
    let (mut terminal, id) = Terminal::start(&app, &place.tech, &place.asset).await;
    let ready = terminal.event("ready").await;
    assert_eq!(ready["session"]["grantClosesAt"], json!(null), "{ready}");

    end_hours_in(&app, 4).await;
    let session = place.tech.get(&format!("/api/sessions/{id}")).await.ok();
    let closes: DateTime<Utc> = session["grantClosesAt"].as_str().unwrap().parse().unwrap();
    // Told beforehand, and then done.
    let warning = terminal.event("warning").await;
    assert_eq!(warning["code"], "outside_hours", "{warning}");
    let ended = terminal.event("ended").await;
    assert_eq!(ended["code"], "outside_hours", "{ended}");
    let said = ended["message"].as_str().unwrap();
    assert!(
        said.starts_with("Your access to Acme holds every day ") && said.contains("it opens again"),
        "{said}"
    );
    let over = until_session(&place.tech, &id, "the end", |session| session["status"] == "ended").await;
    let ended_at: DateTime<Utc> = over["endedAt"].as_str().unwrap().parse().unwrap();
    assert!(ended_at < closes + chrono::TimeDelta::seconds(1), "ended at {ended_at}, the hours at {closes}");

    // A permit of before does not outlive them: not to open, not to attach, and Connect says why.
    let refused = place.tech.post("/api/sessions", wish(&place.asset)).await.refused(403, "forbidden");
    assert_eq!(refused["details"]["reason"], "outside_hours", "{refused}");
    let asset = place.tech.get(&format!("/api/assets/{}", place.asset)).await.ok();
    assert_eq!(asset["can"]["session.start"], refused["message"], "{}", asset["can"]);
    let mut sql = app.sql().await;
    let opened: i64 = sqlx::query_scalar("SELECT count(*) FROM sessions").fetch_one(&mut sql).await.unwrap();
    assert_eq!(opened, 1);
    run(&mut sql, "UPDATE technician_customer_access SET hours = NULL").await;
    place.tech.post("/api/sessions", wish(&place.asset)).await.created();
    app.stop().await;
}

#[tokio::test]
async fn hours_that_are_changed_under_a_session_end_it_at_once() {
    let sshd = Sshd::start().unwrap();
    let app = platform(&sshd).await;
    let place = Place::new(&app, "Acme", &sshd).await;
    let manager = app.account_manager().await;
    let grant = format!("/api/technician-access/{}", place.grant);
    let (mut terminal, id) = Terminal::start(&app, &place.tech, &place.asset).await;
    terminal.event("ready").await;
    // Wide hours let it live.
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let of = |days: &[&str]| json!({ "timeZone": "UTC", "windows": [{ "days": days, "from": "00:00", "to": "24:00" }] });
    manager.put(&grant, json!({ "hours": of(&days) })).await.ok();
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    until_session(&place.tech, &id, "live", |session| session["status"] == "live").await;
    // Another day of the week does not.
    let later: i32 = sqlx::query_scalar(
        "SELECT extract(isodow FROM now() AT TIME ZONE 'UTC' + interval '3 days')::integer",
    )
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap();
    let other = of(&[days[usize::try_from(later).unwrap() - 1]]);
    let assign = json!({
        "cells": [{ "technicianId": place.tech.id, "customerOrgId": place.customer.id }],
        "terms": { "accessLevel": "full_access", "hours": other }, "reason": "weekends only", "preview": true,
    });
    let preview: Value = manager.post("/api/access-management/assign", assign).await.ok();
    assert_eq!(preview["liveSessions"], 1, "{preview}");
    manager.put(&grant, json!({ "hours": other })).await.ok();
    let ended = terminal.event("ended").await;
    assert_eq!(ended["code"], "outside_hours", "{ended}");
    assert!(ended["message"].as_str().unwrap().contains("it opens again"), "{ended}");
    app.stop().await;
}
