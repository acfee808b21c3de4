//! The measured set-ups as scenarios.

/// A set-up of the measurements and the scenario that plays it again.
pub struct Setup {
    /// As in the measurements.
    pub name: &'static str,
    pub text: &'static str,
    /// Values put over the scenario.
    pub sets: &'static [(&'static str, &'static str)],
}

const CROWD: &str = include_str!("../../../scenarios/validation/real-swarms/crowd.toml");
const LEECHERS: &str = "peers.leech.count";
const SEED: &str = "peers.seed.upload";
const NO_FAST: (&str, &str) = ("systems.libtorrent.allowed-fast", "0");

const fn crowd(name: &'static str, sets: &'static [(&'static str, &'static str)]) -> Setup {
    Setup { name, text: CROWD, sets }
}

pub const GIVEN: [Setup; 8] = [
    crowd("C_pair", &[(LEECHERS, "1")]),
    crowd("S1", &[]),
    crowd("S1_nofast", &[NO_FAST]),
    crowd("S6_n5", &[(LEECHERS, "5")]),
    crowd("S6_n5_nofast", &[(LEECHERS, "5"), NO_FAST]),
    crowd("S6_n40_nofast", &[(LEECHERS, "40"), NO_FAST]),
    crowd("X1", &[(SEED, "1000 KiB/s")]),
    crowd("X1_nofast", &[(SEED, "1000 KiB/s"), NO_FAST]),
];

macro_rules! held_out {
    ($name:literal, $file:literal) => {
        Setup {
            name: $name,
            text: include_str!(concat!("../../../scenarios/validation/real-swarms/", $file, ".toml")),
            sets: &[],
        }
    };
}

pub const HELD_OUT: [Setup; 7] = [
    held_out!("two_classes", "two-classes"),
    held_out!("staggered_leave", "staggered-leave"),
    held_out!("free_riders", "free-riders"),
    held_out!("download_limit", "download-limit"),
    held_out!("seed_leaves", "seed-leaves"),
    held_out!("eight_slots", "eight-slots"),
    held_out!("slow_leechers", "slow-leechers"),
];
