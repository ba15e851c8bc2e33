-- One org. Tables of records are named as the object and made on the first write; ours begin with an underscore.
CREATE TABLE _fact (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE _user (
    id TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE COLLATE FOLD, email TEXT NOT NULL, first_name TEXT COLLATE FOLD, last_name TEXT NOT NULL COLLATE FOLD,
    name TEXT NOT NULL COLLATE FOLD, alias TEXT NOT NULL COLLATE FOLD, nickname TEXT NOT NULL COLLATE FOLD, profile_id TEXT NOT NULL, is_active INTEGER NOT NULL,
    time_zone TEXT NOT NULL, locale TEXT NOT NULL, language TEXT NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL, created_by TEXT NOT NULL, modified_by TEXT NOT NULL,
    password TEXT, password_expired INTEGER NOT NULL DEFAULT 0, security_token TEXT NOT NULL, is_frozen INTEGER NOT NULL DEFAULT 0, failed_logins INTEGER NOT NULL DEFAULT 0, locked_until INTEGER,
    last_login INTEGER,
    -- Fields that no rule reads, as a JSON object by API name.
    other TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;

CREATE TABLE _permission_set (
    id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE FOLD, label TEXT NOT NULL COLLATE FOLD, is_profile INTEGER NOT NULL, is_custom INTEGER NOT NULL,
    permissions TEXT NOT NULL, apps TEXT NOT NULL, created INTEGER NOT NULL, created_by TEXT NOT NULL,
    -- The id of its row in PermissionSet, which a profile has beside its own; fields that no rule reads, as a JSON object by API name.
    set_id TEXT NOT NULL, other TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;

CREATE TABLE _assignment (user_id TEXT NOT NULL, permission_set_id TEXT NOT NULL, id TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (user_id, permission_set_id)) WITHOUT ROWID;

CREATE TABLE _app (app_id TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE _package (version_id TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE _grant (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, app_id TEXT NOT NULL, scopes TEXT NOT NULL, flow TEXT NOT NULL, created INTEGER NOT NULL, last_used INTEGER NOT NULL,
    use_count INTEGER NOT NULL, generation INTEGER NOT NULL, refresh_hash BLOB UNIQUE, refreshed INTEGER NOT NULL,
    -- As `OauthToken` shows the app.
    app_name TEXT NOT NULL COLLATE FOLD, menu_item TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX _grant_of ON _grant (user_id, app_id);

-- Refresh tokens that a rotation replaced: presenting one is reuse.
CREATE TABLE _rotated (refresh_hash BLOB PRIMARY KEY, grant_id TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX _rotated_of ON _rotated (grant_id);

CREATE TABLE _session (
    token_hash BLOB PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, user_id TEXT NOT NULL, app_id TEXT, grant_id TEXT, scopes TEXT NOT NULL,
    created INTEGER NOT NULL, last_used INTEGER NOT NULL, timeout INTEGER NOT NULL, login_as INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX _session_of ON _session (grant_id);

CREATE TABLE _code (
    code_hash BLOB PRIMARY KEY, user_id TEXT NOT NULL, app_id TEXT NOT NULL, scopes TEXT NOT NULL, redirect_uri TEXT NOT NULL, challenge TEXT, nonce TEXT,
    created INTEGER NOT NULL, used_by TEXT
) WITHOUT ROWID;

CREATE TABLE _login (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, at INTEGER NOT NULL, type TEXT NOT NULL, status TEXT NOT NULL, application TEXT NOT NULL, source_ip TEXT NOT NULL,
    login_url TEXT NOT NULL, browser TEXT NOT NULL, api_type TEXT, api_version TEXT
) WITHOUT ROWID;

-- Records: auto numbers by `Object.Field`, and the ids of paged query results.
CREATE TABLE _sequence (name TEXT PRIMARY KEY, next INTEGER NOT NULL) WITHOUT ROWID;

-- The recycle bin: what was deleted when, by the deletion of which record (itself, or what it hung on); and the lookups of other records that this emptied.
CREATE TABLE _bin (id TEXT PRIMARY KEY, object TEXT NOT NULL, root TEXT NOT NULL, deleted INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX _bin_of ON _bin (root);
CREATE INDEX _bin_age ON _bin (deleted);
CREATE TABLE _severed (root TEXT NOT NULL, object TEXT NOT NULL, field TEXT NOT NULL, id TEXT NOT NULL, target TEXT NOT NULL);
CREATE INDEX _severed_by ON _severed (root);

-- What each user looked at or referred to last.
CREATE TABLE _viewed (
    user_id TEXT NOT NULL, record_id TEXT NOT NULL, object TEXT NOT NULL, viewed INTEGER, referenced INTEGER NOT NULL, PRIMARY KEY (user_id, record_id)
) WITHOUT ROWID;
