-- The flow of a login, as LoginHistory.LoginSubType says it; the endpoint, as event log files do.
ALTER TABLE _login ADD COLUMN sub_type TEXT;

-- OauthToken.DeleteToken: good for revoking and for nothing else, so it is kept as it is shown.
ALTER TABLE _grant ADD COLUMN delete_token TEXT;

-- Lines of event log files whose day is not over, in pieces of one type and hour; the files; and how far logins were taken down.
CREATE TABLE _event_piece (number INTEGER PRIMARY KEY, type TEXT NOT NULL, hour INTEGER NOT NULL, filed INTEGER NOT NULL DEFAULT 0, lines TEXT NOT NULL);
CREATE TABLE _event_log_file (
    id TEXT PRIMARY KEY, type TEXT NOT NULL, interval TEXT NOT NULL, date INTEGER NOT NULL, sequence INTEGER NOT NULL, created INTEGER NOT NULL,
    columns TEXT NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
