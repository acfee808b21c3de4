//! The directory of a sweep. Unlike a plain run's it stands in its final place from the beginning, because every point is kept
//! as soon as it is complete; each file in it is whole or not there.

use std::fs::{self, File, TryLockError};
use std::path::{Component, Path, PathBuf};

use super::manifest::{SWEEP, SweepManifest};
use super::point::{POINTS, PointRecord};
use crate::experiment::directory::{DirectoryError, entries, failed, unwritable};
use crate::experiment::files::{UNFINISHED, remove_unfinished, write_whole};
use crate::experiment::manifest::INPUTS;

/// Held by whoever is at work in the directory; the system lets go of it when the process ends, however it ends.
const LOCK: &str = ".unchoke-sweep-lock";

/// A sweep's directory that nobody else is at work in.
#[derive(Debug)]
pub struct SweepDirectory {
    path: PathBuf,
    lock: File,
}

impl SweepDirectory {
    /// Opens the directory of the sweep that `manifest` tells of: a new place, an empty directory, or one with the same sweep,
    /// begun or complete. With `fresh`, whatever sweep is there goes first.
    pub fn open(
        target: &Path,
        manifest: &SweepManifest,
        fresh: bool,
    ) -> Result<SweepDirectory, DirectoryError> {
        if target.file_name().is_none() {
            return Err(DirectoryError::NoName(target.to_owned()));
        }
        if target.exists() && !target.is_dir() {
            return Err(DirectoryError::NotOurs(target.to_owned()));
        }
        // Before anything is written there; what counts is read again when nobody else can change it.
        begun(target)?;
        let path = target.to_owned();
        fs::create_dir_all(path.join(POINTS)).map_err(unwritable(&path))?;
        let directory = SweepDirectory { lock: lock(&path)?, path };
        directory.remove_unfinished()?;
        match begun(target)? {
            Some(former) if fresh => directory.remove(&former)?,
            Some(former) => {
                if let Some(difference) = former.difference(manifest) {
                    return Err(DirectoryError::OtherSweep { path: directory.path.clone(), difference });
                }
                return Ok(directory);
            }
            None => {}
        }
        directory.write(SWEEP, manifest.to_json().as_bytes())?;
        Ok(directory)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file whole; its name may begin with a directory, which is made.
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), DirectoryError> {
        let path = self.path.join(name);
        let dir = path.parent().expect("it stands in the directory");
        fs::create_dir_all(dir).map_err(failed("create", dir))?;
        write_whole(&path, bytes).map_err(failed("write", &path))
    }

    /// Keeps a complete point.
    pub fn keep(&self, point: &PointRecord) -> Result<(), DirectoryError> {
        self.write(&PointRecord::file(point.point), point.to_json().as_bytes())
    }

    /// The record of a point, if it is complete: with all runs that so many systems have in it.
    pub fn point(&self, point: usize, systems: usize) -> Option<PointRecord> {
        PointRecord::read(&self.path, point, systems)
    }

    /// Takes away what former results left under names that the present ones do not have.
    pub fn keep_only(&self, former: &[String], present: &[String]) -> Result<(), DirectoryError> {
        // A manifest may come from anybody: no name leads out of the directory.
        let inside =
            |name: &&String| Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        for name in former.iter().filter(|name| !present.contains(name)).filter(inside) {
            let path = self.path.join(name);
            if path.is_file() {
                fs::remove_file(&path).map_err(failed("remove", &path))?;
            }
        }
        Ok(())
    }

    /// What the manifest in the directory says.
    pub fn manifest(&self) -> Result<SweepManifest, DirectoryError> {
        begun(&self.path)?.ok_or_else(|| DirectoryError::NotOurs(self.path.clone()))
    }

    fn remove_unfinished(&self) -> Result<(), DirectoryError> {
        for dir in [self.path.clone(), self.path.join(POINTS), self.path.join(INPUTS)] {
            if dir.is_dir() {
                remove_unfinished(&dir, LOCK).map_err(failed("remove", &dir))?;
            }
        }
        Ok(())
    }

    /// Removes a former sweep, and nothing else.
    fn remove(&self, former: &SweepManifest) -> Result<(), DirectoryError> {
        // The manifest stays until it is replaced: a directory without one would be nobody's.
        self.keep_only(&former.files, &[SWEEP.to_owned()])?;
        for point in 0..former.sweep.points() {
            let path = self.path.join(PointRecord::file(point as u32));
            if path.is_file() {
                fs::remove_file(&path).map_err(failed("remove", &path))?;
            }
        }
        Ok(())
    }
}

impl Drop for SweepDirectory {
    fn drop(&mut self) {
        // Nobody is left to tell if this fails; a lock that nobody holds hinders nobody.
        let _ = fs::remove_file(self.path.join(LOCK));
        let _ = self.lock.unlock();
    }
}

fn lock(path: &Path) -> Result<File, DirectoryError> {
    let place = path.join(LOCK);
    let file = File::create(&place).map_err(failed("write", &place))?;
    match file.try_lock() {
        Ok(()) if is_at(&file, &place) => Ok(file),
        // Whoever held it has removed it in the meantime.
        Ok(()) => lock(path),
        Err(TryLockError::WouldBlock) => Err(DirectoryError::InUse(path.to_owned())),
        // Some file systems know no locks; two sweeps at the same place are then the user's to avoid.
        Err(TryLockError::Error(_)) => Ok(file),
    }
}

/// Whether that file still stands at that place.
#[cfg(unix)]
fn is_at(file: &File, place: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let same =
        |file: fs::Metadata, there: fs::Metadata| (file.dev(), file.ino()) == (there.dev(), there.ino());
    file.metadata().and_then(|file| Ok(same(file, fs::metadata(place)?))).unwrap_or(false)
}

#[cfg(not(unix))]
fn is_at(_file: &File, place: &Path) -> bool {
    place.exists()
}

/// The sweep that was begun there: none in a new or empty place. Fails where something else is.
fn begun(target: &Path) -> Result<Option<SweepManifest>, DirectoryError> {
    if !target.exists() {
        return Ok(None);
    }
    if let Ok(text) = fs::read(target.join(SWEEP)) {
        let manifest =
            SweepManifest::from_json(&text).map_err(|_| DirectoryError::NotOurs(target.to_owned()));
        return manifest.map(Some);
    }
    // Killed before its manifest was there, a sweep leaves an empty `points` and unfinished files.
    let ours = |name: &String| name.starts_with(UNFINISHED) || name == POINTS;
    let empty = entries(target)?.iter().all(ours)
        && (!target.join(POINTS).is_dir() || entries(&target.join(POINTS))?.is_empty());
    if empty { Ok(None) } else { Err(DirectoryError::NotOurs(target.to_owned())) }
}
