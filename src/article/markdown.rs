//! An article as a Markdown document.

use crate::html;
use crate::model::{Article, Person};
use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The article as a document: headline, byline, date, body, and the original
/// address at the end. Lines that the page doesn't give are left out.
pub fn to_markdown(article: &Article, url: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    if let Some(title) = article.title.as_deref().filter(|title| !title.is_empty()) {
        parts.push(format!("# {}", html::escape_line(title)));
    }
    if !article.authors.is_empty() {
        let names: Vec<String> = article.authors.iter().map(person).collect();
        parts.push(format!("By {}", names.join(", ")));
    }
    if let Some(date) = article.published.as_deref().and_then(long_date) {
        parts.push(date);
    }
    if let Some(picture) = &article.image
        && !article.html.contains("<img")
    {
        let image =
            format!("<img src=\"{}\" alt=\"{}\">", super::escape(&picture.url), super::escape(&picture.alt));
        parts.push(html::to_markdown(&image, None).trim().to_owned());
    }
    parts.push(html::to_markdown(&article.html, None).trim_end().to_owned());
    parts.push("Original url:".to_owned());
    parts.push(format!("<{}>", url.replace(['<', '>', ' '], "")));
    parts.retain(|part| !part.is_empty());
    let mut out = parts.join("\n\n");
    out.push('\n');
    out
}

fn person(person: &Person) -> String {
    let name = html::escape_line(&person.name);
    match &person.url {
        Some(url) => format!("[{name}]({})", url.replace('(', "%28").replace(')', "%29").replace(' ', "%20")),
        None => name,
    }
}

/// `2023-01-31T…` as `January 31, 2023`.
fn long_date(published: &str) -> Option<String> {
    let date: Date = published.get(..10)?.parse().ok()?;
    let month = MONTHS.get(usize::try_from(date.month()).ok()?.checked_sub(1)?)?;
    Some(format!("{month} {}, {}", date.day(), date.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document() {
        let article = Article {
            title: Some("Rivers *rise*".to_owned()),
            authors: vec![Person { name: "Ada Example".to_owned(), url: Some("https://site.example/ada".to_owned()) }],
            published: Some("2023-01-31T10:00:00+01:00".to_owned()),
            html: "<figure><img src=\"https://site.example/p.jpg\" alt=\"A river\"><figcaption>The river. \
                   <strong>Bo / Agency</strong></figcaption></figure><p>First.</p>\
                   <p><strong>Related article:</strong> <a href=\"https://site.example/r\">Dams</a></p><p>Last.</p>"
                .to_owned(),
            ..Article::default()
        };
        let expected = "# Rivers \\*rise\\*\n\nBy [Ada Example](https://site.example/ada)\n\nJanuary 31, 2023\n\n\
                        ![A river](https://site.example/p.jpg)\n\nThe river. **Bo / Agency**\n\nFirst.\n\n\
                        **Related article:** [Dams](https://site.example/r)\n\nLast.\n\nOriginal url:\n\n\
                        <https://site.example/x>\n";
        assert_eq!(to_markdown(&article, "https://site.example/x"), expected);
        let bare = Article { html: "<p>Text.</p>".to_owned(), ..Article::default() };
        assert_eq!(
            to_markdown(&bare, "https://x.example/"),
            "Text.\n\nOriginal url:\n\n<https://x.example/>\n"
        );
    }
}
