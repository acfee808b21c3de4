//! Settings of the systems that are not swarms: Napster, Gnutella, client-server, and what they share.

use serde::{Deserialize, Serialize};

use crate::spec::ServiceTime;
use crate::units::{Bytes, Rate, SimDuration};

/// How somebody fetches whole files from others and serves them to others (Napster, Gnutella).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FetchSpec {
    /// Uploads at once; at least 1 for those who share.
    pub upload_slots: u32,
    /// Requests that wait for a slot; beyond it they are refused.
    pub queue: u32,
    /// Downloads at once; further wishes wait.
    pub downloads: u32,
    pub choice: SupplierChoice,
    /// A broken transfer goes on where it stopped; otherwise what had arrived is thrown away.
    pub resumes: bool,
    /// Suppliers asked for one wish before it is given up.
    pub attempts: u32,
    /// How long until a wish that found nothing, or nobody who would serve it, is searched for again; `None`: it has failed.
    pub search_again_after: Option<SimDuration>,
    /// Accepts connections (is not behind a NAT or firewall).
    pub connectable: bool,
}

/// Whom a client asks among the suppliers that it was told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SupplierChoice {
    /// The fastest line as the answer gives it; ties at random.
    Fastest,
    /// Pings so many of them and takes the one with the fewest uploads and waiting requests a slot.
    LeastLoaded {
        pings: u32,
    },
    /// The shortest round trip by ping, of so many.
    Nearest {
        pings: u32,
    },
    Random,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NapsterSpec {
    pub index: IndexSpec,
    /// Of each class, in the order of `Scenario::classes`.
    pub clients: Vec<FetchSpec>,
}

/// The central index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndexSpec {
    /// So many servers that do not know of each other's users; a user logs in to one, drawn at random.
    pub servers: u32,
    /// Time of a search at one worker.
    pub service: ServiceTime,
    /// Time of a worker for each entry of a list that is added or removed.
    pub entry_service: SimDuration,
    /// Requests worked on at once, at each server.
    pub workers: u32,
    /// Requests that may wait; beyond it they are refused. `None`: no limit.
    pub queue: Option<u32>,
    /// Most suppliers in an answer.
    pub answers: u32,
    /// Memory of a listed file.
    pub entry_memory: Bytes,
    /// The line of each server.
    pub upload: Rate,
    pub download: Rate,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GnutellaSpec {
    pub overlay: Overlay,
    /// Hops that a query may travel.
    pub ttl: u8,
    /// How often a servent pings its neighbours (to keep the overlay alive and the host cache fresh).
    pub ping_every: SimDuration,
    /// Of each class, in the order of `Scenario::classes`.
    pub clients: Vec<FetchSpec>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Overlay {
    /// Gnutella 0.4: everybody is equal. A newcomer opens links until it has about so many (mean), and accepts up to `most`.
    Flat { links: f64, most: u32 },
    /// Gnutella 0.6: this part of the servents (the best connectable lines) are ultrapeers with `links` among themselves; leaves
    /// hang on `parents` ultrapeers each, an ultrapeer takes up to `leaves`.
    Ultrapeers { share: f64, links: u32, parents: u32, leaves: u32 },
    /// A fixed tree in which every inner servent has `degree` links: for checks against closed forms.
    RegularTree { degree: u32 },
}

/// Servers that hold everything; clients fetch from them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServerSpec {
    /// So many servers share the clients out in turn; each has every file.
    pub servers: u32,
    /// All servers together; `None`: what the initial holders have together.
    pub upload: Option<Rate>,
    /// Clients that one server serves at once, equally; `None`: all.
    pub clients_at_once: Option<u32>,
    /// Clients that may wait at one server; beyond it they are refused. `None`: no limit.
    pub queue: Option<u32>,
    /// How long a refused client waits before it asks again.
    pub retry_after: SimDuration,
}
