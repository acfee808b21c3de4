//! What can happen in a swarm, and who answers it.

use crate::record::{AnnounceEvent, Observer};

use super::Swarm;

/// What can happen next. Peers, transfers and answers are indices; a session or a generation tells a late event from a
/// current one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The request for the metainfo file reaches the web server.
    MetainfoRequested {
        peer: u32,
        session: u16,
    },
    TrackerHears {
        peer: u32,
        event: AnnounceEvent,
        session: u16,
    },
    TrackerServes {
        peer: u32,
        event: AnnounceEvent,
        session: u16,
        epoch: u32,
    },
    TrackerAnswers {
        peer: u32,
        answer: u32,
        session: u16,
    },
    /// It looks whether it has too few neighbours, or is due to announce.
    TrackerTimer {
        peer: u32,
        session: u16,
    },
    /// Both handshakes are through; the session is that of `from`.
    Connect {
        from: u32,
        to: u32,
        session: u16,
    },
    Rechoke {
        peer: u32,
        session: u16,
    },
    /// A round of a choker with clocks of its own may be due.
    ChokerTick {
        peer: u32,
        session: u16,
    },
    /// The word of `neighbour` that it is interested arrives.
    Interested {
        peer: u32,
        neighbour: u32,
        session: u16,
    },
    /// An unchoked connection that had nothing to ask for looks again.
    LookAgain {
        transfer: u32,
        generation: u32,
    },
    /// A rechoke out of turn: a neighbour's interest changed.
    Reconsider {
        peer: u32,
        session: u16,
    },
    UnchokeArrives {
        transfer: u32,
        generation: u32,
    },
    ChokeArrives {
        transfer: u32,
        generation: u32,
    },
    /// The answer to what was asked for after so many requests had been withdrawn.
    FirstByte {
        transfer: u32,
        generation: u32,
        withdrawn: u16,
    },
    /// Every missing block is asked for.
    EndgameBegins {
        peer: u32,
        session: u16,
    },
    /// In endgame all that was asked for has come from elsewhere.
    Emptied {
        transfer: u32,
        generation: u32,
    },
    HaveArrives {
        peer: u32,
        piece: u32,
        session: u16,
    },
    /// A HAVE reaches the one neighbour at that slot.
    WordArrives {
        peer: u32,
        slot: u16,
        piece: u32,
    },
    /// A super-seed looks whom it may show a new piece.
    RevealRound {
        peer: u32,
        session: u16,
    },
    /// A super-seed's HAVE reaches the one neighbour that it is for.
    RevelationArrives {
        peer: u32,
        slot: u16,
        piece: u32,
    },
    /// The silence of a vanished peer is noticed.
    Noticed {
        peer: u32,
        session: u16,
    },
}

impl<O: Observer> Swarm<'_, O> {
    /// Whether an event of that session is still about the peer's present one.
    pub(super) fn is_current(&self, peer: u32, session: u16) -> bool {
        self.peers[peer as usize].session == session
    }

    pub(super) fn happen(&mut self, event: Event) {
        match event {
            Event::MetainfoRequested { peer, session } if self.is_current(peer, session) => {
                self.send_metainfo(peer);
            }
            Event::TrackerHears { peer, event, session } => self.tracker_hears(peer, event, session),
            Event::TrackerServes { peer, event, session, epoch } => {
                self.tracker_serves(peer, event, session, epoch);
            }
            Event::TrackerAnswers { peer, answer, session } => self.tracker_answers(peer, answer, session),
            Event::TrackerTimer { peer, session } if self.is_current(peer, session) => {
                self.look_for_peers(peer);
            }
            Event::Connect { from, to, session } if self.is_current(from, session) => self.connect(from, to),
            Event::Rechoke { peer, session } if self.is_current(peer, session) => self.rechoke_by_timer(peer),
            Event::ChokerTick { peer, session } if self.is_current(peer, session) => self.choker_tick(peer),
            Event::Interested { peer, neighbour, session } if self.is_current(peer, session) => {
                self.hear_interest(peer, neighbour);
            }
            Event::LookAgain { transfer, generation } if self.transfers.is_current(transfer, generation) => {
                self.look_again(transfer);
            }
            Event::Reconsider { peer, session } if self.is_current(peer, session) => self.reconsider(peer),
            Event::UnchokeArrives { transfer, generation }
                if self.transfers.is_current(transfer, generation) =>
            {
                self.unchoke_arrives(transfer);
            }
            Event::ChokeArrives { transfer, generation }
                if self.transfers.is_current(transfer, generation) =>
            {
                self.choke_arrives(transfer);
            }
            Event::FirstByte { transfer, generation, withdrawn }
                if self.transfers.is_current(transfer, generation)
                    && self.transfers[transfer].withdrawn == withdrawn =>
            {
                self.first_byte(transfer);
            }
            Event::EndgameBegins { peer, session } if self.is_current(peer, session) => self.wake_idle(peer),
            Event::Emptied { transfer, generation } if self.transfers.is_current(transfer, generation) => {
                self.ask_instead(transfer);
            }
            Event::HaveArrives { peer, piece, session } if self.is_current(peer, session) => {
                self.have_arrives(peer, piece);
            }
            Event::WordArrives { peer, slot, piece } => self.word_arrives(peer, slot, piece),
            Event::RevealRound { peer, session } if self.is_current(peer, session) => self.reveal_round(peer),
            Event::RevelationArrives { peer, slot, piece } => self.revelation_arrives(peer, slot, piece),
            Event::Noticed { peer, session } if self.is_current(peer, session) => self.notice_vanished(peer),
            Event::MetainfoRequested { .. }
            | Event::TrackerTimer { .. }
            | Event::Connect { .. }
            | Event::Rechoke { .. }
            | Event::ChokerTick { .. }
            | Event::Interested { .. }
            | Event::LookAgain { .. }
            | Event::Reconsider { .. }
            | Event::UnchokeArrives { .. }
            | Event::ChokeArrives { .. }
            | Event::FirstByte { .. }
            | Event::EndgameBegins { .. }
            | Event::Emptied { .. }
            | Event::HaveArrives { .. }
            | Event::RevealRound { .. }
            | Event::Noticed { .. } => {}
        }
    }
}
