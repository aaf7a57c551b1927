//! How much a recorder costs, printed; run by `cargo test --release -p sallyport-relay -- --ignored --nocapture bench`.

use std::fmt::Write;
use std::time::Instant;

use bytes::Bytes;
use sallyport_relay::recording::Recorder;
use uuid::Uuid;

use super::{Lab, header};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints a measurement; run it alone and in release"]
async fn bench_two_hundred_megabytes() {
    for (name, data) in [("log lines", log_lines()), ("incompressible", noise())] {
        let lab = Lab::new();
        let recorder = Recorder::start(&lab.spool, header(Uuid::from_u128(9))).await.unwrap();
        let (cpu, wall) = (cpu_ms(), Instant::now());
        for _ in 0..200 {
            for piece in 0..32 {
                recorder.output(data.slice(piece * 32_768..(piece + 1) * 32_768)).await.unwrap();
            }
        }
        recorder.flush().await.unwrap();
        let (cpu, wall) = (cpu_ms() - cpu, wall.elapsed().as_millis());
        let sealing = Instant::now();
        let sealed = recorder.finish("exited").await.unwrap();
        println!(
            "{name}: 200 MiB recorded in {cpu} ms of CPU, {wall} ms; container {} KiB, sealed in {} ms",
            sealed.size_bytes / 1024,
            sealing.elapsed().as_millis()
        );
    }
}

fn log_lines() -> Bytes {
    let mut text = String::new();
    let mut random = 1u32;
    while text.len() < 1 << 20 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        write!(
            text,
            "Nov 18 11:06:{:02} web-1 sshd[{}]: Accepted publickey for root from 10.0.{}.{} port {}\r\n",
            random >> 26,
            random >> 12,
            (random >> 8) & 255,
            random & 255,
            random >> 16
        )
        .unwrap();
    }
    text.truncate(1 << 20);
    text.into()
}

fn noise() -> Bytes {
    let mut bytes = vec![0; 1 << 20];
    aws_lc_rs::rand::fill(&mut bytes).unwrap();
    bytes.into()
}

fn cpu_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat.rsplit(')').next().unwrap().split_whitespace().skip(11).take(2);
    fields.map(|ticks| ticks.parse::<u64>().unwrap() * 10).sum()
}

#[tokio::test]
#[ignore = "prints a measurement; run it alone and in release"]
async fn bench_memory_of_an_idle_recorder() {
    const RECORDERS: u64 = 1000;
    let lab = Lab::new();
    let mut idle = Vec::new();
    let mut before = 0;
    for id in 0..=u128::from(RECORDERS) {
        let recorder = Recorder::start(&lab.spool, header(Uuid::from_u128(id))).await.unwrap();
        recorder.output(Bytes::from_static(b"welcome\r\n$ ")).await.unwrap();
        recorder.flush().await.unwrap();
        idle.push(recorder);
        if id == 0 {
            before = resident_bytes();
        }
    }
    // The timers of their first chunks run out.
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    println!("an idle recorder costs {} bytes", (resident_bytes() - before) / RECORDERS);
}

fn resident_bytes() -> u64 {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 4096
}
