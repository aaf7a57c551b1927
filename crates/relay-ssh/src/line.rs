//! The stream under a connection, with a switch that cuts it.
//!
//! The library's task owns the stream and may hang in it: on a machine that stops in the middle of the key
//! exchange, or that no longer takes what it is sent. Whoever holds the [`Cut`] ends that task by dropping it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::oneshot;

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
}

impl<S> Line<S> {
    pub(crate) fn new(stream: S) -> (Self, Cut) {
        let (held, cut) = oneshot::channel();
        (Self { stream, cut, is_cut: false }, Cut { _held: held })
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
        match self.poll_cut(cx) {
            Poll::Ready(()) => Poll::Ready(Err(cut())),
            Poll::Pending => Pin::new(&mut self.stream).poll_read(cx, into),
        }
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
