//! The fields of an entry, in the order of its bytes.

/// A field; its name is that of the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the column that `name` says")]
pub enum Field {
    OrgId,
    Id,
    OccurredAt,
    Code,
    Outcome,
    RiskLevel,
    Controls,
    Sentence,
    ActorId,
    ActorOrgId,
    ActorName,
    ActorEmail,
    ActorRole,
    TargetType,
    TargetId,
    TargetName,
    SessionId,
    ClientIp,
    UserAgent,
    RequestId,
    PolicyIds,
    Details,
}

/// How many fields there are.
pub const FIELDS: usize = 22;
/// How many of them are personal detail.
pub const PERSONAL: usize = 7;

impl Field {
    /// All of them, as they stand in an entry.
    pub const ALL: [Self; FIELDS] = [
        Self::OrgId,
        Self::Id,
        Self::OccurredAt,
        Self::Code,
        Self::Outcome,
        Self::RiskLevel,
        Self::Controls,
        Self::Sentence,
        Self::ActorId,
        Self::ActorOrgId,
        Self::ActorName,
        Self::ActorEmail,
        Self::ActorRole,
        Self::TargetType,
        Self::TargetId,
        Self::TargetName,
        Self::SessionId,
        Self::ClientIp,
        Self::UserAgent,
        Self::RequestId,
        Self::PolicyIds,
        Self::Details,
    ];

    /// Those that are held as commitments, in the order of their salts.
    pub const PERSONAL: [Self; PERSONAL] = [
        Self::Sentence,
        Self::ActorName,
        Self::ActorEmail,
        Self::TargetName,
        Self::ClientIp,
        Self::UserAgent,
        Self::Details,
    ];

    /// The column.
    pub fn name(self) -> &'static str {
        match self {
            Self::OrgId => "org_id",
            Self::Id => "id",
            Self::OccurredAt => "occurred_at",
            Self::Code => "code",
            Self::Outcome => "outcome",
            Self::RiskLevel => "risk_level",
            Self::Controls => "controls",
            Self::Sentence => "sentence",
            Self::ActorId => "actor_id",
            Self::ActorOrgId => "actor_org_id",
            Self::ActorName => "actor_name",
            Self::ActorEmail => "actor_email",
            Self::ActorRole => "actor_role",
            Self::TargetType => "target_type",
            Self::TargetId => "target_id",
            Self::TargetName => "target_name",
            Self::SessionId => "session_id",
            Self::ClientIp => "client_ip",
            Self::UserAgent => "user_agent",
            Self::RequestId => "request_id",
            Self::PolicyIds => "policy_ids",
            Self::Details => "details",
        }
    }
}
