//! A new password on its way in, however it came: by an invitation, a set-up, a link or a change.

use super::password::Password;
use super::password_history;
use super::password_rules::{self, About};
use super::store;
use crate::app::App;
use crate::error::{ApiError, Result};
use crate::ids::{OrganizationId, UserId};

/// A password to be.
#[derive(Debug)]
pub(super) struct NewPassword {
    /// Its name in the request, for the refusal.
    pub(super) field: &'static str,
    /// As typed.
    pub(super) password: Password,
    /// Whom it is for.
    pub(super) about: About,
    /// Whose it will be, where they are here already: it must not be one of theirs of before, and be as their
    /// organization asks.
    pub(super) whose: Option<(OrganizationId, UserId)>,
}

/// The hash to store, or the refusal of what does not fit the rules, which the caller writes into the log. Hold a
/// seat of [`super::Passwords`] meanwhile.
pub(super) async fn hash(app: &App, new: NewPassword) -> Result<Result<String, ApiError>> {
    let NewPassword { field, password, about, whose } = new;
    if let Err(refusal) = password.check_length(field) {
        return Ok(Err(refusal));
    }
    let (asked, hashes) = match whose {
        Some((organization, user)) => {
            let mut tx = app
                .db
                .unscoped("look at the passwords that a person had, and what is asked of the next")
                .await?;
            let asked = store::password_classes(tx.conn(), organization).await?;
            let hashes = password_history::hashes(tx.conn(), organization, user).await?;
            tx.commit_unaudited("only read; gives the connection back at once").await?;
            (asked, hashes)
        }
        None => Default::default(),
    };
    let lists = app.passwords.lists();
    let weighed = app.passwords.work(move || {
        password_rules::weigh(&password, &about, &asked, &lists).map(|weight| (password, weight.problem))
    });
    let (password, problem) = weighed.await??;
    if let Some(problem) = problem {
        return Ok(Err(ApiError::invalid(field, problem)));
    }
    match app.passwords.is_any_of(password, hashes).await? {
        (_, true) => {
            let problem = "it is one of your last five passwords. Choose one that you did not have here.";
            Ok(Err(ApiError::invalid(field, problem)))
        }
        (password, false) => Ok(Ok(app.passwords.hash(password).await?)),
    }
}
