//! What a site prints on every page: blocks of text that stood in several of its
//! articles are template, not text.
//!
//! A stand-alone extractor sees one page; an aggregator sees many of one site. What
//! is remembered is small: a digest of each longer block of the newest articles,
//! and on how many pages it stood.

use sha2::{Digest, Sha256};

/// Blocks that are remembered of one site; the least useful ones make room.
const MAX_BLOCKS: usize = 512;
/// A block is template when it has stood on so many pages.
const PAGES: u8 = 3;
/// Shorter blocks are never learned: a site may well call many a section "Background".
const MIN_CHARS: usize = 30;
/// A page that is known for more than this share of its text is a copy of another
/// one (a print view, a second address): nothing is learned from it or cut.
const COPY: f64 = 0.5;
/// Bytes of a remembered block: digest, pages, the page it was last seen on.
const ROW: usize = 4 + 1 + 2;

/// Digest of a whole text, numbers included: the same for the same text.
pub fn text_digest(text: &str) -> u32 {
    let digest = Sha256::digest(text.as_bytes());
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

/// Digest of a block's text; numbers count as equal ("12 comments", "14 comments").
/// `None` for blocks that are too short to tell anything.
pub fn block_digest(text: &str) -> Option<u32> {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_numeric() && folded.ends_with('0') => {}
            c if c.is_numeric() => folded.push('0'),
            c if c.is_alphabetic() => folded.extend(c.to_lowercase()),
            _ => {}
        }
    }
    // A sign of Chinese or Japanese says as much as two letters.
    let weight: usize = folded.chars().map(|c| if u32::from(c) >= 0x2e80 { 2 } else { 1 }).sum();
    if weight < MIN_CHARS {
        return None;
    }
    let digest = Sha256::digest(folded.as_bytes());
    Some(u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]))
}

/// What is remembered of one site.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteBlocks {
    /// Pages learned from so far, modulo 2¹⁶.
    page: u16,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Row {
    digest: u32,
    pages: u8,
    last: u16,
}

impl SiteBlocks {
    /// From the bytes that [`SiteBlocks::to_bytes`] gave. Anything else is as good as nothing.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let Some((page, rows)) = bytes.split_first_chunk::<2>() else { return Self::default() };
        let rows = rows.chunks_exact(ROW).take(MAX_BLOCKS).filter_map(|row| {
            let (digest, rest) = row.split_first_chunk::<4>()?;
            let (pages, last) = rest.split_first()?;
            let last = u16::from_be_bytes(last.try_into().ok()?);
            Some(Row { digest: u32::from_be_bytes(*digest), pages: *pages, last })
        });
        Self { page: u16::from_be_bytes(*page), rows: rows.collect() }
    }

    /// As it is stored: at most 3.6 KB.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(2 + self.rows.len() * ROW);
        bytes.extend(self.page.to_be_bytes());
        for row in &self.rows {
            bytes.extend(row.digest.to_be_bytes());
            bytes.push(row.pages);
            bytes.extend(row.last.to_be_bytes());
        }
        bytes
    }

    /// On how many pages a block has stood, if on enough to be template.
    pub fn template_pages(&self, digest: u32) -> Option<u8> {
        self.pages(digest).filter(|pages| *pages >= PAGES)
    }

    /// How many blocks are template.
    pub fn count(&self) -> usize {
        self.rows.iter().filter(|row| row.pages >= PAGES).count()
    }

    fn pages(&self, digest: u32) -> Option<u8> {
        self.rows.iter().find(|row| row.digest == digest).map(|row| row.pages)
    }

    /// Which of a page's blocks are template. `blocks` are the digests of all blocks
    /// that would be text (`None` for those without one), with their length.
    /// Nothing, if that would be most of the text.
    pub fn marks(&self, blocks: &[(Option<u32>, usize)]) -> Vec<Option<u8>> {
        let marks: Vec<Option<u8>> =
            blocks.iter().map(|(digest, _)| self.template_pages((*digest)?)).collect();
        let all: usize = blocks.iter().map(|(_, chars)| chars).sum();
        let gone: usize =
            blocks.iter().zip(&marks).filter(|(_, mark)| mark.is_some()).map(|((_, chars), _)| chars).sum();
        if gone as f64 > all as f64 * COPY { vec![None; blocks.len()] } else { marks }
    }

    /// Remembers the blocks of one more page, those included that were cut.
    pub fn learn(&mut self, digests: &[u32]) {
        let mut digests = digests.to_vec();
        digests.sort_unstable();
        digests.dedup();
        let new = digests.iter().filter(|digest| self.pages(**digest).is_none_or(|n| n < PAGES)).count();
        let seen = digests.iter().filter(|digest| self.pages(**digest).is_some_and(|n| n < PAGES)).count();
        // Digests of one page are about equally long pieces of text.
        if new > 1 && seen as f64 > new as f64 * COPY {
            return;
        }
        self.page = self.page.wrapping_add(1);
        for digest in digests {
            match self.rows.iter_mut().find(|row| row.digest == digest) {
                Some(row) => {
                    row.pages = row.pages.saturating_add(1);
                    row.last = self.page;
                }
                None => self.rows.push(Row { digest, pages: 1, last: self.page }),
            }
        }
        let page = self.page;
        // Template first, then what was seen last; template that is gone from the site ages too.
        self.rows.sort_by_key(|row| {
            let age = page.wrapping_sub(row.last);
            (u32::from(age) / if row.pages >= PAGES { 16 } else { 1 }, row.digest)
        });
        self.rows.truncate(MAX_BLOCKS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(text: &str) -> u32 {
        block_digest(text).unwrap()
    }

    const BOX: &str = "Subscribe to our newsletter and never miss a tide table again";

    /// The digests of an article that nobody has read before.
    fn article(number: usize) -> Vec<u32> {
        let word = |i: usize| format!("{}{}", "abcdefghij".repeat(4), ["q", "w", "x", "z"][i % 4]);
        (0..6).map(|i| digest(&format!("{} {} {}", word(i), "n".repeat(number + 1), "k".repeat(i)))).collect()
    }

    #[test]
    fn numbers_case_and_punctuation_make_no_difference() {
        assert_eq!(
            digest("Read 12 comments by our readers below!"),
            digest("read 9 comments by our readers below")
        );
        assert_ne!(
            digest("Read the comments by our readers below"),
            digest("Read 9 comments by our readers below")
        );
        assert_eq!(block_digest("Background"), None);
        assert!(block_digest("本文章由編輯部整理，未經許可不得轉載").is_some());
    }

    #[test]
    fn a_box_on_three_pages_is_template_from_the_fourth_on() {
        let mut site = SiteBlocks::default();
        for number in 0..3 {
            let text = [article(number), vec![digest(BOX)]].concat();
            let blocks: Vec<_> = text.iter().map(|d| (Some(*d), 100)).collect();
            assert!(site.marks(&blocks).iter().all(Option::is_none), "page {number}");
            site.learn(&text);
        }
        let mut blocks: Vec<_> = article(9).iter().map(|d| (Some(*d), 100)).collect();
        blocks.insert(2, (Some(digest(BOX)), 60));
        blocks.insert(3, (None, 10));
        let marks = site.marks(&blocks);
        assert_eq!(marks.iter().filter(|mark| mark.is_some()).count(), 1);
        assert_eq!(marks[2], Some(3));
    }

    #[test]
    fn the_same_article_under_other_addresses_stays_whole() {
        let mut site = SiteBlocks::default();
        let blocks: Vec<_> = article(1).iter().map(|d| (Some(*d), 100)).collect();
        for _ in 0..10 {
            assert!(site.marks(&blocks).iter().all(Option::is_none));
            site.learn(&article(1));
        }
        // Even if it had been learned, most of a page never goes.
        let mut site = SiteBlocks::default();
        for number in 10..14 {
            site.learn(&[vec![digest(BOX)], article(number)].concat());
        }
        assert!(site.marks(&[(Some(digest(BOX)), 100), (None, 20)]).iter().all(Option::is_none));
    }

    #[test]
    fn it_stays_small_and_keeps_what_is_template() {
        let mut site = SiteBlocks::default();
        for number in 0..400 {
            site.learn(&[article(number), vec![digest(BOX)]].concat());
        }
        assert!(site.to_bytes().len() <= 2 + MAX_BLOCKS * ROW);
        assert!(site.template_pages(digest(BOX)).is_some());
        assert_eq!(SiteBlocks::from_bytes(&site.to_bytes()), site);
        assert_eq!(SiteBlocks::from_bytes(b"x"), SiteBlocks::default());
    }
}
