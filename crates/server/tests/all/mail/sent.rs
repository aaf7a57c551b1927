//! By a mail server that really listens.

use super::{invite, token_of};
use crate::support::{Second, TestApp};
use sallyport_testkit::smtp::{Received, Smtp, Tls};

async fn start(smtp: &Smtp) -> TestApp {
    start_at(format!("smtp://{}", smtp.address()), None).await
}

async fn start_at(url: String, certificate: Option<&str>) -> TestApp {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), certificate.unwrap_or_default()).unwrap();
    TestApp::start_with(|config| {
        config.mail.smtp_url = Some(url);
        config.mail.from = "Northgate <gate@northgate.example>".to_owned();
        config.mail.ca_file = certificate.map(|_| file.path().to_owned());
    })
    .await
}

/// Quoted-printable undone as far as these tests look.
fn readable(mail: &Received) -> String {
    mail.message.replace("=\n", "").replace("=3D", "=")
}

#[tokio::test]
async fn an_invitation_arrives_by_smtp_once_however_many_instances_send() {
    let smtp = Smtp::start(Tls::None).await.unwrap();
    let app = start(&smtp).await;
    let second = Second::start(&app).await;
    let mut links = Vec::new();
    for name in ["ada", "ben", "cleo", "dora"] {
        links.push(token_of(&invite(&app, name).await.1));
    }
    let received = smtp.until(4).await.unwrap();
    let whole: Vec<String> = received.iter().map(readable).collect();
    for link in &links {
        let of_link =
            whole.iter().filter(|mail| mail.contains(&format!("{}/invitation#token={link}", app.url(""))));
        assert_eq!(of_link.count(), 1, "{whole:?}");
    }
    let mail = received.iter().find(|mail| mail.to == ["ada@acme.example"]).unwrap();
    assert_eq!(mail.from, "gate@northgate.example");
    for head in [
        "From: Northgate <gate@northgate.example>",
        "Message-ID: <",
        "Auto-Submitted: auto-generated",
        "text/plain",
        "text/html",
    ] {
        assert!(mail.message.contains(head), "{head}: {}", mail.message);
    }
    assert!(readable(mail).contains("Welcome, Ada &lt;Park&gt; &amp; Co"), "{}", readable(mail));
    app.until_sql("SELECT count(*) = 4 FROM mails WHERE sent_at IS NOT NULL AND sealed_letter IS NULL").await;
    assert_eq!(smtp.received().len(), 4);

    // There is nothing to look at here, and whoever asks is told why.
    let admin = app.super_admin().await;
    admin.get("/api/dev/mails").await.refused(409, "mail_is_sent");
    assert!(admin.get("/api/users/profile").await.ok()["can"]["mail.read"].is_string());
    assert!(!app.platform.app.config.data_dir.join("mail").exists());
    second.stop().await;
}

#[tokio::test]
async fn mail_goes_out_encrypted_or_not_at_all() {
    for (tls, scheme) in [(Tls::Wrapped, "smtps"), (Tls::StartTls, "smtp")] {
        let smtp = Smtp::start(tls).await.unwrap();
        let url = format!("{scheme}://localhost:{}", smtp.address().port());
        let app = start_at(url.clone(), Some(smtp.certificate())).await;
        invite(&app, "ada").await;
        assert!(smtp.until(1).await.unwrap()[0].encrypted, "{tls:?}");

        // To a server whose certificate nobody vouches for, nothing goes.
        let other = Smtp::start(Tls::None).await.unwrap();
        let app = start_at(url, Some(other.certificate())).await;
        invite(&app, "ben").await;
        app.until_sql("SELECT count(*) = 1 FROM mails WHERE tries = 1 AND last_problem IS NOT NULL").await;
        assert_eq!(smtp.received().len(), 1, "{tls:?}");
    }
    // Nor to one that does not offer TLS where it is asked for.
    let smtp = Smtp::start(Tls::None).await.unwrap();
    let url = format!("smtp://localhost:{}", smtp.address().port());
    let app = start_at(url, Some(smtp.certificate())).await;
    invite(&app, "cleo").await;
    app.until_sql("SELECT count(*) = 1 FROM mails WHERE tries = 1 AND last_problem IS NOT NULL").await;
    assert!(smtp.received().is_empty());
}

#[tokio::test]
async fn what_is_refused_for_now_is_tried_again_and_what_is_refused_for_good_is_given_up() {
    let smtp = Smtp::start(Tls::None).await.unwrap();
    let app = start(&smtp).await;
    smtp.refuse("451 come again");
    smtp.refuse("535 who are you");
    invite(&app, "ada").await;
    let again = "UPDATE mails SET next_try_at = clock_timestamp() WHERE sealed_letter IS NOT NULL";
    for tries in ["tries = 1", "tries = 2"] {
        // Put off, by some pause that is not over at once.
        let put_off = format!(
            "SELECT count(*) = 1 FROM mails WHERE {tries} AND last_problem IS NOT NULL
               AND next_try_at > clock_timestamp() + interval '10 seconds'"
        );
        app.until_sql(&put_off).await;
        sqlx::query(again).execute(&mut app.sql().await).await.unwrap();
    }
    smtp.until(1).await.unwrap();
    app.until_sql("SELECT count(*) = 1 FROM mails WHERE sent_at IS NOT NULL AND last_problem IS NULL").await;

    smtp.refuse("550 nobody of that name");
    invite(&app, "ben").await;
    app.until_sql("SELECT count(*) = 1 FROM mails WHERE given_up_at IS NOT NULL AND sealed_letter IS NULL")
        .await;
    let told: (String, String) =
        sqlx::query_as("SELECT outcome, sentence FROM audit_logs WHERE code = 'mail.give_up'")
            .fetch_one(&mut app.sql().await)
            .await
            .unwrap();
    assert_eq!(told.0, "failed");
    assert!(told.1.contains("ben@acme.example") && told.1.contains("550"), "{}", told.1);
}

#[tokio::test]
async fn after_a_day_a_mail_is_given_up() {
    let smtp = Smtp::start(Tls::None).await.unwrap();
    let app = start(&smtp).await;
    smtp.refuse("451 come again");
    invite(&app, "ada").await;
    app.until_sql("SELECT count(*) = 1 FROM mails WHERE tries = 1 AND last_problem IS NOT NULL").await;
    let later = "UPDATE mails SET give_up_at = clock_timestamp(), next_try_at = clock_timestamp()";
    sqlx::query(later).execute(&mut app.sql().await).await.unwrap();
    app.until_sql("SELECT count(*) = 1 FROM mails WHERE given_up_at IS NOT NULL AND sealed_letter IS NULL")
        .await;
    assert!(smtp.received().is_empty());
    assert!(app.audit_trail().await.contains(&("mail.give_up".to_owned(), "failed".to_owned())));
}
