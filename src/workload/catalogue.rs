//! The files that there are: sizes, names, popularity.

use crate::protocol::names::{Query, Words};
use crate::rng::Seed;
use crate::spec::{Content, File};
use crate::units::{Bytes, FileIndex};

use super::Wish;

/// All files, in the order of popularity.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    content: Content,
    files: u32,
}

impl Catalogue {
    pub fn draw(content: &Content, _seed: Seed) -> Catalogue {
        Catalogue { content: content.clone(), files: content.files() }
    }

    /// Number of files; at least 1.
    pub fn len(&self) -> u32 {
        self.files
    }

    /// The file, cut as a torrent.
    pub fn file(&self, file: FileIndex) -> File {
        let _ = file;
        self.content.single().expect("catalogues are not drawn yet").clone()
    }

    pub fn size(&self, file: FileIndex) -> Bytes {
        self.file(file).size
    }

    /// Readable, and different for each file.
    pub fn title(&self, _file: FileIndex) -> String {
        todo!()
    }

    pub fn performer(&self, _file: FileIndex) -> String {
        todo!()
    }

    /// All words of all names, ascending.
    pub fn vocabulary(&self) -> &[String] {
        todo!()
    }

    pub fn words(&self, _file: FileIndex) -> Words {
        todo!()
    }

    /// What a person types for this wish.
    pub fn query(&self, _wish: &Wish) -> Query {
        todo!()
    }
}
