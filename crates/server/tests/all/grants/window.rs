//! The matrix, window by window, now and back in time; what differs; what is unused; numbers.

use super::{GRANT, at, path, revoke, wish, with};
use crate::support::{Actor, TestApp};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

const MATRIX: &str = "/api/access-management/matrix";

/// Now, by the database's clock.
async fn now(app: &TestApp) -> DateTime<Utc> {
    sqlx::query_scalar("SELECT clock_timestamp()").fetch_one(&mut app.sql().await).await.unwrap()
}

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The levels in a cell.
fn levels<'a>(matrix: &'a Value, technician: &Actor, customer: &crate::support::Customer) -> Vec<&'a str> {
    let cells = matrix["cells"].as_array().unwrap();
    let cell = cells.iter().find(|cell| {
        cell["technicianId"] == json!(technician.id) && cell["customerOrgId"] == json!(customer.id)
    });
    let grants = cell.map(|cell| cell["grants"].as_array().unwrap().as_slice()).unwrap_or_default();
    grants.iter().map(|grant| grant["accessLevel"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_matrix_is_read_window_by_window() {
    let app = TestApp::start().await;
    let manager = app.account_manager().await;
    let mut places = Vec::new();
    for name in ["Alder", "Birch", "Cedar", "Dogwood"] {
        places.push(app.customer(name).await);
    }
    let (ada, ben) = (app.technician().await, app.technician().await);
    for place in &places {
        app.grant(&ada, place, "full_access").await;
    }
    app.grant(&ada, &places[1], "read_only").await;
    app.grant(&ben, &places[3], "read_only").await;
    let get = async |query: &str| manager.get(&format!("{MATRIX}{query}")).await.ok();
    let names = |matrix: &Value| -> Vec<String> {
        let customers = matrix["customers"].as_array().unwrap();
        customers.iter().map(|customer| customer["name"].as_str().unwrap().to_owned()).collect()
    };
    let all = get("").await;
    assert_eq!(
        (&all["totalTechnicians"], &all["totalCustomers"], &all["at"]),
        (&json!(2), &json!(4), &json!(null))
    );
    assert_eq!(all["cells"].as_array().unwrap().len(), 5);
    assert_eq!(levels(&all, &ada, &places[1]), ["full_access", "read_only"]);
    let window = get("?customerOffset=1&customerLimit=2").await;
    assert_eq!(
        (names(&window), &window["totalCustomers"]),
        (vec!["Birch".to_owned(), "Cedar".to_owned()], &json!(4))
    );
    assert_eq!(window["cells"].as_array().unwrap().len(), 2, "nothing from outside of the window");
    let beyond = get("?technicianOffset=9").await;
    assert_eq!((&beyond["technicians"], &beyond["totalTechnicians"]), (&json!([]), &json!(2)));
    // A name of a customer, of a technician, of neither.
    let found = get("?q=edar").await;
    assert_eq!((names(&found), &found["totalTechnicians"]), (vec!["Cedar".to_owned()], &json!(2)));
    let found = get(&format!("?q={}", &ben.name[11..])).await;
    assert_eq!((&found["totalTechnicians"], &found["totalCustomers"]), (&json!(1), &json!(4)));
    assert_eq!(found["technicians"][0]["id"], json!(ben.id));
    let found = get("?q=nobody").await;
    assert_eq!((&found["totalTechnicians"], &found["totalCustomers"]), (&json!(0), &json!(0)));
    for wrong in ["?technicianLimit=x", "?limit=5", "?at=yesterday"] {
        manager.get(&format!("{MATRIX}{wrong}")).await.refused(400, "invalid_input");
    }
    for actor in [&ada, &app.security_analyst().await, &app.member(&places[0], "admin").await] {
        for path in ["", "/changes?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z"] {
            actor.get(&format!("{MATRIX}{path}")).await.refused(403, "forbidden");
        }
        actor.get("/api/access-management/summary").await.refused(403, "forbidden");
        actor.get("/api/access-management/unused").await.refused(403, "forbidden");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_matrix_goes_back_in_time() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, ada, ben) = (app.super_admin().await, app.technician().await, app.technician().await);
    let before = now(&app).await;
    let soon = [("expiresAt", at(&app, 30))];
    let grant = boss.post(GRANT, with(wish(&ada, &kestrel, "read_only"), &soon)).await.created();
    app.grant(&ben, &harbor, "full_access").await;
    let granted = now(&app).await;
    boss.put(&path(&grant), json!({ "accessLevel": "full_access", "expiresAt": null })).await.ok();
    let widened = now(&app).await;
    revoke(&boss, &grant).await.ok();
    boss.delete(&format!("/api/users/{}", ben.id)).await.ok();
    let over = now(&app).await;

    let matrix = async |at| boss.get(&format!("{MATRIX}?at={}", text(at))).await.ok();
    let then = matrix(before).await;
    assert_eq!((&then["cells"], &then["totalCustomers"]), (&json!([]), &json!(2)));
    let then = matrix(granted).await;
    assert_eq!(
        (levels(&then, &ada, &kestrel), levels(&then, &ben, &harbor)),
        (vec!["read_only"], vec!["full_access"])
    );
    assert_eq!(then["totalTechnicians"], 2, "who is gone by now was there");
    assert_eq!(levels(&matrix(widened).await, &ada, &kestrel), ["full_access"]);
    let then = matrix(over).await;
    assert_eq!((&then["cells"], &then["totalTechnicians"]), (&json!([]), &json!(1)));
    // As it stood then, it would have ended by itself.
    let then = matrix(granted + TimeDelta::days(-1)).await;
    assert_eq!((&then["technicians"], &then["customers"]), (&json!([]), &json!([])));

    let differences = async |from: DateTime<Utc>, to: DateTime<Utc>| {
        let found = boss.get(&format!("{MATRIX}/changes?from={}&to={}", text(from), text(to))).await.ok();
        assert_eq!(found["truncated"], false);
        found["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| {
                let level = |side: &str| item[side].as_str().unwrap_or("-").to_owned();
                format!(
                    "{} {} {}",
                    item["customerOrgName"].as_str().unwrap(),
                    level("before"),
                    level("after")
                )
            })
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        differences(before, granted).await,
        ["Harbor Clinic - full_access", "Kestrel Bank - read_only"]
    );
    assert_eq!(differences(granted, widened).await, ["Kestrel Bank read_only full_access"]);
    assert_eq!(
        differences(widened, over).await,
        ["Harbor Clinic full_access -", "Kestrel Bank full_access -"]
    );
    assert_eq!(
        differences(before, over).await,
        Vec::<String>::new(),
        "what came and went differs in nothing"
    );
    let wrong = format!("{MATRIX}/changes?from={}&to={}", text(over), text(before));
    boss.get(&wrong).await.refused(400, "invalid_input");
    app.stop().await;
}

#[tokio::test]
async fn beginnings_and_ends_that_nobody_made_are_differences_too() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, ada) = (app.super_admin().await, app.technician().await);
    let terms = [("startsAt", at(&app, 60)), ("expiresAt", at(&app, 120))];
    boss.post(GRANT, with(wish(&ada, &kestrel, "full_access"), &terms)).await.created();
    let start = now(&app).await;
    let at = |minutes| start + TimeDelta::minutes(minutes);
    for (from, to, wanted) in [
        (-1, 30, None),
        (30, 90, Some((json!(null), json!("full_access")))),
        (90, 180, Some((json!("full_access"), json!(null)))),
        (30, 180, None),
    ] {
        let found =
            boss.get(&format!("{MATRIX}/changes?from={}&to={}", text(at(from)), text(at(to)))).await.ok();
        let items = found["items"].as_array().unwrap();
        let seen = items.first().map(|item| (item["before"].clone(), item["after"].clone()));
        assert_eq!(seen, wanted, "{from} to {to}");
    }
    let matrix = boss.get(&format!("{MATRIX}?at={}", text(at(90)))).await.ok();
    assert_eq!(matrix["cells"][0]["grants"][0]["status"], "active");
    let matrix = boss.get(MATRIX).await.ok();
    assert_eq!(matrix["cells"][0]["grants"][0]["status"], "scheduled");
    app.stop().await;
}

/// As the matrix of the one instant has them and that of the other has not.
#[tokio::test]
async fn whoever_had_access_to_a_customer_that_went_is_a_difference() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, ada) = (app.super_admin().await, app.technician().await);
    boss.post(GRANT, wish(&ada, &kestrel, "full_access")).await.created();
    let there = now(&app).await;
    boss.delete(&format!("/api/organizations/{}", kestrel.id)).await.ok();
    let gone = now(&app).await;
    for (at, cells) in [(there, 1), (gone, 0)] {
        let matrix = boss.get(&format!("{MATRIX}?at={}", text(at))).await.ok();
        assert_eq!(matrix["cells"].as_array().unwrap().len(), cells);
    }
    let found = boss.get(&format!("{MATRIX}/changes?from={}&to={}", text(there), text(gone))).await.ok();
    let items = found["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "{found}");
    assert_eq!((&items[0]["before"], &items[0]["after"]), (&json!("full_access"), &json!(null)));
    app.stop().await;
}

/// Every term, of every level, and which it was.
#[tokio::test]
async fn whatever_term_was_changed_is_a_difference() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, ada) = (app.super_admin().await, app.technician().await);
    let full = boss.post(GRANT, wish(&ada, &kestrel, "full_access")).await.created();
    let look = boss.post(GRANT, wish(&ada, &kestrel, "read_only")).await.created();
    let differences = async |from: DateTime<Utc>, to: DateTime<Utc>| {
        let found = boss.get(&format!("{MATRIX}/changes?from={}&to={}", text(from), text(to))).await.ok();
        found["items"].as_array().unwrap().clone()
    };
    let hours =
        json!({ "timeZone": "UTC", "windows": [{ "days": ["monday"], "from": "08:00", "to": "18:00" }] });
    let start = now(&app).await;
    let mut last = start;
    for (field, value) in [
        ("ipRanges", json!(["10.0.0.0/8", "2001:db8::/32"])),
        ("services", json!(["ssh"])),
        ("expiresAt", at(&app, 600)),
        ("hours", hours),
        ("reason", json!("the second year")),
    ] {
        for (grant, level) in [(&full, "full_access"), (&look, "read_only")] {
            boss.put(&path(grant), json!({ field: value })).await.ok();
            let then = now(&app).await;
            let found = differences(last, then).await;
            assert_eq!(found.len(), 1, "{field} {level}");
            assert_eq!(
                (&found[0]["before"], &found[0]["after"]),
                (&json!("full_access"), &json!("full_access"))
            );
            let levels = found[0]["levels"].as_array().unwrap();
            assert_eq!((levels.len(), &levels[0]["accessLevel"]), (1, &json!(level)), "{levels:?}");
            assert_eq!(levels[0]["changed"], json!([field]), "{levels:?}");
            assert_ne!(levels[0]["before"][field], levels[0]["after"][field]);
            if field != "expiresAt" {
                assert_eq!(levels[0]["after"][field], value);
            }
            last = then;
        }
    }
    // The remarks are no term, and what is as it was differs in nothing.
    boss.put(&path(&full), json!({ "notes": "knows the CISO" })).await.ok();
    let noted = now(&app).await;
    assert_eq!(differences(last, noted).await, Vec::<Value>::new());
    revoke(&boss, &look).await.ok();
    let found = differences(start, now(&app).await).await;
    let levels = found[0]["levels"].as_array().unwrap();
    assert_eq!(levels[0]["changed"], json!(["expiresAt", "ipRanges", "services", "hours", "reason"]));
    assert_eq!(
        (&levels[1]["accessLevel"], &levels[1]["after"], &levels[1]["changed"]),
        (&json!("read_only"), &json!(null), &json!([]))
    );
    assert_eq!(found[0]["hoursAfter"]["timeZone"], "UTC");
    app.stop().await;
}

#[tokio::test]
async fn what_nobody_uses_is_listed_and_counted() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (manager, ada, ben) = (app.account_manager().await, app.technician().await, app.technician().await);
    let old = app.grant(&ada, &kestrel, "full_access").await;
    let older = app.grant(&ada, &harbor, "full_access").await;
    let used = app.grant(&ada, &harbor, "read_only").await;
    let later = [("startsAt", at(&app, 60)), ("expiresAt", at(&app, 600))];
    manager.post(GRANT, with(wish(&ada, &kestrel, "read_only"), &later)).await.created();
    let mut sql = app.sql().await;
    for (days, id) in [(45, &old), (95, &older), (95, &used)] {
        let ago = format!(
            "UPDATE technician_customer_access SET granted_at = now() - interval '{days} days' WHERE id = '{id}'"
        );
        crate::wall::run(&mut sql, &ago).await;
    }
    ada.post(&format!("/api/technician-access/{used}/record-access"), json!({})).await.ok();
    let unused = async |days: i32| {
        let page = manager.get(&format!("/api/access-management/unused?days={days}")).await.ok();
        let ids =
            page["items"].as_array().unwrap().iter().map(|grant| grant["id"].as_str().unwrap().to_owned());
        (page["total"].as_i64().unwrap(), ids.collect::<Vec<_>>())
    };
    assert_eq!(unused(30).await, (2, vec![older.clone(), old]));
    assert_eq!(unused(90).await, (1, vec![older]));
    manager.get("/api/access-management/unused?days=7").await.refused(400, "invalid_input");
    let page = manager.get("/api/access-management/unused?limit=1&page=2").await.ok();
    assert_eq!((&page["total"], page["items"].as_array().unwrap().len()), (&json!(2), 1));
    assert_eq!(page["items"][0]["can"]["grant.revoke"], true);

    let summary = manager.get("/api/access-management/summary").await.ok();
    assert_eq!((&summary["activeGrants"], &summary["scheduledGrants"]), (&json!(3), &json!(1)));
    assert_eq!(summary["unused"], json!({ "days30": 2, "days60": 1, "days90": 1 }));
    assert_eq!(summary["byLevel"], json!({ "full_access": 2, "emergency": 0, "read_only": 1 }));
    assert_eq!((&summary["techniciansWithAccess"], &summary["techniciansWithout"]), (&json!(1), &json!(1)));
    assert_eq!((&summary["customersWithAccess"], &summary["customersWithout"]), (&json!(2), &json!(0)));
    assert_eq!((&summary["expiringWithin7Days"], &summary["liveSessions"]), (&json!(0), &json!(0)));
    let ending = [("expiresAt", at(&app, 600))];
    let grant = manager.post(GRANT, with(wish(&ben, &kestrel, "full_access"), &ending)).await.created();
    assert_eq!(manager.get("/api/access-management/summary").await.ok()["expiringWithin7Days"], 1);
    super::expire(&app, &grant).await;
    assert_eq!(manager.get("/api/access-management/summary").await.ok()["expiredLast30Days"], 1);

    // What stands at a customer that was deleted does not count.
    for customer in [&kestrel, &harbor] {
        app.super_admin().await.delete(&format!("/api/organizations/{}", customer.id)).await.ok();
    }
    let summary = manager.get("/api/access-management/summary").await.ok();
    assert_eq!((&summary["activeGrants"], &summary["expiredLast30Days"]), (&json!(0), &json!(0)));
    assert_eq!((&summary["techniciansWithAccess"], &summary["techniciansWithout"]), (&json!(0), &json!(2)));
    app.stop().await;
}
