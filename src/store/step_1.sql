-- Times are milliseconds since 1970 (UTC). Texts in BLOB columns start with a
-- byte that says how they are packed (text.rs).

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

-- revision: moves with every change of what is served; created: when the file was made;
-- seed: spreads the polls of this installation.
INSERT INTO meta VALUES ('revision', 1), ('created', 0), ('seed', abs(random() >> 1));

CREATE TABLE sources (
    sid           INTEGER PRIMARY KEY,
    id            TEXT NOT NULL UNIQUE,
    url           TEXT NOT NULL,           -- as configured, without credentials
    active        INTEGER NOT NULL,        -- configured and enabled
    full_text     INTEGER NOT NULL,        -- 0 never, 1 auto, 2 always
    priority      INTEGER NOT NULL,
    interval      INTEGER NOT NULL,        -- milliseconds
    moved_to      TEXT,                    -- remembered permanent redirect
    etag          BLOB,
    last_modified BLOB,
    body_hash     BLOB,
    next_due      INTEGER NOT NULL,
    why           TEXT NOT NULL DEFAULT 'not polled yet',
    attempts      INTEGER NOT NULL DEFAULT 0,
    failures      INTEGER NOT NULL DEFAULT 0, -- in a row
    gone          INTEGER NOT NULL DEFAULT 0, -- 410
    delivered     INTEGER NOT NULL DEFAULT 0, -- has ever been a feed
    last_attempt  INTEGER,
    last_success  INTEGER,
    document_at   INTEGER,                 -- when a document was last read
    error_kind    TEXT,
    error         TEXT,
    failing_since INTEGER,                 -- the first of the failures in a row
    quiet         INTEGER NOT NULL DEFAULT 0, -- polls without news since the last row of poll_log
    repairs       TEXT,                    -- JSON: what was repaired in the last document
    newest        INTEGER,                 -- publication of the newest entry
    days          BLOB,                    -- new entries on each of the last days (days.rs)
    title         TEXT,
    link          TEXT,
    feed_id       TEXT,
    lang          TEXT,
    hints         TEXT,                    -- JSON
    own_text      INTEGER NOT NULL DEFAULT 0, -- pages in a row that had no more than the feed
    polls         INTEGER NOT NULL DEFAULT 0,
    unchanged     INTEGER NOT NULL DEFAULT 0,
    errors        INTEGER NOT NULL DEFAULT 0,
    bytes         INTEGER NOT NULL DEFAULT 0,
    pages_good    INTEGER NOT NULL DEFAULT 0,
    pages_no_gain INTEGER NOT NULL DEFAULT 0,
    pages_failed  INTEGER NOT NULL DEFAULT 0,
    selector_missed INTEGER NOT NULL DEFAULT 0,
    recent_pages  TEXT NOT NULL DEFAULT '', -- the last 20, oldest first; letters in pages.rs
    page_error    TEXT,                    -- of the last page that was given up
    texts         BLOB,                    -- what the last texts looked like (health/texts.rs)
    told          INTEGER NOT NULL DEFAULT 0 -- notices not taken back: 1 failing, 2 extraction
);

-- Polls that brought something or failed; the last 50 of each source.
CREATE TABLE poll_log (
    sid     INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    quiet   INTEGER NOT NULL,              -- polls without news before this one
    new     INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    bytes   INTEGER NOT NULL,
    error   TEXT,
    PRIMARY KEY (sid, at)
) WITHOUT ROWID;
CREATE TRIGGER poll_log_of_source AFTER DELETE ON sources BEGIN
    DELETE FROM poll_log WHERE sid = old.sid;
END;

-- What whoever runs Offprint should know; the last 200.
CREATE TABLE notices (
    number INTEGER PRIMARY KEY,            -- the newest is never deleted, so none is used again
    at     INTEGER NOT NULL,
    source TEXT NOT NULL,
    kind   TEXT NOT NULL,
    title  TEXT NOT NULL,
    text   TEXT NOT NULL
);

CREATE TABLE entries (
    seq         INTEGER PRIMARY KEY,
    id          BLOB NOT NULL,             -- its first key: found through keys
    owner       INTEGER NOT NULL,          -- the source that brought it first
    url         TEXT,
    title       TEXT NOT NULL,
    authors     TEXT,                      -- JSON
    published   INTEGER NOT NULL,
    updated     INTEGER NOT NULL,
    first_seen  INTEGER NOT NULL,
    touched     INTEGER NOT NULL,
    listed      INTEGER NOT NULL,
    lang        TEXT,
    hash        BLOB NOT NULL,
    page_state  INTEGER NOT NULL,          -- 0 not wanted, 1 waiting, 2 used, 3 no gain, 4 failed
    page_at     INTEGER,
    page_error  TEXT,
    fetches     INTEGER NOT NULL DEFAULT 0,
    extra       TEXT,                      -- JSON
    summary     BLOB,
    content     BLOB,
    article     BLOB
);
CREATE INDEX entries_by_first_seen ON entries(first_seen, published);
CREATE INDEX entries_by_owner ON entries(owner);

-- What an entry is recognised by. seq 0: seen and not to come (again);
-- seq -1: several entries were redirected to this address, it names none.
CREATE TABLE keys (
    key  BLOB PRIMARY KEY,
    seq  INTEGER NOT NULL,
    kind INTEGER NOT NULL                  -- 0 a feed's own word, 1 learned from a page
) WITHOUT ROWID;
CREATE INDEX keys_by_entry ON keys(seq) WHERE seq > 0;

CREATE TABLE carriers (
    seq        INTEGER NOT NULL,
    sid        INTEGER NOT NULL,
    guid       BLOB,
    exact      BLOB,
    first_seen INTEGER NOT NULL,
    last_seen  INTEGER NOT NULL,           -- to a day
    PRIMARY KEY (seq, sid)
) WITHOUT ROWID;

-- Blocks of text that stood on the last pages of a host (article/template.rs).
CREATE TABLE site_blocks (
    host   TEXT PRIMARY KEY,
    at     INTEGER NOT NULL,
    blocks BLOB NOT NULL
) WITHOUT ROWID;

-- Pages as they were fetched, for another extraction (zstd); part 0 is the first page.
CREATE TABLE kept_pages (
    seq          INTEGER NOT NULL,
    part         INTEGER NOT NULL,
    asked        TEXT NOT NULL,
    url          TEXT NOT NULL,            -- after redirects
    content_type TEXT,
    body         BLOB NOT NULL,
    PRIMARY KEY (seq, part)
);
CREATE TRIGGER kept_pages_of_entry AFTER DELETE ON entries BEGIN
    DELETE FROM kept_pages WHERE seq = old.seq;
END;

-- Pages that are to be fetched.
CREATE TABLE pages (
    seq      INTEGER PRIMARY KEY,
    next_due INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
);
