//! What a terminal costs beside the OpenSSH client, printed; run by
//! `cargo test --release -p sallyport-relay-ssh -- --ignored --nocapture bench`.

use std::process::Command;
use std::time::Instant;

use super::*;

const BYTES: usize = 200_000_000;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "prints a measurement; run it alone and in release"]
async fn bench_two_hundred_megabytes() {
    let sshd = Sshd::start().unwrap();
    let file = sshd.folder().join("big");
    std::fs::write(&file, vec![b'x'; BYTES]).unwrap();
    let key = sshd.folder().join("client");
    for _ in 0..5 {
        // Without a terminal on either side: a PTY is slower than any SSH.
        let started = Instant::now();
        let ssh = Command::new("ssh")
            .args(["-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"])
            .args(["-o", "LogLevel=ERROR", "-tt", "-i"])
            .arg(&key)
            .args(["-p", &sshd.address().port().to_string()])
            .arg(format!("{}@127.0.0.1", sshd.username()))
            .arg(format!("stty raw; cat {}", file.display()))
            .output()
            .unwrap();
        let theirs = started.elapsed();
        assert!(ssh.stdout.len() >= BYTES, "{ssh:?}");

        let mut target = enter(&sshd, key_of(&sshd)).await.unwrap();
        let started = Instant::now();
        type_in(&target, &format!("stty raw -echo; exec cat {}\n", file.display())).await;
        let mut read = 0;
        while let Some(bytes) = target.output.recv().await {
            read += bytes.len();
        }
        let ours = started.elapsed();
        assert!(read >= BYTES);
        println!(
            "200 MB through a terminal: OpenSSH {theirs:?}, ours {ours:?}, ratio {:.2}",
            theirs.as_secs_f64() / ours.as_secs_f64()
        );
    }
}
