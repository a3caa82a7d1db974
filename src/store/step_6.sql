-- What full texts of a host's feeds have shown of its pages, as JSON.
ALTER TABLE site_blocks ADD COLUMN proof TEXT;
-- Whether the last pages (20 at most) say that they are for subscribers: p yes, - no or nothing.
ALTER TABLE sources ADD COLUMN recent_paid TEXT NOT NULL DEFAULT '';
