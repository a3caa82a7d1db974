//! One table for each family of dialects and oddities.

use super::{atom, date, item, only, parse_with, read, rss};
use crate::feed::{Limits, parse};
use crate::model::FeedEntry;
use url::Url;

fn names(entry: &FeedEntry) -> Vec<&str> {
    entry.authors.iter().map(|person| person.name.as_str()).collect()
}

/// An entry of Atom 0.3.
fn atom03(fields: &str) -> FeedEntry {
    only(read(&format!(
        r#"<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><entry>{fields}</entry></feed>"#
    )))
}

/// An item of RSS 1.0, which has an address in its attribute.
fn rdf(fields: &str) -> FeedEntry {
    only(read(&format!(
        r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
           <channel rdf:about="http://a.example/"><title>C</title></channel>
           <item rdf:about="http://a.example/1">{fields}</item></rdf:RDF>"#
    )))
}

#[test]
fn every_dialect_has_the_same_entry() {
    let old = "<item><title>I</title><link>http://a.example/1</link></item>";
    let new = "<entry><title>I</title><link href='http://a.example/1'/></entry>";
    let mut documents: Vec<String> =
        ["0.90", "0.91", "0.92", "0.93", "0.94", "1.0", "2.0", "2.0.1", "3.0", "", "x"]
            .iter()
            .map(|version| format!("<rss version='{version}'><channel><title>C</title>{old}</channel></rss>"))
            .collect();
    let spaces = [
        "http://backend.userland.com/rss2",
        "http://blogs.law.harvard.edu/tech/rss",
        "http://my.netscape.com/publish/formats/rss-0.91.dtd",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
        "http://purl.org/rss/1.0/",
        "http://purl.org/net/rss1.1#",
        "http://purl.org/atom/ns#",
        "http://purl.org/pie/",
        "http://www.w3.org/2005/Atom",
        "http://nonsense.example/",
        "",
    ];
    for space in spaces {
        documents.push(format!("<rss xmlns='{space}'><channel><title>C</title>{old}</channel></rss>"));
        documents.push(format!("<feed xmlns='{space}'><title>C</title>{new}</feed>"));
        documents.push(format!(
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='{space}'><channel/>{old}</rdf:RDF>"
        ));
        let prefixed = format!("<x:feed xmlns:x='{space}'><x:title>C</x:title>{new}</x:feed>");
        documents.push(
            prefixed
                .replace("<entry>", "<x:entry>")
                .replace("</entry>", "</x:entry>")
                .replace("<title>I</title><link", "<x:title>I</x:title><x:link")
                .replace("</title>", "</x:title>")
                .replace("</x:x:", "</x:"),
        );
    }
    documents.extend([
        format!("<rss>{old}</rss>"),
        format!("<rss><channel/>{old}</rss>"),
        format!("<channel>{old}</channel>"),
        format!("<xml><channel>{old}</channel></xml>"),
        old.to_owned(),
        new.to_owned(),
        format!("<feed>{new}</feed>"),
        format!("<feed version='0.2'>{new}</feed>"),
        format!(
            "<atom:feed>{}</atom:feed>",
            new.replace("</", "</atom:")
                .replace("<entry", "<atom:entry")
                .replace("<title", "<atom:title")
                .replace("<link", "<atom:link")
        ),
        format!(
            "<rss version=2.0><channel>{}</channel></rss>",
            old.to_uppercase().replace("HTTP://A.EXAMPLE/1", "http://a.example/1")
        ),
        format!("\n\n<?xml version='1.0'?><rss><channel>{old}</channel></rss>"),
        format!("<!-- a --><?pi?><!DOCTYPE rss PUBLIC '-//x' 'y'><rss><channel>{old}</channel></rss>"),
        format!("<!DOCTYPE html><rss><channel>{old}</channel></rss>"),
        format!("<soap:Envelope><soap:Body><feed>{new}</feed></soap:Body></soap:Envelope>"),
        "<CHANNEL><ITEM HREF='http://a.example/1'><TITLE>I</TITLE></ITEM></CHANNEL>".to_owned(),
    ]);
    for document in documents {
        let entry = only(read(&document));
        let found = (entry.title.as_deref(), entry.link.as_deref());
        assert_eq!(found, (Some("I"), Some("http://a.example/1")), "{document}");
    }
    assert!(parse_with(b"<tv><channel id='1'><name>x</name></channel></tv>", &Limits::default()).is_err());
}

#[test]
fn channel_definition_format() {
    let entry = only(read(
        "<CHANNEL HREF='http://a.example/'><TITLE>C</TITLE><ITEM HREF='/1' LASTMOD='2002-11-11T00:00Z'>
         <TITLE>I</TITLE><ABSTRACT>A</ABSTRACT></ITEM></CHANNEL>",
    ));
    assert_eq!(entry.link.as_deref(), Some("https://example.org/1"));
    assert_eq!((entry.summary.as_deref(), entry.updated), (Some("A"), date("2002-11-11T00:00:00Z")));
}

#[test]
fn texts_of_atom_03() {
    for (text, want) in [
        ("<content>1 &lt; 2</content>", "1 &lt; 2"),
        ("<content mode='escaped' type='text/html'>&lt;b>x&lt;/b></content>", "<b>x</b>"),
        ("<content mode='escaped'><![CDATA[<b>x</b>]]></content>", "<b>x</b>"),
        ("<content mode='xml' type='application/xhtml+xml'><div><b>x</b></div></content>", "<b>x</b>"),
        ("<content mode='base64' type='text/html'>PGI+w6k8L2I+</content>", "<b>é</b>"),
        ("<content mode='base64' type='text/plain'>\n MSA8\n IDI=\n</content>", "1 &lt; 2"),
        ("<content type='application/octet-stream'>PGI+eDwvYj4=</content>", "<b>x</b>"),
        ("<content mode='base64'>not base64!</content>", "not base64!"),
        ("<summary mode='base64' type='text/html'>PGI+eDwvYj4=</summary>", "<b>x</b>"),
    ] {
        let entry = atom03(text);
        let found = entry.content.or(entry.summary);
        let inner = found.as_deref().map(|t| t.replace("<div>", "").replace("</div>", ""));
        assert_eq!(inner.as_deref(), Some(want), "{text}");
    }
    assert_eq!(atom03("<content mode='base64' type='image/png'>iVBORw0KGgo=</content>").content, None);
    for (title, want) in [
        ("<title>1 &lt; 2</title>", "1 < 2"),
        ("<title mode='escaped' type='text/html'>a &lt;b>c&lt;/b></title>", "a c"),
        ("<title mode='base64'>RXhhbXBsZQ==</title>", "Example"),
        ("<title type='application/xhtml+xml' mode='xml'><div>a <b>c</b></div></title>", "a c"),
    ] {
        assert_eq!(atom03(title).title.as_deref(), Some(want), "{title}");
    }
}

#[test]
fn titles() {
    for (title, want) in [
        ("a &amp;amp; b", "a & b"),
        ("a & b", "a & b"),
        ("AT&T &amp; co", "AT&T & co"),
        ("a &lt;b&gt;c&lt;/b&gt;", "a c"),
        ("a &amp;lt;b&amp;gt;", "a <b>"),
        ("<b>a</b> c", "a c"),
        ("<![CDATA[a &amp; <i>b</i>]]>", "a & b"),
        ("a<![CDATA[ b]]> c", "a b c"),
        ("a<!-- x --> b<?pi?>", "a b"),
        ("&eacute;&nbsp;&hellip;&#8217;&#146;", "é …’’"),
        ("1 < 2", "1 < 2"),
        ("&amp;amp;&lt;a", "&<a"),
        ("&lt;b>a&lt;/b> &lt;c", "a <c"),
        ("\n a\n  b ", "a b"),
        ("KÃ¶ln", "Köln"),
        ("\u{1f600} &#x1F600;", "\u{1f600} \u{1f600}"),
        ("&nosuch; &", "&nosuch; &"),
    ] {
        assert_eq!(item(&format!("<title>{title}</title>")).title.as_deref(), Some(want), "{title}");
    }
    // The feed's own title comes before those of other vocabularies.
    for fields in [
        "<title>a</title><media:title>m</media:title><dc:title>d</dc:title>",
        "<media:title>m</media:title><title>a</title>",
        "<media:content url='/x'><media:title>a</media:title></media:content>",
        "<media:group><media:content><media:title>a</media:title></media:content></media:group>",
        "<dc:title>a</dc:title>",
        "<itunes:title>a</itunes:title>",
        "<image><title>no</title></image><title>a</title>",
        "<title>a</title><title>b</title>",
        "<title/><title>a</title>",
    ] {
        assert_eq!(item(fields).title.as_deref(), Some("a"), "{fields}");
    }
}

#[test]
fn texts_from_every_place() {
    for fields in [
        "<description>x</description>",
        "<content:encoded>x</content:encoded>",
        "<description/><content:encoded>x</content:encoded>",
        "<content:encoded> </content:encoded><description>x</description>",
        "<summary>x</summary>",
        "<abstract>x</abstract>",
        "<fullitem>x</fullitem>",
        "<atom:summary>x</atom:summary>",
        "<atom:content type='html'>x</atom:content>",
        "<dc:description>x</dc:description>",
        "<dcterms:abstract>x</dcterms:abstract>",
        "<itunes:summary>x</itunes:summary>",
        "<itunes:subtitle>x</itunes:subtitle>",
        "<media:description>x</media:description>",
        "<media:content url='/a'><media:description>x</media:description></media:content>",
        "<media:group><media:description>x</media:description></media:group>",
        "<body xmlns='http://www.w3.org/1999/xhtml'>x</body>",
        "<xhtml:div xmlns:xhtml='http://www.w3.org/1999/xhtml'>x</xhtml:div>",
    ] {
        for entry in [item(fields), rdf(fields)] {
            assert_eq!(entry.content.or(entry.summary).as_deref(), Some("x"), "{fields}");
        }
    }
}

#[test]
fn people_from_every_place() {
    for (fields, want) in [
        ("<author><name>Ann</name><email>a@a.example</email></author>", vec!["Ann"]),
        ("<author><email>a@a.example</email></author>", vec!["a@a.example"]),
        ("<author><name>Ann</name></author><author><name>Bob</name></author>", vec!["Ann", "Bob"]),
        ("<author><name/><email>a@a.example</email></author>", vec!["a@a.example"]),
        ("<author>a@a.example (Ann &amp;amp; Bob)</author>", vec!["Ann & Bob"]),
        ("<author><![CDATA[<a href='/ann'>Ann</a>]]></author>", vec!["Ann"]),
        ("<author> </author><dc:creator>Ann</dc:creator>", vec!["Ann"]),
        ("<dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator>", vec!["Ann", "Bob"]),
        ("<dc:creator>Ann</dc:creator><dc:creator>Ann</dc:creator>", vec!["Ann"]),
        ("<dc:author>Ann</dc:author>", vec!["Ann"]),
        ("<dcterms:creator>Ann</dcterms:creator>", vec!["Ann"]),
        ("<atom:author><atom:name>Ann</atom:name></atom:author>", vec!["Ann"]),
        ("<managingEditor>m@a.example (Ann)</managingEditor>", vec!["Ann"]),
        ("<itunes:author>Ann</itunes:author>", vec!["Ann"]),
        ("<category>x</category>", vec![]),
    ] {
        assert_eq!(names(&item(fields)), want, "{fields}");
        assert_eq!(names(&rdf(fields)), want, "{fields}");
        assert_eq!(names(&atom(&fields.replace("atom:", ""))), want, "{fields}");
        let of_feed = read(&format!("<rss><channel>{fields}<item/></channel></rss>"));
        assert_eq!(of_feed.authors.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), want, "{fields}");
    }
}

#[test]
fn links_of_atom() {
    for (fields, want) in [
        ("<link href='/a'/>", Some("https://example.org/a")),
        ("<link rel='alternate' href='/a'/><link rel='self' href='/s'/>", Some("https://example.org/a")),
        ("<link rel='ALTERNATE' href='/a'/>", Some("https://example.org/a")),
        (
            "<link rel='http://www.iana.org/assignments/relation/alternate' href='/a'/>",
            Some("https://example.org/a"),
        ),
        ("<link rel='' href='/a'/>", Some("https://example.org/a")),
        (
            "<link type='application/json' href='/j'/><link type='text/html' href='/a'/>",
            Some("https://example.org/a"),
        ),
        ("<link type='application/json' href='/j'/>", Some("https://example.org/j")),
        ("<link>http://a.example/a</link>", Some("http://a.example/a")),
        ("<link href=' http://a.example/a '/>", Some("http://a.example/a")),
        ("<link href='http://a.example/?a=1&amp;b=2'/>", Some("http://a.example/?a=1&b=2")),
        ("<link href='//a.example/a'/>", Some("https://a.example/a")),
        ("<link href='?q'/>", Some("https://example.org/blog/feed.xml?q")),
        ("<link rel='self' href='/s'/>", None),
        ("<link rel='replies' href='/r'/><link rel='via' href='/v'/>", None),
        ("<link rel='enclosure' href='/e.mp3'/><id>http://a.example/i</id>", Some("http://a.example/i")),
        ("<id>http://a.example/i</id><link href='/a'/>", Some("https://example.org/a")),
        ("<id>tag:a.example,2003:1</id>", None),
        ("<id>urn:uuid:1</id><link/>", None),
        ("<link href=''/>", None),
        ("<link xml:base='/x/' href=''/>", Some("https://example.org/x/")),
        ("<link href='javascript:x()'/>", None),
        ("<link href='http://[::1'/>", None),
    ] {
        assert_eq!(atom(fields).link.as_deref(), want, "{fields}");
        assert_eq!(atom03(fields).link.as_deref(), want, "0.3: {fields}");
    }
}

#[test]
fn links_of_rss() {
    for (fields, want) in [
        ("<link><![CDATA[http://a.example/?a=1&b=2]]></link>", Some("http://a.example/?a=1&b=2")),
        ("<link>http://a.example/?a=1&b=2</link>", Some("http://a.example/?a=1&b=2")),
        ("<link/><guid>http://a.example/g</guid>", Some("http://a.example/g")),
        ("<link></link><atom:link rel='alternate' href='/a'/>", Some("https://example.org/a")),
        ("<guid isPermaLink='true'>g/1</guid>", Some("https://example.org/blog/g/1")),
        ("<guid>/g</guid>", Some("https://example.org/g")),
        ("<guid>g1</guid>", None),
        ("<guid ispermalink='FALSE'>http://a.example/g</guid>", None),
        ("<comments>http://a.example/c</comments>", None),
        ("<enclosure url='/e.mp3'/>", None),
        ("<feedburner:origLink>http://a.example/o</feedburner:origLink>", Some("http://a.example/o")),
        (
            "<feedburner:origLink>http://a.example/o</feedburner:origLink><link>http://b.example/</link>",
            Some("http://b.example/"),
        ),
    ] {
        assert_eq!(item(fields).link.as_deref(), want, "{fields}");
    }
    let burned =
        "<link>http://feeds.example/~r/1</link><pheedo:origLink>http://a.example/o</pheedo:origLink>";
    assert_eq!(item(burned).original_link.as_deref(), Some("http://a.example/o"));
    assert_eq!(item("<link>http://a.example/</link>").original_link, None);
}

#[test]
fn ids() {
    for (fields, want) in [
        ("<guid>a</guid><guid>b</guid>", Some("b")),
        ("<guid>a</guid><guid/>", Some("a")),
        ("<guid isPermaLink='false'> a\n b </guid>", Some("a\n b")),
        ("<id>a</id>", Some("a")),
        ("<guid>http://a.example/?a=1&amp;b=2</guid>", Some("http://a.example/?a=1&b=2")),
        ("<link>/a</link>", None),
    ] {
        assert_eq!(item(fields).guid.as_deref(), want, "{fields}");
    }
    assert_eq!(rdf("<title>x</title>").guid.as_deref(), Some("http://a.example/1"));
    assert_eq!(rdf("<guid>g</guid>").guid.as_deref(), Some("g"));
    let based = "<feed xmlns='http://www.w3.org/2005/Atom'><entry xml:base='http://b.example/x/'><id>1</id></entry></feed>";
    assert_eq!(only(read(based)).guid.as_deref(), Some("http://b.example/x/1"));
}

#[test]
fn dates_by_all_their_names() {
    let day = date("2003-12-31T10:14:55Z");
    for (name, published, updated) in [
        ("pubDate", true, false),
        ("pubdate", true, false),
        ("published", true, false),
        ("issued", true, false),
        ("dcterms:issued", true, false),
        ("dc:date", true, true),
        ("date", true, true),
        ("lastBuildDate", false, true),
        ("modified", false, true),
        ("updated", false, true),
        ("dcterms:modified", false, true),
        ("atom:updated", false, true),
        ("expirationDate", false, false),
        ("dcterms:valid", false, false),
    ] {
        let entry = item(&format!("<{name}>2003-12-31T10:14:55Z</{name}>"));
        assert_eq!(
            (entry.published, entry.updated),
            (day.filter(|_| published), day.filter(|_| updated)),
            "{name}"
        );
    }
    let entry = item("<pubDate>soon</pubDate><dc:date>2003-12-31T10:14:55Z</dc:date>");
    assert_eq!(entry.published, day);
    let entry = item("<pubDate>Wed, 31 Dec 2003 10:14:55 GMT</pubDate><dc:date>2001-01-01</dc:date>");
    assert_eq!((entry.published, entry.updated), (day, date("2001-01-01T00:00:00Z")));
    let twice = item("<pubDate>2001-01-01</pubDate><pubDate>2003-12-31T10:14:55Z</pubDate><pubDate/>");
    assert_eq!(twice.published, day);
}

#[test]
fn namespaces_that_are_wrong_or_missing() {
    for space in
        ["http://nonsense.example/", "http://purl.org/dc/elements/1.0/", "http://PURL.org/DC/elements/1.1"]
    {
        let entry = only(read(&format!(
            "<rss xmlns:dc='{space}' xmlns:content='{space}x'><channel><item><dc:creator>Ann</dc:creator>
             <content:encoded>x</content:encoded></item></channel></rss>"
        )));
        assert_eq!(
            (names(&entry), entry.content.is_some()),
            (vec!["Ann"], !space.contains("purl") && !space.contains("PURL")),
            "{space}"
        );
    }
    // Under another prefix the right name counts.
    let entry = only(read(
        "<rss xmlns:a='http://purl.org/dc/elements/1.1/' xmlns:dc='http://www.w3.org/2005/Atom'><channel>
         <item><a:creator>Ann</a:creator><dc:id>i</dc:id></item></channel></rss>",
    ));
    assert_eq!((names(&entry), entry.guid.as_deref()), (vec!["Ann"], Some("i")));
}

#[test]
fn content_that_looks_like_a_feed() {
    let doc = read(
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>out</title><id>1</id>
         <content type='application/atom+xml'><entry><title>in</title><id>2</id></entry></content></entry>
         <entry><title>x</title><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><title>no</title>
         <item>y</item><link href='/no'/></div></content></entry></feed>",
    );
    let titles: Vec<_> = doc.entries.iter().map(|entry| entry.title.as_deref()).collect();
    assert_eq!((titles[0], titles.last().copied().flatten()), (Some("out"), Some("x")));
    assert_eq!(doc.entries.last().unwrap().link, None);
}

#[test]
fn character_sets() {
    let base = Url::parse("https://example.org/").unwrap();
    let text = "<rss><channel><item><title>é漢</title></item></channel></rss>";
    let wide = |big: bool, width: usize, mark: &str| -> Vec<u8> {
        let text = format!("{mark}{text}");
        let bytes = |unit: u32| {
            if big { unit.to_be_bytes()[4 - width..].to_vec() } else { unit.to_le_bytes()[..width].to_vec() }
        };
        match width {
            2 => text.encode_utf16().flat_map(|unit| bytes(unit.into())).collect(),
            _ => text.chars().flat_map(|c| bytes(c.into())).collect(),
        }
    };
    for (big, width) in [(true, 2), (false, 2), (true, 4), (false, 4)] {
        for mark in ["", "\u{feff}"] {
            for header in [None, Some("text/xml"), Some("application/rss+xml; charset=utf-8")] {
                let doc = parse(&wide(big, width, mark), header, &base, &Limits::default()).unwrap();
                assert_eq!(doc.entries[0].title.as_deref(), Some("é漢"), "{big} {width} {mark:?}");
            }
        }
    }
}

#[test]
fn json_feed_and_its_usual_mistakes() {
    let json = |items: &str| {
        read(&format!("{{\"version\": \"https://jsonfeed.org/version/1\", \"items\": [{items}]}}"))
    };
    for items in [
        r#"{"id": "1", "title": "a", "url": "/1", "author": {"name": "Ann"}, "tags": ["t"]}"#,
        r#"{"id": 1, "title": "a", "url": "/1", "authors": {"name": "Ann"}, "tags": "t"}"#,
        r#"{"id": "1", "title": "a", "url": "/1", "author": "Ann", "tags": ["t", null, {}],}"#,
        r#"{"id": "1", "title": "a", "url": "/1", "author": [{"name": "Ann"}], "tags": ["t",],},"#,
        "{\"id\": \"1\", \"title\": \"\ta\n\", \"url\": \"/1\", \"authors\": [{\"name\": \"Ann\"}], \"tags\": [\"t\"]}",
        r#"null, {"id": "1", "title": "\a", "external_url": "/1", "authors": [null, {"name": "Ann"}], "tags": "t,"}"#,
        r#"{"id": "1", "title": "a", "title": "b", "url": "/1", "author": {"name": "Ann"}, "tags": ["t"]}"#,
    ] {
        let doc = json(items);
        let entry = only(doc);
        assert_eq!((entry.guid.as_deref(), entry.title.as_deref()), (Some("1"), Some("a")), "{items}");
        assert_eq!(entry.link.as_deref(), Some("https://example.org/1"), "{items}");
        assert_eq!((names(&entry), entry.categories.len()), (vec!["Ann"], 1), "{items}");
    }
    let entry = only(json(
        r#"{"title": "R &amp; D in K\u00c3\u00b6ln", "content_html": "K\u00c3\u00b6ln &amp; <b>x</b>"}"#,
    ));
    assert_eq!(entry.title.as_deref(), Some("R & D in Köln"));
    assert_eq!(entry.content.as_deref(), Some("Köln &amp; <b>x</b>"));
    assert_eq!(read(r#"{"title": "no version", "items": []}"#).title.as_deref(), Some("no version"));
    assert_eq!(json(r#"{"id": 1.5}, {"id": true}, {"date_published": 1055217600}"#).entries.len(), 3);
}

#[test]
fn rss_in_pieces() {
    assert_eq!(
        rss("<item><title>a</title></item></channel><channel><item><title>b</title></item>").entries.len(),
        2
    );
    assert_eq!(rss("</channel><item><title>a</title></item>").entries.len(), 1);
    assert_eq!(rss("<item><title>a</title></ITEM><item/>").entries.len(), 2);
    assert_eq!(rss("<item a=b c><title x=\"1\" x='2'>a</title></item>").entries.len(), 1);
}
