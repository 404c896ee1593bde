//! Listing: how a parent refers to a node, and what becomes of the node's bytes once they have a digest.

use crate::declared::{Edge, Kind};
use crate::descriptor::Descriptor;
use crate::fault::Fault;
use crate::problem::Problem;
use crate::text::Text;

/// What every builder of a node has, besides what the node itself says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    /// The name of an entry of index.json.
    pub(crate) reference: Option<Text>,
    /// What the parent says of the node besides what it is.
    pub(crate) descriptor: Option<Box<Descriptor>>,
    /// The parent does not list it.
    pub(crate) unlisted: bool,
    /// Names are taken as they are, and may repeat.
    pub(crate) unchecked: bool,
    pub(crate) faults: Vec<Fault>,
}

impl Listing {
    /// The node, in the way that this says.
    pub(crate) fn edge(self, kind: Kind) -> Edge {
        let Self { reference, descriptor, unlisted, unchecked, faults } = self;
        Edge { reference, descriptor, unlisted, unchecked, ..Edge::new(kind, faults) }
    }
}

impl Edge {
    /// Nothing names what nothing lists.
    pub(crate) fn check_unlisted(&self) -> Result<(), Problem> {
        if !self.unlisted {
            return Ok(());
        }
        match (&self.reference, &self.descriptor) {
            (Some(_), _) => {
                Err(Problem::new("nothing lists an unlisted node, so it has no reference; remove that"))
            }
            (_, Some(_)) => {
                Err(Problem::new("nothing lists an unlisted node, so it has no descriptor; remove that"))
            }
            (None, None) => Ok(()),
        }
    }
}

/// The methods of a builder whose parts have a [`Listing`]. `$new` is how an example makes one.
macro_rules! listed {
    ($builder:ident, $new:literal) => {
        impl $builder {
            /// How the parent refers to it.
            ///
            /// ```
            /// use oci_fixture::Descriptor;
            ///
            #[doc = concat!("oci_fixture::", $new, ".descriptor(Descriptor::new().annotations([(\"a\", \"b\")]));")]
            /// ```
            pub fn descriptor(mut self, descriptor: crate::Descriptor) -> Self {
                self.0.listing.descriptor = Some(Box::new(descriptor));
                self
            }

            /// Stores it, but the parent does not list it.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".unlisted();")]
            /// ```
            pub fn unlisted(mut self) -> Self {
                self.0.listing.unlisted = true;
                self
            }

            /// After sealing: nothing is stored under its digest. Where it lists nodes, those that no stored node lists
            /// are not stored either.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".missing();")]
            /// ```
            pub fn missing(self) -> Self {
                self.fault(crate::fault::Fault::Missing)
            }

            /// After sealing: only the first `keep` bytes are stored; of a negative number, all but the last so many.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".truncate(-1);")]
            /// ```
            pub fn truncate(self, keep: i64) -> Self {
                self.fault(crate::fault::Fault::Truncate(keep))
            }

            /// After sealing: this is stored before its bytes.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".prepend(\"\\u{feff}\");")]
            /// ```
            pub fn prepend(self, content: impl crate::ToContent) -> Self {
                self.fault(crate::fault::Fault::Prepend(content.into_content()))
            }

            /// After sealing: this is stored behind its bytes.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".append(\"\\n\");")]
            /// ```
            pub fn append(self, content: impl crate::ToContent) -> Self {
                self.fault(crate::fault::Fault::Append(content.into_content()))
            }

            /// After sealing: the lowest bit of one byte is stored flipped; a negative number counts from the end.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".flip(0).flip(-1);")]
            /// ```
            pub fn flip(self, byte: i64) -> Self {
                self.fault(crate::fault::Fault::Flip(byte))
            }

            /// After sealing: this is stored instead of its bytes.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".replace(\"<html>404</html>\");")]
            /// ```
            pub fn replace(self, content: impl crate::ToContent) -> Self {
                self.fault(crate::fault::Fault::Replace(content.into_content()))
            }

            fn fault(mut self, fault: crate::fault::Fault) -> Self {
                self.0.listing.faults.push(fault);
                self
            }
        }
    };
}

/// The methods of a builder whose node can be an entry of index.json.
macro_rules! named {
    ($builder:ident) => {
        impl $builder {
            /// Names the entry of index.json, where the node stands at the top level.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", stringify!($builder), "::new().reference(\"busybox:latest\");")]
            /// ```
            pub fn reference(mut self, reference: impl crate::ToText) -> Self {
                self.0.listing.reference = Some(reference.into_text());
                self
            }

            /// Takes the reference as it is written, whatever it is, and lets it and the platform be those of another
            /// node, too.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", stringify!($builder), "::new().reference(\"../UPPER\").unchecked();")]
            /// ```
            pub fn unchecked(mut self) -> Self {
                self.0.listing.unchecked = true;
                self
            }
        }
    };
}

pub(crate) use listed;
pub(crate) use named;
