//! How many copies of each piece there are, and which piece is the rarest.
//!
//! The rarest piece is looked for at nearly every request, so the counts are gone through a word of the sets at a time,
//! in a form that compilers turn into vector code: the counts of pieces that are no candidates are masked to the
//! largest number.

use smallvec::SmallVec;

use super::bitfield;

/// Counts of copies by piece, in whichever width they are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copies<'a> {
    /// Where nobody can have more than [`MOST_IN_A_BYTE`] neighbours.
    Narrow(&'a [u8]),
    Wide(&'a [u16]),
    /// Of the whole swarm.
    Swarm(&'a [u32]),
}

/// The largest count that a byte takes: one more stands for no candidate.
pub const MOST_IN_A_BYTE: u32 = 254;

impl Copies<'_> {
    pub fn of(&self, piece: u32) -> u32 {
        match self {
            Copies::Narrow(counts) => u32::from(counts[piece as usize]),
            Copies::Wide(counts) => u32::from(counts[piece as usize]),
            Copies::Swarm(counts) => counts[piece as usize],
        }
    }

    /// The fewest copies of any piece that is in both sets; `None` if none is.
    pub fn fewest(&self, theirs: &[u64], fresh: &[u64]) -> Option<u32> {
        match self {
            Copies::Narrow(counts) => fewest(theirs, fresh, counts).map(u32::from),
            Copies::Wide(counts) => fewest(theirs, fresh, counts).map(u32::from),
            Copies::Swarm(counts) => fewest(theirs, fresh, counts),
        }
    }

    /// One of the pieces in both sets of which there are so many copies: the one for which `choose` says how many of
    /// them, ascending, come before it.
    pub fn one_with(
        &self,
        copies: u32,
        theirs: &[u64],
        fresh: &[u64],
        choose: impl FnOnce(usize) -> usize,
    ) -> Option<u32> {
        match self {
            Copies::Narrow(counts) => one_with(copies as u8, theirs, fresh, counts, choose),
            Copies::Wide(counts) => one_with(copies as u16, theirs, fresh, counts, choose),
            Copies::Swarm(counts) => one_with(copies, theirs, fresh, counts, choose),
        }
    }
}

/// Every piece of the set has one copy more.
pub fn add_set<T: Count>(counts: &mut [T], set: &[u64]) {
    for_each(counts, set, |count, mask| count.one_more_unless(mask));
    assert!(!counts.contains(&T::NONE), "more neighbours than the counts were made for");
}

/// Every piece of the set has one copy less; each must have been counted.
pub fn remove_set<T: Count>(counts: &mut [T], set: &[u64]) {
    for_each(counts, set, |count, mask| count.one_less_unless(mask));
    // What was not counted has gone round to the largest number.
    assert!(!counts.contains(&T::NONE), "a copy that was not counted is taken back");
}

/// Puts `change` of each count and its mask in its place.
fn for_each<T: Count>(counts: &mut [T], set: &[u64], change: impl Fn(T, u8) -> T) {
    for (&word, counts) in set.iter().zip(counts.chunks_mut(64)).filter(|(word, _)| **word != 0) {
        let masks = masks(word);
        match <&mut [T; 64]>::try_from(&mut *counts) {
            Ok(counts) => {
                counts.iter_mut().zip(&masks).for_each(|(count, &mask)| *count = change(*count, mask))
            }
            Err(_) => counts.iter_mut().zip(&masks).for_each(|(count, &mask)| *count = change(*count, mask)),
        }
    }
}

/// A width of counts.
pub trait Count: Copy + Ord {
    /// All bits set: no candidate.
    const NONE: Self;
    /// One more, or the same where the mask is set.
    fn one_more_unless(self, mask: u8) -> Self;
    fn one_less_unless(self, mask: u8) -> Self;
    /// The pieces of the word of which there are so many copies.
    fn those_with(copies: Self, word: u64, counts: &[Self]) -> u64 {
        let (mut tied, mut left) = (0, word);
        while left != 0 {
            let bit = left.trailing_zeros();
            tied |= u64::from(counts[bit as usize] == copies) << bit;
            left &= left - 1;
        }
        tied
    }
    /// The count, or `NONE` where the mask is set.
    fn or(self, mask: u8) -> Self;
}

impl Count for u8 {
    const NONE: u8 = u8::MAX;
    fn one_more_unless(self, mask: u8) -> u8 {
        self.wrapping_add(!mask & 1)
    }
    fn one_less_unless(self, mask: u8) -> u8 {
        self.wrapping_sub(!mask & 1)
    }
    /// Sixteen at a time.
    fn those_with(copies: u8, word: u64, counts: &[u8]) -> u64 {
        let (sixteens, rest) = counts.as_chunks::<16>();
        let mut tied = 0;
        for (at, sixteen) in sixteens.iter().enumerate() {
            tied |= u64::from(equal_bytes(sixteen, copies)) << (16 * at);
        }
        for (at, &count) in rest.iter().enumerate() {
            tied |= u64::from(count == copies) << (16 * sixteens.len() + at);
        }
        tied & word
    }
    fn or(self, mask: u8) -> u8 {
        self | mask
    }
}

impl Count for u16 {
    const NONE: u16 = u16::MAX;
    fn one_more_unless(self, mask: u8) -> u16 {
        self.wrapping_add(u16::from(!mask & 1))
    }
    fn one_less_unless(self, mask: u8) -> u16 {
        self.wrapping_sub(u16::from(!mask & 1))
    }
    fn or(self, mask: u8) -> u16 {
        self | mask as i8 as u16
    }
}

impl Count for u32 {
    const NONE: u32 = u32::MAX;
    fn one_more_unless(self, mask: u8) -> u32 {
        self.wrapping_add(u32::from(!mask & 1))
    }
    fn one_less_unless(self, mask: u8) -> u32 {
        self.wrapping_sub(u32::from(!mask & 1))
    }
    fn or(self, mask: u8) -> u32 {
        self | mask as i8 as u32
    }
}

/// The candidates of each word, with the counts of its pieces.
fn words<'a, T>(
    theirs: &'a [u64],
    fresh: &'a [u64],
    counts: &'a [T],
) -> impl Iterator<Item = (u64, &'a [T])> + Clone + 'a {
    theirs.iter().zip(fresh).map(|(theirs, fresh)| theirs & fresh).zip(counts.chunks(64))
}

fn fewest<T: Count>(theirs: &[u64], fresh: &[u64], counts: &[T]) -> Option<T> {
    let mut lanes = [T::NONE; 64];
    for (word, counts) in words(theirs, fresh, counts).filter(|(word, _)| *word != 0) {
        let masks = masks(word);
        // The whole words, which are nearly all, have a loop of a known length.
        match <&[T; 64]>::try_from(counts) {
            Ok(counts) => lower(&mut lanes, counts, &masks),
            Err(_) => lower(&mut lanes, counts, &masks),
        }
    }
    let least = lanes.into_iter().min().expect("there are 64");
    (least != T::NONE).then_some(least)
}

#[inline(always)]
fn lower<T: Count>(lanes: &mut [T; 64], counts: &[T], masks: &[u8; 64]) {
    for ((lane, &count), &mask) in lanes.iter_mut().zip(counts).zip(masks) {
        *lane = (*lane).min(count.or(mask));
    }
}

fn one_with<T: Count>(
    copies: T,
    theirs: &[u64],
    fresh: &[u64],
    counts: &[T],
    choose: impl FnOnce(usize) -> usize,
) -> Option<u32> {
    let tied = words(theirs, fresh, counts).map(|(word, counts)| T::those_with(copies, word, counts));
    let tied: SmallVec<[u64; 16]> = tied.collect();
    match bitfield::count(&tied) {
        0 => None,
        ties => bitfield::ones(&tied).nth(choose(ties as usize)),
    }
}

/// A byte a piece of the word: zero for a candidate, all bits for another.
#[inline(always)]
fn masks(word: u64) -> [u8; 64] {
    let mut masks = [0; 64];
    for (masks, bits) in masks.chunks_exact_mut(8).zip(word.to_le_bytes()) {
        masks.copy_from_slice(&ABSENT[usize::from(bits)]);
    }
    masks
}

/// A bit for each byte, set where the byte is `wanted`.
#[cfg(target_arch = "x86_64")]
#[inline]
fn equal_bytes(bytes: &[u8; 16], wanted: u8) -> u16 {
    use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_movemask_epi8, _mm_set_epi64x, _mm_set1_epi8};
    let bits = u128::from_le_bytes(*bytes);
    // SAFETY: SSE2 is part of x86-64.
    unsafe {
        let bytes = _mm_set_epi64x((bits >> 64) as i64, bits as i64);
        _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(wanted as i8))) as u16
    }
}

/// A bit for each byte, set where the byte is `wanted`.
#[cfg(not(target_arch = "x86_64"))]
fn equal_bytes(bytes: &[u8; 16], wanted: u8) -> u16 {
    bytes.iter().enumerate().fold(0, |bits, (at, &byte)| bits | u16::from(byte == wanted) << at)
}

/// For each byte of a set, the masks of its pieces.
static ABSENT: [[u8; 8]; 256] = {
    let mut masks = [[0; 8]; 256];
    let mut bits = 0;
    while bits < 256 {
        let mut bit = 0;
        while bit < 8 {
            masks[bits][bit] = if bits >> bit & 1 == 1 { 0 } else { u8::MAX };
            bit += 1;
        }
        bits += 1;
    }
    masks
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    #[test]
    fn the_rarest_is_found_in_every_width_as_by_hand() {
        let mut random = Seed { seed: 5, replicate: 0 }.stream("copies");
        for case in 0..300 {
            let pieces = 1 + random.below(200) as u32;
            let mut set = |chance: f64| {
                let mut set = vec![0; bitfield::words(pieces)];
                (0..pieces)
                    .filter(|_| random.chance(chance))
                    .for_each(|piece| bitfield::insert(&mut set, piece));
                set
            };
            let (theirs, fresh) = (set(0.5), set(0.3));
            let most = [1, 3, 254][case % 3];
            let narrow: Vec<u8> = (0..pieces).map(|_| random.below(most + 1) as u8).collect();
            let wide: Vec<u16> = narrow.iter().copied().map(u16::from).collect();
            let swarm: Vec<u32> = narrow.iter().copied().map(u32::from).collect();
            let common = || bitfield::common(&theirs, &fresh);
            let fewest = common().map(|piece| swarm[piece as usize]).min();
            let rarest: Vec<u32> = common().filter(|&piece| Some(swarm[piece as usize]) == fewest).collect();
            for copies in [Copies::Narrow(&narrow), Copies::Wide(&wide), Copies::Swarm(&swarm)] {
                assert_eq!(copies.fewest(&theirs, &fresh), fewest);
                for before in 0..rarest.len() {
                    let choose = |ties: usize| {
                        assert_eq!(ties, rarest.len());
                        before
                    };
                    let found = copies.one_with(fewest.unwrap_or(0), &theirs, &fresh, choose);
                    assert_eq!(found, Some(rarest[before]));
                }
                if rarest.is_empty() {
                    assert_eq!(copies.one_with(0, &theirs, &fresh, |_| unreachable!("none is there")), None);
                }
            }
        }
    }
}
