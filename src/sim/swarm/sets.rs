//! What is kept for every piece of every peer, in dense arenas over the peers of all torrents.

use std::ops::Range;

use crate::protocol::bittorrent::bitfield;
use crate::protocol::bittorrent::copies::{self, Copies, Count, MOST_IN_A_BYTE};
use crate::units::huge;
use crate::units::prefetch::{prefetch, prefetch_whole};

use super::members::Band;
use super::torrent::Torrent;

/// Every peer's sets of pieces side by side: what it has, what it has announced, what it has neither got nor started;
/// and how many of its neighbours have announced each piece.
pub struct PieceSets {
    /// The torrent of each peer, and where the sets of a torrent's peers lie.
    torrents: Vec<u32>,
    spans: Vec<Span>,
    bits: Vec<u64>,
    availability: Counts,
    /// The sum of each peer's counts when it last asked how many HAVEs it has heard, less what the bitfields of neighbours have
    /// changed in it since. Of a peer that counts no copies: the HAVEs that it has heard since.
    sums: Vec<u32>,
    /// Pieces that are not what the author made; empty while nobody spoils anything.
    corrupt: Vec<u64>,
}

/// Counts of neighbours: a byte each where nobody can have more than a byte holds.
enum Counts {
    Narrow(Vec<u8>),
    Wide(Vec<u16>),
}

/// A neighbour comes with its pieces, or goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Comes,
    Goes,
}

/// Where the sets of one torrent's peers lie.
#[derive(Clone, Copy)]
pub struct Span {
    first_member: u32,
    words: u32,
    pieces: u32,
    /// Words of one set of all peers before these; counts of all peers before these.
    words_before: usize,
    counts_before: usize,
}

impl PieceSets {
    /// Empty sets for the members of these torrents, none of whom has more than `most_neighbours`. `spoilt`: somebody may come
    /// to have pieces that are not what they should be.
    pub fn new(torrents: &[Torrent], bands: &[Band], most_neighbours: u32, spoilt: bool) -> PieceSets {
        let (mut spans, mut of_peers) = (Vec::new(), Vec::new());
        let (mut words, mut counts) = (0, 0);
        for (torrent, band) in torrents.iter().zip(bands) {
            of_peers.resize(of_peers.len() + band.count as usize, spans.len() as u32);
            spans.push(Span {
                first_member: band.first,
                words: torrent.geometry.words as u32,
                pieces: torrent.geometry.pieces,
                words_before: words,
                counts_before: counts,
            });
            words += band.count as usize * torrent.geometry.words;
            counts += band.count as usize * torrent.geometry.pieces as usize;
        }
        PieceSets {
            sums: zeros(of_peers.len()),
            torrents: of_peers,
            spans,
            bits: zeros(3 * words),
            availability: if most_neighbours <= MOST_IN_A_BYTE {
                Counts::Narrow(zeros(counts))
            } else {
                Counts::Wide(zeros(counts))
            },
            corrupt: zeros(if spoilt { words } else { 0 }),
        }
    }

    /// The number of a peer's torrent.
    #[inline]
    pub fn torrent(&self, peer: u32) -> usize {
        // A single torrent is everybody's: one look at memory less for everything that is kept here.
        if self.spans.len() == 1 { 0 } else { self.torrents[peer as usize] as usize }
    }

    #[inline]
    pub fn span(&self, peer: u32) -> Span {
        self.spans[self.torrent(peer)]
    }

    fn set(&self, peer: u32, which: usize) -> &[u64] {
        let span = self.span(peer);
        let start = span.words_of(peer) * 3 + which * span.words as usize;
        &self.bits[start..start + span.words as usize]
    }

    fn set_mut(&mut self, peer: u32, which: usize) -> &mut [u64] {
        let span = self.span(peer);
        let start = span.words_of(peer) * 3 + which * span.words as usize;
        &mut self.bits[start..start + span.words as usize]
    }

    /// Complete and checked.
    pub fn have(&self, peer: u32) -> &[u64] {
        self.set(peer, 0)
    }

    pub fn have_mut(&mut self, peer: u32) -> &mut [u64] {
        self.set_mut(peer, 0)
    }

    /// What the neighbours know of: each HAVE has reached them.
    pub fn announced(&self, peer: u32) -> &[u64] {
        self.set(peer, 1)
    }

    pub fn announced_mut(&mut self, peer: u32) -> &mut [u64] {
        self.set_mut(peer, 1)
    }

    /// Neither complete nor started.
    pub fn fresh(&self, peer: u32) -> &[u64] {
        self.set(peer, 2)
    }

    pub fn fresh_mut(&mut self, peer: u32) -> &mut [u64] {
        self.set_mut(peer, 2)
    }

    /// Copies of each piece among a peer's neighbours.
    pub fn availability(&self, peer: u32) -> Copies<'_> {
        let counts = self.span(peer).counts(peer);
        match &self.availability {
            Counts::Narrow(all) => Copies::Narrow(&all[counts]),
            Counts::Wide(all) => Copies::Wide(&all[counts]),
        }
    }

    /// A neighbour of the peer that is known to have these pieces comes or goes.
    pub fn count_neighbour(&mut self, peer: u32, known: Option<&[u64]>, of: u32, change: Change) {
        let span = self.span(peer);
        let announced = span.announced(of);
        let known = known.unwrap_or(&self.bits[announced]);
        let sum = &mut self.sums[peer as usize];
        *sum = match change {
            Change::Comes => sum.wrapping_add(bitfield::count(known)),
            Change::Goes => sum.wrapping_sub(bitfield::count(known)),
        };
        match &mut self.availability {
            Counts::Narrow(all) => count_pieces(&mut all[span.counts(peer)], known, change),
            Counts::Wide(all) => count_pieces(&mut all[span.counts(peer)], known, change),
        }
    }

    /// HAVEs that the peer has heard since it was last asked. Who counts copies does not count HAVEs one by one: they are what the
    /// bitfields of neighbours that came and went do not explain.
    pub fn haves_heard(&mut self, peer: u32, counts_copies: bool) -> u32 {
        if !counts_copies {
            return std::mem::take(&mut self.sums[peer as usize]);
        }
        let counts = self.span(peer).counts(peer);
        let sum = match &self.availability {
            Counts::Narrow(all) => all[counts].iter().map(|&count| u32::from(count)).sum(),
            Counts::Wide(all) => all[counts].iter().map(|&count| u32::from(count)).sum::<u32>(),
        };
        sum.wrapping_sub(std::mem::replace(&mut self.sums[peer as usize], sum))
    }

    /// The peer has all pieces: from now on its counts mean nothing, and HAVEs are counted one by one.
    pub fn stop_counting(&mut self, peer: u32) {
        self.sums[peer as usize] = self.haves_heard(peer, true);
    }

    pub fn forget_neighbours(&mut self, peer: u32) {
        self.sums[peer as usize] = 0;
        let counts = self.span(peer).counts(peer);
        match &mut self.availability {
            Counts::Narrow(all) => all[counts].fill(0),
            Counts::Wide(all) => all[counts].fill(0),
        }
    }

    /// Some neighbours, each of whom counts copies or does not, hear of one more piece of another; `span` is that of
    /// the torrent of all of them.
    #[inline]
    pub fn hear_have(&mut self, span: Span, hearing: impl IntoIterator<Item = (u32, bool)>, piece: u32) {
        let at = |peer: u32| span.counts_of(peer) + piece as usize;
        let counting = hearing.into_iter().filter(|&(peer, counts_copies)| {
            if !counts_copies {
                self.sums[peer as usize] += 1;
            }
            counts_copies
        });
        match &mut self.availability {
            Counts::Narrow(all) => counting.for_each(|(peer, _)| all[at(peer)] += 1),
            Counts::Wide(all) => counting.for_each(|(peer, _)| all[at(peer)] += 1),
        }
    }

    /// The peer's count of that piece is about to change.
    #[inline]
    pub fn prefetch_count(&self, span: Span, peer: u32, piece: u32) {
        let at = span.counts_of(peer) + piece as usize;
        match &self.availability {
            Counts::Narrow(all) => prefetch(&all[at]),
            Counts::Wide(all) => prefetch(&all[at]),
        }
    }

    /// Whether the peer has that piece is about to be looked at.
    #[inline]
    pub fn prefetch_whether_has(&self, peer: u32, piece: u32) {
        prefetch(bitfield::word_of(self.have(peer), piece));
    }

    /// What the peer has is about to be looked at.
    #[inline]
    pub fn prefetch_have(&self, peer: u32) {
        prefetch_whole(self.have(peer));
    }

    /// What the peer has announced is about to be looked at.
    #[inline]
    pub fn prefetch_announced(&self, peer: u32) {
        prefetch_whole(self.announced(peer));
    }

    /// All of the peer's sets are about to be looked at.
    pub fn prefetch_sets(&self, peer: u32) {
        let span = self.span(peer);
        prefetch_whole(&self.bits[span.words_of(peer) * 3..][..3 * span.words as usize]);
    }

    /// A piece is about to be chosen for the peer.
    pub fn prefetch_availability(&self, peer: u32) {
        let counts = self.span(peer).counts(peer);
        match &self.availability {
            Counts::Narrow(all) => prefetch_whole(&all[counts]),
            Counts::Wide(all) => prefetch_whole(&all[counts]),
        }
    }

    /// Whether somebody may send what is not what the author made.
    pub fn may_be_corrupt(&self) -> bool {
        !self.corrupt.is_empty()
    }

    /// The peer's pieces that are not what the author made, where somebody spoils some.
    pub fn corrupt(&self, peer: u32) -> &[u64] {
        let span = self.span(peer);
        &self.corrupt[span.words_of(peer)..][..span.words as usize]
    }

    pub fn corrupt_mut(&mut self, peer: u32) -> &mut [u64] {
        let span = self.span(peer);
        &mut self.corrupt[span.words_of(peer)..][..span.words as usize]
    }
}

impl Span {
    /// Words of one set of all peers before this one.
    fn words_of(self, peer: u32) -> usize {
        self.words_before + (peer - self.first_member) as usize * self.words as usize
    }

    fn counts_of(self, peer: u32) -> usize {
        self.counts_before + (peer - self.first_member) as usize * self.pieces as usize
    }

    fn counts(self, peer: u32) -> Range<usize> {
        let first = self.counts_of(peer);
        first..first + self.pieces as usize
    }

    fn announced(self, peer: u32) -> Range<usize> {
        let first = self.words_of(peer) * 3 + self.words as usize;
        first..first + self.words as usize
    }
}

fn zeros<T: Copy + Default>(count: usize) -> Vec<T> {
    huge::collect((0..count).map(|_| T::default()))
}

fn count_pieces<T: Count>(counts: &mut [T], known: &[u64], change: Change) {
    match change {
        Change::Comes => copies::add_set(counts, known),
        Change::Goes => copies::remove_set(counts, known),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::bittorrent::tracker::Tracker;
    use crate::spec::{File, TrackerAnswer};
    use crate::units::{Bytes, FileIndex};

    /// Torrents of 1, 65 and 3 pieces with 2, 1 and 3 members.
    fn torrents() -> (Vec<Torrent>, Vec<Band>) {
        let (mut torrents, mut bands, mut first) = (Vec::new(), Vec::new(), 0);
        for (number, (pieces, count)) in [(1, 2), (65, 1), (3, 3)].into_iter().enumerate() {
            let (index, piece) = (FileIndex(number as u32), Bytes(16_384));
            let file =
                File { size: Bytes(piece.0 * pieces), piece, metainfo_size: Bytes(300), infohash: [0; 20] };
            torrents.push(Torrent::new(index, file, first, Tracker::new(TrackerAnswer::Random, 50)));
            bands.push(Band { file: index, first, count });
            first += count;
        }
        (torrents, bands)
    }

    #[test]
    fn nobodys_sets_and_counts_reach_into_anothers() {
        let (torrents, bands) = torrents();
        let pieces = |sets: &PieceSets, peer| torrents[sets.torrent(peer)].geometry.pieces;
        for mine in 0..6 {
            let mut sets = PieceSets::new(&torrents, &bands, [50, 500][mine as usize % 2], true);
            let all = pieces(&sets, mine);
            bitfield::fill(sets.announced_mut(mine), all);
            bitfield::fill(sets.corrupt_mut(mine), all);
            let span = sets.span(mine);
            (0..all).for_each(|piece| sets.hear_have(span, [(mine, true)], piece));
            for peer in 0..6 {
                let expected = if peer == mine { all } else { 0 };
                assert_eq!(bitfield::count(sets.announced(peer)), expected);
                assert_eq!(bitfield::count(sets.corrupt(peer)), expected);
                assert_eq!(bitfield::count(sets.have(peer)) + bitfield::count(sets.fresh(peer)), 0);
                let counts = |sets: &PieceSets| {
                    (0..pieces(sets, peer)).map(|piece| sets.availability(peer).of(piece)).sum::<u32>()
                };
                assert_eq!(counts(&sets), expected);
            }
            sets.forget_neighbours(mine);
            assert!((0..all).all(|piece| sets.availability(mine).of(piece) == 0));
        }
    }

    #[test]
    fn as_many_haves_are_heard_with_counts_as_without() {
        let (torrents, bands) = torrents();
        let mut sets = PieceSets::new(&torrents, &bands, 50, false);
        let span = sets.span(2);
        (0..3).for_each(|piece| sets.hear_have(span, [(2, true)], piece));
        assert_eq!(sets.haves_heard(2, true), 3);
        (3..7).for_each(|piece| sets.hear_have(span, [(2, true)], piece));
        // It completes its last piece between two looks: nothing is lost, and no count changes any more.
        sets.stop_counting(2);
        (7..9).for_each(|piece| sets.hear_have(span, [(2, false)], piece));
        assert_eq!(sets.haves_heard(2, false), 4 + 2);
        assert_eq!(sets.haves_heard(2, false), 0);
        assert_eq!((sets.availability(2).of(6), sets.availability(2).of(7)), (1, 0));
    }
}
