//! How long people of an organization stay signed in, and at how many places: the organization's own terms.

use super::{PASSWORD, bearer, entries, give_password, wish};
use crate::support::{Actor, Customer, TestApp};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

async fn set(admin: &Actor, customer: &Customer, terms: Value) -> crate::support::Answer {
    admin.put(&format!("/api/organizations/{}", customer.id), terms).await
}

/// Somebody of a customer with these terms, and their admin.
async fn member_under(app: &TestApp, terms: Value) -> (Actor, Actor, Customer) {
    let acme = app.customer("Acme").await;
    let (admin, member) = (app.member(&acme, "admin").await, app.member(&acme, "basic_user").await);
    give_password(app, &member).await;
    set(&admin, &acme, terms).await.ok();
    (admin, member, acme)
}

async fn sign_in(app: &TestApp, who: &Actor) -> (Actor, Value) {
    let tokens = app.stranger().post("/api/auth/login", wish(&who.email, PASSWORD)).await.ok();
    (bearer(app, tokens["accessToken"].as_str().unwrap()), tokens)
}

#[tokio::test]
async fn an_admin_sets_the_terms_of_their_own_organization_within_bounds() {
    let app = TestApp::start().await;
    let (admin, member, acme) = member_under(&app, json!({ "signInIdleMinutes": 45 })).await;
    let other = app.customer("Bolt").await;
    for (field, least, most) in
        [("signInIdleMinutes", 5, 480), ("signInMaxHours", 1, 24), ("maxSignIns", 1, 50)]
    {
        for good in [least, most] {
            assert_eq!(set(&admin, &acme, json!({ field: good })).await.ok()[field], good);
        }
        for bad in [least - 1, most + 1, -1] {
            set(&admin, &acme, json!({ field: bad })).await.refused(400, "invalid_input");
        }
    }
    set(&admin, &other, json!({ "maxSignIns": 5 })).await.refused(404, "not_found");
    for who in [member, app.account_manager().await] {
        set(&who, &acme, json!({ "maxSignIns": 5 })).await.refused(403, "forbidden");
    }
    set(&app.super_admin().await, &other, json!({ "maxSignIns": 5 })).await.ok();
    let stale = "UPDATE user_sessions SET authenticated_at = now() - interval '11 minutes'";
    crate::wall::run(&mut app.sql().await, stale).await;
    set(&admin, &acme, json!({ "maxSignIns": 5 })).await.refused(403, "step_up_required");
    let changes = entries(&app, "organization_security.update").await;
    assert_eq!(changes.iter().filter(|(outcome, ..)| outcome == "success").count(), 8, "{changes:?}");
}

#[tokio::test]
async fn t15_the_limit_of_the_organization_holds_exactly() {
    let app = TestApp::start().await;
    let (_, member, _) = member_under(&app, json!({ "maxSignIns": 3 })).await;
    let signed_in = join_all((0..20).map(|_| sign_in(&app, &member))).await;
    let mut standing = 0;
    for (program, _) in signed_in {
        standing += usize::from(program.get("/api/users/profile").await.status == 200);
    }
    assert_eq!(standing, 3);
}

#[tokio::test]
async fn t16_idle_time_and_the_end_are_the_organizations_also_for_who_is_signed_in() {
    let app = TestApp::start().await;
    let (admin, member, acme) =
        member_under(&app, json!({ "signInIdleMinutes": 60, "signInMaxHours": 20 })).await;
    let (program, tokens) = sign_in(&app, &member).await;
    let session = program.get("/api/users/profile").await.ok()["session"].clone();
    let hours = "SELECT extract(epoch FROM max(expires_at) - now())::float8 / 3600 FROM user_sessions WHERE id::text = $1";
    let hours_left = async || -> f64 {
        let id = session["id"].as_str().unwrap();
        sqlx::query_scalar(hours).bind(id).fetch_one(&mut app.sql().await).await.unwrap()
    };
    assert!((19.9..=20.0).contains(&hours_left().await));
    let idle = async |minutes: i32| {
        sqlx::query(
            "UPDATE user_sessions SET last_seen_at = now() - make_interval(mins => $2) WHERE user_id = $1",
        )
        .bind(member.id)
        .bind(minutes)
        .execute(&mut app.sql().await)
        .await
        .unwrap();
    };
    let poll = async || {
        let polled = program.request(Method::GET, "/api/users/profile").header("x-background", "1");
        program.send(polled).await.status.as_u16()
    };
    idle(50).await;
    assert_eq!(poll().await, 200);
    // Polling was no sign of life, and the admin finds an hour too long: who is signed in is held to it too.
    set(&admin, &acme, json!({ "signInIdleMinutes": 30, "signInMaxHours": 2 })).await.ok();
    assert_eq!(poll().await, 401);
    let refresh = json!({ "refreshToken": tokens["refreshToken"] });
    app.stranger().post("/api/auth/refresh", refresh.clone()).await.refused(401, "unauthenticated");
    idle(20).await;
    assert_eq!(poll().await, 200);
    assert!((1.9..=2.0).contains(&hours_left().await));
    // Longer again: it was promised to end by then.
    set(&admin, &acme, json!({ "signInMaxHours": 24 })).await.ok();
    assert!(hours_left().await < 2.1);
    let over = "UPDATE user_sessions SET expires_at = now() WHERE user_id::text = $1";
    sqlx::query(over).bind(member.id.to_string()).execute(&mut app.sql().await).await.unwrap();
    assert_eq!(poll().await, 401);
    app.stranger().post("/api/auth/refresh", refresh).await.refused(401, "unauthenticated");
}
