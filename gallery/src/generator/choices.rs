//! Choices: numbers from which a fixture is made, and which become smaller and fewer where a test fails.

use std::ops::Range;

/// Choices that are made one after another. If no numbers are left, each choice is the first one.
#[derive(Debug)]
pub(crate) struct Choices<'c> {
    numbers: &'c [u16],
    /// The numbers of the choices that were made, each below its end.
    made: Vec<u16>,
    parts: Vec<Range<usize>>,
    items: Vec<Range<usize>>,
}

/// The smallest numbers that give the same choices again, and the parts of them that can be left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Made {
    pub(crate) numbers: Vec<u16>,
    pub(crate) parts: Vec<Range<usize>>,
    /// Parts that may take the place of a larger part around them.
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

    /// The beginning of a part, which [`Self::end`] ends. If its numbers are left out, later choices stay the same.
    pub(crate) fn begin(&self) -> usize {
        self.made.len()
    }

    pub(crate) fn end(&mut self, begin: usize) {
        if begin < self.made.len() {
            self.parts.push(begin..self.made.len());
        }
    }

    /// The end of a part that may take the place of a larger part around it.
    pub(crate) fn end_item(&mut self, begin: usize) {
        self.end(begin);
        self.items.push(begin..self.made.len());
    }

    /// Choices that belong together, and can be left out together.
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

    /// True once in `times` times.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    pub(crate) fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    pub(crate) fn maybe<T>(&mut self, times: usize, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.part(|choices| choices.one_in(times).then(|| value(choices)))
    }

    /// Whether there is a further item, of at most `left`: each number of items is as likely as any other.
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
