//! The page that is not there.

use super::Site;
use super::layout::{Page, document};
use maud::html;

/// For addresses under which there is nothing. Says nothing of what was asked for.
pub fn missing(site: &Site) -> String {
    let main = html! {
        div.notice {
            p.kicker { "Erratum" }
            h1 { "Not in this edition" }
            p {
                "There is no page at this address. An article may have been pruned, a source renamed, "
                "or the address mistyped."
            }
            p { a href=(site.link("/")) { "To the front page" } " or to " a href=(site.link("/sources")) { "all sources" } "." }
        }
    };
    document(
        site,
        Page { title: "Not in this edition", kind: "missing", skip: "Skip to the page", front: false, main },
    )
}
