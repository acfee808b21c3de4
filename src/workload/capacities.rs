//! What each person's line carries: one uniform number a line, put through the inverse distribution function.
//!
//! One number whatever the distribution, so that a change of parameters moves everybody monotonically: who had the
//! better line under one median has it under another.

use super::samplers;
use crate::rng::Stream;
use crate::spec::Capacity;
use crate::units::Rate;

/// The upload capacity; a factor of itself is a bug.
pub fn upload(capacity: &Capacity, own: impl FnOnce() -> Stream) -> Rate {
    draw(capacity, None, own)
}

/// The download capacity of a person with that upload capacity.
pub fn download(capacity: &Capacity, upload: Rate, own: impl FnOnce() -> Stream) -> Rate {
    draw(capacity, Some(upload), own)
}

/// `own` is called only where there is something to draw: fixed lines cost no generator.
fn draw(capacity: &Capacity, upload: Option<Rate>, own: impl FnOnce() -> Stream) -> Rate {
    let uniform = || samplers::unit(&mut own());
    let drawn = match capacity {
        Capacity::Fixed(rate) => return *rate,
        Capacity::TimesUpload(factor) => {
            Rate(upload.expect("only a download capacity can follow the upload").0 * factor)
        }
        Capacity::Cdf(points) => samplers::piecewise(uniform(), points),
        Capacity::Classes(shares) => samplers::weighted(uniform(), shares),
        Capacity::LogNormal { median, sigma } => Rate(samplers::log_normal(uniform(), median.0, *sigma)),
        Capacity::Uniform { from, to } => Rate(samplers::uniform(uniform(), from.0, to.0)),
        Capacity::Pareto { shape, minimum } => Rate(samplers::pareto(uniform(), *shape, minimum.0)),
    };
    // The tail of a heavy distribution is no line that exists, and beside it sums would lose all others.
    Rate(drawn.0.clamp(Rate::LEAST.0, Rate::MOST.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    #[test]
    fn a_download_can_follow_the_upload_and_a_fixed_line_draws_nothing() {
        let no_stream = || -> Stream { unreachable!("nothing to draw") };
        assert_eq!(download(&Capacity::TimesUpload(8.0), Rate(100.0), no_stream), Rate(800.0));
        assert_eq!(upload(&Capacity::Fixed(Rate(5.0)), no_stream), Rate(5.0));
    }

    #[test]
    fn no_line_is_beyond_the_bounds_of_the_language() {
        let seed = Seed { seed: 1, replicate: 0 };
        let own = seed.per_person("upload");
        let heavy = Capacity::Pareto { shape: 0.1, minimum: Rate(1e3) };
        let rates = (0..200).map(|person| upload(&heavy, || own(crate::units::PersonIndex(person))));
        assert_eq!(rates.max_by(|a, b| a.0.total_cmp(&b.0)), Some(Rate::MOST));
        let no_stream = || -> Stream { unreachable!("nothing to draw") };
        assert_eq!(download(&Capacity::TimesUpload(0.01), Rate(2.0), no_stream), Rate::LEAST);
    }

    #[test]
    #[should_panic(expected = "only a download")]
    fn an_upload_relative_to_itself_is_a_bug() {
        let seed = Seed { seed: 1, replicate: 0 };
        upload(&Capacity::TimesUpload(1.0), || seed.stream("upload"));
    }

    #[test]
    fn a_better_line_stays_better_under_every_distribution() {
        let seed = Seed { seed: 1, replicate: 0 };
        let own = seed.per_person("upload");
        let distributions = [
            Capacity::Cdf(vec![(0.1, Rate(10.0)), (0.9, Rate(90.0))]),
            Capacity::Classes(vec![(0.5, Rate(1.0)), (0.5, Rate(2.0))]),
            Capacity::LogNormal { median: Rate(50.0), sigma: 1.0 },
            Capacity::Uniform { from: Rate(1.0), to: Rate(3.0) },
            Capacity::Pareto { shape: 1.5, minimum: Rate(10.0) },
        ];
        let mut persons: Vec<crate::units::PersonIndex> = (0..200).map(crate::units::PersonIndex).collect();
        persons.sort_by(|&a, &b| own(a).unit().total_cmp(&own(b).unit()));
        for distribution in &distributions {
            let rates: Vec<Rate> = persons.iter().map(|&p| upload(distribution, || own(p))).collect();
            assert!(rates.is_sorted(), "{distribution:?}");
            assert!(rates[0] < rates[199], "{distribution:?}");
        }
    }
}
