//! The provider of the testkit, and the client that is registered there. Time stands still.

use chrono::{DateTime, Utc};
use sallyport_oidc::{
    Algorithm, Callback, ClientSecret, Connection, Finished, Freshness, Profile, Provider, Refused, Started,
};
use sallyport_outbound::{Client, Patience, Rules};
use sallyport_testkit::idp;
pub(crate) use sallyport_testkit::idp::{CLIENT, Lies, SECRET, jwk, key, parameter, signed};
use std::time::Duration;

pub(crate) const NOW: i64 = 1_800_000_000;

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW, 0).unwrap()
}

pub(crate) struct Idp(idp::Idp);

impl Idp {
    pub(crate) async fn start() -> Self {
        let idp = Self(idp::Idp::start().await);
        idp.tell(|lies| lies.now = || NOW);
        idp
    }

    pub(crate) fn issuer(&self) -> String {
        self.0.issuer()
    }

    pub(crate) fn play(&self, recorded: &serde_json::Value) -> String {
        self.0.play(recorded)
    }

    pub(crate) fn answer(&self, url: &str) -> idp::Answer {
        self.0.answer(url)
    }

    /// What the provider knows us by.
    pub(crate) fn secret() -> ClientSecret {
        ClientSecret(SECRET.to_owned().into())
    }

    pub(crate) fn tell<T>(&self, change: impl FnOnce(&mut Lies) -> T) -> T {
        self.0.tell(change)
    }

    pub(crate) fn rotate(&self) {
        self.0.rotate();
    }

    pub(crate) fn verifiers(&self) -> Vec<String> {
        self.0.verifiers()
    }

    pub(crate) fn outbound(&self) -> Client {
        let rules = Rules { allow: vec![self.0.address], authorities: Vec::new() };
        Client::new(rules, Patience(Duration::from_secs(5))).unwrap()
    }

    pub(crate) async fn read(&self) -> Result<Provider, Refused> {
        Provider::read(&self.outbound(), &self.issuer()).await
    }

    pub(crate) async fn connection(&self) -> Connection {
        Connection {
            profile: Profile::Generic,
            provider: self.read().await.unwrap(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(Self::secret()),
            algorithm: Algorithm::Rs256,
            groups_claim: "groups".to_owned(),
            redirect_uri: "https://console.example/api/sso/callback".to_owned(),
        }
    }

    /// The browser goes there and comes back with a code.
    pub(crate) async fn sign_in(
        &self,
        connection: &Connection,
        started: Started,
    ) -> Result<Finished, Refused> {
        let answer = self.0.answer(&started.url);
        let answer = Callback {
            state: Some(answer.state),
            code: Some(answer.code),
            iss: Some(answer.iss),
            error: None,
        };
        connection.finish(&self.outbound(), started.flow, answer, now()).await
    }

    pub(crate) async fn whole(&self, connection: &Connection) -> Result<Finished, Refused> {
        let started = connection.start(None, Freshness::Any).unwrap();
        self.sign_in(connection, started).await
    }
}
