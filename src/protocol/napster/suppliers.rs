//! Who has listed one file, in the order of listing.
//!
//! Who logs out is not looked for in the lists of its files: an entry counts only while its login does, and a list that
//! is more than half dead is swept when somebody looks at it. OpenNap does the same (`valid` of a file's record).

use crate::units::PersonIndex;

/// A user's entry, of that login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub user: PersonIndex,
    pub login: u32,
}

#[derive(Clone, Debug, Default)]
pub struct Suppliers {
    entries: Vec<Entry>,
    /// Where the next answer begins, so that all get their turn.
    turn: u32,
}

/// Entries that a list may keep beyond twice those that count.
const SPARE: usize = 8;

impl Suppliers {
    /// Adds an entry to those of which `live` count.
    pub fn push(&mut self, entry: Entry, live: u32, counts: impl Fn(Entry) -> bool) {
        if self.entries.len() == self.entries.capacity() {
            self.sweep(live, counts);
        }
        self.entries.push(entry);
    }

    /// Room for entries, used or not.
    #[cfg(test)]
    pub fn kept(&self) -> usize {
        self.entries.capacity()
    }

    /// How many entries count.
    pub fn live(&self, counts: impl Fn(Entry) -> bool) -> u32 {
        self.entries.iter().filter(|&&entry| counts(entry)).count() as u32
    }

    pub fn clear(&mut self) {
        *self = Suppliers::default();
    }

    /// With which entry the next answer begins, if it counts.
    pub fn next_entry(&self) -> Option<&Entry> {
        self.entries.get(self.turn as usize)
    }

    pub fn last_entry(&self) -> Option<&Entry> {
        self.entries.last()
    }

    /// Calls `tell` with the next `some` of the `live` that count, going round.
    pub fn next(
        &mut self,
        some: u32,
        live: u32,
        counts: impl Fn(Entry) -> bool,
        mut tell: impl FnMut(Entry),
    ) {
        debug_assert!(some <= live);
        self.sweep(live, &counts);
        let mut at = self.turn as usize;
        for _ in 0..some {
            loop {
                at = if at < self.entries.len() { at } else { 0 };
                let entry = self.entries[at];
                at += 1;
                if counts(entry) {
                    tell(entry);
                    break;
                }
            }
        }
        self.turn = at as u32;
    }

    /// Throws out what does not count, if that is more than half; each entry is thrown out once, so this costs a
    /// constant for each that was added.
    fn sweep(&mut self, live: u32, counts: impl Fn(Entry) -> bool) {
        if self.entries.len() > 2 * live as usize + SPARE {
            let before = &self.entries[..self.turn as usize];
            self.turn = before.iter().filter(|&&entry| counts(entry)).count() as u32;
            self.entries.retain(|&entry| counts(entry));
            self.entries.shrink_to(2 * live as usize + SPARE);
        }
    }
}
