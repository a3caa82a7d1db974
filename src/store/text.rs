//! How texts and times are written into columns.

use jiff::Timestamp;
use rusqlite::Row;

/// Texts from this size on are compressed: a shorter one fits on its page of
/// the database (4 KiB) anyway.
const WORTH_PACKING: usize = 4096;
/// The largest text that is unpacked; nothing larger is ever stored.
const MAX_TEXT: usize = 64 << 20;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;

/// Text to column: a byte that names the packing, then the bytes.
pub(super) fn pack(text: &str) -> Vec<u8> {
    if text.len() >= WORTH_PACKING
        && let Ok(packed) = zstd::bulk::compress(text.as_bytes(), 3)
        && packed.len() < text.len() * 9 / 10
    {
        let mut column = Vec::with_capacity(packed.len() + 1);
        column.push(ZSTD);
        column.extend_from_slice(&packed);
        return column;
    }
    let mut column = Vec::with_capacity(text.len() + 1);
    column.push(PLAIN);
    column.extend_from_slice(text.as_bytes());
    column
}

/// Column to text. `None` if it is damaged.
pub(super) fn unpack(column: &[u8]) -> Option<String> {
    let (&packing, bytes) = column.split_first()?;
    let bytes = match packing {
        PLAIN => bytes.to_vec(),
        ZSTD => {
            let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten()?;
            let size = usize::try_from(size).ok().filter(|&size| size <= MAX_TEXT)?;
            zstd::bulk::decompress(bytes, size).ok()?
        }
        _ => return None,
    };
    String::from_utf8(bytes).ok()
}

/// An optional packed text.
pub(super) fn text(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<String>> {
    let bytes: Option<Vec<u8>> = row.get(column)?;
    Ok(bytes.as_deref().and_then(unpack))
}

/// Milliseconds since 1970.
pub(super) fn ms(time: Timestamp) -> i64 {
    time.as_millisecond()
}

/// A time out of a column; damaged ones become 1970.
pub(super) fn time(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for text in ["", "short", &"long ".repeat(10_000)] {
            assert_eq!(unpack(&pack(text)).as_deref(), Some(text));
        }
        assert!(pack(&"long ".repeat(10_000)).len() < 500);
        assert_eq!(unpack(b""), None);
        assert_eq!(unpack(&[9, 1, 2]), None);
        assert_eq!(unpack(&[ZSTD, 1, 2, 3]), None);
    }
}
