//! Many grants taken back at once.

use super::{GRANT, path, revoke, wish, with};
use crate::grants::history::complete;
use crate::sessions::{Stage, until_session};
use crate::support::{Terminal, TestApp};
use serde_json::{Value, json};
use uuid::Uuid;

const BULK: &str = "/api/access-management/bulk-revoke";

async fn active(app: &TestApp) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM technician_customer_access WHERE revoked_at IS NULL")
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn g02_a_bulk_revocation_ends_live_sessions() {
    let stage = Stage::new().await;
    let boss = stage.app.super_admin().await;
    let (mut terminal, id) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
    let wish = json!({ "technicianIds": [stage.tech.id], "reason": "laptop stolen" });
    let preview = boss.post(BULK, with(wish.clone(), &[("preview", json!(true))])).await.ok();
    assert_eq!(
        (&preview["liveSessions"], &preview["revoked"], &preview["batchId"]),
        (&json!(1), &json!(1), &json!(null))
    );
    terminal.type_in("echo still-$((40+2))\n").await;
    terminal.shows("still-42").await;
    let done = boss.post(BULK, wish).await.ok();
    assert_eq!((&done["liveSessions"], &done["revoked"]), (&json!(1), &json!(1)));
    let ended = terminal.event("ended").await;
    assert_eq!(ended["code"], "grant_revoked");
    assert!(ended["message"].as_str().unwrap().contains("laptop stolen"), "{ended}");
    until_session(&boss, &id, "the end", |session| session["status"] == "ended").await;
    complete(&stage.app).await;
}

#[tokio::test]
async fn a_grant_is_meant_when_every_list_has_it() {
    let app = TestApp::start().await;
    let (boss, ada, ben) = (app.super_admin().await, app.technician().await, app.technician().await);
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    for technician in [&ada, &ben] {
        for place in [&kestrel, &harbor] {
            app.grant(technician, place, "full_access").await;
        }
    }
    let one = boss.post(GRANT, wish(&ada, &kestrel, "read_only")).await.created();
    let preview = async |lists: Value| {
        let wish = with(lists, &[("reason", json!("drill")), ("preview", json!(true))]);
        boss.post(BULK, wish).await.ok()["revoked"].as_i64().unwrap()
    };
    assert_eq!(preview(json!({ "technicianIds": [ada.id] })).await, 3);
    assert_eq!(preview(json!({ "customerOrgIds": [kestrel.id, harbor.id] })).await, 5);
    assert_eq!(preview(json!({ "technicianIds": [ben.id], "customerOrgIds": [kestrel.id] })).await, 1);
    assert_eq!(preview(json!({ "technicianIds": [ben.id], "grantIds": [one["id"]] })).await, 0);
    let done = boss.post(BULK, json!({ "reason": "drill", "grantIds": [one["id"]] })).await.ok();
    assert_eq!((&done["revoked"], active(&app).await), (&json!(1), 4));
    let again = boss.post(BULK, json!({ "reason": "drill", "grantIds": [one["id"]] })).await.ok();
    assert_eq!(
        (&again["revoked"], &again["unchanged"], &again["batchId"]),
        (&json!(0), &json!(1), &json!(null))
    );
    complete(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn i04_g14_one_id_of_nothing_refuses_all_and_so_does_everybody_but_super_admins() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, manager, ada) = (app.super_admin().await, app.account_manager().await, app.technician().await);
    let grant = app.grant(&ada, &kestrel, "full_access").await;
    let strange = Uuid::from_u128(7);
    for lists in [
        json!({ "grantIds": [grant, strange] }),
        json!({ "technicianIds": [ada.id, strange] }),
        json!({ "customerOrgIds": [kestrel.id, strange] }),
        json!({ "technicianIds": [ada.id], "customerOrgIds": [strange] }),
    ] {
        boss.post(BULK, with(lists, &[("reason", json!("drill"))])).await.refused(404, "not_found");
    }
    let all = json!({ "technicianIds": [ada.id], "reason": "drill" });
    for wrong in [
        json!({ "reason": "drill" }),
        json!({ "reason": "drill", "technicianIds": [] }),
        json!({ "reason": "drill", "technicianIds": [ada.id], "grantIds": [] }),
        json!({ "reason": "", "technicianIds": [ada.id] }),
        json!({ "technicianIds": [ada.id] }),
        json!({ "reason": "drill", "technicianIds": vec![ada.id; 1].into_iter().chain((0..1000).map(|n| Uuid::from_u128(n + 9))).collect::<Vec<_>>() }),
    ] {
        boss.post(BULK, wrong).await.refused(400, "invalid_input");
    }
    boss.post(BULK, with(all.clone(), &[("force", json!(true))])).await.refused(400, "unknown_field");
    let people = [&manager, &ada, &app.security_analyst().await, &app.member(&kestrel, "admin").await];
    for actor in people {
        actor.post(BULK, all.clone()).await.refused(403, "forbidden");
    }
    assert_eq!(active(&app).await, 1);
    // No fresh proof is asked for, and no suspended customer stands in the way.
    boss.put(&format!("/api/organizations/{}", kestrel.id), json!({ "status": "suspended" })).await.ok();
    crate::wall::run(
        &mut app.sql().await,
        "UPDATE user_sessions SET authenticated_at = now() - interval '1 day'",
    )
    .await;
    boss.post(BULK, all).await.ok();
    assert_eq!(active(&app).await, 0);
    app.stop().await;
}

/// The second path asks the same use cases.
#[tokio::test]
async fn the_second_path_of_grants_is_the_same() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    let grant =
        manager.post("/api/access-management/grant", wish(&ada, &kestrel, "read_only")).await.created();
    let twin = format!("/api/access-management/access/{}", grant["id"].as_str().unwrap());
    let changed = manager.put(&twin, json!({ "accessLevel": "full_access" })).await.ok();
    assert_eq!(changed["version"], 2);
    let late = manager.request(reqwest::Method::PUT, &twin).header("If-Match", "1");
    manager.send(late.json(&json!({ "notes": "x" }))).await.refused(412, "stale_version");
    assert_eq!(manager.get(&path(&grant)).await.ok()["accessLevel"], "full_access");
    let held = manager.get(&format!("/api/access-management/technician/{}", ada.id)).await.ok();
    assert_eq!(held["total"], 1);
    manager.delete(&format!("{twin}?reason=over")).await.ok();
    revoke(&manager, &grant).await.refused(409, "grant_revoked");
    complete(&app).await;
    app.stop().await;
}
