//! Seeds of authenticator apps: made, shown once, sealed under the key of the person's organization.

use super::model::NewFactor;
use super::store::{self, KeptSeed, Unconfirmed};
use super::totp;
use crate::app::App;
use crate::credentials::open_key;
use crate::db::WriteTx;
use crate::error::{ApiError, Result};
use crate::ids::{FactorId, OrganizationId, UserId};
use qrcode::QrCode;
use qrcode::render::svg;
use sallyport_secrets::{OrganizationKey, Secret, SecretRef};

/// Whose factor it is, and what it is called.
pub(super) struct Whose<'a> {
    pub(super) organization: OrganizationId,
    pub(super) user: UserId,
    pub(super) email: &'a str,
    pub(super) name: &'a str,
    /// Stands over the code in the app.
    pub(super) issuer: &'a str,
}

/// A new seed, kept sealed until the person proves that an app has it. From here on nobody can read it.
pub(super) async fn make(app: &App, tx: &mut WriteTx, whose: Whose<'_>) -> Result<NewFactor> {
    let id = FactorId::new(&app.clock);
    let seed = Secret::random(totp::SEED_BYTES).map_err(anyhow::Error::from)?;
    let (key_id, key) = open_key(app, tx, whose.organization).await?;
    let sealed = key.seal(place(whose.organization, id), seed.expose()).map_err(anyhow::Error::from)?;
    let new = Unconfirmed { id, name: whose.name, key: key_id, sealed_seed: &sealed };
    store::insert(tx.conn(), whose.organization, whose.user, &new).await?;
    let uri = totp::uri(seed.expose(), whose.issuer, whose.email);
    let picture = QrCode::new(uri.as_bytes()).map_err(anyhow::Error::from)?;
    let qr = picture.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
    Ok(NewFactor {
        factor_id: id,
        user_id: whose.user,
        email: whose.email.to_owned(),
        secret: totp::secret_of(seed.expose()),
        uri,
        qr,
    })
}

/// Opens a seed, for a comparison.
pub(super) fn open(key: &OrganizationKey, organization: OrganizationId, seed: &KeptSeed) -> Result<Secret> {
    key.open(place(organization, seed.id), &seed.sealed_seed).map_err(|error| {
        tracing::error!(factor = %seed.id, %organization, %error, "a sealed seed does not open");
        ApiError::conflict(
            "secret_unreadable",
            "The sealed seed of this second factor does not open. Sign in with a backup code, or ask an admin to take \
             the factor away.",
        )
    })
}

fn place(organization: OrganizationId, id: FactorId) -> SecretRef<'static> {
    SecretRef { organization_id: organization.0, secret_id: id.0, version: 1, field: "totp_seed" }
}
