//! Follows a swarm by its messages and decisions, with books of its own, and notes where they touch a rule of BEP 3.
//!
//! One torrent; everybody begins with nothing or with everything.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::record::{ChokeReason, Message, Observer, Party, Record, UnchokeReason};
use crate::spec::BLOCK;
use crate::units::{PersonIndex, SimDuration, SimTime};
use crate::workload::{Holdings, Workload};

/// Cohen 2003: a rolling average of 20 s.
const WINDOW: SimDuration = SimDuration::from_whole_secs(20);

/// One run, seen through its messages.
#[derive(Default)]
pub struct Audit {
    members: Vec<Member>,
    /// When blocks came, by sender and receiver; what is older than the window is dropped.
    came: BTreeMap<(u32, u32), VecDeque<SimTime>>,
    pub found: Found,
}

/// What the rules speak of, as this run had it.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Between two moments at which one peer changed whom it unchokes, in seconds.
    pub between_changes: Vec<f64>,
    /// Between two rounds in which one peer ended an optimistic turn, in seconds.
    pub between_rotations: Vec<f64>,
    /// The greatest number of neighbours that one leecher unchoked for their rate at once.
    pub most_regular: usize,
    /// Bytes of the last 20 s from those that a leecher unchoked for their rate, and from those that it choked as outranked.
    pub from_unchoked: Vec<f64>,
    pub from_choked: Vec<f64>,
    /// First requests for a piece after the random first one, and those for a piece that none with fewer copies could replace.
    pub choices: usize,
    pub rarest: usize,
}

#[derive(Default)]
struct Member {
    neighbours: BTreeSet<u32>,
    has: BTreeSet<u32>,
    /// What it has told everybody.
    announced: BTreeSet<u32>,
    /// Pieces of which it has asked for a block.
    asked: BTreeSet<u32>,
    is_seed: bool,
    regular: BTreeSet<u32>,
    decided_at: Option<SimTime>,
    changed_at: Option<SimTime>,
    rotated_at: Option<SimTime>,
}

impl Audit {
    pub fn new(workload: &Workload, pieces: u32) -> Audit {
        let member = |holds: &Holdings| match holds {
            Holdings::Everything => {
                let all: BTreeSet<u32> = (0..pieces).collect();
                Member { has: all.clone(), announced: all, is_seed: true, ..Member::default() }
            }
            Holdings::Nothing => Member::default(),
            Holdings::Pieces(_) | Holdings::Files(_) => panic!("nobody begins with a part"),
        };
        let members = workload.people.iter().map(|person| member(&person.holds));
        Audit { members: members.collect(), ..Audit::default() }
    }

    fn member(&mut self, who: PersonIndex) -> &mut Member {
        &mut self.members[who.at()]
    }

    /// Bytes that came from one to the other within the window before `now`.
    fn recent(&mut self, now: SimTime, from: PersonIndex, to: PersonIndex) -> f64 {
        let Some(blocks) = self.came.get_mut(&(from.0, to.0)) else { return 0.0 };
        while blocks.front().is_some_and(|&at| now.since(at) > WINDOW) {
            blocks.pop_front();
        }
        blocks.len() as f64 * BLOCK.as_f64()
    }

    /// The peer changes whom it unchokes.
    fn changes(&mut self, now: SimTime, peer: PersonIndex) {
        self.settle(now, peer);
        if let Some(before) = self.member(peer).changed_at.replace(now).filter(|&before| before < now) {
            self.found.between_changes.push(now.since(before).as_secs());
        }
    }

    /// The peer decides: what its last decision left stood until now. (In the middle of a decision there may be one too many.)
    fn settle(&mut self, now: SimTime, peer: PersonIndex) {
        if self.member(peer).decided_at.replace(now) != Some(now) {
            self.found.most_regular = self.found.most_regular.max(self.member(peer).regular.len());
        }
    }

    fn unchokes(&mut self, now: SimTime, peer: PersonIndex, neighbour: PersonIndex, reason: UnchokeReason) {
        match reason {
            UnchokeReason::Regular => {
                let bytes = self.recent(now, neighbour, peer);
                self.found.from_unchoked.push(bytes);
                self.member(peer).regular.insert(neighbour.0);
            }
            UnchokeReason::Optimistic
            | UnchokeReason::Seed
            | UnchokeReason::AllowedFast
            | UnchokeReason::Uninterested
            | UnchokeReason::Unranked => {
                self.member(peer).regular.remove(&neighbour.0);
            }
        }
    }

    fn chokes(&mut self, now: SimTime, peer: PersonIndex, neighbour: PersonIndex, reason: ChokeReason) {
        self.member(peer).regular.remove(&neighbour.0);
        if reason == ChokeReason::Outranked && !self.member(peer).is_seed {
            let bytes = self.recent(now, neighbour, peer);
            self.found.from_choked.push(bytes);
        }
        if reason == ChokeReason::OptimisticRotation {
            let before = self.member(peer).rotated_at.replace(now).filter(|&before| before < now);
            self.found.between_rotations.extend(before.map(|before| now.since(before).as_secs()));
        }
    }

    fn says(&mut self, now: SimTime, from: PersonIndex, to: PersonIndex, message: Message) {
        match message {
            Message::Piece { .. } => self.came.entry((from.0, to.0)).or_default().push_back(now),
            Message::Have { piece } => {
                self.member(from).announced.insert(piece.0);
            }
            Message::Request { piece, .. } => self.asks(from, to, piece.0),
            Message::GetMetainfo
            | Message::Metainfo
            | Message::Announce { .. }
            | Message::Peers { .. }
            | Message::Handshake
            | Message::Bitfield { .. }
            | Message::AllowedFast { .. }
            | Message::Interested
            | Message::NotInterested
            | Message::Choke
            | Message::Unchoke { .. }
            | Message::Cancel { .. }
            | Message::Close => {}
        }
    }

    /// The first request for a piece is the picker's choice among all that the neighbour has shown and the peer still needs.
    fn asks(&mut self, peer: PersonIndex, neighbour: PersonIndex, piece: u32) {
        let me = &self.members[peer.at()];
        if me.asked.contains(&piece) {
            return;
        }
        if !me.has.is_empty() {
            let copies = |piece: u32| {
                me.neighbours
                    .iter()
                    .filter(|&&other| self.members[other as usize].announced.contains(&piece))
                    .count()
            };
            let shown = self.members[neighbour.at()].announced.iter().copied();
            let open = shown.filter(|other| !me.has.contains(other) && !me.asked.contains(other));
            let fewest = open.map(copies).min().expect("the piece itself is open");
            self.found.choices += 1;
            self.found.rarest += usize::from(copies(piece) == fewest);
        }
        self.member(peer).asked.insert(piece);
    }
}

impl Observer for Audit {
    fn record(&mut self, at: SimTime, record: &Record) {
        match *record {
            Record::Connected { from, to } => {
                self.member(from).neighbours.insert(to.0);
                self.member(to).neighbours.insert(from.0);
            }
            Record::Disconnected { peer, neighbour, .. } => {
                for (one, other) in [(peer, neighbour), (neighbour, peer)] {
                    self.member(one).neighbours.remove(&other.0);
                    self.member(one).regular.remove(&other.0);
                }
            }
            Record::Unchoked { peer, neighbour, reason, .. } => {
                self.changes(at, peer);
                self.unchokes(at, peer, neighbour, reason);
            }
            Record::Rereasoned { peer, neighbour, reason, .. } => {
                self.settle(at, peer);
                self.unchokes(at, peer, neighbour, reason);
            }
            Record::Choked { peer, neighbour, reason, .. } => {
                self.changes(at, peer);
                self.chokes(at, peer, neighbour, reason);
            }
            Record::PieceCompleted { peer, piece, .. } => {
                self.member(peer).has.insert(piece.0);
            }
            Record::Finished { peer } => {
                let member = self.member(peer);
                member.is_seed = true;
                member.regular.clear();
            }
            Record::Message { from: Party::Peer(from), to: Party::Peer(to), message } => {
                self.says(at, from, to, message);
            }
            Record::Message { .. }
            | Record::Arrived { .. }
            | Record::MetainfoFetched { .. }
            | Record::Announced { .. }
            | Record::Overdue { .. }
            | Record::HashFailed { .. }
            | Record::Banned { .. }
            | Record::EndgameStarted { .. }
            | Record::Left { .. }
            | Record::WentAway { .. }
            | Record::CameBack { .. }
            | Record::Wished { .. }
            | Record::Searched { .. }
            | Record::Answered { .. }
            | Record::Refused { .. }
            | Record::TransferStarted { .. }
            | Record::TransferBroken { .. }
            | Record::Fetched { .. }
            | Record::Listed { .. }
            | Record::Unlisted { .. } => {}
        }
    }

    fn wants_messages(&self) -> bool {
        true
    }
}
