//! Carries deaths of tokens between instances by Redis' publish and subscribe. Nothing is stored there. Each message is
//! sealed by a key that the instances share, so whoever else can speak to that Redis cannot shut anybody out.

use super::{Death, Fingerprint};
use crate::app::App;
use crate::auth::CsrfKey;
use crate::ids::OrganizationId;
use anyhow::{Context, Result};
use futures::StreamExt as _;
use redis::{AsyncConnectionConfig, AsyncTypedCommands as _};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

const CHANNEL: &str = "sallyport:dead-tokens";
/// Redis that does not answer for so long is taken for lost.
const PATIENCE: Duration = Duration::from_secs(2);
/// A line on which nothing is said is asked this often whether it stands.
const BEAT: Duration = Duration::from_secs(5);
/// Between two tries to come to it.
const PAUSE: Duration = Duration::from_secs(1);

/// Tells and hears for as long as the platform runs; does nothing where no Redis is configured.
pub async fn keep_carrying(app: Arc<App>) {
    let Some(url) = app.config.redis.url.clone() else { return };
    let mut said = false;
    loop {
        let Err(error) = carry(&app, &url, &mut said).await;
        if !said {
            tracing::warn!(
                error = format!("{error:#}"),
                "Redis is away; instances learn from PostgreSQL alone"
            );
            said = true;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn carry(app: &App, url: &str, said_lost: &mut bool) -> Result<Infallible> {
    let client = redis::Client::open(url)?;
    let mut listener =
        tokio::time::timeout(PATIENCE, client.get_async_pubsub()).await.context("no answer")??;
    tokio::time::timeout(PATIENCE, listener.subscribe(CHANNEL)).await.context("no answer")??;
    let patience = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE));
    let mut speaker = client.get_multiplexed_async_connection_with_config(&patience).await?;
    let mut news = app.denylist.news.subscribe();
    let mut heard = listener.on_message();
    let mut beat = tokio::time::interval(BEAT);
    if std::mem::take(said_lost) {
        tracing::info!("Redis is back");
    }
    loop {
        tokio::select! {
            message = heard.next() => {
                let message = message.context("the line was closed")?;
                if let Some(death) = open(&app.csrf_key, message.get_payload_bytes()) {
                    app.denylist.add(death.token);
                }
            }
            death = news.recv() => match death {
                Ok(death) => { speaker.publish(CHANNEL, seal(&app.csrf_key, death)).await?; }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => std::future::pending().await,
            },
            _ = beat.tick() => { speaker.ping().await?; }
        }
    }
}

const ORG_BYTES: usize = 16;
const BODY_BYTES: usize = ORG_BYTES + size_of::<Fingerprint>();

/// The organization, the token's fingerprint, and a tag over both.
fn seal(key: &CsrfKey, death: Death) -> Vec<u8> {
    let body = [death.org_id.0.as_bytes().as_slice(), &death.token].concat();
    let tag = key.sign(&signed(&body));
    [body, tag].concat()
}

/// What a message says, if one of our instances sent it.
fn open(key: &CsrfKey, message: &[u8]) -> Option<Death> {
    let (body, tag) = message.split_at_checked(BODY_BYTES)?;
    let (org, token) = body.split_at_checked(ORG_BYTES)?;
    let death = Death { org_id: OrganizationId(Uuid::from_slice(org).ok()?), token: token.try_into().ok()? };
    key.holds(&signed(body), tag).then_some(death)
}

/// Nothing else that the key signs begins like this.
fn signed(body: &[u8]) -> Vec<u8> {
    [b"dead token\0".as_slice(), body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_our_instances_sealed_is_believed() {
        let (ours, theirs) = (CsrfKey::new(&[1; 32]), CsrfKey::new(&[2; 32]));
        let death = Death { org_id: OrganizationId(Uuid::from_u128(7)), token: [9; 32] };
        let sealed = seal(&ours, death);
        assert_eq!(open(&ours, &sealed), Some(death));
        assert_eq!(open(&theirs, &sealed), None);
        for at in 0..sealed.len() {
            let mut other = sealed.clone();
            if let Some(byte) = other.get_mut(at) {
                *byte ^= 1;
            }
            assert_eq!(open(&ours, &other), None);
            assert_eq!(open(&ours, sealed.get(..at).unwrap()), None);
        }
        assert_eq!(open(&ours, &[sealed.as_slice(), b"x"].concat()), None);
    }
}
