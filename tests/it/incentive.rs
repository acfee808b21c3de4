//! The incentive is in the mechanism: free riders lose under tit-for-tat, and only there.

use crate::swarm_support::{Play, median};

/// A crowd as in the scenario `free-riding`, with half of its file. A client that completes whatever it has begun (strict priority `on`)
/// makes this seed so busy with second copies that in some replicates the seed is everybody's bottleneck, and then nobody
/// can be slower than others, whatever the choker.
fn crowd(system: &str) -> String {
    format!(
        r#"
seed = 7
stop = {{ no-later-than = "8 h", or-when = "everyone-finished" }}
[content]
size = "32 MiB"
piece = "128 KiB"
[population]
total = 100
[peers.seed]
count = 1
starts-with = "whole-file"
upload = "2 Mbit/s"
[peers.contributor]
fraction = "rest"
upload = "1 Mbit/s"
download = "8 Mbit/s"
arrive = {{ randomly-within = "10 s" }}
after-finishing = "leave"
[peers.free-rider]
like = "contributor"
fraction = 0.2
behavior = "free-rider"
[systems.crowd]
kind = "bittorrent"
client = "lecture"
strict-priority = "if-rarest"
{system}
"#
    )
}

/// How many times as long as the median contributor the median free rider takes, for each replicate.
fn gaps(replicates: u32, shuffle_ties: bool, system: &str) -> Vec<f64> {
    let text = crowd(system);
    let gap = |replicate| {
        let run = Play { replicate, shuffle_ties, ..Play::default() }.run(&text);
        run.assert_all_finished();
        median(run.download_times("free-rider")) / median(run.download_times("contributor"))
    };
    (0..replicates).map(gap).collect()
}

#[test]
fn tit_for_tat_makes_free_riders_wait() {
    let gaps = gaps(3, false, "");
    assert!(gaps.iter().all(|&gap| gap > 1.3), "{gaps:?}");
}

#[test]
fn the_order_of_simultaneous_events_does_not_make_the_incentive() {
    let gaps = gaps(2, true, "");
    assert!(gaps.iter().all(|&gap| gap > 1.3), "{gaps:?}");
}

/// The middle one of some replicates: since contributors leave at once, who happens to lag a little in one of them is left with the
/// seed alone, free rider or not.
#[track_caller]
fn no_gap(system: &str) {
    let gaps = gaps(5, false, system);
    assert!((0.9..1.1).contains(&median(gaps.clone())), "{gaps:?}");
}

#[test]
fn random_choking_cannot_tell_free_riders_from_others() {
    no_gap("choker = \"random\"");
}

#[test]
fn nobody_is_slower_where_nobody_is_choked() {
    no_gap("choker = \"none\"");
    no_gap("choker = \"none\"\nseed-choker = \"none\"");
}
