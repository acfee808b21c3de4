//! The keys of `[peers.NAME]`.

use super::{
    ANY_DURATION, ANY_RATE, COUNT, FILE, FRACTION, FREE_TEXT, LATENCY, OVERRIDES, REAL_DURATION, UNLIMITED,
    words,
};
use crate::scenario::grammar::{Key, Record, Shape, Variant, Word, key, variant};
use crate::scenario::quantity::{DURATION, FREQUENCY, RATE};
use crate::spec::Behavior;

pub static CLASS: Record = Record {
    place: "in [peers.NAME]",
    keys: &[
        key("like", &FREE_TEXT, "Another class: whatever is not written here is as there."),
        key("count", &COUNT, "So many persons, beside the population's total."),
        key("fraction", &SHARE_OF_POPULATION, "This part of the population's total, from 0 to 1, or \"rest\"."),
        key("starts-with", &STARTS_WITH, "What a person has at its arrival.").or("\"nothing\""),
        key("upload", &UPLOAD, "Capacity of the access line from the person."),
        key("download", &DOWNLOAD, "Capacity of the access line to the person.").or("\"unlimited\""),
        key("latency", &LATENCY, "What the person's access line adds to the one-way latency of the network.").or("\"0 s\""),
        key("arrive", &ARRIVE, "When the persons come.").or("\"at-start\""),
        key("after-finishing", &AFTER_FINISHING, "What a person does once it has the whole file. Without it a class that starts with the whole file seeds for ever, any other leaves.").or("\"leave\""),
        key("leaves", &LEAVES, "When a person goes in any case."),
        key("departure", &DEPARTURE, "How a person goes.").or("\"clean\""),
        key("gives-up", &PATIENCE, "How long after its arrival a person gives up if it has not finished."),
        key("behavior", &BEHAVIOR_SHAPE, "What a person does with the protocol.").or("\"compliant\""),
        key("bittorrent", &OVERRIDES_SHAPE, "Client settings of this class in every BitTorrent system, on top of the system's own."),
    ],
    later: &["online", "wishes"],
};
static OVERRIDES_SHAPE: Shape = Shape::record(&OVERRIDES);

pub static REST: &[Word] = &[Word { text: "rest", doc: "What the other fractions leave." }];
static SHARE_OF_POPULATION: Shape = Shape::number(0.0, 1.0, "0.2").or_words(REST);

static STARTS_WITH: Shape = Shape::words(STARTS_WITH_WORDS).or_one_of(STARTS_WITH_TABLES, &["files"]);
static STARTS_WITH_WORDS: &[Word] = &[
    Word { text: "nothing", doc: "No piece." },
    Word { text: "whole-file", doc: "Every piece: an initial seed." },
];
pub static STARTS_WITH_TABLES: &[Variant] = &[
    variant("fraction-of-pieces", &FRACTION, "A uniformly random subset of this size, rounded down."),
    variant("all-but-pieces", &PIECES, "Every piece but these, by index from 0."),
];
static PIECES: Shape = Shape::list(&PIECE_NUMBER);
static PIECE_NUMBER: Shape = Shape::whole(0, 1 << 20, "0");

static UPLOAD: Shape = Shape::quantity(RATE).or_one_of(CAPACITIES, &[]);
static DOWNLOAD: Shape = Shape::quantity(RATE).or_words(UNLIMITED).or_one_of(DOWNLOAD_CAPACITIES, &[]);

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
static SIGMA: Shape = Shape::number(0.0, 4.0, "0.8");
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

static ARRIVE: Shape =
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

static AFTER_FINISHING: Shape = Shape::words(&[
    Word { text: "leave", doc: "Leaves at once." },
    Word { text: "seed-forever", doc: "Stays to the end." },
])
.or_one_of(LINGERING, &[]);
pub static LINGERING: &[Variant] = &[variant("seed-for", &PATIENCE, "Seeds for this time, then leaves.")];

static PATIENCE: Shape = Shape::quantity(DURATION).or_one_of(DURATIONS, &[]);
/// A time that is drawn for each person.
pub static DURATIONS: &[Variant] = &[
    variant("exponential", &REAL_DURATION, "Exponentially distributed with this mean."),
    variant("weibull", &WEIBULL_SHAPE, "A Weibull distribution, as measured sessions have."),
];
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

static LEAVES: Shape = Shape::one_of(LEAVING);
pub static LEAVING: &[Variant] = &[
    variant("at", &ANY_DURATION, "At this simulated time."),
    variant("after", &ANY_DURATION, "After it was online so long."),
    variant("after-copies", &COPIES, "Once it has uploaded that many times the length of the file."),
];
static COPIES: Shape = Shape::number(0.0, 1e6, "1.5");

words! {
    DEPARTURE_WORDS, DEPARTURES: bool {
        "clean" => false, "Closes its connections and tells the tracker.";
        "vanish" => true, "Is gone without a word: neighbours and tracker find out by themselves.";
    }
}
static DEPARTURE: Shape = Shape::words(DEPARTURE_WORDS);

words! {
    BEHAVIOR_WORDS, BEHAVIORS: Behavior {
        "compliant" => Behavior::Compliant, "Follows its client's rules.";
        "free-rider" => Behavior::FreeRider, "Downloads like anyone and never unchokes anybody.";
        "corrupt" => Behavior::Corrupt, "Serves garbage: every block that it uploads is corrupt.";
    }
}
static BEHAVIOR_SHAPE: Shape = Shape::words(BEHAVIOR_WORDS);
