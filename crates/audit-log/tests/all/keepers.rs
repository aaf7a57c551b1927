//! Nothing is signed or kept that does not continue what was.

use crate::{ACME, Key, leaves, naive};
use sallyport_audit_log::{Checkpoint, Hash, Keeper, Refusal};

fn head(tree: &[Hash]) -> (u64, Hash) {
    (tree.len() as u64, naive::root(tree))
}

fn sign(keeper: &Keeper, key: &Key, tree: &[Hash], proof: &[Hash]) -> Result<String, Refusal> {
    keeper.sign(ACME, head(tree), proof, &[key.verifier(ACME)], |text| key.sign(text))
}

#[test]
fn x14_x15_a_shorter_or_another_log_is_not_signed() {
    let folder = tempfile::tempdir().unwrap();
    let key = Key::new(1);
    let keeper = Keeper::open(&folder.path().join("kept")).unwrap();
    let all = leaves(20);
    let first = sign(&keeper, &key, &all[..12], &[]).unwrap();
    assert_eq!(Checkpoint::open(&first, &key.verifier(ACME)).unwrap().size, 12);
    sign(&keeper, &key, &all[..12], &[]).unwrap();

    let cut = sign(&keeper, &key, &all[..11], &[]);
    assert!(matches!(cut, Err(Refusal::Smaller { signed: 12, size: 11 })), "{cut:?}");
    let mut other = all.clone();
    other[3] = leaves(30)[29];
    for (tree, proof) in
        [(&other[..12], vec![]), (&other[..20], naive::proof(12, &other)), (&all[..20], vec![])]
    {
        let forked = sign(&keeper, &key, tree, &proof);
        assert!(matches!(forked, Err(Refusal::Forked { signed: 12, .. })), "{forked:?}");
    }
    // Another start of the platform knows it still, and goes on from there.
    let again = Keeper::open(&folder.path().join("kept")).unwrap();
    let note = sign(&again, &key, &all, &naive::proof(12, &all)).unwrap();
    assert_eq!(again.last(ACME, &[key.verifier(ACME)]).unwrap().unwrap().size, 20);
    let (size, root) = head(&all);
    assert_eq!(Checkpoint::open(&note, &key.verifier(ACME)).unwrap().root, root);

    // What was signed elsewhere is kept on the same terms.
    let there = Keeper::open(&folder.path().join("there")).unwrap();
    let kept = |note: &str, proof: &[Hash]| there.witness(ACME, note, proof, &[key.verifier(ACME)]);
    kept(&first, &[]).unwrap();
    assert!(kept(&note, &[]).is_err(), "without the proof");
    kept(&note, &naive::proof(12, &all)).unwrap();
    assert!(matches!(kept(&first, &[]), Err(Refusal::Smaller { .. })));
    let stranger = Key::new(3);
    assert!(there.witness(ACME, &note, &[], &[stranger.verifier(ACME)]).is_err());

    assert!(again.put_aside(ACME).unwrap().unwrap().exists());
    assert!(again.last(ACME, &[key.verifier(ACME)]).unwrap().is_none());
    assert_eq!(size, 20);
}

#[test]
fn a_kept_file_that_is_damaged_is_not_taken_for_none() {
    let folder = tempfile::tempdir().unwrap();
    let key = Key::new(1);
    let keeper = Keeper::open(folder.path()).unwrap();
    let tree = leaves(5);
    sign(&keeper, &key, &tree, &[]).unwrap();
    let path = folder.path().join(ACME.to_string());
    let good = std::fs::read(&path).unwrap();
    for length in 0..good.len() {
        std::fs::write(&path, &good[..length]).unwrap();
        assert!(matches!(sign(&keeper, &key, &tree, &[]), Err(Refusal::Kept { .. })), "cut at {length}");
    }
    std::fs::write(&path, &good).unwrap();
    // A write that was begun and never ended does not count.
    std::fs::write(folder.path().join(format!("{ACME}.new")), b"half").unwrap();
    sign(&keeper, &key, &tree, &[]).unwrap();
    assert!(keeper.last(ACME, &[Key::new(2).verifier(ACME)]).is_err(), "by a key that is not ours");
}
