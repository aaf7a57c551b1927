//! Technicians' access: terms, times, addresses, who sees what.

mod assign;
mod emergency;
mod handoff;
pub mod history;
mod hours;
mod notices;
mod proposals;
mod requests;
mod revoke;
mod undo;
mod window;

use crate::support::{Actor, Answer, Customer, TestApp};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const GRANT: &str = "/api/technician-access/grant";

fn wish(technician: &Actor, customer: &Customer, level: &str) -> Value {
    let reason =
        if level == "emergency" { "the core switch of the branch is down" } else { "quarterly review" };
    json!({ "technicianId": technician.id, "customerOrgId": customer.id, "accessLevel": level, "reason": reason })
}

fn with(mut body: Value, changes: &[(&str, Value)]) -> Value {
    for (field, value) in changes {
        body[*field] = value.clone();
    }
    body
}

fn at(app: &TestApp, minutes: i64) -> Value {
    json!(app.clock.now() + TimeDelta::minutes(minutes))
}

fn path(grant: &Value) -> String {
    format!("/api/technician-access/{}", grant["id"].as_str().unwrap())
}

async fn revoke(actor: &Actor, grant: &Value) -> Answer {
    actor.delete(&format!("{}?reason=left%20the%20project", path(grant))).await
}

/// A request that claims to come from `address`, by every header that anybody ever used for it.
async fn record_use_from(actor: &Actor, grant: &Value, address: &str) -> Answer {
    let request = actor.request(Method::POST, &format!("{}/record-access", path(grant)));
    let request = ["x-real-ip", "cf-connecting-ip", "true-client-ip", "x-client-ip", "x-forwarded-for"]
        .iter()
        .fold(request, |request, name| request.header(*name, address));
    actor.send(request.header("forwarded", format!("for=\"{address}\""))).await
}

async fn trail_of(app: &TestApp, grant: &Value) -> Vec<String> {
    let id: Uuid = grant["id"].as_str().unwrap().parse().unwrap();
    sqlx::query_scalar(
        "SELECT code FROM audit_logs WHERE target_id = $1 AND outcome = 'success' ORDER BY occurred_at, id",
    )
    .bind(id)
    .fetch_all(&mut app.sql().await)
    .await
    .unwrap()
}

/// As if the time had passed, by the database's clock.
async fn expire(app: &TestApp, grant: &Value) {
    let id: Uuid = grant["id"].as_str().unwrap().parse().unwrap();
    sqlx::query(
        "UPDATE technician_customer_access SET expires_at = now() - interval '1 second' WHERE id = $1",
    )
    .bind(id)
    .execute(&mut app.sql().await)
    .await
    .unwrap();
}

#[tokio::test]
async fn i24_a_grant_opens_a_customer_and_a_revocation_closes_it() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    let customer_path = format!("/api/organizations/{}", kestrel.id);
    technician.get(&customer_path).await.refused(404, "not_found");

    let terms = [
        ("ipRanges", json!(["127.0.0.1", "10.9.9.9/8"])),
        ("services", json!(["ssh"])),
        ("notes", json!("ours")),
    ];
    let grant = manager.post(GRANT, with(wish(&technician, &kestrel, "read_only"), &terms)).await.created();
    assert_eq!(grant["status"], "active");
    assert_eq!(grant["ipRanges"], json!(["10.0.0.0/8", "127.0.0.1"]));
    assert_eq!(grant["technicianEmail"], json!(technician.email));
    assert_eq!((&grant["can"]["grant.update"], &grant["useCount"]), (&json!(true), &json!(0)));
    technician.get(&customer_path).await.ok();

    let change = json!({ "accessLevel": "full_access", "expiresAt": at(&app, 90), "reason": "migration" });
    let grant = manager.put(&path(&grant), change).await.ok();
    assert_eq!((&grant["accessLevel"], &grant["reason"]), (&json!("full_access"), &json!("migration")));
    assert!(grant["expiresAt"].is_string());
    let grant = manager.put(&path(&grant), json!({ "expiresAt": null })).await.ok();
    assert!(grant["expiresAt"].is_null());

    let used = technician.post(&format!("{}/record-access", path(&grant)), json!({})).await.ok();
    assert_eq!((&used["useCount"], &used["version"]), (&json!(1), &grant["version"]));
    assert!(used["lastUsedAt"].is_string());

    manager.delete(&path(&grant)).await.refused(400, "invalid_input");
    let over = revoke(&manager, &grant).await.ok();
    assert_eq!((&over["status"], &over["revokeReason"]), (&json!("revoked"), &json!("left the project")));
    assert_eq!(over["revokedByName"], json!(manager.name));
    assert!(over["can"]["grant.update"].is_string(), "{over}");
    technician.get(&customer_path).await.refused(404, "not_found");
    revoke(&manager, &grant).await.refused(409, "grant_revoked");
    manager.put(&path(&grant), json!({ "notes": "x" })).await.refused(409, "grant_revoked");
    let expected = ["grant.create", "grant.update", "grant.update", "grant.use", "grant.revoke"];
    assert_eq!(trail_of(&app, &grant).await, expected);
    app.stop().await;
}

#[tokio::test]
async fn of_many_who_grant_the_same_at_once_one_does() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    let tries = (0..8).map(|_| manager.post(GRANT, wish(&technician, &kestrel, "full_access")));
    let answers = futures::future::join_all(tries).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((count(201), count(409)), (1, 7));
    let taken = manager.post(GRANT, wish(&technician, &kestrel, "full_access")).await;
    taken.refused(409, "grant_exists");
    // Another level is another grant; changing it into the taken one is not.
    let other = manager.post(GRANT, wish(&technician, &kestrel, "read_only")).await.created();
    manager.put(&path(&other), json!({ "accessLevel": "full_access" })).await.refused(409, "grant_exists");
    app.stop().await;
}

#[tokio::test]
async fn of_two_who_edit_the_same_grant_the_second_is_told() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    let grant = manager.post(GRANT, wish(&technician, &kestrel, "full_access")).await.created();
    let edits = (0..8).map(|n| {
        let request = manager.request(Method::PUT, &path(&grant)).header("If-Match", "1");
        manager.send(request.json(&json!({ "reason": format!("reason {n}") })))
    });
    let answers = futures::future::join_all(edits).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((count(200), count(412)), (1, 7));
    let late = manager.request(Method::DELETE, &format!("{}?reason=x", path(&grant))).header("If-Match", "1");
    manager.send(late).await.refused(412, "stale_version");
    app.stop().await;
}

#[tokio::test]
async fn an_expired_grant_stands_in_nobodys_way() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    let first = manager.post(GRANT, wish(&technician, &kestrel, "full_access")).await.created();
    expire(&app, &first).await;
    assert_eq!(manager.get(&path(&first)).await.ok()["status"], "expired");
    technician.get(&format!("/api/organizations/{}", kestrel.id)).await.refused(404, "not_found");
    let answer = technician.post(&format!("{}/record-access", path(&first)), json!({})).await;
    assert_eq!(answer.refused(403, "forbidden")["details"]["reason"], "grant_expired");

    let second = manager.post(GRANT, wish(&technician, &kestrel, "full_access")).await.created();
    assert_eq!(second["status"], "active");
    // Closed, it had expired all the same.
    assert_eq!(manager.get(&path(&first)).await.ok()["status"], "expired");
    assert_eq!(trail_of(&app, &first).await, ["grant.create", "grant.expire"]);
    let read_only = manager.post(GRANT, wish(&technician, &kestrel, "read_only")).await.created();
    expire(&app, &second).await;
    manager.put(&path(&read_only), json!({ "accessLevel": "full_access" })).await.ok();
    assert_eq!(trail_of(&app, &second).await, ["grant.create", "grant.expire"]);
    app.stop().await;
}

#[tokio::test]
async fn x24_terms_that_do_not_fit_are_refused() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    let good = wish(&technician, &kestrel, "full_access");
    let emergency = wish(&technician, &kestrel, "emergency");
    let cases = [
        with(good.clone(), &[("expiresAt", at(&app, -1))]),
        with(good.clone(), &[("startsAt", at(&app, 20)), ("expiresAt", at(&app, 10))]),
        with(good.clone(), &[("expiresAt", at(&app, 60 * 24 * 366 * 11))]),
        with(good.clone(), &[("expiresAt", json!("tomorrow"))]),
        with(good.clone(), &[("reason", json!("  "))]),
        with(good.clone(), &[("reason", json!("a\nb"))]),
        with(good.clone(), &[("notes", json!("\u{1b}[2J"))]),
        with(good.clone(), &[("ipRanges", json!(["10.0.0.0/33"]))]),
        with(good.clone(), &[("ipRanges", json!(["fe80::1%eth0"]))]),
        with(good.clone(), &[("services", json!(["ftp"]))]),
        with(good.clone(), &[("accessLevel", json!("god"))]),
        emergency.clone(),
        with(emergency.clone(), &[("expiresAt", at(&app, 62))]),
        with(emergency.clone(), &[("expiresAt", at(&app, 30)), ("reason", json!("exactly nineteen ch"))]),
    ];
    for body in cases {
        manager.post(GRANT, body).await.refused(400, "invalid_input");
    }
    for field in ["id", "org_id", "status", "grantedById", "useCount", "version"] {
        manager.post(GRANT, with(good.clone(), &[(field, json!(1))])).await.refused(400, "unknown_field");
    }
    // An emergency is not prolonged within its hour, nor beyond it, nor made endless.
    let grant = manager.post(GRANT, with(emergency, &[("expiresAt", at(&app, 50))])).await.created();
    for other in [at(&app, 40), at(&app, 70), json!(null)] {
        manager.put(&path(&grant), json!({ "expiresAt": other })).await.refused(409, "emergency_fixed");
    }
    manager.put(&path(&grant), json!({ "notes": "called at noon" })).await.ok();
    manager.put(&path(&grant), json!({ "technicianId": manager.id })).await.refused(400, "unknown_field");
    app.stop().await;
}

#[tokio::test]
async fn only_an_active_technician_is_let_into_an_active_customer() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, manager, technician) =
        (app.super_admin().await, app.account_manager().await, app.technician().await);
    let admin = app.member(&kestrel, "admin").await;
    let to = |who: Uuid| with(wish(&technician, &kestrel, "full_access"), &[("technicianId", json!(who))]);
    for unfit in [boss.id, manager.id, admin.id] {
        manager.post(GRANT, to(unfit)).await.refused(409, "technician_unfit");
    }
    manager.post(GRANT, to(Uuid::from_u128(7))).await.refused(404, "not_found");
    let provider = Customer { id: app.provider, name: "provider".to_owned() };
    manager.post(GRANT, wish(&technician, &provider, "full_access")).await.refused(403, "forbidden");
    let nowhere = Customer { id: Uuid::from_u128(7), name: "nowhere".to_owned() };
    manager.post(GRANT, wish(&technician, &nowhere, "full_access")).await.refused(404, "not_found");

    let grant = manager.post(GRANT, wish(&technician, &harbor, "full_access")).await.created();
    boss.put(&format!("/api/organizations/{}", harbor.id), json!({ "status": "suspended" })).await.ok();
    let late = manager.post(GRANT, wish(&technician, &harbor, "read_only")).await.refused(403, "forbidden");
    assert_eq!(late["details"]["reason"], "organization_suspended");
    manager.put(&path(&grant), json!({ "notes": "x" })).await.refused(403, "forbidden");
    revoke(&manager, &grant).await.ok();

    boss.put(&format!("/api/users/{}", technician.id), json!({ "status": "disabled" })).await.ok();
    manager.post(GRANT, wish(&technician, &kestrel, "full_access")).await.refused(409, "technician_unfit");
    app.stop().await;
}

#[tokio::test]
async fn g14_who_may_not_grant_cannot() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    let grant = manager.post(GRANT, wish(&technician, &kestrel, "read_only")).await.created();
    let (admin, analyst) = (app.member(&kestrel, "admin").await, app.security_analyst().await);
    for actor in [&technician, &admin, &analyst] {
        let full = wish(&technician, &kestrel, "full_access");
        actor.post(GRANT, full).await.refused(403, "forbidden");
        actor.put(&path(&grant), json!({ "accessLevel": "full_access" })).await.refused(403, "forbidden");
        revoke(actor, &grant).await.refused(403, "forbidden");
    }
    for actor in [&manager, &admin, &analyst] {
        actor.post(&format!("{}/record-access", path(&grant)), json!({})).await.refused(403, "forbidden");
    }
    let seen = manager.get(&path(&grant)).await.ok();
    assert_eq!(
        (&seen["accessLevel"], &seen["useCount"], &seen["version"]),
        (&json!("read_only"), &json!(0), &json!(1))
    );
    app.stop().await;
}

#[tokio::test]
async fn i01_who_sees_which_grants() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (manager, tomas, mara) =
        (app.account_manager().await, app.technician().await, app.technician().await);
    let notes = [("notes", json!("knows the CISO"))];
    let at_kestrel = manager.post(GRANT, with(wish(&tomas, &kestrel, "full_access"), &notes)).await.created();
    let at_harbor = manager.post(GRANT, wish(&tomas, &harbor, "full_access")).await.created();
    let of_mara = manager.post(GRANT, wish(&mara, &kestrel, "full_access")).await.created();
    revoke(&manager, &at_harbor).await.ok();
    let (admin, basic) = (app.member(&kestrel, "admin").await, app.member(&kestrel, "basic_user").await);

    let total = async |actor: &Actor, query: &str| {
        actor.get(&format!("/api/technician-access{query}")).await.ok()["total"].as_i64().unwrap()
    };
    assert_eq!(total(&manager, "").await, 3);
    assert_eq!(total(&manager, "?status=active").await, 2);
    assert_eq!(total(&manager, &format!("?technicianId={}", mara.id)).await, 1);
    assert_eq!(total(&manager, "?q=harbor&sort=customerOrgName&order=asc").await, 1);
    // The customer: everybody who may come in, none of the provider's remarks, nothing of another customer.
    let seen = admin.get("/api/technician-access").await.ok();
    assert_eq!(seen["total"], 2);
    assert!(seen["items"].as_array().unwrap().iter().all(|grant| grant["notes"] == ""), "{seen}");
    assert!(seen["items"][0]["technicianName"].as_str().unwrap().starts_with("technician"));
    assert_eq!(total(&admin, &format!("?organizationId={}", harbor.id)).await, 0);
    admin.get(&path(&at_harbor)).await.refused(404, "not_found");
    basic.get("/api/technician-access").await.refused(403, "forbidden");
    // A technician: their own, ended ones too, and nobody else's.
    assert_eq!(total(&tomas, "").await, 2);
    assert_eq!(total(&tomas, &format!("?technicianId={}", mara.id)).await, 0);
    assert_eq!(tomas.get(&path(&at_harbor)).await.ok()["customerOrgName"], "Harbor Clinic");
    tomas.get(&path(&of_mara)).await.refused(404, "not_found");
    // By technician: themselves and the office.
    let of = |who: &Actor| format!("/api/technician-access/technician/{}", who.id);
    assert_eq!(tomas.get(&of(&tomas)).await.ok()["total"], 2);
    assert_eq!(manager.get(&of(&tomas)).await.ok()["total"], 2);
    tomas.get(&of(&mara)).await.refused(403, "forbidden");
    admin.get(&of(&tomas)).await.refused(404, "not_found");
    manager.get(&of(&manager)).await.refused(404, "not_found");
    assert_eq!(at_kestrel["notes"], "knows the CISO");
    manager.put(&path(&at_kestrel), json!({ "notes": "knows the CISO well" })).await.ok();
    let log = admin.get("/api/audit/logs?code=grant.").await.ok();
    assert!(log["total"].as_i64().unwrap() >= 3 && !log.to_string().contains("CISO"), "{log}");
    assert_eq!(log["items"][0]["details"]["notesChanged"], true, "{log}");
    app.stop().await;
}

#[tokio::test]
async fn the_matrix_says_who_reaches_whom() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (manager, tomas, mara) =
        (app.account_manager().await, app.technician().await, app.technician().await);
    manager.post(GRANT, wish(&tomas, &kestrel, "read_only")).await.created();
    manager.post(GRANT, wish(&tomas, &kestrel, "full_access")).await.created();
    let later = [("startsAt", at(&app, 60))];
    manager.post(GRANT, with(wish(&mara, &harbor, "full_access"), &later)).await.created();
    let gone = manager.post(GRANT, wish(&mara, &kestrel, "full_access")).await.created();
    revoke(&manager, &gone).await.ok();

    let matrix = manager.get("/api/technician-access/matrix").await.ok();
    assert_eq!(matrix["technicians"].as_array().unwrap().len(), 2);
    assert_eq!(matrix["customers"][0]["name"], "Harbor Clinic");
    assert_eq!(matrix["cells"].as_array().unwrap().len(), 2);
    let cell = |technician: &Actor| {
        let cells = matrix["cells"].as_array().unwrap();
        cells.iter().find(|cell| cell["technicianId"] == json!(technician.id)).unwrap().clone()
    };
    assert_eq!(cell(&tomas)["grants"][0]["accessLevel"], "full_access");
    assert_eq!(cell(&tomas)["grants"].as_array().unwrap().len(), 2);
    assert_eq!(cell(&mara)["grants"][0]["status"], "scheduled");

    let own = tomas.get("/api/technician-access/matrix").await.ok();
    assert_eq!(own["technicians"].as_array().unwrap().len(), 1);
    assert_eq!(own["customers"], json!([{ "id": kestrel.id, "name": "Kestrel Bank", "status": "active" }]));
    assert_eq!((&own["totalTechnicians"], &own["totalCustomers"]), (&json!(1), &json!(1)));
    assert_eq!(own["cells"].as_array().unwrap().len(), 1);
    // A window, for the technician too, and nothing from outside of it.
    let get = async |who: &Actor, query: &str| {
        who.get(&format!("/api/technician-access/matrix?{query}")).await.ok()
    };
    let part = get(&manager, "technicianLimit=1&customerOffset=1&customerLimit=1").await;
    assert_eq!((&part["totalTechnicians"], &part["totalCustomers"]), (&json!(2), &json!(2)));
    assert_eq!(part["technicians"].as_array().unwrap().len(), 1);
    assert_eq!(part["customers"], json!([{ "id": kestrel.id, "name": "Kestrel Bank", "status": "active" }]));
    let beyond = get(&tomas, "customerOffset=1").await;
    assert_eq!((&beyond["customers"], &beyond["cells"]), (&json!([]), &json!([])));
    assert_eq!(get(&tomas, "q=harbor").await["totalCustomers"], 0);
    for wrong in ["at=2026-01-01T00:00:00Z", "limit=5"] {
        let refused = manager.get(&format!("/api/technician-access/matrix?{wrong}")).await;
        assert_eq!(refused.status.as_u16(), 400, "{wrong}");
    }
    app.security_analyst().await.get("/api/technician-access/matrix").await.ok();
    let admin = app.member(&kestrel, "admin").await;
    admin.get("/api/technician-access/matrix").await.refused(403, "forbidden");
    app.stop().await;
}

#[tokio::test]
async fn at15_forged_headers_do_not_help_against_the_ranges_of_a_grant() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    let office = [("ipRanges", json!(["203.0.113.0/24"]))];
    let grant =
        manager.post(GRANT, with(wish(&technician, &kestrel, "full_access"), &office)).await.created();
    for forged in ["203.0.113.7", "127.0.0.1, 203.0.113.7", "203.0.113.7, 127.0.0.1", "::ffff:203.0.113.7"] {
        let refusal = record_use_from(&technician, &grant, forged).await.refused(403, "forbidden");
        assert_eq!(refusal["details"]["reason"], "address_not_allowed");
    }
    let refused: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM audit_logs WHERE code = 'grant.use' AND outcome = 'refused' AND client_ip = '127.0.0.1'",
    )
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap();
    assert_eq!(refused, 4, "each refusal once, with the true address");
    assert_eq!(manager.get(&path(&grant)).await.ok()["useCount"], 0);
    app.stop().await;
}

#[tokio::test]
async fn at15_g06_behind_a_trusted_proxy_the_proxys_word_counts_and_no_other() {
    let app =
        TestApp::start_with(|config| config.http.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
            .await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    let office = [("ipRanges", json!(["203.0.113.0/24"]))];
    let grant =
        manager.post(GRANT, with(wish(&technician, &kestrel, "full_access"), &office)).await.created();
    let from = async |forwarded: &str| {
        let request = technician.request(Method::POST, &format!("{}/record-access", path(&grant)));
        technician.send(request.header("x-forwarded-for", forwarded).header("x-real-ip", "203.0.113.7")).await
    };
    for good in ["203.0.113.7", "::ffff:203.0.113.7", "198.51.100.1, 203.0.113.7", "203.0.113.7, 127.0.0.9"] {
        from(good).await.ok();
    }
    for bad in [
        "198.51.100.1",
        "203.0.113.7, 198.51.100.1",
        "203.0.113.7, junk, 198.51.100.1",
        "203.0.113.7, junk",
        "",
    ] {
        from(bad).await.refused(403, "forbidden");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_scheduled_grant_opens_nothing_yet_and_shows_itself() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    let terms = [("startsAt", at(&app, 60)), ("expiresAt", at(&app, 120))];
    let grant = manager.post(GRANT, with(wish(&technician, &kestrel, "full_access"), &terms)).await.created();
    assert_eq!(grant["status"], "scheduled");
    technician.get(&format!("/api/organizations/{}", kestrel.id)).await.refused(404, "not_found");
    let answer = technician.post(&format!("{}/record-access", path(&grant)), json!({})).await;
    assert_eq!(answer.refused(403, "forbidden")["details"]["reason"], "grant_not_yet");
    let seen = technician.get(&path(&grant)).await.ok();
    let starts: DateTime<Utc> = seen["startsAt"].as_str().unwrap().parse().unwrap();
    assert!(starts > app.clock.now());
    assert!(seen["can"]["grant.use"].as_str().unwrap().contains("begins"), "{seen}");
    app.stop().await;
}
