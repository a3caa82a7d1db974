//! Numbers to bytes and back (little endian).

/// Collects bytes.
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn short(&mut self, number: u16) {
        self.0.extend(number.to_le_bytes());
    }

    pub(super) fn long(&mut self, number: i64) {
        self.0.extend(number.to_le_bytes());
    }

    /// Single precision is plenty for what was learned.
    pub(super) fn number(&mut self, number: f64) {
        self.0.extend((number as f32).to_le_bytes());
    }
}

/// Takes bytes apart; `None` at their end, and for what is no number.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take().map(u8::from_le_bytes)
    }

    pub(super) fn short(&mut self) -> Option<u16> {
        self.take().map(u16::from_le_bytes)
    }

    pub(super) fn long(&mut self) -> Option<i64> {
        self.take().map(i64::from_le_bytes)
    }

    pub(super) fn number(&mut self) -> Option<f64> {
        self.take().map(f32::from_le_bytes).filter(|number| number.is_finite()).map(f64::from)
    }
}
