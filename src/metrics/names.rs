//! What the exported tables call things: kebab-case names of the reason codes, texts of messages, names of persons.
//!
//! These words are part of the promise that the columns make; they never change with the Rust names.

use crate::record::{
    AnnounceEvent, Central, ChokeReason, Departure, DisconnectReason, Message, Party, UnchokeReason, Waiting,
    WishOutcome,
};
use crate::spec::{FaultTarget, Scenario};
use crate::units::{ClassIndex, PersonIndex};

/// Why somebody is unchoked.
pub fn unchoke_reason(reason: UnchokeReason) -> &'static str {
    match reason {
        UnchokeReason::Regular => "regular",
        UnchokeReason::Optimistic => "optimistic",
        UnchokeReason::Seed => "seed",
        UnchokeReason::AllowedFast => "allowed-fast",
        UnchokeReason::Uninterested => "uninterested",
        UnchokeReason::Unranked => "unranked",
    }
}

/// Why somebody is choked.
pub fn choke_reason(reason: ChokeReason) -> &'static str {
    match reason {
        ChokeReason::Outranked => "outranked",
        ChokeReason::NotInterested => "not-interested",
        ChokeReason::Snubbing => "snubbing",
        ChokeReason::OptimisticRotation => "optimistic-rotation",
        ChokeReason::SeedRotation => "seed-rotation",
        ChokeReason::FreeRiding => "free-riding",
    }
}

/// Why a connection ended.
pub fn disconnect_reason(reason: DisconnectReason) -> &'static str {
    match reason {
        DisconnectReason::BothSeeds => "both-seeds",
        DisconnectReason::NeighbourLeft => "neighbour-left",
        DisconnectReason::TimedOut => "timed-out",
        DisconnectReason::Banned => "banned",
    }
}

/// How somebody left, as the end of a sentence.
pub fn departure(how: Departure) -> &'static str {
    match how {
        Departure::Clean => "said goodbye",
        Departure::Vanished => "vanished without a word",
        Departure::GaveUp => "gave up, unfinished",
    }
}

/// What somebody waited for, as the end of a sentence.
pub fn waiting(what: Waiting) -> &'static str {
    match what {
        Waiting::Joining => "for the metainfo file or the tracker",
        Waiting::NoNeighbours => "without any neighbour",
        Waiting::NothingToAsk => "with nothing left to ask a neighbour for",
        Waiting::Choked => "choked by all that had a missing piece",
        Waiting::Requested => "for the first byte of a request",
    }
}

/// The text of a message in `messages.csv`.
pub fn message(message: Message) -> String {
    match message {
        Message::GetMetainfo => "get metainfo".into(),
        Message::Metainfo => "metainfo".into(),
        Message::Announce { event } => format!("announce {}", announce_event(event)),
        Message::Peers { count } => counted(count, "peer"),
        Message::Handshake => "handshake".into(),
        Message::Bitfield { pieces } => format!("bitfield ({})", counted(pieces, "piece")),
        Message::AllowedFast { pieces } => format!("allowed fast ({})", counted(pieces, "piece")),
        Message::Interested => "interested".into(),
        Message::NotInterested => "not interested".into(),
        Message::Choke => "choke".into(),
        Message::Unchoke { reason } => format!("unchoke ({})", unchoke_reason(reason)),
        Message::Request { piece, block } => format!("request piece {} block {block}", piece.0),
        Message::Piece { piece, block } => format!("piece {} block {block}", piece.0),
        Message::Cancel { piece, block } => format!("cancel piece {} block {block}", piece.0),
        Message::Have { piece } => format!("have piece {}", piece.0),
        Message::Close => "close".into(),
    }
}

fn announce_event(event: AnnounceEvent) -> &'static str {
    match event {
        AnnounceEvent::Started => "started",
        AnnounceEvent::Periodic => "periodic",
        AnnounceEvent::Completed => "completed",
        AnnounceEvent::Stopped => "stopped",
    }
}

/// A person's name: its class and its number, which is the one in every `peer` column and in `explain --peer`.
pub fn person(scenario: &Scenario, class: ClassIndex, person: PersonIndex) -> String {
    format!("{} {}", scenario.classes[class.at()].name, person.0)
}

/// Who sends or receives; `name` says how a person is called.
pub fn party(party: Party, name: impl Fn(PersonIndex) -> String) -> String {
    match party {
        Party::Peer(person) => name(person),
        Party::Tracker => "tracker".into(),
        Party::WebServer => "web server".into(),
    }
}

/// A central part in the column `server`.
pub fn central(part: Central) -> String {
    match part {
        Central::Tracker => "tracker".into(),
        Central::WebServer => "web-server".into(),
        Central::Index(number) => format!("index-{number}"),
        Central::Server(number) => format!("server-{number}"),
    }
}

/// What is switched off, in the column `part`; `machines` are those of its kind in the system.
pub fn fault_target(what: FaultTarget, machines: u32) -> String {
    match what {
        FaultTarget::Tracker => central(Central::Tracker),
        FaultTarget::WebServer => central(Central::WebServer),
        FaultTarget::Index(Some(number)) => central(Central::Index(number)),
        FaultTarget::Index(None) => if machines == 1 { "index" } else { "indexes" }.into(),
        FaultTarget::Server(Some(number)) => central(Central::Server(number)),
        FaultTarget::Server(None) => if machines == 1 { "server" } else { "servers" }.into(),
    }
}

/// What became of a wish, in the column `outcome`.
pub fn wish_outcome(outcome: WishOutcome) -> &'static str {
    match outcome {
        WishOutcome::Fetched => "fetched",
        WishOutcome::NotFound => "not-found",
        WishOutcome::Failed => "failed",
        WishOutcome::Left => "left",
        WishOutcome::Open => "open",
    }
}

/// `1 peer`, `2 peers`.
fn counted(count: u32, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
