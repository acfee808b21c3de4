//! Control traffic on people's lines: what a round of small messages took is taken off a line's capacity in the next, since
//! it is spread over time and much smaller than the data.

use crate::record::Observer;
use crate::units::Rate;

use super::world::World;

/// IPv4 and TCP headers without options; a control message has a segment of its own.
pub const HEADERS: u64 = 40;
/// Payload of a full segment: an Ethernet frame's 1500 bytes without headers.
pub const SEGMENT: u64 = 1460;
/// Below this change of a line's capacity it is left as it is, to spare the network the work.
pub const WORTHWHILE: f64 = 0.002;
/// The same where a swarm is followed piece by piece.
pub const WORTHWHILE_BY_PIECE: f64 = 0.01;

/// What so many bytes in a row take on the line: with the headers of their segments.
pub fn in_segments(bytes: u64) -> u64 {
    bytes + bytes.div_ceil(SEGMENT) * HEADERS
}

/// What is left of a line when so much is taken off it, in bytes/s.
pub fn left_of(nominal: f64, taken: f64) -> f64 {
    (nominal - taken).max(nominal / 2.0)
}

impl<O: Observer, E: Copy> World<'_, O, E> {
    /// The person's control traffic took so many bytes per second in the last round. At most half of a line is taken, so
    /// that none stalls by its own control traffic. No more than `most_down` comes down in any case.
    pub fn take_off_lines(&mut self, person: u32, up: f64, down: f64, most_down: f64) {
        let lines = &self.people[person as usize];
        for (link, nominal, used, most) in [
            (self.uplink(person), lines.upload.0, up, f64::INFINITY),
            (self.downlink(person), lines.download.0, down, most_down),
        ] {
            let capacity = left_of(nominal, used).min(most);
            let present = self.net.capacity(link).0;
            let differs = match (nominal.is_finite(), present.is_finite()) {
                (true, true) => (capacity - present).abs() > self.worthwhile * nominal,
                // The network does not ask what the line can take.
                (true, false) => false,
                (false, _) => capacity != present,
            };
            if differs {
                self.net.set_capacity(self.now, link, Rate(capacity));
            }
        }
    }
}
