//! Who somebody is: sign-in by password, access and refresh tokens, the places where one is signed in, the
//! one-time links by which accounts begin.
//!
//! Single sign-on has its place kept: every way in ends in `begin`, which whatever proves a person can call; a
//! person's `epoch` ends all that was given out before.

pub(crate) mod activity;
pub mod address;
mod attempt;
mod begin;
mod binding;
pub mod change;
pub mod cookies;
mod csrf;
pub mod denylist;
mod devices;
mod email;
pub mod factors;
pub mod http;
pub mod invitations;
pub mod keys;
mod knocks;
mod links;
mod login;
mod meter;
mod model;
mod new_password;
pub mod opaque;
mod password;
mod password_hash;
mod password_history;
mod password_lists;
mod password_rules;
mod profile;
mod refresh;
pub mod reset;
pub mod setup;
mod sign_ins;
pub(crate) mod sso;
mod step_up;
mod store;
pub mod tokens;

pub use address::address_change_url;
pub(crate) use address::forget_old as forget_old_address_changes;
pub use binding::SignInBinding;
pub use csrf::{CsrfKey, PseudonymKey};
pub use email::{check_email, normal_email};
pub(crate) use factors::forget_factors;
pub use factors::totp;
pub use invitations::{Invitation, create_invitation, invitation_url};
pub use knocks::keep_answering as keep_answering_knocks;
pub use login::login;
pub use meter::{PasswordWeight, WeighPassword};
pub use model::{
    Delivery, FactorMethod, Login, LoginAnswer, LoginChallenge, Owed, Profile, Refresh, Renewed, SignIn,
    SignedIn, StepUpAtSso, StepUpWays,
};
pub use password::{Password, Passwords};
pub(crate) use password_history::forget_gone as forget_passwords_of_the_gone;
pub use password_rules::PasswordClass;
pub use profile::get_profile;
pub use refresh::refresh;
pub(crate) use reset::forget_old as forget_old_password_resets;
pub use reset::password_reset_url;
pub use setup::create_setup_url;
pub use sign_ins::{end_user_session, list_user_sessions, logout, logout_all};
pub use step_up::{StepUp, SteppedUp, step_up};
pub use tokens::{AccessClaims, TokenKeys};
