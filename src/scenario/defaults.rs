//! What the parts of Napster, Gnutella and a plain server do unless a scenario says otherwise: each number with its source.
//!
//! Sources: drscholl's napster.txt (the protocol as OpenNap's authors found it) and OpenNap 0.44 itself; a contemporary
//! guide to the Windows client 2.0 ("Tips for using Napster", concordnorth.ca, February 2001); the draft RFC of Gnutella 0.6
//! (Klingberg and Manfredi 2002); LimeWire (`ConnectionSettings`, `UltrapeerSettings`, and its developers in its forum);
//! Ripeanu 2001 ("Peer-to-peer architecture case study: Gnutella network"); Saroiu 2002 ("A measurement study of
//! peer-to-peer file sharing systems"). Where none of them gives a number, the entry says so.

use crate::spec::{FetchSpec, IndexSpec, Overlay, ServerSpec, ServiceTime, SupplierChoice};
use crate::units::{Bytes, Rate, SimDuration};

/// A user's Napster program.
pub fn napster_client() -> FetchSpec {
    FetchSpec {
        // Windows client 2.0: simultaneous outbound transfers default to 3.
        upload_slots: 3,
        // napster.txt: a request that finds the slots taken is queued remotely; no limit is told. Ten is a guess.
        queue: 10,
        // The guide finds no default for inbound transfers worth changing; as many as outbound ones.
        downloads: 3,
        // napster.txt: an answer gives each supplier's line speed, and the client sorts by it.
        choice: SupplierChoice::Fastest,
        // The guide advises "delete partial files": a broken transfer leaves nothing to go on with.
        resumes: false,
        // People went down the list of answers by hand. Ten tries is a guess.
        attempts: 10,
        // People searched again when they cared; no program did it for them.
        search_again_after: None,
        connectable: true,
    }
}

/// A Gnutella servent.
pub fn servent() -> FetchSpec {
    FetchSpec {
        // The draft asks a servent to limit its uploads and to answer 503 beyond it: busy servents have no queue.
        queue: 0,
        // QueryHits carry a speed field, but peers lie in it (Saroiu 2002: 30 % report less than they have, and many nothing).
        choice: SupplierChoice::Random,
        // The draft: HTTP 1.1 with Range requests, so that a broken download goes on.
        resumes: true,
        // Slots, downloads and tries: no standard says; as in Napster.
        ..napster_client()
    }
}

pub fn index() -> IndexSpec {
    IndexSpec {
        servers: 1,
        // OpenNap answers from hash tables in memory: a few hundred searches a second on a machine of the time.
        service: ServiceTime::Exponential { mean: SimDuration::from_millis(2) },
        // 200 files of a newcomer then cost as much as one search.
        entry_service: SimDuration(10_000),
        workers: 1,
        // No source: so long a queue is 20 s of searches.
        queue: Some(10_000),
        // napster.txt and OpenNap (max_results): 100 answers.
        answers: 100,
        // A path of some 60 bytes, MD5, size, bit rate, frequency and length of each SharedFile message (napster.txt).
        entry_memory: Bytes(100),
        // Fast Ethernet, the usual line of a server in a computing centre in 2000.
        upload: Rate::from_mbit(100.0),
        download: Rate::from_mbit(100.0),
    }
}

/// Ripeanu 2001: 3.4 links a servent.
pub const FLAT_LINKS: f64 = 3.4;
/// No source; gnut and its like took a handful of incoming links.
pub const FLAT_MOST: u32 = 8;
/// gtk-gnutella and LimeWire crawls of the years 2004 and 2005 (Stutzbach and Rejaie 2005) found 13 to 20 %.
pub const ULTRAPEER_SHARE: f64 = 0.15;
/// LimeWire: NUM_CONNECTIONS = 32.
pub const ULTRAPEER_LINKS: u32 = 32;
/// LimeWire: a leaf connects to 3 ultrapeers.
pub const LEAF_PARENTS: u32 = 3;
/// LimeWire: MAX_LEAVES = 30.
pub const ULTRAPEER_LEAVES: u32 = 30;
/// The draft: one ping a minute to neighbours that do not cache pongs.
pub const PING_EVERY: SimDuration = SimDuration::from_whole_secs(60);

/// Hops of a query: 7 in 0.4 and in the draft; LimeWire's queries among ultrapeers with many links travel 4.
pub fn ttl(overlay: &Overlay) -> u8 {
    match overlay {
        Overlay::Flat { .. } | Overlay::RegularTree { .. } => 7,
        Overlay::Ultrapeers { .. } => 4,
    }
}

/// A server that turns nobody away.
pub fn server() -> ServerSpec {
    ServerSpec {
        servers: 1,
        // The comparison's terms: as much as those have who bring the content along.
        upload: None,
        clients_at_once: None,
        queue: None,
        // HTTP's Retry-After has no default; as long as a client of this simulator waits for a central part that is down.
        retry_after: SimDuration::from_whole_secs(30),
    }
}
