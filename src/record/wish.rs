//! What becomes of a wish: the search for a file, the wait for it, its transfer.

use crate::units::{FileIndex, PersonIndex, SimDuration, SimTime};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WishOutcome {
    /// The whole file is there.
    Fetched,
    /// The search named nobody who has it, or was refused, and was not repeated.
    NotFound,
    /// Suppliers were found, but none of those asked delivered.
    Failed,
    /// The person left for good before it was decided.
    Left,
    /// The run ended first.
    Open,
}

impl WishOutcome {
    pub const ALL: [WishOutcome; 5] = [
        WishOutcome::Fetched,
        WishOutcome::NotFound,
        WishOutcome::Failed,
        WishOutcome::Left,
        WishOutcome::Open,
    ];
}

/// One wish from its beginning to its end. The three spans add up to the time from `wished` to `ended` (or to the end of
/// the run), less the time that its person was away.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WishTotals {
    pub peer: PersonIndex,
    pub file: FileIndex,
    pub wished: SimTime,
    pub outcome: WishOutcome,
    /// `None` while it is open.
    pub ended: Option<SimTime>,
    /// Until a supplier is known, again after each supplier that failed: for a swarm, the metainfo file and the tracker's
    /// first answer; nothing for a plain server.
    pub finding: SimDuration,
    /// A supplier is known and no data arrives: queues, choking, handshakes; or the person's own downloads come first.
    pub waiting: SimDuration,
    /// Data arrives.
    pub transferring: SimDuration,
    /// Searches sent, and suppliers of the file that their answers named.
    pub searches: u32,
    pub suppliers: u32,
    /// Suppliers asked, and transfers that broke off.
    pub attempts: u32,
    pub broken: u32,
    /// Persons online who shared the file when it was first searched for, whether the search could see them or not; without
    /// the asker.
    pub available: u32,
    /// What its searches cost: messages and their bytes (each copy of a flood counts), persons reached, copies that reached
    /// somebody again.
    pub messages: u64,
    pub message_bytes: u64,
    pub reached: u32,
    pub duplicates: u64,
}

impl WishTotals {
    /// A wish made at `wished`, of which nothing has come yet.
    pub fn new(peer: PersonIndex, file: FileIndex, wished: SimTime) -> WishTotals {
        WishTotals {
            peer,
            file,
            wished,
            outcome: WishOutcome::Open,
            ended: None,
            finding: SimDuration::ZERO,
            waiting: SimDuration::ZERO,
            transferring: SimDuration::ZERO,
            searches: 0,
            suppliers: 0,
            attempts: 0,
            broken: 0,
            available: 0,
            messages: 0,
            message_bytes: 0,
            reached: 0,
            duplicates: 0,
        }
    }
}
