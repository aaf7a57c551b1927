//! Writes a known recording and tells each chunk that became durable: the tests kill it at every system call.
//! `recording_writer FOLDER` prints `ack N` lines and `sealed`; it fails with the recorder's error.

use std::io::{IoSlice, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use aws_lc_rs::signature::Ed25519KeyPair;
use sallyport_relay::recording::{Header, ManifestSigner, Recorder, SpoolDir, SpoolOptions, folder_store};
use uuid::Uuid;

const CHUNKS: u32 = 4;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("which folder?")?);
    // One thread for all file work, so that "the Nth write" is one place in the program.
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().max_blocking_threads(1).build()?;
    runtime.block_on(record(folder))
}

async fn record(folder: PathBuf) -> Result<(), Box<dyn std::error::Error>> {
    let started = Instant::now();
    let spool = SpoolDir::open(SpoolOptions {
        dir: folder.join("spool"),
        store: folder_store(&folder.join("store"))?,
        signer: ManifestSigner::from_key("test-1", Ed25519KeyPair::from_seed_unchecked(&[7; 32])?),
        clock: Arc::new(move || u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)),
    })?;
    let header = Header {
        session_id: Uuid::from_u128(1),
        organization_id: Uuid::from_u128(0x0a),
        cols: 120,
        rows: 32,
        started_at_ms: 1_795_000_000_000,
        title: "web-1 (root)".into(),
        people: [(Uuid::from_u128(0xa1), "Anna Keller".to_owned())].into(),
    };
    let recorder = Recorder::start(&spool, header).await?;
    tell("ack 0")?;
    for chunk in 1..=CHUNKS {
        recorder.output(format!("chunk {chunk}\r\n").into()).await?;
        recorder.flush().await?;
        tell(&format!("ack {chunk}"))?;
    }
    match recorder.finish("exited").await?.store_error {
        None => tell("sealed")?,
        Some(cause) => return Err(cause.into()),
    }
    Ok(())
}

/// By another system call than the recorder's, so that counting `write` counts the recorder's alone.
fn tell(line: &str) -> std::io::Result<()> {
    let written = std::io::stdout().write_vectored(&[IoSlice::new(line.as_bytes()), IoSlice::new(b"\n")])?;
    if written == line.len() + 1 {
        std::io::stdout().flush()
    } else {
        Err(std::io::ErrorKind::WriteZero.into())
    }
}
