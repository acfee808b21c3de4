//! The language of scenarios: every key, what it may hold, what it means, what holds without it.
//!
//! Declarations only. `[peers.*]` is declared in `people.rs`, what is drawn for each person in `draws.rs`; `[systems.*]` in
//! `systems.rs`, `swarm.rs` and `sharing.rs`.

mod content;
mod draws;
mod people;
mod sharing;
mod swarm;
mod sweep;
mod systems;

pub use content::*;
pub use draws::*;
pub use people::*;
pub use sharing::*;
pub use swarm::*;
pub use sweep::*;
pub use systems::*;

use super::grammar::{Record, Shape, Variant, Word, key, variant};
use super::quantity::{DURATION, POSITIVE_DURATION, RATE, SHORT_DURATION};
use crate::spec::{Compression, Overhead, StopWhen, WarmUp};

/// A set of words and what each stands for, from one list.
macro_rules! words {
    ($(#[$doc:meta])* $words:ident, $values:ident: $type:ty { $($text:literal => $value:expr, $explain:literal;)+ }) => {
        $(#[$doc])*
        pub static $values: &[(&str, $type)] = &[$(($text, $value)),+];
        static $words: &[$crate::scenario::grammar::Word] =
            &[$($crate::scenario::grammar::Word { text: $text, doc: $explain }),+];
    };
}
pub(crate) use words;

pub static FREE_TEXT: Shape = Shape::text("text");
pub static FILE: Shape = Shape::text("a file name");
pub static FRACTION: Shape = Shape::number(0.0, 1.0, "0.5");
pub static ANY_DURATION: Shape = Shape::quantity(DURATION);
pub static REAL_DURATION: Shape = Shape::quantity(POSITIVE_DURATION);
pub static LATENCY: Shape = Shape::quantity(SHORT_DURATION);
pub static ANY_RATE: Shape = Shape::quantity(RATE);
pub static COUNT: Shape = Shape::whole(0, 4_000_000, "100");

/// The whole file.
pub static ROOT: Record = Record {
    place: "at the top of the file",
    keys: &[
        key("title", &FREE_TEXT, "The title: it heads tables, plots and the page.").or("\"untitled\""),
        key("question", &FREE_TEXT, "What the scenario is to find out; printed on the page.").or("\"\""),
        key("seed", &SEED, "The seed of all chance: the same seed gives the same bytes.").or("1"),
        key(
            "replicates",
            &REPLICATES,
            "Runs of each system, each with people and chance of its own; --replicates on the command line goes before.",
        )
        .or("1"),
        key("stop", &STOP_TABLE, "When a run ends."),
        key("content", &CONTENT_TABLE, "The file that is shared, or the many.").required(),
        key("network", &NETWORK_TABLE, "What lies between the peers' access lines."),
        key("population", &POPULATION_TABLE, "How many persons the classes with a fraction share out."),
        key("peers", &PEERS, "The classes of peers, each a table [peers.NAME].").required(),
        key(
            "systems",
            &SYSTEMS,
            "The systems to run on the same people, each a table [systems.LABEL]. Without any: one BitTorrent swarm of the preset `lecture`.",
        ),
        key("faults", &FAULTS_TABLE, "Central parts that do not answer for a while."),
        key("output", &OUTPUT_TABLE, "What is recorded beside the standard tables."),
        key("sweep", &SWEEP_TABLE, "What `unchoke sweep` varies, and how often it runs each point."),
        key("plot", &PLOTS, "What is drawn of a sweep, each a table [[plot]]. Without any it follows from what is varied."),
    ],
    later: &[],
};

static REPLICATES: Shape = Shape::whole(1, 100_000, "10");
static SEED: Shape = Shape::whole(0, i64::MAX as u64, "7");
static STOP_TABLE: Shape = Shape::record(&STOP);
static CONTENT_TABLE: Shape = Shape::record(&CONTENT);
static NETWORK_TABLE: Shape = Shape::record(&NETWORK);
static POPULATION_TABLE: Shape = Shape::record(&POPULATION);
static PEERS: Shape = Shape::named(&CLASS);
static SYSTEMS: Shape = Shape::kinds(&KINDS);
static FAULTS_TABLE: Shape = Shape::record(&FAULTS);
static OUTPUT_TABLE: Shape = Shape::record(&OUTPUT);
static SWEEP_TABLE: Shape = Shape::record(&SWEEP);
static PLOTS: Shape = Shape::list(&PLOT_TABLE);
static PLOT_TABLE: Shape = Shape::record(&PLOT);

words! {
    STOP_WORDS, STOP_WHEN: StopWhen {
        "everyone-finished" => StopWhen::EveryoneFinished, "Everybody who came has the whole file, has given up or has left, and nobody is to come.";
        "everyone-left" => StopWhen::EveryoneLeft, "The last person has left.";
        "time-is-up" => StopWhen::TimeIsUp, "Only the time ends the run.";
    }
}

pub static STOP: Record = Record {
    place: "in [stop]",
    keys: &[
        key("no-later-than", &REAL_DURATION, "The run ends at this simulated time at the latest.")
            .or("\"24 h\""),
        key("or-when", &STOP_CONDITION, "What ends the run earlier.").or("\"everyone-finished\""),
    ],
    later: &[],
};
static STOP_CONDITION: Shape = Shape::words(STOP_WORDS);

words! {
    OVERHEAD_WORDS, OVERHEAD: Overhead {
        "tcp-ip" => Overhead::TcpIp, "TCP/IP headers and acknowledgements, message headers and control messages.";
        "none" => Overhead::None, "Payload only.";
    }
}

pub static NETWORK: Record = Record {
    place: "in [network]",
    keys: &[
        key(
            "one-way-latency",
            &LATENCY,
            "Latency from any peer to any other, on top of the classes' own `latency`.",
        )
        .or("\"40 ms\""),
        key("overhead", &OVERHEAD_SHAPE, "Headers and control bytes charged to the links beside payload.")
            .or("\"tcp-ip\""),
        key(
            "topology",
            &TOPOLOGY_SHAPE,
            "A core graph of routers instead of an ideal middle with one latency.",
        ),
    ],
    later: &[],
};
static OVERHEAD_SHAPE: Shape = Shape::words(OVERHEAD_WORDS);

/// A record under `topology`; the other forms of topology come later.
pub static TOPOLOGY: Record = Record {
    place: "in topology",
    keys: &[
        key("nodes", &NODE_NAMES, "Names of the routers.").required(),
        key("links", &LINK_LIST, "Links between routers, each for both directions.").required(),
        key(
            "access-latency",
            &LATENCY,
            "Latency of the two access lines of a path together, on top of the links'.",
        )
        .or("\"20 ms\""),
    ],
    later: &["graphml", "waxman"],
};
static TOPOLOGY_SHAPE: Shape = Shape::record(&TOPOLOGY);
static NODE_NAMES: Shape = Shape::list(&NODE_NAME);
static NODE_NAME: Shape = Shape::text("a router's name");
static LINK_LIST: Shape = Shape::list(&LINK_SHAPE);
static LINK_SHAPE: Shape = Shape::record(&LINK);

pub static LINK: Record = Record {
    place: "in a link",
    keys: &[
        key("from", &NODE_NAME, "The router at one end.").required(),
        key("to", &NODE_NAME, "The router at the other end.").required(),
        key("capacity", &RATE_OR_UNLIMITED, "Data rate of the link in each direction.").required(),
        key("latency", &LATENCY, "One-way latency of the link.").required(),
    ],
    later: &[],
};
pub static UNLIMITED: &[Word] = &[Word { text: "unlimited", doc: "No limit." }];
static RATE_OR_UNLIMITED: Shape = Shape::quantity(RATE).or_words(UNLIMITED);

pub static POPULATION: Record = Record {
    place: "in [population]",
    keys: &[key(
        "total",
        &TOTAL,
        "Persons shared out among the classes that give a fraction; classes with a count stand beside it.",
    )],
    later: &[],
};
static TOTAL: Shape = Shape::whole(1, 4_000_000, "100");

pub static FAULTS: Record = Record {
    place: "in [faults]",
    keys: &[
        key("tracker", &OUTAGES, "When the tracker does not answer."),
        key("web-server", &OUTAGES, "When the web server does not answer."),
        key("index", &NUMBERED_OUTAGES, "When the index of a Napster does not answer."),
        key("server", &NUMBERED_OUTAGES, "When the server of a client-server system does not answer."),
    ],
    later: &["peers", "links"],
};
static OUTAGES: Shape = Shape::list(&OUTAGE);
static OUTAGE: Shape = Shape::one_of(OUTAGE_KINDS).later_forms(&["slow", "lossy"]);
pub static OUTAGE_KINDS: &[Variant] = &[DOWN];
const DOWN: Variant = variant("down", &SPAN_SHAPE, "Does not answer between the two times.");
static SPAN_SHAPE: Shape = Shape::record(&OUTAGE_SPAN);
static NUMBERED_OUTAGES: Shape = Shape::list(&NUMBERED_OUTAGE);
static NUMBERED_OUTAGE: Shape = Shape::one_of(NUMBERED_OUTAGE_KINDS).later_forms(&["slow", "lossy"]);
pub static NUMBERED_OUTAGE_KINDS: &[Variant] =
    &[DOWN.with(&[key("number", &COUNT, "Only the one of this number, from 0; without it all of them.")])];

pub static OUTAGE_SPAN: Record = Record {
    place: "in an outage",
    keys: &[
        key("from", &ANY_DURATION, "Begin, in simulated time.").required(),
        key("to", &ANY_DURATION, "End, in simulated time.").required(),
    ],
    later: &[],
};

pub static OUTPUT: Record = Record {
    place: "in [output]",
    keys: &[
        key(
            "sample-every",
            &REAL_DURATION,
            "Spacing of timeseries.csv. Without it 5 s, or more where that would give over 20 000 samples.",
        )
        .or("\"5 s\""),
        key(
            "decisions",
            &DECISIONS_SHAPE,
            "Whose choking decisions go to decisions.csv and the choke chart.",
        ),
        key("messages", &Shape::BOOLEAN, "Every message goes to messages.csv: for very small swarms.")
            .or("false"),
        key("searches", &Shape::BOOLEAN, "A row for each wish goes to searches.csv.").or("true"),
        key(
            "warm-up",
            &WARM_UP_SHAPE,
            "The times and counts of summary.csv leave out who arrives and what is wished for before this time: for runs whose steady state is asked for.",
        ),
        key(
            "compression",
            &COMPRESSION_SHAPE,
            "How the tables of a run are written; those of a sweep stay as they are.",
        )
        .or("\"none\""),
    ],
    later: &[],
};
words! {
    WARM_UP_WORDS, WARM_UP: WarmUp {
        "auto" => WarmUp::Auto, "As much as MSER-5 says of the number of leechers online, run by run.";
    }
}
static WARM_UP_SHAPE: Shape = Shape::quantity(POSITIVE_DURATION).or_words(WARM_UP_WORDS);
words! {
    COMPRESSION_WORDS, COMPRESSIONS: Compression {
        "none" => Compression::None, "As text: peers.csv.";
        "gzip" => Compression::Gzip, "Each as a gzip file, about a quarter as large: peers.csv.gz.";
    }
}
static COMPRESSION_SHAPE: Shape = Shape::words(COMPRESSION_WORDS);
static DECISIONS_SHAPE: Shape = Shape::record(&DECISIONS);

pub static DECISIONS: Record = Record {
    place: "in decisions",
    keys: &[key("peers", &PERSONS, "Persons by number, from 0.").required()],
    later: &[],
};
static PERSONS: Shape = Shape::list(&COUNT);

/// Every record of the language, for tests that walk over all of it.
#[cfg(test)]
pub static ALL_RECORDS: &[&Record] = &[
    &ROOT,
    &STOP,
    &CONTENT,
    &NETWORK,
    &TOPOLOGY,
    &LINK,
    &POPULATION,
    &FAULTS,
    &OUTAGE_SPAN,
    &OUTPUT,
    &DECISIONS,
    &SWEEP,
    &RANGE,
    &PLOT,
    &CLASS,
    &SHARE,
    &LOG_NORMAL,
    &UNIFORM,
    &PARETO,
    &DECAY,
    &WEIBULL,
    &TIME_PARETO,
    &TIME_LOG_NORMAL,
    &SIZE_UNIFORM,
    &SIZE_LOG_NORMAL,
    &RANKS,
    &SWARM,
    &OVERRIDES,
    &NAPSTER,
    &NAPSTER_CLIENT,
    &INDEX,
    &GNUTELLA,
    &GNUTELLA_CLIENT,
    &FLAT,
    &ULTRAPEERS,
    &TREE,
    &SERVER,
    &SLOTS,
    &ROUND_ROBIN,
    &RATE_DEPENDENT,
    &CONNECTIONS,
    &TRACKER,
    &WEB_SERVER,
];
