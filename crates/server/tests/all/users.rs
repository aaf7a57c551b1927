//! People: invitations, roles, the last admin, the wall between organizations.

use crate::support::{Actor, Answer, Customer, TestApp};
use reqwest::Method;
use sallyport::access::{Caller, OrganizationKind, Role};
use sallyport::http::request::Origin;
use sallyport::ids::{OrganizationId, RequestId, UserId, UserSessionId};
use serde_json::{Value, json};
use uuid::Uuid;

const PASSWORD: &str = "a long walk over nine green hills";

async fn change(actor: &Actor, user: Uuid, body: Value) -> Answer {
    actor.put(&format!("/api/users/{user}"), body).await
}

async fn change_version(actor: &Actor, user: Uuid, version: i64, body: Value) -> Answer {
    let request = actor.request(Method::PUT, &format!("/api/users/{user}"));
    actor.send(request.header("If-Match", format!("\"{version}\"")).json(&body)).await
}

async fn invite(actor: &Actor, organization: Uuid, email: &str, role: &str) -> Answer {
    let wish =
        json!({ "organizationId": organization, "email": email, "displayName": "Ada Park", "role": role });
    actor.post("/api/users", wish).await
}

fn id(user: &Value) -> Uuid {
    user["id"].as_str().unwrap().parse().unwrap()
}

fn token(invitation: &Value) -> String {
    let url = invitation["invitationUrl"].as_str().unwrap();
    url.split_once("#token=").unwrap().1.to_owned()
}

/// Codes of the audit entries about `target`, oldest first.
async fn trail_of(app: &TestApp, target: Uuid) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT code FROM audit_logs WHERE target_id = $1 AND outcome = 'success' ORDER BY occurred_at, id",
    )
    .bind(target)
    .fetch_all(&mut app.sql().await)
    .await
    .unwrap()
}

async fn status_of(app: &TestApp, user: Uuid) -> (String, String) {
    sqlx::query_as("SELECT role, status FROM users WHERE id = $1")
        .bind(user)
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_admin_invites_changes_and_removes_a_person() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let admin = app.member(&kestrel, "admin").await;

    let made = invite(&admin, kestrel.id, " Ada.Park@Kestrel.Example ", "basic_user").await.created();
    let ada = id(&made["user"]);
    assert_eq!(made["user"]["email"], "ada.park@kestrel.example");
    assert_eq!(made["user"]["status"], "invited");
    change(&admin, ada, json!({ "status": "active" })).await.refused(409, "invitation_open");

    let accept = json!({ "token": token(&made), "password": PASSWORD });
    app.stranger().post("/api/auth/invitations/accept", accept).await.ok();
    let seen = admin.get(&format!("/api/users/{ada}")).await.ok();
    assert_eq!(seen["status"], "active");
    assert_eq!(seen["can"]["user_role.update"], true);

    let both = json!({ "displayName": "Ada Lark", "role": "report_viewer" });
    let after = change(&admin, ada, both).await.ok();
    assert_eq!((&after["displayName"], &after["role"]), (&json!("Ada Lark"), &json!("report_viewer")));
    change(&admin, ada, json!({ "status": "disabled" })).await.ok();
    assert_eq!(change(&admin, ada, json!({ "status": "active" })).await.ok()["status"], "active");
    admin.delete(&format!("/api/users/{ada}")).await.ok();
    admin.get(&format!("/api/users/{ada}")).await.refused(404, "not_found");

    let expected = [
        "user.create",
        "invitation.accept",
        "user_role.update",
        "user.update",
        "user.disable",
        "user.enable",
        "user.delete",
    ];
    assert_eq!(trail_of(&app, ada).await, expected);
    // The address is free again, for somebody new.
    let again = invite(&admin, kestrel.id, "ada.park@kestrel.example", "basic_user").await.created();
    assert_ne!(id(&again["user"]), ada);
    app.stop().await;
}

#[tokio::test]
async fn a_new_link_spends_the_old_one_and_disabling_spends_both() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (admin, colleague) = (app.member(&kestrel, "admin").await, app.member(&kestrel, "basic_user").await);
    let first = invite(&admin, kestrel.id, "ada@kestrel.example", "admin").await.created();
    let ada = id(&first["user"]);
    let second = admin.post(&format!("/api/users/{ada}/invitation"), json!({})).await.ok();

    let inspect = async |token: String| {
        app.stranger().post("/api/auth/invitations/inspect", json!({ "token": token })).await
    };
    inspect(token(&first)).await.refused(404, "not_found");
    assert_eq!(inspect(token(&second)).await.ok()["email"], "ada@kestrel.example");
    change(&admin, ada, json!({ "status": "disabled" })).await.ok();
    // Without a password she is invited again, by a new link alone.
    assert_eq!(change(&admin, ada, json!({ "status": "active" })).await.ok()["status"], "invited");
    inspect(token(&second)).await.refused(404, "not_found");

    colleague.post(&format!("/api/users/{ada}/invitation"), json!({})).await.refused(403, "forbidden");
    let accepted = format!("/api/users/{}/invitation", colleague.id);
    admin.post(&accepted, json!({})).await.refused(409, "not_invited");
    app.stop().await;
}

#[tokio::test]
async fn g14_nobody_raises_themselves_or_above_their_right() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, manager) = (app.super_admin().await, app.account_manager().await);
    let (admin, basic) = (app.member(&kestrel, "admin").await, app.member(&kestrel, "basic_user").await);
    let technician = app.technician().await;
    let own_account = |answer: Answer| {
        assert_eq!(answer.refused(403, "forbidden")["details"]["reason"], "own_account");
    };

    for (actor, role) in
        [(&boss, "technician"), (&admin, "basic_user"), (&basic, "admin"), (&technician, "super_admin")]
    {
        own_account(change(actor, actor.id, json!({ "role": role })).await);
        own_account(change(actor, actor.id, json!({ "status": "disabled" })).await);
        own_account(actor.delete(&format!("/api/users/{}", actor.id)).await);
        // A role smuggled in with a name takes the name down with it.
        own_account(change(actor, actor.id, json!({ "displayName": "Boss", "role": role })).await);
        assert_eq!(change(actor, actor.id, json!({ "displayName": "Me" })).await.ok()["displayName"], "Me");
    }
    for (actor, organization, role) in [
        (&manager, app.provider, "super_admin"),
        (&manager, app.provider, "account_manager"),
        (&admin, kestrel.id, "technician"),
        (&admin, kestrel.id, "super_admin"),
        (&boss, kestrel.id, "technician"),
        (&boss, app.provider, "admin"),
        (&technician, app.provider, "technician"),
        (&basic, kestrel.id, "basic_user"),
    ] {
        invite(actor, organization, "new@example.test", role).await.refused(403, "forbidden");
    }
    change(&admin, basic.id, json!({ "role": "super_admin" })).await.refused(403, "forbidden");
    change(&manager, technician.id, json!({ "role": "super_admin" })).await.refused(403, "forbidden");
    change(&basic, admin.id, json!({ "role": "basic_user" })).await.refused(403, "forbidden");
    invite(&manager, app.provider, "new@example.test", "technician").await.created();
    app.stop().await;
}

#[tokio::test]
async fn g14_the_last_admin_of_a_customer_stays() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (boss, admin) = (app.super_admin().await, app.member(&kestrel, "admin").await);
    app.member(&kestrel, "basic_user").await;
    let attempts = [json!({ "status": "disabled" }), json!({ "role": "basic_user" })];
    for attempt in &attempts {
        change(&boss, admin.id, attempt.clone()).await.refused(409, "last_admin");
    }
    boss.delete(&format!("/api/users/{}", admin.id)).await.refused(409, "last_admin");
    // An invited admin cannot let anybody in yet.
    let invited = invite(&boss, kestrel.id, "new@kestrel.example", "admin").await.created();
    change(&boss, admin.id, json!({ "status": "disabled" })).await.refused(409, "last_admin");
    boss.delete(&format!("/api/users/{}", id(&invited["user"]))).await.ok();

    app.member(&kestrel, "admin").await;
    change(&boss, admin.id, json!({ "status": "disabled" })).await.ok();
    app.stop().await;
}

#[tokio::test]
async fn g14_of_two_super_admins_who_remove_each_other_one_stays() {
    let app = TestApp::start().await;
    for round in 0..10 {
        sqlx::query("UPDATE users SET status = 'deleted' WHERE role = 'super_admin'")
            .execute(&mut app.sql().await)
            .await
            .unwrap();
        let (a, b) = (app.super_admin().await, app.super_admin().await);
        let (of_a, of_b) = tokio::join!(
            change(&a, b.id, json!({ "role": "security_analyst" })),
            change(&b, a.id, json!({ "status": "disabled" })),
        );
        let statuses = [of_a.status.as_u16(), of_b.status.as_u16()];
        assert_eq!(
            statuses.iter().filter(|status| **status == 200).count(),
            1,
            "round {round}: {statuses:?}"
        );
        assert!(
            statuses.iter().all(|status| [200, 401, 409].contains(status)),
            "round {round}: {statuses:?}"
        );
        let left: i64 =
            sqlx::query_scalar("SELECT count(*) FROM users WHERE role = 'super_admin' AND status = 'active'")
                .fetch_one(&mut app.sql().await)
                .await
                .unwrap();
        assert_eq!(left, 1);
    }
    app.stop().await;
}

#[tokio::test]
async fn j19_t05_a_new_role_or_status_ends_every_token_at_once() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let admin = app.member(&kestrel, "admin").await;
    for body in [json!({ "role": "report_viewer" }), json!({ "status": "disabled" })] {
        let person = app.member(&kestrel, "basic_user").await;
        person.get("/api/users/profile").await.ok();
        change(&admin, person.id, body).await.ok();
        person.get("/api/users/profile").await.refused(401, "unauthenticated");
    }
    let person = app.member(&kestrel, "basic_user").await;
    admin.delete(&format!("/api/users/{}", person.id)).await.ok();
    person.get("/api/users/profile").await.refused(401, "unauthenticated");
    // A new name does not.
    let person = app.member(&kestrel, "basic_user").await;
    change(&admin, person.id, json!({ "displayName": "New Name" })).await.ok();
    person.get("/api/users/profile").await.ok();
    app.stop().await;
}

#[tokio::test]
async fn c07_a_technician_who_leaves_leaves_no_grant_behind() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let boss = app.super_admin().await;
    for leave in ["delete", "role"] {
        let technician = app.technician().await;
        let grants = [
            app.grant(&technician, &kestrel, "full_access").await,
            app.grant(&technician, &harbor, "read_only").await,
        ];
        if leave == "delete" {
            boss.delete(&format!("/api/users/{}", technician.id)).await.ok();
        } else {
            change(&boss, technician.id, json!({ "role": "security_analyst" })).await.ok();
        }
        for grant in grants {
            let seen = boss.get(&format!("/api/technician-access/{grant}")).await.ok();
            assert_eq!(seen["status"], "revoked");
            assert_eq!(trail_of(&app, grant.parse().unwrap()).await, ["grant.create", "grant.revoke"]);
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn i01_i22_people_of_others_are_not_there() {
    let app = TestApp::start().await;
    let (kestrel, harbor) = (app.customer("Kestrel Bank").await, app.customer("Harbor Clinic").await);
    let (admin, stranger) = (app.member(&kestrel, "admin").await, app.member(&harbor, "admin").await);
    let (boss, technician) = (app.super_admin().await, app.technician().await);
    let unknown = Uuid::from_u128(7);
    for other in [stranger.id, boss.id, technician.id, unknown] {
        admin.get(&format!("/api/users/{other}")).await.refused(404, "not_found");
        change(&admin, other, json!({ "displayName": "X" })).await.refused(404, "not_found");
        admin.delete(&format!("/api/users/{other}")).await.refused(404, "not_found");
        admin.post(&format!("/api/users/{other}/invitation"), json!({})).await.refused(404, "not_found");
    }
    for organization in [harbor.id, app.provider, unknown] {
        invite(&admin, organization, "x@example.test", "basic_user").await.refused(404, "not_found");
        admin.get(&format!("/api/organizations/{organization}/users")).await.refused(404, "not_found");
        let listed = admin.get(&format!("/api/users?organizationId={organization}")).await.ok();
        assert_eq!(listed["total"], 0);
    }
    let listed = admin.get("/api/users?limit=200").await.ok();
    let organizations: Vec<_> =
        listed["items"].as_array().unwrap().iter().map(|user| &user["organizationId"]).collect();
    assert!(organizations.iter().all(|id| **id == json!(kestrel.id)), "{organizations:?}");
    assert_eq!(listed["total"], 1);
    app.stop().await;
}

#[tokio::test]
async fn members_see_each_other_but_not_how_anybody_signs_in() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (admin, basic) = (app.member(&kestrel, "admin").await, app.member(&kestrel, "basic_user").await);
    let path = format!("/api/organizations/{}/users", kestrel.id);
    basic.get("/api/users").await.refused(403, "forbidden");
    basic.get(&format!("/api/users/{}", admin.id)).await.refused(403, "forbidden");
    let seen = basic.get(&path).await.ok();
    assert_eq!(seen["total"], 2);
    for user in seen["items"].as_array().unwrap() {
        assert_eq!(user["mfaEnabled"].is_null(), user["id"] != json!(basic.id), "{user}");
    }
    assert_eq!(admin.get(&path).await.ok()["items"][0]["mfaEnabled"], false);
    let technicians_view = app.technician().await;
    technicians_view.get(&path).await.refused(404, "not_found");
    app.stop().await;
}

#[tokio::test]
async fn lists_filter_sort_and_page() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let admin = app.member(&kestrel, "admin").await;
    for (name, role) in
        [("Zoe Ash", "basic_user"), ("Ann Birch", "basic_user"), ("Max Cedar", "report_viewer")]
    {
        let email = format!("{}@kestrel.example", name.replace(' ', "."));
        let wish = json!({ "organizationId": kestrel.id, "email": email, "displayName": name, "role": role });
        admin.post("/api/users", wish).await.created();
    }
    let names = async |query: &str| -> Vec<String> {
        let page = admin.get(&format!("/api/users?{query}")).await.ok();
        let items = page["items"].as_array().unwrap().clone();
        items.iter().map(|user| user["displayName"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("role=basic_user").await, ["Ann Birch", "Zoe Ash"]);
    assert_eq!(names("status=invited&order=desc").await, ["Zoe Ash", "Max Cedar", "Ann Birch"]);
    assert_eq!(names("status=invited&sort=role&order=desc&limit=1").await, ["Max Cedar"]);
    assert_eq!(names("q=CEDAR").await, ["Max Cedar"]);
    assert_eq!(names("q=max.cedar@").await, ["Max Cedar"]);
    assert_eq!(names("status=invited&sort=createdAt&page=2&limit=2").await, ["Max Cedar"]);
    // I06: nothing sorts or filters by what is not shown.
    for query in ["sort=password_hash", "sort=email;--", "order=up", "role=king", "passwordHash=x", "q=a&q=b"]
    {
        admin.get(&format!("/api/users?{query}")).await.refused(400, "invalid_input");
    }
    assert_eq!(names("q=%25").await, Vec::<String>::new());
    app.stop().await;
}

#[tokio::test]
async fn x24_x25_what_does_not_fit_is_refused() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (admin, basic) = (app.member(&kestrel, "admin").await, app.member(&kestrel, "basic_user").await);
    let good = json!({ "organizationId": kestrel.id, "email": "ada@kestrel.example", "displayName": "Ada", "role": "basic_user" });
    for (field, value) in [
        ("id", json!(basic.id)),
        ("status", json!("active")),
        ("passwordHash", json!("x")),
        ("epoch", json!(0)),
        ("org_id", json!(app.provider)),
        ("createdAt", json!("2020-01-01T00:00:00Z")),
    ] {
        let mut body = good.clone();
        body[field] = value;
        admin.post("/api/users", body).await.refused(400, "unknown_field");
    }
    for (field, value) in [
        ("organizationId", json!(app.provider)),
        ("email", json!("a@b.c")),
        ("mfaEnabled", json!(true)),
        ("version", json!(9)),
    ] {
        change(&admin, basic.id, json!({ field: value })).await.refused(400, "unknown_field");
    }
    for (field, value) in [
        ("email", json!("")),
        ("email", json!("ada")),
        ("email", json!("a@b@c.d")),
        ("email", json!("a\u{0}@kestrel.example")),
        ("email", json!("ada@kestrel.example\r\nBcc: x@y.z")),
        ("displayName", json!("  ")),
        ("displayName", json!("a\u{202e}b")),
        ("displayName", json!("x".repeat(121))),
        ("role", json!("owner")),
        ("role", json!(null)),
        ("organizationId", json!("1 OR 1=1")),
    ] {
        let mut body = good.clone();
        body[field] = value;
        admin.post("/api/users", body).await.refused(400, "invalid_input");
    }
    for spelling in ["ADA@kestrel.example", " ada@KESTREL.example"] {
        let answer = invite(&admin, kestrel.id, spelling, "basic_user").await;
        if spelling.starts_with("ADA") {
            answer.created();
        } else {
            answer.refused(409, "email_taken");
        }
    }
    change(&admin, basic.id, json!({ "status": "invited" })).await.refused(400, "invalid_input");
    change(&admin, basic.id, json!({ "status": "deleted" })).await.refused(400, "invalid_input");
    app.stop().await;
}

#[tokio::test]
async fn of_two_who_edit_the_same_account_the_second_is_told() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (admin, basic) = (app.member(&kestrel, "admin").await, app.member(&kestrel, "basic_user").await);
    let edits =
        (0..8).map(|n| change_version(&admin, basic.id, 1, json!({ "displayName": format!("Name {n}") })));
    let answers = futures::future::join_all(edits).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((count(200), count(412)), (1, 7));
    let request = admin.request(Method::DELETE, &format!("/api/users/{}", basic.id)).header("If-Match", "1");
    admin.send(request).await.refused(412, "stale_version");
    assert_eq!(status_of(&app, basic.id).await.1, "active");
    app.stop().await;
}

#[tokio::test]
async fn a_suspended_organization_is_looked_at_and_not_changed() {
    let app = TestApp::start().await;
    let kestrel: Customer = app.customer("Kestrel Bank").await;
    let (boss, basic) = (app.super_admin().await, app.member(&kestrel, "basic_user").await);
    let suspend = json!({ "status": "suspended" });
    boss.put(&format!("/api/organizations/{}", kestrel.id), suspend).await.ok();
    boss.get(&format!("/api/users/{}", basic.id)).await.ok();
    let refusal = change(&boss, basic.id, json!({ "displayName": "X" })).await.refused(403, "forbidden");
    assert_eq!(refusal["details"]["reason"], "organization_suspended");
    invite(&boss, kestrel.id, "x@kestrel.example", "basic_user").await.refused(403, "forbidden");
    app.stop().await;
}

/// The database refuses whoever was disabled after the gatekeeper saw them; the connection serves the next.
#[tokio::test]
async fn a_caller_disabled_in_flight_is_refused_and_leaves_the_connection_clean() {
    let app = TestApp::start_with(|config| config.database.max_connections = 5).await;
    let (boss, technician) = (app.super_admin().await, app.technician().await);
    let caller = caller_of(&app, &technician);
    change(&boss, technician.id, json!({ "status": "disabled" })).await.ok();
    for _ in 0..6 {
        let refusal = app.platform.app.db.read(&caller).await.unwrap_err();
        assert_eq!(refusal.code, "unauthenticated");
        let refusal = app.platform.app.db.write(&caller).await.unwrap_err();
        assert_eq!(refusal.code, "unauthenticated");
        boss.get("/api/users").await.ok();
    }
    app.stop().await;
}

fn caller_of(app: &TestApp, actor: &Actor) -> Caller {
    Caller {
        user_id: UserId(actor.id),
        org_id: OrganizationId(actor.org_id),
        org_name: String::new(),
        org_kind: OrganizationKind::MssProvider,
        role: Role::Technician,
        email: actor.email.clone(),
        display_name: actor.name.clone(),
        user_session_id: UserSessionId(actor.user_session_id),
        last_seen_at: app.clock.now(),
        machine: None,
        decided: sallyport::access::Decided::default(),
        from_own_network: true,
        asked_at: app.clock.now(),
        authenticated_at: app.clock.now(),
        expires_at: app.clock.now(),
        origin: Origin {
            request_id: RequestId::new(&app.clock),
            client_ip: [127, 0, 0, 1].into(),
            user_agent: String::new(),
        },
    }
}

#[tokio::test]
async fn ten_thousand_people_are_counted_and_the_rest_is_reached_from_the_other_end() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    sqlx::query(
        "INSERT INTO users (org_id, id, email, display_name, role)
         SELECT $1, gen_random_uuid(), 'p' || n || '@acme.example', 'Person ' || lpad(n::text, 5, '0'), 'basic_user'
         FROM generate_series(1, 10050) n",
    )
    .bind(acme.id)
    .execute(&mut app.sql().await)
    .await
    .unwrap();
    let (manager, admin) = (app.account_manager().await, app.member(&acme, "admin").await);
    for who in [&manager, &admin] {
        let page = async |more: &str| who.get(&format!("/api/users?role=basic_user&limit=50{more}")).await;
        let first_of = |page: &Value| page["items"][0]["displayName"].as_str().unwrap().to_owned();
        let first = page("").await.ok();
        assert_eq!(first["total"], 10_000);
        assert_eq!((first["totalCapped"].as_bool(), first["totalPages"].as_i64()), (Some(true), Some(200)));
        assert_eq!(first_of(&first), "Person 00001");
        assert_eq!(first_of(&page("&page=200").await.ok()), "Person 09951");
        page("&page=201").await.refused(400, "invalid_input");
        assert_eq!(first_of(&page("&order=desc").await.ok()), "Person 10050");
        let some = page("&q=Person%20100").await.ok();
        assert_eq!((some["total"].as_i64(), some["totalCapped"].as_bool()), (Some(51), Some(false)));
        // Behind the end of what can be counted, there is nothing to refuse.
        assert_eq!(page("&q=Person%20100&page=900").await.ok()["items"], json!([]));
    }
}
