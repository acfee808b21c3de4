//! Each rule of the choker as a case: neighbours as characters, decisions as characters.

use super::*;
use crate::rng::Seed;
use crate::scenario::Preset;
use crate::spec::{Optimistic, SeedChoker};
use crate::units::SimDuration;

const DRAWS: u32 = 12_000;

fn stream() -> Stream {
    Seed { seed: 11, replicate: 0 }.stream("choker")
}

/// BEP 3 as lectures teach it: four regular slots and one optimistic, newcomers three times as likely.
fn lecture() -> ClientSpec {
    Preset::Lecture.client()
}

/// The lecture's client without an optimistic slot.
fn only_regular() -> ClientSpec {
    ClientSpec { optimistic_slots: 0, optimistic: Optimistic::Off, ..lecture() }
}

fn seed_with(seed_choker: SeedChoker) -> ClientSpec {
    ClientSpec { seed_choker, ..only_regular() }
}

/// A timer round of a leecher at 1000 s in which the optimistic slot stays.
const ROUND: Round = Round {
    now: SimTime(1_000_000_000_000),
    as_seed: false,
    regular: true,
    rotate: false,
    number: 0,
    unchoked_since: 0,
    pieces: 100,
    piece_bytes: 1 << 18,
};
const ROTATION: Round = Round { rotate: true, ..ROUND };
const AS_SEED: Round = Round { as_seed: true, ..ROUND };

/// Neighbours in the order of the connection list. A digit of `rates` is a rate; a letter of `states` says what is
/// known besides:
///
/// `i` interested and choked, `u` interested and unchoked, `o` interested and in an optimistic slot, `n` interested,
/// choked and new; capitals: the same, and it snubs us. `.` not interested, `x` not interested but unchoked.
fn setup(rates: &str, states: &str) -> Vec<Candidate> {
    assert_eq!(rates.len(), states.len(), "one letter a neighbour");
    let neighbour = |(slot, (rate, state)): (usize, (char, char))| {
        let known = state.to_ascii_lowercase();
        assert!("iuon.x".contains(known), "`{state}` is no state");
        Candidate {
            slot: slot as u16,
            interested: "iuon".contains(known),
            unchoked: "uox".contains(known),
            optimistic: known == 'o',
            newcomer: known == 'n',
            snubbing: state.is_ascii_uppercase(),
            rate: f64::from(rate.to_digit(10).expect("a digit")),
            changed_at: SimTime::ZERO,
            has_requests: false,
            sent_since_unchoke: 0,
            pieces: 0,
            received_in_round: 0,
            sent_in_round: 0,
            unchoked_at: SimTime::ZERO,
            optimistic_at: SimTime::ZERO,
        }
    };
    rates.chars().zip(states.chars()).enumerate().map(neighbour).collect()
}

/// The verdicts: `R` regular, `O` optimistic, `S` a seed's choice, `F` a seed's optimistic choice, `U` better but not
/// interested, `*` without ranking; choked: `-` outranked, `.` not interested, `z` snubbing, `o` its optimistic turn is
/// over, `t` its turn at the seed is over.
fn decide(client: &ClientSpec, round: Round, candidates: &[Candidate], stream: &mut Stream) -> String {
    let mut scratch = Scratch::default();
    choose(client, round, candidates, stream, &mut scratch);
    assert_eq!(scratch.verdicts.len(), candidates.len());
    let mut ranks: Vec<u32> = scratch.verdicts.iter().map(|verdict| verdict.rank).collect();
    ranks.sort_unstable();
    assert!(ranks.into_iter().eq(0..candidates.len() as u32), "each rank is given once");
    let letter = |verdict: &Verdict| match (verdict.unchoke, verdict.optimistic) {
        (Ok(UnchokeReason::Regular), false) => 'R',
        (Ok(UnchokeReason::Optimistic), true) => 'O',
        (Ok(UnchokeReason::Seed), false) => 'S',
        (Ok(UnchokeReason::Seed), true) => 'F',
        (Ok(UnchokeReason::Uninterested), false) => 'U',
        (Ok(UnchokeReason::Unranked), false) => '*',
        (Err(ChokeReason::Outranked), false) => '-',
        (Err(ChokeReason::NotInterested), false) => '.',
        (Err(ChokeReason::Snubbing), false) => 'z',
        (Err(ChokeReason::OptimisticRotation), false) => 'o',
        (Err(ChokeReason::SeedRotation), false) => 't',
        other => panic!("no such verdict: {other:?}"),
    };
    scratch.verdicts.iter().map(letter).collect()
}

/// The decision does not depend on chance: it is the same under twenty streams.
fn check(client: &ClientSpec, round: Round, candidates: &[Candidate], expected: &str) {
    let mut stream = stream();
    for _ in 0..20 {
        assert_eq!(decide(client, round, candidates, &mut stream), expected);
    }
}

/// How often in `DRAWS` decisions each neighbour got the verdict `letter`.
fn count(client: &ClientSpec, round: Round, candidates: &[Candidate], letter: char) -> Vec<u32> {
    let mut stream = stream();
    let mut counts = vec![0; candidates.len()];
    for _ in 0..DRAWS {
        let verdicts = decide(client, round, candidates, &mut stream);
        for (count, verdict) in counts.iter_mut().zip(verdicts.chars()) {
            *count += u32::from(verdict == letter);
        }
    }
    counts
}

/// A count of `DRAWS` trials of probability p lies within five standard deviations, sqrt(DRAWS p (1 - p)), of DRAWS p.
fn assert_frequencies(counts: &[u32], probabilities: &[f64]) {
    assert_eq!(counts.len(), probabilities.len());
    for (&count, &p) in counts.iter().zip(probabilities) {
        let draws = f64::from(DRAWS);
        let error = (f64::from(count) - draws * p).abs();
        assert!(
            error <= 5.0 * (draws * p * (1.0 - p)).sqrt(),
            "{counts:?} of {DRAWS}, not {probabilities:?}"
        );
    }
}

mod as_leecher {
    use super::*;

    #[test]
    fn the_four_best_by_rate_are_unchoked() {
        check(&only_regular(), ROUND, &setup("2715309", "iiiiiii"), "-R-RR-R");
        check(&only_regular(), ROUND, &setup("2715309", "uuuuuuu"), "-R-RR-R");
    }

    #[test]
    fn fewer_than_four_are_all_unchoked_even_those_that_sent_nothing() {
        check(&only_regular(), ROUND, &setup("100", "iii"), "RRR");
        check(&only_regular(), ROUND, &[], "");
    }

    #[test]
    fn ties_are_broken_at_random() {
        // Two places for the five with rate 1.
        let counts = count(&only_regular(), ROUND, &setup("1191191", "iiiiiii"), 'R');
        assert_frequencies(&counts, &[0.4, 0.4, 1.0, 0.4, 0.4, 1.0, 0.4]);
    }

    #[test]
    fn better_peers_that_are_not_interested_are_unchoked_and_take_no_slot() {
        check(&only_regular(), ROUND, &setup("9876543", ".i.iiii"), "URURRR-");
        // One that is slower than the worst regular is not, nor one that sends nothing.
        check(&only_regular(), ROUND, &setup("987651", "iiii.."), "RRRR..");
        check(&only_regular(), ROUND, &setup("980", "i.."), "RU.");
    }

    #[test]
    fn once_it_is_interested_it_takes_the_place_of_the_worst() {
        check(&only_regular(), ROUND, &setup("98765", "xuuuu"), "URRRR");
        check(&only_regular(), ROUND, &setup("98765", "uuuuu"), "RRRR-");
    }

    #[test]
    fn mainline_prefers_only_the_interested() {
        let client = ClientSpec { unchokes_uninterested: false, ..only_regular() };
        check(&client, ROUND, &setup("987654", ".i.iii"), ".R.RRR");
    }

    #[test]
    fn who_snubs_us_gets_no_regular_slot_however_fast_it_was() {
        check(&only_regular(), ROUND, &setup("987654", "UiiiiX"), "zRRRR.");
    }

    #[test]
    fn without_ranking_nobody_is_choked() {
        let client = ClientSpec { choker: Choker::None, ..lecture() };
        check(&client, ROUND, &setup("0123456789", "iuon.xIUON"), "**********");
    }

    #[test]
    fn random_choking_draws_anew_each_round_among_the_interested() {
        let client = ClientSpec { choker: Choker::Random, ..lecture() };
        let counts = count(&client, ROUND, &setup("9000000000", "uuuuuiiii."), '*');
        let p = 5.0 / 9.0;
        assert_frequencies(&counts, &[p, p, p, p, p, p, p, p, p, 0.0]);
    }

    #[test]
    fn random_choking_keeps_its_choice_between_rounds_and_fills_what_fell_free() {
        let client = ClientSpec { choker: Choker::Random, ..lecture() };
        let between = Round { regular: false, ..ROUND };
        check(&client, between, &setup("0000000", "uuuuuii"), "*****--");
        // One of the five lost interest: one of the two others takes its slot.
        let counts = count(&client, between, &setup("0000000", "uuuuxii"), '*');
        assert_frequencies(&counts, &[1.0, 1.0, 1.0, 1.0, 0.0, 0.5, 0.5]);
    }
}

mod optimistic_unchoke {
    use super::*;

    fn with(optimistic: Optimistic) -> ClientSpec {
        ClientSpec { optimistic, ..lecture() }
    }

    #[test]
    fn it_stays_until_the_rotation_whatever_it_sends() {
        check(&lecture(), ROUND, &setup("98765000", "uuuuiioi"), "RRRR--O-");
        check(&lecture(), Round { regular: false, ..ROUND }, &setup("987650", "uuuuio"), "RRRR-O");
    }

    #[test]
    fn at_the_rotation_it_moves_on_to_someone_else() {
        for rule in [Optimistic::Uniform, Optimistic::NewcomersThrice] {
            let counts = count(&with(rule), ROTATION, &setup("98765000", "uuuuiioi"), 'O');
            assert_frequencies(&counts, &[0.0, 0.0, 0.0, 0.0, 1.0 / 3.0, 1.0 / 3.0, 0.0, 1.0 / 3.0]);
        }
        check(&lecture(), ROTATION, &setup("987650", "uuuuio"), "RRRROo");
    }

    #[test]
    fn with_nobody_else_waiting_it_stays() {
        check(&lecture(), ROTATION, &setup("987650", "uuuu.o"), "RRRR.O");
    }

    #[test]
    fn an_optimistic_peer_that_has_joined_the_four_is_replaced() {
        check(&lecture(), ROUND, &setup("98765", "uuuou"), "RRRRO");
        // The one that fell out of the four does not come back by right: all that wait have the same chance.
        let counts = count(&lecture(), ROUND, &setup("987651", "uuuoui"), 'O');
        assert_frequencies(&counts, &[0.0, 0.0, 0.0, 0.0, 0.5, 0.5]);
    }

    #[test]
    fn one_that_loses_interest_gives_its_slot_back() {
        let mut candidates = setup("987650", "uuuuoi");
        candidates[4].interested = false;
        check(&lecture(), ROUND, &candidates, "RRRR.O");
    }

    #[test]
    fn a_newcomer_is_three_times_as_likely() {
        let counts = count(&lecture(), ROTATION, &setup("9876000", "uuuunii"), 'O');
        assert_frequencies(&counts, &[0.0, 0.0, 0.0, 0.0, 0.6, 0.2, 0.2]);
        let counts = count(&with(Optimistic::Uniform), ROTATION, &setup("9876000", "uuuunii"), 'O');
        assert_frequencies(&counts, &[0.0, 0.0, 0.0, 0.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]);
    }

    #[test]
    fn a_peer_snubbed_by_all_has_several() {
        // Cohen 2003, anti-snubbing: who snubs us gets optimistic unchokes only, which "frequently" makes them several at once.
        let counts = count(&lecture(), ROTATION, &setup("900000", "uIIIII"), 'O');
        assert_frequencies(&counts, &[0.0, 0.8, 0.8, 0.8, 0.8, 0.8]);
        check(&lecture(), ROUND, &setup("900000", "uOOIOO"), "ROOzOO");
        check(&lecture(), ROUND, &setup("000", "III"), "OOO");
    }

    /// 3.4's `_rechoke`: the walk along the list ends when `min_uploads` are unchoked, at least one of them not preferred.
    #[test]
    fn mainline_fills_up_to_its_min_uploads_and_leaves_the_other_slots_empty() {
        let mainline = Preset::Mainline34.client();
        assert_eq!((slots_of(&mainline), mainline.min_uploads), (7, Some(4)));
        check(&mainline, ROUND, &setup("000000000", "IIIIIIIII"), "OOOOzzzzz");
        check(&mainline, ROUND, &setup("009000000", "IIiIIIIII"), "OOROzzzzz");
        check(&mainline, ROUND, &setup("987650000", "iiiiiIIII"), "RRRRROzzz");
        let mainline = Preset::Mainline40.client();
        assert_eq!((slots_of(&mainline), mainline.min_uploads), (4, Some(2)));
        check(&mainline, ROUND, &setup("000900000", "IIIiIIIII"), "OzzRzzzzz");
        check(&mainline, ROUND, &setup("987600000", "iiiiIIIII"), "RRROzzzzz");
    }

    /// `rechokeUploads` leaves the optimistic peer out, and `ChokeData::compare` prefers who is not choked among equals.
    #[test]
    fn transmission_ranks_without_the_optimistic_peer_and_equals_stay() {
        let client = Preset::Transmission4.client();
        check(&client, ROUND, &setup("123456789", "iiiiiiiio"), "RRRRRRRRO");
        check(&client, ROTATION, &setup("123456789", "iiiiiiiio"), "ORRRRRRRR");
        check(&client, ROUND, &setup("00000000000", "iiuuuuuuuuo"), "--RRRRRRRRO");
        check(&client, Round { as_seed: true, ..ROUND }, &setup("55555555555", "iiuuuuuuuuo"), "ttSSSSSSSSF");
    }

    #[test]
    fn it_may_be_off() {
        let client = ClientSpec { optimistic: Optimistic::Off, ..lecture() };
        check(&client, ROTATION, &setup("987654", "iiiiio"), "RRRR-o");
    }

    #[test]
    fn in_a_rotating_list_the_first_that_waits_has_it() {
        for rule in [Optimistic::RotatingList, Optimistic::RotatingListUniform] {
            let client = with(rule);
            check(&client, ROUND, &setup("0098765", ".iuuuui"), ".ORRRR-");
            check(&client, ROUND, &setup("0980765", "iuuiuui"), "ORR-RR-");
            // A newcomer that was put at the front has it at once.
            check(&client, ROUND, &setup("0098765", "niuuuuo"), "O-RRRRo");
        }
    }

    #[test]
    fn the_list_turns_to_the_first_that_is_choked_and_interested() {
        let turned = |states: &str| {
            let mut list: Vec<char> = states.chars().collect();
            rotate_list(&mut list, |&state| state == 'i');
            list.into_iter().collect::<String>()
        };
        assert_eq!(turned("u.oi.ui"), "i.uiu.o");
        assert_eq!(turned("iu"), "iu");
        assert_eq!(turned("u.ox"), "u.ox");
        assert_eq!(turned(""), "");
    }

    #[test]
    fn a_new_connection_enters_the_list_at_its_front_with_probability_3_in_n_plus_3() {
        for others in [0, 1, 9] {
            let mut stream = stream();
            let mut counts = vec![0; others + 1];
            (0..DRAWS)
                .for_each(|_| counts[place_of_newcomer(Optimistic::RotatingList, others, &mut stream)] += 1);
            let each = 1.0 / (others + 3) as f64;
            let mut probabilities = vec![each; others + 1];
            probabilities[0] = 3.0 * each;
            assert_frequencies(&counts, &probabilities);
        }
    }

    #[test]
    fn in_mainline_4_a_new_connection_enters_the_list_anywhere() {
        assert_eq!(Preset::Mainline40.client().optimistic, Optimistic::RotatingListUniform);
        let mut stream = stream();
        let mut counts = vec![0; 10];
        (0..DRAWS)
            .for_each(|_| counts[place_of_newcomer(Optimistic::RotatingListUniform, 9, &mut stream)] += 1);
        assert_frequencies(&counts, &[0.1; 10]);
    }

    #[test]
    fn the_longest_wait_ends_first() {
        let mut candidates = setup("9876000", "uuuuiio");
        for (candidate, since) in candidates.iter_mut().zip([0, 0, 0, 0, 7, 5, 3]) {
            candidate.changed_at = SimTime(since);
        }
        let client = with(Optimistic::LongestWait);
        check(&client, ROTATION, &candidates, "RRRR-Oo");
        check(&client, ROUND, &candidates, "RRRR--O");
        candidates[4].changed_at = SimTime(5);
        let counts = count(&client, ROTATION, &candidates, 'O');
        assert_frequencies(&counts, &[0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.0]);
    }
}

mod as_seed {
    use super::*;

    #[test]
    fn the_fastest_to_send_to_are_unchoked() {
        check(&seed_with(SeedChoker::FastestUpload), AS_SEED, &setup("2715309", "iiiiiu."), "SStSSt.");
        check(&lecture(), AS_SEED, &setup("987650", "uuuuio"), "SSSStF");
    }

    #[test]
    fn nobody_snubs_a_seed() {
        check(&seed_with(SeedChoker::FastestUpload), AS_SEED, &setup("98765", "Iiiii"), "SSSSt");
    }

    #[test]
    fn the_leechers_rule_does_not_matter_and_nobody_uninterested_is_unchoked() {
        let client = ClientSpec { choker: Choker::None, ..seed_with(SeedChoker::FastestUpload) };
        check(&client, AS_SEED, &setup("98765", ".i.ii"), ".S.SS");
    }

    #[test]
    fn without_a_rule_nobody_is_choked_and_at_random_all_are_alike() {
        check(&seed_with(SeedChoker::None), AS_SEED, &setup("90", "i."), "**");
        let counts = count(&seed_with(SeedChoker::Random), AS_SEED, &setup("900000", "iiiii."), 'S');
        assert_frequencies(&counts, &[0.8, 0.8, 0.8, 0.8, 0.8, 0.0]);
    }

    #[test]
    fn anti_leech_prefers_those_at_either_end_of_their_download() {
        let mut candidates = setup("000000", "iiiiii");
        for (candidate, pieces) in candidates.iter_mut().zip([50, 5, 40, 99, 20, 75]) {
            candidate.pieces = pieces;
        }
        // |pieces - 50| is 0, 45, 10, 49, 30, 25.
        check(&seed_with(SeedChoker::AntiLeech), AS_SEED, &candidates, "tStSSS");
    }

    #[test]
    fn round_robin_ends_a_turn_after_its_quota_and_its_time() {
        let minute = SimDuration::from_whole_secs(60);
        let client = ClientSpec {
            regular_slots: 1,
            ..seed_with(SeedChoker::RoundRobin { pieces: 20, at_least: minute })
        };
        let turn = |pieces: u64, secs: u64| {
            let mut candidates = setup("00", "ui");
            candidates[0].sent_since_unchoke = pieces * AS_SEED.piece_bytes;
            candidates[0].changed_at = SimTime(AS_SEED.now.0 - SimDuration::from_whole_secs(secs).0);
            candidates
        };
        check(&client, AS_SEED, &turn(21, 61), "tS");
        // More than twenty pieces and more than a minute.
        check(&client, AS_SEED, &turn(20, 61), "St");
        check(&client, AS_SEED, &turn(21, 60), "St");
        check(&client, AS_SEED, &turn(1, 1), "St");
    }

    #[test]
    fn round_robin_lets_those_in_the_middle_of_a_turn_finish_and_then_the_longest_wait() {
        let rule = SeedChoker::RoundRobin { pieces: 20, at_least: SimDuration::from_whole_secs(60) };
        let mut candidates = setup("000000", "uuiiii");
        for (candidate, since) in candidates.iter_mut().zip([900, 950, 300, 100, 400, 200]) {
            candidate.changed_at = SimTime::ZERO + SimDuration::from_whole_secs(since);
        }
        (candidates[0].sent_since_unchoke, candidates[1].sent_since_unchoke) = (1, 2);
        check(&seed_with(rule), AS_SEED, &candidates, "SStStS");
    }
}

/// The seed's choker of mainline 4.0, with its four slots.
mod rotation {
    use super::*;

    fn at(secs: u64) -> SimTime {
        SimTime::ZERO + SimDuration::from_whole_secs(secs)
    }

    fn mainline() -> ClientSpec {
        let client = Preset::Mainline40.client();
        assert_eq!((client.seed_choker, slots_of(&client)), (SeedChoker::Rotation, 4));
        client
    }

    /// Plays timer rounds; after each, the names of the unchoked in the order of the alphabet.
    fn play(names: &str, rounds: u32) -> Vec<String> {
        let mut stream = stream();
        let mut candidates = setup(&"1".repeat(names.len()), &"i".repeat(names.len()));
        let letters: Vec<char> = names.chars().collect();
        let mut unchoked = Vec::new();
        for number in 0..rounds {
            let now = at(10 * u64::from(number));
            let round = Round { now, number, ..AS_SEED };
            let mut scratch = Scratch::default();
            choose(&mainline(), round, &candidates, &mut stream, &mut scratch);
            for (candidate, verdict) in candidates.iter_mut().zip(&scratch.verdicts) {
                if candidate.unchoked != verdict.unchoke.is_ok() {
                    candidate.unchoked = verdict.unchoke.is_ok();
                    candidate.changed_at = now;
                }
            }
            if let Some(last) = scratch.turn_after {
                candidates.rotate_left(last + 1);
            }
            let mut names: Vec<char> =
                candidates.iter().filter(|c| c.unchoked).map(|c| letters[usize::from(c.slot)]).collect();
            names.sort_unstable();
            unchoked.push(names.into_iter().collect());
        }
        unchoked
    }

    #[test]
    fn two_of_four_slots_move_on_every_30_s() {
        let unchoked = play("ABCDEFGHIJKL", 40);
        assert!(unchoked.iter().all(|names| names.len() == 4), "{unchoked:?}");
        let new: Vec<usize> = (unchoked.windows(2))
            .map(|pair| pair[1].chars().filter(|&name| !pair[0].contains(name)).count())
            .collect();
        // Round 0 fills the slots; from then on (2 + number % 3) / 3.
        assert_eq!(new[..9], [1, 1, 0, 1, 1, 0, 1, 1, 0]);
        assert!(new.chunks(3).all(|period| period.iter().sum::<usize>() <= 2), "{new:?}");
    }

    #[test]
    fn everybody_has_a_turn_before_anybody_has_a_second() {
        // Four at first, then one in each of the rounds 1, 2, 4, 5, 7, 8, 10, 11.
        let unchoked = play("ABCDEFGHIJKL", 12);
        let newest: String = (unchoked.windows(2))
            .flat_map(|pair| pair[1].chars().filter(|&name| !pair[0].contains(name)))
            .collect();
        assert_eq!((unchoked[0].as_str(), newest.as_str()), ("ABCD", "EFGHIJKL"));
    }

    #[test]
    fn the_most_recently_unchoked_are_kept_and_of_older_ones_the_fastest() {
        let round = Round { now: at(1000), number: 1, ..AS_SEED };
        let with = |rates: &str, since: [u64; 4]| {
            let mut candidates = setup(rates, "uuuui");
            for (candidate, since) in candidates.iter_mut().zip(since) {
                candidate.changed_at = at(since);
            }
            candidates
        };
        // All within the last three rounds: the first of them goes, however fast.
        check(&mainline(), round, &with("91110", [971, 975, 980, 990]), "tSSSS");
        // Only two are: of the older ones the slower goes, though it came later.
        check(&mainline(), round, &with("91110", [100, 970, 980, 990]), "StSSS");
    }

    #[test]
    fn of_those_with_requests_waiting_the_longest_unchoked_goes_however_fast() {
        let round = Round { now: at(1000), number: 1, ..AS_SEED };
        let mut candidates = setup("91110", "uuuui");
        for (candidate, since) in candidates.iter_mut().zip([100, 500, 400, 990]) {
            candidate.changed_at = at(since);
            candidate.has_requests = true;
        }
        check(&mainline(), round, &candidates, "tSSSS");
        // One that asks for nothing comes after all that do.
        candidates[1].has_requests = false;
        check(&mainline(), round, &candidates, "StSSS");
        // Unchoked in one round: the slower goes.
        candidates.iter_mut().take(4).for_each(|candidate| candidate.changed_at = at(980));
        candidates[2].rate = 0.5;
        check(&mainline(), round, &candidates, "SStSS");
    }

    #[test]
    fn only_as_many_go_as_wait() {
        let round = Round { number: 1, ..AS_SEED };
        check(&mainline(), round, &setup("4321", "uuuu"), "SSSS");
        check(&mainline(), round, &setup("43210", "uuuu."), "SSSS.");
        // Between the timer's rounds a freed slot is filled and nobody else is disturbed.
        let between = Round { regular: false, number: 2, ..AS_SEED };
        check(&mainline(), between, &setup("43210", "uuuui"), "SSSSt");
        check(&mainline(), between, &setup("432100", "uuuxii"), "SSS.St");
    }

    #[test]
    fn what_fell_free_between_the_rounds_counts() {
        let client = ClientSpec { regular_slots: 9, ..mainline() };
        for (unchoked_since, new) in [(0, 2), (1, 1), (2, 0), (5, 0)] {
            let round = Round { number: 2, unchoked_since, ..AS_SEED };
            let verdicts = decide(&client, round, &setup("1111111111111", "uuuuuuuuuuiii"), &mut stream());
            assert_eq!(verdicts[10..].matches('S').count(), new, "{verdicts}");
        }
    }

    #[test]
    fn ten_slots_make_room_for_one_one_and_two() {
        let client = ClientSpec { regular_slots: 9, ..mainline() };
        for (number, new) in [(0, 1), (1, 1), (2, 2)] {
            let round = Round { number, ..AS_SEED };
            let verdicts = decide(&client, round, &setup("11111111111111", "uuuuuuuuuuiiii"), &mut stream());
            assert_eq!(verdicts[10..].matches('S').count(), new, "{verdicts}");
            assert_eq!(verdicts.matches('S').count(), 10, "{verdicts}");
        }
    }
}
