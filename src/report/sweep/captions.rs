//! How to read a figure of a sweep, in about two sentences.

use super::chosen::Chosen;

const LINES: &str = "Each mark is the mean over the runs of a point, and the band around a line (or the bar, where values stand in no order) \
    is the 95 % confidence interval of that mean (Student's t): it says how well the mean is known, not how much single runs differ. Where bands do not overlap the difference \
    is more than chance.";
const MAP: &str = "Each cell is the mean over the runs of a point; the darker, the more.";
const RATIO: &str = "Within a run the figure of one class is divided by that of the other, so that what the run did to both cancels; shown is \
    the geometric mean of these ratios. At 1 both fare alike.";
const RATIO_BANDS: &str = "Bands are 95 % confidence intervals of that mean (Student's t of the logarithms): a band that does not \
    touch 1 is more than chance.";
const RATIO_COLOURS: &str =
    "Orange is above 1, blue below it; figures in bold differ from 1 by more than chance (95 %).";

pub fn caption(chosen: &Chosen<'_>) -> String {
    let map = chosen.arrangement.rows.is_some();
    match (chosen.figure.over.is_some(), map) {
        (false, false) => LINES.to_owned(),
        (false, true) => MAP.to_owned(),
        (true, false) => format!("{RATIO} {RATIO_BANDS}"),
        (true, true) => format!("{RATIO} {RATIO_COLOURS}"),
    }
}
