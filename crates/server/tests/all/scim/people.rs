//! People, as a directory makes, changes and removes them.

use super::{Directory, Stage, USER, id_of};
use crate::auth::browser::Browser;
use crate::auth::give_password;
use crate::support::Actor;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

async fn row(stage: &Stage, id: Uuid) -> (String, String, String) {
    sqlx::query_as("SELECT email, role, status FROM users WHERE id = $1")
        .bind(id)
        .fetch_one(&mut stage.app.sql().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_directory_makes_people_reads_them_and_changes_them() {
    let stage = Stage::set().await;
    let answer = stage.acme.post("/Users", &stage.acme.person("ada")).await;
    let tag = answer.headers["etag"].to_str().unwrap().to_owned();
    let location = answer.headers["location"].to_str().unwrap().to_owned();
    let made = answer.scim(201);
    let id = id_of(&made);
    assert_eq!(row(&stage, id).await, ("ada@acme.example".into(), "basic_user".into(), "active".into()));
    assert_eq!(
        (made["meta"]["location"].as_str(), made["meta"]["version"].as_str()),
        (Some(&*location), Some(&*tag))
    );
    assert!(location.ends_with(&format!("/api/scim/v2/Users/{id}")));
    let path = format!("/Users/{id}");
    assert_eq!(stage.acme.get(&path).await.scim(200), made);
    // The version that one has is not told again, and one that is old changes nothing.
    let ask = |name: &'static str, value: String| {
        let request = stage.acme.token.request(reqwest::Method::GET, &format!("/api/scim/v2{path}"));
        request.header(name, value)
    };
    assert_eq!(stage.acme.token.send(ask("if-none-match", tag.clone())).await.status.as_u16(), 304);
    let mut wish = stage.acme.person("ada");
    wish["displayName"] = json!("Ada Park");
    wish["name"] = json!({ "givenName": "Ada", "familyName": "Park" });
    let put = async |version: &str| {
        let request = stage.acme.token.request(reqwest::Method::PUT, &format!("/api/scim/v2{path}"));
        stage.acme.token.send(request.header("if-match", version).json(&wish)).await
    };
    let changed = put(&tag).await.scim(200);
    assert_eq!(
        (&changed["displayName"], &changed["name"]["familyName"]),
        (&json!("Ada Park"), &json!("Park"))
    );
    put(&tag).await.refused_by_scim(412);
    // The same once more changes nothing, and nothing is told of it.
    let before = stage.app.audit_count().await;
    assert_eq!(put(changed["meta"]["version"].as_str().unwrap()).await.scim(200), changed);
    assert_eq!(stage.app.audit_count().await, before);
    // The log says which directory it was.
    let (sentence, details, policies): (String, Value, Vec<String>) = sqlx::query_as(
        "SELECT sentence, details, policy_ids FROM audit_logs WHERE code = 'directory_user.update'",
    )
    .fetch_one(&mut stage.app.sql().await)
    .await
    .unwrap();
    assert_eq!(sentence, "The directory Acme Entra changed the account of ada");
    assert_eq!(details["directoryToken"]["name"], "Acme Entra");
    assert_eq!(policies, ["directory.keeps-its-people"]);
    // A whole resource without `active` lets nobody in again.
    stage.acme.patch(&path, json!([{ "op": "Replace", "path": "active", "value": "False" }])).await.scim(200);
    wish.as_object_mut().unwrap().remove("active");
    assert_eq!(stage.acme.put(&path, &wish).await.scim(200)["active"], false);
    assert_eq!(
        stage.acme.patch(&path, json!([{ "op": "add", "value": { "active": true } }])).await.scim(200)["active"],
        true
    );
    assert_eq!(row(&stage, id).await.2, "active");
}

#[tokio::test]
async fn c01_nothing_of_another_organization_is_seen_or_changed() {
    let stage = Stage::set().await;
    let theirs = stage.other.make("bob").await;
    let group =
        json!({ "schemas": [super::GROUP], "displayName": "Staff", "members": [{ "value": theirs }] });
    let group = id_of(&stage.other.post("/Groups", &group).await.scim(201));
    // Who is of the organization but not of its directory is none of its business either.
    let member = stage.app.member(&stage.acme.customer, "basic_user").await;
    let nobody = stage.app.clock.new_id();
    let before = row(&stage, theirs).await;
    for id in [theirs, member.id, nobody, stage.acme.admin.id] {
        let path = format!("/Users/{id}");
        stage.acme.get(&path).await.refused_by_scim(404);
        stage.acme.put(&path, &stage.acme.person("eve")).await.refused_by_scim(404);
        stage
            .acme
            .patch(&path, json!([{ "op": "replace", "path": "active", "value": false }]))
            .await
            .refused_by_scim(404);
        stage.acme.delete(&path).await.refused_by_scim(404);
        assert_eq!(stage.acme.found("Users", &format!("id eq \"{id}\"")).await, Vec::<String>::new());
        let wish = json!({ "schemas": [super::GROUP], "displayName": "Mine", "members": [{ "value": id }] });
        stage.acme.post("/Groups", &wish).await.refused_by_scim(400);
    }
    let path = format!("/Groups/{group}");
    stage.acme.get(&path).await.refused_by_scim(404);
    stage
        .acme
        .put(&path, &json!({ "schemas": [super::GROUP], "displayName": "x" }))
        .await
        .refused_by_scim(404);
    stage.acme.patch(&path, json!([{ "op": "remove", "path": "members" }])).await.refused_by_scim(404);
    stage.acme.delete(&path).await.refused_by_scim(404);
    for filter in
        ["userName eq \"bob@other.example\"", "externalId eq \"ext-bob\"", "userName pr", "emails co \"bob\""]
    {
        assert_eq!(stage.acme.found("Users", filter).await, Vec::<String>::new(), "{filter}");
    }
    assert_eq!(stage.acme.found("Groups", "displayName eq \"Staff\"").await, Vec::<String>::new());
    assert_eq!(stage.acme.get("/Users").await.scim(200)["totalResults"], 0);
    assert_eq!(row(&stage, theirs).await, before);
    assert_eq!(stage.other.found("Users", "userName eq \"BOB@other.example\"").await, ["bob@other.example"]);
}

#[tokio::test]
async fn c04_nothing_in_a_persons_own_resource_gives_a_right() {
    let stage = Stage::set().await;
    let id = stage.acme.make("ada").await;
    let path = format!("/Users/{id}");
    let urn = "urn:ietf:params:scim:schemas:core:2.0:User:roles";
    for name in [
        "roles",
        "ROLES",
        "Roles",
        "entitlements",
        urn,
        "urn:x:roles",
        "role",
        "userType",
        "groups",
        "orgId",
        "isAdmin",
    ] {
        for value in [json!("owner"), json!("superadmin"), json!([{ "value": "admin", "primary": true }])] {
            for operation in [
                json!({ "op": "add", "path": name, "value": value }),
                json!({ "op": "replace", "path": format!("{name}[primary eq true].value"), "value": value }),
                json!({ "op": "replace", "value": { name: value } }),
            ] {
                let answer = stage.acme.patch(&path, json!([operation])).await;
                assert!([200, 400].contains(&answer.status.as_u16()), "{operation}: {}", answer.text());
                let shown = answer.json();
                assert!(shown.get("roles").is_none() && shown.get("entitlements").is_none(), "{shown}");
            }
            let mut whole = stage.acme.person("ada");
            whole[name] = value;
            stage.acme.put(&path, &whole).await.scim(200);
        }
    }
    assert_eq!(row(&stage, id).await, ("ada@acme.example".into(), "basic_user".into(), "active".into()));
    assert_eq!(stage.entries("directory_user_role.update", "success").await, 0);
}

#[tokio::test]
async fn c05_nobody_who_is_here_is_taken_over_by_an_address() {
    let stage = Stage::set().await;
    let member = stage.app.member(&stage.acme.customer, "admin").await;
    stage.run("UPDATE users SET email = 'local@acme.example' WHERE id = $1", member.id).await;
    let before = row(&stage, member.id).await;
    // By the address of somebody who was invited, in whatever spelling; with another name or without.
    for email in ["local@acme.example", "LOCAL@Acme.Example", " local@acme.example "] {
        let mut wish = stage.acme.person("adopter");
        wish["emails"][0]["value"] = json!(email);
        let refusal = stage.acme.post("/Users", &wish).await.refused_by_scim(409);
        assert_eq!(refusal["scimType"], "uniqueness");
        wish["emails"].take();
        wish["userName"] = json!(email);
        stage.acme.post("/Users", &wish).await.refused_by_scim(409);
    }
    // By rewriting the address of somebody whom the directory made, all at once or bit by bit.
    let id = stage.acme.make("ada").await;
    let path = format!("/Users/{id}");
    let address =
        |to: &str| json!({ "op": "replace", "path": "emails[type eq \"work\"].value", "value": to });
    stage.acme.patch(&path, json!([address("local@acme.example")])).await.refused_by_scim(409);
    // Only to a proven domain.
    for to in [
        "ada@elsewhere.example",
        "ada@other.example",
        "ada@sub.acme.example",
        "ada@acme.example.evil.example",
    ] {
        stage.acme.patch(&path, json!([address(to)])).await.refused_by_scim(400);
        let mut wish = stage.acme.person("new");
        wish["emails"][0]["value"] = json!(to);
        stage.acme.post("/Users", &wish).await.refused_by_scim(400);
    }
    // Only for whom the directory names as before.
    let rename = json!({ "op": "replace", "path": "externalId", "value": "somebody-else" });
    let refusal =
        stage.acme.patch(&path, json!([rename, address("ada2@acme.example")])).await.refused_by_scim(400);
    assert_eq!(refusal["scimType"], "mutability");
    let unname = json!({ "op": "remove", "path": "externalId" });
    stage.acme.patch(&path, json!([unname, address("ada2@acme.example")])).await.refused_by_scim(400);
    let mut nameless = stage.acme.person("bea");
    nameless["externalId"].take();
    let bea = id_of(&stage.acme.post("/Users", &nameless).await.scim(201));
    let named = json!({ "op": "add", "path": "externalId", "value": "x" });
    stage
        .acme
        .patch(&format!("/Users/{bea}"), json!([named, address("bea2@acme.example")]))
        .await
        .refused_by_scim(400);
    assert_eq!(row(&stage, id).await.0, "ada@acme.example");
    stage.acme.patch(&path, json!([address("ada2@acme.example")])).await.scim(200);
    assert_eq!(row(&stage, id).await.0, "ada2@acme.example");
    // Who has no password is sent no link that would set one.
    let ask = json!({ "email": "ada2@acme.example" });
    stage.app.stranger().post("/api/auth/reset", ask).await;
    stage.app.until_sql("SELECT NOT EXISTS (SELECT FROM knocks)").await;
    let links: i64 = sqlx::query_scalar("SELECT count(*) FROM password_resets")
        .fetch_one(&mut stage.app.sql().await)
        .await
        .unwrap();
    assert_eq!(links, 0);
    assert_eq!(row(&stage, member.id).await, before);
    assert!(stage.entries("directory_user.create", "refused").await >= 10);
    assert!(stage.entries("directory_user.update", "refused").await >= 8);
}

/// A person of a customer holds no terminal: sign-ins, their renewal and tokens are all that there is to end. The row that
/// says so is the one that leases of terminals ask (`status` and `epoch` of the person).
#[tokio::test]
async fn c06_who_is_taken_out_is_out_within_a_second() {
    let stage = Stage::set().await;
    for lever in [
        json!([{ "op": "Replace", "path": "active", "value": "False" }]),
        json!([{ "op": "replace", "value": { "active": false } }]),
        Value::Null,
    ] {
        let id = stage.acme.make("ada").await;
        let mut person = stage.app.stranger();
        person.id = id;
        give_password(&stage.app, &person).await;
        let mut browser = Browser::signed_in(&stage.app, "ada@acme.example").await;
        let mut other = Browser::signed_in(&stage.app, "ada@acme.example").await;
        let wish = json!({ "name": "a job", "scopes": ["organization.read"], "expiresInDays": 1 });
        let made = browser.post("/api/api-tokens", wish).await.created();
        let mut machine: Actor = stage.app.stranger();
        machine.token = made["token"].as_str().map(str::to_owned);
        machine.get("/api/organizations").await.ok();
        assert!(browser.is_signed_in().await);
        let path = format!("/Users/{id}");
        let begun = Instant::now();
        if lever.is_null() {
            stage.acme.delete(&path).await.gone();
        } else {
            assert_eq!(stage.acme.patch(&path, lever).await.scim(200)["active"], false);
        }
        assert!(!browser.is_signed_in().await);
        other.post("/api/auth/refresh", json!({})).await.refused(401, "unauthenticated");
        machine.get("/api/organizations").await.refused(401, "unauthenticated");
        assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
        let again = json!({ "email": "ada@acme.example", "password": crate::auth::PASSWORD });
        stage.app.stranger().post("/api/auth/login", again).await.refused(401, "invalid_credentials");
        // Let in again, nothing of before stands.
        if stage.acme.get(&path).await.status.as_u16() == 200 {
            stage
                .acme
                .patch(&path, json!([{ "op": "replace", "path": "active", "value": true }]))
                .await
                .scim(200);
            assert!(!browser.is_signed_in().await);
            machine.get("/api/organizations").await.refused(401, "unauthenticated");
            stage.acme.delete(&path).await.gone();
        }
    }
    assert_eq!(stage.entries("directory_user.disable", "success").await, 2);
}

#[tokio::test]
async fn the_directory_undoes_only_what_it_did_itself() {
    let stage = Stage::set().await;
    let id = stage.acme.make("ada").await;
    let (path, user) = (format!("/Users/{id}"), format!("/api/users/{id}"));
    let set = |active: bool| json!([{ "op": "replace", "path": "active", "value": active }]);
    stage.acme.admin.put(&user, json!({ "status": "disabled" })).await.ok();
    for active in [true, false, true] {
        assert_eq!(stage.acme.patch(&path, set(active)).await.scim(200)["active"], false);
        assert_eq!(row(&stage, id).await.2, "disabled");
    }
    // An admin lets them in again, without an invitation: there is nothing to set a password for.
    stage.acme.admin.put(&user, json!({ "status": "active" })).await.ok();
    assert_eq!(row(&stage, id).await.2, "active");
    stage.acme.patch(&path, set(false)).await.scim(200);
    assert_eq!(stage.acme.patch(&path, set(true)).await.scim(200)["active"], true);
    // Removed by an admin, they are the directory's no more, which may make them anew.
    stage.acme.admin.delete(&user).await.ok();
    stage.acme.get(&path).await.refused_by_scim(404);
    assert_ne!(stage.acme.make("ada").await, id);
}

#[tokio::test]
async fn c07_who_comes_after_is_somebody_else() {
    let app = crate::support::TestApp::start().await;
    let acme = Directory::of(&app, "Acme", Some(&[("Admins", "admin")])).await;
    let other = Directory::of(&app, "Other", None).await;
    let stage = Stage { app, acme, other };
    let id = stage.acme.make("ada").await;
    let group = json!({ "schemas": [super::GROUP], "displayName": "Admins", "members": [{ "value": id }] });
    let group = id_of(&stage.acme.post("/Groups", &group).await.scim(201));
    assert_eq!(row(&stage, id).await.1, "admin");
    let mut person = stage.app.stranger();
    person.id = id;
    give_password(&stage.app, &person).await;
    let mut browser = Browser::signed_in(&stage.app, "ada@acme.example").await;
    stage.acme.delete(&format!("/Users/{id}")).await.gone();
    stage.acme.get(&format!("/Users/{id}")).await.refused_by_scim(404);
    stage.acme.delete(&format!("/Users/{id}")).await.refused_by_scim(404);
    let again = stage.acme.make("ada").await;
    assert_ne!(again, id);
    assert_eq!(row(&stage, again).await, ("ada@acme.example".into(), "basic_user".into(), "active".into()));
    assert!(!browser.is_signed_in().await);
    let shown = stage.acme.get(&format!("/Groups/{group}")).await.scim(200);
    assert!(shown.get("members").is_none(), "{shown}");
    let inherited: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM user_sessions WHERE user_id = $1) + (SELECT count(*) FROM sso_identities WHERE user_id = $1)
              + (SELECT count(*) FROM user_factors WHERE user_id = $1) + (SELECT count(*) FROM api_tokens WHERE user_id = $1)
              + (SELECT count(*) FROM users WHERE id = $1 AND password_hash IS NOT NULL)",
    )
    .bind(again)
    .fetch_one(&mut stage.app.sql().await)
    .await
    .unwrap();
    assert_eq!(inherited, 0);
}

#[tokio::test]
async fn c09_a_create_that_is_sent_again_makes_nobody_twice() {
    let stage = Stage::set().await;
    let wish = stage.acme.person("ada");
    let at_once = futures::future::join_all((0..8).map(|_| stage.acme.post("/Users", &wish))).await;
    let mut made: Vec<u16> = at_once.iter().map(|answer| answer.status.as_u16()).collect();
    made.sort_unstable();
    assert_eq!(made, [201, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!(stage.acme.post("/Users", &wish).await.refused_by_scim(409)["scimType"], "uniqueness");
    // Whoever gets that answer finds the one by its names.
    assert_eq!(stage.acme.found("Users", "externalId eq \"ext-ada\"").await, ["ada@acme.example"]);
    // The same by one of the names alone.
    let mut same_name = stage.acme.person("bob");
    same_name["userName"] = json!("ADA@acme.example");
    stage.acme.post("/Users", &same_name).await.refused_by_scim(409);
    let mut same_id = stage.acme.person("bob");
    same_id["externalId"] = json!("ext-ada");
    stage.acme.post("/Users", &same_id).await.refused_by_scim(409);
    let people: i64 = sqlx::query_scalar("SELECT count(*) FROM directory_users")
        .fetch_one(&mut stage.app.sql().await)
        .await
        .unwrap();
    assert_eq!((people, stage.entries("directory_user.create", "success").await), (1, 1));
}

#[tokio::test]
async fn c10_the_last_admin_stays_and_the_log_says_that_it_was_tried() {
    let app = crate::support::TestApp::start().await;
    let acme = Directory::of(&app, "Acme", Some(&[("Admins", "admin")])).await;
    let other = Directory::of(&app, "Other", None).await;
    let stage = Stage { app, acme, other };
    let (ada, bob) = (stage.acme.make("ada").await, stage.acme.make("bob").await);
    let group = json!({
        "schemas": [super::GROUP], "displayName": "Admins", "members": [{ "value": ada }, { "value": bob }],
    });
    let group = id_of(&stage.acme.post("/Groups", &group).await.scim(201));
    // The admin who was here leaves; the two of the directory are left.
    stage.run("UPDATE users SET status = 'disabled' WHERE id = $1", stage.acme.admin.id).await;
    // Both at once: one stays.
    let off = json!([{ "op": "replace", "path": "active", "value": false }]);
    let (ada_path, bob_path) = (format!("/Users/{ada}"), format!("/Users/{bob}"));
    let (one, two) =
        tokio::join!(stage.acme.patch(&ada_path, off.clone()), stage.acme.patch(&bob_path, off.clone()));
    let mut both = [one.status.as_u16(), two.status.as_u16()];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);
    let last = if row(&stage, ada).await.2 == "active" { ada } else { bob };
    let path = format!("/Users/{last}");
    stage.acme.patch(&path, off.clone()).await.refused_by_scim(409);
    let mut whole = stage.acme.person(if last == ada { "ada" } else { "bob" });
    whole["active"] = json!("False");
    stage.acme.put(&path, &whole).await.refused_by_scim(409);
    stage.acme.delete(&path).await.refused_by_scim(409);
    // Nor by the groups.
    stage
        .acme
        .patch(&format!("/Groups/{group}"), json!([{ "op": "remove", "path": "members" }]))
        .await
        .scim(200);
    assert_eq!(
        row(&stage, last).await,
        (whole["userName"].as_str().unwrap().into(), "admin".into(), "active".into())
    );
    assert_eq!(stage.entries("directory_user.update", "refused").await, 3);
    assert_eq!(stage.entries("directory_user.delete", "refused").await, 1);
    assert_eq!(stage.entries("directory_user_role.update", "refused").await, 1);
    let about: Uuid = sqlx::query_scalar(
        "SELECT target_id FROM audit_logs WHERE code = 'directory_user.delete' AND outcome = 'refused'",
    )
    .fetch_one(&mut stage.app.sql().await)
    .await
    .unwrap();
    assert_eq!(about, last);
    // With another one there, it goes.
    stage.run("UPDATE users SET status = 'active' WHERE id = $1", stage.acme.admin.id).await;
    stage.acme.delete(&path).await.gone();
}

#[tokio::test]
async fn filters_and_pages_find_whom_they_name() {
    let stage = Stage::set().await;
    for name in ["ada", "bob", "eve", "kim", "zoe"] {
        stage.acme.make(name).await;
    }
    let zoe = stage.acme.found("Users", "userName eq \"zoe@acme.example\"").await;
    assert_eq!(zoe, ["zoe@acme.example"]);
    for (filter, expected) in [
        ("emails.value eq \"bob@acme.example\"", 1),
        ("emails[type eq \"work\" and value co \"@acme\"]", 5),
        ("userName sw \"a\" or displayName co \"ev\"", 2),
        ("(userName sw \"a\" or userName sw \"b\") and not (externalId eq \"ext-ada\")", 1),
        ("active eq true", 5),
        ("active eq \"False\"", 0),
        ("name.givenName pr", 0),
        ("meta.created gt \"2020-01-01T00:00:00Z\"", 5),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"ZOE@acme.example\"", 1),
        ("id eq \"no-id\"", 0),
    ] {
        assert_eq!(stage.acme.found("Users", filter).await.len(), expected, "{filter}");
    }
    for filter in [
        "title eq \"x\"",
        "userName",
        "userName like \"a\"",
        "active gt true",
        "password pr",
        "(",
        "\u{0}",
        "id eq",
    ] {
        let query: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let refusal = stage.acme.get(&format!("/Users?filter={query}")).await.refused_by_scim(400);
        assert_eq!(refusal["scimType"], "invalidFilter", "{filter}");
    }
    let page = stage.acme.get("/Users?startIndex=2&count=2").await.scim(200);
    let names: Vec<&str> = page["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["displayName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["bob", "eve"]);
    assert_eq!(
        (&page["totalResults"], &page["startIndex"], &page["itemsPerPage"]),
        (&json!(5), &json!(2), &json!(2))
    );
    let none = stage.acme.get("/Users?count=0&startIndex=-7").await.scim(200);
    assert_eq!(
        (&none["totalResults"], &none["startIndex"], &none["itemsPerPage"]),
        (&json!(5), &json!(1), &json!(0))
    );
    assert_eq!(stage.acme.get("/Users?startIndex=99").await.scim(200)["totalResults"], 5);
    stage.acme.get("/Users?count=many").await.refused_by_scim(400);
    let filtered =
        stage.acme.get("/Users?filter=active+eq+true&startIndex=5&attributes=userName").await.scim(200);
    assert_eq!(filtered["totalResults"], 5);
    let only = filtered["Resources"][0].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(only, ["schemas", "id", "userName"]);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_changes_nothing() {
    let stage = Stage::set().await;
    let id = stage.acme.make("ada").await;
    let before = row(&stage, id).await;
    let count = stage.app.audit_count().await;
    for wish in [
        json!({}),
        json!([]),
        json!({ "userName": "x@acme.example" }),
        json!({ "schemas": ["urn:x"], "userName": "x@acme.example" }),
        json!({ "schemas": [USER] }),
        json!({ "schemas": [USER], "userName": "no address" }),
        json!({ "schemas": [USER], "userName": "x@acme.example", "active": "maybe" }),
        json!({ "schemas": [USER], "userName": "x@acme.example", "displayName": "a\u{0}b" }),
        json!({ "schemas": [USER], "userName": "x@acme.example", "emails": "x" }),
    ] {
        stage.acme.post("/Users", &wish).await.refused_by_scim(400);
        stage.acme.put(&format!("/Users/{id}"), &wish).await.refused_by_scim(400);
    }
    let request = stage.acme.token.request(reqwest::Method::POST, "/api/scim/v2/Users").body("{}");
    stage.acme.token.send(request).await.refused_by_scim(415);
    let request = stage.acme.token.request(reqwest::Method::POST, "/api/scim/v2/Users");
    stage
        .acme
        .token
        .send(request.header("content-type", "application/scim+json").body("{"))
        .await
        .refused_by_scim(400);
    // What is read in two ways by two readers.
    for body in [
        format!(r#"{{"schemas":["{USER}"],"userName":"x@acme.example","active":false,"active":true}}"#),
        format!(r#"{{"schemas":["{USER}"],"userName":"x@acme.example","userNAME":"y@acme.example"}}"#),
        format!(
            r#"{{"schemas":["{USER}"],"userName":"x@acme.example","emails":[{{"value":"a","Value":"b"}}]}}"#
        ),
    ] {
        for (method, path) in [("POST", "/Users".to_owned()), ("PUT", format!("/Users/{id}"))] {
            let request = stage.acme.token.request(method.parse().unwrap(), &format!("/api/scim/v2{path}"));
            let request = request.header("content-type", "application/scim+json").body(body.clone());
            let refused = stage.acme.token.send(request).await.refused_by_scim(400);
            assert_eq!(refused["scimType"], "invalidSyntax", "{body}");
        }
    }
    for path in ["/Users/x", "/Nothing", "/Users/x/y"] {
        stage.acme.get(path).await.refused_by_scim(404);
    }
    assert_eq!(
        stage.acme.send(reqwest::Method::DELETE, "/Users", None).await.refused_by_scim(405)["status"],
        "405"
    );
    stage.acme.get("/Me").await.refused_by_scim(501);
    stage.acme.post("/Bulk", &json!({})).await.refused_by_scim(501);
    stage.acme.post("/.search", &json!({})).await.refused_by_scim(501);
    assert_eq!(row(&stage, id).await, before);
    assert!(stage.app.audit_count().await > count, "refusals are kept");
    stage.acme.get(&format!("/Groups/{id}")).await.refused_by_scim(404);
    let sentences: Vec<String> =
        sqlx::query_scalar("SELECT sentence FROM audit_logs WHERE outcome = 'refused'")
            .fetch_all(&mut stage.app.sql().await)
            .await
            .unwrap();
    assert!(
        sentences.iter().any(|sentence| sentence.contains("was refused to read a group")),
        "{sentences:?}"
    );
    assert!(sentences.iter().all(|sentence| !sentence.contains(" scim ")), "{sentences:?}");
}
