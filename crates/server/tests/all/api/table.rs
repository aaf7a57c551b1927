//! Who gets what answer from each operation, held to `tests/api_table.txt`, which is reviewed like a contract;
//! and what each call leaves behind. After a wanted change:
//! `SALLYPORT_BLESS=1 cargo test --workspace --test all -- api::table`, and read the difference.

use super::call::Call;
use super::document::Operation;
use super::people::Who;
use super::recipes::{self, Recipe};
use super::traces::{Entry, changed};
use super::world::World;
use crate::support::{Actor, Answer};
use sallyport::audit::catalogue;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api_table.txt");

const HEAD: &str = "\
Who gets what answer from each operation. Made by calling the real service with requests that fit, each about a
thing that is really there (crates/server/tests/all/api); a test holds them together.

The things belong to one customer, Acme, if the line does not say otherwise. Everybody stands to it like this:
  nobody     not signed in
  granted    a technician with a grant of full access      expired   one whose grant is over
  tech       one without any grant
  analyst    a security analyst     manager   an account manager     super     a super admin
  admin, reports, request, basic    Acme's own admin, report viewer, request user, basic user
  other      the admin of another customer
2xx done   101 the WebSocket is open   400 does not fit   401 not signed in   403 may see it, may not do it
404 not there, for all that this caller may know   409 does not fit with what is there now
";

/// One line of the reviewed table: what everybody gets from an operation about one thing.
#[derive(Debug)]
pub struct Line {
    pub operation: String,
    /// Method and path.
    pub endpoint: String,
    pub about: String,
    pub answers: Vec<(Who, String)>,
}

/// The reviewed table, line by line.
pub fn reviewed() -> Vec<Line> {
    let (mut lines, mut head) = (Vec::new(), None);
    for line in std::fs::read_to_string(FILE).unwrap().lines() {
        match (line.strip_prefix("  "), head) {
            (Some(cells), Some((operation, endpoint))) => {
                let (about, cells) = cells.split_at(46);
                lines.push(Line {
                    operation: str::to_owned(operation),
                    endpoint: str::to_owned(endpoint),
                    about: about.trim_end().to_owned(),
                    answers: Who::ALL.into_iter().zip(cells.split_whitespace().map(str::to_owned)).collect(),
                });
            }
            _ => head = line.strip_suffix(')').and_then(|head| head.split_once(" (")),
        }
    }
    lines
}

/// As whom a recipe succeeds, by the reviewed table: a super admin where they may, or whoever may.
pub fn who_may(recipe: &Recipe) -> Option<Who> {
    let fits = |line: &Line| line.operation == recipe.operation() && line.about == about(recipe);
    let line = reviewed().into_iter().find(fits)?;
    let may = |who: &Who| line.answers[*who as usize].1.starts_with('2');
    [Who::SuperAdmin, Who::Granted].into_iter().chain(Who::ALL).find(may)
}

/// What everybody gets from an endpoint (method and path), by one line of the reviewed table.
pub fn answers_to(endpoint: &str, about: &str) -> Option<Vec<(Who, String)>> {
    let fits = |line: &Line| line.endpoint == endpoint && line.about == about;
    reviewed().into_iter().find(fits).map(|line| line.answers)
}

fn about(recipe: &Recipe) -> &'static str {
    if recipe.about().is_empty() { "-" } else { recipe.about() }
}

/// One call and what came of it.
struct Seen {
    who: Who,
    answer: Answer,
    entries: Vec<Entry>,
    changed: Vec<String>,
}

async fn look(world: &World, recipe: &Recipe, operation: &Operation, who: Who) -> Seen {
    let (call, by) = world.prepare(recipe, who).await;
    let before = world.tables().await;
    let answer = call.send(operation, &by).await;
    let changed = changed(&before, &world.tables().await).into_iter().map(str::to_owned).collect();
    let entries = world.entries(&answer).await;
    if operation.id == "startSession" || operation.id == "createTicket" {
        world.settle().await;
    }
    Seen { who, answer, entries, changed }
}

/// What is wrong with what a call left behind; nothing, if nothing is.
fn complaint(recipe: &Recipe, operation: &Operation, seen: &Seen) -> Option<String> {
    let status = seen.answer.status;
    let entries: Vec<(&str, &str)> =
        seen.entries.iter().map(|(code, outcome, _)| (code.as_str(), outcome.as_str())).collect();
    let own = catalogue::of_operation(&operation.id).map(|kind| kind.code);
    let said = |what: &str| {
        Some(format!(
            "{} by {}: {} {what}: {entries:?}",
            recipe.name,
            seen.who.column(),
            seen.answer.status.as_u16()
        ))
    };
    if status.is_server_error() {
        return said(&format!("is our own fault ({})", seen.answer.text()));
    }
    if !seen.answer.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'") {
        return said("may be framed");
    }
    if status.is_client_error() {
        if !seen.changed.is_empty() {
            return said(&format!("was refused, but changed {:?}", seen.changed));
        }
        // Strangers who show no token may knock as often as they like.
        let nobody = seen.who == Who::Anonymous && !operation.public();
        let fits = match entries.as_slice() {
            [] => nobody,
            [(code, "refused")] => {
                recipe.leaves.contains(&(*code, "refused"))
                    || *code == own.filter(|_| operation.mutates()).unwrap_or(catalogue::REQUEST_REFUSE.code)
            }
            _ => false,
        };
        return if fits { None } else { said("left other entries than the one refusal") };
    }
    let one = own.filter(|_| operation.mutates()).map(|code| (code, "success"));
    let wanted = if recipe.leaves.is_empty() { Vec::from_iter(one) } else { recipe.leaves.to_vec() };
    if entries != wanted {
        return said(&format!("should leave {wanted:?}"));
    }
    if operation.mutates() && wanted.is_empty() {
        return said("changes something, but has no kind of event in the catalogue");
    }
    let undecided = seen.entries.iter().any(|(_, _, policies)| policies.is_empty());
    if undecided && !operation.public() {
        return said("leaves an entry without the policies that decided");
    }
    // A way back from elsewhere is an address, and says which entries it leaves.
    if !operation.mutates() && recipe.leaves.is_empty() && !seen.changed.is_empty() {
        return said(&format!("only reads, but changed {:?}", seen.changed));
    }
    None
}

/// Beyond the wall a thing that is there and one that is not get the same answer, word for word.
async fn stands_out(world: &World, operation: &Operation, call: &Call, by: &Actor, answer: &Answer) -> bool {
    let words = |answer: &Answer| {
        let mut body = answer.json();
        body["details"]["requestId"].take();
        body
    };
    let nothing = Call { ids: vec![world.app.clock.new_id().to_string()], ..call.clone() };
    words(&nothing.send(operation, by).await) != words(answer)
}

async fn lines_of(
    world: &World,
    recipe: &Recipe,
    operation: &Operation,
    complaints: &mut Vec<String>,
) -> String {
    let mut line = format!("  {:<46}", about(recipe));
    for who in Who::ALL {
        let seen = look(world, recipe, operation, who).await;
        write!(line, "{:<8}", seen.answer.status.as_u16()).unwrap();
        complaints.extend(complaint(recipe, operation, &seen));
        let theirs = who.is_beyond_the_wall() && seen.answer.status.as_u16() == 404 && !operation.public();
        if theirs && operation.of("path").count() == 1 {
            let (call, by) = world.prepare(recipe, who).await;
            if stands_out(world, operation, &call, &by, &seen.answer).await {
                complaints.push(format!("{} by {}: a foreign id stands out", recipe.name, who.column()));
            }
        }
    }
    line.trim_end().to_owned() + "\n"
}

/// Each operation is called; each recipe is for an operation that there is.
fn recipes_by_operation(world: &World) -> Vec<(Operation, Vec<&'static Recipe>)> {
    let operations = world.document.operations();
    let known: BTreeSet<&str> = operations.iter().map(|operation| operation.id.as_str()).collect();
    for recipe in recipes::all() {
        assert!(known.contains(recipe.operation()), "{} is no operation of the document", recipe.name);
    }
    let with_recipes = operations.into_iter().map(|operation| {
        let recipes: Vec<_> = recipes::all().filter(|recipe| recipe.operation() == operation.id).collect();
        assert!(!recipes.is_empty(), "{} has no recipe in tests/all/api/recipes", operation.id);
        (operation, recipes)
    });
    with_recipes.collect()
}

#[tokio::test]
async fn i01_every_operation_answers_everybody_as_reviewed() {
    let world = World::make().await;
    let (mut table, mut complaints, mut tag) = (HEAD.to_owned(), Vec::new(), String::new());
    for (operation, recipes) in recipes_by_operation(&world) {
        if operation.tag != tag {
            tag.clone_from(&operation.tag);
            write!(table, "\n{:<48}", format!("== {tag}")).unwrap();
            let columns: String = Who::ALL.iter().map(|who| format!("{:<8}", who.column())).collect();
            table.push_str(columns.trim_end());
            table.push('\n');
        }
        writeln!(table, "{} ({} {})", operation.id, operation.method, operation.path).unwrap();
        for recipe in recipes {
            table.push_str(&lines_of(&world, recipe, &operation, &mut complaints).await);
        }
    }
    // Whatever changed a grant kept its history.
    crate::grants::history::complete(&world.app).await;
    if std::env::var_os("SALLYPORT_BLESS").is_some() {
        std::fs::write(FILE, &table).unwrap();
    }
    let reviewed = std::fs::read_to_string(FILE).unwrap_or_default();
    let had: BTreeSet<&str> = table.lines().collect();
    let wanted: BTreeSet<&str> = reviewed.lines().collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert!(
        table == reviewed,
        "tests/api_table.txt says otherwise.\nwanted: {:#?}\nhad: {:#?}\n\
         If that is wanted, run again with SALLYPORT_BLESS=1 and review the difference.",
        wanted.difference(&had).collect::<Vec<_>>(),
        had.difference(&wanted).collect::<Vec<_>>()
    );
}
