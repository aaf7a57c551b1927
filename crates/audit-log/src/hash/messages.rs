//! Messages that are hashed together: eight at a time where that is the quickest way, one by one elsewhere.

use super::Hash;
#[cfg(target_arch = "x86_64")]
use super::lanes;
use std::ops::Range;

/// What SHA-256 takes at once.
pub(super) const BLOCK: usize = 64;
/// Bytes of the length at a message's end.
const LENGTH: usize = 8;

/// Messages one behind the other, each already padded to whole blocks (FIPS 180-4, 5.1.1), so that nothing is copied
/// again when they are hashed.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    bytes: Vec<u8>,
    /// Where each lies, without its padding.
    spans: Vec<Range<usize>>,
}

impl Messages {
    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.spans.len()
    }

    /// How much memory they take, with the one that is being written.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Where the next message is written to, at the end.
    pub(crate) fn writer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// What was written since the last message is one.
    pub(crate) fn end(&mut self) {
        let span = self.begin()..self.bytes.len();
        let bits = span.len() as u64 * 8;
        self.spans.push(span);
        self.bytes.push(0x80);
        self.bytes.resize(self.begin() - LENGTH, 0);
        self.bytes.extend_from_slice(&bits.to_be_bytes());
    }

    /// One more, of these parts.
    pub(crate) fn push(&mut self, parts: &[&[u8]]) {
        for part in parts {
            self.bytes.extend_from_slice(part);
        }
        self.end();
    }

    /// The first `count` alone.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.spans.truncate(count);
        self.bytes.truncate(self.begin());
    }

    /// Puts a hash where room was left for it.
    pub(crate) fn fill(&mut self, at: usize, hash: &Hash) {
        if let Some(to) = self.bytes.get_mut(at..at + hash.0.len()) {
            to.copy_from_slice(&hash.0);
        }
    }

    /// The hash of each.
    pub(crate) fn hash(&self, hashes: &mut Vec<Hash>) {
        hashes.clear();
        #[cfg(target_arch = "x86_64")]
        if let Some(wide) = lanes::wide() {
            hashes.resize(self.count(), Hash([0; 32]));
            return lanes::hash(wide, self, hashes);
        }
        hashes.extend(self.spans.iter().map(|span| Hash::of(&[self.whole(span)])));
    }

    /// A message without its padding.
    pub(super) fn whole(&self, span: &Range<usize>) -> &[u8] {
        self.bytes.get(span.clone()).unwrap_or_default()
    }

    /// Each with the blocks that it and its padding fill.
    #[cfg(target_arch = "x86_64")]
    pub(super) fn blocks(&self) -> impl Iterator<Item = (&Range<usize>, &[[u8; BLOCK]])> {
        self.spans.iter().map(|span| {
            let padded = self.bytes.get(span.start..after(span)).unwrap_or_default();
            (span, padded.as_chunks().0)
        })
    }

    /// Where the message that is being written begins.
    fn begin(&self) -> usize {
        self.spans.last().map_or(0, after)
    }
}

/// Where the padding of a message ends.
fn after(span: &Range<usize>) -> usize {
    (span.end + 1 + LENGTH).next_multiple_of(BLOCK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn together(all: &[Vec<u8>]) -> Vec<String> {
        let mut messages = Messages::default();
        let mut hashes = Vec::new();
        for one in all {
            messages.push(&[one]);
        }
        messages.hash(&mut hashes);
        hashes.iter().map(Hash::to_string).collect()
    }

    fn one_by_one(all: &[Vec<u8>]) -> Vec<String> {
        all.iter().map(|one| Hash::of(&[one]).to_string()).collect()
    }

    #[test]
    fn examples_of_the_standard() {
        // FIPS 180-2, B.1 to B.3, and nothing. Three of each, that the lanes have work.
        let examples = [
            (String::new(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc".to_owned(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".to_owned(),
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
            ("a".repeat(1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ];
        for (message, hash) in examples {
            assert_eq!(together(&vec![message.into_bytes(); 3]), vec![hash; 3]);
        }
    }

    #[test]
    fn messages_of_every_length() {
        let bytes: Vec<u8> = (0..=255).cycle().take(300).collect();
        let all: Vec<Vec<u8>> = (0..=300).map(|length| bytes[..length].to_vec()).collect();
        assert_eq!(together(&all), one_by_one(&all));
        for one in all {
            let alone = vec![one; 8];
            assert_eq!(together(&alone), one_by_one(&alone));
        }
    }

    #[test]
    fn what_is_cut_off_and_filled_in_is_hashed_as_it_is_then() {
        let mut messages = Messages::default();
        let mut hashes = Vec::new();
        messages.push(&[b"kept", &[0; 32]]);
        messages.push(&[b"cut off"]);
        messages.writer().extend(b"half");
        messages.truncate(1);
        messages.fill(4, &Hash([7; 32]));
        messages.push(&[b"another"]);
        messages.hash(&mut hashes);
        assert_eq!(hashes, [Hash::of(&[b"kept", &[7; 32]]), Hash::of(&[b"another"])]);
    }

    proptest! {
        #[test]
        fn messages_of_mixed_lengths(all in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..700), 0..60)) {
            prop_assert_eq!(together(&all), one_by_one(&all));
        }
    }
}
