//! Syslog over TLS: order, and a peer that others made.

use super::{begin, carried, complete, draft, id_of, places, platform, sealed, stage, syslog, taken};
use crate::audit_tree::write_events;
use crate::support::Second;
use sallyport_testkit::rsyslog::Rsyslog;
use sallyport_testkit::siem::Speaks;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn what_is_sealed_comes_once_and_in_its_order() {
    let siem = syslog().await;
    let (app, acme, admin) = stage(&[&siem]).await;
    sealed(&app, acme.id).await;
    // Connections are not expected before there is a destination, and what was before it does not come.
    let made =
        admin.post("/api/audit/destinations", draft(&siem, Some(acme.id), Speaks::Syslog)).await.created();
    assert_eq!(made["secret"], json!(null));
    let id = id_of(&made);
    assert_eq!(made["destination"]["state"], "waiting");
    let from = begin(&app, &id, acme.id).await;
    assert!(from > 0);
    write_events(&app, acme.id, 1700).await;
    sealed(&app, acme.id).await;
    taken(&app, &id).await;
    assert_eq!(complete(&app, || places(&siem, acme.id), acme.id, from).await, 0);
    let shown = admin.get(&format!("/api/audit/destinations/{id}")).await.ok();
    assert_eq!(
        (&shown["state"], &shown["lag"], &shown["lastError"]),
        (&json!("delivering"), &json!(0), &json!(null))
    );
    assert!(shown["delivered"].as_i64().unwrap() >= 1700, "{shown}");
    assert_eq!(shown["can"]["audit_destination.update"], true, "{shown}");
    // As the log itself says it.
    let message = siem.messages().pop().unwrap();
    let event = carried(&message);
    let logs =
        admin.get(&format!("/api/audit/logs?code={}&limit=200", event["code"].as_str().unwrap())).await.ok();
    let mut own =
        logs["items"].as_array().unwrap().iter().find(|known| known["id"] == event["id"]).unwrap().clone();
    own["seq"] = event["seq"].clone();
    assert_eq!(event, own);
    app.stop().await;
}

#[tokio::test]
async fn less_risk_is_left_out_and_every_log_comes_to_the_provider() {
    let siem = syslog().await;
    let (app, acme, _) = stage(&[&siem]).await;
    let root = app.super_admin().await;
    sealed(&app, acme.id).await;
    let mut wish = draft(&siem, None, Speaks::Syslog);
    wish["minRiskLevel"] = json!("high");
    let made = root.post("/api/audit/destinations", wish).await.created();
    assert_eq!(made["destination"]["organizationId"], json!(null));
    // Of medium risk; and then two of much.
    write_events(&app, acme.id, 50).await;
    let late = app.customer("Late").await;
    crate::audit_tree::run(
        &app,
        &format!(
            "INSERT INTO audit_logs (org_id, id, code, outcome, risk_level, sentence)
             SELECT o, gen_random_uuid(), 'grant.bulk_revoke', 'success', 'critical', 'x'
             FROM unnest('{{{},{}}}'::uuid[]) o",
            acme.id, late.id
        ),
    )
    .await;
    taken(&app, &id_of(&made)).await;
    let of = |organization| places(&siem, organization).len();
    assert_eq!((of(acme.id), of(late.id)), (1, 1));
    assert!(
        siem.messages()
            .iter()
            .all(|message| ["high", "critical"].iter().any(|risk| carried(message)["riskLevel"] == *risk))
    );
    assert!(of(app.provider) > 0, "the making of the destination itself");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_deliver_each_event_once() {
    let siem = syslog().await;
    let (app, acme, admin) = stage(&[&siem]).await;
    let mut second = Second::start(&app).await;
    second.platform.keep_sealing();
    let made =
        admin.post("/api/audit/destinations", draft(&siem, Some(acme.id), Speaks::Syslog)).await.created();
    let from = begin(&app, &id_of(&made), acme.id).await;
    for _ in 0..8 {
        write_events(&app, acme.id, 150).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    sealed(&app, acme.id).await;
    taken(&app, &id_of(&made)).await;
    assert_eq!(complete(&app, || places(&siem, acme.id), acme.id, from).await, 0);
    second.stop().await;
    app.stop().await;
}

#[tokio::test]
async fn rsyslog_understands_every_message() {
    let peer = tokio::task::spawn_blocking(Rsyslog::start).await.unwrap().unwrap();
    let app = platform(&[peer.address]).await;
    let acme = app.customer("Acme").await;
    let admin = app.member(&acme, "admin").await;
    let wish = json!({
        "organizationId": acme.id, "name": "rsyslog", "kind": "syslog", "address": peer.address.to_string(),
        "caPem": peer.identity.authority,
    });
    let made = admin.post("/api/audit/destinations", wish).await.created();
    let id = id_of(&made);
    let from = begin(&app, &id, acme.id).await;
    let tested = admin.post(&format!("/api/audit/destinations/{id}/test"), json!({})).await.ok();
    assert_eq!((&tested["delivered"], &tested["status"]), (&json!(true), &json!(null)), "{tested}");
    write_events(&app, acme.id, 700).await;
    sealed(&app, acme.id).await;
    taken(&app, &id).await;
    // It has read them; writing them down is its own work.
    let received = || {
        let mut received = peer.received();
        received.retain(|one| carried(&one.text)["seq"].is_i64());
        received
    };
    let came = || {
        received()
            .iter()
            .map(|one| {
                let event = carried(&one.text);
                assert_eq!((one.program.as_str(), one.host.as_str()), ("sallyport", "127.0.0.1"));
                assert_eq!(one.id, event["code"].as_str().unwrap());
                (event["seq"].as_i64().unwrap(), event["id"].as_str().unwrap().to_owned())
            })
            .collect()
    };
    complete(&app, came, acme.id, from).await;
    let received = received();
    let medium = received.iter().find(|one| one.id == "asset.update").unwrap();
    assert_eq!(medium.priority, "108", "facility 13, severity 4");
    app.stop().await;
}
