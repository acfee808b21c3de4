//! Whether what was asked for fits in the memory that is there; what does not is refused before it begins.
//!
//! Available is what the kernel says could be had without swapping, or what the control group leaves of its limit if that is less.
//! Only Linux tells; elsewhere nothing is refused.

use std::fs;
use std::path::{Path, PathBuf};

use super::Failure;
use super::check::estimate::memory_bytes;
use super::check::size;
use super::progress::at_once;
use crate::experiment::Plan;
use crate::units::Bytes;

/// Refuses a plan whose runs, on so many threads (0: one a core), do not fit.
pub fn plan_must_fit(plan: &Plan, threads: usize) -> Result<(), Failure> {
    must_fit(memory_bytes(&plan.scenario, &plan.systems), at_once(threads).min(plan.jobs.len()))
}

/// Refuses runs of which each needs `each` bytes, `at_once` at the same time, if there is not as much.
pub fn must_fit(each: f64, at_once: usize) -> Result<(), Failure> {
    let system = fs::read_to_string("/proc/meminfo").ok();
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let there = system.as_deref().and_then(mem_available);
    let there = there.into_iter().chain(left_by_groups(Path::new("/sys/fs/cgroup"), &groups)).min();
    match there {
        Some(there) => refusal(each, at_once, there).map_or(Ok(()), |text| Err(Failure::Input(text))),
        None => Ok(()),
    }
}

/// Why runs are refused for which `there` bytes are available.
fn refusal(each: f64, at_once: usize, there: u64) -> Option<String> {
    let all = each * at_once as f64;
    if all <= there as f64 {
        return None;
    }
    let (need, available) = (size(Bytes(all as u64)), size(Bytes(there)));
    let (what, hint) = match at_once {
        1 => ("a run".to_owned(), "take fewer persons"),
        n if each <= there as f64 => (format!("{n} runs at once"), "make fewer runs at once with -j 1"),
        n => (format!("{n} runs at once"), "take fewer persons, and make one run at a time with -j 1"),
    };
    Some(format!(
        "{what} would need about {need} of memory, and {available} are available\n  \
         hint: {hint}; or try it all the same with --no-memory-check"
    ))
}

/// `MemAvailable` of `/proc/meminfo`, in bytes.
fn mem_available(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * Bytes::KIB)
}

/// What the control groups that this process is in, and those around them, leave of their limits; `of_process` is `/proc/self/cgroup`.
fn left_by_groups(root: &Path, of_process: &str) -> Option<u64> {
    let left = of_process.lines().filter_map(|line| {
        let (controllers, path) = line.split_once(':')?.1.split_once(':')?;
        let files = if controllers.is_empty() {
            Files {
                root: root.to_owned(),
                limit: "memory.max",
                used: "memory.current",
                cache: "inactive_file",
            }
        } else if controllers.split(',').any(|controller| controller == "memory") {
            let root = root.join("memory");
            let (limit, used) = ("memory.limit_in_bytes", "memory.usage_in_bytes");
            Files { root, limit, used, cache: "total_inactive_file" }
        } else {
            return None;
        };
        files.left(path)
    });
    left.min()
}

/// Where a version of control groups keeps what it knows.
struct Files {
    root: PathBuf,
    limit: &'static str,
    used: &'static str,
    /// In `memory.stat`: pages of files that are given up first.
    cache: &'static str,
}

impl Files {
    /// The least that is left by the group of that path and by those around it. Inside a container the path may lead nowhere: then
    /// the root is the container's own group.
    fn left(&self, path: &str) -> Option<u64> {
        let own = self.root.join(path.trim_start_matches('/'));
        let around = own.ancestors().take_while(|group| group.starts_with(&self.root));
        around.filter_map(|group| self.left_by(group)).min()
    }

    fn left_by(&self, group: &Path) -> Option<u64> {
        let number = |file: &str| fs::read_to_string(group.join(file)).ok()?.trim().parse::<u64>().ok();
        let (limit, used) = (number(self.limit)?, number(self.used)?);
        let stat = fs::read_to_string(group.join("memory.stat")).unwrap_or_default();
        let cache = stat.lines().find_map(|line| line.strip_prefix(self.cache)?.trim().parse::<u64>().ok());
        Some(limit.saturating_sub(used.saturating_sub(cache.unwrap_or(0))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIB: u64 = 1 << 30;

    #[test]
    fn what_fits_is_not_refused() {
        assert_eq!(refusal(2.0 * GIB as f64, 4, 8 * GIB), None);
        let text = refusal(3.0 * GIB as f64, 4, 8 * GIB).unwrap();
        assert!(
            text.starts_with("4 runs at once would need about 12 GiB of memory, and 8 GiB are available\n")
        );
        assert!(text.contains("hint: make fewer runs at once with -j 1; or"), "{text}");
        let text = refusal(9.0 * GIB as f64, 1, 8 * GIB).unwrap();
        assert!(
            text.starts_with("a run would need about 9 GiB") && text.contains("hint: take fewer persons; or")
        );
        assert!(refusal(9.0 * GIB as f64, 2, 8 * GIB).unwrap().contains("one run at a time"));
    }

    #[test]
    fn the_kernel_tells_what_is_available() {
        let text = "MemTotal:       24689764 kB\nMemFree:          514228 kB\nMemAvailable:   23113428 kB\n";
        assert_eq!(mem_available(text), Some(23_113_428 << 10));
        assert_eq!(mem_available("MemTotal: 1 kB\n"), None);
    }

    fn group(root: &Path, path: &str, files: &[(&str, &str)]) {
        let dir = root.join(path);
        fs::create_dir_all(&dir).unwrap();
        files.iter().for_each(|(name, text)| fs::write(dir.join(name), text).unwrap());
    }

    #[test]
    fn the_narrowest_group_counts_and_cached_files_do_not() {
        let root = tempfile::tempdir().unwrap();
        let root = root.path();
        let stat = [("memory.stat", "anon 5\ninactive_file 1000\nactive_file 7\n")];
        group(root, "a", &[("memory.max", "9000\n"), ("memory.current", "3000\n"), stat[0]]);
        group(root, "a/b", &[("memory.max", "max\n"), ("memory.current", "1\n")]);
        assert_eq!(left_by_groups(root, "0::/a/b\n"), Some(7000), "9000 - (3000 - 1000)");
        group(root, "a/b", &[("memory.max", "500\n")]);
        assert_eq!(left_by_groups(root, "0::/a/b\n"), Some(499));
        assert_eq!(left_by_groups(root, "0::/\n"), None, "the root has no limit");
    }

    #[test]
    fn groups_of_the_first_version() {
        let root = tempfile::tempdir().unwrap();
        let limit = [("memory.limit_in_bytes", "8000"), ("memory.usage_in_bytes", "100")];
        group(root.path(), "memory", &limit);
        // In a container the path is the one outside.
        let told = "5:cpu,cpuacct:/docker/x\n4:memory:/docker/x\n";
        assert_eq!(left_by_groups(root.path(), told), Some(7900));
    }
}
