//! Documents made to hurt a feed reader, each about `size` bytes long.

/// Name and bytes of one document after another, each made when it is asked for.
pub fn documents(size: usize) -> impl Iterator<Item = (String, Vec<u8>)> {
    let texts = nested(size)
        .into_iter()
        .chain(repeated(size))
        .chain(entities(size))
        .chain(open_ended(size))
        .chain(lists(size))
        .chain(json(size));
    let texts: Vec<(&'static str, Make)> = texts.collect();
    let texts = texts.into_iter().map(|(name, make)| (name.to_owned(), make().into_bytes()));
    texts.chain(encoded(size))
}

type Make = Box<dyn Fn() -> String>;
type Made = Vec<(&'static str, Make)>;

fn text(make: impl Fn() -> String + 'static) -> Make {
    Box::new(make)
}

/// `open`, then `unit` until `size`, then `close`.
fn fill(open: &'static str, unit: &'static str, close: &'static str, size: usize) -> Make {
    let times = size.saturating_sub(open.len() + close.len()) / unit.len();
    text(move || [open, &unit.repeat(times), close].concat())
}

const RSS: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title>";
const ITEM: &str = "<rss><channel><title>T</title><item>";
const TEXT: &str = "<rss><channel><title>T</title><item><description>";
const ENTRY: &str = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry>";
const END: &str = "</item></channel></rss>";

fn nested(size: usize) -> Made {
    vec![
        ("elements in a text", fill(TEXT, "<b>", END, size)),
        ("items in items", fill(RSS, "<item>", "", size)),
        ("channels in channels", fill(RSS, "<channel>", "", size)),
        ("bases in bases", fill(RSS, "<channel xml:base=\"x/\">", "", size)),
        ("feeds in feeds", fill("", "<feed xmlns=\"http://www.w3.org/2005/Atom\">", "", size)),
        ("entries in entries", fill(ENTRY, "<entry>", "", size)),
        ("namespaces in namespaces", fill(ITEM, "<a xmlns:x=\"http://a.example/\">", "", size)),
        ("media groups", fill(ITEM, "<media:group>", END, size)),
        ("media contents", fill(ITEM, "<media:content>", END, size)),
        ("titles in titles", fill(ITEM, "<title>", END, size)),
        (
            "XHTML",
            text(move || {
                let (open, close) = ("<div>".repeat(size / 11), "</div>".repeat(size / 11));
                format!("{ENTRY}<content type=\"xhtml\">{open}x{close}</content></entry></feed>")
            }),
        ),
    ]
}

fn repeated(size: usize) -> Made {
    vec![
        ("items", fill(RSS, "<item><title>x</title></item>", "</channel></rss>", size)),
        ("empty items", fill(RSS, "<item/>", "</channel></rss>", size)),
        ("empty entries", fill("<feed xmlns=\"http://www.w3.org/2005/Atom\">", "<entry/>", "</feed>", size)),
        (
            "full items",
            fill(
                RSS,
                "<item><title>a &amp; b</title><link>http://a.example/1</link><guid>x</guid><description>&lt;p&gt;text \
                 text</description><author>a@a.example (A)</author><category>c</category>\
                 <pubDate>Tue, 10 Jun 2003 04:00:00 GMT</pubDate></item>",
                "</channel></rss>",
                size,
            ),
        ),
        ("characters in a title", fill("<rss><item><title>", "x ", "</title></item></rss>", size)),
        ("tags in a title", fill("<rss><item><title>", "&lt;b&gt;", "</title></item></rss>", size)),
        ("mojibake", fill("<rss><item><title>", "Ã©", "</title></item></rss>", size)),
        ("characters in a text", fill(TEXT, "x", END, size)),
        ("ampersands", fill(TEXT, "&", END, size)),
        ("references", fill(TEXT, "&amp;", END, size)),
        ("flat tags", fill(TEXT, "<b/>", END, size)),
        ("tags in the channel", fill(RSS, "<b/>", "</channel></rss>", size)),
        ("titles in the channel", fill(RSS, "<title>x</title><link>http://a.example/</link>", "", size)),
        ("undeclared prefixes", fill(ITEM, "<q:a/><r:b/>", END, size)),
        ("end tags", fill(RSS, "</b>", "", size)),
        ("end tags of items", fill(RSS, "</item>", "", size)),
        ("hours", fill("<rss><channel><skipHours>", "<hour>1</hour>", "</skipHours></channel></rss>", size)),
        ("attributes", fill("<rss><item><enclosure ", "a=\"b\" ", "/></item></rss>", size)),
        ("declarations", fill("<rss><item ", "xmlns:a=\"x\" ", "><title>x</title></item></rss>", size)),
        ("one attribute", fill("<rss><item a=\"", "x", "\"><title>x</title></item></rss>", size)),
        ("one address", fill("<rss><item><link href=\"http://a.example/", "x", "\"/></item></rss>", size)),
        ("one name", fill("<rss><item><", "a", ">x</item></rss>", size)),
        ("one name of prefixes", fill("<rss><item><", "a:", ">x</item></rss>", size)),
        ("junk before", fill("", "x", "<rss><item/></rss>", size)),
        ("tags before", fill("", "<x>", "<rss><item/></rss>", size)),
        ("a page", fill("<!doctype html><html><body>", "<div><p>x", "", size)),
        ("a script", fill("<!doctype html><script>", "</scrip", "", size)),
        (
            "base64",
            fill(
                "<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><entry><content mode=\"base64\">",
                "PGI+",
                "</content></entry></feed>",
                size,
            ),
        ),
    ]
}

fn entities(size: usize) -> Made {
    let bomb = || {
        let next = |n: usize| format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10));
        let all: String = (1..20).map(next).collect();
        format!(
            "<!DOCTYPE rss [<!ENTITY a0 \"{}\">{all}]><rss><item><title>&a19;</title></item></rss>",
            "x".repeat(900)
        )
    };
    let long = || format!("<!DOCTYPE rss [<!ENTITY a \"{}\">]>", "x".repeat(1000));
    vec![
        ("an entity bomb", text(bomb)),
        ("a long entity", text(move || format!("{}{TEXT}{}{END}", long(), "&a;".repeat(size / 3)))),
        (
            "a long entity in all items",
            text(move || {
                let item =
                    "<item><title>&a;&a;</title><link>/&a;</link><description>&a;&a;&a;</description></item>";
                format!("{}{RSS}{}</channel></rss>", long(), item.repeat(size / item.len()))
            }),
        ),
        (
            "entity declarations",
            fill(
                "<!DOCTYPE rss [",
                "<!ENTITY abc \"def\">",
                "]><rss><item><title>&abc;</title></item></rss>",
                size,
            ),
        ),
    ]
}

fn open_ended(size: usize) -> Made {
    vec![
        ("less-than signs", fill(TEXT, "<", "", size)),
        ("starts of tags", fill(TEXT, "<b", "", size)),
        ("quotes", fill("<rss><item><a ", "b=\"", "", size)),
        ("mixed quotes", fill("<rss><item>", "<a b=\"'<c>", "", size)),
        ("CDATA sections", fill(TEXT, "<![CDATA[x]]>", END, size)),
        ("open CDATA sections", fill(TEXT, "<![CDATA[", "", size)),
        ("comments", fill(TEXT, "<!--", "", size)),
        ("instructions", fill(TEXT, "<?x ", "", size)),
        ("document types", fill("", "<!x [", "", size)),
        ("document types in quotes", fill("", "<rss><!DOCTYPE a [ \"", "", size)),
        ("brackets", fill("<!DOCTYPE rss [", "<!ENTITY ", "", size)),
    ]
}

fn lists(size: usize) -> Made {
    let many = move || {
        let of = |i: usize| {
            let one = |j: usize| {
                format!(
                    "<category>c{i}-{j}</category><link>/{j}</link><author>a{j}</author><enclosure url=\"/{j}\"/>"
                )
            };
            format!("<item>{}</item>", (0..20).map(one).collect::<String>())
        };
        let items: String = (0..size / 1700).map(of).collect();
        format!("{RSS}{items}</channel></rss>")
    };
    vec![
        ("authors", fill(ITEM, "<author>a</author>", END, size)),
        ("categories", fill(ITEM, "<category>a</category>", END, size)),
        ("guids", fill(ITEM, "<guid>http://a.example/</guid>", END, size)),
        ("links", fill(ENTRY, "<link href=\"http://a.example/x\"/>", "</entry></feed>", size)),
        ("enclosures", fill(ITEM, "<enclosure url=\"http://a.example/x\"/>", END, size)),
        ("media", fill(ITEM, "<media:content url=\"http://a.example/x\"/>", END, size)),
        ("dates", fill(ITEM, "<pubDate>Tue, 10 Jun 2003 04:00:00 GMT</pubDate>", END, size)),
        (
            "unreadable dates",
            fill(ITEM, "<pubDate>1 2 3 4 5 a b c d e f marraskuu 10 10</pubDate>", END, size),
        ),
        ("sources", fill(ITEM, "<source url=\"/x\">y</source>", END, size)),
        ("texts", fill(ITEM, "<description>x</description>", END, size)),
        ("20 of each in all items", text(many)),
    ]
}

fn json(size: usize) -> Made {
    const OPEN: &str = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[";
    const ONE: &str =
        "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":1,\"content_text\":\"";
    let lists = move |list: &'static str, unit: &'static str| {
        text(move || {
            let item = format!("{{\"id\":1,\"{list}\":[{}]}},", [unit; 100].join(","));
            format!("{OPEN}{}{{}}]}}", item.repeat(size / item.len()))
        })
    };
    vec![
        ("JSON items", fill(OPEN, "{\"id\":1},", "{}]}", size)),
        ("JSON commas", fill(OPEN, ",", "]}", size)),
        ("JSON lists", fill(OPEN, "[", "", size)),
        ("JSON objects", fill("", "{\"a\":", "", size)),
        ("JSON names", fill("{\"items\":[{", "\"k\":1,", "\"k\":1}]}", size)),
        ("JSON attachments", fill("{\"items\":[{\"attachments\":[", "{\"url\":\"/x\"},", "{}]}]}", size)),
        ("JSON attachments everywhere", lists("attachments", "{\"url\":\"/x\",\"title\":\"t\"}")),
        ("JSON tags everywhere", lists("tags", "\"tag\"")),
        ("JSON authors everywhere", lists("authors", "{\"name\":\"n\",\"url\":\"/u\"}")),
        ("JSON escapes", fill(ONE, "\\u00e9", "\"}]}", size)),
        ("JSON half characters", fill(ONE, "\\ud800", "\"}]}", size)),
        ("JSON lines", fill(ONE, "<\\n", "\"}]}", size)),
        ("JSON control characters", fill(ONE, "\u{1}", "\"}]}", size)),
        ("JSON wrong escapes", fill(ONE, "\\'", "\"}]}", size)),
        ("JSON backslashes", fill(ONE, "\\", "", size)),
    ]
}

/// Documents in character sets, and bytes in none.
fn encoded(size: usize) -> impl Iterator<Item = (String, Vec<u8>)> {
    let wide = [(true, 2), (false, 2), (true, 4), (false, 4)].into_iter().flat_map(move |(big, width)| {
        ["", "\u{feff}"].into_iter().map(move |mark| {
            let unit = "<item><title>é漢</title><description>text &lt;b&gt;</description></item>";
            let times = size / width / unit.chars().count();
            let text = format!("{mark}{RSS}{}</channel></rss>", unit.repeat(times));
            let order = if big { "big" } else { "little" };
            let name =
                format!("UTF-{} {order}-endian{}", width * 8, if mark.is_empty() { "" } else { ", marked" });
            (name, units(&text, big, width))
        })
    });
    let head = |label: &str| format!("<?xml version=\"1.0\"{label}?>{TEXT}").into_bytes();
    let bytes: Vec<(&str, Vec<u8>, &[u8])> = vec![
        ("NULs", Vec::new(), b"\0"),
        ("NULs in a feed", b"<rss>".to_vec(), b"\0"),
        ("bytes 0xFF", Vec::new(), b"\xff"),
        ("broken UTF-8", head(""), b"\xc3"),
        ("halves of UTF-16", units("<rss>", false, 2), b"\xd8"),
        ("Chinese in UTF-16", units(TEXT, false, 2), b"\x22\x6f"),
        ("Latin-1", head(" encoding=\"iso-8859-1\""), b"\xe9"),
        ("Latin-1, undeclared", head(""), b"\xe9"),
        ("GB 18030", head(" encoding=\"gb18030\""), b"\x81\x30\x81\x30"),
        ("ISO-2022-JP", head(" encoding=\"iso-2022-jp\""), b"\x1b$B"),
        ("Shift JIS, broken", head(" encoding=\"shift_jis\""), b"\x81\x20"),
    ];
    let bytes = bytes.into_iter().map(move |(name, head, unit)| {
        let times = size.saturating_sub(head.len()) / unit.len();
        (name.to_owned(), [head, unit.repeat(times)].concat())
    });
    wide.chain(bytes)
}

fn units(text: &str, big: bool, width: usize) -> Vec<u8> {
    let one = |unit: u32| {
        if big { unit.to_be_bytes()[4 - width..].to_vec() } else { unit.to_le_bytes()[..width].to_vec() }
    };
    match width {
        2 => text.encode_utf16().flat_map(|unit| one(unit.into())).collect(),
        _ => text.chars().flat_map(|c| one(c.into())).collect(),
    }
}
