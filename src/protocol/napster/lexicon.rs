//! Which words the name of each file has, and which files have each pair of words: by title and by performer.
//!
//! With a million files a word of a title stands in thousands of names, two words together in a dozen. So the inverted
//! index is one of pairs: for each word, what else stands in the names that have it, sorted. Words are numbered
//! alphabetically, so the files that have one word and a beginning of another lie side by side. A word makes a pair
//! with itself too: that is for searches of one word.

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
    /// For each word the names that have it, once for each of their words; by that other word, then the most popular
    /// file first.
    pairs: Rows<Mention>,
}

/// A file in whose name a word stands, and one of the words beside it (or that word itself).
#[derive(Clone, Copy, Debug)]
struct Mention {
    other: WordIndex,
    file: FileIndex,
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

    /// Calls `found` with each file that the query matches, once, until it breaks: in the alphabetical order of the two
    /// rarest words that were typed, then the most popular file first. A query without words matches nothing.
    pub fn matches(&self, query: &Query, found: impl FnMut(FileIndex) -> ControlFlow<()>) {
        let field = match query.field {
            Field::Title => &self.title,
            Field::Performer => &self.performer,
        };
        // The walk breaks off when the caller has enough: nothing is left to do then.
        let _ = field.files_with(&query.words, found);
    }
}

impl WordsOfField {
    fn new(of_file: Rows<WordIndex>) -> WordsOfField {
        let mut pairs = Vec::new();
        for file in 0..of_file.len() {
            let name = of_file.row(file);
            let all = name.iter().flat_map(|&word| name.iter().map(move |&other| (word, other)));
            pairs.extend(all.map(|(word, other)| (word, Mention { other, file: FileIndex(file) })));
        }
        // Sorting is stable: by the other word first, then by the word.
        let by_other = Rows::sorted(&pairs, |(_, mention)| mention.other);
        let pairs = Rows::sorted(by_other.items(), |&(word, _)| word);
        WordsOfField { pairs: pairs.map(|&(_, mention)| mention), of_file }
    }

    /// The files whose names have one of the words of each range.
    fn files_with(
        &self,
        typed: &[Range<WordIndex>],
        mut found: impl FnMut(FileIndex) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let Some((first, second)) = self.rarest_two(typed) else { return ControlFlow::Continue(()) };
        for word in first.start..first.end.min(self.pairs.len()) {
            let beside = second.cloned().unwrap_or(word..word + 1);
            let certain = typed.len() <= 2 && first.len() == 1 && beside.len() == 1;
            for mention in mentions(self.pairs.row(word), &beside) {
                let name = || self.of_file.row(mention.file.0);
                // A name with several of the words is found by several pairs and counts at the first.
                let is_first = |range: &Range<WordIndex>, word| {
                    name().iter().find(|other| range.contains(other)) == Some(&word)
                };
                if certain
                    || is_first(first, word) && is_first(&beside, mention.other) && has_all(name(), typed)
                {
                    found(mention.file)?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// The two typed words that stand in the fewest names; one, if there is no other.
    fn rarest_two<'a>(
        &self,
        typed: &'a [Range<WordIndex>],
    ) -> Option<(&'a Range<WordIndex>, Option<&'a Range<WordIndex>>)> {
        let rarest = |except: Option<usize>| {
            let others = (0..typed.len()).filter(|&at| Some(at) != except);
            others.min_by_key(|&at| self.pairs.size_of(&typed[at]))
        };
        let first = rarest(None)?;
        Some((&typed[first], rarest(Some(first)).map(|second| &typed[second])))
    }
}

/// Those of a word's row that have one of the words of `beside`.
fn mentions<'a>(row: &'a [Mention], beside: &Range<WordIndex>) -> &'a [Mention] {
    let from = row.partition_point(|mention| mention.other < beside.start);
    let length = row[from..].partition_point(|mention| mention.other < beside.end);
    &row[from..from + length]
}

fn has_all(name: &[WordIndex], typed: &[Range<WordIndex>]) -> bool {
    typed.iter().all(|typed| name.iter().any(|word| typed.contains(word)))
}
