//! Names of things: sources, entries, identity keys.

use std::fmt;
use std::sync::Arc;

/// The name of a source in the configuration: `[a-z0-9][a-z0-9._-]*`. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(Arc<str>);

impl SourceId {
    /// Accepts a name of the form `[a-z0-9][a-z0-9._-]*`, at most 100 bytes long.
    pub fn new(name: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let bytes = name.as_bytes();
        let ok = bytes.len() <= 100
            && bytes.first().is_some_and(|&b| plain(b))
            && bytes.iter().all(|&b| plain(b) || matches!(b, b'.' | b'_' | b'-'));
        ok.then(|| Self(name.into()))
    }

    /// The name as it stands in the configuration.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// 128 bits under which an entry is recognised: a digest of a canonical URL,
/// of a guid within its feed, or of title and text where there is neither.
///
/// The bits have the form of a UUID (RFC 9562, version 8), because the first key
/// of an entry is its public name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryKey(pub [u8; 16]);

impl EntryKey {
    /// A key out of the first 128 bits of a digest; six of them give way to the form.
    pub fn from_digest(mut bytes: [u8; 16]) -> Self {
        bytes[6] = (bytes[6] & 0x0f) | 0x80;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Self(bytes)
    }
}

/// The public, lasting name of an entry: the key it was first seen under,
/// written as a UUID (RFC 9562, version 8).
///
/// It depends on nothing but the entry's own address, so a rebuilt database
/// gives the same names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId([u8; 16]);

impl EntryId {
    /// The name of an entry that was first seen under `key`.
    pub fn from_key(key: EntryKey) -> Self {
        Self(key.0)
    }

    /// From the 16 bytes kept in the store.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// From the form in which it is displayed, lower case with hyphens in their places.
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.bytes().filter(|&b| b != b'-').collect();
        let mut bytes = [0; 16];
        if text.len() != 36 || digits.len() != 32 {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        let id = Self(bytes);
        // One name, one address.
        (id.to_string() == text).then_some(id)
    }

    /// The 16 bytes to keep in the store.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The IRI used as `atom:id`, `<guid>` and JSON Feed `id`: `urn:uuid:…`.
    pub fn urn(&self) -> String {
        format!("urn:uuid:{self}")
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, byte) in self.0.iter().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_names() {
        for good in ["a", "0", "moscow-times", "a.b_c-d"] {
            assert!(SourceId::new(good).is_some(), "{good}");
        }
        for bad in ["", "A", "-a", ".a", "a b", "ä", "a/b", "../a"] {
            assert!(SourceId::new(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn entry_id_is_a_version_8_uuid() {
        let id = EntryId::from_key(EntryKey::from_digest([0xff; 16]));
        assert_eq!(id.urn(), "urn:uuid:ffffffff-ffff-8fff-bfff-ffffffffffff");
    }

    #[test]
    fn entry_ids_have_one_form() {
        let text = "0badcafe-0000-8000-8000-00000000000f";
        assert_eq!(EntryId::parse(text).unwrap().to_string(), text);
        for bad in [
            "",
            "0badcafe000080008000000000000001",
            "0BADCAFE-0000-8000-8000-000000000001",
            "0badcafe0-000-8000-8000-000000000001",
            "0badcafe-0000-8000-8000-00000000000+",
            "+badcafe-0000-8000-8000-000000000001",
            "éééééééééééééééééé",
        ] {
            assert!(EntryId::parse(bad).is_none(), "{bad}");
        }
    }
}
