//! The platform killed at any instant under load, and started again on what it left behind.

use super::{Estate, Server, address_of};
use crate::sessions::until_session;
use crate::support::{Actor, Terminal};
use sallyport_testkit::sshd::Sshd;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

/// Recovery takes less than 3 s (printed each round); a busy machine may take longer before the test gives up on it.
const RECOVERY: Duration = Duration::from_secs(20);

/// What clients were told is done.
#[derive(Clone, Debug, Default)]
struct Acknowledged {
    assets: Vec<String>,
    /// Machines that were asked for without an answer: the wish, whose name is its key.
    unanswered: Vec<Value>,
    renamed: Vec<(String, String)>,
    granted: Vec<String>,
    revoked: Vec<String>,
    sessions: Vec<String>,
}

type Told = Arc<Mutex<Acknowledged>>;

/// A customer and its machine.
pub struct Scene {
    pub organization: String,
    pub asset: String,
}

pub async fn furnish(estate: &Estate, server: &Server, sshd: &Sshd) -> Scene {
    let (_, admin) = estate.person(server, "super_admin").await;
    let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
    let organization = id(&admin.post("/api/organizations", json!({ "name": "Acme" })).await.created());
    let wish = json!({
        "organizationId": organization, "name": "web-1", "address": "127.0.0.1", "port": sshd.address().port(),
    });
    let asset = id(&admin.post("/api/assets", wish).await.created());
    let seen = json!({ "fingerprint": sshd.fingerprint().unwrap() });
    admin.post(&format!("/api/assets/{asset}/host-key/confirm"), seen).await.ok();
    let credential = json!({
        "organizationId": organization, "assetId": asset, "username": sshd.username(), "kind": "private_key",
        "accessLevel": "full_access", "privateKey": sshd.private_key().unwrap(),
    });
    admin.post("/api/credentials", credential).await.created();
    Scene { organization, asset }
}

/// Makes and renames machines until the platform is gone.
async fn make_machines(admin: Actor, organization: String, round: usize, told: Told) {
    for number in 0.. {
        let wish = json!({
            "organizationId": organization, "name": format!("m-{round}-{number}"), "address": "192.0.2.1", "port": 22,
        });
        let Ok(answer) = keyed(&admin, &wish).send().await else {
            told.lock().unwrap().unanswered.push(wish);
            return;
        };
        let Some(id) = made_by(answer).await else { return };
        told.lock().unwrap().assets.push(id.clone());
        let name = format!("n-{round}-{number}");
        let request =
            admin.request(reqwest::Method::PUT, &format!("/api/assets/{id}")).json(&json!({ "name": name }));
        match request.send().await {
            Ok(answer) if answer.status().is_success() => told.lock().unwrap().renamed.push((id, name)),
            _ => return,
        }
    }
}

fn keyed(admin: &Actor, wish: &Value) -> reqwest::RequestBuilder {
    let request = admin.request(reqwest::Method::POST, "/api/assets");
    request.header("Idempotency-Key", wish["name"].as_str().unwrap()).json(wish)
}

/// The machine of an answer: made now, or with this key before.
async fn made_by(answer: reqwest::Response) -> Option<String> {
    let status = answer.status().as_u16();
    let body = answer.json::<Value>().await.ok()?;
    match status {
        201 => body["data"]["id"].as_str().map(str::to_owned),
        409 if body["error"] == "already_done" => body["details"]["target"]["id"].as_str().map(str::to_owned),
        _ => None,
    }
}

/// What got no answer is sent again; how many of those had been done all the same.
async fn send_again(admin: &Actor, told: &Told) -> usize {
    let unanswered = std::mem::take(&mut told.lock().unwrap().unanswered);
    let mut done = 0;
    for wish in unanswered {
        let answer = keyed(admin, &wish).send().await.unwrap();
        done += usize::from(answer.status() == 409);
        let id = made_by(answer).await.expect("it can be sent again");
        let found = admin.get(&format!("/api/assets?q={}", wish["name"].as_str().unwrap())).await.ok();
        let same = found["items"].as_array().unwrap().iter().filter(|one| one["name"] == wish["name"]);
        assert_eq!(same.map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>(), [id.as_str()]);
        told.lock().unwrap().assets.push(id);
    }
    done
}

/// Grants and revokes until the platform is gone.
async fn grant_and_revoke(admin: Actor, organization: String, technician: Uuid, told: Told) {
    loop {
        let wish = json!({
            "technicianId": technician, "customerOrgId": organization, "accessLevel": "read_only", "reason": "load",
        });
        let request = admin.request(reqwest::Method::POST, "/api/technician-access/grant").json(&wish);
        let Ok(answer) = request.send().await else { return };
        let Ok(body) = answer.json::<Value>().await else { return };
        let Some(id) = body["data"]["id"].as_str().map(str::to_owned) else { return };
        told.lock().unwrap().granted.push(id.clone());
        let path = format!("/api/technician-access/{id}?reason=load");
        match admin.request(reqwest::Method::DELETE, &path).send().await {
            Ok(answer) if answer.status().is_success() => told.lock().unwrap().revoked.push(id),
            _ => return,
        }
    }
}

/// Opens a session and types into it until the platform is gone.
async fn work(server: std::net::SocketAddr, tech: Actor, asset: String, told: Told) {
    loop {
        let Some(started) = try_post(&tech, "/api/sessions", crate::sessions::lifecycle::wish(&asset)).await
        else {
            return;
        };
        let id = started["session"]["id"].as_str().unwrap().to_owned();
        told.lock().unwrap().sessions.push(id.clone());
        let request = crate::support::handshake(server, &format!("http://{server}"), &id);
        let Ok((socket, _)) = tokio_tungstenite::connect_async(request).await else { return };
        let mut terminal = Terminal { socket, screen: Vec::new(), events: Vec::new() };
        let first = json!({ "type": "attach", "ticket": started["ticket"]["token"], "cols": 80, "rows": 24 });
        for text in [first.to_string()] {
            let message = tokio_tungstenite::tungstenite::Message::text(text);
            if futures::SinkExt::send(&mut terminal.socket, message).await.is_err() {
                return;
            }
        }
        let typed = tokio_tungstenite::tungstenite::Message::binary(b"seq 1 2000; exit\n".to_vec());
        if futures::SinkExt::send(&mut terminal.socket, typed).await.is_err() {
            return;
        }
        while let Some(Ok(_)) = futures::StreamExt::next(&mut terminal.socket).await {}
    }
}

async fn try_post(who: &Actor, path: &str, body: Value) -> Option<Value> {
    let answer = who.request(reqwest::Method::POST, path).json(&body).send().await.ok()?;
    if !answer.status().is_success() {
        return None;
    }
    Some(answer.json::<Value>().await.ok()?["data"].take())
}

/// Nothing that was told is missing, nothing happened that was not told of, nothing lives that may not.
async fn invariants_hold(estate: &Estate, told: &Acknowledged) {
    let mut sql = estate.database.superuser().await;
    for (what, query, ids) in [
        ("machine", "SELECT count(*) FROM assets WHERE id::text = ANY ($1)", &told.assets),
        ("grant", "SELECT count(*) FROM technician_customer_access WHERE id::text = ANY ($1)", &told.granted),
        (
            "revocation",
            "SELECT count(*) FROM technician_customer_access WHERE id::text = ANY ($1) AND revoked_at IS NOT NULL",
            &told.revoked,
        ),
        ("session", "SELECT count(*) FROM sessions WHERE id::text = ANY ($1)", &told.sessions),
    ] {
        let kept: i64 = sqlx::query_scalar(query).bind(ids).fetch_one(&mut sql).await.unwrap();
        assert_eq!(kept as usize, ids.len(), "an acknowledged {what} is missing");
    }
    for (id, name) in &told.renamed {
        let now: String = sqlx::query_scalar("SELECT name FROM assets WHERE id::text = $1")
            .bind(id)
            .fetch_one(&mut sql)
            .await
            .unwrap();
        assert_eq!(&now, name, "an acknowledged change is missing");
    }
    for (what, query) in [
        (
            "a machine without its one entry",
            "SELECT a.id::text FROM assets a WHERE 1 <> (SELECT count(*) FROM audit_logs l
             WHERE l.code = 'asset.create' AND l.outcome = 'success' AND l.target_id = a.id)",
        ),
        (
            "an entry without its machine",
            "SELECT l.id::text FROM audit_logs l WHERE l.code = 'asset.create' AND l.outcome = 'success'
             AND NOT EXISTS (SELECT 1 FROM assets a WHERE a.id = l.target_id)",
        ),
        (
            "a changed machine without as many entries as it has versions",
            "SELECT a.id::text FROM assets a WHERE a.name LIKE '%-%-%' AND a.version <> (SELECT count(*) FROM audit_logs l
             WHERE l.code IN ('asset.create', 'asset.update') AND l.outcome = 'success' AND l.target_id = a.id)",
        ),
        (
            "a grant without its one entry",
            "SELECT g.id::text FROM technician_customer_access g WHERE 1 <> (SELECT count(*) FROM audit_logs l
             WHERE l.code = 'grant.create' AND l.outcome = 'success' AND l.target_id = g.id)",
        ),
        (
            "a revocation without its one entry, or the reverse",
            "SELECT g.id::text FROM technician_customer_access g WHERE (g.revoked_at IS NOT NULL)::int <> (SELECT count(*)
             FROM audit_logs l WHERE l.code = 'grant.revoke' AND l.outcome = 'success' AND l.target_id = g.id)",
        ),
        (
            "a session without its attempt",
            "SELECT s.id::text FROM sessions s WHERE NOT EXISTS (SELECT 1 FROM audit_logs l
             WHERE l.code = 'session.start' AND l.outcome = 'attempt' AND l.session_id = s.id)",
        ),
        (
            "an attempt without its session",
            "SELECT l.id::text FROM audit_logs l WHERE l.code = 'session.start' AND l.outcome = 'attempt'
             AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = l.session_id)",
        ),
        (
            "a session that ended without its one entry",
            "SELECT s.id::text FROM sessions s WHERE s.status = 'ended' AND 1 <> (SELECT count(*) FROM audit_logs l
             WHERE l.code = 'session.close' AND l.session_id = s.id)",
        ),
        ("a session that outlived the platform", "SELECT id::text FROM sessions WHERE ended_at IS NULL"),
        (
            "a session without a recording",
            "SELECT s.id::text FROM sessions s WHERE NOT EXISTS (SELECT 1 FROM recordings r WHERE r.id = s.id)",
        ),
    ] {
        let found: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut sql).await.unwrap();
        assert_eq!(found, Vec::<String>::new(), "{what}");
    }
}

/// Each recording that was begun is sealed, and holds together; how many there are.
async fn recordings_hold(estate: &Estate, admin: &Actor, known: &mut Vec<String>) {
    let mut sql = estate.database.superuser().await;
    let unsealed = "SELECT count(*) FROM recordings WHERE status = 'recording'";
    for _ in 0..400 {
        let waiting: i64 = sqlx::query_scalar(unsealed).fetch_one(&mut sql).await.unwrap();
        if waiting == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let waiting: i64 = sqlx::query_scalar(unsealed).fetch_one(&mut sql).await.unwrap();
    assert_eq!(waiting, 0, "recordings are left open\n{}", estate.log());
    let spool = std::fs::read_dir(estate.data().join("spool")).unwrap();
    let left: Vec<_> = spool
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "rec"))
        .collect();
    assert!(left.is_empty(), "{left:?} lie in the spool");
    // Those without a byte ended before their first chunk.
    let sealed: Vec<String> =
        sqlx::query_scalar("SELECT id::text FROM recordings WHERE size_bytes > 0 AND id::text <> ALL ($1)")
            .bind(&*known)
            .fetch_all(&mut sql)
            .await
            .unwrap();
    for id in sealed {
        let verdict = admin.post(&format!("/api/recordings/{id}/verify"), json!({})).await.ok();
        assert_eq!(verdict["valid"], true, "{id}: {verdict}");
        known.push(id);
    }
}

fn rounds() -> usize {
    std::env::var("SALLYPORT_ROUNDS").map_or(20, |rounds| rounds.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn l01_killed_at_any_instant_under_load_it_keeps_what_it_said_and_nothing_else() {
    let sshd = Sshd::start().unwrap();
    let estate = Estate::new(&[sshd.address()]).await;
    let (mut server, _) = estate.start().await;
    let scene = furnish(&estate, &server, &sshd).await;
    let told = Told::default();
    let mut verified = Vec::new();
    let (mut admin, mut techs) = people(&estate, &server, &scene).await;
    let first = crate::sessions::lifecycle::wish(&scene.asset);
    let session =
        techs[0].post("/api/sessions", first).await.created()["session"]["id"].as_str().unwrap().to_owned();
    until_session(&techs[0], &session, "live", |session| session["endedAt"].is_null()).await;
    for round in 0..rounds() {
        // Tokens live for minutes, a run of many rounds for longer.
        if round % 50 == 49 {
            (admin, techs) = people(&estate, &server, &scene).await;
        }
        let at = address_of(&server);
        let mut load = tokio::task::JoinSet::new();
        load.spawn(make_machines(admin.clone(), scene.organization.clone(), round, Arc::clone(&told)));
        // Somebody new each time: the grant of the last one may have been left standing.
        let (newcomer, _) = estate.add_person("technician").await;
        load.spawn(grant_and_revoke(admin.clone(), scene.organization.clone(), newcomer, Arc::clone(&told)));
        for tech in &techs {
            load.spawn(work(at, tech.clone(), scene.asset.clone(), Arc::clone(&told)));
        }
        // Any instant: no two rounds are alike, and the same are tried again in the next run.
        tokio::time::sleep(Duration::from_millis(250 + (round as u64 * 97) % 700)).await;
        server.kill();
        let gone = async { while load.join_next().await.is_some() {} };
        tokio::time::timeout(Duration::from_secs(30), gone)
            .await
            .expect("clients see that the platform is gone");
        let (again, recovery) = estate.start().await;
        server = again;
        let done = send_again(&admin, &told).await;
        println!("round {round}: ready again after {recovery:?}; {done} without an answer had been done");
        assert!(recovery < RECOVERY, "{recovery:?}");
        let so_far = told.lock().unwrap().clone();
        invariants_hold(&estate, &so_far).await;
        recordings_hold(&estate, &admin, &mut verified).await;
    }
    let told = told.lock().unwrap().clone();
    println!(
        "{} machines, {} grants, {} sessions",
        told.assets.len(),
        told.granted.len(),
        told.sessions.len()
    );
    assert!(
        told.assets.len() > rounds() && told.granted.len() > rounds() / 4 && verified.len() > rounds() / 10,
        "{told:?}"
    );
    server.stop().await;
}

/// An administrator, and two technicians with grants of their own that nobody takes back.
pub async fn people(estate: &Estate, server: &Server, scene: &Scene) -> (Actor, Vec<Actor>) {
    let (_, admin) = estate.person(server, "super_admin").await;
    let mut techs = Vec::new();
    for _ in 0..2 {
        let (id, tech) = estate.person(server, "technician").await;
        let grant = json!({
            "technicianId": id, "customerOrgId": scene.organization, "accessLevel": "full_access", "reason": "a test",
        });
        admin.post("/api/technician-access/grant", grant).await.created();
        techs.push(tech);
    }
    (admin, techs)
}
