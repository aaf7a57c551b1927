//! What one person did.

use super::{Entry, THEN};
use crate::support::{Actor, TestApp};
use serde_json::{Value, json};

fn path(of: &Actor) -> String {
    format!("/api/audit/user/{}/activity?{THEN}", of.id)
}

fn at_home(activity: &Value) -> Value {
    json!([activity["total"], activity["organizations"].as_array().unwrap().len()])
}

async fn run(app: &TestApp, statement: &'static str, id: uuid::Uuid) {
    sqlx::query(statement).bind(id).execute(&mut app.sql().await).await.unwrap();
}

#[tokio::test]
async fn what_a_person_did_is_told_whole() {
    let app = TestApp::start().await;
    let (acme, bolt) = (app.customer("Acme").await, app.customer("Bolt").await);
    let (ada, ben) = (app.technician().await, app.technician().await);
    for minute in 0..3 {
        let at = format!("2025-03-02T08:0{minute}:00Z");
        Entry::at(acme.id, &at, "session.start").by(&ada).from("10.0.0.7").risk("medium").keep(&app).await;
    }
    Entry::at(bolt.id, "2025-03-04T10:00:00Z", "asset.create")
        .by(&ada)
        .from("2001:db8::7")
        .outcome("refused")
        .keep(&app)
        .await;
    Entry::at(acme.id, "2025-03-02T09:00:00Z", "session.start").by(&ben).keep(&app).await;
    Entry::at(acme.id, "2025-02-02T09:00:00Z", "session.start").by(&ada).keep(&app).await;
    for (code, outcome) in [
        ("auth.login", "refused"),
        ("factor.verify", "refused"),
        ("auth.login", "success"),
        ("user.update", "refused"),
    ] {
        let target = Some(("user", ada.id, ada.email.clone()));
        let tried = Entry { target, ..Entry::at(app.provider, "2025-03-03T03:00:00Z", code) };
        tried.outcome(outcome).keep(&app).await;
    }
    run(&app, "UPDATE user_sessions SET created_at = '2025-03-02T07:00:00Z' WHERE user_id = $1", ada.id)
        .await;
    run(&app, "UPDATE users SET last_login_at = '2025-03-02T07:00:00Z' WHERE id = $1", ada.id).await;

    let seen = app.account_manager().await.get(&path(&ada)).await.ok();
    assert_eq!((&seen["userId"], &seen["displayName"]), (&json!(ada.id), &json!(ada.name)));
    assert_eq!(
        (&seen["role"], &seen["total"], &seen["refused"]),
        (&json!("technician"), &json!(4), &json!(1))
    );
    assert_eq!(seen["byRiskLevel"], json!({ "info": 1, "low": 0, "medium": 3, "high": 0, "critical": 0 }));
    let codes = json!([{ "code": "session.start", "count": 3 }, { "code": "asset.create", "count": 1 }]);
    assert_eq!(seen["byCode"], codes);
    let organizations = json!([{ "organizationId": acme.id, "name": "Acme", "count": 3 },
                               { "organizationId": bolt.id, "name": "Bolt", "count": 1 }]);
    assert_eq!(seen["organizations"], organizations);
    let addresses = json!([{ "clientIp": "10.0.0.7", "count": 3, "lastAt": "2025-03-02T08:02:00Z" },
                           { "clientIp": "2001:db8::7", "count": 1, "lastAt": "2025-03-04T10:00:00Z" }]);
    assert_eq!(seen["addresses"], addresses);
    assert_eq!(
        seen["days"],
        json!([{ "day": "2025-03-02", "count": 3 }, { "day": "2025-03-04", "count": 1 }])
    );
    assert_eq!((&seen["signIns"], &seen["refusedSignIns"]), (&json!(1), &json!(2)));
    assert_eq!(seen["lastSignInAt"], "2025-03-02T07:00:00Z");
    assert_eq!(seen["sessions"], json!({ "count": 0, "totalSeconds": 0 }));
    let recent: Vec<_> = seen["recent"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
    assert_eq!(json!(recent), json!(["asset.create", "session.start", "session.start", "session.start"]));

    // Who is gone did what they did.
    run(&app, "UPDATE users SET status = 'deleted' WHERE id = $1", ada.id).await;
    assert_eq!(app.security_analyst().await.get(&path(&ada)).await.ok()["total"], 4);
}

#[tokio::test]
async fn e04_everybody_sees_of_a_person_what_is_theirs_to_see() {
    let app = TestApp::start().await;
    let (acme, bolt) = (app.customer("Acme").await, app.customer("Bolt").await);
    let (technician, member) = (app.technician().await, app.member(&acme, "basic_user").await);
    app.grant(&technician, &acme, "full_access").await;
    for org in [acme.id, bolt.id, app.provider] {
        Entry::at(org, "2025-03-02T08:00:00Z", "session.start").by(&technician).keep(&app).await;
    }
    Entry::at(acme.id, "2025-03-02T08:00:00Z", "organization.update").by(&member).keep(&app).await;

    for office in [app.super_admin().await, app.security_analyst().await, app.account_manager().await] {
        assert_eq!(at_home(&office.get(&path(&technician)).await.ok()), json!([3, 3]), "{}", office.name);
        assert_eq!(at_home(&office.get(&path(&member)).await.ok()), json!([1, 1]), "{}", office.name);
    }
    // Oneself: at home, and where a grant lets one in now.
    assert_eq!(at_home(&technician.get(&path(&technician)).await.ok()), json!([2, 2]));
    assert_eq!(at_home(&member.get(&path(&member)).await.ok()), json!([1, 1]));
    // A customer's admin: their own people, and nobody else's.
    let admin = app.member(&acme, "admin").await;
    assert_eq!(at_home(&admin.get(&path(&member)).await.ok()), json!([1, 1]));
    admin.get(&path(&technician)).await.refused(404, "not_found");
    app.member(&bolt, "admin").await.get(&path(&member)).await.refused(404, "not_found");
    // A colleague, and a technician who is let in, are no admins.
    for role in ["basic_user", "request_user", "report_viewer"] {
        app.member(&acme, role).await.get(&path(&member)).await.refused(403, "forbidden");
    }
    technician.get(&path(&member)).await.refused(403, "forbidden");
    app.technician().await.get(&path(&technician)).await.refused(403, "forbidden");
    app.technician().await.get(&path(&member)).await.refused(404, "not_found");
    app.stranger().get(&path(&member)).await.refused(401, "unauthenticated");
}
