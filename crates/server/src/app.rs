//! What every request stands on, made once at start.

use crate::access::{Action, Caller, Facts, Permit, Policies, Resource};
use crate::audit;
use crate::auth::denylist::Denylist;
use crate::auth::{CsrfKey, Passwords, PseudonymKey, TokenKeys};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::error::Result;
use crate::http::limits::Limits;
use crate::ids::{InstanceId, OrganizationId};
use crate::mail::Post;
use crate::sessions::Live;
use crate::sso::Dns;
use sallyport_outbound::{Client as Outbound, Patience};
use sallyport_secrets::{Secret, SigningKey, Vault};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tokio::sync::Semaphore;

/// The platform's own keys, opened at start.
pub struct ServerKeys {
    /// Signs and verifies access tokens.
    pub tokens: TokenKeys,
    /// Sign recordings' manifests, newest first; all of them verify.
    pub manifest_keys: Vec<SigningKey>,
    /// Sign checkpoints of audit logs, newest first; all of them verify.
    pub audit_keys: Vec<SigningKey>,
    /// Signs CSRF tokens.
    pub csrf_key: CsrfKey,
    /// Stands in for addresses in counts and logs.
    pub pseudonym_key: PseudonymKey,
    /// Goes into passwords before they are hashed.
    pub pepper: Secret,
    /// Seals and opens secrets.
    pub vault: Vault,
}

/// The running platform. Holds no state of people: that is the database's.
pub struct App {
    /// The configuration, checked.
    pub config: Config,
    /// Time and ids.
    pub clock: Clock,
    /// The database behind the wall.
    pub db: Db,
    /// Who may.
    pub policies: Policies,
    /// Signs and verifies access tokens.
    pub tokens: TokenKeys,
    /// By which a refresh token follows on the one before it. Of this process alone: after a restart, a token that was spent
    /// before gets nobody anything.
    pub renewal_key: CsrfKey,
    /// Access tokens that are dead for good.
    pub denylist: Denylist,
    /// Signs CSRF tokens.
    pub csrf_key: CsrfKey,
    /// Stands in for addresses in counts and logs.
    pub pseudonym_key: PseudonymKey,
    /// Hashes passwords, a bounded number at once.
    pub passwords: Passwords,
    /// Seals and opens secrets.
    pub vault: Vault,
    /// The sessions that live here, and their recordings.
    pub live: Live,
    /// The audit logs' keys and last checkpoints.
    pub log: audit::tree::Log,
    /// Who follows what changes.
    pub followed: audit::live::Followed,
    /// Rate limits.
    pub limits: Limits,
    /// How many pieces of exports are read at once: however many there are, they leave the database to the others.
    pub exports: Semaphore,
    /// How many reports are set as PDF at once: each takes a processor.
    pub papers: Arc<audit::compliance::Papers>,
    /// Where mails go.
    pub post: Post,
    /// The one way out to other people's servers.
    pub outbound: Outbound,
    /// The same way out, to those whom audit logs are forwarded to.
    pub forwarding: Outbound,
    /// Questions to the DNS.
    pub dns: Dns,
    /// This running copy.
    pub instance: InstanceId,
    /// The provider's organization; every platform has exactly one.
    pub provider: OrganizationId,
    strangers: Mutex<HashMap<OrganizationId, Bucket>>,
}

impl App {
    /// Puts the parts together.
    pub fn new(
        config: Config,
        clock: Clock,
        db: Db,
        keys: ServerKeys,
        instance: InstanceId,
        provider: OrganizationId,
    ) -> anyhow::Result<Self> {
        let ServerKeys { tokens, manifest_keys, audit_keys, csrf_key, pseudonym_key, pepper, vault } = keys;
        Ok(Self {
            live: Live::open(&config, manifest_keys)?,
            log: audit::tree::Log::open(audit_keys, &config.data_dir)?,
            followed: audit::live::Followed::default(),
            limits: Limits::new(&config.limits),
            exports: Semaphore::new(2),
            papers: Arc::default(),
            post: Post::open(&config)?,
            passwords: Passwords::new(&config.auth, pepper.expose())?,
            outbound: Outbound::new(config.sso.rules()?, Patience::default())?,
            forwarding: Outbound::new(config.forwarding.rules()?, Patience::default())?,
            dns: Dns::new(&config.sso)?,
            config,
            clock,
            db,
            policies: Policies::load()?,
            tokens,
            renewal_key: CsrfKey::new(sallyport_secrets::Secret::random(32)?.expose()),
            denylist: Denylist::default(),
            csrf_key,
            pseudonym_key,
            vault,
            instance,
            provider,
            strangers: Mutex::default(),
        })
    }

    /// Asks the policies, now.
    pub fn may(&self, caller: &Caller, action: Action, resource: &Resource, facts: &Facts) -> Result<Permit> {
        self.policies.may(caller, action, resource, facts, caller.asked_at)
    }

    /// The organization that keeps the log of strangers, unless they knocked too often lately.
    pub(crate) fn provider_for_strangers(&self) -> Option<OrganizationId> {
        self.logs_strangers_of(self.provider).then_some(self.provider)
    }

    /// Whether one more entry of a stranger goes into the log of an organization: it is not theirs to fill. Asked of
    /// organizations that there are, and no others.
    pub(crate) fn logs_strangers_of(&self, organization: OrganizationId) -> bool {
        let mut buckets = self.strangers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        buckets.entry(organization).or_default().take()
    }
}

/// A token bucket: 200 at once, 20 a second.
#[derive(Debug)]
struct Bucket {
    level: f64,
    at: Instant,
}

impl Default for Bucket {
    fn default() -> Self {
        Self { level: 200.0, at: Instant::now() }
    }
}

impl Bucket {
    fn take(&mut self) -> bool {
        let now = Instant::now();
        self.level = (self.level + now.duration_since(self.at).as_secs_f64() * 20.0).min(200.0);
        self.at = now;
        let full = self.level >= 1.0;
        if full {
            self.level -= 1.0;
        }
        full
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("instance", &self.instance).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Bucket;

    #[test]
    fn strangers_have_room_for_so_many_entries_and_no_more() {
        let mut bucket = Bucket::default();
        let at_once = (0..5_000).filter(|_| bucket.take()).count();
        // What came in meanwhile is not worth a second of a slow machine.
        assert!((200..1_000).contains(&at_once), "{at_once}");
    }
}
