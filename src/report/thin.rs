//! Long series in few points, and counts as the stairs that they are.

/// A way to make a long series shorter, to so many points at most.
pub type Thin = fn(&[(f64, f64)], usize) -> Vec<(f64, f64)>;

/// More steps of a curve than this are finer than a pixel.
pub const MOST_STEPS: usize = 500;

/// How many of `steps` steps become one, so that no curve has more than [`MOST_STEPS`].
pub fn stride(steps: usize) -> usize {
    steps.div_ceil(MOST_STEPS).max(1)
}

/// What a figure says of curves of which the longest has so many steps, if not each is drawn.
pub fn steps_note(longest: usize) -> Option<String> {
    let stride = stride(longest);
    (stride > 1)
        .then(|| format!("Curves of many peers are drawn in steps of up to {stride}; the tables have each."))
}

/// Counts as they are: a value holds until the next sample. A long series looks the same without the corners, made shorter by `thin`.
pub fn stepped(points: &[(f64, f64)], thin: Thin) -> Vec<(f64, f64)> {
    if points.len() > 250 {
        return thin(points, 400);
    }
    let mut corners: Vec<(f64, f64)> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        corners.extend([(pair[1].0, pair[0].1), pair[1]]);
    }
    corners
}

/// At most `most` points of a long series: means over equal stretches, so that no level is invented or lost.
pub fn thinned(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    thinned_by(points, most, |chunk| {
        let n = chunk.len() as f64;
        let sum = chunk.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
        (sum.0 / n, sum.1 / n)
    })
}

/// As [`thinned`], but the last point of each stretch is kept: for counts, which have no values between.
pub fn last_of_each(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    thinned_by(points, most, |chunk| chunk[chunk.len() - 1])
}

/// As [`thinned`], but the highest point of each stretch is kept: for what is told by its peaks.
pub fn peaks(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    let higher = |a: (f64, f64), b: &(f64, f64)| if b.1 > a.1 { *b } else { a };
    thinned_by(points, most, |chunk| chunk.iter().fold(chunk[0], higher))
}

/// As [`peaks`], the other way round: for what is told by its lowest points.
pub fn troughs(points: &[(f64, f64)], most: usize) -> Vec<(f64, f64)> {
    let lower = |a: (f64, f64), b: &(f64, f64)| if b.1 < a.1 { *b } else { a };
    thinned_by(points, most, |chunk| chunk.iter().fold(chunk[0], lower))
}

fn thinned_by(
    points: &[(f64, f64)],
    most: usize,
    one: impl Fn(&[(f64, f64)]) -> (f64, f64),
) -> Vec<(f64, f64)> {
    if points.len() <= most {
        return points.to_vec();
    }
    let per = points.len().div_ceil(most - 2);
    let mut thin = vec![points[0]];
    thin.extend(points[1..].chunks(per).map(one));
    thin.push(points[points.len() - 1]);
    thin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_says_that_it_leaves_steps_out() {
        assert_eq!(steps_note(MOST_STEPS), None);
        assert!(steps_note(1_000_000).unwrap().contains("in steps of up to 2000;"));
    }

    #[test]
    fn a_thinned_line_has_means_peaks_or_lasts() {
        let points: Vec<(f64, f64)> = (0..10).map(|at| (f64::from(at), f64::from(at % 3))).collect();
        assert_eq!(thinned(&points, 5), [(0.0, 0.0), (2.5, 1.0), (6.5, 1.25), (9.0, 0.0), (9.0, 0.0)]);
        assert_eq!(peaks(&points, 5), [(0.0, 0.0), (2.0, 2.0), (5.0, 2.0), (9.0, 0.0), (9.0, 0.0)]);
        assert_eq!(troughs(&points, 5), [(0.0, 0.0), (3.0, 0.0), (6.0, 0.0), (9.0, 0.0), (9.0, 0.0)]);
        assert_eq!(last_of_each(&points, 5), [(0.0, 0.0), (4.0, 1.0), (8.0, 2.0), (9.0, 0.0), (9.0, 0.0)]);
        assert_eq!(peaks(&points, 10), points, "a short line stays as it is");
    }
}
