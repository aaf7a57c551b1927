//! A row of `audit_logs` as the entry that is committed to.

use crate::error::Result;
use anyhow::Context as _;
use chrono::{DateTime, Utc};
use sallyport_audit_log::entry::{PERSONAL, SALT};
use sallyport_audit_log::{Entry, Field, Hash, Personal};
use uuid::Uuid;

/// What stands in place of an erased sentence.
const ERASED: &str = "Erased.";

/// A row, as it is there.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) org_id: Uuid,
    pub(super) id: Uuid,
    pub(super) occurred_at: DateTime<Utc>,
    pub(super) code: String,
    pub(super) outcome: String,
    pub(super) risk_level: String,
    pub(super) controls: Vec<String>,
    pub(super) sentence: String,
    pub(super) actor_id: Option<Uuid>,
    pub(super) actor_org_id: Option<Uuid>,
    pub(super) actor_name: Option<String>,
    pub(super) actor_email: Option<String>,
    pub(super) actor_role: Option<String>,
    pub(super) target_type: Option<String>,
    pub(super) target_id: Option<Uuid>,
    pub(super) target_name: Option<String>,
    pub(super) session_id: Option<Uuid>,
    pub(super) client_ip: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) request_id: Option<Uuid>,
    pub(super) policy_ids: Vec<String>,
    pub(super) details: String,
}

/// Salts of all personal detail of one entry, and what was erased of it.
#[derive(Debug)]
pub(super) struct Seals<'a> {
    pub(super) salts: &'a [u8],
    pub(super) erased: i32,
    pub(super) commitments: Option<&'a [u8]>,
}

/// New salts for one entry.
pub(super) fn new_salts() -> anyhow::Result<[u8; PERSONAL * SALT]> {
    let mut salts = [0; PERSONAL * SALT];
    aws_lc_rs::rand::fill(&mut salts).map_err(|_| anyhow::anyhow!("the system has no randomness"))?;
    Ok(salts)
}

impl Row {
    /// The entry. What was erased is its commitment; the value that stands in its place is not looked at.
    pub(super) fn into_entry(self, seals: &Seals<'_>) -> anyhow::Result<Entry> {
        let seal = |place: usize, value: Option<String>| seals.personal(place, value);
        Ok(Entry {
            organization_id: self.org_id,
            id: self.id,
            occurred_at: self.occurred_at.timestamp_micros(),
            code: self.code,
            outcome: self.outcome,
            risk_level: self.risk_level,
            controls: self.controls,
            sentence: seal(0, Some(self.sentence))?,
            actor_id: self.actor_id,
            actor_organization_id: self.actor_org_id,
            actor_name: seal(1, self.actor_name)?,
            actor_email: seal(2, self.actor_email)?,
            actor_role: self.actor_role,
            target_type: self.target_type,
            target_id: self.target_id,
            target_name: seal(3, self.target_name)?,
            session_id: self.session_id,
            client_ip: seal(4, self.client_ip)?,
            user_agent: seal(5, self.user_agent)?,
            request_id: self.request_id,
            policy_ids: self.policy_ids,
            details: seal(6, Some(self.details))?,
        })
    }

    /// Erased fields in which something stands again.
    pub(super) fn filled_again(&self, erased: i32) -> Vec<Field> {
        let empty = [
            self.sentence == ERASED,
            self.actor_name.is_none(),
            self.actor_email.is_none(),
            self.target_name.is_none(),
            self.client_ip.is_none(),
            self.user_agent.is_none(),
            self.details == "{}",
        ];
        let fields = Field::PERSONAL.into_iter().zip(empty).enumerate();
        fields
            .filter(|(place, (_, empty))| erased >> place & 1 == 1 && !empty)
            .map(|(_, (field, _))| field)
            .collect()
    }
}

impl Seals<'_> {
    fn personal(&self, place: usize, value: Option<String>) -> anyhow::Result<Personal> {
        if self.erased >> place & 1 == 1 {
            let all = self.commitments.context("a commitment is missing")?;
            let one = all.get(place * 32..place * 32 + 32).and_then(Hash::from_slice);
            return Ok(Personal::Erased(one.context("a commitment is cut")?));
        }
        let salt = self.salts.get(place * SALT..place * SALT + SALT).context("a salt is missing")?;
        Ok(Personal::Open { salt: salt.try_into().context("a salt is cut")?, value })
    }
}

/// A leaf with what it stands for, as far as that is there.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) seq: u64,
    pub(super) event_id: Uuid,
    pub(super) leaf: Hash,
    pub(super) marks: Option<Vec<u8>>,
    pub(super) salts: Option<Vec<u8>>,
    pub(super) erased: i32,
    pub(super) commitments: Option<Vec<u8>>,
    /// Whether the leaf says when the event happened, as it does until its content is removed.
    pub(super) timed: bool,
    /// Whether the row was found at another time than the leaf says.
    pub(super) elsewhere: bool,
    /// By the word of the leaf's row.
    pub(super) content_removed: bool,
    pub(super) row: Option<Row>,
}

impl Sealed {
    /// The entry, once; none where its content was removed.
    pub(super) fn entry(&mut self) -> Result<Option<Entry>> {
        let (Some(row), Some(salts)) = (self.row.take(), &self.salts) else { return Ok(None) };
        let seals = Seals { salts, erased: self.erased, commitments: self.commitments.as_deref() };
        Ok(Some(row.into_entry(&seals)?))
    }
}
