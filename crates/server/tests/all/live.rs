//! Live updates: who is told what, and for how long.

use crate::support::{Actor, Customer, TestApp};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::timeout;

/// A page that follows.
struct Page {
    response: reqwest::Response,
    text: String,
}

impl Page {
    async fn open(actor: &Actor) -> Self {
        let response = actor.request(reqwest::Method::GET, "/api/live").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut page = Self { response, text: String::new() };
        while !page.text.contains(": follows\n\n") {
            assert!(page.more().await);
        }
        page.text.clear();
        page
    }

    /// Whether the stream goes on.
    async fn more(&mut self) -> bool {
        let chunk = timeout(Duration::from_secs(40), self.response.chunk()).await.expect("something is said");
        match chunk {
            Ok(Some(chunk)) => {
                self.text.push_str(std::str::from_utf8(&chunk).unwrap());
                true
            }
            Ok(None) | Err(_) => false,
        }
    }

    fn topics(&self) -> Vec<String> {
        let mut topics: Vec<String> = self
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .flat_map(|data| {
                let data: Value = serde_json::from_str(data).unwrap();
                let topics: Vec<String> = serde_json::from_value(data["topics"].clone()).unwrap();
                topics
            })
            .collect();
        topics.sort();
        topics.dedup();
        topics
    }

    /// Waits until it was told of this.
    async fn until(&mut self, topic: &str) {
        while !self.topics().iter().any(|one| one == topic) {
            assert!(self.more().await, "the stream ended before it told of {topic}: {}", self.text);
        }
    }
}

async fn stage() -> (TestApp, Customer, Customer) {
    let mut app = TestApp::start().await;
    app.platform.keep_sealing();
    let (acme, globex) = (app.customer("Acme").await, app.customer("Globex").await);
    (app, acme, globex)
}

async fn settled(app: &TestApp) {
    app.until_sql("SELECT NOT EXISTS (SELECT 1 FROM audit_queue)").await;
    tokio::time::sleep(Duration::from_millis(2500)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_is_told_of_what_they_may_see_and_of_nothing_else() {
    let (app, acme, globex) = stage().await;
    let (root, tech, other) = (app.super_admin().await, app.technician().await, app.technician().await);
    let (admin, plain) = (app.member(&acme, "admin").await, app.member(&acme, "basic_user").await);
    let stranger = app.member(&globex, "admin").await;
    // Made before anybody follows.
    let manager = app.account_manager().await;
    settled(&app).await;
    let mut pages = Vec::new();
    for actor in [&root, &tech, &other, &admin, &plain, &stranger] {
        pages.push(Page::open(actor).await);
    }
    let wish = json!({
        "technicianId": tech.id, "customerOrgId": acme.id, "accessLevel": "full_access", "reason": "a test",
    });
    manager.post("/api/technician-access/grant", wish).await.created();
    pages[0].until("grants").await;
    pages[1].until("grants").await;
    pages[3].until("grants").await;
    // Somebody of Globex is told when something happens there, and had heard of nothing until then.
    let wish = json!({
        "technicianId": other.id, "customerOrgId": globex.id, "accessLevel": "read_only", "reason": "a test",
    });
    manager.post("/api/technician-access/grant", wish).await.created();
    pages[5].until("grants").await;
    pages[2].until("grants").await;
    assert_eq!(pages[0].topics(), ["audit", "grants"]);
    assert_eq!(pages[1].topics(), ["grants"], "technicians do not read the log");
    assert_eq!(pages[3].topics(), ["audit", "grants"]);
    let told = |page: &Page| page.text.matches("event: change").count();
    assert_eq!(told(&pages[5]), 1, "{}", pages[5].text);
    assert_eq!(told(&pages[2]), 1, "{}", pages[2].text);
    // A word that there still is somebody, and no word of changes.
    while !pages[4].text.contains(": still here") {
        assert!(pages[4].more().await);
    }
    assert_eq!(pages[4].topics(), [""; 0], "{}", pages[4].text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proposal_is_told_to_the_office_and_not_to_whose_access_it_is() {
    let (app, acme, _) = stage().await;
    let (boss, manager, tech) =
        (app.super_admin().await, app.account_manager().await, app.technician().await);
    let wish = json!({ "grantIds": [app.grant(&tech, &acme, "full_access").await], "reason": "a test" });
    settled(&app).await;
    let (mut office, mut holder) = (Page::open(&boss).await, Page::open(&tech).await);
    manager.post("/api/access-management/proposals", wish).await.created();
    office.until("requests").await;
    while !holder.text.contains(": still here") {
        assert!(holder.more().await);
    }
    assert_eq!(holder.topics(), [""; 0], "{}", holder.text);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ends_with_the_sign_in_and_a_person_has_a_few() {
    let (app, acme, _) = stage().await;
    let admin = app.member(&acme, "admin").await;
    settled(&app).await;
    let mut pages = Vec::new();
    for _ in 0..10 {
        pages.push(Page::open(&admin).await);
    }
    admin.get("/api/live").await.refused(429, "too_many_streams");
    drop(pages.pop());
    for _ in 0..100 {
        if admin.get("/api/live?seconds=0").await.status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(admin.get("/api/live?seconds=0").await.status, 200, "there is room again");
    app.stranger().get("/api/live").await.refused(401, "unauthenticated");
    let end = "UPDATE user_sessions SET revoked_at = now() WHERE user_id = $1";
    sqlx::query(end).bind(admin.id).execute(&mut app.sql().await).await.unwrap();
    while pages[0].more().await {}
    app.stop().await;
}
