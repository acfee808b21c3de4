//! One number that says what happened: equal digests, equal runs.

use xxhash_rust::xxh3::Xxh3;

use super::{Central, Observer, Record};
use crate::units::{PersonIndex, SimTime};

/// Hashes every domain record with its time, in order. Messages are left out, so that watching them
/// does not change the digest; so are samples and totals, which follow from the records.
#[derive(Default)]
pub struct DomainDigest(Xxh3);

impl DomainDigest {
    /// The digest as 32 hexadecimal digits.
    pub fn hex(&self) -> String {
        format!("{:032x}", self.0.digest128())
    }

    fn put(&mut self, numbers: &[u64]) {
        let mut bytes = [0u8; 8 * 7];
        for (slot, number) in bytes.chunks_exact_mut(8).zip(numbers) {
            slot.copy_from_slice(&number.to_le_bytes());
        }
        self.0.update(&bytes[..8 * numbers.len()]);
    }
}

impl Observer for DomainDigest {
    fn record(&mut self, at: SimTime, record: &Record) {
        let t = at.0;
        let id = |p: PersonIndex| u64::from(p.0);
        // A server is nobody: one more than the largest person.
        let sender = |from: Option<PersonIndex>| from.map_or(1 << 32, id);
        match *record {
            Record::Message { .. } => {}
            Record::Arrived { peer } => self.put(&[t, 1, id(peer)]),
            Record::MetainfoFetched { peer } => self.put(&[t, 2, id(peer)]),
            Record::Announced { peer, peers } => self.put(&[t, 3, id(peer), u64::from(peers)]),
            Record::Connected { from, to } => self.put(&[t, 4, id(from), id(to)]),
            Record::Disconnected { peer, neighbour, reason } => {
                self.put(&[t, 5, id(peer), id(neighbour), reason as u64]);
            }
            Record::Unchoked { peer, neighbour, reason, rank, rate } => {
                self.put(&[t, 6, id(peer), id(neighbour), reason as u64, u64::from(rank), rate.to_bits()]);
            }
            Record::Rereasoned { peer, neighbour, reason, rank, rate } => {
                self.put(&[t, 7, id(peer), id(neighbour), reason as u64, u64::from(rank), rate.to_bits()]);
            }
            Record::Choked { peer, neighbour, reason, rank, rate } => {
                self.put(&[t, 8, id(peer), id(neighbour), reason as u64, u64::from(rank), rate.to_bits()]);
            }
            Record::Overdue { peer, neighbour, overdue } => {
                self.put(&[t, 9, id(peer), id(neighbour), u64::from(overdue)]);
            }
            Record::PieceCompleted { peer, piece, intact } => {
                self.put(&[t, 10, id(peer), u64::from(piece.0), u64::from(intact)]);
            }
            Record::HashFailed { peer, piece } => self.put(&[t, 11, id(peer), u64::from(piece.0)]),
            Record::Banned { peer, neighbour } => self.put(&[t, 12, id(peer), id(neighbour)]),
            Record::EndgameStarted { peer } => self.put(&[t, 13, id(peer)]),
            Record::Finished { peer } => self.put(&[t, 14, id(peer)]),
            Record::Left { peer, how } => self.put(&[t, 15, id(peer), how as u64]),
            Record::WentAway { peer } => self.put(&[t, 16, id(peer)]),
            Record::CameBack { peer } => self.put(&[t, 17, id(peer)]),
            Record::Wished { peer, file } => self.put(&[t, 18, id(peer), u64::from(file.0)]),
            Record::Searched { peer, file } => self.put(&[t, 19, id(peer), u64::from(file.0)]),
            Record::Answered { peer, file, suppliers } => {
                self.put(&[t, 20, id(peer), u64::from(file.0), u64::from(suppliers)]);
            }
            Record::Refused { peer, by } => self.put(&[t, 21, id(peer), central(by)]),
            Record::TransferStarted { from, to, file } => {
                self.put(&[t, 22, sender(from), id(to), u64::from(file.0)]);
            }
            Record::TransferBroken { from, to, file } => {
                self.put(&[t, 23, sender(from), id(to), u64::from(file.0)]);
            }
            Record::Fetched { from, to, file } => self.put(&[t, 24, sender(from), id(to), u64::from(file.0)]),
            Record::Listed { peer, files } => self.put(&[t, 25, id(peer), u64::from(files)]),
            Record::Unlisted { peer } => self.put(&[t, 26, id(peer)]),
        }
    }
}

fn central(part: Central) -> u64 {
    match part {
        Central::Tracker => 0,
        Central::WebServer => 1,
        Central::Index(number) => 2 << 32 | u64::from(number),
        Central::Server(number) => 3 << 32 | u64::from(number),
    }
}
