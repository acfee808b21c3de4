//! Lengths of the messages, from their layout in `napster.txt`: a header of 4 bytes (length and type) and a line of
//! text.
//!
//! Names of people and files differ by a few bytes from one to the next; a message is counted with those of typical
//! length, so that a list of two hundred files has a length without anybody writing two hundred lines.

use crate::units::Bytes;

const HEADER: u64 = 4;
/// A nick, and a password.
const NICK: u64 = 8;
/// `"Performer - Title.mp3"` with its quotes, often with a folder before it.
const FILE_NAME: u64 = 45;
/// An MD5 in hexadecimal.
const MD5: u64 = 32;
/// Size, bit rate, sampling frequency and duration, with the blanks between them: `3840000 128 44100 240`.
const PROPERTIES: u64 = 21;
/// An address as a decimal number.
const ADDRESS: u64 = 10;
const PORT: u64 = 4;
const LINK_TYPE: u64 = 1;
const BLANK: u64 = 1;

/// 2: nick, password, port, `"client info"`, link type.
pub const LOGIN: Bytes = Bytes(HEADER + 2 * (NICK + BLANK) + PORT + BLANK + 12 + BLANK + LINK_TYPE);
/// 3: an e-mail address.
pub const LOGIN_ACK: Bytes = Bytes(HEADER + 20);
/// 100: file name, MD5, properties.
pub const SHARED_FILE: Bytes = Bytes(HEADER + FILE_NAME + BLANK + MD5 + BLANK + PROPERTIES);
/// 200: `FILENAME CONTAINS "some words" MAX_RESULTS 100`.
pub const SEARCH: Bytes = Bytes(HEADER + 46);
/// 201: file name, MD5, properties, nick, address, link type.
pub const SEARCH_RESULT: Bytes = Bytes(SHARED_FILE.0 + BLANK + NICK + BLANK + ADDRESS + BLANK + LINK_TYPE);
/// 202: nothing.
pub const END_OF_SEARCH: Bytes = Bytes(HEADER);
/// 203, and 500 where the supplier has to connect: nick, file name.
pub const DOWNLOAD_REQUEST: Bytes = Bytes(HEADER + NICK + BLANK + FILE_NAME);
/// 204, and 501: nick, address, port, file name, MD5, link type.
pub const DOWNLOAD_ACK: Bytes = Bytes(
    HEADER + NICK + BLANK + ADDRESS + BLANK + PORT + BLANK + FILE_NAME + BLANK + MD5 + BLANK + LINK_TYPE,
);

/// The whole shared folder, as it is uploaded after a login.
pub fn list(files: u32) -> Bytes {
    Bytes(SHARED_FILE.0 * u64::from(files))
}

/// An answer with so many suppliers, to its end.
pub fn answer(suppliers: u32) -> Bytes {
    Bytes(SEARCH_RESULT.0 * u64::from(suppliers) + END_OF_SEARCH.0)
}
