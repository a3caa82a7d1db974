//! `Content-Encoding` (RFC 9110 §8.4): gzip, deflate, br, zstd, nested up to three deep.
//!
//! Pure and synchronous. The size of the result is limited while it grows, so a
//! bomb costs no more memory than the limit.

use brotli_decompressor::Decompressor;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use std::io::{self, BufRead, BufReader, Read};

/// What is sent as `Accept-Encoding`: exactly what can be decoded here.
pub const ACCEPT_ENCODING: &str = "gzip, br, zstd, deflate";

const MAX_NESTED: usize = 3;
/// More members than any honest gzip has; each costs some setting up.
const MAX_MEMBERS: usize = 10_000;
/// 8 MiB, the most a client has to support (RFC 9659).
const ZSTD_WINDOW_LOG: u32 = 23;

/// One content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// RFC 1952, one member or several.
    Gzip,
    /// RFC 1950 or, as some send it, bare RFC 1951.
    Deflate,
    /// RFC 7932.
    Brotli,
    /// RFC 8878.
    Zstd,
}

/// How decoding ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// Everything is there.
    Complete,
    /// The data ended early or is damaged; this is the reason.
    Cut(String),
    /// The limit was reached; there is more.
    Limit,
}

/// The codings named by the values of `Content-Encoding`, in the order they were applied.
///
/// # Errors
/// A text for people if one is unknown or there are too many.
pub fn codings<'a>(values: impl Iterator<Item = &'a [u8]>) -> Result<Vec<Coding>, String> {
    let mut list = Vec::new();
    for name in values.flat_map(|v| v.split(|&b| b == b',')) {
        let name = name.trim_ascii().to_ascii_lowercase();
        list.push(match name.as_slice() {
            b"" | b"identity" => continue,
            b"gzip" | b"x-gzip" => Coding::Gzip,
            b"deflate" => Coding::Deflate,
            b"br" => Coding::Brotli,
            b"zstd" => Coding::Zstd,
            other => {
                let shown = super::error::shown(other);
                return Err(format!("the content coding {shown} is unknown; {ACCEPT_ENCODING} were offered"));
            }
        });
        if list.len() > MAX_NESTED {
            return Err(format!("more than {MAX_NESTED} content codings, one in another"));
        }
    }
    Ok(list)
}

/// Undoes the codings, the last one first, up to `limit` bytes.
pub fn decode(data: &[u8], codings: &[Coding], limit: usize) -> (Vec<u8>, End) {
    let mut reader: Box<dyn BufRead + '_> = Box::new(data);
    for coding in codings.iter().rev() {
        reader = match layer(*coding, reader) {
            Ok(reader) => reader,
            Err(error) => return (Vec::new(), End::Cut(reason(codings, &error))),
        };
    }
    let mut out = Vec::new();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return (out, End::Complete),
            Ok(n) => {
                let room = limit - out.len();
                out.extend_from_slice(buffer.get(..n.min(room)).unwrap_or_default());
                if n > room {
                    return (out, End::Limit);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (out, End::Cut(reason(codings, &error))),
        }
    }
}

fn reason(codings: &[Coding], error: &io::Error) -> String {
    let what = match codings {
        [Coding::Gzip] => "gzip",
        [Coding::Deflate] => "deflate",
        [Coding::Brotli] => "br",
        [Coding::Zstd] => "zstd",
        _ => "nested",
    };
    format!("the {what} data is cut or damaged ({error})")
}

fn layer<'a>(coding: Coding, mut inner: Box<dyn BufRead + 'a>) -> io::Result<Box<dyn BufRead + 'a>> {
    // An empty body is an empty body, whatever it is called.
    if inner.fill_buf()?.is_empty() {
        return Ok(inner);
    }
    Ok(match coding {
        Coding::Gzip => Box::new(BufReader::new(Members { current: Some(GzDecoder::new(inner)), seen: 1 })),
        Coding::Deflate if is_zlib(inner.fill_buf()?) => Box::new(BufReader::new(ZlibDecoder::new(inner))),
        Coding::Deflate => Box::new(BufReader::new(DeflateDecoder::new(inner))),
        Coding::Brotli => Box::new(BufReader::new(Decompressor::new(inner, 8 * 1024))),
        Coding::Zstd => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(inner)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            Box::new(BufReader::new(decoder))
        }
    })
}

fn is_zlib(head: &[u8]) -> bool {
    match head {
        [cmf, flags, ..] => cmf & 0x0f == 8 && (u16::from(*cmf) << 8 | u16::from(*flags)) % 31 == 0,
        _ => false,
    }
}

/// All members of a gzip file; what follows them and is none (padding) is left out.
struct Members<R> {
    current: Option<GzDecoder<R>>,
    seen: usize,
}

impl<R: BufRead> Read for Members<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while let Some(decoder) = &mut self.current {
            let n = decoder.read(buf)?;
            if n > 0 || buf.is_empty() {
                return Ok(n);
            }
            let Some(mut rest) = self.current.take().map(GzDecoder::into_inner) else { break };
            if rest.fill_buf()?.first() != Some(&0x1f) {
                break;
            }
            if self.seen == MAX_MEMBERS {
                return Err(io::Error::other(format!("more than {MAX_MEMBERS} members")));
            }
            self.seen += 1;
            self.current = Some(GzDecoder::new(rest));
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests;
