//! An allocator that counts the memory of each thread, so that a test can assert how much a call takes.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The allocator of the system, counted: `#[global_allocator] static ALLOCATOR: Counting = Counting;`.
#[derive(Clone, Copy, Debug)]
pub struct Counting;

thread_local! {
    // These have no destructor, so that they exist as long as anything is allocated.
    static TAKEN: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// The result of a call, and the most bytes that it held at a time, on the thread that it runs on.
pub fn peak<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = TAKEN.get();
    PEAK.set(before);
    let given = run();
    (given, usize::try_from(PEAK.get() - before).unwrap_or(0))
}

fn count(taken: usize, given_back: usize) {
    let now = TAKEN.get().wrapping_add_unsigned(taken).wrapping_sub_unsigned(given_back);
    TAKEN.set(now);
    if now > PEAK.get() {
        PEAK.set(now);
    }
}

// SAFETY: everything is passed on to the allocator of the system, with what it is called with. Counting allocates
// nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller has promised what this asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller has promised what this asks for.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: the caller has promised what this asks for.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // The old and the new block may exist at the same time.
        count(size, 0);
        count(0, layout.size());
        // SAFETY: the caller has promised what this asks for.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
