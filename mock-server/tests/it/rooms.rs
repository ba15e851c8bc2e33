//! Who may import whom. The arrows are drawn in ARCHITECTURE.md, "Rooms"; none points up.

use std::fs;
use std::path::{Path, PathBuf};

/// A room and the rooms it may import.
const ARROWS: &[(&str, &[&str])] = &[
    ("id", &[]),
    ("storage", &[]),
    ("secret", &[]),
    ("clock", &[]),
    ("config", &[]),
    ("saml", &["clock"]),
    ("xml", &[]),
    ("org", &["config", "secret", "id", "clock", "storage"]),
    ("apps", &["org", "secret", "id", "clock", "storage"]),
    ("oauth", &["saml", "apps", "org", "secret", "id", "clock", "storage"]),
    ("access", &["org", "id", "storage"]),
    ("schema", &["access", "id", "clock", "storage"]),
    ("records", &["access", "schema", "org", "id", "clock", "storage"]),
    ("jobs", &["access", "records", "schema", "org", "id", "clock", "storage"]),
    ("metadata", &["xml", "apps", "access", "org", "secret", "schema", "id", "clock", "storage"]),
    ("journal", &["org", "id", "clock", "storage"]),
    ("fault", &["id", "clock", "storage"]),
    ("store", &["metadata", "jobs", "access", "oauth", "apps", "org", "schema", "records", "secret", "id", "clock", "storage"]),
    (
        "app",
        &[
            "xml", "metadata", "jobs", "access", "store", "oauth", "apps", "org", "schema", "records", "journal", "fault", "config", "secret", "id",
            "clock", "storage",
        ],
    ),
    ("table", &["edge", "app", "apps", "org", "journal", "fault"]),
    ("world", &["saml", "access", "config", "app", "oauth", "apps", "org", "schema", "records", "secret", "id", "clock", "storage"]),
    (
        "api",
        &[
            "xml", "metadata", "saml", "jobs", "access", "world", "table", "app", "oauth", "apps", "org", "schema", "records", "journal", "fault",
            "config", "id", "clock", "storage",
        ],
    ),
    ("doctor", &["world", "store", "edge", "org", "config", "id", "clock", "storage"]),
    ("pages", &["table", "app", "oauth", "apps", "org", "journal", "secret", "id", "clock", "storage"]),
    ("edge", &["config", "org", "secret", "id", "clock"]),
    (
        "server",
        &[
            "edge", "api", "pages", "world", "table", "app", "store", "oauth", "apps", "org", "journal", "fault", "config", "secret", "id", "clock",
            "storage",
        ],
    ),
];

#[test]
fn no_room_imports_one_above_it() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (room, file) in files(&source) {
        let text = fs::read_to_string(&file).unwrap();
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
            wrong.push(format!("`{room}` is not drawn in ARCHITECTURE.md, rooms"));
            continue;
        };
        for other in imports(&text) {
            if other != room && ARROWS.iter().any(|(name, _)| *name == other) && !allowed.contains(&other) {
                wrong.push(format!("`{room}` may not import `{other}` ({}): see ARCHITECTURE.md, rooms", file.display()));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_store_names_the_driver() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let outside: Vec<_> =
        files(&source).into_iter().filter(|(room, file)| room != "store" && fs::read_to_string(file).unwrap().contains("rusqlite")).collect();
    assert!(outside.is_empty(), "only `store` may use the SQLite driver: {outside:?}");
}

#[test]
fn secrets_are_compared_in_one_place() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let names_it = |file: &Path| fs::read_to_string(file).unwrap().contains("subtle");
    let rooms: Vec<_> = files(&source).into_iter().filter(|(_, file)| names_it(file)).map(|(room, _)| room).collect();
    assert_eq!(rooms, ["secret"], "compare secrets with `secret::same` or as a `Secret`");
}

#[test]
fn families_of_the_api_do_not_import_each_other() {
    let api = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api");
    let families = ["control", "oauth", "rest"];
    for (_, file) in files(&api) {
        let family = families.iter().find(|family| file.starts_with(api.join(family)));
        let text = fs::read_to_string(&file).unwrap();
        for other in families.iter().filter(|other| family.is_some_and(|family| family != *other)) {
            assert!(!text.contains(&format!("api::{other}::")), "{} may not import the family `{other}`", file.display());
        }
    }
}

/// Every source file below `root` with the room it belongs to. The entry points join rooms and belong to none.
fn files(root: &Path) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inner = path.strip_prefix(root).unwrap();
                let room = inner.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs").to_owned();
                if !matches!(room.as_str(), "lib" | "main" | "arguments" | "exec") {
                    found.push((room, path));
                }
            }
        }
    }
    found
}

/// The rooms named after `crate::` anywhere in the text, in `use` lines and in paths.
fn imports(text: &str) -> Vec<&str> {
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    let after = |(at, _): (usize, &str)| code[at + "crate::".len()..].split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next();
    code.match_indices("crate::").filter_map(after).collect()
}
