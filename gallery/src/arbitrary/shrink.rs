//! Shrinking: a random fixture follows from lists of numbers, which are made shorter and smaller.

#![allow(clippy::indexing_slicing, reason = "parts are within the numbers of which they are parts")]

use std::ops::Range;

use crate::generator::choices::Made;
use crate::generator::random::Numbers;

/// Candidates: shorter lists or smaller numbers, one after another. The caller says whether the test still fails.
///
/// A part is the numbers from which one part of the fixture is made. First whole parts are left out, the largest first, and
/// an item takes the place of the item in which it is. Then only the first number of a part is kept, or a smaller one. Then
/// each number is made smaller. A candidate with which the test still fails is the start of the next ones. When no candidate
/// makes the test fail, the last one that did is the smallest.
#[derive(Clone, Debug)]
pub(super) struct Shrinking {
    best: Numbers,
    parts: [Vec<Range<usize>>; 2],
    /// Pairs of an item of the fixture and another item that is in it or before it.
    pairs: Vec<[Range<usize>; 2]>,
    pass: Pass,
    /// The part or the number of the next candidate, those of the faults first, and which of its candidates that is.
    next: (usize, usize),
    /// Whether any candidate was taken since the first pass began.
    taken: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Pass {
    LeaveOut,
    Replace,
    First,
    Smaller,
}

/// A candidate for one place, which is a part or a number.
enum Candidate {
    Is(Numbers),
    /// All candidates for this place were tried.
    NoMore,
    /// There is no such place.
    NoSuch,
}

impl Shrinking {
    pub(super) fn new(made: [Made; 2]) -> Self {
        let mut shrinking = Self {
            best: Numbers::default(),
            parts: [Vec::new(), Vec::new()],
            pairs: Vec::new(),
            pass: Pass::LeaveOut,
            next: (0, 0),
            taken: false,
        };
        shrinking.set(made);
        shrinking
    }

    /// Takes the last candidate as the best one. `made` is what was made of it. The next candidate is for the same place.
    pub(super) fn take(&mut self, made: [Made; 2]) {
        self.next.1 = 0;
        self.taken = true;
        self.set(made);
    }

    fn set(&mut self, made: [Made; 2]) {
        let items = &made[0].items;
        let is_in = |inner: &Range<usize>, outer: &Range<usize>| {
            let is_within = outer.start <= inner.start && inner.end <= outer.end;
            let is_before = inner.end <= outer.start && inner.len() >= outer.len() && outer.start < outer.end;
            inner != outer && is_within || is_before
        };
        let inner =
            |outer| items.iter().filter(move |inner| is_in(inner, outer)).map(move |inner| [outer, inner]);
        self.pairs = items.iter().flat_map(inner).map(|pair| pair.map(Clone::clone)).collect();
        for (stream, Made { mut numbers, mut parts, .. }) in made.into_iter().enumerate() {
            // A number behind the end of the list is read as 0, so zeros at the end change nothing.
            let end = numbers.iter().rposition(|number| *number > 0).map_or(0, |last| last + 1);
            numbers.truncate(end);
            parts.retain_mut(|part| {
                part.end = part.end.min(end);
                part.start < part.end
            });
            parts.sort_by_key(|part| (usize::MAX - part.len(), part.start));
            (self.best[stream], self.parts[stream]) = (numbers, parts);
        }
    }

    /// The next candidate. `None` if none is left.
    pub(super) fn candidate(&mut self) -> Option<Numbers> {
        loop {
            let (place, which) = self.next;
            let candidate = match self.pass {
                Pass::LeaveOut => self.without(place, which),
                Pass::Replace => self.by_another(place, which),
                Pass::First => self.by_its_first(place, which),
                Pass::Smaller => self.smaller(place, which),
            };
            match candidate {
                Candidate::Is(candidate) => {
                    self.next.1 += 1;
                    if candidate != self.best {
                        return Some(candidate);
                    }
                }
                Candidate::NoMore => self.next = (place + 1, 0),
                Candidate::NoSuch => {
                    self.next = (0, 0);
                    self.pass = match self.pass {
                        Pass::LeaveOut => Pass::Replace,
                        Pass::Replace => Pass::First,
                        Pass::First => Pass::Smaller,
                        Pass::Smaller if self.taken => {
                            self.taken = false;
                            Pass::LeaveOut
                        }
                        Pass::Smaller => return None,
                    };
                }
            }
        }
    }

    /// The best numbers without one part.
    fn without(&self, place: usize, which: usize) -> Candidate {
        let Some((stream, part)) = self.part(place) else { return Candidate::NoSuch };
        if which > 0 {
            return Candidate::NoMore;
        }
        let mut numbers = self.best.clone();
        numbers[stream].drain(part);
        Candidate::Is(numbers)
    }

    /// Puts an item in the place of the item in which it is, or of a later item, such as a use of its label.
    fn by_another(&self, place: usize, which: usize) -> Candidate {
        let Some([replaced, other]) = self.pairs.get(place).cloned() else { return Candidate::NoSuch };
        if which > 0 {
            return Candidate::NoMore;
        }
        let mut numbers = self.best.clone();
        // The list may have lost the zeros at its end.
        let length = numbers[0].len().max(replaced.end);
        numbers[0].resize(length, 0);
        let kept = numbers[0][other.clone()].to_vec();
        let is_before = other.end <= replaced.start;
        drop(numbers[0].splice(replaced, kept));
        if is_before {
            // The number before an item says that there is an item.
            numbers[0].drain(other.start.saturating_sub(1)..other.end);
        }
        Candidate::Is(numbers)
    }

    /// Keeps only the first number of a part, as 0 or as a smaller number, or makes all its numbers 0.
    fn by_its_first(&self, place: usize, which: usize) -> Candidate {
        let Some((stream, part)) = self.part(place) else { return Candidate::NoSuch };
        let mut numbers = self.best.clone();
        let first = numbers[stream][part.start];
        if numbers[stream][part.clone()].iter().all(|number| *number == 0) {
            return Candidate::NoMore;
        }
        match which {
            0 => drop(numbers[stream].splice(part, [0])),
            1 => drop(numbers[stream].splice(part, [first / 2])),
            2 => drop(numbers[stream].splice(part, [first.saturating_sub(1)])),
            3 => numbers[stream][part].fill(0),
            _ => return Candidate::NoMore,
        }
        Candidate::Is(numbers)
    }

    /// Makes one number smaller. Further candidates also leave out the number behind it, which may belong to the choice
    /// that the larger number stood for.
    fn smaller(&self, place: usize, which: usize) -> Candidate {
        /// A small number may choose a kind, and kinds have no order, so each smaller one is tried.
        const KINDS: u16 = 12;
        let [model, faults] = &self.best;
        let (stream, position) = if place < faults.len() { (1, place) } else { (0, place - faults.len()) };
        let Some(found) = [model, faults][stream].get(position).copied() else { return Candidate::NoSuch };
        let smaller =
            (0..found.min(KINDS)).chain([found / 2, found - found / 16]).filter(|number| *number < found);
        let mut all = smaller.flat_map(|number| [(number, false), (number, true)]);
        let Some((number, alone)) = all.nth(which) else { return Candidate::NoMore };
        let mut numbers = self.best.clone();
        numbers[stream][position] = number;
        if alone && position + 1 < numbers[stream].len() {
            numbers[stream].remove(position + 1);
        }
        Candidate::Is(numbers)
    }

    /// A part of the faults or, behind these, of the model, and the list in which it is.
    fn part(&self, place: usize) -> Option<(usize, Range<usize>)> {
        let [model, faults] = &self.parts;
        let both = faults.iter().map(|part| (1, part)).chain(model.iter().map(|part| (0, part)));
        both.map(|(stream, part)| (stream, part.clone())).nth(place)
    }
}
