//! Machines that act for a person by a token.

use crate::support::{Actor, Second, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

fn wish(scopes: &[&str]) -> Value {
    json!({ "name": "backup job", "scopes": scopes, "expiresInDays": 30 })
}

/// What a person made for a machine: the machine, and the token's id.
async fn machine(app: &TestApp, owner: &Actor, wish: Value) -> (Actor, String) {
    let made = owner.post("/api/api-tokens", wish).await.created();
    let mut machine = app.stranger();
    machine.token = Some(made["token"].as_str().unwrap().to_owned());
    (machine, made["apiToken"]["id"].as_str().unwrap().to_owned())
}

async fn about(app: &TestApp, statement: &'static str, id: Uuid) {
    let done = sqlx::query(statement).bind(id).execute(&mut app.sql().await).await.unwrap();
    assert!(done.rows_affected() > 0, "{statement}");
}

#[tokio::test]
async fn a_token_does_what_its_owner_may_as_far_as_its_scopes_reach() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let manager = app.account_manager().await;
    let (reader, _) = machine(&app, &manager, wish(&["asset.read"])).await;
    let token = reader.token.clone().unwrap();
    assert!(token.starts_with("sp_pat_") && token.len() == 58, "{token}");
    reader.get("/api/assets").await.ok();
    let new = json!({ "organizationId": acme.id, "name": "db1", "address": "192.0.2.7" });
    let refusal = reader.post("/api/assets", new.clone()).await.refused(403, "forbidden");
    assert_eq!(
        (&refusal["details"]["reason"], &refusal["details"]["action"]),
        (&json!("scope"), &json!("asset.create"))
    );
    reader.get("/api/users").await.refused(403, "forbidden");
    reader.get("/api/audit/logs").await.refused(403, "forbidden");
    let (writer, id) = machine(&app, &manager, wish(&["asset.create", "asset.read", "audit.read"])).await;
    let made = writer.post("/api/assets", new).await.created();
    assert!(made["can"]["asset.delete"].is_string(), "what it may not do is said: {}", made["can"]);
    // A scope gives no right that the owner has not.
    writer.get("/api/audit/logs").await.refused(403, "forbidden");
    // A technician's machines are drawn by the wall alone, and the scope counts all the same.
    let technician = app.technician().await;
    let (blind, _) = machine(&app, &technician, wish(&["organization.read"])).await;
    blind.get("/api/assets").await.refused(403, "forbidden");
    // The log says that a machine did it, and for whom.
    let (name, details): (String, Value) = sqlx::query_as(
        "SELECT actor_name, details FROM audit_logs WHERE code = 'asset.create' AND outcome = 'success'",
    )
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap();
    assert_eq!((name, &details["apiTokenId"]), (manager.name.clone(), &json!(id)));
    let kept: String =
        sqlx::query_scalar("SELECT string_agg(t::text, ' ') FROM (SELECT * FROM api_tokens) t")
            .fetch_one(&mut app.sql().await)
            .await
            .unwrap();
    assert!(!kept.contains(&token[7..50]), "only its hash is kept");
}

#[tokio::test]
async fn a_token_makes_no_tokens_confirms_nobody_and_opens_no_terminal() {
    let app = TestApp::start().await;
    let ada = app.super_admin().await;
    let all = ada.get("/api/api-tokens/scopes").await.ok();
    let all: Vec<&str> =
        all.as_array().unwrap().iter().map(|scope| scope["scope"].as_str().unwrap()).collect();
    let (machine, own) = machine(&app, &ada, wish(&all)).await;
    machine.get("/api/organizations").await.ok();
    let session = Uuid::nil();
    for (method, path, body) in [
        (Method::POST, "/api/api-tokens".to_owned(), wish(&["asset.read"])),
        (Method::GET, "/api/api-tokens".to_owned(), Value::Null),
        (Method::DELETE, format!("/api/api-tokens/{own}"), Value::Null),
        (Method::POST, "/api/auth/factors/totp".to_owned(), json!({})),
        (Method::POST, "/api/auth/backup-codes".to_owned(), Value::Null),
        (Method::POST, "/api/auth/step-up".to_owned(), json!({ "password": "a good one of theirs" })),
        (Method::GET, "/api/auth/sessions".to_owned(), Value::Null),
        (Method::DELETE, format!("/api/auth/sessions/{}", ada.user_session_id), Value::Null),
        (Method::POST, "/api/auth/logout-all".to_owned(), Value::Null),
        (
            Method::POST,
            "/api/auth/password".to_owned(),
            json!({ "currentPassword": "x", "newPassword": "quartz heron bicycle 17" }),
        ),
        (Method::POST, "/api/auth/keys/rotate".to_owned(), Value::Null),
        (Method::POST, format!("/api/sessions/{session}/tickets"), json!({ "mode": "watch" })),
    ] {
        let mut request = machine.request(method.clone(), &path);
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = machine.send(request).await;
        assert!(
            matches!(answer.status.as_u16(), 403..=405),
            "{method} {path}: {} {}",
            answer.status,
            answer.text()
        );
    }
    // What asks for a fresh proof never has one, however new the token is.
    let acme = app.customer("Acme").await;
    let terms = json!({ "mfaRequired": true });
    machine.put(&format!("/api/organizations/{}", acme.id), terms).await.refused(403, "forbidden");
    for wrong in ["session.start", "session.watch", "api_token.create", "grant.create", "user.create", "*"] {
        ada.post("/api/api-tokens", wish(&[wrong])).await.refused(400, "invalid_input");
    }
}

#[tokio::test]
async fn making_one_needs_a_fresh_proof_an_end_and_is_kept() {
    let app = TestApp::start().await;
    let ada = app.technician().await;
    for (field, bad) in [
        ("expiresInDays", json!(0)),
        ("expiresInDays", json!(366)),
        ("expiresInDays", json!(null)),
        ("scopes", json!([])),
        ("name", json!("")),
        ("ipRanges", json!(["10.0.0.0/33"])),
        ("userId", json!(Uuid::nil())),
    ] {
        let mut body = wish(&["asset.read"]);
        body[field] = bad;
        let refused = ada.post("/api/api-tokens", body).await;
        assert_eq!(refused.status.as_u16(), 400, "{field}: {}", refused.text());
    }
    let stale =
        "UPDATE user_sessions SET authenticated_at = now() - interval '11 minutes' WHERE user_id = $1";
    about(&app, stale, ada.id).await;
    ada.post("/api/api-tokens", wish(&["asset.read"])).await.refused(403, "step_up_required");
    about(&app, "UPDATE user_sessions SET authenticated_at = now() WHERE user_id = $1", ada.id).await;
    let (_, id) = machine(&app, &ada, wish(&["asset.read"])).await;
    let listed = ada.get("/api/api-tokens").await.ok();
    assert_eq!((listed["total"].as_i64(), listed["items"][0]["id"].as_str()), (Some(1), Some(id.as_str())));
    assert!(listed["items"][0].get("token").is_none());
    ada.delete(&format!("/api/api-tokens/{id}")).await.ok();
    ada.delete(&format!("/api/api-tokens/{id}")).await.refused(404, "not_found");
    assert_eq!(ada.get("/api/api-tokens").await.ok()["total"], 0);
    let trail = app.audit_trail().await;
    for code in ["api_token.create", "api_token.revoke"] {
        let done = trail.iter().filter(|(kind, outcome)| kind == code && outcome == "success").count();
        assert_eq!(done, 1, "{code}: {trail:?}");
    }
}

#[tokio::test]
async fn m17_a_token_ends_with_its_owner_everywhere_within_a_second() {
    let app = TestApp::start().await;
    let second = Second::start(&app).await;
    let acme = app.customer("Acme").await;
    for end in [
        "UPDATE users SET status = 'disabled' WHERE id = $1",
        "UPDATE users SET status = 'deleted' WHERE id = $1",
        "UPDATE users SET epoch = epoch + 1 WHERE id = $1",
        "UPDATE api_tokens SET created_at = now() - interval '31 days', expires_at = now() WHERE user_id = $1",
        "UPDATE api_tokens SET revoked_at = now() WHERE user_id = $1",
        "UPDATE organizations SET status = 'suspended' WHERE id = (SELECT org_id FROM users WHERE id = $1)",
    ] {
        let member = app.member(&acme, "admin").await;
        let (machine, _) = machine(&app, &member, wish(&["organization.read"])).await;
        for at in [app.address, second.address] {
            machine.at(at).get("/api/organizations").await.ok();
        }
        about(&app, end, member.id).await;
        let begun = Instant::now();
        for at in [app.address, second.address] {
            machine.at(at).get("/api/organizations").await.refused(401, "unauthenticated");
        }
        assert!(begun.elapsed() < Duration::from_secs(1), "{end}");
    }
    second.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn a_token_is_good_from_where_it_was_made_for_and_tells_when_it_was_used() {
    let app = TestApp::start().await;
    let ada = app.technician().await;
    let from = |ranges: &[&str]| {
        let mut wish = wish(&["organization.read"]);
        wish["ipRanges"] = json!(ranges);
        wish
    };
    let (elsewhere, _) = machine(&app, &ada, from(&["192.0.2.0/24", "2001:db8::/32"])).await;
    elsewhere.get("/api/organizations").await.refused(401, "unauthenticated");
    let (here, id) = machine(&app, &ada, from(&["192.0.2.0/24", "127.0.0.0/8"])).await;
    here.get("/api/organizations").await.ok();
    let used = async || {
        let listed = ada.get("/api/api-tokens").await.ok();
        let items = listed["items"].as_array().unwrap();
        items.iter().find(|item| item["id"] == json!(id)).unwrap().clone()
    };
    let first = used().await;
    assert_eq!(first["lastUsedIp"], "127.0.0.1");
    here.get("/api/organizations").await.ok();
    assert_eq!(used().await["lastUsedAt"], first["lastUsedAt"], "a write a minute at most");
    let age = "UPDATE api_tokens SET last_used_at = now() - interval '2 minutes' WHERE id = $1";
    about(&app, age, id.parse().unwrap()).await;
    here.get("/api/organizations").await.ok();
    assert_ne!(used().await["lastUsedAt"], first["lastUsedAt"]);
}

#[tokio::test]
async fn admins_see_and_revoke_the_tokens_of_their_people_alone() {
    let app = TestApp::start().await;
    let (acme, bolt) = (app.customer("Acme").await, app.customer("Bolt").await);
    let (admin, member) = (app.member(&acme, "admin").await, app.member(&acme, "basic_user").await);
    let (machine_of_member, id) = machine(&app, &member, wish(&["organization.read"])).await;
    let path = format!("/api/users/{}/api-tokens", member.id);
    let colleague = app.member(&acme, "report_viewer").await;
    colleague.get(&path).await.refused(403, "forbidden");
    colleague.delete(&format!("/api/api-tokens/{id}")).await.refused(403, "forbidden");
    let stranger = app.member(&bolt, "admin").await;
    stranger.get(&path).await.refused(404, "not_found");
    stranger.delete(&format!("/api/api-tokens/{id}")).await.refused(404, "not_found");
    let root = app.super_admin().await;
    for who in [&admin, &root] {
        assert_eq!(who.get(&path).await.ok()["items"][0]["id"], json!(id));
    }
    admin.delete(&format!("/api/api-tokens/{id}")).await.ok();
    machine_of_member.get("/api/organizations").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn j07_no_kind_of_token_stands_in_for_another() {
    let app = TestApp::start().await;
    let ada = app.technician().await;
    let (machine, _) = machine(&app, &ada, wish(&["organization.read"])).await;
    let (api, access) = (machine.token.clone().unwrap(), ada.token.clone().unwrap());
    let opaque = sallyport::auth::opaque::OpaqueToken::new().unwrap().reveal().unwrap();
    // As an access token of a browser, as a refresh token, as the token of a link, as a challenge.
    let cookie = app.stranger().request(Method::GET, "/api/organizations");
    let cookie = cookie.header("cookie", format!("__Host-sallyport_access={api}"));
    app.stranger().send(cookie).await.refused(401, "unauthenticated");
    for token in [&api, &access] {
        app.stranger()
            .post("/api/auth/refresh", json!({ "refreshToken": token }))
            .await
            .refused(401, "unauthenticated");
        for path in ["/api/auth/invitations/inspect", "/api/auth/reset/inspect"] {
            let answer = app.stranger().post(path, json!({ "token": token })).await;
            assert!(answer.status.is_client_error(), "{path}: {}", answer.text());
        }
        let wish = json!({ "challenge": token, "method": "totp", "code": "123456" });
        let answer = app.stranger().post("/api/auth/factors/verify", wish).await;
        assert!(answer.status.is_client_error(), "{}", answer.text());
    }
    // As an API token.
    for token in [
        format!("sp_pat_{access}"),
        format!("sp_pat_{opaque}"),
        format!("sp_pat_{opaque}00000000"),
        api.replacen("sp_pat_", "", 1),
        api.to_uppercase(),
        opaque,
    ] {
        let mut other = app.stranger();
        other.token = Some(token.clone());
        other.get("/api/organizations").await.refused(401, "unauthenticated");
    }
    machine.get("/api/organizations").await.ok();
}

#[tokio::test]
async fn a_token_that_may_change_and_not_see_is_answered_what_it_changed() {
    let app = TestApp::start().await;
    let (admin, acme) = (app.super_admin().await, app.customer("Acme").await);
    let scopes = json!([
        "user.update",
        "user.disable",
        "organization.create",
        "organization.update",
        "asset.create",
        "asset.update",
        "grant.revoke"
    ]);
    let wish = json!({ "name": "pipeline", "scopes": scopes, "expiresInDays": 1 });
    let (token, _) = machine(&app, &admin, wish).await;
    let member = app.member(&acme, "basic_user").await;
    let disabled =
        token.put(&format!("/api/users/{}", member.id), json!({ "status": "disabled" })).await.ok();
    assert_eq!(disabled["status"], "disabled");
    token.get(&format!("/api/users/{}", member.id)).await.refused(403, "forbidden");
    let ghost = token.post("/api/organizations", json!({ "name": "Ghost Ltd" })).await.created();
    let path = format!("/api/organizations/{}", ghost["id"].as_str().unwrap());
    assert_eq!(token.put(&path, json!({ "name": "Ghost AG" })).await.ok()["name"], "Ghost AG");
    let machine = json!({ "organizationId": acme.id, "name": "db-1", "address": "10.1.2.3" });
    let asset = token.post("/api/assets", machine).await.created();
    let path = format!("/api/assets/{}", asset["id"].as_str().unwrap());
    assert_eq!(token.put(&path, json!({ "name": "db-2" })).await.ok()["name"], "db-2");
    let refused = app.audit_trail().await.into_iter().filter(|(_, outcome)| outcome == "refused").count();
    assert_eq!(refused, 1, "only what was refused says so");
}

#[tokio::test]
async fn of_many_new_ones_at_once_no_more_are_made_than_there_may_be() {
    let app = TestApp::start().await;
    let admin = app.super_admin().await;
    let wish = || json!({ "name": "one of many", "scopes": ["asset.read"], "expiresInDays": 1 });
    for _ in 0..45 {
        admin.post("/api/api-tokens", wish()).await.created();
    }
    let answers = futures::future::join_all((0..12).map(|_| admin.post("/api/api-tokens", wish()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 5);
}
