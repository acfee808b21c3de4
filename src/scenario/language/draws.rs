//! Values that are drawn for each person: capacities, arrivals, lengths of time.

use super::{ANY_DURATION, ANY_RATE, FILE, FRACTION, FREE_TEXT, REAL_DURATION, UNLIMITED};
use crate::scenario::grammar::{Key, Record, Shape, Variant, Word, key, variant};
use crate::scenario::quantity::{DURATION, FREQUENCY, POSITIVE_DURATION, Quantity, RATE};

pub static UPLOAD: Shape = Shape::quantity(RATE).or_one_of(CAPACITIES, &[]);
pub static DOWNLOAD: Shape = Shape::quantity(RATE).or_words(UNLIMITED).or_one_of(DOWNLOAD_CAPACITIES, &[]);

const CDF: Variant =
    variant("cdf", &FILE, "A CSV file with a distribution function: cumulative fraction, value.")
        .with(CDF_COMPANIONS);
const CLASSES: Variant = variant("classes", &SHARES, "Each share of the class has a rate of its own.");
const LOG_NORMAL_DRAW: Variant = variant("log-normal", &LOG_NORMAL_SHAPE, "A log-normal distribution.");
const UNIFORM_DRAW: Variant = variant("uniform", &UNIFORM_SHAPE, "Uniform between two rates.");
const PARETO_DRAW: Variant =
    variant("pareto", &PARETO_SHAPE, "A Pareto distribution: many slow, few very fast.");

/// Where a capacity may be drawn from.
pub static CAPACITIES: &[Variant] = &[CDF, CLASSES, LOG_NORMAL_DRAW, UNIFORM_DRAW, PARETO_DRAW];
const TIMES: Variant = variant("times-upload", &FACTOR, "The person's own upload capacity times this.");
pub static TIMES_UPLOAD: &[Variant] = &[TIMES];
static DOWNLOAD_CAPACITIES: &[Variant] = &[TIMES, CDF, CLASSES, LOG_NORMAL_DRAW, UNIFORM_DRAW, PARETO_DRAW];
static CDF_COMPANIONS: &[Key] = &[
    key("unit", &RATE_UNIT, "The unit of the values.").required(),
    key("column", &FREE_TEXT, "Heading of the column with the values; without it the second column."),
];
static FACTOR: Shape = Shape::number(0.001, 1e6, "8");
static RATE_UNIT: Shape = Shape::words(&[
    Word { text: "KB/s", doc: "1000 bytes per second." },
    Word { text: "kB/s", doc: "1000 bytes per second." },
    Word { text: "B/s", doc: "Bytes per second." },
    Word { text: "MB/s", doc: "10^6 bytes per second." },
    Word { text: "KiB/s", doc: "1024 bytes per second." },
    Word { text: "MiB/s", doc: "2^20 bytes per second." },
    Word { text: "bit/s", doc: "Bits per second." },
    Word { text: "kbit/s", doc: "1000 bits per second." },
    Word { text: "Mbit/s", doc: "10^6 bits per second." },
    Word { text: "Gbit/s", doc: "10^9 bits per second." },
]);
static SHARES: Shape = Shape::list(&SHARE_SHAPE);
static SHARE_SHAPE: Shape = Shape::record(&SHARE);

pub static SHARE: Record = Record {
    place: "in classes",
    keys: &[
        key("share", &FRACTION, "Part of the persons; all shares add up to 1.").required(),
        key("rate", &ANY_RATE, "Their data rate.").required(),
    ],
    later: &[],
};
static LOG_NORMAL_SHAPE: Shape = Shape::record(&LOG_NORMAL);
pub static LOG_NORMAL: Record = Record {
    place: "in log-normal",
    keys: &[
        key("median", &ANY_RATE, "Half of the persons are slower.").required(),
        key("sigma", &SIGMA, "Standard deviation of the natural logarithm.").required(),
    ],
    later: &[],
};
pub static SIGMA: Shape = Shape::number(0.0, 4.0, "0.8");
static UNIFORM_SHAPE: Shape = Shape::record(&UNIFORM);
pub static UNIFORM: Record = Record {
    place: "in uniform",
    keys: &[
        key("from", &ANY_RATE, "The slowest.").required(),
        key("to", &ANY_RATE, "The fastest.").required(),
    ],
    later: &[],
};
static PARETO_SHAPE: Shape = Shape::record(&PARETO);
pub static PARETO: Record = Record {
    place: "in pareto",
    keys: &[
        key("shape", &TAIL, "The exponent of the tail: the smaller, the more unequal.").required(),
        key("minimum", &ANY_RATE, "The slowest.").required(),
    ],
    later: &[],
};
static TAIL: Shape = Shape::number(0.1, 100.0, "1.5");

pub static ARRIVE: Shape =
    Shape::words(&[Word { text: "at-start", doc: "All at time zero." }]).or_one_of(ARRIVALS, &["diurnal"]);
pub static ARRIVALS: &[Variant] = &[
    variant("at", &ANY_DURATION, "All at this time."),
    variant("randomly-within", &ANY_DURATION, "Each uniformly at random within this time from the start: a flash crowd."),
    variant("poisson", &ARRIVAL_RATE, "A Poisson process with this many arrivals a time."),
    variant("decay", &DECAY_SHAPE, "A Poisson process whose rate decays exponentially (Guo 2005). A finite number comes: persons whose turn never arrives stay away."),
    variant("trace", &FILE, "A CSV file with arrival times in seconds, ascending, in its first column. Persons beyond its end stay away.")
        .with(&[key("column", &FREE_TEXT, "Heading of the column with the times; without it the first column.")]),
];
static ARRIVAL_RATE: Shape = Shape::quantity(FREQUENCY);
static DECAY_SHAPE: Shape = Shape::record(&DECAY);
pub static DECAY: Record = Record {
    place: "in decay",
    keys: &[
        key("initial", &ARRIVAL_RATE, "Arrivals a time at the start.").required(),
        key("tau", &REAL_DURATION, "After this time the rate has fallen to 1/e.").required(),
    ],
    later: &[],
};

pub static PATIENCE: Shape = Shape::quantity(DURATION).or_one_of(DURATIONS, &[]);
/// A time that is drawn for each person.
pub static DURATIONS: &[Variant] = &[
    variant("exponential", &REAL_DURATION, "Exponentially distributed with this mean."),
    variant("weibull", &WEIBULL_SHAPE, "A Weibull distribution, as measured sessions have."),
    variant(
        "pareto",
        &TIME_PARETO_SHAPE,
        "A Pareto distribution: many short and a few extremely long times.",
    ),
    variant("log-normal", &TIME_LOG_NORMAL_SHAPE, "A log-normal distribution."),
];
static TIME_PARETO_SHAPE: Shape = Shape::record(&TIME_PARETO);
pub static TIME_PARETO: Record = Record {
    place: "in a pareto time",
    keys: &[
        key("shape", &TAIL, "The exponent of the tail: the smaller, the more unequal.").required(),
        key("minimum", &REAL_DURATION, "The shortest.").required(),
    ],
    later: &[],
};
static TIME_LOG_NORMAL_SHAPE: Shape = Shape::record(&TIME_LOG_NORMAL);
pub static TIME_LOG_NORMAL: Record = Record {
    place: "in a log-normal time",
    keys: &[
        key("median", &REAL_DURATION, "Half of the times are shorter.").required(),
        key("sigma", &SIGMA, "Standard deviation of the natural logarithm.").required(),
    ],
    later: &[],
};
/// A session or a time away.
pub static SESSION: Shape = Shape::quantity(POSITIVE_DURATION).or_one_of(DURATIONS, &[]);

static WEIBULL_SHAPE: Shape = Shape::record(&WEIBULL);
pub static WEIBULL: Record = Record {
    place: "in weibull",
    keys: &[
        key("shape", &WEIBULL_EXPONENT, "Below 1: many short and a few very long times.").required(),
        key("scale", &REAL_DURATION, "63 % of the times are shorter.").required(),
    ],
    later: &[],
};
static WEIBULL_EXPONENT: Shape = Shape::number(0.1, 100.0, "0.59");

/// How often one person wishes for something.
pub static WISH_RATE: Shape = Shape::quantity(Quantity { example: "0.1 /min", ..FREQUENCY });
