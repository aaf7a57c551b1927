//! The tree as it grows: a compact range holds as many hashes as its size has bits, and knows the root.

use crate::hash::{Hash, Messages, node_hash};

/// A complete subtree: 2^`level` leaves, from `index` × 2^`level` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subtree {
    /// Its height; a leaf has 0.
    pub level: u8,
    /// Which of its height, from the left.
    pub index: u64,
}

/// The leaves `begin..end` as complete subtrees, from the left: the fewest there are.
pub fn decompose(begin: u64, end: u64) -> Vec<Subtree> {
    let mut found = Vec::new();
    let mut at = begin;
    while at < end {
        let level = at.trailing_zeros().min((end - at).ilog2());
        found.push(Subtree { level: u8::try_from(level).unwrap_or(u8::MAX), index: at >> level });
        at += 1 << level;
    }
    found
}

/// The first `size` leaves of a tree as the roots of its complete subtrees, largest first.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Range {
    size: u64,
    hashes: Vec<Hash>,
}

impl Range {
    /// A range that was kept; none if there are more or fewer hashes than `size` has subtrees.
    pub fn new(size: u64, hashes: Vec<Hash>) -> Option<Self> {
        (hashes.len() == size.count_ones() as usize).then_some(Self { size, hashes })
    }

    /// How many leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// What [`new`](Self::new) takes.
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// One leaf more. `completed` hears of every subtree that it completes, itself first.
    pub fn append(&mut self, leaf: Hash, completed: impl FnMut(Subtree, Hash)) {
        self.push(0, leaf, completed);
    }

    /// Many leaves more. What [`append`](Self::append) does to each, done height by height: the nodes of one height are
    /// hashed together.
    pub(crate) fn extend(&mut self, leaves: &[Hash]) {
        let mut nodes = leaves.to_vec();
        let mut parents = Messages::default();
        let mut unpaired = Vec::new();
        let mut index = self.size;
        while !nodes.is_empty() {
            // An odd index: the left half of the first pair stood here before.
            if index & 1 == 1 {
                nodes.splice(..0, self.hashes.pop());
            }
            parents.truncate(0);
            let (pairs, last) = nodes.as_chunks::<2>();
            for [left, right] in pairs {
                parents.push(&[&[1], &left.0, &right.0]);
            }
            unpaired.extend(last);
            parents.hash(&mut nodes);
            index >>= 1;
        }
        self.hashes.extend(unpaired.iter().rev());
        self.size += leaves.len() as u64;
    }

    /// One complete subtree more; false where none of its height can stand next.
    #[must_use]
    pub fn append_subtree(&mut self, level: u8, root: Hash) -> bool {
        let fits = level < 63 && self.size.trailing_zeros() >= u32::from(level);
        if fits {
            self.push(level, root, |_, _| {});
        }
        fits
    }

    fn push(&mut self, level: u8, root: Hash, mut completed: impl FnMut(Subtree, Hash)) {
        let mut node = Subtree { level, index: self.size >> level };
        let mut hash = root;
        completed(node, hash);
        while node.index & 1 == 1 {
            let Some(left) = self.hashes.pop() else { break };
            hash = node_hash(&left, &hash);
            node = Subtree { level: node.level + 1, index: node.index >> 1 };
            completed(node, hash);
        }
        self.hashes.push(hash);
        self.size += 1 << level;
    }

    /// The root of the tree (RFC 6962, 2.1: MTH).
    pub fn root(&self) -> Hash {
        fold(&self.hashes).unwrap_or_else(Hash::empty_root)
    }
}

/// The hash over neighbouring complete subtrees, the smaller to the right; none over nothing.
pub(crate) fn fold(hashes: &[Hash]) -> Option<Hash> {
    let (last, others) = hashes.split_last()?;
    Some(others.iter().rev().fold(*last, |right, left| node_hash(left, &right)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_leaves_at_once_are_the_same_one_by_one() {
        let leaves: Vec<Hash> = (0..70_u8).map(|n| crate::leaf_hash(&[n])).collect();
        for before in 0..=leaves.len() {
            let mut one_by_one = Range::default();
            leaves[..before].iter().for_each(|&leaf| one_by_one.append(leaf, |_, _| {}));
            let start = one_by_one.clone();
            for end in before..=leaves.len() {
                let mut at_once = start.clone();
                at_once.extend(&leaves[before..end]);
                assert_eq!(at_once, one_by_one, "{before} to {end}");
                leaves.get(end).into_iter().for_each(|&leaf| one_by_one.append(leaf, |_, _| {}));
            }
        }
    }
}
