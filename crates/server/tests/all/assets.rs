//! Machines and their host keys.

use crate::sessions::{Stage, add_machine, until_session};
use crate::support::{Actor, Customer, Terminal, TestApp};
use sallyport_testkit::sshd::Sshd;
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

/// A machine without host key or credential; its id.
pub async fn add_bare(manager: &Actor, customer: &Customer, name: &str, address: SocketAddr) -> String {
    let wish = json!({
        "organizationId": customer.id, "name": name, "address": address.ip(), "port": address.port(),
    });
    manager.post("/api/assets", wish).await.created()["id"].as_str().unwrap().to_owned()
}

async fn endpoint_version(app: &TestApp, asset: &str) -> i64 {
    sqlx::query_scalar("SELECT endpoint_version FROM assets WHERE id::text = $1")
        .bind(asset)
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap()
}

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_machine_is_added_found_changed_and_removed() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.customer("Acme").await, app.customer("Globex").await);
    let manager = app.account_manager().await;
    let add = async |customer: &Customer, name: &str, address: &str, tags: Value| {
        let wish = json!({ "organizationId": customer.id, "name": name, "address": address, "tags": tags });
        manager.post("/api/assets", wish).await.created()
    };
    let web = add(&acme, "web-1", "WEB1.acme.example", json!(["Web", " Front  End", "web"])).await;
    add(&acme, "db-1", "192.0.2.7", json!(["db"])).await;
    add(&globex, "web-1", "2001:DB8::7", json!(["web"])).await;
    assert_eq!(
        (&web["address"], &web["port"], &web["protocol"], &web["tags"], &web["hostKey"], &web["accounts"]),
        (
            &json!("web1.acme.example"),
            &json!(22),
            &json!("ssh"),
            &json!(["front-end", "web"]),
            &json!(null),
            &json!([])
        )
    );
    let find = async |query: &str| manager.get(&format!("/api/assets?{query}")).await.ok();
    assert_eq!(names(&find("").await), ["db-1", "web-1", "web-1"]);
    assert_eq!(names(&find(&format!("organizationId={}", acme.id)).await), ["db-1", "web-1"]);
    assert_eq!(find("tag=WEB").await["total"], 2);
    assert_eq!(names(&find("q=192.0").await), ["db-1"]);
    assert_eq!(names(&find("q=FRONT").await), ["web-1"]);
    assert_eq!(find("q=%25").await["total"], 0, "a filter is no pattern");
    manager.get("/api/assets?nope=1").await.refused(400, "invalid_input");

    let path = format!("/api/assets/{}", web["id"].as_str().unwrap());
    let twin = json!({ "organizationId": acme.id, "name": "WEB-1", "address": "other" });
    let refusal = manager.post("/api/assets", twin).await.refused(409, "name_taken");
    assert!(refusal["details"]["fields"]["name"].is_string());
    let change = |version: i64| {
        let request = manager.request(reqwest::Method::PUT, &path).header("If-Match", version.to_string());
        manager.send(request.json(&json!({ "name": "web-9", "tags": [] })))
    };
    let version = web["version"].as_i64().unwrap();
    let changed = change(version).await.ok();
    assert_eq!((&changed["name"], &changed["tags"]), (&json!("web-9"), &json!([])));
    change(version).await.refused(412, "stale_version");

    manager.delete(&path).await.ok();
    manager.get(&path).await.refused(404, "not_found");
    manager.delete(&path).await.refused(404, "not_found");
    add(&acme, "web-9", "192.0.2.9", json!([])).await;
}

#[tokio::test]
async fn input_that_does_not_fit_is_refused_at_its_field() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let manager = app.account_manager().await;
    let good = json!({ "organizationId": acme.id, "name": "web-1", "address": "192.0.2.7" });
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("x".repeat(201))),
        ("name", json!("a\u{1b}[2J")),
        ("address", json!("ssh://web")),
        ("address", json!("root@web")),
        ("address", json!("web:22")),
        ("address", json!("0x7f.1")),
        ("address", json!("2130706433")),
        ("address", json!("bücher.example")),
        ("address", json!("web\n")),
        ("port", json!(0)),
        ("port", json!(65536)),
        ("tags", json!([""])),
        ("tags", json!(["<script>"])),
        ("description", json!("x".repeat(4001))),
        ("description", json!("a\u{0}b")),
    ] {
        let mut wish = good.clone();
        wish[field] = value.clone();
        let refusal = manager.post("/api/assets", wish).await.refused(400, "invalid_input");
        assert!(refusal["details"]["fields"][field].is_string(), "{field} {value}: {refusal}");
    }
    let mut wish = good.clone();
    wish["hostKey"] = json!("ssh-ed25519 AAAA");
    manager.post("/api/assets", wish).await.refused(400, "unknown_field");
    let nobody = json!({ "organizationId": uuid::Uuid::nil(), "name": "a", "address": "b" });
    manager.post("/api/assets", nobody).await.refused(404, "not_found");
    let provider = json!({ "organizationId": app.provider, "name": "a", "address": "b" });
    manager.post("/api/assets", provider).await.refused(403, "forbidden");
}

#[tokio::test]
async fn i01_i24_everybody_sees_the_machines_that_are_theirs_to_see() {
    let app = TestApp::start().await;
    let (acme, globex) = (app.customer("Acme").await, app.customer("Globex").await);
    let manager = app.account_manager().await;
    let address = "192.0.2.7:22".parse().unwrap();
    let ours = add_bare(&manager, &acme, "ours", address).await;
    let theirs = add_bare(&manager, &globex, "theirs", address).await;
    let tech = app.technician().await;
    assert_eq!(tech.get("/api/assets").await.ok()["total"], 0);
    app.grant(&tech, &acme, "full_access").await;
    let admin = app.member(&acme, "admin").await;
    for reader in [&tech, &admin] {
        assert_eq!(names(&reader.get("/api/assets").await.ok()), ["ours"]);
        assert_eq!(reader.get(&format!("/api/assets/{ours}")).await.ok()["name"], "ours");
        for request in [
            reader.get(&format!("/api/assets/{theirs}")).await,
            reader.put(&format!("/api/assets/{theirs}"), json!({ "name": "mine" })).await,
            reader.delete(&format!("/api/assets/{theirs}")).await,
            reader.post(&format!("/api/assets/{theirs}/host-key/scan"), json!({})).await,
            reader.delete(&format!("/api/assets/{theirs}/host-key")).await,
            reader.get(&format!("/api/assets/{}", uuid::Uuid::nil())).await,
            reader.get("/api/assets/garbage").await,
        ] {
            request.refused(404, "not_found");
        }
        reader.put(&format!("/api/assets/{ours}"), json!({ "name": "mine" })).await.refused(403, "forbidden");
        reader.delete(&format!("/api/assets/{ours}")).await.refused(403, "forbidden");
        assert_eq!(reader.get(&format!("/api/assets?organizationId={}", globex.id)).await.ok()["total"], 0);
    }
    for role in ["report_viewer", "request_user", "basic_user"] {
        let member = app.member(&acme, role).await;
        member.get("/api/assets").await.refused(403, "forbidden");
        member.get(&format!("/api/assets/{ours}")).await.refused(403, "forbidden");
    }
    let analyst = app.security_analyst().await;
    assert_eq!(analyst.get("/api/assets").await.ok()["total"], 2);
    analyst.post(&format!("/api/assets/{ours}/host-key/scan"), json!({})).await.refused(403, "forbidden");
}

#[tokio::test]
async fn connect_is_off_with_the_reason_until_nothing_is_missing() {
    let sshd = Sshd::start().unwrap();
    let address = sshd.address();
    let app = TestApp::start_with(|config| config.targets.allow.push(address)).await;
    let acme = app.customer("Acme").await;
    let (manager, tech) = (app.account_manager().await, app.technician().await);
    let grant = app.grant(&tech, &acme, "read_only").await;
    let asset = add_bare(&manager, &acme, "web-1", address).await;
    let (path, list) = (format!("/api/assets/{asset}"), "/api/assets");
    let connect = async |who: &Actor| {
        let one = who.get(&path).await.ok()["can"]["session.start"].clone();
        assert_eq!(who.get(list).await.ok()["items"][0]["can"]["session.start"], one);
        one
    };
    let reason = async |word: &str| {
        let said = connect(&tech).await;
        assert!(said.as_str().is_some_and(|said| said.contains(word)), "{word}: {said}");
    };
    reason("no credential").await;
    let credential = json!({
        "organizationId": acme.id, "assetId": asset, "username": sshd.username(), "kind": "private_key",
        "accessLevel": "full_access", "privateKey": sshd.private_key().unwrap(),
    });
    let credential = manager.post("/api/credentials", credential).await.created();
    reason("read only").await;
    let level = json!({ "accessLevel": "read_only" });
    manager.put(&format!("/api/credentials/{}", credential["id"].as_str().unwrap()), level).await.ok();
    reason("host key").await;
    let seen = json!({ "fingerprint": sshd.fingerprint().unwrap() });
    manager.post(&format!("{path}/host-key/confirm"), seen).await.ok();
    assert_eq!(connect(&tech).await, true);
    let grant = format!("/api/technician-access/{grant}");
    manager.put(&grant, json!({ "ipRanges": ["192.0.2.0/24"] })).await.ok();
    reason("address").await;
    manager.put(&grant, json!({ "ipRanges": [], "services": ["rdp"] })).await.ok();
    reason("ssh").await;
    let said = connect(&manager).await;
    assert!(said.as_str().unwrap().contains("account manager"), "{said}");
    assert_eq!(tech.get(&path).await.ok()["accounts"][0]["username"], sshd.username());
}

#[tokio::test]
async fn at32_a_host_key_is_pinned_by_a_persons_word_and_a_changed_one_never_silently() {
    let stage = Stage::new().await;
    let manager = stage.app.account_manager().await;
    let path = format!("/api/assets/{}", stage.asset);
    let scan = async || manager.post(&format!("{path}/host-key/scan"), json!({})).await.ok();
    assert_eq!(scan().await["matchesPinned"], true);

    // Another machine answers now: the pin says so, nothing replaces it, no session opens.
    let other = Sshd::start().unwrap();
    let line = other.host_key().unwrap();
    let other_line = line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    sqlx::query("UPDATE assets SET host_key = $1, host_key_fingerprint = $2 WHERE id::text = $3")
        .bind(other_line)
        .bind(other.fingerprint().unwrap())
        .bind(&stage.asset)
        .execute(&mut stage.app.sql().await)
        .await
        .unwrap();
    let met = scan().await;
    assert_eq!(
        (&met["matchesPinned"], &met["fingerprint"]),
        (&json!(false), &json!(stage.sshd.fingerprint().unwrap()))
    );
    let start = json!({ "assetId": stage.asset, "cols": 80, "rows": 24, "reason": "a test" });
    stage.tech.post("/api/sessions", start.clone()).await.refused(409, "host_key_changed");
    let wrong = json!({ "fingerprint": other.fingerprint().unwrap() });
    let refusal =
        manager.post(&format!("{path}/host-key/confirm"), wrong).await.refused(409, "host_key_differs");
    assert_eq!(refusal["details"]["fingerprint"], stage.sshd.fingerprint().unwrap());
    let pinned = manager.get(&path).await.ok()["hostKey"]["fingerprint"].clone();
    assert_eq!(pinned, other.fingerprint().unwrap());
    assert!(stage.app.audit_trail().await.iter().any(|(code, _)| code == "host_key.changed"));

    // A person looks into it and confirms the new one.
    let before = endpoint_version(&stage.app, &stage.asset).await;
    let seen = json!({ "fingerprint": stage.sshd.fingerprint().unwrap() });
    let confirmed = manager.post(&format!("{path}/host-key/confirm"), seen.clone()).await.ok();
    assert_eq!(confirmed["hostKey"]["confirmedByName"], manager.name);
    assert_eq!(confirmed["hostKey"]["algorithm"], "ssh-ed25519");
    assert_eq!(endpoint_version(&stage.app, &stage.asset).await, before + 1);
    manager.post(&format!("{path}/host-key/confirm"), seen).await.ok();
    assert_eq!(endpoint_version(&stage.app, &stage.asset).await, before + 1, "the same key ends nothing");
    let (mut terminal, id) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;

    // Forgotten: the live session ends, and no other opens.
    manager.delete(&format!("{path}/host-key")).await.ok();
    assert_eq!(terminal.event("ended").await["code"], "asset_changed");
    until_session(&stage.tech, &id, "the end", |session| session["status"] == "ended").await;
    stage.tech.post("/api/sessions", start).await.refused(409, "host_key_unconfirmed");
    manager.delete(&format!("{path}/host-key")).await.refused(404, "not_found");
    for text in ["", "SHA256:short", "MD5:aa"] {
        let odd = json!({ "fingerprint": text });
        manager.post(&format!("{path}/host-key/confirm"), odd).await.refused(400, "invalid_input");
    }
}

#[tokio::test]
async fn another_address_forgets_the_host_key_and_ends_live_sessions() {
    let stage = Stage::new().await;
    let manager = stage.app.account_manager().await;
    let path = format!("/api/assets/{}", stage.asset);
    let (mut terminal, _) = Terminal::start(&stage.app, &stage.tech, &stage.asset).await;
    terminal.event("ready").await;
    let before = endpoint_version(&stage.app, &stage.asset).await;
    let named =
        manager.put(&path, json!({ "name": "web-2", "port": stage.sshd.address().port() })).await.ok();
    assert!(named["hostKey"].is_object());
    assert_eq!(endpoint_version(&stage.app, &stage.asset).await, before);
    let moved = manager.put(&path, json!({ "address": "192.0.2.7" })).await.ok();
    assert!(moved["hostKey"].is_null());
    assert_eq!(terminal.event("ended").await["code"], "asset_changed");

    // A machine that goes takes its credentials along, and their secrets.
    let other = add_machine(&stage.app, &stage.acme, "web-3", &stage.sshd).await;
    manager.delete(&format!("/api/assets/{other}")).await.ok();
    let query = format!("/api/credentials?assetId={other}");
    assert_eq!(manager.get(&query).await.ok()["total"], 0);
    let sealed: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM credential_secrets s JOIN credentials c ON c.id = s.credential_id WHERE c.asset_id::text = $1",
    )
    .bind(&other)
    .fetch_one(&mut stage.app.sql().await)
    .await
    .unwrap();
    assert_eq!(sealed, 0);
}

#[tokio::test]
async fn f14_no_machine_leads_to_the_gate_itself() {
    let app = TestApp::start().await;
    let acme = app.customer("Acme").await;
    let manager = app.account_manager().await;
    let trap = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = trap.local_addr().unwrap().port();
    for (name, address, port) in [
        ("itself", "127.0.0.1", app.address.port()),
        ("loopback", "127.0.0.1", port),
        ("any", "0.0.0.0", port),
        ("mapped", "::ffff:127.0.0.1", port),
        ("v6", "::1", port),
        ("nat64", "64:ff9b::7f00:1", port),
        ("metadata", "169.254.169.254", 80),
        ("link", "fe80::1", 22),
    ] {
        let wish = json!({ "organizationId": acme.id, "name": name, "address": address, "port": port });
        let answer = manager.post("/api/assets", wish).await;
        let refusal = answer.refused(400, "invalid_input");
        assert!(refusal["message"].as_str().unwrap().contains("never go there"), "{refusal}");
    }
    // Where a name leads is seen when it is asked.
    let wish = json!({ "organizationId": acme.id, "name": "name", "address": "localhost", "port": port });
    let id = manager.post("/api/assets", wish).await.created()["id"].as_str().unwrap().to_owned();
    for body in [json!({}), json!({ "fingerprint": format!("SHA256:{}", "A".repeat(43)) })] {
        let step = if body.get("fingerprint").is_some() { "confirm" } else { "scan" };
        let answer = manager.post(&format!("/api/assets/{id}/host-key/{step}"), body).await;
        let refusal = answer.refused(409, "target_address_refused");
        assert!(refusal["message"].as_str().unwrap().contains("never go there"), "{refusal}");
    }
    let moved = manager.put(&format!("/api/assets/{id}"), json!({ "address": "127.0.0.1" })).await;
    moved.refused(400, "invalid_input");
    let waiting = std::future::poll_fn(|cx| std::task::Poll::Ready(trap.poll_accept(cx).is_ready())).await;
    assert!(!waiting, "somebody knocked");
    let trail = app.audit_trail().await;
    assert!(trail.contains(&("host_key.scan".to_owned(), "failed".to_owned())), "{trail:?}");
}

#[tokio::test]
async fn a_machine_that_does_not_answer_as_it_should_is_told_in_words() {
    let babbler = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (talks, silent) = (babbler.local_addr().unwrap(), closed.local_addr().unwrap());
    drop(closed);
    let app = TestApp::start_with(|config| config.targets.allow.extend([talks, silent])).await;
    let acme = app.customer("Acme").await;
    let manager = app.account_manager().await;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = babbler.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let scan = async |name: &str, address| {
        let id = add_bare(&manager, &acme, name, address).await;
        manager.post(&format!("/api/assets/{id}/host-key/scan"), json!({})).await
    };
    scan("silent", silent).await.refused(502, "target_connection_refused");
    scan("talks", talks).await.refused(502, "target_disconnected");
    let wish = json!({ "organizationId": acme.id, "name": "unknown", "address": "no-such-machine.invalid" });
    let id = manager.post("/api/assets", wish).await.created()["id"].as_str().unwrap().to_owned();
    let answer = manager.post(&format!("/api/assets/{id}/host-key/scan"), json!({})).await;
    answer.refused(502, "target_name_not_found");
}
