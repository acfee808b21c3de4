//! Names of files as a search sees them: words of a title and of a performer, and queries that match them in part.
//!
//! Words are numbered in alphabetical order, so the beginning of a word stands for a range of numbers. Which word has which
//! number is the catalogue's business (`workload::Catalogue`).

use std::ops::Range;

use smallvec::SmallVec;

/// A word's place in the alphabetical vocabulary.
pub type WordIndex = u32;

/// The words of one file's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub title: SmallVec<[WordIndex; 4]>,
    pub performer: SmallVec<[WordIndex; 4]>,
}

/// Which part of the name a query looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Title,
    Performer,
}

/// A search: every one of its words must be the beginning of some word of that field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub field: Field,
    /// The words that each typed word may be.
    pub words: SmallVec<[Range<WordIndex>; 4]>,
}

impl Query {
    pub fn matches(&self, name: &Words) -> bool {
        let field = match self.field {
            Field::Title => &name.title,
            Field::Performer => &name.performer,
        };
        self.words.iter().all(|typed| field.iter().any(|word| typed.contains(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smallvec::smallvec;

    #[test]
    fn every_typed_word_must_begin_a_word_of_the_field() {
        let name = Words { title: smallvec![3, 7], performer: smallvec![1] };
        let query = |field, words| Query { field, words };
        assert!(query(Field::Title, smallvec![7..8, 2..5]).matches(&name));
        assert!(!query(Field::Title, smallvec![7..8, 4..5]).matches(&name), "no title word begins so");
        assert!(!query(Field::Title, smallvec![1..2]).matches(&name), "a performer is not a title");
        assert!(query(Field::Performer, smallvec![0..2]).matches(&name));
    }
}
