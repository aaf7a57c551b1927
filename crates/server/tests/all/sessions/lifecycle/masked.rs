//! What the platform presents to a machine for the technician is in nothing that is kept of the session.

use crate::assets::add_bare;
use crate::canary::Canary;
use crate::sessions::until_session;
use crate::support::{Terminal, TestApp};
use russh::keys::{Algorithm, PrivateKey};
use russh::server::{self, Auth as Verdict, ChannelOpenHandle, Msg, Response, Session};
use russh::{Channel, ChannelId, MethodKind, MethodSet, Pty};
use sallyport_relay::recording::What;
use sallyport_relay::recording::read::{Recording, RecordingKey};
use serde_json::json;
use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

const MESSAGE: &[u8] = b"Welcome.\r\n";

/// A machine that asks for the secret in one way and then echoes what is typed.
pub struct Host {
    key: PrivateKey,
    method: MethodKind,
}

struct Visit;

impl Host {
    /// What it lets in.
    pub const SECRET: &str = "pr3sented-Kanarie+1/Zq=";

    pub async fn start(method: MethodKind) -> (SocketAddr, Self) {
        let key = PrivateKey::random(&mut russh::keys::key::safe_rng(), Algorithm::Ed25519).unwrap();
        let config = Arc::new(server::Config {
            keys: vec![key.clone()],
            methods: MethodSet::from(&[method][..]),
            auth_rejection_time: std::time::Duration::ZERO,
            ..server::Config::default()
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let config = Arc::clone(&config);
                tokio::spawn(async move {
                    if let Ok(running) = server::run_stream(config, stream, Visit).await {
                        let _ = running.await;
                    }
                });
            }
        });
        (address, Self { key, method })
    }

    pub fn fingerprint(&self) -> String {
        self.key.public_key().fingerprint(russh::keys::HashAlg::Sha256).to_string()
    }
}

impl server::Handler for Visit {
    type Error = russh::Error;

    async fn auth_password(&mut self, _: &str, password: &str) -> Result<Verdict, Self::Error> {
        Ok(if password == Host::SECRET { Verdict::Accept } else { Verdict::reject() })
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        _: &str,
        _: &str,
        response: Option<Response<'a>>,
    ) -> Result<Verdict, Self::Error> {
        let Some(mut response) = response else {
            let prompts = Cow::Borrowed(&[(Cow::Borrowed("Password: "), false)][..]);
            return Ok(Verdict::Partial { name: "".into(), instructions: "".into(), prompts });
        };
        Ok(if response.next().as_deref() == Some(Host::SECRET.as_bytes()) {
            Verdict::Accept
        } else {
            Verdict::reject()
        })
    }

    async fn channel_open_session(
        &mut self,
        _: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn pty_request(
        &mut self,
        channel: ChannelId,
        _: &str,
        _: u32,
        _: u32,
        _: u32,
        _: u32,
        _: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        session.channel_success(channel)?;
        session.data(channel, MESSAGE.to_vec())
    }

    async fn data(
        &mut self,
        channel: ChannelId,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.data(channel, data.to_vec())
    }
}

/// All that a recording holds, opened: what was shown, what was typed, the marks.
async fn recorded(app: &TestApp, organization: uuid::Uuid, session: &str) -> Vec<u8> {
    let key = RecordingKey { organization_id: organization, session_id: session.parse().unwrap() };
    let mut player = Recording::open(&app.platform.app.live.store, key).await.unwrap().play();
    let mut all = Vec::new();
    while let Some(events) = player.next().await.unwrap() {
        for event in events {
            match event.what {
                What::Output(bytes) | What::Input { bytes, .. } => all.extend_from_slice(&bytes),
                What::Marker(marker) => all.extend_from_slice(marker.text.as_bytes()),
                What::Resize { .. } => {}
            }
        }
    }
    all
}

#[tokio::test]
async fn w14_what_the_platform_presents_is_neither_recorded_nor_logged_as_typed() {
    for method in [MethodKind::Password, MethodKind::KeyboardInteractive] {
        let (address, host) = Host::start(method).await;
        let app = TestApp::start_with(|config| config.targets.allow.push(address)).await;
        let acme = app.customer("Acme").await;
        let (manager, tech) = (app.account_manager().await, app.technician().await);
        app.grant(&tech, &acme, "full_access").await;
        let asset = add_bare(&manager, &acme, "web-1", address).await;
        manager
            .post(
                &format!("/api/assets/{asset}/host-key/confirm"),
                json!({ "fingerprint": host.fingerprint() }),
            )
            .await
            .ok();
        let credential = json!({
            "organizationId": acme.id, "assetId": asset, "username": "ops", "kind": "password",
            "accessLevel": "full_access", "password": Host::SECRET,
        });
        manager.post("/api/credentials", credential).await.created();

        let (mut terminal, id) = Terminal::start(&app, &tech, &asset).await;
        terminal.shows("Welcome.").await;
        terminal.type_in("typed-by-hand").await;
        terminal.shows("typed-by-hand").await;
        tech.post(&format!("/api/sessions/{id}/end"), json!({})).await.ok();
        until_session(&tech, &id, "the end", |session| session["status"] == "ended").await;

        let canary = Canary::new("presented secret", Host::SECRET.as_bytes());
        let kept = recorded(&app, acme.id, &id).await;
        let typed = |needle: &[u8]| kept.windows(needle.len()).filter(|window| *window == needle).count();
        assert_eq!(
            typed(b"typed-by-hand"),
            2,
            "what was typed and what was shown is there, by {:?}",
            host.method
        );
        assert!(!canary.is_in(&kept), "{:?}: in the recording", host.method);
        assert!(!canary.is_in(&terminal.screen), "{:?}: on the screen", host.method);
        for path in ["asciicast", "index", "search?q=Kanarie"] {
            let answer = tech.get(&format!("/api/recordings/{id}/{path}")).await;
            assert!(!canary.is_in(&answer.bytes), "{:?}: in {path}", host.method);
        }
        let lines: Vec<String> = sqlx::query_scalar("SELECT line FROM recording_lines")
            .fetch_all(&mut app.sql().await)
            .await
            .unwrap();
        assert!(lines.iter().any(|line| line.contains("Welcome")), "{lines:?}");
        assert!(!canary.is_in(lines.join("\n").as_bytes()));
        app.stop().await;
    }
}
