//! From where the people of an organization may come.

use super::{PASSWORD, person, wish};
use crate::support::{Actor, Answer, TestApp};
use serde_json::{Value, json};

/// A platform behind a proxy that says where people come from.
async fn behind_a_proxy() -> TestApp {
    TestApp::start_with(|config| config.http.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()]).await
}

async fn from(who: &Actor, address: &str, path: &str) -> Answer {
    who.send(who.request(reqwest::Method::GET, path).header("x-forwarded-for", address)).await
}

async fn set(who: &Actor, address: &str, organization: uuid::Uuid, ranges: Value) -> Answer {
    let request = who
        .request(reqwest::Method::PUT, &format!("/api/organizations/{organization}"))
        .header("x-forwarded-for", address)
        .json(&json!({ "ipRanges": ranges }));
    who.send(request).await
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_their_tokens_come_from_their_organizations_networks_alone() {
    let app = behind_a_proxy().await;
    let (acme, other) = (app.customer("Acme").await, app.customer("Other").await);
    let (admin, person) = (app.member(&acme, "admin").await, app.member(&acme, "report_viewer").await);
    let stranger = app.member(&other, "admin").await;
    let body = json!({ "name": "reports", "scopes": ["organization.read"], "expiresInDays": 1 });
    let made = person.post("/api/api-tokens", body).await.created();
    let machine = Actor::with_token(app.origin(), made["token"].as_str().unwrap());
    // Nobody shuts themselves out.
    let refused = set(&admin, "203.0.113.7", acme.id, json!(["198.51.100.0/24"])).await;
    let said = refused.refused(409, "locks_you_out");
    assert!(said["message"].as_str().unwrap().contains("203.0.113.7"), "{said}");
    set(&admin, "203.0.113.7", acme.id, json!(["no range"])).await.refused(400, "invalid_input");
    set(&stranger, "203.0.113.7", acme.id, json!([])).await.refused(404, "not_found");
    set(&person, "203.0.113.7", acme.id, json!([])).await.refused(403, "forbidden");
    let set_to = set(&admin, "203.0.113.7", acme.id, json!(["203.0.113.9/24", "2001:db8::/32"])).await.ok();
    assert_eq!(set_to["ipRanges"], json!(["203.0.113.0/24", "2001:db8::/32"]));

    // At once, on every request, for everybody of theirs; others are as they were.
    for address in ["203.0.113.200", "2001:db8::9"] {
        from(&person, address, "/api/users/profile").await.ok();
    }
    for address in ["198.51.100.1", "2001:db9::9"] {
        let said = from(&person, address, "/api/users/profile").await.refused(403, "address_not_allowed");
        assert!(said["message"].as_str().unwrap().contains(address), "{said}");
    }
    from(&stranger, "198.51.100.1", "/api/users/profile").await.ok();
    let own = format!("/api/organizations/{}", acme.id);
    from(&machine, "203.0.113.200", &own).await.ok();
    from(&machine, "198.51.100.1", &own).await.refused(403, "address_not_allowed");
    // A super admin may open the door again from where they are; empty is anywhere.
    let admin_there = app.super_admin().await;
    set(&admin_there, "192.0.2.1", acme.id, json!([])).await.ok();
    from(&person, "198.51.100.1", "/api/users/profile").await.ok();
    let trail = app.audit_trail().await;
    assert!(trail.iter().any(|(code, _)| code == "organization_security.update"), "{trail:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_in_from_elsewhere_is_told_only_once_they_proved_who_they_are() {
    let app = behind_a_proxy().await;
    let ada = person(&app).await;
    let networks = "UPDATE organizations SET ip_ranges = '{203.0.113.0/24}' WHERE type = 'mss_provider'";
    sqlx::query(networks).execute(&mut app.sql().await).await.unwrap();
    let sign_in = async |address: &str, password: &str| {
        let stranger = app.stranger();
        let request = stranger.request(reqwest::Method::POST, "/api/auth/login");
        stranger.send(request.header("x-forwarded-for", address).json(&wish(&ada.email, password))).await
    };
    sign_in("203.0.113.9", PASSWORD).await.ok();
    // As everywhere, whoever does not know the password learns nothing.
    let wrong = sign_in("198.51.100.1", "not the password 17").await.refused(401, "invalid_credentials");
    assert!(!wrong.to_string().contains("network"), "{wrong}");
    sign_in("198.51.100.1", PASSWORD).await.refused(403, "address_not_allowed");
    let (sentence, actor): (String, uuid::Uuid) = sqlx::query_as(
        "SELECT sentence, actor_id FROM audit_logs WHERE code = 'auth.login' AND outcome = 'refused' AND actor_id IS NOT NULL",
    )
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap();
    assert_eq!(actor, ada.id);
    assert!(sentence.ends_with("they came from outside the organization's networks"), "{sentence}");
    let sign_ins: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM user_sessions WHERE user_id = $1 AND client_ip <<= '198.51.100.0/24'",
    )
    .bind(ada.id)
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap();
    assert_eq!(sign_ins, 0);
    app.stop().await;
}
