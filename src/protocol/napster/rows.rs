//! Rows of any length, one after the other in one block of memory.

use std::ops::Range;

#[derive(Clone, Debug)]
pub struct Rows<T> {
    /// Where each row begins, and where the last one ends.
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Rows<T> {
        Rows { starts: vec![0], items: Vec::new() }
    }
}

impl<T: Copy> Rows<T> {
    /// Adds a row.
    ///
    /// # Panics
    /// With 2^32 items or more in all rows.
    pub fn push(&mut self, row: &[T]) {
        self.items.extend_from_slice(row);
        self.starts.push(u32::try_from(self.items.len()).expect("fewer than 2^32 items"));
    }

    pub fn row(&self, row: u32) -> &[T] {
        &self.items[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }

    /// How many rows there are.
    pub fn len(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    /// How many items those rows have together; rows beyond the last are empty.
    pub fn size_of(&self, rows: &Range<u32>) -> u32 {
        let (from, to) = (rows.start.min(self.len()), rows.end.min(self.len()));
        self.starts[to.max(from) as usize] - self.starts[from as usize]
    }
}

impl Rows<u32> {
    /// For each number what stands for the rows that have it, in their order.
    pub fn inverted<T: Copy>(&self, stands_for: impl Fn(u32) -> T) -> Rows<T> {
        let count = self.items.iter().max().map_or(0, |&largest| largest as usize + 1);
        let mut starts = vec![0; count + 1];
        self.items.iter().for_each(|&number| starts[number as usize + 1] += 1);
        (0..count).for_each(|number| starts[number + 1] += starts[number]);
        let mut free = starts.clone();
        let mut items =
            if self.items.is_empty() { Vec::new() } else { vec![stands_for(0); self.items.len()] };
        for row in 0..self.len() {
            for &number in self.row(row) {
                let place = &mut free[number as usize];
                items[*place as usize] = stands_for(row);
                *place += 1;
            }
        }
        Rows { starts, items }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverting_says_which_rows_have_a_number() {
        let mut rows = Rows::default();
        [&[3, 1][..], &[], &[1]].iter().for_each(|row| rows.push(row));
        let inverted = rows.inverted(|row| row);
        let all: Vec<&[u32]> = (0..inverted.len()).map(|number| inverted.row(number)).collect();
        assert_eq!(all, [&[][..], &[0, 2], &[], &[0]]);
        assert_eq!([0..4, 1..2, 2..3, 3..9, 7..9].map(|range| inverted.size_of(&range)), [3, 2, 0, 1, 0]);
    }
}
