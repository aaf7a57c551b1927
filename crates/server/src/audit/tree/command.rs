//! `sallyport audit …`: what an operator verifies beside the platform, and what a customer verifies with nothing of it.

use super::{BundleQuery, LogReport, PAGE, page, prepare, store, verify};
use crate::audit::{Event, Outcome, Target, append, catalogue};

use crate::config::Config;
use crate::ids::OrganizationId;
use crate::startup::{Examined, examine};
use anyhow::{Context as _, Result, bail};
use sallyport_audit_log::bundle::{self, Report, line};
use sallyport_audit_log::{Checkpoint, Keeper, NoteError, SignedNote, Verifier};
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};

fn keeper(config: &Config) -> Result<Keeper> {
    let folder = config.data_dir.join("audit-checkpoints");
    Keeper::open(&folder).with_context(|| format!("cannot open {}", folder.display()))
}

/// Verifies the logs in the database; false when one is not as it was sealed.
pub async fn run_verify(config: &Config, only: Option<OrganizationId>) -> Result<bool> {
    let examined = examine(config).await?;
    let keeper = keeper(config)?;
    let reports = verify(&examined.db, only, &examined.audit_keys, &keeper).await;
    examined.close().await;
    let reports = reports.map_err(plain)?;
    if reports.is_empty() {
        bail!("there is no such organization");
    }
    for report in &reports {
        println!("{}", words(report));
    }
    Ok(reports.iter().all(|report| report.findings.is_empty()))
}

fn words(report: &LogReport) -> String {
    let LogReport { organization, name, entries, removed, erased, signed, findings } = report;
    let mut facts = vec![format!("{entries} entries"), format!("{signed} signed")];
    if *removed > 0 {
        facts.push(format!("content of {removed} removed when its time was over"));
    }
    if *erased > 0 {
        facts.push(format!("personal detail erased from {erased}"));
    }
    let verdict = if findings.is_empty() { "as they were sealed" } else { "NOT as they were sealed" };
    let first = format!("{name} ({organization}): {}: {verdict}", facts.join(", "));
    let findings = findings.iter().map(|finding| format!("  - {finding}"));
    std::iter::once(first).chain(findings).collect::<Vec<_>>().join("\n")
}

fn plain(error: crate::error::ApiError) -> anyhow::Error {
    anyhow::anyhow!(error.message)
}

/// Writes the bundle of an organization's log.
pub async fn run_bundle(config: &Config, organization: OrganizationId, out: &Path) -> Result<()> {
    let examined = examine(config).await?;
    let written = write_bundle(&examined, organization, out).await;
    examined.close().await;
    let entries = written?;
    println!("{entries} entries of {organization} are in {}", out.display());
    Ok(())
}

async fn write_bundle(examined: &Examined, organization: OrganizationId, out: &Path) -> Result<u64> {
    let mut tx = examined.db.unscoped("bundle an audit log for its organization").await.map_err(plain)?;
    let bundle = prepare(tx.conn(), organization, &BundleQuery::default()).await.map_err(plain)?;
    let mut file = std::io::BufWriter::new(
        std::fs::File::create(out).with_context(|| format!("cannot write {}", out.display()))?,
    );
    file.write_all(&line(&bundle.header)?)?;
    let mut at = bundle.header.from;
    while at < bundle.header.to {
        let (bytes, next) = page(tx.conn(), &bundle, at).await.map_err(plain)?;
        file.write_all(&bytes)?;
        debug_assert!(next - at <= PAGE);
        at = next;
    }
    file.write_all(&line(&bundle.footer)?)?;
    file.into_inner().context("cannot write the bundle")?.sync_all()?;
    tx.commit_unaudited("read by the operator, who has the database").await.map_err(plain)?;
    Ok(at - bundle.header.from)
}

/// Verifies a bundle with nothing but public keys; earlier checkpoints, if given, must be what it continues.
pub fn run_verify_bundle(file: &Path, keys: &[String], earlier: &[PathBuf]) -> Result<()> {
    let reader = std::fs::File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut before = Vec::new();
    for path in earlier {
        let note =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        before.push(earlier_checkpoint(&note, keys).with_context(|| format!("{}", path.display()))?);
    }
    let verifiers = |name: &str| verifiers(keys, name);
    let report = bundle::verify(BufReader::with_capacity(1 << 20, reader), verifiers, &before)?;
    for checkpoint in &before {
        if !report.continues.contains(&checkpoint.size) {
            bail!(
                "the bundle has {} and cannot be compared with the checkpoint of {} entries of {}",
                held(&report),
                checkpoint.size,
                checkpoint.origin
            );
        }
    }
    tell(&report);
    Ok(())
}

fn verifiers(keys: &[String], name: &str) -> Result<Vec<Verifier>, NoteError> {
    keys.iter().map(|key| Verifier::of_text(key.trim(), name)).collect()
}

/// A checkpoint that a customer kept, by one of the same keys.
fn earlier_checkpoint(note: &str, keys: &[String]) -> Result<Checkpoint> {
    let parsed = SignedNote::parse(note)?;
    let unproven = Checkpoint::parse(parsed.text()).context("this is no checkpoint")?;
    Ok(Checkpoint::open_by_one(note, &verifiers(keys, &unproven.origin)?)?)
}

/// Which entries are in it, both ends said as people count them.
fn held(report: &Report) -> String {
    match report.to - report.from {
        0 => "no entry".to_owned(),
        1 => format!("entry {}", report.from),
        count => format!("{count} entries, from {} to {}", report.from, report.to - 1),
    }
}

fn tell(report: &Report) {
    println!("The log of organization {} holds.", report.organization);
    println!("  {}, of {} that were signed (counted from 0)", held(report), report.checkpoint.size);
    println!("  root {}", report.checkpoint.root);
    if report.removed > 0 {
        println!("  {} entries without content: it was removed when its time was over", report.removed);
    }
    if report.erased > 0 {
        println!("  {} entries without some personal detail", report.erased);
    }
    if let Some(unexplained) = &report.unexplained {
        println!("  but: {unexplained}");
        println!("  (of a part of a log, the word on it may be in another part)");
    }
    for size in &report.continues {
        println!("  continues the checkpoint of {size} entries");
    }
}

/// After an operator put an older state of the database back knowingly: the kept checkpoint of this machine is put
/// aside, and the log goes on from where it is. The entry says so; older checkpoints prove the fork for ever.
pub async fn run_resume(config: &Config, organization: OrganizationId, reason: &str) -> Result<()> {
    let examined = examine(config).await?;
    let resumed = resume(config, &examined, organization, reason).await;
    examined.close().await;
    let aside = resumed?;
    println!("The log of {organization} goes on. Its checkpoint of before is {}.", aside.display());
    Ok(())
}

async fn resume(
    config: &Config,
    examined: &Examined,
    organization: OrganizationId,
    reason: &str,
) -> Result<PathBuf> {
    let mut tx = examined.db.unscoped("let a halted audit log go on").await.map_err(plain)?;
    if !store::resume(tx.conn(), organization).await.map_err(plain)? {
        bail!("the log of {organization} is not halted");
    }
    let name = store::organization_name(tx.conn(), organization).await.map_err(plain)?;
    let event = Event::by_platform(&catalogue::AUDIT_RESUME, Outcome::Success, organization)
        .target(Target::new("organization", organization.0, name))
        .because(reason);
    append(tx.conn(), &event).await.map_err(plain)?;
    // First: whoever seals meanwhile would halt it again.
    let aside = keeper(config)?.put_aside(organization.0)?;
    tx.commit_unaudited("the entry is written").await.map_err(plain)?;
    Ok(aside.unwrap_or_else(|| config.data_dir.join("audit-checkpoints")))
}
