//! The stream under a connection, with a switch that cuts it.
//!
//! The library's task owns the stream and may hang in it: on a machine that stops in the middle of the key
//! exchange, or that no longer takes what it is sent. Whoever holds the [`Cut`] ends that task by dropping it.
//! The library also reads each packet in two bites, so what is there is fetched at once and handed out from here.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;
use tokio_util::io::poll_read_buf;

/// Fetched at once. The room for it is there only while something is in it: a silent line keeps none.
const AHEAD: usize = 32 * 1024;

/// Cuts the line when dropped.
#[derive(Debug)]
pub(crate) struct Cut {
    _held: oneshot::Sender<()>,
}

/// A stream that ends when its [`Cut`] is dropped.
#[derive(Debug)]
pub(crate) struct Line<S> {
    stream: S,
    cut: oneshot::Receiver<()>,
    is_cut: bool,
    /// Fetched and not yet handed out.
    ahead: Bytes,
}

impl<S> Line<S> {
    pub(crate) fn new(stream: S) -> (Self, Cut) {
        let (held, cut) = oneshot::channel();
        (Self { stream, cut, is_cut: false, ahead: Bytes::new() }, Cut { _held: held })
    }

    /// Whether it is cut; if not, the task is woken when it will be. Reading and writing share the wake-up:
    /// the library does both in one task.
    fn poll_cut(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if !self.is_cut {
            let _ = ready!(Pin::new(&mut self.cut).poll(cx));
            self.is_cut = true;
        }
        Poll::Ready(())
    }
}

fn cut() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "the line was cut by us")
}

impl<S: AsyncRead + Unpin> AsyncRead for Line<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.poll_cut(cx).is_ready() {
            return Poll::Ready(Err(cut()));
        }
        if self.ahead.is_empty() {
            let mut room = BytesMut::with_capacity(AHEAD);
            ready!(poll_read_buf(Pin::new(&mut self.stream), cx, &mut room))?;
            self.ahead = room.freeze();
        }
        let bite = self.ahead.len().min(into.remaining());
        into.put_slice(&self.ahead.split_to(bite));
        if self.ahead.is_empty() {
            self.ahead = Bytes::new();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Line<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        match self.poll_cut(cx) {
            Poll::Ready(()) => Poll::Ready(Err(cut())),
            Poll::Pending => Pin::new(&mut self.stream).poll_write(cx, from),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.poll_cut(cx) {
            Poll::Ready(()) => Poll::Ready(Err(cut())),
            Poll::Pending => Pin::new(&mut self.stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn what_was_fetched_at_once_is_handed_out_in_bites_and_then_ends() {
        let (near, mut far) = tokio::io::duplex(100);
        let (mut line, _cut) = Line::new(near);
        far.write_all(b"0123456789").await.unwrap();
        drop(far);
        let mut bite = [0; 4];
        line.read_exact(&mut bite).await.unwrap();
        assert_eq!((&bite, line.ahead.len()), (b"0123", 6));
        let mut rest = Vec::new();
        line.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, b"456789");
    }

    #[tokio::test]
    async fn a_cut_line_wakes_and_ends_its_reader_and_its_writer() {
        let (near, mut far) = tokio::io::duplex(16);
        let (mut line, cut) = Line::new(near);
        far.write_all(b"hello").await.unwrap();
        assert_eq!(line.read(&mut [0; 16]).await.unwrap(), 5);
        let hanging = tokio::spawn(async move {
            let read = line.read(&mut [0; 16]).await;
            (read, line.write_all(&[0; 1000]).await)
        });
        tokio::task::yield_now().await;
        drop(cut);
        let (read, write) = hanging.await.unwrap();
        assert!(read.is_err() && write.is_err());

        let (near, _far) = tokio::io::duplex(16);
        let (mut line, cut) = Line::new(near);
        let hanging = tokio::spawn(async move { line.write_all(&[0; 1000]).await });
        tokio::task::yield_now().await;
        drop(cut);
        assert!(hanging.await.unwrap().is_err());
    }
}
