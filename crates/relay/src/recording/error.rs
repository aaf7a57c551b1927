//! Why a recorder cannot go on.

use std::io;
use std::sync::Arc;

/// Why a recorder cannot go on; once failed, it answers the same for ever.
#[derive(Debug, Clone, thiserror::Error)]
pub enum RecorderError {
    /// The disk or folder refused.
    #[error("the recorder could not {doing}: {cause}")]
    Spool {
        /// What was tried, as a verb phrase.
        doing: &'static str,
        /// What the system said.
        cause: Arc<io::Error>,
    },
    /// This session already has a recording in the spool.
    #[error("this session already has a recording")]
    Exists,
    /// The recording has been finished; nothing can be added.
    #[error("the recording is finished")]
    Finished,
    /// A worker of the recorder ended without an answer.
    #[error("the recorder's worker ended early")]
    Worker,
    /// The spool cannot be read back.
    #[error("the recording cannot be read back: {0}")]
    ReadBack(String),
}

impl RecorderError {
    pub(crate) fn spool(doing: &'static str, cause: io::Error) -> Self {
        Self::Spool { doing, cause: Arc::new(cause) }
    }
}
