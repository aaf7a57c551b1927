//! That access ends soon is told a week and a day before, once each.

use super::{GRANT, at, path, wish, with};
use crate::support::TestApp;
use crate::wall::run;
use sallyport::grants::tend;
use serde_json::{Value, json};

const DAY: i64 = 24 * 60;

/// Mails of this kind that were queued for somebody, sent or not.
async fn told(app: &TestApp, who: &crate::support::Actor) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM mails WHERE user_id = $1 AND kind = 'grant_ending'")
        .bind(who.id)
        .fetch_one(&mut app.sql().await)
        .await
        .unwrap()
}

/// As if this grant had been made so many days ago, and ended in so many hours.
async fn set(app: &TestApp, grant: &Value, made_days: i32, ends_hours: i32) {
    let change = format!(
        "UPDATE technician_customer_access SET granted_at = now() - interval '{made_days} days',
             expires_at = now() + interval '{ends_hours} hours' WHERE id = '{}'",
        grant["id"].as_str().unwrap()
    );
    run(&mut app.sql().await, &change).await;
}

#[tokio::test]
async fn an_end_is_told_a_week_and_a_day_before_once_each_and_anew_after_a_renewal() {
    let app = TestApp::start().await;
    let kestrel = app.customer("Kestrel Bank").await;
    let (manager, ada, second) =
        (app.account_manager().await, app.technician().await, app.platform.app.clone());
    let until = [("expiresAt", at(&app, 30 * DAY))];
    let grant = manager.post(GRANT, with(wish(&ada, &kestrel, "full_access"), &until)).await.created();
    let both = async || {
        let (one, two) = tokio::join!(tend(&app.platform.app), tend(&second));
        one.and(two).unwrap();
        tend(&app.platform.app).await.unwrap();
        (told(&app, &ada).await, told(&app, &manager).await)
    };
    assert_eq!(both().await, (0, 0), "a month is far");
    set(&app, &grant, 24, 6 * 24).await;
    assert_eq!(both().await, (1, 1));
    let mail = app.mail_to(&ada.email, "grant_ending").await;
    assert!(mail["subject"].as_str().unwrap().starts_with("Your access to Kestrel Bank"), "{mail}");
    set(&app, &grant, 30, 5).await;
    assert_eq!(both().await, (2, 2));
    // Renewed, it ends at another time.
    manager.put(&path(&grant), json!({ "expiresAt": at(&app, 60 * DAY) })).await.ok();
    assert_eq!(both().await, (2, 2));
    set(&app, &grant, 60, 20).await;
    assert_eq!(both().await, (3, 3));
    // Not of what is short anyway, nor to who is no manager any more, nor of what was taken back.
    let short = manager.post(GRANT, with(wish(&ada, &kestrel, "read_only"), &until)).await.created();
    set(&app, &short, 1, 20).await;
    assert_eq!(both().await, (3, 3));
    set(&app, &short, 5, 3 * 24).await;
    assert_eq!(both().await, (3, 3), "eight days in all get no notice of a week");
    run(&mut app.sql().await, &format!("UPDATE users SET role = 'technician' WHERE id = '{}'", manager.id))
        .await;
    set(&app, &short, 30, 20).await;
    assert_eq!(both().await, (4, 3));
    app.stop().await;
}
