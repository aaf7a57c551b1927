//! What a customer gets holds, by our public key alone.

use super::{keys, number, seal, verifier, with_events, write_events};
use sallyport_audit_log::bundle::{self, Report};
use sallyport_audit_log::proof::verify_inclusion;
use sallyport_audit_log::{Checkpoint, Entry, Hash};
use serde_json::Value;
use uuid::Uuid;

fn hash(text: &Value) -> Hash {
    serde_json::from_value(text.clone()).unwrap()
}

/// That this answer proves an event; its entry.
fn proven(answer: &Value, key: [u8; 32], organization: Uuid) -> Option<Entry> {
    let checkpoint =
        Checkpoint::open(answer["checkpoint"].as_str().unwrap(), &verifier(key, organization)).unwrap();
    assert_eq!(checkpoint.size, answer["size"].as_u64().unwrap());
    let hashes: Vec<Hash> = answer["hashes"].as_array().unwrap().iter().map(hash).collect();
    let (leaf, seq) = (hash(&answer["leafHash"]), answer["seq"].as_u64().unwrap());
    assert!(verify_inclusion(&leaf, seq, checkpoint.size, &checkpoint.root, &hashes));
    let entry = (!answer["entry"].is_null())
        .then(|| serde_json::from_value::<Entry>(answer["entry"].clone()).unwrap());
    if let Some(entry) = &entry {
        assert_eq!(entry.leaf(), leaf);
        assert_eq!(entry.id.to_string(), answer["eventId"].as_str().unwrap());
    }
    entry
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_has_a_proof_and_its_bundle_holds_offline() {
    let (app, acme, admin) = with_events(300).await;
    let key = keys(&app).await[0];
    let ids: Vec<Uuid> =
        sqlx::query_scalar("SELECT event_id FROM audit_leaves WHERE org_id = $1 ORDER BY seq")
            .bind(acme.id)
            .fetch_all(&mut app.sql().await)
            .await
            .unwrap();
    assert!(ids.len() > 300);
    // Across the border of a tile, where trees are most easily wrong.
    for (seq, id) in ids.iter().enumerate().filter(|(seq, _)| *seq < 8 || *seq > 248) {
        let answer = admin.get(&format!("/api/audit/events/{id}/proof")).await.ok();
        assert_eq!(answer["seq"], seq);
        let entry = proven(&answer, key, acme.id).unwrap();
        assert_eq!(entry.organization_id, acme.id);
    }

    // An entry that is not sealed yet is said to be so, and the next round seals it.
    write_events(&app, acme.id, 1).await;
    let id: Uuid = sqlx::query_scalar("SELECT event_id FROM audit_queue WHERE org_id = $1")
        .bind(acme.id)
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap();
    let path = format!("/api/audit/events/{id}/proof");
    admin.get(&path).await.refused(409, "not_sealed_yet");
    let before = admin.get(&format!("/api/audit/organizations/{}/checkpoint", acme.id)).await.ok();
    seal(&app).await;
    proven(&admin.get(&path).await.ok(), key, acme.id).unwrap();

    // The same log, later: what it was before, and more.
    let note = before["checkpoint"].as_str().unwrap();
    let earlier = Checkpoint::open(note, &before["verifierKey"].as_str().unwrap().parse_key()).unwrap();
    assert_eq!(earlier.root.to_string(), before["rootHash"].as_str().unwrap());
    let whole = admin.get(&format!("/api/audit/organizations/{}/bundle", acme.id)).await;
    assert_eq!(whole.headers["content-type"], "application/x-ndjson");
    let check = |bytes: &[u8], before: &[Checkpoint]| -> Result<Report, bundle::Damage> {
        bundle::verify(bytes, |name| Ok(vec![sallyport_audit_log::Verifier::new(name, key)?]), before)
    };
    let report = check(&whole.bytes, std::slice::from_ref(&earlier)).unwrap();
    assert_eq!((report.from, report.to), (0, report.checkpoint.size));
    assert_eq!((report.continues, report.unexplained), (vec![earlier.size], None));
    for at in (0..whole.bytes.len()).step_by(whole.bytes.len() / 150) {
        let mut bytes = whole.bytes.clone();
        bytes[at] ^= 1;
        assert!(check(&bytes, &[]).is_err(), "byte {at}");
    }
    for (from, to) in [(0, 0), (17, 290), (256, 300), (300, 301)] {
        let path = format!("/api/audit/organizations/{}/bundle?from={from}&to={to}", acme.id);
        let report = check(&admin.get(&path).await.bytes, &[]).unwrap();
        assert_eq!((report.from, report.to), (from, to));
    }
    for wrong in ["from=-1", "from=9&to=3", "to=1000000"] {
        let path = format!("/api/audit/organizations/{}/bundle?{wrong}", acme.id);
        admin.get(&path).await.refused(400, "invalid_input");
    }
    let taken =
        format!("SELECT count(*) FROM audit_logs WHERE org_id = '{}' AND code = 'audit.bundle'", acme.id);
    assert!(number(&app, &taken).await >= 5, "each bundle is an event");
}

trait ParseKey {
    fn parse_key(&self) -> sallyport_audit_log::Verifier;
}

impl ParseKey for str {
    fn parse_key(&self) -> sallyport_audit_log::Verifier {
        sallyport_audit_log::Verifier::parse(self).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_organizations_log_is_not_there() {
    let (app, acme, _) = with_events(3).await;
    let globex = app.customer("Globex").await;
    let stranger = app.member(&globex, "admin").await;
    let id: Uuid = sqlx::query_scalar("SELECT event_id FROM audit_leaves WHERE org_id = $1 LIMIT 1")
        .bind(acme.id)
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap();
    for path in [
        format!("/api/audit/organizations/{}/checkpoint", acme.id),
        format!("/api/audit/organizations/{}/bundle", acme.id),
        format!("/api/audit/events/{id}/proof"),
    ] {
        stranger.get(&path).await.refused(404, "not_found");
        app.stranger().get(&path).await.refused(401, "unauthenticated");
    }
    // Each log knows nothing of the other: a bundle holds its own organization's entries alone.
    seal(&app).await;
    let bundle = stranger.get(&format!("/api/audit/organizations/{}/bundle", globex.id)).await;
    let key = keys(&app).await[0];
    let report = bundle::verify(
        &bundle.bytes[..],
        |name| Ok(vec![sallyport_audit_log::Verifier::new(name, key)?]),
        &[],
    )
    .unwrap();
    assert_eq!(report.organization, globex.id, "the verifier refuses an entry of another organization");
}
