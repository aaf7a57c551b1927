//! A technician asks for access; whoever may decides, never the asker, and on exactly what they looked at.

use super::{GRANT, expire, trail_of, wish, with};
use crate::support::{Actor, Answer, Customer, TestApp};
use crate::wall::run;
use reqwest::Method;
use serde_json::{Value, json};

pub const REQUESTS: &str = "/api/access-management/requests";

pub fn asked(customer: &str) -> Value {
    json!({ "customer": customer, "accessLevel": "full_access", "reason": "the night shift" })
}

fn at(request: &Value, act: &str) -> String {
    format!("{REQUESTS}/{}{act}", request["id"].as_str().unwrap())
}

async fn approve(by: &Actor, request: &Value) -> Answer {
    by.post(&at(request, "/approve"), json!({ "termsHash": request["termsHash"] })).await
}

async fn ask_both(app: &TestApp, customer: &Customer) -> Actor {
    let admin = app.member(customer, "admin").await;
    let path = format!("/api/organizations/{}", customer.id);
    assert_eq!(admin.put(&path, json!({ "accessApproval": "both" })).await.ok()["accessApproval"], "both");
    admin
}

/// A person's role or status, changed past the API.
async fn become_something_else(app: &TestApp, who: &Actor, what: &str) {
    run(&mut app.sql().await, &format!("UPDATE users SET {what} WHERE id = '{}'", who.id)).await;
}

async fn grants_of(app: &TestApp, technician: &Actor) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM technician_customer_access WHERE technician_id = $1")
        .bind(technician.id)
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_technician_asks_a_manager_approves_and_the_grant_is_as_asked() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, ada, ben) = (app.account_manager().await, app.technician().await, app.technician().await);
    let admin = app.member(&kestrel, "admin").await;
    // By the exact name, in any case; and nothing is said of customers that there are not.
    for nobody in ["Kestrel", "Nobody & Co", &app.provider.to_string(), "Kestrel%"] {
        ada.post(REQUESTS, asked(nobody)).await.refused(404, "not_found");
    }
    let terms = [
        ("services", json!(["ssh"])),
        ("ipRanges", json!(["10.1.2.3/8"])),
        ("expiresAt", super::at(&app, 600)),
    ];
    let request = ada.post(REQUESTS, with(asked("kestrel bank"), &terms)).await.created();
    assert_eq!((&request["status"], &request["needs"]), (&json!("pending"), &json!(["provider"])));
    assert_eq!(request["termsHash"].as_str().unwrap().len(), 64);
    assert_eq!(request["can"]["access_request.update"], true, "{request}");
    assert!(request["can"]["access_request.approve"].is_string(), "{request}");
    app.mail_to(&manager.email, "access_requested").await;
    ada.post(REQUESTS, asked(&kestrel.id.to_string())).await.refused(409, "request_exists");

    // Who sees it: those who decide, the asker, and whose house it is.
    let sees = async |who: &Actor| who.get(REQUESTS).await.ok()["total"].as_i64().unwrap();
    assert_eq!((sees(&ada).await, sees(&ben).await, sees(&manager).await, sees(&admin).await), (1, 0, 1, 1));
    let other = app.customer("Harbor Clinic").await;
    assert_eq!(sees(&app.member(&other, "admin").await).await, 0);
    ben.get(&at(&request, "")).await.refused(404, "not_found");
    app.security_analyst().await.get(REQUESTS).await.refused(403, "forbidden");

    let granted = approve(&manager, &request).await.ok();
    assert_eq!((&granted["status"], &granted["needs"]), (&json!("granted"), &json!([])));
    assert_eq!(granted["decidedByName"], json!(manager.name));
    let grant = manager.get(&super::path(&json!({ "id": granted["grantId"] }))).await.ok();
    assert_eq!((&grant["status"], &grant["services"]), (&json!("active"), &json!(["ssh"])));
    assert_eq!((&grant["ipRanges"], &grant["reason"]), (&json!(["10.0.0.0/8"]), &json!("the night shift")));
    assert_eq!((&grant["expiresAt"], &grant["grantedByName"]), (&request["expiresAt"], &json!(manager.name)));
    assert_eq!(trail_of(&app, &granted).await, ["access_request.create", "access_request.approve"]);
    assert_eq!(trail_of(&app, &grant).await, ["grant.create"]);
    let mail = app.mail_to(&ada.email, "access_decided").await;
    assert!(mail["text"].as_str().unwrap().contains(&manager.name), "{mail}");
    ada.post(REQUESTS, asked("Kestrel Bank")).await.refused(409, "grant_exists");
    super::history::complete(&app).await;
    // What is held already is not asked for again; what is over may be.
    expire(&app, &grant).await;
    ada.post(REQUESTS, asked("Kestrel Bank")).await.created();
    app.stop().await;
}

#[tokio::test]
async fn g10_nobody_approves_their_own_request_whatever_they_became() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let ada = app.technician().await;
    let request = ada.post(REQUESTS, asked(&kestrel.name)).await.created();
    approve(&ada, &request).await.refused(403, "forbidden");
    for role in ["account_manager", "super_admin"] {
        become_something_else(&app, &ada, &format!("role = '{role}'")).await;
        let refused = approve(&ada, &request).await.refused(403, "forbidden");
        assert_eq!(refused["details"]["reason"], "own_request", "{refused}");
        let no = ada.post(&at(&request, "/refuse"), json!({ "reason": "no" })).await;
        assert_eq!(no.refused(403, "forbidden")["details"]["reason"], "own_request");
    }
    // And nobody who is no technician any more gets access by it.
    let manager = app.account_manager().await;
    approve(&manager, &request).await.refused(409, "technician_unfit");
    assert_eq!(grants_of(&app, &ada).await, 0);
    app.stop().await;
}

#[tokio::test]
async fn g10_an_approval_goes_with_the_role_of_who_gave_it() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let admin = ask_both(&app, &kestrel).await;
    let second = app.member(&kestrel, "admin").await;
    let losses = [
        ("role = 'security_analyst'", 403, "forbidden"),
        ("status = 'disabled'", 401, "unauthenticated"),
        ("role = 'technician'", 404, "not_found"),
    ];
    for (lost, status, code) in losses {
        let (manager, ada) = (app.account_manager().await, app.technician().await);
        let request = ada.post(REQUESTS, asked(&kestrel.name)).await.created();
        let waits = approve(&manager, &request).await.ok();
        assert_eq!((&waits["status"], &waits["needs"]), (&json!("pending"), &json!(["customer"])), "{waits}");
        become_something_else(&app, &manager, lost).await;
        let again = admin.get(&at(&request, "")).await.ok();
        assert_eq!((&again["approvals"], &again["needs"]), (&json!([]), &json!(["provider", "customer"])));
        let waits = approve(&admin, &again).await.ok();
        assert_eq!((&waits["status"], &waits["needs"]), (&json!("pending"), &json!(["provider"])), "{waits}");
        assert_eq!(grants_of(&app, &ada).await, 0);
        approve(&manager, &request).await.refused(status, code);
        let done = approve(&app.super_admin().await, &request).await.ok();
        assert_eq!(done["status"], "granted", "{done}");
    }
    // The customer's side the same; and a role that comes back brings no approval back.
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    let request = ada.post(REQUESTS, asked(&kestrel.name)).await.created();
    approve(&second, &request).await.ok();
    become_something_else(&app, &second, "role = 'basic_user'").await;
    become_something_else(&app, &second, "role = 'admin'").await;
    let waits = approve(&manager, &request).await.ok();
    assert_eq!((&waits["status"], &waits["needs"]), (&json!("pending"), &json!(["customer"])));
    assert_eq!(grants_of(&app, &ada).await, 0);
    let done = approve(&admin, &request).await.ok();
    assert_eq!(done["status"], "granted");
    let grant = manager.get(&super::path(&json!({ "id": done["grantId"] }))).await.ok();
    assert_eq!(grant["grantedByName"], json!(manager.name), "the provider answers for it");
    app.stop().await;
}

/// Even if nothing had made it void beforehand.
#[tokio::test]
async fn g10_who_approved_is_looked_at_again_when_the_grant_is_made() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let admin = ask_both(&app, &kestrel).await;
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    let request = ada.post(REQUESTS, asked(&kestrel.name)).await.created();
    approve(&manager, &request).await.ok();
    run(&mut app.sql().await, "ALTER TABLE users DISABLE TRIGGER void_approvals").await;
    become_something_else(&app, &manager, "role = 'security_analyst'").await;
    let waits = approve(&admin, &request).await.ok();
    assert_eq!((&waits["status"], &waits["needs"]), (&json!("pending"), &json!(["provider"])), "{waits}");
    assert_eq!(grants_of(&app, &ada).await, 0);
    app.stop().await;
}

#[tokio::test]
async fn g10_nothing_is_approved_twice() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let admin = ask_both(&app, &kestrel).await;
    let (manager, other, ada) =
        (app.account_manager().await, app.super_admin().await, app.technician().await);
    let request = ada.post(REQUESTS, asked(&kestrel.name)).await.created();
    approve(&manager, &request).await.ok();
    approve(&manager, &request).await.refused(409, "already_decided");
    approve(&other, &request).await.refused(409, "already_decided");
    approve(&admin, &request).await.ok();
    for who in [&manager, &other, &admin] {
        approve(who, &request).await.refused(409, "already_decided");
        let no = who.post(&at(&request, "/refuse"), json!({ "reason": "late" })).await;
        no.refused(409, "already_decided");
    }
    ada.delete(&at(&request, "")).await.refused(409, "already_decided");
    ada.put(&at(&request, ""), json!({ "reason": "more" })).await.refused(409, "already_decided");
    assert_eq!(grants_of(&app, &ada).await, 1);
    // Of many at once one makes the grant.
    let request = ada.post(REQUESTS, asked(&harbor.name)).await.created();
    let all = futures::future::join_all((0..8).map(|_| approve(&manager, &request))).await;
    let count = |status: u16| all.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((count(200), count(409)), (1, 7));
    assert_eq!(grants_of(&app, &ada).await, 2);
    app.stop().await;
}

#[tokio::test]
async fn g11_an_approval_is_of_what_was_looked_at() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let admin = ask_both(&app, &kestrel).await;
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    let terms = [("services", json!(["ssh"])), ("expiresAt", super::at(&app, 60))];
    let first = ada.post(REQUESTS, with(asked(&kestrel.name), &terms)).await.created();
    approve(&manager, &first).await.ok();
    // Each change of any term, and none of it is what was approved.
    let mut seen = vec![first["termsHash"].clone()];
    for change in [
        json!({ "services": [] }),
        json!({ "expiresAt": null }),
        json!({ "ipRanges": ["10.0.0.0/8"] }),
        json!({ "startsAt": super::at(&app, 5) }),
        json!({ "reason": "another" }),
    ] {
        let changed = ada.put(&at(&first, ""), change.clone()).await.ok();
        assert!(!seen.contains(&changed["termsHash"]), "{change}");
        assert_eq!(
            (&changed["approvals"], &changed["needs"]),
            (&json!([]), &json!(["provider", "customer"]))
        );
        approve(&manager, &json!({ "id": first["id"], "termsHash": seen.last() }))
            .await
            .refused(409, "changed_since");
        approve(&admin, &first).await.refused(409, "changed_since");
        seen.push(changed["termsHash"].clone());
        approve(&manager, &changed).await.ok();
    }
    // Past the use cases too: what does not fit the hash does not count.
    let widened = format!("UPDATE access_requests SET ip_ranges = '{{}}' WHERE id::text = {}", "'{id}'");
    run(&mut app.sql().await, &widened.replace("{id}", first["id"].as_str().unwrap())).await;
    let stands = admin.get(&at(&first, "")).await.ok();
    assert_eq!((&stands["approvals"], &stands["needs"]), (&json!([]), &json!(["provider", "customer"])));
    let waits = approve(&admin, &stands).await.ok();
    assert_eq!((&waits["status"], &waits["needs"]), (&json!("pending"), &json!(["provider"])));
    assert_eq!(grants_of(&app, &ada).await, 0);
    // Two who edit it at once: the second is told.
    let request =
        ada.request(Method::PUT, &at(&first, "")).header("If-Match", "1").json(&json!({ "reason": "x" }));
    ada.send(request).await.refused(412, "stale_version");
    manager.put(&at(&first, ""), json!({ "reason": "x" })).await.refused(403, "forbidden");
    app.stop().await;
}

#[tokio::test]
async fn who_is_not_asked_does_not_approve_and_may_still_refuse() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (admin, ada) = (app.member(&kestrel, "admin").await, app.technician().await);
    let request = ada.post(REQUESTS, asked(&kestrel.name)).await.created();
    approve(&admin, &request).await.refused(409, "not_needed");
    let stranger = app.member(&app.customer("Harbor Clinic").await, "admin").await;
    approve(&stranger, &request).await.refused(404, "not_found");
    let refused =
        admin.post(&at(&request, "/refuse"), json!({ "reason": "not in the audit week" })).await.ok();
    assert_eq!(
        (&refused["status"], &refused["decisionReason"]),
        (&json!("refused"), &json!("not in the audit week"))
    );
    let mail = app.mail_to(&ada.email, "access_decided").await;
    assert!(mail["text"].as_str().unwrap().contains("not in the audit week"), "{mail}");
    // A remark stays with the side that made it.
    let (manager, path) = (app.account_manager().await, format!("/api/organizations/{}", kestrel.id));
    // Whoever has to ask does not say whether they have to.
    manager.put(&path, json!({ "accessApproval": "both" })).await.refused(403, "forbidden");
    admin.put(&path, json!({ "accessApproval": "both" })).await.ok();
    let request = ada.post(REQUESTS, asked(&kestrel.name)).await.created();
    let body = json!({ "termsHash": request["termsHash"], "note": "ours alone" });
    let own = manager.post(&at(&request, "/approve"), body).await.ok();
    assert_eq!(own["approvals"][0]["note"], "ours alone");
    assert_eq!(admin.get(&at(&request, "")).await.ok()["approvals"][0]["note"], "");
    // Withdrawn is over; whoever asks again has to be answered anew.
    assert_eq!(ada.delete(&at(&request, "")).await.ok()["status"], "withdrawn");
    approve(&admin, &request).await.refused(409, "already_decided");
    ada.post(REQUESTS, asked(&kestrel.name)).await.created();
    app.stop().await;
}

#[tokio::test]
async fn what_nobody_decides_lapses_and_what_is_over_is_not_granted() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    let mut sql = app.sql().await;
    let request = ada.post(REQUESTS, asked(&kestrel.name)).await.created();
    run(&mut sql, "UPDATE access_requests SET lapses_at = now() - interval '1 minute'").await;
    assert_eq!(ada.get(&at(&request, "")).await.ok()["status"], "expired");
    approve(&manager, &request).await.refused(409, "already_decided");
    // The next one takes its place, and the log says what became of the first.
    let next =
        ada.post(REQUESTS, with(asked(&kestrel.name), &[("expiresAt", super::at(&app, 5))])).await.created();
    assert_eq!(trail_of(&app, &request).await, ["access_request.create", "access_request.expire"]);
    run(
        &mut sql,
        "UPDATE access_requests SET expires_at = now() - interval '1 minute' WHERE status = 'pending'",
    )
    .await;
    let next = manager.get(&at(&next, "")).await.ok();
    approve(&manager, &next).await.refused(409, "request_over");
    // Nobody fills the desks of those who decide.
    for n in 0..19 {
        let customer = app.customer(&format!("Customer {n}")).await;
        ada.post(REQUESTS, asked(&customer.name)).await.created();
    }
    let one_more = app.customer("One More").await;
    ada.post(REQUESTS, asked(&one_more.name)).await.refused(409, "too_many");
    // Approving asks for a fresh proof; refusing does not.
    run(&mut sql, "UPDATE user_sessions SET authenticated_at = now() - interval '11 minutes'").await;
    let open = manager.get(&format!("{REQUESTS}?status=pending&limit=1")).await.ok()["items"][0].clone();
    approve(&manager, &open).await.refused(403, "step_up_required");
    manager.post(&at(&open, "/refuse"), json!({ "reason": "no" })).await.ok();
    manager.post(GRANT, wish(&ada, &one_more, "read_only")).await.refused(403, "step_up_required");
    app.stop().await;
}
