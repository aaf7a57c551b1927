//! Single sign-on. The provider is real; what a recipe is about is made for it.

use super::{Call, Who, recipes};
use crate::api::world::World;
use crate::sso::saml_idp::SamlIdp;
use serde_json::{Value, json};
use uuid::Uuid;

fn draft(world: &World, organization: Uuid) -> Value {
    json!({
        "organizationId": organization, "name": world.name("Provider"), "protocol": "oidc", "profile": "generic",
        "issuer": world.idp.issuer(), "clientId": "sallyport", "clientSecret": "a-shared-secret-of-the-client",
        "defaultRole": "basic_user",
    })
}

/// A connection of Acme, as it begins.
async fn connection(world: &World) -> String {
    let made = world.make_by_admin("/api/sso/connections", draft(world, world.acme.id)).await;
    made["id"].as_str().unwrap().to_owned()
}

/// One that somebody came in by in a test.
async fn tested(world: &World) -> String {
    let id = connection(world).await;
    world.make_by_admin(&format!("/api/sso/connections/{id}/test"), json!({})).await;
    world.run("UPDATE sso_connections SET tested_version = settings_version WHERE id::text = $1", &id).await;
    id
}

/// One that people sign in by.
async fn active(world: &World) -> String {
    let id = tested(world).await;
    world.make_by_admin(&format!("/api/sso/connections/{id}/activate"), json!({})).await;
    id
}

/// One that speaks SAML, with nobody behind it: the same for all, because its key takes its time.
async fn saml(world: &World) -> String {
    let known = "SELECT id::text FROM sso_connections WHERE name = 'Shared'";
    let known: Option<String> =
        sqlx::query_scalar(known).fetch_optional(&mut world.app.sql().await).await.unwrap();
    if let Some(id) = known {
        return id;
    }
    let idp = SamlIdp::start().await;
    let draft = json!({
        "organizationId": world.acme.id, "name": "Shared", "protocol": "saml", "profile": "generic",
        "metadata": idp.metadata(), "idpInitiated": true, "defaultRole": "basic_user",
    });
    let made = world.make_by_admin("/api/sso/connections", draft).await;
    let id = made["id"].as_str().unwrap().to_owned();
    let switch_on =
        "UPDATE sso_connections SET tested_version = settings_version, state = 'active' WHERE id::text = $1";
    world.run(switch_on, &id).await;
    id
}

/// The token of a directory of Acme. More than a few are not made by the API.
async fn directory_token(world: &World) -> String {
    let id = world.app.clock.new_id().to_string();
    let insert = "INSERT INTO directory_tokens (org_id, id, name, token_hash, created_by, created_by_name, expires_at)
                  SELECT o.id, $1::uuid, 'Directory', convert_to($1, 'UTF8'), o.id, 'Somebody', now() + interval '1 day'
                  FROM organizations o WHERE o.name = 'Acme'";
    world.run(insert, &id).await;
    id
}

async fn domain(world: &World) -> String {
    let wish =
        json!({ "organizationId": world.acme.id, "domain": format!("{}.example", world.name("acme")) });
    let made = world.make_by_admin("/api/sso/domains", wish).await;
    made["id"].as_str().unwrap().to_owned()
}

/// An identity of a fresh person of this kind, bound to Acme's provider.
async fn bound(world: &World, who: Who) -> Call {
    let connection = active(world).await;
    let person = who.person(world, &world.acme).await;
    let id = world.app.clock.new_id();
    let owner = if person.org_id == world.acme.id { person.id } else { world.member().await.id };
    sqlx::query(
        "INSERT INTO sso_identities (org_id, id, connection_id, subject, user_id, managed)
         VALUES ($1, $2, $3::uuid, $4, $5, false)",
    )
    .bind(world.acme.id)
    .bind(id)
    .bind(&connection)
    .bind(id.to_string())
    .bind(owner)
    .execute(&mut world.app.sql().await)
    .await
    .unwrap();
    world.give_password(&person).await;
    Call::about(id).by(person)
}

/// The way back of a sign-in by somebody new.
async fn way_back(world: &World) -> Call {
    let id = active(world).await;
    world
        .run(
            "INSERT INTO sso_domains (org_id, id, domain, challenge, verified_at)
             VALUES ($1::uuid, gen_random_uuid(), 'kestrel.example', '', now())
             ON CONFLICT (domain) WHERE verified_at IS NOT NULL DO UPDATE SET verified_at = now()",
            &world.acme.id.to_string(),
        )
        .await;
    let begun = world.app.stranger().post("/api/sso/start", json!({ "connectionId": id })).await;
    let cookie = begun.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let url = begun.ok()["url"].as_str().unwrap().to_owned();
    let name = world.name("alice");
    world.idp.tell(|lies| {
        lies.set("sub", json!(name));
        lies.set("email", json!(format!("{name}@kestrel.example")));
    });
    let answer = world.idp.answer(&url);
    Call::bare()
        .query("state", answer.state)
        .query("code", answer.code)
        .query("iss", answer.iss)
        .header("cookie", cookie)
}

recipes! {
    "listSsoConnections" => |world, _| Call::bare().query("organizationId", world.acme.id),
    "createSsoConnection" => |world, _| Call::bare().body(draft(world, world.acme.id)),
    "createSsoConnection: of the provider" => |world, _| {
        let mut wish = draft(world, world.app.provider);
        wish.as_object_mut().unwrap().remove("defaultRole");
        Call::bare().body(wish)
    },
    "createSsoConnection: by SAML" => |world, _| Call::bare().body(json!({
        "organizationId": world.acme.id, "name": world.name("SAML"), "protocol": "saml", "profile": "generic",
    })),
    "getSsoConnection" => |world, _| Call::about(connection(world).await),
    "updateSsoConnection" => |world, _| Call::about(connection(world).await)
        .body(json!({ "groups": [{ "group": "admins", "role": "admin" }] })),
    "deleteSsoConnection" => |world, _| Call::about(connection(world).await),
    "testSsoConnection" => |world, _| Call::about(connection(world).await),
    "activateSsoConnection" => |world, _| Call::about(tested(world).await),
    "activateSsoConnection: not tested" => |world, _| Call::about(connection(world).await),
    "deactivateSsoConnection" => |world, _| Call::about(active(world).await),
    "signOutThere: what is no token" => |world, _| Call::about(active(world).await)
        .form("logout_token", "x"),
    "listSsoDomains" => |world, _| Call::bare().query("organizationId", world.acme.id),
    "createSsoDomain" => |world, _| {
        let domain = format!("{}.example", world.name("acme"));
        Call::bare().body(json!({ "organizationId": world.acme.id, "domain": domain }))
    },
    "verifySsoDomain: without the record" => |world, _| Call::about(domain(world).await),
    "deleteSsoDomain" => |world, _| Call::about(domain(world).await),
    "listDirectoryTokens" => |world, _| {
        directory_token(world).await;
        Call::bare().query("organizationId", world.acme.id)
    },
    "createDirectoryToken" => |world, who| {
        let customer = world.customer().await;
        let wish = json!({ "organizationId": customer.id, "name": world.name("Directory"), "expiresInDays": 30 });
        Call::bare().body(wish).by(who.person(world, &customer).await)
    },
    "revokeDirectoryToken" => |world, _| Call::about(directory_token(world).await),
    "getSsoSettings" => |world, _| Call::about(world.acme.id),
    "updateSsoSettings" => |world, who| {
        let customer = world.customer().await;
        Call::about(customer.id).body(json!({ "required": false, "fallback": "everyone" }))
            .by(who.person(world, &customer).await)
    },
    "discoverSso" => |_, _| Call::bare().body(json!({ "email": "somebody@kestrel.example" })),
    "startSso" => |world, _| Call::bare().body(json!({ "connectionId": active(world).await })),
    "finishSso" => |world, _| way_back(world).await;
        leaves [("sso_user.create", "success"), ("auth.login", "success")],
    "finishSso: of nothing that began" => |_, _| Call::bare().query("state", "x").query("code", "y");
        leaves [("sso.login", "refused")],
    "getSamlMetadata" => |world, _| Call::about(saml(world).await),
    "askBySamlForm: of nothing that began" => |world, _| Call::about(saml(world).await).query("state", "x");
        leaves [("sso.login", "refused")],
    "finishSaml: what is no answer" => |world, _| Call::about(saml(world).await).form("SAMLResponse", "x");
        leaves [("sso.login", "refused")],
    "signOutBySaml: what is no request" => |world, _| Call::about(saml(world).await).query("SAMLRequest", "x");
        leaves [("sso.logout", "refused")],
    "signOutBySamlForm: what is no request" => |world, _| Call::about(saml(world).await).form("SAMLRequest", "x");
        leaves [("sso.logout", "refused")],
    "listSsoIdentities" => |_, _| Call::bare(),
    "deleteSsoIdentity" => |world, who| bound(world, who).await,
    "linkSso" => |world, _| Call::bare().body(json!({ "connectionId": active(world).await })),
    "stepUpBySso" => |world, _| Call::bare().body(json!({ "connectionId": active(world).await })),
}
