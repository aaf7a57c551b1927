//! Single sign-on: customers' people sign in at their own organization's identity provider. A connection is tested
//! before it is switched on; who somebody is there is bound to who they are here by the provider's own name for them,
//! never by a mail address; new people come in only from mail domains that the organization proved.

mod connections;
mod dns;
mod domains;
mod flow;
pub mod http;
mod identities;
mod linking;
mod model;
mod notices;
mod people;
mod proof;
mod saml;
mod settings;
mod sign_in;
mod store;
mod tested;

pub use connections::{
    create_sso_connection, delete_sso_connection, get_sso_connection, list_sso_connections, set_sso_state,
    test_sso_connection, update_sso_connection,
};
pub use dns::Dns;
pub(crate) use domains::domain_of;
pub use domains::{
    CreateSsoDomain, SsoDomain, SsoDomainShown, create_sso_domain, delete_sso_domain, list_sso_domains,
    verify_sso_domain,
};
pub use flow::{BrowserKey, Purpose};
pub use identities::{
    LinkSso, SsoIdentity, StepUpBySso, delete_sso_identity, link_sso, list_sso_identities, step_up_by_sso,
};
pub(crate) use linking::bind;
pub use model::{
    CreateSsoConnection, GroupRole, OwnKeyUse, SecondFactorBy, SsoCertificate, SsoCheck, SsoConnection,
    SsoFallback, SsoFilter, SsoOwnCertificate, SsoProtocol, SsoSettings, SsoState, SsoTest, SsoTestPerson,
    SsoTestStarted, UpdateSsoConnection,
};
pub(crate) use notices::tell_admins;
pub use saml::keep_fresh as keep_metadata_fresh;
pub use settings::{get_sso_settings, update_sso_settings};
pub use sign_in::{
    DiscoverSso, NotIn, SsoStarted, SsoWay, SsoWays, StartSso, discover_sso, sign_out_there, start_sso,
};
pub(crate) use store::{forget_person, has_domain, ways_of};

use crate::access::{Action, Caller, Facts};
use crate::app::App;
use crate::error::{ApiError, Result};
use axum::http::StatusCode;
use sallyport_oidc::Refused;
use sqlx::PgConnection;

/// What the console asks about each connection.
const CAN: &[Action] = &[Action::SsoUpdate];

/// A connection as it is shown: with the addresses that only the configuration knows.
fn dressed(app: &App, caller: &Caller, mut connection: SsoConnection) -> SsoConnection {
    match connection.protocol {
        SsoProtocol::Oidc => {
            connection.redirect_uri = proof::redirect_uri(app);
            connection.logout_uri = proof::logout_uri(app, connection.id);
        }
        SsoProtocol::Saml => {
            connection.entity_id = Some(saml::entity_id(app, connection.id));
            connection.redirect_uri = saml::acs_url(app, connection.id);
            connection.logout_uri = saml::logout_url(app, connection.id);
        }
    }
    let resource = connection.resource();
    connection.can = app.policies.can(caller, CAN, &resource, &Facts::default(), caller.asked_at);
    connection
}

/// What the protocol refuses, for those who look after the connection.
fn refused(refused: &Refused) -> ApiError {
    ApiError::new(StatusCode::BAD_GATEWAY, refused.code(), refused.to_string())
}

/// Forgets sign-ins that were never ended, and messages that can come back no more.
pub(crate) async fn forget_old(conn: &mut PgConnection) -> Result<()> {
    store::forget_old(conn).await
}
