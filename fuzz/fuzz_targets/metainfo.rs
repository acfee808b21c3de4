//! Any bytes as a .torrent file: a consistent answer or an error, never a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use unchoke::protocol::bittorrent::metainfo::Metainfo;

fuzz_target!(|bytes: &[u8]| {
    match Metainfo::parse(bytes) {
        Ok(metainfo) => {
            let needed = metainfo.length.0.div_ceil(metainfo.piece_length.0);
            assert_eq!(u64::from(metainfo.pieces), needed);
        }
        Err(error) => assert!(!error.to_string().is_empty() && !error.hint().is_empty()),
    }
});
