//! Fills an empty platform in, and writes `demo.json` for whoever wants to use it by program.

use super::cast::{CUSTOMERS, Customer, GRANTS, PASSWORD, PROVIDER, PROVIDER_PEOPLE, Person};
use super::client::{Client, text};
use super::file;
use super::machines::Machines;
use super::shell;
use crate::app::App;
use crate::auth;
use anyhow::{Context, Result};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// Fills `app` in if nobody has an account yet; otherwise leaves it as it is.
pub async fn fill(app: &Arc<App>, machines: &Machines) -> Result<()> {
    let Some(link) = auth::create_setup_url(app).await? else { return Ok(()) };
    let token = link
        .split_once("#token=")
        .map(|(_, token)| token.to_owned())
        .context("the setup link has no token")?;
    let (first, others) = PROVIDER_PEOPLE.split_first().context("nobody is in the cast")?;
    let setup = json!({
        "token": token, "organizationName": PROVIDER, "email": first.email, "displayName": first.name,
        "password": PASSWORD,
    });
    Client::stranger(app).post("/api/auth/setup", setup).await?;
    let (admin, secret) = Client::enrol(app, first.email, PASSWORD).await?;
    let mut stage = Stage {
        app: Arc::clone(app),
        admin,
        manager: None,
        organizations: vec![json!({ "id": app.provider, "name": PROVIDER })],
        users: vec![json_of(first, PROVIDER, Some(&secret))],
        targets: Vec::new(),
        ids: HashMap::new(),
    };
    for person in others {
        stage.add_person(person, &app.provider.to_string(), PROVIDER).await?;
        stage.enrol(person).await?;
    }
    for customer in CUSTOMERS {
        stage.add_customer(customer, machines).await.with_context(|| customer.name.to_owned())?;
    }
    stage.add_grants().await?;
    machines.forget_private_keys()?;
    stage.write_down()
}

struct Stage {
    app: Arc<App>,
    admin: Client,
    /// The account manager, once there.
    manager: Option<Client>,
    organizations: Vec<Value>,
    users: Vec<Value>,
    targets: Vec<Value>,
    /// Address of a person or slug of a customer → id.
    ids: HashMap<&'static str, String>,
}

fn json_of(person: &Person, organization: &str, totp_secret: Option<&str>) -> Value {
    json!({
        "email": person.email, "password": PASSWORD, "totpSecret": totp_secret, "role": person.role,
        "displayName": person.name, "organization": organization,
    })
}

impl Stage {
    /// Invites somebody, who accepts.
    async fn add_person(&mut self, person: &Person, organization_id: &str, organization: &str) -> Result<()> {
        let wish = json!({
            "organizationId": organization_id, "email": person.email, "displayName": person.name, "role": person.role,
        });
        let made = self.admin.post("/api/users", wish).await?;
        self.ids.insert(person.email, text(&made, "/user/id")?.to_owned());
        let token =
            text(&made, "/invitationUrl")?.split_once("#token=").context("the invitation has no token")?.1;
        let accept = json!({ "token": token, "password": PASSWORD });
        Client::stranger(&self.app).post("/api/auth/invitations/accept", accept).await?;
        self.users.push(json_of(person, organization, None));
        Ok(())
    }

    /// The provider's people have an authenticator app each; who uses the demonstration is it, by its secret.
    async fn enrol(&mut self, person: &Person) -> Result<()> {
        let (client, secret) = Client::enrol(&self.app, person.email, PASSWORD).await?;
        let user = self.users.iter_mut().find(|user| user.get("email") == Some(&json!(person.email)));
        let user = user.and_then(Value::as_object_mut).context("nobody was added")?;
        user.insert("totpSecret".to_owned(), json!(secret));
        if person.role == "account_manager" {
            self.manager = Some(client);
        }
        Ok(())
    }

    async fn add_customer(&mut self, customer: &Customer, machines: &Machines) -> Result<()> {
        let made = self.admin.post("/api/organizations", json!({ "name": customer.name })).await?;
        let id = text(&made, "/id")?.to_owned();
        self.organizations.push(json!({ "id": id, "name": customer.name }));
        self.ids.insert(customer.slug, id.clone());
        for person in customer.people {
            self.add_person(person, &id, customer.name).await?;
        }
        for machine in customer.machines {
            let (address, port) = machines.address(customer, machine.host);
            let wish = json!({
                "organizationId": id, "name": machine.name, "address": address, "port": port, "protocol": "ssh",
                "tags": machine.tags, "description": machine.description,
            });
            let asset = self.admin.post("/api/assets", wish).await?;
            let asset_id = text(&asset, "/id")?;
            let offered = self.scan(asset_id).await?;
            let fingerprint = json!({ "fingerprint": text(&offered, "/fingerprint")? });
            self.admin.post(&format!("/api/assets/{asset_id}/host-key/confirm"), fingerprint).await?;
            for level in shell::LEVELS {
                let credential = json!({
                    "organizationId": id, "assetId": asset_id, "username": machines.username, "kind": "private_key",
                    "accessLevel": level, "privateKey": machines.private_key(customer, level)?,
                });
                self.admin.post("/api/credentials", credential).await?;
            }
            self.targets.push(json!({
                "id": asset_id, "organizationId": id, "name": machine.name, "protocol": "ssh",
            }));
        }
        Ok(())
    }

    /// The machine was started a moment ago; it may need another.
    async fn scan(&self, asset_id: &str) -> Result<Value> {
        let path = format!("/api/assets/{asset_id}/host-key/scan");
        for _ in 0..50 {
            if let Ok(offered) = self.admin.post(&path, json!({})).await {
                return Ok(offered);
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        self.admin.post(&path, json!({})).await
    }

    async fn add_grants(&self) -> Result<()> {
        let manager = self.manager.as_ref().context("no manager")?;
        for (technician, customer, level, hours, reason) in GRANTS {
            let expires_at = hours.map(|hours| self.app.clock.now() + TimeDelta::hours(hours));
            let mut wish = json!({
                "technicianId": self.ids.get(technician), "customerOrgId": self.ids.get(customer),
                "accessLevel": level, "reason": reason,
            });
            if let (Some(expires_at), Some(wish)) = (expires_at, wish.as_object_mut()) {
                wish.insert("expiresAt".to_owned(), json!(expires_at));
            }
            manager.post("/api/technician-access/grant", wish).await?;
        }
        Ok(())
    }

    /// For programs: where, who, what.
    fn write_down(&self) -> Result<()> {
        let content = json!({
            "url": self.app.config.http.public_url, "users": self.users, "organizations": self.organizations,
            "targets": self.targets,
        });
        file::write(&self.app.config.data_dir, &content)
    }
}
