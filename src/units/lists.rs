//! Many short lists in one arena.
//!
//! A million vectors are a million places on small pages, which the processor's table of pages cannot hold; these lists stand side by
//! side on huge ones ([`huge`]), and are named by number. A list is a slice; it moves when it outgrows its place, and its
//! place goes to the next list of that size.

use std::ops::{Index, IndexMut};

use super::huge;
use super::prefetch::{prefetch, prefetch_whole};

/// Room is given in steps of so many items.
const STEP: usize = 8;

/// Lists of `T` by number. Places beyond the end of a list hold `T::default()`.
#[derive(Clone, Debug)]
pub struct Lists<T> {
    items: Vec<T>,
    runs: Vec<Run>,
    /// Places that no list uses, by their room in steps.
    free: Vec<Vec<u32>>,
}

/// Where a list stands: its place and its room are counted in steps.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    first: u32,
    len: u16,
    room: u16,
}

impl Run {
    fn range(self) -> std::ops::Range<usize> {
        let first = self.first as usize * STEP;
        first..first + usize::from(self.len)
    }
}

impl<T: Default> Lists<T> {
    /// So many empty lists.
    pub fn new(count: usize) -> Lists<T> {
        let runs = huge::collect((0..count).map(|_| Run::default()));
        Lists { items: Vec::new(), runs, free: Vec::new() }
    }

    pub fn push(&mut self, list: u32, value: T) {
        self.make_room(list);
        let run = &mut self.runs[list as usize];
        self.items[run.range().end] = value;
        run.len += 1;
    }

    /// Puts the value in the place `at`; those from there on move up.
    pub fn insert(&mut self, list: u32, at: usize, value: T) {
        self.push(list, value);
        self[list][at..].rotate_right(1);
    }

    /// Takes the value out; those after it move down.
    pub fn remove(&mut self, list: u32, at: usize) -> T {
        self[list][at..].rotate_left(1);
        self.pop(list)
    }

    /// Takes the value out; the last one comes in its place.
    pub fn swap_remove(&mut self, list: u32, at: usize) -> T {
        let last = self[list].len() - 1;
        self[list].swap(at, last);
        self.pop(list)
    }

    fn pop(&mut self, list: u32) -> T {
        let run = &mut self.runs[list as usize];
        run.len -= 1;
        std::mem::take(&mut self.items[run.range().end])
    }

    /// Empties the list and gives up its place.
    pub fn clear(&mut self, list: u32) {
        self[list].fill_with(T::default);
        let run = std::mem::take(&mut self.runs[list as usize]);
        self.give_back(run);
    }

    /// Asks for what tells where the list stands.
    pub fn prefetch_place(&self, list: u32) {
        prefetch(&self.runs[list as usize]);
    }

    /// Asks for the list itself.
    pub fn prefetch(&self, list: u32) {
        prefetch_whole(&self[list]);
    }

    fn make_room(&mut self, list: u32) {
        let old = self.runs[list as usize];
        if usize::from(old.len) < usize::from(old.room) * STEP {
            return;
        }
        let room = old.room.checked_add(1).expect("a list has fewer than 65 536 items");
        let first = match self.free.get_mut(usize::from(room)).and_then(Vec::pop) {
            Some(first) => first,
            None => self.new_place(room),
        };
        let new = Run { first, room, ..old };
        for (from, to) in old.range().zip(new.range()) {
            self.items[to] = std::mem::take(&mut self.items[from]);
        }
        self.runs[list as usize] = new;
        self.give_back(old);
    }

    fn new_place(&mut self, room: u16) -> u32 {
        let first = self.items.len() / STEP;
        let count = usize::from(room) * STEP;
        huge::reserve(&mut self.items, count);
        self.items.extend((0..count).map(|_| T::default()));
        u32::try_from(first).expect("fewer than 2^32 places")
    }

    fn give_back(&mut self, run: Run) {
        let room = usize::from(run.room);
        if room > 0 {
            if self.free.len() <= room {
                self.free.resize_with(room + 1, Vec::new);
            }
            self.free[room].push(run.first);
        }
    }
}

impl<T> Index<u32> for Lists<T> {
    type Output = [T];
    fn index(&self, list: u32) -> &[T] {
        &self.items[self.runs[list as usize].range()]
    }
}

impl<T> IndexMut<u32> for Lists<T> {
    fn index_mut(&mut self, list: u32) -> &mut [T] {
        &mut self.items[self.runs[list as usize].range()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    #[test]
    fn lists_are_what_vectors_would_be() {
        let mut random = Seed { seed: 3, replicate: 0 }.stream("lists");
        let (mut lists, mut vectors) = (Lists::new(5), vec![Vec::new(); 5]);
        for value in 1..20_000_u32 {
            let list = random.below(5);
            let vector: &mut Vec<u32> = &mut vectors[list];
            let (number, len) = (list as u32, vector.len());
            match random.below(8) {
                0..=2 => {
                    lists.push(number, value);
                    vector.push(value);
                }
                3 => {
                    let at = random.below(len + 1);
                    lists.insert(number, at, value);
                    vector.insert(at, value);
                }
                4 | 5 if len > 0 => {
                    let at = random.below(len);
                    assert_eq!(lists.remove(number, at), vector.remove(at));
                }
                6 if len > 0 => {
                    let at = random.below(len);
                    assert_eq!(lists.swap_remove(number, at), vector.swap_remove(at));
                }
                7 if random.chance(0.05) => {
                    lists.clear(number);
                    vector.clear();
                }
                _ => {}
            }
            for (list, vector) in vectors.iter().enumerate() {
                assert_eq!(&lists[list as u32], &vector[..]);
            }
        }
    }

    #[test]
    fn the_place_of_a_list_that_moved_or_ended_is_used_again() {
        let mut lists = Lists::new(100);
        for list in 0..100 {
            (0..30).for_each(|value| lists.push(list, value));
            lists.clear(list);
        }
        // One after the other they need the places of one: 1, 2, 3 and 4 steps.
        assert_eq!(lists.items.len(), 10 * STEP);
        assert!(lists.items.iter().all(|&value| value == 0));
    }
}
