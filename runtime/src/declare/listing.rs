//! Listing: how a parent refers to a node, and the methods of the builders for that and for the faults after sealing.

use crate::declare::descriptor::Descriptor;
use crate::declare::text::Text;
use crate::error::Problem;

/// How a parent refers to a node, besides the values of the node itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listing {
    /// The name of an entry of index.json.
    pub(crate) reference: Option<Text>,
    /// The declared members of the parent's descriptor.
    pub(crate) descriptor: Option<Box<Descriptor>>,
    /// The node is stored, but the parent does not list it.
    pub(crate) unlisted: bool,
    /// The values of the node are not checked. Its reference and its platform may be those of another node.
    pub(crate) unchecked: bool,
    /// The digests of the node, and of the nodes in it, are those of sha512.
    pub(crate) sha512: bool,
}

impl Listing {
    /// Refuses a reference or a descriptor of a node that no parent lists, because neither would be written anywhere.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let said = match (&self.reference, &self.descriptor) {
            (Some(_), _) => "reference",
            (None, Some(_)) => "descriptor",
            (None, None) => return Ok(()),
        };
        if !self.unlisted {
            return Ok(());
        }
        Err(Problem::new(format!("nothing lists an unlisted node, so it has no {said}; remove that")))
    }
}

/// The methods of a builder whose data has a [`Listing`] and faults. `$new` makes the builder in an example, and `$kind`
/// makes a node of the data.
macro_rules! listed {
    ($builder:ident, $new:literal, $kind:expr) => {
        impl crate::declare::graph::IntoEdge for $builder {
            fn into_edge(mut self) -> crate::declare::graph::Edge {
                let listing = std::mem::take(&mut self.0.listing);
                let faults = std::mem::take(&mut self.0.faults);
                crate::declare::graph::Edge::new(($kind)(self.0), listing, faults)
            }
        }

        /// One line, with the kind of the node, its reference and its platform.
        impl std::fmt::Debug for $builder {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let edge = crate::declare::graph::IntoEdge::into_edge(self.clone());
                std::fmt::Debug::fmt(&edge, f)
            }
        }

        impl $builder {
            /// Sets how the parent refers to the node.
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

            /// Before sealing: takes all values of the node as they are written: its reference, media type, times,
            /// variables, and so on, and the paths of a layer's entries. The reference and the platform may be those of
            /// another node, too.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".unchecked();")]
            /// ```
            pub fn unchecked(mut self) -> Self {
                self.0.listing.unchecked = true;
                self
            }

            /// Names the node, and the nodes that are declared in it, by digests of sha512, which are stored in `blobs/sha512`
            /// ([digests](https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#registered-algorithms)).
            /// The `diff_id` of a layer has the algorithm of the layer.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".sha512();")]
            /// ```
            pub fn sha512(mut self) -> Self {
                self.0.listing.sha512 = true;
                self
            }

            /// Stores the node, but leaves it out of its parent's list.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".unlisted();")]
            /// ```
            pub fn unlisted(mut self) -> Self {
                self.0.listing.unlisted = true;
                self
            }

            /// After sealing: the node is not stored. The nodes below it are not stored either, unless a stored node
            /// lists them.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".missing();")]
            /// ```
            pub fn missing(self) -> Self {
                self.fault(Some(crate::declare::fault::Fault::Missing))
            }

            /// After sealing: only the first `keep` bytes of the node are stored; for a negative number, all but the
            /// last ones.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".truncate(-1);")]
            /// ```
            pub fn truncate(self, keep: impl crate::Conditional<i64>) -> Self {
                self.fault(keep.into_option().map(crate::declare::fault::Fault::Truncate))
            }

            /// After sealing: these bytes are stored before the node's own.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".prepend(\"\\u{feff}\");")]
            /// ```
            pub fn prepend(self, content: impl crate::Conditional<crate::Content>) -> Self {
                self.fault(content.into_option().map(crate::declare::fault::Fault::Prepend))
            }

            /// After sealing: these bytes are stored behind the node's own.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".append(\"\\n\");")]
            /// ```
            pub fn append(self, content: impl crate::Conditional<crate::Content>) -> Self {
                self.fault(content.into_option().map(crate::declare::fault::Fault::Append))
            }

            /// After sealing: the lowest bit of the byte at this position is flipped. A negative number counts from the
            /// end.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".flip(0).flip(-1);")]
            /// ```
            pub fn flip(self, byte: impl crate::Conditional<i64>) -> Self {
                self.fault(byte.into_option().map(crate::declare::fault::Fault::Flip))
            }

            /// After sealing: these bytes are stored instead of the node's own.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", $new, ".replace(\"<html>404</html>\");")]
            /// ```
            pub fn replace(self, content: impl crate::Conditional<crate::Content>) -> Self {
                self.fault(content.into_option().map(crate::declare::fault::Fault::Replace))
            }

            /// On the wire: how a registry answers requests for the node. [`Http`](crate::Http) explains which of several
            /// faults applies.
            ///
            /// ```
            /// use oci_fixture::Http;
            ///
            #[doc = concat!("oci_fixture::", $new, ".http(Http::status(503).times(1)).http(Http::redirect());")]
            /// ```
            pub fn http(mut self, http: impl Into<Option<crate::Http>>) -> Self {
                self.0.faults.http.extend(http.into());
                self
            }

            fn fault(mut self, fault: Option<crate::declare::fault::Fault>) -> Self {
                self.0.faults.stored.extend(fault);
                self
            }
        }
    };
}

/// The methods of a builder whose node can be an entry of index.json.
macro_rules! named {
    ($builder:ident) => {
        impl $builder {
            /// Names the entry of index.json. Only a node at the top level can have a reference.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", stringify!($builder), "::new().reference(\"busybox:latest\");")]
            /// ```
            pub fn reference(mut self, reference: impl crate::ToText) -> Self {
                self.set_reference(reference);
                self
            }

            // The macro calls this, because a builder that is not moved costs rustc less.
            #[doc(hidden)]
            pub fn set_reference(&mut self, reference: impl crate::ToText) {
                self.0.listing.reference = Some(reference.into_text());
            }
        }
    };
}

pub(crate) use listed;
pub(crate) use named;
