//! What features may say: looked up without running anything.

use std::path::{Path, PathBuf};

use cucumber::World as _;
use cucumber::feature::Ext as _;
use cucumber::gherkin::{Feature, GherkinEnv, Scenario, Step};

use crate::failure::{Failure, Outcome};
use crate::world::World;

/// Reads every feature under `folder`, outlines expanded, in the order of their paths.
///
/// # Errors
/// When the folder or a file in it cannot be read; the failure names it.
pub fn features(folder: &Path) -> Outcome<Vec<Feature>> {
    let read = |file: PathBuf| {
        let name = file.display().to_string();
        let feature = Feature::parse_path(&file, GherkinEnv::default()).map_err(|error| Failure::new(format!("{name}: {error}")))?;
        feature.expand_examples().map_err(|error| Failure::new(format!("{name}: {error}")))
    };
    feature_files(folder)?.into_iter().map(read).collect()
}

/// Every scenario of a feature with all its tags: the feature's, the rule's, its own.
pub fn scenarios(feature: &Feature) -> Vec<(&Scenario, Vec<&str>)> {
    let plain = feature.scenarios.iter().map(|scenario| (&[][..], scenario));
    let in_rules = feature.rules.iter().flat_map(|rule| rule.scenarios.iter().map(move |scenario| (&rule.tags[..], scenario)));
    let tagged = plain.chain(in_rules).map(|(of_rule, scenario)| {
        let mut tags: Vec<&str> = feature.tags.iter().chain(of_rule).chain(&scenario.tags).map(String::as_str).collect();
        tags.sort_unstable();
        tags.dedup();
        (scenario, tags)
    });
    tagged.collect()
}

/// Phrases under `folder` that no step, or more than one, understands; each with its place.
///
/// # Errors
/// When a feature cannot be read.
pub fn unknown_phrases(folder: &Path) -> Outcome<Vec<String>> {
    let steps = World::collection();
    let mut unknown = Vec::new();
    for feature in features(folder)? {
        let path = feature.path.as_deref().unwrap_or(folder).display().to_string();
        for step in all_steps(&feature) {
            let problem = match steps.find(step) {
                Ok(Some(_)) => continue,
                Ok(None) => "nobody knows",
                Err(_) => "several steps claim",
            };
            unknown.push(format!("{path}:{}: {problem} `{}{}`", step.position.line, step.keyword, step.value));
        }
    }
    Ok(unknown)
}

/// Every step of a feature, its backgrounds' too.
pub fn all_steps(feature: &Feature) -> impl Iterator<Item = &Step> {
    let backgrounds = feature.background.iter().chain(feature.rules.iter().filter_map(|rule| rule.background.as_ref()));
    let scenarios = feature.scenarios.iter().chain(feature.rules.iter().flat_map(|rule| &rule.scenarios));
    backgrounds.flat_map(|background| &background.steps).chain(scenarios.flat_map(|scenario| &scenario.steps))
}

/// Every `*.feature` under a folder, in the order of their paths.
///
/// # Errors
/// When a folder cannot be read.
pub fn feature_files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| Failure::new(format!("cannot read {}: {error}", folder.display())))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(feature_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "feature") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
