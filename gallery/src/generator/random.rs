//! A random fixture with what is known of it.

use std::fmt;
use std::ops::RangeInclusive;

use super::choices::Made;
use super::declare::fixture;
use super::inject;
use super::make::make;
use super::model::Model;
use super::plain::plain;
use super::settings::Settings;

/// The numbers of a fixture, and those of its faults.
pub(crate) type Numbers = [Vec<u16>; 2];

/// A model that was made from numbers.
pub(crate) struct Random {
    /// Without what a declaration need not say.
    pub(crate) plain: Model,
    /// The same, with a label for each node, and a config in each manifest.
    pub(crate) explicit: Model,
    pub(crate) made: [Made; 2],
}

impl Random {
    /// An honest fixture, or one with so many faults; it may have too few where there is nothing that could have them.
    pub(crate) fn of(numbers: &Numbers, settings: &Settings, faults: Option<&RangeInclusive<usize>>) -> Self {
        let [of_model, of_faults] = numbers;
        let (honest, made) = make(of_model, settings);
        let mut explicit = honest.clone();
        inject::make_explicit(&mut explicit);
        let (explicit, made_faults) = match faults {
            Some(count) => inject::inject(explicit, of_faults, count.clone()),
            None => (explicit, Made::default()),
        };
        Self { plain: plain(&honest, &explicit), explicit, made: [made, made_faults] }
    }
}

impl Random {
    /// The declaration; `None` where the language has no form for it, or where a node would stand before its place, at the
    /// beginning, which nobody reads.
    pub(crate) fn text(&self) -> Option<String> {
        let text = fixture(&self.plain).source().ok()?.text().to_owned();
        let edges = self.plain.declared().into_iter().flat_map(|id| self.plain.nodes[id].kind.edges());
        let unlisted =
            self.plain.roots.iter().chain(edges).filter(|edge| edge.unlisted && !edge.again).count();
        (text.matches("#[unlisted]").count() <= unlisted).then_some(text)
    }
}

/// The declaration, as a law that does not hold shows it.
impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match fixture(&self.plain).source() {
            Ok(source) => f.write_str(source.text()),
            Err(error) => write!(f, "{error}: {:?}", self.plain),
        }
    }
}
