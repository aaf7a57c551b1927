//! The only place of the platform where a customer's secret is opened, for the session that needs it.

use super::material::{CERTIFICATE, PASSWORD, PRIVATE_KEY};
use super::model::Credential;
use super::store::{self, Place};
use super::{event, key_destroyed, place};
use crate::access::{Action, Caller, Permit};
use crate::app::App;
use crate::audit::{Outcome, catalogue};
use crate::error::{ApiError, Result};
use crate::ids::{CredentialId, SessionId};
use sallyport_relay_ssh::Auth;
use sallyport_secrets::{Secret, SecretError};
use zeroize::Zeroizing;

/// A credential with its secret open.
#[derive(Debug)]
pub struct Opened {
    /// All but the secret.
    pub credential: Credential,
    /// The secret.
    pub auth: Auth,
}

/// Opens a credential for `session`, by the permit to start it. That it is about to happen stands in the log
/// before it happens, and how it went after.
pub async fn open(
    app: &App,
    caller: &Caller,
    permit: Permit,
    session: SessionId,
    id: CredentialId,
) -> Result<Opened> {
    if permit.action() != Action::SessionStart {
        return Err(anyhow::anyhow!("a permit for {} opens no credential", permit.action().name()).into());
    }
    let mut tx = app.db.write(caller).await?;
    let credential = super::get(tx.conn(), id).await?;
    let at = Place {
        organization: credential.organization_id,
        credential: id,
        version: credential.secret_version,
    };
    let key = store::find_key(tx.conn(), at.organization).await?;
    let sealed = store::list_sealed(tx.conn(), at).await?;
    let happens = event(caller, &permit, &catalogue::CREDENTIAL_OPEN, &credential).session(session);
    tx.commit(happens.clone().outcome(Outcome::Attempt)).await?;

    let opened = match key {
        Some((_, key)) => unseal(app, at, &key, sealed),
        None => Err(key_destroyed()),
    };
    let (outcome, why) = match &opened {
        Ok(_) => (Outcome::Success, ""),
        Err(error) => (Outcome::Failed, error.code),
    };
    let tx = app.db.write(caller).await?;
    tx.commit(happens.outcome(outcome).because(why)).await?;
    Ok(Opened { credential, auth: opened? })
}

fn unseal(app: &App, at: Place, key: &[u8], sealed: Vec<(String, Vec<u8>)>) -> Result<Auth> {
    let key = app.vault.open_organization(key, at.organization.0).map_err(|error| unreadable(at, error))?;
    let mut fields = Vec::new();
    for (field, bytes) in sealed {
        let value = key.open(place(at, &field), &bytes).map_err(|error| unreadable(at, error))?;
        fields.push((field, value));
    }
    let mut take = |name: &str| {
        fields.iter().position(|(field, _)| field == name).map(|index| fields.swap_remove(index).1)
    };
    match (take(PASSWORD), take(PRIVATE_KEY), take(CERTIFICATE)) {
        (Some(password), None, None) => Ok(Auth::Password(text(&password)?)),
        (None, Some(key), None) => Ok(Auth::PrivateKey { key: text(&key)?, passphrase: None }),
        (None, Some(key), Some(certificate)) => Ok(Auth::Certificate {
            key: text(&key)?,
            passphrase: None,
            certificate: text(&certificate)?.to_string(),
        }),
        _ => Err(ApiError::conflict(
            "secret_missing",
            "The secret of this credential is not here any more. Rotate the credential.",
        )),
    }
}

/// Altered, moved from another row, or sealed under a root key that is not here. No secret is in any of the words.
fn unreadable(at: Place, error: SecretError) -> ApiError {
    tracing::error!(credential = %at.credential, organization = %at.organization, %error, "a sealed secret does not open");
    ApiError::conflict(
        "secret_unreadable",
        "The sealed secret of this credential does not open: it was altered, or the platform's root key is \
         another one. Tell a super admin; rotating the credential makes it usable again.",
    )
}

fn text(secret: &Secret) -> Result<Zeroizing<String>> {
    Ok(Zeroizing::new(secret.expose_str().map_err(anyhow::Error::from)?.to_owned()))
}
