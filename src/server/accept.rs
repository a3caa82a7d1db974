//! `Accept-Encoding` (RFC 9110 §12.5.3).

/// Whether the client takes gzip. Without the header it has not asked for it.
pub(super) fn gzip(accept: Option<&str>) -> bool {
    let Some(accept) = accept else { return false };
    let mut star = None;
    for item in accept.split(',') {
        let mut parts = item.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default();
        let quality = parts
            .find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q=")))
            .map_or(1.0, |q| q.trim().parse::<f32>().unwrap_or(0.0));
        if coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip") {
            return quality > 0.0;
        }
        if coding == "*" {
            star = Some(quality > 0.0);
        }
    }
    star.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::gzip;

    #[test]
    fn who_takes_gzip() {
        for (header, takes) in [
            ("gzip", true),
            ("deflate, GZIP;q=0.5", true),
            ("br, *", true),
            ("gzip;q=0", false),
            ("gzip; q=0.000, *", false),
            ("*;q=0", false),
            ("identity", false),
            ("", false),
        ] {
            assert_eq!(gzip(Some(header)), takes, "{header:?}");
        }
        assert!(!gzip(None));
    }
}
