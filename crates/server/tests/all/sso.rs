//! Single sign-on, with an identity provider that can lie and a DNS server that knows a record.

mod by_form;
mod certificates;
mod confirm;
mod connections;
mod linking;
mod peers;
mod people;
mod recorded;
mod required;
mod saml;
pub mod saml_idp;
mod strangers;
mod ways;

use crate::auth::browser::Browser;
use crate::support::{Actor, Answer, Customer, TestApp};
use sallyport_testkit::dns::Dns;
use sallyport_testkit::idp::{CLIENT, Idp, SECRET};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// A customer with a provider.
pub struct Stage {
    pub app: TestApp,
    pub idp: Idp,
    pub dns: Dns,
    pub kestrel: Customer,
    pub admin: Actor,
}

impl Stage {
    pub async fn set() -> Self {
        Self::allowing(&[]).await
    }

    /// With other providers on loopback that may be asked.
    pub async fn allowing(others: &[SocketAddr]) -> Self {
        let (idp, dns) = (Idp::start().await, Dns::start().await);
        let app = TestApp::start_with(|config| {
            config.sso.allow.push(idp.address);
            config.sso.allow.extend(others);
            config.limits.address_per_second = std::num::NonZero::new(1000).unwrap();
            config.sso.dns_server = Some(dns.address);
            config.http.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        })
        .await;
        let kestrel = app.customer("Kestrel").await;
        let admin = app.member(&kestrel, "admin").await;
        Self { app, idp, dns, kestrel, admin }
    }

    pub fn draft(&self) -> Value {
        json!({
            "organizationId": self.kestrel.id, "name": "Kestrel's directory", "protocol": "oidc",
            "profile": "generic", "issuer": self.idp.issuer(), "clientId": CLIENT, "clientSecret": SECRET,
            "defaultRole": "basic_user", "groups": [{ "group": "admins", "role": "request_user" }],
        })
    }

    /// A connection as its admin makes it: tested, then switched on.
    pub async fn active(&self) -> String {
        let made = self.admin.post("/api/sso/connections", self.draft()).await.created();
        let id = made["id"].as_str().unwrap().to_owned();
        self.pass_test(&id).await;
        self.admin.post(&format!("/api/sso/connections/{id}/activate"), json!({})).await.ok();
        id
    }

    pub async fn pass_test(&self, id: &str) {
        let ended = self.test(id).await;
        assert_eq!(ended, format!("/sso?id={id}&tested=true"));
    }

    /// Does the test in a browser, and where that ends.
    pub async fn test(&self, id: &str) -> String {
        let mut browser = Browser::new(&self.app);
        let answer = self.admin.post(&format!("/api/sso/connections/{id}/test"), json!({})).await;
        let url = self.take(&mut browser, answer);
        let url = url.unwrap();
        self.come_back(&mut browser, &url).await
    }

    /// Keeps the cookie of a beginning, and where it leads.
    pub fn take(&self, browser: &mut Browser, answer: Answer) -> Option<String> {
        if let Some(cookie) = answer.headers.get("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = cookie.split_once('=').unwrap();
            browser.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer.ok()["url"].as_str().map(str::to_owned)
    }

    /// Kestrel's mail domain, proven.
    pub async fn prove_domain(&self) {
        let wish = json!({ "organizationId": self.kestrel.id, "domain": "kestrel.example" });
        let made = self.admin.post("/api/sso/domains", wish).await.created();
        let (name, text) = (made["recordName"].as_str().unwrap(), made["challenge"].as_str().unwrap());
        self.dns.say(name, &["v=spf1 -all", text]);
        let verify = format!("/api/sso/domains/{}/verify", made["id"].as_str().unwrap());
        self.admin.post(&verify, json!({})).await.ok();
    }

    /// A browser goes to the provider.
    pub async fn begin(&self, browser: &mut Browser, connection: &str) -> String {
        let wish = json!({ "connectionId": connection, "returnTo": "/organizations" });
        browser.post("/api/sso/start", wish).await.ok()["url"].as_str().unwrap().to_owned()
    }

    /// It signs in there and comes back; where to.
    pub async fn come_back(&self, browser: &mut Browser, url: &str) -> String {
        let answer = self.idp.answer(url);
        self.callback(browser, &format!("state={}&code={}&iss={}", answer.state, answer.code, answer.iss))
            .await
    }

    pub async fn callback(&self, browser: &mut Browser, query: &str) -> String {
        let mut request = browser.request(reqwest::Method::GET, &format!("/api/sso/callback?{query}"));
        // As from another site.
        request = request.header("sec-fetch-site", "cross-site");
        let answer = browser.send(request).await;
        assert_eq!(answer.status.as_u16(), 303, "{}", answer.text());
        answer.headers["location"].to_str().unwrap().to_owned()
    }

    /// A whole sign-in in a fresh browser.
    pub async fn sign_in(&self, connection: &str) -> (Browser, String) {
        let mut browser = Browser::new(&self.app);
        let url = self.begin(&mut browser, connection).await;
        let place = self.come_back(&mut browser, &url).await;
        (browser, place)
    }

    pub fn tell(&self, name: &str, value: Value) {
        self.idp.tell(|lies| lies.set(name, value));
    }

    /// How many people Kestrel has.
    pub async fn people(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM users WHERE org_id = $1")
            .bind(self.kestrel.id)
            .fetch_one(&mut self.app.sql().await)
            .await
            .unwrap()
    }
}
