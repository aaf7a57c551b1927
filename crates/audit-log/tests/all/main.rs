//! The crate from outside, as the server and a customer's verifier use it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests; clippy knows the tests themselves only"
)]

mod bundles;
mod entries;
mod keepers;
mod naive;
mod notes;
mod tiles;
mod trees;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use sallyport_audit_log::{Entry, Hash, Personal, Verifier, origin};
use uuid::Uuid;

const ACME: Uuid = Uuid::from_u128(0xac);
const ADA: Uuid = Uuid::from_u128(0xada);

struct Key(Ed25519KeyPair);

impl Key {
    fn new(seed: u8) -> Self {
        Self(Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap())
    }

    fn public(&self) -> [u8; 32] {
        self.0.public_key().as_ref().try_into().unwrap()
    }

    fn verifier(&self, organization: Uuid) -> Verifier {
        Verifier::new(&origin(organization), self.public()).unwrap()
    }

    fn sign(&self, text: &[u8]) -> Result<[u8; 64], ()> {
        self.0.sign(text).as_ref().try_into().map_err(|_| ())
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| sallyport_audit_log::leaf_hash(&n.to_be_bytes())).collect()
}

fn open(n: u128, value: &str) -> Personal {
    Personal::Open {
        salt: (n + 7).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes(),
        value: Some(value.to_owned()),
    }
}

fn entry(n: u128) -> Entry {
    Entry {
        organization_id: ACME,
        id: Uuid::from_u128(n),
        occurred_at: 1_790_000_000_000_000 + i64::try_from(n).unwrap(),
        code: "grant.create".to_owned(),
        outcome: "success".to_owned(),
        risk_level: "medium".to_owned(),
        controls: vec!["CC6.2".to_owned(), "A.5.15".to_owned()],
        sentence: open(n, "Ada Park granted access to Kestrel Bank: “review”\n"),
        actor_id: Some(ADA),
        actor_organization_id: None,
        actor_name: open(n + 1, "Ada Park"),
        actor_email: open(n + 2, "ada@example.com"),
        actor_role: Some("account_manager".to_owned()),
        target_type: Some("grant".to_owned()),
        target_id: Some(Uuid::from_u128(9)),
        target_name: open(n + 3, "Kestrel Bank"),
        session_id: None,
        client_ip: open(n + 4, "192.0.2.7"),
        user_agent: Personal::Open { salt: [9; 16], value: None },
        request_id: Some(Uuid::from_u128(11)),
        policy_ids: vec!["provider.grants".to_owned()],
        details: open(n + 5, r#"{"level": "read_only"}"#),
    }
}
