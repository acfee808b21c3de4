//! The statistics of the summaries, the reading and the sweeps, in portable arithmetic.
//!
//! A run is one observation: intervals are over replicates, never over the persons of one run, who are not independent.
//! The methods are those whose coverage is right at ten replicates, which `coverage` tests by simulation: Student's t for means
//! and for means of logarithms, order statistics for medians. Percentiles of a bootstrap of ten cover 90 %, not 95 %.

mod distance;
mod estimate;
mod means;
mod medians;
mod paired;
mod precision;
mod quantiles;
mod ratios;
mod student;

#[cfg(test)]
mod coverage;

pub use distance::distance;
pub use estimate::{Estimate, estimate};
pub use means::LEAST_FOR_MEAN;
pub use medians::LEAST_FOR_MEDIAN;
pub use paired::{PairedEstimate, paired};
pub use precision::{LEAST_FOR_PRECISION, is_precise, next_replicates};
pub use quantiles::{quantile, top_share};
pub use ratios::{RatioEstimate, geometric_mean, ratio_estimate};
pub use student::t_quantile_975;
