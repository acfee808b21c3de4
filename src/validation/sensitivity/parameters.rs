//! The parameters of `free-riding` that the screening varies, and over what range.

use super::morris::LEVELS;

/// A parameter with its levels, evenly spaced or in even ratios as far as round values go.
pub struct Parameter {
    pub name: &'static str,
    /// What is set, as by `--set`.
    pub key: &'static str,
    pub levels: [&'static str; LEVELS],
}

const fn parameter(name: &'static str, key: &'static str, levels: [&'static str; LEVELS]) -> Parameter {
    Parameter { name, key, levels }
}

/// The scenario, the population, the client, and last what must not matter.
pub const PARAMETERS: [Parameter; 19] = [
    parameter("share of free riders", "peers.free-rider.fraction", ["0.1", "0.2", "0.4", "0.6"]),
    parameter("persons", "population.total", ["40", "70", "115", "200"]),
    parameter("size of the file", "content.size", ["12 MiB", "20 MiB", "28 MiB", "40 MiB"]),
    parameter("size of a piece", "content.piece", ["64 KiB", "128 KiB", "256 KiB", "512 KiB"]),
    parameter("seed's upload", "peers.seed.upload", ["1 Mbit/s", "2.5 Mbit/s", "6 Mbit/s", "15 Mbit/s"]),
    parameter(
        "leechers' upload",
        "peers.contributor.upload",
        ["0.5 Mbit/s", "1 Mbit/s", "2 Mbit/s", "4 Mbit/s"],
    ),
    parameter(
        "leechers' download",
        "peers.contributor.download",
        ["4 Mbit/s", "8 Mbit/s", "16 Mbit/s", "32 Mbit/s"],
    ),
    parameter(
        "spread of the arrivals",
        "peers.contributor.arrive.randomly-within",
        ["10 s", "1 min", "3 min", "10 min"],
    ),
    parameter(
        "seeding after finishing",
        "peers.contributor.after-finishing.seed-for",
        ["1 s", "30 s", "2 min", "10 min"],
    ),
    parameter("one-way latency", "network.one-way-latency", ["5 ms", "20 ms", "50 ms", "150 ms"]),
    parameter("regular slots", "systems.tit-for-tat.slots.regular", ["2", "4", "6", "8"]),
    parameter("optimistic slots", "systems.tit-for-tat.slots.optimistic", ["1", "2", "3", "4"]),
    parameter("choking round", "systems.tit-for-tat.rechoke-every", ["5 s", "10 s", "20 s", "40 s"]),
    parameter("optimistic period", "systems.tit-for-tat.optimistic-every", ["15 s", "30 s", "60 s", "120 s"]),
    parameter("rate window", "systems.tit-for-tat.rate-window", ["5 s", "10 s", "20 s", "40 s"]),
    parameter("patience with snubs", "systems.tit-for-tat.snub-after", ["15 s", "30 s", "60 s", "120 s"]),
    parameter("request queue", "systems.tit-for-tat.request-queue", ["2", "5", "10", "20"]),
    parameter("peers from the tracker", "systems.tit-for-tat.tracker.numwant", ["10", "20", "35", "50"]),
    parameter("chance alone (the seed)", "seed", ["101", "202", "303", "404"]),
];

/// The places of those that the rows and the page speak of.
pub fn place(name: &str) -> usize {
    PARAMETERS.iter().position(|parameter| parameter.name == name).expect("a parameter of the list")
}
