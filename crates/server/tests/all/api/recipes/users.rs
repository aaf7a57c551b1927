//! People of Acme and of the provider, and oneself.

use super::{Call, Who, recipes};
use crate::api::world::{World, id_of};
use serde_json::{Value, json};

/// A person to be, at Acme or the provider.
fn wish(world: &World, organization: uuid::Uuid, role: &str) -> Value {
    let name = world.name("person");
    json!({ "organizationId": organization, "email": format!("{name}@acme.example"), "displayName": name, "role": role })
}

/// Somebody who has not accepted yet.
async fn invited(world: &World) -> Value {
    world.make_by_admin("/api/users", wish(world, world.acme.id, "basic_user")).await
}

/// The same person, removed.
async fn removed(world: &World, person: uuid::Uuid) -> uuid::Uuid {
    world.person(Who::SuperAdmin).delete(&format!("/api/users/{person}")).await.ok();
    person
}

/// Asks about the caller, who is somebody new: what it does to them is nobody else's loss.
async fn oneself(world: &World, who: Who) -> Call {
    let person = who.person(world, &world.acme).await;
    let id = if who == Who::Anonymous { world.acme.id } else { person.id };
    Call::about(id).by(person)
}

recipes! {
    "listUsers" => |_, _| Call::bare(),
    "listOrganizationUsers" => |world, _| Call::about(world.acme.id),
    "listOrganizationUsers: the provider's" => |world, _| Call::about(world.app.provider),
    "getProfile" => |_, _| Call::bare(),
    "createUser: of the customer" => |world, _| Call::bare().body(wish(world, world.acme.id, "basic_user")),
    "createUser: an admin of the customer" => |world, _| Call::bare().body(wish(world, world.acme.id, "admin")),
    "createUser: a technician" => |world, _| Call::bare().body(wish(world, world.app.provider, "technician")),
    "createUser: a super admin" => |world, _| Call::bare().body(wish(world, world.app.provider, "super_admin")),
    "createUser: a technician of the customer" => |world, _| Call::bare().body(wish(world, world.acme.id, "technician")),
    "createUser: with an address that is taken" => |world, _| {
        let mut wish = wish(world, world.acme.id, "basic_user");
        wish["email"] = json!(world.person(Who::OtherAdmin).email);
        Call::bare().body(wish)
    },
    "getUser: of the customer" => |world, _| Call::about(world.member().await.id),
    "getUser: of the provider" => |world, _| Call::about(world.person(Who::Manager).id),
    "getUser: oneself" => |world, who| oneself(world, who).await,
    "updateUser: a name" => |world, _| Call::about(world.member().await.id).body(json!({ "displayName": "New" })),
    "updateUser: a technician's name" => |world, _| Call::about(world.app.technician().await.id)
        .body(json!({ "displayName": "New" })),
    "updateUser: one's own name" => |world, who| oneself(world, who).await.body(json!({ "displayName": "New" })),
    "updateUser: a role" => |world, _| Call::about(world.member().await.id).body(json!({ "role": "report_viewer" }));
        leaves [("user_role.update", "success")],
    "updateUser: a role, to admin" => |world, _| Call::about(world.member().await.id).body(json!({ "role": "admin" }));
        leaves [("user_role.update", "success")],
    "updateUser: a technician to super admin" => |world, _| Call::about(world.app.technician().await.id)
        .body(json!({ "role": "super_admin" })); leaves [("user_role.update", "success")],
    "updateUser: one's own role" => |world, who| {
        let customers = matches!(who, Who::Admin | Who::ReportViewer | Who::RequestUser | Who::BasicUser | Who::OtherAdmin);
        let role = match who {
            Who::SuperAdmin => "account_manager",
            Who::Admin | Who::OtherAdmin => "basic_user",
            _ if customers => "admin",
            _ => "super_admin",
        };
        oneself(world, who).await.body(json!({ "role": role }))
    },
    "updateUser: disable" => |world, _| Call::about(world.member().await.id).body(json!({ "status": "disabled" }));
        leaves [("user.disable", "success")],
    "updateUser: disable a technician" => |world, _| Call::about(world.app.technician().await.id)
        .body(json!({ "status": "disabled" })); leaves [("user.disable", "success")],
    "updateUser: let in again" => |world, _| {
        let person = world.member().await.id;
        let path = format!("/api/users/{person}");
        world.person(Who::SuperAdmin).put(&path, json!({ "status": "disabled" })).await.ok();
        Call::about(person).body(json!({ "status": "active" }))
    }; leaves [("user.enable", "success")],
    "deleteUser" => |world, _| Call::about(world.member().await.id),
    "deleteUser: a technician" => |world, _| Call::about(world.app.technician().await.id),
    "deleteUser: the only admin of a customer" => |world, who| {
        let customer = world.customer().await;
        let admin = world.app.member(&customer, "admin").await.id;
        Call::about(admin).by(match who {
            // Another admin of theirs, and this one would not be the only one.
            Who::Admin => world.person(who),
            _ => who.person(world, &customer).await,
        })
    },
    "deleteUser: oneself" => |world, who| oneself(world, who).await,
    "listUsers: the removed" => |_, _| Call::bare().query("status", "deleted"),
    "listOrganizationUsers: the removed" => |world, _| Call::about(world.acme.id).query("status", "deleted"),
    "restoreUser" => |world, _| Call::about(removed(world, world.member().await.id).await),
    "restoreUser: a technician" => |world, _| Call::about(removed(world, world.app.technician().await.id).await),
    "restoreUser: who was not removed" => |world, _| Call::about(world.member().await.id),
    "createInvitation" => |world, _| Call::about(id_of(&invited(world).await["user"])),
    "createInvitation: for who is here already" => |world, _| Call::about(world.member().await.id),
}
