-- What hosts have asked for, so that a restart doesn't ask them again too soon.
CREATE TABLE hosts (
    host  TEXT PRIMARY KEY,                -- registrable domain, or host:port
    rest  INTEGER NOT NULL,                -- left alone until then
    level INTEGER NOT NULL,                -- how often its pause has been doubled
    at    INTEGER NOT NULL                 -- when this was learned
) WITHOUT ROWID;
