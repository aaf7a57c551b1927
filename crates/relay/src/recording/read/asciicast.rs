//! Export as asciicast v2, for asciinema and its kin, chunk by chunk in constant memory.
//!
//! The target's bytes go out as they came, clipboard writes (OSC 52), title reports and the like included: an
//! export that edits evidence is none. What displays them is what must be deaf to them; our own player is.

use bytes::Bytes;
use futures::Stream;
use futures::stream::try_unfold;
use serde_json::json;
use uuid::Uuid;

use super::utf8::Utf8;
use super::{Ending, Player, ReadError, Recording};
use crate::recording::event::{Event, Marker, What};

/// Where the export is.
struct Export {
    player: Player,
    output: Utf8,
    input: Utf8,
    typist: Option<Uuid>,
    at_ms: u32,
    done: bool,
}

impl Recording {
    /// The recording as asciicast v2 lines. One that was cut ends with a marker that says so.
    pub async fn asciicast(
        &self,
    ) -> Result<impl Stream<Item = Result<Bytes, ReadError>> + Send + use<>, ReadError> {
        let header = self.header().await?;
        let first = line(&json!({
            "version": 2,
            "width": header.cols,
            "height": header.rows,
            "timestamp": header.started_at_ms.div_euclid(1000),
            "title": header.title,
            "env": {"TERM": "xterm-256color"},
        }));
        let export = Export {
            player: self.play(),
            output: Utf8::default(),
            input: Utf8::default(),
            typist: None,
            at_ms: 0,
            done: false,
        };
        Ok(try_unfold((export, Some(first)), |(mut export, first)| async move {
            let lines = match first {
                Some(first) => Some(first),
                None => export.next().await?,
            };
            Ok(lines.map(|lines| (Bytes::from(lines), (export, None))))
        }))
    }
}

impl Export {
    async fn next(&mut self) -> Result<Option<String>, ReadError> {
        let mut lines = String::new();
        while lines.is_empty() && !self.done {
            match self.player.next().await? {
                Some(events) => events.iter().for_each(|event| self.add(event, &mut lines)),
                None => self.close(&mut lines),
            }
        }
        Ok((!lines.is_empty()).then_some(lines))
    }

    fn add(&mut self, event: &Event, lines: &mut String) {
        self.at_ms = event.at_ms;
        match &event.what {
            What::Output(bytes) => {
                let text = self.output.push(bytes);
                self.put('o', &text, lines);
            }
            What::Input { person, bytes } => {
                let mut text = String::new();
                if self.typist.replace(*person) != Some(*person) {
                    text.push_str(self.input.finish());
                }
                text.push_str(&self.input.push(bytes));
                self.put('i', &text, lines);
            }
            What::Resize { cols, rows } => self.put('r', &format!("{cols}x{rows}"), lines),
            What::Marker(Marker { kind, .. }) if kind == Marker::PERSON => {}
            What::Marker(marker) => self.put('m', &format!("{}: {}", marker.kind, marker.text), lines),
        }
    }

    fn close(&mut self, lines: &mut String) {
        self.done = true;
        let (output, input) = (self.output.finish(), self.input.finish());
        self.put('o', output, lines);
        self.put('i', input, lines);
        match self.player.ending() {
            Some(Ending::Flaw(flaw)) => {
                self.put('m', &format!("cut: the recording can be played up to here ({flaw})"), lines);
            }
            Some(Ending::Open) => self.put('m', "cut: the recording has no end", lines),
            Some(Ending::Complete) | None => {}
        }
    }

    fn put(&self, code: char, data: &str, lines: &mut String) {
        if !data.is_empty() {
            lines.push_str(&line(&json!([f64::from(self.at_ms) / 1000.0, code, data])));
        }
    }
}

fn line(value: &serde_json::Value) -> String {
    format!("{value}\n")
}
