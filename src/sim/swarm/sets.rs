//! What is kept for every piece of every peer, in dense arenas over the peers of all torrents.

use super::members::Band;
use super::torrent::Torrent;

/// Every peer's sets of pieces side by side: what it has, what it has announced, what it has neither got nor started;
/// and how many of its neighbours have announced each piece.
pub struct PieceSets {
    /// The torrent of each peer, and where the sets of a torrent's peers lie.
    torrents: Vec<u32>,
    spans: Vec<Span>,
    bits: Vec<u64>,
    availability: Vec<u16>,
    /// Pieces that are not what the author made; empty while nobody spoils anything.
    corrupt: Vec<u64>,
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
    /// Empty sets for the members of these torrents. `spoilt`: somebody may come to have pieces that are not what they
    /// should be.
    pub fn new(torrents: &[Torrent], bands: &[Band], spoilt: bool) -> PieceSets {
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
            torrents: of_peers,
            spans,
            bits: vec![0; 3 * words],
            availability: vec![0; counts],
            corrupt: vec![0; if spoilt { words } else { 0 }],
        }
    }

    /// The number of a peer's torrent.
    pub fn torrent(&self, peer: u32) -> usize {
        self.torrents[peer as usize] as usize
    }

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
    pub fn availability(&self, peer: u32) -> &[u16] {
        let span = self.span(peer);
        &self.availability[span.counts_of(peer)..][..span.pieces as usize]
    }

    /// The bits of what a peer has announced, and the counts of another peer of that torrent.
    pub fn announced_and_availability(&mut self, of: u32, at: u32) -> (&[u64], &mut [u16]) {
        let span = self.span(of);
        let start = span.words_of(of) * 3 + span.words as usize;
        let counts = &mut self.availability[span.counts_of(at)..][..span.pieces as usize];
        (&self.bits[start..start + span.words as usize], counts)
    }

    pub fn forget_neighbours(&mut self, peer: u32) {
        let span = self.span(peer);
        self.availability[span.counts_of(peer)..][..span.pieces as usize].fill(0);
    }

    /// A neighbour has one more piece; `span` is that of the torrent of both.
    pub fn count_copy(&mut self, span: Span, peer: u32, piece: u32) {
        self.availability[span.counts_of(peer) + piece as usize] += 1;
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::bittorrent::bitfield;
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
            let mut sets = PieceSets::new(&torrents, &bands, true);
            let all = pieces(&sets, mine);
            bitfield::fill(sets.announced_mut(mine), all);
            bitfield::fill(sets.corrupt_mut(mine), all);
            let span = sets.span(mine);
            (0..all).for_each(|piece| sets.count_copy(span, mine, piece));
            for peer in 0..6 {
                let expected = if peer == mine { all } else { 0 };
                assert_eq!(bitfield::count(sets.announced(peer)), expected);
                assert_eq!(bitfield::count(sets.corrupt(peer)), expected);
                assert_eq!(bitfield::count(sets.have(peer)) + bitfield::count(sets.fresh(peer)), 0);
                assert_eq!(sets.availability(peer).len() as u32, pieces(&sets, peer));
                assert_eq!(
                    sets.availability(peer).iter().map(|&count| u32::from(count)).sum::<u32>(),
                    expected
                );
            }
            sets.forget_neighbours(mine);
            assert!(sets.availability(mine).iter().all(|&count| count == 0));
        }
    }
}
