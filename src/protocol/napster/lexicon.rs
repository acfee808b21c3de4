//! Which words the name of each file has, and which files have each word: by title and by performer.
//!
//! Words are numbered alphabetically, so what a typed beginning may stand for is a range of rows that lie side by side. Beside
//! each file of a row stands a [`Signature`] of all words of the name: of the thousands of files that have a common word, a search for
//! several words looks up only the names of those that may have the others too.

use std::ops::{ControlFlow, Range};

use crate::protocol::names::{Field, Query, WordIndex, Words};
use crate::units::FileIndex;

use super::rows::Rows;

/// The words of all names there are. Who shares a file does not matter here: [`Index`](super::Index) knows that.
#[derive(Clone, Debug)]
pub struct Lexicon {
    title: WordsOfField,
    performer: WordsOfField,
}

#[derive(Clone, Debug)]
struct WordsOfField {
    /// Ascending and each once.
    of_file: Rows<WordIndex>,
    /// The files that have a word, the most popular first.
    files: Rows<Mention>,
}

/// A file in the row of a word of its name.
#[derive(Clone, Copy, Debug)]
struct Mention {
    file: FileIndex,
    name: Signature,
}

/// Two of 32 bits for each of some words, the same two whenever the word is the same.
#[derive(Clone, Copy, Debug, Default)]
struct Signature(u32);

impl Signature {
    fn add(&mut self, word: WordIndex) {
        // Fibonacci hashing: the upper bits of the product are well mixed.
        let mixed = word.wrapping_mul(0x9e37_79b9);
        self.0 |= 1 << (mixed >> 27) | 1 << (mixed >> 22 & 31);
    }

    /// Whether it may be of all the words of which `other` is, and more.
    fn may_include(self, other: Signature) -> bool {
        self.0 & other.0 == other.0
    }
}

impl Lexicon {
    /// From the names of the files, in the order of [`FileIndex`].
    pub fn new(names: impl Iterator<Item = Words>) -> Lexicon {
        let (mut title, mut performer) = (Rows::default(), Rows::default());
        for mut name in names {
            for (rows, words) in [(&mut title, &mut name.title), (&mut performer, &mut name.performer)] {
                words.sort_unstable();
                words.dedup();
                rows.push(words);
            }
        }
        Lexicon { title: WordsOfField::new(title), performer: WordsOfField::new(performer) }
    }

    pub fn files(&self) -> u32 {
        self.title.of_file.len()
    }

    /// Calls `found` with each file that the query matches, once: by the rarest word in alphabetical order, then the most
    /// popular file first, until it breaks. A query without words matches nothing.
    pub fn matches(&self, query: &Query, found: impl FnMut(FileIndex) -> ControlFlow<()>) {
        let field = match query.field {
            Field::Title => &self.title,
            Field::Performer => &self.performer,
        };
        let Some(rarest) = (0..query.words.len()).min_by_key(|&at| field.files.size_of(&query.words[at]))
        else {
            return;
        };
        // The walk breaks off when the caller has enough: nothing is left to do then.
        let _ = field.files_with(query, rarest, found);
    }
}

impl WordsOfField {
    fn new(of_file: Rows<WordIndex>) -> WordsOfField {
        let mention = |file: u32| {
            let mut name = Signature::default();
            of_file.row(file).iter().for_each(|&word| name.add(word));
            Mention { file: FileIndex(file), name }
        };
        WordsOfField { files: of_file.inverted(mention), of_file }
    }

    /// The files whose names match the query, found by its word number `rarest`.
    fn files_with(
        &self,
        query: &Query,
        rarest: usize,
        mut found: impl FnMut(FileIndex) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let typed = &query.words[rarest];
        let needed = whole_words(query);
        // A name with several of the words stands in several rows and counts in the first.
        let is_first =
            |name: &[WordIndex], word| name.iter().find(|other| typed.contains(other)) == Some(&word);
        let has_all =
            |name: &[WordIndex]| query.words.iter().all(|typed| name.iter().any(|word| typed.contains(word)));
        let alone = query.words.len() == 1 && typed.len() == 1;
        for word in typed.start..typed.end.min(self.files.len()) {
            for mention in self.files.row(word) {
                if mention.name.may_include(needed) {
                    let name = || self.of_file.row(mention.file.0);
                    if alone || is_first(name(), word) && has_all(name()) {
                        found(mention.file)?;
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }
}

/// The signature of those words of which there is no doubt.
fn whole_words(query: &Query) -> Signature {
    let mut needed = Signature::default();
    let whole = |typed: &&Range<WordIndex>| typed.len() == 1;
    query.words.iter().filter(whole).for_each(|typed| needed.add(typed.start));
    needed
}
