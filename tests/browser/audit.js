// What is wrong with the page, one line each. Runs inside it, as the body of a function.
const faults = [];
const root = document.documentElement;

// Nothing sticks out.
if (root.scrollWidth > innerWidth) {
  const wide = [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, pre, .skip"));
  faults.push(`${root.scrollWidth} px wide: ${wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 80)).join(" | ")}`);
}

// Parts, headings, names.
const count = (css) => document.querySelectorAll(css).length;
for (const [css, wanted] of [["body > header", 1], ["main", 1], ["body > footer", 1], ["h1", 1], ["html[lang]", 1],
  ["script", 0], ["[style]", 0], ["link[rel=stylesheet]", 0], ["img:not([alt])", 0], ["th:not([scope])", 0]]) {
  const scope = css === "th:not([scope])" ? "table[role=table] " : "";
  if (count(scope + css) !== wanted) faults.push(`${count(scope + css)} of ${css}`);
}
for (const link of document.querySelectorAll("a[href]")) {
  if (!link.textContent.trim() && !link.querySelector("img")) faults.push(`a link without words: ${link.outerHTML.slice(0, 80)}`);
}
let before = 0;
for (const heading of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
  const level = Number(heading.tagName[1]);
  if (level > before + 1 && !heading.closest(".text")) faults.push(`${heading.tagName} after H${before}`);
  before = level;
}

// Contrast of every text with what is behind it (WCAG 2.2, 1.4.3), large or not.
const parse = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const behind = (element) => {
  for (let e = element; e; e = e.parentElement) {
    const colour = parse(getComputedStyle(e).backgroundColor);
    if (colour.length === 3 || colour[3] > 0) return colour;
  }
  return matchMedia("(prefers-color-scheme: dark)").matches ? [0, 0, 0] : [255, 255, 255];
};
const seen = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || element.closest("svg, style") || !element.getClientRects().length) continue;
  const [ink, paper] = [parse(getComputedStyle(element).color), behind(element)];
  const [a, b] = [light(ink), light(paper)].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  const key = `${ink} on ${paper}`;
  if (ratio < 4.5 && !seen.has(key)) faults.push(`contrast ${ratio.toFixed(2)}: ${key}: ${walker.currentNode.data.trim().slice(0, 40)}`);
  seen.add(key);
}
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
if (dark !== light(parse(getComputedStyle(document.body).backgroundColor)) < 0.2) faults.push("the theme is not the reader's");
if (seen.size < 2) faults.push("no text was measured");
return faults;
