//! One-time links: invitations, and the first person of an empty platform.

use super::{PASSWORD, entries, sql, wish};
use crate::support::{Actor, TestApp};
use futures::future::join_all;
use sallyport::auth;
use sallyport::ids::{OrganizationId, UserId};
use serde_json::{Value, json};

async fn invite(app: &TestApp, who: &Actor) -> String {
    sql(app, "UPDATE users SET status = 'invited', password_hash = NULL WHERE id = $1", who.id).await;
    let mut sql = app.sql().await;
    let (org, user) = (OrganizationId(who.org_id), UserId(who.id));
    let made = auth::create_invitation(&mut sql, &app.clock, org, user).await.unwrap();
    let url = auth::invitation_url(&app.platform.app.config, &made.token);
    assert_eq!(url, format!("{}/invitation#token={}", app.url(""), made.token));
    made.token
}

async fn accept(app: &TestApp, token: &str, password: &str) -> crate::support::Answer {
    app.stranger().post("/api/auth/invitations/accept", json!({ "token": token, "password": password })).await
}

#[tokio::test]
async fn an_invited_person_sets_a_password_and_signs_in() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let ada = app.member(&acme, "report_viewer").await;
    let token = invite(&app, &ada).await;
    let seen = app.stranger().post("/api/auth/invitations/inspect", json!({ "token": token })).await.ok();
    assert_eq!(seen["email"], ada.email.as_str());
    assert_eq!((&seen["organizationName"], &seen["role"]), (&json!("Acme"), &json!("report_viewer")));

    app.stranger()
        .post("/api/auth/login", wish(&ada.email, PASSWORD))
        .await
        .refused(401, "invalid_credentials");
    let refusal = accept(&app, &token, "too short").await.refused(400, "invalid_input");
    assert!(refusal["details"]["fields"]["password"].is_string());
    accept(&app, &token, &"x".repeat(257)).await.refused(400, "invalid_input");
    accept(&app, &token, PASSWORD).await.ok();
    app.stranger().post("/api/auth/login", wish(&ada.email, PASSWORD)).await.ok();
    accept(&app, &token, "another one entirely").await.refused(404, "not_found");
    app.stranger().post("/api/auth/login", wish(&ada.email, PASSWORD)).await.ok();
    let outcomes: Vec<String> =
        entries(&app, "invitation.accept").await.into_iter().map(|entry| entry.0).collect();
    assert_eq!(outcomes, ["refused", "refused", "success"]);
    let kept: Vec<String> = sqlx::query_scalar("SELECT i::text FROM invitations i")
        .fetch_all(&mut app.sql().await)
        .await
        .unwrap();
    assert!(!kept.iter().any(|row| row.contains(&token)), "only a hash is kept");
}

#[tokio::test]
async fn p02_a_link_is_good_once_however_many_come_with_it() {
    let app = TestApp::start().await;
    let ada = app.technician().await;
    let token = invite(&app, &ada).await;
    let answers = join_all((0..10).map(|_| accept(&app, &token, PASSWORD))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 404).count(), 9);
}

#[tokio::test]
async fn p06_looking_at_a_link_spends_nothing() {
    let app = TestApp::start().await;
    let ada = app.technician().await;
    let token = invite(&app, &ada).await;
    for _ in 0..3 {
        app.stranger().post("/api/auth/invitations/inspect", json!({ "token": token })).await.ok();
        app.stranger().get("/api/auth/invitations/inspect").await;
        app.stranger().get("/api/auth/invitations/accept").await;
    }
    accept(&app, &token, PASSWORD).await.ok();
}

#[tokio::test]
async fn a_link_that_is_over_looks_like_one_that_never_was() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let mut tokens = vec!["A".repeat(43), String::new(), "x".to_owned()];
    let over = app.technician().await;
    tokens.push(invite(&app, &over).await);
    sql(&app, "UPDATE invitations SET expires_at = now() - interval '1 second' WHERE user_id = $1", over.id)
        .await;
    let renewed = app.technician().await;
    tokens.push(invite(&app, &renewed).await);
    let newer = invite(&app, &renewed).await;
    let disabled = app.technician().await;
    tokens.push(invite(&app, &disabled).await);
    sql(&app, "UPDATE users SET status = 'disabled' WHERE id = $1", disabled.id).await;
    let suspended = app.member(&acme, "admin").await;
    tokens.push(invite(&app, &suspended).await);
    sql(&app, "UPDATE organizations SET status = 'suspended' WHERE id = $1", acme.id).await;
    for token in tokens {
        let mut faces = Vec::new();
        let inspect = app.stranger().post("/api/auth/invitations/inspect", json!({ "token": token })).await;
        for answer in [inspect, accept(&app, &token, PASSWORD).await] {
            let mut body: Value = answer.refused(404, "not_found");
            body["details"]["requestId"].take();
            faces.push(body);
        }
        assert_eq!(faces[0], faces[1]);
    }
    accept(&app, &newer, PASSWORD).await.ok();
}

#[tokio::test]
async fn an_empty_platform_is_set_up_once() {
    let app = TestApp::start().await;
    let url = auth::create_setup_url(&app.platform.app).await.unwrap().expect("nobody is there yet");
    let other =
        auth::create_setup_url(&app.platform.app).await.unwrap().expect("instances that start together");
    let token = |url: &str| url.strip_prefix(&app.url("/setup#token=")).unwrap().to_owned();
    let body = |token: &str, password: &str| {
        json!({ "token": token, "organizationName": "Northgate Security", "email": "Ada@Northgate.example",
                "displayName": "Ada Park", "password": password })
    };
    let set_up = async |body: Value| app.stranger().post("/api/auth/setup", body).await;
    set_up(body(&"A".repeat(43), PASSWORD)).await.refused(404, "not_found");
    set_up(body(&token(&url), "northgate security 2026")).await.refused(400, "invalid_input");
    let tries = (0..10).map(|n| set_up(body(&token(if n % 2 == 0 { &url } else { &other }), PASSWORD)));
    let answers = join_all(tries).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(answers.iter().filter(|answer| answer.status == 404).count(), 9);
    let login = app.stranger().post("/api/auth/login", wish("ada@northgate.example", PASSWORD)).await.ok();
    assert_eq!(login["profile"]["role"], "super_admin");
    assert_eq!(login["profile"]["organization"]["name"], "Northgate Security");
    assert_eq!(login["profile"]["can"]["organization.create"], true);
    assert!(auth::create_setup_url(&app.platform.app).await.unwrap().is_none(), "there is somebody now");
    assert_eq!(entries(&app, "platform.setup").await.iter().filter(|entry| entry.0 == "success").count(), 1);
}

/// Each is one connection at a time: of many, none waits for one that another of them holds.
#[tokio::test]
async fn many_made_up_links_at_once_are_answered_and_leave_the_others_in() {
    let app = TestApp::start_with(|config| config.database.max_connections = 5).await;
    let ada = app.technician().await;
    let token = invite(&app, &ada).await;
    let stranger = app.stranger();
    let made_up: Vec<String> = (10..34)
        .map(|number| format!("{}{number}", &token[..token.len() - 2]))
        .filter(|it| *it != token)
        .collect();
    let answers = join_all(
        made_up.iter().map(|token| stranger.post("/api/auth/invitations/inspect", json!({ "token": token }))),
    )
    .await;
    for answer in answers {
        answer.refused(404, "not_found");
    }
    stranger.post("/api/auth/invitations/inspect", json!({ "token": token })).await.ok();
}
