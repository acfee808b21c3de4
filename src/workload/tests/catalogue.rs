//! People who hold and wish for files of a catalogue, and who come and go.

use super::*;
use crate::spec::{CatalogueSpec, FileSize, Popularity, Sessions, WishTimes, WishedFiles};

/// Five hundred songs, of which a hundred people hold twenty each and wish for more while they come and go.
fn music(sharers: f64) -> Scenario {
    let mut music = crowd(1.0 - sharers);
    music.content = Content::Catalogue(CatalogueSpec {
        files: 500,
        size: FileSize::LogNormal { median: Bytes(4_000_000), sigma: 0.4 },
        piece: Bytes(256 * Bytes::KIB),
        performers: 50,
        popularity: Popularity::Zipf { exponent: 0.8 },
    });
    let minutes = |n: u64| Duration::Exponential { mean: SimDuration::from_whole_secs(60 * n) };
    for class in &mut music.classes {
        class.starts_with = StartsWith::Files(20);
        class.sessions = Some(Sessions { online: minutes(10), away: Some(minutes(5)) });
        class.wishes = Wishes {
            when: WishTimes::Poisson { per_second: 0.01, at_most: 30 },
            by_performer: 0.3,
            among: WishedFiles::ByPopularity,
        };
    }
    music.classes[0].starts_with = StartsWith::WholeFile;
    music
}

#[test]
fn nobody_wishes_for_what_it_holds_or_while_it_is_away() {
    let people = people(&music(1.0), SEED);
    assert_eq!((&people[0].holds, people[0].wishes.len()), (&Holdings::Everything, 0));
    for person in &people[1..] {
        let Holdings::Files(files) = &person.holds else { panic!("twenty files") };
        assert_eq!(files.len(), 20);
        assert!(person.wishes.iter().all(|wish| !files.contains(&wish.file)));
        let mut wished: Vec<FileIndex> = person.wishes.iter().map(|wish| wish.file).collect();
        wished.sort_unstable();
        assert!(wished.is_sorted_by(|a, b| a < b), "twice the same");
        assert!(person.wishes.is_sorted_by_key(|wish| wish.at));
        let online = |at: SimTime| {
            person.arrives.unwrap() <= at
                && person.absences.iter().all(|away| at < away.from || away.to <= at)
        };
        assert!(person.wishes.iter().all(|wish| online(wish.at)));
    }
    // 100 x 3600 s, of which two thirds online: 2400 wishes, less those beyond thirty of a person.
    let wishes: usize = people.iter().map(|person| person.wishes.len()).sum();
    assert!((2_000..2_700).contains(&wishes), "{wishes}");
    // The most popular file weighs 1 of 15.8 (the sum of k^-0.8); of twenty different ones it is among in about two thirds.
    let holders = people[1..].iter().filter(|person| match &person.holds {
        Holdings::Files(files) => files[0] == FileIndex(0),
        Holdings::Nothing | Holdings::Everything | Holdings::Pieces(_) => false,
    });
    assert!((50..85).contains(&holders.count()));
}

#[test]
fn wishes_sessions_and_folders_stay_when_others_turn_free_riders_or_the_run_gets_longer() {
    let all_share = people(&music(1.0), SEED);
    for (old, new) in all_share.iter().zip(&people(&music(0.4), SEED)) {
        assert_eq!(apart_from_class(old), apart_from_class(new));
    }
    let mut longer = music(1.0);
    longer.stop.no_later_than = SimDuration::from_whole_secs(7_200);
    for (old, new) in all_share.iter().zip(&people(&longer, SEED)) {
        assert_eq!(old.holds, new.holds);
        assert_eq!(old.absences[..], new.absences[..old.absences.len()]);
        assert_eq!(old.wishes[..], new.wishes[..old.wishes.len()]);
    }
}

#[test]
fn nothing_happens_to_somebody_after_its_departure() {
    let mut short = music(1.0);
    let leaves = SimDuration::from_whole_secs(900);
    short.classes[1].leaves = Some(Leaves::After(leaves));
    for person in &people(&short, SEED)[1..] {
        let gone = person.leaves_at.expect("nobody stays away for ever");
        let away: u64 = person.absences.iter().map(|away| away.to.since(away.from).0).sum();
        assert_eq!(gone.since(person.arrives.unwrap()).0 - away, leaves.0, "it was online so long");
        assert!(person.wishes.iter().all(|wish| wish.at < gone));
        assert!(person.absences.iter().all(|away| away.from < gone));
    }
}
