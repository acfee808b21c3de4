//! What each person wants, and when.

use std::ops::Range;

use super::popularity::Urn;
use super::{Absence, Wish, samplers, sessions};
use crate::protocol::names::Field;
use crate::rng::Stream;
use crate::spec::{WishTimes, WishedFiles, Wishes};
use crate::units::{SimDuration, SimTime};

/// When somebody is there to wish.
#[derive(Clone, Copy)]
pub struct Presence<'a> {
    pub arrives: SimTime,
    /// Nothing is wished for from then on.
    pub until: SimTime,
    pub absences: &'a [Absence],
}

/// A person's own streams.
pub struct Streams {
    pub times: Stream,
    /// Three numbers a wish: the file, what it is searched by, what is typed.
    pub wishes: Stream,
    /// For files that turn out to be held or wished for already: apart, so that it moves no other wish.
    pub again: Stream,
}

/// The wishes of somebody whose files are out of the urn already; each wished file is taken out too. Ends early when none is
/// left to wish for.
pub fn wishes(wishes: &Wishes, presence: Presence<'_>, urn: &mut Urn<'_>, mut streams: Streams) -> Vec<Wish> {
    let among = ranks(wishes.among, urn.files());
    let mut wish = |at| {
        let file = urn.draw(among.clone(), streams.wishes.bits(), &mut streams.again)?;
        let by_performer = streams.wishes.unit() < wishes.by_performer;
        let by = if by_performer { Field::Performer } else { Field::Title };
        Some(Wish { at, file, by, typed: (streams.wishes.bits() >> 32) as u32 })
    };
    match wishes.when {
        WishTimes::AtArrival(n) => (0..n).map_while(|_| wish(presence.arrives)).collect(),
        WishTimes::Poisson { per_second, at_most } => {
            moments(per_second, presence, streams.times).take(at_most as usize).map_while(wish).collect()
        }
    }
}

/// The points of a Poisson process in the time that the person is online.
fn moments(per_second: f64, presence: Presence<'_>, mut stream: Stream) -> impl Iterator<Item = SimTime> {
    let mut unit_point = 0.0;
    let next = move || {
        unit_point += samplers::exponential(samplers::unit(&mut stream), 1.0);
        let online = SimDuration::from_secs(unit_point / per_second);
        let moment = sessions::moment_online(presence.arrives, presence.absences, online)?;
        (moment < presence.until).then_some(moment)
    };
    std::iter::from_fn(next)
}

/// The files of those ranks; at least one.
fn ranks(among: WishedFiles, files: Range<u32>) -> Range<u32> {
    match among {
        WishedFiles::ByPopularity => files,
        WishedFiles::Ranks { from, to } => {
            let rank = |part: f64| (part * f64::from(files.end) + 1e-9).floor() as u32;
            let first = rank(from).min(files.end - 1);
            first..rank(to).clamp(first + 1, files.end)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;
    use crate::spec::Popularity;
    use crate::units::PersonIndex;
    use crate::workload::popularity::Shares;

    const HOUR: SimTime = SimTime(3_600_000_000_000);

    fn streams(person: u32) -> Streams {
        let own = |purpose| Seed { seed: 5, replicate: 0 }.per_person(purpose)(PersonIndex(person));
        Streams { times: own("times"), wishes: own("wishes"), again: own("again") }
    }

    fn drawn(spec: Wishes, until: SimTime, absences: &[Absence], person: u32) -> Vec<Wish> {
        let shares = Shares::new(100, Popularity::Zipf { exponent: 1.0 });
        let presence = Presence { arrives: SimTime::ZERO, until, absences };
        wishes(&spec, presence, &mut Urn::new(&shares), streams(person))
    }

    fn poisson(per_minute: f64) -> Wishes {
        Wishes { when: WishTimes::Poisson { per_second: per_minute / 60.0, at_most: 1_000 }, ..Wishes::ONE }
    }

    #[test]
    fn nothing_is_wished_for_twice_and_the_urn_may_run_out() {
        let all = drawn(Wishes { when: WishTimes::AtArrival(101), ..Wishes::ONE }, HOUR, &[], 0);
        let mut files: Vec<u32> = all.iter().map(|wish| wish.file.0).collect();
        files.sort_unstable();
        assert_eq!(files, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn a_further_wish_or_a_longer_run_moves_no_earlier_one() {
        let some = |n| drawn(Wishes { when: WishTimes::AtArrival(n), ..Wishes::ONE }, HOUR, &[], 3);
        assert_eq!(some(5), some(20)[..5]);
        let (short, long) =
            (drawn(poisson(1.0), HOUR, &[], 3), drawn(poisson(1.0), HOUR + minutes(60), &[], 3));
        assert!(!short.is_empty() && long.len() > short.len());
        assert_eq!(short, long[..short.len()]);
    }

    #[test]
    fn a_file_that_is_held_moves_no_other_wish() {
        let shares = Shares::new(100, Popularity::Uniform);
        let spec = Wishes { when: WishTimes::AtArrival(10), ..Wishes::ONE };
        let presence = Presence { arrives: SimTime::ZERO, until: HOUR, absences: &[] };
        let free = wishes(&spec, presence, &mut Urn::new(&shares), streams(1));
        let mut urn = Urn::new(&shares);
        let held = free[4].file;
        urn.draw(held.0..held.0 + 1, 0, &mut streams(2).again);
        let holding = wishes(&spec, presence, &mut urn, streams(1));
        assert_ne!(holding[4].file, held);
        assert!((0..10).all(|n| n == 4 || holding[n] == free[n]));
    }

    fn minutes(n: u64) -> SimDuration {
        SimDuration::from_whole_secs(60 * n)
    }

    #[test]
    fn a_stream_of_wishes_keeps_its_rate_while_online_and_rests_while_away() {
        let away = [Absence { from: SimTime::ZERO + minutes(10), to: SimTime::ZERO + minutes(40) }];
        let all: Vec<Wish> = (0..500).flat_map(|person| drawn(poisson(0.5), HOUR, &away, person)).collect();
        // 500 persons for 30 minutes online: a Poisson count of mean 7500 and standard deviation 87.
        assert!(all.len().abs_diff(7_500) < 350, "{}", all.len());
        let while_away = |wish: &&Wish| away[0].from <= wish.at && wish.at < away[0].to;
        assert_eq!(all.iter().filter(while_away).count(), 0);
        // A third of the time online is before the absence.
        let before = all.iter().filter(|wish| wish.at < away[0].from).count();
        assert!(before.abs_diff(all.len() / 3) < 170, "{before}");
    }

    #[test]
    fn what_is_searched_by_and_which_ranks_are_as_asked() {
        let rare = WishedFiles::Ranks { from: 0.5, to: 0.6 };
        let spec = Wishes { when: WishTimes::AtArrival(5), by_performer: 0.3, among: rare };
        let all: Vec<Wish> = (0..2_000).flat_map(|person| drawn(spec, HOUR, &[], person)).collect();
        assert_eq!(all.len(), 10_000);
        assert!(all.iter().all(|wish| (50..60).contains(&wish.file.0)));
        let by_performer = all.iter().filter(|wish| wish.by == Field::Performer).count();
        // Standard deviation sqrt(10000 x 0.3 x 0.7) = 46.
        assert!(by_performer.abs_diff(3_000) < 230, "{by_performer}");
    }

    #[test]
    fn ranks_are_parts_of_the_catalogue_and_never_none() {
        let of = |from, to, files| ranks(WishedFiles::Ranks { from, to }, 0..files);
        assert_eq!(of(0.0, 0.1, 1_000), 0..100);
        assert_eq!(of(0.29, 0.57, 100), 29..57);
        assert_eq!(of(0.0, 0.1, 3), 0..1);
        assert_eq!(of(1.0, 1.0, 10), 9..10);
        assert_eq!(ranks(WishedFiles::ByPopularity, 0..7), 0..7);
    }
}
