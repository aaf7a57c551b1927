//! What a browser can be made to send, and what a token can pretend.

use super::browser::{ACCESS, Browser, CSRF};
use super::{entries, person, sql};
use crate::support::TestApp;
use reqwest::Method;
use sallyport::audit::catalogue;
use serde_json::json;

#[tokio::test]
async fn j01_j02_j05_j07_j14_a_forged_token_opens_no_route_and_leaves_one_entry() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let good = ada.token.clone().unwrap();
    let [header, claims, signature]: [&str; 3] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    let forged = [
        format!("{none}.{claims}."),
        format!("{header}.{claims}."),
        format!("{header}.{claims}.{}", "A".repeat(86)),
        format!("{header}.{claims}.{signature}A"),
        format!("{none}.{claims}.{signature}"),
        format!("{header}.{signature}.{claims}"),
        good.to_uppercase(),
        "x".repeat(6000),
        "..".to_owned(),
    ];
    for token in forged {
        for as_cookie in [false, true] {
            let before = app.audit_count().await;
            let mut browser = Browser::new(&app);
            let mut request = browser.request(Method::GET, "/api/users/profile");
            request = if as_cookie {
                request.header("cookie", format!("{ACCESS}={token}"))
            } else {
                request.bearer_auth(&token)
            };
            browser.send(request).await.refused(401, "unauthenticated");
            assert_eq!(app.audit_count().await, before + 1);
        }
    }
    let log = entries(&app, "token.refuse").await;
    assert!(log.iter().all(|entry| entry.0 == "refused"));
    assert!(ada.get("/api/users/profile").await.status == 200);
}

#[tokio::test]
async fn j19_a_token_of_an_older_epoch_is_over_at_once() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    ada.get("/api/users/profile").await.ok();
    sql(&app, "UPDATE users SET epoch = epoch + 1 WHERE id = $1", ada.id).await;
    ada.get("/api/users/profile").await.refused(401, "unauthenticated");
    sql(&app, "UPDATE user_sessions SET epoch = epoch + 1 WHERE user_id = $1", ada.id).await;
    ada.get("/api/users/profile").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn x19_no_other_origin_is_answered() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let mut browser = Browser::signed_in(&app, &ada.email).await;
    let own = app.url("");
    let port = own.rsplit(':').next().unwrap().to_owned();
    let foreign = [
        "https://evil.example.com".to_owned(),
        "null".to_owned(),
        own.replace("http://", "https://"),
        own.replace("http://", "http://sub."),
        format!("{own}.evil.example.com"),
        format!("http://localhost:{port}"),
        "http://127.0.0.1".to_owned(),
    ];
    for origin in foreign {
        for method in [Method::GET, Method::POST, Method::OPTIONS] {
            let request = browser.request(method.clone(), "/api/users/profile").header("origin", &origin);
            let answer = browser.send(request).await;
            assert!(!answer.status.is_success(), "{method} {origin}: {}", answer.status);
            assert!(
                !answer.headers.keys().any(|name| name.as_str().starts_with("access-control-")),
                "{origin}"
            );
            assert_eq!(answer.headers["vary"], "Origin");
        }
    }
    let request = browser.request(Method::GET, "/api/users/profile").header("origin", &own);
    let answer = browser.send(request).await;
    assert!(answer.headers.get("access-control-allow-origin").is_none());
    answer.ok();
}

#[tokio::test]
async fn x20_another_site_makes_a_browser_do_nothing() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let mut browser = Browser::signed_in(&app, &ada.email).await;
    let token = browser.cookies[CSRF].clone();
    let mut bare = browser.clone();
    bare.cookies.remove(CSRF);
    for path in ["/api/auth/logout", "/api/auth/logout-all", "/api/organizations"] {
        for kind in [
            "text/plain",
            "multipart/form-data; boundary=x",
            "application/x-www-form-urlencoded",
            "application/json",
        ] {
            let form = bare.request(Method::POST, path).header("content-type", kind).body("{}");
            bare.send(form).await.refused(403, "csrf");
        }
    }
    let others = Browser::signed_in(&app, &person(&app).await.email).await;
    for wrong in ["", "x", &token[1..], &format!("{token}A"), &others.cookies[CSRF]] {
        let request = bare.request(Method::POST, "/api/auth/logout").header("x-csrf-token", wrong);
        bare.send(request).await.refused(403, "csrf");
    }
    for site in ["cross-site", "same-site"] {
        for path in ["/api/auth/logout", "/api/auth/login", "/api/auth/refresh"] {
            let mut page = browser.clone();
            page.headers.insert("sec-fetch-site", site.parse().unwrap());
            page.post(path, json!({})).await.refused(403, "foreign_origin");
        }
    }
    assert!(browser.is_signed_in().await, "nothing of that signed anybody out");

    // No GET changes anything: each operation that has a kind of event of its own is something else. But for the way
    // back from an identity provider, which is an address: without the cookie of the browser that began, it is nothing.
    let (_, document) = sallyport::routes::api().split_for_parts();
    for (path, item) in &document.paths.paths {
        let id = item.get.as_ref().and_then(|operation| operation.operation_id.as_deref());
        assert!(id.is_none_or(|id| id == "finishSso" || catalogue::of_operation(id).is_none()), "GET {path}");
    }
    browser.post("/api/auth/logout", json!({})).await.ok();
}

#[tokio::test]
async fn x22_what_belongs_to_a_person_is_kept_nowhere() {
    let app = TestApp::start().await;
    let ada = person(&app).await;
    let mut browser = Browser::signed_in(&app, &ada.email).await;
    for path in ["/api/users/profile", "/api/auth/sessions", "/api/organizations"] {
        let answer = browser.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["cache-control"]),
            (200, &"no-store".parse().unwrap())
        );
        for tail in ["/x.css", ".css", "%2Fx.css", ";x.css", "/..%2fx.js"] {
            let answer = browser.get(&format!("{path}{tail}")).await;
            assert_eq!(answer.headers["cache-control"], "no-store", "{path}{tail}");
            // 405 where the tail looks like an id that could be deleted.
            assert!(matches!(answer.status.as_u16(), 404 | 405), "{path}{tail}: {}", answer.status);
            assert!(!answer.text().contains(&ada.email), "{path}{tail}");
        }
    }
    browser.get("/api/x.css").await.refused(404, "not_found");
    let answer = browser.post("/api/auth/refresh", json!({})).await;
    assert_eq!(answer.headers["cache-control"], "no-store", "tokens least of all");
}
