//! How many events a second are sealed, and verified offline, on one core: `cargo run --release -p sallyport-audit-log
//! --example speed`. It counts the processor's time, so what else runs on the machine takes less away from it.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use sallyport_audit_log::bundle::{Footer, Header, Line, line, verify};
use sallyport_audit_log::{Checkpoint, Entry, Personal, Range, SignedNote, Verifier, origin};
use std::error::Error;
use std::time::Duration;
use uuid::Uuid;

const EVENTS: u64 = 200_000;

fn entry(organization: Uuid, n: u64) -> Entry {
    let personal = |field: u8, value: &str| {
        let mut salt = [field; 16];
        for (to, from) in salt.iter_mut().zip(n.to_be_bytes()) {
            *to = from;
        }
        Personal::Open { salt, value: Some(value.to_owned()) }
    };
    let id = Uuid::from_u64_pair(7, n);
    Entry {
        organization_id: organization,
        id,
        occurred_at: 1_790_000_000_000_000 + n.cast_signed() * 1_000,
        code: "grant.create".to_owned(),
        outcome: "success".to_owned(),
        risk_level: "medium".to_owned(),
        controls: ["CC6.2", "CC6.3", "A.5.15", "A.5.18"].map(str::to_owned).to_vec(),
        sentence: personal(1, "Ada Park granted access to Kestrel Bank: quarterly review"),
        actor_id: Some(id),
        actor_organization_id: Some(organization),
        actor_name: personal(2, "Ada Park"),
        actor_email: personal(3, "ada.park@provider.example"),
        actor_role: Some("account_manager".to_owned()),
        target_type: Some("grant".to_owned()),
        target_id: Some(id),
        target_name: personal(4, "Kestrel Bank"),
        session_id: None,
        client_ip: personal(5, "203.0.113.17"),
        user_agent: personal(6, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"),
        request_id: Some(id),
        policy_ids: vec!["provider.grants".to_owned()],
        details: personal(7, r#"{"level": "read_only", "expiresAt": "2026-12-01T00:00:00Z"}"#),
    }
}

/// For how long a processor worked for us, as Linux counts it.
fn worked() -> Result<Duration, Box<dyn Error>> {
    let schedule = std::fs::read_to_string("/proc/self/schedstat")?;
    Ok(Duration::from_nanos(schedule.split(' ').next().unwrap_or_default().parse()?))
}

fn rate(began: Duration) -> Result<String, Box<dyn Error>> {
    let seconds = worked()?.saturating_sub(began).as_secs_f64();
    Ok(format!("{} events a second", (f64::from(u32::try_from(EVENTS)?) / seconds).round()))
}

fn main() -> Result<(), Box<dyn Error>> {
    let organization = Uuid::from_u128(0xac);
    let key = Ed25519KeyPair::from_seed_unchecked(&[1; 32])?;
    let entries: Vec<Entry> = (0..EVENTS).map(|n| entry(organization, n)).collect();
    let began = worked()?;
    let mut range = Range::default();
    let mut leaves = Vec::new();
    for entry in &entries {
        let encoded = entry.encode();
        leaves.push((encoded.leaf(), encoded.marks()));
        range.append(encoded.leaf(), |_, _| {});
    }
    println!("sealed: {}", rate(began)?);

    let verifier = Verifier::new(&origin(organization), key.public_key().as_ref().try_into()?)?;
    let checkpoint = Checkpoint { origin: origin(organization), size: EVENTS, root: range.root() };
    let note = SignedNote::sign(&checkpoint.to_string(), &verifier, |text| {
        <[u8; 64]>::try_from(key.sign(text).as_ref())
    })?;
    let header = Header {
        bundle: 1,
        organization_id: organization,
        from: 0,
        to: EVENTS,
        left: Vec::new(),
        checkpoint: note.to_string(),
    };
    let mut bundle = line(&header)?;
    for (seq, (entry, (leaf, _))) in entries.into_iter().zip(leaves).enumerate() {
        bundle.extend(line(&Line { seq: seq as u64, leaf, entry: Some(entry) })?);
    }
    bundle.extend(line(&Footer { right: Vec::new() })?);
    println!("bundle: {} bytes an event", bundle.len() as u64 / EVENTS);
    let began = worked()?;
    let report = verify(&bundle[..], |_| Ok(vec![verifier]), &[])?;
    println!("verified: {}, {} entries", rate(began)?, report.to);
    Ok(())
}
