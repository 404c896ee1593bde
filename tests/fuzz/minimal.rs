//! The shortest input that fails.

use std::time::{Duration, Instant};

/// The longest time of the search.
const TIME: Duration = Duration::from_secs(20);

/// Shortens an input that fails: it removes every part without which the input fails, too, and makes the rest as
/// plain as possible.
pub(crate) fn minimal(mut input: Vec<u8>, fails: impl Fn(&[u8]) -> bool) -> Vec<u8> {
    let start = Instant::now();
    let mut size = input.len();
    while size > 0 {
        let mut at = 0;
        let before = input.len();
        while at < input.len() && start.elapsed() < TIME {
            let end = (at + size).min(input.len());
            let shorter = [&input[..at], &input[end..]].concat();
            if fails(&shorter) {
                input = shorter;
            } else {
                at = end;
            }
        }
        if input.len() == before || size > 1 {
            size /= 2;
        }
        size = size.min(input.len());
    }
    for at in 0..input.len() {
        for plain in [0, b'0', b'a'] {
            let was = std::mem::replace(&mut input[at], plain);
            if was == plain || start.elapsed() < TIME && fails(&input) {
                break;
            }
            input[at] = was;
        }
    }
    input
}

#[test]
fn the_shortest_failing_input_lacks_all_other_bytes() {
    let fails = |input: &[u8]| {
        input.iter().filter(|byte| **byte == b'x').nth(1).is_some() && input.iter().any(u8::is_ascii_digit)
    };
    let input = b"ab7x\n, and x, x; 5".to_vec();
    assert_eq!(minimal(input, fails), b"xx0");
}
