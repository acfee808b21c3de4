//! Files that a scenario names, from the folder in which it lies.

use std::io::ErrorKind;
use std::path::PathBuf;

use super::{ResolveError, Resolver};

/// Reads below a folder.
pub struct FileResolver {
    folder: PathBuf,
}

impl FileResolver {
    /// `folder` is the one that the scenario lies in.
    pub fn new(folder: impl Into<PathBuf>) -> FileResolver {
        FileResolver { folder: folder.into() }
    }
}

impl Resolver for FileResolver {
    fn read(&self, name: &str) -> Result<Vec<u8>, ResolveError> {
        std::fs::read(self.folder.join(name)).map_err(|error| match error.kind() {
            ErrorKind::NotFound => ResolveError::NotFound,
            ErrorKind::IsADirectory => ResolveError::Unreadable("it is a folder".to_owned()),
            _ => ResolveError::Unreadable(error.to_string()),
        })
    }
}
