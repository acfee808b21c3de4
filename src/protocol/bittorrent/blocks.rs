//! The blocks of pieces that are under way: which were asked for, which are there.

/// A piece of which at least one block was asked for and that is not complete. Half a cache line, because a downloader looks through
/// all that it has started at every request.
#[derive(Clone, Debug, Default)]
pub struct StartedPiece {
    pub piece: u32,
    /// A seed was asked for one of its blocks.
    pub asked_of_seed: bool,
    first: Word,
    /// What few pieces need.
    rest: Option<Box<Rest>>,
}

const _: () = assert!(size_of::<StartedPiece>() == 32);

#[derive(Clone, Debug, Default)]
struct Rest {
    /// For blocks from the 65th on: pieces of more than 1 MiB have them.
    words: Vec<Word>,
    reserved_for: Option<u32>,
    /// Who sent what; kept only where someone might be to blame.
    evidence: Option<Evidence>,
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

/// Sixty-four blocks: a bit each for asked for and for arrived. Places beyond the end of the piece count as both.
#[derive(Clone, Copy, Debug, Default)]
struct Word {
    requested: u64,
    received: u64,
}

impl Word {
    /// So many blocks, at most 64, of which none is asked for.
    fn of(blocks: u32) -> Word {
        let beyond = u64::MAX.checked_shl(blocks).unwrap_or(0);
        Word { requested: beyond, received: beyond }
    }
}

impl StartedPiece {
    /// A piece of so many blocks, none of which is asked for.
    pub fn new(piece: u32, blocks: u32) -> StartedPiece {
        assert!((1..=1024).contains(&blocks), "a piece has 1 to 1024 blocks, not {blocks}");
        let mut words = (0..blocks).step_by(64).map(|before| Word::of((blocks - before).min(64)));
        let first = words.next().expect("there is a block");
        let words: Vec<Word> = words.collect();
        let rest = (!words.is_empty()).then(|| Box::new(Rest { words, ..Rest::default() }));
        StartedPiece { piece, asked_of_seed: false, first, rest }
    }

    /// Whether there is a block that nobody was asked for.
    #[inline]
    pub fn is_open(&self) -> bool {
        self.first.requested != u64::MAX || self.more().iter().any(|word| word.requested != u64::MAX)
    }

    /// Whether all blocks are there.
    pub fn is_complete(&self) -> bool {
        self.first.received == u64::MAX && self.more().iter().all(|word| word.received == u64::MAX)
    }

    /// Blocks that were asked for and are not there yet.
    pub fn outstanding(&self) -> u32 {
        self.words().map(|word| (word.requested & !word.received).count_ones()).sum()
    }

    pub fn is_received(&self, block: u32) -> bool {
        self.word(block).received >> (block % 64) & 1 == 1
    }

    /// Whether any of `count` blocks of one word is there.
    pub fn has_any(&self, first: u32, count: u32) -> bool {
        self.word(first).received & stretch(first, count) != 0
    }

    /// Who alone may send its blocks (a neighbour on parole), if anyone.
    #[inline]
    pub fn reserved_for(&self) -> Option<u32> {
        self.rest.as_ref()?.reserved_for
    }

    /// From now on only this neighbour may send its blocks; `None`: whoever has it.
    pub fn reserve_for(&mut self, neighbour: Option<u32>) {
        if self.reserved_for() != neighbour {
            self.rest.get_or_insert_default().reserved_for = neighbour;
        }
    }

    pub fn is_requested(&self, block: u32) -> bool {
        self.word(block).requested >> (block % 64) & 1 == 1
    }

    /// Where the senders of this piece are noted.
    pub fn evidence(&mut self) -> &mut Evidence {
        self.rest.get_or_insert_default().evidence.get_or_insert_default()
    }

    pub fn known_evidence(&self) -> Option<&Evidence> {
        self.rest.as_ref()?.evidence.as_ref()
    }

    /// Who sent what is there, as far as that is kept.
    pub fn senders(&self) -> &[u32] {
        self.known_evidence().map_or(&[], |evidence| &evidence.sources)
    }

    /// What the hash check will find.
    pub fn is_spoilt(&self) -> bool {
        self.known_evidence().is_some_and(|evidence| evidence.spoilt)
    }

    /// Marks the first block that nobody was asked for as requested, and those after it, at most `most` together and
    /// none beyond the next multiple of 64; says which is the first and how many they are.
    pub fn request_next(&mut self, most: u32) -> Option<(u32, u32)> {
        let first = self.first_unrequested()?;
        let word = self.word_mut(first);
        let together = (word.requested >> (first % 64)).trailing_zeros().min(64 - first % 64);
        let count = together.min(most);
        word.requested |= stretch(first, count);
        Some((first, count))
    }

    /// Takes back requests of `count` blocks of one word that will not be answered; says how many of them were neither
    /// there already nor not asked for.
    pub fn release(&mut self, first: u32, count: u32) -> u32 {
        let word = self.word_mut(first);
        let open = stretch(first, count) & word.requested & !word.received;
        word.requested &= !open;
        open.count_ones()
    }

    /// Notes `count` arrived blocks of one word; says how many of them were not there already.
    pub fn receive(&mut self, first: u32, count: u32) -> u32 {
        let arrived = stretch(first, count);
        let word = self.word_mut(first);
        let new = (arrived & !word.received).count_ones();
        // A request may have been taken back (a choke, a snub) while the block was on the wire.
        word.requested |= arrived;
        word.received |= arrived;
        new
    }

    /// The words after the first.
    #[inline]
    fn more(&self) -> &[Word] {
        self.rest.as_ref().map_or(&[], |rest| &rest.words)
    }

    fn words(&self) -> impl Iterator<Item = &Word> {
        std::iter::once(&self.first).chain(self.more())
    }

    #[inline]
    fn word(&self, block: u32) -> &Word {
        match block / 64 {
            0 => &self.first,
            at => &self.more()[at as usize - 1],
        }
    }

    #[inline]
    fn word_mut(&mut self, block: u32) -> &mut Word {
        match (block / 64, &mut self.rest) {
            (0, _) => &mut self.first,
            (at, Some(rest)) => &mut rest.words[at as usize - 1],
            (_, None) => panic!("a piece of at most 64 blocks has no block {block}"),
        }
    }

    fn first_unrequested(&self) -> Option<u32> {
        let (at, word) = self.words().enumerate().find(|(_, word)| word.requested != u64::MAX)?;
        Some(at as u32 * 64 + word.requested.trailing_ones())
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

    /// Blocks that nobody was asked for, and those that are not there.
    fn unrequested_and_missing(piece: &StartedPiece, blocks: u32) -> (usize, usize) {
        let unrequested = (0..blocks).filter(|&block| !piece.is_requested(block)).count();
        (unrequested, (0..blocks).filter(|&block| !piece.is_received(block)).count())
    }

    #[test]
    fn every_block_is_requested_once_and_again_only_when_released() {
        let mut piece = StartedPiece::new(3, 70);
        let asked: Vec<(u32, u32)> = std::iter::from_fn(|| piece.request_next(1)).collect();
        assert_eq!(asked, (0..70).map(|block| (block, 1)).collect::<Vec<_>>());
        assert_eq!((piece.receive(5, 1), piece.receive(5, 1)), (1, 0));
        assert_eq!(piece.release(5, 1), 0, "a block that arrived is not asked for again");
        assert_eq!(piece.release(64, 1), 1);
        assert_eq!(unrequested_and_missing(&piece, 70), (1, 69));
        assert_eq!((piece.is_open(), piece.outstanding()), (true, 68));
        assert_eq!(piece.request_next(1), Some((64, 1)));
        assert_eq!(piece.request_next(1), None);
    }

    #[test]
    fn stretches_end_at_what_is_asked_for_and_at_a_words_end() {
        let mut piece = StartedPiece::new(3, 70);
        assert_eq!(piece.request_next(10), Some((0, 10)));
        assert_eq!(piece.request_next(100), Some((10, 54)));
        assert_eq!(piece.request_next(100), Some((64, 6)));
        assert_eq!((piece.receive(0, 12), piece.receive(10, 4)), (12, 2));
        assert_eq!(piece.release(0, 20), 6, "fourteen have arrived");
        assert_eq!(piece.release(40, 24), 24);
        assert_eq!(unrequested_and_missing(&piece, 70), (30, 56));
        assert_eq!((piece.is_open(), piece.outstanding()), (true, 26));
        assert_eq!(piece.request_next(100), Some((14, 6)));
        assert_eq!(piece.request_next(100), Some((40, 24)));
        assert_eq!(piece.request_next(100), None);
    }

    #[test]
    fn a_block_that_arrives_after_its_request_was_taken_back_counts() {
        let mut piece = StartedPiece::new(0, 2);
        piece.request_next(1);
        assert_eq!(piece.release(0, 1), 1);
        assert_eq!(piece.receive(0, 1), 1);
        assert_eq!(unrequested_and_missing(&piece, 2), (1, 1));
        assert_eq!((piece.is_open(), piece.outstanding()), (true, 0));
        assert_eq!(piece.request_next(2), Some((1, 1)));
        assert_eq!((piece.is_open(), piece.outstanding(), piece.is_complete()), (false, 1, false));
        assert_eq!((piece.receive(1, 1), piece.is_complete()), (1, true));
    }
}
