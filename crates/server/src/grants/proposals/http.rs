//! `/api/access-management/proposals`.

use super::{
    ApproveRevocationProposal, CreateRevocationProposal, RefuseRevocationProposal, RevocationProposal,
    RevocationProposalDetail, RevocationProposalFilter,
};
use crate::access::Caller;
use crate::app::App;
use crate::grants::AccessChanges;
use crate::http::envelope::Problems;
use crate::http::{Body, Envelope, Filter, IfMatch, Page, PathId, Reply, created, ok, tagged};
use crate::ids::AccessProposalId;
use axum::extract::State;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(in crate::grants) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_revocation_proposals, create_revocation_proposal))
        .routes(routes!(get_revocation_proposal))
        .routes(routes!(approve_revocation_proposal))
        .routes(routes!(refuse_revocation_proposal))
        .routes(routes!(withdraw_revocation_proposal))
}

/// List proposals to revoke access, the newest first.
#[utoipa::path(get, path = "/api/access-management/proposals", operation_id = "listRevocationProposals",
    tag = "access management", params(RevocationProposalFilter),
    responses((status = 200, body = Envelope<Page<RevocationProposal>>), Problems))]
async fn list_revocation_proposals(
    State(app): State<Arc<App>>,
    caller: Caller,
    Filter(filter): Filter<RevocationProposalFilter>,
) -> Reply<Page<RevocationProposal>> {
    ok(super::list_revocation_proposals(&app, &caller, &filter).await?)
}

/// Propose to revoke many grants at once: all of them, or none.
#[utoipa::path(post, path = "/api/access-management/proposals", operation_id = "createRevocationProposal",
    tag = "access management", request_body = CreateRevocationProposal,
    responses((status = 201, body = Envelope<RevocationProposal>), Problems))]
async fn create_revocation_proposal(
    State(app): State<Arc<App>>,
    caller: Caller,
    Body(new): Body<CreateRevocationProposal>,
) -> Reply<RevocationProposal> {
    created(super::create_revocation_proposal(&app, &caller, new).await?)
}

/// Get one proposal with its grants, as they stand now.
#[utoipa::path(get, path = "/api/access-management/proposals/{proposalId}",
    operation_id = "getRevocationProposal", tag = "access management", params(("proposalId" = AccessProposalId, Path)),
    responses((status = 200, body = Envelope<RevocationProposalDetail>), Problems))]
async fn get_revocation_proposal(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AccessProposalId>,
) -> Reply<RevocationProposalDetail> {
    tagged(super::get_revocation_proposal(&app, &caller, id).await?)
}

/// Approve a proposal: its grants are revoked, but for those that were used or changed since. Live sessions that stand on
/// them end at once.
#[utoipa::path(post, path = "/api/access-management/proposals/{proposalId}/approve",
    operation_id = "approveRevocationProposal", tag = "access management",
    params(("proposalId" = AccessProposalId, Path), IfMatch), request_body = ApproveRevocationProposal,
    responses((status = 200, body = Envelope<AccessChanges>), Problems))]
async fn approve_revocation_proposal(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AccessProposalId>,
    version: IfMatch,
    Body(wish): Body<ApproveRevocationProposal>,
) -> Reply<AccessChanges> {
    ok(super::approve_revocation_proposal(&app, &caller, id, wish, version.version()).await?)
}

/// Refuse a proposal: its grants stay.
#[utoipa::path(post, path = "/api/access-management/proposals/{proposalId}/refuse",
    operation_id = "refuseRevocationProposal", tag = "access management",
    params(("proposalId" = AccessProposalId, Path), IfMatch), request_body = RefuseRevocationProposal,
    responses((status = 200, body = Envelope<RevocationProposal>), Problems))]
async fn refuse_revocation_proposal(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AccessProposalId>,
    version: IfMatch,
    Body(wish): Body<RefuseRevocationProposal>,
) -> Reply<RevocationProposal> {
    tagged(super::refuse_revocation_proposal(&app, &caller, id, wish, version.version()).await?)
}

/// Withdraw your proposal.
#[utoipa::path(post, path = "/api/access-management/proposals/{proposalId}/withdraw",
    operation_id = "withdrawRevocationProposal", tag = "access management",
    params(("proposalId" = AccessProposalId, Path), IfMatch),
    responses((status = 200, body = Envelope<RevocationProposal>), Problems))]
async fn withdraw_revocation_proposal(
    State(app): State<Arc<App>>,
    caller: Caller,
    PathId(id): PathId<AccessProposalId>,
    version: IfMatch,
) -> Reply<RevocationProposal> {
    tagged(super::withdraw_revocation_proposal(&app, &caller, id, version.version()).await?)
}
