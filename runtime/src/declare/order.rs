//! The order of the items of an iterator, which must be the same in every run.

use std::any;

use crate::error::Problem;

/// Whether the items of an iterator have an order that differs in each run, because a `HashMap` or a `HashSet` gives them.
/// The type of the iterator tells it, also within adapters such as `map`, but the type of a boxed iterator does not.
pub(crate) fn is_random<I>(_: &I) -> bool {
    const ITERATORS: [&str; 14] = [
        "Iter",
        "IterMut",
        "IntoIter",
        "Keys",
        "Values",
        "ValuesMut",
        "IntoKeys",
        "IntoValues",
        "Drain",
        "ExtractIf",
        "Difference",
        "Intersection",
        "Union",
        "SymmetricDifference",
    ];
    let name = any::type_name::<I>();
    // Nearly no type has this word, which all that follow have.
    if !name.contains("hash") {
        return false;
    }
    // The modules of the standard library, and of the crate on which they are based.
    ["hash::map::", "hash::set::", "hashbrown::map::", "hashbrown::set::"].iter().any(|module| {
        name.split(module).skip(1).any(|rest| {
            let end = rest.find(|character: char| !character.is_ascii_alphanumeric()).unwrap_or(rest.len());
            ITERATORS.contains(&rest.get(..end).unwrap_or_default())
        })
    })
}

/// The mistake of an order that differs in each run.
pub(crate) const RANDOM: &str = "a `HashMap` or `HashSet` has another order in each run; collect into a `BTreeMap` or a `BTreeSet`, or sort";

/// Refuses items whose order differs in each run.
pub(crate) fn check(is_random: bool) -> Result<(), Problem> {
    if is_random { Err(Problem::new(RANDOM)) } else { Ok(()) }
}

/// The methods of a builder that takes parts. The documentation is that of `push`.
macro_rules! spliced {
    ($(#[$docs:meta])* $builder:ident) => {
        impl $builder {
            $(#[$docs])*
            pub fn push(&mut self, part: impl Part<Self>) {
                part.add_to(self);
            }

            /// Adds a part as [`push`](Self::push) does, and returns the builder.
            pub fn with(mut self, part: impl Part<Self>) -> Self {
                self.push(part);
                self
            }

            /// Adds what stands alone in a block, which `(EXPRESSION)` does in the language.
            ///
            /// ```
            #[doc = concat!("let mut node = oci_fixture::", stringify!($builder), "::new();")]
            #[doc = concat!("node.put(oci_fixture::", crate::declare::order::part!($builder), ");")]
            /// ```
            pub fn put(&mut self, item: impl crate::Alone<Self>) {
                item.add_alone_to(self);
            }

            /// Adds parts as [`push`](Self::push) does, in their order.
            ///
            /// A `HashMap` or a `HashSet`, whose order differs in each run, is an error when the fixture is written. It is
            /// recognised by the type of the iterator, also within adapters such as `map`, but not in a boxed iterator.
            ///
            /// ```
            #[doc = concat!("let mut node = oci_fixture::", stringify!($builder), "::new();")]
            #[doc = concat!("node.splice(vec![oci_fixture::", crate::declare::order::part!($builder), "]);")]
            /// ```
            pub fn splice<T: Part<Self>>(&mut self, parts: impl crate::Parts<T>) {
                let parts = parts.into_parts();
                self.0.is_random |= crate::declare::order::is_random(&parts);
                for part in parts {
                    self.push(part);
                }
            }
        }
    };
}

/// A part that fits into a builder, for an example.
macro_rules! part {
    (Layer) => {
        "Header::new()"
    };
    (Manifest) => {
        "Layer::new()"
    };
    ($builder:ident) => {
        "Manifest::new()"
    };
}

pub(crate) use {part, spliced};

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap, HashSet};

    use super::is_random;

    #[test]
    fn the_order_of_a_hash_map_is_random_within_adapters_too() {
        let map = HashMap::from([(1, "a")]);
        let set = HashSet::from([1]);
        assert!(is_random(&map.iter()));
        assert!(is_random(&map.clone().into_iter().map(|(key, value)| (value, key))));
        assert!(is_random(&map.keys().chain(&[2]).enumerate()));
        assert!(is_random(&map.values().filter(|_| true)));
        assert!(is_random(&set.iter()));
        assert!(is_random(&set.union(&set)));
        assert!(is_random(&[0].iter().zip(set.clone())));
    }

    #[test]
    fn the_order_of_other_iterators_is_not() {
        let map = BTreeMap::from([(1, "a")]);
        assert!(!is_random(&map.iter()));
        assert!(!is_random(&vec![HashMap::from([(1, "a")])].into_iter()));
        assert!(!is_random(&[HashSet::from([1])].iter().map(HashSet::len)));
        let boxed: Box<dyn Iterator<Item = i32>> = Box::new(HashSet::from([1]).into_iter());
        assert!(!is_random(&boxed));
    }
}
