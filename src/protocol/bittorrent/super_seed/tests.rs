//! Each rule as a case: neighbours as strings of the pieces that they have, revelations as text.

use super::*;
use crate::rng::Seed;

const PIECES: u32 = 6;

fn at(secs: u64) -> SimTime {
    SimTime(secs * 1_000_000_000)
}

fn set(pieces: &str) -> Vec<u64> {
    let mut set = vec![0; bitfield::words(PIECES)];
    pieces.chars().for_each(|c| bitfield::insert(&mut set, c.to_digit(10).expect("a digit")));
    set
}

/// A super-seed and what its neighbours have, by slot.
struct Case {
    seed: SuperSeed,
    theirs: Vec<(u16, Vec<u64>)>,
    interested: u32,
    stream: Stream,
    now: SimTime,
}

impl Case {
    /// Neighbours with these pieces; so many are interested. The time of listening is over.
    fn new(theirs: &[&str], interested: u32) -> Case {
        let stream = Seed { seed: 3, replicate: 0 }.stream("super-seed");
        let mut case =
            Case { seed: SuperSeed::new(PIECES), theirs: Vec::new(), interested, stream, now: at(100) };
        for (slot, pieces) in theirs.iter().enumerate() {
            case.meet(slot as u16, 100 + slot as u32, pieces);
        }
        assert_eq!(case.round(), [], "it listens first");
        case.now = at(110);
        case
    }

    fn meet(&mut self, slot: u16, identity: u32, pieces: &str) {
        self.seed.meet(slot, identity, &set(pieces));
        self.theirs.push((slot, set(pieces)));
    }

    fn part(&mut self, slot: u16) {
        self.seed.part(slot);
        self.theirs.retain(|&(other, _)| other != slot);
    }

    /// The neighbour at the slot announces a piece.
    fn announce(&mut self, slot: u16, piece: u32) {
        let (_, theirs) = self.theirs.iter_mut().find(|(other, _)| *other == slot).expect("it is there");
        bitfield::insert(theirs, piece);
        self.seed.hear(piece);
    }

    fn round(&mut self) -> Vec<(u16, u32)> {
        let mut availability = vec![0u8; PIECES as usize];
        for (_, theirs) in &self.theirs {
            bitfield::ones(theirs).for_each(|piece| availability[piece as usize] += 1);
        }
        let round = Round {
            now: self.now,
            neighbours: self.theirs.iter().map(|(slot, theirs)| (*slot, &theirs[..])).collect(),
            interested: self.interested,
            availability: Copies::Narrow(&availability),
        };
        let revelations = self.seed.round(round, &mut self.stream);
        revelations.into_iter().map(|Revelation { slot, piece }| (slot, piece)).collect()
    }

    /// The piece revealed to each slot in a round in which everybody gets one.
    fn pieces_by_slot(&mut self) -> Vec<u32> {
        let mut revelations = self.round();
        revelations.sort_unstable();
        assert!(revelations.iter().map(|(slot, _)| *slot).eq(0..self.theirs.len() as u16), "{revelations:?}");
        revelations.into_iter().map(|(_, piece)| piece).collect()
    }
}

#[test]
fn it_listens_for_ten_seconds_after_its_first_neighbours() {
    let mut case = Case::new(&["", ""], 4);
    case.now = at(109);
    assert_eq!(case.round(), []);
    case.now = at(110);
    assert_eq!(case.round().len(), 2);
    let mut alone = Case::new(&[], 0);
    assert_eq!(alone.round(), [], "without neighbours the time does not begin");
    alone.meet(0, 7, "");
    assert_eq!(alone.round(), []);
}

#[test]
fn everybody_is_shown_a_piece_of_its_own_while_there_are_any() {
    for interested in [0, 4] {
        let mut case = Case::new(&[""; 6], interested);
        let mut pieces = case.pieces_by_slot();
        pieces.sort_unstable();
        assert_eq!(pieces, [0, 1, 2, 3, 4, 5]);
        assert_eq!(case.round(), [], "one at a time");
    }
}

#[test]
fn what_the_neighbours_have_is_shown_last() {
    // Pieces 0, 1 and 2 have two copies, 3 has one; 4 and 5 were never sent.
    let mut case = Case::new(&["012", "0123"], 4);
    let mut pieces = case.pieces_by_slot();
    pieces.sort_unstable();
    assert_eq!(pieces, [4, 5]);
}

#[test]
fn nobody_is_shown_what_it_has() {
    let mut case = Case::new(&["01234", "02345"], 4);
    assert_eq!(case.pieces_by_slot(), [5, 1]);
}

#[test]
fn the_next_piece_waits_until_the_last_is_seen_at_another_peer() {
    let mut case = Case::new(&["", ""], 4);
    let [mine, _] = case.pieces_by_slot()[..] else { unreachable!("two neighbours") };
    case.announce(0, mine);
    assert_eq!(case.round(), [], "only the neighbour that it was shown to has it");
    case.announce(1, mine);
    let revelations = case.round();
    assert_eq!(revelations.len(), 1);
    assert!(revelations[0].0 == 0 && revelations[0].1 != mine, "{revelations:?}");
}

#[test]
fn with_too_few_interested_a_complete_piece_is_enough() {
    let mut case = Case::new(&["", ""], 4);
    let [mine, _] = case.pieces_by_slot()[..] else { unreachable!("two neighbours") };
    case.interested = 3;
    assert_eq!(case.round(), [], "not even the neighbour has it");
    case.announce(0, mine);
    let revelations = case.round();
    assert!(matches!(revelations[..], [(0, piece)] if piece != mine), "{revelations:?}");
}

#[test]
fn of_several_that_wait_only_as_many_are_let_through_as_are_missing() {
    let mut case = Case::new(&["", "", "", "", ""], 4);
    let pieces = case.pieces_by_slot();
    for (slot, piece) in pieces.into_iter().enumerate() {
        case.announce(slot as u16, piece);
    }
    case.interested = 2;
    // Two short of four. The sixth piece is the rarest, for the first; the second is shown what another was.
    assert_eq!(case.round().len(), 2);
}

#[test]
fn who_comes_back_still_owes_its_last_piece() {
    let mut case = Case::new(&["", ""], 4);
    let [mine, _] = case.pieces_by_slot()[..] else { unreachable!("two neighbours") };
    case.part(0);
    case.meet(2, 100, "");
    assert_eq!(case.round(), [(2, mine)], "it is shown the same piece again");
    case.announce(2, mine);
    case.part(2);
    case.meet(0, 100, &mine.to_string());
    assert_eq!(case.round(), [], "its own copy is no news");
    case.announce(1, mine);
    assert_eq!(case.round(), [], "and one more is one");
    case.meet(3, 103, &mine.to_string());
    assert_eq!(case.round().len(), 2, "two are enough; and the newcomer is shown its first");
}

#[test]
fn a_neighbour_knows_what_has_arrived_and_only_over_its_connection() {
    let mut case = Case::new(&["", ""], 4);
    let pieces = case.pieces_by_slot();
    let word = |slot: u16, piece: u32| Revelation { slot, piece };
    (0..2).for_each(|slot| case.seed.send(word(slot, pieces[usize::from(slot)]), at(111)));
    assert_eq!(bitfield::count(case.seed.known(0)), 0, "the word is under way");
    assert!(case.seed.arrive(word(0, pieces[0]), at(111)));
    assert!(bitfield::ones(case.seed.known(0)).eq([pieces[0]]));
    assert_eq!(bitfield::count(case.seed.known(1)), 0);
    // A word to somebody who has gone, and whose slot is another's now.
    case.part(1);
    assert!(!case.seed.arrive(word(1, pieces[1]), at(111)));
    case.meet(1, 9, "");
    assert!(!case.seed.arrive(word(1, pieces[1]), at(111)));
}

#[test]
fn a_word_from_before_is_not_taken_for_that_of_a_new_connection() {
    let mut case = Case::new(&[""], 4);
    let [piece] = case.pieces_by_slot()[..] else { panic!("one neighbour is shown one piece") };
    let word = Revelation { slot: 0, piece };
    case.seed.send(word, at(114));
    case.part(0);
    case.meet(0, 100, "");
    case.now = at(112);
    assert_eq!(case.round(), [(0, piece)], "it is shown that one again");
    case.seed.send(word, at(116));
    assert!(!case.seed.arrive(word, at(114)), "its connection is over");
    assert!(case.seed.arrive(word, at(116)));
    assert!(!case.seed.arrive(word, at(116)), "a word arrives once");
    case.seed.check().expect("all that was revealed is known");
}
