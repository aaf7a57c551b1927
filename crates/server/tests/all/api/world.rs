//! Two customers and everybody there is, with the things that calls are about. All but sign-ins is made through
//! the API itself.

use super::call::Call;
use super::document::Document;
use super::people::Who;
use super::recipes::Recipe;
use crate::assets::add_bare;
use crate::sessions::{add_machine, until_session};
use crate::support::{Actor, Customer, Terminal, TestApp};
use sallyport::auth::Password;
use sallyport_testkit::idp::Idp;
use sallyport_testkit::sshd::Sshd;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::Mutex;

/// Nothing about anybody, and not guessed quickly.
pub const PASSWORD: &str = "verglas mitten orrery 42";

/// The stage.
pub struct World {
    pub app: TestApp,
    pub document: Document,
    pub acme: Customer,
    pub other: Customer,
    pub sshd: Sshd,
    /// An identity provider.
    pub idp: Idp,
    /// A machine of Acme that answers, with its host key confirmed and an account.
    pub machine: String,
    /// A session of [`Who::Granted`] that is over, and its recording.
    pub session: String,
    /// The grants of those who hold or held one.
    pub grants: HashMap<Who, String>,
    people: HashMap<Who, Actor>,
    password_hash: String,
    pub(in crate::api) sql: Mutex<sqlx::PgConnection>,
    number: AtomicU32,
}

impl World {
    pub async fn make() -> Self {
        let sshd = Sshd::start().unwrap();
        let address = sshd.address();
        let idp = Idp::start().await;
        let provider = idp.address;
        let app = TestApp::start_with(|config| {
            config.targets.allow.push(address);
            config.sso.allow.push(provider);
            // Passkeys belong to a host name.
            config.http.public_url = config.http.public_url.replace("127.0.0.1", "localhost");
            let many = NonZeroU32::new(100_000).unwrap();
            config.limits.user_per_second = many;
            config.limits.organization_per_second = many;
            config.limits.address_per_second = many;
        })
        .await;
        let (acme, other) = (app.customer("Acme").await, app.customer("Globex").await);
        let machine = add_machine(&app, &acme, "web-1", &sshd).await;
        let hash = app.platform.app.passwords.hash(Password::new(PASSWORD)).await.unwrap();
        let mut world = Self {
            document: Document::served(&app).await,
            acme,
            other,
            sshd,
            idp,
            machine,
            session: String::new(),
            grants: HashMap::new(),
            people: HashMap::new(),
            password_hash: hash,
            sql: Mutex::new(app.sql().await),
            number: AtomicU32::new(0),
            app,
        };
        for who in Who::ALL {
            let person = who.person(&world, &world.acme).await;
            if let Some(grant) = world.grant_of(&person).await {
                world.grants.insert(who, grant);
            }
            world.people.insert(who, person);
        }
        // However long the whole table takes, nobody of the stage is asked to step up.
        sqlx::query("UPDATE user_sessions SET authenticated_at = now() + interval '1 hour'")
            .execute(&mut *world.sql.lock().await)
            .await
            .unwrap();
        world.session = world.record().await;
        world
    }

    /// The one of this kind, seen from Acme.
    pub fn person(&self, who: Who) -> Actor {
        self.people[&who].renewed(&self.app)
    }

    /// Does what a recipe says, as `who`.
    pub async fn prepare(&self, recipe: &Recipe, who: Who) -> (Call, Actor) {
        let call = (recipe.make)(self, who).await;
        let by = call.by.clone().unwrap_or_else(|| self.person(who));
        (call, by)
    }

    /// A name that nothing has yet.
    pub fn name(&self, what: &str) -> String {
        format!("{what}-{}", self.number.fetch_add(1, Ordering::Relaxed))
    }

    /// What a super admin gets for this.
    pub async fn make_by_admin(&self, path: &str, wish: Value) -> Value {
        let made = self.person(Who::SuperAdmin).post(path, wish).await;
        assert!(made.status.is_success(), "{path}: {}", made.text());
        made.json()["data"].take()
    }

    pub async fn customer(&self) -> Customer {
        let name = self.name("Customer");
        let made = self.make_by_admin("/api/organizations", json!({ "name": name })).await;
        Customer { id: id_of(&made).parse().unwrap(), name }
    }

    /// Somebody of Acme who does nothing.
    pub async fn member(&self) -> Actor {
        self.app.member(&self.acme, "basic_user").await
    }

    pub async fn grant(&self, technician: &Actor, customer: &Customer) -> String {
        let manager = self.app.account_manager().await;
        let wish = json!({
            "technicianId": technician.id, "customerOrgId": customer.id, "accessLevel": "full_access",
            "reason": "a test",
        });
        id_of(&manager.post("/api/technician-access/grant", wish).await.created())
    }

    async fn grant_of(&self, technician: &Actor) -> Option<String> {
        let find = "SELECT id::text FROM technician_customer_access WHERE technician_id = $1";
        let mut sql = self.sql.lock().await;
        sqlx::query_scalar(find).bind(technician.id).fetch_optional(&mut *sql).await.unwrap()
    }

    /// Lets the time of a grant be over.
    pub async fn expire(&self, grant: &str) {
        self.run("UPDATE technician_customer_access SET expires_at = now() - interval '1 minute' WHERE id::text = $1", grant)
            .await;
    }

    /// A machine of Acme that nobody knows yet.
    pub async fn bare_machine(&self) -> String {
        let manager = self.person(Who::Manager);
        add_bare(&manager, &self.acme, &self.name("machine"), self.sshd.address()).await
    }

    /// One whose host key is confirmed.
    pub async fn known_machine(&self) -> String {
        let machine = self.bare_machine().await;
        let seen = json!({ "fingerprint": self.sshd.fingerprint().unwrap() });
        self.make_by_admin(&format!("/api/assets/{machine}/host-key/confirm"), seen).await;
        machine
    }

    pub async fn credential(&self) -> String {
        let wish = json!({
            "organizationId": self.acme.id, "assetId": self.bare_machine().await, "username": "ops",
            "kind": "password", "accessLevel": "full_access", "password": "tr0ub4dor",
        });
        id_of(&self.make_by_admin("/api/credentials", wish).await)
    }

    /// An open session of the granted technician, on another instance: nothing happens to it by itself.
    pub async fn open_session(&self) -> String {
        let copy = "INSERT INTO sessions SELECT (jsonb_populate_record(s, jsonb_build_object(
                        'id', gen_random_uuid(), 'instance_id', gen_random_uuid(), 'status', 'live', 'ended_at', NULL,
                        'end_code', NULL, 'end_message', NULL, 'end_requested_code', NULL,
                        'end_requested_message', NULL))).* FROM sessions s WHERE id::text = $1 RETURNING id::text";
        let mut sql = self.sql.lock().await;
        sqlx::query_scalar(copy).bind(&self.session).fetch_one(&mut *sql).await.unwrap()
    }

    /// A session from beginning to end.
    async fn record(&self) -> String {
        let technician = self.person(Who::Granted);
        let (mut terminal, id) = Terminal::start(&self.app, &technician, &self.machine).await;
        terminal.event("ready").await;
        terminal.type_in("echo needle-$((40+2))\n").await;
        terminal.shows("needle-42").await;
        technician.post(&format!("/api/sessions/{id}/end"), json!({})).await.ok();
        terminal.event("ended").await;
        self.sealed(&id).await;
        id
    }

    async fn sealed(&self, id: &str) {
        let technician = self.person(Who::Granted);
        until_session(&technician, id, "the end", |session| session["status"] == "ended").await;
        for _ in 0..200 {
            if technician.get(&format!("/api/recordings/{id}")).await.ok()["status"] == "sealed" {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the recording was never sealed");
    }

    /// Lets a person sign in by [`PASSWORD`].
    pub async fn give_password(&self, person: &Actor) {
        let mut sql = self.sql.lock().await;
        let set = "UPDATE users SET password_hash = $2 WHERE id = $1";
        sqlx::query(set).bind(person.id).bind(&self.password_hash).execute(&mut *sql).await.unwrap();
    }

    /// Runs one statement about one id under no wall.
    pub async fn run(&self, statement: &'static str, id: &str) {
        let mut sql = self.sql.lock().await;
        let done = sqlx::query(statement).bind(id).execute(&mut *sql).await.unwrap();
        assert!(done.rows_affected() > 0, "{statement}");
    }

    /// Ends what goes on by itself, so that nothing but calls changes anything.
    pub async fn settle(&self) {
        let open = "SELECT id::text FROM sessions WHERE ended_at IS NULL AND instance_id = $1";
        let instance = self.app.platform.app.instance.0;
        let ids: Vec<String> = {
            let mut sql = self.sql.lock().await;
            sqlx::query("DELETE FROM session_tickets").execute(&mut *sql).await.unwrap();
            sqlx::query_scalar(open).bind(instance).fetch_all(&mut *sql).await.unwrap()
        };
        for id in ids {
            self.make_by_admin(&format!("/api/sessions/{id}/end"), json!({})).await;
            self.sealed(&id).await;
        }
    }
}

pub fn id_of(thing: &Value) -> String {
    thing["id"].as_str().unwrap_or_else(|| panic!("no id in {thing}")).to_owned()
}
