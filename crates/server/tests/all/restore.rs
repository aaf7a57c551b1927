//! Deleting softly, and what comes back of it.

use crate::audit_tree::seal;
use crate::support::{Actor, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const PASSWORD: &str = "a long walk over nine green hills";

async fn restore(actor: &Actor, kind: &str, id: impl std::fmt::Display) -> Value {
    actor.post(&format!("/api/{kind}/{id}/restore"), json!({})).await.ok()
}

async fn names(actor: &Actor, path: &str, field: &str) -> Vec<String> {
    let page = actor.get(path).await.ok();
    assert_eq!(page["total"], page["items"].as_array().unwrap().len());
    page["items"].as_array().unwrap().iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}

/// Somebody of `organization` who was invited and came, by their address.
async fn come(app: &TestApp, admin: &Actor, organization: Uuid, email: &str) -> String {
    let wish = json!({ "organizationId": organization, "email": email, "displayName": "Ada Park", "role": "basic_user" });
    let made = admin.post("/api/users", wish).await.created();
    accept(app, &made, PASSWORD).await;
    made["user"]["id"].as_str().unwrap().to_owned()
}

async fn accept(app: &TestApp, invitation: &Value, password: &str) {
    let token = invitation["invitationUrl"].as_str().unwrap().split_once("#token=").unwrap().1;
    let wish = json!({ "token": token, "password": password });
    app.stranger().post("/api/auth/invitations/accept", wish).await.ok();
}

#[tokio::test]
async fn a_removed_person_comes_back_as_invited_and_by_no_way_of_before() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let admin = app.member(&kestrel, "admin").await;
    let ada = come(&app, &admin, kestrel.id, "ada@kestrel.example").await;
    let login = json!({ "email": "ada@kestrel.example", "password": PASSWORD });
    app.stranger().post("/api/auth/login", login.clone()).await.ok();
    let path = format!("/api/users/{ada}");
    admin.post(&format!("{path}/restore"), json!({})).await.refused(409, "not_deleted");
    admin.delete(&path).await.ok();

    // In no list but that of the removed, where nothing can be done but this.
    assert_eq!(names(&admin, "/api/users?q=ada@kestrel", "id").await, Vec::<String>::new());
    admin.get(&path).await.refused(404, "not_found");
    let members = format!("/api/organizations/{}/users?status=deleted&sort=email", kestrel.id);
    assert_eq!(names(&admin, &members, "id").await, std::slice::from_ref(&ada));
    let removed = admin.get("/api/users?status=deleted").await.ok()["items"][0].take();
    assert_eq!((&removed["id"], &removed["status"]), (&json!(ada), &json!("deleted")));
    assert_eq!(removed["can"], json!({ "user.restore": true }));

    let stale = admin.request(Method::POST, &format!("{path}/restore")).header("If-Match", "\"1\"");
    admin.send(stale.json(&json!({}))).await.refused(412, "stale_version");
    let back = restore(&admin, "users", &ada).await;
    assert_eq!((&back["status"], &back["role"]), (&json!("invited"), &json!("basic_user")));
    assert_eq!(names(&admin, "/api/users?status=deleted", "id").await, Vec::<String>::new());
    app.stranger().post("/api/auth/login", login.clone()).await.refused(401, "invalid_credentials");
    admin.put(&path, json!({ "status": "active" })).await.refused(409, "invitation_open");
    let again = admin.post(&format!("{path}/invitation"), json!({})).await.ok();
    let another = "eleven slow barges under a tin sky";
    accept(&app, &again, another).await;
    app.stranger().post("/api/auth/login", login).await.refused(401, "invalid_credentials");
    let login = json!({ "email": "ada@kestrel.example", "password": another });
    app.stranger().post("/api/auth/login", login).await.ok();
    admin.put(&path, json!({ "status": "deleted" })).await.refused(400, "invalid_input");
    app.stop().await;
}

#[tokio::test]
async fn a_person_does_not_come_back_where_the_address_or_the_organization_is_gone() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, admin) = (app.super_admin().await, app.member(&kestrel, "admin").await);
    let ada = come(&app, &admin, kestrel.id, "ada@kestrel.example").await;
    let path = format!("/api/users/{ada}/restore");
    admin.delete(&format!("/api/users/{ada}")).await.ok();
    let other = come(&app, &admin, kestrel.id, "ada@kestrel.example").await;
    let words = admin.post(&path, json!({})).await.refused(409, "email_taken");
    assert!(words["message"].as_str().unwrap().contains("ada@kestrel.example"), "{words}");
    admin.delete(&format!("/api/users/{other}")).await.ok();
    restore(&admin, "users", &ada).await;
    admin.delete(&format!("/api/users/{ada}")).await.ok();

    // Whoever may not delete may not restore, nor see who was deleted.
    let (manager, basic) = (app.account_manager().await, app.member(&kestrel, "basic_user").await);
    for who in [&manager, &basic, &app.security_analyst().await] {
        who.post(&path, json!({})).await.refused(403, "forbidden");
        let members = format!("/api/organizations/{}/users?status=deleted", kestrel.id);
        who.get(&members).await.refused(403, "forbidden");
        who.get("/api/users?status=deleted").await.refused(403, "forbidden");
        who.get("/api/organizations?status=deleted").await.refused(403, "forbidden");
    }
    let stranger = app.member(&harbor, "admin").await;
    stranger.post(&path, json!({})).await.refused(404, "not_found");
    assert_eq!(names(&stranger, "/api/users?status=deleted", "id").await, Vec::<String>::new());
    boss.post(&format!("/api/users/{}/restore", Uuid::from_u128(7)), json!({}))
        .await
        .refused(404, "not_found");

    boss.put(&format!("/api/organizations/{}", kestrel.id), json!({ "status": "suspended" })).await.ok();
    boss.post(&path, json!({})).await.refused(403, "forbidden");
    boss.delete(&format!("/api/organizations/{}", kestrel.id)).await.ok();
    boss.post(&path, json!({})).await.refused(409, "organization_deleted");
    manager.post(&path, json!({})).await.refused(403, "forbidden");
    assert_eq!(names(&boss, "/api/users?status=deleted", "id").await, Vec::<String>::new());
    app.stop().await;
}

#[tokio::test]
async fn a_technician_who_comes_back_holds_no_access() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, technician) = (app.super_admin().await, app.technician().await);
    let grant = app.grant(&technician, &kestrel, "full_access").await;
    boss.delete(&format!("/api/users/{}", technician.id)).await.ok();
    assert_eq!(restore(&boss, "users", technician.id).await["role"], "technician");
    assert_eq!(boss.get(&format!("/api/technician-access/{grant}")).await.ok()["status"], "revoked");
    technician.get("/api/users/profile").await.refused(401, "unauthenticated");
    let trail: Vec<(String, String)> = sqlx::query_as(
        "SELECT code, outcome FROM audit_logs WHERE target_id = $1 AND code LIKE 'user.%' ORDER BY occurred_at, id",
    )
    .bind(technician.id)
    .fetch_all(&mut app.sql().await)
    .await
    .unwrap();
    let entry = |code: &str| (code.to_owned(), "success".to_owned());
    assert_eq!(trail, [entry("user.delete"), entry("user.restore")]);
    app.stop().await;
}

#[tokio::test]
async fn a_deleted_organization_comes_back_suspended_with_what_it_had_and_without_whoever_was_in() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, technician) = (app.super_admin().await, app.technician().await);
    let admin = app.member(&kestrel, "admin").await;
    let grant = app.grant(&technician, &kestrel, "full_access").await;
    let path = format!("/api/organizations/{}", kestrel.id);
    boss.post(&format!("{path}/restore"), json!({})).await.refused(409, "not_deleted");
    boss.delete(&path).await.ok();
    assert!(!names(&boss, "/api/organizations", "name").await.contains(&kestrel.name));
    boss.get(&path).await.refused(404, "not_found");
    let listed = boss.get("/api/organizations?status=deleted&sort=createdAt&q=kestrel").await.ok();
    assert_eq!((&listed["total"], &listed["items"][0]["id"]), (&json!(1), &json!(kestrel.id)));
    assert_eq!(listed["items"][0]["can"], json!({ "organization.restore": true }));

    // Its name was free; who has it by now keeps it.
    let namesake = app.customer("Kestrel Bank").await;
    let words = boss.post(&format!("{path}/restore"), json!({})).await.refused(409, "name_taken");
    assert!(words["message"].as_str().unwrap().contains("Kestrel Bank"), "{words}");
    let rename = json!({ "name": "Kestrel Trust" });
    boss.put(&format!("/api/organizations/{}", namesake.id), rename).await.ok();

    let stale = boss.request(Method::POST, &format!("{path}/restore")).header("If-Match", "\"1\"");
    boss.send(stale.json(&json!({}))).await.refused(412, "stale_version");
    let back = restore(&boss, "organizations", kestrel.id).await;
    assert_eq!((&back["status"], &back["counts"]["users"]), (&json!("suspended"), &json!(1)));
    boss.post(&format!("{path}/restore"), json!({})).await.refused(409, "not_deleted");
    boss.put(&path, json!({ "status": "active" })).await.ok();
    admin.get("/api/users/profile").await.refused(401, "unauthenticated");
    admin.renewed(&app).get("/api/users/profile").await.refused(401, "unauthenticated");
    assert_eq!(boss.get(&format!("/api/technician-access/{grant}")).await.ok()["status"], "active");
    let found: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM audit_logs WHERE org_id = $1 AND code = 'organization.restore' AND outcome = 'success'",
    )
    .bind(kestrel.id)
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap();
    assert_eq!(found, 1);
    app.stop().await;
}

#[tokio::test]
async fn the_log_of_a_deleted_customer_is_read_by_the_office_alone_and_nothing_there_is_changed() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, analyst) = (app.super_admin().await, app.security_analyst().await);
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    let stranger = app.member(&app.customer("Harbor Clinic").await, "admin").await;
    app.grant(&technician, &kestrel, "full_access").await;
    boss.delete(&format!("/api/organizations/{}", kestrel.id)).await.ok();
    seal(&app).await;

    let id = kestrel.id;
    let log: Vec<String> = [
        format!("/api/audit/organizations/{id}/checkpoint"),
        format!("/api/audit/organizations/{id}/bundle"),
        format!("/api/audit/stats?organizationId={id}"),
        format!("/api/audit/compliance/report?organizationId={id}"),
        format!("/api/audit/logs?organizationId={id}"),
        format!("/api/audit/export?organizationId={id}&format=ndjson"),
    ]
    .into();
    let recent = format!("/api/audit/organizations/{id}/recent");
    let history = format!("/api/access-management/history?organizationId={id}");
    for path in log.iter().chain([&recent]) {
        for who in [&boss, &analyst] {
            let answer = who.get(path).await;
            assert_eq!(answer.status.as_u16(), 200, "{} {path}: {}", who.name, answer.text());
        }
    }
    for who in [&boss, &manager] {
        assert_eq!(who.get(&history).await.ok()["total"], 1);
        assert!(who.get(&recent).await.ok()["total"].as_i64().unwrap() > 1);
    }
    let hold = format!("/api/audit/organizations/{id}/hold");
    boss.put(&hold, json!({ "reason": "a dispute" })).await.ok();
    assert!(boss.get(&log[0]).await.ok()["hold"].is_object());
    boss.delete(&format!("{hold}?reason=settled")).await.ok();
    let old = json!({ "olderThanDays": 365, "organizationId": id, "reason": "its time is over" });
    assert_eq!(boss.post("/api/audit/cleanup", old).await.ok()["removed"], 0);
    for path in log.iter().chain([&recent, &history]) {
        for who in [&technician, &stranger] {
            who.get(path).await.refused(404, "not_found");
        }
    }
    // Beyond its log and its history nothing of it is there.
    let asset = json!({ "organizationId": id, "name": "web-1", "address": "10.0.0.1" });
    boss.post("/api/assets", asset).await.refused(404, "not_found");
    boss.put(&format!("/api/organizations/{id}"), json!({ "name": "X" })).await.refused(404, "not_found");
    boss.get(&format!("/api/organizations/{id}/users")).await.refused(404, "not_found");
    app.stop().await;
}
