//! Who shares which file, and who answers a query.
//!
//! A servent that a query reaches answers if a name in its shared folder matches. To look through every folder that
//! a flood reaches would take most of a run's time, so it is done the other way round: the query is resolved once to the
//! files of the catalogue whose names match, and for each of them those who share it are asked whether the flood
//! reached them. That gives the same answers, and a test compares the two.

use super::overlay::Overlay;
use super::wave::Wave;
use crate::units::{FileIndex, PersonIndex, SimDuration};

/// Of every file, who has shared it so far; whether they are there is what a query finds out.
#[derive(Clone, Debug, Default)]
pub struct Sharers {
    of: Vec<Vec<PersonIndex>>,
}

/// A servent that answers a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub servent: PersonIndex,
    /// How long after the query was sent it arrived there; the hit takes as long to come back.
    pub after: SimDuration,
    pub hops: u8,
    /// Where its matching files stand in the list that [`Sharers::answer`] filled.
    pub first: u32,
    pub files: u32,
}

/// A file that matches, at a servent that the query gets to.
pub type Match = (PersonIndex, FileIndex);

impl Sharers {
    /// Files 0..`files`, that nobody shares yet.
    pub fn new(files: u32) -> Sharers {
        Sharers { of: vec![Vec::new(); files as usize] }
    }

    /// From now on that servent shares the file, which it has not shared before.
    pub fn add(&mut self, servent: PersonIndex, file: FileIndex) {
        self.of[file.at()].push(servent);
    }

    pub fn of(&self, file: FileIndex) -> &[PersonIndex] {
        &self.of[file.at()]
    }

    /// The answers to the query of `wave`, which `matching` files match (ascending). `matches` is filled with who has which of
    /// them, in the order of servents and then of files.
    pub fn answer(
        &self,
        matching: &[FileIndex],
        wave: &mut Wave,
        overlay: &Overlay,
        matches: &mut Vec<Match>,
        answers: &mut Vec<Answer>,
    ) {
        matches.clear();
        answers.clear();
        for &file in matching {
            let reached = self.of(file).iter().filter(|&&servent| wave.covers(servent));
            matches.extend(reached.map(|&servent| (servent, file)));
        }
        matches.sort_unstable();
        let mut first = 0;
        for of_one in matches.chunk_by(|a, b| a.0 == b.0) {
            let (servent, files) = (of_one[0].0, of_one.len() as u32);
            if let Some((after, hops)) = wave.arrives_at(overlay, servent) {
                answers.push(Answer { servent, after, hops, first, files });
            }
            first += files;
        }
    }
}
