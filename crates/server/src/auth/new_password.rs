//! A new password on its way in, however it came: by an invitation, a set-up, a link or a change.

use super::password::Password;
use super::password_rules::{self, About};
use crate::app::App;
use crate::error::{ApiError, Result};

/// A password to be.
#[derive(Debug)]
pub(super) struct NewPassword {
    /// Its name in the request, for the refusal.
    pub(super) field: &'static str,
    /// As typed.
    pub(super) password: Password,
    /// Whom it is for.
    pub(super) about: About,
}

/// The hash to store, or the refusal of what does not fit the rules, which the caller writes into the log. Hold a
/// seat of [`super::Passwords`] meanwhile.
pub(super) async fn hash(app: &App, new: NewPassword) -> Result<Result<String, ApiError>> {
    let NewPassword { field, password, about } = new;
    if let Err(refusal) = password.check_length(field) {
        return Ok(Err(refusal));
    }
    let checked =
        app.passwords.work(move || password_rules::check(&password, &about).map(|()| password)).await?;
    match checked {
        Ok(password) => Ok(Ok(app.passwords.hash(password).await?)),
        Err(problem) => Ok(Err(ApiError::invalid(field, problem))),
    }
}
