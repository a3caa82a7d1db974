#!/bin/sh
# Measures the program against labelled corpora that are no part of the project.
#
#   OFFPRINT_CORPUS=DIR OFFPRINT_EVALUATOR=extract_eval.py scripts/evaluate.sh [OFFPRINT]
#
# DIR holds work trees of adbar/trafilatura (trafilatura*/) and mozilla/readability (readability/),
# directly or one folder down. The evaluator speaks the protocol of `offprint extract --batch`:
# JSON Lines with id, url and html_path in, id, text, html, title, author, published out.
# OFFPRINT is the program, target/release/offprint without it. If OFFPRINT_FEEDS_EVALUATOR is set,
# it is run as well, with the program's path as its argument.
set -eu
program=${1:-target/release/offprint}
if [ -z "${OFFPRINT_CORPUS:-}" ]; then
    echo "OFFPRINT_CORPUS is not set: nothing to measure" >&2
    exit 0
fi
find_with() {
    find "$OFFPRINT_CORPUS" -maxdepth 4 -path "*/$1" -print -quit 2>/dev/null | sed "s|/$1\$||"
}
measure() {
    python3 "$OFFPRINT_EVALUATOR" --batch "$program extract --batch" "$@"
}
if [ -n "${OFFPRINT_EVALUATOR:-}" ]; then
    trafilatura=$(find_with tests/evaldata.json)
    readability=$(find_with test/test-pages)
    if [ -n "$trafilatura" ]; then
        measure --dataset trafilatura --data "$trafilatura" --name text
        measure --dataset trafilatura --data "$trafilatura" --name "with the feed's title" --hints
    fi
    if [ -n "$readability" ]; then
        measure --dataset readability --data "$readability" --name text
        measure --dataset readability --data "$readability" --name "reading view" --prefer-html
    fi
fi
if [ -n "${OFFPRINT_FEEDS_EVALUATOR:-}" ]; then
    "$OFFPRINT_FEEDS_EVALUATOR" "$program"
fi
