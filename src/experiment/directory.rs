//! The results directory: made beside its final place and moved there whole, so that no half-written file ever has its
//! final name, whatever fails and whenever.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::compare::TIMING;
use super::files::{hint, write_whole};
use super::manifest::{INPUTS, MANIFEST, Manifest};

/// Why results could not be put in place.
#[derive(Debug, Error)]
pub enum DirectoryError {
    #[error("`{0}` is not a name for a results directory\n  hint: give one with `-o DIR`")]
    NoName(PathBuf),
    #[error(
        "results take the place of `{0}`, and {1} cannot be replaced\n  hint: name a directory inside it: `-o {0}/results`"
    )]
    Fixed(PathBuf, &'static str),
    #[error(
        "`{0}` exists and is not a results directory of this command, so nothing there is touched\n  \
         hint: choose another place with `-o DIR`, as for a run beside a sweep of the same scenario"
    )]
    NotOurs(PathBuf),
    #[error(
        "`{path}` holds another sweep: {difference}\n  \
         hint: choose another place with `-o DIR`, or begin anew with --fresh, which removes what is there"
    )]
    OtherSweep { path: PathBuf, difference: String },
    #[error(
        "another `unchoke sweep` is at work in `{0}`\n  hint: wait for it, or choose another place with `-o DIR`"
    )]
    InUse(PathBuf),
    #[error(
        "cannot make the results directory `{path}`: {source}\n  \
         hint: choose a place with `-o DIR` beside which you may write, too"
    )]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("cannot {action} `{path}`: {source}\n  hint: {}", hint(source))]
    Io { action: &'static str, path: PathBuf, source: io::Error },
    #[error(
        "new results could not take their place at `{path}`: {source}\n  hint: the former ones are in `{former}`"
    )]
    Swap { path: PathBuf, former: PathBuf, source: io::Error },
}

pub(super) fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DirectoryError {
    move |source| DirectoryError::Io { action, path: path.to_owned(), source }
}

/// The place that the user chose for results cannot be made.
pub(super) fn unwritable(target: &Path) -> impl Fn(io::Error) -> DirectoryError {
    move |source| DirectoryError::Unwritable { path: target.to_owned(), source }
}

/// Notes in `manifest`, of the results in `dir`, that these files belong to them too, where it does not say so.
pub fn list_also(dir: &Path, mut manifest: Manifest, files: &[String]) -> Result<(), DirectoryError> {
    let listed = manifest.files.len();
    manifest.files.extend_from_slice(files);
    manifest.files.sort_unstable();
    manifest.files.dedup();
    if manifest.files.len() > listed {
        let path = dir.join(MANIFEST);
        write_whole(&path, manifest.to_json().as_bytes()).map_err(failed("write", &path))?;
    }
    Ok(())
}

/// A results directory under way. Dropped before [`Staging::commit`], it leaves no trace.
#[derive(Debug)]
pub struct Staging {
    /// Where files are written for now.
    path: PathBuf,
    kept: bool,
    /// Held while we are at work: what nobody holds was left by a process that was killed.
    lock: (File, PathBuf),
    /// Where they are to stand.
    target: PathBuf,
    _made: Made,
}

/// Directories that had to be made, the innermost first; they go again if nothing has come to stand in them.
#[derive(Debug)]
struct Made(Vec<PathBuf>);

impl Staging {
    /// Begins a results directory that is to stand at `target`: a new place, an empty directory, or one with our results, which
    /// will be replaced.
    pub fn begin(target: &Path) -> Result<Staging, DirectoryError> {
        let target = place(target)?;
        let (Some(name), Some(parent)) = (target.file_name(), target.parent()) else {
            return Err(DirectoryError::NoName(target));
        };
        let unfinished = format!(".{}.unfinished-", name.to_string_lossy());
        let made = Made::missing(parent);
        fs::create_dir_all(parent).map_err(unwritable(&target))?;
        remove_abandoned(parent, &unfinished);
        let path = parent.join(format!("{unfinished}{}", std::process::id()));
        let place = lock_of(&path);
        let lock = File::create(&place).map_err(unwritable(&target))?;
        // Some file systems know no locks.
        let _ = lock.try_lock();
        if path.exists() {
            // Left by a process of our number.
            fs::remove_dir_all(&path).map_err(failed("remove", &path))?;
        }
        fs::create_dir(&path).map_err(unwritable(&target))?;
        Ok(Staging { path, kept: false, lock: (lock, place), target, _made: made })
    }

    /// Where to write files until they are complete.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the files will stand.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// Writes a small file whole.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), DirectoryError> {
        write_synced(&self.path.join(name), bytes)
    }

    /// Makes a directory inside.
    pub fn create_dir(&self, name: &str) -> Result<(), DirectoryError> {
        let path = self.path.join(name);
        fs::create_dir(&path).map_err(failed("create", &path))
    }

    /// Notes in the manifest which files belong to the results: all that are there, and the timing, which is there only sometimes.
    pub fn list_files(&self) -> Result<(), DirectoryError> {
        let path = self.path.join(MANIFEST);
        let text = fs::read(&path).map_err(failed("read", &path))?;
        let manifest = Manifest::from_json(&text).expect("we have just written it");
        let mut files = entries(&self.path)?;
        files.push(TIMING.into());
        list_also(&self.path, manifest, &files)
    }

    /// Puts the files in their place. What stands there and is not ours is kept, but where the new files have its name. Returns where the
    /// former results are, if they could not be removed.
    pub fn commit(&mut self) -> Result<Option<PathBuf>, DirectoryError> {
        if !self.target.exists() {
            fs::rename(&self.path, &self.target).map_err(failed("create", &self.target))?;
            return Ok(None);
        }
        let mut former = self.path.clone().into_os_string();
        former.push("-former");
        let former = PathBuf::from(former);
        fs::rename(&self.target, &former).map_err(failed("replace", &self.target))?;
        let swapped = fs::rename(&self.path, &self.target);
        let moved = swapped.and_then(|()| move_foreign(&former, &self.target));
        if let Err(source) = moved {
            return Err(DirectoryError::Swap { path: self.target.clone(), former, source });
        }
        Ok(fs::remove_dir_all(&former).is_err().then_some(former))
    }

    /// Leaves the files for somebody to look after, under a name beside their place; returns which. `None` where they are no longer ours.
    pub fn keep(mut self) -> Option<PathBuf> {
        let mut undrawn = self.target.clone().into_os_string();
        undrawn.push(format!(".undrawn-{}", std::process::id()));
        let undrawn = PathBuf::from(undrawn);
        self.kept = fs::rename(&self.path, &undrawn).is_ok();
        self.kept.then_some(undrawn)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.kept {
            // Nobody is left to tell if this fails; the name says that it is unfinished. After a commit there is nothing.
            let _ = fs::remove_dir_all(&self.path);
        }
        let _ = fs::remove_file(&self.lock.1);
        let _ = self.lock.0.unlock();
    }
}

/// The lock of a directory under way stands beside it.
fn lock_of(path: &Path) -> PathBuf {
    let mut lock = path.to_owned().into_os_string();
    lock.push(".lock");
    PathBuf::from(lock)
}

/// Removes directories under way whose lock nobody holds. What cannot be removed hinders nobody.
fn remove_abandoned(parent: &Path, unfinished: &str) {
    for name in entries(parent).unwrap_or_default() {
        let process =
            name.strip_prefix(unfinished).filter(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
        let path = parent.join(&name);
        if process.is_none() || !path.is_dir() {
            continue;
        }
        let lock = lock_of(&path);
        if File::open(&lock).is_ok_and(|lock| lock.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(&path);
            let _ = fs::remove_file(&lock);
        }
    }
}

impl Made {
    /// `directory` and those above it that do not exist yet.
    fn missing(directory: &Path) -> Made {
        let missing = directory.ancestors().take_while(|dir| !dir.as_os_str().is_empty() && !dir.exists());
        Made(missing.map(Path::to_owned).collect())
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for directory in &self.0 {
            // Only if it is empty: after a commit it is not.
            let _ = fs::remove_dir(directory);
        }
    }
}

/// The final place in full, if something of ours may stand there.
fn place(target: &Path) -> Result<PathBuf, DirectoryError> {
    let Ok(existing) = fs::canonicalize(target) else {
        let is_there = fs::symlink_metadata(target).is_ok();
        // A link that leads nowhere.
        return if is_there {
            Err(DirectoryError::NotOurs(target.to_owned()))
        } else {
            Ok(target.to_owned())
        };
    };
    if !existing.is_dir() {
        return Err(DirectoryError::NotOurs(target.to_owned()));
    }
    let here = std::env::current_dir().and_then(fs::canonicalize);
    if here.is_ok_and(|here| here.starts_with(&existing)) {
        return Err(DirectoryError::Fixed(target.to_owned(), "the directory that one is in"));
    }
    if is_mounted(&existing) {
        return Err(DirectoryError::Fixed(target.to_owned(), "a mounted file system"));
    }
    let empty = entries(&existing)?.is_empty();
    let ours = fs::read(existing.join(MANIFEST)).is_ok_and(|text| Manifest::from_json(&text).is_ok());
    if empty || ours { Ok(existing) } else { Err(DirectoryError::NotOurs(target.to_owned())) }
}

/// Whether another file system begins at that directory.
#[cfg(unix)]
fn is_mounted(directory: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let device = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev()).ok();
    directory.parent().is_some_and(|parent| device(parent) != device(directory))
}

#[cfg(not(unix))]
fn is_mounted(_directory: &Path) -> bool {
    false
}

/// Names in a directory, in byte order.
pub(super) fn entries(dir: &Path) -> Result<Vec<String>, DirectoryError> {
    let list = || -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(dir)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort_unstable();
        Ok(names)
    };
    list().map_err(failed("read", dir))
}

/// Moves what the former results did not list, and the new ones do not bring, over to the new ones.
fn move_foreign(former: &Path, new: &Path) -> io::Result<()> {
    let manifest = fs::read(former.join(MANIFEST)).ok().and_then(|text| Manifest::from_json(&text).ok());
    let (files, copies) = manifest.map_or_else(Default::default, |manifest| {
        let copies: Vec<String> = manifest.inputs.into_iter().map(|input| input.copy).collect();
        (manifest.files, copies)
    });
    move_unlisted(former, new, &files)?;
    // The only directory of ours, in which somebody may have put something, too.
    let inputs = former.join(INPUTS);
    if inputs.is_dir() { move_unlisted(&inputs, &new.join(INPUTS), &copies) } else { Ok(()) }
}

fn move_unlisted(former: &Path, new: &Path, listed: &[String]) -> io::Result<()> {
    for entry in fs::read_dir(former)? {
        let name = entry?.file_name();
        let listed = listed.iter().any(|listed| name.to_str() == Some(listed));
        if !listed && !new.join(&name).exists() {
            fs::create_dir_all(new)?;
            fs::rename(former.join(&name), new.join(&name))?;
        }
    }
    Ok(())
}

/// Writes and waits for the disk, so that a full one is noticed here and not after the file has its final name.
fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), DirectoryError> {
    let write = || -> io::Result<()> {
        let mut file = fs::File::create(path)?;
        io::Write::write_all(&mut file, bytes)?;
        file.sync_all()
    };
    write().map_err(failed("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::manifest::Input;
    use crate::experiment::manifest::testing::manifest;

    fn names(dir: &Path) -> Vec<String> {
        entries(dir).unwrap()
    }

    fn results(target: &Path, extra: &str) {
        let mut staging = Staging::begin(target).unwrap();
        staging.write(MANIFEST, manifest().to_json().as_bytes()).unwrap();
        staging.write(extra, b"x").unwrap();
        staging.list_files().unwrap();
        staging.commit().unwrap();
    }

    #[test]
    fn nothing_is_left_without_a_commit() {
        let dir = tempfile::tempdir().unwrap();
        let staging = Staging::begin(&dir.path().join("very").join("deep").join("a")).unwrap();
        staging.write("peers.csv", b"half").unwrap();
        drop(staging);
        assert!(names(dir.path()).is_empty());
        // What somebody else puts beside it keeps its place.
        let staging = Staging::begin(&dir.path().join("very").join("deep").join("a")).unwrap();
        fs::write(dir.path().join("very").join("mine"), "").unwrap();
        drop(staging);
        assert_eq!(names(&dir.path().join("very")), ["mine"]);
    }

    #[test]
    fn what_a_killed_process_left_goes_and_what_is_under_way_stays() {
        let dir = tempfile::tempdir().unwrap();
        for (name, lock) in [(".a.unfinished-1", true), (".a.unfinished-2", false), (".a.unfinished-3", true)]
        {
            fs::create_dir(dir.path().join(name)).unwrap();
            if lock {
                fs::write(lock_of(&dir.path().join(name)), "").unwrap();
            }
        }
        fs::create_dir(dir.path().join(".a.unfinished-thesis")).unwrap();
        let other = File::open(lock_of(&dir.path().join(".a.unfinished-3"))).unwrap();
        other.try_lock().unwrap();
        results(&dir.path().join("a"), "peers.csv");
        let left =
            [".a.unfinished-2", ".a.unfinished-3", ".a.unfinished-3.lock", ".a.unfinished-thesis", "a"];
        assert_eq!(names(dir.path()), left);
    }

    #[test]
    fn what_could_not_be_drawn_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let staging = Staging::begin(&dir.path().join("a")).unwrap();
        staging.write("peers.csv", b"hours of work").unwrap();
        let kept = staging.keep().unwrap();
        assert_eq!(names(&kept), ["peers.csv"]);
        assert_eq!(names(dir.path()), [kept.file_name().unwrap().to_string_lossy()]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_and_the_directory_one_is_in_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(dir.path().join("nowhere"), &link).unwrap();
        assert!(matches!(Staging::begin(&link), Err(DirectoryError::NotOurs(_))));
        let here = std::env::current_dir().unwrap();
        assert!(matches!(Staging::begin(&here), Err(DirectoryError::Fixed(..))));
        assert!(matches!(Staging::begin(Path::new("/proc")), Err(DirectoryError::Fixed(..))));
    }

    #[test]
    fn own_results_are_replaced_and_other_files_kept() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("deep").join("a");
        results(&target, "old.csv");
        fs::write(target.join("notes.txt"), "mine").unwrap();
        results(&target, "new.csv");
        assert_eq!(names(&target), [MANIFEST, "new.csv", "notes.txt"]);
        assert_eq!(fs::read_to_string(target.join("notes.txt")).unwrap(), "mine");
        assert_eq!(names(target.parent().unwrap()), ["a"], "no unfinished or former directory is left");
    }

    #[test]
    fn other_files_are_kept_among_the_inputs_too() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("a");
        let input = Input { name: "up.csv".into(), copy: "0-up.csv".into(), sha256: String::new(), bytes: 1 };
        let with_input = || {
            let mut staging = Staging::begin(&target).unwrap();
            let with = Manifest { inputs: vec![input.clone()], ..manifest() };
            staging.write(MANIFEST, with.to_json().as_bytes()).unwrap();
            staging.create_dir(INPUTS).unwrap();
            staging.write("inputs/0-up.csv", b"1").unwrap();
            staging.list_files().unwrap();
            staging.commit().unwrap();
        };
        with_input();
        fs::write(target.join(INPUTS).join("mine.csv"), "mine").unwrap();
        with_input();
        assert_eq!(names(&target.join(INPUTS)), ["0-up.csv", "mine.csv"]);
        results(&target, "peers.csv");
        assert_eq!(names(&target.join(INPUTS)), ["mine.csv"], "our copy goes, theirs stays");
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let full = dir.path().join("thesis");
        fs::create_dir(&full).unwrap();
        fs::write(full.join("chapter.txt"), "years of work").unwrap();
        assert!(matches!(Staging::begin(&full), Err(DirectoryError::NotOurs(_))));
        // Somebody else's manifest does not make it ours.
        fs::write(full.join(MANIFEST), "{}").unwrap();
        assert!(matches!(Staging::begin(&full), Err(DirectoryError::NotOurs(_))));
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(matches!(Staging::begin(&file), Err(DirectoryError::NotOurs(_))));
        assert!(matches!(Staging::begin(&file.join("below")), Err(DirectoryError::Unwritable { .. })));
        assert_eq!(names(dir.path()), ["file", "thesis"]);
    }

    #[test]
    fn an_empty_directory_may_be_used() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("a");
        fs::create_dir(&target).unwrap();
        results(&target, "peers.csv");
        assert_eq!(names(&target), [MANIFEST, "peers.csv"]);
    }
}
