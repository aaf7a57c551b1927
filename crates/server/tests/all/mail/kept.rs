//! Without a mail server: mails in a folder, and a page that shows them to super admins.

use super::{invite, token_of};
use crate::support::TestApp;
use serde_json::json;
use std::os::unix::fs::PermissionsExt;

#[tokio::test]
async fn an_invitation_is_kept_for_development_and_opens_the_door() {
    let app = TestApp::start().await;
    let admin = app.super_admin().await;
    assert_eq!(admin.get("/api/dev/mails").await.ok()["total"], 0);
    let (email, made) = invite(&app, "ada").await;
    let mail = app.mail_to(&email, "invitation").await;
    assert_eq!(mail["link"], made["invitationUrl"]);
    assert_eq!(mail["recipientName"], "Ada <Park> & Co");
    assert!(mail["text"].as_str().unwrap().contains("Acme of ada at Provider"), "{mail}");
    let password = "verglas mitten orrery 42";
    let accept = json!({ "token": token_of(&made), "password": password });
    app.stranger().post("/api/auth/invitations/accept", accept).await.ok();

    // As a mail program would open it, and for nobody else of the machine.
    let folder = app.platform.app.config.data_dir.join("mail");
    let eml = folder.join(format!("{}.eml", mail["id"].as_str().unwrap()));
    let whole = std::fs::read_to_string(&eml).unwrap();
    assert!(whole.contains("multipart/alternative") && whole.contains("Auto-Submitted: auto-generated"));
    assert_eq!(std::fs::metadata(&eml).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    for other in [app.account_manager().await, app.technician().await] {
        other.get("/api/dev/mails").await.refused(403, "forbidden");
    }
    let profile = admin.get("/api/users/profile").await.ok();
    assert_eq!(profile["can"]["mail.read"], true);
}

#[tokio::test]
async fn what_a_mail_says_is_sealed_and_wiped_once_it_is_sent() {
    let app = TestApp::start().await;
    let (email, made) = invite(&app, "ada").await;
    let token = token_of(&made);
    app.mail_to(&email, "invitation").await;
    let mut sql = app.sql().await;
    let rows: Vec<(String, Option<Vec<u8>>)> =
        sqlx::query_as("SELECT m::text, sealed_letter FROM mails m WHERE sent_at IS NOT NULL")
            .fetch_all(&mut sql)
            .await
            .unwrap();
    let [(row, None)] = rows.as_slice() else { panic!("{rows:?}") };
    assert!(!row.contains(&token));
}

/// Nobody listens where the mail server should be, so mails wait.
#[tokio::test]
async fn a_mail_that_waits_shows_nothing_and_opens_as_no_other() {
    let app = TestApp::start_with(|config| {
        config.mail.smtp_url = Some("smtp://127.0.0.1:9".to_owned());
        config.mail.from = "Gate <gate@example.com>".to_owned();
    })
    .await;
    let (_, made) = invite(&app, "ada").await;
    let (_, other) = invite(&app, "ben").await;
    let mut sql = app.sql().await;
    let rows: Vec<(String, Vec<u8>)> =
        sqlx::query_as("SELECT m::text, sealed_letter FROM mails m ORDER BY created_at")
            .fetch_all(&mut sql)
            .await
            .unwrap();
    assert_eq!(rows.len(), 2);
    for (row, sealed) in &rows {
        for token in [token_of(&made), token_of(&other)] {
            assert!(
                !row.contains(&token) && !sealed.windows(token.len()).any(|part| part == token.as_bytes())
            );
        }
    }
    // Moved to the other's row it does not open: neither gets the other's link, whatever becomes of them.
    sqlx::query(
        "UPDATE mails SET next_try_at = clock_timestamp(), sealed_letter =
             (SELECT o.sealed_letter FROM mails o WHERE o.id <> mails.id)",
    )
    .execute(&mut sql)
    .await
    .unwrap();
    app.until_sql("SELECT count(*) = 2 FROM mails WHERE given_up_at IS NOT NULL").await;
}
