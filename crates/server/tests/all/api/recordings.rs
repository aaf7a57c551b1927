//! Who gets at what a screen said: each operation on a recording, by everybody.

use super::document::Operation;
use super::people::Who;
use super::recipes;
use super::world::World;

/// The status of one operation on the recording, for one who asks.
async fn status(world: &World, operation: &Operation, who: Who) -> u16 {
    let recipe = recipes::all().find(|recipe| recipe.operation() == operation.id).unwrap();
    let (call, by) = world.prepare(recipe, who).await;
    call.send(operation, &by).await.status.as_u16()
}

#[tokio::test]
async fn r06_a_recording_is_for_who_made_it_and_who_oversees() {
    let world = World::make().await;
    let all = world.document.operations();
    let operations: Vec<_> =
        all.iter().filter(|operation| operation.path.starts_with("/api/recordings/{id}")).collect();
    assert!(operations.len() >= 7, "{}", operations.len());
    for operation in &operations {
        // The customer and who looks after it may know that there is a recording, and no more of it.
        let known = operation.id == "getRecording";
        let export = operation.id == "exportRecording";
        for who in Who::ALL {
            let wanted = match who {
                Who::Anonymous => 401,
                Who::SuperAdmin | Who::Analyst => 200,
                Who::Granted if export => 403,
                Who::Granted => 200,
                Who::Manager | Who::Admin if known => 200,
                Who::Manager | Who::Admin => 403,
                _ => 404,
            };
            assert_eq!(status(&world, operation, who).await, wanted, "{} by {}", operation.id, who.column());
        }
    }
    // A colleague's is not there, whatever the grant; nor is one's own once the grant is over.
    let colleague = Who::Granted.person(&world, &world.acme).await;
    let technician = world.person(Who::Granted);
    for who in [&colleague, &technician] {
        if who.id == technician.id {
            world.expire(&world.grants[&Who::Granted]).await;
        }
        for operation in &operations {
            let recipe = recipes::all().find(|recipe| recipe.operation() == operation.id).unwrap();
            let (call, _) = world.prepare(recipe, Who::Granted).await;
            call.send(operation, who).await.refused(404, "not_found");
        }
    }
}
