//! What goes in and out about second factors.

use super::super::model::{Delivery, FactorMethod, SignedIn};
use crate::access::caller::text_enum;
use crate::ids::{FactorId, UserId};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sallyport_secrets::Secret;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

/// Factors of one person: more than anybody has telephones.
pub(super) const MAX_FACTORS: usize = 10;
const MAX_CODE_BYTES: usize = 128;

/// A code as typed: wiped when dropped, silent when printed. What is too long is no code.
#[derive(Debug)]
pub struct TypedCode(Secret);

impl TypedCode {
    /// The text.
    pub(super) fn expose(&self) -> &str {
        self.0.expose_str().unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for TypedCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let typed = Secret::from(String::deserialize(deserializer)?);
        let fits = typed.expose().len() <= MAX_CODE_BYTES;
        Ok(Self(if fits { typed } else { Secret::from(String::new()) }))
    }
}

/// The second step of a sign-in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyFactor {
    /// From the first step.
    pub challenge: String,
    /// What `code` is.
    pub method: FactorMethod,
    /// As typed; blanks and dashes do not count.
    #[schema(value_type = String, format = Password)]
    pub code: TypedCode,
    /// Where the tokens go; into cookies when not given.
    #[serde(default)]
    pub delivery: Delivery,
}

/// Somebody who owes a factor begins to add one.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartEnrolment {
    /// From the first step of the sign-in.
    pub challenge: String,
}

/// The first code of the new factor; pays what was owed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConfirmEnrolment {
    /// From the first step of the sign-in.
    pub challenge: String,
    /// The new factor.
    pub factor_id: FactorId,
    /// What the app shows now.
    #[schema(value_type = String, format = Password)]
    pub code: TypedCode,
    /// Where the tokens go; into cookies when not given.
    #[serde(default)]
    pub delivery: Delivery,
}

/// Signed in, with a second factor from now on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Enrolled {
    /// To be kept apart from the app. Shown this once.
    pub backup_codes: Vec<String>,
    #[serde(flatten)]
    #[allow(missing_docs, reason = "flattened: its fields are documented where they are")]
    pub signed_in: SignedIn,
}

/// Another authenticator app.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateFactor {
    /// To tell it from the others, 1 to 120 characters; "Authenticator app" when not given.
    pub name: Option<String>,
}

/// A factor that the person has to prove yet. The secret is shown this once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewFactor {
    /// To send with the first code.
    pub factor_id: FactorId,
    /// Whose it is; a passkey that is added instead is made for them.
    pub user_id: UserId,
    /// Their address.
    pub email: String,
    /// To type into an app, base32.
    pub secret: String,
    /// What the QR code says: `otpauth://…`.
    pub uri: String,
    /// The QR code, an SVG image.
    pub qr: String,
}

/// The first code of a new factor.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmFactor {
    /// What the app shows now.
    #[schema(value_type = String, format = Password)]
    pub code: TypedCode,
}

/// New backup codes. Shown this once.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupCodes {
    /// Each is good for one sign-in; empty where those from before go on being good.
    pub backup_codes: Vec<String>,
}

text_enum! {
    /// What a factor is.
    FactorKind {
        /// An authenticator app.
        Totp = "totp",
        /// A passkey, on a device or a security key.
        Passkey = "passkey",
    }
}

/// A second factor of the person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Factor {
    /// Its id.
    pub id: FactorId,
    /// What it is.
    pub kind: FactorKind,
    /// The person's name for it.
    pub name: String,
    /// Since when.
    pub confirmed_at: DateTime<Utc>,
    /// When it was last used to sign in.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Of a passkey: what authenticators know it by, base64url.
    #[serde(serialize_with = "spell")]
    #[schema(value_type = Option<String>)]
    pub credential_id: Option<Vec<u8>>,
    /// Of a passkey: whether it was copied to others of the person's devices.
    pub backed_up: Option<bool>,
}

#[expect(clippy::ref_option, reason = "so serde hands a field over")]
fn spell<S: Serializer>(bytes: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
    bytes.as_ref().map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).serialize(serializer)
}

/// What the person can prove themselves by, besides the password.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnFactors {
    /// The factors, oldest first.
    pub factors: Vec<Factor>,
    /// Backup codes that were not used yet.
    pub backup_codes_left: i64,
    /// Whether the organization asks for a factor: the last one stays then.
    pub required: bool,
}
