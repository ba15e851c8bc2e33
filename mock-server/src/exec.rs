//! `sf-mock exec`: a server, a command beside it, and the command's exit status. `sf-mock sf`: the user's Salesforce CLI beside a server that runs.

use std::ffi::{OsStr, OsString};
use std::io::ErrorKind;
use std::process::{ExitCode, ExitStatus};

use sf_mock::config::StartError;
use sf_mock::doctor::variables;
use tokio::process::{Child, Command};

use crate::arguments::{ExecArguments, SfArguments};
use crate::{USAGE, say};

/// What shells end with when a command cannot be run, or is not there.
const CANNOT_RUN: u8 = 126;
const NOT_FOUND: u8 = 127;

/// Starts the server, runs the command with the addresses in its environment, and stops.
pub(crate) async fn exec(asked: &ExecArguments) -> Result<ExitCode, StartError> {
    // Registered before anything is started, so that no signal ends us without the command.
    let mut signals = Signals::new().map_err(StartError::Runtime)?;
    let running = sf_mock::start(asked.config()).await?;
    if asked.ready_json() {
        say(&running.ready().to_line());
    }
    let variables = running.client_environment(asked.proxy)?;
    let ended = match command(&asked.command, variables, asked.proxy).spawn() {
        Ok(child) => signals.wait(child).await.map(status).map_err(StartError::Runtime),
        Err(cause) => Ok(not_run(&asked.command, &cause)),
    };
    running.stop().await;
    ended
}

/// Runs the Salesforce CLI of the path with the addresses of a running server in its environment.
pub(crate) async fn sf(asked: &SfArguments) -> Result<ExitCode, StartError> {
    let mut signals = Signals::new().map_err(StartError::Runtime)?;
    let mut variables = sf_mock::client_environment(&asked.config(), asked.proxy)?;
    variables.extend(cli_variables(&variables, asked.proxy));
    let words: Vec<OsString> = std::iter::once(OsString::from("sf")).chain(asked.arguments.iter().cloned()).collect();
    match command(&words, variables, asked.proxy).spawn() {
        Ok(child) => signals.wait(child).await.map(status).map_err(StartError::Runtime),
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            eprintln!("sf-mock: there is no `sf` on the path. Install the Salesforce CLI, `npm install --global @salesforce/cli`, and try again.");
            Ok(ExitCode::from(USAGE))
        }
        Err(cause) => Ok(not_run(&words, &cause)),
    }
}

/// What the CLI reads beside the addresses: where a login goes that names none, whom it trusts, and that it is to leave the public network alone.
fn cli_variables(variables: &[(&'static str, String)], proxy: bool) -> Vec<(&'static str, String)> {
    let value = |wanted: &str| variables.iter().find(|(name, value)| *name == wanted && !value.is_empty()).map(|(_, value)| value.clone());
    let quiet = ["SF_DISABLE_TELEMETRY", "SF_AUTOUPDATE_DISABLE", "SF_SKIP_NEW_VERSION_CHECK"].map(|name| (name, "true".to_owned()));
    let login = if proxy { Some(("SF_DISABLE_DNS_CHECK", "true".to_owned())) } else { value("SF_MOCK_URL").map(|url| ("SF_ORG_INSTANCE_URL", url)) };
    let trusted = value("SF_MOCK_CA_FILE").map(|file| ("NODE_EXTRA_CA_CERTS", file));
    login.into_iter().chain(trusted).chain(quiet).collect()
}

fn command(command: &[OsString], variables: Vec<(&'static str, String)>, proxy: bool) -> Command {
    let (program, arguments) = command.split_first().map_or((OsStr::new(""), &[][..]), |(program, arguments)| (program.as_os_str(), arguments));
    let mut command = Command::new(program);
    command.args(arguments).kill_on_drop(true);
    if proxy {
        let inherited = |name: &str| std::env::var(name).ok();
        command.envs(variables::leading_here(&variables, inherited));
    }
    command.envs(variables);
    command
}

fn not_run(command: &[OsString], cause: &std::io::Error) -> ExitCode {
    let program = command.first().map(|program| program.to_string_lossy().into_owned()).unwrap_or_default();
    eprintln!("sf-mock: cannot run {program}: {cause}");
    ExitCode::from(if cause.kind() == ErrorKind::NotFound { NOT_FOUND } else { CANNOT_RUN })
}

/// As a shell tells it: the status, or 128 and the number of the signal that ended the command.
#[cfg(unix)]
fn status(ended: ExitStatus) -> ExitCode {
    let signal = std::os::unix::process::ExitStatusExt::signal(&ended);
    let code = ended.code().or_else(|| Some(128 + signal?));
    ExitCode::from(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

#[cfg(not(unix))]
fn status(ended: ExitStatus) -> ExitCode {
    ExitCode::from(ended.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// The signals that are handed on to the command.
#[cfg(unix)]
struct Signals {
    each: [(rustix::process::Signal, tokio::signal::unix::Signal); 6],
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use rustix::process::Signal;
        use tokio::signal::unix::{SignalKind, signal};
        let one = |sent: Signal| Ok::<_, std::io::Error>((sent, signal(SignalKind::from_raw(sent.as_raw()))?));
        let each = [one(Signal::INT)?, one(Signal::TERM)?, one(Signal::HUP)?, one(Signal::QUIT)?, one(Signal::USR1)?, one(Signal::USR2)?];
        Ok(Self { each })
    }

    /// Waits for the end of the command, handing on what is sent to us.
    async fn wait(&mut self, mut child: Child) -> std::io::Result<ExitStatus> {
        use rustix::process::{Pid, Signal, kill_process};
        let pid = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        loop {
            let sent = tokio::select! {
                ended = child.wait() => return ended,
                sent = self.next() => sent,
            };
            let from_keyboard = matches!(sent, Signal::INT | Signal::QUIT) && is_in_foreground();
            if let Some(pid) = pid.filter(|_| !from_keyboard) {
                // A command that has just ended needs it no more.
                let _ = kill_process(pid, sent);
            }
        }
    }

    async fn next(&mut self) -> rustix::process::Signal {
        let [a, b, c, d, e, f] = &mut self.each;
        tokio::select! {
            _ = a.1.recv() => a.0,
            _ = b.1.recv() => b.0,
            _ = c.1.recv() => c.0,
            _ = d.1.recv() => d.0,
            _ = e.1.recv() => e.0,
            _ = f.1.recv() => f.0,
        }
    }
}

/// Whether a terminal sends its interrupts to us. It then sends them to the command too, which is in the same group: handed on
/// as well, the second one would end a command that stops in good order at the first.
#[cfg(unix)]
fn is_in_foreground() -> bool {
    let Ok(terminal) = std::fs::File::open("/dev/tty") else { return false };
    rustix::termios::tcgetpgrp(terminal).is_ok_and(|group| group == rustix::process::getpgrp())
}

/// Where there are no signals, the console tells the command and us at once.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn wait(&mut self, mut child: Child) -> std::io::Result<ExitStatus> {
        loop {
            tokio::select! {
                ended = child.wait() => return ended,
                _ = tokio::signal::ctrl_c() => {}
            }
        }
    }
}
