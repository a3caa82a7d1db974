use super::*;

fn url() -> Url {
    Url::parse("https://site.example/2023/01/31/river").unwrap_or_else(|e| panic!("{e}"))
}

fn run_with(html: &str, hints: &Hints, rules: &Rules) -> Result<Extraction, ExtractError> {
    extract(&Page { bytes: html.as_bytes(), content_type: Some("text/html"), url: &url() }, hints, rules)
}

fn run(html: &str) -> Extraction {
    run_with(html, &Hints::default(), &Rules::default()).unwrap_or_else(|e| panic!("{e}"))
}

/// A page of German make with this head, and this between its top and its text.
pub(super) fn read(address: &str, head: &str, top: &str) -> Article {
    let words = "The bridge stays shut, the council said, until the river has fallen below the mark. ";
    let text = format!("<p>{}</p>", words.repeat(3)).repeat(4);
    let html = format!(
        "<html lang=de><head><title>The bridge</title>{head}</head><body>{top}<div>{text}</div></body></html>"
    );
    let url = address.parse().unwrap_or_else(|e| panic!("{e}"));
    let page = Page { bytes: html.as_bytes(), content_type: Some("text/html"), url: &url };
    extract(&page, &Hints::default(), &Rules::default()).unwrap_or_else(|e| panic!("{e}")).article
}

const ENGLISH: &str = r##"<!DOCTYPE html><html lang="en"><head><title>River rises above the old mark - Valley Herald</title>
<meta property="og:site_name" content="Valley Herald"><meta property="og:title" content="River rises above the old mark">
<meta property="og:image" content="/img/lead.jpg"><meta property="article:published_time" content="2023-01-31T18:04:00+03:00">
<link rel="canonical" href="/2023/01/31/river-a1"></head>
<body><nav><a href="/">Home</a> <a href="/news">News</a> <a href="/sport">Sport</a></nav>
<article class="article"><header><h1>River rises above the old mark</h1>
<div class="byline">By <a class="byline__author__name" href="/author/ada">Ada Example</a></div>
<time class="byline__datetime" datetime="2023-01-31T18:04:00+03:00">Jan. 31, 2023</time></header>
<figure class="featured-image"><img src="data:image/gif;base64,R0" data-src="/img/river.jpg" alt="A swollen river">
<figcaption>Water stood at the doors on Monday.<span class="credit">Bo Muster / Agency</span></figcaption></figure>
<div class="article__content">
<div class="block"><p>The river above the old town rose past the mark of 1954 on Monday, and the council opened the school as a shelter for everybody who lives below the bridge.</p></div>
<div class="block"><p>"We have seen high water before, but never so early in the year," said the head of the fire brigade, who had been awake for two nights, as he told reporters.</p></div>
<div class="block related"><p>Related article: <a href="/2023/01/30/dams">Why the dams were full in January</a></p></div>
<div class="block"><p>Forecasters expect the level to fall by Thursday, <a href="/weather">if the frost returns</a> to the hills, and warn that the ground is already soaked.</p></div>
<div class="block"><h2>What comes next</h2><p>Volunteers filled some 4,000 sandbags, the council said, and the mill will stay shut until an engineer has looked at its foundations.</p></div>
</div>
<div class="share-buttons"><a href="#">Share this</a> <a href="#">Tweet</a></div>
<p class="tags">Tags: <a href="/t/river">river</a>, <a href="/t/flood">flood</a></p>
</article><aside class="sidebar"><h3>Most read</h3><ul><li><a href="/a">One story</a></li><li><a href="/b">Another story</a></li></ul></aside>
<footer>© 2023 Valley Herald. All rights reserved.</footer></body></html>"##;

#[test]
fn a_news_page() {
    let Extraction { article, .. } = run(ENGLISH);
    assert_eq!(article.title.as_deref(), Some("River rises above the old mark"));
    assert_eq!(article.authors.len(), 1);
    assert_eq!(article.authors[0].name, "Ada Example");
    assert_eq!(article.authors[0].url.as_deref(), Some("https://site.example/author/ada"));
    assert_eq!(article.published.as_deref(), Some("2023-01-31T18:04:00+03:00"));
    assert_eq!(article.published_at.map(|t| t.to_string()).as_deref(), Some("2023-01-31T15:04:00Z"));
    assert_eq!(article.site.as_deref(), Some("Valley Herald"));
    assert_eq!(article.lang.as_deref(), Some("en"));
    assert_eq!(article.image.map(|p| p.url).as_deref(), Some("https://site.example/img/lead.jpg"));
    assert_eq!(article.canonical.as_deref(), Some("https://site.example/2023/01/31/river-a1"));
    assert!(article.text.starts_with("The river above the old town"), "{}", article.text);
    assert!(article.text.ends_with("its foundations."), "{}", article.text);
    assert!(article.text.contains("\n\nWhat comes next\n\n"));
    for gone in
        ["Ada Example", "Bo Muster", "doors on Monday", "Related", "dams", "Share", "Tags", "Most read", "©"]
    {
        assert!(!article.text.contains(gone), "{gone} in {}", article.text);
    }
    assert!(article.html.contains("src=\"https://site.example/img/river.jpg\""), "{}", article.html);
    assert!(article.html.contains("<strong>Bo Muster / Agency</strong></figcaption>"), "{}", article.html);
    let related = "<p><strong>Related article:</strong> <a href=\"https://site.example/2023/01/30/dams\">\
                   Why the dams were full in January</a></p>";
    assert!(article.html.contains(related), "{}", article.html);
    assert!(!article.html.contains("above the old mark</h"), "{}", article.html);
    assert!(!article.html.contains("Tweet") && !article.html.contains("/t/flood"), "{}", article.html);
}

/// Body paragraphs, what stands around them, and a headline in one language.
fn page(lang: &str, title: &str, body: &[&str], around: &[&str]) -> String {
    let body: String = body.iter().map(|p| format!("<p>{p}</p>\n")).collect();
    let around: String = around.iter().map(|p| format!("<p>{p}</p>\n")).collect();
    format!(
        "<html lang={lang}><head><title>{title}</title></head><body><ul class=menu><li><a href=/>⌂</a></ul>\
         <div id=main><h1>{title}</h1><div class=story>{body}{around}</div></div><div id=footer>…</div></body></html>"
    )
}

#[test]
fn many_languages() {
    let cases: &[(&str, &str, &[&str], &[&str])] = &[
        (
            "de",
            "Der Fluss steigt",
            &[
                "Der Fluss ist in der Nacht über die alte Marke gestiegen, und die Gemeinde hat die Schule geöffnet, damit niemand im Nassen schlafen muss.",
                "Am Donnerstag soll das Wasser wieder fallen, sagen die Meteorologen, sofern der Frost in die Hügel zurückkehrt und es trocken bleibt.",
            ],
            &[
                "<a href=/x>Lesen Sie auch: Warum die Stauseen voll waren</a>",
                "Von Ada Muster",
                "Stand: 31.01.2023, 14:05 Uhr",
                "Teilen",
            ],
        ),
        (
            "fr",
            "La rivière monte",
            &[
                "La rivière a dépassé dans la nuit l’ancien repère, et la commune a ouvert l’école pour que personne ne dorme dans l’eau.",
                "Le niveau devrait baisser jeudi, selon les prévisionnistes, si le gel revient sur les collines et si la pluie cesse enfin.",
            ],
            &[
                "À lire aussi : <a href=/x>Pourquoi les barrages étaient pleins</a>",
                "Partager sur un réseau",
                "31 janvier 2023",
            ],
        ),
        (
            "es",
            "El río sube",
            &[
                "El río superó anoche la antigua marca, y el ayuntamiento abrió la escuela para que nadie tuviera que dormir en el agua.",
                "El nivel bajará el jueves, según los meteorólogos, si la helada vuelve a las colinas y deja de llover en todo el valle.",
            ],
            &["<a href=/x>Lea también: por qué los embalses estaban llenos</a>", "Suscríbete al boletín"],
        ),
        (
            "it",
            "Il fiume sale",
            &[
                "Il fiume ha superato nella notte il vecchio segno, e il comune ha aperto la scuola perché nessuno dormisse nell’acqua.",
                "Il livello dovrebbe calare giovedì, dicono i meteorologi, se il gelo torna sulle colline e smette di piovere nella valle.",
            ],
            &["<a href=/x>Leggi anche: perché le dighe erano piene</a>", "Condividi"],
        ),
        (
            "nl",
            "De rivier stijgt",
            &[
                "De rivier is vannacht boven het oude merk gestegen, en de gemeente heeft de school geopend zodat niemand nat hoeft te slapen.",
                "Donderdag zakt het water weer, zeggen de weerkundigen, als de vorst terugkeert in de heuvels en het droog blijft.",
            ],
            &["<a href=/x>Lees ook: waarom de stuwmeren vol waren</a>"],
        ),
        (
            "pl",
            "Rzeka przybiera",
            &[
                "Rzeka przekroczyła w nocy dawny znak, a gmina otworzyła szkołę, żeby nikt nie musiał spać w wodzie i mógł się ogrzać.",
                "W czwartek poziom ma opaść, mówią synoptycy, jeśli mróz wróci na wzgórza i przestanie padać w całej dolinie.",
            ],
            &["<a href=/x>Czytaj także: dlaczego zbiorniki były pełne</a>"],
        ),
        (
            "ru",
            "Река поднимается",
            &[
                "Ночью река поднялась выше старой отметки, и власти открыли школу, чтобы никому не пришлось спать в воде и мёрзнуть.",
                "В четверг уровень воды снизится, говорят синоптики, если мороз вернётся на холмы и дождь в долине прекратится.",
            ],
            &["<a href=/x>Читайте также: почему водохранилища были полны</a>", "31 января 2023"],
        ),
        (
            "tr",
            "Nehir yükseliyor",
            &[
                "Nehir gece eski işaretin üzerine çıktı, belediye de kimse suda uyumasın diye okulu açtı ve battaniye dağıttı.",
                "Perşembe günü su çekilecek, diyor meteoroloji uzmanları, eğer don tepelere geri dönerse ve yağmur kesilirse.",
            ],
            &["<a href=/x>Ayrıca oku: barajlar neden doluydu</a>"],
        ),
        (
            "ja",
            "川の水位が上がる",
            &[
                "川の水位は夜のうちに古い目印を越え、町は誰も水の中で眠らずにすむように学校を開放し、毛布と温かい食事を配った。",
                "気象予報士によると、丘に霜が戻り、谷の雨がやめば、木曜日には水位が下がる見込みで、水車小屋は点検が終わるまで閉まる。",
            ],
            &["<a href=/x>関連記事</a>", "2023年1月31日"],
        ),
        (
            "zh",
            "河水上涨",
            &[
                "河水夜里涨过了旧标记，镇政府开放了学校，让大家不必在水里过夜，并且分发了毛毯和热饭，志愿者装满了四千个沙袋。",
                "气象部门说，如果山上重新结霜，山谷里的雨停下来，水位将在星期四下降，磨坊要等工程师检查完地基以后才会重新开放。",
            ],
            &["<a href=/x>相关阅读：水库为什么满了</a>", "分享"],
        ),
        (
            "ar",
            "النهر يرتفع",
            &[
                "ارتفع النهر ليلا فوق العلامة القديمة، وفتحت البلدية المدرسة حتى لا يضطر أحد إلى النوم في الماء، ووزعت البطانيات على الجميع.",
                "سينخفض المستوى يوم الخميس، كما يقول خبراء الأرصاد، إذا عاد الصقيع إلى التلال وتوقف المطر في الوادي كله.",
            ],
            &["<a href=/x>اقرأ أيضا: لماذا امتلأت السدود</a>"],
        ),
        (
            "he",
            "הנהר עולה",
            &[
                "הנהר עלה בלילה מעל הסימן הישן, והעירייה פתחה את בית הספר כדי שאיש לא ייאלץ לישון במים, וחילקה שמיכות לכולם.",
                "ביום חמישי המפלס יירד, אומרים החזאים, אם הכפור יחזור לגבעות והגשם ייפסק בכל העמק, והטחנה תישאר סגורה.",
            ],
            &["<a href=/x>קראו עוד: למה הסכרים היו מלאים</a>"],
        ),
    ];
    for (lang, title, body, around) in cases {
        let article = run(&page(lang, title, body, around)).article;
        assert_eq!(article.text, body.join("\n\n"), "{lang}");
        assert_eq!(article.title.as_deref(), Some(*title), "{lang}");
        assert_eq!(article.lang.as_deref(), Some(*lang));
    }
}

#[test]
fn metadata_from_json_ld() {
    let body = "<p>Enough words stand here to be an article, with commas, sentences, and whatever else it takes.</p>".repeat(4);
    let html = format!(
        r##"<html><head><title>X | Y</title><script type="application/ld+json">{{"@context":"https://schema.org","@graph":[
        {{"@type":"WebSite","name":"The Y"}},{{"@type":"Person","@id":"#ada","name":"Ada Example","url":"/people/ada"}},
        {{"@type":["NewsArticle"],"headline":"X &amp; more","datePublished":"2023-01-31","author":[{{"@id":"#ada"}},{{"@type":"Person","name":"Bo Muster"}}],
        "image":{{"url":"https://cdn.example/i.jpg"}}}}]}}</script></head><body><div>{body}</div></body></html>"##
    );
    let article = run(&html).article;
    assert_eq!(article.title.as_deref(), Some("X & more"));
    let authors: Vec<_> = article.authors.iter().map(|a| (a.name.as_str(), a.url.as_deref())).collect();
    assert_eq!(authors, [("Ada Example", Some("https://site.example/people/ada")), ("Bo Muster", None)]);
    assert_eq!(article.published.as_deref(), Some("2023-01-31"));
    assert_eq!(article.published_at, None);
    assert_eq!(article.site.as_deref(), Some("The Y"));
    assert_eq!(article.image.map(|p| p.url).as_deref(), Some("https://cdn.example/i.jpg"));
}

#[test]
fn selectors_of_the_operator() {
    let html = "<html><body><div id=a><p>Long text that a search would take, with commas, words, and sentences. It goes on and on.</p>\
                <p>Long text that a search would take, with commas, words, and sentences. It goes on, and on.</p></div>\
                <div id=b><p>Short note.</p><p class=x>Not this.</p></div></body></html>";
    let rules = |content: &str, remove: &[&str]| Rules {
        content_selector: Some(content.to_owned()),
        remove_selectors: remove.iter().map(|s| (*s).to_owned()).collect(),
        ..Rules::default()
    };
    let found = run_with(html, &Hints::default(), &rules("#b", &[".x"])).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(found.article.text, "Short note.");
    assert!(found.notes.missed_selectors.is_empty());
    let fallen =
        run_with(html, &Hints::default(), &rules("#none", &["p["])).unwrap_or_else(|e| panic!("{e}"));
    assert!(fallen.article.text.starts_with("Long text"));
    assert_eq!(fallen.notes.missed_selectors, ["#none", "p["]);
}

#[test]
fn addresses_follow_the_base() {
    let body = "<p>Enough words stand <a href=x>here</a> to be an article, with commas, sentences, and what it takes.</p>".repeat(3);
    let html = format!(
        "<html><head><base href=https://cdn.example/d/></head><body><div>{body}<img src=y.jpg></div></body></html>"
    );
    let article = run(&html).article;
    assert!(article.html.contains("href=\"https://cdn.example/d/x\""), "{}", article.html);
    assert!(article.html.contains("src=\"https://cdn.example/d/y.jpg\""), "{}", article.html);
}

#[test]
fn pages_without_an_article() {
    for (html, kind) in [
        ("<html><body><div id=root></div><script>app()</script></body></html>", "no-article"),
        (
            "<html><body><noscript>You need to enable JavaScript to run this app.</noscript></body></html>",
            "no-article",
        ),
        (
            "<html><body><div><p>We use cookies to improve your visit. Accept all cookies, or see our cookie settings.</p></div></body></html>",
            "no-article",
        ),
        (
            "<html><body><div><p>This story is for members, so please log in to continue reading it here.</p></div></body></html>",
            "no-article",
        ),
        ("   ", "empty"),
        ("%PDF-1.4 x", "not-html"),
        ("{\"a\": [1, 2]}", "not-html"),
    ] {
        let error = run_with(html, &Hints::default(), &Rules::default()).err().map(|e| e.kind());
        assert_eq!(error, Some(kind), "{html}");
    }
}

#[test]
fn nothing_dangerous_is_kept() {
    let body =
        "<p onclick=x()>Enough words stand <a href='javascript:x()'>here</a> to be an article, with commas, \
                sentences, <img src=x onerror=y()> and what it takes.<script>z()</script></p>"
            .repeat(4);
    let html = run(&format!("<html><body><div>{body}</div></body></html>")).article.html;
    for bad in ["onclick", "javascript", "onerror", "script"] {
        assert!(!html.contains(bad), "{bad} in {html}");
    }
}

#[test]
fn hostile_pages_are_bounded() {
    let good = "<p>The committee met in the harbour town, and it talked about fish quotas for hours, as it does.</p>";
    for html in [
        "<div>".repeat(100_000) + good,
        "<b><i x=1><font c=2>".repeat(20_000) + good,
        format!("<p{}>x</p>{good}", " a=b c".repeat(50_000)),
        good.to_owned() + &"<".repeat(1_000_000),
        good.to_owned() + &"<p>x".repeat(60_000),
        "<table><tr><td>x y z<td>x, word word word".repeat(20_000) + good,
        format!("<script type=application/ld+json>{}</script>{good}", "[".repeat(500_000)),
    ] {
        assert!(run_with(&html, &Hints::default(), &Rules::default()).is_ok());
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn soup() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            prop::sample::select(vec![
                "<p>", "</p>", "<div class=article>", "<div class='related box'>", "</div>", "<table><tr><td>", "</table>",
                "<figure><img data-src=/a.jpg>", "<figcaption>", "</figure>", "<span class=credit>", "<h1>", "<h2>", "</h1>",
                "<ul><li>", "</ul>", "<a href=/x>", "</a>", "<br><br>", "<pre>", "</pre>", "<blockquote>", "<noscript>",
                "<time datetime=2023-01-31>", "<meta name=author content='Ada, Bo'>", "<base href=//x.example>", "<svg>",
                "<script type='application/ld+json'>{\"@type\":\"Article\",\"headline\":\"<b>x</b>\"}</script>", "<title>",
                "Read also: ", "By Ada Example", "31.01.2023", "© 2023", "<iframe src=//p.example/embed/1>", "<script>",
                "The committee met in the harbour town, and it talked about fish quotas for hours, as it always does. ",
                "川の水位は夜のうちに古い目印を越え、町は学校を開放し、毛布と温かい食事を配った。",
            ])
            .prop_map(str::to_owned),
            ".{0,20}",
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_comes_out_is_clean(html in soup()) {
            if let Ok(found) = run_with(&html, &Hints::default(), &Rules::default()) {
                let article = found.article;
                prop_assert!(!article.text.is_empty());
                prop_assert_eq!(html::sanitize(&article.html, None), article.html.clone());
                prop_assert!(!article.text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')));
            }
        }

        #[test]
        fn bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let page = Page { bytes: &bytes, content_type: None, url: &url() };
            let _ = extract(&page, &Hints::default(), &Rules::default());
        }
    }
}

#[test]
fn what_stands_in_every_article_of_a_site_goes() {
    const STANDING: &str = "The harbour master keeps the tide tables at the foot of the stairs on the old quay, and lends them to whoever asks before noon.";
    let words = ["ferries", "lanterns", "barrels", "gulls", "ropes"];
    let page = |word: &str| {
        let paragraph = |n: usize| {
            format!(
                "<p>On the {n}th morning the {word} were counted again, and the {word} had become {} more than the clerk had written down, which the {word} of the town took calmly, as they had taken the {word} before.</p>",
                n * 7
            )
        };
        let text: String = (2..7).map(paragraph).collect();
        format!(
            "<html><head><title>Of {word}</title></head><body><article><h1>Of {word}</h1>{text}<p>{STANDING}</p>{}</article></body></html>",
            paragraph(9)
        )
    };
    let url = Url::parse("https://courier.example/2026/03/02/story").unwrap();
    let mut hints = Hints::default();
    for (number, word) in words.into_iter().enumerate() {
        let bytes = page(word);
        let page = Page { bytes: bytes.as_bytes(), content_type: None, url: &url };
        let found = extract(&page, &hints, &Rules::default()).unwrap();
        assert_eq!(found.article.text.contains(STANDING), number < 3, "{number}: {}", found.article.text);
        assert_eq!(found.article.html.contains(STANDING), number < 3, "{number}");
        assert_eq!(found.notes.cuts.iter().any(|cut| cut.why == "template"), number >= 3);
        assert!(found.article.text.contains("On the 9th morning"));
        hints.site.learn(&found.blocks);
    }
}

#[test]
fn code_keeps_its_lines() {
    let long = "The river above the old town rose past the mark of 1954 on Monday, and the council opened the school as a shelter for everybody. ".repeat(3);
    let page = format!(
        "<title>How to count</title><article><h1>How to count</h1><p>{long}</p><pre>fn count() {{\n    one();\n\ttwo();\n}}</pre><p>Then {long}</p></article>"
    );
    let article = run(&page).article;
    assert!(article.text.contains("fn count() {\n    one();\n\ttwo();\n}\n\nThen"), "{}", article.text);
    assert!(article.html.contains("<pre>fn count() {\n    one();\n\ttwo();\n}</pre>"), "{}", article.html);
    let markdown = html::to_markdown(&article.html, None);
    assert!(markdown.contains("\n    one();\n\ttwo();\n"), "{markdown}");
}

#[test]
fn a_table_of_many_cells_is_read_in_one_go() {
    let rows = "<tr><td>River<td>Level<td>Hour".repeat(20_000);
    let page =
        format!("<title>Levels</title><article><table><thead><tr><th>A</thead>{rows}</table></article>");
    let began = std::time::Instant::now();
    let _ = run_with(&page, &Hints::default(), &Rules::default());
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed());
}

#[test]
fn cells_of_a_table_are_data() {
    let paragraph = "<p>The bridge was built on three weekends, and on the evenings between them, by whoever had time, a ladder and something to eat for the others.</p>";
    let table = "<table><thead><tr><th>Was</th><th>Von wem</th><th>Tag</th></tr></thead><tbody><tr><td>Larch</td><td>The foresters</td><td>31.01.2023</td></tr><tr><td>Winch</td><td>The Hartungs</td><td>02.02.2023</td></tr></tbody></table>";
    let html = format!(
        "<html><body><article><h1>The bridge</h1>{0}{0}{table}{0}</article></body></html>",
        paragraph
    );
    let found = run(&html).article.html;
    for cell in ["Von wem", "31.01.2023", "Larch"] {
        assert!(found.contains(cell), "{cell}: {found}");
    }
}
