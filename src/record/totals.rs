//! The state of a run at a moment, and what it came to for each person and as a whole.

use super::{Central, Departure};
use crate::units::{PersonIndex, SimDuration, SimTime};

/// A system at a moment. Bytes and requests count from the beginning of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Of each class, in the scenario's order.
    pub classes: Vec<ClassSample>,
    /// Copies of the rarest, the mean and the commonest piece among peers online: a swarm of one file has them.
    pub copies: Option<Copies>,
    /// Upload capacity present, integrated over the time since the run began: bytes that could have been sent.
    pub capacity_bytes: f64,
    /// Bytes of payload that persons have sent (useful or not, complete blocks).
    pub uploaded_bytes: u64,
    /// Content that persons online hold.
    pub stored_bytes: u64,
    /// Every central part, in a fixed order.
    pub servers: Vec<ServerSample>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Copies {
    pub min: u32,
    pub mean: f64,
    pub max: u32,
}

/// A central part at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ServerSample {
    pub part: Central,
    pub up: bool,
    /// Peers registered at a tracker, users logged in at an index, downloads under way at a server.
    pub clients: u32,
    /// Requests that wait or are worked on; clients that wait for a server.
    pub queue: u32,
    /// Requests answered and refused.
    pub served: u64,
    pub refused: u64,
    /// Seconds of work of all workers together (of what only its uplink limits: seconds of that uplink, fully used), and seconds
    /// that the answered requests spent in the system.
    pub busy_s: f64,
    pub sojourn_s: f64,
    /// Content or list entries kept.
    pub stored_bytes: u64,
    /// Content (a metainfo file, an answer) sent.
    pub sent_bytes: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClassSample {
    /// Persons online who still want something, and who do not.
    pub leechers: u32,
    pub seeds: u32,
    /// Persons who have got all that they will ever wish for, wherever they are.
    pub finished: u32,
    /// What those who arrived have wished for so far, and what of it they have: pieces in a swarm, else files.
    pub wanted: u64,
    pub had: u64,
}

/// What became of one person.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonTotals {
    pub peer: PersonIndex,
    /// `None`: never came within the run.
    pub arrived: Option<SimTime>,
    /// Everything wished for is there: the last of its wishes was fulfilled then.
    pub completed: Option<SimTime>,
    /// When the first piece (or file, where there are no pieces) was complete.
    pub first_piece: Option<SimTime>,
    pub left: Option<(SimTime, Departure)>,
    /// Payload received: useful bytes by the sender's reason, in the order of `UnchokeReason::ALL`.
    pub downloaded: [u64; 6],
    /// Payload sent, complete blocks, whatever became of them, by own reason.
    pub uploaded: [u64; 6],
    /// Useful bytes of whole files fetched from one supplier, and from servers.
    pub from_suppliers: u64,
    pub from_servers: u64,
    /// Bytes of files sent to those who fetched them here, whatever became of them.
    pub to_requesters: u64,
    /// Received in vain: duplicates and what a restart threw away, and pieces that failed their check.
    pub wasted_duplicate: u64,
    pub wasted_corrupt: u64,
    /// Part-blocks lost when a connection or a neighbour went.
    pub lost_bytes: u64,
    /// Time spent unfinished with nothing arriving, in the order of `Waiting::ALL`.
    pub waited: [SimDuration; 5],
    /// Pieces accepted that are not what the author made (hash check off).
    pub corrupt_pieces: u32,
    /// Had everything that it wanted when it came.
    pub wanted_nothing: bool,
    /// Wishes made and fulfilled within the run.
    pub wishes: u32,
    pub fetched: u32,
    /// Searches (of others) that it answered with a file of its own.
    pub answered: u32,
}

impl PersonTotals {
    /// Somebody who never came.
    pub fn nobody(peer: PersonIndex) -> PersonTotals {
        PersonTotals {
            peer,
            arrived: None,
            completed: None,
            first_piece: None,
            left: None,
            downloaded: [0; 6],
            uploaded: [0; 6],
            from_suppliers: 0,
            from_servers: 0,
            to_requesters: 0,
            wasted_duplicate: 0,
            wasted_corrupt: 0,
            lost_bytes: 0,
            waited: [SimDuration::ZERO; 5],
            corrupt_pieces: 0,
            wanted_nothing: false,
            wishes: 0,
            fetched: 0,
            answered: 0,
        }
    }

    /// Useful payload received.
    pub fn received(&self) -> u64 {
        self.downloaded.iter().sum::<u64>() + self.from_suppliers + self.from_servers
    }

    /// Payload sent.
    pub fn sent(&self) -> u64 {
        self.uploaded.iter().sum::<u64>() + self.to_requesters
    }
}

/// What a run came to as a whole, with its own accounts checked.
#[derive(Clone, Debug, PartialEq)]
pub struct RunTotals {
    pub events: u64,
    pub blocks: u64,
    pub peak_online: u32,
    /// Payload sent by persons and servers, and what became of it.
    pub sent_bytes: u64,
    pub received_bytes: u64,
    pub in_flight_bytes: u64,
    pub lost_bytes: u64,
    /// Every central part at the end.
    pub servers: Vec<ServerSample>,
    /// Useful payload between classes: `[from][to]`.
    pub traffic: Vec<Vec<u64>>,
    /// Useful payload from servers, by receiving class.
    pub from_servers: Vec<u64>,
    /// What belongs to the pieces of a swarm of one file.
    pub swarm: Option<SwarmTotals>,
    pub search: SearchTraffic,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SwarmTotals {
    pub pieces: u64,
    /// Final copies of each piece, among peers online at the end.
    pub copies: Vec<u32>,
    /// When the first copy of each piece had arrived at any leecher.
    pub first_copy: Vec<Option<SimTime>>,
}

/// Messages of searching and of keeping the overlay together, each copy of a flood counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SearchTraffic {
    pub queries: u64,
    pub duplicates: u64,
    pub hits: u64,
    pub pings: u64,
    pub pongs: u64,
    pub pushes: u64,
    /// Headers and payload of all of them.
    pub bytes: u64,
}
