//! The keys of the systems that are not swarms: Napster, Gnutella and client-server.

use super::systems::{ANSWER_NUMBER, KIND_KEYS, SERVICE, joined};
use super::{ANY_RATE, FRACTION, LATENCY, REAL_DURATION, SIZE_SHAPE, UNLIMITED};
use crate::scenario::grammar::{Key, Record, Shape, Variant, Word, key, variant};
use crate::scenario::quantity::{POSITIVE_DURATION, RATE};

/// Number of keys that say how somebody fetches and serves whole files.
const FETCH_KEY_COUNT: usize = 8;

/// What a Napster user's or a servent's program does, in `[systems.LABEL]` and in a class's table of that kind.
const FETCH_KEYS: [Key; FETCH_KEY_COUNT] = [
    key("upload-slots", &SLOT_COUNT, "Uploads at once.").or("3"),
    key("queue", &QUEUE, "Requests that wait for an upload slot; further ones are refused."),
    key("downloads", &SLOT_COUNT, "Downloads at once; further wishes wait.").or("3"),
    key("choice", &CHOICE, "Whom it asks among the suppliers that it was told of."),
    key(
        "resumes",
        &Shape::BOOLEAN,
        "A broken transfer goes on where it stopped, instead of from the beginning.",
    ),
    key(
        "attempts",
        &ATTEMPTS,
        "Suppliers that may fail one wish before it is given up; going away oneself is no failure.",
    )
    .or("10"),
    key(
        "search-again-after",
        &AGAIN,
        "How long until a wish that found nothing, or nobody who would serve it, is searched for again.",
    ),
    key("connectable", &Shape::BOOLEAN, "Accepts connections from others (is not behind a NAT or firewall).")
        .or("true"),
];
static SLOT_COUNT: Shape = Shape::whole(1, 10_000, "3");
static QUEUE: Shape = Shape::whole(0, 4_000_000_000, "10").or_words(UNLIMITED);
static ATTEMPTS: Shape = Shape::whole(1, 10_000, "10");
static AGAIN: Shape =
    Shape::words(&[Word { text: "never", doc: "The wish has failed." }]).or_quantity(POSITIVE_DURATION);

static CHOICE: Shape = Shape::words(CHOICE_WORDS).or_one_of(CHOICES, &[]);
static CHOICE_WORDS: &[Word] = &[
    Word { text: "fastest", doc: "The fastest line as the answer gives it; ties at random." },
    Word { text: "random", doc: "Anyone." },
];
pub static CHOICES: &[Variant] = &[
    variant(
        "least-loaded",
        &PINGS,
        "Pings so many and takes the one with the fewest uploads and waiting requests a slot.",
    ),
    variant("nearest", &PINGS, "Pings so many and takes the shortest round trip."),
];
static PINGS: Shape = Shape::whole(1, 10_000, "5");

/// A class's `napster` and `gnutella` tables.
pub static NAPSTER_CLIENT: Record = Record { place: "in napster", keys: &FETCH_KEYS, later: &[] };
pub static GNUTELLA_CLIENT: Record = Record { place: "in gnutella", keys: &FETCH_KEYS, later: &[] };

static NAPSTER_KEYS: [Key; FETCH_KEY_COUNT + 3] =
    joined(joined::<2, 1, 3>(KIND_KEYS, [key("index", &INDEX_SHAPE, "The central index.")]), FETCH_KEYS);
pub static NAPSTER: Record = Record { place: "in a napster system", keys: &NAPSTER_KEYS, later: &[] };

static INDEX_SHAPE: Shape = Shape::record(&INDEX);
pub static INDEX: Record = Record {
    place: "in index",
    keys: &[
        key(
            "servers",
            &MACHINES,
            "So many servers that do not know of each other's users; a user logs in to one, drawn at random.",
        )
        .or("1"),
        key("service", &SERVICE, "Time that a worker needs for a search.").or("{ exponential = \"2 ms\" }"),
        key(
            "entry-service",
            &LATENCY,
            "Time that a worker needs for each file of a list that is added or removed.",
        )
        .or("\"10 us\""),
        key("workers", &MACHINES, "Requests worked on at once, at each server.").or("1"),
        key("queue", &QUEUE, "Requests that may wait; further ones are refused.").or("10000"),
        key("answers", &ANSWER_NUMBER, "Most suppliers in an answer.").or("100"),
        key("entry-memory", &SIZE_SHAPE, "Memory of a listed file.").or("\"100 B\""),
        key("upload", &ANY_RATE, "Line from each server.").or("\"100 Mbit/s\""),
        key("download", &ANY_RATE, "Line to each server.").or("\"100 Mbit/s\""),
    ],
    later: &[],
};
static MACHINES: Shape = Shape::whole(1, 100_000, "1");

static GNUTELLA_KEYS: [Key; FETCH_KEY_COUNT + 5] = joined(
    joined::<2, 3, 5>(
        KIND_KEYS,
        [
            key("overlay", &OVERLAY, "Who is linked with whom.").or("{ flat = { links = 3.4, most = 8 } }"),
            key("ttl", &TTL, "Hops that a query may travel. Without it 7, or 4 among ultrapeers."),
            key("ping-every", &REAL_DURATION, "How often a servent pings its neighbours.").or("\"1 min\""),
        ],
    ),
    FETCH_KEYS,
);
pub static GNUTELLA: Record = Record { place: "in a gnutella system", keys: &GNUTELLA_KEYS, later: &[] };

static TTL: Shape = Shape::whole(1, 100, "7");
static OVERLAY: Shape = Shape::one_of(OVERLAYS);
pub static OVERLAYS: &[Variant] = &[
    variant("flat", &FLAT_SHAPE, "Gnutella 0.4: everybody is equal."),
    variant(
        "ultrapeers",
        &ULTRAPEERS_SHAPE,
        "Gnutella 0.6: the best lines carry the searches, the others hang on them.",
    ),
    variant("regular-tree", &TREE_SHAPE, "A fixed tree, for checks against closed forms."),
];
static FLAT_SHAPE: Shape = Shape::record(&FLAT);
pub static FLAT: Record = Record {
    place: "in flat",
    keys: &[
        key("links", &LINKS, "Links of a servent, on average.").or("3.4"),
        key("most", &DEGREE, "Links that a servent accepts.").or("8"),
    ],
    later: &[],
};
static LINKS: Shape = Shape::number(1.0, 1000.0, "3.4");
static DEGREE: Shape = Shape::whole(1, 10_000, "8");
static ULTRAPEERS_SHAPE: Shape = Shape::record(&ULTRAPEERS);
pub static ULTRAPEERS: Record = Record {
    place: "in ultrapeers",
    keys: &[
        key(
            "share",
            &FRACTION,
            "This part of the servents are ultrapeers: the best lines that accept connections.",
        )
        .or("0.15"),
        key("links", &DEGREE, "Links of an ultrapeer to others.").or("32"),
        key("parents", &DEGREE, "Ultrapeers that a leaf hangs on.").or("3"),
        key("leaves", &DEGREE, "Leaves that an ultrapeer takes.").or("30"),
    ],
    later: &[],
};
static TREE_SHAPE: Shape = Shape::record(&TREE);
pub static TREE: Record = Record {
    place: "in regular-tree",
    keys: &[key("degree", &TREE_DEGREE, "Links of every inner servent.").required()],
    later: &[],
};
static TREE_DEGREE: Shape = Shape::whole(2, 10_000, "4");

static SERVER_KEYS: [Key; 7] = joined(
    KIND_KEYS,
    [
        key("servers", &MACHINES, "So many servers share the clients out in turn; each has every file.")
            .or("1"),
        key("upload", &SERVER_UPLOAD, "Line of all servers together.").or("\"holders\""),
        key("clients-at-once", &CLIENTS_AT_ONCE, "Clients that one server serves at once, equally.")
            .or("\"unlimited\""),
        key("queue", &QUEUE, "Clients that may wait at one server; further ones are refused.")
            .or("\"unlimited\""),
        key("retry-after", &REAL_DURATION, "How long a refused client waits before it asks again.")
            .or("\"30 s\""),
    ],
);
pub static SERVER: Record = Record { place: "in a client-server system", keys: &SERVER_KEYS, later: &[] };
static SERVER_UPLOAD: Shape = Shape::quantity(RATE).or_words(&[Word {
    text: "holders",
    doc: "What those who start with everything have together; without any, who start with whole files of it. Free riders do not count.",
}]);
static CLIENTS_AT_ONCE: Shape = Shape::whole(1, 4_000_000, "100").or_words(UNLIMITED);
