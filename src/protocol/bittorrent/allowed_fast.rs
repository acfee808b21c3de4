//! The allowed-fast set (BEP 6): the pieces that a peer may ask for while it is choked.
//!
//! Every sender computes the same set for the same peer, from the peer's network and the infohash, so that asking more
//! senders wins nothing. Nothing here decides whether the set is granted.

use sha1::{Digest, Sha1};

use crate::units::{PersonIndex, PieceIndex};

/// The canonical set of `k` pieces for a peer at that address, in the order in which BEP 6 generates it; all pieces in
/// ascending order when there are no more than `k`.
pub fn allowed_fast_set(address: [u8; 4], infohash: &[u8; 20], pieces: u32, k: u32) -> Vec<PieceIndex> {
    if pieces <= k {
        return (0..pieces).map(PieceIndex).collect();
    }
    let mut set: Vec<PieceIndex> = Vec::with_capacity(k as usize);
    // The last byte is masked out, so that one network gets one set.
    let seed = [&[address[0], address[1], address[2], 0], infohash.as_slice()].concat();
    let mut hash: [u8; 20] = Sha1::digest(seed).into();
    while set.len() < k as usize {
        for word in hash.chunks_exact(4) {
            let word = u32::from_be_bytes(word.try_into().expect("chunks of four"));
            let piece = PieceIndex(word % pieces);
            if set.len() < k as usize && !set.contains(&piece) {
                set.push(piece);
            }
        }
        hash = Sha1::digest(hash).into();
    }
    set
}

/// The address that stands for a simulated person. The first three bytes differ between persons, because BEP 6 looks
/// at nothing else: person n sits in the n-th network of 256 addresses. Beyond 2^24 persons networks are shared, and the
/// last byte tells the persons apart.
pub fn synthetic_ip(person: PersonIndex) -> [u8; 4] {
    let [high, a, b, c] = person.0.to_be_bytes();
    [a, b, c, high]
}

#[cfg(test)]
mod tests {
    use super::*;

    const INFOHASH: [u8; 20] = [0xaa; 20];

    fn set(address: [u8; 4], pieces: u32, k: u32) -> Vec<u32> {
        allowed_fast_set(address, &INFOHASH, pieces, k).into_iter().map(|piece| piece.0).collect()
    }

    #[test]
    fn the_examples_of_bep_6_come_out() {
        let example = [1059, 431, 808, 1217, 287, 376, 1188, 353, 508];
        assert_eq!(set([80, 4, 4, 200], 1313, 7), example[..7]);
        assert_eq!(set([80, 4, 4, 200], 1313, 9), example);
    }

    #[test]
    fn one_network_has_one_set_and_two_networks_differ() {
        assert_eq!(set([80, 4, 4, 200], 1313, 10), set([80, 4, 4, 7], 1313, 10));
        assert_ne!(set([80, 4, 4, 200], 1313, 10), set([80, 4, 5, 200], 1313, 10));
    }

    #[test]
    fn a_set_has_distinct_pieces_of_the_torrent_and_ends_with_it() {
        for pieces in 1..40 {
            let mut found = set([10, 0, 0, 1], pieces, 10);
            found.sort_unstable();
            found.dedup();
            assert_eq!(found.len(), pieces.min(10) as usize);
            assert!(found.iter().all(|&piece| piece < pieces));
        }
        assert_eq!(set([10, 0, 0, 1], 5, 0), [] as [u32; 0]);
    }

    #[test]
    fn persons_have_distinct_addresses_in_networks_of_their_own() {
        for n in [0u32, 1, 255, 256, 65_536, 16_777_214] {
            let (one, next) = (synthetic_ip(PersonIndex(n)), synthetic_ip(PersonIndex(n + 1)));
            assert_ne!(one[..3], next[..3]);
        }
        // A fifth byte's worth of persons shares networks but not addresses.
        let (low, high) = (synthetic_ip(PersonIndex(7)), synthetic_ip(PersonIndex(7 + (1 << 24))));
        assert_eq!(low[..3], high[..3]);
        assert_ne!(low, high);
    }
}
