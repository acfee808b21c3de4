//! The keys of `[peers.NAME]`.

use super::{
    ANY_DURATION, ARRIVE, COUNT, DOWNLOAD, FRACTION, FREE_TEXT, GNUTELLA_CLIENT, LATENCY, NAPSTER_CLIENT,
    OVERRIDES, PATIENCE, SESSION, UPLOAD, WISH_RATE, words,
};
use crate::scenario::grammar::{Key, Record, Shape, Variant, Word, key, variant};
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
        key("after-finishing", &AFTER_FINISHING, "What a person does once its last wish is decided; who has none has finished when it comes. Without it a class that has nothing to wish for seeds for ever, any other leaves.").or("\"leave\""),
        key("leaves", &LEAVES, "When a person goes in any case."),
        key("departure", &DEPARTURE, "How a person goes; who gives up is always clean.").or("\"clean\""),
        key("gives-up", &PATIENCE, "How long after its arrival a person gives up if it has not finished."),
        key("online", &SESSION, "How long a session lasts, each drawn anew; the first begins at the arrival."),
        key("away", &SESSION, "How long it is away between two sessions, with what it has. Without it the first session is the only one."),
        key("wishes", &WISHES, "Which files a person wants, and when: drawn by popularity, never one that it has or wished for before.").or("{ at-arrival = 1 }"),
        key("behavior", &BEHAVIOR_SHAPE, "What a person does with the protocol.").or("\"compliant\""),
        key("bittorrent", &OVERRIDES_SHAPE, "Client settings of this class in every BitTorrent system, on top of the system's own."),
        key("napster", &NAPSTER_SHAPE, "Client settings of this class in every Napster system, on top of the system's own."),
        key("gnutella", &GNUTELLA_SHAPE, "Settings of this class's servents in every Gnutella system, on top of the system's own."),
    ],
    later: &[],
};
static OVERRIDES_SHAPE: Shape = Shape::record(&OVERRIDES);
static NAPSTER_SHAPE: Shape = Shape::record(&NAPSTER_CLIENT);
static GNUTELLA_SHAPE: Shape = Shape::record(&GNUTELLA_CLIENT);

pub static REST: &[Word] = &[Word { text: "rest", doc: "What the other fractions leave." }];
static SHARE_OF_POPULATION: Shape = Shape::number(0.0, 1.0, "0.2").or_words(REST);

static STARTS_WITH: Shape = Shape::words(STARTS_WITH_WORDS).or_one_of(STARTS_WITH_TABLES, &[]);
static STARTS_WITH_WORDS: &[Word] = &[
    Word { text: "nothing", doc: "No piece and no file." },
    Word { text: "whole-file", doc: "Every piece of every file: an initial seed." },
];
pub static STARTS_WITH_TABLES: &[Variant] = &[
    variant("fraction-of-pieces", &FRACTION, "A uniformly random subset of this size, rounded down."),
    variant("all-but-pieces", &PIECES, "Every piece but these, by index from 0."),
    variant("files", &COUNT, "So many different files of the catalogue, drawn by popularity."),
];
static PIECES: Shape = Shape::list(&PIECE_NUMBER);
static PIECE_NUMBER: Shape = Shape::whole(0, 1 << 20, "0");

static AFTER_FINISHING: Shape = Shape::words(&[
    Word { text: "leave", doc: "Leaves at once." },
    Word { text: "seed-forever", doc: "Stays to the end." },
])
.or_one_of(LINGERING, &[]);
pub static LINGERING: &[Variant] = &[variant("seed-for", &PATIENCE, "Seeds for this time, then leaves.")];

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

static WISHES: Shape = Shape::one_of(WISH_TIMES);
/// When somebody wants something.
pub static WISH_TIMES: &[Variant] = &[
    variant("at-arrival", &COUNT, "So many files at once, at the arrival.").with(&[BY_PERFORMER, AMONG]),
    variant("poisson", &WISH_RATE, "A Poisson stream of this rate, while online.").with(&[
        key("at-most", &COUNT, "No more than so many; without it there is no limit."),
        BY_PERFORMER,
        AMONG,
    ]),
];
const BY_PERFORMER: Key = key(
    "by-performer",
    &FRACTION,
    "This part of the wishes is searched for by the performer's name, the others by title.",
);
const AMONG: Key =
    key("among", &AMONG_SHAPE, "Only files of some ranks of popularity are wished for; without it any.");
static AMONG_SHAPE: Shape = Shape::one_of(WISHED);
pub static WISHED: &[Variant] = &[variant(
    "ranks",
    &RANKS_SHAPE,
    "From one rank to another, as parts of the catalogue: 0 is the most popular file, 1 the rarest.",
)];
static RANKS_SHAPE: Shape = Shape::record(&RANKS);
pub static RANKS: Record = Record {
    place: "in ranks",
    keys: &[
        key("from", &FRACTION, "The most popular one.").required(),
        key("to", &FRACTION, "The rarest one.").required(),
    ],
    later: &[],
};
