//! Requests for access to Acme, each by a technician of its own; and a technician's own where one calls.

use super::{Call, Who, World, recipes};
use crate::support::Actor;
use serde_json::{Value, json};

const REQUESTS: &str = "/api/access-management/requests";

/// A request of whoever is a technician, or of another technician.
async fn asked(world: &World, who: Who) -> Value {
    let own = who.role() == Some("technician");
    let by: Actor = if own { world.person(who) } else { world.app.technician().await };
    ask(world, &by).await
}

/// At a customer of its own where the technician may have asked Acme before: one request stands at a time.
async fn ask(world: &World, by: &Actor) -> Value {
    let clear = "UPDATE access_requests SET status = 'withdrawn', decided_at = now()
                 WHERE status = 'pending' AND technician_id::text = $1";
    let mut sql = world.sql.lock().await;
    sqlx::query(clear).bind(by.id.to_string()).execute(&mut *sql).await.unwrap();
    drop(sql);
    let wish = json!({ "customer": world.acme.name, "accessLevel": "read_only", "reason": "a test" });
    by.post(REQUESTS, wish).await.created()
}

async fn approval(request: &Value) -> Call {
    Call::about(request["id"].as_str().unwrap()).body(json!({ "termsHash": request["termsHash"] }))
}

recipes! {
    "listAccessRequests" => |_, _| Call::bare(),
    "createAccessRequest" => |world, who| {
        if who.role() == Some("technician") {
            ask(world, &world.person(who)).await;
            let clear = "UPDATE access_requests SET status = 'withdrawn', decided_at = now()
                         WHERE status = 'pending' AND technician_id::text = $1";
            world.run(clear, &world.person(who).id.to_string()).await;
        }
        Call::bare().body(json!({ "customer": world.acme.name, "accessLevel": "read_only", "reason": "a test" }))
    },
    "createAccessRequest: at nobody's" => |_, _| Call::bare()
        .body(json!({ "customer": "Nobody & Co", "accessLevel": "read_only", "reason": "a test" })),
    "getAccessRequest: one's own, or another's" => |world, who| Call::about(asked(world, who).await["id"].as_str().unwrap()),
    "getAccessRequest: another technician's" => |world, _| {
        Call::about(ask(world, &world.app.technician().await).await["id"].as_str().unwrap())
    },
    "updateAccessRequest: one's own, or another's" => |world, who| {
        Call::about(asked(world, who).await["id"].as_str().unwrap()).body(json!({ "services": ["ssh"] }))
    },
    "withdrawAccessRequest: one's own, or another's" => |world, who| {
        Call::about(asked(world, who).await["id"].as_str().unwrap())
    },
    "approveAccessRequest" => |world, _| approval(&ask(world, &world.app.technician().await).await).await;
        leaves [("grant.create", "success"), ("access_request.approve", "success")],
    "approveAccessRequest: one's own, or another's" => |world, who| approval(&asked(world, who).await).await;
        leaves [("grant.create", "success"), ("access_request.approve", "success")],
    "refuseAccessRequest" => |world, _| {
        let request = ask(world, &world.app.technician().await).await;
        Call::about(request["id"].as_str().unwrap()).body(json!({ "reason": "not now" }))
    },
}
