//! The blocks of pieces that are under way: which were asked for, which are there.

/// A piece of which at least one block was asked for and that is not complete.
#[derive(Clone, Debug, Default)]
pub struct StartedPiece {
    pub piece: u32,
    /// Who alone may send its blocks (a neighbour on parole), if anyone.
    pub reserved_for: Option<u32>,
    /// Whether a corrupt block arrived; nobody knows before the hash check.
    pub spoilt: bool,
    /// Who sent its blocks; kept only where someone might be to blame.
    pub sources: Vec<u32>,
    /// Bytes received by the sender's reason, to be taken back if the check fails.
    pub credited: [u32; 6],
    blocks: u16,
    unrequested: u16,
    missing: u16,
    /// Two bits a block, as two runs of words: requested, received.
    masks: Vec<u64>,
}

impl StartedPiece {
    /// Begins `piece` of so many blocks, reusing the memory of an earlier one.
    pub fn begin(&mut self, piece: u32, blocks: u32) {
        let blocks = u16::try_from(blocks).expect("a piece has at most 1024 blocks");
        self.piece = piece;
        self.reserved_for = None;
        self.spoilt = false;
        self.sources.clear();
        self.credited = [0; 6];
        (self.blocks, self.unrequested, self.missing) = (blocks, blocks, blocks);
        self.masks.clear();
        self.masks.resize(2 * usize::from(blocks.div_ceil(64)), 0);
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
        self.masks[self.words() + block as usize / 64] >> (block % 64) & 1 == 1
    }

    pub fn is_requested(&self, block: u32) -> bool {
        self.masks[block as usize / 64] >> (block % 64) & 1 == 1
    }

    /// Marks the first block that nobody was asked for as requested.
    pub fn request_next(&mut self) -> Option<u32> {
        if self.unrequested == 0 {
            return None;
        }
        let words = self.words();
        let at = self.masks[..words].iter().position(|&word| word != !0).expect("one is unrequested");
        let bit = (!self.masks[at]).trailing_zeros();
        self.masks[at] |= 1 << bit;
        self.unrequested -= 1;
        let block = at as u32 * 64 + bit;
        assert!(block < u32::from(self.blocks), "an unrequested block lies inside the piece");
        Some(block)
    }

    /// Takes back a request that will not be answered. Nothing happens if the block is there already.
    pub fn release(&mut self, block: u32) -> bool {
        if self.is_received(block) || !self.is_requested(block) {
            return false;
        }
        self.masks[block as usize / 64] &= !(1 << (block % 64));
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
            self.masks[block as usize / 64] |= 1 << (block % 64);
            self.unrequested -= 1;
        }
        let words = self.words();
        self.masks[words + block as usize / 64] |= 1 << (block % 64);
        self.missing -= 1;
        true
    }

    fn words(&self) -> usize {
        self.masks.len() / 2
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
