//! The process of a Chromium: headless, with a profile that lives as long as it does, watched, and killed with all it started.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustix::process::Pid;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::failure::{Failure, OrFail, Outcome};
use crate::integration::limits::Limits;
use crate::integration::watch::{Usage, kill_group};

/// From the start to the line that names its address. Longer than an integration has: a cold start reads 300 MB.
const START: Duration = Duration::from_secs(20);

/// How often its processes are looked at.
const LOOK: Duration = Duration::from_millis(500);

/// What all its processes may take together. Pages that they share count for each of them: an idle one shows about 800 MiB.
const MEMORY: u64 = 6 << 30;
/// What its largest process may take: far more than a connect portal needs, far less than a page that runs wild takes.
const LARGEST: u64 = 2 << 30;
const PROCESSES: usize = 256;

/// What it says last on standard error before it is of no more interest.
const LAST_WORDS: usize = 2_000;

/// Says where it listens.
const ADDRESS: &str = "DevTools listening on ";

/// No questions, no sounds, no calls home, nothing between a page and its timers, no store outside the profile.
const FLAGS: [&str; 24] = [
    "--headless",
    "--remote-debugging-port=0",
    "--no-startup-window",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--no-pings",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-gpu",
    "--disable-popup-blocking",
    "--disable-renderer-backgrounding",
    "--disable-sync",
    "--hide-scrollbars",
    "--mute-audio",
    "--password-store=basic",
    "--disable-features=BackForwardCache,HttpsUpgrades,MediaRouter,OptimizationHints,Prerender2,Translate",
];

/// A running browser.
pub struct Process {
    group: Pid,
    profile: Option<TempDir>,
    told: Told,
}

/// What it said, and why it was stopped.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<(String, Option<String>)>>);

impl Process {
    /// Starts the program, which may open pages of this machine and of `hosts`. Returns it with the address of its DevTools.
    ///
    /// # Errors
    /// When it does not start, or does not say where it listens.
    pub async fn start(program: &Path, hosts: &[String]) -> Outcome<(Self, String)> {
        let profile = tempfile::Builder::new().prefix("sfcert-browser-").tempdir()?;
        let mut child = spawn(program, hosts, profile.path())?;
        let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw).or_fail(|| "the browser has no process id")?;
        let stderr = child.stderr.take().or_fail(|| "the browser has no standard error")?;
        let told = Told::default();
        // From here on it is killed whatever happens.
        let process = Self { group, profile: Some(profile), told: told.clone() };
        let (tell, mut heard) = tokio::sync::mpsc::unbounded_channel();
        tokio::spawn(listen(stderr, told.clone(), tell));
        tokio::spawn(watch(child, group, told.clone()));
        let name = program.display();
        match timeout(START, heard.recv()).await {
            Ok(Some(address)) => Ok((process, address)),
            Ok(None) => Err(Failure::new(format!("{name} is no Chromium, or does not start: it ended without a DevTools address{}", told.words()))),
            Err(_) => Err(Failure::new(format!("{name} is no Chromium: no DevTools address within {START:?}{}", told.words()))),
        }
    }

    /// Why it was stopped, if it went over a limit.
    pub fn breach(&self) -> Option<String> {
        self.told.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        kill_group(self.group);
        // What still dies may write once more.
        let path = self.profile.take().map(TempDir::keep);
        for _ in 0..25 {
            let gone = path.as_deref().is_none_or(|path| std::fs::remove_dir_all(path).is_ok() || !path.exists());
            if gone {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Told {
    fn hear(&self, line: &str) {
        let (said, _) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.push_str(line);
        if said.len() > LAST_WORDS {
            *said = said.chars().skip(said.chars().count().saturating_sub(LAST_WORDS / 2)).collect();
        }
    }

    fn stopped(&self, why: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1 = Some(why);
    }

    fn words(&self) -> String {
        let (said, _) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        if said.is_empty() { String::new() } else { format!("; its last words: {}", said.chars().take(300).collect::<String>()) }
    }
}

fn spawn(program: &Path, hosts: &[String], profile: &Path) -> Outcome<Child> {
    let folder = |name: &str| -> Outcome<PathBuf> {
        let path = profile.join(name);
        std::fs::create_dir_all(&path)?;
        Ok(path)
    };
    let (home, data) = (folder("home")?, folder("data")?);
    let mut command = Command::new(program);
    command.args(FLAGS).arg(format!("--user-data-dir={}", data.display())).arg(format!("--host-resolver-rules={}", resolver_rules(hosts)));
    // Its sandbox needs a user other than root.
    if rustix::process::geteuid().is_root() {
        command.arg("--no-sandbox");
    }
    command
        .current_dir(&home)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("LANG", "C.UTF-8")
        .env("HOME", &home)
        .env("XDG_CONFIG_HOME", &home)
        .env("XDG_CACHE_HOME", &home)
        .env("TMPDIR", &home)
        .process_group(0)
        .kill_on_drop(true)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command.spawn().map_err(|error| Failure::new(format!("cannot start {}: {error}", program.display())))
}

/// No host has an address but this machine and those that were named.
fn resolver_rules(hosts: &[String]) -> String {
    let plain = |host: &&String| host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let named = hosts.iter().filter(plain).map(String::as_str);
    let excluded = ["localhost", "*.localhost", "127.*", "[::1]"].into_iter().chain(named).map(|host| format!(" , EXCLUDE {host}"));
    format!("MAP * ~NOTFOUND{}", excluded.collect::<String>())
}

/// Reads standard error to its end; tells the address when it comes.
async fn listen(stderr: impl AsyncRead + Unpin, told: Told, tell: tokio::sync::mpsc::UnboundedSender<String>) {
    let (mut lines, mut tell) = (BufReader::new(stderr), Some(tell));
    let mut line = Vec::new();
    while let Ok(1..) = lines.read_until(b'\n', &mut line).await {
        let text = String::from_utf8_lossy(&line).into_owned();
        if let Some((_, address)) = text.split_once(ADDRESS)
            && let Some(tell) = tell.take()
        {
            let _ = tell.send(address.trim().to_owned());
        }
        told.hear(&text);
        line.clear();
    }
}

/// Looks after its processes until it has ended.
async fn watch(mut child: Child, group: Pid, told: Told) {
    let limits = Limits { memory: LARGEST, group_memory: MEMORY, processes: PROCESSES, ..Limits::default() };
    loop {
        tokio::select! {
            _ = child.wait() => break,
            () = sleep(LOOK) => {
                if let Some(breach) = Usage::of_group(group).and_then(|usage| usage.breach(&limits)) {
                    told.stopped(format!("the browser was stopped: {breach}"));
                    kill_group(group);
                }
            }
        }
    }
    kill_group(group);
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn refusal(program: &str) -> String {
        Process::start(Path::new(program), &[]).await.err().map(|failure| failure.to_string()).unwrap_or_default()
    }

    #[tokio::test]
    async fn a_program_that_is_no_chromium_is_refused_with_its_last_words() {
        // A shell takes no such flags, and says so.
        let told = refusal("/bin/sh").await;
        assert!(told.starts_with("/bin/sh is no Chromium") && told.contains("; its last words: "), "{told}");
        assert!(refusal("/bin/true").await.ends_with("without a DevTools address"));
        assert!(refusal("/nowhere/chromium").await.starts_with("cannot start /nowhere/chromium"));
    }

    #[tokio::test]
    async fn the_address_is_read_and_the_profile_goes_with_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("browser");
        std::fs::write(&program, "#!/bin/sh\necho \"$HOME\" >&2\necho 'DevTools listening on ws://127.0.0.1:9/x' >&2\nsleep 60\n").unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let (process, address) = Process::start(&program, &[]).await.unwrap();
        assert_eq!(address, "ws://127.0.0.1:9/x");
        let profile = process.profile.as_ref().unwrap().path().to_owned();
        assert!(profile.join("home").is_dir() && process.breach().is_none());
        drop(process);
        assert!(!profile.exists());
    }

    #[test]
    fn hosts_are_resolved_only_if_they_were_named() {
        let rules = resolver_rules(&["sync.acme.example".into(), "evil, MAP".into()]);
        assert_eq!(rules, "MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE *.localhost , EXCLUDE 127.* , EXCLUDE [::1] , EXCLUDE sync.acme.example");
    }
}
