//! `init`: an integration file and the skeleton of a driver, which keep the protocol from the start.

use std::fs;
use std::path::{Path, PathBuf};

use super::file::Kind;
use crate::failure::{Failure, Outcome};

/// A language that skeletons are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Node,
    Python,
    Rust,
}

impl std::str::FromStr for Language {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "node" => Ok(Self::Node),
            "python" => Ok(Self::Python),
            "rust" => Ok(Self::Rust),
            _ => Err(format!("no skeletons in {text:?}; there are node, python, rust")),
        }
    }
}

/// What to write.
#[derive(Debug, Clone)]
pub struct Skeleton {
    pub language: Language,
    pub kind: Kind,
    /// What reports call the integration.
    pub name: String,
}

/// A file of a skeleton: its name, and its text with `{{…}}` to be filled in.
type Template = (&'static str, &'static str);

macro_rules! template {
    ($name:literal, $path:literal) => {
        ($name, include_str!(concat!("../../templates/", $path)))
    };
}

impl Skeleton {
    /// Writes the files into `folder`, which is made if need be; their paths.
    ///
    /// # Errors
    /// When there is no skeleton of this kind in this language, or a file is there already: none is ever overwritten.
    pub fn write(&self, folder: &Path) -> Outcome<Vec<PathBuf>> {
        let sources = self.sources()?;
        let file = match self.kind {
            Kind::Command => template!("integration.yaml", "command.yaml"),
            Kind::Http => template!("integration.yaml", "http.yaml"),
            Kind::Browser => template!("integration.yaml", "browser.yaml"),
        };
        let files: Vec<(PathBuf, String)> = [file, template!("README.md", "README.md")]
            .into_iter()
            .chain(sources)
            .map(|(name, text)| (folder.join(name), self.filled(text)))
            .collect();
        if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
            return Err(Failure::new(format!("{} exists already; nothing was written", path.display())));
        }
        for (path, text) in &files {
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(path, text)?;
        }
        Ok(files.into_iter().map(|(path, _)| path).collect())
    }

    fn sources(&self) -> Outcome<Vec<Template>> {
        Ok(match (self.language, self.kind) {
            (Language::Node, Kind::Command) => vec![template!("driver.mjs", "node/driver.mjs")],
            (Language::Node, Kind::Http) => vec![template!("service.mjs", "node/service.mjs")],
            (Language::Node, Kind::Browser) => vec![template!("app.mjs", "node/app.mjs")],
            (Language::Python, Kind::Command) => vec![template!("driver.py", "python/driver.py")],
            (Language::Python, Kind::Http) => vec![template!("service.py", "python/service.py")],
            (Language::Python, Kind::Browser) => vec![template!("app.py", "python/app.py")],
            (Language::Rust, Kind::Command) => vec![template!("Cargo.toml", "rust/Cargo.toml.txt"), template!("src/main.rs", "rust/src/main.rs")],
            (Language::Rust, kind) => {
                return Err(Failure::new(format!("the skeleton in Rust is a command driver; there is none for {}", kind.name())));
            }
        })
    }

    fn run(&self) -> &'static str {
        match (self.language, self.kind) {
            (Language::Node, Kind::Command) => "[node, driver.mjs]",
            (Language::Node, Kind::Http) => "[node, service.mjs]",
            (Language::Node, Kind::Browser) => "[node, app.mjs]",
            (Language::Python, Kind::Command) => "[python3, driver.py]",
            (Language::Python, Kind::Http) => "[python3, service.py]",
            (Language::Python, Kind::Browser) => "[python3, app.py]",
            (Language::Rust, _) => "[./target/release/sfcert-driver] # cargo build --release",
        }
    }

    fn filled(&self, text: &str) -> String {
        let next = match self.kind {
            Kind::Command | Kind::Http => {
                "Write `connect`, `callback`, `call` and `status`, each by calling what your product calls when a user presses the button."
            }
            Kind::Browser => {
                "Put your own application in the place of the example: the addresses in `integration.yaml` are all that the harness knows of it."
            }
        };
        // The name stands inside quoted strings of four languages.
        let name: String =
            self.name.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\'' | '\\' | '{' | '}' | '<' | '>' | ':' | '#')).collect();
        text.replace("{{name}}", name.trim()).replace("{{version}}", "0.1.0").replace("{{run}}", self.run()).replace("{{next}}", next)
    }
}
