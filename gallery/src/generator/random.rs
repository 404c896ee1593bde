//! A random fixture, its model and its expected findings.

use std::fmt;
use std::ops::RangeInclusive;

use super::choices::Made;
use super::declare::fixture;
use super::inject;
use super::make::make;
use super::model::Model;
use super::plain::plain;
use super::settings::Settings;

/// The numbers from which a fixture is made, and those from which its faults are made.
pub(crate) type Numbers = [Vec<u16>; 2];

/// A model that was made from numbers.
pub(crate) struct Random {
    /// The model without the parts that a declaration may leave out.
    pub(crate) plain: Model,
    /// The same model with a label for each node and a config in each manifest.
    pub(crate) explicit: Model,
    pub(crate) made: [Made; 2],
}

impl Random {
    /// An honest fixture, or one whose number of faults is in the range `faults`. It has fewer if no further node can have one.
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
    /// The declaration. `None` if the language has no form for it, or if the text would put a node to the beginning, before its
    /// place.
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
