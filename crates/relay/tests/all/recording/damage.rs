//! Recordings that were changed, cut, mixed up or forged.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use sallyport_relay::recording::read::{Ending, Recording, Verification};
use sallyport_relay::recording::{ChunkEntry, ManifestSigner, Recorder, SpoolDir};
use uuid::Uuid;

use super::{Lab, events, header, key, keys, output_of, say};

const SESSION: Uuid = Uuid::from_u128(3);
const CHUNKS: usize = 4;
const HEAD: u64 = 100;

/// A sealed recording as two byte strings that a test may change.
#[derive(Clone)]
struct Files {
    data: Vec<u8>,
    manifest: Vec<u8>,
    chunks: Vec<ChunkEntry>,
}

impl Files {
    async fn record(lab: &Lab, session: Uuid) -> Self {
        let recorder = Recorder::start(&lab.spool, header(session)).await.unwrap();
        for chunk in 1..=CHUNKS {
            say(&recorder, &format!("chunk {chunk}\r\n")).await;
            if chunk < CHUNKS {
                recorder.flush().await.unwrap();
            }
        }
        recorder.finish("exited").await.unwrap();
        let get = async |path| lab.store.get(&path).await.unwrap().bytes().await.unwrap().to_vec();
        Self {
            data: get(key(session).data_path()).await,
            manifest: get(key(session).manifest_path()).await,
            chunks: lab.open(session).await.index().await.unwrap().chunks,
        }
    }

    async fn open(&self) -> Recording {
        let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
        store.put(&key(SESSION).data_path(), self.data.clone().into()).await.unwrap();
        store.put(&key(SESSION).manifest_path(), self.manifest.clone().into()).await.unwrap();
        Recording::open(&store, key(SESSION)).await.unwrap()
    }

    async fn verify(&self) -> Verification {
        self.open().await.verify(&keys()).await.unwrap()
    }

    /// Where a chunk's segment is.
    fn segment(&self, seq: usize) -> Range<usize> {
        let chunk = &self.chunks[seq - 1];
        let start = usize::try_from(chunk.offset - HEAD).unwrap();
        start..start + usize::try_from(HEAD).unwrap() + chunk.length as usize
    }

    /// The segment that a byte is in, as a verification names it.
    fn name_at(&self, at: usize) -> String {
        let seq = (1..=CHUNKS).find(|seq| self.segment(*seq).contains(&at));
        seq.map_or("header".into(), |seq| format!("chunk {seq}"))
    }

    /// The output of the chunks that end at or before a byte.
    fn output_before(&self, at: usize) -> String {
        let whole = (1..=CHUNKS).filter(|seq| self.segment(*seq).end <= at);
        whole.map(|seq| format!("chunk {seq}\r\n")).collect::<Vec<_>>().concat()
    }
}

async fn played(recording: &Recording) -> String {
    String::from_utf8(output_of(&events(recording.play()).await)).unwrap()
}

async fn asciicast(recording: &Recording) -> String {
    let lines: Vec<Bytes> = recording.asciicast().await.unwrap().try_collect().await.unwrap();
    String::from_utf8(lines.concat()).unwrap()
}

#[tokio::test]
async fn r04_recording_cut_at_every_byte_plays_to_the_cut() {
    let files = Files::record(&Lab::new(), SESSION).await;
    for cut in 0..files.data.len() {
        let mut shorter = files.clone();
        shorter.data.truncate(cut);
        let recording = shorter.open().await;
        assert_eq!(played(&recording).await, files.output_before(cut), "cut at {cut}");
        let index = recording.index().await.unwrap();
        assert!(!index.complete, "cut at {cut}");
        assert!(index.chunks.iter().all(|chunk| chunk.offset + u64::from(chunk.length) <= cut as u64));
        let verdict = recording.verify(&keys()).await.unwrap();
        assert_eq!(
            (verdict.valid, verdict.failed_segment),
            (false, Some(files.name_at(cut))),
            "cut at {cut}"
        );
        let cast = asciicast(&recording).await;
        assert!(cast.lines().last().unwrap().contains("cut: "), "cut at {cut}: {cast}");
        assert!(cast.matches("chunk ").count() >= index.chunks.len(), "cut at {cut}: {cast}");
    }
}

#[tokio::test]
async fn r05_at40_flipped_byte_is_named_wherever_it_is() {
    let files = Files::record(&Lab::new(), SESSION).await;
    for at in 0..files.data.len() {
        for bit in [0x01, 0x20, 0x80] {
            let mut flipped = files.clone();
            flipped.data[at] ^= bit;
            let recording = flipped.open().await;
            let verdict = recording.verify(&keys()).await.unwrap();
            assert_eq!(
                (verdict.valid, verdict.failed_segment),
                (false, Some(files.name_at(at))),
                "byte {at}"
            );
            let before = files.output_before(at);
            assert_eq!(played(&recording).await, before, "plays to the damage at byte {at}");
        }
    }
}

#[tokio::test]
async fn r05_flipped_byte_of_the_manifest_is_noticed() {
    let files = Files::record(&Lab::new(), SESSION).await;
    for at in 0..files.manifest.len() {
        for bit in [0x01, 0x20] {
            let mut flipped = files.clone();
            flipped.manifest[at] ^= bit;
            let verdict = flipped.verify().await;
            assert_eq!(verdict.failed_segment.as_deref(), Some("manifest"), "byte {at}: {verdict:?}");
        }
    }
}

#[tokio::test]
async fn at40_segments_reordered_dropped_doubled_or_added_are_named() {
    let files = Files::record(&Lab::new(), SESSION).await;
    let (two, three, end) = (files.segment(2), files.segment(3), files.data.len());
    let cases = [
        ("reordered", &[0..two.start, three.clone(), two.clone(), three.end..end][..], "chunk 2"),
        ("dropped", &[0..two.start, three.start..end], "chunk 2"),
        ("dropped at the end", &[0..two.start, two.start..three.end], "chunk 4"),
        ("doubled", &[0..two.end, two.clone(), three.start..end], "chunk 3"),
        ("added at the end", &[0..end, two.clone()], "chunk 5"),
        ("without a header", &[two.clone(), three.start..end], "header"),
    ];
    for (name, parts, segment) in cases {
        let mut changed = files.clone();
        changed.data = parts.iter().flat_map(|part| files.data[part.clone()].to_vec()).collect();
        assert_eq!(changed.verify().await.failed_segment.as_deref(), Some(segment), "{name}");
        played(&changed.open().await).await;
    }
}

#[tokio::test]
async fn at40_another_recording_in_its_place_is_noticed() {
    let lab = Lab::new();
    let files = Files::record(&lab, SESSION).await;
    let other = Files::record(&lab, Uuid::from_u128(4)).await;
    let data_swapped = Files { data: other.data.clone(), ..files.clone() };
    assert_eq!(data_swapped.verify().await.failed_segment.as_deref(), Some("header"));
    assert_eq!(played(&data_swapped.open().await).await, "", "what is not this session's is not played");
    let both_swapped = Files { manifest: other.manifest.clone(), ..data_swapped };
    assert_eq!(both_swapped.verify().await.failed_segment.as_deref(), Some("manifest"));
    let mixed = [&files.data[..files.segment(2).start], &other.data[other.segment(2).start..]].concat();
    let mixed = Files { data: mixed, ..files };
    assert_eq!(mixed.verify().await.failed_segment.as_deref(), Some("chunk 2"));
}

#[tokio::test]
async fn at40_recording_made_anew_without_the_key_is_noticed() {
    let genuine = Files::record(&Lab::new(), SESSION).await;
    let forger = Lab::new();
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let spool = SpoolDir::open(sallyport_relay::recording::SpoolOptions {
        dir: forger.spool.path().join("forged"),
        store: Arc::clone(&store),
        signer: ManifestSigner::new("test-1", |_| [9; 64]),
        clock: Arc::new(|| 0),
    })
    .unwrap();
    let recorder = Recorder::start(&spool, header(SESSION)).await.unwrap();
    say(&recorder, "nothing happened").await;
    recorder.finish("exited").await.unwrap();
    let recording = Recording::open(&store, key(SESSION)).await.unwrap();
    let verdict = recording.verify(&keys()).await.unwrap();
    assert_eq!(verdict.failed_segment.as_deref(), Some("manifest"));
    // Its chain is sound; beside the genuine manifest it still is another.
    let data = store.get(&key(SESSION).data_path()).await.unwrap().bytes().await.unwrap();
    let beside = Files { data: data.to_vec(), ..genuine };
    assert_eq!(beside.verify().await.failed_segment.as_deref(), Some("chunk 1"));
}

#[tokio::test]
async fn a_recording_without_its_manifest_still_plays() {
    let files = Files { manifest: Vec::new(), ..Files::record(&Lab::new(), SESSION).await };
    let recording = files.open().await;
    assert_eq!(played(&recording).await, "chunk 1\r\nchunk 2\r\nchunk 3\r\nchunk 4\r\n");
    assert_eq!(recording.index().await.unwrap().chunks, files.chunks);
    assert_eq!(files.verify().await.failed_segment.as_deref(), Some("manifest"));
}

#[tokio::test]
async fn a_range_is_the_containers_bytes() {
    let files = Files::record(&Lab::new(), SESSION).await;
    let recording = files.open().await;
    assert_eq!(recording.size(), files.data.len() as u64);
    for (range, expected) in
        [(5..9, &files.data[5..9]), (0..u64::MAX, &files.data[..]), (1 << 40..u64::MAX, &[])]
    {
        let pieces: Vec<Bytes> = recording.range(range).map(Result::unwrap).collect().await;
        assert_eq!(pieces.concat(), expected);
    }
}

#[tokio::test]
async fn damage_in_a_spool_is_sealed_up_to_it_and_kept_aside() {
    let lab = Lab::new();
    let files = Files::record(&lab, SESSION).await;
    let mut damaged = files.data.clone();
    damaged[files.segment(3).start + 120] ^= 1;
    std::fs::write(lab.spool_file(SESSION), &damaged).unwrap();
    let sealed = lab.spool.seal(SESSION, "interrupted").await.unwrap();
    assert_eq!((sealed.complete, sealed.store_error), (false, None));
    let recording = lab.open(SESSION).await;
    assert!(recording.verify(&keys()).await.unwrap().valid);
    assert_eq!(played(&recording).await, "chunk 1\r\nchunk 2\r\n");
    let mut player = recording.play();
    while player.next().await.unwrap().is_some() {}
    assert_eq!(player.ending(), Some(Ending::Open));
    assert_eq!(std::fs::read(lab.spool_file(SESSION).with_extension("damaged")).unwrap(), damaged);
}
