//! The page beyond the last one is empty, and says how many there are all the same.

use super::recipes;
use super::table::who_may;
use super::world::World;

#[tokio::test]
async fn a_page_beyond_the_last_tells_the_true_total() {
    let world = World::make().await;
    let mut lists = 0;
    for operation in world.document.operations().iter().filter(|operation| operation.lists()) {
        let takes = |name: &str| operation.of("query").any(|parameter| parameter.name == name);
        if !takes("page") {
            continue;
        }
        let recipe = recipes::all().find(|recipe| recipe.operation() == operation.id).unwrap();
        let (call, by) = world.prepare(recipe, who_may(recipe).unwrap()).await;
        let total = async |page: &str| {
            let data = call.clone().query("limit", "1").query("page", page).send(operation, &by).await.ok();
            (data["total"].as_i64().unwrap(), data["items"].as_array().unwrap().len())
        };
        let (first, shown) = total("1").await;
        let (beyond, none) = total("9999").await;
        // Reading the log can add to it.
        assert!(
            shown == usize::from(first > 0) && none == 0 && beyond >= first,
            "{}: {first}, {beyond}",
            operation.id
        );
        // Some have nothing in them for whoever may read them here.
        lists += usize::from(first > 0);
    }
    assert!(lists >= 12, "{lists}");
}
