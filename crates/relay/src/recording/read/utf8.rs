//! Text from bytes that arrive in pieces cut anywhere.

/// Decodes UTF-8 piece by piece; what is not UTF-8 becomes U+FFFD.
#[derive(Default)]
pub(crate) struct Utf8 {
    /// The first bytes of a character whose rest has not come.
    carry: Vec<u8>,
}

impl Utf8 {
    /// Decodes a piece, together with what the one before left.
    pub(crate) fn push(&mut self, piece: &[u8]) -> String {
        let joined;
        let mut rest = if self.carry.is_empty() {
            piece
        } else {
            joined = [std::mem::take(&mut self.carry).as_slice(), piece].concat();
            joined.as_slice()
        };
        let mut text = String::with_capacity(rest.len());
        loop {
            match std::str::from_utf8(rest) {
                Ok(valid) => {
                    text.push_str(valid);
                    return text;
                }
                Err(stopped) => {
                    let (valid, after) = rest.split_at_checked(stopped.valid_up_to()).unwrap_or_default();
                    text.push_str(std::str::from_utf8(valid).unwrap_or_default());
                    let Some(wrong) = stopped.error_len() else {
                        self.carry = after.to_vec();
                        return text;
                    };
                    text.push(char::REPLACEMENT_CHARACTER);
                    rest = after.get(wrong..).unwrap_or_default();
                }
            }
        }
    }

    /// What a character that never became whole turns into.
    pub(crate) fn finish(&mut self) -> &'static str {
        if std::mem::take(&mut self.carry).is_empty() { "" } else { "\u{fffd}" }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Utf8;

    fn decode(bytes: &[u8], piece: usize) -> String {
        let mut utf8 = Utf8::default();
        let mut text: String = bytes.chunks(piece).map(|piece| utf8.push(piece)).collect();
        text.push_str(utf8.finish());
        text
    }

    proptest! {
        #[test]
        fn pieces_decode_like_the_whole(bytes: Vec<u8>, piece in 1usize..9) {
            prop_assert_eq!(decode(&bytes, piece), String::from_utf8_lossy(&bytes));
        }

        #[test]
        fn text_survives_any_cut(text: String, piece in 1usize..5) {
            prop_assert_eq!(decode(text.as_bytes(), piece), text);
        }
    }
}
