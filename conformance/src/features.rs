//! Features to run: those inside the program, or files of a user.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::vec;

use aws_lc_rs::digest::{Context, SHA256};
use cucumber::feature::Ext as _;
use cucumber::gherkin::{Feature, GherkinEnv};
use cucumber::{Parser, cli, parser};
use futures_util::stream;

use crate::failure::{Failure, Outcome};
use crate::vocabulary;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Where the checks of integrations live inside the program.
const CLIENT: &str = "features/client/";

/// Feature files, in the order of their paths.
#[derive(Debug, Clone, Default)]
pub struct Features {
    pub files: Vec<FeatureFile>,
    /// True if they are those of the program, unchanged.
    pub is_built_in: bool,
}

/// One feature file.
#[derive(Debug, Clone)]
pub struct FeatureFile {
    /// From the repository or the working folder on.
    pub path: String,
    pub text: Cow<'static, str>,
}

impl Features {
    /// The checks of integrations that certificates speak about.
    pub fn of_checks() -> Self {
        Self::built_in(|path| path.starts_with(CLIENT))
    }

    /// What the server is held to.
    pub fn of_server() -> Self {
        Self::built_in(|path| !path.starts_with(CLIENT))
    }

    fn built_in(wanted: impl Fn(&str) -> bool) -> Self {
        let files = FEATURES.iter().filter(|(path, _)| wanted(path));
        let files = files.map(|(path, text)| FeatureFile { path: (*path).to_owned(), text: Cow::Borrowed(*text) }).collect();
        Self { files, is_built_in: true }
    }

    /// The files of a user: each path is a feature file or a folder with some.
    ///
    /// # Errors
    /// When a path cannot be read, or there is no feature file at all.
    pub fn of_paths(paths: &[PathBuf]) -> Outcome<Self> {
        let mut files = Vec::new();
        for path in paths {
            if !path.exists() {
                return Err(Failure::new(format!("nothing at {}", path.display())));
            }
            let found = if path.is_dir() { vocabulary::feature_files(path)? } else { vec![path.clone()] };
            for file in found {
                files.push(FeatureFile { path: file.display().to_string(), text: Cow::Owned(text_of(&file)?) });
            }
        }
        if files.is_empty() {
            let named: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
            return Err(Failure::new(format!("no feature file in {}", named.join(", "))));
        }
        Ok(Self { files, is_built_in: false })
    }

    /// The features, outlines expanded.
    ///
    /// # Errors
    /// When one is no Gherkin; the failure names file and line.
    pub fn read(&self) -> Outcome<Vec<Feature>> {
        self.files.iter().map(FeatureFile::read).collect()
    }

    /// SHA-256 over paths and texts, in hexadecimal.
    pub fn digest(&self) -> String {
        let mut context = Context::new(&SHA256);
        for file in &self.files {
            for part in [&file.path, file.text.as_ref()] {
                context.update(&(part.len() as u64).to_be_bytes());
                context.update(part.as_bytes());
            }
        }
        hexadecimal(context.finish().as_ref())
    }

    /// The text of the file at this path.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_ref())
    }
}

impl FeatureFile {
    /// The feature, outlines expanded.
    ///
    /// # Errors
    /// As [`Features::read`].
    pub fn read(&self) -> Outcome<Feature> {
        let told = |error: String| Failure::new(format!("{}: {error}", self.path));
        // The parser wants the last line ended.
        let text = if self.text.ends_with('\n') { self.text.clone() } else { Cow::Owned(format!("{}\n", self.text)) };
        let mut feature = Feature::parse(text, GherkinEnv::default()).map_err(|error| told(error.to_string()))?;
        feature.path = Some(PathBuf::from(&self.path));
        feature.expand_examples().map_err(|error| told(error.to_string()))
    }
}

/// Hands features that are read already to the runner.
pub struct Ready;

impl Parser<Vec<Feature>> for Ready {
    type Cli = cli::Empty;
    type Output = stream::Iter<vec::IntoIter<parser::Result<Feature>>>;

    fn parse(self, features: Vec<Feature>, _: cli::Empty) -> Self::Output {
        stream::iter(features.into_iter().map(Ok).collect::<Vec<_>>())
    }
}

/// Bytes as hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(aws_lc_rs::digest::digest(&SHA256, bytes).as_ref())
}

fn text_of(file: &Path) -> Outcome<String> {
    std::fs::read_to_string(file).map_err(|error| Failure::new(format!("cannot read {}: {error}", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(files: &[(&str, &str)]) -> Features {
        let files = files.iter().map(|(path, text)| FeatureFile { path: (*path).into(), text: Cow::Owned((*text).into()) });
        Features { files: files.collect(), is_built_in: false }
    }

    #[test]
    fn the_server_and_the_checks_have_features_of_their_own() {
        assert!(Features::of_server().files.iter().any(|file| file.path == "features/oauth/refresh.feature"));
        assert!(Features::of_checks().files.iter().all(|file| file.path.starts_with(CLIENT)));
    }

    #[test]
    fn a_changed_letter_or_name_changes_the_digest() {
        let plain = features(&[("a", "Feature: A"), ("b", "Feature: B")]).digest();
        assert_eq!(plain, features(&[("a", "Feature: A"), ("b", "Feature: B")]).digest());
        for other in
            [[("a", "Feature: a"), ("b", "Feature: B")], [("ab", "Feature: A"), ("", "Feature: B")], [("a", "Feature: AF"), ("b", "eature: B")]]
        {
            assert_ne!(plain, features(&other).digest());
        }
    }

    #[test]
    fn what_is_no_gherkin_is_named_with_its_place() {
        let failure = features(&[("x/bad.feature", "Scenario: no feature above")]).read().unwrap_err();
        assert!(failure.to_string().starts_with("x/bad.feature: "), "{failure}");
    }
}
