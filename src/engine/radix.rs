//! Events that are not next, filed by the highest digit in which their time differs from a moment before all of them.
//!
//! A monotone radix heap's buckets (Ahuja, Mehlhorn, Orlin and Tarjan 1990) with 16 to a level: the earliest events are in the
//! lowest digit of the lowest level. Events of equal time always share a bucket and keep the order in which they were filed.

/// Bits of a digit; with two, three or six instead the difference is in the noise.
const DIGIT_BITS: u32 = 4;
const DIGITS: usize = 1 << DIGIT_BITS;
const LEVELS: usize = u64::BITS.div_ceil(DIGIT_BITS) as usize;

/// The memory of an emptied bucket goes to the next that fills, unless it has room for more than so many entries.
const KEPT_CAPACITY: usize = 1 << 10;

/// An event and its time in nanoseconds.
pub(super) type Entry<T> = (u64, T);

/// Buckets by level and digit.
#[derive(Clone, Debug)]
pub(super) struct Radix<T> {
    buckets: Vec<Vec<Entry<T>>>,
    /// Bit `l` is set when level `l` has entries.
    levels: u32,
    /// By level: bit `d` is set when the bucket of digit `d` has entries.
    digits: [u32; LEVELS],
    /// Memory of buckets that are empty now.
    spare: Vec<Vec<Entry<T>>>,
}

/// The place of a bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    level: usize,
    digit: usize,
}

impl<T: Copy> Radix<T> {
    pub fn new() -> Radix<T> {
        Radix {
            buckets: vec![Vec::new(); LEVELS * DIGITS],
            levels: 0,
            digits: [0; LEVELS],
            spare: Vec::new(),
        }
    }

    /// Files an event that comes after `horizon`, which no event here precedes or equals.
    pub fn file(&mut self, horizon: u64, (at, event): Entry<T>) {
        let level = ((at ^ horizon).ilog2() / DIGIT_BITS) as usize;
        let digit = (at >> (level as u32 * DIGIT_BITS)) as usize % DIGITS;
        self.levels |= 1 << level;
        self.digits[level] |= 1 << digit;
        let bucket = &mut self.buckets[level * DIGITS + digit];
        if bucket.capacity() == 0 {
            *bucket = self.spare.pop().unwrap_or_default();
        }
        bucket.push((at, event));
    }

    /// The bucket with the earliest events, and how many it has.
    pub fn earliest(&self) -> Option<(Place, usize)> {
        if self.levels == 0 {
            return None;
        }
        let level = self.levels.trailing_zeros() as usize;
        let digit = self.digits[level].trailing_zeros() as usize;
        Some((Place { level, digit }, self.buckets[level * DIGITS + digit].len()))
    }

    /// Takes the entries of a bucket; [`Radix::give_back`] returns their memory.
    pub fn take(&mut self, place: Place) -> Vec<Entry<T>> {
        let Place { level, digit } = place;
        self.digits[level] &= !(1 << digit);
        if self.digits[level] == 0 {
            self.levels &= !(1 << level);
        }
        std::mem::take(&mut self.buckets[level * DIGITS + digit])
    }

    pub fn give_back(&mut self, mut memory: Vec<Entry<T>>) {
        if memory.capacity() <= KEPT_CAPACITY {
            memory.clear();
            self.spare.push(memory);
        }
    }
}

impl Place {
    /// The last moment whose events would be filed here together with those of `moment`.
    pub fn end(self, moment: u64) -> u64 {
        moment | ((1 << (self.level as u32 * DIGIT_BITS)) - 1)
    }

    /// Whether all events here have the same time.
    pub fn is_one_moment(self) -> bool {
        self.level == 0
    }
}
