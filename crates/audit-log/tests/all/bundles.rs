//! A bundle holds as it is, and in no other way.

use crate::{ACME, ADA, Key, entry, naive, open};
use proptest::prelude::*;
use proptest::sample::Index;
use sallyport_audit_log::bundle::{Damage, Footer, Header, Line, Report, Unexplained, line, verify};
use sallyport_audit_log::{Checkpoint, Entry, Hash, Personal, Range, SignedNote, decompose, origin};

fn entries(count: u128) -> Vec<Option<Entry>> {
    (0..count).map(|n| Some(entry(n))).collect()
}

fn leaves_of(entries: &[Option<Entry>]) -> Vec<Hash> {
    entries.iter().flatten().map(Entry::leaf).collect()
}

/// The bundle of entries `from..to` of a log with these leaves.
fn bundle(key: &Key, leaves: &[Hash], entries: &[Option<Entry>], from: usize, to: usize) -> Vec<u8> {
    let checkpoint =
        Checkpoint { origin: origin(ACME), size: leaves.len() as u64, root: naive::root(leaves) };
    let note = SignedNote::sign(&checkpoint.to_string(), &key.verifier(ACME), |text| key.sign(text)).unwrap();
    let mut left = Range::default();
    for &leaf in &leaves[..from] {
        left.append(leaf, |_, _| {});
    }
    let header = Header {
        bundle: 1,
        organization_id: ACME,
        from: from as u64,
        to: to as u64,
        left: left.hashes().to_vec(),
        checkpoint: note.to_string(),
    };
    let mut bytes = line(&header).unwrap();
    for seq in from..to {
        let one = Line { seq: seq as u64, leaf: leaves[seq], entry: entries[seq].clone() };
        bytes.extend(line(&one).unwrap());
    }
    let right = decompose(to as u64, leaves.len() as u64)
        .into_iter()
        .map(|part| {
            let begin = usize::try_from(part.index << part.level).unwrap();
            naive::root(&leaves[begin..begin + (1 << part.level)])
        })
        .collect();
    bytes.extend(line(&Footer { right }).unwrap());
    bytes
}

fn check(bytes: &[u8], earlier: &[Checkpoint]) -> Result<Report, Damage> {
    verify(bytes, |name| Ok(vec![sallyport_audit_log::Verifier::new(name, Key::new(1).public())?]), earlier)
}

#[test]
fn bundles_of_any_part_of_a_log_hold() {
    let entries = entries(21);
    let leaves = leaves_of(&entries);
    for from in 0..=21 {
        for to in from..=21 {
            let report = check(&bundle(&Key::new(1), &leaves, &entries, from, to), &[]).unwrap();
            assert_eq!((report.from, report.to, report.checkpoint.size), (from as u64, to as u64, 21));
            assert_eq!(report.unexplained, None);
        }
    }
    let other = check(&bundle(&Key::new(2), &leaves, &entries, 0, 21), &[]);
    assert!(matches!(other, Err(Damage::Checkpoint(_))), "signed by another key: {other:?}");
}

#[test]
fn any_flipped_byte_is_refused() {
    let mut entries = entries(3);
    let leaves = leaves_of(&entries);
    let first = entries[0].as_mut().unwrap();
    first.actor_name = Personal::Erased(first.actor_name.commitment());
    entries[1] = None;
    for (from, to) in [(0, 3), (1, 2)] {
        let whole = bundle(&Key::new(1), &leaves, &entries, from, to);
        assert!(check(&whole, &[]).is_ok());
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= [1, 4, 0x20][at % 3];
            assert!(check(&bytes, &[]).is_err(), "byte {at}: {:?}", char::from(whole[at]));
        }
        for cut in (0..whole.len()).step_by(17) {
            assert!(check(&whole[..cut], &[]).is_err(), "cut at {cut}");
        }
        let mut longer = whole.clone();
        longer.push(b'\n');
        assert!(check(&longer, &[]).is_err(), "one line more");
    }
}

/// The place of the entry that is named as wrong, where one is.
fn named(result: &Result<Report, Damage>) -> Option<u64> {
    match result {
        Err(Damage::Line { line, .. }) => line.checked_sub(2),
        Err(Damage::Entry { seq } | Damage::Place { seq, .. }) => Some(*seq),
        _ => None,
    }
}

proptest! {
    #[test]
    fn any_changed_byte_of_an_entry_is_refused_and_the_entry_named(
        text in prop::collection::vec(any::<char>(), 0..20),
        (at, to) in (any::<Index>(), any::<u8>()),
    ) {
        let text: String = text.into_iter().collect();
        let mut entries = entries(5);
        for entry in entries.iter_mut().flatten() {
            entry.sentence = open(4, &text);
            entry.policy_ids = vec![text.clone(), String::new()];
        }
        let mut bytes = bundle(&Key::new(1), &leaves_of(&entries), &entries, 0, 5);
        let ends: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at] == b'\n').collect();
        let at = ends[0] + 1 + at.index(ends[5] - ends[0]);
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        let place = ends[1..].partition_point(|&end| end < at) as u64;
        prop_assert_eq!(named(&check(&bytes, &[])), Some(place));
    }
}

#[test]
fn the_same_in_another_spelling_is_refused() {
    let entries = entries(2);
    let whole = bundle(&Key::new(1), &leaves_of(&entries), &entries, 0, 2);
    let whole = String::from_utf8(whole).unwrap();
    let (header, rest) = whole.split_once('\n').unwrap();
    let id = entries[0].as_ref().unwrap().organization_id.to_string();
    for (one, other) in [
        (r#"{"seq":0,"#, r#"{ "seq":0,"#),
        (r#"{"seq":0,"#, r#"{"seq":00,"#),
        (r#"{"seq":0,"#, r#"{"seq":-0,"#),
        (r#"{"seq":0,"#, r#"{"seq":0.0,"#),
        (r#"{"seq":0,"#, r#"{"seq":0e0,"#),
        (r#"{"seq":0,"#, r#"{"seq":0,"seq":0,"#),
        (r#"{"seq":0,"#, r#"{"\u0073eq":0,"#),
        (r#"{"seq":0,"#, "\u{feff}{\"seq\":0,"),
        (id.as_str(), &id.to_uppercase()),
        (id.as_str(), &id.replace('-', "")),
        (".000000Z", ".000000+00:00"),
        (".000000Z", ".000000z"),
        (".000000Z", "Z"),
        (".000000Z", ".0000000Z"),
        (r#""code":"grant.create","outcome":"success""#, r#""outcome":"success","code":"grant.create""#),
        ("grant.create", r"grant\u002ecreate"),
        ("provider.grants", r"\u0070rovider.grants"),
        (r"\n", r"\u000a"),
        (r#"\"level\""#, r"\u0022level\u0022"),
        ("“review”", r"\u201creview”"),
        (r#""actorOrganizationId":null,"#, ""),
        (r#""sessionId":null,"#, r#""sessionId":null,"more":null,"#),
        (r#""value":null}"#, "}"),
        (r#"{"salt":"09"#, r#"{"commitment":null,"salt":"09"#),
        ("}}\n", "}} \n"),
        ("}}\n", "}}\r\n"),
        ("}}\n", "}}\n\n"),
        ("}}\n", "},\"entry\":null}\n"),
    ] {
        let changed = rest.replacen(one, other, 1);
        assert_ne!(changed, rest, "{one} is there");
        let refused = check(format!("{header}\n{changed}").as_bytes(), &[]);
        assert!(matches!(refused, Err(Damage::Line { line: 2 | 3, .. })), "{other}: {refused:?}");
    }
}

#[test]
fn of_many_things_that_are_wrong_the_first_is_named() {
    let entries = entries(700);
    let leaves = leaves_of(&entries);
    let mut other = entries.clone();
    for seq in [300, 301, 650] {
        other[seq].as_mut().unwrap().outcome = "failure".to_owned();
    }
    let bytes = bundle(&Key::new(1), &leaves, &other, 0, 700);
    assert_eq!(named(&check(&bytes, &[])), Some(300));
    let broken = String::from_utf8(bytes).unwrap();
    assert_eq!(named(&check(broken.replace(r#""seq":302"#, r#""seq":303"#).as_bytes(), &[])), Some(300));
    assert_eq!(named(&check(broken.replace(r#""seq":302"#, "").as_bytes(), &[])), Some(300));
    assert_eq!(named(&check(broken.replace(r#""seq":299"#, "").as_bytes(), &[])), Some(299));
    let cut = broken.find(r#"{"seq":305"#).unwrap();
    assert_eq!(named(&check(&broken.as_bytes()[..cut], &[])), Some(300));
    let fork = |size| Checkpoint { origin: origin(ACME), size, root: leaves[0] };
    assert!(matches!(check(broken.as_bytes(), &[fork(400), fork(300)]), Err(Damage::Forked(300))));
    assert_eq!(named(&check(broken.as_bytes(), &[fork(301)])), Some(300));
    assert!(check(&bundle(&Key::new(1), &leaves, &entries, 0, 700), &[]).is_ok());
}

#[test]
fn lines_removed_doubled_swapped_or_of_another_log_are_named() {
    let entries = entries(6);
    let leaves = leaves_of(&entries);
    let whole = bundle(&Key::new(1), &leaves, &entries, 0, 6);
    let lines: Vec<&[u8]> = whole.split_inclusive(|&byte| byte == b'\n').collect();
    let seq = |order: &[usize]| {
        let bytes: Vec<u8> = order.iter().flat_map(|&at| lines[at].to_vec()).collect();
        match check(&bytes, &[]) {
            Err(Damage::Place { seq, .. }) => Some(seq),
            Err(Damage::Line { .. }) => Some(u64::MAX),
            _ => None,
        }
    };
    assert_eq!(seq(&[0, 1, 2, 4, 5, 6, 7]), Some(2), "removed");
    assert_eq!(seq(&[0, 1, 2, 2, 3, 4, 5, 6, 7]), Some(2), "doubled");
    assert_eq!(seq(&[0, 1, 3, 2, 4, 5, 6, 7]), Some(1), "swapped");
    assert_eq!(seq(&[0, 1, 2, 3, 4, 5, 7]), Some(u64::MAX), "the last one removed");
    let mut other = entries.clone();
    other[4].as_mut().unwrap().code = "user.create".to_owned();
    let changed = check(&bundle(&Key::new(1), &leaves, &other, 0, 6), &[]);
    assert!(matches!(changed, Err(Damage::Entry { seq: 4 })), "{changed:?}");
    let mut rewritten = leaves.clone();
    rewritten[4] = other[4].as_ref().unwrap().leaf();
    let mut bytes = bundle(&Key::new(1), &rewritten, &other, 0, 6);
    let header = lines[0].to_vec();
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap();
    bytes.splice(..=end, header);
    assert!(
        matches!(check(&bytes, &[]), Err(Damage::Root)),
        "changed with its leaf, under the old checkpoint"
    );
}

#[test]
fn x14_an_earlier_checkpoint_shows_that_a_log_was_rewritten_and_signed_anew() {
    let entries = entries(9);
    let leaves = leaves_of(&entries);
    let old = |size: usize| Checkpoint {
        origin: origin(ACME),
        size: size as u64,
        root: naive::root(&leaves[..size]),
    };
    let whole = bundle(&Key::new(1), &leaves, &entries, 0, 9);
    let report = check(&whole, &[old(5), old(9), old(0)]).unwrap();
    assert_eq!(report.continues, [0, 5, 9]);
    let mut other = entries.clone();
    other[2] = Some(entry(77));
    let rewritten = bundle(&Key::new(1), &leaves_of(&other), &other, 0, 9);
    assert!(check(&rewritten, &[]).is_ok(), "it looks right by itself");
    assert!(matches!(check(&rewritten, &[old(5)]), Err(Damage::Forked(5))));
}

#[test]
fn what_is_missing_is_explained_by_the_log_or_told() {
    let mut entries = entries(6);
    let details = |text: &str| Personal::Open { salt: [3; 16], value: Some(text.to_owned()) };
    let by_platform = |entry: &mut Entry, code: &str, text: &str| {
        entry.code = code.to_owned();
        entry.details = details(text);
    };
    by_platform(entries[4].as_mut().unwrap(), "audit.cleanup", r#"{"upTo": 2, "removed": 2}"#);
    by_platform(entries[5].as_mut().unwrap(), "audit.erase", &format!(r#"{{"userId": "{ADA}"}}"#));
    let leaves = leaves_of(&entries);
    entries[0] = None;
    entries[1] = None;
    let third = entries[2].as_mut().unwrap();
    third.sentence = Personal::Erased(third.sentence.commitment());
    let report = check(&bundle(&Key::new(1), &leaves, &entries, 0, 6), &[]).unwrap();
    assert_eq!((report.removed, report.erased, report.unexplained), (2, 1, None));
    let mut more = entries.clone();
    more[3] = None;
    let report = check(&bundle(&Key::new(1), &leaves, &more, 0, 6), &[]).unwrap();
    assert_eq!(report.unexplained, Some(Unexplained::Content(3)));
    let part = check(&bundle(&Key::new(1), &leaves, &entries, 0, 4), &[]).unwrap();
    assert!(part.unexplained.is_some(), "the word of the log is in another part");
}
