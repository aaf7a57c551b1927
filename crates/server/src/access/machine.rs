//! A machine that acts for a person by an API token: it may what the person may, and of that what the token was made
//! for.

use super::Action;
use crate::error::ApiError;
use crate::ids::ApiTokenId;

/// The token of a request.
#[derive(Debug)]
pub struct Machine {
    /// Which.
    pub token: ApiTokenId,
    scopes: Vec<Action>,
}

impl Machine {
    /// By a token that was made for these acts.
    pub(crate) fn new(token: ApiTokenId, scopes: Vec<Action>) -> Self {
        Self { token, scopes }
    }

    /// A refusal unless the token was made for it.
    pub(crate) fn may(&self, action: Action) -> Result<(), ApiError> {
        if self.scopes.contains(&action) {
            return Ok(());
        }
        let message = format!(
            "This API token was not made to {}. Use one that was, or do it in the console.",
            action.words()
        );
        Err(ApiError::forbidden(message).detail("reason", "scope").detail("action", action.name()))
    }
}
