//! Lists: sorted and narrowed by what the document names, and by nothing else.

use super::call::Call;
use super::document::Document;
use super::people::Who;
use super::recipes;
use super::table::who_may;
use super::world::World;
use crate::assets::add_bare;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn i06_a_list_takes_no_column_that_it_does_not_name() {
    let world = World::make().await;
    let lists: Vec<_> =
        world.document.operations().into_iter().filter(|operation| operation.lists()).collect();
    assert!(lists.len() >= 10, "{}", lists.len());
    let mut columns = 0;
    for operation in &lists {
        let recipe = recipes::all().find(|recipe| recipe.operation() == operation.id).unwrap();
        let (call, by) = world.prepare(recipe, who_may(recipe).unwrap()).await;
        for (name, value) in [
            ("sort", "passwordHash"),
            ("sort", "password_hash"),
            ("sort", "id"),
            ("sort", "displayName,email"),
            ("sort", "(SELECT 1)"),
            ("sort", ""),
            ("order", "sideways"),
            ("order", "asc, (SELECT pg_sleep(5))"),
            ("orderBy", "email"),
            ("filter", "role eq 'admin'"),
            ("passwordHash", "a"),
            ("fields", "passwordHash"),
        ] {
            let answer = call.clone().query(name, value).send(operation, &by).await;
            assert_eq!(answer.status.as_u16(), 400, "{} {name}={value}: {}", operation.id, answer.text());
        }
        // What it does name works, each way.
        let sort = operation.of("query").find(|parameter| parameter.name == "sort");
        for column in sort.iter().flat_map(|sort| sort.schema["enum"].as_array().expect("a list of columns"))
        {
            for order in ["asc", "desc"] {
                let by_column = call.clone().query("sort", column.as_str().unwrap()).query("order", order);
                let answer = by_column.send(operation, &by).await;
                assert_eq!(answer.status.as_u16(), 200, "{} {column}: {}", operation.id, answer.text());
                columns += 1;
            }
        }
    }
    assert!(columns > 20, "{columns}");
}

/// Wherever it is asked: what is looked for is short, and a time has a beginning before its end.
#[tokio::test]
async fn what_is_looked_for_is_short_and_a_time_is_not_upside_down() {
    let world = World::make().await;
    let (mut texts, mut times) = (0, 0);
    for operation in world.document.operations().iter().filter(|operation| operation.method == "GET") {
        let of = |name: &str| operation.of("query").find(|parameter| parameter.name == name);
        let time = |name| of(name).is_some_and(|parameter| parameter.schema["format"] == "date-time");
        let (asks_q, asks_time) = (of("q"), time("from") && time("to"));
        if asks_q.is_none() && !asks_time {
            continue;
        }
        let recipe = recipes::all().find(|recipe| recipe.operation() == operation.id).unwrap();
        let (mut call, by) = world.prepare(recipe, who_may(recipe).unwrap()).await;
        call.query.retain(|(name, _)| !["q", "from", "to"].contains(&name.as_str()));
        let refused = async |call: Call, field: &str| {
            let refusal = call.send(operation, &by).await.refused(400, "invalid_input");
            assert!(refusal["details"]["fields"][field].is_string(), "{} {refusal}", operation.id);
        };
        if let Some(q) = asks_q {
            texts += 1;
            assert_eq!(q.schema["maxLength"], 200, "{} does not say how long", operation.id);
            let answer = call.clone().query("q", "ä".repeat(200)).send(operation, &by).await;
            assert!(answer.status.is_success(), "{} {}", operation.id, answer.text());
            refused(call.clone().query("q", "ä".repeat(201)), "q").await;
        }
        if asks_time {
            times += 1;
            for to in ["2026-03-01T00:00:00Z", "2026-02-28T23:59:59Z", "2026-03-01T00:30:00%2B01:00"] {
                let to = to.replace("%2B", "+");
                refused(call.clone().query("from", "2026-03-01T00:00:00Z").query("to", to), "from").await;
            }
        }
    }
    assert!(texts >= 10 && times >= 7, "{texts} {times}");
}

/// What an entry of a list says in the column that it can be sorted by; what is missing sorts as the document says.
fn cell(item: &Value, column: &str) -> String {
    let value = match column {
        "actorName" => &item["actor"]["name"],
        _ => &item[column],
    };
    let missing = if matches!(column, "expiresAt" | "endedAt") { "~" } else { "" };
    let text = value.as_str().unwrap_or(missing).to_lowercase();
    let risks = ["info", "low", "medium", "high", "critical"];
    match risks.iter().position(|risk| column == "riskLevel" && *risk == text) {
        Some(rank) => rank.to_string(),
        None => text,
    }
}

#[tokio::test]
async fn a_list_is_sorted_both_ways_by_each_column_that_it_names() {
    let world = World::make().await;
    world.bare_machine().await;
    world.open_session().await;
    for _ in 0..2 {
        let wish = json!({ "customer": world.acme.name, "accessLevel": "read_only", "reason": "a test" });
        world.app.technician().await.post("/api/access-management/requests", wish).await.created();
    }
    let admin = world.person(Who::SuperAdmin);
    for _ in 0..2 {
        let grant = world.grant(&world.app.technician().await, &world.acme).await;
        let wish = json!({ "grantIds": [grant], "reason": "a test" });
        admin.post("/api/access-management/proposals", wish).await.created();
    }
    let mut varied = 0;
    for operation in world.document.operations() {
        let Some(sort) = operation.of("query").find(|parameter| parameter.name == "sort") else { continue };
        for column in sort.schema["enum"].as_array().unwrap().iter().map(|column| column.as_str().unwrap()) {
            let sorted = async |order: &str| -> Vec<String> {
                let ids = operation.of("path").map(|_| world.acme.id.to_string()).collect();
                let call = Call { ids, ..Call::bare() }.query("sort", column).query("order", order);
                let page = call.query("limit", 200).send(&operation, &admin).await.ok();
                page["items"].as_array().unwrap().iter().map(|item| cell(item, column)).collect()
            };
            let (up, mut down) = (sorted("asc").await, sorted("desc").await);
            down.reverse();
            assert!(up.len() > 1, "{} has too little to sort", operation.id);
            assert_eq!(up, down, "{} by {column}", operation.id);
            assert!(up.is_sorted(), "{} by {column}: {up:?}", operation.id);
            varied += usize::from(up.first() != up.last());
        }
    }
    assert!(varied > 15, "{varied}");
}

/// Some cases are about kinds of operation that there are none of yet. Once one appears this fails, and its case
/// needs a test instead of its reason in docs/cases.toml.
#[test]
fn there_is_no_file_transfer_or_connection_parameter_yet_and_one_cursor() {
    let document = Document::of_the_code();
    for operation in document.operations() {
        let fields = operation.fields(&document);
        let parameters = operation.parameters.iter().map(|parameter| parameter.name.as_str());
        let names: BTreeSet<&str> = parameters.chain(fields.iter().map(|(name, _)| *name)).collect();
        let said = format!("{} {}", operation.id, operation.path).to_lowercase();
        let cursor = ["cursor", "pageToken", "after", "before", "next"];
        // The log's is proven by audit::cursor::i05_…
        let proven = operation.id == "listAuditLogs";
        assert!(
            proven || !cursor.iter().any(|name| names.contains(name)),
            "I05: {} goes by a cursor",
            operation.id
        );
        let transfer = ["/files", "/upload", "/download", "/clipboard", "/forward", "sftp"];
        assert!(
            !transfer.iter().any(|word| said.contains(word)),
            "G09: {} moves files or the like",
            operation.id
        );
    }
    let start = document.operations().into_iter().find(|operation| operation.id == "startSession").unwrap();
    let fields: BTreeSet<&str> = start.fields(&document).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        fields,
        BTreeSet::from(["assetId", "credentialId", "reason", "cols", "rows"]),
        "W10: a client says more of how to connect"
    );
}

/// Stands in everything that is another customer's.
const FOREIGN: &str = "Zephyrwood";

/// The other customer gets more people and machines, all of whose names say so.
async fn add_to_the_other(world: &World) {
    world.app.member(&world.other, "basic_user").await;
    let at = world.sshd.address();
    add_bare(&world.person(Who::Manager), &world.other, &world.name(FOREIGN), at).await;
    for rename in [
        "UPDATE organizations SET name = 'Zephyrwood' WHERE name = 'Globex'",
        "UPDATE users SET display_name = 'Zephyrwood ' || id::text, email = 'zephyrwood.' || id::text || '@example.test'
         WHERE org_id = (SELECT id FROM organizations WHERE name = 'Zephyrwood')",
    ] {
        crate::wall::run(&mut *world.sql.lock().await, rename).await;
    }
}

#[tokio::test]
async fn e04_totals_searches_and_refusals_tell_nothing_of_another_customer() {
    let world = World::make().await;
    let (mut totals, mut searches) = (0, 0);
    for operation in world.document.operations().iter().filter(|operation| operation.lists()) {
        let recipe = recipes::all().find(|recipe| recipe.operation() == operation.id).unwrap();
        let (call, by) = world.prepare(recipe, Who::Admin).await;
        let before = call.clone().send(operation, &by).await;
        add_to_the_other(&world).await;
        let after = call.clone().send(operation, &by).await;
        assert_eq!(before.status, after.status, "{}", operation.id);
        assert!(!after.text().to_lowercase().contains("zephyrwood"), "{}: {}", operation.id, after.text());
        if !after.status.is_success() {
            continue;
        }
        // Reading the log adds to it.
        if operation.id != "listAuditLogs" && operation.id != "listRecentActivity" {
            assert_eq!(before.json()["data"]["total"], after.json()["data"]["total"], "{}", operation.id);
            totals += 1;
        }
        if operation.of("query").any(|parameter| parameter.name == "q") {
            let found = call.query("q", FOREIGN).send(operation, &by).await;
            // What was typed in terminals is searched by who may play them.
            if found.status != 403 {
                assert_eq!(found.ok()["total"], 0, "{}", operation.id);
                searches += 1;
            }
        }
    }
    assert!(totals >= 6 && searches >= 3, "{totals} {searches}");
}
