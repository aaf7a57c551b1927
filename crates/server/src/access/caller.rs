//! Who asks. A [`Caller`] can only be made here, from a token whose sign-in session the database confirms.

use super::{Action, Machine};
use crate::app::App;
use crate::audit::Target;
use crate::db::{CallerRow, Once};
use crate::error::{ApiError, Result};
use crate::grants::ranges;
use crate::http::request::Origin;
use crate::ids::{OrganizationId, UserId, UserSessionId};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Utc};
use std::sync::{Arc, Mutex, PoisonError};

/// `tt`, for a `literal` comes to the derives wrapped up, and the schema would name the variants instead.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:tt),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, sqlx::Type, utoipa::ToSchema)]
        #[sqlx(type_name = "text")]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] #[sqlx(rename = $text)] $variant),*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// As in the database and the API.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    other => Err(format!("{other} is no {}", stringify!($name))),
                }
            }
        }

        impl From<String> for $name {
            /// For columns that a CHECK constrains to these texts.
            fn from(text: String) -> Self {
                text.parse().unwrap_or_else(|_| unreachable!("the column's CHECK allows no {text}"))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use text_enum;

text_enum! {
    /// A customer, or the provider itself.
    OrganizationKind {
        /// A company that is served.
        Customer = "customer",
        /// The company that serves.
        MssProvider = "mss_provider",
    }
}

text_enum! {
    /// What a person is there for. The first four at a customer, the others at the provider.
    Role {
        /// Full management of the own organization.
        Admin = "admin",
        /// Reads reports and alerts.
        ReportViewer = "report_viewer",
        /// Asks for interventions.
        RequestUser = "request_user",
        /// Sees the front page.
        BasicUser = "basic_user",
        /// Administers the platform.
        SuperAdmin = "super_admin",
        /// Works at customers by grants.
        Technician = "technician",
        /// Looks across customers.
        SecurityAnalyst = "security_analyst",
        /// Looks after customers.
        AccountManager = "account_manager",
    }
}

impl Role {
    /// For a person.
    pub fn words(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::ReportViewer => "report viewer",
            Self::RequestUser => "request user",
            Self::BasicUser => "basic user",
            Self::SuperAdmin => "super admin",
            Self::Technician => "technician",
            Self::SecurityAnalyst => "security analyst",
            Self::AccountManager => "account manager",
        }
    }

    /// At which kind of organization the role exists.
    pub fn kind(self) -> OrganizationKind {
        match self {
            Self::Admin | Self::ReportViewer | Self::RequestUser | Self::BasicUser => {
                OrganizationKind::Customer
            }
            _ => OrganizationKind::MssProvider,
        }
    }
}

/// A signed-in person in one request.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The person.
    pub user_id: UserId,
    /// The person's organization.
    pub org_id: OrganizationId,
    /// Its name.
    pub org_name: String,
    /// Customer or provider.
    pub org_kind: OrganizationKind,
    /// What the person is there for.
    pub role: Role,
    /// The person's address.
    pub email: String,
    /// The person's name.
    pub display_name: String,
    /// Where the person is signed in.
    pub user_session_id: UserSessionId,
    /// When the person last proved who they are.
    pub authenticated_at: DateTime<Utc>,
    /// When the sign-in ends whatever happens.
    pub expires_at: DateTime<Utc>,
    /// When the person last did something here, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When this request was admitted, by the database's clock: what decisions go by. This machine's may be wrong.
    pub asked_at: DateTime<Utc>,
    /// Where this request came from.
    pub origin: Origin,
    /// The machine that acts for the person, if it is one.
    pub machine: Option<Arc<Machine>>,
    /// Whether the policies were asked yet.
    pub decided: Decided,
    /// Whether the organization lets its people in from where this request came from.
    pub from_own_network: bool,
}

/// What the policies were asked in a request, if they were asked at all; all copies of its caller share it. Without a
/// question nothing is written and nothing is answered.
#[derive(Clone, Debug, Default)]
pub struct Decided(Arc<Course>);

#[derive(Debug, Default)]
struct Course {
    asked: Mutex<Option<Asked>>,
    about: Mutex<Option<Target>>,
    once: Mutex<Option<Once>>,
}

/// What the policies were asked last.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The organization that holds the thing.
    pub org_id: OrganizationId,
    /// The policies that forbade it; none where it was permitted, and where nothing permitted it.
    pub forbidden_by: Vec<String>,
}

impl Decided {
    /// The policies were asked this.
    pub(super) fn note(&self, asked: Asked) {
        *self.0.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked);
    }

    /// What they were asked last, if they were.
    pub fn asked(&self) -> Option<Asked> {
        self.0.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether they were.
    pub fn yet(&self) -> bool {
        self.0.asked.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// The request is to be done once.
    pub(crate) fn bind(&self, once: Once) {
        *self.0.once.lock().unwrap_or_else(PoisonError::into_inner) = Some(once);
    }

    /// For the transaction of its first change.
    pub(crate) fn take_once(&self) -> Option<Once> {
        self.0.once.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What the next decision is about.
    pub(super) fn note_about(&self, target: Target) {
        *self.0.about.lock().unwrap_or_else(PoisonError::into_inner) = Some(target);
    }

    /// What was asked about last, if it was said.
    pub(crate) fn about(&self) -> Option<Target> {
        self.0.about.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Caller {
    /// Says what the next decision is about, so that the log of a refusal can name it.
    pub fn asks_about(&self, target: Target) {
        self.decided.note_about(target);
    }

    /// Whether the person works for the provider.
    pub fn is_provider(&self) -> bool {
        self.org_kind == OrganizationKind::MssProvider
    }

    /// The one organization that is looked at, if it is one: the one that was asked for, or their own for who is of a
    /// customer. The wall keeps them at home anyway; said in the question too, the right index answers it.
    pub fn only(&self, asked: Option<OrganizationId>) -> Option<OrganizationId> {
        asked.or_else(|| (!self.is_provider()).then_some(self.org_id))
    }

    /// Confirms the session of a verified token with the database.
    pub(crate) async fn confirm(
        app: &App,
        token: &crate::auth::AccessClaims,
        origin: Origin,
    ) -> Result<Self> {
        let found = app.db.load_caller(token.handle(), token.epoch(), token.key_id()).await?;
        let found = found.filter(|(_, row)| row.user_id == token.user_id());
        let (session, row) = found.ok_or_else(ApiError::unauthenticated)?;
        Ok(Self::at_sign_in(row, session, origin))
    }

    /// The person of a sign-in that the database has just made or confirmed.
    pub(crate) fn at_sign_in(row: CallerRow, session: UserSessionId, origin: Origin) -> Self {
        Self {
            user_id: row.user_id,
            org_id: row.org_id,
            org_name: row.org_name,
            org_kind: row.org_type.into(),
            role: row.role.into(),
            email: row.email,
            display_name: row.display_name,
            user_session_id: session,
            authenticated_at: row.authenticated_at,
            expires_at: row.expires_at,
            last_seen_at: row.last_seen_at,
            asked_at: row.now,
            from_own_network: ranges::allow(&row.org_ip_ranges, origin.client_ip),
            origin,
            machine: None,
            decided: Decided::default(),
        }
    }

    /// The person whom a machine acts for. Its token stands where a sign-in would; there is no such sign-in.
    pub(crate) fn by_token(row: CallerRow, machine: Machine, origin: Origin) -> Self {
        let session = UserSessionId(machine.token.0);
        Self { machine: Some(Arc::new(machine)), ..Self::at_sign_in(row, session, origin) }
    }

    /// A refusal where a machine acts that was not made for it; for what the wall alone decides.
    pub(crate) fn scope(&self, action: Action) -> Result<()> {
        self.machine.as_ref().map_or(Ok(()), |machine| machine.may(action))
    }
}

/// Handlers that ask for a caller get the one that the outer layer confirmed.
impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or_else(ApiError::unauthenticated)
    }
}
