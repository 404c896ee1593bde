//! Choices: numbers that proptest makes, and makes smaller and fewer where a law fails.

/// Choices that are made one after another. Where none are left, each is the first.
#[derive(Debug)]
pub(crate) struct Choices<'c>(&'c [u16]);

impl<'c> Choices<'c> {
    pub(crate) fn new(numbers: &'c [u16]) -> Self {
        Self(numbers)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let Some((number, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*number) % end
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.below(256).to_le_bytes()[0]
    }

    /// True once in so many times.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    pub(crate) fn one_of<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    pub(crate) fn maybe<T>(&mut self, times: usize, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.one_in(times).then(|| value(self))
    }

    pub(crate) fn some<T>(&mut self, end: usize, mut value: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(end)).map(|_| value(self)).collect()
    }

    pub(crate) fn number(&mut self) -> u64 {
        (0..4).fold(0, |number, _| number << 16 | self.below(1 << 16) as u64)
    }
}
