//! Choices: numbers from which a fixture is made, and which become smaller and fewer where a test fails.

use std::ops::Range;

/// Choices that are made one after another. Where none are left, each is the first.
#[derive(Debug)]
pub(crate) struct Choices<'c> {
    numbers: &'c [u16],
    /// The numbers that were asked for, each below its end.
    made: Vec<u16>,
    parts: Vec<Range<usize>>,
    items: Vec<Range<usize>>,
}

/// What was made of numbers: the same choices by the smallest numbers, and the parts of them that can be left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Made {
    pub(crate) numbers: Vec<u16>,
    pub(crate) parts: Vec<Range<usize>>,
    /// Those parts of which one may take the place of another that it is in.
    pub(crate) items: Vec<Range<usize>>,
}

impl<'c> Choices<'c> {
    pub(crate) fn new(numbers: &'c [u16]) -> Self {
        Self { numbers, made: Vec::new(), parts: Vec::new(), items: Vec::new() }
    }

    pub(crate) fn made(self) -> Made {
        Made { numbers: self.made, parts: self.parts, items: self.items }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// The beginning of a part, which [`Self::end`] ends. Without its numbers, the choices behind it stay what they are.
    pub(crate) fn begin(&self) -> usize {
        self.made.len()
    }

    pub(crate) fn end(&mut self, begin: usize) {
        if begin < self.made.len() {
            self.parts.push(begin..self.made.len());
        }
    }

    /// The end of a part that may take the place of one that it is in.
    pub(crate) fn end_item(&mut self, begin: usize) {
        self.end(begin);
        self.items.push(begin..self.made.len());
    }

    /// Choices that are a part: a first one of what they are, and those of how it is that.
    pub(crate) fn part<T>(&mut self, choose: impl FnOnce(&mut Self) -> T) -> T {
        let begin = self.begin();
        let value = choose(self);
        self.end(begin);
        value
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let Some((number, rest)) = self.numbers.split_first() else { return 0 };
        self.numbers = rest;
        let number = usize::from(*number) % end;
        self.made.extend(u16::try_from(number));
        number
    }

    /// True once in so many times.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    pub(crate) fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    pub(crate) fn maybe<T>(&mut self, times: usize, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.part(|choices| choices.one_in(times).then(|| value(choices)))
    }

    /// Whether there is a further item, of at most so many: each number of items is as likely as any other.
    pub(crate) fn more(&mut self, left: usize) -> bool {
        left > 0 && self.below(left + 1) > 0
    }

    /// Fewer values than `end`.
    pub(crate) fn some<T>(&mut self, end: usize, mut value: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut values = Vec::new();
        loop {
            let begin = self.begin();
            if !self.more((end - 1).saturating_sub(values.len())) {
                return values;
            }
            values.push(value(self));
            self.end(begin);
        }
    }

    pub(crate) fn number(&mut self) -> u64 {
        (0..4).fold(0, |number, _| number << 16 | self.below(1 << 16) as u64)
    }
}
