-- Feeds of a tag or a source walk through what it carries, newest first.
CREATE INDEX carriers_by_source ON carriers(sid, seq);
