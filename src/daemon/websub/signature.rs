//! `X-Hub-Signature` (WebSub §7.1): HMAC (RFC 2104) with SHA-256, 384 or 512.

use super::unhex;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};

/// What the signatures of an announcement are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signed {
    /// One is right.
    Well,
    /// None is.
    Badly,
    /// They use a method that is not accepted (SHA-1) and no other: the hub knows no better.
    Weakly,
}

/// Judges the values `method=digits` of an announcement, compared in constant time.
pub(super) fn judge(signatures: &[String], secret: &[u8], body: &[u8]) -> Signed {
    let mut weak = false;
    let mut strong = false;
    // More than one or two are no help to anybody.
    for signature in signatures.iter().take(4) {
        let Some((method, digits)) = signature.trim().split_once('=') else { continue };
        let method = method.trim().to_ascii_lowercase();
        weak |= method == "sha1";
        let Some(tag) = unhex(digits.trim()) else { continue };
        let right = match method.as_str() {
            "sha256" => right::<Hmac<Sha256>>(secret, body, &tag),
            "sha384" => right::<Hmac<Sha384>>(secret, body, &tag),
            "sha512" => right::<Hmac<Sha512>>(secret, body, &tag),
            _ => continue,
        };
        if right {
            return Signed::Well;
        }
        strong = true;
    }
    if weak && !strong { Signed::Weakly } else { Signed::Badly }
}

fn right<M: Mac + KeyInit>(secret: &[u8], body: &[u8], tag: &[u8]) -> bool {
    // HMAC takes keys of any length.
    <M as KeyInit>::new_from_slice(secret).is_ok_and(|mac| mac.chain_update(body).verify_slice(tag).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231 §4.3
    const SECRET: &[u8] = b"Jefe";
    const BODY: &[u8] = b"what do ya want for nothing?";
    const SHA256: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const SHA384: &str =
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649";
    const SHA512: &str = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737";

    fn of(signatures: &[&str]) -> Signed {
        let signatures: Vec<String> = signatures.iter().map(|one| (*one).to_owned()).collect();
        judge(&signatures, SECRET, BODY)
    }

    #[test]
    fn right_ones() {
        for good in [
            format!("sha256={SHA256}"),
            format!(" SHA256 = {} ", SHA256.to_uppercase()),
            format!("sha384={SHA384}"),
            format!("sha512={SHA512}"),
        ] {
            assert_eq!(of(&[&good]), Signed::Well, "{good}");
            assert_eq!(of(&["sha1=00", &good]), Signed::Well);
        }
    }

    #[test]
    fn wrong_ones() {
        let other = SHA256.replacen('5', "6", 1);
        for bad in [
            String::new(),
            SHA256.to_owned(),
            "sha256=".to_owned(),
            format!("sha256={other}"),
            format!("sha256={}", &SHA256[2..]),
            format!("sha256={SHA256}00"),
            format!("sha256={SHA256}0"),
            format!("sha512={SHA256}"),
            format!("sha512={SHA384}"),
            format!("md5={SHA256}"),
            "sha256=äö".to_owned(),
        ] {
            assert_eq!(of(&[&bad]), Signed::Badly, "{bad}");
        }
        assert_eq!(of(&[]), Signed::Badly);
        assert_eq!(of(&["x"; 9]), Signed::Badly);
        assert_eq!(judge(&[format!("sha256={SHA256}")], b"Jefe2", BODY), Signed::Badly);
        assert_eq!(judge(&[format!("sha256={SHA256}")], SECRET, b"something else"), Signed::Badly);
    }

    #[test]
    fn weak_ones() {
        // The right digest: it does not matter.
        let sha1 = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
        assert_eq!(of(&[sha1]), Signed::Weakly);
        assert_eq!(of(&[sha1, &format!("sha256={}", SHA256.replace('5', "6"))]), Signed::Badly);
    }
}
