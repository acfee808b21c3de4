//! The kinds of `[systems.LABEL]`, and what several of them have in common.

use super::sharing::{GNUTELLA, NAPSTER, SERVER};
use super::swarm::SWARM;
use super::{FREE_TEXT, LATENCY};
use crate::scenario::grammar::{Key, Kinds, Shape, Variant, Word, key, variant};

/// Each kind of system with its keys. A label that is a kind needs no `kind`.
pub static KINDS: Kinds = Kinds {
    place: "[systems.LABEL]",
    noun: "system",
    records: &[
        ("bittorrent", &SWARM),
        ("napster", &NAPSTER),
        ("gnutella", &GNUTELLA),
        ("client-server", &SERVER),
    ],
};

/// The first keys of every kind.
pub const KIND_KEYS: [Key; 2] = [
    key("kind", &KIND, "The kind of system; may be left out where the label is a kind or `like` gives it."),
    key("like", &FREE_TEXT, "Another system of this kind: whatever is not written here is as there."),
];
static KIND: Shape = Shape::words(&[
    Word { text: "bittorrent", doc: "A swarm for each file." },
    Word { text: "napster", doc: "A central index; files go from user to user." },
    Word { text: "gnutella", doc: "Searches flood an overlay of equals; files go from servent to servent." },
    Word { text: "client-server", doc: "Servers that hold everything." },
]);

/// The keys of both.
pub const fn joined<const A: usize, const B: usize, const N: usize>(a: [Key; A], b: [Key; B]) -> [Key; N] {
    assert!(A + B == N);
    let mut keys = [KIND_KEYS[0]; N];
    let mut at = 0;
    while at < N {
        keys[at] = if at < A { a[at] } else { b[at - A] };
        at += 1;
    }
    keys
}

pub static SERVICE: Shape = Shape::one_of(SERVICES);
pub static SERVICES: &[Variant] = &[
    variant("fixed", &LATENCY, "Always this long."),
    variant("exponential", &LATENCY, "Exponentially distributed with this mean."),
];
/// Most entries of an answer.
pub static ANSWER_NUMBER: Shape = Shape::whole(1, 10_000, "50");
