//! libtorrent's slow start: how a connection's request queue grows before its rate says how long it should be.
//!
//! Written from `peer_connection.cpp` (`incoming_piece`, `second_tick`). Pure: moments are passed in.

use crate::units::SimTime;

/// The slow start is over when a second brings at most this much more than the one before it.
const SLACK_BYTES: u64 = 5_000;

/// The slow start of one direction of a connection.
#[derive(Clone, Copy, Debug, Default)]
pub struct SlowStart {
    over: bool,
    blocks: u32,
    /// Whole seconds since the beginning of the run, and what came in the present and in the last one.
    second: u64,
    bytes: u64,
    bytes_before: u64,
}

impl SlowStart {
    /// A block arrived. A choked connection asks for too little to tell how fast it could be, so it goes on growing.
    pub fn receive(&mut self, now: SimTime, bytes: u64, choked: bool) {
        let second = now.0 / 1_000_000_000;
        if second > self.second {
            let compared = self.bytes_before > 0 && self.bytes <= self.bytes_before + SLACK_BYTES;
            // A second without anything in between ends it too.
            let paused = second > self.second + 1 && self.bytes > 0;
            self.over |= !choked && (compared || paused);
            self.bytes_before = if second == self.second + 1 { self.bytes } else { 0 };
            (self.second, self.bytes) = (second, 0);
        }
        self.bytes += bytes;
        self.blocks += 1;
    }

    /// By how much the queue has grown, until the slow start is over.
    pub fn growth(&self) -> Option<u32> {
        (!self.over).then_some(self.blocks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimDuration;

    const BLOCK: u64 = 16_384;

    /// The growth after blocks at these tenths of a second.
    fn growth(tenths: &[u64], choked: bool) -> Option<u32> {
        let mut slow_start = SlowStart::default();
        for &tenth in tenths {
            slow_start.receive(SimTime::ZERO + SimDuration::from_millis(100 * tenth), BLOCK, choked);
        }
        slow_start.growth()
    }

    #[test]
    fn it_grows_while_each_second_brings_more() {
        assert_eq!(growth(&[1, 11, 12, 21, 22, 23, 31], false), Some(7));
    }

    #[test]
    fn it_ends_with_the_first_second_that_brings_no_more() {
        assert_eq!(growth(&[1, 2, 11, 12], false), Some(4), "the second is not over yet");
        assert_eq!(growth(&[1, 2, 11, 12, 21], false), None);
        assert_eq!(growth(&[1, 25], false), None, "a whole second brought nothing");
    }

    #[test]
    fn a_choked_connection_goes_on_growing() {
        assert_eq!(growth(&[1, 2, 11, 12, 21, 55], true), Some(6));
    }
}
