//! What the swarm remembers of its peers and their halves of connections. A peer is a member of one torrent: see
//! `members`.

use crate::net::LinkId;
use crate::record::Waiting;
use crate::spec::Behavior;
use crate::units::{SimDuration, SimTime};
use crate::workload::Person;

use super::rounds::Rounds;

/// No transfer, no peer: the free value of a 32-bit index.
pub const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Has never been in the swarm.
    Absent,
    /// Online, without the metainfo or the tracker's first answer.
    Joining,
    /// In the swarm.
    Online,
    /// Switched off without a word; its neighbours have not noticed yet.
    Vanished,
    /// Out of the swarm: its person has left or is away.
    Gone,
}

/// What others look at often, apart from the rest of a peer so that a glance at each of fifty neighbours stays in
/// cache.
#[derive(Clone, Copy, Debug)]
pub struct Glance {
    /// Complete pieces.
    pub complete: u32,
    pub class: u16,
    /// Transfers to it that are unchoked and on which nothing is asked for.
    pub idle: u16,
    /// Has every piece.
    pub is_seed: bool,
    /// May ask for some pieces while choked (BEP 6).
    pub asks_while_choked: bool,
    pub behavior: Behavior,
}

const _: () = assert!(size_of::<Glance>() == 12);

impl Glance {
    pub fn new(person: &Person) -> Glance {
        Glance {
            complete: 0,
            class: u16::try_from(person.class.0).expect("fewer than 65536 classes"),
            idle: 0,
            is_seed: false,
            asks_while_choked: false,
            behavior: person.behavior,
        }
    }
}

/// One person's part in a swarm. What a block and a HAVE touch comes first and fits one cache line.
#[repr(C, align(64))]
pub struct Peer {
    /// Bytes of control messages and acknowledgements sent since the last charge.
    pub control_up: u64,
    /// Bytes of other control messages than HAVE received since the last charge.
    pub control_down: u64,
    /// Requests and acknowledgements among the bytes of `control_up`: what it owes to receiving.
    pub reception_up: u64,
    /// Transfers to us on which data is under way.
    pub receiving: u16,
    pub connections: u16,
    pub presence: Presence,
    /// Has asked its neighbours for all missing blocks.
    pub endgame: bool,
    /// May have asked two neighbours for one block, as only endgame does.
    pub asks_twice: bool,
    /// A rechoke out of turn is on its way.
    pub reconsidering: bool,
    /// Has completed a piece in this run.
    pub has_completed: bool,
    /// Has had the metainfo file at some time.
    pub has_metainfo: bool,
    /// Counts its times in the swarm: an event of an earlier one is passed over.
    pub session: u16,
    pub uplink: LinkId,
    pub downlink: LinkId,
    /// The latency to the farthest neighbour, while it is known.
    pub farthest: Option<SimDuration>,
    /// By how many nanoseconds its clock is ahead of the run's in the phase of its ticks.
    pub clock: u64,
    /// Connections being opened from here.
    pub dialling: u16,
    /// Timer rounds of the choker so far.
    pub round: u32,
    /// Peers that it unchoked as a seed since its last timer round.
    pub unchoked_since: u32,
    pub optimistic_since: SimTime,
    /// When the next timer round would be, while it has no neighbour: none is scheduled then.
    pub paused_round: Option<SimTime>,
    /// Control traffic of the last round, up and down, and the part of the first that is owed to receiving: bytes/s,
    /// taken off its person's lines.
    pub charged: [f64; 3],
    /// The clocks of its choker, where they are its own.
    pub rounds: Option<Box<Rounds>>,
    /// Pieces that it may ask for while choked (BEP 6).
    pub allowed_fast: Vec<u32>,
    pub banned: Vec<u32>,
    pub announced_at: SimTime,
    pub waiting: Option<(Waiting, SimTime)>,
    /// Its wish among those under way; `NONE`: it wants nothing, or has it.
    pub wish: u32,
}

const _: () = assert!(std::mem::offset_of!(Peer, clock) <= 64);

impl Peer {
    pub fn new(uplink: LinkId, downlink: LinkId) -> Peer {
        Peer {
            presence: Presence::Absent,
            endgame: false,
            asks_twice: false,
            reconsidering: false,
            has_completed: false,
            has_metainfo: false,
            session: 0,
            connections: 0,
            dialling: 0,
            receiving: 0,
            uplink,
            downlink,
            round: 0,
            unchoked_since: 0,
            optimistic_since: SimTime::ZERO,
            paused_round: None,
            allowed_fast: Vec::new(),
            banned: Vec::new(),
            announced_at: SimTime::ZERO,
            waiting: None,
            farthest: None,
            wish: NONE,
            control_up: 0,
            control_down: 0,
            reception_up: 0,
            charged: [0.0; 3],
            clock: 0,
            rounds: None,
        }
    }

    /// A new time in the swarm: what was only in the client's memory is forgotten, what is on the disk is there.
    pub fn begin_session(&mut self) {
        assert!(self.connections == 0 && self.receiving == 0, "an earlier session has ended");
        self.presence = Presence::Joining;
        self.session = self.session.wrapping_add(1);
        self.endgame = false;
        self.asks_twice = false;
        self.reconsidering = false;
        self.dialling = 0;
        self.round = 0;
        self.unchoked_since = 0;
        self.paused_round = None;
        self.banned.clear();
        self.control_up = 0;
        self.control_down = 0;
        self.reception_up = 0;
    }
}

/// What is counted for one peer.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    pub downloaded: [u64; 6],
    pub uploaded: [u64; 6],
    pub wasted_duplicate: u64,
    pub wasted_corrupt: u64,
    /// Payload of part-blocks that were given up, as receiver and as sender.
    pub lost_received: f64,
    pub lost_sent: f64,
    pub waited: [SimDuration; 5],
    pub corrupt_pieces: u32,
}

/// One end of a connection. Eight bytes, because a HAVE looks at all of a peer's.
#[derive(Clone, Copy, Debug)]
pub struct Half {
    /// The peer at the other end; `NONE`: the slot is free.
    pub other: u32,
    /// The slot of the other end.
    pub mirror: u16,
    flags: u16,
}

const _: () = assert!(size_of::<Half>() == 8);

/// The two directions of a connection as one end of it sees them.
#[derive(Clone, Copy, Debug)]
pub struct Directions {
    /// The transfers to us and from us, if any.
    pub down: u32,
    pub up: u32,
    /// When we last choked or unchoked the other, in milliseconds; goes round in 49 days.
    changed_ms: u32,
    /// While there is no transfer to us, in the same way: when the last block came over one, or else the connection.
    heard_ms: u32,
}

/// A fact about one end of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Flag {
    AmChoking = 1,
    PeerChoking = 2,
    AmInterested = 4,
    Optimistic = 8,
    Newcomer = 16,
    /// It took part in a piece that failed its check: it gets pieces of its own until it is cleared.
    Parole = 32,
    /// It has every piece, so it counts no copies: our HAVEs cost it their bytes alone.
    Sated = 64,
    /// It knows that we have unchoked it, and asks us for nothing: it may wait for our next piece.
    PeerIdle = 128,
}

impl Default for Half {
    fn default() -> Half {
        Half::FREE
    }
}

impl Half {
    pub const FREE: Half = Half { other: NONE, mirror: 0, flags: 0 };

    pub fn new(other: u32, mirror: u16) -> Half {
        let flags = Flag::AmChoking as u16 | Flag::PeerChoking as u16 | Flag::Newcomer as u16;
        Half { other, mirror, flags }
    }

    pub fn is_free(&self) -> bool {
        self.other == NONE
    }

    /// Whether the neighbour may ask for a piece as soon as it learns that we have it; no free half is so.
    pub fn is_idle_on_us(&self) -> bool {
        let all = Flag::PeerIdle as u16 | Flag::AmChoking as u16 | Flag::Sated as u16;
        self.flags & all == Flag::PeerIdle as u16
    }

    pub fn has(&self, flag: Flag) -> bool {
        self.flags & flag as u16 != 0
    }

    pub fn set(&mut self, flag: Flag, value: bool) {
        if value {
            self.flags |= flag as u16;
        } else {
            self.flags &= !(flag as u16);
        }
    }
}

impl Default for Directions {
    fn default() -> Directions {
        Directions { down: NONE, up: NONE, changed_ms: 0, heard_ms: 0 }
    }
}

impl Directions {
    /// Those of a connection that begins: both are choked.
    pub fn new(now: SimTime) -> Directions {
        Directions { changed_ms: millis(now), heard_ms: millis(now), ..Directions::default() }
    }

    /// The transfer whose rate a choker goes by: a seed's by what it sends, a leecher's by what it receives.
    pub fn measured(&self, as_seed: bool) -> u32 {
        if as_seed { self.up } else { self.down }
    }

    /// To the millisecond; what [`Directions::grow_old`] has passed is taken for [`OLD`].
    pub fn changed_at(&self, now: SimTime) -> SimTime {
        moment(self.changed_ms, now)
    }

    /// When the last block came while there was a transfer to us, or the connection; as `changed_at`.
    pub fn heard_at(&self, now: SimTime) -> SimTime {
        moment(self.heard_ms, now)
    }

    /// To be called at least once in 24 days, so that the clock does not come round to what is older than that.
    pub fn grow_old(&mut self, now: SimTime) {
        for ms in [&mut self.changed_ms, &mut self.heard_ms] {
            if millis(now).wrapping_sub(*ms) > OLD {
                *ms = millis(now).wrapping_sub(OLD);
            }
        }
    }

    pub fn touch(&mut self, now: SimTime) {
        self.changed_ms = millis(now);
    }

    /// The transfer to us is forgotten, whose last block came at this moment.
    pub fn forget_down(&mut self, last_block: SimTime) {
        self.down = NONE;
        self.heard_ms = millis(last_block);
    }
}

/// An age in milliseconds, some 25 days: nobody asks whether something is older than that.
const OLD: u32 = 1 << 31;

fn millis(now: SimTime) -> u32 {
    (now.0 / 1_000_000) as u32
}

/// The last moment until `now` of which `millis` is `ms`.
fn moment(ms: u32, now: SimTime) -> SimTime {
    let age = millis(now).wrapping_sub(ms);
    SimTime((now.0 / 1_000_000).saturating_sub(u64::from(age)) * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_a_choke_was_changed_is_known_after_years() {
        let at = |days: u64| SimTime(days * 86_400 * 1_000_000_000 + 7_000_000);
        let mut directions = Directions::new(at(49));
        assert_eq!((directions.changed_at(at(49)), directions.changed_at(at(60))), (at(49), at(49)));
        directions.touch(at(3_650));
        assert_eq!(
            (directions.changed_at(at(3_650)), directions.changed_at(at(3_670))),
            (at(3_650), at(3_650))
        );
        for day in 3_650..3_800 {
            directions.grow_old(at(day));
            let age = at(day).since(directions.changed_at(at(day)));
            assert_eq!(
                age,
                SimDuration::from_millis(u64::from(OLD)).min(at(day).since(at(3_650))),
                "day {day}"
            );
        }
    }
}
