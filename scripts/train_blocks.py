#!/usr/bin/env python3
"""Trains the block classifier (src/article/table.bin) and measures it five-fold by site.

  python3 -m venv venv && venv/bin/pip install numpy scipy scikit-learn lightgbm trafilatura \\
      lxml_html_clean readability-lxml resiliparse
  cargo build --example blocks
  OFFPRINT_CORPUS=DIR venv/bin/python scripts/train_blocks.py --work target/train [--folds] [--final]

OFFPRINT_CORPUS holds work trees (or parts) of adbar/trafilatura as `trafilatura*/` and of
mozilla/readability as `readability/`, in it or one folder down.

--teach   has other extractors read the pages once (minutes); kept in --work
--folds   five models, each trained without the sites it is then asked about; writes
          predictions.trafilatura.jsonl and predictions.readability.jsonl for the evaluators
--across  two models, each trained on one set and asked about the other; writes across.*.jsonl
--final   one model of all pages, written to src/article/table.bin

Labels: a block that holds a snippet that must (or must not) be in the text weighs 1. Blocks of the
readability pages are labelled by how much of them stands in the expected text. All others get the
majority of several extractors with a small weight. scripts/labels.txt holds labels by hand: the hash of
page and block, and 0 or 1. scripts/boxes.py sets boxes of its own making (read also, newsletter, share,
author, comments, in 14 languages) and short sentences, subheads and embedded posts into copies of the pages:
of these copies only what was set in counts. The classifier's input comes from the program's own code (examples/blocks.rs),
so that training and running can't drift apart. The same input gives the same table.
"""
import argparse
import hashlib
import json
import os
import re
import struct
import subprocess
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from html.parser import HTMLParser

sys.dont_write_bytecode = True  # nothing beside the scripts
import boxes  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
BLOCKS = os.environ.get("OFFPRINT_BLOCKS", os.path.join(ROOT, "target/debug/examples/blocks"))
TABLE = os.path.join(ROOT, "src/article/table.bin")
BUCKETS = 1 << 14
FOLDS, INNER = 5, 3
SETS = ("trafilatura", "readability")
ENGINES = ["traf", "trafp", "readlxml", "resili"]
WEAK, GOLD, MADE = 0.15, 0.3, 0.5


# ---------------------------------------------------------------- pages and what is known about them

def corpora():
    base = os.environ.get("OFFPRINT_CORPUS") or sys.exit("OFFPRINT_CORPUS is not set")
    found = {}
    for folder, below, _ in os.walk(base):
        if os.path.isfile(os.path.join(folder, "tests", "evaldata.json")):
            found.setdefault("trafilatura", folder)
        if os.path.isdir(os.path.join(folder, "test", "test-pages")):
            found.setdefault("readability", folder)
        if folder.count(os.sep) - base.count(os.sep) >= 2 or "test" in below or "tests" in below:
            below.clear()
    return found


class Text(HTMLParser):
    SKIP = {"script", "style", "template", "noscript", "head", "svg", "iframe", "object"}

    INLINE = {"a", "abbr", "b", "cite", "code", "em", "font", "i", "q", "s", "small", "span", "strong", "sub", "sup", "u"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.out, self.depth = [], 0

    def handle_starttag(self, tag, attrs):
        self.depth += tag in self.SKIP
        self.out.append(" " if tag in self.INLINE else "\n")

    def handle_endtag(self, tag):
        self.depth = max(0, self.depth - (tag in self.SKIP))
        self.out.append(" " if tag in self.INLINE else "\n")

    def handle_data(self, data):
        if not self.depth:
            self.out.append(data)


def plain(html):
    parser = Text()
    parser.feed(html)
    return "".join(parser.out)


def site(url, key):
    key = key.removeprefix("made:")
    host = re.sub(r"^https?://", "", url or "").split("/")[0].lower()
    parts = host.split(".")
    if host == "fakehost" or len(parts) < 2:
        return key
    short = 3 if len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= 3 else 2
    return ".".join(parts[-short:])


def pages():
    """(id, url, path, set, must, must not, expected text)"""
    found, out = corpora(), []
    if "trafilatura" in found:
        root = os.path.join(found["trafilatura"], "tests")
        for url, item in sorted(json.load(open(os.path.join(root, "evaldata.json"), encoding="utf-8")).items()):
            path = next(p for p in (os.path.join(root, s, item["file"]) for s in ("cache", "eval")) if os.path.isfile(p))
            out.append((url, url, path, "trafilatura", item["with"], item["without"], None))
    if "readability" in found:
        root = os.path.join(found["readability"], "test", "test-pages")
        for name in sorted(os.listdir(root)):
            path = os.path.join(root, name, "source.html")
            if os.path.isfile(path):
                expected = open(os.path.join(root, name, "expected.html"), encoding="utf-8").read()
                out.append((name, "http://fakehost/test/page.html", path, "readability", [], [], plain(expected)))
    return out


def made(work, real, teachers):
    """Copies of pages with boxes set into their articles."""
    folder = os.path.join(work, "made")
    os.makedirs(folder, exist_ok=True)
    voices = {p[0]: [Coverage(t.get(p[0])) for t in teachers if t.get(p[0])] for p in real}
    texts = {p[0]: decode(p[2]) for p in real}
    known = {}
    for page in real:
        def is_text(text, voices=voices[page[0]]):
            tokens = TOKEN.findall(text.lower())
            return 2 * sum(voice.of(tokens) > 0.8 for voice in voices) > len(voices) > 1
        found = [boxes.bare(m[1]) for m in boxes.PARAGRAPH.finditer(texts[page[0]])]
        known[page[0]] = (is_text, [t for t in found if 80 < len(t) < 400 and "&" not in t and is_text(t)])
    out = []
    for at, page in enumerate(real):
        strangers = [t for other in real[at + 1:at + 12] for t in known[other[0]][1][:6] if site(other[1], other[0]) != site(page[1], page[0])]
        copy = boxes.set_into(page[0], texts[page[0]], known[page[0]][0], strangers)
        if copy:
            name = hashlib.sha256(page[0].encode()).hexdigest()[:16]
            path = os.path.join(folder, name + ".html")
            with open(path, "w", encoding="utf-8") as f:
                f.write(copy[0])
            out.append((f"made:{page[0]}", page[1], path, "made", copy[1], [], None))
    return out


def decode(path):
    data = open(path, "rb").read()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        charset = re.search(rb'charset=["\']?([\w-]+)', data[:4096])
        try:
            return data.decode(charset.group(1).decode() if charset else "cp1252", "replace")
        except LookupError:
            return data.decode("cp1252", "replace")


def teach(args):
    """What one other extractor says about all pages."""
    engine, work, todo = args
    out = os.path.join(work, f"teacher.{engine}.jsonl")
    if os.path.isfile(out):
        return out
    if engine.startswith("traf"):
        import trafilatura
        options = {"favor_precision": True} if engine == "trafp" else {}
        read = lambda html: trafilatura.extract(html, include_comments=False, include_tables=True, **options)
    elif engine == "readlxml":
        from readability import Document
        read = lambda html: plain(Document(html).summary())
    else:
        from resiliparse.extract.html2text import extract_plain_text
        from resiliparse.parse.html import HTMLTree
        read = lambda html: extract_plain_text(HTMLTree.parse(html), main_content=True, alt_texts=False)
    with open(out + ".part", "w", encoding="utf-8") as f:
        for page in todo:
            try:
                text = read(decode(page[2]))
            except Exception:  # a teacher may fail on a page
                text = None
            f.write(json.dumps({"id": page[0], "text": text}) + "\n")
    os.rename(out + ".part", out)
    return out


# ---------------------------------------------------------------- labels

TOKEN = re.compile(r"\w+")


def grams(tokens, n=4):
    return set(zip(*(tokens[i:] for i in range(n)))) if len(tokens) >= n else set()


class Coverage:
    """How much of a block stands in a text."""

    def __init__(self, text):
        text = (text or "").lower()
        self.grams = grams(TOKEN.findall(text))
        # A word or two stand in any text: they count as a line of their own.
        self.lines = {tuple(TOKEN.findall(line)) for line in text.split("\n") if len(line) < 80}

    def of(self, tokens):
        if not tokens:
            return 0.0
        if len(tokens) < 4:
            return float(tuple(tokens) in self.lines)
        mine = grams(tokens)
        return len(mine & self.grams) / len(mine)


def squeeze(text):
    return re.sub(r"\s+", " ", text).strip()


def by_hand():
    path = os.path.join(HERE, "labels.txt")
    if not os.path.isfile(path):
        return {}
    lines = (line.split() for line in open(path, encoding="utf-8") if not line.startswith("#"))
    return {line[0]: int(line[1]) for line in lines if len(line) == 2}


def key(page, text):
    return hashlib.sha256((page + "\n" + text).encode()).hexdigest()[:16]


def labels(page, blocks, opinions, hand):
    """(label, weight) for each block."""
    out = []
    name, _, _, kind, must, must_not, expected = page
    if kind == "made":
        return [(must.get(block["text"], 0), MADE if block["text"] in must else 0.0) for block in blocks]
    must, must_not = [squeeze(s) for s in must], [squeeze(s) for s in must_not]
    gold = Coverage(expected) if kind == "readability" else None
    voices = [Coverage(text) for text in opinions if text]
    for block in blocks:
        tokens = TOKEN.findall(block["text"].lower())
        known = hand.get(key(name, block["text"]))
        yes = any(s in block["text"] for s in must)
        no = any(s in block["text"] for s in must_not)
        if known is not None:
            out.append((known, 1.0))
        elif yes != no:
            out.append((int(yes), 1.0))
        elif gold is not None:
            share = gold.of(tokens)
            sure = len(tokens) >= 4 and block["kind"] != "Caption"
            weight = GOLD if sure and not 0.3 < share < 0.7 else GOLD / 4
            out.append((int(share >= 0.5), 0.0 if block["kind"] == "Caption" else weight))
        else:
            votes = [voice.of(tokens) for voice in voices] + [block["inside"]]
            mean = sum(v >= 0.5 for v in votes) / len(votes)
            weight = WEAK * (2 * abs(mean - 0.5)) * (1.0 if len(tokens) >= 4 else 0.5)
            out.append((int(mean > 0.5), weight))
    return out


# ---------------------------------------------------------------- data

def question(page):
    return json.dumps({"id": page[0], "url": page[1], "html_path": page[2]}) + "\n"


class Data:
    def __init__(self, work):
        import numpy as np
        import scipy.sparse as sp
        teachers = []
        for engine in ENGINES:
            path = os.path.join(work, f"teacher.{engine}.jsonl")
            if os.path.isfile(path):
                teachers.append({r["id"]: r["text"] for r in map(json.loads, open(path, encoding="utf-8"))})
        real = pages()
        self.work, self.pages = work, real + made(work, real, teachers)
        self.manifest = "".join(map(question, self.pages))
        subprocess.run([BLOCKS, "dump", work], input=self.manifest.encode(), check=True)
        records = [json.loads(line) for line in open(os.path.join(work, "blocks.jsonl"), encoding="utf-8")]
        counts = [len(r["blocks"]) for r in records]
        width = max(r["width"] for r in records)
        self.x = np.fromfile(os.path.join(work, "rows.f32"), dtype="<f4").reshape(-1, width)
        raw = np.fromfile(os.path.join(work, "buckets.u32"), dtype="<u4")
        indptr, indices, at = [0], [], 0
        for _ in range(len(self.x)):
            n = int(raw[at])
            indices.append(raw[at + 1:at + 1 + n])
            indptr.append(indptr[-1] + n)
            at += n + 1
        indices = np.concatenate(indices).astype(np.int64)
        self.buckets = sp.csr_matrix((np.ones(len(indices), dtype="f4"), indices, indptr), shape=(len(self.x), BUCKETS))
        self.page = np.repeat(np.arange(len(records)), counts)
        sites = sorted({site(p[1], p[0]) for p in self.pages})
        fold = {s: int(hashlib.sha256(s.encode()).hexdigest(), 16) % FOLDS for s in sites}
        self.page_fold = np.array([fold[site(p[1], p[0])] for p in self.pages])
        self.fold = self.page_fold[self.page]
        inner = {s: int(hashlib.sha256(("inner " + s).encode()).hexdigest(), 16) % INNER for s in sites}
        self.inner = np.array([inner[site(p[1], p[0])] for p in self.pages])[self.page]
        hand, y, w = by_hand(), [], []
        self.records = records
        for page, record in zip(self.pages, records):
            for label, weight in labels(page, record["blocks"], [t.get(page[0]) for t in teachers], hand):
                y.append(label)
                w.append(weight)
        self.y, self.w = np.array(y), np.array(w)
        print(f"{len(self.pages)} pages, {len(self.x)} blocks, {width} numbers, "
              f"{int((self.w >= 1).sum())} sure labels, {len(teachers)} teachers")

    def extras(self, scores):
        import numpy as np
        path = os.path.join(self.work, "scores.f32")
        scores.astype("<f4").tofile(path)
        out = os.path.join(self.work, "extras.f32")
        subprocess.run([BLOCKS, "extras", path, out], input=self.manifest.encode(), check=True)
        return np.fromfile(out, dtype="<f4").reshape(len(self.x), -1)


# ---------------------------------------------------------------- models

def logistic(data, rows):
    from sklearn.linear_model import LogisticRegression
    model = LogisticRegression(C=0.3, max_iter=60, solver="lbfgs")
    model.fit(data.buckets[rows], data.y[rows], sample_weight=data.w[rows] * 4)
    weights, bias = model.coef_[0], float(model.intercept_[0])
    step = max(abs(weights).max() / 127, 1e-6)
    return (weights / step).round().clip(-127, 127).astype("i1"), float(step), bias


def logit(data, model, rows):
    weights, step, bias = model
    return data.buckets[rows] @ (weights.astype("f4")) * step + bias


PARAMS = dict(objective="binary", learning_rate=0.08, num_leaves=16, min_data_in_leaf=30, lambda_l2=5.0,
              feature_fraction=0.5, bagging_fraction=0.8, bagging_freq=1, max_bin=63, min_sum_hessian_in_leaf=0.5,
              deterministic=True, force_row_wise=True, num_threads=1, seed=7, verbose=-1)


def boost(x, y, w, rounds):
    import lightgbm as lgb
    return lgb.train(PARAMS, lgb.Dataset(x, y, weight=w), num_boost_round=rounds)


def raw(model, x):
    return model.predict(x, raw_score=True)


def fit(data, rows, rounds):
    """Logistic, first and second stage, trained on `rows` (a mask)."""
    import numpy as np
    used = rows & (data.w > 0)
    first_col = np.zeros(len(data.x), dtype="f4")
    stage1 = np.zeros(len(data.x), dtype="f4")
    for k in range(INNER):
        train, test = used & (data.inner != k), rows & (data.inner == k)
        first_col[test] = logit(data, logistic(data, train), test)
    x1 = np.column_stack([data.x, first_col])
    for k in range(INNER):
        train, test = used & (data.inner != k), rows & (data.inner == k)
        stage1[test] = raw(boost(x1[train], data.y[train], data.w[train], rounds[0]), x1[test])
    final_log = logistic(data, used)
    final1 = boost(x1[used], data.y[used], data.w[used], rounds[0])
    # Rows not trained on get what the final models say.
    other = ~rows
    if other.any():
        first_col[other] = logit(data, final_log, other)
        stage1[other] = raw(final1, np.column_stack([data.x, first_col])[other])
    x2 = np.column_stack([data.x, first_col, data.extras(stage1)])
    final2 = boost(x2[used], data.y[used], data.w[used], rounds[1])
    return final_log, final1, final2, raw(final2, x2), stage1, first_col


def write_stage(model, out):
    dump = model.dump_model()
    trees, biggest = [], 1e-6
    for info in dump["tree_info"]:
        splits, leaves = [], []

        def walk(node):
            if "split_index" not in node:
                leaves.append(node["leaf_value"])
                return -len(leaves)
            at = len(splits)
            splits.append(None)
            low, high = walk(node["left_child"]), walk(node["right_child"])
            splits[at] = (node["split_feature"], node["threshold"], low, high)
            return at

        walk(info["tree_structure"])
        trees.append((splits, leaves))
        biggest = max([biggest] + [abs(v) for v in leaves])
    step = biggest / 32767
    out.append(struct.pack("<Hff", len(trees), 0.0, step))
    for splits, leaves in trees:
        out.append(struct.pack("<B", len(splits)))
        out.extend(struct.pack("<Hfbb", *split) for split in splits)
        out.append(struct.pack(f"<{len(leaves)}h", *(round(v / step) for v in leaves)))


def write(path, data, model):
    (weights, step, bias), first, second = model[:3]
    out = [b"OPB1", struct.pack("<HH", first.num_feature(), second.num_feature()),
           struct.pack("<ff", bias, step), weights.tobytes()]
    write_stage(first, out)
    write_stage(second, out)
    with open(path, "wb") as f:
        f.write(b"".join(out))
    print(f"{path}: {os.path.getsize(path)} bytes")


def judge(data, model, asked, name):
    """What the program says about pages with a model of its own."""
    table = os.path.join(data.work, name)
    write(table, data, model)
    lines = [question(page) for page in asked if page[3] != "made"]
    said = subprocess.run([BLOCKS, "judge", table], input="".join(lines).encode(), check=True, stdout=subprocess.PIPE)
    return {json.loads(line)["id"]: line for line in said.stdout.decode().splitlines()}


def save(data, answers, kind, name):
    with open(os.path.join(data.work, name), "w", encoding="utf-8") as f:
        f.writelines(answers[p[0]] + "\n" for p in data.pages if p[3] == kind and p[0] in answers)


def main():
    import numpy as np
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", required=True)
    parser.add_argument("--teach", action="store_true")
    parser.add_argument("--folds", action="store_true")
    parser.add_argument("--across", action="store_true")
    parser.add_argument("--final", action="store_true")
    parser.add_argument("--rounds", default="100,100")
    args = parser.parse_args()
    os.makedirs(args.work, exist_ok=True)
    rounds = [int(n) for n in args.rounds.split(",")]
    if args.teach:
        todo = pages()
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(teach, [(engine, args.work, todo) for engine in ENGINES]))
    if not (args.folds or args.across or args.final):
        return
    data = Data(args.work)
    if args.folds:
        answers, scores = {}, np.zeros(len(data.x))
        for k in range(FOLDS):
            model = fit(data, data.fold != k, rounds)
            test = data.fold == k
            scores[test] = model[3][test]
            asked = [page for page, fold in zip(data.pages, data.page_fold) if fold == k]
            answers.update(judge(data, model, asked, f"table{k}.bin"))
        scores.astype("<f4").tofile(os.path.join(args.work, "oof.f32"))
        for kind in SETS:
            save(data, answers, kind, f"predictions.{kind}.jsonl")
        sure = data.w >= 1
        right = ((scores > 0) == (data.y > 0))[sure].mean()
        print(f"five-fold: {right:.4f} of the sure labels right")
    if args.across:
        own = {page[0]: page[3] for page in data.pages}
        of = np.array([own[page[0].removeprefix("made:")] for page in data.pages])
        for kind, other in (SETS, SETS[::-1]):
            model = fit(data, (of == other)[data.page], rounds)
            asked = [page for page in data.pages if page[3] == kind]
            save(data, judge(data, model, asked, f"table.{other}.bin"), kind, f"across.{kind}.jsonl")
    if args.final:
        model = fit(data, np.ones(len(data.x), dtype=bool), rounds)
        write(TABLE, data, model)
        names = np.argsort(-model[2].feature_importance("gain"))[:25]
        print("most used numbers of stage two:", ", ".join(map(str, names)))


if __name__ == "__main__":
    main()
