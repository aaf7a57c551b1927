//! Certificates that come to their end: the provider's, of which the admins hear in time, and ours, which is renewed.

use super::saml::Saml;
use crate::support::Second;
use chrono::{DateTime, TimeDelta, Utc};
use sallyport_saml::OwnKey;
use sallyport_secrets::SecretRef;

/// What a job does that looks after connections, done once; until `done` is answered with yes.
async fn look(saml: &Saml, done: &str) {
    let stale = "UPDATE sso_connections SET asked_at = now() - interval '5 hours'";
    sqlx::query(stale).execute(&mut saml.stage.app.sql().await).await.unwrap();
    // An instance that starts looks at once.
    let second = Second::start(&saml.stage.app).await;
    saml.stage
        .app
        .until_sql("SELECT bool_and(asked_at > now() - interval '1 hour') FROM sso_connections")
        .await;
    saml.stage.app.until_sql(done).await;
    second.stop().await;
}

/// The same, where nothing is to come of it: whoever claimed the look has a moment for it.
async fn look_in_vain(saml: &Saml) {
    let claimed = "SELECT bool_and(asked_at < now() - interval '2 seconds') FROM sso_connections";
    look(saml, claimed).await;
}

async fn logged(saml: &Saml, code: &str) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM audit_logs WHERE code = $1")
        .bind(code)
        .fetch_one(&mut saml.stage.app.sql().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_admins_hear_two_weeks_before_a_providers_certificate_ends() {
    let saml = Saml::set().await;
    saml.active().await;
    let email = &saml.stage.admin.email;
    look_in_vain(&saml).await;
    assert_eq!(saml.stage.app.mails_to(email, "sso_trouble").len(), 0, "there is a year left");
    let soon = "UPDATE sso_connections SET described = jsonb_set(described, '{certificates,0,not_after}',
        to_jsonb(to_char(now() AT TIME ZONE 'utc' + interval '13 days', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')))";
    sqlx::query(soon).execute(&mut saml.stage.app.sql().await).await.unwrap();
    look(&saml, "SELECT EXISTS (SELECT 1 FROM audit_logs WHERE code = 'sso.trouble')").await;
    let mail = saml.stage.app.mail_to(email, "sso_trouble").await;
    assert!(mail["text"].as_str().unwrap().contains("ends within two weeks"), "{mail}");
    look_in_vain(&saml).await;
    assert_eq!(logged(&saml, "sso.trouble").await, 1, "once a day");
    assert_eq!(saml.stage.app.mails_to(email, "sso_trouble").len(), 1);
}

/// A key of ours as it was made so many days ago: its certificate, and the key sealed to its place.
async fn made_ago(saml: &Saml, id: &str, days: i64) -> (Vec<u8>, Vec<u8>) {
    let app = &saml.stage.app.platform.app;
    let made: DateTime<Utc> = app.clock.now() - TimeDelta::days(days);
    let key = OwnKey::generate("Sallyport", made).unwrap();
    let sealed: Vec<u8> = sqlx::query_scalar("SELECT sealed_key FROM organization_keys WHERE org_id = $1")
        .bind(saml.stage.kestrel.id)
        .fetch_one(&mut saml.stage.app.sql().await)
        .await
        .unwrap();
    let (organization_id, secret_id) = (saml.stage.kestrel.id, id.parse().unwrap());
    let place = SecretRef { organization_id, secret_id, version: 1, field: "sso_secret" };
    let organization = app.vault.open_organization(&sealed, organization_id).unwrap();
    (key.certificate().der.clone(), organization.seal(place, key.pkcs8()).unwrap())
}

#[tokio::test]
async fn our_own_key_is_renewed_before_its_end_and_both_are_told_for_a_while() {
    let saml = Saml::set().await;
    let id = saml.active().await;
    let own = async || {
        let shown = saml.stage.admin.get(&format!("/api/sso/connections/{id}")).await.ok();
        let told = saml.stage.app.stranger().get(&format!("/api/sso/saml/{id}/metadata")).await.text();
        let uses = shown["ownCertificates"].as_array().unwrap().iter();
        let uses: Vec<String> = uses.map(|one| one["use"].as_str().unwrap().to_owned()).collect();
        assert_eq!(told.matches("<ds:X509Certificate>").count(), uses.len(), "{told}");
        uses
    };
    look_in_vain(&saml).await;
    assert_eq!(own().await, ["signs"], "there is a year left");
    // Fifty days are left.
    let (certificate, sealed) = made_ago(&saml, &id, 346).await;
    sqlx::query("UPDATE sso_connections SET certificate = $1, sealed_secret = $2")
        .bind(&certificate)
        .bind(&sealed)
        .execute(&mut saml.stage.app.sql().await)
        .await
        .unwrap();
    look(&saml, "SELECT bool_and(next_certificate IS NOT NULL) FROM sso_connections").await;
    assert_eq!(own().await, ["signs", "next"]);
    let mail = saml.stage.app.mail_to(&saml.stage.admin.email, "sso_own_key").await;
    assert!(mail["text"].as_str().unwrap().contains(&saml.url(&id, "metadata")), "{mail}");
    assert_eq!(saml.sign_in(&id).await.1, "/organizations");
    look_in_vain(&saml).await;
    assert_eq!(own().await, ["signs", "next"], "the provider has its month");
    assert_eq!(logged(&saml, "sso.own_key_announce").await, 1);
    // The month is over.
    let (next, sealed) = made_ago(&saml, &id, 31).await;
    sqlx::query("UPDATE sso_connections SET next_certificate = $1, next_sealed_secret = $2")
        .bind(&next)
        .bind(&sealed)
        .execute(&mut saml.stage.app.sql().await)
        .await
        .unwrap();
    look(&saml, "SELECT bool_and(next_certificate IS NULL) FROM sso_connections").await;
    assert_eq!(own().await, ["signs", "former"]);
    assert_eq!(logged(&saml, "sso.own_key_change").await, 1);
    let kept: (Vec<u8>, Vec<u8>) =
        sqlx::query_as("SELECT certificate, former_certificate FROM sso_connections")
            .fetch_one(&mut saml.stage.app.sql().await)
            .await
            .unwrap();
    assert_eq!(kept, (next, certificate));
    assert_eq!(saml.sign_in(&id).await.1, "/organizations", "it signs with the new one");
}
