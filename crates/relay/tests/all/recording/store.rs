//! Sealed recordings on their way to the store and out of it.

use std::fs;
use std::sync::Arc;

use bytes::Bytes;
use object_store::memory::InMemory;
use object_store::{ObjectStore, ObjectStoreExt};
use sallyport_relay::recording::read::{ReadError, Recording, delete};
use sallyport_relay::recording::{Recorder, folder_store};
use uuid::Uuid;

use super::{Lab, events, header, key, keys, output_of, say};

const SESSION: Uuid = Uuid::from_u128(6);

#[tokio::test]
async fn a_store_that_is_down_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let lab = Lab::with_store(folder_store(folder.path()).unwrap());
    let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    say(&recorder, "kept").await;
    // A file where the folder of recordings has to be.
    fs::write(folder.path().join("recordings"), "").unwrap();
    let sealed = recorder.finish("exited").await.unwrap();
    assert!(sealed.store_error.is_some());
    assert!(lab.spool.seal(SESSION, "interrupted").await.unwrap().store_error.is_some());

    fs::remove_file(folder.path().join("recordings")).unwrap();
    let waiting = lab.spool.recover().await.unwrap();
    assert_eq!(waiting.len(), 1);
    let sealed = lab.spool.seal(SESSION, "interrupted").await.unwrap();
    assert_eq!((sealed.complete, sealed.end_code.as_str(), sealed.store_error), (true, "exited", None));
    let recording = lab.open(SESSION).await;
    assert!(recording.verify(&keys()).await.unwrap().complete);
    assert_eq!(output_of(&events(recording.play()).await), b"kept");
    assert!(matches!(lab.spool.seal(SESSION, "interrupted").await, Err(ReadError::NotFound)));
}

#[tokio::test]
async fn a_live_recording_is_not_taken_for_an_orphan() {
    let lab = Lab::new();
    let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    assert!(lab.spool.recover().await.unwrap().is_empty());
    assert!(matches!(lab.spool.seal(SESSION, "interrupted").await, Err(ReadError::InUse)));
    recorder.finish("exited").await.unwrap();
}

#[tokio::test]
async fn a_large_recording_is_uploaded_in_parts() {
    for store in [Arc::new(InMemory::new()) as Arc<dyn ObjectStore>, {
        let folder = tempfile::tempdir().unwrap().keep();
        folder_store(&folder).unwrap()
    }] {
        let lab = Lab::with_store(store);
        let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
        let mut noise = vec![0; 9 << 20];
        aws_lc_rs::rand::fill(&mut noise).unwrap();
        recorder.output(Bytes::from(noise.clone())).await.unwrap();
        let sealed = recorder.finish("exited").await.unwrap();
        assert_eq!(sealed.store_error, None);
        assert!(sealed.size_bytes > 9 << 20);
        let recording = lab.open(SESSION).await;
        assert!(recording.verify(&keys()).await.unwrap().valid);
        assert!(output_of(&events(recording.play()).await) == noise);
    }
}

#[tokio::test]
async fn a_deleted_recording_is_gone_and_deleting_again_is_no_error() {
    let lab = Lab::new();
    let recorder = Recorder::start(&lab.spool, header(SESSION)).await.unwrap();
    recorder.finish("exited").await.unwrap();
    for _ in 0..2 {
        delete(&lab.store, key(SESSION)).await.unwrap();
        assert!(matches!(Recording::open(&lab.store, key(SESSION)).await, Err(ReadError::NotFound)));
        assert!(lab.store.head(&key(SESSION).manifest_path()).await.is_err());
    }
}

#[tokio::test]
async fn an_upload_that_a_crash_left_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    let left = folder.path().join("recordings/org/session.rec#1");
    fs::create_dir_all(left.parent().unwrap()).unwrap();
    fs::write(&left, "half a recording").unwrap();
    folder_store(folder.path()).unwrap();
    assert!(!left.exists());
}

#[tokio::test]
async fn one_process_holds_the_spool() {
    let lab = Lab::new();
    let second = sallyport_relay::recording::SpoolDir::open(sallyport_relay::recording::SpoolOptions {
        dir: lab.spool.path().to_owned(),
        store: Arc::clone(&lab.store),
        signer: super::signer(),
        clock: Arc::new(|| 0),
    });
    assert!(second.err().unwrap().to_string().contains("in use"));
}
