-- Near-duplicates (duplicates.rs): what has been compared, and what stands for what.
CREATE TABLE duplicates (
    seq    INTEGER PRIMARY KEY,
    day    INTEGER NOT NULL,               -- of publication, since 1970
    sketch BLOB,                           -- its keys in duplicate_keys, 4 bytes each; NULL: too short
    lead   INTEGER,                        -- the entry that stands for it in the merged feed
    stays  INTEGER NOT NULL DEFAULT 0,     -- it was published before that was known, and stays
    voice  INTEGER                         -- of a lead: the copy whose text is shown
);
CREATE INDEX duplicates_by_lead ON duplicates(lead) WHERE lead IS NOT NULL;

-- Texts that share a key are compared. The first byte is the week of publication.
CREATE TABLE duplicate_keys (
    key BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (key, seq)
) WITHOUT ROWID;

CREATE TRIGGER duplicates_of_entry AFTER DELETE ON entries BEGIN
    DELETE FROM duplicates WHERE seq = old.seq;
END;
CREATE TRIGGER keys_of_duplicate AFTER DELETE ON duplicates WHEN old.sketch IS NOT NULL BEGIN
    DELETE FROM duplicate_keys WHERE seq = old.seq AND key IN (
        substr(old.sketch, 1, 4), substr(old.sketch, 5, 4), substr(old.sketch, 9, 4),
        substr(old.sketch, 13, 4), substr(old.sketch, 17, 4), substr(old.sketch, 21, 4),
        substr(old.sketch, 25, 4), substr(old.sketch, 29, 4), substr(old.sketch, 33, 4),
        substr(old.sketch, 37, 4), substr(old.sketch, 41, 4), substr(old.sketch, 45, 4));
END;
-- The oldest of those that a forgotten entry stood for takes its place.
CREATE TRIGGER heirs_of_duplicate AFTER DELETE ON duplicates
    WHEN EXISTS (SELECT 1 FROM duplicates WHERE lead = old.seq) BEGIN
    UPDATE duplicates SET lead = nullif((SELECT min(seq) FROM duplicates WHERE lead = old.seq), seq)
        WHERE lead = old.seq;
END;
