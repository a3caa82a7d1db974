//! What has to go from a candidate: forms, boxes, link lists, share bars.

use super::grab::{Search, is_block};
use super::tree::{NONE, TEXT, Tree};
use regex::Regex;
use std::sync::LazyLock;

static VIDEO: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)//(www\.)?((dailymotion|youtube|youtube-nocookie|player\.vimeo|v\.qq|bilibili|live\.bilibili)\.com|(archive|upload\.wikimedia)\.org|player\.twitch\.tv)").ok()
});

static AD_OR_LOADING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(ad(vertising|vertisement)?|pub(licité)?|werb(ung)?|广告|реклама|anuncio|(loading|正在加载|загрузка|chargement|cargando)(…|\.\.\.)?)\s*$").ok()
});

/// Cleans the candidate below `content`.
pub(super) fn tidy(search: &Search<'_, '_>, tree: &mut Tree<'_>, content: u32) {
    mark_tables(search, tree, content);
    conditionally(search, tree, content, &["form"]);
    conditionally(search, tree, content, &["fieldset"]);
    remove(tree, content, &|tree, at| match tree.get(at).name {
        "object" | "embed" => !is_video(search, tree, at),
        name => matches!(name, "footer" | "aside"),
    });
    let tops: Vec<u32> = tree.elements(content).collect();
    for top in tops {
        remove(tree, top, &|tree, at| search.marks(tree, at).share && tree.get(at).chars < 500);
    }
    remove(tree, content, &|tree, at| match tree.get(at).name {
        "iframe" => !is_video(search, tree, at),
        name => matches!(name, "input" | "textarea" | "select" | "button"),
    });
    remove(tree, content, &|tree, at| {
        matches!(tree.get(at).name, "h1" | "h2") && search.weight(tree, at) < 0.0
    });
    conditionally(search, tree, content, &["table"]);
    conditionally(search, tree, content, &["ul"]);
    conditionally(search, tree, content, &["div"]);
}

fn remove(tree: &mut Tree<'_>, root: u32, goes: &dyn Fn(&Tree<'_>, u32) -> bool) {
    let mut at = tree.get(root).first;
    while at != NONE && at != root {
        let gone = !tree.is_text(at) && goes(tree, at);
        let next = if gone { tree.beyond(at, root) } else { tree.after(at, root) };
        if gone {
            tree.unlink(at);
        }
        at = next;
    }
}

fn is_video(search: &Search<'_, '_>, tree: &Tree<'_>, at: u32) -> bool {
    let src = tree.get(at).src as usize;
    let (Some(item), Some(video)) = (search.doc.items.get(src), VIDEO.as_ref()) else { return false };
    item.element.is_some_and(|element| element.attrs().any(|(_, value)| video.is_match(value)))
}

/// Tells tables that hold data from those that lay out the page.
fn mark_tables(search: &Search<'_, '_>, tree: &mut Tree<'_>, content: u32) {
    let tables: Vec<u32> = tree.below(content).filter(|&at| tree.get(at).name == "table").collect();
    for at in tables {
        let src = tree.get(at).src as usize;
        tree.node(at).data_table =
            src < search.doc.items.len() && crate::article::doc::is_data_table(search.doc, src);
    }
}

/// Removes elements of these names that read less like text than like
/// something around it; inner ones first.
fn conditionally(search: &Search<'_, '_>, tree: &mut Tree<'_>, content: u32, names: &[&str]) {
    if !search.mode.clean {
        return;
    }
    let all: Vec<u32> = tree.below(content).filter(|&at| names.contains(&tree.get(at).name)).collect();
    for at in all.into_iter().rev() {
        if tree.get(at).parent != NONE && goes(search, tree, at, names[0]) {
            tree.unlink(at);
        }
    }
}

/// What stands below an element.
#[derive(Default)]
struct Count {
    p: u32,
    img: u32,
    li: u32,
    input: u32,
    embeds: u32,
    video: bool,
    heading: u32,
    textish: u32,
    listed: u32,
    tables: bool,
}

fn count(search: &Search<'_, '_>, tree: &Tree<'_>, at: u32) -> Count {
    let mut count = Count::default();
    for below in tree.below(at) {
        let node = tree.get(below);
        if node.name == TEXT {
            continue;
        }
        match node.name {
            "p" => count.p += 1,
            "img" => count.img += 1,
            "li" => count.li += 1,
            "input" => count.input += 1,
            "object" | "embed" | "iframe" => {
                count.embeds += 1;
                count.video |= is_video(search, tree, below);
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => count.heading += node.chars,
            "ul" | "ol" => count.listed += node.chars,
            "table" => count.tables |= node.data_table,
            _ => {}
        }
        if matches!(node.name, "span" | "li" | "td") || is_block(node.name) {
            count.textish += node.chars;
        }
    }
    count
}

fn goes(search: &Search<'_, '_>, tree: &Tree<'_>, at: u32, name: &str) -> bool {
    let node = tree.get(at);
    let data = |up: u32| tree.get(up).name == "table" && tree.get(up).data_table;
    if data(at)
        || tree.ancestors(at).any(data)
        || tree.ancestors(at).take(4).any(|up| tree.get(up).name == "code")
    {
        return false;
    }
    let weight = search.weight(tree, at);
    if weight >= 0.0 && node.commas >= 10 {
        return false;
    }
    let count = count(search, tree, at);
    if count.tables {
        return false;
    }
    if weight < 0.0 {
        return true;
    }
    if count.video {
        return false;
    }
    let chars = f64::from(node.chars);
    let list = matches!(name, "ul" | "ol") || f64::from(count.listed) / chars > 0.9;
    if node.chars < 40 {
        let text: String = tree
            .below(at)
            .filter(|&t| tree.get(t).name == TEXT)
            .map(|t| search.doc.items[tree.get(t).src as usize].text)
            .collect();
        if AD_OR_LOADING.as_ref().is_some_and(|words| words.is_match(&text)) {
            return true;
        }
    }
    let density = tree.density(at);
    let in_figure = tree.ancestors(at).take(4).any(|up| tree.get(up).name == "figure");
    let (p, img, li) = (f64::from(count.p), count.img, i64::from(count.li) - 100);
    let heading = f64::from(count.heading) / chars;
    let bad = (!in_figure && img > 1 && p / f64::from(img) < 0.5)
        || (!list && li > i64::from(count.p))
        || count.input > count.p / 3
        || (!list
            && !in_figure
            && heading < 0.9
            && node.chars < 25
            && (img == 0 || img > 2)
            && density > 0.0)
        || (!list && weight < 25.0 && density > 0.2)
        || (weight >= 25.0 && density > 0.5)
        || (count.embeds == 1 && node.chars < 75)
        || count.embeds > 1
        || (img == 0 && count.textish == 0);
    if list && bad {
        // A simple list of pictures may stay.
        if tree.elements(at).any(|child| tree.elements(child).count() > 1) {
            return true;
        }
        return img != count.li;
    }
    bad
}
