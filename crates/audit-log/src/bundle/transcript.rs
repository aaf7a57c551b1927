//! A line of a bundle turned into the bytes that its leaf is the hash of, in one pass.
//!
//! It knows one spelling, the one that Sallyport writes, key after key, so a line that it takes needs not be written
//! again to show that nobody says the same in another way. What it does not know it leaves to serde, which reads the
//! line again and finds out what is wrong with it, if anything is. [`Entry`](crate::Entry) says what an entry is; tests
//! hold this to it.

use super::batch::Batch;
use super::explained::explains;
use super::spelling::Spelling;
use crate::entry::{SALT, VERSION};
use crate::hash::Hash;
use std::ops::Range;
use uuid::Uuid;

/// What is asked of a line beside its entry's bytes, which are in the batch.
pub(super) struct Transcript {
    pub(super) seq: u64,
    pub(super) leaf: Hash,
    pub(super) about: Option<About>,
}

/// Whose entry it is, and who it is about.
pub(super) struct About {
    pub(super) organization: Uuid,
    pub(super) actor: Option<Uuid>,
    pub(super) target: Option<Uuid>,
    /// Whether personal detail is missing.
    pub(super) erased: bool,
}

/// Reads a line and writes its entry into the batch; none, and nothing written, if it is for serde.
pub(super) fn transcribe(line: &[u8], batch: &mut Batch) -> Option<Transcript> {
    let mark = batch.mark();
    let transcript = Scribe { line: Spelling::of(line)?, batch, erased: false }.line();
    if transcript.is_none() {
        batch.undo(&mark);
    }
    transcript
}

struct Scribe<'a> {
    line: Spelling<'a>,
    batch: &'a mut Batch,
    erased: bool,
}

impl Scribe<'_> {
    fn line(mut self) -> Option<Transcript> {
        self.line.letters(r#"{"seq":"#)?;
        let seq = self.line.number()?;
        self.line.letters(r#","leaf":""#)?;
        let leaf = Hash(self.line.hex()?);
        self.line.letters("\"")?;
        let about = match self.line.letters(r#","entry":"#) {
            Some(()) => Some(self.entry()?),
            None => None,
        };
        self.line.letters("}")?;
        self.line.is_over().then_some(Transcript { seq, leaf, about })
    }

    fn entry(&mut self) -> Option<About> {
        self.bytes().extend([0, VERSION]);
        let organization = self.id(r#"{"organizationId":"#)??;
        self.id(r#","id":"#)??;
        self.instant(r#","occurredAt":"#)?;
        let code = self.text(r#","code":"#)?;
        if self.bytes().get(code).is_some_and(explains) {
            return None;
        }
        self.text(r#","outcome":"#)?;
        self.text(r#","riskLevel":"#)?;
        self.list(r#","controls":"#)?;
        self.personal(r#","sentence":"#)?;
        let actor = self.id(r#","actorId":"#)?;
        self.id(r#","actorOrganizationId":"#)?;
        self.personal(r#","actorName":"#)?;
        self.personal(r#","actorEmail":"#)?;
        self.optional_text(r#","actorRole":"#)?;
        self.optional_text(r#","targetType":"#)?;
        let target = self.id(r#","targetId":"#)?;
        self.personal(r#","targetName":"#)?;
        self.id(r#","sessionId":"#)?;
        self.personal(r#","clientIp":"#)?;
        self.personal(r#","userAgent":"#)?;
        self.id(r#","requestId":"#)?;
        self.list(r#","policyIds":"#)?;
        self.personal(r#","details":"#)?;
        self.line.letters("}")?;
        self.batch.entries.end();
        Some(About { organization, actor, target, erased: self.erased })
    }

    #[expect(
        clippy::option_option,
        reason = "none where it is spelt otherwise, none within where it is null"
    )]
    fn id(&mut self, key: &str) -> Option<Option<Uuid>> {
        self.line.letters(key)?;
        if self.is_null() {
            return Some(None);
        }
        self.line.letters("\"")?;
        let id = self.line.id()?;
        self.line.letters("\"")?;
        self.bytes().push(1);
        self.bytes().extend(id.as_bytes());
        Some(Some(id))
    }

    fn instant(&mut self, key: &str) -> Option<()> {
        self.line.letters(key)?;
        self.line.letters("\"")?;
        let micros = self.line.instant()?;
        self.bytes().extend(micros.to_be_bytes());
        self.line.letters("\"")
    }

    /// Says where it lies.
    fn text(&mut self, key: &str) -> Option<Range<usize>> {
        self.line.letters(key)?;
        self.bytes().push(1);
        self.measured()
    }

    fn optional_text(&mut self, key: &str) -> Option<()> {
        self.line.letters(key)?;
        if !self.is_null() {
            self.bytes().push(1);
            self.measured()?;
        }
        Some(())
    }

    fn list(&mut self, key: &str) -> Option<()> {
        self.line.letters(key)?;
        self.line.letters("[")?;
        let length = self.length();
        let mut count = 0;
        while self.line.letters("]").is_none() {
            if count > 0 {
                self.line.letters(",")?;
            }
            self.measured()?;
            count += 1;
        }
        self.set(length, count)
    }

    fn personal(&mut self, key: &str) -> Option<()> {
        self.line.letters(key)?;
        if self.line.letters(r#"{"commitment":""#).is_some() {
            let commitment: [u8; 32] = self.line.hex()?;
            self.bytes().extend(commitment);
            self.erased = true;
            return self.line.letters(r#""}"#);
        }
        self.line.letters(r#"{"salt":""#)?;
        let salt: [u8; SALT] = self.line.hex()?;
        self.line.letters(r#"","value":"#)?;
        let message = self.batch.commitments.writer();
        message.extend(salt);
        if self.line.letters("null").is_some() {
            message.push(0);
        } else {
            message.push(1);
            self.line.text(message)?;
        }
        self.batch.commit();
        self.line.letters("}")
    }

    /// A text behind its length.
    fn measured(&mut self) -> Option<Range<usize>> {
        let length = self.length();
        let begin = self.bytes().len();
        self.line.text(self.batch.entries.writer())?;
        let end = self.bytes().len();
        self.set(length, end - begin)?;
        Some(begin..end)
    }

    /// Room for a length, and where it is.
    fn length(&mut self) -> usize {
        let at = self.bytes().len();
        self.bytes().extend([0; 4]);
        at
    }

    fn set(&mut self, at: usize, length: usize) -> Option<()> {
        *self.bytes().get_mut(at..)?.first_chunk_mut()? = u32::try_from(length).ok()?.to_be_bytes();
        Some(())
    }

    fn is_null(&mut self) -> bool {
        let is_null = self.line.letters("null").is_some();
        if is_null {
            self.bytes().push(0);
        }
        is_null
    }

    fn bytes(&mut self) -> &mut Vec<u8> {
        self.batch.entries.writer()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Line;
    use crate::entry::{Entry, Personal};
    use crate::tree::Range;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    fn text() -> impl Strategy<Value = String> {
        let odd = select(vec![
            '"', '\\', '/', '\n', '\r', '\t', '\0', '\u{8}', '\u{b}', '\u{c}', '\u{1f}', '\u{7f}', 'é', '🦀',
        ]);
        let letters = prop_oneof![odd, any::<char>(), prop::char::range('a', 'f')];
        prop::collection::vec(letters, 0..12).prop_map(|letters| letters.into_iter().collect())
    }

    fn id() -> impl Strategy<Value = Option<Uuid>> {
        prop::option::of(any::<u128>().prop_map(Uuid::from_u128))
    }

    fn personal() -> impl Strategy<Value = Personal> {
        prop_oneof![
            4 => (any::<[u8; SALT]>(), prop::option::of(text())).prop_map(|(salt, value)| Personal::Open { salt, value }),
            1 => any::<[u8; 32]>().prop_map(|hash| Personal::Erased(Hash(hash))),
        ]
    }

    fn entry() -> impl Strategy<Value = Entry> {
        // The years 0 to 9999.
        let instants = -62_167_219_200_000_000..=253_402_300_799_999_999_i64;
        (
            (id(), id(), id(), id(), id(), id(), instants),
            (text(), text(), text(), prop::option::of(text()), prop::option::of(text())),
            prop::collection::vec(text(), 0..3),
            (personal(), personal(), personal(), personal(), personal(), personal(), personal()),
        )
            .prop_map(|(ids, texts, list, people)| Entry {
                organization_id: ids.0.unwrap_or_default(),
                id: ids.1.unwrap_or_default(),
                occurred_at: ids.6,
                code: texts.0,
                outcome: texts.1,
                risk_level: texts.2,
                controls: list.clone(),
                sentence: people.0,
                actor_id: ids.2,
                actor_organization_id: ids.3,
                actor_name: people.1,
                actor_email: people.2,
                actor_role: texts.3,
                target_type: texts.4,
                target_id: ids.4,
                target_name: people.3,
                session_id: ids.5,
                client_ip: people.4,
                user_agent: people.5,
                request_id: ids.0,
                policy_ids: list.into_iter().rev().collect(),
                details: people.6,
            })
    }

    fn written(line: &Line) -> Vec<u8> {
        serde_json::to_vec(line).unwrap()
    }

    proptest! {
        #[test]
        fn what_is_written_is_taken_as_it_was_meant(seq in any::<u64>(), entry in entry()) {
            let mut batch = Batch::default();
            let line = Line { seq, leaf: entry.leaf(), entry: Some(entry.clone()) };
            let taken = transcribe(&written(&line), &mut batch).unwrap();
            let about = taken.about.unwrap();
            prop_assert_eq!((taken.seq, taken.leaf), (seq, line.leaf));
            prop_assert_eq!(about.organization, entry.organization_id);
            prop_assert_eq!((about.actor, about.target), (entry.actor_id, entry.target_id));
            prop_assert_eq!(about.erased, entry.personal().iter().any(|personal| personal.is_erased()));
            batch.claim(seq, taken.leaf, true);
            batch.settle(&mut Range::default()).unwrap();
            let removed = Line { entry: None, ..line };
            let taken = transcribe(&written(&removed), &mut batch).unwrap();
            prop_assert!(taken.about.is_none() && taken.leaf == removed.leaf && taken.seq == seq);
        }

        #[test]
        fn a_line_that_is_taken_is_the_one_spelling_of_what_it_says(
            (seq, entry) in (0..1_000_u64, entry()),
            (at, length) in (any::<Index>(), 0..3_usize),
            instead in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..3),
                select(vec!["\\u0041", "\\/", "\\u000a", "\\u001F", "0", " ", "A", "\"", ",", "null", "}", "+", "-"])
                    .prop_map(|text| text.as_bytes().to_vec()),
            ],
        ) {
            let mut line = written(&Line { seq, leaf: entry.leaf(), entry: Some(entry) });
            let begin = at.index(line.len());
            let end = line.len().min(begin + length);
            line.splice(begin..end, instead);
            let mut batch = Batch::default();
            if transcribe(&line, &mut batch).is_some() {
                let meant: Line = serde_json::from_slice(&line).unwrap();
                prop_assert_eq!(&written(&meant), &line);
                batch.claim(seq, meant.entry.unwrap().leaf(), true);
                batch.settle(&mut Range::default()).unwrap();
            } else {
                prop_assert_eq!(batch.entries.size() + batch.commitments.size(), 0, "nothing is left of it");
            }
        }
    }
}
