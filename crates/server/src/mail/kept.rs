//! Where no mail server is configured: mails in a folder, as they would have been sent, and a page that shows them.

use super::post::Outgoing;
use super::words::{Brand, Words};
use crate::access::{Action, Caller, Facts, Resource};
use crate::app::App;
use crate::error::{ApiError, Result};
use crate::http::{Page, Window};
use crate::ids::MailId;
use anyhow::Context as _;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use utoipa::ToSchema;

/// A mail that was kept instead of sent.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeptMail {
    /// Its id.
    pub id: MailId,
    /// When it would have been sent.
    pub at: DateTime<Utc>,
    /// What it tells of: `invitation`, `password_reset`, …
    pub kind: String,
    /// Whom it is for.
    pub recipient: String,
    /// Their name.
    pub recipient_name: String,
    /// Its subject.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
    /// Where its button leads, where it has one.
    pub link: Option<String>,
}

/// Writes a mail down: whole for a mail program (`.eml`), and for the page.
pub(super) fn keep(
    folder: &Path,
    mail: &Outgoing<'_>,
    words: &Words,
    brand: &Brand<'_>,
    whole: &[u8],
) -> anyhow::Result<()> {
    let shown = KeptMail {
        id: mail.id,
        at: mail.at,
        kind: mail.kind.to_owned(),
        recipient: mail.recipient.to_owned(),
        recipient_name: brand.name.to_owned(),
        subject: words.subject.clone(),
        text: words.text(brand),
        link: words.button.as_ref().map(|(_, url)| url.clone()),
    };
    // They hold links that set passwords: nobody else's to read.
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).context("the folder of mails")?;
    write(&folder.join(format!("{}.eml", mail.id)), whole)?;
    write(&folder.join(format!("{}.json", mail.id)), &serde_json::to_vec(&shown)?)
}

/// Under another name until it is whole, so that the page never reads half a mail.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let half = path.with_extension("half");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&half)
        .with_context(|| format!("cannot write {}", half.display()))?;
    file.write_all(bytes)?;
    Ok(std::fs::rename(&half, path)?)
}

/// A page of kept mails, newest first. Where mails are sent there are none.
pub async fn list_kept_mails(app: &App, caller: &Caller, window: Window) -> Result<Page<KeptMail>> {
    app.may(caller, Action::MailRead, &Resource::own(caller), &Facts::default())?;
    let Some(folder) = app.post.folder().map(Path::to_owned) else {
        return Err(ApiError::conflict(
            "mail_is_sent",
            "A mail server is configured (mail.smtp_url): mails are sent, and none is kept here.",
        ));
    };
    let page =
        tokio::task::spawn_blocking(move || read(&folder, window)).await.map_err(anyhow::Error::from)?;
    Ok(page?)
}

fn read(folder: &Path, window: Window) -> anyhow::Result<Page<KeptMail>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries.collect::<std::io::Result<Vec<_>>>()?,
        // Nothing was ever mailed.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error).context("the folder of mails"),
    };
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    // Ids are in the order of time.
    paths.sort_unstable_by(|a, b| b.cmp(a));
    let total = i64::try_from(paths.len())?;
    let (skip, take) = (usize::try_from(window.offset())?, usize::try_from(window.limit)?);
    let items = paths
        .into_iter()
        .skip(skip)
        .take(take)
        .map(|path| Ok(serde_json::from_slice(&std::fs::read(path)?)?))
        .collect::<anyhow::Result<Vec<KeptMail>>>()?;
    Ok(Page::new(items, total, window))
}
