-- Sixteen bits of a digest of a source's log-in and headers: enough to notice that they
-- have changed, too little to guess them by. 0: none; NULL: not known yet.
ALTER TABLE sources ADD COLUMN log_in INTEGER;
