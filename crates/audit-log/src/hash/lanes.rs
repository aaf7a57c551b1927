//! SHA-256 (FIPS 180-4) of many messages at once, one in each lane of a vector of AVX2: four times what one message
//! after the other gets from a processor that has no instructions for SHA-256. A lane whose message is over takes up
//! the next, so lanes idle only at the end.

#![expect(clippy::inline_always, reason = "only what is inlined is compiled for AVX2")]

use super::Hash;
use super::messages::{BLOCK, Messages};
use fearless_simd::{Avx2, Level, Simd as _, SimdFrom as _, u32x8};
use std::ops::Range;

type Words = u32x8<Avx2>;
type Block = [u8; BLOCK];
/// The eight words of a hash, each for all lanes.
type State = [[u32; LANES]; 8];

const LANES: usize = 8;
/// So many lanes at work are quicker than their messages one after the other.
const WORTH: usize = 3;

/// FIPS 180-4, 5.3.3.
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// FIPS 180-4, 4.2.2.
#[rustfmt::skip]
const ROUNDS: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

/// Whether this is the quickest way here: a processor with instructions for SHA-256 is quicker by them.
pub(super) fn wide() -> Option<Avx2> {
    if std::is_x86_feature_detected!("sha") { None } else { Level::new().as_avx2() }
}

/// The hash of each message, in their order.
pub(super) fn hash(wide: Avx2, messages: &Messages, hashes: &mut [Hash]) {
    wide.vectorize(
        #[inline(always)]
        || hash_wide(wide, messages, hashes),
    );
}

/// A message on its way.
struct Lane<'a> {
    span: &'a Range<usize>,
    left: &'a [Block],
    hash: &'a mut Hash,
}

#[inline(always)]
fn hash_wide(wide: Avx2, messages: &Messages, hashes: &mut [Hash]) {
    let mut waiting = messages.blocks().zip(hashes).map(|((span, left), hash)| Lane { span, left, hash });
    let mut lanes: [Option<Lane<'_>>; LANES] = std::array::from_fn(|_| None);
    let mut state: State = [[0; LANES]; 8];
    loop {
        let mut blocks = [&[0; BLOCK]; LANES];
        let mut busy = 0;
        for (at, (lane, block)) in lanes.iter_mut().zip(&mut blocks).enumerate() {
            if lane.as_ref().is_none_or(|lane| lane.left.is_empty()) {
                if let Some(done) = lane.take() {
                    *done.hash = finish(&state, at);
                }
                *lane = waiting.next();
                begin(&mut state, at);
            }
            if let Some(lane) = lane
                && let Some((first, left)) = lane.left.split_first()
            {
                *block = first;
                lane.left = left;
                busy += 1;
            }
        }
        if busy < WORTH {
            break;
        }
        compress(wide, &mut state, blocks);
    }
    for lane in lanes.into_iter().flatten() {
        *lane.hash = Hash::of(&[messages.whole(lane.span)]);
    }
}

/// Nothing was hashed yet in the lane `at`.
fn begin(state: &mut State, at: usize) {
    for (word, initial) in state.iter_mut().zip(INITIAL) {
        if let Some(word) = word.get_mut(at) {
            *word = initial;
        }
    }
}

/// The hash in the lane `at`.
fn finish(state: &State, at: usize) -> Hash {
    let mut hash = Hash([0; 32]);
    for (to, word) in hash.0.as_chunks_mut().0.iter_mut().zip(state) {
        *to = word.get(at).map_or([0; 4], |word| word.to_be_bytes());
    }
    hash
}

/// One block more in every lane (FIPS 180-4, 6.2.2).
#[inline(always)]
fn compress(wide: Avx2, state: &mut State, blocks: [&Block; LANES]) {
    let schedule = schedule(wide, blocks);
    let mut words = [Words::simd_from(wide, 0); 8];
    for (word, before) in words.iter_mut().zip(&*state) {
        *word = Words::simd_from(wide, *before);
    }
    for (word, constant) in schedule.iter().zip(ROUNDS) {
        words = round(words, *word + constant);
    }
    for (after, word) in state.iter_mut().zip(words) {
        *after = (Words::simd_from(wide, *after) + word).into();
    }
}

#[inline(always)]
#[expect(clippy::many_single_char_names, reason = "the standard's names")]
fn round([a, b, c, d, e, f, g, h]: [Words; 8], word: Words) -> [Words; 8] {
    let choice = g ^ (e & (f ^ g));
    let majority = (a & b) | (c & (a | b));
    let first = h + word + choice + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25));
    let second = majority + (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22));
    [first + second, a, b, c, d + first, e, f, g]
}

/// The words of a block, and those that follow from them.
#[inline(always)]
fn schedule(wide: Avx2, blocks: [&Block; LANES]) -> [Words; 64] {
    let mut words = [Words::simd_from(wide, 0); 64];
    for (at, word) in words.iter_mut().take(16).enumerate() {
        let mut lanes = [0; LANES];
        for (lane, block) in lanes.iter_mut().zip(blocks) {
            *lane = block.as_chunks().0.get(at).map_or(0, |bytes| u32::from_be_bytes(*bytes));
        }
        *word = Words::simd_from(wide, lanes);
    }
    for at in 16..64 {
        let (before, after) = words.split_at_mut(at);
        let (Some(&[a, b, _, _, _, _, _, _, _, c, _, _, _, _, d, _]), Some(word)) =
            (before.last_chunk(), after.first_mut())
        else {
            break;
        };
        let first = rotate(b, 7) ^ rotate(b, 18) ^ (b >> 3);
        let second = rotate(d, 17) ^ rotate(d, 19) ^ (d >> 10);
        *word = a + first + c + second;
    }
    words
}

#[inline(always)]
fn rotate(words: Words, by: u32) -> Words {
    (words >> by) | (words << (32 - by))
}
