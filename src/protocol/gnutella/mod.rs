//! Gnutella as its documents give it: version 0.4 (Clip2, revision 1.2) and the ultrapeers of the 0.6 draft (Klingberg and
//! Manfredi 2002).
//!
//! A *servent* is a program that is server and client at once. It keeps a few *links* to others; a *descriptor* (message)
//! goes from link to link. A *query* is forwarded on all links but the one it came from until its *TTL* is used up; a
//! servent that has seen its id drops it (a *duplicate*). A *query hit* goes back the way the query came, and so does a
//! *push*, the other way, to a supplier that cannot be connected to. In 0.6 a *leaf* hangs on a few *ultrapeers*, tells
//! them the words of its files in a *query routing table*, and sees only queries that match it.
//!
//! Everything here is a data structure or a decision: the moments at which things happen are given from outside, and no
//! message is an event. [`wave`] works out what a flood of messages does in one pass; `reference` does it message by
//! message and is what the tests compare with.

pub mod descriptor;
pub mod host_cache;
pub mod overlay;
#[cfg(test)]
mod reference;
pub mod rules;
pub mod sharers;
pub mod wave;
