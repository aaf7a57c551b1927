//! Our own key of a connection: renewed before its certificate ends. The next one stands in our metadata for a month
//! before anything is signed with it, so that a provider which pins it can learn of it; the former one stays there until
//! its end.

use super::service;
use crate::app::App;
use crate::audit::{Event, Kind, Outcome, catalogue};
use crate::error::Result;
use crate::mail::Letter;
use crate::sso::model::{OwnKeyUse, SsoCertificate, SsoOwnCertificate};
use crate::sso::notices::tell_admins;
use crate::sso::store::{self, Kept};
use crate::sso::{proof, sign_in};
use chrono::{DateTime, TimeDelta, Utc};
use sallyport_saml::Certificate;
use serde_json::json;

/// How long before its end a certificate gets a successor.
const ANNOUNCE: TimeDelta = TimeDelta::days(60);
/// How long the successor is only announced.
const OVERLAP: TimeDelta = TimeDelta::days(30);
/// Shorter before the end nobody waits any more.
const LAST: TimeDelta = TimeDelta::days(2);

/// What is to be done about our key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Nothing,
    Announce,
    Change,
    Forget,
}

/// Until when each is valid, and from when the next one is.
#[derive(Clone, Copy)]
struct Times {
    ends: DateTime<Utc>,
    next_since: Option<DateTime<Utc>>,
    former_ends: Option<DateTime<Utc>>,
}

impl Times {
    fn step(self, now: DateTime<Utc>) -> Step {
        let left = self.ends - now;
        match self.next_since {
            None if left < ANNOUNCE => Step::Announce,
            Some(since) if now - since >= OVERLAP || left < LAST => Step::Change,
            _ if self.former_ends.is_some_and(|ends| ends <= now) => Step::Forget,
            _ => Step::Nothing,
        }
    }
}

/// Does what is due, once, on whichever instance.
pub(super) async fn tend(app: &App, kept: &Kept) -> Result<()> {
    let read = |der: &Option<Vec<u8>>| der.as_deref().and_then(Certificate::read);
    let Some(current) = read(&kept.certificate) else { return Ok(()) };
    let next = read(&kept.next_certificate);
    let times = Times {
        ends: current.not_after,
        next_since: next.as_ref().map(|next| next.not_before),
        former_ends: read(&kept.former_certificate).map(|former| former.not_after),
    };
    match (times.step(app.db.now().await?), next) {
        (Step::Announce, _) => announce(app, kept, &current).await,
        (Step::Change, Some(next)) => change(app, kept, &current, &next).await,
        (Step::Forget, _) => {
            let mut tx =
                app.db.unscoped("take a certificate of ours that has ended out of our metadata").await?;
            store::forget_own_key(tx.conn(), kept.connection.id).await?;
            tx.commit_unaudited("it was of no use any more").await
        }
        _ => Ok(()),
    }
}

async fn announce(app: &App, kept: &Kept, current: &Certificate) -> Result<()> {
    let connection = &kept.connection;
    let key = service::make_key(app).await?;
    let next = key.certificate();
    let mut tx = app.db.unscoped("announce the next key of ours to an identity provider").await?;
    let (_, sealed) = proof::seal(app, &mut tx, connection, key.pkcs8()).await?;
    if !store::announce_own_key(tx.conn(), connection.id, &sealed, &next.der).await? {
        return tx.commit_unaudited("another instance was first").await;
    }
    let changes_at = (next.not_before + OVERLAP).min(current.not_after - LAST).max(next.not_before);
    let letter = Letter::SsoOwnKey {
        connection: connection.name.clone(),
        metadata: service::entity_id(app, connection.id),
        changes_at,
    };
    let told = tell_admins(app, tx.conn(), connection.organization_id, &letter).await?;
    let details = json!({
        "certificate": current.fingerprint, "ends": current.not_after, "next": next.fingerprint,
        "changesAt": changes_at, "told": told,
    });
    tx.commit(event(kept, &catalogue::SSO_OWN_KEY_ANNOUNCE).details(details)).await
}

async fn change(app: &App, kept: &Kept, current: &Certificate, next: &Certificate) -> Result<()> {
    let mut tx = app.db.unscoped("sign with the next key of ours").await?;
    if !store::change_own_key(tx.conn(), kept.connection.id, &next.der).await? {
        return tx.commit_unaudited("another instance was first").await;
    }
    let details = json!({ "certificate": next.fingerprint, "before": current.fingerprint });
    tx.commit(event(kept, &catalogue::SSO_OWN_KEY_CHANGE).details(details)).await
}

fn event(kept: &Kept, kind: &'static Kind) -> Event {
    Event::by_platform(kind, Outcome::Success, kept.connection.organization_id)
        .target(sign_in::target(&kept.connection))
}

/// Our certificates as they are shown: the one that signs first.
pub(in crate::sso) fn shown(kept: [(Option<&[u8]>, OwnKeyUse); 3]) -> Vec<SsoOwnCertificate> {
    let read = kept.into_iter().filter_map(|(der, used)| Some((Certificate::read(der?)?, used)));
    read.map(|(read, used)| SsoOwnCertificate { certificate: SsoCertificate::from(&read), used }).collect()
}

#[cfg(test)]
mod tests {
    use super::{Step, Times};
    use chrono::{DateTime, TimeDelta, Utc};

    #[test]
    fn a_key_is_announced_in_time_used_after_a_month_and_at_the_last_moment_in_any_case() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let days = |days: i64| now + TimeDelta::days(days);
        let step = |ends: i64, next: Option<i64>, former: Option<i64>| {
            let at = |day: Option<i64>| -> Option<DateTime<Utc>> { day.map(days) };
            Times { ends: days(ends), next_since: at(next), former_ends: at(former) }.step(now)
        };
        assert_eq!(step(61, None, None), Step::Nothing);
        assert_eq!(step(59, None, None), Step::Announce);
        assert_eq!(step(-5, None, None), Step::Announce, "it slept through its end");
        assert_eq!(step(59, Some(-1), None), Step::Nothing, "the provider has time to learn of it");
        assert_eq!(step(29, Some(-30), None), Step::Change);
        assert_eq!(step(1, Some(-1), None), Step::Change, "too late to wait");
        assert_eq!(step(390, None, Some(10)), Step::Nothing, "both stand in the metadata");
        assert_eq!(step(390, None, Some(-1)), Step::Forget);
    }
}
