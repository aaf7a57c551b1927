//! Emergency access to Acme, each of a technician of its own, but where a technician starts theirs.

use super::{Call, Who, World, recipes};
use serde_json::{Value, json};

const EMERGENCY: &str = "/api/access-management/emergency";
const REASON: &str = "the core switch is down since noon";

async fn begun(world: &World) -> Value {
    let technician = world.app.technician().await;
    let wish = json!({
        "customerOrgId": world.acme.id, "technicianId": technician.id, "minutes": 30, "reason": REASON,
    });
    world.app.super_admin().await.post(EMERGENCY, wish).await.created()
}

async fn over(world: &World) -> Value {
    let begun = begun(world).await;
    let path = format!("{EMERGENCY}/{}/end", begun["id"].as_str().unwrap());
    world.app.super_admin().await.post(&path, json!({ "reason": "solved" })).await.ok()
}

fn about(emergency: &Value) -> Call {
    Call::about(emergency["id"].as_str().unwrap())
}

recipes! {
    "listEmergencyAccess" => |_, _| Call::bare(),
    "startEmergencyAccess: for a technician" => |world, _| Call::bare().body(json!({
        "customerOrgId": world.acme.id, "technicianId": world.app.technician().await.id, "minutes": 30,
        "reason": REASON,
    })); leaves [("grant.create", "success"), ("emergency.start", "success")],
    "startEmergencyAccess: for oneself" => |world, who| {
        // Whoever holds access starts theirs; what they had before is over and looked into.
        if who == Who::Granted {
            let id = world.person(who).id;
            let mut sql = world.sql.lock().await;
            let clear = format!(
                "UPDATE technician_customer_access SET revoked_at = now(), version = version + 1
                     WHERE technician_id = '{id}' AND access_level = 'emergency' AND revoked_at IS NULL;
                 UPDATE emergency_accesses SET reviewed_at = now(), reviewed_by = technician_id, verdict = 'justified',
                     review_words = 'x' WHERE technician_id = '{id}' AND reviewed_at IS NULL"
            );
            crate::wall::run(&mut sql, &clear).await;
        }
        Call::bare().body(json!({ "customerOrgId": world.acme.id, "minutes": 30, "reason": REASON }))
    }; leaves [("grant.create", "success"), ("emergency.start", "success")],
    "getEmergencyAccess" => |world, _| about(&begun(world).await),
    "endEmergencyAccess" => |world, _| about(&begun(world).await).body(json!({ "reason": "solved" }));
        leaves [("grant.revoke", "success"), ("emergency.end", "success")],
    "reviewEmergencyAccess" => |world, _| about(&over(world).await)
        .body(json!({ "verdict": "justified", "words": "it had to be" })),
}
