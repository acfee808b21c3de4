//! Files made by real programs are read, everything else is refused with the right words, nothing panics.

use proptest::prelude::*;

use super::{Metainfo, MetainfoError};
use crate::units::Bytes;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/torrents/", $name))
    };
}

const FIXTURES: [&[u8]; 8] = [
    fixture!("mktorrent-single.torrent"),
    fixture!("mktorrent-multi.torrent"),
    fixture!("transmission-single.torrent"),
    fixture!("transmission-multi.torrent"),
    fixture!("ctorrent-single.torrent"),
    fixture!("ctorrent-multi.torrent"),
    fixture!("libtorrent-hybrid.torrent"),
    fixture!("libtorrent-v2-only.torrent"),
];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn check(data: &[u8], name: &str, length: u64, piece_length: u64, pieces: u32, infohash: &str) -> Metainfo {
    let metainfo = Metainfo::parse(data).unwrap();
    assert_eq!(metainfo.name, name);
    assert_eq!(metainfo.length, Bytes(length));
    assert_eq!(metainfo.piece_length, Bytes(piece_length));
    assert_eq!(metainfo.pieces, pieces);
    assert_eq!(hex(&metainfo.infohash), infohash);
    assert_eq!(metainfo.announce.as_deref(), Some("http://tracker.example/announce"));
    assert_eq!(metainfo.file_len, Bytes(data.len() as u64));
    metainfo
}

/// The infohashes are those that `transmission-show` prints: see the folder's README.
#[test]
fn single_files_of_three_programs_are_read() {
    let alpha = [("alpha.txt".to_owned(), Bytes(300_000))];
    let hash = "4606d90f4c2159d41510834bc4ad3924eee57f67";
    assert_eq!(check(FIXTURES[0], "alpha.txt", 300_000, 32_768, 10, hash).files, alpha);
    let hash = "0034ec58dc646e762aefcbe9f509d684e4e9af8c";
    assert_eq!(check(FIXTURES[2], "alpha.txt", 300_000, 32_768, 10, hash).files, alpha);
    let hash = "6af505236d4e6d57895c222a181e43e0e8e767a7";
    assert_eq!(check(FIXTURES[4], "alpha.txt", 300_000, 65_536, 5, hash).files, alpha);
}

#[test]
fn folders_of_three_programs_are_read() {
    let file = |path: &str, length| (path.to_owned(), Bytes(length));
    let book =
        [file("a.txt", 100_000), file("part/b.txt", 65_536), file("part/empty.txt", 0), file("z.bin", 1)];
    let hash = "a2f3d11982e496eb0361e5050ecf0f8e84329c8d";
    assert_eq!(check(FIXTURES[1], "book", 165_537, 65_536, 3, hash).files, book);
    // ctorrent lists files in the order of the file system.
    let as_found = [book[1].clone(), book[2].clone(), book[3].clone(), book[0].clone()];
    let hash = "69f203986ec994347d09a3b4054ea6f30cbe3618";
    assert_eq!(check(FIXTURES[5], "book", 165_537, 65_536, 3, hash).files, as_found);
    // Transmission leaves empty files out.
    let hash = "7fcc95fe65d48cf787c167ec4b2f6d83a58c7fe3";
    let files = check(FIXTURES[3], "book", 165_537, 65_536, 3, hash).files;
    assert_eq!(files, [book[0].clone(), book[1].clone(), book[3].clone()]);
}

#[test]
fn a_hybrid_is_read_by_its_version_1_part_and_its_padding_counts() {
    let hash = "a70dd8d895801c32962b480c283738aece4fae34";
    let hybrid = check(FIXTURES[6], "book", 7 * 32_768, 32_768, 7, hash);
    assert!(hybrid.files.iter().any(|(path, _)| path.starts_with(".pad/")));
}

/// The file's message and its hint.
fn refusal(data: &[u8]) -> String {
    let error = Metainfo::parse(data).expect_err("a broken file was accepted");
    assert!(!error.hint().is_empty());
    error.to_string()
}

#[test]
fn a_version_2_file_is_named_as_such() {
    assert_eq!(Metainfo::parse(FIXTURES[7]), Err(MetainfoError::VersionTwoOnly));
}

#[test]
fn what_is_no_torrent_at_all_is_named() {
    let cases: [(&[u8], &str); 9] = [
        (b"", "the file is empty"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\n  <html>", "a web page"),
        (b"magnet:?xt=urn:btih:00", "a magnet link"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"PK\x03\x04", "a zip archive"),
        (b"\xff\xfed\x00", "UTF-16"),
        (b" d4:infodee", "blanks before it"),
        (b"i5e", "something else"),
    ];
    for (data, words) in cases {
        assert!(refusal(data).contains(words), "{:?}: {}", data, refusal(data));
    }
}

#[test]
fn broken_bencoding_is_placed() {
    let cases: [(&[u8], &str); 12] = [
        (b"d", "ends after 1 bytes in the middle"),
        (b"d4:info", "ends after 7 bytes in the middle"),
        (b"d4:infodee extra", "6 bytes follow the end of the metainfo at byte 10"),
        (b"d4:infodee\n", "1 bytes follow the end of the metainfo at byte 10"),
        // A string of 2^64 - 1 bytes, and one of more than any integer.
        (b"d18446744073709551615:ae", "ends after 24 bytes"),
        (b"d99999999999999999999999:ae", "broken bencoding at byte 1: here no number"),
        (b"d1:b0:1:a0:e", "broken bencoding at byte 6: the keys of a dictionary are not in ascending order"),
        (b"d1:a0:1:a0:e", "broken bencoding at byte 6: the keys"),
        (b"di1e0:e", "broken bencoding at byte 1: a dictionary has a key that is not a string"),
        (b"d1:ae", "broken bencoding at byte 4: a dictionary has a key without a value"),
        (b"d1:ai-0ee", "broken bencoding at byte 4: here no number"),
        (b"d1:ax", "broken bencoding at byte 4: here no number"),
    ];
    for (data, words) in cases {
        let said = refusal(data);
        assert!(said.contains(words), "{:?}: {said}", String::from_utf8_lossy(data));
    }
}

#[test]
fn deep_nesting_is_refused_without_a_stack_overflow() {
    let deep = [b"d1:a".as_slice(), &b"l".repeat(1_000_000), &b"e".repeat(1_000_001)].concat();
    assert!(
        refusal(&deep).contains("byte 67: lists and dictionaries are nested too deeply"),
        "{}",
        refusal(&deep)
    );
}

/// A metainfo file with that info dictionary's inside.
fn with_info(inside: &str) -> Vec<u8> {
    format!("d4:infod{inside}ee").into_bytes()
}

fn hashes(count: usize) -> String {
    format!("6:pieces{}:{}", 20 * count, "x".repeat(20 * count))
}

#[test]
fn a_minimal_file_is_read() {
    let inside = format!("6:lengthi40000e4:name1:a12:piece lengthi16384e{}", hashes(3));
    let metainfo = Metainfo::parse(&with_info(&inside)).unwrap();
    assert_eq!((metainfo.pieces, metainfo.length, metainfo.announce), (3, Bytes(40_000), None));
}

#[test]
fn contradictory_metainfo_is_explained() {
    let piece = "12:piece lengthi16384e";
    let three = hashes(3);
    let file = |inside: &str| format!("5:filesld{inside}ee4:name1:a{piece}{three}");
    let half = i64::MAX;
    let cases: Vec<(String, &str)> = vec![
        (format!("6:lengthi40000e4:name1:a{three}"), "`info.piece length` is missing"),
        (format!("6:lengthi40000e{piece}{three}"), "`info.name` is missing"),
        (format!("6:lengthi40000e4:name1:a{piece}"), "`info.pieces` is missing"),
        (format!("4:name1:a{piece}{three}"), "`info.length` is missing"),
        (format!("12:meta versioni2e4:name1:a{piece}"), "version 2 torrent"),
        (format!("6:lengthi0e4:name1:a{piece}{three}"), "the content is empty"),
        (format!("6:lengthi-1e4:name1:a{piece}{three}"), "`info.length` at byte 16 is negative or too large"),
        (
            format!("6:lengthi99999999999999999999e4:name1:a{piece}{three}"),
            "`info.length` at byte 16 is negative or too large",
        ),
        (format!("6:lengthi18446744073709551615e4:name1:a{piece}{three}"), "larger than 2^63"),
        (format!("6:length1:54:name1:a{piece}{three}"), "`info.length` at byte 18 is a string, not a number"),
        (format!("6:lengthi40000e4:namei1e{piece}{three}"), "is a number, not a string"),
        (
            format!("6:lengthi40000e4:name1:a12:piece lengthi16000e{three}"),
            "16000 bytes is not a power of two",
        ),
        (format!("6:lengthi40000e4:name1:a12:piece lengthi0e{three}"), "0 bytes is not a power of two"),
        (format!("6:lengthi40000e4:name1:a12:piece lengthi8192e{three}"), "not a power of two from 16 KiB"),
        (format!("6:lengthi40000e4:name1:a12:piece lengthi33554432e{three}"), "from 16 KiB to 16 MiB"),
        (
            format!("6:lengthi40000e4:name1:a{piece}6:pieces3:abc"),
            "has 3 bytes, which is not a multiple of 20",
        ),
        (
            format!("6:lengthi49153e4:name1:a{piece}{three}"),
            "3 pieces are listed, but 49153 bytes in pieces of 16384 bytes make 4",
        ),
        (format!("6:lengthi16384e4:name1:a{piece}{three}"), "3 pieces are listed"),
        (format!("6:lengthi40000e4:name1:a{piece}6:pieces0:"), "0 pieces are listed"),
        (format!("5:filesle6:lengthi40000e4:name1:a{piece}{three}"), "both `info.length` and `info.files`"),
        (format!("5:filesle4:name1:a{piece}{three}"), "the content is empty"),
        (
            format!("5:filesli5ee4:name1:a{piece}{three}"),
            "`info.files` at byte 16 is a number, not a dictionary",
        ),
        (file("6:lengthi40000e"), "`info.files.path` is missing"),
        (file("4:pathl1:ae"), "`info.files.length` is missing"),
        (file("6:lengthi40000e4:pathle"), "a file at byte 38 has an empty path"),
        (file("6:lengthi40000e4:path1:a"), "`info.files.path` at byte 40 is a string, not a list"),
        (
            format!(
                "5:filesld6:lengthi{half}e4:pathl1:aeed6:lengthi{half}e4:pathl1:beed6:lengthi2e4:pathl1:ceee\
                 4:name1:a{piece}{three}"
            ),
            "larger than 2^63",
        ),
    ];
    for (inside, words) in cases {
        let said = refusal(&with_info(&inside));
        assert!(said.contains(words), "{inside}: {said}");
    }
    assert_eq!(refusal(b"d8:announce1:ae"), "`info` is missing");
    assert_eq!(refusal(b"d4:infoi1ee"), "`info` at byte 7 is a number, not a dictionary");
    assert_eq!(refusal(b"d8:announcele4:infodee"), "`announce` at byte 11 is a list, not a string");
}

#[test]
fn every_cut_of_a_real_file_is_refused() {
    for fixture in FIXTURES {
        for end in 1..fixture.len() {
            let cut = Metainfo::parse(&fixture[..end]);
            assert_eq!(cut, Err(MetainfoError::Truncated { length: end }));
        }
    }
}

/// What holds of every file that is accepted.
fn consistent(metainfo: &Metainfo) {
    assert_eq!(u64::from(metainfo.pieces), metainfo.length.0.div_ceil(metainfo.piece_length.0));
    assert_eq!(metainfo.files.iter().map(|&(_, length)| length).sum::<Bytes>(), metainfo.length);
    assert!(metainfo.piece_length.0.is_power_of_two() && metainfo.length.0 > 0);
}

proptest! {
    #[test]
    fn a_damaged_file_never_panics(
        which in 0..FIXTURES.len(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..6),
    ) {
        let mut data = FIXTURES[which].to_vec();
        for (place, byte, edit) in edits {
            let at = place.index(data.len());
            match edit {
                0 => data[at] = byte,
                1 => data.insert(at, byte),
                2 => { data.remove(at); }
                // A digit or a structure byte hits harder than any byte.
                _ => data[at] = b"0123456789ilde:-"[usize::from(byte % 16)],
            }
        }
        if let Ok(metainfo) = Metainfo::parse(&data) {
            consistent(&metainfo);
        }
    }

    #[test]
    fn text_like_bencode_never_panics(inside in "[0-9ilde:a-]{0,60}") {
        let _ = Metainfo::parse(inside.as_bytes()).map(|metainfo| consistent(&metainfo));
        let _ = Metainfo::parse(&with_info(&inside)).map(|metainfo| consistent(&metainfo));
    }

    #[test]
    fn any_bytes_never_panic(data in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Metainfo::parse(&data).map(|metainfo| consistent(&metainfo));
    }
}
