//! Where sealed recordings go.

use serde::Deserialize;
use std::path::PathBuf;

/// Section `recordings`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Recordings {
    /// `{ kind = "folder", path = "…" }`, or `{ kind = "s3", bucket = "…" }` with `region`, `endpoint`,
    /// `allow_http`, `access_key_id` and `secret_access_key` where the usual `AWS_…` environment does not say
    /// them. Without it, `recordings` in the data folder.
    pub store: Option<RecordingStore>,
}

/// A folder, or a bucket.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RecordingStore {
    /// A folder of this machine.
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// An S3 bucket. Keys come from here, or from the usual `AWS_*` environment.
    S3 {
        /// Its name.
        bucket: String,
        /// Its region.
        region: Option<String>,
        /// Another endpoint than Amazon's.
        endpoint: Option<String>,
        /// Allows plain HTTP to that endpoint.
        #[serde(default)]
        allow_http: bool,
        /// Key id.
        access_key_id: Option<String>,
        /// Key.
        secret_access_key: Option<String>,
    },
}
