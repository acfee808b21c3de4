//! The blocks of pieces that are under way: which were asked for, which are there.

/// A piece of which at least one block was asked for and that is not complete.
#[derive(Clone, Debug, Default)]
pub struct StartedPiece {
    pub piece: u32,
    /// A seed was asked for one of its blocks.
    pub asked_of_seed: bool,
    blocks: u16,
    unrequested: u16,
    missing: u16,
    /// Who alone may send its blocks (a neighbour on parole), if anyone.
    pub reserved_for: Option<u32>,
    first: Word,
    /// For blocks from the 65th on: pieces of more than 1 MiB have them.
    more: Box<[Word]>,
    /// Who sent what; kept only where someone might be to blame.
    evidence: Option<Box<Evidence>>,
}

/// What is known about the senders of a piece before its hash check.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    pub sources: Vec<u32>,
    /// Bytes received from each of the sources.
    pub amounts: Vec<u32>,
    /// Bytes received by the sender's reason, to be taken back if the check fails.
    pub credited: [u32; 6],
    /// Whether a corrupt block arrived; the receiver does not know before the check.
    spoilt: bool,
}

impl Evidence {
    pub fn add(&mut self, source: u32, reason: usize, bytes: u32, spoilt: bool) {
        match self.sources.iter().position(|&known| known == source) {
            Some(at) => self.amounts[at] += bytes,
            None => {
                self.sources.push(source);
                self.amounts.push(bytes);
            }
        }
        self.credited[reason] += bytes;
        self.spoilt |= spoilt;
    }
}

/// Sixty-four blocks: a bit each for asked for and for arrived.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    requested: u64,
    received: u64,
}

impl StartedPiece {
    /// Begins `piece` of so many blocks.
    pub fn begin(&mut self, piece: u32, blocks: u32) {
        let blocks = u16::try_from(blocks).expect("a piece has at most 1024 blocks");
        self.piece = piece;
        self.reserved_for = None;
        self.asked_of_seed = false;
        self.evidence = None;
        (self.blocks, self.unrequested, self.missing) = (blocks, blocks, blocks);
        self.first = Word::default();
        self.more = vec![Word::default(); usize::from(blocks.div_ceil(64)) - 1].into_boxed_slice();
    }

    /// Blocks that nobody was asked for.
    pub fn unrequested(&self) -> u32 {
        u32::from(self.unrequested)
    }

    /// Blocks that are not there yet.
    pub fn missing(&self) -> u32 {
        u32::from(self.missing)
    }

    pub fn is_received(&self, block: u32) -> bool {
        self.word(block).received >> (block % 64) & 1 == 1
    }

    /// Whether any of `count` blocks of one word is there.
    pub fn has_any(&self, first: u32, count: u32) -> bool {
        self.word(first).received & stretch(first, count) != 0
    }

    pub fn is_requested(&self, block: u32) -> bool {
        self.word(block).requested >> (block % 64) & 1 == 1
    }

    /// Where the senders of this piece are noted.
    pub fn evidence(&mut self) -> &mut Evidence {
        self.evidence.get_or_insert_default()
    }

    pub fn known_evidence(&self) -> Option<&Evidence> {
        self.evidence.as_deref()
    }

    /// What the hash check will find.
    pub fn is_spoilt(&self) -> bool {
        self.evidence.as_ref().is_some_and(|evidence| evidence.spoilt)
    }

    /// Marks the first block that nobody was asked for as requested, and those after it, at most `most` together and
    /// none beyond the next multiple of 64; says which is the first and how many they are.
    pub fn request_next(&mut self, most: u32) -> Option<(u32, u32)> {
        if self.unrequested == 0 {
            return None;
        }
        let first = self.first_unrequested();
        let inside =
            u32::from(self.blocks).checked_sub(first).expect("an unrequested block lies inside the piece");
        let word = self.word_mut(first);
        let together = (word.requested >> (first % 64)).trailing_zeros().min(64 - first % 64);
        let count = together.min(inside).min(most);
        word.requested |= stretch(first, count);
        self.unrequested -= count as u16;
        Some((first, count))
    }

    /// Takes back requests of `count` blocks of one word that will not be answered; says how many of them were neither
    /// there already nor not asked for.
    pub fn release(&mut self, first: u32, count: u32) -> u32 {
        let word = self.word_mut(first);
        let open = stretch(first, count) & word.requested & !word.received;
        word.requested &= !open;
        self.unrequested += open.count_ones() as u16;
        open.count_ones()
    }

    /// Notes `count` arrived blocks of one word; says how many of them were not there already.
    pub fn receive(&mut self, first: u32, count: u32) -> u32 {
        let arrived = stretch(first, count);
        let word = self.word_mut(first);
        // A request may have been taken back (a choke, a snub) while the block was on the wire.
        let unasked = (arrived & !word.requested).count_ones();
        let new = (arrived & !word.received).count_ones();
        word.requested |= arrived;
        word.received |= arrived;
        self.unrequested -= unasked as u16;
        self.missing -= new as u16;
        new
    }

    fn word(&self, block: u32) -> &Word {
        match block / 64 {
            0 => &self.first,
            at => &self.more[at as usize - 1],
        }
    }

    fn word_mut(&mut self, block: u32) -> &mut Word {
        match block / 64 {
            0 => &mut self.first,
            at => &mut self.more[at as usize - 1],
        }
    }

    fn first_unrequested(&self) -> u32 {
        let words = std::iter::once(&self.first).chain(&self.more);
        let (at, word) =
            words.enumerate().find(|(_, word)| word.requested != !0).expect("one is unrequested");
        at as u32 * 64 + (!word.requested).trailing_zeros()
    }
}

/// The bits of `count` blocks from `first` on within their word.
fn stretch(first: u32, count: u32) -> u64 {
    debug_assert!(count > 0 && first % 64 + count <= 64, "a stretch lies in one word");
    (u64::MAX >> (64 - count)) << (first % 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_is_requested_once_and_again_only_when_released() {
        let mut piece = StartedPiece::default();
        piece.begin(3, 70);
        let asked: Vec<(u32, u32)> = std::iter::from_fn(|| piece.request_next(1)).collect();
        assert_eq!(asked, (0..70).map(|block| (block, 1)).collect::<Vec<_>>());
        assert_eq!((piece.receive(5, 1), piece.receive(5, 1)), (1, 0));
        assert_eq!(piece.release(5, 1), 0, "a block that arrived is not asked for again");
        assert_eq!(piece.release(64, 1), 1);
        assert_eq!((piece.unrequested(), piece.missing()), (1, 69));
        assert_eq!(piece.request_next(1), Some((64, 1)));
        assert_eq!(piece.request_next(1), None);
    }

    #[test]
    fn stretches_end_at_what_is_asked_for_and_at_a_words_end() {
        let mut piece = StartedPiece::default();
        piece.begin(3, 70);
        assert_eq!(piece.request_next(10), Some((0, 10)));
        assert_eq!(piece.request_next(100), Some((10, 54)));
        assert_eq!(piece.request_next(100), Some((64, 6)));
        assert_eq!((piece.receive(0, 12), piece.receive(10, 4)), (12, 2));
        assert_eq!(piece.release(0, 20), 6, "fourteen have arrived");
        assert_eq!(piece.release(40, 24), 24);
        assert_eq!((piece.unrequested(), piece.missing()), (30, 56));
        assert_eq!(piece.request_next(100), Some((14, 6)));
        assert_eq!(piece.request_next(100), Some((40, 24)));
        assert_eq!(piece.request_next(100), None);
    }

    #[test]
    fn a_block_that_arrives_after_its_request_was_taken_back_counts() {
        let mut piece = StartedPiece::default();
        piece.begin(0, 2);
        piece.request_next(1);
        assert_eq!(piece.release(0, 1), 1);
        assert_eq!(piece.receive(0, 1), 1);
        assert_eq!((piece.unrequested(), piece.missing()), (1, 1));
        assert_eq!(piece.request_next(2), Some((1, 1)));
    }
}
