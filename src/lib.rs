#![doc = include_str!("../README.md")]

pub use oci_fixture_runtime::platform::{arch, os, variant};
pub use oci_fixture_runtime::*;

#[doc = include_str!("../docs/language.md")]
#[cfg(not(doc))]
#[macro_export]
macro_rules! oci_image {
    ($($declaration:tt)*) => { $crate::__private::declare!($crate $($declaration)*) };
}

// What the page of the macro shows instead: the grammar.
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
                 | config   MEDIA_TYPE => CONTENT
                 | layer    [gzip | zstd | (ENCODER)] { item* }
                 | blob     MEDIA_TYPE ( => CONTENT | { field* } )
                 | dangling { field* }
                 | 'label [{ field* }]
                 | tag REF => 'label
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
        field   := NAME: ( CONTENT | VALUE | PLATFORM | 'label | { field* } )
        CONTENT := json VALUE | TEXT | EXPR
        VALUE   := null | NUMBER | TEXT | [VALUE,*] | { (KEY: VALUE),* } | EXPR
        TEXT    := TERM (+ TERM)*
        TERM    := STRING | NUMBER | (EXPR) | 'label.(digest | hex | size)
        REF     := TEXT
        PATH, TARGET, MEDIA_TYPE, KEY := STRING | (EXPR)
        PLATFORM := WORD/WORD[/WORD] | STRING | (EXPR)
        attr    := #[mode = 0o755] | #[uid = 0] | #[gid = 0] | #[mtime = 0] | #[xattr(KEY, EXPR)]
                 | #[docker] | #[unlisted] | #[unchecked]
                 | #[missing] | #[truncate = N] | #[flip = N]
                 | #[prepend = CONTENT] | #[append = CONTENT] | #[replace = CONTENT]
    ) => {};
}

/// Not part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use oci_fixture_macros::declare;
}
