//! The history: every change of every grant, whoever made it by whatever way.

use super::{GRANT, expire, path, revoke, wish, with};
use crate::support::{Actor, TestApp};
use serde_json::{Value, json};

pub const HISTORY: &str = "/api/access-management/history";

/// What the history tells somebody, the newest first.
pub async fn history_of(actor: &Actor, query: &str) -> Vec<Value> {
    actor.get(&format!("{HISTORY}{query}")).await.ok()["items"].as_array().unwrap().clone()
}

/// Each grant, as it stands, is the end of its own history.
pub async fn complete(app: &TestApp) {
    let lost: Vec<String> = sqlx::query_scalar(
        "SELECT g.id::text FROM technician_customer_access g LEFT JOIN LATERAL (
             SELECT * FROM access_changes c WHERE c.org_id = g.org_id AND c.grant_id = g.id ORDER BY version DESC LIMIT 1
         ) c ON true
         WHERE (c.version, c.access_level, c.services, c.ip_ranges, c.reason, c.notes, c.starts_at, c.hours,
                c.action IN ('revoke', 'expire'))
               IS DISTINCT FROM
               (g.version, g.access_level, g.services, g.ip_ranges, g.reason, g.notes, g.starts_at, g.hours,
                g.revoked_at IS NOT NULL)
            OR (SELECT count(*) FROM access_changes c WHERE c.org_id = g.org_id AND c.grant_id = g.id) <> g.version",
    )
    .fetch_all(&mut app.sql().await)
    .await
    .unwrap();
    assert_eq!(lost, Vec::<String>::new(), "grants whose history is not whole");
}

fn steps(history: &[Value]) -> Vec<&str> {
    history.iter().rev().map(|entry| entry["action"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn every_change_of_a_grant_is_told_from_what_to_what_and_why() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    let notes = [("notes", json!("knows the CISO"))];
    let grant = manager.post(GRANT, with(wish(&technician, &kestrel, "read_only"), &notes)).await.created();
    let change = json!({ "accessLevel": "full_access", "services": ["ssh"], "reason": "migration" });
    manager.put(&path(&grant), change).await.ok();
    manager.put(&path(&grant), json!({ "notes": "knows the CISO well" })).await.ok();
    technician.post(&format!("{}/record-access", path(&grant)), json!({})).await.ok();
    revoke(&manager, &grant).await.ok();

    let told = history_of(&manager, &format!("?grantId={}", grant["id"].as_str().unwrap())).await;
    assert_eq!(steps(&told), ["create", "update", "update", "revoke"]);
    let [revoked, _, updated, created] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((&created["before"], &created["after"]["accessLevel"]), (&json!(null), &json!("read_only")));
    assert_eq!(
        (&created["reason"], &created["changedByName"]),
        (&json!("quarterly review"), &json!(manager.name))
    );
    assert_eq!(updated["before"]["accessLevel"], "read_only");
    assert_eq!((&updated["after"]["services"], &updated["reason"]), (&json!(["ssh"]), &json!("migration")));
    assert_eq!((&revoked["after"], &revoked["reason"]), (&json!(null), &json!("left the project")));
    assert_eq!(revoked["before"]["accessLevel"], "full_access");
    assert_eq!(
        (&revoked["technicianName"], &revoked["organizationName"]),
        (&json!(technician.name), &json!("Kestrel Bank"))
    );
    assert!(told.iter().all(|entry| entry["batchId"].is_null()));
    // The provider's remarks are told to the provider alone; the customer hears that they were changed.
    let noted = &told[1];
    assert_eq!((&noted["before"], &noted["notesChanged"]), (&noted["after"], &json!(true)));
    assert_eq!(
        (&noted["notesBefore"], &noted["notesAfter"]),
        (&json!("knows the CISO"), &json!("knows the CISO well"))
    );
    assert_eq!((&updated["notesChanged"], &updated["notesAfter"]), (&json!(false), &json!("knows the CISO")));
    assert_eq!((&created["notesBefore"], &created["notesAfter"]), (&json!(null), &json!("knows the CISO")));
    assert_eq!((&revoked["notesAfter"], &revoked["notesChanged"]), (&json!(null), &json!(false)));
    let theirs = history_of(&app.member(&kestrel, "admin").await, "").await;
    assert_eq!((theirs.len(), &theirs[1]["notesChanged"]), (4, &json!(true)));
    assert!(theirs.iter().all(|entry| entry["notesBefore"].is_null() && entry["notesAfter"].is_null()));
    assert!(!json!(theirs).to_string().contains("CISO"), "{theirs:?}");
    complete(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn what_stays_the_same_is_no_change() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    let terms = [
        ("notes", json!("knows the CISO")),
        ("services", json!(["rdp", "ssh"])),
        ("ipRanges", json!(["10.0.0.0/8"])),
        ("expiresAt", super::at(&app, 600)),
    ];
    let grant = manager.post(GRANT, with(wish(&technician, &kestrel, "full_access"), &terms)).await.created();
    let events = app.audit_count().await;
    let same = json!({
        "accessLevel": "full_access", "services": ["ssh", "rdp"], "ipRanges": ["10.0.0.0/8"], "hours": null,
        "expiresAt": grant["expiresAt"], "reason": " quarterly review ", "notes": "knows the CISO",
    });
    for nothing in [json!({}), same] {
        let seen = manager.put(&path(&grant), nothing).await.ok();
        assert_eq!((&seen["version"], &seen["services"]), (&json!(1), &grant["services"]), "{seen}");
    }
    let request = manager.request(reqwest::Method::PUT, &path(&grant)).header("if-match", 7);
    manager.send(request.json(&json!({}))).await.refused(412, "stale_version");
    assert_eq!(app.audit_count().await, events + 1, "the refusal alone");
    assert_eq!(history_of(&manager, "").await.len(), 1);
    assert_eq!(manager.put(&path(&grant), json!({ "notes": "" })).await.ok()["version"], 2);
    complete(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn closing_a_removed_account_and_groups_are_told_too() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, ada, ben) = (app.super_admin().await, app.technician().await, app.technician().await);
    let over = boss.post(GRANT, wish(&ada, &kestrel, "full_access")).await.created();
    expire(&app, &over).await;
    boss.post(GRANT, wish(&ada, &kestrel, "full_access")).await.created();
    let of = async |who: &Actor| history_of(&boss, &format!("?technicianId={}", who.id)).await;
    let mut told = steps(&of(&ada).await).into_iter().map(str::to_owned).collect::<Vec<_>>();
    told.sort();
    assert_eq!(told, ["create", "create", "expire"]);

    app.grant(&ben, &kestrel, "read_only").await;
    boss.put(&format!("/api/users/{}", ben.id), json!({ "role": "security_analyst" })).await.ok();
    let told = of(&ben).await;
    assert_eq!(steps(&told), ["create", "revoke"]);
    assert_eq!(told[0]["reason"], "not a technician any more");
    boss.delete(&format!("/api/users/{}", ada.id)).await.ok();
    let told = of(&ada).await;
    assert_eq!(
        (&told[0]["action"], &told[0]["reason"]),
        (&json!("revoke"), &json!("the account was removed"))
    );
    complete(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn i01_a_customers_admin_reads_the_history_of_their_own_organization_and_of_no_other() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (manager, technician) = (app.account_manager().await, app.technician().await);
    let here = manager.post(GRANT, wish(&technician, &kestrel, "full_access")).await.created();
    let there = manager.post(GRANT, wish(&technician, &harbor, "full_access")).await.created();
    revoke(&manager, &there).await.ok();
    let admin = app.member(&kestrel, "admin").await;
    let total = async |actor: &Actor, query: &str| {
        actor.get(&format!("{HISTORY}{query}")).await.ok()["total"].as_i64().unwrap()
    };
    assert_eq!((total(&manager, "").await, total(&admin, "").await), (3, 1));
    assert_eq!(total(&admin, &format!("?organizationId={}", kestrel.id)).await, 1);
    assert_eq!(total(&admin, &format!("?grantId={}", there["id"].as_str().unwrap())).await, 0);
    assert_eq!(history_of(&admin, "").await[0]["grantId"], here["id"]);
    admin.get(&format!("{HISTORY}?organizationId={}", harbor.id)).await.refused(404, "not_found");
    assert_eq!(total(&manager, &format!("?organizationId={}", harbor.id)).await, 2);

    let people = admin.get(&format!("/api/access-management/customer/{}/technicians", kestrel.id)).await.ok();
    assert_eq!(
        (&people["total"], &people["items"][0]["technicianName"]),
        (&json!(1), &json!(technician.name))
    );
    assert_eq!(people["items"][0]["technicianEmail"], json!(null));
    assert_eq!(people["items"][0]["grants"][0]["accessLevel"], "full_access");
    admin
        .get(&format!("/api/access-management/customer/{}/technicians", harbor.id))
        .await
        .refused(404, "not_found");
    let people =
        manager.get(&format!("/api/access-management/customer/{}/technicians", kestrel.id)).await.ok();
    assert_eq!(people["items"][0]["technicianEmail"], json!(technician.email));

    for actor in [&technician, &app.security_analyst().await, &app.member(&kestrel, "basic_user").await] {
        actor.get(HISTORY).await.refused(403, "forbidden");
        actor.get(&format!("{HISTORY}?organizationId={}", kestrel.id)).await.refused(403, "forbidden");
    }
    for wrong in ["?color=red", "?from=yesterday", "?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z"] {
        manager.get(&format!("{HISTORY}{wrong}")).await.refused(400, "invalid_input");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_history_is_nobodys_to_change() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    app.grant(&app.technician().await, &kestrel, "full_access").await;
    let mut sql = app.sql().await;
    for act in
        ["UPDATE access_changes SET why = 'x'", "DELETE FROM access_changes", "TRUNCATE access_changes"]
    {
        for role in ["sallyport_app", "sallyport_system"] {
            crate::wall::run(&mut sql, &format!("BEGIN; SET LOCAL ROLE {role}")).await;
            let refusal = crate::wall::attempt_within(&mut sql, act).await;
            assert_eq!(crate::wall::code(refusal), "42501", "{act} as {role}");
            crate::wall::run(&mut sql, "ROLLBACK").await;
        }
    }
    app.stop().await;
}
