//! Bencoded bytes as a tree that knows where in the file each value stands.
//!
//! The crate bendy reads the tokens and checks their order; what is added here is the place of each token, which bendy
//! does not tell, and names for what is wrong. Nothing is copied: strings are slices of the input.

use bendy::decoding::{Decoder, Tokens};
use bendy::state_tracker::Token;

use super::MetainfoError;

/// Deepest nesting: a hybrid file spends one level a folder, and everything else stays below six.
const DEPTH_MAX: usize = 64;

/// One bencoded value and the byte at which it begins.
#[derive(Debug)]
pub struct Value<'a> {
    offset: usize,
    kind: Kind<'a>,
}

#[derive(Debug)]
enum Kind<'a> {
    /// The digits, with a sign where there is one: bencode sets no bound.
    Number(&'a str),
    Bytes(&'a [u8]),
    List(Vec<Value<'a>>),
    Dict(Dict<'a>),
}

/// A dictionary: its entries in ascending order of keys, and the bytes that it was read from.
#[derive(Debug)]
pub struct Dict<'a> {
    entries: Vec<(&'a [u8], Value<'a>)>,
    pub raw: &'a [u8],
}

impl<'a> Dict<'a> {
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        let found = self.entries.binary_search_by_key(&key.as_bytes(), |(key, _)| key);
        found.ok().map(|index| &self.entries[index].1)
    }
}

impl<'a> Value<'a> {
    /// The byte of the file at which the value begins.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// A number from 0 to 2^64 - 1; `key` names the value in the error, here and below.
    pub fn number(&self, key: &'static str) -> Result<u64, MetainfoError> {
        match &self.kind {
            Kind::Number(digits) => {
                digits.parse().map_err(|_| MetainfoError::BadNumber { key, offset: self.offset })
            }
            Kind::Bytes(_) | Kind::List(_) | Kind::Dict(_) => Err(self.unlike(key, "a number")),
        }
    }

    pub fn bytes(&self, key: &'static str) -> Result<&'a [u8], MetainfoError> {
        match &self.kind {
            Kind::Bytes(bytes) => Ok(bytes),
            Kind::Number(_) | Kind::List(_) | Kind::Dict(_) => Err(self.unlike(key, "a string")),
        }
    }

    /// A string for people: what is not UTF-8 is replaced, as old clients wrote other encodings.
    pub fn text(&self, key: &'static str) -> Result<String, MetainfoError> {
        self.bytes(key).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    pub fn list(&self, key: &'static str) -> Result<&[Value<'a>], MetainfoError> {
        match &self.kind {
            Kind::List(items) => Ok(items),
            Kind::Number(_) | Kind::Bytes(_) | Kind::Dict(_) => Err(self.unlike(key, "a list")),
        }
    }

    pub fn dict(&self, key: &'static str) -> Result<&Dict<'a>, MetainfoError> {
        match &self.kind {
            Kind::Dict(dict) => Ok(dict),
            Kind::Number(_) | Kind::Bytes(_) | Kind::List(_) => Err(self.unlike(key, "a dictionary")),
        }
    }

    fn unlike(&self, key: &'static str, expected: &'static str) -> MetainfoError {
        let found = match self.kind {
            Kind::Number(_) => "a number",
            Kind::Bytes(_) => "a string",
            Kind::List(_) => "a list",
            Kind::Dict(_) => "a dictionary",
        };
        MetainfoError::WrongKind { key, expected, found, offset: self.offset }
    }
}

/// Reads one dictionary that fills all of `data`.
pub fn parse(data: &[u8]) -> Result<Dict<'_>, MetainfoError> {
    if data.first() != Some(&b'd') {
        return Err(MetainfoError::not_a_torrent(data));
    }
    let mut reader = Reader { data, tokens: Decoder::new(data).with_max_depth(DEPTH_MAX).tokens(), at: 0 };
    let first = reader.token()?;
    let root = reader.value(first)?;
    if reader.at < data.len() {
        return Err(MetainfoError::TrailingBytes { offset: reader.at, count: data.len() - reader.at });
    }
    match root.kind {
        Kind::Dict(dict) => Ok(dict),
        Kind::Number(_) | Kind::Bytes(_) | Kind::List(_) => unreachable!("it begins with a d"),
    }
}

struct Reader<'a> {
    data: &'a [u8],
    tokens: Tokens<'a>,
    /// Where the next token begins.
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next token of a structure that has not ended yet.
    fn token(&mut self) -> Result<Token<'a>, MetainfoError> {
        let token = match self.tokens.next() {
            None => return Err(MetainfoError::Truncated { length: self.data.len() }),
            Some(Err(error)) => return Err(MetainfoError::broken(self.data, self.at, &error)),
            Some(Ok(token)) => token,
        };
        self.at = match token {
            Token::List | Token::Dict | Token::End => self.at + 1,
            // A slice of `data`; a number is followed by its `e`.
            Token::String(bytes) => bytes.as_ptr_range().end.addr() - self.data.as_ptr().addr(),
            Token::Num(digits) => digits.as_bytes().as_ptr_range().end.addr() - self.data.as_ptr().addr() + 1,
        };
        Ok(token)
    }

    /// The value that `token`, just read, begins. The recursion is as deep as the nesting, which the decoder bounds.
    fn value(&mut self, token: Token<'a>) -> Result<Value<'a>, MetainfoError> {
        let (kind, offset) = match token {
            Token::Num(digits) => (Kind::Number(digits), self.at - digits.len() - 2),
            Token::String(bytes) => (Kind::Bytes(bytes), self.at - bytes.len()),
            Token::List => {
                let start = self.at - 1;
                (Kind::List(self.items()?), start)
            }
            Token::Dict => {
                let start = self.at - 1;
                let entries = self.entries()?;
                (Kind::Dict(Dict { entries, raw: &self.data[start..self.at] }), start)
            }
            Token::End => unreachable!("the decoder refuses an end where a value must stand"),
        };
        Ok(Value { offset, kind })
    }

    fn items(&mut self) -> Result<Vec<Value<'a>>, MetainfoError> {
        let mut items = Vec::new();
        loop {
            match self.token()? {
                Token::End => return Ok(items),
                token @ (Token::List | Token::Dict | Token::String(_) | Token::Num(_)) => {
                    items.push(self.value(token)?);
                }
            }
        }
    }

    fn entries(&mut self) -> Result<Vec<(&'a [u8], Value<'a>)>, MetainfoError> {
        let mut entries = Vec::new();
        loop {
            match self.token()? {
                Token::End => return Ok(entries),
                Token::String(key) => {
                    let token = self.token()?;
                    entries.push((key, self.value(token)?));
                }
                Token::List | Token::Dict | Token::Num(_) => {
                    unreachable!("the decoder refuses keys that are not strings")
                }
            }
        }
    }
}
