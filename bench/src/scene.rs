//! A customer with one machine, and a technician who may go there.

use crate::Cli;
use crate::http::{Person, text};
use crate::platform::Platform;
use anyhow::Result;
use sallyport_testkit::sshd::Sshd;
use serde_json::json;
use std::net::SocketAddr;
use std::time::Duration;

pub(crate) struct Scene {
    pub(crate) platform: Platform,
    pub(crate) customer: String,
    pub(crate) technician_id: String,
    pub(crate) technician: Person,
    pub(crate) asset: String,
    pub(crate) grant: String,
}

impl Scene {
    /// On a real sshd.
    pub(crate) async fn on_sshd(cli: &Cli, sshd: &Sshd) -> Result<Self> {
        Self::new(cli, sshd.address(), sshd.username(), &sshd.private_key()?).await
    }

    /// On whatever answers by SSH there.
    pub(crate) async fn new(
        cli: &Cli,
        target: SocketAddr,
        username: &str,
        private_key: &str,
    ) -> Result<Self> {
        let platform = Platform::start(&cli.binary, &[target]).await?;
        let admin = &platform.admin;
        let provider = admin.get("/api/users/profile").await?;
        let provider = text(&provider, "/organization/id")?.to_owned();
        let customer = admin
            .post("/api/organizations", json!({ "name": "Acme Harbour", "maxConcurrentSessions": 10_000 }))
            .await?;
        let customer = text(&customer, "/id")?.to_owned();
        let (technician_id, technician) = platform.person(&provider, "technician").await?;
        let asset = json!({
            "organizationId": customer, "name": "web-1", "address": target.ip().to_string(),
            "port": target.port(), "protocol": "ssh",
        });
        let asset = text(&admin.post("/api/assets", asset).await?, "/id")?.to_owned();
        let offered = admin.post(&format!("/api/assets/{asset}/host-key/scan"), json!({})).await?;
        let seen = json!({ "fingerprint": offered.get("fingerprint") });
        admin.post(&format!("/api/assets/{asset}/host-key/confirm"), seen).await?;
        let credential = json!({
            "organizationId": customer, "assetId": asset, "username": username, "kind": "private_key",
            "accessLevel": "full_access", "privateKey": private_key,
        });
        admin.post("/api/credentials", credential).await?;
        let grant = json!({
            "technicianId": technician_id, "customerOrgId": customer, "accessLevel": "full_access",
            "reason": "a measurement",
        });
        let grant = text(&admin.post("/api/technician-access/grant", grant).await?, "/id")?.to_owned();
        Ok(Self { platform, customer, technician_id, technician, asset, grant })
    }

    /// Ends what is live and waits until every recording is sealed.
    pub(crate) async fn sealed(&self) -> Result<()> {
        let admin = self.platform.again_admin().await?;
        let live = admin.get("/api/sessions?status=live").await?;
        for session in live.get("items").and_then(serde_json::Value::as_array).into_iter().flatten() {
            admin.post(&format!("/api/sessions/{}/end", text(session, "/id")?), json!({})).await?;
        }
        loop {
            let recordings = admin.get("/api/recordings?limit=200").await?;
            if !recordings.to_string().contains(r#""status":"recording""#) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}
