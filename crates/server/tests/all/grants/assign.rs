//! The same terms for many cells at once.

use super::{GRANT, at, expire, path, trail_of, wish, with};
use crate::grants::history::{complete, history_of};
use crate::support::{Actor, Customer, TestApp};
use serde_json::{Value, json};
use uuid::Uuid;

pub const ASSIGN: &str = "/api/access-management/assign";

pub fn cells(pairs: &[(&Actor, &Customer)]) -> Value {
    let cell = |(technician, customer): &(&Actor, &Customer)| json!({ "technicianId": technician.id, "customerOrgId": customer.id });
    json!({
        "cells": pairs.iter().map(cell).collect::<Vec<_>>(),
        "terms": { "accessLevel": "full_access" }, "reason": "new contract",
    })
}

async fn count(app: &TestApp) -> (i64, i64) {
    sqlx::query_as(
        "SELECT (SELECT count(*) FROM technician_customer_access), (SELECT count(*) FROM access_changes)",
    )
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap()
}

fn actions(answer: &Value) -> Vec<&str> {
    answer["changes"].as_array().unwrap().iter().map(|change| change["action"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn what_is_held_gets_the_terms_and_the_rest_is_made() {
    let app = TestApp::start().await;
    let (alder, birch, cedar, dogwood) = (
        app.customer("Alder").await,
        app.customer("Birch").await,
        app.customer("Cedar").await,
        app.customer("Dogwood").await,
    );
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    let notes = [("notes", json!("knows the CISO")), ("ipRanges", json!(["10.0.0.0/8"]))];
    let held = manager.post(GRANT, with(wish(&ada, &alder, "full_access"), &notes)).await.created();
    let over = manager.post(GRANT, wish(&ada, &birch, "full_access")).await.created();
    expire(&app, &over).await;
    manager.post(GRANT, wish(&ada, &cedar, "read_only")).await.created();
    let same = manager
        .post(GRANT, with(wish(&ada, &dogwood, "full_access"), &[("reason", json!("new contract"))]))
        .await
        .created();

    let wish = cells(&[(&ada, &alder), (&ada, &birch), (&ada, &cedar), (&ada, &dogwood)]);
    let before = count(&app).await;
    let preview = manager.post(ASSIGN, with(wish.clone(), &[("preview", json!(true))])).await.ok();
    assert_eq!(count(&app).await, before);
    let done = manager.post(ASSIGN, wish.clone()).await.ok();
    assert_eq!(actions(&preview), ["update", "create", "create", "none"]);
    assert_eq!(actions(&done), ["update", "create", "create", "none"]);
    let numbers = |answer: &Value| {
        ["created", "updated", "revoked", "unchanged"].map(|field| answer[field].as_i64().unwrap())
    };
    assert_eq!((numbers(&preview), numbers(&done)), ([2, 1, 0, 1], [2, 1, 0, 1]));
    assert!(done["changes"].as_array().unwrap().iter().all(|change| change["grantId"].is_string()), "{done}");
    assert_eq!(done["changes"][0]["before"]["ipRanges"], json!(["10.0.0.0/8"]));

    let now = manager.get(&path(&held)).await.ok();
    assert_eq!(
        (&now["ipRanges"], &now["reason"], &now["version"]),
        (&json!([]), &json!("new contract"), &json!(2))
    );
    assert_eq!(now["notes"], "knows the CISO", "remarks that nobody wrote anew stay");
    assert_eq!(manager.get(&path(&same)).await.ok()["version"], 1);
    assert_eq!(trail_of(&app, &over).await, ["grant.create", "grant.expire"]);
    assert_eq!(ada.get(&format!("/api/organizations/{}", cedar.id)).await.ok()["name"], "Cedar");
    let told = history_of(&manager, "").await;
    assert_eq!(told.iter().filter(|entry| entry["batchId"] == done["batchId"]).count(), 4);
    complete(&app).await;

    // Once more: everything is as it should be.
    let again = manager.post(ASSIGN, wish).await.ok();
    assert_eq!((numbers(&again), &again["batchId"]), ([0, 0, 0, 4], &json!(null)));
    app.stop().await;
}

#[tokio::test]
async fn i04_one_foreign_id_among_a_hundred_refuses_the_whole_batch() {
    let app = TestApp::start().await;
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    let mut places = Vec::new();
    for number in 0..100 {
        places.push(app.customer(&format!("Customer {number}")).await);
    }
    let pairs: Vec<_> = places.iter().map(|place| (&ada, place)).collect();
    let good = cells(&pairs);
    let provider = Customer { id: app.provider, name: String::new() };
    let someone_else = app.member(&places[0], "admin").await;
    let foreign = |field: &str, id: Uuid| {
        let mut wish = good.clone();
        wish["cells"][57][field] = json!(id);
        wish
    };
    let (before, events) = (count(&app).await, app.audit_count().await);
    for (wish, status, code) in [
        (foreign("customerOrgId", Uuid::from_u128(7)), 404, "not_found"),
        (foreign("customerOrgId", provider.id), 403, "forbidden"),
        (foreign("technicianId", Uuid::from_u128(7)), 404, "not_found"),
        (foreign("technicianId", someone_else.id), 409, "technician_unfit"),
        (foreign("technicianId", manager.id), 409, "technician_unfit"),
    ] {
        manager.post(ASSIGN, wish).await.refused(status, code);
    }
    assert_eq!(count(&app).await, before);
    assert_eq!(app.audit_count().await, events + 5, "five refusals");
    // Who may not, may not with a hundred either; of a customer's own people nobody can name another's.
    for actor in [&someone_else, &ada, &app.security_analyst().await] {
        actor.post(ASSIGN, good.clone()).await.refused(403, "forbidden");
    }
    assert_eq!(manager.post(ASSIGN, good).await.ok()["created"], 100);
    complete(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn x24_terms_that_do_not_fit_are_refused_for_all() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    let good = cells(&[(&ada, &kestrel)]);
    let terms =
        |changes: &[(&str, Value)]| with(good.clone(), &[("terms", with(good["terms"].clone(), changes))]);
    for wrong in [
        terms(&[("expiresAt", at(&app, -1))]),
        terms(&[("startsAt", at(&app, 20)), ("expiresAt", at(&app, 10))]),
        terms(&[("accessLevel", json!("emergency"))]),
        terms(&[("accessLevel", json!("emergency")), ("expiresAt", at(&app, 30))]),
        with(
            terms(&[("accessLevel", json!("emergency")), ("expiresAt", at(&app, 62))]),
            &[("reason", json!("the core switch of the branch is down"))],
        ),
        terms(&[("ipRanges", json!(["10.0.0.0/33"]))]),
        with(good.clone(), &[("cells", json!([]))]),
        with(good.clone(), &[("cells", json!([good["cells"][0], good["cells"][0]]))]),
        with(good.clone(), &[("reason", json!("a\nb"))]),
    ] {
        manager.post(ASSIGN, wrong).await.refused(400, "invalid_input");
    }
    for wrong in
        [terms(&[("reason", json!("x"))]), with(good.clone(), &[("organizationId", json!(kestrel.id))])]
    {
        manager.post(ASSIGN, wrong).await.refused(400, "unknown_field");
    }
    assert_eq!(count(&app).await, (0, 0));
    // Nothing of it is given without a fresh proof of who one is.
    crate::wall::run(
        &mut app.sql().await,
        "UPDATE user_sessions SET authenticated_at = now() - interval '1 day'",
    )
    .await;
    manager.post(ASSIGN, good).await.refused(403, "step_up_required");
    app.stop().await;
}

#[tokio::test]
async fn what_somebody_changed_since_the_preview_is_not_overwritten() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (one, other, ada) =
        (app.account_manager().await, app.account_manager().await, app.technician().await);
    let held = one.post(GRANT, wish(&ada, &kestrel, "full_access")).await.created();
    let wish_of = |plan: &Value| with(cells(&[(&ada, &harbor), (&ada, &kestrel)]), &[("plan", plan.clone())]);
    let look = async || {
        let wish = cells(&[(&ada, &kestrel), (&ada, &harbor)]);
        let seen = one.post(ASSIGN, with(wish, &[("preview", json!(true))])).await.ok();
        assert_eq!(seen["plan"].as_str().unwrap().len(), 64, "{seen}");
        seen["plan"].clone()
    };
    // Another's change of what would be changed.
    let plan = look().await;
    assert_eq!(look().await, plan, "by nothing but what is there");
    other.put(&path(&held), json!({ "ipRanges": ["10.0.0.0/8"] })).await.ok();
    let (before, events) = (count(&app).await, app.audit_count().await);
    one.post(ASSIGN, wish_of(&plan)).await.refused(412, "stale_version");
    assert_eq!((count(&app).await, app.audit_count().await), (before, events + 1), "the refusal alone");
    assert_eq!(one.get(&path(&held)).await.ok()["ipRanges"], json!(["10.0.0.0/8"]));
    // Another's grant where there was none; and one that is gone. What is of another level is not touched.
    let plan = look().await;
    let new = other.post(GRANT, wish(&ada, &harbor, "full_access")).await.created();
    one.post(ASSIGN, wish_of(&plan)).await.refused(412, "stale_version");
    let plan = look().await;
    super::revoke(&other, &new).await.ok();
    one.post(ASSIGN, wish_of(&plan)).await.refused(412, "stale_version");
    one.post(ASSIGN, wish_of(&json!("none"))).await.refused(412, "stale_version");
    let plan = look().await;
    other.post(GRANT, wish(&ada, &harbor, "read_only")).await.created();
    let done = one.post(ASSIGN, wish_of(&plan)).await.ok();
    assert_eq!((&done["created"], &done["updated"], &done["plan"]), (&json!(1), &json!(1), &json!(null)));
    // A plan is of what was there: the same one a second time is too late.
    one.post(ASSIGN, wish_of(&plan)).await.refused(412, "stale_version");
    complete(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn of_many_who_assign_the_same_at_once_one_grant_comes() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    let there = [(&ada, &kestrel), (&ada, &harbor)];
    let back = [(&ada, &harbor), (&ada, &kestrel)];
    let tries = (0..8).map(|n| manager.post(ASSIGN, cells(if n % 2 == 0 { &there } else { &back })));
    let answers = futures::future::join_all(tries).await;
    // Who was slower finds it held, or is told that somebody was quicker.
    assert!(answers.iter().all(|answer| [200, 409].contains(&answer.status.as_u16())), "{answers:?}");
    assert_eq!(count(&app).await, (2, 2));
    complete(&app).await;
    app.stop().await;
}
