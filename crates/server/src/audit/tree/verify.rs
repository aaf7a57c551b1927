//! Whether the logs in the database are what was signed: every entry against its leaf, every leaf against the tree, the
//! tree against every checkpoint that was kept, here and outside. What was changed is named by organization, place and
//! column. Reads page by page: memory stays flat.

use super::row::Sealed;
use super::store;
use crate::db::Db;
use crate::error::Result;
use crate::ids::OrganizationId;
use anyhow::Context as _;
use sallyport_audit_log::bundle::{Explained, Unexplained};
use sallyport_audit_log::{Checkpoint, Field, Hash, Keeper, Range, TILE_HEIGHT, Verifier, origin};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Leaves that are read at once.
const PAGE: u64 = 2000;
/// No more findings are told of one log; the first one is reason enough.
const MOST: usize = 200;

/// Something in a log that is not as it was sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// An entry was changed.
    #[error("entry {seq} (event {event}) was changed in {}", fields.join(", "))]
    Changed {
        /// Its place.
        seq: u64,
        /// The event.
        event: Uuid,
        /// The columns.
        fields: Vec<&'static str>,
    },
    /// The row of an entry is gone, and not by the platform's own means.
    #[error("entry {seq} (event {event}) was removed from audit_logs")]
    Removed {
        /// Its place.
        seq: u64,
        /// The event.
        event: Uuid,
    },
    /// A leaf is gone.
    #[error("entry {seq} is missing from audit_leaves")]
    LeafMissing {
        /// Its place.
        seq: u64,
    },
    /// An event that has no place.
    #[error(
        "event {event} in audit_logs was never sealed: it was added past the platform, or its leaf was removed"
    )]
    Added {
        /// The event.
        event: Uuid,
    },
    /// An event that waits for its place and is not there.
    #[error("event {event} was removed from audit_logs, or given another time, before it was sealed")]
    Gone {
        /// The event.
        event: Uuid,
    },
    /// A node is missing or another.
    #[error("node {place} of level {level} in audit_nodes is not the hash of its 256 below")]
    Node {
        /// Its level.
        level: u8,
        /// Which.
        place: u64,
    },
    /// The head says something else than the leaves.
    #[error("audit_trees.{0} does not fit the leaves that are there")]
    Head(&'static str),
    /// A checkpoint that is not ours.
    #[error("the checkpoint of {size} entries in {place} is not signed by a key of ours for this log")]
    NotOurs {
        /// Its size.
        size: i64,
        /// Where it stands.
        place: &'static str,
    },
    /// The log is not what a checkpoint says.
    #[error(
        "the first {size} entries are not those that were signed, by the checkpoint in {place}: entries among them were changed, removed or added, and their leaves with them"
    )]
    Rewritten {
        /// Its size.
        size: u64,
        /// Where it stands.
        place: &'static str,
    },
    /// The log is shorter than a checkpoint says.
    #[error(
        "{signed} entries were signed, by the checkpoint in {place}, and {size} are there: the end was cut off, or an older state put back"
    )]
    Cut {
        /// How many were signed.
        signed: u64,
        /// How many are there.
        size: u64,
        /// Where it stands.
        place: &'static str,
    },
    /// Content is missing without an entry that says why.
    #[error("{0}")]
    Unexplained(Unexplained),
    /// The log is halted.
    #[error("the log is halted: {0}")]
    Halted(String),
}

/// What was found of one log.
#[derive(Debug)]
pub struct LogReport {
    /// Whose.
    pub organization: OrganizationId,
    /// What it is called.
    pub name: String,
    /// Entries that are sealed.
    pub entries: u64,
    /// Entries whose content was removed when its time was over.
    pub removed: u64,
    /// Entries from which personal detail was erased.
    pub erased: u64,
    /// Entries that a checkpoint covers.
    pub signed: u64,
    /// What is not as it was.
    pub findings: Vec<Finding>,
}

/// Where a checkpoint was found.
const DATABASE: &str = "the database";
const FOLDER: &str = "the data folder";

/// All logs, or the one. `keys` are the public keys of checkpoints; `keeper` has the last ones, outside the database.
pub async fn verify(
    db: &Db,
    only: Option<OrganizationId>,
    keys: &[[u8; 32]],
    keeper: &Keeper,
) -> Result<Vec<LogReport>> {
    let mut tx = db.unscoped("list the audit logs that are to be verified").await?;
    let organizations = store::organizations(tx.conn(), only).await?;
    tx.commit_unaudited("only read").await?;
    let mut reports = Vec::with_capacity(organizations.len());
    for (organization, name) in organizations {
        let verifiers: anyhow::Result<Vec<Verifier>> = keys
            .iter()
            .map(|&key| Verifier::new(&origin(organization.0), key).context("a key of the audit log"))
            .collect();
        let mut work = Work::new(organization, verifiers?);
        work.run(db, keeper).await?;
        reports.push(work.report(name));
    }
    Ok(reports)
}

struct Work {
    organization: OrganizationId,
    verifiers: Vec<Verifier>,
    range: Range,
    explained: Explained,
    /// By size: where it stands and what the root was then.
    checkpoints: BTreeMap<u64, Vec<(&'static str, Hash)>>,
    nodes: Vec<(u8, u64, Hash)>,
    /// Events whose row was found at another time than their leaf says; that is told.
    elsewhere: BTreeSet<Uuid>,
    findings: Vec<Finding>,
    signed: u64,
}

impl Work {
    fn new(organization: OrganizationId, verifiers: Vec<Verifier>) -> Self {
        Self {
            organization,
            verifiers,
            range: Range::default(),
            explained: Explained::default(),
            checkpoints: BTreeMap::new(),
            nodes: Vec::new(),
            elsewhere: BTreeSet::new(),
            findings: Vec::new(),
            signed: 0,
        }
    }

    fn tell(&mut self, finding: Finding) {
        if self.findings.len() < MOST && !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    async fn run(&mut self, db: &Db, keeper: &Keeper) -> Result<()> {
        let mut tx = db.unscoped("read the head of an audit log").await?;
        let tree = store::find_tree(tx.conn(), self.organization).await?.unwrap_or_default();
        let notes = store::checkpoints(tx.conn(), self.organization).await?;
        tx.commit_unaudited("only read").await?;
        for (size, note) in notes {
            self.expect(size, &note);
        }
        match keeper.last(self.organization.0, &self.verifiers) {
            Ok(Some(last)) => self.checkpoints.entry(last.size).or_default().push((FOLDER, last.root)),
            Ok(None) => {}
            Err(_) => self.tell(Finding::NotOurs { size: 0, place: FOLDER }),
        }
        self.signed = tree.signed_size.unwrap_or(0).cast_unsigned();
        if let Some(because) = &tree.halted_because {
            self.tell(Finding::Halted(because.clone()));
        }
        // Up to the head that was read: what is sealed meanwhile is another day's work.
        let size = tree.size.cast_unsigned();
        let mut at = 0;
        self.compare();
        while at < size {
            let end = (at + PAGE).min(size);
            let mut tx = db.unscoped("verify a part of an audit log").await?;
            let page = store::sealed_whenever(tx.conn(), self.organization, at, end).await?;
            for sealed in page {
                self.take(sealed);
            }
            while self.range.size() < end && self.findings.len() < MOST {
                self.missing();
            }
            self.compare_nodes(tx.conn()).await?;
            tx.commit_unaudited("only read").await?;
            if self.findings.len() >= MOST {
                return Ok(());
            }
            at = end;
        }
        self.close(db, &tree).await
    }

    /// A checkpoint in the database: believed if it is ours.
    fn expect(&mut self, size: i64, note: &str) {
        let opened = self.verifiers.iter().find_map(|verifier| Checkpoint::open(note, verifier).ok());
        match opened.filter(|checkpoint| checkpoint.size == size.cast_unsigned()) {
            Some(checkpoint) => {
                self.checkpoints.entry(checkpoint.size).or_default().push((DATABASE, checkpoint.root));
            }
            None => self.tell(Finding::NotOurs { size, place: DATABASE }),
        }
    }

    fn take(&mut self, mut sealed: Sealed) {
        while self.range.size() < sealed.seq && self.findings.len() < MOST {
            self.missing();
        }
        let (seq, event, leaf) = (sealed.seq, sealed.event_id, sealed.leaf);
        let again = sealed.row.as_ref().map(|row| row.filled_again(sealed.erased)).unwrap_or_default();
        let marks = sealed.marks.take();
        let (removed, timed, elsewhere) = (sealed.content_removed, sealed.timed, sealed.elsewhere);
        if elsewhere {
            self.elsewhere.insert(event);
        }
        match sealed.entry() {
            Ok(Some(entry)) => {
                let encoded = entry.encode();
                let changed = encoded.changed(marks.as_deref().unwrap_or_default());
                let mut fields: Vec<&str> = changed.into_iter().map(Field::name).collect();
                // The marks alone were changed, or the leaf alone.
                let holds = encoded.leaf() == leaf;
                if holds && !fields.is_empty() {
                    fields = vec!["audit_leaves.marks"];
                } else if !holds && fields.is_empty() {
                    fields = vec!["audit_leaves.leaf_hash"];
                }
                // The two differ, and it is not the row's.
                if elsewhere && !fields.contains(&"occurred_at") {
                    fields.push("audit_leaves.occurred_at");
                }
                // What is erased is not looked at by the leaf.
                fields.extend(again.into_iter().map(Field::name));
                if !fields.is_empty() {
                    self.tell(Finding::Changed { seq, event, fields });
                }
                if removed {
                    let fields = vec!["audit_leaves.content_removed_at"];
                    self.tell(Finding::Changed { seq, event, fields });
                }
                self.explained.entry(seq, &entry);
            }
            Ok(None) if removed => {
                // It went with the content; nothing says any more whether this is it.
                if timed {
                    let fields = vec!["audit_leaves.occurred_at"];
                    self.tell(Finding::Changed { seq, event, fields });
                }
                self.explained.removed(seq);
            }
            Ok(None) => self.tell(Finding::Removed { seq, event }),
            Err(_) => {
                let fields = vec!["audit_leaves.commitments"];
                self.tell(Finding::Changed { seq, event, fields });
            }
        }
        self.append(leaf);
    }

    /// A leaf that is not there stands for nothing; the roots after it differ, and the one finding says why.
    fn missing(&mut self) {
        self.tell(Finding::LeafMissing { seq: self.range.size() });
        self.append(Hash::empty_root());
    }

    fn append(&mut self, leaf: Hash) {
        let nodes = &mut self.nodes;
        self.range.append(leaf, |node, hash| {
            if node.level > 0 && node.level % TILE_HEIGHT == 0 {
                nodes.push((node.level / TILE_HEIGHT, node.index, hash));
            }
        });
        self.compare();
    }

    fn compare(&mut self) {
        let size = self.range.size();
        let Some(expected) = self.checkpoints.remove(&size) else { return };
        let root = self.range.root();
        for (place, signed) in expected {
            if signed != root {
                self.tell(Finding::Rewritten { size, place });
            }
        }
    }

    async fn compare_nodes(&mut self, conn: &mut sqlx::PgConnection) -> Result<()> {
        for (level, place, hash) in std::mem::take(&mut self.nodes) {
            let at = place.cast_signed();
            let stored = store::nodes(conn, self.organization, level, at, at + 1).await?;
            if stored.first().and_then(|stored| Hash::from_slice(stored)) != Some(hash) {
                self.tell(Finding::Node { level, place });
            }
        }
        Ok(())
    }

    async fn close(&mut self, db: &Db, tree: &store::Tree) -> Result<()> {
        let size = self.range.size();
        if tree.range().ok().as_ref() != Some(&self.range) {
            self.tell(Finding::Head("range"));
        }
        for (signed, places) in std::mem::take(&mut self.checkpoints) {
            for (place, _) in places {
                self.tell(Finding::Cut { signed, size, place });
            }
        }
        let mut tx = db.unscoped("find events that were never sealed").await?;
        store::allow_time(tx.conn()).await?;
        let beyond = store::sealed(tx.conn(), self.organization, size, u64::MAX >> 1).await?;
        let again = store::find_tree(tx.conn(), self.organization).await?.unwrap_or_default();
        if !beyond.is_empty() && again.size == tree.size {
            self.tell(Finding::Head("size"));
        }
        for event in store::without_place(tx.conn(), self.organization).await? {
            if !self.elsewhere.contains(&event) {
                self.tell(Finding::Added { event });
            }
        }
        for event in store::gone_while_waiting(tx.conn(), self.organization).await? {
            self.tell(Finding::Gone { event });
        }
        tx.commit_unaudited("only read").await?;
        if let Some(unexplained) = self.explained.unexplained() {
            self.tell(Finding::Unexplained(unexplained));
        }
        Ok(())
    }

    fn report(self, name: String) -> LogReport {
        LogReport {
            organization: self.organization,
            name,
            entries: self.range.size(),
            removed: self.explained.count_removed(),
            erased: self.explained.count_erased(),
            signed: self.signed,
            findings: self.findings,
        }
    }
}
