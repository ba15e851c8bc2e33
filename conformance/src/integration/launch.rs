//! What to start, and with which environment: nothing of the harness's own is passed on unasked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::file::{CommandSettings, Integration, StartSettings};
use super::limits::Limits;
use super::surroundings::Surroundings;
use crate::failure::{Failure, OrFail, Outcome};

/// Where programs are found beside the folder of the one that is run.
const SYSTEM_PATH: &str = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin";

/// One program, ready to be started any number of times.
#[derive(Debug, Clone)]
pub struct Launch {
    pub program: PathBuf,
    pub arguments: Vec<String>,
    pub folder: PathBuf,
    pub environment: Vec<(String, String)>,
    pub state_dir: PathBuf,
    pub limits: Limits,
    /// Whether its standard output is the driver protocol, or free text.
    pub speaks: bool,
}

/// The members that command drivers and services have in common.
struct Program<'a> {
    run: &'a [String],
    folder: Option<&'a PathBuf>,
    environment: &'a BTreeMap<String, String>,
    pass: &'a [String],
}

impl Launch {
    /// A command driver; `scratch` holds its home and temporary files.
    ///
    /// # Errors
    /// [`Failure::driver`] when there is no such program.
    pub fn command(
        integration: &Integration,
        settings: &CommandSettings,
        surroundings: &Surroundings,
        scratch: &Path,
        limits: Limits,
    ) -> Outcome<Self> {
        let CommandSettings { run, folder, environment, pass_environment, .. } = settings;
        let program = Program { run, folder: folder.as_ref(), environment, pass: pass_environment };
        let mut launch = Self::prepare(integration, &program, surroundings, scratch, limits)?;
        launch.arguments.extend(["--state-dir".to_owned(), surroundings.state_dir.to_string_lossy().into_owned()]);
        launch.speaks = true;
        Ok(launch)
    }

    /// A service that is reached over HTTP.
    ///
    /// # Errors
    /// [`Failure::driver`] when there is no such program.
    pub fn service(
        integration: &Integration,
        settings: &StartSettings,
        surroundings: &Surroundings,
        scratch: &Path,
        limits: Limits,
    ) -> Outcome<Self> {
        let StartSettings { run, folder, environment, pass_environment, .. } = settings;
        let program = Program { run, folder: folder.as_ref(), environment, pass: pass_environment };
        Self::prepare(integration, &program, surroundings, scratch, limits)
    }

    fn prepare(integration: &Integration, program: &Program<'_>, surroundings: &Surroundings, scratch: &Path, limits: Limits) -> Outcome<Self> {
        let folder = program.folder.map_or_else(|| integration.folder.clone(), |folder| integration.folder.join(folder));
        let (name, arguments) = program.run.split_first().or_fail(|| "the integration file names no program to run")?;
        let path = find(name, &folder)?;
        let mut environment = base_environment(&path, scratch)?;
        environment.extend(surroundings.environment());
        environment.extend(program.pass.iter().filter_map(|name| Some((name.clone(), std::env::var(name).ok()?))));
        environment.extend(program.environment.clone());
        Ok(Self {
            program: path,
            arguments: arguments.to_vec(),
            folder,
            environment,
            state_dir: surroundings.state_dir.clone(),
            limits,
            speaks: false,
        })
    }
}

/// `PATH`, `LANG`, an empty home and a folder for temporary files.
fn base_environment(program: &Path, scratch: &Path) -> Outcome<Vec<(String, String)>> {
    let folder = |name: &str| -> Outcome<String> {
        let path = scratch.join(name);
        std::fs::create_dir_all(&path)?;
        Ok(path.to_string_lossy().into_owned())
    };
    let beside = program.parent().map(|folder| format!("{}:", folder.display())).unwrap_or_default();
    let variables =
        [("PATH", format!("{beside}{SYSTEM_PATH}")), ("HOME", folder("home")?), ("TMPDIR", folder("tmp")?), ("LANG", "C.UTF-8".to_owned())];
    Ok(variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A program by its path, which starts from `folder`, or by its name, which is looked up in the harness's own `PATH`.
pub(super) fn find(program: &str, folder: &Path) -> Outcome<PathBuf> {
    let (found, place) = if program.contains('/') {
        (Some(folder.join(program)).filter(|path| path.is_file()), "")
    } else {
        let path = std::env::var_os("PATH").unwrap_or_default();
        (std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file()), " in PATH")
    };
    found.ok_or_else(|| Failure::driver(format!("there is no program {program:?}{place}")))
}
