//! How a machine ended, put into words for people.

use russh::Sig;
use russh::client::DisconnectReason;
use sallyport_relay::live::TargetEnd;
use tokio::sync::oneshot;

/// The longest sentence of a machine that is passed on.
const LONGEST: usize = 200;

/// What is known about the end, until it is told.
#[derive(Default)]
pub(crate) struct TargetEnding {
    pub(crate) status: Option<u32>,
    signal: Option<String>,
    /// The machine closed the channel in order.
    pub(crate) closed: bool,
    listener: Option<oneshot::Sender<TargetEnd>>,
}

impl TargetEnding {
    pub(crate) fn to(listener: oneshot::Sender<TargetEnd>) -> Self {
        Self { listener: Some(listener), ..Self::default() }
    }

    pub(crate) fn set_signal(&mut self, signal: &Sig) {
        self.signal = match signal {
            Sig::Custom(name) => readable(name),
            known => Some(format!("{known:?}")),
        };
    }

    /// Tells the end, once; `why` is the end of the whole connection.
    pub(crate) fn tell(&mut self, why: Option<&DisconnectReason<russh::Error>>) {
        let Some(listener) = self.listener.take() else { return };
        let exited = self.closed || self.status.is_some() || self.signal.is_some();
        let _ = listener.send(if exited {
            TargetEnd::Exited { status: self.status, signal: self.signal.take() }
        } else {
            TargetEnd::Lost(lost(why))
        });
    }
}

fn lost(why: Option<&DisconnectReason<russh::Error>>) -> String {
    match why {
        Some(DisconnectReason::ReceivedDisconnect(info)) => match readable(&info.message) {
            Some(said) => format!("The machine closed the connection and said: {said}"),
            None => "The machine closed the connection.".to_owned(),
        },
        Some(DisconnectReason::Error(russh::Error::KeepaliveTimeout | russh::Error::InactivityTimeout)) => {
            "The machine stopped answering.".to_owned()
        }
        Some(DisconnectReason::Error(russh::Error::UnknownKey)) => {
            "The machine showed another host key in mid-session, so the connection was cut.".to_owned()
        }
        _ => "The line to the machine was lost.".to_owned(),
    }
}

/// A machine's words on one short line, without anything that could act on a terminal.
pub(crate) fn readable(words: &str) -> Option<String> {
    let clean: String = words.chars().filter(|ch| !ch.is_control()).take(LONGEST).collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at31_a_machines_words_carry_no_escape_sequences() {
        assert_eq!(readable("\x1b]52;c;AAAA\x07bye\r\n\u{9b}31m").as_deref(), Some("]52;c;AAAAbye31m"));
        assert_eq!(readable("\n\t "), None);
        assert_eq!(readable(&"x".repeat(10_000)).unwrap().len(), LONGEST);
    }

    #[tokio::test]
    async fn an_exit_is_told_as_such_however_the_connection_ends() {
        for (status, closed) in [(Some(0), true), (Some(7), false), (None, true)] {
            let (listener, end) = oneshot::channel();
            let mut ending = TargetEnding { status, closed, ..TargetEnding::to(listener) };
            ending.tell(Some(&DisconnectReason::Error(russh::Error::HUP)));
            ending.tell(None);
            assert_eq!(end.await.unwrap(), TargetEnd::Exited { status, signal: None });
        }
    }
}
