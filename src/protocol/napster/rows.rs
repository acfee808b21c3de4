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

    /// Each item in the row that it names, in the order in which they come.
    pub fn sorted(items: &[T], row: impl Fn(&T) -> u32) -> Rows<T> {
        let rows = items.iter().map(&row).max().map_or(0, |last| last as usize + 1);
        let mut starts = vec![0; rows + 1];
        items.iter().for_each(|item| starts[row(item) as usize + 1] += 1);
        (0..rows).for_each(|row| starts[row + 1] += starts[row]);
        let mut free = starts.clone();
        // Every place is written below; the copy is there to be overwritten.
        let mut sorted = items.to_vec();
        for item in items {
            let place = &mut free[row(item) as usize];
            sorted[*place as usize] = *item;
            *place += 1;
        }
        Rows { starts, items: sorted }
    }

    pub fn row(&self, row: u32) -> &[T] {
        &self.items[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }

    /// How many rows there are.
    pub fn len(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    /// The same rows of other items.
    pub fn map<U>(&self, change: impl Fn(&T) -> U) -> Rows<U> {
        Rows { starts: self.starts.clone(), items: self.items.iter().map(change).collect() }
    }

    /// All items, row by row.
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// How many items those rows have together; rows beyond the last are empty.
    pub fn size_of(&self, rows: &Range<u32>) -> u32 {
        let (from, to) = (rows.start.min(self.len()), rows.end.min(self.len()));
        self.starts[to.max(from) as usize] - self.starts[from as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorting_into_rows_keeps_the_order_within_each() {
        let rows = Rows::sorted(&[(3, 'a'), (1, 'b'), (3, 'c'), (1, 'd')], |item| item.0);
        let all: Vec<&[(u32, char)]> = (0..rows.len()).map(|row| rows.row(row)).collect();
        assert_eq!(all, [&[][..], &[(1, 'b'), (1, 'd')], &[], &[(3, 'a'), (3, 'c')]]);
        assert_eq!([0..4, 1..2, 2..3, 3..9, 7..9].map(|range| rows.size_of(&range)), [4, 2, 0, 2, 0]);
        assert_eq!(Rows::<u32>::sorted(&[], |&item| item).len(), 0);
    }
}
