-- How a source publishes, as far as it was learned (schedule/habits.rs), and how long
-- that may make its pauses (milliseconds).
ALTER TABLE sources ADD COLUMN habits BLOB;
ALTER TABLE sources ADD COLUMN max_interval INTEGER NOT NULL DEFAULT 0;
