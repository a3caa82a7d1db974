//! Pages in the manner of many systems, made from one story each.

use super::languages::Story;

/// A page maker: its name, and what it makes of a story.
pub(super) type Maker = (&'static str, fn(&Story) -> String);

/// All makers.
pub(super) const MAKERS: &[Maker] = &[
    ("wordpress", wordpress),
    ("news with JSON-LD", news),
    ("drupal", drupal),
    ("blogspot", blogspot),
    ("amp", amp),
    ("print view", print),
    ("forum", forum),
    ("divs only", divs),
    ("several containers", containers),
    ("tables for layout", tables),
    ("magazine", magazine),
    ("line breaks", breaks),
    ("second article below", endless),
    ("whole second article below", infinite),
    ("boxes between paragraphs", boxes),
    ("breaks in font", fonts),
    ("comments below", comments),
];

/// Text of another story, and of readers: in no article.
pub(super) const OTHER: [&str; 3] = [
    "The road to the pass was closed on Friday after the third avalanche of the week, and the ploughs will not go up before Monday, the road office said.",
    "I have lived in this valley for forty years and I have never seen anything like it. Thank you for reporting, and greetings to the people at the town hall.",
    "Two buses turned back at the barrier, and their passengers spent the night in the gymnasium, where the choir that they had come to hear sang for them.",
];

fn paragraphs(story: &Story) -> String {
    story.body.iter().map(|text| format!("<p>{text}</p>\n")).collect()
}

fn menu(story: &Story) -> String {
    let items: String =
        story.menu.iter().map(|name| format!("<li><a href=\"/{0}\">{name}</a></li>", name.len())).collect();
    format!("<nav class=\"main-nav\"><ul>{items}</ul></nav>")
}

fn list(story: &Story) -> String {
    story
        .others
        .iter()
        .enumerate()
        .map(|(at, name)| format!("<li><a href=\"/story-{at}\">{name}</a></li>"))
        .collect()
}

fn page(story: &Story, head: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{} - Valley Herald</title>\
         <meta property=\"og:site_name\" content=\"Valley Herald\">{head}</head><body>{body}</body></html>",
        story.lang, story.title
    )
}

fn wordpress(story: &Story) -> String {
    let head = format!(
        "<meta property=\"og:title\" content=\"{}\"><meta property=\"article:published_time\" content=\"2023-01-31T09:00:00+01:00\">",
        story.title
    );
    let body = format!(
        "<div id=\"page\" class=\"site\"><header id=\"masthead\" class=\"site-header\"><p class=\"site-title\"><a href=\"/\">Valley Herald</a></p>{menu}</header>\
         <div id=\"content\"><main id=\"main\"><article id=\"post-12\" class=\"post-12 post type-post hentry\">\
         <header class=\"entry-header\"><h1 class=\"entry-title\">{title}</h1><div class=\"entry-meta\"><span class=\"posted-on\"><time class=\"entry-date published\" datetime=\"2023-01-31T09:00:00+01:00\">{date}</time></span> \
         <span class=\"byline\">{by} <a class=\"url fn n\" href=\"/author/one\" rel=\"author\">{author}</a></span></div></header>\
         <div class=\"entry-content\"><p>{lead}</p>{text}\
         <figure class=\"wp-caption\"><img src=\"/weir.jpg\" alt=\"\"><figcaption class=\"wp-caption-text\">{caption}</figcaption></figure>\
         <div class=\"sharedaddy sd-sharing-enabled\"><h3 class=\"sd-title\">{share}</h3><ul><li><a href=\"#\">Facebook</a></li><li><a href=\"#\">Twitter</a></li></ul></div>\
         <div id=\"jp-relatedposts\" class=\"jp-relatedposts\"><h3>{related}</h3><ul>{others}</ul></div></div>\
         <footer class=\"entry-footer\"><span class=\"tags-links\">{tags} <a href=\"/tag/a\">{m0}</a>, <a href=\"/tag/b\">{m1}</a></span></footer></article>\
         <div id=\"comments\" class=\"comments-area\"><h2>{comments}</h2><ol class=\"comment-list\"><li class=\"comment\"><p>Nice.</p></li></ol></div></main>\
         <aside id=\"secondary\" class=\"widget-area\"><section class=\"widget\"><h2 class=\"widget-title\">{popular}</h2><ul>{others}</ul></section></aside></div>\
         <footer id=\"colophon\"><p>{rights}</p></footer></div>",
        menu = menu(story),
        title = story.title,
        date = story.date,
        by = story.by,
        author = story.author,
        lead = story.lead,
        text = paragraphs(story),
        caption = story.caption,
        share = story.share,
        related = story.related,
        others = list(story),
        tags = story.tags,
        m0 = story.menu[0],
        m1 = story.menu[1],
        comments = story.comments,
        popular = story.popular,
        rights = story.rights,
    );
    page(story, &head, &body)
}

fn news(story: &Story) -> String {
    let head = format!(
        "<script type=\"application/ld+json\">{{\"@context\":\"https://schema.org\",\"@type\":\"NewsArticle\",\"headline\":\"{}\",\
         \"datePublished\":\"2023-01-31T09:00:00+01:00\",\"author\":[{{\"@type\":\"Person\",\"name\":\"{}\"}}]}}</script>",
        story.title, story.author
    );
    let [a, b, c, d, e] = story.body;
    let body = format!(
        "<header class=\"page-header\">{menu}</header><main><article class=\"article\"><div class=\"article__head\"><h1 class=\"article__title\">{title}</h1>\
         <p class=\"article__standfirst\">{lead}</p><div class=\"article__byline\">{by} {author}</div><time datetime=\"2023-01-31T09:00:00+01:00\">{date}</time></div>\
         <figure class=\"article__image\"><img src=\"/weir.jpg\"><figcaption>{caption} <span class=\"credit\">B. Muster / Agency</span></figcaption></figure>\
         <div class=\"article__body\"><p>{a}</p><p>{b}</p><div class=\"related-inline\"><strong>{related}</strong> <a href=\"/x\">{other}</a></div><p>{c}</p>\
         <div class=\"newsletter-box\"><h4>{newsletter}</h4><form><input type=\"email\"><button>OK</button></form></div><p>{d}</p><p>{e}</p></div>\
         <ul class=\"article__tags\"><li><a href=\"/t\">{m0}</a></li><li><a href=\"/u\">{m1}</a></li></ul>\
         <div class=\"article__share\"><span>{share}</span><a href=\"#\">E-Mail</a></div></article>\
         <section class=\"most-read\"><h2>{popular}</h2><ol>{others}</ol></section></main><footer>{rights}</footer>",
        menu = menu(story),
        title = story.title,
        lead = story.lead,
        by = story.by,
        author = story.author,
        date = story.date,
        caption = story.caption,
        related = story.related,
        other = story.others[0],
        newsletter = story.newsletter,
        m0 = story.menu[0],
        m1 = story.menu[1],
        share = story.share,
        popular = story.popular,
        others = list(story),
        rights = story.rights,
    );
    page(story, &head, &body)
}

fn drupal(story: &Story) -> String {
    let head = "<meta name=\"dcterms.date\" content=\"2023-01-31T09:00+01:00\">".to_owned()
        + &format!("<meta name=\"author\" content=\"{}\">", story.author);
    let body = format!(
        "<div class=\"region region-header\">{menu}</div><div id=\"block-system-main\" class=\"block block-system\"><h1 class=\"page-header\">{title}</h1>\
         <div class=\"node node-article clearfix\"><div class=\"submitted\">{by} <span class=\"username\">{author}</span>, {date}</div>\
         <div class=\"field field-name-body field-type-text-with-summary\"><div class=\"field-items\"><div class=\"field-item even\"><p><strong>{lead}</strong></p>{text}</div></div></div>\
         <div class=\"field field-name-field-tags\"><div class=\"field-label\">{tags}&nbsp;</div><div class=\"field-items\"><a href=\"/t\">{m0}</a></div></div>\
         <ul class=\"links inline\"><li class=\"comment-add\"><a href=\"#comment-form\">{comments}</a></li></ul></div></div>\
         <div class=\"region region-sidebar-second\"><div class=\"block block-views\"><h2>{popular}</h2><ul>{others}</ul></div></div>\
         <div class=\"region region-footer\"><p>{rights}</p></div>",
        menu = menu(story),
        title = story.title,
        by = story.by,
        author = story.author,
        date = story.date,
        lead = story.lead,
        text = paragraphs(story),
        tags = story.tags,
        m0 = story.menu[0],
        comments = story.comments,
        popular = story.popular,
        others = list(story),
        rights = story.rights,
    );
    page(story, &head, &body)
}

fn blogspot(story: &Story) -> String {
    let body = format!(
        "<div class=\"header\"><h1 class=\"title\"><a href=\"/\">Valley Herald</a></h1></div><div class=\"main\"><h2 class=\"date-header\"><span>{date}</span></h2>\
         <div class=\"post hentry uncustomized-post-template\"><h3 class=\"post-title entry-title\">{title}</h3><div class=\"post-body entry-content\">{lead}<br><br>{text}</div>\
         <div class=\"post-footer\"><span class=\"post-author vcard\">{by} <span class=\"fn\" itemprop=\"author\"><span itemprop=\"name\">{author}</span></span></span> <span class=\"post-labels\">{tags} <a href=\"/l\">{m0}</a></span></div></div>\
         <div class=\"comments\" id=\"comments\"><h4>{comments}</h4></div></div>\
         <div class=\"sidebar\"><div class=\"widget PopularPosts\"><h2>{popular}</h2><ul>{others}</ul></div></div><div class=\"footer\">{rights}</div>",
        date = story.date,
        title = story.title,
        lead = story.lead,
        text = story.body.join("<br><br>"),
        by = story.by,
        author = story.author,
        tags = story.tags,
        m0 = story.menu[0],
        comments = story.comments,
        popular = story.popular,
        others = list(story),
        rights = story.rights,
    );
    page(story, "", &body)
}

fn amp(story: &Story) -> String {
    let head = format!(
        "<meta property=\"article:published_time\" content=\"2023-01-31\"><meta name=\"author\" content=\"{}\">",
        story.author
    );
    let body = format!(
        "<header class=\"amp-wp-header\"><a href=\"/\">Valley Herald</a></header><article class=\"amp-wp-article\"><header class=\"amp-wp-article-header\"><h1 class=\"amp-wp-title\">{title}</h1>\
         <div class=\"amp-wp-meta amp-wp-byline\"><span class=\"amp-wp-author\">{author}</span></div><div class=\"amp-wp-meta amp-wp-posted-on\"><time datetime=\"2023-01-31\">{date}</time></div></header>\
         <figure class=\"amp-wp-article-featured-image\"><amp-img src=\"/weir.jpg\"></amp-img><figcaption>{caption}</figcaption></figure>\
         <div class=\"amp-wp-article-content\"><p>{lead}</p>{text}</div><footer class=\"amp-wp-article-footer\"><div class=\"amp-wp-meta amp-wp-comments-link\"><a href=\"#c\">{comments}</a></div></footer></article>\
         <footer class=\"amp-wp-footer\"><p>{rights}</p></footer>",
        title = story.title,
        author = story.author,
        date = story.date,
        caption = story.caption,
        lead = story.lead,
        text = paragraphs(story),
        comments = story.comments,
        rights = story.rights,
    );
    page(story, &head, &body)
}

fn print(story: &Story) -> String {
    let body = format!(
        "<div class=\"print\"><h1>{title}</h1><p class=\"byline\">{by} <a href=\"/author/1\" rel=\"author\">{author}</a></p><p class=\"date\">{date}</p>\
         <figure><img src=\"/weir.jpg\"><figcaption>{caption}</figcaption></figure><p>{lead}</p>{text}<p>{rights}</p></div>",
        title = story.title,
        by = story.by,
        author = story.author,
        date = story.date,
        caption = story.caption,
        lead = story.lead,
        text = paragraphs(story),
        rights = story.rights,
    );
    page(story, "<meta name=\"date\" content=\"2023-01-31\">", &body)
}

fn forum(story: &Story) -> String {
    let body = format!(
        "<div id=\"wrap\"><div class=\"navbar\">{menu}</div><h2 class=\"topic-title\"><a href=\"/t1\">{title}</a></h2>\
         <div id=\"p1\" class=\"post bg2\"><div class=\"postbody\"><p class=\"author\"><a href=\"/profile/1\" class=\"username\">{author}</a> &raquo; <time datetime=\"2023-01-31T09:00:00+01:00\">{date}</time></p>\
         <div class=\"content\">{lead}<br><br>{text}</div></div></div>\
         <div class=\"topic-actions\"><a href=\"/reply\" class=\"button\">{comments}</a></div><div class=\"copyright\">{rights}</div></div>",
        menu = menu(story),
        title = story.title,
        author = story.author,
        date = story.date,
        lead = story.lead,
        text = story.body.join("<br><br>"),
        comments = story.comments,
        rights = story.rights,
    );
    page(story, "", &body)
}

fn divs(story: &Story) -> String {
    let text: String = story.body.iter().map(|text| format!("<div class=\"c7\">{text}</div>")).collect();
    let body = format!(
        "<div class=\"a1\"><div class=\"a2\">{menu}</div><div class=\"b1\"><div class=\"b2\"><h1 class=\"c1\">{title}</h1><div class=\"c2\">{by} {author}</div><div class=\"c3\">{date}</div>\
         <div class=\"c7\">{lead}</div>{text}</div><div class=\"b3\"><div class=\"d1\">{popular}</div><ul>{others}</ul></div></div><div class=\"a9\">{rights}</div></div>",
        menu = menu(story),
        title = story.title,
        by = story.by,
        author = story.author,
        date = story.date,
        lead = story.lead,
        popular = story.popular,
        others = list(story),
        rights = story.rights,
    );
    page(story, "<meta property=\"article:published_time\" content=\"2023-01-31\">", &body)
}

fn containers(story: &Story) -> String {
    let [a, b, c, d, e] = story.body;
    let body = format!(
        "{menu}<main class=\"layout\"><h1>{title}</h1><div class=\"meta\"><span class=\"author\">{author}</span> <time datetime=\"2023-01-31\">{date}</time></div>\
         <section class=\"module text\"><div class=\"module__inner\"><p>{lead}</p><p>{a}</p></div></section><section class=\"module image\"><img src=\"/weir.jpg\"><div class=\"image__caption\">{caption}</div></section>\
         <section class=\"module text\"><div class=\"module__inner\"><p>{b}</p><p>{c}</p></div></section><section class=\"module ad\"><div class=\"advert\">Advertisement</div></section>\
         <section class=\"module text\"><div class=\"module__inner\"><p>{d}</p><p>{e}</p></div></section>\
         <section class=\"module teaser-list\"><h3>{popular}</h3><ul>{others}</ul></section></main><footer>{rights}</footer>",
        menu = menu(story),
        title = story.title,
        author = story.author,
        date = story.date,
        lead = story.lead,
        caption = story.caption,
        popular = story.popular,
        others = list(story),
        rights = story.rights,
    );
    page(story, "", &body)
}

fn tables(story: &Story) -> String {
    let body = format!(
        "<table width=\"100%\"><tr><td colspan=\"2\"><a href=\"/\">Valley Herald</a></td></tr><tr><td width=\"160\" valign=\"top\">{menu}</td><td valign=\"top\"><h1>{title}</h1><p><i>{by} {author}, {date}</i></p>\
         <p>{lead}</p>{text}</td></tr><tr><td colspan=\"2\"><font size=\"1\">{rights}</font></td></tr></table>",
        menu = menu(story),
        title = story.title,
        by = story.by,
        author = story.author,
        date = story.date,
        lead = story.lead,
        text = paragraphs(story),
        rights = story.rights,
    );
    page(
        story,
        &format!(
            "<meta name=\"date\" content=\"2023-01-31\"><meta name=\"author\" content=\"{}\">",
            story.author
        ),
        &body,
    )
}

fn magazine(story: &Story) -> String {
    let [a, b, c, d, e] = story.body;
    let body = format!(
        "{menu}<article itemscope itemtype=\"https://schema.org/Article\"><h1 itemprop=\"headline\"><span class=\"kicker\">{m0}</span> {title}</h1><p class=\"dek\">{lead}</p>\
         <div class=\"by\">{by} <span itemprop=\"author\"><span itemprop=\"name\">{author}</span></span> <time itemprop=\"datePublished\" datetime=\"2023-01-31T09:00:00+01:00\">{date}</time></div>\
         <div class=\"longform\"><p>{a}</p><blockquote><p>{b}</p></blockquote><figure><img src=\"/weir.jpg\"><figcaption>{caption}</figcaption></figure><p>{c}</p><p>{d}</p>\
         <aside class=\"promo\"><h4>{newsletter}</h4></aside><p>{e}</p></div>\
         <div class=\"author-bio\"><h4>{author}</h4></div></article><section class=\"related-stories\"><h2>{related}</h2><ul>{others}</ul></section><footer>{rights}</footer>",
        menu = menu(story),
        m0 = story.menu[2],
        title = story.title,
        lead = story.lead,
        by = story.by,
        author = story.author,
        date = story.date,
        caption = story.caption,
        newsletter = story.newsletter,
        related = story.related,
        others = list(story),
        rights = story.rights,
    );
    page(story, &format!("<meta property=\"og:title\" content=\"{}\">", story.title), &body)
}

fn breaks(story: &Story) -> String {
    let body = format!(
        "{menu}<div id=\"text\"><h1>{title}</h1><span class=\"author\">{by} {author}</span> <span class=\"date\">{date}</span><br><br>{lead}<br><br>{text}<br><br><a href=\"javascript:print()\">{share}</a></div><div id=\"foot\">{rights}</div>",
        menu = menu(story),
        title = story.title,
        by = story.by,
        author = story.author,
        date = story.date,
        lead = story.lead,
        text = story.body.join("<br><br>"),
        share = story.share,
        rights = story.rights,
    );
    page(story, "", &body)
}

fn endless(story: &Story) -> String {
    let teasers: String = story.others.iter().map(|name| format!("<article class=\"teaser\"><h2><a href=\"/n\">{name}</a></h2><p class=\"teaser__text\">{}…</p></article>", name)).collect();
    let body = format!(
        "{menu}<article class=\"story\"><h1>{title}</h1><p class=\"author\">{by} {author}</p><time datetime=\"2023-01-31\">{date}</time><div class=\"story-body\"><p>{lead}</p>{text}</div></article>\
         <div class=\"next-stories\"><h3>{popular}</h3>{teasers}</div><footer>{rights}</footer>",
        menu = menu(story),
        title = story.title,
        by = story.by,
        author = story.author,
        date = story.date,
        lead = story.lead,
        text = paragraphs(story),
        popular = story.popular,
        rights = story.rights,
    );
    page(story, "", &body)
}

/// The next story follows below the first, as on pages that never end.
fn infinite(story: &Story) -> String {
    let [first, _, second] = OTHER;
    let body = format!(
        "{menu}<div class=\"stream\"><article class=\"post single\"><h1 class=\"post__title\">{title}</h1><div class=\"post__meta\">{by} {author} · <time datetime=\"2023-01-31\">{date}</time></div>\
         <div class=\"post__content\"><p>{lead}</p>{text}</div></article>\
         <article class=\"post single\"><h1 class=\"post__title\">{other}</h1><div class=\"post__meta\">{by} Cy Example</div><div class=\"post__content\"><p>{first}</p><p>{second}</p><p>{first}</p></div></article></div><footer>{rights}</footer>",
        menu = menu(story),
        title = story.title,
        by = story.by,
        author = story.author,
        date = story.date,
        lead = story.lead,
        text = paragraphs(story),
        other = story.others[0],
        rights = story.rights,
    );
    page(story, "<meta property=\"article:published_time\" content=\"2023-01-31\">", &body)
}

/// Boxes in the body whose classes say little.
fn boxes(story: &Story) -> String {
    let [a, b, c, d, e] = story.body;
    let body = format!(
        "{menu}<div class=\"page\"><div class=\"article\"><h1>{title}</h1><p class=\"date\">{date}</p><div class=\"article-text\"><p><b>{lead}</b></p><p>{a}</p>\
         <p><b>{related}</b> <a href=\"/x\">{o0}</a></p><p>{b}</p><div class=\"box\"><h4>{newsletter}</h4><p><a href=\"/n\">{newsletter}</a></p></div><p>{c}</p>\
         <div class=\"box box--left\"><h4>{related}</h4><ul><li><a href=\"/y\">{o1}</a></li><li><a href=\"/z\">{o2}</a></li></ul></div><p>{d}</p>\
         <div class=\"tools\"><span>{share}</span> <a href=\"#f\">Facebook</a> <a href=\"#w\">WhatsApp</a></div><p>{e}</p>\
         <p class=\"small\">{tags} <a href=\"/t\">{m0}</a>, <a href=\"/u\">{m1}</a></p><p><a href=\"#respond\">{comments}</a></p></div></div>\
         <div class=\"col\"><h3>{popular}</h3><ol>{others}</ol></div></div><div class=\"foot\">{rights}</div>",
        menu = menu(story),
        title = story.title,
        date = story.date,
        lead = story.lead,
        related = story.related,
        o0 = story.others[0],
        o1 = story.others[1],
        o2 = story.others[2],
        newsletter = story.newsletter,
        share = story.share,
        tags = story.tags,
        m0 = story.menu[0],
        m1 = story.menu[1],
        comments = story.comments,
        popular = story.popular,
        others = list(story),
        rights = story.rights,
    );
    page(story, &format!("<meta name=\"author\" content=\"{}\">", story.author), &body)
}

/// Old pages: paragraphs are line breaks in a `font` element.
fn fonts(story: &Story) -> String {
    let body = format!(
        "<table width=\"760\"><tr><td width=\"150\"><font size=\"2\">{menu}</font></td><td><h1><font color=\"navy\">{title}</font></h1><font size=\"1\">{by} {author}, {date}</font>\
         <font face=\"Verdana\" size=\"2\">{lead}<br><br>{text}<br><br></font></td></tr></table><center><font size=\"1\">{rights}</font></center>",
        menu = menu(story),
        title = story.title,
        by = story.by,
        author = story.author,
        date = story.date,
        lead = story.lead,
        text = story.body.join("<br>\n<br>"),
        rights = story.rights,
    );
    page(
        story,
        &format!(
            "<meta name=\"author\" content=\"{}\"><meta name=\"date\" content=\"2023-01-31\">",
            story.author
        ),
        &body,
    )
}

/// More is said by readers than by the article.
fn comments(story: &Story) -> String {
    let said = OTHER.repeat(4).iter().map(|text| format!("<li class=\"comment\"><div class=\"comment-author\">Dee</div><div class=\"comment-content\"><p>{text}</p></div></li>")).collect::<String>();
    let body = format!(
        "{menu}<main><article class=\"post\"><h1 class=\"entry-title\">{title}</h1><div class=\"entry-meta\"><time class=\"published\" datetime=\"2023-01-31\">{date}</time> <span class=\"author\">{author}</span></div>\
         <div class=\"entry-content\"><p>{lead}</p>{text}</div></article><section id=\"comments\"><h2>{comments}</h2><ol class=\"commentlist\">{said}</ol></section></main><footer>{rights}</footer>",
        menu = menu(story),
        title = story.title,
        date = story.date,
        author = story.author,
        lead = story.lead,
        text = paragraphs(story),
        comments = story.comments,
        rights = story.rights,
    );
    page(story, "", &body)
}
