//! Morris's screening: paths through a grid of settings that change one parameter at a time.
//!
//! Morris, "Factorial sampling plans for preliminary computational experiments" (Technometrics 1991), with the mean of absolute
//! effects of Campolongo, Cariboni and Saltelli (2007).

use crate::metrics::statistics::estimate;
use crate::rng::Stream;
use crate::units::portable;

/// Levels of each parameter.
pub const LEVELS: usize = 4;
/// A step crosses LEVELS / (2 (LEVELS - 1)) of a parameter's range: two levels of four.
const STEP: usize = LEVELS / 2;

/// A point of the grid: a level of each parameter.
pub type Point = Vec<usize>;

/// A path that changes each parameter once, in an order of its own.
#[derive(Clone, Debug)]
pub struct Trajectory {
    /// One more than there are parameters.
    pub points: Vec<Point>,
    /// Which parameter each step changes, and whether it goes up.
    steps: Vec<(usize, bool)>,
}

/// The effects of one parameter on one figure, each of a step up.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// One a trajectory.
    pub each: Vec<f64>,
}

impl Effect {
    /// Mean, with the ends of its 95 % interval over the trajectories.
    pub fn mean(&self) -> (f64, f64, f64) {
        let values: Vec<Option<f64>> = self.each.iter().copied().map(Some).collect();
        let estimate = estimate(&values);
        let mean = estimate.mean.expect("every trajectory has one effect");
        (mean, estimate.mean_low.unwrap_or(mean), estimate.mean_high.unwrap_or(mean))
    }

    /// Mean of the absolute effects: mu* of Campolongo and others.
    pub fn strength(&self) -> f64 {
        self.each.iter().map(|effect| effect.abs()).sum::<f64>() / self.each.len() as f64
    }

    /// Standard deviation of the effects: large where a parameter's effect depends on the others, or is not linear.
    pub fn spread(&self) -> f64 {
        let (mean, ..) = self.mean();
        let squares: f64 = self.each.iter().map(|effect| (effect - mean) * (effect - mean)).sum();
        portable::sqrt(squares / (self.each.len() - 1) as f64)
    }
}

/// A random trajectory.
pub fn trajectory(parameters: usize, stream: &mut Stream) -> Trajectory {
    let mut order: Vec<usize> = (0..parameters).collect();
    stream.shuffle(&mut order);
    // From the lower half of the levels up, or from the upper half down.
    let ups: Vec<bool> = (0..parameters).map(|_| stream.chance(0.5)).collect();
    let begin = ups.iter().map(|up| stream.below(LEVELS - STEP) + if *up { 0 } else { STEP });
    let mut points = vec![begin.collect::<Point>()];
    let mut steps = Vec::new();
    for parameter in order {
        let mut next = points.last().expect("a path has a beginning").clone();
        let up = ups[parameter];
        next[parameter] = if up { next[parameter] + STEP } else { next[parameter] - STEP };
        points.push(next);
        steps.push((parameter, up));
    }
    Trajectory { points, steps }
}

/// The effects of each parameter, given the figure at every point of every trajectory.
pub fn effects(trajectories: &[Trajectory], figures: &[Vec<f64>]) -> Vec<Effect> {
    let parameters = trajectories.first().map_or(0, |path| path.steps.len());
    let mut all = vec![Effect { each: Vec::new() }; parameters];
    for (path, figures) in trajectories.iter().zip(figures) {
        assert_eq!(figures.len(), path.points.len(), "a figure a point");
        for ((parameter, up), ends) in path.steps.iter().zip(figures.windows(2)) {
            let change = ends[1] - ends[0];
            all[*parameter].each.push(if *up { change } else { -change });
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    fn trajectories(parameters: usize, count: usize) -> Vec<Trajectory> {
        let mut stream = Seed { seed: 1, replicate: 0 }.stream("morris");
        (0..count).map(|_| trajectory(parameters, &mut stream)).collect()
    }

    #[test]
    fn a_trajectory_changes_each_parameter_once_by_one_step_within_the_levels() {
        for path in trajectories(7, 200) {
            assert_eq!(path.points.len(), 8);
            let mut changed = Vec::new();
            for ends in path.points.windows(2) {
                let differ: Vec<usize> = (0..7).filter(|&at| ends[0][at] != ends[1][at]).collect();
                assert_eq!(differ.len(), 1);
                assert_eq!(ends[0][differ[0]].abs_diff(ends[1][differ[0]]), STEP);
                changed.extend(differ);
            }
            changed.sort_unstable();
            assert!(changed.into_iter().eq(0..7));
            assert!(path.points.iter().flatten().all(|level| *level < LEVELS));
        }
    }

    #[test]
    fn every_level_occurs() {
        let mut seen = [0; LEVELS];
        trajectories(5, 100).iter().flat_map(|path| &path.points).flatten().for_each(|at| seen[*at] += 1);
        assert!(seen.iter().all(|count| *count > 500), "{seen:?}");
    }

    /// y = 3 a - 2 b + a c: the effect of a step of two levels is 2 (3 + c), -4 and 2 a; d has none.
    #[test]
    fn effects_of_a_known_function_come_out() {
        let paths = trajectories(4, 400);
        let y = |p: &Point| 3.0 * p[0] as f64 - 2.0 * p[1] as f64 + (p[0] * p[2]) as f64;
        let figures: Vec<Vec<f64>> = paths.iter().map(|path| path.points.iter().map(y).collect()).collect();
        let [a, b, c, d] = &effects(&paths, &figures)[..] else { panic!("four parameters") };
        assert_eq!((b.mean(), b.strength(), b.spread()), ((-4.0, -4.0, -4.0), 4.0, 0.0));
        assert_eq!((d.strength(), d.spread()), (0.0, 0.0));
        // Levels 0 to 3 are alike likely over the paths: c is 1.5 on average, with a variance of 1.25.
        let (mean, low, high) = a.mean();
        assert!(low < 9.0 && 9.0 < high && (mean - 9.0).abs() < 0.4, "{mean}");
        assert!((a.spread() - 2.0 * f64::sqrt(1.25)).abs() < 0.2, "{}", a.spread());
        assert!((c.strength() - 3.0).abs() < 0.3);
    }
}
