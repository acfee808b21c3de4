//! The results directory: made beside its final place and moved there whole, so that no half-written file ever has its
//! final name, whatever fails and whenever.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::compare::TIMING;
use super::manifest::{INPUTS, MANIFEST, Manifest};

/// Why results could not be put in place.
#[derive(Debug, Error)]
pub enum DirectoryError {
    #[error("`{0}` is not a name for a results directory\n  hint: give one with `-o DIR`")]
    NoName(PathBuf),
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
        "cannot make the results directory `{path}`: {source}\n  hint: choose a place that you may write to with `-o DIR`"
    )]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("cannot {action} `{path}`: {source}\n  hint: is the disk full, or the place not writable?")]
    Io { action: &'static str, path: PathBuf, source: io::Error },
    #[error(
        "new results could not take their place at `{path}`: {source}\n  hint: the former results are safe in `{kept}`"
    )]
    Swap { path: PathBuf, kept: PathBuf, source: io::Error },
}

pub(super) fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DirectoryError {
    move |source| DirectoryError::Io { action, path: path.to_owned(), source }
}

/// The place that the user chose for results cannot be made.
pub(super) fn unwritable(target: &Path) -> impl Fn(io::Error) -> DirectoryError {
    move |source| DirectoryError::Unwritable { path: target.to_owned(), source }
}

/// A results directory under way. Dropped before [`Staging::commit`], it leaves no trace.
#[derive(Debug)]
pub struct Staging {
    /// Where files are written for now.
    path: PathBuf,
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
        let unfinished = format!(".{}.unfinished-{}", name.to_string_lossy(), std::process::id());
        let path = parent.join(unfinished);
        let made = Made::missing(parent);
        fs::create_dir_all(parent).map_err(unwritable(&target))?;
        if path.exists() {
            // Left by a process of our number that was killed.
            fs::remove_dir_all(&path).map_err(failed("remove", &path))?;
        }
        fs::create_dir(&path).map_err(unwritable(&target))?;
        Ok(Staging { path, target, _made: made })
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
        let mut manifest = Manifest::from_json(&text).expect("we have just written it");
        manifest.files = entries(&self.path)?;
        manifest.files.push(TIMING.into());
        manifest.files.sort_unstable();
        manifest.files.dedup();
        write_synced(&path, manifest.to_json().as_bytes())
    }

    /// Puts the files in their place. What stands there and is not ours is kept, but where the new files have its name.
    pub fn commit(self) -> Result<PathBuf, DirectoryError> {
        if !self.target.exists() {
            fs::rename(&self.path, &self.target).map_err(failed("create", &self.target))?;
            return Ok(self.target.clone());
        }
        let mut kept = self.path.clone().into_os_string();
        kept.push("-former");
        let kept = PathBuf::from(kept);
        fs::rename(&self.target, &kept).map_err(failed("replace", &self.target))?;
        let swapped = fs::rename(&self.path, &self.target);
        let moved = swapped.and_then(|()| move_foreign(&kept, &self.target));
        let removed = moved.and_then(|()| fs::remove_dir_all(&kept));
        match removed {
            Ok(()) => Ok(self.target.clone()),
            Err(source) => Err(DirectoryError::Swap { path: self.target.clone(), kept, source }),
        }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // Nobody is left to tell if this fails; the name says that it is unfinished. After a commit there is nothing.
        let _ = fs::remove_dir_all(&self.path);
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
        return Ok(target.to_owned());
    };
    if !existing.is_dir() {
        return Err(DirectoryError::NotOurs(target.to_owned()));
    }
    let empty = entries(&existing)?.is_empty();
    let ours = fs::read(existing.join(MANIFEST)).is_ok_and(|text| Manifest::from_json(&text).is_ok());
    if empty || ours { Ok(existing) } else { Err(DirectoryError::NotOurs(target.to_owned())) }
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
        let staging = Staging::begin(target).unwrap();
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
            let staging = Staging::begin(&target).unwrap();
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
