//! A DNS server on loopback that knows a few TXT records (RFC 1035).

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::UdpSocket;

/// The server.
#[derive(Clone)]
pub struct Dns {
    /// Where it listens.
    pub address: SocketAddr,
    texts: Arc<Mutex<HashMap<String, Vec<String>>>>,
}

impl Dns {
    /// Starts one that knows nothing.
    pub async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let dns = Self { address, texts: Arc::default() };
        let texts = Arc::clone(&dns.texts);
        tokio::spawn(async move {
            let mut question = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut question).await {
                let answer = answer(&question[..length], &texts.lock().unwrap());
                let _ = socket.send_to(&answer, from).await;
            }
        });
        dns
    }

    /// From now on the name has these texts.
    pub fn say(&self, name: &str, texts: &[&str]) {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        self.texts.lock().unwrap().insert(name.to_lowercase(), texts);
    }
}

fn answer(question: &[u8], known: &HashMap<String, Vec<String>>) -> Vec<u8> {
    let (name, end) = name(question);
    let texts = known.get(&name);
    let count = u16::try_from(texts.map_or(0, Vec::len)).unwrap();
    let mut out = question[..2].to_vec();
    // An authoritative answer; "no such name" where it is not known.
    out.extend([0x85, if texts.is_some() { 0x80 } else { 0x83 }, 0, 1]);
    out.extend(count.to_be_bytes());
    out.extend([0, 0, 0, 0]);
    // Name, type and class of the question, and nothing that came after it.
    out.extend(&question[12..end + 4]);
    for text in texts.into_iter().flatten() {
        // The name by its place in the question, TXT, IN, five seconds.
        out.extend([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 5]);
        let pieces: Vec<&[u8]> = text.as_bytes().chunks(255).collect();
        let length = text.len() + pieces.len();
        out.extend(u16::try_from(length).unwrap().to_be_bytes());
        for piece in pieces {
            out.push(u8::try_from(piece.len()).unwrap());
            out.extend(piece);
        }
    }
    out
}

/// The name that is asked for, and where it ends.
fn name(question: &[u8]) -> (String, usize) {
    let (mut at, mut labels) = (12, Vec::new());
    while question[at] != 0 {
        let length = usize::from(question[at]);
        labels.push(String::from_utf8_lossy(&question[at + 1..=at + length]).to_lowercase());
        at += length + 1;
    }
    (labels.join("."), at + 1)
}
