//! Roots and proofs against the naive tree and against known vectors.

use crate::{leaves, naive};
use proptest::prelude::*;
use sallyport_audit_log::proof::{
    consistency, hashes, inclusion, subtrees, verify_consistency, verify_inclusion,
};
use sallyport_audit_log::{Hash, Range, Subtree, TileId, Tiles, decompose, leaf_hash};

/// Of the reference implementation of Certificate Transparency (`merkle_tree_test`).
const VECTORS: [(&str, &str); 8] = [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    ("606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
];

fn range(leaves: &[Hash]) -> Range {
    let mut range = Range::default();
    for &leaf in leaves {
        range.append(leaf, |_, _| {});
    }
    range
}

fn subtree(leaves: &[Hash], part: Subtree) -> Option<Hash> {
    let begin = usize::try_from(part.index << part.level).unwrap();
    leaves.get(begin..begin + (1 << part.level)).map(naive::root)
}

#[test]
fn roots_are_those_of_certificate_transparency() {
    let mut range = Range::default();
    assert_eq!(range.root().to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (entry, root) in VECTORS {
        range.append(leaf_hash(&hex::decode(entry).unwrap()), |_, _| {});
        assert_eq!(range.root().to_string(), root);
    }
}

#[test]
fn every_proof_of_every_small_tree_holds_and_is_the_naive_one() {
    let all = leaves(40);
    for size in 0..=40_usize {
        let tree = &all[..size];
        let root = naive::root(tree);
        assert_eq!(range(tree).root(), root);
        for index in 0..size {
            let steps = inclusion(index as u64, size as u64).unwrap();
            let proof = hashes(&steps, |part| subtree(tree, part)).unwrap();
            assert_eq!(proof, naive::path(index, tree));
            assert!(verify_inclusion(&tree[index], index as u64, size as u64, &root, &proof));
            for wrong in 0..=size {
                let other = wrong != index
                    && verify_inclusion(&tree[index], wrong as u64, size as u64, &root, &proof);
                assert!(!other, "leaf {index} of {size} passed for {wrong}");
            }
        }
        for old in 1..=size {
            let steps = consistency(old as u64, size as u64).unwrap();
            let proof = hashes(&steps, |part| subtree(tree, part)).unwrap();
            assert_eq!(proof, naive::proof(old, tree));
            let old_root = naive::root(&tree[..old]);
            assert!(verify_consistency(old as u64, &old_root, size as u64, &root, &proof));
        }
    }
    assert!(inclusion(4, 4).is_none() && consistency(5, 4).is_none());
}

proptest! {
    #[test]
    fn any_other_proof_is_refused(size in 2_usize..300, index in 0_usize..300, step in 0_usize..12, bit in 0_usize..256) {
        let tree = leaves(size as u64);
        let index = index % size;
        let root = naive::root(&tree);
        let tampered = |mut proof: Vec<Hash>| {
            if !proof.is_empty() {
                let step = step % proof.len();
                proof[step].0[bit / 8] ^= 1 << (bit % 8);
            }
            proof
        };
        let proof = naive::path(index, &tree);
        prop_assert!(verify_inclusion(&tree[index], index as u64, size as u64, &root, &proof));
        let (mut longer, shorter) = (proof.clone(), &proof[1..]);
        longer.push(root);
        prop_assert!(!verify_inclusion(&tree[index], index as u64, size as u64, &root, &longer));
        prop_assert!(!verify_inclusion(&tree[index], index as u64, size as u64, &root, shorter));
        prop_assert!(!verify_inclusion(&tree[index], index as u64, size as u64, &root, &tampered(proof)));

        let old = index.max(1);
        let old_root = naive::root(&tree[..old]);
        let proof = naive::proof(old, &tree);
        let holds = |from_root: &Hash, proof: &[Hash]| verify_consistency(old as u64, from_root, size as u64, &root, proof);
        prop_assert!(holds(&old_root, &proof));
        prop_assert!(!holds(&root, &proof));
        prop_assert!(!holds(&old_root, &tampered(proof.clone())));
        let mut longer = proof.clone();
        longer.push(root);
        prop_assert!(!holds(&old_root, &longer));
        prop_assert!(!holds(&old_root, &proof[1..]));
    }

    #[test]
    fn a_range_goes_on_where_it_was_left_and_is_closed_by_subtrees(size in 0_u64..700, cut in 0_u64..700) {
        let all = leaves(size);
        let cut = cut.min(size);
        let first = range(&all[..usize::try_from(cut).unwrap()]);
        let mut again = Range::new(first.size(), first.hashes().to_vec()).unwrap();
        for part in decompose(cut, size) {
            prop_assert!(again.append_subtree(part.level, subtree(&all, part).unwrap()));
        }
        prop_assert_eq!(again.root(), naive::root(&all));
        prop_assert!(Range::new(cut + 1, first.hashes().to_vec()).is_none_or(|_| (cut + 1).count_ones() == cut.count_ones()));
    }

    #[test]
    fn proofs_come_out_of_tiles(size in 1_u64..70_000, index in 0_u64..70_000) {
        let index = index % size;
        // Leaves that say where they stand; hashing so many for each case would take long.
        let all: Vec<Hash> = (0..size).map(|n| Hash(std::array::from_fn(|at| n.to_be_bytes()[at % 8]))).collect();
        let mut stored = std::collections::BTreeMap::new();
        let mut tree = Range::default();
        for &leaf in &all {
            tree.append(leaf, |part, hash| {
                if part.level % 8 == 0 {
                    stored.insert((part.level / 8, part.index), hash);
                }
            });
        }
        let steps = inclusion(index, size).unwrap();
        let needs = subtrees(&steps);
        let mut tiles = Tiles::default();
        for tile in Tiles::needed(&needs, size) {
            let begin = tile.index * 256;
            let hashes = (begin..begin + u64::from(tile.width)).map(|at| stored[&(tile.level, at)]).collect();
            prop_assert!(TileId::all(size).contains(&tile));
            tiles.insert(tile, hashes);
        }
        let proof = hashes(&steps, |part| tiles.hash(part)).unwrap();
        let leaf = all[usize::try_from(index).unwrap()];
        prop_assert!(verify_inclusion(&leaf, index, size, &tree.root(), &proof));
    }
}
