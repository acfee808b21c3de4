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

    /// Marks the first block that nobody was asked for as requested.
    pub fn request_next(&mut self) -> Option<u32> {
        if self.unrequested == 0 {
            return None;
        }
        let block = self.first_unrequested();
        assert!(block < u32::from(self.blocks), "an unrequested block lies inside the piece");
        self.word_mut(block).requested |= 1 << (block % 64);
        self.unrequested -= 1;
        Some(block)
    }

    /// Takes back a request that will not be answered; `false` if the block is there already or was not asked for.
    pub fn release(&mut self, block: u32) -> bool {
        if self.is_received(block) || !self.is_requested(block) {
            return false;
        }
        self.word_mut(block).requested &= !(1 << (block % 64));
        self.unrequested += 1;
        true
    }

    /// Notes an arrived block; `false` for one that was there already.
    pub fn receive(&mut self, block: u32) -> bool {
        if self.is_received(block) {
            return false;
        }
        if !self.is_requested(block) {
            // The request was taken back (a choke, a snub) while the block was on the wire.
            self.word_mut(block).requested |= 1 << (block % 64);
            self.unrequested -= 1;
        }
        self.word_mut(block).received |= 1 << (block % 64);
        self.missing -= 1;
        true
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_is_requested_once_and_again_only_when_released() {
        let mut piece = StartedPiece::default();
        piece.begin(3, 70);
        let asked: Vec<u32> = std::iter::from_fn(|| piece.request_next()).collect();
        assert_eq!(asked, (0..70).collect::<Vec<_>>());
        assert!(piece.receive(5) && !piece.receive(5));
        assert!(!piece.release(5), "a block that arrived is not asked for again");
        assert!(piece.release(64));
        assert_eq!((piece.unrequested(), piece.missing()), (1, 69));
        assert_eq!(piece.request_next(), Some(64));
        assert_eq!(piece.request_next(), None);
    }

    #[test]
    fn a_block_that_arrives_after_its_request_was_taken_back_counts() {
        let mut piece = StartedPiece::default();
        piece.begin(0, 2);
        piece.request_next();
        assert!(piece.release(0));
        assert!(piece.receive(0));
        assert_eq!((piece.unrequested(), piece.missing()), (1, 1));
        assert_eq!(piece.request_next(), Some(1));
    }
}
