//! Webhooks: what they are signed with, and who never sees it.

use super::{draft, id_of, sealed, stage, taken, webhook};
use crate::audit_tree::write_events;
use aws_lc_rs::hmac;
use sallyport_testkit::siem::{CANARY, Post, Speaks};
use serde_json::{Value, json};

/// Whether a post is what this secret signed, at the time that it says.
fn holds(post: &Post, secret: &str) -> bool {
    let header = post.header("sallyport-signature").unwrap();
    let (time, tag) = header.split_once(',').unwrap();
    let seconds = time.strip_prefix("t=").unwrap();
    let tag = hex::decode(tag.strip_prefix("v1=").unwrap()).unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    hmac::verify(&key, format!("{seconds}.{}", post.body).as_bytes(), &tag).is_ok()
}

#[tokio::test]
async fn f11_each_delivery_is_signed_with_its_time_and_body() {
    let siem = webhook().await;
    let (app, acme, admin) = stage(&[&siem]).await;
    let mut wish = draft(&siem, Some(acme.id), Speaks::Posts);
    wish["format"] = json!("ocsf");
    let made = admin.post("/api/audit/destinations", wish).await.created();
    let (id, secret) = (id_of(&made), made["secret"].as_str().unwrap().to_owned());
    write_events(&app, acme.id, 3).await;
    siem.until("a post", |siem| !siem.posts().is_empty()).await.unwrap();
    let post = siem.posts().remove(0);
    assert!(holds(&post, &secret), "{post:?}");
    assert!(post.head.starts_with("POST /in HTTP/1.1\r\n"));
    assert!(post.header("sallyport-delivery").unwrap().parse::<uuid::Uuid>().is_ok());
    let events: Vec<Value> = serde_json::from_str(&post.body).unwrap();
    assert!(events.iter().all(|event| event["metadata"]["version"] == "1.3.0"), "{events:?}");
    // Another body, another time, another secret.
    assert!(!holds(&Post { body: post.body.replace("1.3.0", "1.3.1"), ..post.clone() }, &secret));
    let replayed = Post { head: post.head.replace("t=", "t=1"), ..post.clone() };
    assert!(!holds(&replayed, &secret));
    assert!(!holds(&post, "another"));
    // Each delivery has a name of its own.
    write_events(&app, acme.id, 1).await;
    siem.until("another post", |siem| siem.posts().len() > 1).await.unwrap();
    assert_ne!(siem.posts()[1].header("sallyport-delivery"), post.header("sallyport-delivery"));
    // From now on by another secret alone.
    let path = format!("/api/audit/destinations/{id}");
    let renewed = admin.post(&format!("{path}/secret"), json!({})).await.ok();
    let renewed = renewed["secret"].as_str().unwrap();
    assert_ne!(renewed, secret);
    sealed(&app, acme.id).await;
    taken(&app, &id).await;
    let before = siem.posts().len();
    write_events(&app, acme.id, 1).await;
    siem.until("a post", |siem| siem.posts().len() > before).await.unwrap();
    let last = siem.posts().pop().unwrap();
    assert!(holds(&last, renewed) && !holds(&last, &secret));
    app.stop().await;
}

#[tokio::test]
async fn f09_f11_a_test_says_how_it_went_and_nothing_of_secrets_or_answers() {
    let siem = webhook().await;
    let (app, acme, admin) = stage(&[&siem]).await;
    let made =
        admin.post("/api/audit/destinations", draft(&siem, Some(acme.id), Speaks::Posts)).await.created();
    let (id, secret) = (id_of(&made), made["secret"].as_str().unwrap().to_owned());
    let path = format!("/api/audit/destinations/{id}");
    let test = async || admin.post(&format!("{path}/test"), json!({})).await.ok();
    let good = test().await;
    assert_eq!(
        good,
        json!({ "delivered": true, "status": 204, "code": null, "message": "The receiver took the sample event." })
    );
    let sample = siem.posts().into_iter().find(|post| post.body.contains("audit_destination.test")).unwrap();
    assert!(holds(&sample, &secret));
    siem.answer(500);
    let bad = test().await;
    assert_eq!(
        bad,
        json!({ "delivered": false, "status": 500, "code": "not_taken",
                "message": "The receiver answered with status 500." })
    );
    siem.answer(302);
    assert_eq!(test().await["status"], 302, "a redirect is an answer");
    // Neither the secret nor what the receiver says is anywhere but with the two of them.
    let mut shown =
        vec![good, bad, admin.get(&path).await.ok(), admin.get("/api/audit/destinations").await.ok()];
    shown.push(admin.get("/api/audit/logs?limit=200").await.ok());
    admin.put(&path, json!({ "name": "Other" })).await.ok();
    shown.push(admin.get("/api/audit/logs?code=audit_destination.&limit=200").await.ok());
    let shown = serde_json::to_string(&shown).unwrap();
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT d::text FROM audit_destinations d UNION ALL SELECT a::text FROM audit_logs a",
    )
    .fetch_all(&mut app.sql().await)
    .await
    .unwrap();
    for (what, text) in [("answers", shown), ("the database", rows.join("\n"))] {
        assert!(!text.contains(&secret) && !text.contains(&secret[6..]), "{what} know the secret");
        assert!(!text.contains(CANARY), "{what} repeat the receiver");
    }
    app.stop().await;
}
