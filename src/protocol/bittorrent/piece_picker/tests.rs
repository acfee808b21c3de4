//! Each rule of the picker as a case: copies, our pieces and a neighbour's pieces as characters.

use super::*;
use crate::rng::Seed;
use crate::scenario::Preset;

const DRAWS: u32 = 12_000;
const BLOCKS: u32 = 2;

/// Rarest first without random first; `client` of each case says what else is different.
fn rarest(strict_priority: StrictPriority) -> ClientSpec {
    ClientSpec { picker: Picker::RarestFirst, random_first: 0, strict_priority, ..Preset::Lecture.client() }
}

fn with(picker: Picker) -> ClientSpec {
    ClientSpec { picker, ..rarest(StrictPriority::On) }
}

/// A downloader and one neighbour.
struct Case {
    copies: Vec<u16>,
    theirs: Vec<u64>,
    fresh: Vec<u64>,
    complete: u32,
    started: Vec<StartedPiece>,
    reserved: Vec<u32>,
    at_seed: bool,
    crowded: bool,
}

/// A digit of `copies` counts a piece's copies among the neighbours. `ours`: a space is a piece that was not begun,
/// `h` one that we have, `s` one that is started, `f` started and asked for in full, `S` started and asked of a seed,
/// `r` started and reserved for someone else. `theirs`: `*` where the neighbour has the piece.
fn setup(copies: &str, ours: &str, theirs: &str) -> Case {
    assert!(copies.len() == ours.len() && ours.len() == theirs.len(), "one letter a piece");
    let pieces = copies.len() as u32;
    let set_of = |text: &str, letter: char| {
        let mut set = vec![0; bitfield::words(pieces)];
        let places = text.chars().zip(0..).filter(|&(c, _)| c == letter);
        places.for_each(|(_, piece)| bitfield::insert(&mut set, piece));
        set
    };
    let start = |(state, piece): (char, u32)| {
        let mut started = StartedPiece::new(piece, BLOCKS);
        let asked = match state {
            ' ' | 'h' => return None,
            's' | 'S' | 'r' => 1,
            'f' => BLOCKS,
            other => panic!("`{other}` is no state"),
        };
        (0..asked).for_each(|block| assert_eq!(started.request_next(1), Some((block, 1))));
        started.asked_of_seed = state == 'S';
        Some(started)
    };
    Case {
        copies: copies.chars().map(|c| c.to_digit(10).expect("a digit") as u16).collect(),
        theirs: set_of(theirs, '*'),
        fresh: set_of(ours, ' '),
        complete: ours.matches('h').count() as u32,
        started: ours.chars().zip(0..).filter_map(start).collect(),
        reserved: ours.chars().zip(0..).filter(|&(c, _)| c == 'r').map(|(_, piece)| piece).collect(),
        at_seed: false,
        crowded: false,
    }
}

fn at_seed(copies: &str, ours: &str) -> Case {
    Case { at_seed: true, ..setup(copies, ours, &"*".repeat(ours.len())) }
}

/// The picked piece, and whether it was started already.
fn pick_from(client: &ClientSpec, case: &Case, stream: &mut Stream) -> Option<(u32, bool)> {
    let in_swarm: Vec<u32> = case.copies.iter().map(|&count| 9 - u32::from(count)).collect();
    let view = View {
        theirs: &case.theirs,
        fresh: &case.fresh,
        // The whole swarm holds many copies of what the neighbours hold few of.
        copies: match client.picker {
            Picker::GlobalRarest => Copies::Swarm(&in_swarm),
            Picker::RarestFirst | Picker::Random | Picker::Sequential => Copies::Wide(&case.copies),
        },
        complete: case.complete,
        at_seed: case.at_seed,
        crowded: case.crowded,
    };
    let may_join = |piece: &StartedPiece| !case.reserved.contains(&piece.piece);
    pick(client, &view, &case.started, may_join, stream).map(|pick| match pick {
        Pick::Started(at) => (case.started[at].piece, true),
        Pick::Fresh(piece) => (piece, false),
    })
}

/// Draws many times and compares the pieces drawn: `expected` holds a letter a piece, `1` to `9` its share in equal
/// parts, `.` for never; a started piece must be picked as such.
fn check(client: &ClientSpec, case: &Case, expected: &str) {
    let mut stream = Seed { seed: 23, replicate: 0 }.stream("picker");
    let mut counts = vec![0u32; case.copies.len()];
    let mut nothing = 0;
    for _ in 0..DRAWS {
        match pick_from(client, case, &mut stream) {
            None => nothing += 1,
            Some((piece, started)) => {
                assert_eq!(started, case.started.iter().any(|known| known.piece == piece));
                counts[piece as usize] += 1;
            }
        }
    }
    let parts: Vec<u32> = expected.chars().map(|c| c.to_digit(10).unwrap_or(0)).collect();
    assert_eq!(parts.len(), counts.len(), "one letter a piece");
    let all: u32 = parts.iter().sum();
    assert_eq!(nothing, if all == 0 { DRAWS } else { 0 }, "{counts:?}");
    for (&count, &part) in counts.iter().zip(&parts).filter(|_| all > 0) {
        // A binomial count lies within five standard deviations, sqrt(n p (1 - p)), of n p.
        let (n, p) = (f64::from(DRAWS), f64::from(part) / f64::from(all));
        let error = (f64::from(count) - n * p).abs();
        assert!(error <= 5.0 * (n * p * (1.0 - p)).sqrt(), "{counts:?} of {DRAWS}, not {expected}");
    }
}

mod new_pieces {
    use super::*;

    #[test]
    fn the_rarest_that_the_neighbour_has_comes_first() {
        let client = rarest(StrictPriority::On);
        check(&client, &setup("3213456", "       ", "*******"), "..1....");
        check(&client, &setup("3213456", "       ", "** ****"), ".1.....");
        check(&client, &setup("3213456", "  h    ", "*******"), ".1.....");
    }

    #[test]
    fn ties_are_broken_uniformly() {
        let client = rarest(StrictPriority::On);
        check(&client, &setup("2223333", "       ", "*******"), "111....");
        check(&client, &setup("2223333", "h h    ", "*  ****"), "...1111");
    }

    #[test]
    fn nothing_is_picked_where_there_is_nothing() {
        for picker in [Picker::RarestFirst, Picker::Random, Picker::Sequential, Picker::GlobalRarest] {
            check(&with(picker), &setup("2222", "hhh ", "*** "), "....");
            check(&with(picker), &setup("2222", "    ", "    "), "....");
            check(&with(picker), &setup("2222", "ffrh", "****"), "....");
        }
    }

    #[test]
    fn random_first_until_so_many_are_complete() {
        let client = ClientSpec { random_first: 2, ..rarest(StrictPriority::On) };
        check(&client, &setup("1234567", "       ", "* *****"), "1.11111");
        check(&client, &setup("1234567", "      h", "*******"), "111111.");
        check(&client, &setup("1234567", "     hh", "*******"), "1......");
    }

    #[test]
    fn random_is_uniform_and_sequential_is_in_order() {
        check(&with(Picker::Random), &setup("1234567", "   hhhh", "** ****"), "11.....");
        check(&with(Picker::Sequential), &setup("7654321", "h      ", "* *****"), "..1....");
        // Random first is for those who pick the rarest.
        let client = ClientSpec { random_first: 4, ..with(Picker::Sequential) };
        check(&client, &setup("7654321", "       ", "*******"), "1......");
    }

    #[test]
    fn the_oracle_counts_the_whole_swarm() {
        check(&with(Picker::GlobalRarest), &setup("1234565", "       ", "*******"), ".....1.");
    }

    #[test]
    fn pieces_beyond_the_first_word_are_picked_as_well() {
        let case = setup(&"3".repeat(130), &("h".repeat(127) + "   "), &"*".repeat(130));
        check(&rarest(StrictPriority::On), &case, &(".".repeat(127) + "111"));
        check(&with(Picker::Random), &case, &(".".repeat(127) + "111"));
    }
}

mod strict_priority {
    use super::*;

    #[test]
    fn on_a_started_piece_goes_before_any_new_one() {
        let client = rarest(StrictPriority::On);
        check(&client, &setup("1234", "   s", "****"), "...1");
        check(&client, &setup("1234", "   s", "*** "), "1...");
        // Not when all its blocks are asked for.
        check(&client, &setup("1234", "   f", "****"), "1...");
    }

    #[test]
    fn of_several_started_pieces_the_rarest_goes_first_and_ties_are_broken_uniformly() {
        let client = rarest(StrictPriority::On);
        check(&client, &setup("15434", " ssss", "*****"), "...1.");
        check(&client, &setup("13334", " ssss", "*****"), ".111.");
    }

    #[test]
    fn off_a_new_piece_goes_before_a_started_one() {
        let client = rarest(StrictPriority::Off);
        check(&client, &setup("4123", " sss", "****"), "1...");
        check(&client, &setup("4123", "hsss", "****"), ".1..");
    }

    #[test]
    fn if_rarest_it_goes_first_only_if_nothing_rarer_is_new() {
        let client = rarest(StrictPriority::IfRarest);
        check(&client, &setup("1233", "  s ", "****"), "1...");
        check(&client, &setup("2233", "s   ", "****"), "1...");
        check(&client, &setup("1233", "  s ", "  **"), "..1.");
        check(&client, &setup("1123", "ss  ", "****"), "11..");
    }

    #[test]
    fn it_holds_during_random_first_too() {
        let client = ClientSpec { random_first: 4, ..rarest(StrictPriority::On) };
        check(&client, &setup("1234", "   s", "****"), "...1");
    }

    #[test]
    fn in_sequence_the_lowest_goes_first_whatever_its_copies() {
        check(&with(Picker::Sequential), &setup("1543", " ss ", "****"), ".1..");
        let client = ClientSpec { strict_priority: StrictPriority::IfRarest, ..with(Picker::Sequential) };
        check(&client, &setup("1543", " ss ", "****"), "1...");
        check(&client, &setup("1543", "hss ", "****"), ".1..");
    }

    #[test]
    fn a_seed_is_asked_first_for_what_seeds_were_asked_for() {
        let client = rarest(StrictPriority::On);
        check(&client, &at_seed("1334", " sS "), "..1.");
        // A started piece that no seed was asked for takes its place by rarity.
        check(&client, &at_seed("1332", " s  "), "1...");
        check(&client, &at_seed("4332", " s h"), ".1..");
        // Elsewhere both have priority.
        check(&client, &setup("1334", " sS ", "****"), ".11.");
    }
}

mod reserved_pieces {
    use super::*;

    #[test]
    fn a_piece_that_is_closed_to_the_neighbour_does_not_count() {
        for strict_priority in [StrictPriority::On, StrictPriority::IfRarest, StrictPriority::Off] {
            check(&rarest(strict_priority), &setup("1222", "r  h", "****"), ".11.");
            check(&rarest(strict_priority), &setup("1223", "rhhs", "****"), "...1");
        }
    }

    #[test]
    fn at_a_seed_as_well() {
        check(&rarest(StrictPriority::On), &at_seed("1222", "r  h"), ".11.");
    }
}

#[test]
fn libtorrent_goes_on_with_any_started_piece_at_first_and_when_too_many_are_started() {
    let client = rarest(StrictPriority::Bounded);
    // As mainline 4: a started piece only if it is as rare as the rarest.
    check(&client, &setup("2123", " s  ", "****"), ".1..");
    check(&client, &setup("1223", " s  ", "****"), "1...");
    let starting = ClientSpec { random_first: 4, ..rarest(StrictPriority::Bounded) };
    check(&starting, &setup("1223", " s  ", "****"), ".1..");
    let crowded = Case { crowded: true, ..setup("1223", " s  ", "****") };
    check(&client, &crowded, ".1..");
}

#[test]
fn a_run_of_new_pieces_reaches_down_and_then_up() {
    let run = |ours: &str, theirs: &str, piece, longest| {
        let case = setup(&"1".repeat(ours.len()), ours, theirs);
        run_around(&case.theirs, &case.fresh, piece, longest)
    };
    assert_eq!(run("        ", "********", 4, 1), 4..5);
    assert_eq!(run("        ", "********", 4, 3), 2..5);
    assert_eq!(run("   h    ", "********", 4, 3), 4..7);
    assert_eq!(run("        ", "**** ***", 5, 3), 5..8);
    assert_eq!(run("  s     ", "********", 3, 9), 3..8);
    assert_eq!(run("        ", "********", 0, 3), 0..3);
}
