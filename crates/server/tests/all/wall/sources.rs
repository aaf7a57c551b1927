//! What the sources say: where anything is remembered or runs by itself, and by which organization it goes.
//!
//! Memory that people share is behind a lock or in a keyed limiter. Each such place stands in [`SHARED`] with what
//! keeps tenants apart in it. A new one fails the test until it has been thought about and written down here; if it
//! holds anything of a tenant's, its key begins with an `OrganizationId` (or is the id of one thing of one tenant).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// File, declaration, what keeps tenants apart.
const SHARED: &[(&str, &str, &str)] = &[
    (
        "server/src/sessions/watchers.rs",
        "pub(super) struct Watchers(Mutex<Seats>);",
        "each seat names its session, which is of one organization, and nobody reads it but the lease",
    ),
    (
        "server/src/access/policies.rs",
        "advice: RwLock<HashMap<AdviceKey, CanValue>>,",
        "answers by role alone, no tenant's data",
    ),
    ("server/src/access/caller.rs", "about: Mutex<Option<Target>>,", "one request of one caller"),
    ("server/src/access/caller.rs", "asked: Mutex<Option<Asked>>,", "one request of one caller"),
    ("server/src/access/caller.rs", "once: Mutex<Option<Once>>,", "one request of one caller"),
    ("server/src/auth/keys/ring.rs", "ring: RwLock<Arc<Ring>>,", "keys of the platform, no tenant's data"),
    ("server/src/auth/keys/ring.rs", "asked_at: Mutex<Option<Instant>>,", "one time, of all strangers"),
    (
        "server/src/audit/live/mod.rs",
        "streams: Mutex<HashMap<UserId, usize>>,",
        "a person, who is of one organization; what is told is asked for through the wall",
    ),
    (
        "server/src/audit/tree/mod.rs",
        "keys: RwLock<Arc<Vec<LogKey>>>,",
        "keys of the platform, no tenant's data",
    ),
    ("server/src/audit/tree/mod.rs", "turn: tokio::sync::Mutex<()>,", "holds nothing"),
    (
        "server/src/audit/tree/mod.rs",
        "waited: Mutex<Option<(Duration, Instant)>>,",
        "one time, of the log as a whole",
    ),
    ("server/src/db/primary.rs", "known: Mutex<Option<History>>,", "the database's, no tenant's data"),
    (
        "server/src/app.rs",
        "strangers: Mutex<HashMap<OrganizationId, Bucket>>,",
        "by the organization whose log it is",
    ),
    (
        "server/src/auth/denylist/mod.rs",
        "dead: Mutex<HashMap<Fingerprint, Instant>>,",
        "hashes of tokens, each of one sign-in; what is told of one names its organization",
    ),
    (
        "server/src/console/csp.rs",
        "static KNOWN: OnceLock<Mutex<HashMap<(String, usize), HeaderValue>>> = OnceLock::new();",
        "the console's own files",
    ),
    (
        "server/src/http/limits/mod.rs",
        "organizations: (Limit, KeyedRateLimiter<OrganizationId>),",
        "the organization",
    ),
    (
        "server/src/http/limits/mod.rs",
        "users: (Limit, KeyedRateLimiter<UserId>),",
        "a person, who is of one organization",
    ),
    (
        "server/src/http/limits/mod.rs",
        "addresses: (Limit, KeyedRateLimiter<IpAddr>),",
        "strangers, of no organization yet",
    ),
    (
        "server/src/http/limits/mod.rs",
        "strangers_entries: DefaultKeyedRateLimiter<IpAddr>,",
        "strangers, of no organization yet",
    ),
    (
        "server/src/audit/compliance/paper/turns.rs",
        "people: Mutex<HashSet<UserId>>,",
        "a person, who is of one organization",
    ),
    (
        "server/src/http/limits/together.rs",
        "pub(super) struct Together(RwLock<Option<MultiplexedConnection>>);",
        "a line, no tenant's data; its keys hold an `OrganizationId` but those of strangers",
    ),
    (
        "server/src/http/limits/mod.rs",
        "type KeyedRateLimiter<K> = DefaultKeyedRateLimiter<K, StateInformationMiddleware>;",
        "a type",
    ),
    (
        "server/src/http/limits/mod.rs",
        "(limit, limiter): &(Limit, KeyedRateLimiter<K>),",
        "one of the three above",
    ),
    ("relay/src/live/orders.rs", "state: Mutex<Standing>,", "of one session"),
    ("relay/src/live/pipe.rs", "state: Mutex<State>,", "of one attached browser"),
    (
        "relay/src/live/registry.rs",
        "sessions: Arc<Mutex<HashMap<Uuid, SessionHandle>>>,",
        "session ids, looked up after the wall let the session's row through",
    ),
    ("relay/src/recording/codec.rs", "idle: Mutex<Vec<Compressor<'static>>>,", "empty compressors"),
    ("relay/src/recording/recorder.rs", "state: Mutex<State>,", "of one recording"),
    ("relay/src/recording/spool.rs", "claimed: Mutex<HashSet<Uuid>>,", "ids of sessions"),
    ("relay-ssh/src/handler.rs", "pub(crate) struct Offer(Arc<Mutex<Shown>>);", "of one connection"),
    ("secrets/src/vault.rs", "ring: RwLock<Ring>,", "root keys of the platform"),
];

/// File, work that goes on by itself, whom it works for.
const SPAWNED: &[(&str, &str, &str)] = &[
    (
        "server/src/audit/export/stream.rs",
        "tokio::spawn(run(work, pieces));",
        "a `Caller`, who is asked for anew with each piece",
    ),
    ("server/src/auth/password.rs", "let done = tokio::task::spawn_blocking(move || {", "one hash"),
    (
        "server/src/credentials/mod.rs",
        "let work = tokio::task::spawn_blocking(move || model::check_secret(kind, fields, now));",
        "one secret",
    ),
    (
        "server/src/http/listen.rs",
        "tokio::spawn(async move {",
        "one connection; each of its requests has its caller",
    ),
    ("server/src/http/metrics.rs", "tokio::spawn(async move {", "no rows"),
    (
        "server/src/sessions/follow.rs",
        "tokio::spawn(async move {",
        "`Followed` holds the organization of its one session",
    ),
    (
        "server/src/sessions/http.rs",
        "let work = tokio::spawn(async move { start::start_session(&app, &caller, wish).await });",
        "a `Caller`",
    ),
    (
        "server/src/mail/kept.rs",
        "tokio::task::spawn_blocking(move || read(&folder, window)).await.map_err(anyhow::Error::from)?;",
        "mails for development, for a super admin",
    ),
    (
        "server/src/startup/mod.rs",
        "jobs.spawn(connect.keep_to_the_primary(app.db.clone()));",
        "no rows; asks which server takes writes",
    ),
    (
        "server/src/startup/mod.rs",
        "jobs.spawn(keep(&app, auth::keys::keep));",
        "unscoped; keys of the platform, no tenant's data",
    ),
    (
        "server/src/startup/mod.rs",
        "jobs.spawn(keep(&app, auth::denylist::keep_carrying));",
        "no rows; each message names its organization",
    ),
    (
        "server/src/startup/mod.rs",
        "jobs.spawn(keep(&app, http::limits::keep_counting_together));",
        "no rows; keeps a line",
    ),
    (
        "server/src/startup/mod.rs",
        "jobs.spawn(keep(&app, auth::keep_answering_knocks));",
        "unscoped; each knock is answered in the organization of the account it finds",
    ),
    (
        "server/src/startup/mod.rs",
        "jobs.spawn(keep(&app, mail::keep_sending));",
        "unscoped; each mail says its organization",
    ),
    (
        "server/src/startup/mod.rs",
        "self.jobs.spawn(keep(&self.app, audit::tree::keep_sealing));",
        "unscoped; each log is of one organization",
    ),
    (
        "server/src/startup/mod.rs",
        "self.jobs.spawn(keep(&self.app, audit::forward::keep_forwarding));",
        "unscoped; each destination says whose log it gets, and the database holds its cursors to that",
    ),
    (
        "server/src/audit/forward/work.rs",
        "works.spawn(deliver_all(Arc::clone(&app), id));",
        "one destination of one organization",
    ),
    (
        "server/src/audit/tree/sequencer.rs",
        "tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?",
        "the checkpoint of one organization",
    ),
    (
        "server/src/startup/mod.rs",
        "jobs.spawn(keep(&app, sessions::keep_beating));",
        "unscoped; each row says its organization",
    ),
    (
        "server/src/startup/mod.rs",
        "jobs.spawn(keep(&app, audit::live::keep_watching));",
        "unscoped; each change says its organization, and is told to who sees that one",
    ),
    (
        "server/src/startup/mod.rs",
        "jobs.spawn(keep(&app, audit::months::keep_months));",
        "unscoped; tables come and go, it sees no row",
    ),
    (
        "server/src/startup/mod.rs",
        "jobs.spawn(keep(&app, sso::keep_metadata_fresh));",
        "unscoped; each connection says its organization",
    ),
    (
        "server/src/startup/mod.rs",
        "jobs.spawn(keep(&app, grants::keep_tending));",
        "unscoped; each row says its organization",
    ),
    (
        "server/src/audit/export/stream.rs",
        "let written = tokio::task::spawn_blocking(move || {",
        "a piece of one export, that its asker may read",
    ),
    (
        "server/src/audit/compliance/paper/set.rs",
        "let work = tokio::task::spawn_blocking(move || {",
        "one report that its asker may read",
    ),
    (
        "server/src/sso/saml/service.rs",
        "Ok(tokio::task::spawn_blocking(work).await.map_err(anyhow::Error::from)?)",
        "one key",
    ),
    ("server/src/startup/mod.rs", "jobs.spawn(keep(&app, sessions::keep_leases));", "unscoped, reads"),
    (
        "server/src/startup/mod.rs",
        "jobs.spawn(keep(&app, sessions::tend));",
        "unscoped; each row says its organization",
    ),
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The shipped lines of each source file: no comments, nothing from the tests at its end on.
pub fn shipped() -> Vec<(String, String)> {
    let mut lines = Vec::new();
    let mut folders =
        ["server", "relay", "relay-ssh", "secrets"].map(|name| crates().join(name).join("src")).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(crates()).unwrap().to_string_lossy().into_owned();
            // Compiled for tests alone.
            if ["tests.rs", "table.rs", "agreement.rs", "testkeys.rs"].iter().any(|end| name.ends_with(end)) {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let code = text
                .lines()
                .map(str::trim)
                .filter(|line| !line.starts_with("//") && !line.starts_with("use "));
            lines.extend(code.map(|line| (name.clone(), line.to_owned())));
        }
    }
    assert!(lines.len() > 5000, "{}", lines.len());
    lines
}

/// Compares what the sources hold with what is written down here, both ways.
fn compare(found: BTreeSet<(String, String)>, written: &[(&str, &str, &str)]) {
    let written: BTreeSet<(String, String)> =
        written.iter().map(|(file, line, _)| ((*file).to_owned(), (*line).to_owned())).collect();
    let new: Vec<_> = found.difference(&written).collect();
    assert!(new.is_empty(), "say in wall/sources.rs what keeps tenants apart in {new:#?}");
    let gone: Vec<_> = written.difference(&found).collect();
    assert!(gone.is_empty(), "not there any more: {gone:#?}");
}

#[test]
fn i09_every_shared_memory_key_and_channel_goes_by_an_organization() {
    const LOCKS: [&str; 8] = [
        "Mutex<",
        "RwLock<",
        "OnceLock<",
        "LazyLock<",
        "OnceCell<",
        "DashMap<",
        "KeyedRateLimiter<",
        "thread_local!",
    ];
    let lines = shipped();
    let holds = |line: &str| {
        LOCKS.iter().any(|lock| line.contains(lock)) && !line.contains("fn ") && !line.contains("MutexGuard<")
    };
    compare(lines.iter().filter(|(_, line)| holds(line)).cloned().collect(), SHARED);

    // No cache, queue or bus beside the database: each would need keys of its own.
    let manifests =
        ["server", "relay", "relay-ssh", "secrets"].map(|name| crates().join(name).join("Cargo.toml"));
    for manifest in manifests {
        let text = std::fs::read_to_string(&manifest).unwrap();
        for stranger in ["moka", "cached", "lru", "memcache", "lapin", "kafka", "nats", "tantivy"] {
            let named = |line: &str| {
                line.starts_with(&format!("{stranger}.")) || line.starts_with(&format!("{stranger} "))
            };
            assert!(!text.lines().any(named), "{stranger} in {}", manifest.display());
        }
    }
    // Redis carries one kind of message, whose type holds an `OrganizationId`, and counts requests under keys that are
    // made of typed ids in one place.
    let redis: BTreeSet<&str> = lines
        .iter()
        .filter(|(_, line)| line.contains("redis::Client"))
        .map(|(file, _)| file.as_str())
        .collect();
    assert_eq!(
        redis,
        BTreeSet::from([
            "server/src/auth/denylist/carry.rs",
            "server/src/config/redis.rs",
            "server/src/http/limits/together.rs"
        ])
    );
    let said = lines.iter().filter(|(file, line)| file.ends_with("carry.rs") && line.contains("speaker."));
    let said: BTreeSet<&str> =
        said.map(|(_, line)| line.split("speaker.").nth(1).unwrap().split('(').next().unwrap()).collect();
    assert_eq!(said, BTreeSet::from(["ping", "publish"]));
    // The database's one channel carries nothing (what it carries is tested with LISTEN itself), and is heard in one place.
    let heard: Vec<_> =
        lines.iter().filter(|(_, line)| line.contains(".listen(\"") || line.contains("pg_notify")).collect();
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert_eq!(heard[0].0, "server/src/sessions/lease.rs");

    // Keys of stored recordings begin with the organization.
    let key = sallyport_relay::recording::read::RecordingKey {
        organization_id: uuid::Uuid::from_u128(1),
        session_id: uuid::Uuid::from_u128(2),
    };
    let folder = format!("recordings/{}/", key.organization_id);
    assert!(
        key.data_path().as_ref().starts_with(&folder) && key.manifest_path().as_ref().starts_with(&folder)
    );
}

/// The types do it: the documentation of `sallyport::db` holds what does not compile. Here, that there is no other way.
#[test]
fn i25_background_work_has_a_caller_or_says_why_it_has_none() {
    let lines = shipped();
    let server = || lines.iter().filter(|(file, _)| file.starts_with("server/"));
    let spawns = |line: &str| {
        ["spawn(", "spawn_blocking("].iter().any(|call| line.contains(call)) && !line.starts_with('.')
    };
    compare(server().filter(|(_, line)| spawns(line)).cloned().collect(), SPAWNED);

    // The pool is known to one folder, and nobody else opens a connection that serves.
    for (file, line) in server().filter(|(file, _)| !file.starts_with("server/src/db/")) {
        for way in ["PgPool", "PgConnection::connect", "PgListener::connect"] {
            assert!(!line.contains(way), "{file} goes past the wall: {line}");
        }
        assert!(!line.contains(".connect().await"), "{file} opens a connection: {line}");
    }
    // Who needs no caller says why, in words that stand in the database's list of what runs.
    let mut whys = 0;
    for (file, line) in server() {
        let leases = line.matches(".unscoped_for_leases(").count();
        assert!(
            leases == 0
                || ["lease.rs", "instances.rs", "watchers.rs"]
                    .iter()
                    .any(|name| *file == format!("server/src/sessions/{name}")),
            "the leases' connection in {file}: {line}"
        );
        let line = line.replace(".unscoped_for_leases(", ".unscoped(");
        let line = line.replace(".unscoped_by(caller, ", ".unscoped(");
        for (at, _) in line.match_indices(".unscoped(") {
            let why = &line[at + ".unscoped(".len()..];
            whys += 1;
            assert!(
                why.starts_with("OWN)") || why.starts_with('"') && why.split('"').nth(1).unwrap().len() > 5,
                "{file}: {line}"
            );
        }
    }
    assert!(whys > 15, "{whys}");
}

/// File, to whom it leads: nobody that a customer names, but for machines, whose addresses are judged.
const WAYS_OUT: &[(&str, &str)] = &[
    ("server/src/targets/dial.rs", "customers' machines, at an address that was judged"),
    ("server/src/auth/denylist/carry.rs", "the operator's Redis"),
    ("server/src/config/redis.rs", "nobody: an address is looked at"),
    ("server/src/http/limits/together.rs", "the operator's Redis"),
    ("server/src/mail/post.rs", "the operator's mail server"),
    ("server/src/sessions/live.rs", "the operator's store of recordings"),
    ("server/src/sso/dns.rs", "the operator's DNS server"),
];

#[test]
fn f07_what_customers_name_is_asked_by_the_one_client_alone() {
    const WAYS: [&str; 10] = [
        "TcpStream::connect",
        "TcpSocket::",
        "UdpSocket::",
        "lookup_host(",
        "reqwest::",
        "hyper_util::client",
        "AmazonS3Builder::",
        "SmtpTransport::",
        "TokioResolver::",
        "redis::Client",
    ];
    let lines = shipped();
    let found: BTreeSet<&str> = lines
        .iter()
        .filter(|(_, line)| WAYS.iter().any(|way| line.contains(way)))
        .map(|(file, _)| file.as_str())
        .collect();
    assert_eq!(
        found,
        WAYS_OUT.iter().map(|(file, _)| *file).collect(),
        "say in wall/sources.rs whom it reaches"
    );
    // The protocols bring no client of their own: whoever uses them gives them the one.
    for name in ["server", "oidc", "saml"] {
        let manifest = std::fs::read_to_string(crates().join(name).join("Cargo.toml")).unwrap();
        let shipped = manifest.split("[dev-dependencies]").next().unwrap();
        assert!(
            !shipped.contains("reqwest") && !shipped.contains("curl"),
            "{name} has an HTTP client of its own"
        );
    }
}
