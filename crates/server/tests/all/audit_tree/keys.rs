//! Another key for checkpoints: nothing that was signed loses its worth, on any instance.

use super::{keys, number, report_by, run, seal, seal_by, sound, with_events, write_events};
use crate::support::Second;
use sallyport::audit::tree::command::{run_bundle, run_resume, run_verify, run_verify_bundle};
use sallyport::ids::OrganizationId;
use sallyport_audit_log::bundle::Damage;
use serde_json::{Value, json};

const ROTATE: &str = "/api/audit/keys/rotate";

fn texts(items: &Value, field: &str) -> Vec<String> {
    let items = items["items"].as_array().unwrap();
    items.iter().map(|one| one[field].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_rotation_the_next_checkpoint_is_of_the_new_key_and_all_before_holds() {
    let (app, acme, admin) = with_events(30).await;
    let second = Second::start(&app).await;
    seal_by(&app, &second.platform.app).await;
    let config = &app.platform.app.config;
    let folder = tempfile::tempdir().unwrap();
    let (early, late, note) =
        (folder.path().join("early"), folder.path().join("late"), folder.path().join("checkpoint"));
    run_bundle(config, OrganizationId(acme.id), &early).await.unwrap();
    let path = format!("/api/audit/organizations/{}/checkpoint", acme.id);
    let before = admin.get(&path).await.ok();
    std::fs::write(&note, before["checkpoint"].as_str().unwrap()).unwrap();
    let old = texts(&app.stranger().get("/api/audit/keys").await.ok(), "publicKey").remove(0);

    let root = app.super_admin().await;
    admin.post(ROTATE, json!({ "reason": "no" })).await.refused(403, "forbidden");
    root.post(ROTATE, json!({ "reason": "" })).await.refused(400, "invalid_input");
    let told = root.post(ROTATE, json!({ "reason": "its time is over" })).await.ok();
    let public = texts(&told, "publicKey");
    assert_eq!((public.len(), &public[1]), (2, &old));
    let new = public[0].clone();
    assert_eq!((&told["items"][0]["signs"], &told["items"][0]["retiredAt"]), (&json!(true), &json!(null)));
    assert_eq!(told["items"][1]["signs"], false);
    assert!(told["items"][1]["retiredAt"].is_string(), "{told}");
    assert_eq!(app.stranger().get("/api/audit/keys").await.ok(), told);

    // The other instance signs next, by the new key, and both go on believing what was before.
    write_events(&app, acme.id, 5).await;
    seal_by(&app, &second.platform.app).await;
    seal(&app).await;
    let after = admin.get(&path).await.ok();
    let by = |checkpoint: &Value, key: &str| {
        use base64::Engine as _;
        let key = base64::engine::general_purpose::STANDARD.decode(key).unwrap().try_into().unwrap();
        let verifier = super::verifier(key, acme.id);
        sallyport_audit_log::Checkpoint::open(checkpoint["checkpoint"].as_str().unwrap(), &verifier).is_ok()
    };
    assert!(by(&after, &new) && !by(&after, &old));
    assert!(by(&before, &old));
    assert_eq!(number(&app, "SELECT count(*) FROM audit_trees WHERE halted_at IS NOT NULL").await, 0);
    sound(&app, acme.id).await;
    assert!(report_by(&app, &second.platform.app, acme.id).await.findings.is_empty());
    assert!(run_verify(config, None).await.unwrap());
    let rotations = "SELECT count(*) FROM audit_logs WHERE code = 'audit.key_rotate' AND outcome = 'success'";
    assert_eq!(number(&app, rotations).await, 1);

    // A bundle of now that continues a checkpoint of before: both keys are needed, and enough.
    run_bundle(config, OrganizationId(acme.id), &late).await.unwrap();
    let both = [new.clone(), old.clone()];
    let earlier = [note];
    run_verify_bundle(&late, &both, &earlier).unwrap();
    run_verify_bundle(&late, std::slice::from_ref(&new), &[]).unwrap();
    run_verify_bundle(&early, std::slice::from_ref(&old), &[]).unwrap();
    run_verify_bundle(&late, std::slice::from_ref(&new), &earlier).unwrap_err();
    let refused = run_verify_bundle(&late, std::slice::from_ref(&old), &[]).unwrap_err();
    assert!(matches!(refused.downcast_ref(), Some(Damage::Checkpoint(_))));
    // Each cause is said once.
    assert_eq!(
        format!("{refused:#}"),
        "the checkpoint in the bundle is not believed: the note is not signed by this key"
    );

    // And after a start.
    let app = app.restart().await;
    assert_eq!(keys(&app).await.len(), 2);
    write_events(&app, acme.id, 3).await;
    seal(&app).await;
    sound(&app, acme.id).await;
    second.stop().await;
}

/// The way back after a restore that was meant: the command, its entry, and a log that goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x15_an_operator_lets_a_halted_log_go_on_and_the_log_says_so() {
    let (app, acme, _) = with_events(20).await;
    let config = app.platform.app.config.clone();
    let id = OrganizationId(acme.id);
    let kept = config.data_dir.join("audit-checkpoints");
    let refused = run_resume(&config, id, "nothing to do").await.unwrap_err();
    assert!(refused.to_string().contains("is not halted"), "{refused}");
    // A checkpoint of another log in its place: what is there does not continue it.
    let signed = std::fs::read(kept.join(acme.id.to_string())).unwrap();
    run(
        &app,
        &format!(
            "UPDATE audit_trees SET halted_at = now(), halted_because = 'a test' WHERE org_id = '{}'",
            acme.id
        ),
    )
    .await;
    write_events(&app, acme.id, 10).await;
    super::round(&app.platform.app, &mut super::Kept::new()).await.unwrap();
    let waiting = format!("SELECT count(*) FROM audit_queue WHERE org_id = '{}'", acme.id);
    assert!(number(&app, &waiting).await >= 10, "nothing is ordered");
    assert!(!run_verify(&config, Some(id)).await.unwrap());
    run_resume(&config, id, "the backup of yesterday was put back on purpose").await.unwrap();
    assert_eq!(std::fs::read(kept.join(format!("{}.before-1", acme.id))).unwrap(), signed);
    seal(&app).await;
    assert_eq!(number(&app, &waiting).await, 0);
    sound(&app, acme.id).await;
    let said = "SELECT count(*) FROM audit_logs WHERE code = 'audit.resume' AND risk_level = 'critical'
                AND sentence LIKE '%put back on purpose' AND org_id = '{org}'";
    assert_eq!(number(&app, &said.replace("{org}", &acme.id.to_string())).await, 1);
    assert!(run_verify(&config, Some(id)).await.unwrap());
    run_resume(&config, id, "again").await.unwrap_err();
    app.stop().await;
}
