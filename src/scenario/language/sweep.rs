//! `[sweep]` and `[[plot]]`: what is varied, how often each point is run, and what is drawn of it.

use super::super::grammar::{Record, Shape, key};
use super::super::quantity::PRECISION;
use super::{FREE_TEXT, words};
use crate::spec::{Combine, Scale};

pub static SWEEP: Record = Record {
    place: "in [sweep]",
    keys: &[
        key("vary", &VARY, "The varied keys of the scenario, each with a list of values or a range.")
            .required(),
        key("combine", &COMBINE_SHAPE, "How the values of several keys make points.").or("\"grid\""),
        key(
            "replicates",
            &REPLICATES,
            "Runs of each system at each point, the least where a precision is asked for. Without it the scenario's.",
        ),
        key(
            "precision",
            &PRECISION_SHAPE,
            "Runs are added at a point until half the width of the 95 % confidence interval of the mean is at most this part of the mean.",
        ),
        key(
            "precision-of",
            &MEASURE_NAME,
            "The measure that is to be so precise, in every system and class.",
        )
        .or("\"download_median_s\""),
        key(
            "most-replicates",
            &REPLICATES,
            "Runs of each system after which a point is as precise as it gets.",
        )
        .or("100"),
    ],
    later: &[],
};
static VARY: Shape = Shape::settings(&VALUES);
/// The values of a varied key.
pub static VALUES: Shape = Shape::list(&Shape::ANYTHING).or_record(&RANGE);
static REPLICATES: Shape = Shape::whole(1, 100_000, "10");
static COMBINE_SHAPE: Shape = Shape::words(COMBINE_WORDS);
static PRECISION_SHAPE: Shape = Shape::quantity(PRECISION);
static MEASURE_NAME: Shape = Shape::text("the name of a measure");

words! {
    COMBINE_WORDS, COMBINE: Combine {
        "grid" => Combine::Grid, "Each value with each.";
        "zip" => Combine::Zip, "The first values together, the second together, and so on.";
    }
}

pub static RANGE: Record = Record {
    place: "in a range",
    keys: &[
        key("from", &Shape::ANYTHING, "The first value: a number, or a quantity with its unit.").required(),
        key("to", &Shape::ANYTHING, "The last value.").required(),
        key("steps", &STEPS, "How many values there are, first and last included."),
        key("step", &Shape::ANYTHING, "From one value to the next, instead of `steps`."),
        key("spacing", &SPACING, "How the values lie.").or("\"even\""),
    ],
    later: &[],
};
static STEPS: Shape = Shape::whole(2, 10_000, "10");
static SPACING: Shape = Shape::words(SPACING_WORDS);

/// How the values of a range lie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    Even,
    Log,
}

words! {
    SPACING_WORDS, SPACINGS: Spacing {
        "even" => Spacing::Even, "Equal differences.";
        "log" => Spacing::Log, "Equal ratios; between two whole numbers rounded to whole ones.";
    }
}

pub static PLOT: Record = Record {
    place: "in [[plot]]",
    keys: &[
        key("name", &FILE_STEM, "Name of the files, without ending. Without it, the name of what is drawn."),
        key("title", &FREE_TEXT, "The title; without it, it says what is drawn.").or("\"\""),
        key("x", &VARIED_KEY, "The varied key to the right. Without it the first."),
        key(
            "y",
            &MEASURE_NAME,
            "The measure that is drawn: most columns of summary.csv, and completed_share.",
        )
        .required(),
        key("rows", &VARIED_KEY, "A second varied key, upwards: this makes a heat map."),
        key("over", &CLASS_NAME, "Every other class' y is divided by that of this class, run by run."),
        key("classes", &CLASS_NAMES, "Only these classes; `all` is one."),
        key("systems", &SYSTEM_LABELS, "Only these systems."),
        key("split", &DIFFERENCE, "What lines differ in: \"class\", \"system\" or a varied key."),
        key("panels", &DIFFERENCE, "What panels differ in: \"class\", \"system\" or a varied key."),
        key("scale", &SCALE_SHAPE, "Which axes are logarithmic.").or("\"linear\""),
    ],
    later: &[],
};
static FILE_STEM: Shape = Shape::text("a file name without ending");
static VARIED_KEY: Shape = Shape::text("a varied key");
static CLASS_NAME: Shape = Shape::text("a class");
static CLASS_NAMES: Shape = Shape::list(&CLASS_NAME);
static SYSTEM_LABEL: Shape = Shape::text("a system's label");
static SYSTEM_LABELS: Shape = Shape::list(&SYSTEM_LABEL);
static DIFFERENCE: Shape = Shape::text("class, system or a varied key");
static SCALE_SHAPE: Shape = Shape::words(SCALE_WORDS);

words! {
    SCALE_WORDS, SCALES: Scale {
        "linear" => Scale { log_x: false, log_y: false }, "None.";
        "log-x" => Scale { log_x: true, log_y: false }, "The one to the right.";
        "log-y" => Scale { log_x: false, log_y: true }, "The one upwards.";
        "log" => Scale { log_x: true, log_y: true }, "Both.";
    }
}
