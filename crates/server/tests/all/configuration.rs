//! `docs/configuration.md` says what can be set: made from the comments and the defaults in `src/config`.

use sallyport::config::Config;
use std::fmt::Write as _;

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/config");
const HEAD: &str = "# Configuration

Everything has a default. A TOML file (`sallyport serve --config FILE`) changes it, and the environment changes it
once more: `SALLYPORT_` and the key in capitals, its parts joined by two underscores (`SALLYPORT_HTTP__LISTEN`). An
unknown key stops the start with its name. `SALLYPORT_LOG` sets what is logged (`info`, `sallyport=debug`).
";

/// To write the file anew: `SALLYPORT_BLESS=1 cargo test -p sallyport the_configuration_reference`.
#[test]
fn the_configuration_reference_is_what_the_code_says() {
    let now = reference();
    if std::env::var_os("SALLYPORT_BLESS").is_some() {
        std::fs::write(KEPT, &now).unwrap();
    }
    assert!(
        std::fs::read_to_string(KEPT).is_ok_and(|kept| kept == now),
        "docs/configuration.md is not what src/config says; with SALLYPORT_BLESS=1 this test writes it anew"
    );
}

fn reference() -> String {
    let defaults = format!("{:#?}", Config::default());
    let mut text = HEAD.to_owned();
    for section in [
        "mod",
        "http",
        "database",
        "sessions",
        "targets",
        "recordings",
        "limits",
        "auth",
        "sso",
        "forwarding",
        "mail",
        "redis",
    ] {
        let source = std::fs::read_to_string(format!("{SOURCES}/{section}.rs")).unwrap();
        let top = section == "mod";
        let title = if top { "At the top" } else { section };
        let about = source.lines().map_while(|line| line.strip_prefix("//! ")).collect::<Vec<_>>().join(" ");
        let _ = writeln!(text, "\n## {title}");
        if !top {
            let _ = writeln!(text, "{about}\n");
        }
        let _ = writeln!(text, "| key | what | default |\n|---|---|---|");
        for (key, what) in fields(&source) {
            let Some(default) = default_of(&defaults, section, key) else { continue };
            let name = if top { key.to_owned() } else { format!("{section}.{key}") };
            let _ = writeln!(text, "| `{name}` | {what} | {default} |");
        }
    }
    text
}

/// The public fields of the first structure of a file, with their comments.
fn fields(source: &str) -> Vec<(&str, String)> {
    let body = source.split_once("pub struct ").unwrap().1.split_once("\n}").unwrap().0;
    let (mut found, mut comment) = (Vec::new(), String::new());
    for line in body.lines().skip(1).map(str::trim) {
        if let Some(words) = line.strip_prefix("/// ") {
            comment = format!("{comment} {words}").trim().to_owned();
        } else if let Some((key, _)) = line.strip_prefix("pub ").and_then(|field| field.split_once(": ")) {
            found.push((key, std::mem::take(&mut comment)));
        }
    }
    found
}

/// As `{:#?}` shows it: at the depth of its section. None for a field that is a section itself.
fn default_of(defaults: &str, section: &str, key: &str) -> Option<String> {
    let (body, depth) = if section == "mod" {
        (defaults, 4)
    } else {
        (defaults.split_once(&format!("\n    {section}: ")).unwrap().1, 8)
    };
    let start = format!("\n{:depth$}{key}: ", "");
    let value =
        body.split_once(&start).unwrap_or_else(|| panic!("{section}.{key}")).1.lines().next().unwrap();
    match value.trim_end_matches(',') {
        "None" | "[]" => Some("none".to_owned()),
        value if value.ends_with('{') => None,
        value => Some(format!("`{value}`")),
    }
}
