-- What the last document said of its hubs (WebSub): a JSON list, and itself.
ALTER TABLE sources ADD COLUMN hubs TEXT;
ALTER TABLE sources ADD COLUMN topic TEXT;

-- Subscriptions at hubs: at most one a source that is wanted, beside those that are
-- being given up.
CREATE TABLE subscriptions (
    number    INTEGER PRIMARY KEY,
    sid       INTEGER NOT NULL,
    hub       TEXT NOT NULL,
    host      TEXT NOT NULL,              -- whose budget a request to the hub uses
    topic     TEXT NOT NULL,
    token     BLOB NOT NULL UNIQUE,       -- 20 random bytes: the callback's path
    secret    BLOB NOT NULL,              -- 32 random bytes: signs what the hub delivers
    signs     INTEGER NOT NULL DEFAULT 1, -- 0: by no method that is accepted, so no secret is given
    wanted    INTEGER NOT NULL DEFAULT 1, -- 0: to be given up
    next_due  INTEGER NOT NULL,           -- of the next request to the hub
    asked     INTEGER,                    -- the last request to the hub
    asks      INTEGER NOT NULL DEFAULT 0,
    failures  INTEGER NOT NULL DEFAULT 0, -- requests since the hub last verified
    verified  INTEGER,
    lease_end INTEGER,
    problem   TEXT,
    announced INTEGER,                    -- the last good announcement
    announcements INTEGER NOT NULL DEFAULT 0,
    ignored   INTEGER NOT NULL DEFAULT 0, -- without a good signature
    pinged    INTEGER,                    -- an announcement asks for a poll that has not been made
    proofs    INTEGER NOT NULL DEFAULT 0, -- announcements with news since the last miss
    misses    INTEGER NOT NULL DEFAULT 0, -- polls that found what no announcement had told
    relaxed   INTEGER NOT NULL DEFAULT 0, -- the next poll is late because the hub is relied on
    prints    BLOB                        -- digests of the last announcements, 8 bytes each
);
CREATE UNIQUE INDEX subscriptions_wanted ON subscriptions(sid) WHERE wanted = 1;
CREATE INDEX subscriptions_by_due ON subscriptions(next_due);
