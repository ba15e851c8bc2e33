//! Server processes, each on the first core; the load comes from the others.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// Clock ticks a second of `/proc/<pid>/stat`; fixed on Linux.
const TICKS: f64 = 100.0;

/// A server that is ended when this is dropped.
pub struct Server {
    child: Child,
    pub port: u16,
    /// The line it printed when it was ready.
    pub ready: String,
}

impl Server {
    pub fn bare() -> Self {
        let itself = std::env::current_exe().expect("this program");
        Self::spawn(&[itself.to_str().expect("a path"), super::bare::FLAG], |line| line.trim().parse().ok())
    }

    pub fn mock() -> Self {
        Self::mock_with(&[])
    }

    /// The mock with more flags of `serve`.
    pub fn mock_with(flags: &[&str]) -> Self {
        let program = mock_program();
        let arguments = [&[program.as_str(), "serve", "--port", "0", "--test-port", "0", "--ready-json"], flags].concat();
        Self::spawn(&arguments, |line| {
            let ready: serde_json::Value = serde_json::from_str(line).ok()?;
            ready["login_url"].as_str()?.rsplit(':').next()?.parse().ok()
        })
    }

    fn spawn(command: &[&str], port: impl Fn(&str) -> Option<u16>) -> Self {
        let pinned = [&["taskset", "-c", "0"], command].concat();
        let command = if can_pin() { &pinned } else { command };
        let mut child = Command::new(command[0]).args(&command[1..]).stdout(Stdio::piped()).spawn().expect("a server process");
        let mut ready = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut ready).expect("its ready line");
        let port = port(&ready).unwrap_or_else(|| panic!("no port in {ready:?}"));
        Self { child, port, ready }
    }

    /// Seconds of processor time used so far.
    pub fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
        let ticks = |field: usize| fields.get(field).and_then(|ticks| ticks.parse().ok()).unwrap_or(0.0);
        (ticks(11) + ticks(12)) / TICKS
    }

    /// Resident memory in KiB.
    pub fn resident(&self) -> u64 {
        self.memory("VmRSS:")
    }

    /// The most resident memory since `forget_peak`, in KiB.
    pub fn peak(&self) -> u64 {
        self.memory("VmHWM:")
    }

    pub fn forget_peak(&self) {
        // 5 resets the peak; see proc_pid_clear_refs(5).
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("the peak forgotten");
    }

    fn memory(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The release build of the mock: `SF_MOCK_BIN`, or the program beside this one.
pub fn mock_program() -> String {
    std::env::var("SF_MOCK_BIN").unwrap_or_else(|_| {
        let beside = std::env::current_exe().expect("this program").with_file_name("sf-mock");
        beside.to_str().expect("a path").to_owned()
    })
}

fn can_pin() -> bool {
    std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1)
        && Command::new("taskset").arg("-V").stdout(Stdio::null()).status().is_ok()
}

/// Keeps this program off the servers' core.
pub fn pin_load() {
    let Ok(cores) = std::thread::available_parallelism() else { return };
    if !can_pin() {
        return println!("one core or no taskset: servers and load share what there is");
    }
    let (others, itself) = (format!("1-{}", cores.get() - 1), std::process::id().to_string());
    let _ = Command::new("taskset").args(["-cp", &others, &itself]).stdout(Stdio::null()).status();
}

/// Wall time; the server's own clock does not reach this program.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
pub fn now() -> Instant {
    Instant::now()
}
