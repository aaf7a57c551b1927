//! One technician's access made another's.

use super::{GRANT, at, expire, path, trail_of, wish, with};
use crate::grants::history::{complete, history_of};
use crate::support::{Actor, Answer, Customer, TestApp};
use serde_json::{Value, json};

const HANDOFF: &str = "/api/technician-access/handoff";

fn handoff(from: &Actor, to: &Actor) -> Value {
    json!({ "fromTechnicianId": from.id, "toTechnicianId": to.id, "reason": "parental leave" })
}

/// What is held now: technician, customer, level.
async fn held(app: &TestApp) -> Vec<(String, String, String)> {
    sqlx::query_as(
        "SELECT technician_id::text, o.name, access_level FROM technician_customer_access g
         JOIN organizations o ON o.id = g.org_id
         WHERE wall.grant_status(starts_at, expires_at, revoked_at) IN ('active', 'scheduled') ORDER BY 2, 1, 3",
    )
    .fetch_all(&mut app.sql().await)
    .await
    .unwrap()
}

fn actions(answer: &Value) -> Vec<(&str, &str)> {
    let changes = answer["changes"].as_array().unwrap();
    changes
        .iter()
        .map(|change| (change["action"].as_str().unwrap(), change["customerOrgName"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn what_one_holds_another_gets_on_the_same_terms() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (manager, ada, ben) = (app.account_manager().await, app.technician().await, app.technician().await);
    let terms = [
        ("expiresAt", at(&app, 600)),
        ("ipRanges", json!(["10.0.0.0/8"])),
        ("services", json!(["ssh"])),
        ("notes", json!("ours alone")),
    ];
    let first = manager.post(GRANT, with(wish(&ada, &kestrel, "full_access"), &terms)).await.created();
    let later = [("startsAt", at(&app, 60))];
    manager.post(GRANT, with(wish(&ada, &harbor, "read_only"), &later)).await.created();

    let preview = manager.post(HANDOFF, with(handoff(&ada, &ben), &[("preview", json!(true))])).await.ok();
    assert_eq!((&preview["preview"], &preview["batchId"]), (&json!(true), &json!(null)));
    assert_eq!(held(&app).await.len(), 2, "a preview changes nothing");
    let before = app.audit_count().await;
    let done = manager.post(HANDOFF, handoff(&ada, &ben)).await.ok();
    assert!(done["batchId"].is_string());
    let expected = [
        ("create", "Harbor Clinic"),
        ("revoke", "Harbor Clinic"),
        ("create", "Kestrel Bank"),
        ("revoke", "Kestrel Bank"),
    ];
    assert_eq!(actions(&preview), expected);
    assert_eq!(actions(&done), expected);
    assert_eq!((&done["created"], &done["revoked"], &done["unchanged"]), (&json!(2), &json!(2), &json!(0)));
    assert_eq!(app.audit_count().await, before + 5, "an entry a grant, and one about the whole");

    let ben_sees = ben.get("/api/technician-access?status=active").await.ok();
    let grant = &ben_sees["items"][0];
    for field in ["expiresAt", "ipRanges", "services", "accessLevel"] {
        assert_eq!(grant[field], first[field], "{field}");
    }
    assert_eq!((&grant["reason"], &grant["notes"]), (&json!("parental leave"), &json!("ours alone")));
    assert_eq!(grant["grantedByName"], json!(manager.name));
    assert_eq!(manager.get(&path(&first)).await.ok()["revokeReason"], "parental leave");
    assert_eq!(trail_of(&app, &first).await, ["grant.create", "grant.revoke"]);
    assert_eq!(history_of(&manager, "").await[0]["batchId"], done["batchId"]);
    // A customer hears of it in its own log, and nothing of the other customer.
    let admin = app.member(&kestrel, "admin").await;
    let log = admin.get("/api/audit/logs?code=grant.").await.ok();
    assert_eq!(log["total"], 3, "{log}");
    assert!(!log.to_string().contains("Harbor"), "{log}");
    complete(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn some_customers_are_handed_over_and_some_kept() {
    let app = TestApp::start().await;
    let names = ["Alder", "Birch", "Cedar"];
    let (manager, ada, ben) = (app.account_manager().await, app.technician().await, app.technician().await);
    let mut places = Vec::new();
    for name in names {
        let place = app.customer(name).await;
        app.grant(&ada, &place, "full_access").await;
        places.push(place);
    }
    let chosen = json!([
        { "customerOrgId": places[0].id, "keep": true }, { "customerOrgId": places[1].id, "keep": false },
    ]);
    let done = manager.post(HANDOFF, with(handoff(&ada, &ben), &[("customers", chosen)])).await.ok();
    assert_eq!(
        actions(&done),
        [("create", "Alder"), ("keep", "Alder"), ("create", "Birch"), ("revoke", "Birch")]
    );
    let held = held(&app).await;
    let of = |who: &Actor| {
        let own = held.iter().filter(|(technician, ..)| *technician == who.id.to_string());
        own.map(|(_, place, _)| place.as_str()).collect::<Vec<_>>()
    };
    assert_eq!((of(&ada), of(&ben)), (vec!["Alder", "Cedar"], vec!["Alder", "Birch"]));
    complete(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn what_the_other_holds_already_stays_as_it_is() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (manager, ada, ben) = (app.account_manager().await, app.technician().await, app.technician().await);
    app.grant(&ada, &kestrel, "full_access").await;
    app.grant(&ada, &harbor, "full_access").await;
    let own = manager
        .post(GRANT, with(wish(&ben, &kestrel, "full_access"), &[("services", json!(["rdp"]))]))
        .await
        .created();
    // One that is over stands in nobody's way.
    let over = manager.post(GRANT, wish(&ben, &harbor, "full_access")).await.created();
    expire(&app, &over).await;
    let short = [("expiresAt", at(&app, 30))];
    let emergency = manager.post(GRANT, with(wish(&ada, &harbor, "emergency"), &short)).await.created();

    let done = manager.post(HANDOFF, handoff(&ada, &ben)).await.ok();
    assert_eq!(
        actions(&done),
        [
            ("create", "Harbor Clinic"),
            ("revoke", "Harbor Clinic"),
            ("keep", "Harbor Clinic"),
            ("none", "Kestrel Bank"),
            ("revoke", "Kestrel Bank")
        ]
    );
    assert_eq!(done["changes"][3]["grantId"], own["id"]);
    assert!(done["changes"][3]["why"].as_str().unwrap().contains("already"), "{done}");
    assert_eq!(manager.get(&path(&own)).await.ok()["version"], own["version"]);
    assert_eq!(trail_of(&app, &over).await, ["grant.create", "grant.expire"]);
    assert_eq!(manager.get(&path(&emergency)).await.ok()["status"], "active", "it is nobody else's");
    complete(&app).await;
    app.stop().await;
}

async fn refused(by: &Actor, wish: Value, status: u16, code: &str, app: &TestApp) {
    let before = held(app).await;
    by.post(HANDOFF, wish).await.refused(status, code);
    assert_eq!(held(app).await, before);
}

#[tokio::test]
async fn x24_g14_a_handoff_that_does_not_fit_changes_nothing() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, manager, ada, ben) = (
        app.super_admin().await,
        app.account_manager().await,
        app.technician().await,
        app.technician().await,
    );
    app.grant(&ada, &kestrel, "full_access").await;
    let good = handoff(&ada, &ben);
    let at_places = |ids: &[uuid::Uuid]| {
        let list: Vec<_> = ids.iter().map(|id| json!({ "customerOrgId": id })).collect();
        with(good.clone(), &[("customers", json!(list))])
    };
    let nowhere = uuid::Uuid::from_u128(7);
    for (wish, status, code) in [
        (handoff(&ada, &ada), 400, "invalid_input"),
        (with(good.clone(), &[("reason", json!(" "))]), 400, "invalid_input"),
        (with(good.clone(), &[("keep", json!(true))]), 400, "unknown_field"),
        (at_places(&[]), 400, "invalid_input"),
        (at_places(&[kestrel.id, kestrel.id]), 400, "invalid_input"),
        (at_places(&[kestrel.id, nowhere]), 404, "not_found"),
        (with(good.clone(), &[("toTechnicianId", json!(nowhere))]), 404, "not_found"),
        (with(good.clone(), &[("fromTechnicianId", json!(manager.id))]), 404, "not_found"),
        (with(good.clone(), &[("toTechnicianId", json!(manager.id))]), 409, "technician_unfit"),
    ] {
        refused(&manager, wish, status, code, &app).await;
    }
    let (analyst, admin) = (app.security_analyst().await, app.member(&kestrel, "admin").await);
    for actor in [&analyst, &admin, &ada] {
        refused(actor, good.clone(), 403, "forbidden", &app).await;
    }
    // Where they hold nothing, nothing is handed over, and it says so.
    let done = manager.post(HANDOFF, at_places(&[harbor.id])).await.ok();
    assert_eq!((&done["batchId"], &done["changes"][0]["action"]), (&json!(null), &json!("none")));
    boss.put(&format!("/api/organizations/{}", kestrel.id), json!({ "status": "suspended" })).await.ok();
    let done = manager.post(HANDOFF, good.clone()).await.ok();
    assert_eq!((&done["batchId"], &done["changes"][0]["action"]), (&json!(null), &json!("keep")));
    boss.put(&format!("/api/organizations/{}", kestrel.id), json!({ "status": "active" })).await.ok();
    // Who was disabled hands over still, and gets nothing.
    boss.put(&format!("/api/users/{}", ada.id), json!({ "status": "disabled" })).await.ok();
    refused(&manager, handoff(&ben, &ada), 409, "technician_unfit", &app).await;
    assert_eq!(manager.post(HANDOFF, good).await.ok()["created"], 1);
    app.stop().await;
}

#[tokio::test]
async fn l01_a_handoff_that_fails_in_the_middle_did_not_happen() {
    let app = TestApp::start().await;
    let (manager, ada, ben) = (app.account_manager().await, app.technician().await, app.technician().await);
    let mut last: Option<Customer> = None;
    for name in ["Alder", "Birch", "Cedar"] {
        let place = app.customer(name).await;
        app.grant(&ada, &place, "full_access").await;
        last = Some(place);
    }
    // When the grants are made and those at two of three customers are taken back, the third breaks.
    let statements = format!(
        "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF NEW.org_id = '{}' AND NEW.action = 'revoke' THEN RAISE EXCEPTION 'broken'; END IF; RETURN NEW; END $$;
         GRANT EXECUTE ON FUNCTION break() TO PUBLIC;
         CREATE TRIGGER break BEFORE INSERT ON access_changes FOR EACH ROW EXECUTE FUNCTION break()",
        last.unwrap().id
    );
    crate::wall::run(&mut app.sql().await, &statements).await;
    let before = held(&app).await;
    let done = "SELECT count(*) FROM audit_logs WHERE code = 'grant.revoke' OR code = 'grant.hand_off' AND outcome = 'success'";
    let broken: Answer = manager.post(HANDOFF, handoff(&ada, &ben)).await;
    broken.refused(500, "internal");
    assert_eq!(held(&app).await, before);
    crate::wall::run(&mut app.sql().await, "DROP TRIGGER break ON access_changes").await;
    let told: i64 = sqlx::query_scalar(done).fetch_one(&mut app.sql().await).await.unwrap();
    assert_eq!(told, 0, "nothing is told of what did not happen");
    complete(&app).await;
    assert_eq!(manager.post(HANDOFF, handoff(&ada, &ben)).await.ok()["created"], 3);
    app.stop().await;
}

#[tokio::test]
async fn of_many_who_hand_over_the_same_at_once_one_does() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    for place in [&kestrel, &harbor] {
        app.grant(&ada, place, "full_access").await;
    }
    let mut others = Vec::new();
    for _ in 0..6 {
        others.push(app.technician().await);
    }
    let tries = others.iter().map(|other| manager.post(HANDOFF, handoff(&ada, other)));
    let answers = futures::future::join_all(tries).await;
    let created: i64 = answers.into_iter().map(|answer| answer.ok()["created"].as_i64().unwrap()).sum();
    assert_eq!((created, held(&app).await.len()), (2, 2));
    complete(&app).await;
    app.stop().await;
}
