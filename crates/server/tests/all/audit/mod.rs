//! The log of events, asked: pages, numbers, exports, the compliance report.

mod compliance;
mod cursor;
mod export;
mod filters;
mod person;
mod recent;
mod stats;

use crate::support::{Actor, TestApp};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// An entry as a test puts it into the log, at an instant of its own choosing.
#[derive(Clone, Debug)]
pub struct Entry {
    pub org: Uuid,
    pub at: DateTime<Utc>,
    pub code: &'static str,
    pub outcome: &'static str,
    pub risk: &'static str,
    pub controls: &'static [&'static str],
    pub sentence: String,
    pub actor: Option<(Uuid, String)>,
    pub target: Option<(&'static str, Uuid, String)>,
    pub client_ip: Option<&'static str>,
    pub user_agent: Option<String>,
    pub details: Value,
}

impl Entry {
    pub fn at(org: Uuid, at: &str, code: &'static str) -> Self {
        Self {
            org,
            at: at.parse().unwrap(),
            code,
            outcome: "success",
            risk: "info",
            controls: &[],
            sentence: format!("a test did {code}"),
            actor: None,
            target: None,
            client_ip: None,
            user_agent: None,
            details: json!({}),
        }
    }

    pub fn by(mut self, actor: &Actor) -> Self {
        self.actor = Some((actor.id, actor.name.clone()));
        self
    }

    pub fn outcome(self, outcome: &'static str) -> Self {
        Self { outcome, ..self }
    }

    pub fn risk(self, risk: &'static str) -> Self {
        Self { risk, ..self }
    }

    pub fn from(self, client_ip: &'static str) -> Self {
        Self { client_ip: Some(client_ip), ..self }
    }

    /// Puts it into the log; its id.
    pub async fn keep(self, app: &TestApp) -> Uuid {
        self.keep_by(app, &mut app.sql().await).await
    }

    pub async fn keep_by(self, app: &TestApp, sql: &mut sqlx::PgConnection) -> Uuid {
        let id = app.clock.new_id();
        sqlx::query(
            "INSERT INTO audit_logs (org_id, id, occurred_at, code, outcome, risk_level, controls, sentence, actor_id,
                 actor_name, target_type, target_id, target_name, client_ip, user_agent, details)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::inet, $15, $16)",
        )
        .bind(self.org)
        .bind(id)
        .bind(self.at)
        .bind(self.code)
        .bind(self.outcome)
        .bind(self.risk)
        .bind(self.controls)
        .bind(self.sentence)
        .bind(self.actor.as_ref().map(|(id, _)| *id))
        .bind(self.actor.as_ref().map(|(_, name)| name.clone()))
        .bind(self.target.as_ref().map(|(kind, ..)| *kind))
        .bind(self.target.as_ref().map(|(_, id, _)| *id))
        .bind(self.target.as_ref().map(|(.., name)| name.clone()))
        .bind(self.client_ip)
        .bind(self.user_agent)
        .bind(self.details)
        .execute(sql)
        .await
        .unwrap();
        id
    }
}

/// A platform where nobody asks too much.
async fn unlimited() -> TestApp {
    let many = std::num::NonZeroU32::new(100_000).unwrap();
    TestApp::start_with(|config| {
        config.limits.user_per_second = many;
        config.limits.organization_per_second = many;
        config.limits.address_per_second = many;
    })
    .await
}

/// A time long before anything that the setting of the stage left in the log.
const THEN: &str = "from=2025-03-01T00:00:00Z&to=2025-03-08T00:00:00Z";

/// Everybody who may not read the log of `customer`.
async fn outsiders(app: &TestApp, customer: &crate::support::Customer) -> Vec<Actor> {
    let granted = app.technician().await;
    app.grant(&granted, customer, "full_access").await;
    let mut all = vec![app.technician().await, granted, app.account_manager().await];
    for role in ["report_viewer", "request_user", "basic_user"] {
        all.push(app.member(customer, role).await);
    }
    all
}
