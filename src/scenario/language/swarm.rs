//! The keys of a BitTorrent system, and those of them that a class may override for itself.

use super::systems::{ANSWER_NUMBER, KIND_KEYS, SERVICE, joined};
use super::{ANY_RATE, REAL_DURATION, words};
use crate::scenario::grammar::{Key, Record, Shape, Variant, Word, key, variant};
use crate::scenario::presets::Preset;
use crate::scenario::quantity::POSITIVE_DURATION;
use crate::spec::{
    Choker, Endgame, Granularity, HaveForm, Optimistic, Picker, SeedChoker, StrictPriority, TrackerAnswer,
};
use crate::units::SimDuration;

/// Number of keys that describe a client.
pub const CLIENT_KEY_COUNT: usize = 30;

/// The keys of a client, in `[systems.LABEL]` and in a class's `bittorrent` table.
pub const CLIENT_KEYS: [Key; CLIENT_KEY_COUNT] = [
    key("client", &CLIENT, "A preset: the settings of a known client. Keys written beside it override it.")
        .or("\"lecture\""),
    key("picker", &PICKER, "Which piece is asked for next."),
    key("random-first", &FEW_PIECES, "So many pieces are chosen at random before the picker takes over."),
    key("strict-priority", &STRICT_PRIORITY, "Whether a started piece goes before a new one."),
    key("endgame", &ENDGAME, "What happens when every missing block has been asked for."),
    key("choker", &CHOKER, "How a leecher chooses whom to unchoke."),
    key("seed-choker", &SEED_CHOKER, "How a seed chooses whom to unchoke."),
    key("slots", &SLOTS_SHAPE, "How many peers are unchoked at once."),
    key("optimistic", &OPTIMISTIC, "Who gets the optimistic slot."),
    key(
        "min-uploads",
        &MIN_UPLOADS,
        "Regular slots that nobody deserves are given away like optimistic ones until so many are unchoked (mainline); \"all-slots\": all of them.",
    ),
    key(
        "equals-stay",
        &Shape::BOOLEAN,
        "Of equally fast neighbours those that are unchoked stay so, instead of chance deciding (Transmission).",
    ),
    key(
        "optimistic-apart",
        &Shape::BOOLEAN,
        "Who holds an optimistic slot gets no regular one until its turn is over (Transmission).",
    ),
    key(
        "unchokes-uninterested",
        &Shape::BOOLEAN,
        "A better peer that is not interested is unchoked too, at no slot (BEP 3).",
    ),
    key(
        "rechokes-on-interest",
        &Shape::BOOLEAN,
        "An unchoked neighbour that gains or loses interest, or goes, causes a rechoke out of turn (mainline).",
    ),
    key("rechoke-every", &REAL_DURATION, "Time between two decisions whom to unchoke."),
    key("optimistic-every", &REAL_DURATION, "Time for which an optimistic unchoke holds."),
    key("rate-window", &REAL_DURATION, "Window of the received rate that leechers rank by."),
    key("seed-rate-window", &REAL_DURATION, "Window of the sent rate that seeds rank by."),
    key(
        "snub-after",
        &SNUB,
        "A neighbour that has sent nothing for so long is snubbing: it gets no regular slot, and what it owes is asked of others.",
    ),
    key("allowed-fast", &FEW_PIECES, "Size of the allowed-fast set (BEP 6); 0 without the extension."),
    key(
        "allowed-fast-for-starters",
        &Shape::BOOLEAN,
        "The set is granted only to peers that have fewer pieces than it (BEP 6); libtorrent grants it to all.",
    ),
    key("request-queue", &REQUEST_QUEUE, "Blocks asked for ahead on one connection."),
    key(
        "whole-piece-within",
        &PATIENCE,
        "A neighbour that sends a piece in less than this is asked for whole pieces of its own (libtorrent).",
    ),
    key(
        "look-again-after",
        &PATIENCE,
        "An unchoked neighbour that had nothing to be asked for is looked at again after this (libtorrent); \"never\": it is asked as soon as it has something.",
    ),
    key("max-sources", &SOURCES, "At most so many peers are downloaded from at once."),
    key("connections", &CONNECTIONS_SHAPE, "Limits on connections."),
    key("connectable", &Shape::BOOLEAN, "Accepts connections from others (is not behind a NAT)."),
    key(
        "hash-check",
        &Shape::BOOLEAN,
        "Pieces are checked against their hash, and sources of bad ones banned.",
    ),
    key(
        "super-seeding",
        &Shape::BOOLEAN,
        "Who comes with the whole file hides it and reveals one piece at a time to each neighbour (BEP 16).",
    ),
    key(
        "limiter-tick",
        &PATIENCE,
        "It limits its rates itself (libtorrent): messages wait for the limiter's next tick, and every segment counts a header each way.",
    ),
];

/// A class's `bittorrent` table.
pub static OVERRIDES: Record = Record { place: "in bittorrent", keys: &CLIENT_KEYS, later: &[] };

static SWARM_KEYS: [Key; CLIENT_KEY_COUNT + 7] = joined(
    joined::<2, 5, 7>(
        KIND_KEYS,
        [
            key("tracker", &TRACKER_SHAPE, "The tracker."),
            key(
                "web-server",
                &WEB_SERVER_SHAPE,
                "Where the .torrent file comes from; \"none\": everybody has it already.",
            ),
            key("granularity", &GRANULARITY, "What a transfer is followed by.").or("\"block\""),
            key("have", &HAVE, "How the news of a complete piece reaches the neighbours.").or("\"in-bulk\""),
            key(
                "rates-within",
                &TOLERANCE,
                "A line's max-min fair rate that would move by less than this part of itself stays; 0: none does. Without it 0 by block and 0.001 by piece.",
            ),
        ],
    ),
    CLIENT_KEYS,
);

pub static SWARM: Record =
    Record { place: "in a bittorrent system", keys: &SWARM_KEYS, later: &["strategy"] };

words! {
    GRANULARITY_WORDS, GRANULARITIES: Granularity {
        "block" => Granularity::Block, "Each block is asked for and arrives by itself.";
        "piece" => Granularity::Piece, "The rest of a piece is asked for in one go and counted when somebody looks: for very large swarms.";
    }
}
static GRANULARITY: Shape = Shape::words(GRANULARITY_WORDS);

words! {
    HAVE_WORDS, HAVE_FORMS: HaveForm {
        "in-bulk" => HaveForm::InBulk, "All of them at once, when it reaches the farthest.";
        "one-by-one" => HaveForm::OneByOne, "Each after the latency to it: exact, and slower.";
    }
}
static HAVE: Shape = Shape::words(HAVE_WORDS);

static TOLERANCE: Shape = Shape::number(0.0, 0.01, "0.0001");

words! {
    CLIENT_WORDS, CLIENTS: Preset {
        "lecture" => Preset::Lecture, "Four best plus one random optimistic unchoke, every 10 s and 30 s (BEP 3 and Cohen 2003).";
        "mainline-3.4" => Preset::Mainline34, "The original client, version 3.4.";
        "mainline-4.0" => Preset::Mainline40, "The original client, version 4.0.";
        "libtorrent-2" => Preset::Libtorrent2, "libtorrent 2 with its default settings.";
        "transmission-4" => Preset::Transmission4, "Transmission 4 with its default settings.";
    }
}
static CLIENT: Shape = Shape::words(CLIENT_WORDS);

words! {
    PICKER_WORDS, PICKERS: Picker {
        "rarest-first" => Picker::RarestFirst, "Fewest copies among the own neighbours, ties at random.";
        "random" => Picker::Random, "Any piece that is needed.";
        "sequential" => Picker::Sequential, "Lowest index first.";
        "global-rarest" => Picker::GlobalRarest, "Fewest copies in the whole swarm: an oracle, for comparison.";
    }
}
static PICKER: Shape = Shape::words(PICKER_WORDS);

words! {
    STRICT_WORDS, STRICT_PRIORITIES: StrictPriority {
        "on" => StrictPriority::On, "A started piece goes first; at a seed, one that a seed was asked for.";
        "off" => StrictPriority::Off, "Started pieces get no precedence.";
        "if-rarest" => StrictPriority::IfRarest, "Only a started piece that is as rare as the rarest available goes first.";
        "bounded" => StrictPriority::Bounded, "The same, but any started piece in random first and while too many are started (libtorrent).";
    }
}
static STRICT_PRIORITY: Shape = Shape::words(STRICT_WORDS);

words! {
    ENDGAME_WORDS, ENDGAMES: Endgame {
        "ask-all" => Endgame::AskAll, "Every peer is asked for every missing block, and the rest is cancelled.";
        "when-idle" => Endgame::WhenIdle, "One duplicate request, and only of a peer with nothing else to send.";
        "off" => Endgame::Off, "No block is asked for twice.";
    }
}
static ENDGAME: Shape = Shape::words(ENDGAME_WORDS);

words! {
    CHOKER_WORDS, CHOKERS: Choker {
        "tit-for-tat" => Choker::TitForTat, "The fastest of those that send to it.";
        "fixed-slots" => Choker::FixedSlots, "By the bytes of the last round, then by the seed's rule; slots change between rounds too (libtorrent).";
        "random" => Choker::Random, "Anyone interested, drawn anew at each rechoke.";
        "none" => Choker::None, "Nobody is ever choked.";
    }
}
static CHOKER: Shape = Shape::words(CHOKER_WORDS);

/// libtorrent's round robin: a slot is lost after more than 20 pieces and more than 60 s.
const ROUND_ROBIN_DEFAULT: SeedChoker =
    SeedChoker::RoundRobin { pieces: 20, at_least: SimDuration::from_whole_secs(60) };
words! {
    SEED_CHOKER_WORDS, SEED_CHOKERS: SeedChoker {
        "fastest-upload" => SeedChoker::FastestUpload, "Those it can send to fastest.";
        "rotation" => SeedChoker::Rotation, "The most recently unchoked stay, some make room every 30 s (mainline 4.0).";
        "round-robin" => ROUND_ROBIN_DEFAULT, "A slot is lost after 20 pieces and 60 s (libtorrent).";
        "anti-leech" => SeedChoker::AntiLeech, "Those that have nearly nothing or nearly everything first (libtorrent).";
        "random" => SeedChoker::Random, "Anyone interested, drawn anew at each rechoke.";
        "none" => SeedChoker::None, "Nobody is ever choked.";
    }
}
static SEED_CHOKER: Shape = Shape::words(SEED_CHOKER_WORDS).or_one_of(SEED_CHOKER_TABLES, &[]);
pub static SEED_CHOKER_TABLES: &[Variant] =
    &[variant("round-robin", &ROUND_ROBIN_SHAPE, "A slot is lost after so many pieces and so long.")];
static ROUND_ROBIN_SHAPE: Shape = Shape::record(&ROUND_ROBIN);
pub static ROUND_ROBIN: Record = Record {
    place: "in round-robin",
    keys: &[
        key("pieces", &SOURCES, "Pieces that a peer gets before it may lose its slot.").required(),
        key("at-least", &REAL_DURATION, "Time that it keeps the slot in any case.").required(),
    ],
    later: &[],
};

static SLOTS_SHAPE: Shape = Shape::record(&SLOTS);
pub static SLOTS: Record = Record {
    place: "in slots",
    keys: &[
        key("regular", &SLOT_NUMBER, "Peers unchoked for what they give."),
        key("optimistic", &SLOT_NUMBER, "Peers unchoked besides, whatever they give."),
    ],
    later: &[],
};
static SLOT_NUMBER: Shape = Shape::whole(0, 10_000, "4");

words! {
    OPTIMISTIC_WORDS, OPTIMISTICS: Optimistic {
        "uniform" => Optimistic::Uniform, "Uniform among the choked and interested.";
        "newcomers-thrice" => Optimistic::NewcomersThrice, "A new connection is three times as likely (BEP 3).";
        "rotating-list" => Optimistic::RotatingList, "The head of a list that rotates, newcomers put in near its front (mainline 3.4).";
        "rotating-list-uniform" => Optimistic::RotatingListUniform, "The same, newcomers put in anywhere (mainline 4.0).";
        "longest-wait" => Optimistic::LongestWait, "Who has waited longest (libtorrent).";
        "off" => Optimistic::Off, "No optimistic unchoke.";
    }
}
static OPTIMISTIC: Shape = Shape::words(OPTIMISTIC_WORDS);

static MIN_UPLOADS: Shape = Shape::whole(0, 10_000, "4")
    .or_words(&[Word { text: "all-slots", doc: "No slot stays empty while somebody wants it." }]);
static FEW_PIECES: Shape = Shape::whole(0, 10_000, "4");
static SOURCES: Shape = Shape::whole(1, 10_000, "5");
static SNUB: Shape =
    Shape::words(&[Word { text: "never", doc: "No anti-snubbing." }]).or_quantity(POSITIVE_DURATION);
static PATIENCE: Shape =
    Shape::words(&[Word { text: "never", doc: "Without this rule." }]).or_quantity(POSITIVE_DURATION);

static REQUEST_QUEUE: Shape = Shape::whole(1, 10_000, "5").or_record(&RATE_DEPENDENT);
pub static RATE_DEPENDENT: Record = Record {
    place: "in request-queue",
    keys: &[
        key("base", &FEW_PIECES, "Blocks asked for at any rate."),
        key(
            "begin",
            &SOURCES,
            "Instead of a base: at first so many, and one more for each that arrives, until the rate stops growing (libtorrent).",
        ),
        key("horizon", &REAL_DURATION, "Plus what arrives in this time at the present rate.").required(),
        key("min", &SOURCES, "At least so many blocks.").required(),
        key("max", &SOURCES, "At most so many blocks.").required(),
    ],
    later: &[],
};

static CONNECTIONS_SHAPE: Shape = Shape::record(&CONNECTIONS);
pub static CONNECTIONS: Record = Record {
    place: "in connections",
    keys: &[
        key("min-peers", &SLOT_NUMBER, "Asks the tracker again below this."),
        key("max-initiate", &SLOT_NUMBER, "Opens no connection at or above this."),
        key("max-allow-in", &SLOT_NUMBER, "Accepts no connection at or above this."),
        key("check-every", &REAL_DURATION, "How often it looks whether it has too few."),
    ],
    later: &[],
};

static TRACKER_SHAPE: Shape = Shape::record(&TRACKER);
pub static TRACKER: Record = Record {
    place: "in tracker",
    keys: &[
        key("service", &SERVICE, "Time that the tracker works on one announce.").or("{ fixed = \"1 ms\" }"),
        key(
            "numwant",
            &ANSWER_NUMBER,
            "Most peers in an answer. Without it 50, or what the preset's client asks for.",
        ),
        key("answer", &ANSWER, "Which peers it names.").or("\"random\""),
        key(
            "interval",
            &REAL_DURATION,
            "Time between regular announces; looked at every `check-every` of `connections`.",
        )
        .or("\"30 min\""),
        key("expiry", &REAL_DURATION, "A peer not heard of for so long is dropped.").or("\"45 min\""),
    ],
    later: &[],
};
words! {
    ANSWER_WORDS, ANSWERS: TrackerAnswer {
        "random" => TrackerAnswer::Random, "Uniformly random peers.";
        "newest" => TrackerAnswer::Newest, "Those that came last.";
        "oldest" => TrackerAnswer::Oldest, "Those that came first.";
    }
}
static ANSWER: Shape = Shape::words(ANSWER_WORDS);

static WEB_SERVER_SHAPE: Shape =
    Shape::words(&[Word { text: "none", doc: "Everybody has the .torrent file already." }])
        .or_record(&WEB_SERVER);
pub static WEB_SERVER: Record = Record {
    place: "in web-server",
    keys: &[key("upload", &ANY_RATE, "Capacity of the web server's line.").or("\"10 Mbit/s\"")],
    later: &[],
};
