//! Proposals to take back a grant of Acme's, each a fresh one.

use super::{Call, Who, World, recipes};
use crate::support::Actor;
use serde_json::json;

const PROPOSALS: &str = "/api/access-management/proposals";

async fn wish(world: &World) -> serde_json::Value {
    let grant = world.grant(&world.app.technician().await, &world.acme).await;
    json!({ "grantIds": [grant], "reason": "a test" })
}

/// A proposal of somebody's.
async fn proposed(world: &World, by: &Actor) -> Call {
    let made = by.post(PROPOSALS, wish(world).await).await.created();
    Call::about(made["id"].as_str().unwrap())
}

/// A manager's that nobody else here is.
async fn another(world: &World) -> Call {
    proposed(world, &world.app.account_manager().await).await
}

recipes! {
    "listRevocationProposals" => |_, _| Call::bare(),
    "createRevocationProposal" => |world, _| Call::bare().body(wish(world).await),
    "createRevocationProposal: of a grant that is proposed already" => |world, _| {
        let wish = wish(world).await;
        world.app.account_manager().await.post(PROPOSALS, wish.clone()).await.created();
        Call::bare().body(wish)
    },
    "getRevocationProposal" => |world, _| another(world).await,
    "approveRevocationProposal" => |world, _| another(world).await.body(json!({}));
        leaves [("grant.revoke", "success"), ("access_proposal.approve", "success")],
    "approveRevocationProposal: one's own, or another's" => |world, who| {
        let own = matches!(who, Who::Manager | Who::SuperAdmin);
        proposed(world, &world.person(if own { who } else { Who::Manager })).await.body(json!({}))
    }; leaves [("grant.revoke", "success"), ("access_proposal.approve", "success")],
    "refuseRevocationProposal" => |world, _| another(world).await.body(json!({ "reason": "not now" })),
    "withdrawRevocationProposal: one's own, or another's" => |world, who| {
        let own = matches!(who, Who::Manager | Who::SuperAdmin);
        proposed(world, &world.person(if own { who } else { Who::Manager })).await
    },
    "withdrawRevocationProposal: another's" => |world, _| another(world).await,
}
