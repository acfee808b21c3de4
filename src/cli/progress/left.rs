//! How much longer a run takes, worked out from how it has gone so far.
//!
//! A run's cost is in what is fetched, and beside that in simulated time: timers tick on when nothing is fetched any more. Neither goes
//! evenly. A flash crowd fetches nearly everything in a fifth of the simulated time, and the idle tail after it costs little a second. So
//! both are extrapolated from the last third of the time spent alone, and what cannot be known yet is not made up: before everybody
//! has come, and where the pace changes, an estimate is a bound.

use crate::sim::Progress;
use crate::spec::{Stop, StopWhen};

/// No estimate from less than this, in seconds of the wall clock.
const LEAST: f64 = 2.0;
/// Moments that are remembered; older ones are thinned out as the run gets longer.
const MOMENTS: usize = 128;
/// A pace that changes by no more than this part is steady.
const STEADY: f64 = 0.03;
/// With no more than this part of the work left, a run that only the time ends is in its idle tail.
const TAIL: f64 = 0.01;

/// Time left, in seconds of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Left {
    pub seconds: f64,
    pub bound: Bound,
}

/// In what sense an estimate is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    AtLeast,
    About,
    AtMost,
}

impl Bound {
    pub fn words(self) -> &'static str {
        match self {
            Bound::AtLeast => "at least",
            Bound::About => "about",
            Bound::AtMost => "at most",
        }
    }
}

/// How far a run had come when it had taken so long.
#[derive(Clone, Copy, Debug)]
struct Moment {
    wall_s: f64,
    now_s: f64,
    had: u64,
}

/// How a run has gone so far.
#[derive(Clone, Debug, Default)]
pub struct Course {
    moments: Vec<Moment>,
    latest: Option<(f64, Progress)>,
}

impl Course {
    /// The run has come so far after `wall_s` seconds.
    pub fn note(&mut self, wall_s: f64, progress: Progress) {
        self.latest = Some((wall_s, progress));
        let apart = wall_s / MOMENTS as f64;
        if self.moments.last().is_none_or(|last| wall_s - last.wall_s >= apart) {
            self.moments.push(moment(wall_s, &progress));
        }
        if self.moments.len() > 2 * MOMENTS {
            let mut index = 0;
            self.moments.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
    }

    pub fn latest(&self) -> Option<&Progress> {
        self.latest.as_ref().map(|(_, progress)| progress)
    }

    /// The part of the work that is done, in [0, 1].
    pub fn part(&self) -> f64 {
        self.latest().map_or(0.0, |progress| (progress.had as f64 / wanted(progress).max(1.0)).min(1.0))
    }

    /// What is left of a run that ends as `stop` says; `None` while nothing can be said.
    pub fn left(&self, stop: &Stop) -> Option<Left> {
        let (wall_s, progress) = self.latest.filter(|(wall_s, _)| *wall_s >= LEAST)?;
        let at = |part: f64| self.moments.iter().rev().find(|moment| moment.wall_s <= wall_s * part);
        let (then, between, now) = (at(2.0 / 3.0)?, at(5.0 / 6.0)?, moment(wall_s, &progress));
        let lately = [*then, *between, now];
        let until_stop = (stop.no_later_than.as_secs() - now.now_s).max(0.0);
        let missing = (wanted(&progress) - now.had as f64).max(0.0);
        let by_time = Rest::new(lately, |moment| moment.now_s, until_stop);
        let by_work = Rest::new(lately, |moment| moment.had as f64, missing);
        let least = Left { seconds: by_work.seconds.min(by_time.seconds), bound: Bound::AtLeast };
        let idle = by_work.seconds > by_time.seconds || missing <= TAIL * wanted(&progress);
        if progress.arrived < progress.persons {
            // The more come, the more a second costs.
            return least.seconds.is_finite().then_some(least);
        }
        let left = match stop.or_when {
            StopWhen::EveryoneFinished if by_work.seconds <= by_time.seconds => by_work.left(),
            StopWhen::EveryoneFinished => Left { bound: Bound::AtMost, ..by_time.left() },
            StopWhen::EveryoneLeft if idle => Left { bound: Bound::AtMost, ..by_time.left() },
            StopWhen::TimeIsUp if idle => by_time.left(),
            StopWhen::EveryoneLeft | StopWhen::TimeIsUp => least,
        };
        left.seconds.is_finite().then_some(left)
    }
}

/// How long something lasts at the pace of late.
struct Rest {
    seconds: f64,
    /// What a unit of it costs now, over what it cost a little earlier.
    dearer: f64,
}

impl Rest {
    /// `missing` units, of which so many were there at each of three moments.
    fn new([then, between, now]: [Moment; 3], units: impl Fn(&Moment) -> f64, missing: f64) -> Rest {
        let cost = |from: &Moment, to: &Moment| (to.wall_s - from.wall_s) / (units(to) - units(from));
        let seconds = if missing == 0.0 { 0.0 } else { missing * cost(&then, &now) };
        let dearer = cost(&between, &now) / cost(&then, &between);
        Rest { seconds: if seconds.is_nan() { f64::INFINITY } else { seconds }, dearer }
    }

    /// What gets dearer lasts longer than the pace of late says, and what gets cheaper not as long.
    fn left(&self) -> Left {
        let bound = match self.dearer {
            dearer if dearer > 1.0 + STEADY => Bound::AtLeast,
            dearer if dearer < 1.0 - STEADY => Bound::AtMost,
            _ => Bound::About,
        };
        Left { seconds: self.seconds, bound }
    }
}

fn moment(wall_s: f64, progress: &Progress) -> Moment {
    Moment { wall_s, now_s: progress.now.as_secs(), had: progress.had }
}

/// What everybody will have in the end, those too who are to come, if they want as much as those who are there.
fn wanted(progress: &Progress) -> f64 {
    progress.all as f64 * f64::from(progress.persons) / f64::from(progress.arrived.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{SimDuration, SimTime};

    const PERSONS: f64 = 1000.0;
    const PIECES: f64 = 400.0;

    /// A flash crowd over 600 s; everybody fetches for about 600 s; two microseconds a piece and a tenth of that a person and second
    /// online, all told a thousandfold. Moments of the wall clock, each with how far the run had come.
    fn flash_crowd(until_s: u64) -> Vec<(f64, Progress)> {
        let (mut wall, mut course) = (0.0, Vec::new());
        let mut before = 0.0;
        for second in 0..=until_s {
            let time = second as f64;
            let arrived = (PERSONS * time / 600.0).min(PERSONS);
            // Slow at first, when few have anything, and at last, when only slow lines are left.
            let along = (time / 1800.0).min(1.0);
            let had = PERSONS * PIECES * along * along * (3.0 - 2.0 * along);
            wall += (had - before) * 2e-3 + arrived * 2e-4;
            before = had;
            let progress = Progress {
                now: SimTime(second * 1_000_000_000),
                events: 0,
                persons: PERSONS as u32,
                finished: 0,
                arrived: arrived as u32,
                had: had as u64,
                all: (arrived.floor() * PIECES) as u64,
            };
            course.push((wall, progress));
        }
        course
    }

    fn stop(no_later_than_s: u64, or_when: StopWhen) -> Stop {
        Stop { no_later_than: SimDuration::from_whole_secs(no_later_than_s), or_when }
    }

    /// Estimates along the course, each with what was really left.
    fn estimates(moments: &[(f64, Progress)], stop: &Stop) -> Vec<(Left, f64)> {
        let end = moments.last().expect("a course").0;
        let mut course = Course::default();
        let mut told = Vec::new();
        for (wall, progress) in moments {
            course.note(*wall, *progress);
            assert!(course.moments.len() <= 2 * MOMENTS);
            told.extend(course.left(stop).map(|left| (left, end - wall)));
        }
        told
    }

    /// What is said holds: bounds are bounds, and what is about right is right within a third or a few seconds.
    fn check(moments: &[(f64, Progress)], stop: &Stop) -> Vec<(Left, f64)> {
        let told = estimates(moments, stop);
        for (Left { seconds, bound }, really) in &told {
            let holds = match bound {
                Bound::AtLeast => *seconds <= really * 1.1,
                Bound::About => (seconds - really).abs() <= (really / 3.0).max(10.0),
                Bound::AtMost => *seconds >= really * 0.9,
            };
            assert!(holds, "{seconds:.0} s told as {bound:?}, {really:.0} s were left");
        }
        told
    }

    fn count(told: &[(Left, f64)], bound: Bound) -> usize {
        told.iter().filter(|(left, _)| left.bound == bound).count()
    }

    #[test]
    fn a_run_that_ends_with_the_last_download() {
        let course = flash_crowd(1800);
        let told = check(&course, &stop(86_400, StopWhen::EveryoneFinished));
        assert!(told.len() > course.len() * 9 / 10, "an estimate nearly all the time");
        let (early, steady) = (count(&told, Bound::AtLeast), count(&told, Bound::About));
        assert!(early > 300 && steady > 600, "{early} lower bounds, {steady} estimates");
    }

    #[test]
    fn a_run_with_an_idle_tail_that_the_time_ends() {
        let told = check(&flash_crowd(7200), &stop(7200, StopWhen::TimeIsUp));
        // Once all is fetched, the tail's own pace tells.
        assert!(count(&told, Bound::About) > 2000);
        let late = told[told.len() - 1000];
        assert!((late.0.seconds - late.1).abs() < 0.2 * late.1, "{late:?}");
    }

    #[test]
    fn a_run_that_ends_before_its_time_is_told_as_at_most() {
        // The last leaves at 3600 s, which the course cannot know.
        let told = check(&flash_crowd(3600), &stop(7200, StopWhen::EveryoneLeft));
        assert!(count(&told, Bound::AtMost) > 1500);
    }

    #[test]
    fn nothing_is_said_too_early_and_nothing_that_is_not_finite() {
        let mut course = Course::default();
        let (_, progress) = flash_crowd(10)[10];
        let everyone = stop(86_400, StopWhen::EveryoneFinished);
        course.note(0.5, progress);
        course.note(1.0, progress);
        assert_eq!(course.left(&everyone), None);
        // Ten seconds in which nothing came and the simulated clock stood still.
        course.note(10.0, progress);
        assert_eq!(course.left(&everyone), None);
        assert!(course.part() > 0.0);
    }
}
