use super::*;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;
use std::io::Write;

const TEXT: &[u8] = b"The quick brown fox. The quick brown fox again.";
/// `TEXT` as brotli: one uncompressed meta-block and the empty last one.
fn brotli(data: &[u8]) -> Vec<u8> {
    // WBITS 16 (bit 0), then ISLAST 0, MNIBBLES 4 (00), MLEN-1 in 16 bits, ISUNCOMPRESSED 1.
    let bits: u32 = ((data.len() as u32 - 1) << 4) | (1 << 20);
    let mut out = bits.to_le_bytes()[..3].to_vec();
    out.extend_from_slice(data);
    out.push(3);
    out
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn raw(data: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn zstd_of(data: &[u8]) -> Vec<u8> {
    zstd::encode_all(data, 3).unwrap()
}

#[test]
fn names() {
    let list = |values: &[&str]| codings(values.iter().map(|v| v.as_bytes()));
    assert_eq!(list(&[]).unwrap(), []);
    assert_eq!(list(&["", "identity , Identity"]).unwrap(), []);
    assert_eq!(list(&["X-GZIP,br", " zstd"]).unwrap(), [Coding::Gzip, Coding::Brotli, Coding::Zstd]);
    assert!(list(&["gzip, exi\u{1b}"]).unwrap_err().contains("\\u{1b}"));
    assert!(list(&["gzip,gzip,gzip,gzip"]).is_err());
}

#[test]
fn each_coding() {
    for (coding, data) in [
        (Coding::Gzip, gzip(TEXT)),
        (Coding::Deflate, zlib(TEXT)),
        (Coding::Deflate, raw(TEXT)),
        (Coding::Brotli, brotli(TEXT)),
        (Coding::Zstd, zstd_of(TEXT)),
    ] {
        assert_eq!(decode(&data, &[coding], 1000), (TEXT.to_vec(), End::Complete), "{coding:?}");
        assert_eq!(decode(&data, &[coding], TEXT.len()), (TEXT.to_vec(), End::Complete), "{coding:?}");
        assert_eq!(decode(&data, &[coding], 10), (TEXT[..10].to_vec(), End::Limit), "{coding:?}");
        assert_eq!(decode(b"", &[coding], 10), (vec![], End::Complete), "{coding:?}");
        let (bytes, end) = decode(b"<rss>not compressed at all</rss>", &[coding], 1000);
        assert!(matches!(end, End::Cut(_)) && bytes.len() < 20, "{coding:?} {bytes:?}");
    }
}

#[test]
fn cut_data_gives_what_there_is() {
    let long: Vec<u8> =
        (0..40_000u32).flat_map(|i| (i.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()).collect();
    for (coding, data) in [
        (Coding::Gzip, gzip(&long)),
        (Coding::Deflate, zlib(&long)),
        (Coding::Brotli, brotli(&long[..60_000])),
        (Coding::Zstd, zstd_of(&long)),
    ] {
        let (bytes, end) = decode(&data[..data.len() / 8 * 7], &[coding], usize::MAX);
        assert!(matches!(end, End::Cut(_)), "{coding:?}");
        assert!(long.starts_with(&bytes), "{coding:?}");
        assert!(bytes.len() > 1000, "{coding:?} {}", bytes.len());
    }
}

#[test]
fn several_members_and_padding() {
    let mut data = gzip(b"one ");
    data.extend(gzip(b""));
    data.extend(gzip(b"two"));
    data.extend([0; 100]);
    assert_eq!(decode(&data, &[Coding::Gzip], 1000), (b"one two".to_vec(), End::Complete));
    let many = gzip(b"").repeat(MAX_MEMBERS + 5);
    assert!(matches!(decode(&many, &[Coding::Gzip], 1000), (_, End::Cut(_))));
    let mut frames = zstd_of(b"one ");
    frames.extend(zstd_of(b"two"));
    assert_eq!(decode(&frames, &[Coding::Zstd], 1000).0, b"one two");
}

#[test]
fn nested_right_to_left() {
    let data = zstd_of(&gzip(TEXT));
    assert_eq!(decode(&data, &[Coding::Gzip, Coding::Zstd], 1000), (TEXT.to_vec(), End::Complete));
    let bomb = gzip(&gzip(&gzip(&vec![0; 30_000_000])));
    let (bytes, end) = decode(&bomb, &[Coding::Gzip; 3], 100_000);
    assert_eq!((bytes.len(), end), (100_000, End::Limit));
}

#[test]
fn zstd_with_a_huge_window_is_refused() {
    // Magic, window descriptor for 1 GiB, one raw last block of a single byte.
    let data = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 20 << 3, 0x09, 0, 0, b'x'];
    let (bytes, end) = decode(&data, &[Coding::Zstd], 1000);
    assert!(bytes.is_empty() && matches!(end, End::Cut(_)), "{end:?}");
}

proptest! {
    #[test]
    fn junk_ends(data in proptest::collection::vec(any::<u8>(), 0..400), pick in 0usize..4) {
        let coding = [Coding::Gzip, Coding::Deflate, Coding::Brotli, Coding::Zstd][pick];
        let (bytes, _) = decode(&data, &[coding], 5000);
        prop_assert!(bytes.len() <= 5000);
    }
}
