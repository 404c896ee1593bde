#![cfg_attr(not(doctest), doc = include_str!("links.md"))]
// One of its examples needs the feature.
#![cfg_attr(any(not(doctest), feature = "registry"), doc = include_str!("../README.md"))]
#![allow(clippy::test_attr_in_doctest, reason = "tests/readme.rs runs the test that README.md shows")]

pub use oci_fixture_runtime::platform::{arch, os, variant};
pub use oci_fixture_runtime::*;

#[doc = include_str!("../docs/language.md")]
#[cfg(not(any(doc, rust_analyzer)))]
#[macro_export]
macro_rules! oci_image {
    ($($declaration:tt)*) => { $crate::__private::declare!($crate $($declaration)*) };
}

// In rust-analyzer, each word of the declaration resolves to an item with its documentation.
#[doc = include_str!("../docs/language.md")]
#[cfg(all(rust_analyzer, not(doc)))]
#[macro_export]
macro_rules! oci_image {
    ($($declaration:tt)*) => { $crate::__private::declare_in_editor!($crate $($declaration)*) };
}

// What the page of the macro shows instead: the grammar.
#[cfg_attr(not(doctest), doc = include_str!("links.md"))]
#[doc = include_str!("../docs/language.md")]
#[cfg(doc)]
#[macro_export]
macro_rules! oci_image {
    (
        fixture := item*
        node    := attr* ['label :] kind
        kind    := index    [REF]            { item* }
                 | manifest [REF] [PLATFORM] { item* }
                 |                 PLATFORM  { item* }
                 | config   [REF] [PLATFORM] { item* }
                 | config   MEDIA_TYPE ( => CONTENT | { field* } )
                 | layer    [MEDIA_TYPE] [gzip | zstd | (ENCODER)] { item* }
                 | blob     MEDIA_TYPE ( => CONTENT | { field* } )
                 | dangling { field* }
                 | 'label [{ field* }]
                 | tag REF => 'label [{ field* }]
                 | from (EXPR)
                 | file TEXT ( => CONTENT | -> TEXT )
        item    := field | node | entry | flow
        entry   := attr* ( PATH => CONTENT
                         | PATH
                         | PATH -> TARGET
                         | hardlink PATH -> TARGET
                         | whiteout PATH | opaque PATH
                         | fifo PATH | char PATH (MAJOR, MINOR) | block PATH (MAJOR, MINOR)
                         | entry { field* } )
        flow    := for PATTERN in VALUES { item* }
                 | if CONDITION { item* } [else ( { item* } | if ... )]
                 | ..PARTS
                 | (EXPR)
        field   := NAME: ( CONTENT | VALUE | PLATFORM | 'label | { field* } )
        CONTENT := json VALUE | TEXT | 'label.bytes | EXPR
        VALUE   := null | NUMBER | TEXT | 'label.descriptor | [VALUE,*] | { (KEY: VALUE),* } | EXPR
        TEXT    := TERM ((+ | -) TERM)*
        TERM    := STRING | NUMBER | (EXPR) | 'label.(digest | hex | size | diff_id)
        REF     := TEXT
        PATH, TARGET      := TEXT | BYTE_STRING
        MEDIA_TYPE, KEY   := STRING | (EXPR)
        PLATFORM := WORD/WORD[/WORD] | STRING | (EXPR)
        attr    := #[mode = 0o755] | #[uid = 0] | #[gid = 0] | #[uname = EXPR] | #[gname = EXPR]
                 | #[mtime = 0.5] | #[sparse = EXPR] | #[xattr(TEXT, CONTENT)]
                 | #[docker] | #[sha512] | #[unlisted] | #[unchecked] | #[missing], each also with = CONDITION
                 | #[truncate = N] | #[flip = N]
                 | #[prepend = CONTENT] | #[append = CONTENT] | #[replace = CONTENT]
                 | #[http(word,*)] | #[http = EXPR]
        word    := status = N | header(KEY, VALUE) | body = CONTENT | raw = CONTENT | chunked | cut = N | reset
                 | stall = N | stall(N, N) | rate = N | redirect | redirect = EXPR | ranges = false
                 | method = EXPR | after = N | times = N
    ) => {};
}

#[cfg_attr(not(doctest), doc = include_str!("links.md"))]
#[doc = include_str!("../docs/README.md")]
#[cfg(doc)]
pub mod book;

// Only for editors, in which each word of a declaration is the path of one of these items.
#[cfg(rust_analyzer)]
#[doc(hidden)]
#[rustfmt::skip]
pub mod words;

/// Not part of the interface.
#[doc(hidden)]
pub mod __private {
    #[cfg(rust_analyzer)]
    pub use crate::words;
    pub use oci_fixture_macros::declare;
    #[cfg(rust_analyzer)]
    pub use oci_fixture_macros::declare_in_editor;
}
