//! Inputs that are nearly valid.

use std::ops::Range;

use crate::choices::Choices;

/// The largest length of an input. Longer inputs are cut off.
const LONGEST: usize = 64 << 10;
/// The blocks of a tar.
const BLOCK: usize = 512;
/// Numbers near limits, as text.
const NUMBERS: [&str; 10] = [
    "0",
    "-1",
    "1",
    "255",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "18446744073709551616",
    "1e9",
    "00000000000",
];

/// An input of the corpus, changed in some places.
pub(crate) fn mutated(corpus: &[Vec<u8>], tokens: &[&[u8]], choices: &mut Choices) -> Vec<u8> {
    let mut bytes: Vec<u8> = choices.of_list::<[u8]>(corpus).to_vec();
    if choices.one_in(50) {
        bytes = (0..choices.below(100)).map(|_| choices.byte()).collect();
    }
    let mut changes = 1;
    while changes < 16 && !choices.one_in(3) {
        changes += 1;
    }
    for _ in 0..changes {
        change(&mut bytes, corpus, tokens, choices);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(bytes: &mut Vec<u8>, corpus: &[Vec<u8>], tokens: &[&[u8]], choices: &mut Choices) {
    let at = place(bytes.len(), choices);
    match choices.below(13) {
        0 if at < bytes.len() => bytes[at] ^= 1 << choices.below(8),
        1 if at < bytes.len() => bytes[at] = choices.byte(),
        2 if at < bytes.len() => bytes[at] = bytes[at].wrapping_add(1),
        3 if choices.one_in(4) => bytes.truncate(at),
        4 => drop(bytes.drain(range(bytes.len(), choices))),
        5 => {
            let again = bytes[range(bytes.len(), choices)].to_vec();
            insert(bytes, at, &again);
        }
        6 => {
            let other: &[u8] = choices.of_list(corpus);
            let piece = &other[range(other.len(), choices)];
            insert(bytes, at, piece);
        }
        7 => {
            let (one, other) = (range(bytes.len(), choices), range(bytes.len(), choices));
            let moved: Vec<u8> = bytes.drain(one).collect();
            insert(bytes, other.start.min(bytes.len()), &moved);
        }
        8 => {
            let many = vec![choices.byte(); 1 << choices.below(9)];
            insert(bytes, at, &many);
        }
        9 => number(bytes, at, choices),
        10 | 11 => overwrite(bytes, at, choices.of_list(tokens)),
        _ => {
            let token: &[u8] = choices.of_list(tokens);
            let times = if choices.one_in(20) { 1 << choices.below(8) } else { 1 };
            insert(bytes, at, &token.repeat(times));
        }
    }
}

/// A place, often near the start, where headers are, or where a block begins.
fn place(length: usize, choices: &mut Choices) -> usize {
    let at = choices.below(length + 1);
    match choices.below(4) {
        0 => at.min(choices.below(64)),
        1 => at - at % BLOCK,
        _ => at,
    }
}

fn range(length: usize, choices: &mut Choices) -> Range<usize> {
    let start = place(length, choices);
    let size = match choices.below(3) {
        0 => choices.below(16),
        1 => BLOCK * choices.below(4),
        _ => choices.below(length + 1),
    };
    start..(start + size).min(length)
}

fn insert(bytes: &mut Vec<u8>, at: usize, more: &[u8]) {
    drop(bytes.splice(at..at, more.iter().copied()));
}

fn overwrite(bytes: &mut Vec<u8>, at: usize, with: &[u8]) {
    let end = (at + with.len()).min(bytes.len());
    drop(bytes.splice(at..end, with.iter().copied()));
}

/// Replaces the digits that follow.
fn number(bytes: &mut Vec<u8>, at: usize, choices: &mut Choices) {
    let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|start| at + start) else { return };
    let digits = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number: &str = choices.of_list(&NUMBERS);
    drop(bytes.splice(start..start + digits, number.bytes()));
}
