//! The pages of `docs`, for readers of this documentation and for the tests of their examples.

// The first definition of a link counts: links.md leads to the modules, and the end of each page to its files.
macro_rules! pages {
    ($($(#[$attribute:meta])* $name:ident)*) => { $(
        $(#[$attribute])*
        #[cfg_attr(not(doctest), doc = include_str!("links.md"))]
        #[doc = include_str!(concat!("../docs/", stringify!($name), ".md"))]
        pub mod $name {}
    )* };
}

pages! {
    start
    layouts
    // The examples of a page may need a feature; the page itself does not.
    #[cfg(any(not(doctest), feature = "registry"))]
    registry
    faults
    gallery
    #[allow(rustdoc::broken_intra_doc_links, reason = "the places of findings, such as `manifests[0]`, are no links")]
    hostile
    text
    verify
    fixtures
    #[cfg(any(not(doctest), feature = "registry"))]
    migrating
}
