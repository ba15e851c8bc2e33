//! How much of everything an integration may take before the harness stops it. The catalogue's stop rules.

use std::time::Duration;

use rustix::process::{Pid, Resource};

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// Bounds on one integration. Tests shorten them; a run takes the default.
#[derive(Debug, Clone)]
pub struct Limits {
    /// From the start of a process to its first answer.
    pub start: Duration,
    /// From a request to its answer.
    pub operation: Duration,
    /// From the end of its input to its exit; then it is asked to end.
    pub end_of_input: Duration,
    /// From that to the kill.
    pub terminate: Duration,
    /// Between two pieces of an answer over HTTP.
    pub idle: Duration,
    /// Resident memory of one process, in bytes. Watched: the kernel could only limit address space or private memory,
    /// of both of which garbage collected runtimes reserve gigabytes that they never use.
    pub memory: u64,
    /// Resident memory of all its processes together, in bytes.
    pub group_memory: u64,
    /// Open files of one process.
    pub files: u64,
    pub processes: usize,
    /// Seconds of processor time of one process.
    pub cpu_seconds: u64,
    /// One line, one answer: bytes.
    pub line: usize,
    /// Standard output of a check, in bytes.
    pub stdout: usize,
    /// Standard error of a check, in bytes.
    pub stderr: usize,
    /// The state directory: bytes, and files.
    pub state_bytes: u64,
    pub state_files: usize,
    /// Header lines of an answer over HTTP, in bytes.
    pub headers: usize,
    pub redirects: usize,
    /// Pages loaded in one attempt to connect.
    pub pages: usize,
    /// One page, decoded: bytes.
    pub page: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            start: Duration::from_secs(10),
            operation: Duration::from_secs(30),
            end_of_input: Duration::from_secs(5),
            terminate: Duration::from_secs(2),
            idle: Duration::from_secs(10),
            memory: 512 << 20,
            group_memory: 1 << 30,
            files: 256,
            processes: 64,
            cpu_seconds: 60,
            line: MIB,
            stdout: 8 * MIB,
            stderr: 8 * MIB,
            state_bytes: 64 << 20,
            state_files: 1_000,
            headers: 64 * KIB,
            redirects: 20,
            pages: 40,
            page: 4 * MIB,
        }
    }
}

impl Limits {
    /// The same limits, with the time that the integration file allows an operation.
    pub fn with_operation_ms(mut self, ms: Option<u64>) -> Self {
        if let Some(ms) = ms {
            self.operation = Duration::from_millis(ms);
        }
        self
    }

    /// Has the kernel hold a process, and what it starts from now on, to these limits. Names what could not be limited.
    pub(super) fn impose(&self, process: Pid) -> Vec<&'static str> {
        // The kernel counts processes by user, not by group, so the number of processes is watched instead: `watch.rs`.
        let limits = [
            ("open files", Resource::Nofile, self.files),
            ("processor time", Resource::Cpu, self.cpu_seconds),
            ("size of files", Resource::Fsize, self.state_bytes),
            ("core dumps", Resource::Core, 0),
        ];
        limits.into_iter().filter(|(_, resource, limit)| !set(process, *resource, *limit)).map(|(name, ..)| name).collect()
    }
}

#[cfg(target_os = "linux")]
fn set(process: Pid, resource: Resource, limit: u64) -> bool {
    let limit = rustix::process::Rlimit { current: Some(limit), maximum: Some(limit) };
    rustix::process::prlimit(Some(process), resource, limit).is_ok()
}

/// Only Linux lets one process limit another.
#[cfg(not(target_os = "linux"))]
fn set(_: Pid, _: Resource, _: u64) -> bool {
    false
}
