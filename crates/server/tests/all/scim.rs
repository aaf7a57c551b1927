//! Directories: SCIM 2.0 by the tokens of organizations.

mod groups;
mod people;
mod protocol;
mod sign_in;
mod tokens;

use crate::support::{Actor, Answer, Customer, TestApp};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Two customers with directories.
struct Stage {
    app: TestApp,
    acme: Directory,
    other: Directory,
}

/// A customer that proved a domain, and its directory.
struct Directory {
    customer: Customer,
    admin: Actor,
    /// Holds the directory's token.
    token: Actor,
    domain: String,
}

impl Stage {
    async fn set() -> Self {
        let app = TestApp::start_with(|config| {
            config.limits.address_per_second = std::num::NonZero::new(1000).unwrap();
        })
        .await;
        let acme = Directory::of(&app, "Acme", None).await;
        let other = Directory::of(&app, "Other", None).await;
        Self { app, acme, other }
    }

    /// How many entries of this code and outcome there are.
    async fn entries(&self, code: &str, outcome: &str) -> usize {
        self.app.audit_trail().await.iter().filter(|(c, o)| c == code && o == outcome).count()
    }

    async fn run(&self, statement: &'static str, id: Uuid) {
        let done = sqlx::query(statement).bind(id).execute(&mut self.app.sql().await).await.unwrap();
        assert!(done.rows_affected() > 0, "{statement}");
    }
}

impl Directory {
    /// Of a new customer; for a connection that maps these groups, if there are any.
    async fn of(app: &TestApp, name: &str, groups: Option<&[(&str, &str)]>) -> Self {
        let customer = app.customer(name).await;
        let admin = app.member(&customer, "admin").await;
        let domain = format!("{}.example", name.to_lowercase());
        prove(app, &customer, &domain).await;
        let connection = match groups {
            Some(groups) => Some(connection(app, &customer, groups).await),
            None => None,
        };
        let token = Self::token_of(app, &admin, &customer, connection).await;
        Self { customer, admin, token, domain }
    }

    async fn token_of(app: &TestApp, admin: &Actor, customer: &Customer, connection: Option<Uuid>) -> Actor {
        let wish = json!({
            "organizationId": customer.id, "name": format!("{} Entra", customer.name), "expiresInDays": 30,
            "connectionId": connection,
        });
        let made = admin.post("/api/sso/directory-tokens", wish).await.created();
        let mut token = app.stranger();
        token.token = made["token"].as_str().map(str::to_owned);
        token
    }

    fn person(&self, name: &str) -> Value {
        json!({
            "schemas": [USER], "userName": format!("{name}@{}", self.domain), "externalId": format!("ext-{name}"),
            "displayName": name, "active": true,
            "emails": [{ "value": format!("{name}@{}", self.domain), "type": "work", "primary": true }],
        })
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let mut request = self.token.request(method, &format!("/api/scim/v2{path}"));
        if let Some(body) = body {
            request = request.header("content-type", "application/scim+json").body(body.to_string());
        }
        self.token.send(request).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    async fn patch(&self, path: &str, operations: Value) -> Answer {
        self.send(Method::PATCH, path, Some(&json!({ "schemas": [PATCH], "Operations": operations }))).await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Makes a person; their id.
    async fn make(&self, name: &str) -> Uuid {
        id_of(&self.post("/Users", &self.person(name)).await.scim(201))
    }

    /// Those that a filter finds, by their userName or displayName.
    async fn found(&self, kind: &str, filter: &str) -> Vec<String> {
        let query: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let list = self.get(&format!("/{kind}?filter={query}")).await.scim(200);
        let name =
            |one: &Value| one.get("userName").unwrap_or(&one["displayName"]).as_str().unwrap().to_owned();
        list["Resources"].as_array().unwrap().iter().map(name).collect()
    }
}

impl Answer {
    /// The body of an answer in SCIM.
    #[track_caller]
    fn scim(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        assert_eq!(self.headers["content-type"], "application/scim+json");
        self.json()
    }

    /// Nothing to say, and done.
    #[track_caller]
    fn gone(self) {
        assert_eq!((self.status.as_u16(), self.text().as_str()), (204, ""));
    }
}

fn id_of(resource: &Value) -> Uuid {
    resource["id"].as_str().unwrap().parse().unwrap()
}

async fn prove(app: &TestApp, customer: &Customer, domain: &str) {
    sqlx::query(
        "INSERT INTO sso_domains (org_id, id, domain, challenge, verified_at) VALUES ($1, $2, $3, 'x', now())",
    )
    .bind(customer.id)
    .bind(app.clock.new_id())
    .bind(domain)
    .execute(&mut app.sql().await)
    .await
    .unwrap();
}

/// A connection that maps groups to roles.
async fn connection(app: &TestApp, customer: &Customer, groups: &[(&str, &str)]) -> Uuid {
    let (id, mut sql) = (app.clock.new_id(), app.sql().await);
    sqlx::query(
        "INSERT INTO sso_connections (org_id, id, name, protocol, profile, issuer, groups_claim)
         VALUES ($1, $2, 'Entra', 'oidc', 'entra', 'https://idp.example', 'groups')",
    )
    .bind(customer.id)
    .bind(id)
    .execute(&mut sql)
    .await
    .unwrap();
    for (position, (group, role)) in groups.iter().enumerate() {
        sqlx::query("INSERT INTO sso_group_roles VALUES ($1, $2, $3, $4, $5)")
            .bind(customer.id)
            .bind(id)
            .bind(i32::try_from(position).unwrap())
            .bind(group)
            .bind(role)
            .execute(&mut sql)
            .await
            .unwrap();
    }
    id
}
