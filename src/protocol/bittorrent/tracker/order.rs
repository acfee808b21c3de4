//! An order of persons from oldest to newest in which anyone can be removed in O(1): a doubly linked list whose links
//! lie in an array indexed by person.

use crate::units::PersonIndex;

/// Each person at most once.
#[derive(Clone, Debug, Default)]
pub struct Order {
    oldest: Option<PersonIndex>,
    newest: Option<PersonIndex>,
    /// Grows as persons appear; meaningless for those who are not in the order.
    links: Vec<Links>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Links {
    older: Option<PersonIndex>,
    newer: Option<PersonIndex>,
}

impl Order {
    /// Puts a person who is not in the order at its new end.
    pub fn push_newest(&mut self, person: PersonIndex) {
        if self.links.len() <= person.at() {
            self.links.resize(person.at() + 1, Links::default());
        }
        self.links[person.at()] = Links { older: self.newest, newer: None };
        match self.newest {
            Some(before) => self.links[before.at()].newer = Some(person),
            None => self.oldest = Some(person),
        }
        self.newest = Some(person);
    }

    /// Takes a person out who is in the order.
    pub fn remove(&mut self, person: PersonIndex) {
        let Links { older, newer } = self.links[person.at()];
        match older {
            Some(older) => self.links[older.at()].newer = newer,
            None => self.oldest = newer,
        }
        match newer {
            Some(newer) => self.links[newer.at()].older = older,
            None => self.newest = older,
        }
    }

    pub fn oldest(&self) -> Option<PersonIndex> {
        self.oldest
    }

    pub fn newest(&self) -> Option<PersonIndex> {
        self.newest
    }

    pub fn oldest_first(&self) -> impl Iterator<Item = PersonIndex> {
        std::iter::successors(self.oldest, |person| self.links[person.at()].newer)
    }

    pub fn newest_first(&self) -> impl Iterator<Item = PersonIndex> {
        std::iter::successors(self.newest, |person| self.links[person.at()].older)
    }
}
