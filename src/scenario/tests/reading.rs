//! What is written arrives in the spec: order, layers, defaults, `--set`.

use super::*;
use crate::spec::*;
use crate::units::{Bytes, Rate, SimDuration, SimTime};

fn swarm<'a>(loaded: &'a Loaded, label: &str) -> &'a SwarmSpec {
    let system = loaded.scenario.systems.iter().find(|system| system.label == label).expect(label);
    system.swarm().expect("a swarm")
}

#[test]
fn defaults_are_filled_in() {
    let loaded = loaded(PLAIN, &[]);
    let scenario = &loaded.scenario;
    let file = scenario.content.single().expect("one file");
    assert_eq!(file.piece, Bytes(256 * Bytes::KIB));
    assert_eq!(file.metainfo_size, Bytes(4 * 20 + 200));
    assert_eq!(scenario.network.core, Core::Star { one_way_latency: SimDuration::from_millis(40) });
    assert_eq!(scenario.stop.no_later_than, SimDuration::from_whole_secs(86_400));
    assert_eq!(scenario.output.sample_every, SimDuration::from_whole_secs(5));
    let [seed, leecher] = &scenario.classes[..] else { panic!("two classes") };
    assert_eq!(seed.after_finishing, AfterFinishing::SeedForever);
    assert_eq!(leecher.after_finishing, AfterFinishing::Leave);
    assert_eq!(leecher.download, Capacity::Fixed(Rate::UNLIMITED));
    assert_eq!(leecher.arrive, Arrival::At(SimTime::ZERO));
    let swarm = swarm(&loaded, "bittorrent");
    assert_eq!(swarm.clients, vec![Preset::Lecture.client(); 2]);
    assert_eq!(swarm.web_server, Some(WebServerSpec { upload: Rate::from_mbit(10.0) }));
    assert_eq!(swarm.tracker.numwant, 50);
}

#[test]
fn rates_are_exact_by_block_and_within_a_thousandth_by_piece_unless_the_scenario_says_otherwise() {
    let within = |sets: &[(&str, &str)]| swarm(&loaded(PLAIN, sets), "bittorrent").rates_within;
    let (by_piece, written) =
        (("systems.bittorrent.granularity", "piece"), "systems.bittorrent.rates-within");
    assert_eq!((within(&[]), within(&[by_piece])), (0.0, 0.001));
    assert_eq!((within(&[(written, "0.0001")]), within(&[by_piece, (written, "0")])), (0.0001, 0.0));
}

#[test]
fn everything_says_what_it_says() {
    let loaded = loaded(EVERYTHING, &[]);
    let scenario = &loaded.scenario;
    assert_eq!(scenario.seed, i64::MAX as u64, "a seed keeps all its bits");
    let names: Vec<&str> = scenario.classes.iter().map(|class| class.name.as_str()).collect();
    assert_eq!(names, ["seed", "a", "b", "c", "d", "e", "f"]);
    assert_eq!(scenario.classes[1].size, ClassSize::Fraction(0.5));
    assert_eq!(scenario.classes[5].size, ClassSize::Count(3));
    let Capacity::Cdf(points) = &scenario.classes[4].download else { panic!("a distribution") };
    assert_eq!(points[1], (0.5, Rate(62_500.0)));
    let trace = vec![SimTime(0), SimTime(1_500_000_000), SimTime(20_000_000_000)];
    assert_eq!(scenario.classes[5].arrive, Arrival::Trace(trace));
    assert_eq!(scenario.classes[3].behavior, Behavior::Corrupt);
    assert!(scenario.classes[2].vanishes && !scenario.classes[3].vanishes);
    assert_eq!(scenario.faults.len(), 5);
    assert_eq!(scenario.faults[3].what, FaultTarget::Index(Some(1)));
    assert_eq!(scenario.output.decisions, [3, 7]);
    let labels: Vec<&str> = scenario.systems.iter().map(|system| system.label.as_str()).collect();
    assert_eq!(
        labels,
        ["bittorrent", "all", "child", "napster", "gnutella", "gnutella-06", "tree", "server", "plain"]
    );
}

#[test]
fn the_other_kinds_say_what_they_say() {
    let loaded = loaded(EVERYTHING, &[]);
    let scenario = &loaded.scenario;
    let kinds: Vec<&SystemKind> = scenario.systems.iter().map(|system| &system.kind).collect();
    let SystemKind::Napster(napster) = kinds[3] else { panic!("napster is a label and a kind") };
    assert_eq!((napster.index.servers, napster.index.workers, napster.index.queue), (2, 2, None));
    assert_eq!(napster.index.service, ServiceTime::Fixed(SimDuration::from_millis(1)));
    let (system, own) = (&napster.clients[0], &napster.clients[1]);
    assert_eq!((system.upload_slots, system.choice), (4, SupplierChoice::LeastLoaded { pings: 5 }));
    assert_eq!((own.upload_slots, own.choice), (2, SupplierChoice::Nearest { pings: 3 }));
    assert_eq!((own.queue, own.search_again_after), (u32::MAX, None));
    let SystemKind::Gnutella(flat) = kinds[4] else { panic!("gnutella") };
    assert_eq!((flat.ttl, flat.clients[0].choice), (5, SupplierChoice::Fastest));
    let SystemKind::Gnutella(ultrapeers) = kinds[5] else { panic!("gnutella") };
    assert_eq!(ultrapeers.ttl, 4, "queries among ultrapeers travel four hops");
    let SystemKind::Gnutella(tree) = kinds[6] else { panic!("its kind is that of what it is like") };
    assert_eq!(tree.overlay, Overlay::RegularTree { degree: 4 });
    assert_eq!(tree.ttl, 5);
    let SystemKind::ClientServer(plain) = kinds[8] else { panic!("client-server") };
    assert_eq!((plain.upload, plain.clients_at_once, plain.servers), (None, None, 2));
}

#[test]
fn people_wish_come_and_go_as_they_say() {
    let loaded = loaded(EVERYTHING, &[]);
    let classes = &loaded.scenario.classes;
    let ten_minutes = SimDuration::from_whole_secs(600);
    let sessions = classes[2].sessions.expect("it goes and comes");
    assert_eq!(sessions.away, Some(Duration::LogNormal { median: ten_minutes, sigma: 1.0 }));
    assert_eq!((classes[2].wishes.when, classes[2].wishes.by_performer), (WishTimes::AtArrival(1), 0.5));
    assert_eq!(classes[0].wishes, Wishes::ONE);
    let WishTimes::Poisson { per_second, at_most: 20 } = classes[4].wishes.when else { panic!("a stream") };
    assert!((per_second - 0.1 / 60.0).abs() < 1e-12);
    assert_eq!(classes[4].sessions.expect("one session").away, None);

    let catalogue = super::loaded(CATALOGUE, &[("content.performers", "7")]).scenario;
    let Content::Catalogue(content) = &catalogue.content else { panic!("many files") };
    assert_eq!((content.files, content.performers), (200, 7));
    assert_eq!(content.popularity, Popularity::Zipf { exponent: 1.0 });
    assert_eq!(catalogue.classes[0].starts_with, StartsWith::Files(20));
}

#[test]
fn single_keys_override_presets_and_what_a_system_is_like() {
    let loaded = loaded(EVERYTHING, &[]);
    let child = &swarm(&loaded, "child").clients[0];
    assert_eq!((child.regular_slots, child.optimistic_slots), (3, 1), "slots are overridden one by one");
    assert_eq!((child.snub_after, child.seed_choker), (None, SeedChoker::AntiLeech));
    assert_eq!(child.request_queue, RequestQueue::Fixed(7));
    let tracker = &swarm(&loaded, "child").tracker;
    assert_eq!(tracker.service, ServiceTime::Fixed(SimDuration::from_millis(3)));
    assert_eq!((tracker.numwant, tracker.answer), (30, TrackerAnswer::Oldest));
    assert_eq!(swarm(&loaded, "child").web_server, None);
}

#[test]
fn a_class_has_its_own_client_below_the_systems_written_keys() {
    let loaded = loaded(EVERYTHING, &[]);
    // Class a says client = "libtorrent-2"; nothing else is written in system bittorrent.
    let own = &swarm(&loaded, "bittorrent").clients[1];
    assert_eq!(*own, ClientSpec { connectable: false, ..Preset::Libtorrent2.client() });
    // System all writes rechoke-every: a written key beats any preset.
    assert_eq!(swarm(&loaded, "all").clients[1].rechoke_every, SimDuration::from_whole_secs(5));
    assert_eq!(swarm(&loaded, "all").clients[1].name, "libtorrent-2");
}

#[test]
fn no_optimistic_unchoke_means_no_optimistic_slot() {
    let loaded = loaded(PLAIN, &[("systems.bittorrent.optimistic", "off")]);
    assert_eq!(swarm(&loaded, "bittorrent").clients[0].optimistic_slots, 0);
}

#[test]
fn set_takes_unquoted_text_makes_tables_and_replaces() {
    let sets = [
        ("title", "2024"),
        ("stop.no-later-than", "90 min"),
        ("peers.leecher.upload", "{ pareto = { shape = 2, minimum = \"1 Mbit/s\" } }"),
        ("systems.\"a.b\".kind", "bittorrent"),
        ("systems.\"a.b\".slots.regular", "7"),
        ("peers.leecher.count", "4"),
    ];
    let loaded = loaded(PLAIN, &sets);
    assert_eq!(loaded.scenario.title, "2024");
    assert_eq!(loaded.scenario.stop.no_later_than, SimDuration::from_whole_secs(5400));
    assert_eq!(
        loaded.scenario.classes[1].upload,
        Capacity::Pareto { shape: 2.0, minimum: Rate::from_mbit(1.0) }
    );
    assert_eq!(loaded.scenario.classes[1].size, ClassSize::Count(4));
    assert_eq!(swarm(&loaded, "a.b").clients[0].regular_slots, 7);
}

#[test]
fn set_is_checked_like_the_file_and_says_which_argument_it_was() {
    let told = refused(PLAIN, &[("seed", "2"), ("peers.leecher.uplaod", "1 Mbit/s")]);
    assert!(told.contains("--set #2:1:15: error: unknown key `uplaod`"), "{told}");
    let told = refused(PLAIN, &[("peers.leecer.count", "4")]);
    assert!(told.contains("no class `leecer`") && told.contains("did you mean `leecher`"), "{told}");
    let told = refused(PLAIN, &[("peers.leecher.fraction", "0.5")]);
    assert!(told.contains("contradict") && told.contains("set `peers.leecher.count`"), "{told}");
    let told = refused(PLAIN, &[("seed", "-1")]);
    assert!(told.contains("it must be from 0 to 9223372036854775807"), "{told}");
    let told = refused(PLAIN, &[("peers..count", "4")]);
    assert!(told.contains("is not a key"), "{told}");
    let told = refused(PLAIN, &[("peers.leecher.gives-up", "{ exponential = \"1 parsec\" }")]);
    assert!(told.contains("--set #1:1:40"), "{told}");
}

#[test]
fn a_class_like_one_that_is_not_there_lacks_nothing_else() {
    let text = format!("{PLAIN}\n[peers.late]\nlike = \"leecer\"\n");
    let told = refused(&text, &[]);
    assert!(told.contains("no class \"leecer\"") && told.contains("did you mean \"leecher\""), "{told}");
    assert_eq!(told.matches("error:").count(), 1, "{told}");
}

#[test]
fn every_problem_is_told_at_once() {
    let text = "sedd = 1\n[content]\nsize = 5\n[peers.a]\ncount = -1\nupload = \"fast\"\n[systems.x]\nclient = \"lectur\"\n";
    let told = refused(text, &[]);
    assert_eq!(told.matches("error:").count(), 6, "{told}");
    assert_eq!(told.matches("hint:").count(), 6, "{told}");
}

#[test]
fn a_byte_order_mark_is_accepted() {
    loaded(&format!("\u{FEFF}{PLAIN}"), &[]);
}

#[test]
fn what_differs_from_the_defaults_is_listed_as_written() {
    let text =
        "title = \"T\"\n[network]\none-way-latency = \"0.04 s\"\noverhead = \"none\"\n".to_owned() + PLAIN;
    let loaded = loaded(&text, &[("peers.leecher.arrive", "{ randomly-within = \"5 s\" }")]);
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let expected = [
        pair("network.overhead", "none"),
        pair("content.size", "1 MiB"),
        pair("peers.seed.count", "1"),
        pair("peers.seed.starts-with", "whole-file"),
        pair("peers.seed.upload", "1 Mbit/s"),
        pair("peers.leecher.count", "3"),
        pair("peers.leecher.upload", "1 Mbit/s"),
        pair("peers.leecher.arrive", "{ randomly-within = \"5 s\" }"),
    ];
    assert_eq!(loaded.overridden, expected);
}

#[test]
fn a_torrent_file_gives_sizes_and_infohash() {
    struct Torrent;
    impl Resolver for Torrent {
        fn read(&self, _name: &str) -> Result<Vec<u8>, ResolveError> {
            Ok(include_bytes!("../../../tests/data/torrents/mktorrent-single.torrent").to_vec())
        }
    }
    let text = PLAIN.replace("size = \"1 MiB\"", "metainfo = \"some.torrent\"");
    let content = load("test", text.as_bytes(), &[], &Torrent).expect("it is right").scenario.content;
    let content = content.single().expect("one file");
    let torrent = Torrent.read("").expect("it is embedded");
    let metainfo = crate::protocol::bittorrent::metainfo::Metainfo::parse(&torrent).expect("a real file");
    assert_eq!((content.size, content.piece), (metainfo.length, metainfo.piece_length));
    assert_eq!((content.infohash, content.metainfo_size), (metainfo.infohash, Bytes(torrent.len() as u64)));
}

#[test]
fn a_key_of_another_kind_and_a_like_across_kinds_are_refused() {
    let told = refused(CATALOGUE, &[("systems.napster.ttl", "7")]);
    assert!(told.contains("`ttl` is a key of gnutella, and `napster` is a napster system"), "{told}");
    let told = refused(CATALOGUE, &[("systems.g.kind", "gnutella"), ("systems.g.like", "napster")]);
    assert!(told.contains("`g` is a gnutella system, and `napster`, which it is to be like"), "{told}");
    let told = refused(CATALOGUE, &[("systems.napstr.queue", "3")]);
    assert!(
        told.contains("does not say what kind it is") && told.contains("did you mean `napster`"),
        "{told}"
    );
}
