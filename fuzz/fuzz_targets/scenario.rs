//! Any bytes as a scenario: an answer, never a panic. What follows a zero byte is the content of every
//! file that the scenario names, so traces, distribution files and .torrent files are reached too.

#![no_main]

use libfuzzer_sys::fuzz_target;
use unchoke::scenario::{ResolveError, Resolver, load};

struct OneFile<'a>(&'a [u8]);

impl Resolver for OneFile<'_> {
    fn read(&self, _name: &str) -> Result<Vec<u8>, ResolveError> {
        Ok(self.0.to_vec())
    }
}

fuzz_target!(|bytes: &[u8]| {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    let (text, file) = bytes.split_at(end);
    let file = file.get(1..).unwrap_or_default();
    if let Err(problems) = load("fuzz", text, &[], &OneFile(file)) {
        // Finding the lines and columns must survive every span too.
        assert!(problems.has_errors() && !problems.to_string().is_empty());
    }
});
