//! All SQL of sign-ins. Everything but what [`sign_ins`] reads and ends for a caller runs before there is one,
//! by the narrow rights of `sallyport_system`.

mod account;
mod begin;
mod refresh;
mod sign_ins;

pub(super) use account::{
    Account, Ways, count_failure, find_account, forget_failures, lock_account, password_classes, renew_hash,
    wait_s, ways,
};
pub(super) use begin::{Begin, begin, is_unseen, replace};
pub(super) use refresh::{RefreshToken, Spent, find_refresh, find_unspent, revoke_for_reuse, spend_refresh};
pub(super) use sign_ins::{end, find_dead, list, rename, renew_proof, renew_tokens, stands, touch};
