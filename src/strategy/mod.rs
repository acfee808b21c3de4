//! What a peer may choose to do with the protocol: following its client's rules, or not.
//!
//! A strategy sees what any client sees and returns decisions with their reasons; it is never another kind of peer.

use crate::protocol::bittorrent::choker::{self, Candidate, Round, Scratch, Verdict};
use crate::record::ChokeReason;
use crate::rng::Stream;
use crate::spec::{Behavior, ClientSpec};

/// Whether this peer ever uploads, if only to its allowed-fast neighbours.
pub fn uploads(behavior: Behavior) -> bool {
    match behavior {
        Behavior::Compliant | Behavior::Corrupt => true,
        Behavior::FreeRider => false,
    }
}

/// Whether the blocks that this peer sends are garbage.
pub fn spoils(behavior: Behavior) -> bool {
    match behavior {
        Behavior::Corrupt => true,
        Behavior::Compliant | Behavior::FreeRider => false,
    }
}

/// The peer's decision on every neighbour; the verdicts are in `scratch`.
pub fn rechoke(
    behavior: Behavior,
    client: &ClientSpec,
    round: Round,
    candidates: &[Candidate],
    stream: &mut Stream,
    scratch: &mut Scratch,
) {
    if uploads(behavior) {
        choker::choose(client, round, candidates, stream, scratch);
    } else {
        let never = Verdict { unchoke: Err(ChokeReason::FreeRiding), optimistic: false, rank: 0 };
        scratch.verdicts.clear();
        scratch.verdicts.resize(candidates.len(), never);
        scratch.turn_after = None;
        scratch.rotated = false;
    }
}
