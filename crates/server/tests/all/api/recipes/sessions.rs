//! Sessions of the granted technician, on Acme's machines.

use super::{Call, recipes};
use serde_json::json;

recipes! {
    "listSessions" => |_, _| Call::bare(),
    "startSession" => |world, _| Call::bare()
        .body(json!({ "assetId": world.machine, "cols": 80, "rows": 24, "reason": "a test" }));
        leaves [
            ("session.start", "attempt"),
            ("credential.open", "attempt"),
            ("credential.open", "success"),
            ("session.start", "success"),
            ("ticket.create", "success"),
        ],
    "startSession: on a machine that nobody confirmed" => |world, _| Call::bare()
        .body(json!({ "assetId": world.bare_machine().await, "cols": 80, "rows": 24 })),
    "getSession" => |world, _| Call::about(&world.session),
    "createTicket: to type" => |world, _| Call::about(world.open_session().await).body(json!({ "mode": "control" })),
    "createTicket: to watch" => |world, _| Call::about(world.open_session().await).body(json!({ "mode": "watch" })),
    "createTicket: to a session that is over" => |world, _| Call::about(&world.session).body(json!({ "mode": "watch" })),
    "endSession" => |world, _| Call::about(world.open_session().await).body(json!({ "reason": "enough" })),
    "endSession: that is over" => |world, _| Call::about(&world.session).body(json!({})),
    "attachSession" => |world, _| Call::about(&world.session)
        .header("connection", "Upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .header("origin", world.app.origin()),
}
