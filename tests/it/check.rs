//! `unchoke check`: what would be run, told to people and to machines.

use crate::engines::tiny_sweep;
use crate::support::Folder;

#[test]
fn what_would_be_run_is_told_and_nothing_is_written() {
    let folder = Folder::with_small();
    let ran = folder.unchoke(&["check", "small.toml", "--replicates", "5"]).code(0);
    let stdout = ran.stdout();
    for text in
        ["1 MiB in 16 pieces, 64 blocks", "11: seed 1, contributor 8, free-rider 2", "10 (2 x 5), seed 3"]
    {
        assert!(stdout.contains(text), "no `{text}` in\n{stdout}");
    }
    assert_eq!(folder.names(), ["small.toml"]);
}

#[test]
fn machines_are_told_the_same_numbers() {
    let folder = Folder::with_small();
    folder.write("bad.toml", "title = \"Bad\"\nsedd = 7\n");
    let asked = ["check", "small.toml", "bad.toml", "music-catalogue", "--replicates", "5", "--json"];
    let ran = folder.unchoke(&asked).code(2).complains(&["sedd"]);
    let checked: serde_json::Value = serde_json::from_str(&ran.stdout()).expect("JSON and nothing else");
    assert_eq!(checked.as_array().map(Vec::len), Some(2), "those that are right");
    let (small, music) = (&checked[0], &checked[1]);
    assert_eq!((&small["scenario"], &small["title"]), (&"small.toml".into(), &"Small".into()));
    let file = serde_json::json!({ "size_bytes": 1 << 20, "pieces": 16, "blocks": 64 });
    assert_eq!(small["content"]["file"], file);
    assert_eq!(small["persons"], 11);
    assert_eq!(small["classes"][1], serde_json::json!({ "class": "contributor", "persons": 8 }));
    assert_eq!(small["wishes"], 10);
    assert_eq!(small["systems"][1]["system"], "random-choking");
    assert_eq!(small["systems"][1]["kind"], "bittorrent");
    assert_eq!((&small["runs"], &small["replicates"], &small["seed"]), (&10.into(), &5.into(), &3.into()));
    assert_eq!(small["no_later_than_s"], 7200.0);
    let core = small["estimate"]["core_s"].as_f64().expect("a number");
    assert!(core > 0.0 && core < 1.0, "{core} s");
    assert!(small["estimate"]["memory_bytes"].as_f64().expect("a number") > 11.0 * 6000.0);
    let catalogue = &music["content"]["catalogue"];
    assert!(catalogue["files"].as_u64() >= catalogue["held_files"].as_u64(), "{catalogue}");
    assert!(catalogue["copies"].as_u64() >= catalogue["held_files"].as_u64(), "{catalogue}");
}

#[test]
fn a_sweep_is_told_with_its_points_and_runs() {
    let folder = Folder::new();
    folder.write("tiny.toml", &tiny_sweep());
    let told = folder.unchoke(&["check", "tiny.toml", "--systems", "tit-for-tat"]).code(0).stdout();
    for text in ["6 points: peers.free-rider.fraction = 0, 0.1, 0.2", "36 runs (6 at each point)"] {
        assert!(told.contains(text), "no `{text}` in\n{told}");
    }
    let json = folder.unchoke(&["check", "tiny.toml", "--replicates", "4", "--json"]).code(0).stdout();
    let checked: serde_json::Value = serde_json::from_str(&json).expect("JSON and nothing else");
    let sweep = &checked[0]["sweep"];
    assert_eq!(sweep["vary"][0][0], "peers.free-rider.fraction");
    assert_eq!(sweep["vary"][0][1][5], "0.5");
    assert_eq!((&sweep["points"], &sweep["runs"]), (&6.into(), &48.into()));
    let seconds = |of: &serde_json::Value| of["estimate"]["core_s"].as_f64().expect("a number");
    let points = seconds(sweep) / seconds(&checked[0]);
    assert!((points - 6.0).abs() < 0.01, "every point has ten leechers: {points} times one point");
}

/// A thousand with two hundred files each: 148 MiB resident were measured, some 20 of them without any membership.
#[test]
fn every_file_that_is_held_is_a_membership_in_memory() {
    let folder = Folder::new();
    let text = r#"
        title = "Many memberships"
        stop = { no-later-than = "2 min", or-when = "time-is-up" }
        [content]
        files = 5000
        size = "4 MB"
        [peers.fan]
        count = 1000
        starts-with = { files = 200 }
        upload = "1 Mbit/s"
        after-finishing = "seed-forever"
        wishes = { poisson = "0.05 /min" }
        [systems.swarms]
        kind = "bittorrent"
        "#;
    folder.write("many.toml", text);
    let told = folder.unchoke(&["check", "many.toml", "--json"]).code(0).stdout();
    let checked: serde_json::Value = serde_json::from_str(&told).expect("JSON and nothing else");
    let bytes = checked[0]["estimate"]["memory_bytes"].as_f64().expect("a number");
    assert!((110e6..150e6).contains(&bytes), "{bytes}");
}

/// Fellow seeds announce themselves and dial each other for as long as they are online: 13 s for eighteen hours more of ten thousand memberships.
#[test]
fn quiet_hours_of_a_catalogue_take_their_time() {
    let folder = Folder::new();
    let seconds = |hours: u32| {
        let text = format!(
            r#"
            title = "Quiet hours"
            stop = {{ no-later-than = "{hours} h", or-when = "time-is-up" }}
            [content]
            files = 200
            size = "1 MiB"
            [peers.holder]
            count = 100
            starts-with = {{ files = 100 }}
            wishes = {{ at-arrival = 1 }}
            after-finishing = "seed-forever"
            upload = "1 Mbit/s"
            [systems.bittorrent]
            "#
        );
        folder.write("quiet.toml", &text);
        let told = folder.unchoke(&["check", "quiet.toml", "--json"]).code(0).stdout();
        let checked: serde_json::Value = serde_json::from_str(&told).expect("JSON and nothing else");
        checked[0]["estimate"]["core_s"].as_f64().expect("a number")
    };
    let more = seconds(20) - seconds(2);
    assert!((10.0..16.0).contains(&more), "{more} s");
}

/// Measured: 54 to 59 thousand messages of searches with three hops, 1.8 to 1.9 million with seven, and 66 thousand pings with either.
#[test]
fn a_flood_of_fewer_hops_is_cheaper() {
    let seconds = |system: &str| {
        let told = Folder::new().unchoke(&["check", "gnutella-flood", "--systems", system, "--json"]);
        let checked: serde_json::Value =
            serde_json::from_str(&told.code(0).stdout()).expect("JSON and nothing else");
        checked[0]["estimate"]["core_s"].as_f64().expect("a number")
    };
    let (few, many) = (seconds("ttl-3"), seconds("ttl-7"));
    assert!(many > 3.0 * few, "{few} s and {many} s");
}
