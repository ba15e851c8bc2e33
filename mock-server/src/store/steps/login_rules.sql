-- E-mails that Salesforce would have sent, the newest 1,000.
CREATE TABLE _mail (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, user_id TEXT, recipient TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, code TEXT, link TEXT
);

-- What a profile says of logins: addresses, hours, session settings. JSON.
ALTER TABLE _permission_set ADD COLUMN login_rules TEXT NOT NULL DEFAULT '{}';

-- Base32, of an authenticator app that the user connected.
ALTER TABLE _user ADD COLUMN totp_secret TEXT;

-- Good once: a link that was e-mailed, or a login that waits for a code.
CREATE TABLE _ticket (
    token_hash BLOB PRIMARY KEY, kind TEXT NOT NULL, user_id TEXT NOT NULL, code_hash BLOB, failures INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, expires INTEGER NOT NULL
) WITHOUT ROWID;

-- Browsers that a user activated.
CREATE TABLE _device (secret_hash BLOB NOT NULL, user_id TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (secret_hash, user_id)) WITHOUT ROWID;
