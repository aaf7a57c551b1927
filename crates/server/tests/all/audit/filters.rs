//! The log, narrowed: by thing, address, request and control, page by page; and what is not asked so.

use super::{Entry, THEN};
use crate::support::{Actor, Answer, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

const LOGS: &str = "/api/audit/logs";

async fn ids(who: &Actor, query: &str) -> (Vec<String>, Value) {
    let page = who.get(&format!("{LOGS}?{query}")).await.ok();
    let ids = page["items"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap().to_owned());
    (ids.collect(), page)
}

#[tokio::test]
async fn the_log_is_narrowed_to_a_thing_an_address_or_a_control_on_every_kind_of_page() {
    let app = super::unlimited().await;
    let acme = app.customer("Acme").await;
    let (machine, other) = (app.clock.new_id(), app.clock.new_id());
    let mut meant = BTreeSet::new();
    for number in 0..24 {
        let at = format!("2025-03-02T08:{number:02}:00Z");
        let (target, address, controls): (Uuid, &str, &[&str]) = match number % 2 {
            0 => (machine, "2001:db8::7", &["CC6.1", "A.5.9"]),
            _ => (other, "10.0.0.7", &["CC6.2"]),
        };
        let target = Some(("asset", target, "a machine".to_owned()));
        let entry = Entry { target, controls, ..Entry::at(acme.id, &at, "asset.create") }.from(address);
        let id = entry.keep(&app).await.to_string();
        if number % 2 == 0 {
            meant.insert(id);
        }
    }
    let analyst = app.security_analyst().await;
    for filter in [
        format!("targetId={machine}"),
        "clientIp=2001:db8:0::7".to_owned(),
        "control=CC6.1".to_owned(),
        "control=A.5.9".to_owned(),
        format!("targetId={machine}&clientIp=2001:db8::7&control=A.5.9"),
    ] {
        for order in ["asc", "desc"] {
            let question = format!("{THEN}&{filter}&limit=5&order={order}");
            let mut numbered = Vec::new();
            for page in 1..=3 {
                let (some, said) = ids(&analyst, &format!("{question}&page={page}")).await;
                assert_eq!(said["total"], 12, "{question}");
                numbered.extend(some);
            }
            let (mut walked, mut page) = ids(&analyst, &question).await;
            while let Some(cursor) = page["nextCursor"].as_str() {
                let (more, next) = ids(&analyst, &format!("{question}&cursor={cursor}")).await;
                walked.extend(more);
                page = next;
            }
            assert_eq!(walked, numbered, "{question}");
            assert_eq!(walked.into_iter().collect::<BTreeSet<_>>(), meant, "{question}");
        }
        let (sorted, page) = ids(&analyst, &format!("{THEN}&{filter}&sort=actorName")).await;
        assert_eq!(
            (sorted.into_iter().collect::<BTreeSet<_>>(), &page["total"]),
            (meant.clone(), &12.into())
        );
    }
    for nothing in [
        format!("targetId={machine}&control=CC6.2"),
        format!("targetId={}", app.clock.new_id()),
        "clientIp=10.0.0.8".to_owned(),
        "control=CC7.3".to_owned(),
    ] {
        assert_eq!(ids(&analyst, &format!("{THEN}&{nothing}")).await.1["total"], 0, "{nothing}");
    }
    for wrong in [
        "control=CC6".to_owned(),
        "code=session.begin".to_owned(),
        "code=sess".to_owned(),
        "code=".to_owned(),
        "control=cc6.1".to_owned(),
        "control=".to_owned(),
        "clientIp=10.0.0.0/8".to_owned(),
        "clientIp=here".to_owned(),
        "targetId=db1".to_owned(),
        format!("requestId={{{machine}}}"),
    ] {
        analyst.get(&format!("{LOGS}?{wrong}")).await.refused(400, "invalid_input");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_request_is_found_by_the_id_that_its_answer_bore() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let (boss, admin) = (app.super_admin().await, app.member(&acme, "admin").await);
    let path = format!("/api/organizations/{}", acme.id);
    let asked = boss.put(&path, serde_json::json!({ "name": "Acme Two" })).await;
    let request = asked.headers["x-request-id"].to_str().unwrap().to_owned();
    asked.ok();
    boss.put(&path, serde_json::json!({ "name": "Acme Three" })).await.ok();
    for who in [&boss, &admin] {
        let (_, page) = ids(who, &format!("requestId={request}")).await;
        assert_eq!((&page["total"], &page["items"][0]["code"]), (&1.into(), &"organization.update".into()));
        assert_eq!(page["items"][0]["requestId"], request);
    }
    let elsewhere = app.customer("Bolt").await;
    let stranger = app.member(&elsewhere, "admin").await;
    assert_eq!(ids(&stranger, &format!("requestId={request}")).await.1["total"], 0);
    app.stop().await;
}

#[tokio::test]
async fn an_organization_that_is_not_there_or_not_to_be_seen_is_not_found_whatever_is_asked_of_its_log() {
    let app = TestApp::start().await;
    let (acme, bolt) = (app.customer("Acme").await, app.customer("Bolt").await);
    let (analyst, admin) = (app.security_analyst().await, app.member(&acme, "admin").await);
    let nowhere = app.clock.new_id();
    let ask = async |who: &Actor, path: &str, id: Uuid| -> Answer {
        who.get(&format!("{path}organizationId={id}")).await
    };
    for path in [
        "/api/audit/logs?",
        "/api/audit/logs?sort=code&",
        "/api/audit/export?format=csv&",
        "/api/audit/stats?",
        "/api/audit/compliance/report?",
    ] {
        ask(&analyst, path, nowhere).await.refused(404, "not_found");
        ask(&admin, path, nowhere).await.refused(404, "not_found");
        ask(&admin, path, bolt.id).await.refused(404, "not_found");
        for (who, id) in [(&analyst, bolt.id), (&admin, acme.id)] {
            let answer = ask(who, path, id).await;
            assert!(answer.status.is_success(), "{path} {}", answer.text());
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn a_question_that_takes_too_long_is_told_so() {
    let app = TestApp::start().await;
    let mut sql = app.sql().await;
    sqlx::query("SET statement_timeout = '20ms'").execute(&mut sql).await.unwrap();
    let error = sqlx::query("SELECT pg_sleep(20)").execute(&mut sql).await.unwrap_err();
    let refusal = sallyport::error::ApiError::from(error);
    assert_eq!((refusal.status.as_u16(), refusal.code), (503, "too_slow"));
    assert!(refusal.message.contains("Ask for less"), "{}", refusal.message);
    app.stop().await;
}

#[tokio::test]
async fn what_was_refused_names_its_thing_and_is_read_by_those_whose_it_is() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let admin = app.member(&acme, "admin").await;
    let root = app.super_admin().await;
    let technician = app.technician().await;
    let grant = app.grant(&technician, &acme, "read_only").await;

    let organization = format!("/api/organizations/{}", acme.id);
    let access = format!("/api/technician-access/{grant}");
    // Permitted, and refused after that: it is not what they saw any more; the last admin stays.
    for (path, change) in [
        (&organization, json!({ "sessionMaxMinutes": 60 })),
        (&access, json!({ "accessLevel": "full_access" })),
    ] {
        let late = root.request(Method::PUT, path).header("If-Match", "99").json(&change);
        root.send(late).await.refused(412, "stale_version");
    }
    let own = format!("/api/users/{}", admin.id);
    admin.put(&own, json!({ "status": "disabled" })).await;
    // And not permitted at all.
    technician.delete(&organization).await.refused(403, "forbidden");

    for (target, code, by) in [
        (acme.id.to_string(), "organization.update", root.id),
        (grant, "grant.update", root.id),
        (admin.id.to_string(), "user.update", admin.id),
        (acme.id.to_string(), "organization.delete", technician.id),
    ] {
        let (_, page) = ids(&admin, &format!("targetId={target}&outcome=refused&code={code}")).await;
        let entry = &page["items"][0];
        assert_eq!(page["total"], 1, "{code}: {page}");
        assert_eq!(
            (&entry["organizationId"], &entry["target"]["id"], &entry["actor"]["id"]),
            (&json!(acme.id), &json!(target), &json!(by)),
            "{entry}"
        );
        assert!(!entry["target"]["name"].as_str().unwrap().is_empty(), "{entry}");
    }
    // Another customer reads nothing of it.
    let other = app.customer("Other").await;
    let stranger = app.member(&other, "admin").await;
    assert_eq!(ids(&stranger, &format!("targetId={}&outcome=refused", acme.id)).await.1["total"], 0);
    app.stop().await;
}
