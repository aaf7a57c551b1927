//! A secret that went in is nowhere to be seen: not in any answer to anybody, not in the log of events, the log
//! of the program or the database, not in a file, the environment or the arguments.

use crate::assets::add_bare;
use crate::support::{Actor, Customer, Terminal, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use sallyport_testkit::sshd::Sshd;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;

const PASSWORD: &str = "kn0wn-Kanarie+7/Zq=";
const NEW_PASSWORD: &str = "n3w-Kanarie+8/Yp=";
const PASSPHRASE: &str = "pass-Kanarie+9/Xo=";

static LISTENING: AtomicBool = AtomicBool::new(false);
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Takes down all that the program says of itself, at its most talkative.
fn listen() {
    let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| Log);
    let layer = layer.with_filter(dynamic_filter_fn(|_, _| LISTENING.load(Ordering::Relaxed)));
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer));
    LISTENING.store(true, Ordering::Relaxed);
}

/// A secret in all spellings.
pub struct Canary {
    name: &'static str,
    spellings: Vec<Vec<u8>>,
}

impl Canary {
    pub fn new(name: &'static str, secret: &[u8]) -> Self {
        let mut spellings = vec![
            secret.to_vec(),
            hex::encode(secret).into_bytes(),
            hex::encode_upper(secret).into_bytes(),
            secret.iter().flat_map(|byte| format!("%{byte:02X}").into_bytes()).collect(),
        ];
        if let Ok(text) = std::str::from_utf8(secret) {
            spellings.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
            spellings.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
            spellings.push(serde_json::to_string(text).unwrap().trim_matches('"').as_bytes().to_vec());
            let form: String =
                reqwest::Url::parse_with_params("http://x", [("q", text)]).unwrap().query().unwrap().into();
            spellings.push(form.trim_start_matches("q=").as_bytes().to_vec());
        }
        // Inside of a longer text base64 has three looks; the letters at its edges belong to the neighbours.
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            for before in 0..3 {
                let text = engine.encode([&vec![0; before], secret].concat());
                spellings.push(text.as_bytes()[4.min(before * 4)..text.len() - 4].to_vec());
            }
        }
        spellings.sort();
        spellings.dedup();
        Self { name, spellings }
    }

    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.spellings.iter().any(|spelling| bytes.windows(spelling.len()).any(|window| window == spelling))
    }
}

#[track_caller]
pub fn absent(canaries: &[Canary], place: &str, bytes: &[u8]) {
    for canary in canaries {
        assert!(!canary.is_in(bytes), "the {} is in {place}", canary.name);
    }
}

/// All that a private key has to hide: its seed, and the lines of its text that hold it.
fn of_key(name: &'static str, text: &str) -> Vec<Canary> {
    let key = russh::keys::PrivateKey::from_openssh(text).unwrap();
    let seed = key.key_data().ed25519().unwrap().private.to_bytes();
    vec![Canary::new(name, &seed)]
}

/// A customer with credentials of each kind, used.
struct Scene {
    app: TestApp,
    acme: Customer,
    tech: Actor,
    ids: Vec<(&'static str, String)>,
    canaries: Vec<Canary>,
    /// All that was answered and shown on the way.
    seen: Vec<u8>,
}

impl Scene {
    async fn play() -> Self {
        let sshd = Sshd::start().unwrap();
        let address = sshd.address();
        let app = TestApp::start_with(|config| config.targets.allow.push(address)).await;
        let acme = app.customer("Acme").await;
        let (manager, tech) = (app.account_manager().await, app.technician().await);
        let grant = app.grant(&tech, &acme, "full_access").await;
        let asset = add_bare(&manager, &acme, "web-1", address).await;
        let seen = json!({ "fingerprint": sshd.fingerprint().unwrap() });
        manager.post(&format!("/api/assets/{asset}/host-key/confirm"), seen).await.ok();
        let mut shown = Vec::new();
        let wish = |kind: &str, level: &str, secret: Value| {
            let mut wish = json!({
                "organizationId": acme.id, "assetId": asset, "username": sshd.username(), "kind": kind,
                "accessLevel": level,
            });
            wish.as_object_mut().unwrap().extend(secret.as_object().unwrap().clone());
            wish
        };
        let closed = sshd.private_key_with(PASSPHRASE).unwrap();
        let mut add = async |wish: Value| {
            let answer = manager.post("/api/credentials", wish).await;
            shown.extend_from_slice(&answer.bytes);
            answer
        };
        let password = add(wish("password", "read_only", json!({ "password": PASSWORD }))).await.created();
        add(wish("private_key", "full_access", json!({ "privateKey": closed, "passphrase": PASSPHRASE })))
            .await
            .created();
        // Refusals are answers too, and the easiest place to repeat what was sent.
        let odd = json!({ "password": PASSWORD, "privateKey": closed, "passphrase": PASSPHRASE });
        for refused in [
            wish("password", "emergency", odd),
            wish("private_key", "emergency", json!({ "privateKey": PASSWORD })),
            wish("private_key", "emergency", json!({ "privateKey": closed, "passphrase": PASSWORD })),
            wish(
                "certificate",
                "emergency",
                json!({ "privateKey": closed, "passphrase": PASSPHRASE, "certificate": "x" }),
            ),
            wish("password", "emergency", json!({ "password": [PASSWORD] })),
            wish("password", "emergency", json!({ "password": { "is": PASSWORD } })),
            wish("password", "emergency", json!({ "password": PASSWORD, "unknown": true })),
        ] {
            assert_eq!(add(refused).await.status, 400);
        }
        let path = format!("/api/credentials/{}", password["id"].as_str().unwrap());
        let rotated = manager.post(&format!("{path}/rotate"), json!({ "password": NEW_PASSWORD })).await;
        shown.extend_from_slice(&rotated.bytes);
        manager.put(&path, json!({ "username": "ops" })).await.ok();

        let (mut terminal, session) = Terminal::start(&app, &tech, &asset).await;
        terminal.event("ready").await;
        terminal.type_in("echo in-$((40+2))\n").await;
        terminal.shows("in-42").await;
        tech.post(&format!("/api/sessions/{session}/end"), json!({})).await.ok();
        terminal.event("ended").await;
        shown.extend_from_slice(&terminal.screen);
        shown.extend_from_slice(json!(terminal.events).to_string().as_bytes());

        let mut canaries = of_key("private key", &sshd.private_key().unwrap());
        canaries.extend(
            [("password", PASSWORD), ("new password", NEW_PASSWORD), ("passphrase", PASSPHRASE)]
                .map(|(name, secret)| Canary::new(name, secret.as_bytes())),
        );
        let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
        let ids = vec![
            ("/api/assets", asset.clone()),
            ("/api/credentials", id(&password)),
            ("/api/sessions", session.clone()),
            ("/api/recordings", session),
            ("/api/technician-access/technician", tech.id.to_string()),
            ("/api/technician-access", grant),
            ("/api/users", tech.id.to_string()),
            ("/api/organizations", acme.id.to_string()),
            ("/api/audit/organizations", acme.id.to_string()),
        ];
        Self { app, acme, tech, ids, canaries, seen: shown }
    }

    /// Each GET of the API, its ids filled in.
    async fn paths(&self) -> Vec<String> {
        let document = self.app.stranger().get("/api/openapi.json").await.json();
        let paths = document["paths"].as_object().unwrap().iter().filter(|(_, item)| item["get"].is_object());
        paths
            .map(|(path, _)| {
                let known = self.ids.iter().find(|(prefix, _)| path.starts_with(&format!("{prefix}/{{")));
                let id = known.map_or_else(|| self.acme.id.to_string(), |(_, id)| id.clone());
                // It has no end of its own.
                let path = if path == "/api/live" { "/api/live?seconds=0" } else { path.as_str() };
                let Some((before, rest)) = path.split_once('{') else { return path.to_owned() };
                format!("{before}{id}{}", rest.split_once('}').unwrap().1)
            })
            .collect()
    }
}

/// Every row of every table, as text.
pub async fn dump(app: &TestApp) -> Vec<(String, String)> {
    let mut sql = app.sql().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    )
    .fetch_all(&mut sql)
    .await
    .unwrap();
    let mut all = Vec::new();
    for table in tables {
        let query = format!("SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {table} t");
        let rows: String = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&mut sql).await.unwrap();
        all.push((table, rows));
    }
    all
}

fn files(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found)
        } else if path.is_file() {
            found.push(path)
        }
    }
}

#[tokio::test]
async fn v01_v12_x16_a_secret_that_went_in_is_nowhere_to_be_seen() {
    listen();
    let scene = Scene::play().await;
    let Scene { app, acme, canaries, .. } = &scene;
    absent(canaries, "an answer or on the screen", &scene.seen);

    let (paths, mut answers) = (scene.paths().await, 0);
    let mut everybody = vec![app.stranger(), scene.tech.clone(), app.super_admin().await];
    everybody.extend([app.security_analyst().await, app.account_manager().await]);
    for role in ["admin", "report_viewer", "request_user", "basic_user"] {
        everybody.push(app.member(acme, role).await);
    }
    for who in &everybody {
        for path in &paths {
            let answer = who.get(path).await;
            answers += usize::from(answer.status.is_success());
            absent(canaries, &format!("GET {path} for {}", who.name), &answer.bytes);
            absent(canaries, &format!("the headers of {path}"), format!("{:?}", answer.headers).as_bytes());
        }
        for query in ["/api/audit/logs?limit=200", "/api/recordings?q=Kanarie", "/api/assets?q=Kanarie"] {
            absent(canaries, query, &who.get(query).await.bytes);
        }
    }
    assert!(paths.len() > 15 && answers > 60, "{answers} answers to {} paths", paths.len());

    let dump = dump(app).await;
    assert!(dump.iter().any(|(table, rows)| table == "credential_secrets" && rows.lines().count() == 2));
    for (table, rows) in &dump {
        absent(canaries, &format!("the table {table}"), rows.as_bytes());
    }

    LISTENING.store(false, Ordering::Relaxed);
    let log = std::mem::take(&mut *LOG.lock().unwrap());
    assert!(log.windows(7).any(|window| window == b"request"), "the log was not heard");
    absent(canaries, "the program's log", &log);

    let mut written = Vec::new();
    files(app.data.path(), &mut written);
    assert!(written.iter().any(|path| path.ends_with("root.key")), "{written:?}");
    for path in written {
        absent(canaries, &path.display().to_string(), &std::fs::read(&path).unwrap());
    }
    for of_process in ["/proc/self/environ", "/proc/self/cmdline"] {
        absent(canaries, of_process, &std::fs::read(of_process).unwrap());
    }
}

#[test]
fn the_canaries_would_be_found_in_any_spelling() {
    let canary = Canary::new("test", PASSWORD.as_bytes());
    let utf16: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for hidden in [
        PASSWORD.as_bytes().to_vec(),
        format!("\\x{}", hex::encode(PASSWORD)).into_bytes(),
        STANDARD_NO_PAD.encode(format!("a{PASSWORD}bcd")).into_bytes(),
        STANDARD_NO_PAD.encode(format!("ab{PASSWORD}b")).into_bytes(),
        URL_SAFE_NO_PAD.encode(format!("abc{PASSWORD}")).into_bytes(),
        b"q=kn0wn-Kanarie%2B7%2FZq%3D".to_vec(),
        utf16,
    ] {
        assert!(canary.is_in(&hidden), "{}", String::from_utf8_lossy(&hidden));
    }
    assert!(!canary.is_in(b"kn0wn Kanarie"));
}
