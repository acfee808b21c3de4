//! Files that stand under their name whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// How names of unfinished files begin.
pub const UNFINISHED: &str = ".unchoke-";

/// Writes under another name, waits for the disk and renames, so that no half-written file ever has its final name.
pub fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let dir = path.parent().expect("a file stands in a directory");
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(dir)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    set_readable(file.path())?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Temporary files are private; results are for everybody who may read the directory.
#[cfg(unix)]
fn set_readable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_readable(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Removes what a process that was killed left unfinished in `dir`, but not the file `but`.
pub fn remove_unfinished(dir: &Path, but: &str) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(UNFINISHED) && name != but && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// What may be behind it that a file could not be made or written.
pub(super) fn hint(error: &io::Error) -> &'static str {
    // `EMFILE`, of Linux, macOS and the BSDs alike; `ErrorKind` has no name for it.
    if cfg!(unix) && error.raw_os_error() == Some(24) {
        "allow more open files with `ulimit -n`, or make fewer runs at once with -j"
    } else {
        "is the place not writable, or is the disk full?"
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn too_many_open_files_are_no_full_disk() {
        assert!(hint(&io::Error::from_raw_os_error(24)).contains("`ulimit -n`"));
        assert!(hint(&io::ErrorKind::StorageFull.into()).contains("is the disk full?"));
    }
}
