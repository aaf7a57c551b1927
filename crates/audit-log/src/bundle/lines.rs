//! The lines of a bundle.

use super::verify::Damage;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{BufRead, Read as _};

/// No line is longer; whoever made a longer one wants our memory.
const LONGEST_LINE: u64 = 16 << 20;

/// Reads one after the other.
pub(super) struct Lines<R> {
    reader: R,
    line: u64,
    bytes: Vec<u8>,
    again: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, line: 0, bytes: Vec::new(), again: Vec::new() }
    }

    /// The next line, as it is, without its end.
    pub(super) fn next(&mut self) -> Result<&[u8], Damage> {
        self.line += 1;
        self.bytes.clear();
        (&mut self.reader).take(LONGEST_LINE).read_until(b'\n', &mut self.bytes)?;
        if self.bytes.pop_if(|last| *last == b'\n').is_none() {
            return Err(self.refuse("the bundle ends too early, or the line is too long"));
        }
        Ok(&self.bytes)
    }

    /// What this line says. It must be to the byte what writing its meaning again gives.
    pub(super) fn read<T: Serialize + DeserializeOwned>(&mut self) -> Result<T, Damage> {
        let value: T =
            serde_json::from_slice(&self.bytes).map_err(|error| self.refuse(&error.to_string()))?;
        self.again.clear();
        serde_json::to_writer(&mut self.again, &value).map_err(|error| self.refuse(&error.to_string()))?;
        if self.again != self.bytes {
            return Err(self.refuse("it says the same in another way"));
        }
        Ok(value)
    }

    /// What the next line says.
    pub(super) fn read_next<T: Serialize + DeserializeOwned>(&mut self) -> Result<T, Damage> {
        self.next()?;
        self.read()
    }

    pub(super) fn end(&mut self) -> Result<(), Damage> {
        if self.reader.fill_buf()?.is_empty() {
            Ok(())
        } else {
            Err(self.refuse("more follows after the end"))
        }
    }

    pub(super) fn refuse(&self, why: &str) -> Damage {
        Damage::Line { line: self.line, why: why.to_owned() }
    }
}
