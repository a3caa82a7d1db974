-- How a source is read (feed, sitemap, page with its selectors); what is remembered of
-- the sitemaps of an index (JSON, packed); where a feed that has gone may be now.
ALTER TABLE sources ADD COLUMN reading TEXT NOT NULL DEFAULT 'feed';
ALTER TABLE sources ADD COLUMN parts BLOB;
ALTER TABLE sources ADD COLUMN proposal TEXT;
