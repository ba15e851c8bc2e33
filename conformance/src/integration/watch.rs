//! Looking after the processes of an integration, and at the state directory it fills.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::limits::Limits;
use super::surroundings::STATE_DIR;

/// What the processes of a group take together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub processes: usize,
    /// Resident memory in bytes. Pages that processes share count for each.
    pub resident: u64,
    /// That of the largest process.
    pub largest: u64,
}

impl Usage {
    /// What the process that leads a group takes alone, which costs one file to read.
    pub fn of_leader(group: Pid) -> Option<Self> {
        let page = u64::try_from(rustix::param::page_size()).unwrap_or(4096);
        let stat = fs::read_to_string(format!("/proc/{}/stat", group.as_raw_nonzero())).ok()?;
        let resident = group_and_pages(&stat)?.1 * page;
        Some(Self { processes: 1, resident, largest: resident })
    }

    /// What the group takes now; None where the system does not tell.
    pub fn of_group(group: Pid) -> Option<Self> {
        let page = u64::try_from(rustix::param::page_size()).unwrap_or(4096);
        let mut usage = Self::default();
        for (_, folder) in processes()? {
            let Some((member_of, pages)) = fs::read_to_string(folder.join("stat")).ok().as_deref().and_then(group_and_pages) else { continue };
            if member_of == group.as_raw_nonzero().get() {
                usage.processes += 1;
                usage.resident += pages * page;
                usage.largest = usage.largest.max(pages * page);
            }
        }
        Some(usage)
    }

    /// The limit it is over, in words.
    pub fn breach(self, limits: &Limits) -> Option<String> {
        if self.processes > limits.processes {
            return Some(format!("{} processes, {} are allowed", self.processes, limits.processes));
        }
        let mib = |bytes: u64| bytes >> 20;
        if self.largest > limits.memory {
            return Some(format!("{} MiB of memory in use by one process, {} are allowed", mib(self.largest), mib(limits.memory)));
        }
        (self.resident > limits.group_memory)
            .then(|| format!("{} MiB of memory in use, {} are allowed", mib(self.resident), mib(limits.group_memory)))
    }
}

/// Kills all processes of a group at once; one that is gone already is just as well.
pub fn kill_group(group: Pid) {
    let _ = kill_process_group(group, Signal::KILL);
}

/// Asks all processes of a group to end.
pub fn terminate_group(group: Pid) {
    let _ = kill_process_group(group, Signal::TERM);
}

/// Kills processes that left their group but still carry this state directory in their environment.
pub fn kill_strays(state_dir: &Path) {
    let mark = format!("{STATE_DIR}={}", state_dir.to_string_lossy());
    for (process, folder) in processes().into_iter().flatten() {
        let belongs = fs::read(folder.join("environ")).is_ok_and(|environ| environ.split(|byte| *byte == 0).any(|entry| entry == mark.as_bytes()));
        if let (true, Some(process)) = (belongs, Pid::from_raw(process)) {
            let _ = kill_process(process, Signal::KILL);
        }
    }
}

fn processes() -> Option<impl Iterator<Item = (i32, PathBuf)>> {
    let entries = fs::read_dir("/proc").ok()?;
    Some(entries.filter_map(|entry| {
        let entry = entry.ok()?;
        Some((entry.file_name().to_str()?.parse().ok()?, entry.path()))
    }))
}

/// Process group and resident pages from a line of `/proc/PID/stat`. A name may hold spaces and brackets.
fn group_and_pages(stat: &str) -> Option<(i32, u64)> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    Some((fields.get(2)?.parse().ok()?, fields.get(21)?.parse().ok()?))
}

/// What lies in a state directory. Links are counted, never followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    pub bytes: u64,
    pub files: usize,
    /// Files that others than their owner may read or write, relative to the directory.
    pub open_to_others: Vec<PathBuf>,
    /// Symbolic links, relative to the directory.
    pub links: Vec<PathBuf>,
}

impl Survey {
    /// Looks through `dir`, but no further than the limits reach.
    pub fn of(dir: &Path, limits: &Limits) -> Self {
        let mut survey = Self::default();
        let mut folders = vec![dir.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let Ok(found) = entry.path().symlink_metadata() else { continue };
                let name = || entry.path().strip_prefix(dir).map(Path::to_owned).unwrap_or_default();
                survey.files += 1;
                if found.is_dir() {
                    folders.push(entry.path());
                } else if found.is_symlink() {
                    survey.links.push(name());
                } else {
                    // A sparse file takes what it takes, not what it claims.
                    survey.bytes += found.len().min(found.blocks() * 512);
                    if found.permissions().mode() & 0o077 != 0 {
                        survey.open_to_others.push(name());
                    }
                }
                if survey.files > limits.state_files {
                    return survey;
                }
            }
        }
        survey
    }

    /// The limit it is over, in words.
    pub fn breach(&self, limits: &Limits) -> Option<String> {
        if self.files > limits.state_files {
            return Some(format!("more than {} files in the state directory", limits.state_files));
        }
        let mib = |bytes: u64| bytes >> 20;
        (self.bytes > limits.state_bytes).then(|| format!("{} MiB in the state directory, {} are allowed", mib(self.bytes), mib(limits.state_bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_whatever_its_name_is() {
        let stat = "77 (a) b (c) S 1 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 100 5000 123 18446744073709551615 1";
        assert_eq!(group_and_pages(stat), Some((42, 123)));
        assert_eq!(group_and_pages("nonsense"), None);
    }

    #[test]
    fn a_state_directory_is_measured_without_following_links() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("deep")).unwrap();
        fs::write(dir.path().join("deep/tokens"), "x".repeat(9_000)).unwrap();
        fs::set_permissions(dir.path().join("deep/tokens"), fs::Permissions::from_mode(0o644)).unwrap();
        std::os::unix::fs::symlink("/", dir.path().join("root")).unwrap();
        let survey = Survey::of(dir.path(), &Limits::default());
        assert_eq!((survey.bytes, survey.files), (9_000, 3));
        assert_eq!((survey.open_to_others, survey.links), (vec![PathBuf::from("deep/tokens")], vec![PathBuf::from("root")]));
    }

    #[test]
    fn a_directory_over_its_limits_says_which() {
        let limits = Limits { state_files: 2, state_bytes: 1 << 20, ..Limits::default() };
        let check = |survey: Survey, words: &str| assert!(survey.breach(&limits).unwrap().contains(words));
        check(Survey { files: 3, ..Survey::default() }, "more than 2 files");
        check(Survey { bytes: 5 << 20, ..Survey::default() }, "5 MiB in the state directory");
        assert_eq!(Survey::default().breach(&limits), None);
    }
}
