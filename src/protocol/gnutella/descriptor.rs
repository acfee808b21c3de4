//! The lengths of descriptors in bytes, header included (Gnutella 0.4, sections 3.1 and 3.2).

/// Descriptor id (16), kind, TTL, hops, payload length (4).
const HEADER: u64 = 23;

/// Asks who is there (0x00); no payload.
pub const PING: u64 = HEADER;

/// Port (2), address (4), files shared (4), kilobytes shared (4) of somebody who is there (0x01).
pub const PONG: u64 = HEADER + 14;

/// Servent id (16), file (4), address (4), port (2): asks a supplier to connect to the asker (0x40).
pub const PUSH: u64 = HEADER + 26;

/// Most files in a query hit: their number is one byte.
const MOST_FILES: u64 = 255;

/// Minimum speed (2) and the text with the zero that ends it (0x80). `text` is what was typed, in bytes.
pub fn query(text: u64) -> u64 {
    HEADER + 2 + text + 1
}

/// Query hits (0x81): how many it takes, and their bytes together.
///
/// Each has the number of files (1), port (2), address (4), speed (4) and the servent's id (16); each file an index (4), a
/// size (4) and a name with two zeros. `names` is the length of all names together.
pub fn query_hits(files: u64, names: u64) -> (u64, u64) {
    let descriptors = files.div_ceil(MOST_FILES);
    (descriptors, descriptors * (HEADER + 11 + 16) + files * (4 + 4 + 2) + names)
}

/// Messages of a leaf's query routing table to one ultrapeer, and their bytes together (query routing protocol 0.4): a reset
/// (payload 6), and one patch (payload 5 and the table) of so many words. A table is sparse, and what compression leaves of
/// it is counted as two bytes a word: the place of one mark among 65 536.
pub fn routing_table(words: u64) -> (u64, u64) {
    (2, (HEADER + 6) + (HEADER + 5) + 2 * words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_those_of_the_specification() {
        assert_eq!((PING, PONG, PUSH), (23, 37, 49));
        assert_eq!(query("sea shanty".len() as u64), 23 + 2 + 10 + 1);
        // One file, "ab.mp3": 23 + 11 + (8 + 6 + 2) + 16.
        assert_eq!(query_hits(1, 6), (1, 66));
        assert_eq!(query_hits(2, 12), (1, 82));
    }

    #[test]
    fn a_hit_names_at_most_255_files() {
        let fixed = 23 + 11 + 16;
        assert_eq!(query_hits(255, 0), (1, fixed + 2_550));
        assert_eq!(query_hits(256, 0), (2, 2 * fixed + 2_560));
    }
}
