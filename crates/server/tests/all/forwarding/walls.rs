//! Who gets what, and where nothing goes.

use super::{draft, id_of, platform, sealed, stage, syslog, taken};
use crate::audit_tree::{number, write_events};
use sallyport_testkit::siem::{Identity, Speaks};
use serde_json::json;

#[tokio::test]
async fn i09_a_destination_of_one_organization_gets_no_other_log() {
    let (own, all) = (syslog().await, syslog().await);
    let (app, acme, admin) = stage(&[&own, &all]).await;
    let globex = app.customer("Globex").await;
    let made =
        admin.post("/api/audit/destinations", draft(&own, Some(acme.id), Speaks::Syslog)).await.created();
    let root = app.super_admin().await;
    let whole = root.post("/api/audit/destinations", draft(&all, None, Speaks::Syslog)).await.created();
    for _ in 0..3 {
        write_events(&app, globex.id, 120).await;
        write_events(&app, acme.id, 80).await;
    }
    sealed(&app, globex.id).await;
    taken(&app, &id_of(&made)).await;
    taken(&app, &id_of(&whole)).await;
    let own_messages = own.messages();
    assert!(own_messages.len() >= 240);
    for message in own_messages {
        assert!(!message.contains(&globex.id.to_string()), "{message}");
        assert_eq!(super::carried(&message)["organizationId"], json!(acme.id));
    }
    let of = |organization| super::places(&all, organization).len();
    assert!(of(acme.id) >= 240 && of(globex.id) >= 360);
    // Whoever writes into the database cannot make it so either.
    let forged = format!(
        "INSERT INTO audit_destination_cursors (org_id, destination_id, whole, log_org_id, next_seq)
         VALUES ('{}', '{}', false, '{}', 0)",
        acme.id,
        id_of(&made),
        globex.id
    );
    let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(forged)).execute(&mut app.sql().await).await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "23514");
    app.stop().await;
}

#[tokio::test]
async fn destinations_are_an_admins_own_and_every_log_is_the_providers() {
    let siem = syslog().await;
    let (app, acme, admin) = stage(&[&siem]).await;
    let globex = app.customer("Globex").await;
    let theirs = app.member(&globex, "admin").await;
    let path = "/api/audit/destinations";
    let made = admin.post(path, draft(&siem, Some(acme.id), Speaks::Syslog)).await.created();
    let one = format!("{path}/{}", id_of(&made));
    theirs.get(&one).await.refused(404, "not_found");
    theirs.delete(&one).await.refused(404, "not_found");
    assert_eq!(theirs.get(path).await.ok()["total"], 0);
    theirs.post(path, draft(&siem, Some(acme.id), Speaks::Syslog)).await.refused(404, "not_found");
    theirs.post(path, draft(&siem, None, Speaks::Syslog)).await.refused(403, "forbidden");
    app.account_manager()
        .await
        .post(path, draft(&siem, None, Speaks::Syslog))
        .await
        .refused(403, "forbidden");
    admin.post(path, draft(&siem, Some(acme.id), Speaks::Syslog)).await.refused(409, "name_taken");
    admin.post(&format!("{one}/secret"), json!({})).await.refused(409, "no_secret");
    let root = app.super_admin().await;
    assert_eq!(root.get(path).await.ok()["total"], 1);
    // Two people at once: the second is told.
    let put = |version: i64, body| {
        admin.request(reqwest::Method::PUT, &one).header("If-Match", version).json(&body)
    };
    admin.send(put(1, json!({ "enabled": false }))).await.ok();
    admin.send(put(1, json!({ "enabled": true }))).await.refused(412, "stale_version");
    assert_eq!(admin.get(&one).await.ok()["state"], "disabled");
    admin.delete(&one).await.ok();
    admin.get(&one).await.refused(404, "not_found");
    assert_eq!(number(&app, "SELECT count(*) FROM audit_destination_cursors").await, 0);
    app.stop().await;
}

#[tokio::test]
async fn f01_f12_nothing_goes_into_our_own_network_or_to_whom_nobody_vouches_for() {
    let siem = syslog().await;
    let app = platform(&[siem.address]).await;
    let acme = app.customer("Acme").await;
    let admin = app.member(&acme, "admin").await;
    let path = "/api/audit/destinations";
    for (address, kind, code) in [
        ("127.0.0.1:6514", "syslog", "address_never_asked"),
        ("10.0.0.1:6514", "syslog", "address_never_asked"),
        ("169.254.169.254:443", "syslog", "address_never_asked"),
        ("https://127.0.0.1:5432/", "webhook", "address_never_asked"),
        // Allowed, but of no authority that anybody knows.
        (&siem.address.to_string(), "syslog", "no_connection"),
    ] {
        let wish = json!({ "organizationId": acme.id, "name": address, "kind": kind, "address": address });
        let made = admin.post(path, wish).await.created();
        let told = admin.post(&format!("{path}/{}/test", id_of(&made)), json!({})).await.ok();
        assert_eq!((&told["delivered"], &told["code"]), (&json!(false), &json!(code)), "{address}");
    }
    // A destination with certificates of its own trusts those alone.
    let mut wish = draft(&siem, Some(acme.id), Speaks::Syslog);
    wish["caPem"] = json!(Identity::new().unwrap().authority);
    let made = admin.post(path, wish).await.created();
    let one = format!("{path}/{}", id_of(&made));
    assert_eq!(admin.post(&format!("{one}/test"), json!({})).await.ok()["code"], "no_connection");
    admin.put(&one, json!({ "caPem": siem.identity.authority })).await.ok();
    assert_eq!(admin.post(&format!("{one}/test"), json!({})).await.ok()["delivered"], true);
    admin.put(&one, json!({ "caPem": null })).await.ok();
    assert_eq!(admin.get(&one).await.ok()["caPem"], json!(null));
    assert_eq!(admin.post(&format!("{one}/test"), json!({})).await.ok()["code"], "no_connection");
    app.stop().await;
}
