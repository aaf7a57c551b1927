//! The log in numbers.

use super::{Entry, THEN, outsiders};
use crate::support::TestApp;
use serde_json::{Value, json};

/// The entries that the numbers are about: ten of Acme's, three of Bolt's, one too early and one too late.
async fn happen(app: &TestApp) -> (uuid::Uuid, uuid::Uuid, crate::support::Actor, crate::support::Actor) {
    let (acme, bolt) = (app.customer("Acme").await.id, app.customer("Bolt").await.id);
    let (ada, ben) = (app.technician().await, app.technician().await);
    for (day, hour) in [(1, 0), (1, 23), (3, 12)] {
        let at = format!("2025-03-0{day}T{hour:02}:00:00Z");
        let one = Entry { controls: &["CC6.1"], ..Entry::at(acme, &at, "session.start") };
        one.by(&ada).risk("medium").keep(app).await;
    }
    for minute in 0..4 {
        let at = format!("2025-03-05T08:0{minute}:00Z");
        Entry::at(acme, &at, "credential.open").by(&ben).outcome("refused").risk("high").keep(app).await;
    }
    Entry::at(acme, "2025-03-05T09:00:00Z", "token.reuse").risk("critical").keep(app).await;
    Entry::at(acme, "2025-03-07T23:59:59.999999Z", "session.start")
        .outcome("failed")
        .risk("low")
        .keep(app)
        .await;
    Entry::at(acme, "2025-03-06T00:00:00Z", "session.start").outcome("attempt").keep(app).await;
    for _ in 0..3 {
        Entry::at(bolt, "2025-03-02T10:00:00Z", "grant.create").by(&ada).keep(app).await;
    }
    Entry::at(acme, "2025-02-28T23:59:59Z", "session.start").by(&ada).keep(app).await;
    Entry::at(acme, "2025-03-08T00:00:00Z", "session.start").by(&ada).keep(app).await;
    (acme, bolt, ada, ben)
}

fn numbers(stats: &Value) -> Value {
    let code = |one: &Value| json!([one["code"], one["count"]]);
    let codes: Vec<_> = stats["byCode"].as_array().unwrap().iter().map(code).collect();
    json!([stats["total"], stats["refused"], stats["complianceRelevant"], codes])
}

#[tokio::test]
async fn the_numbers_are_those_of_the_entries() {
    let app = TestApp::start().await;
    let (acme, bolt, ada, ben) = happen(&app).await;
    let all = app.security_analyst().await.get(&format!("/api/audit/stats?{THEN}")).await.ok();
    let codes =
        json!([["session.start", 5], ["credential.open", 4], ["grant.create", 3], ["token.reuse", 1]]);
    assert_eq!(numbers(&all), json!([13, 4, 3, codes]));
    assert_eq!(all["byRiskLevel"], json!({ "info": 4, "low": 1, "medium": 3, "high": 4, "critical": 1 }));
    assert_eq!(all["byOutcome"], json!({ "attempt": 1, "success": 7, "refused": 4, "failed": 1 }));
    let actors = json!([{ "actorId": ada.id, "name": ada.name, "count": 6 }, { "actorId": ben.id, "name": ben.name, "count": 4 }]);
    assert_eq!(all["byActor"], actors);
    let organizations = json!([{ "organizationId": acme, "name": "Acme", "count": 10 },
                               { "organizationId": bolt, "name": "Bolt", "count": 3 }]);
    assert_eq!(all["byOrganization"], organizations);
    assert_eq!(
        (all["from"].as_str(), all["to"].as_str(), all["bucket"].as_str()),
        (Some("2025-03-01T00:00:00Z"), Some("2025-03-08T00:00:00Z"), Some("day"))
    );
    // Step by step, those without anything too.
    let bucket = |one: &Value| json!([one["total"], one["high"], one["refused"]]);
    let buckets: Vec<_> = all["buckets"].as_array().unwrap().iter().map(bucket).collect();
    assert_eq!(
        json!(buckets),
        json!([[2, 0, 0], [3, 0, 0], [1, 0, 0], [0, 0, 0], [5, 5, 4], [1, 0, 0], [1, 0, 0]])
    );
    assert_eq!(all["buckets"][0]["start"], "2025-03-01T00:00:00Z");

    // One organization, and a shorter time.
    let path =
        format!("/api/audit/stats?organizationId={acme}&from=2025-03-05T08:30:00Z&to=2025-03-05T09:30:00Z");
    let hour = app.super_admin().await.get(&path).await.ok();
    assert_eq!(numbers(&hour), json!([1, 0, 0, [["token.reuse", 1]]]));
    assert_eq!(hour["byActor"], json!([]));
    assert_eq!(hour["bucket"], "hour");
    assert_eq!(hour["buckets"].as_array().unwrap().len(), 2);
    // Weeks begin on Mondays: 2025-02-24 and 2025-03-03.
    let path = "/api/audit/stats?from=2025-01-01T00:00:00Z&to=2025-12-01T00:00:00Z";
    let year = app.security_analyst().await.get(path).await.ok();
    assert_eq!(year["bucket"], "week");
    let full: Vec<_> =
        year["buckets"].as_array().unwrap().iter().filter(|one| one["total"] != 0).cloned().collect();
    assert_eq!(
        json!(full.iter().map(|one| json!([one["start"], one["total"]])).collect::<Vec<_>>()),
        json!([["2025-02-24T00:00:00Z", 6], ["2025-03-03T00:00:00Z", 9]])
    );
}

#[tokio::test]
async fn e04_numbers_tell_nothing_of_another_organization() {
    let app = TestApp::start().await;
    let (acme, bolt, ..) = happen(&app).await;
    let customer = |id, name: &str| crate::support::Customer { id, name: name.to_owned() };
    let (at_acme, at_bolt) = (customer(acme, "Acme"), customer(bolt, "Bolt"));
    let admin = app.member(&at_bolt, "admin").await;
    let own = admin.get(&format!("/api/audit/stats?{THEN}")).await.ok();
    assert_eq!(numbers(&own), json!([3, 0, 0, [["grant.create", 3]]]));
    assert_eq!(own["byOrganization"].as_array().unwrap().len(), 1);
    assert!(!own.to_string().contains("Acme"), "{own}");
    admin.get(&format!("/api/audit/stats?{THEN}&organizationId={acme}")).await.refused(404, "not_found");
    let nowhere = app.clock.new_id();
    admin.get(&format!("/api/audit/stats?{THEN}&organizationId={nowhere}")).await.refused(404, "not_found");
    for who in outsiders(&app, &at_acme).await {
        who.get(&format!("/api/audit/stats?{THEN}")).await.refused(403, "forbidden");
    }
    app.stranger().get("/api/audit/stats").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_range_that_is_none_or_too_long_is_refused() {
    let app = TestApp::start().await;
    let analyst = app.security_analyst().await;
    for paths in ["/api/audit/stats", &format!("/api/audit/user/{}/activity", analyst.id)] {
        for query in [
            "from=2025-03-02T00:00:00Z&to=2025-03-01T00:00:00Z",
            "from=2025-03-01T00:00:00Z&to=2025-03-01T00:00:00Z",
            "from=2024-01-01T00:00:00Z&to=2025-01-02T00:00:01Z",
            "from=yesterday",
            "to=2025-13-01T00:00:00Z",
            "from=2999-01-01T00:00:00Z",
            "since=2025-03-01T00:00:00Z",
        ] {
            analyst.get(&format!("{paths}?{query}")).await.refused(400, "invalid_input");
        }
        let leap = "from=2024-01-01T00:00:00Z&to=2025-01-01T00:00:00Z";
        analyst.get(&format!("{paths}?{leap}")).await.ok();
        let usual = analyst.get(paths).await.ok();
        let at = |name: &str| usual[name].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        assert_eq!(at("to") - at("from"), chrono::TimeDelta::days(30));
    }
}
