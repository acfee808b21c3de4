//! Sets of pieces as words: bit `i % 64` of word `i / 64` is piece `i`.
//!
//! Plain functions over slices, because the simulation keeps all peers' sets in one arena.

/// Words needed for so many pieces.
pub const fn words(pieces: u32) -> usize {
    pieces.div_ceil(64) as usize
}

/// The word that holds the piece.
pub fn word_of(set: &[u64], piece: u32) -> &u64 {
    &set[piece as usize / 64]
}

pub fn get(set: &[u64], piece: u32) -> bool {
    word_of(set, piece) >> (piece % 64) & 1 == 1
}

pub fn insert(set: &mut [u64], piece: u32) {
    set[piece as usize / 64] |= 1 << (piece % 64);
}

pub fn remove(set: &mut [u64], piece: u32) {
    set[piece as usize / 64] &= !(1 << (piece % 64));
}

/// Makes `set` hold exactly the pieces `0..pieces`.
pub fn fill(set: &mut [u64], pieces: u32) {
    set.fill(!0);
    let rest = pieces % 64;
    if rest != 0 {
        set[words(pieces) - 1] = (1 << rest) - 1;
    }
}

pub fn count(set: &[u64]) -> u32 {
    set.iter().map(|word| word.count_ones()).sum()
}

/// Whether `theirs` holds anything that `mine` lacks: then we are interested (BEP 3).
pub fn any_missing(theirs: &[u64], mine: &[u64]) -> bool {
    theirs.iter().zip(mine).any(|(theirs, mine)| theirs & !mine != 0)
}

/// The pieces of `set`, ascending.
pub fn ones(set: &[u64]) -> impl Iterator<Item = u32> {
    set.iter().enumerate().flat_map(|(at, &word)| ones_of_word(at, word))
}

/// The pieces that both sets hold, ascending.
pub fn common<'a>(a: &'a [u64], b: &'a [u64]) -> impl Iterator<Item = u32> + Clone + 'a {
    a.iter().zip(b).enumerate().flat_map(|(at, (a, b))| ones_of_word(at, a & b))
}

fn ones_of_word(at: usize, mut word: u64) -> impl Iterator<Item = u32> + Clone {
    std::iter::from_fn(move || {
        (word != 0).then(|| {
            let bit = word.trailing_zeros();
            word &= word - 1;
            at as u32 * 64 + bit
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_set_holds_exactly_its_pieces() {
        for pieces in [1, 63, 64, 65, 128, 400] {
            let mut set = vec![0; words(pieces)];
            fill(&mut set, pieces);
            assert_eq!(ones(&set).collect::<Vec<_>>(), (0..pieces).collect::<Vec<_>>());
            assert_eq!(count(&set), pieces);
        }
    }

    #[test]
    fn interest_is_having_what_the_other_lacks() {
        let (mut a, mut b) = (vec![0; 2], vec![0; 2]);
        insert(&mut a, 100);
        assert!(any_missing(&a, &b) && !any_missing(&b, &a));
        insert(&mut b, 100);
        assert!(!any_missing(&a, &b));
        assert_eq!(common(&a, &b).collect::<Vec<_>>(), [100]);
        remove(&mut b, 100);
        assert!(!get(&b, 100) && get(&a, 100));
    }
}
