//! Proofs that an entry is in a tree, and that one tree continues another: made from complete subtrees, verified as
//! RFC 9162 says (2.1.3.2, 2.1.4.2).

use crate::hash::{Hash, node_hash};
use crate::tree::{Subtree, decompose, fold};

/// Neighbouring leaves, `begin` to before `end`, whose hash is one step of a proof.
pub type Leaves = (u64, u64);

/// What a proof needed and did not get.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the hash of subtree {} of height {} is missing", .0.index, .0.level)]
pub struct Missing(pub Subtree);

/// The steps of the proof that leaf `index` is in the tree of `size`; none if it cannot be.
pub fn inclusion(index: u64, size: u64) -> Option<Vec<Leaves>> {
    if index >= size {
        return None;
    }
    let (mut low, mut high) = (0, size);
    let mut steps = Vec::new();
    while high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            steps.push((middle, high));
            high = middle;
        } else {
            steps.push((low, middle));
            low = middle;
        }
    }
    steps.reverse();
    Some(steps)
}

/// The steps of the proof that the tree of `to` continues the tree of `from`; none if it cannot. Every tree continues
/// the empty one and itself, without steps.
pub fn consistency(from: u64, to: u64) -> Option<Vec<Leaves>> {
    if from > to {
        return None;
    }
    if from == 0 || from == to {
        return Some(Vec::new());
    }
    let (mut low, mut high) = (0, to);
    let mut steps = Vec::new();
    while from != high {
        let middle = low + split(high - low);
        if from <= middle {
            steps.push((middle, high));
            high = middle;
        } else {
            steps.push((low, middle));
            low = middle;
        }
    }
    if low > 0 {
        steps.push((low, high));
    }
    steps.reverse();
    Some(steps)
}

/// The complete subtrees that these steps are made of.
pub fn subtrees(steps: &[Leaves]) -> Vec<Subtree> {
    steps.iter().flat_map(|&(begin, end)| decompose(begin, end)).collect()
}

/// The proof itself: a hash for each step. `hash_of` knows the complete subtrees.
pub fn hashes(
    steps: &[Leaves],
    mut hash_of: impl FnMut(Subtree) -> Option<Hash>,
) -> Result<Vec<Hash>, Missing> {
    let mut proof = Vec::with_capacity(steps.len());
    for &(begin, end) in steps {
        let parts: Result<Vec<Hash>, Missing> =
            decompose(begin, end).into_iter().map(|part| hash_of(part).ok_or(Missing(part))).collect();
        proof.push(fold(&parts?).ok_or(Missing(Subtree { level: 0, index: begin }))?);
    }
    Ok(proof)
}

/// Whether `proof` shows that `leaf` is leaf `index` of the tree of `size` with `root`.
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if index >= size {
        return false;
    }
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for step in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node_hash(step, &hash);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `to` with `to_root` continues the tree of `from` with `from_root`.
pub fn verify_consistency(from: u64, from_root: &Hash, to: u64, to_root: &Hash, proof: &[Hash]) -> bool {
    if from > to {
        return false;
    }
    if from == to {
        return proof.is_empty() && from_root == to_root;
    }
    if from == 0 {
        return proof.is_empty() && *from_root == Hash::empty_root();
    }
    let mut steps = proof.iter();
    // A tree of a power of two is a subtree of the larger one: its root is where the proof begins.
    let first = if from.is_power_of_two() { Some(from_root) } else { steps.next() };
    let Some(&first) = first else { return false };
    let (mut at, mut last) = (from - 1, to - 1);
    while at & 1 == 1 {
        at >>= 1;
        last >>= 1;
    }
    let (mut old, mut new) = (first, first);
    for step in steps {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old = node_hash(step, &old);
            new = node_hash(step, &new);
            while at & 1 == 0 && at != 0 {
                at >>= 1;
                last >>= 1;
            }
        } else {
            new = node_hash(&new, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old == *from_root && new == *to_root
}

/// Where a tree of so many leaves (two at least) parts: the largest power of two below.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}
