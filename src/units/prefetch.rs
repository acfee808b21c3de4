//! Asks for memory before it is needed.
//!
//! At a million peers nearly every record lies outside the caches, and a miss costs as much as a hundred additions. Who knows what
//! the next events will touch can ask for it now and do something else meanwhile. A prefetch is a hint: it changes no result, and does
//! nothing where there is no instruction for it.

/// Bytes that memory delivers at once.
const LINE_BYTES: usize = 64;

/// Asks for the cache line in which `value` begins. `&records[index]` costs a look at the bounds and none at the record.
#[inline(always)]
pub fn prefetch<T: ?Sized>(value: &T) {
    fetch_line(std::ptr::from_ref(value).cast());
}

/// Asks for every line of a value that spans several.
#[inline(always)]
pub fn prefetch_whole<T: ?Sized>(value: &T) {
    let begin: *const u8 = std::ptr::from_ref(value).cast();
    let first = begin.addr() % LINE_BYTES;
    for offset in (0..first + size_of_val(value)).step_by(LINE_BYTES) {
        fetch_line(begin.wrapping_sub(first).wrapping_add(offset));
    }
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn fetch_line(line: *const u8) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: a prefetch reads nothing that the program could see and never faults, whatever the address; SSE is part of x86-64.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(line.cast()) }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn fetch_line(_line: *const u8) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_value_may_be_asked_for() {
        let records = [[7_u64; 40]; 3];
        prefetch(&records[2]);
        prefetch(&[0_u8; 0]);
        prefetch_whole(&records);
        prefetch_whole(&records[1..]);
        prefetch_whole("");
        assert!(records.iter().flatten().all(|&word| word == 7));
    }
}
