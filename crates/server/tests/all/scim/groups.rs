//! Groups, and the roles that they give.

use super::{Directory, GROUP, Stage, id_of};
use crate::support::TestApp;
use serde_json::{Value, json};
use uuid::Uuid;

async fn stage(map: &[(&str, &str)]) -> Stage {
    let app = TestApp::start().await;
    let acme = Directory::of(&app, "Acme", Some(map)).await;
    let other = Directory::of(&app, "Other", None).await;
    Stage { app, acme, other }
}

impl Stage {
    async fn role(&self, id: Uuid) -> String {
        let role = "SELECT role FROM users WHERE id = $1";
        sqlx::query_scalar(role).bind(id).fetch_one(&mut self.app.sql().await).await.unwrap()
    }
}

fn group(name: &str, members: &[Uuid]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    json!({ "schemas": [GROUP], "displayName": name, "externalId": format!("ext-{name}"), "members": members })
}

fn members(shown: &Value) -> Vec<Uuid> {
    let members = shown["members"].as_array().into_iter().flatten();
    members.map(|one| one["value"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn members_come_and_go_in_the_words_of_entra_and_of_okta() {
    let stage = stage(&[]).await;
    let (ada, bob, eve) =
        (stage.acme.make("ada").await, stage.acme.make("bob").await, stage.acme.make("eve").await);
    let made = stage.acme.post("/Groups", &group("Staff", &[ada])).await.scim(201);
    let id = id_of(&made);
    let path = format!("/Groups/{id}");
    assert_eq!(members(&made), [ada]);
    let patch =
        async |operation: Value| members(&stage.acme.patch(&path, json!([operation])).await.scim(200));
    let one = |id: Uuid| json!([{ "value": id, "display": "somebody" }]);
    // Entra: with a path, capital letters, one member an operation.
    assert_eq!(patch(json!({ "op": "Add", "path": "members", "value": one(bob) })).await, [ada, bob]);
    assert_eq!(patch(json!({ "op": "Add", "path": "members", "value": one(bob) })).await, [ada, bob]);
    assert_eq!(patch(json!({ "op": "Remove", "path": "members", "value": one(ada) })).await, [bob]);
    // Okta: the filter in the path, and all members anew.
    assert_eq!(patch(json!({ "op": "add", "path": "members", "value": one(eve) })).await, [bob, eve]);
    assert_eq!(patch(json!({ "op": "remove", "path": format!("members[value eq \"{bob}\"]") })).await, [eve]);
    assert_eq!(
        patch(json!({ "op": "replace", "path": "members", "value": [{ "value": ada }, { "value": bob }] }))
            .await,
        [ada, bob]
    );
    let renamed = stage
        .acme
        .patch(&path, json!([{ "op": "replace", "value": { "id": id, "displayName": "Crew" } }]))
        .await;
    let renamed = renamed.scim(200);
    assert_eq!((&renamed["displayName"], members(&renamed)), (&json!("Crew"), vec![ada, bob]));
    // Who is in it sees it, and it can be asked for.
    assert_eq!(stage.acme.get(&format!("/Users/{ada}")).await.scim(200)["groups"][0]["display"], "Crew");
    assert_eq!(stage.acme.found("Users", &format!("groups.value eq \"{id}\"")).await.len(), 2);
    assert_eq!(stage.acme.found("Groups", &format!("members[value eq \"{ada}\"]")).await, ["Crew"]);
    assert_eq!(stage.acme.found("Groups", &format!("members eq \"{eve}\"")).await, Vec::<String>::new());
    let short =
        stage.acme.get("/Groups?excludedAttributes=members&filter=displayName+eq+%22crew%22").await.scim(200);
    assert!(short["Resources"][0].get("members").is_none() && short["totalResults"] == 1, "{short}");
    // A person is taken over by nobody else, and what is nobody is refused whole.
    let before = stage.acme.get(&path).await.scim(200);
    let mixed = json!([{ "value": eve }, { "value": stage.app.clock.new_id() }]);
    stage
        .acme
        .patch(&path, json!([{ "op": "add", "path": "members", "value": mixed }]))
        .await
        .refused_by_scim(400);
    stage
        .acme
        .patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": "x" }] }]))
        .await
        .refused_by_scim(400);
    assert_eq!(stage.acme.get(&path).await.scim(200), before);
    stage.acme.post("/Groups", &group("CREW", &[])).await.refused_by_scim(409);
    // A whole group without members has none.
    assert_eq!(members(&stage.acme.put(&path, &group("Crew", &[])).await.scim(200)), Vec::<Uuid>::new());
    stage.acme.delete(&path).await.gone();
    stage.acme.get(&path).await.refused_by_scim(404);
    for code in ["directory_group.create", "directory_group.update", "directory_group.delete"] {
        assert!(stage.entries(code, "success").await > 0, "{code}");
    }
}

#[tokio::test]
async fn mapped_groups_give_roles_and_nothing_else_does() {
    let map = [("Admins", "admin"), ("ext-Readers", "report_viewer"), ("Askers", "request_user")];
    let stage = stage(&map).await;
    let (ada, bob) = (stage.acme.make("ada").await, stage.acme.make("bob").await);
    let member = stage.app.member(&stage.acme.customer, "request_user").await;
    // Another spelling is another group.
    stage.acme.post("/Groups", &group("ADMINS", &[ada])).await.scim(201);
    assert_eq!(stage.role(ada).await, "basic_user");
    // By the name, by the directory's own id; the first of the map counts.
    let readers = id_of(&stage.acme.post("/Groups", &group("Readers", &[ada, bob])).await.scim(201));
    assert_eq!(stage.role(ada).await, "report_viewer");
    let askers = id_of(&stage.acme.post("/Groups", &group("Askers", &[ada])).await.scim(201));
    assert_eq!(stage.role(ada).await, "report_viewer");
    stage.acme.delete(&format!("/Groups/{readers}")).await.gone();
    assert_eq!(
        (stage.role(ada).await, stage.role(bob).await),
        ("request_user".to_owned(), "basic_user".to_owned())
    );
    // Another name gives another role to all who are in it.
    let rename = json!([{ "op": "replace", "path": "displayName", "value": "Others" }]);
    stage.acme.patch(&format!("/Groups/{askers}"), rename).await.scim(200);
    assert_eq!(stage.role(ada).await, "basic_user");
    assert_eq!(stage.role(member.id).await, "request_user", "who came another way keeps what was given here");
    assert_eq!(stage.entries("directory_user_role.update", "success").await, 5);
    let policies: Vec<Vec<String>> =
        sqlx::query_scalar("SELECT policy_ids FROM audit_logs WHERE code = 'directory_user_role.update'")
            .fetch_all(&mut stage.app.sql().await)
            .await
            .unwrap();
    assert!(policies.iter().all(|ids| *ids == ["directory.gives-roles-of-a-customer"]), "{policies:?}");
}

#[tokio::test]
async fn c04_no_map_gives_a_role_of_the_provider() {
    // Nobody can write such a map by the API; it stands here all the same.
    let stage = stage(&[("Bosses", "super_admin"), ("Techs", "technician")]).await;
    let ada = stage.acme.make("ada").await;
    for name in ["Bosses", "Techs"] {
        stage.acme.post("/Groups", &group(name, &[ada])).await.scim(201);
        assert_eq!(stage.role(ada).await, "basic_user");
    }
    assert_eq!(stage.entries("directory_user_role.update", "refused").await, 2);
    assert_eq!(stage.entries("directory_user_role.update", "success").await, 0);
    // A directory that came for no connection gives no roles.
    let bob = stage.other.make("bob").await;
    super::connection(&stage.app, &stage.other.customer, &[("Admins", "admin")]).await;
    stage.other.post("/Groups", &group("Admins", &[bob])).await.scim(201);
    assert_eq!(stage.role(bob).await, "basic_user");
}

#[tokio::test]
async fn the_map_of_a_connection_that_was_removed_gives_nobody_a_role() {
    let stage = stage(&[("Admins", "admin")]).await;
    let ada = stage.acme.make("ada").await;
    let mut sql = stage.app.sql().await;
    let connection: Uuid =
        sqlx::query_scalar("SELECT id FROM sso_connections").fetch_one(&mut sql).await.unwrap();
    stage.acme.admin.delete(&format!("/api/sso/connections/{connection}")).await.ok();
    stage.acme.get("/Users").await.refused_by_scim(401);
    assert_eq!(stage.entries("directory_token.revoke", "success").await, 1);
    // What an older release left behind.
    sqlx::query("INSERT INTO sso_group_roles VALUES ($1, $2, 0, 'Admins', 'admin')")
        .bind(stage.acme.customer.id)
        .bind(connection)
        .execute(&mut sql)
        .await
        .unwrap();
    let token = Directory::token_of(&stage.app, &stage.acme.admin, &stage.acme.customer, None).await;
    let again = Directory { token, ..stage.acme };
    again.post("/Groups", &group("Admins", &[ada])).await.scim(201);
    let role: String = sqlx::query_scalar("SELECT role FROM users WHERE id = $1")
        .bind(ada)
        .fetch_one(&mut sql)
        .await
        .unwrap();
    assert_eq!(role, "basic_user");
}
