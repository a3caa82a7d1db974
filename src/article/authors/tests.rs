use crate::article::tests::read;

fn names(head: &str, top: &str) -> Vec<String> {
    let article = read("https://herald.example/a", head, &format!("<h1>The bridge</h1>{top}"));
    article.authors.into_iter().map(|person| person.name).collect()
}

#[test]
fn places_of_a_name() {
    let site = r#"<meta property="og:site_name" content="Valley Herald">"#;
    for (head, top, expected) in [
        // A scholarly name before those of the works cited.
        (
            r#"<meta itemprop="author" content="C. Cited"><meta name="citation_author" content="Ada Example">"#,
            "",
            vec!["Ada Example"],
        ),
        (r#"<meta property="dc:creator x:other" content="Ada Example">"#, "", vec!["Ada Example"]),
        // The site's own name in front, beside a person, and alone.
        (r#"<meta name="author" content="Herald - Ada Example">"#, "", vec!["Ada Example"]),
        (r#"<meta name="author" content="Ada Example, Valley Herald">"#, "", vec!["Ada Example"]),
        (r#"<meta name="author" content="Valley Herald">"#, "", vec!["Valley Herald"]),
        // Organisations and users' names give way to a person.
        (
            r#"<meta name="author" content="Talhaus GmbH">"#,
            "<p>Autorin: Ada Example</p>",
            vec!["Ada Example"],
        ),
        (r#"<meta name="author" content="ada.example">"#, "<p>Von Ada Example</p>", vec!["Ada Example"]),
        (r#"<meta name="author" content="ada.example">"#, "", vec!["ada.example"]),
        // A given name alone is made whole by the byline.
        (r#"<meta name="author" content="Ada">"#, "<p>Eine Kolumne von Ada Example</p>", vec!["Ada Example"]),
        (r#"<meta name="author" content="Ada">"#, "<p>Von Ada aus Talheim</p>", vec!["Ada"]),
        // A user with digits, where a link says so; a byline at the headline named like a teaser's.
        ("", r#"<p>von <a rel="author" href="/u/7">riverman84</a></p>"#, vec!["riverman84"]),
        (
            "",
            r#"<p>By <a rel="author" href="/a/1">Ruth Ellery</a> and <a rel="author" href="/a/2">Tom Pask</a></p>"#,
            vec!["Ruth Ellery", "Tom Pask"],
        ),
        (
            "",
            r#"<div class="teaser-meta"><p class="byline">VON <a href="/autoren/a">ADA EXAMPLE</a></p></div>"#,
            vec!["ADA EXAMPLE"],
        ),
        // A label of its own, a bar before, a date before, an hCard, markup for tests.
        ("", "<dl><dt>Autor</dt><dd>Ada Example</dd></dl>", vec!["Ada Example"]),
        ("", "<h5>Autor: </h5>Ada Example/dpa", vec!["Ada Example"]),
        (
            "",
            "<div><span>Valley</span> <span>| By</span> <span>Ada Example</span> | May</div>",
            vec!["Ada Example"],
        ),
        ("", "<p>03.05.2020 13:30 von Ada Example</p>", vec!["Ada Example"]),
        ("", r#"<p>Text von Ada Example   Illustration von Bo Muster</p>"#, vec!["Ada Example"]),
        (
            "",
            r#"<div class="post-footer"><span class="author vcard">by <b class="fn">the ferryman</b></span></div>"#,
            vec!["the ferryman"],
        ),
        (
            "",
            r#"<div data-testid="story-byline"><a href="/team/ada">Ada Example</a></div>"#,
            vec!["Ada Example"],
        ),
        ("", r#"<a class="username" href="/members/9">Catch of the Day</a>"#, vec!["Catch of the Day"]),
        (
            r#"<meta name="author" content="Landesanstalt am Fluss">"#,
            r#"<p><span itemprop="author">Ada Example</span></p>"#,
            vec!["Ada Example"],
        ),
        // No names.
        ("", r#"<p class="byline">Last Updated: January 7, 2025</p>"#, vec![]),
        (r#"<meta name="author" content="Super User">"#, "", vec![]),
    ] {
        assert_eq!(names(&format!("{site}{head}"), top), expected, "{head} {top}");
    }
}
