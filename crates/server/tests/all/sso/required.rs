//! What is required can be done by somebody: the last way in stays open, and is not closed unnoticed.

use super::Stage;
use crate::auth::browser::Browser;
use sallyport_testkit::idp::{CLIENT, SECRET};
use serde_json::json;

#[tokio::test]
async fn the_last_way_in_stays_open_while_single_sign_on_is_required() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let path = format!("/api/sso/connections/{id}");
    let rules = format!("/api/organizations/{}/sso", stage.kestrel.id);
    let require = async |required: bool| {
        stage.admin.put(&rules, json!({ "required": required, "fallback": "admins" })).await.ok();
    };
    require(true).await;
    let closed = "sso_still_required";
    for change in [
        json!({ "clientId": "another" }),
        json!({ "clientSecret": "another" }),
        json!({ "clientSecret": null }),
        json!({ "groupsClaim": "roles" }),
        json!({ "algorithm": "ES256" }),
    ] {
        let refused = stage.admin.put(&path, change).await.refused(409, closed);
        assert!(refused["message"].as_str().unwrap().contains("Stop requiring"), "{refused}");
    }
    stage.admin.post(&format!("{path}/deactivate"), json!({})).await.refused(409, closed);
    stage.admin.delete(&path).await.refused(409, closed);
    // What is sent and is the same changes nothing that was tested.
    let same = json!({
        "issuer": stage.idp.issuer(), "clientId": CLIENT, "clientSecret": SECRET, "algorithm": "RS256",
        "groupsClaim": "groups", "name": "The directory", "creates_users": null,
    });
    let mut same = same.as_object().unwrap().clone();
    same.remove("creates_users");
    let kept = stage.admin.put(&path, json!(same)).await.ok();
    assert_eq!((&kept["state"], &kept["tested"]), (&json!("active"), &json!(true)), "{kept}");
    assert_eq!(stage.admin.get(&rules).await.ok()["required"], true);
    // With another way in it may go.
    let mut draft = stage.draft();
    draft["name"] = json!("Another directory");
    let made = stage.admin.post("/api/sso/connections", draft).await.created();
    let other = made["id"].as_str().unwrap();
    stage.pass_test(other).await;
    stage.admin.post(&format!("/api/sso/connections/{other}/activate"), json!({})).await.ok();
    stage.admin.post(&format!("{path}/deactivate"), json!({})).await.ok();
    stage.admin.delete(&format!("/api/sso/connections/{other}")).await.refused(409, closed);
    assert_eq!(stage.admin.get(&rules).await.ok()["required"], true, "nothing switched it off by itself");
    require(false).await;
    stage.admin.delete(&format!("/api/sso/connections/{other}")).await.ok();
}

#[tokio::test]
async fn a_connection_that_is_a_draft_again_is_no_way_in_that_could_be_required() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let changed =
        stage.admin.put(&format!("/api/sso/connections/{id}"), json!({ "clientId": "another" })).await;
    assert_eq!(changed.ok()["state"], "draft");
    let rules = format!("/api/organizations/{}/sso", stage.kestrel.id);
    for fallback in ["nobody", "admins", "everyone"] {
        let wish = json!({ "required": true, "fallback": fallback });
        stage.admin.put(&rules, wish).await.refused(409, "sso_not_active");
    }
    let shown = stage.admin.get(&format!("/api/organizations/{}", stage.kestrel.id)).await.ok();
    assert_eq!(shown["ssoEnabled"], false, "{shown}");
}

#[tokio::test]
async fn nobody_shuts_themselves_out() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let rules = format!("/api/organizations/{}/sso", stage.kestrel.id);
    let nobody = json!({ "required": true, "fallback": "nobody" });
    let provider = stage.app.super_admin().await;
    let member = stage.app.member(&stage.kestrel, "basic_user").await;
    let link = async |who: &crate::support::Actor, name: &str| {
        stage.tell("sub", json!(name));
        let mut browser = Browser::new(&stage.app);
        let wish = json!({ "connectionId": id, "returnTo": "/account" });
        let url = stage.take(&mut browser, who.post("/api/sso/link", wish).await).unwrap();
        assert_eq!(stage.come_back(&mut browser, &url).await, "/account");
    };
    // Somebody who could change nothing is no help.
    link(&member, "member-1").await;
    for who in [&stage.admin, &provider] {
        who.put(&rules, nobody.clone()).await.refused(409, "sso_nobody_linked");
    }
    assert_eq!(stage.admin.get(&rules).await.ok()["required"], false);
    link(&stage.admin, "admin-1").await;
    stage.admin.put(&rules, nobody.clone()).await.ok();
    provider.put(&rules, nobody).await.ok();
}

#[tokio::test]
async fn the_default_role_is_the_lowest() {
    let stage = Stage::set().await;
    let boss = stage.app.super_admin().await;
    let provider: uuid::Uuid = sqlx::query_scalar("SELECT id FROM organizations WHERE type = 'mss_provider'")
        .fetch_one(&mut stage.app.sql().await)
        .await
        .unwrap();
    for (organization, group, lowest, refused) in [
        (stage.kestrel.id, "admin", "basic_user", ["admin", "request_user", "report_viewer", "technician"]),
        (
            provider,
            "super_admin",
            "technician",
            ["super_admin", "account_manager", "security_analyst", "basic_user"],
        ),
    ] {
        let mut draft = stage.draft();
        draft["organizationId"] = json!(organization);
        draft["groups"] = json!([{ "group": "bosses", "role": group }]);
        for role in refused {
            draft["defaultRole"] = json!(role);
            let refused =
                boss.post("/api/sso/connections", draft.clone()).await.refused(400, "invalid_input");
            assert!(refused["details"]["fields"]["defaultRole"].is_string(), "{refused}");
        }
        draft["defaultRole"] = json!(lowest);
        let made = boss.post("/api/sso/connections", draft).await.created();
        let path = format!("/api/sso/connections/{}", made["id"].as_str().unwrap());
        for role in refused {
            boss.put(&path, json!({ "defaultRole": role })).await.refused(400, "invalid_input");
        }
        assert_eq!(boss.put(&path, json!({ "defaultRole": null })).await.ok()["defaultRole"], json!(null));
    }
}

#[tokio::test]
async fn what_a_connection_gave_ends_with_it() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let wish = json!({
        "organizationId": stage.kestrel.id, "name": "Theirs", "expiresInDays": 30, "connectionId": id,
    });
    let of_it = stage.admin.post("/api/sso/directory-tokens", wish).await.created();
    let wish = json!({ "organizationId": stage.kestrel.id, "name": "Another", "expiresInDays": 30 });
    let another = stage.admin.post("/api/sso/directory-tokens", wish).await.created();
    let ask = async |made: &serde_json::Value| {
        let mut token = stage.app.stranger();
        token.token = made["token"].as_str().map(str::to_owned);
        token.get("/api/scim/v2/Users").await.status.as_u16()
    };
    assert_eq!((ask(&of_it).await, ask(&another).await), (200, 200));
    stage.admin.delete(&format!("/api/sso/connections/{id}")).await.ok();
    assert_eq!((ask(&of_it).await, ask(&another).await), (401, 200));
    let mut sql = stage.app.sql().await;
    let left: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sso_group_roles").fetch_one(&mut sql).await.unwrap();
    assert_eq!(left, 0, "groups that give roles");
    let revoked: Vec<String> = sqlx::query_scalar(
        "SELECT sentence FROM audit_logs WHERE code = 'directory_token.revoke' AND outcome = 'success'",
    )
    .fetch_all(&mut sql)
    .await
    .unwrap();
    assert!(revoked.len() == 1 && revoked[0].contains("Theirs: its connection was removed"), "{revoked:?}");
}
