-- Entries whose links were redirected to an address, or that claim it, while it leads
-- elsewhere or nowhere (alias.rs). A feed that names the address joins them.
CREATE TABLE landings (
    key     BLOB NOT NULL,
    seq     INTEGER NOT NULL,
    vouched INTEGER NOT NULL,              -- the page had the entry's headline
    PRIMARY KEY (key, seq)
) WITHOUT ROWID;
CREATE INDEX landings_by_entry ON landings(seq);
CREATE TRIGGER landings_of_entry AFTER DELETE ON entries BEGIN
    DELETE FROM landings WHERE seq = old.seq;
END;

-- Pages that call a page of another host of their site an edition of theirs.
CREATE TABLE twins (
    own   BLOB NOT NULL,
    other BLOB NOT NULL,
    seq   INTEGER NOT NULL,
    PRIMARY KEY (own, other)
) WITHOUT ROWID;
CREATE INDEX twins_by_entry ON twins(seq);
CREATE TRIGGER twins_of_entry AFTER DELETE ON entries BEGIN
    DELETE FROM twins WHERE seq = old.seq;
END;

-- What an entry said before it was changed (versions.rs).
CREATE TABLE versions (
    seq    INTEGER NOT NULL,
    number INTEGER NOT NULL,               -- from 1, in the order of time
    until  INTEGER NOT NULL,               -- when it was replaced
    title  TEXT NOT NULL,
    text   BLOB NOT NULL,                  -- as running text, packed
    PRIMARY KEY (seq, number)
);
CREATE TRIGGER versions_of_entry AFTER DELETE ON entries BEGIN
    DELETE FROM versions WHERE seq = old.seq;
END;

-- The highest number of an entry that is gone: none is used again, so that a page
-- under way can't end up with another article.
INSERT INTO meta VALUES ('last_seq', 0);
CREATE TRIGGER last_seq AFTER DELETE ON entries BEGIN
    UPDATE meta SET value = old.seq WHERE key = 'last_seq' AND value < old.seq;
END;

ALTER TABLE entries ADD COLUMN moves INTEGER NOT NULL DEFAULT 0; -- times that updated was moved
ALTER TABLE entries ADD COLUMN moved INTEGER;     -- when it was moved last
ALTER TABLE entries ADD COLUMN news_due INTEGER;  -- when it is to be moved for a change that came too soon
CREATE INDEX entries_by_news ON entries(owner, news_due) WHERE news_due IS NOT NULL;

-- Items without a guid are known by their exact address within the feed as well.
INSERT OR IGNORE INTO keys (key, seq, kind) SELECT exact, seq, 0 FROM carriers WHERE guid IS NULL AND exact IS NOT NULL;
