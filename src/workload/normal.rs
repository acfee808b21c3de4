//! The standard normal quantile by Wichura's rational approximations (algorithm AS 241, PPND16, Applied Statistics 37,
//! 1988): relative accuracy about 1e-16, and nothing but a logarithm and a square root beside arithmetic, so that
//! the bits are the same on every platform.

#![expect(clippy::excessive_precision, reason = "the coefficients stand as they were published")]

use crate::units::portable;

/// The value below which a standard normal number lies with probability `p`, strictly between 0 and 1.
pub fn standard_normal(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * polynomial(&CENTRE_OVER, r) / polynomial(&CENTRE_UNDER, r);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = portable::sqrt(-portable::ln(tail));
    let distance = if r <= 5.0 {
        polynomial(&NEAR_OVER, r - 1.6) / polynomial(&NEAR_UNDER, r - 1.6)
    } else {
        polynomial(&FAR_OVER, r - 5.0) / polynomial(&FAR_UNDER, r - 5.0)
    };
    if q < 0.0 { -distance } else { distance }
}

/// Horner's rule; coefficients from the constant term up.
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// |p - 0.5| <= 0.425, in 0.180625 - (p - 0.5)^2.
const CENTRE_OVER: [f64; 8] = [
    3.387_132_872_796_366_608,
    133.141_667_891_784_377_45,
    1_971.590_950_306_551_442_7,
    13_731.693_765_509_461_125,
    45_921.953_931_549_871_457,
    67_265.770_927_008_700_853,
    33_430.575_583_588_128_105,
    2_509.080_928_730_122_672_7,
];
const CENTRE_UNDER: [f64; 8] = [
    1.0,
    42.313_330_701_600_911_252,
    687.187_007_492_057_908_3,
    5_394.196_021_424_751_107_7,
    21_213.794_301_586_595_867,
    39_307.895_800_092_710_61,
    28_729.085_735_721_942_674,
    5_226.495_278_852_854_561,
];
/// Tails down to exp(-25), in sqrt(-ln tail) - 1.6.
const NEAR_OVER: [f64; 8] = [
    1.423_437_110_749_683_577_34,
    4.630_337_846_156_545_295_9,
    5.769_497_221_460_691_405_5,
    3.647_848_324_763_204_605_04,
    1.270_458_252_452_368_382_58,
    0.241_780_725_177_450_611_77,
    0.022_723_844_989_269_184_583_3,
    7.745_450_142_783_414_076_4e-4,
];
const NEAR_UNDER: [f64; 8] = [
    1.0,
    2.053_191_626_637_758_821_87,
    1.676_384_830_183_803_849_4,
    0.689_767_334_985_100_004_55,
    0.148_103_976_427_480_074_59,
    0.015_198_666_563_616_457_196_6,
    5.475_938_084_995_344_946e-4,
    1.050_750_071_644_416_843_24e-9,
];
/// Thinner tails, in sqrt(-ln tail) - 5.
const FAR_OVER: [f64; 8] = [
    6.657_904_643_501_103_777_2,
    5.463_784_911_164_114_369_9,
    1.784_826_539_917_291_335_8,
    0.296_560_571_828_504_891_23,
    0.026_532_189_526_576_123_093,
    1.242_660_947_388_078_438_6e-3,
    2.711_555_568_743_487_578_15e-5,
    2.010_334_399_292_288_132_65e-7,
];
const FAR_UNDER: [f64; 8] = [
    1.0,
    0.599_832_206_555_887_937_69,
    0.136_929_880_922_735_805_31,
    0.014_875_361_290_850_614_852_5,
    7.868_691_311_456_132_591e-4,
    1.846_318_317_510_054_681_8e-5,
    1.421_511_758_316_445_888_7e-7,
    2.044_263_103_389_939_785_64e-15,
];

#[cfg(test)]
mod tests {
    use super::standard_normal;

    #[test]
    fn the_normal_quantile_inverts_the_normal_distribution_function() {
        // Phi(z) = erfc(-z / sqrt 2) / 2, in both tails and across the seams of the three approximations.
        for p in [
            1e-300, 1e-100, 1e-16, 1.3e-11, 1.5e-11, 1e-6, 0.01, 0.0749, 0.0751, 0.3, 0.499, 0.5, 0.7, 0.9,
            0.95,
        ] {
            let back = 0.5 * libm::erfc(-standard_normal(p) / std::f64::consts::SQRT_2);
            let z = standard_normal(p);
            // The condition of Phi grows with z^2 in the tail.
            assert!((back / p - 1.0).abs() < 1e-15 * (4.0 + 2.0 * z * z), "{p}: {back}");
        }
        for p in [0.001, 0.1, 0.25, 0.4375] {
            assert!((standard_normal(p) + standard_normal(1.0 - p)).abs() < 1e-13);
        }
        // Printed in every table, and given by Wichura as a check: the 0.25 and the 0.001 point.
        assert!((standard_normal(0.25) + 0.674_489_750_196_081_7).abs() < 1e-15);
        assert!((standard_normal(0.001) + 3.090_232_306_167_813_5).abs() < 1e-14);
        assert!((standard_normal(1e-20) + 9.262_340_089_798_408).abs() < 1e-13);
    }
}
