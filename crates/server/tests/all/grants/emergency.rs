//! Emergency access: told at once, over within the hour, looked into by somebody else, and none before that is done.

use super::assign::{ASSIGN, cells};
use super::requests::REQUESTS;
use super::{GRANT, at, path, trail_of, wish, with};
use crate::support::{Actor, Answer, Customer, Terminal, TestApp};
use crate::wall::{attempt, run};
use sallyport::grants::tend;
use sallyport_testkit::sshd::Sshd;
use serde_json::{Value, json};

const EMERGENCY: &str = "/api/access-management/emergency";
const REASON: &str = "the core switch is down, all branches are offline";

fn start(customer: &Customer) -> Value {
    json!({ "customerOrgId": customer.id, "minutes": 30, "reason": REASON })
}

fn of(emergency: &Value, act: &str) -> String {
    format!("{EMERGENCY}/{}{act}", emergency["id"].as_str().unwrap())
}

async fn end(by: &Actor, emergency: &Value) -> Answer {
    by.post(&of(emergency, "/end"), json!({ "reason": "it is solved" })).await
}

async fn review(by: &Actor, emergency: &Value) -> Answer {
    by.post(&of(emergency, "/review"), json!({ "verdict": "justified", "words": "the log fits the ticket" }))
        .await
}

/// The emergency that a grant is.
async fn object_of(by: &Actor, grant: &Value) -> Value {
    let all = by.get(EMERGENCY).await.ok()["items"].clone();
    let own = all.as_array().unwrap().iter().find(|one| one["grantId"] == *grant);
    own.unwrap_or_else(|| panic!("no object for {grant} in {all}")).clone()
}

#[tokio::test]
async fn emergency_access_is_told_at_once_ends_and_is_reviewed_by_another() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, manager, analyst) =
        (app.super_admin().await, app.account_manager().await, app.security_analyst().await);
    let (admin, stranger) = (app.member(&kestrel, "admin").await, app.member(&harbor, "admin").await);
    let (ada, ben) = (app.technician().await, app.technician().await);
    // Only where they hold access now; and in a sentence, for an hour at most.
    ada.post(EMERGENCY, start(&kestrel)).await.refused(404, "not_found");
    let grant = json!({ "ipRanges": ["127.0.0.0/8"] });
    manager
        .post(GRANT, with(wish(&ada, &kestrel, "read_only"), &[("ipRanges", grant["ipRanges"].clone())]))
        .await
        .created();
    ada.post(EMERGENCY, start(&harbor)).await.refused(404, "not_found");
    for (field, value) in [("minutes", json!(61)), ("minutes", json!(0)), ("reason", json!("it burns"))] {
        ada.post(EMERGENCY, with(start(&kestrel), &[(field, value)])).await.refused(400, "invalid_input");
    }
    let for_ben = with(start(&kestrel), &[("technicianId", json!(ben.id))]);
    ada.post(EMERGENCY, for_ben).await.refused(403, "forbidden");
    for who in [&analyst, &admin] {
        who.post(EMERGENCY, start(&kestrel)).await.refused(403, "forbidden");
    }
    let begun = ada.post(EMERGENCY, start(&kestrel)).await.created();
    assert_eq!((&begun["status"], &begun["startedByName"]), (&json!("active"), &json!(ada.name)));
    assert!(begun["toldCount"].as_i64().unwrap() >= 2, "{begun}");
    for reader in [&admin, &boss] {
        let mail = app.mail_to(&reader.email, "emergency_started").await;
        assert!(mail["text"].as_str().unwrap().contains(REASON), "{mail}");
    }
    assert!(app.mails_to(&stranger.email, "emergency_started").is_empty());
    // It is a grant like any other, held to the addresses that its holder is held to.
    let held = manager.get(&path(&json!({ "id": begun["grantId"] }))).await.ok();
    assert_eq!((&held["accessLevel"], &held["ipRanges"]), (&json!("emergency"), &json!(["127.0.0.0/8"])));

    let sees = async |who: &Actor| who.get(EMERGENCY).await.ok()["total"].as_i64().unwrap();
    assert_eq!((sees(&ada).await, sees(&ben).await, sees(&admin).await, sees(&stranger).await), (1, 0, 1, 0));
    assert_eq!((sees(&analyst).await, sees(&manager).await), (1, 1));
    stranger.get(&of(&begun, "")).await.refused(404, "not_found");

    review(&analyst, &begun).await.refused(409, "emergency_active");
    end(&ben, &begun).await.refused(404, "not_found");
    end(&analyst, &begun).await.refused(403, "forbidden");
    // No fresh proof to stop it.
    run(&mut app.sql().await, "UPDATE user_sessions SET authenticated_at = now() - interval '11 minutes'")
        .await;
    let over = end(&admin, &begun).await.ok();
    assert_eq!((&over["status"], &over["overdue"]), (&json!("awaiting_review"), &json!(false)));
    end(&ada, &begun).await.refused(409, "emergency_over");
    assert_eq!(manager.get(&path(&json!({ "id": begun["grantId"] }))).await.ok()["status"], "revoked");
    ada.post(EMERGENCY, start(&kestrel)).await.refused(403, "step_up_required");

    for (who, status) in [(&ada, 403), (&admin, 403), (&ben, 404)] {
        review(who, &begun).await.refused(status, if status == 403 { "forbidden" } else { "not_found" });
    }
    analyst
        .post(&of(&begun, "/review"), json!({ "verdict": "justified", "words": "all fine " }))
        .await
        .refused(400, "invalid_input");
    let done = review(&analyst, &begun).await.ok();
    assert_eq!((&done["status"], &done["review"]["byName"]), (&json!("reviewed"), &json!(analyst.name)));
    review(&manager, &begun).await.refused(409, "already_reviewed");
    assert_eq!(admin.get(&of(&begun, "")).await.ok()["review"]["words"], "the log fits the ticket");
    assert_eq!(trail_of(&app, &begun).await, ["emergency.start", "emergency.end", "emergency.review"]);
    super::history::complete(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn who_held_or_started_it_does_not_review_it_whatever_they_became() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, manager, ada) = (app.super_admin().await, app.account_manager().await, app.technician().await);
    let wish = with(start(&kestrel), &[("technicianId", json!(ada.id))]);
    let begun = manager.post(EMERGENCY, wish).await.created();
    end(&manager, &begun).await.ok();
    let refused = review(&manager, &begun).await.refused(403, "forbidden");
    assert_eq!(refused["details"]["reason"], "own_emergency", "{refused}");
    run(&mut app.sql().await, &format!("UPDATE users SET role = 'super_admin' WHERE id = '{}'", ada.id))
        .await;
    assert_eq!(review(&ada, &begun).await.refused(403, "forbidden")["details"]["reason"], "own_emergency");
    assert!(manager.get(&of(&begun, "")).await.ok()["can"]["emergency.review"].is_string());
    review(&boss, &begun).await.ok();
    app.stop().await;
}

/// By each way that gives it, its object is there; and by each it is refused while a review is owed.
#[tokio::test]
async fn no_way_to_emergency_access_goes_past_its_object_or_an_owed_review() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, analyst, admin) =
        (app.super_admin().await, app.security_analyst().await, app.member(&kestrel, "admin").await);
    let until = at(&app, 40);
    let terms = json!({ "accessLevel": "emergency", "expiresAt": until });
    let because = [("reason", json!(REASON))];
    let ways: [&str; 4] = ["create", "update", "assign", "start"];
    let go = async |way: &str, who: &Actor, place: &Customer| -> Answer {
        let made = [("expiresAt", until.clone())];
        match way {
            "create" => boss.post(GRANT, with(wish(who, place, "emergency"), &made)).await,
            "update" => {
                let other = boss.post(GRANT, wish(who, place, "read_only")).await.created();
                boss.put(&path(&other), with(terms.clone(), &because)).await
            }
            "assign" => {
                let wish = with(cells(&[(who, place)]), &because);
                boss.post(ASSIGN, with(wish, &[("terms", terms.clone())])).await
            }
            _ => boss.post(EMERGENCY, with(start(place), &[("technicianId", json!(who.id))])).await,
        }
    };
    for (n, way) in ways.iter().enumerate() {
        let (ada, ben) = (app.technician().await, app.technician().await);
        let done = go(way, &ada, &kestrel).await;
        assert!(done.status.is_success(), "{way}: {}", done.text());
        let count = app.mails_to(&admin.email, "emergency_started").len();
        let begun = admin.get(&format!("{EMERGENCY}?technicianId={}", ada.id)).await.ok()["items"][0].clone();
        assert_eq!((&begun["status"], &begun["startedById"]), (&json!("active"), &json!(boss.id)), "{way}");
        assert!(begun["toldCount"].as_i64().unwrap() >= 2 || count > n, "{way}: {begun}");
        assert_eq!(trail_of(&app, &begun).await, ["emergency.start"], "{way}");
        // Over, by whatever way: nothing more for Ada, anywhere, until somebody has looked.
        let all = json!({ "grantIds": [begun["grantId"]], "reason": "drill" });
        boss.post("/api/access-management/bulk-revoke", all).await.ok();
        assert_eq!(admin.get(&of(&begun, "")).await.ok()["status"], "awaiting_review", "{way}");
        for (at, other) in ways.iter().zip([&kestrel, &harbor, &harbor, &kestrel]) {
            let owed = go(at, &ada, other).await.refused(409, "review_owed");
            assert_eq!(owed["details"]["emergency"]["emergencyId"], begun["id"], "{owed}");
            assert!(owed["message"].as_str().unwrap().contains(&ada.name), "{owed}");
            run(&mut app.sql().await, &format!(
                "UPDATE technician_customer_access SET revoked_at = now() WHERE technician_id = '{}' AND revoked_at IS NULL", ada.id
            )).await;
        }
        // Others are free at that customer, until it is overdue.
        if n == 0 {
            let theirs = go("create", &ben, &kestrel).await.created();
            end(&boss, &object_of(&boss, &theirs["id"]).await).await.ok();
            review(&analyst, &object_of(&boss, &theirs["id"]).await).await.ok();
            let late = format!("UPDATE emergency_accesses SET started_at = now() - interval '26 hours',
                ends_at = now() - interval '25 hours', ended_at = now() - interval '25 hours' WHERE id = '{}'", begun["id"].as_str().unwrap());
            run(&mut app.sql().await, &late).await;
            assert_eq!(boss.get(&of(&begun, "")).await.ok()["overdue"], true);
            for at in ways {
                let eve = app.technician().await;
                go(at, &eve, &kestrel).await.refused(409, "review_owed");
            }
            end(&boss, &object_of(&boss, &go("create", &ben, &harbor).await.created()["id"]).await)
                .await
                .ok();
        }
        review(&analyst, &begun).await.ok();
        let next = go("create", &ada, &kestrel).await.created();
        end(&boss, &object_of(&boss, &next["id"]).await).await.ok();
    }
    // Not asked for either: a request is for what can wait.
    let asked = json!({ "customer": kestrel.name, "accessLevel": "emergency", "reason": "now" });
    app.technician().await.post(REQUESTS, asked).await.refused(400, "invalid_input");
    app.stop().await;
}

/// A sentence, of the emergency itself, whichever way makes it one.
#[tokio::test]
async fn no_way_to_emergency_access_goes_past_its_reason() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, ada) = (app.super_admin().await, app.technician().await);
    let terms = json!({ "accessLevel": "emergency", "expiresAt": at(&app, 40) });
    let short = [("reason", json!("it burns, come here"))];
    let reasons = [("reason", json!(REASON))];
    let until = [("expiresAt", at(&app, 40))];
    let new = with(wish(&ada, &kestrel, "emergency"), &until);
    let many = with(cells(&[(&ada, &kestrel)]), &[("terms", terms.clone())]);
    let held = boss.post(GRANT, with(wish(&ada, &kestrel, "read_only"), &reasons)).await.created();
    let refused = async |answer: Answer| {
        let refusal = answer.refused(400, "invalid_input");
        assert!(refusal["details"]["fields"]["reason"].is_string(), "{refusal}");
    };
    refused(boss.post(EMERGENCY, with(start(&kestrel), &short)).await).await;
    refused(boss.post(GRANT, with(new.clone(), &short)).await).await;
    refused(boss.post(ASSIGN, with(many.clone(), &short)).await).await;
    refused(boss.post(ASSIGN, with(with(many.clone(), &short), &[("preview", json!(true))])).await).await;
    refused(boss.put(&path(&held), with(terms.clone(), &short)).await).await;
    // The reason that stands is for what was there before, however long it is.
    refused(boss.put(&path(&held), terms.clone()).await).await;
    refused(boss.put(&path(&held), with(terms.clone(), &reasons)).await).await;
    assert_eq!(boss.get(EMERGENCY).await.ok()["total"], 0);
    // The database holds whoever comes past the rules to the same.
    let grant = held["id"].as_str().unwrap();
    for past in [
        "access_level = 'emergency', expires_at = now() + interval '40 minutes'",
        "access_level = 'emergency', expires_at = now() + interval '40 minutes', reason = 'it burns'",
    ] {
        let past = format!("UPDATE technician_customer_access SET {past} WHERE id = '{grant}'");
        let refusal = attempt(&mut app.sql().await, &past).await.unwrap_err();
        assert_eq!(
            refusal.as_database_error().unwrap().constraint(),
            Some("emergency_accesses_reason"),
            "{refusal}"
        );
    }
    let anew = [("reason", json!("the mail server is on fire since noon"))];
    let raised = boss.put(&path(&held), with(terms, &anew)).await.ok();
    assert_eq!(object_of(&boss, &raised["id"]).await["reason"], anew[0].1);
    // Nor does it get a shorter one afterwards.
    refused(boss.put(&path(&held), json!({ "reason": "never mind" })).await).await;
    boss.post(GRANT, with(wish(&app.technician().await, &harbor, "emergency"), &until)).await.created();
    app.stop().await;
}

/// Wherever the first one is, and whether it runs or is about to.
#[tokio::test]
async fn nobody_has_two_emergencies_at_a_time_by_any_way() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, analyst) = (app.super_admin().await, app.security_analyst().await);
    let until = [("expiresAt", at(&app, 40))];
    let because = [("reason", json!(REASON))];
    let terms = json!({ "accessLevel": "emergency", "expiresAt": at(&app, 40) });
    for begins in [None, Some(at(&app, 20))] {
        let ada = app.technician().await;
        let other = boss.post(GRANT, wish(&ada, &harbor, "read_only")).await.created();
        let first = with(wish(&ada, &kestrel, "emergency"), &until);
        let first = begins.map_or(first.clone(), |at| with(first, &[("startsAt", at)]));
        let made = boss.post(GRANT, first).await.created();
        let begun = object_of(&boss, &made["id"]).await;
        let many = with(with(cells(&[(&ada, &harbor)]), &because), &[("terms", terms.clone())]);
        let own = start(&harbor);
        for answer in [
            boss.post(GRANT, with(wish(&ada, &harbor, "emergency"), &until)).await,
            boss.put(&path(&other), with(terms.clone(), &because)).await,
            boss.post(ASSIGN, many).await,
            boss.post(EMERGENCY, with(own.clone(), &[("technicianId", json!(ada.id))])).await,
            ada.post(EMERGENCY, own).await,
        ] {
            let refusal = answer.refused(409, "emergency_active");
            assert_eq!(refusal["details"]["emergency"]["emergencyId"], begun["id"], "{refusal}");
            let message = refusal["message"].as_str().unwrap();
            assert!(message.contains("Kestrel Bank") && message.contains("End that one first"), "{refusal}");
        }
        assert_eq!(boss.get(&format!("{EMERGENCY}?technicianId={}", ada.id)).await.ok()["total"], 1);
        // Over and looked into, it stands in nobody's way; and does not come back beside the next.
        let all = json!({ "grantIds": [made["id"]], "reason": "drill" });
        let revoked = boss.post("/api/access-management/bulk-revoke", all).await.ok();
        review(&analyst, &begun).await.ok();
        boss.put(&path(&other), with(terms.clone(), &because)).await.ok();
        let undo = format!("/api/access-management/batches/{}/undo", revoked["batchId"].as_str().unwrap());
        let refusal = boss.post(&undo, json!({})).await.refused(409, "emergency_active");
        assert!(refusal["message"].as_str().unwrap().contains("Harbor Clinic"), "{refusal}");
    }
    // Of one assignment neither, in a preview neither.
    let ben = app.technician().await;
    let two =
        with(cells(&[(&ben, &kestrel), (&ben, &harbor)]), &[("terms", terms), ("reason", json!(REASON))]);
    for preview in [true, false] {
        let refusal = boss.post(ASSIGN, with(two.clone(), &[("preview", json!(preview))])).await;
        refusal.refused(409, "emergency_active");
    }
    app.stop().await;
}

/// A customer that is deleted may come back, and a review is owed wherever it is owed for.
#[tokio::test]
async fn no_emergency_is_forgotten_with_its_customer() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, analyst, ada) =
        (app.super_admin().await, app.security_analyst().await, app.technician().await);
    let of_ada = |customer| with(start(customer), &[("technicianId", json!(ada.id))]);
    let begun = boss.post(EMERGENCY, of_ada(&kestrel)).await.created();
    boss.delete(&format!("/api/organizations/{}", kestrel.id)).await.ok();
    boss.post(EMERGENCY, of_ada(&harbor)).await.refused(409, "emergency_active");
    assert_eq!(end(&ada, &begun).await.ok()["status"], "awaiting_review");
    boss.post(EMERGENCY, of_ada(&harbor)).await.refused(409, "review_owed");
    let refused = review(&boss, &begun).await.refused(403, "forbidden");
    assert_eq!(refused["details"]["reason"], "own_emergency");
    review(&analyst, &begun).await.ok();
    boss.post(EMERGENCY, of_ada(&harbor)).await.created();
    app.stop().await;
}

/// By ways that do not wait for each other: the database lets one in.
#[tokio::test]
async fn of_emergencies_that_begin_at_once_one_does() {
    let app = TestApp::start().await;
    let (boss, ada) = (app.super_admin().await, app.technician().await);
    let terms = json!({ "accessLevel": "emergency", "expiresAt": at(&app, 40), "reason": REASON });
    let mut places = Vec::new();
    for n in 0..8 {
        let place = app.customer(&format!("Customer {n}")).await;
        let held = boss.post(GRANT, wish(&ada, &place, "read_only")).await.created();
        places.push((place, held));
    }
    let tries = places.iter().enumerate().map(async |(n, (place, held))| match n % 3 {
        0 => boss.put(&path(held), terms.clone()).await,
        1 => ada.post(EMERGENCY, start(place)).await,
        _ => boss.post(GRANT, with(wish(&ada, place, "emergency"), &[("expiresAt", at(&app, 40))])).await,
    });
    let answers = futures::future::join_all(tries).await;
    let won = answers.iter().filter(|answer| answer.status.is_success()).count();
    assert_eq!(won, 1, "{:?}", answers.iter().map(Answer::text).collect::<Vec<_>>());
    for answer in answers.into_iter().filter(|answer| !answer.status.is_success()) {
        answer.refused(409, "emergency_active");
    }
    assert_eq!(boss.get(EMERGENCY).await.ok()["total"], 1);
    app.stop().await;
}

/// What everybody was told of is what it is, until it ends.
#[tokio::test]
async fn no_way_changes_how_far_and_how_long_an_emergency_goes() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, ada, ben) = (app.super_admin().await, app.technician().await, app.technician().await);
    let until = at(&app, 40);
    let new = with(wish(&ada, &kestrel, "emergency"), &[("expiresAt", until.clone())]);
    let made = boss.post(GRANT, new).await.created();
    let begun = object_of(&boss, &made["id"]).await;
    for other in [
        json!({ "accessLevel": "full_access", "expiresAt": at(&app, 60 * 24 * 4) }),
        json!({ "accessLevel": "read_only" }),
        json!({ "expiresAt": at(&app, 50) }),
        json!({ "expiresAt": at(&app, 30), "reason": "it is soon over, the switch is here" }),
        json!({ "expiresAt": null }),
    ] {
        let refusal = boss.put(&path(&made), other.clone()).await.refused(409, "emergency_fixed");
        assert!(refusal["message"].as_str().unwrap().contains("End it"), "{refusal}");
    }
    let assign =
        |terms: Value| with(cells(&[(&ada, &kestrel)]), &[("reason", json!(REASON)), ("terms", terms)]);
    for terms in [
        json!({ "accessLevel": "emergency", "expiresAt": at(&app, 50) }),
        json!({ "accessLevel": "emergency", "expiresAt": until, "startsAt": at(&app, 1) }),
    ] {
        for preview in [true, false] {
            let wish = with(assign(terms.clone()), &[("preview", json!(preview))]);
            boss.post(ASSIGN, wish).await.refused(409, "emergency_fixed");
        }
    }
    let handoff = json!({ "fromTechnicianId": ada.id, "toTechnicianId": ben.id, "reason": "leave" });
    let kept = boss.post("/api/technician-access/handoff", handoff).await.ok();
    assert_eq!(kept["changes"][0]["action"], "keep");
    // Its other terms may be changed, and that undone; but no times come back by it that were others.
    let terms = json!({ "accessLevel": "emergency", "expiresAt": made["expiresAt"], "services": ["ssh"] });
    let done = boss.post(ASSIGN, assign(terms.clone())).await.ok();
    assert_eq!(done["updated"], 1);
    let undo =
        |done: &Value| format!("/api/access-management/batches/{}/undo", done["batchId"].as_str().unwrap());
    boss.post(&undo(&done), json!({})).await.ok();
    let done = boss.post(ASSIGN, assign(terms)).await.ok();
    let past = format!(
        "UPDATE access_changes SET expires_at = expires_at + interval '3 days' WHERE grant_id = '{}' AND version < 4",
        made["id"].as_str().unwrap()
    );
    run(&mut app.sql().await, &past).await;
    boss.post(&undo(&done), json!({})).await.refused(409, "emergency_fixed");
    let now = boss.get(&path(&made)).await.ok();
    assert_eq!((&now["accessLevel"], &now["expiresAt"]), (&json!("emergency"), &made["expiresAt"]));
    let object = object_of(&boss, &made["id"]).await;
    assert_eq!((&object["status"], &object["endsAt"]), (&json!("active"), &begun["endsAt"]));
    // Ended, it is nothing that anything could be made of either.
    end(&boss, &begun).await.ok();
    boss.put(&path(&made), json!({ "accessLevel": "read_only" })).await.refused(409, "grant_revoked");
    boss.post(GRANT, wish(&ada, &kestrel, "full_access")).await.created();
    app.stop().await;
}

#[tokio::test]
async fn an_undone_revocation_brings_the_same_emergency_back_and_no_second_hour() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, ada) = (app.super_admin().await, app.technician().await);
    let made = boss
        .post(GRANT, with(wish(&ada, &kestrel, "emergency"), &[("expiresAt", at(&app, 40))]))
        .await
        .created();
    let begun = object_of(&boss, &made["id"]).await;
    let all = json!({ "technicianIds": [ada.id], "reason": "drill" });
    let done = boss.post("/api/access-management/bulk-revoke", all).await.ok();
    let undo = format!("/api/access-management/batches/{}/undo", done["batchId"].as_str().unwrap());
    boss.post(&undo, json!({})).await.ok();
    let back = object_of(&boss, &made["id"]).await;
    assert_eq!((&back["id"], &back["startedAt"]), (&begun["id"], &begun["startedAt"]));
    assert_eq!((&back["status"], &back["endsAt"]), (&json!("active"), &begun["endsAt"]));
    assert_eq!(boss.get(EMERGENCY).await.ok()["total"], 1);
    assert_eq!(trail_of(&app, &begun).await, ["emergency.start", "emergency.start"], "told again");
    app.stop().await;
}

#[tokio::test]
async fn what_ends_by_itself_is_in_the_log_and_what_is_overdue_is_reminded_of_once() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, analyst, ada) =
        (app.super_admin().await, app.security_analyst().await, app.technician().await);
    let made = boss
        .post(GRANT, with(wish(&ada, &kestrel, "emergency"), &[("expiresAt", at(&app, 40))]))
        .await
        .created();
    let begun = object_of(&boss, &made["id"]).await;
    let past = |hours: i32| {
        format!("UPDATE emergency_accesses SET ends_at = now() - interval '{hours} hours', ended_at = NULL")
    };
    run(&mut app.sql().await, &past(1)).await;
    for _ in 0..2 {
        tend(&app.platform.app).await.unwrap();
    }
    assert_eq!(trail_of(&app, &begun).await, ["emergency.start", "emergency.end"]);
    let report = async || analyst.get("/api/audit/compliance/report").await.ok().to_string();
    assert!(report().await.contains("emergencyReviewsOverdue"), "the report looks at reviews");
    run(&mut app.sql().await, &past(25)).await;
    // Two instances at once.
    let second = app.platform.app.clone();
    let (one, two) = tokio::join!(tend(&app.platform.app), tend(&second));
    one.and(two).unwrap();
    tend(&app.platform.app).await.unwrap();
    assert_eq!(trail_of(&app, &begun).await, ["emergency.start", "emergency.end", "emergency.overdue"]);
    app.mail_to(&analyst.email, "emergency_review_owed").await;
    let queued: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM mails m JOIN users u USING (org_id) WHERE u.id = m.user_id AND m.kind = 'emergency_review_owed' AND u.id = $1",
    )
    .bind(analyst.id)
    .fetch_one(&mut app.sql().await)
    .await
    .unwrap();
    assert_eq!(queued, 1);
    // What began past every use case is told of all the same.
    run(&mut app.sql().await, "UPDATE emergency_accesses SET told_count = NULL").await;
    tend(&app.platform.app).await.unwrap();
    assert!(boss.get(&of(&begun, "")).await.ok()["toldCount"].as_i64().unwrap() >= 1);
    app.stop().await;
}

/// Recording is no choice: the session that an emergency lets in is recorded, counted, and ends with it.
#[tokio::test]
async fn what_is_done_in_an_emergency_is_recorded_and_ends_with_it() {
    let sshd = Sshd::start().unwrap();
    let app = crate::sessions::lifecycle::platform(&sshd).await;
    let kestrel = app.customer("Kestrel Bank").await;
    let asset = crate::sessions::add_machine(&app, &kestrel, "core-1", &sshd).await;
    let (manager, ada) = (app.account_manager().await, app.technician().await);
    manager.post(GRANT, wish(&ada, &kestrel, "read_only")).await.created();
    let account = json!({
        "organizationId": kestrel.id, "assetId": asset, "username": sshd.username(), "kind": "private_key",
        "accessLevel": "emergency", "privateKey": sshd.private_key().unwrap(),
    });
    manager.post("/api/credentials", account).await.created();
    let begun = ada.post(EMERGENCY, start(&kestrel)).await.created();
    let (mut terminal, id) = Terminal::start(&app, &ada, &asset).await;
    terminal.event("ready").await;
    terminal.type_in("echo here-$((40+2))\n").await;
    terminal.shows("here-42").await;
    end(&ada, &begun).await.ok();
    assert_eq!(terminal.event("ended").await["code"], "grant_revoked");
    crate::sessions::until_session(&ada, &id, "the end", |session| session["status"] == "ended").await;
    app.until_sql(&format!("SELECT EXISTS (SELECT FROM recordings WHERE id = '{id}' AND status = 'sealed')"))
        .await;
    assert_eq!(ada.get(&of(&begun, "")).await.ok()["sessions"], 1);
    app.stop().await;
}
