//! What strangers can do at the doors of a customer: knock, and no more.

use super::Stage;
use super::saml::{Saml, place};
use crate::auth::browser::Browser;
use futures::future::join_all;
use reqwest::Method;
use serde_json::json;
use std::sync::atomic::{AtomicUsize, Ordering};

async fn count(stage: &Stage, question: &'static str) -> i64 {
    sqlx::query_scalar(question).fetch_one(&mut stage.app.sql().await).await.unwrap()
}

#[tokio::test]
async fn what_cannot_be_read_in_one_way_leads_to_a_page_too() {
    let saml = Saml::set().await;
    let id = saml.active().await;
    let app = &saml.stage.app;
    for query in
        ["state=a&state=b&code=c", "state=a&code=c&code=d", "state=%FF%FE&code=%ZZ", "=&&=%", "state", ""]
    {
        let mut browser = Browser::new(app);
        assert_eq!(saml.stage.callback(&mut browser, query).await, "/sign-in?sso=over", "{query}");
    }
    for path in [
        format!("/api/sso/saml/{id}/ask?state=a&state=b"),
        format!("/api/sso/saml/{id}/ask?state=%FF"),
        format!("/api/sso/saml/{id}/ask"),
        "/api/sso/saml/nonsense/ask?state=a".to_owned(),
    ] {
        let mut browser = Browser::new(app);
        let answer = browser.get(&path).await;
        assert_eq!((answer.status.as_u16(), place(&answer).as_str()), (303, "/sign-in?sso=over"), "{path}");
    }
    for (path, form) in [
        (format!("/api/sso/saml/{id}/acs"), vec![("RelayState", "x")]),
        (format!("/api/sso/saml/{id}/acs"), vec![("SAMLResponse", "x"), ("SAMLResponse", "y")]),
        ("/api/sso/saml/nonsense/acs".to_owned(), vec![("SAMLResponse", "x")]),
    ] {
        let mut browser = Browser::new(app);
        let request = browser.request(Method::POST, &path).form(&form);
        let answer = browser.send(request).await;
        assert_eq!((answer.status.as_u16(), place(&answer).as_str()), (303, "/sign-in?sso=over"), "{path}");
    }
}

#[tokio::test]
async fn many_first_sign_ins_with_one_address_make_one_account_and_the_others_are_told() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    stage.prove_domain().await;
    let people = stage.people().await;
    let others = AtomicUsize::new(0);
    let sign = sallyport_testkit::idp::signed(0, "key-1");
    stage.idp.tell(|lies| {
        lies.sign = Box::new(move |claims| {
            let mut claims = claims.clone();
            claims["sub"] = json!(format!("alice-{}", others.fetch_add(1, Ordering::Relaxed)));
            sign(&claims)
        });
    });
    let all = join_all((0..10).map(|_| stage.sign_in(&id))).await;
    let came = |wanted: &str| all.iter().filter(|(_, place)| place == wanted).count();
    assert_eq!((came("/organizations"), came("/sign-in?sso=link_first")), (1, 9));
    assert_eq!(stage.people().await, people + 1);
}

#[tokio::test]
async fn a_stranger_fills_no_customers_log() {
    let stage = Stage::set().await;
    let id = stage.active().await;
    let begun = std::time::Instant::now();
    let path = format!("/api/sso/connections/{id}/logout");
    for _ in 0..50 {
        // A few at once: this is about the log and not about load.
        let junk = (0..8).map(|n| {
            let stranger = stage.app.stranger();
            let request =
                stranger.request(Method::POST, &path).form(&[("logout_token", format!("junk-{n}"))]);
            async move { stranger.send(request).await.refused(400, "logout_token_refused") }
        });
        join_all(junk).await;
        stage.app.stranger().post("/api/sso/start", json!({ "connectionId": id })).await.ok();
    }
    // As many as at once, and as came since.
    let room = 200 + 20 * i64::try_from(begun.elapsed().as_secs() + 1).unwrap();
    let kept = count(
        &stage,
        "SELECT count(*) FROM audit_logs WHERE code IN ('sso.logout', 'sso.start') AND outcome <> 'attempt'",
    )
    .await;
    assert!(kept <= room, "{kept} entries, and room for {room}");
    assert!(kept >= 200, "{kept}");
}
