//! Somebody proposes to take many grants back; a super admin decides, on grants that are as they were proposed.

use super::history::complete;
use super::{GRANT, expire, path, revoke, trail_of, wish};
use crate::sessions::{Stage, until_session};
use crate::support::{Actor, Answer, Terminal, TestApp};
use crate::wall::run;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const PROPOSALS: &str = "/api/access-management/proposals";

fn at(proposal: &Value, act: &str) -> String {
    format!("{PROPOSALS}/{}{act}", proposal["id"].as_str().unwrap())
}

fn id(grant: &Value) -> &Value {
    &grant["id"]
}

async fn propose(by: &Actor, grants: &[&Value]) -> Answer {
    let ids: Vec<_> = grants.iter().map(|grant| id(grant)).collect();
    by.post(PROPOSALS, json!({ "grantIds": ids, "reason": "nobody used it since spring" })).await
}

async fn approve(by: &Actor, proposal: &Value) -> Answer {
    by.post(&at(proposal, "/approve"), json!({})).await
}

/// As the caller saw it.
async fn refuse(by: &Actor, proposal: &Value, version: &str) -> Answer {
    let request = by.request(Method::POST, &at(proposal, "/refuse")).header("If-Match", version);
    by.send(request.json(&json!({ "reason": "it is needed" }))).await
}

/// What stands in the way, grant by grant.
async fn stands(by: &Actor, proposal: &Value) -> Vec<(Value, String)> {
    let detail = by.get(&at(proposal, "")).await.ok();
    let items = detail["items"].as_array().unwrap().iter();
    items.map(|item| (item["grantId"].clone(), item["stands"].as_str().unwrap().to_owned())).collect()
}

async fn unused(by: &Actor) -> Vec<Value> {
    let page = by.get("/api/access-management/unused?days=90").await.ok();
    page["items"].as_array().unwrap().iter().map(|grant| grant["proposalId"].clone()).collect()
}

#[tokio::test]
async fn a_manager_proposes_a_super_admin_approves_and_it_is_one_batch() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, manager) = (app.super_admin().await, app.account_manager().await);
    let (ada, ben) = (app.technician().await, app.technician().await);
    let first = boss.post(GRANT, wish(&ada, &kestrel, "full_access")).await.created();
    let second = boss.post(GRANT, wish(&ada, &harbor, "full_access")).await.created();
    let third = boss.post(GRANT, wish(&ben, &harbor, "read_only")).await.created();
    let ago = "UPDATE technician_customer_access SET granted_at = now() - interval '100 days'";
    run(&mut app.sql().await, ago).await;
    assert_eq!(unused(&manager).await, [json!(null), json!(null), json!(null)]);

    // Named twice, it is one grant all the same.
    let proposal = propose(&manager, &[&first, &second, &third, &first]).await.created();
    assert_eq!(
        (&proposal["grants"], &proposal["technicians"], &proposal["customers"], &proposal["version"]),
        (&json!(3), &json!(2), &json!(2), &json!(1))
    );
    assert_eq!((&proposal["status"], &proposal["batchId"]), (&json!("pending"), &json!(null)));
    assert_eq!(proposal["can"]["access_proposal.withdraw"], true, "{proposal}");
    assert!(proposal["can"]["access_proposal.approve"].is_string(), "{proposal}");
    assert_eq!(unused(&manager).await, [id(&proposal).clone(), id(&proposal).clone(), id(&proposal).clone()]);
    let mail = app.mail_to(&boss.email, "revocation_proposed").await;
    assert!(mail["text"].as_str().unwrap().contains("3 grants"), "{mail}");
    let seen = boss.get(&at(&proposal, "")).await.ok();
    assert_eq!(seen["can"]["access_proposal.approve"], true, "{seen}");
    let places: Vec<_> =
        seen["items"].as_array().unwrap().iter().map(|item| &item["customerOrgName"]).collect();
    assert_eq!(places, [&harbor.name, &harbor.name, &kestrel.name]);

    let done = boss.post(&at(&proposal, "/approve"), json!({ "reason": "agreed" })).await.ok();
    assert_eq!(
        (&done["revoked"], &done["unchanged"], &done["preview"]),
        (&json!(3), &json!(0), &json!(false))
    );
    let over = boss.get(&path(&first)).await.ok();
    assert_eq!((&over["status"], &over["revokeReason"]), (&json!("revoked"), &json!("agreed")));
    assert_eq!(trail_of(&app, &first).await, ["grant.create", "grant.revoke"]);
    assert_eq!(trail_of(&app, &proposal).await, ["access_proposal.create", "access_proposal.approve"]);
    let decided = manager.get(&at(&proposal, "")).await.ok();
    assert_eq!((&decided["status"], &decided["batchId"]), (&json!("approved"), &done["batchId"]));
    assert_eq!(
        (&decided["decidedByName"], &decided["decisionReason"]),
        (&json!(boss.name), &json!("agreed"))
    );
    assert_eq!(decided["can"]["access_proposal.withdraw"], "This proposal was approved already.");
    let mail = app.mail_to(&manager.email, "revocation_decided").await;
    assert!(mail["text"].as_str().unwrap().contains("Taken back: 3"), "{mail}");
    complete(&app).await;

    let batch = format!("/api/access-management/batches/{}/undo", done["batchId"].as_str().unwrap());
    assert_eq!(boss.post(&batch, json!({})).await.ok()["created"], 3);
    // What came back may be proposed anew: the old proposal holds nothing.
    assert_eq!(unused(&manager).await, [json!(null), json!(null), json!(null)]);
    let again = propose(&boss, &[&first]).await.created();
    assert_eq!(app.mails_to(&boss.email, "revocation_proposed").len(), 1, "one's own is no news");
    // Without a word of the approval the proposal's reason is told.
    approve(&boss, &again).await.ok();
    assert_eq!(boss.get(&path(&first)).await.ok()["revokeReason"], "nobody used it since spring");
    let listed = async |query: &str| {
        let page = manager.get(&format!("{PROPOSALS}{query}")).await.ok();
        let ids = page["items"].as_array().unwrap().iter().map(|item| item["id"].clone());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(listed("").await, [id(&again).clone(), id(&proposal).clone()]);
    assert_eq!(listed("?status=approved&order=asc").await, [id(&proposal).clone(), id(&again).clone()]);
    assert_eq!(listed("?status=pending").await, [json!(null); 0]);
    complete(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn g02_an_approval_ends_live_sessions_and_its_preview_nothing() {
    let stage = Stage::new().await;
    let boss = stage.app.super_admin().await;
    let (mut terminal, session) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
    let proposal = propose(&boss, &[&json!({ "id": stage.grant })]).await.created();
    let preview = boss.post(&at(&proposal, "/approve"), json!({ "preview": true })).await.ok();
    assert_eq!((&preview["liveSessions"], &preview["batchId"]), (&json!(1), &json!(null)));
    terminal.type_in("echo still-$((40+2))\n").await;
    terminal.shows("still-42").await;
    assert_eq!(boss.get(&at(&proposal, "")).await.ok()["status"], "pending");
    approve(&boss, &proposal).await.ok();
    assert_eq!(terminal.event("ended").await["code"], "grant_revoked");
    until_session(&boss, &session, "the end", |session| session["status"] == "ended").await;
    complete(&stage.app).await;
}

#[tokio::test]
async fn what_was_used_or_changed_since_or_is_over_is_kept_and_the_preview_says_so() {
    let app = TestApp::start().await;
    let (boss, ada) = (app.super_admin().await, app.technician().await);
    let mut grants = Vec::new();
    let mut places = Vec::new();
    for name in ["A changed", "B deleted", "C expired", "D revoked", "E suspended", "F unused", "G used"] {
        let place = app.customer(name).await;
        grants.push(boss.post(GRANT, wish(&ada, &place, "full_access")).await.created());
        places.push(format!("/api/organizations/{}", place.id));
    }
    let proposal = propose(&app.account_manager().await, &grants.iter().collect::<Vec<_>>()).await.created();
    boss.put(&path(&grants[0]), json!({ "notes": "still needed" })).await.ok();
    ada.post(&format!("{}/record-access", path(&grants[6])), json!({})).await.ok();
    boss.delete(&places[1]).await.ok();
    expire(&app, &grants[2]).await;
    revoke(&boss, &grants[3]).await.ok();
    boss.put(&places[4], json!({ "status": "suspended" })).await.ok();
    let now = ["changed_since", "over", "over", "over", "unused", "unused", "used_since"];
    let expected: Vec<_> =
        grants.iter().zip(now).map(|(grant, stands)| (id(grant).clone(), stands.to_owned())).collect();
    assert_eq!(stands(&boss, &proposal).await, expected);

    let preview = boss.post(&at(&proposal, "/approve"), json!({ "preview": true })).await.ok();
    let done = approve(&boss, &proposal).await.ok();
    assert_eq!(preview["changes"], done["changes"]);
    assert_eq!((&preview["revoked"], &done["revoked"]), (&json!(2), &json!(2)));
    assert_eq!(done["unchanged"], 5);
    // What became of each is told for good, whatever becomes of it later.
    assert_eq!(stands(&boss, &proposal).await, expected);
    let actions: Vec<_> =
        done["changes"].as_array().unwrap().iter().map(|change| change["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["none", "none", "none", "none", "revoke", "revoke", "none"]);
    let why = |n: usize| done["changes"][n]["why"].as_str().unwrap_or_default();
    assert_eq!((why(0), why(1)), ("Its terms were changed since.", "It is over already."));
    assert!(why(6).starts_with("It was used since, on "), "{}", why(6));
    assert_eq!(boss.get(&path(&grants[6])).await.ok()["status"], "active");
    assert_eq!(boss.get(&path(&grants[4])).await.ok()["status"], "revoked");
    complete(&app).await;

    // Where nothing is left, it is approved all the same, and there is no batch to undo.
    let one = boss.post(GRANT, wish(&app.technician().await, &app.customer("H").await, "read_only")).await;
    let one = one.created();
    let empty = propose(&boss, &[&one]).await.created();
    revoke(&boss, &one).await.ok();
    let done = approve(&boss, &empty).await.ok();
    assert_eq!((&done["batchId"], &done["revoked"]), (&json!(null), &json!(0)));
    let decided = boss.get(&at(&empty, "")).await.ok();
    assert_eq!((&decided["status"], &decided["batchId"]), (&json!("approved"), &json!(null)));
    app.stop().await;
}

#[tokio::test]
async fn a_proposal_is_decided_once() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, manager, ada) = (app.super_admin().await, app.account_manager().await, app.technician().await);
    let other = app.super_admin().await;
    let grant = boss.post(GRANT, wish(&ada, &kestrel, "full_access")).await.created();
    let proposal = propose(&manager, &[&grant]).await.created();
    let read = manager.get(&at(&proposal, "")).await;
    assert_eq!(read.headers["etag"], "\"1\"");

    // Of many who decide at once one does: by what they saw, or at all.
    refuse(&boss, &proposal, "\"2\"").await.refused(412, "stale_version");
    let answers =
        futures::future::join_all([&boss, &other, &boss, &other].map(|by| refuse(by, &proposal, "\"1\"")))
            .await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((count(200), count(412)), (1, 3));
    approve(&other, &proposal).await.refused(409, "already_decided");
    boss.post(&at(&proposal, "/approve"), json!({ "preview": true })).await.refused(409, "already_decided");
    manager.post(&at(&proposal, "/withdraw"), json!({})).await.refused(409, "already_decided");
    let mail = app.mail_to(&manager.email, "revocation_decided").await;
    assert!(mail["text"].as_str().unwrap().contains("it is needed"), "{mail}");
    assert_eq!(boss.get(&path(&grant)).await.ok()["status"], "active");

    let proposal = propose(&manager, &[&grant]).await.created();
    let answers = futures::future::join_all([&boss, &other].map(|by| approve(by, &proposal))).await;
    let mut statuses = answers.iter().map(|answer| answer.status.as_u16()).collect::<Vec<_>>();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(trail_of(&app, &grant).await, ["grant.create", "grant.revoke"]);
    complete(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn who_proposed_it_withdraws_it_and_who_is_something_else_by_now_does_not() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, manager, ada) = (app.super_admin().await, app.account_manager().await, app.technician().await);
    let grant = boss.post(GRANT, wish(&ada, &kestrel, "full_access")).await.created();
    let proposal = propose(&manager, &[&grant]).await.created();
    for stranger in [&boss, &app.account_manager().await] {
        let refused = stranger.post(&at(&proposal, "/withdraw"), json!({})).await.refused(403, "forbidden");
        assert_eq!(refused["details"]["reason"], "not_your_proposal");
    }
    let gone = manager.post(&at(&proposal, "/withdraw"), json!({})).await.ok();
    assert_eq!((&gone["status"], &gone["version"]), (&json!("withdrawn"), &json!(2)));
    let proposal = propose(&manager, &[&grant]).await.created();
    let loss = format!("UPDATE users SET role = 'technician' WHERE id = '{}'", manager.id);
    run(&mut app.sql().await, &loss).await;
    for act in ["/withdraw", "/approve"] {
        manager.post(&at(&proposal, act), json!({})).await.refused(403, "forbidden");
    }
    manager.get(&at(&proposal, "")).await.refused(403, "forbidden");
    // It stands, and is decided without them.
    assert_eq!(approve(&boss, &proposal).await.ok()["revoked"], 1);
    assert_eq!(app.mails_to(&manager.email, "revocation_decided").len(), 0);
    app.stop().await;
}

#[tokio::test]
async fn what_is_over_or_proposed_already_is_not_proposed() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (boss, manager, ada) = (app.super_admin().await, app.account_manager().await, app.technician().await);
    let grant = boss.post(GRANT, wish(&ada, &kestrel, "full_access")).await.created();
    let other = boss.post(GRANT, wish(&ada, &harbor, "read_only")).await.created();
    let over = boss.post(GRANT, wish(&ada, &kestrel, "read_only")).await.created();
    expire(&app, &over).await;
    let strange = json!({ "id": Uuid::from_u128(7) });
    propose(&manager, &[&grant, &strange]).await.refused(404, "not_found");
    let refused = propose(&manager, &[&grant, &over]).await.refused(409, "not_proposable");
    assert_eq!(refused["details"]["grantIds"], json!([id(&over)]));
    assert!(refused["message"].as_str().unwrap().contains("to Kestrel Bank is over already"), "{refused}");

    // Of many who propose the same at once one does.
    let same = [&grant];
    let tries = (0..6).map(|_| propose(&manager, &same));
    let answers = futures::future::join_all(tries).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((count(201), count(409)), (1, 5));
    let refused = propose(&boss, &[&other, &grant]).await.refused(409, "not_proposable");
    assert_eq!(refused["details"]["grantIds"], json!([id(&grant)]));
    assert!(refused["message"].as_str().unwrap().contains("is in an open proposal already"), "{refused}");
    // All or none.
    propose(&boss, &[&other]).await.created();
    boss.delete(&format!("/api/organizations/{}", harbor.id)).await.ok();
    propose(&boss, &[&other]).await.refused(404, "not_found");

    let many: Vec<_> = (0..1001).map(Uuid::from_u128).collect();
    for wrong in [
        json!({ "grantIds": [], "reason": "x" }),
        json!({ "grantIds": many, "reason": "x" }),
        json!({ "grantIds": [id(&grant)], "reason": " " }),
        json!({ "grantIds": [id(&grant)] }),
    ] {
        manager.post(PROPOSALS, wrong).await.refused(400, "invalid_input");
    }
    app.stop().await;
}

/// Neither what there is nor that there is anything.
#[tokio::test]
async fn i04_nobody_but_managers_sees_proposals() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, ada) = (app.super_admin().await, app.technician().await);
    let grant = boss.post(GRANT, wish(&ada, &kestrel, "full_access")).await.created();
    let proposal = propose(&boss, &[&grant]).await.created();
    let nothing = json!({ "id": Uuid::from_u128(7) });
    let people = [ada, app.security_analyst().await, app.member(&kestrel, "admin").await];
    for person in &people {
        person.get(PROPOSALS).await.refused(403, "forbidden");
        propose(person, &[&grant]).await.refused(403, "forbidden");
        for there in [&proposal, &nothing] {
            person.get(&at(there, "")).await.refused(403, "forbidden");
            approve(person, there).await.refused(403, "forbidden");
            person.post(&at(there, "/refuse"), json!({ "reason": "x" })).await.refused(403, "forbidden");
            person.post(&at(there, "/withdraw"), json!({})).await.refused(403, "forbidden");
        }
    }
    let manager = app.account_manager().await;
    approve(&manager, &proposal).await.refused(403, "forbidden");
    manager.get(&at(&nothing, "")).await.refused(404, "not_found");
    approve(&boss, &nothing).await.refused(404, "not_found");
    app.stop().await;
}

#[tokio::test]
async fn a_thousand_grants_are_proposed_and_taken_back_at_once() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let boss = app.super_admin().await;
    let mut sql = app.sql().await;
    run(
        &mut sql,
        &format!(
            "INSERT INTO users (org_id, id, email, display_name, role, status)
                 SELECT '{provider}', gen_random_uuid(), 'crowd' || n || '@example.test', 'Crowd ' || n, 'technician',
                        'active' FROM generate_series(1, 1000) n;
             INSERT INTO technician_customer_access (org_id, id, technician_org_id, technician_id, technician_name,
                 technician_email, access_level, reason, granted_by, granted_by_name)
                 SELECT '{customer}', gen_random_uuid(), org_id, id, display_name, email, 'full_access', 'a test', id, 'x'
                 FROM users WHERE email LIKE 'crowd%'",
            provider = app.provider,
            customer = kestrel.id
        ),
    )
    .await;
    let ids: Vec<Uuid> =
        sqlx::query_scalar("SELECT id FROM technician_customer_access").fetch_all(&mut sql).await.unwrap();
    let proposal =
        boss.post(PROPOSALS, json!({ "grantIds": ids, "reason": "the crowd left" })).await.created();
    assert_eq!((&proposal["grants"], &proposal["technicians"]), (&json!(1000), &json!(1000)));
    assert_eq!(stands(&boss, &proposal).await.len(), 1000);
    assert_eq!(approve(&boss, &proposal).await.ok()["revoked"], 1000);
    app.stop().await;
}
