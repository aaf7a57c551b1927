//! The readable lines of a recording, for search.
//!
//! Made of output alone: what was typed but never shown, a password at a prompt, is not in it.

use serde::Serialize;

use super::lines::Lines;
use super::utf8::Utf8;
use super::{ReadError, Recording};
use crate::recording::event::What;

/// At most this many lines.
pub const MAX_LINES: usize = 50_000;
/// At most this many bytes of text.
pub const MAX_TEXT: usize = 8 * 1024 * 1024;

/// A line of text, and when its first character appeared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TranscriptLine {
    /// Milliseconds since the start.
    pub at_ms: u32,
    /// At most 1 KiB; longer ones go on in the next.
    pub line: String,
}

/// The readable lines of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Transcript {
    /// In the order of time.
    pub items: Vec<TranscriptLine>,
    /// Whether there was more than the bounds allow.
    pub truncated: bool,
}

impl Recording {
    /// The readable lines, up to the cut if there is one.
    pub async fn transcript(&self) -> Result<Transcript, ReadError> {
        let mut player = self.play();
        let (mut utf8, mut lines) = (Utf8::default(), Lines::default());
        let mut transcript = Transcript::default();
        let mut text_bytes = 0;
        while !transcript.truncated
            && let Some(events) = player.next().await?
        {
            for event in events {
                if let What::Output(bytes) = event.what {
                    lines.feed(event.at_ms, &utf8.push(&bytes));
                    transcript.take(lines.drain(), &mut text_bytes);
                }
            }
        }
        lines.break_line();
        transcript.take(lines.drain(), &mut text_bytes);
        Ok(transcript)
    }
}

impl Transcript {
    /// The lines that hold the text, whatever the case of its letters.
    pub fn search(&self, text: &str, limit: usize) -> Vec<&TranscriptLine> {
        let text = text.to_lowercase();
        self.items.iter().filter(|item| item.line.to_lowercase().contains(&text)).take(limit).collect()
    }

    fn take(&mut self, lines: impl Iterator<Item = TranscriptLine>, text_bytes: &mut usize) {
        for line in lines {
            *text_bytes += line.line.len();
            if self.items.len() >= MAX_LINES || *text_bytes > MAX_TEXT {
                self.truncated = true;
                return;
            }
            self.items.push(line);
        }
    }
}
