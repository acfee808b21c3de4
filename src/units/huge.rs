//! Large arrays on huge pages.
//!
//! A random access to gigabytes misses the processor's table of pages as well as its caches; with pages of 2 MiB instead of 4 KiB it
//! mostly finds the page. Linux gives them to whoever asks (`madvise`); elsewhere nothing is asked. It changes no result.

/// Size of a huge page.
const HUGE_PAGE_BYTES: usize = 2 << 20;
/// A smaller array would waste more on the part of a huge page that it does not fill than it would gain.
const LARGE_BYTES: usize = 8 * HUGE_PAGE_BYTES;

/// Adds `value` to an array that may become large.
pub fn push<T>(array: &mut Vec<T>, value: T) {
    reserve(array, 1);
    array.push(value);
}

/// An array of these values, which may be large.
pub fn collect<T>(values: impl ExactSizeIterator<Item = T>) -> Vec<T> {
    let mut array = Vec::new();
    reserve(&mut array, values.len());
    array.extend(values);
    array
}

/// Makes room for so many more. A large array is moved as a whole: growing in place (`mremap`) would take its huge
/// pages apart.
pub fn reserve<T>(array: &mut Vec<T>, more: usize) {
    let needed = array.len() + more;
    if needed <= array.capacity() {
        return;
    }
    let capacity = needed.max(2 * array.capacity());
    if capacity.saturating_mul(size_of::<T>()) < LARGE_BYTES {
        array.reserve(more);
        return;
    }
    let mut larger = Vec::with_capacity(capacity);
    advise(&mut larger);
    larger.append(array);
    *array = larger;
}

/// Asks for huge pages under the whole of an array's memory that no record has touched yet.
#[cfg(target_os = "linux")]
fn advise<T>(array: &mut Vec<T>) {
    let memory = array.spare_capacity_mut();
    let bytes = size_of_val(memory);
    let begin: *mut u8 = memory.as_mut_ptr().cast();
    let before = begin.align_offset(HUGE_PAGE_BYTES);
    let inside = bytes.saturating_sub(before) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
    if inside > 0 {
        // SAFETY: the range lies inside memory that the array owns, and the advice changes how it is mapped, never what it holds. Where
        // the kernel has no huge pages it says so and nothing else happens.
        unsafe { libc::madvise(begin.wrapping_add(before).cast(), inside, libc::MADV_HUGEPAGE) };
    }
}

#[cfg(not(target_os = "linux"))]
fn advise<T>(_array: &mut Vec<T>) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_that_becomes_large_keeps_what_it_has() {
        let mut array = Vec::new();
        let count = 2 * LARGE_BYTES / size_of::<u64>() + 1;
        (0..count as u64).for_each(|number| push(&mut array, number));
        assert_eq!(array.len(), count);
        assert!(array.iter().enumerate().all(|(index, &number)| index as u64 == number));
        reserve(&mut array, count);
        let room = array.capacity();
        assert!(room >= 2 * count);
        reserve(&mut array, room - count);
        assert_eq!((array.capacity(), array.last()), (room, Some(&(count as u64 - 1))));
    }

    #[test]
    fn small_arrays_and_records_without_size_grow_as_ever() {
        let (mut small, mut empty) = (vec![1], vec![()]);
        push(&mut small, 2);
        push(&mut empty, ());
        assert_eq!((small, empty.len()), (vec![1, 2], 2));
    }
}
