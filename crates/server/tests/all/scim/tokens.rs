//! Tokens of directories: who makes them, what they are good for, how they end.

use super::{Directory, Stage};
use crate::support::Actor;
use reqwest::Method;
use sallyport::access::public::{DIRECTORIES, is_public};
use serde_json::{Value, json};

fn path(route: &str) -> String {
    route.replace("{id}", "01890000-0000-7000-8000-000000000001")
}

#[tokio::test]
async fn c02_only_the_token_of_a_directory_speaks_scim_and_it_speaks_nothing_else() {
    let stage = Stage::set().await;
    let admin = &stage.acme.admin;
    let wish = json!({ "name": "a job", "scopes": ["user.list"], "expiresInDays": 1 });
    let made = admin.post("/api/api-tokens", wish).await.created();
    let holding = |token: &str| {
        let mut actor = stage.app.stranger();
        actor.token = Some(token.to_owned());
        actor
    };
    let token = stage.acme.token.token.clone().unwrap();
    let super_admin = stage.app.super_admin().await;
    let strangers: Vec<Actor> = vec![
        admin.clone(),
        super_admin,
        stage.app.technician().await,
        stage.app.stranger(),
        holding(made["token"].as_str().unwrap()),
        holding(&token[..57]),
        holding(&token.to_uppercase()),
        holding(&token.replace("sp_dir_", "sp_pat_")),
        holding(""),
    ];
    for (method, route, operation) in DIRECTORIES {
        for (n, who) in strangers.iter().enumerate() {
            let request = who.request(method.parse().unwrap(), &path(route)).json(&json!({}));
            let answer = who.send(request).await;
            assert_eq!(answer.status.as_u16(), 401, "{operation} by stranger {n}: {}", answer.text());
            answer.refused_by_scim(401);
        }
        // A browser's cookie is no token of a directory either.
        let cookie = format!("__Host-sallyport_access={}", admin.token.as_ref().unwrap());
        let stranger = stage.app.stranger();
        let request = stranger.request(method.parse().unwrap(), &path(route)).header("cookie", cookie);
        stranger.send(request).await.refused_by_scim(401);
    }
    // And every other operation that there is refuses it.
    let document: Value = serde_json::from_str(&sallyport::routes::document_json().unwrap()).unwrap();
    let mut asked = 0;
    for (route, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().map(|method| method.to_uppercase()) {
            if is_public(&method, route) {
                continue;
            }
            let request = stage.acme.token.request(method.parse().unwrap(), &path(route)).json(&json!({}));
            stage.acme.token.send(request).await.refused(401, "unauthenticated");
            asked += 1;
        }
    }
    assert!(asked > 80, "{asked}");
    stage.acme.get("/Users").await.scim(200);
}

#[tokio::test]
async fn a_directory_token_is_made_with_a_fresh_proof_shown_once_and_kept_as_a_hash() {
    let stage = Stage::set().await;
    let Directory { customer, admin, token, .. } = &stage.acme;
    let text = token.token.clone().unwrap();
    assert!(text.starts_with("sp_dir_") && text.len() == 58, "{text}");
    let kept: String = sqlx::query_scalar("SELECT string_agg(t::text, ' ') FROM directory_tokens t")
        .fetch_one(&mut stage.app.sql().await)
        .await
        .unwrap();
    assert!(!kept.contains(&text[7..50]));
    stage.acme.get("/Users").await.scim(200);
    let path = format!("/api/sso/directory-tokens?organizationId={}", customer.id);
    let listed = admin.get(&path).await.ok();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let one = &listed["items"][0];
    assert_eq!((&one["name"], &one["createdBy"]), (&json!("Acme Entra"), &json!(admin.name)));
    assert!(
        one["lastUsedAt"].is_string() && one["scimUrl"].as_str().unwrap().ends_with("/api/scim/v2"),
        "{one}"
    );
    assert!(!listed.to_string().contains(&text[7..50]));
    // A proof of long ago is none.
    let wish = |organization| json!({ "organizationId": organization, "name": "Okta", "expiresInDays": 30 });
    stage
        .run(
            "UPDATE user_sessions SET authenticated_at = now() - interval '1 hour' WHERE id = $1",
            admin.user_session_id,
        )
        .await;
    let create = "/api/sso/directory-tokens";
    admin.post(create, wish(customer.id)).await.refused(403, "step_up_required");
    stage.run("UPDATE user_sessions SET authenticated_at = now() WHERE id = $1", admin.user_session_id).await;
    // Nobody else, nowhere else.
    for who in [stage.app.member(customer, "report_viewer").await, stage.app.account_manager().await] {
        who.post(create, wish(customer.id)).await.refused(403, "forbidden");
    }
    stage.other.admin.post(create, wish(customer.id)).await.refused(404, "not_found");
    let super_admin = stage.app.super_admin().await;
    super_admin.post(create, wish(stage.app.provider)).await.refused(403, "forbidden");
    for days in [0, -1, 366] {
        let wish = json!({ "organizationId": customer.id, "name": "x", "expiresInDays": days });
        admin.post(create, wish).await.refused(400, "invalid_input");
    }
    // A few at a time: one takes over from another.
    super_admin.post(create, wish(customer.id)).await.created();
    admin.post(create, wish(customer.id)).await.created();
    admin.post(create, wish(customer.id)).await.refused(409, "too_many_tokens");
    let revoke = format!("{create}/{}", one["id"].as_str().unwrap());
    stage.other.admin.delete(&revoke).await.refused(404, "not_found");
    // Revoking asks for no fresh proof.
    stage
        .run(
            "UPDATE user_sessions SET authenticated_at = now() - interval '1 hour' WHERE id = $1",
            admin.user_session_id,
        )
        .await;
    admin.delete(&revoke).await.ok();
    stage.acme.get("/Users").await.refused_by_scim(401);
    admin.delete(&revoke).await.refused(404, "not_found");
}

#[tokio::test]
async fn a_directory_ends_with_its_token_and_with_its_organization() {
    let stage = Stage::set().await;
    let acme = stage.acme.customer.id;
    let person = stage.acme.make("ada").await;
    for (end, back) in [
        (
            "UPDATE directory_tokens SET created_at = now() - interval '9 days', expires_at = now() - interval '1 s' WHERE org_id = $1",
            "UPDATE directory_tokens SET expires_at = now() + interval '1 day' WHERE org_id = $1",
        ),
        (
            "UPDATE organizations SET status = 'suspended' WHERE id = $1",
            "UPDATE organizations SET status = 'active' WHERE id = $1",
        ),
    ] {
        stage.run(end, acme).await;
        stage.acme.get("/Users").await.refused_by_scim(401);
        stage.acme.delete(&format!("/Users/{person}")).await.refused_by_scim(401);
        stage.run(back, acme).await;
        stage.acme.get(&format!("/Users/{person}")).await.scim(200);
    }
    assert_eq!(stage.acme.send(Method::HEAD, "/Users", None).await.status.as_u16(), 200);
}
