//! The screen of a session, rebuilt from its recording when a client comes back or lags.
//!
//! The emulator lives only while it draws: an idle session keeps none.

use std::fmt::Write as _;
use std::num::NonZeroU16;

use bytes::Bytes;
use tokio::sync::Semaphore;
use vt100::Parser;

use super::modes::{ModeTrail, Modes};
use super::pipe::Screen;
use super::quiet::quiet;
use super::{Limits, TermSize};
use crate::recording::{Recorder, Tail};

/// Screens drawn at the same time in this process: a thousand clients that come back at once take
/// turns, instead of megabytes each.
static DRAWING: Semaphore = Semaphore::const_new(2);

/// What to draw a session's screen with.
pub(super) struct Drawing {
    pub(super) recorder: Recorder,
    pub(super) limits: Limits,
    pub(super) checkpoint: Option<(u64, Modes)>,
    pub(super) modes: Modes,
}

impl Drawing {
    pub(super) fn new(recorder: Recorder, limits: &Limits, trail: &ModeTrail) -> Self {
        let start = trail.position().saturating_sub(limits.tail_bytes as u64);
        let checkpoint = trail.checkpoint(start);
        Self { recorder, limits: limits.clone(), checkpoint, modes: trail.modes() }
    }

    /// The screen as of now; `None`, with a log entry, when it cannot be drawn.
    pub(super) async fn draw(self) -> Option<Screen> {
        let _turn = DRAWING.acquire().await.ok()?;
        let tail = match self.recorder.tail(self.limits.tail_bytes).await {
            Ok(tail) => tail,
            Err(error) => {
                tracing::warn!(%error, "the screen cannot be drawn: its recording cannot be read back");
                return None;
            }
        };
        // A panic of the emulator over hostile output costs this one redraw.
        let drawn =
            tokio::task::spawn_blocking(move || rebuild(&tail, &self.limits, self.checkpoint, &self.modes))
                .await;
        drawn
            .inspect_err(|error| tracing::error!(%error, "the terminal emulator failed over the output"))
            .ok()
    }
}

fn rebuild(tail: &Tail, limits: &Limits, checkpoint: Option<(u64, Modes)>, modes: &Modes) -> Screen {
    let size = TermSize::clamped(tail.cols, tail.rows);
    let held: usize = tail.segments.iter().map(|segment| segment.output.len()).sum();
    let bytes = if tail.whole && held <= limits.raw_restore_bytes {
        let outputs: Vec<&[u8]> = tail.segments.iter().map(|segment| segment.output.as_slice()).collect();
        quiet(&outputs.concat())
    } else {
        let start = tail.output_bytes.saturating_sub(held as u64);
        let (begin, begin_modes) = match checkpoint {
            _ if tail.whole => (start, Modes::default()),
            // Begins between two sequences, with the modes that were set before.
            Some((at, modes)) if at >= start => (at, modes),
            _ => (start, *modes),
        };
        let mut parser = replay(tail, usize::try_from(begin - start).unwrap_or(usize::MAX), &begin_modes);
        resize(&mut parser, size);
        picture(&mut parser, modes)
    };
    Screen { position: tail.output_bytes, size, bytes: Bytes::from(bytes) }
}

/// Runs the tail, but for its first `skip` bytes, through an emulator.
fn replay(tail: &Tail, mut skip: usize, modes: &Modes) -> Parser {
    let (cols, rows) = tail.segments.front().map_or((tail.cols, tail.rows), |first| (first.cols, first.rows));
    let mut parser = emulator(TermSize::clamped(cols, rows));
    if modes.alternate() {
        parser.process(b"\x1b[?1049h");
    }
    parser.process(modes.sequences().as_bytes());
    for segment in &tail.segments {
        resize(&mut parser, TermSize::clamped(segment.cols, segment.rows));
        let skipped = skip.min(segment.output.len());
        skip -= skipped;
        parser.process(segment.output.get(skipped..).unwrap_or_default());
    }
    parser
}

/// Lines above the screen that come back with it.
const HISTORY: usize = 500;

fn sides(size: TermSize) -> (NonZeroU16, NonZeroU16) {
    let at_least_one = |length: u16| NonZeroU16::new(length).unwrap_or(NonZeroU16::MIN);
    (at_least_one(size.rows), at_least_one(size.cols))
}

fn emulator(size: TermSize) -> Parser {
    let (rows, cols) = sides(size);
    Parser::new(rows, cols, HISTORY)
}

fn resize(parser: &mut Parser, size: TermSize) {
    let (rows, cols) = sides(size);
    if parser.screen().size() != (rows, cols) {
        parser.set_size(rows, cols);
    }
}

/// The sequences that make a fresh terminal of the same size look and act like this one.
fn picture(parser: &mut Parser, modes: &Modes) -> Vec<u8> {
    let front = parser.screen().contents_formatted();
    let (row, col) = parser.screen().cursor_position();
    let mut text = String::new();
    if modes.alternate() {
        // Behind a full-screen program lies the shell, which comes back when the program ends.
        if parser.screen().alternate_screen() {
            parser.process(b"\x1b[?1049l");
            history(parser, &mut text);
            text.push_str(&parser.screen().contents_formatted());
        }
        text.push_str("\x1b[?1049h");
    } else {
        history(parser, &mut text);
    }
    text.push_str(&front);
    text.push_str(&modes.sequences());
    if let Some(top) = modes.moves_cursor() {
        // Setting a scroll region or origin mode has sent the cursor home.
        let line = (row + 1).saturating_sub(top - 1).max(1);
        // Writing to a string cannot fail.
        let _ = write!(text, "\x1b[{line};{}H", col + 1);
    }
    text.into_bytes()
}

/// The lines above the screen, pushed up and out of the way.
fn history(parser: &mut Parser, text: &mut String) {
    let (rows, cols) = parser.screen().size();
    let page = usize::from(rows.get());
    let lines = parser.screen().scrollback_len();
    let mut above = lines;
    while above > 0 {
        parser.screen_mut().set_scrollback(above);
        let count = above.min(page);
        for line in parser.screen().rows_formatted(0, cols.get()).take(count) {
            text.push_str(&line);
            text.push_str("\x1b[m\r\n");
        }
        above -= count;
    }
    parser.screen_mut().set_scrollback(0);
    if lines > 0 {
        text.push_str(&"\n".repeat(page.saturating_sub(1)));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;
    use crate::recording::TailSegment;

    const SIZE: TermSize = TermSize { cols: 40, rows: 8 };

    /// What `quiet` or the emulator make of `output`, when only its last `tail` bytes are read back.
    fn restored(output: &[u8], tail: usize, raw: usize) -> Parser {
        let mut modes = ModeTrail::default();
        for piece in output.chunks(1000) {
            modes.follow(piece);
        }
        let limits = Limits { tail_bytes: tail, raw_restore_bytes: raw, ..Limits::default() };
        let start = output.len().saturating_sub(tail);
        let held = Tail {
            segments: VecDeque::from([TailSegment {
                cols: SIZE.cols,
                rows: SIZE.rows,
                output: output[start..].to_vec(),
            }]),
            whole: start == 0,
            cols: SIZE.cols,
            rows: SIZE.rows,
            output_bytes: output.len() as u64,
        };
        let screen = rebuild(&held, &limits, modes.checkpoint(start as u64), &modes.modes());
        assert_eq!((screen.size, screen.position), (SIZE, output.len() as u64));
        shown(&screen.bytes)
    }

    fn shown(output: &[u8]) -> Parser {
        let mut parser = emulator(SIZE);
        parser.process(output);
        parser
    }

    fn assert_same(restored: &Parser, original: &Parser) {
        let (restored, original) = (restored.screen(), original.screen());
        assert_eq!(restored.contents(), original.contents());
        assert_eq!(restored.cursor_position(), original.cursor_position());
        assert_eq!(restored.alternate_screen(), original.alternate_screen());
        assert_eq!(restored.hide_cursor(), original.hide_cursor());
        assert_eq!(restored.input_mode_formatted(), original.input_mode_formatted());
        assert_eq!(restored.contents_formatted(), original.contents_formatted());
    }

    #[test]
    fn a_full_screen_program_comes_back_with_its_modes_and_the_shell_behind_it() {
        let output = b"$ vi notes\r\n\x1b[?1049h\x1b[?1h\x1b=\x1b[?2004h\x1b[?1002;1006h\x1b[2;7r\x1b[1;31mtop\x1b[m\x1b[5;9Hhere";
        for raw in [0, 1000] {
            let mut restored = restored(output, 1000, raw);
            let mut original = shown(output);
            assert_same(&restored, &original);
            restored.process(b"\x1b[?1049l");
            original.process(b"\x1b[?1049l");
            assert_eq!(restored.screen().contents(), original.screen().contents());
        }
    }

    #[test]
    fn modes_set_long_before_the_tail_come_back() {
        let mut output = b"\x1b[?1049h\x1b[?1h\x1b[?25l\x1b[?2004h".to_vec();
        for line in 0..200_000 {
            output.extend_from_slice(format!("\x1b[{};1Hline {line} \x1b[K", line % 8 + 1).as_bytes());
        }
        assert!(output.len() > 3_000_000);
        assert_same(&restored(&output, 2_000_000, 1000), &shown(&output));
    }

    #[test]
    fn lines_above_the_screen_come_back() {
        let mut output = String::new();
        for line in 0..300 {
            write!(output, "\x1b[3{}mline {line}\r\n", line % 8).unwrap();
        }
        let mut restored = restored(output.as_bytes(), 1_000_000, 0);
        let mut original = shown(output.as_bytes());
        assert_same(&restored, &original);
        restored.screen_mut().set_scrollback(200);
        original.screen_mut().set_scrollback(200);
        assert!(original.screen().contents().starts_with("line 93\n"));
        assert!(restored.screen().contents().contains("line 93\n"));
    }

    #[test]
    fn a_scroll_region_comes_back_with_the_cursor_in_its_place() {
        for output in [&b"\x1b[3;6r\x1b[4;5Hx"[..], b"\x1b[3;6r\x1b[?6h\x1b[2;5Hx"] {
            let mut restored = restored(output, 1000, 0);
            let mut original = shown(output);
            assert_same(&restored, &original);
            for parser in [&mut restored, &mut original] {
                parser.process(b"\r\na\r\nb\r\nc\r\nd\r\ne");
            }
            assert_eq!(restored.screen().contents(), original.screen().contents());
        }
    }

    proptest! {
        #[test]
        fn any_output_is_redrawn_as_it_was(
            parts in prop::collection::vec(prop_oneof![
                "[a-zé€世 ]{0,50}".prop_map(String::into_bytes),
                prop::sample::select(vec![
                    &b"\r\n"[..], b"\x1b[31m", b"\x1b[m", b"\x1b[H", b"\x1b[2J", b"\x1b[5;30H", b"\x1b[K", b"\x1b[?1h",
                    b"\x1b[?25l", b"\x1b[?2004h", b"\t", b"\x1b[?1049h", b"\x1b[?1049l", b"\x08", b"\x1b[L", b"\x1b[7m",
                ]).prop_map(<[u8]>::to_vec),
            ], 0..40),
        ) {
            let output = parts.concat();
            assert_same(&restored(&output, 100_000, 0), &shown(&output));
        }

        #[test]
        fn garbage_is_survived(output in prop::collection::vec(any::<u8>(), 0..400)) {
            restored(&output, 300, 0);
        }
    }
}
