//! Distributions by the inverse of their distribution function: one uniform number in, one value out.
//!
//! `rand_distr` is not used: its values change with the features that other crates of the build switch on. These
//! functions use integers, `+ - * /` and `units::portable`, so a seed gives the same bits everywhere; the tests pin them.

use super::normal::standard_normal;
use crate::rng::Stream;
use crate::units::{Rate, portable};

/// Uniform strictly between 0 and 1: the middles of 2^52 equal cells, so that no inverse meets its pole.
pub fn unit(stream: &mut Stream) -> f64 {
    ((stream.bits() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
}

/// Uniform between `from` and `to`.
pub fn uniform(u: f64, from: f64, to: f64) -> f64 {
    from + u * (to - from)
}

/// Exponential with the given mean: F(x) = 1 - exp(-x / mean).
pub fn exponential(u: f64, mean: f64) -> f64 {
    -mean * portable::ln(1.0 - u)
}

/// Weibull: F(x) = 1 - exp(-(x / scale)^shape).
pub fn weibull(u: f64, shape: f64, scale: f64) -> f64 {
    scale * portable::pow(-portable::ln(1.0 - u), 1.0 / shape)
}

/// Pareto: F(x) = 1 - (minimum / x)^shape.
pub fn pareto(u: f64, shape: f64, minimum: f64) -> f64 {
    minimum * portable::pow(1.0 - u, -1.0 / shape)
}

/// Log-normal: the logarithm is normal with mean ln(median) and standard deviation sigma.
pub fn log_normal(u: f64, median: f64, sigma: f64) -> f64 {
    median * portable::exp(sigma * standard_normal(u))
}

/// The rate at `u` of a distribution function given by points (p, rate), both ascending, straight between them; outside
/// them the nearest point's rate.
pub fn piecewise(u: f64, points: &[(f64, Rate)]) -> Rate {
    let above = points.partition_point(|&(p, _)| p < u);
    if above == 0 {
        return points[0].1;
    }
    let (p0, Rate(r0)) = points[above - 1];
    let Some(&(p1, Rate(r1))) = points.get(above) else { return Rate(r0) };
    Rate(r0 + (r1 - r0) * ((u - p0) / (p1 - p0)))
}

/// The rate whose interval holds `u` when the shares are laid end to end; the last takes what rounding leaves.
pub fn weighted(u: f64, shares: &[(f64, Rate)]) -> Rate {
    let (last, others) = shares.split_last().expect("at least one share");
    let mut upper = 0.0;
    for &(share, rate) in others {
        upper += share;
        if u < upper {
            return rate;
        }
    }
    last.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Seed;

    const N: usize = 100_000;

    fn sample(quantile: impl Fn(f64) -> f64) -> Vec<f64> {
        let mut stream = Seed { seed: 7, replicate: 0 }.stream("samplers");
        let mut values: Vec<f64> = (0..N).map(|_| quantile(unit(&mut stream))).collect();
        values.sort_by(f64::total_cmp);
        values
    }

    /// Draws and holds the sample against its distribution function (Kolmogorov and Smirnov) and its mean.
    fn check(quantile: impl Fn(f64) -> f64, cdf: impl Fn(f64) -> f64, mean: f64, standard_deviation: f64) {
        let values = sample(quantile);
        let gap = |(i, &x): (usize, &f64)| (cdf(x) - (i as f64 + 0.5) / N as f64).abs();
        let distance = values.iter().enumerate().map(gap).fold(0.0, f64::max);
        // 1.95 / sqrt(n) is the 0.1 % point.
        assert!(distance < 1.95 / (N as f64).sqrt(), "distance {distance}");
        let error = values.iter().sum::<f64>() / N as f64 - mean;
        assert!(error.abs() < 4.0 * standard_deviation / (N as f64).sqrt(), "mean off by {error}");
    }

    #[test]
    fn the_exponential_has_its_closed_forms() {
        check(|u| exponential(u, 3.0), |x| 1.0 - portable::exp(-x / 3.0), 3.0, 3.0);
        // Median: mean ln 2.
        assert!((exponential(0.5, 3.0) - 3.0 * std::f64::consts::LN_2).abs() < 1e-15);
    }

    #[test]
    fn the_uniform_has_its_closed_forms() {
        // Variance (to - from)^2 / 12.
        check(|u| uniform(u, 2.0, 6.0), |x| (x - 2.0) / 4.0, 4.0, 4.0 / 12f64.sqrt());
    }

    #[test]
    fn the_weibull_has_its_closed_forms() {
        // Mean scale Gamma(1 + 1/shape): shape 2 gives scale sqrt(pi) / 2, variance scale^2 (1 - pi / 4).
        let pi = std::f64::consts::PI;
        let cdf = |x: f64| 1.0 - portable::exp(-(x / 5.0) * (x / 5.0));
        check(|u| weibull(u, 2.0, 5.0), cdf, 2.5 * pi.sqrt(), 5.0 * (1.0 - pi / 4.0).sqrt());
        // Stutzbach and Rejaie 2006, FlatOut: median = scale (ln 2)^(1/shape) = 41.9 min x 0.5373.
        let median = weibull(0.5, 0.59, 41.9);
        assert!((median - 41.9 * portable::pow(std::f64::consts::LN_2, 1.0 / 0.59)).abs() < 1e-12);
    }

    #[test]
    fn the_pareto_has_its_closed_forms() {
        // Mean a m / (a - 1), variance m^2 a / ((a - 1)^2 (a - 2)).
        let cdf = |x: f64| 1.0 - portable::pow(10.0 / x, 3.0);
        check(|u| pareto(u, 3.0, 10.0), cdf, 15.0, 10.0 * (3.0 / 4.0f64).sqrt());
    }

    #[test]
    fn the_log_normal_has_its_closed_forms() {
        // Mean median exp(sigma^2 / 2), variance mean^2 (exp(sigma^2) - 1).
        let phi = |z: f64| 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2);
        let mean = 50.0 * portable::exp(0.125);
        let deviation = mean * (portable::exp(0.25) - 1.0).sqrt();
        check(|u| log_normal(u, 50.0, 0.5), |x| phi(portable::ln(x / 50.0) / 0.5), mean, deviation);
        assert_eq!(log_normal(0.5, 50.0, 0.5), 50.0);
    }

    #[test]
    fn a_piecewise_distribution_is_straight_between_its_points_and_flat_outside() {
        let points = [(0.2, Rate(10.0)), (0.6, Rate(30.0)), (0.6, Rate(50.0)), (0.8, Rate(60.0))];
        let cases =
            [(0.1, 10.0), (0.2, 10.0), (0.4, 20.0), (0.6, 30.0), (0.7, 55.0), (0.8, 60.0), (0.99, 60.0)];
        for (u, rate) in cases {
            assert!((piecewise(u, &points).0 - rate).abs() < 1e-12, "at {u}");
        }
        assert_eq!(piecewise(0.3, &[(0.5, Rate(4.0))]), Rate(4.0));
    }

    #[test]
    fn weighted_shares_follow_their_intervals() {
        let shares = [(0.2, Rate(1.0)), (0.4, Rate(2.0)), (0.4, Rate(3.0))];
        let values = sample(|u| weighted(u, &shares).0);
        let share = |rate| values.iter().filter(|&&value| value == rate).count() as f64 / N as f64;
        // Five standard deviations of sqrt(0.4 x 0.6 / n).
        assert!((share(1.0) - 0.2).abs() < 0.008 && (share(2.0) - 0.4).abs() < 0.008);
        assert_eq!(weighted(0.999_999_999_999_999_9, &[(0.3, Rate(1.0)), (0.7, Rate(2.0))]), Rate(2.0));
    }

    #[test]
    fn the_unit_never_reaches_its_ends() {
        assert!((0..N).all({
            let mut stream = Seed { seed: 9, replicate: 0 }.stream("unit");
            move |_| {
                let u = unit(&mut stream);
                0.0 < u && u < 1.0
            }
        }));
        // The extreme cells: (0 + 1/2) and (2^52 - 1/2) of 2^52 are exact.
        assert_eq!(((u64::MAX >> 12) as f64 + 0.5) / (1u64 << 52) as f64, 1.0 - f64::EPSILON / 2.0);
    }

    /// The first three draws of each sampler, bit for bit: a change here changes every scenario's outcome.
    #[test]
    fn draws_are_pinned() {
        let first = |quantile: &dyn Fn(f64) -> f64| {
            let mut stream = Seed { seed: 7, replicate: 0 }.stream("golden");
            [(); 3].map(|()| quantile(unit(&mut stream)).to_bits())
        };
        let drawn = [
            first(&|u| u),
            first(&|u| exponential(u, 3.0)),
            first(&|u| weibull(u, 0.59, 2_514.0)),
            first(&|u| pareto(u, 1.5, 1e5)),
            first(&|u| log_normal(u, 1e6, 1.2)),
        ];
        let pinned = [
            [0x3fce_b880_060d_3b1c, 0x3fed_d762_4dd0_8381, 0x3fc9_0184_be4e_873c],
            [0x3fea_58bc_d631_3746, 0x4020_2d70_a1eb_224a, 0x3fe4_ddcf_bfc5_e257],
            [0x4071_8ed1_7d4c_a391, 0x40ca_6013_1c7f_43c2, 0x4067_a69f_4af9_02bc],
            [0x40fd_50cf_6cb3_0b6c, 0x4122_6a7c_6e82_1646, 0x40fc_3891_49da_88db],
            [0x411a_26cb_7ab7_1005, 0x4156_f079_afe5_fd75, 0x4115_ca58_92c6_a49f],
        ];
        assert_eq!(drawn, pinned, "{drawn:#018x?}");
    }
}
