//! What is left in the memory of a running platform of a secret that it has used.

use super::{Estate, Server, address_of, of_process};
use crate::sessions::lifecycle::Host;
use crate::support::{Actor, Terminal};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::json;
use std::io::{Read, Seek, SeekFrom};
use uuid::Uuid;

/// Where an allocator writes its own notes over what was freed, the beginning goes first: the middle is looked for.
fn spellings(secret: &str) -> Vec<String> {
    let middle = &secret[6..];
    let wide: String = middle.chars().flat_map(|letter| [letter, '\0']).collect();
    let mut spellings = vec![middle.to_owned(), hex::encode(middle), wide];
    for before in 0..3 {
        let text = STANDARD_NO_PAD.encode([&vec![0; before], secret.as_bytes()].concat());
        spellings.push(text[8..text.len() - 4].to_owned());
    }
    spellings
}

/// All that the process may write to, as text: what is no ASCII becomes a dot. In pieces that overlap.
fn memory(server: &Server) -> Vec<String> {
    const PIECE: usize = 4 << 20;
    const OVERLAP: usize = 256;
    let maps = std::fs::read_to_string(of_process(server, "maps")).unwrap();
    let mut file = std::fs::File::open(of_process(server, "mem")).unwrap();
    let mut pieces = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let (mut at, end) = (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap());
        while at < end {
            let mut piece = vec![0; PIECE.min((end - at) as usize)];
            file.seek(SeekFrom::Start(at)).unwrap();
            // Special pages cannot be read, and hold nothing of ours.
            let read = file.read(&mut piece).unwrap_or(0);
            if read == 0 {
                break;
            }
            piece.truncate(read);
            for byte in &mut piece {
                if !byte.is_ascii() {
                    *byte = b'.';
                }
            }
            pieces.push(String::from_utf8(piece).unwrap());
            at += if read > OVERLAP * 2 { read - OVERLAP } else { read } as u64;
            if end - at <= OVERLAP as u64 {
                break;
            }
        }
    }
    pieces
}

fn holds(memory: &[String], text: &str) -> bool {
    memory.iter().any(|piece| piece.contains(text))
}

/// A machine behind a password, and who may go there.
async fn furnish(
    estate: &Estate,
    server: &Server,
    host: &Host,
    address: std::net::SocketAddr,
) -> (Actor, String, Uuid) {
    let (_, admin) = estate.person(server, "super_admin").await;
    let (tech_id, tech) = estate.person(server, "technician").await;
    let acme = admin.post("/api/organizations", json!({ "name": "Acme" })).await.created()["id"].clone();
    let wish =
        json!({ "organizationId": acme, "name": "web-1", "address": "127.0.0.1", "port": address.port() });
    let asset = admin.post("/api/assets", wish).await.created()["id"].as_str().unwrap().to_owned();
    let confirm = format!("/api/assets/{asset}/host-key/confirm");
    admin.post(&confirm, json!({ "fingerprint": host.fingerprint() })).await.ok();
    let credential = json!({
        "organizationId": acme, "assetId": asset, "username": "ops-account", "kind": "password",
        "accessLevel": "full_access", "password": Host::SECRET,
    });
    admin.post("/api/credentials", credential).await.created();
    let grant = json!({
        "technicianId": tech_id, "customerOrgId": acme, "accessLevel": "full_access", "reason": "a test",
    });
    admin.post("/api/technician-access/grant", grant).await.created();
    (tech, asset, tech_id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v02_a_secret_that_was_used_is_not_in_the_memory_of_the_platform() {
    for method in [russh::MethodKind::Password, russh::MethodKind::KeyboardInteractive] {
        let (address, host) = Host::start(method).await;
        let estate = Estate::new(&[address]).await;
        let (first, _) = estate.start().await;
        let (tech, asset, _) = furnish(&estate, &first, &host, address).await;
        first.stop().await;

        // Another life, which never was told the secret and only opens it.
        let (server, _) = estate.start().await;
        let at = address_of(&server);
        let (mut terminal, _) = Terminal::start_at(at, &server.base, &tech.at(at), &asset).await;
        terminal.shows("Welcome.").await;
        terminal.type_in("known-marker-in-memory").await;
        terminal.shows("known-marker-in-memory").await;
        let memory = memory(&server);
        assert!(memory.len() > 5 && holds(&memory, "ops-account"), "the memory was not seen");
        for spelling in spellings(Host::SECRET) {
            assert!(!holds(&memory, &spelling), "{method:?}: the secret is in memory, as {spelling:?}");
        }
        // The root key's text is not there either.
        let root = std::fs::read_to_string(estate.data().join("root.key")).unwrap();
        let root = root.lines().last().unwrap().trim().to_owned();
        assert!(
            root.len() > 40 && !holds(&memory, &root[4..40]),
            "{method:?}: the root key's text is in memory"
        );
        server.stop().await;
    }
}
