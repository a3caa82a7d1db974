//! The token that readers of the server must show.

use sha2::{Digest, Sha256};
use std::fmt;

/// Longest token, in bytes: it travels in a header or an address.
const LONGEST: usize = 1_000;
/// A shorter one could be guessed.
const LONG_ENOUGH: usize = 16;

/// A secret word, kept as its SHA-256: nothing that shows a configuration can show it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token {
    digest: [u8; 32],
    short: bool,
}

impl Token {
    /// Reads the content of a `token_file`; line ends and blanks around the token don't count.
    ///
    /// # Errors
    /// A sentence: it is empty, too long, or can't stand in a header (RFC 9110 5.5).
    pub(super) fn of_file(content: &[u8]) -> Result<Self, String> {
        let word = content.trim_ascii();
        if word.is_empty() {
            return Err("the file is empty; write a long random word into it, for example with: \
                        head -c 24 /dev/urandom | base64"
                .into());
        }
        if !word.iter().all(u8::is_ascii_graphic) {
            return Err("the file must hold one word of visible ASCII characters and nothing else".into());
        }
        if word.len() > LONGEST {
            return Err(format!("the file is too long for a token; at most {LONGEST} characters"));
        }
        Ok(Self { digest: Sha256::digest(word).into(), short: word.len() < LONG_ENOUGH })
    }

    /// Whether somebody shows this token. Takes the same time for every wrong one.
    pub fn is(&self, shown: &[u8]) -> bool {
        let shown: [u8; 32] = Sha256::digest(shown).into();
        let differing = self.digest.iter().zip(shown).fold(0, |all, (ours, theirs)| all | (ours ^ theirs));
        std::hint::black_box(differing) == 0
    }

    /// Whether it is so short that it could be guessed.
    pub fn is_short(&self) -> bool {
        self.short
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_of_the_file_and_no_other() {
        let token = Token::of_file(b" hunter2hunter2hunter2\r\n").unwrap();
        assert!(token.is(b"hunter2hunter2hunter2"));
        assert!(!token.is_short());
        for wrong in ["", " ", "hunter2hunter2hunter", "hunter2hunter2hunter22", "Hunter2hunter2hunter2"] {
            assert!(!token.is(wrong.as_bytes()), "{wrong:?}");
        }
        assert_eq!(format!("{token:?}"), "Token");
        assert!(Token::of_file(b"hunter2").unwrap().is_short());
    }

    #[test]
    fn what_is_no_token() {
        for (content, why) in [
            (&b""[..], "empty"),
            (b" \r\n\t", "empty"),
            (b"two words", "one word"),
            (b"two\nlines", "one word"),
            (b"nul\0", "one word"),
            ("schl\u{fc}ssel".as_bytes(), "one word"),
            (b"\xff\xfe", "one word"),
            (&[b'x'; 1_001], "too long"),
        ] {
            let told = Token::of_file(content).unwrap_err();
            assert!(told.contains(why), "{content:?}: {told}");
        }
        assert!(Token::of_file(&[b'x'; 1_000]).is_ok());
    }
}
