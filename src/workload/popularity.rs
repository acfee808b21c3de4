//! Which file somebody picks: by popularity, and never one twice.
//!
//! Everything is integer arithmetic on shares of 2^53, computed once with portable functions. One number picks one file by
//! the inverse of the distribution function, so that who picked a popular file under one exponent does so under another.

use std::ops::Range;

use super::fenwick::Fenwick;
use crate::rng::Stream;
use crate::spec::Popularity;
use crate::units::{FileIndex, portable};

/// What all files' shares add up to.
const WHOLE: u64 = 1 << 53;
/// So many taken files in a row, and the draw looks only at those that are left.
const TRIES: u32 = 16;

/// The distribution of one pick.
#[derive(Clone, Debug)]
pub struct Shares {
    /// Where each file's interval of 0..[`WHOLE`] ends; each is at least 1 wide.
    ends: Box<[u64]>,
    /// The first file of whose interval a part lies in this cell; cells are equally wide, about one a file.
    first_in_cell: Box<[u32]>,
    cell_bits: u32,
}

impl Shares {
    pub fn new(files: u32, popularity: Popularity) -> Shares {
        let exponent = match popularity {
            Popularity::Uniform => 0.0,
            Popularity::Zipf { exponent } => exponent,
        };
        let mut sum = 0.0;
        let sums: Vec<f64> = (1..=files)
            .map(|rank| {
                sum += portable::pow(f64::from(rank), -exponent);
                sum
            })
            .collect();
        // One unit is set aside for each file, so that none is impossible.
        let spare = (WHOLE - u64::from(files)) as f64;
        let end = |(file, part): (usize, &f64)| (part / sum * spare) as u64 + file as u64 + 1;
        let mut ends: Box<[u64]> = sums.iter().enumerate().map(end).collect();
        *ends.last_mut().expect("at least one file") = WHOLE;

        let cell_bits = 53 - files.ilog2();
        let first_in = |cell: u64| ends.partition_point(|&end| end <= cell << cell_bits) as u32;
        let first_in_cell = (0..WHOLE >> cell_bits).map(first_in).collect();
        Shares { ends, first_in_cell, cell_bits }
    }

    /// All files.
    pub fn files(&self) -> Range<u32> {
        0..self.ends.len() as u32
    }

    /// The file whose interval holds `point`.
    fn at(&self, point: u64) -> u32 {
        let first = self.first_in_cell[(point >> self.cell_bits) as usize] as usize;
        let further = self.ends[first..].iter().position(|&end| point < end);
        (first + further.expect("a point below the whole")) as u32
    }

    /// Where the file's interval begins.
    fn start(&self, file: u32) -> u64 {
        file.checked_sub(1).map_or(0, |before| self.ends[before as usize])
    }

    fn width(&self, file: u32) -> u64 {
        self.ends[file as usize] - self.start(file)
    }

    /// The file among `among` that this uniform number picks.
    fn pick(&self, among: &Range<u32>, bits: u64) -> u32 {
        let (from, to) = (self.start(among.start), self.start(among.end));
        self.at(from + scaled(bits, to - from))
    }
}

/// A uniform 64-bit number as one in `0..below`.
fn scaled(bits: u64, below: u64) -> u64 {
    ((u128::from(bits) * u128::from(below)) >> 64) as u64
}

/// Files to draw without putting back, for one person after the other.
///
/// A file is drawn by its share of what is left. While few are taken this means to draw again when one comes a second time;
/// once that happens too often, the taken ones are removed from a tree of sums: another way to the same distribution.
pub struct Urn<'a> {
    shares: &'a Shares,
    /// A bit a file.
    is_taken: Vec<u64>,
    taken: Vec<u32>,
    /// Built when it is first needed; the first `removed` of `taken` are not in it.
    left: Option<Fenwick>,
    removed: usize,
}

impl<'a> Urn<'a> {
    pub fn new(shares: &'a Shares) -> Urn<'a> {
        let words = shares.ends.len().div_ceil(64);
        Urn { shares, is_taken: vec![0; words], taken: Vec::new(), left: None, removed: 0 }
    }

    pub fn files(&self) -> Range<u32> {
        self.shares.files()
    }

    /// All files are in it again.
    pub fn refill(&mut self) {
        for &file in &self.taken {
            self.is_taken[file as usize / 64] = 0;
        }
        for &file in &self.taken[..self.removed] {
            let left = self.left.as_mut().expect("something was removed from it");
            left.add(file, self.shares.width(file));
        }
        self.taken.clear();
        self.removed = 0;
    }

    /// A file among `among`, which is then taken; `None`: all of them are. Takes one number of `stream`, and further ones of
    /// `again` where a file comes that is taken.
    pub fn draw(&mut self, among: Range<u32>, bits: u64, again: &mut Stream) -> Option<FileIndex> {
        let mut file = self.shares.pick(&among, bits);
        for _ in 0..TRIES {
            if self.take(file) {
                return Some(FileIndex(file));
            }
            file = self.shares.pick(&among, again.bits());
        }
        let file = self.draw_from_left(&among, again.bits())?;
        self.take(file);
        Some(FileIndex(file))
    }

    /// False if it was taken before.
    fn take(&mut self, file: u32) -> bool {
        let (word, bit) = (file as usize / 64, 1 << (file % 64));
        let free = self.is_taken[word] & bit == 0;
        if free {
            self.is_taken[word] |= bit;
            self.taken.push(file);
        }
        free
    }

    fn draw_from_left(&mut self, among: &Range<u32>, bits: u64) -> Option<u32> {
        let shares = self.shares;
        let left = self.left.get_or_insert_with(|| Fenwick::new(shares.files().map(|f| shares.width(f))));
        for &file in &self.taken[self.removed..] {
            left.subtract(file, shares.width(file));
        }
        self.removed = self.taken.len();
        let (from, to) = (left.sum_below(among.start), left.sum_below(among.end));
        (from < to).then(|| left.find(from + scaled(bits, to - from)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    fn stream(name: &str) -> Stream {
        Seed { seed: 7, replicate: 0 }.stream(name)
    }

    fn zipf(files: u32, exponent: f64) -> Shares {
        Shares::new(files, Popularity::Zipf { exponent })
    }

    /// Sum of (observed - expected)^2 / expected.
    fn chi_square(observed: &[u32], expected: impl Fn(usize) -> f64) -> f64 {
        let term = |(place, &seen): (usize, &u32)| {
            let expected = expected(place);
            (f64::from(seen) - expected) * (f64::from(seen) - expected) / expected
        };
        observed.iter().enumerate().map(term).sum()
    }

    #[test]
    fn picks_follow_zipf() {
        let shares = zipf(50, 0.8);
        let weight = |file: usize| portable::pow((file + 1) as f64, -0.8);
        let total: f64 = (0..50).map(weight).sum();
        let mut stream = stream("zipf");
        let mut seen = [0u32; 50];
        for _ in 0..200_000 {
            seen[shares.pick(&(0..50), stream.bits()) as usize] += 1;
        }
        // 49 degrees of freedom: the 0.1 % point of chi-square is 85.4.
        let distance = chi_square(&seen, |file| 200_000.0 * weight(file) / total);
        assert!(distance < 85.4, "{distance}");
    }

    #[test]
    fn uniform_picks_among_some_ranks_are_uniform_there_and_nowhere_else() {
        let shares = Shares::new(1_000, Popularity::Uniform);
        let mut stream = stream("uniform");
        let mut seen = [0u32; 1_000];
        for _ in 0..100_000 {
            seen[shares.pick(&(300..400), stream.bits()) as usize] += 1;
        }
        assert!(seen[..300].iter().chain(&seen[400..]).all(|&n| n == 0));
        // 99 degrees of freedom: the 0.1 % point is 148.2.
        assert!(chi_square(&seen[300..400], |_| 1_000.0) < 148.2);
    }

    #[test]
    fn every_point_belongs_to_the_file_whose_interval_holds_it() {
        for shares in [zipf(1, 0.8), zipf(2, 5.0), zipf(1_000, 0.0), zipf(1_000, 8.0), zipf(4_097, 0.8)] {
            let mut stream = stream("points");
            for _ in 0..2_000 {
                let point = scaled(stream.bits(), WHOLE);
                assert_eq!(shares.at(point) as usize, shares.ends.partition_point(|&end| end <= point));
            }
            assert_eq!(shares.at(WHOLE - 1) as usize, shares.ends.len() - 1);
            assert!(shares.files().all(|file| shares.width(file) >= 1));
        }
    }

    #[test]
    fn a_popular_pick_stays_popular_under_another_exponent() {
        let (flat, steep) = (zipf(1_000, 0.5), zipf(1_000, 1.0));
        let mut stream = stream("exponents");
        for _ in 0..1_000 {
            let bits = stream.bits();
            assert!(steep.pick(&(0..1_000), bits) <= flat.pick(&(0..1_000), bits));
        }
    }

    fn drawn(urn: &mut Urn<'_>, n: usize, among: Range<u32>, stream: &mut Stream) -> Vec<u32> {
        (0..n)
            .map_while(|_| urn.draw(among.clone(), stream.bits(), &mut stream.clone()))
            .map(|f| f.0)
            .collect()
    }

    #[test]
    fn an_urn_gives_each_file_once_and_is_empty_then() {
        // So steep that the last files come only once the others are removed.
        let shares = zipf(300, 6.0);
        let mut urn = Urn::new(&shares);
        for _ in 0..3 {
            let mut all = drawn(&mut urn, 301, 0..300, &mut stream("urn"));
            all.sort_unstable();
            assert_eq!(all, (0..300).collect::<Vec<_>>());
            urn.refill();
        }
        let mut some = drawn(&mut urn, 11, 20..30, &mut stream("urn"));
        some.sort_unstable();
        assert_eq!(some, (20..30).collect::<Vec<_>>());
    }

    /// The second file, given the first, has its share of what is left; so has it where the urn no longer rejects.
    #[test]
    fn both_ways_of_drawing_have_the_same_distribution() {
        let shares = zipf(5, 3.0);
        let mut stream = stream("ways");
        let mut urn = Urn::new(&shares);
        let mut seen = [0u32; 5];
        for _ in 0..50_000 {
            assert!(urn.take(0));
            let bits = stream.bits();
            let file = urn.draw_from_left(&(0..5), bits).unwrap();
            seen[file as usize] += 1;
            urn.refill();
        }
        let left: u64 = (1..5).map(|file| shares.width(file)).sum();
        let expected = |place: usize| 50_000.0 * shares.width(place as u32 + 1) as f64 / left as f64;
        assert_eq!(seen[0], 0);
        // 3 degrees of freedom: the 0.1 % point is 16.3.
        assert!(chi_square(&seen[1..], expected) < 16.3);

        seen = [0; 5];
        for _ in 0..50_000 {
            assert!(urn.take(0));
            let bits = stream.bits();
            seen[urn.draw(0..5, bits, &mut stream).unwrap().at()] += 1;
            urn.refill();
        }
        assert!(chi_square(&seen[1..], expected) < 16.3);
    }
}
