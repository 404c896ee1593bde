//! Entries of layers: their paths, their links, and whiteouts.

use oci_fixture::{Entry, Fixture, Index, Label, Layer, Level, Manifest};

use crate::tarball::{Member, found_of};
use crate::{after, found_at, found_in};

/// The findings about one file.
fn of_path(path: &str) -> Vec<String> {
    after(&format!(" > {path:?}: "), found_of([Member::file(path)]))
}

const ESCAPES: &str = "the path leads out of the root";
const UNCLEAN: &str = "the path is not plain, and readers differ in what they make of it";

#[test]
fn a_path_stays_below_the_root() {
    for path in ["a", "a/b", "./a", "./a/b", "/a", "/a/b", "...", "a..", "..a/b", " ", "a\\b"] {
        assert_eq!(of_path(path), [""; 0], "{path}");
    }
    for path in ["..", "../a", "/../a", "a/../../b", "./../a"] {
        assert_eq!(of_path(path), [ESCAPES], "{path}");
    }
    for path in ["", "a//b", "a/./b", "././a", "a/../b", "a/..", "a/", "/a/", "a//", ".//a", "//a"] {
        assert_eq!(of_path(path), [UNCLEAN], "{path}");
    }
    let directory = |path: &str| found_of([Member::new(b'5', path)]);
    for path in ["./", ".", "/", "a/", "a", "./a/", "/a/"] {
        assert_eq!(directory(path), [""; 0], "{path}");
    }
    // Bytes that are no text are shown escaped.
    let bytes =
        Member::file("a").header(|header| header.as_old_mut().name[..5].copy_from_slice(b"../\xff\""));
    assert_eq!(found_of([bytes]), [format!(" > \"../\\xff\\\"\": {ESCAPES}")]);
}

#[test]
fn a_link_stays_below_the_root() {
    let link = |kind: u8, path: &str, target: &str| {
        let before = ["b", "c/d"].map(Member::file);
        let [b, d] = before;
        after(&format!(" > {path:?}: "), found_of([b, d, Member::new(kind, path).link(target)]))
    };
    let escapes = |target: &str| [format!("the link's target `{target}` leads out of the root")];
    for target in ["b", "/etc/passwd", "../b", "/etc/../b", "./././b", "..", "b/../../c"] {
        assert_eq!(link(b'2', "a/link", target), [""; 0], "{target}");
    }
    for target in ["../../b", "/..", "b/../../../c", "/a/../../b"] {
        assert_eq!(link(b'2', "a/link", target), escapes(target));
    }
    assert_eq!(link(b'2', "link", "../b"), escapes("../b"));
    for target in ["b", "./b", "/b", "c/d", "/c/d", "c/../b"] {
        assert_eq!(link(b'1', "link", target), [""; 0], "{target}");
    }
    for target in ["../b", "/../b", "c/../../b"] {
        assert_eq!(link(b'1', "link", target), escapes(target));
    }
    for kind in *b"12" {
        assert_eq!(link(kind, "link", ""), ["the link has no target"]);
    }
}

#[test]
fn a_hard_link_leads_to_a_file_before_it() {
    let missing = |target: &str| {
        format!("the hard link leads to `{target}`, which is not an entry before it in the layer")
    };
    let directory = |target: &str| format!("the hard link leads to `{target}`, which is a directory");
    let hard = |path: &str, target: &str| Member::new(b'1', path).link(target);
    assert_eq!(
        found_of([
            // In a circle of links, the first link has no target before it.
            hard("a", "b"),
            hard("b", "a"),
            hard("self", "self"),
            hard("early", "late"),
            Member::file("late"),
            Member::new(b'2', "symbolic").link("nothing"),
            Member::new(b'6', "pipe"),
            hard("to symbolic", "./symbolic"),
            hard("to pipe", "/pipe"),
        ]),
        [
            format!(" > \"a\": {}", missing("b")),
            format!(" > \"self\": {}", missing("self")),
            format!(" > \"early\": {}", missing("late")),
        ]
    );
    assert_eq!(
        found_of([
            Member::new(b'5', "d"),
            Member::file("e/f"),
            hard("1", "d/"),
            hard("2", "e"),
            hard("3", "."),
            hard("4", "e/f"),
        ]),
        [
            format!(" > \"1\": {}", directory("d/")),
            format!(" > \"2\": {}", directory("e")),
            format!(" > \"3\": {}", directory(".")),
        ]
    );
}

#[test]
fn a_hard_link_to_a_file_of_a_lower_layer_is_noted() {
    let lower = Layer::new().with(("a", ""));
    let upper = Layer::new().with(Entry::hardlink("b", "a").unchecked());
    let findings =
        Fixture::new().with(Manifest::new().with(lower).with(upper.clone())).in_memory().unwrap().verify();
    let line = |number: usize| {
        format!(
            "index.json > manifests[0] > layers[{number}] > \"b\": the hard link leads to `a`, which is not an entry before it in the layer"
        )
    };
    assert_eq!((crate::lines(&findings), findings[0].level()), (vec![line(1)], Level::Note));
    let findings = Fixture::new().with(Manifest::new().with(upper)).in_memory().unwrap().verify();
    assert_eq!((crate::lines(&findings), findings[0].level()), (vec![line(0)], Level::Should));
}

#[test]
fn a_file_is_not_used_as_a_directory() {
    let file = |file: &str| format!("`{file}` is no directory, but the layer has entries in it");
    assert_eq!(
        found_of([
            Member::file("a"),
            Member::file("a/b/c"),
            Member::file("d/e"),
            Member::file("./d"),
            Member::new(b'1', "f").link("a"),
            Member::file("f/g"),
            Member::new(b'5', "h"),
            Member::file("h/i"),
            // A directory may stand behind its entries.
            Member::file("j/k"),
            Member::new(b'5', "j/"),
        ]),
        [
            format!(" > \"a/b/c\": {}", file("a")),
            format!(" > \"./d\": {}", file("d")),
            format!(" > \"f/g\": {}", file("f")),
        ]
    );
}

#[test]
fn a_sparse_file_is_found() {
    let sparse = |format: &str| [format!(" > \"a\": the file is sparse, in the format {format}")];
    let pax = |records: &[(&str, &str)], body: &[u8]| {
        found_of([Member::pax(b'x', records), Member::file("a").body(body)])
    };
    // The records that the format 0.0 repeats are not reported.
    let repeated = [
        ("GNU.sparse.size", "1000"),
        ("GNU.sparse.numblocks", "2"),
        ("GNU.sparse.offset", "10"),
        ("GNU.sparse.numbytes", "1"),
        ("GNU.sparse.offset", "20"),
        ("GNU.sparse.numbytes", "1"),
    ];
    assert_eq!(pax(&repeated, b"xy"), sparse("0.0"));
    assert_eq!(pax(&[("GNU.sparse.size", "1000"), ("GNU.sparse.map", "10,2")], b"xy"), sparse("0.1"));
    let mut body = b"1\n10\n2\n".to_vec();
    body.resize(512, 0);
    body.extend_from_slice(b"xy");
    let major = [("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "1000")];
    assert_eq!(pax(&major, &body), sparse("1.0"));
    let old = Member::new(b'S', "a").body("xy").header(|header| {
        header.as_mut_bytes()[257..265].copy_from_slice(b"ustar  \0");
        header.as_mut_bytes()[386..410].copy_from_slice(b"00000000012\x0000000000002\0");
        header.as_mut_bytes()[483..495].copy_from_slice(b"00000001750\0");
    });
    assert_eq!(found_of([old]), sparse("old GNU"));
}

#[test]
fn a_path_through_a_symbolic_link_is_found() {
    let through = |path: &str| format!("`{path}` leads through `a/b`, which is a symbolic link");
    assert_eq!(
        found_of([
            Member::new(b'2', "a/b").link("/"),
            Member::file("a/b/c"),
            Member::new(b'1', "d").link("./a/b/c"),
            Member::new(b'1', "e").link("a/b"),
            Member::new(b'2', "f").link("a/b/c"),
            Member::file("a/bc"),
        ]),
        [format!(" > \"a/b/c\": {}", through("a/b/c")), format!(" > \"d\": {}", through("./a/b/c")),]
    );
}

/// The findings about the last of some layers.
fn of_the_last<const N: usize>(layers: [Layer; N]) -> Vec<String> {
    let image = layers.into_iter().fold(Manifest::new(), Manifest::with);
    found_at(&format!("index.json > manifests[0] > layers[{}]", N - 1), image)
}

#[test]
fn a_symbolic_link_of_a_lower_layer_is_found_until_a_layer_removes_it() {
    let lower = || Layer::new().with(Entry::symlink("a/b", "/")).with(("c", ""));
    let upper = || Layer::new().with(("a/b/d", ""));
    let through = [" > \"a/b/d\": `a/b/d` leads through `a/b`, which is a symbolic link"];
    let between = |layer: Layer| of_the_last([lower(), layer, upper()]);
    assert_eq!(of_the_last([lower(), upper()]), through);
    assert_eq!(between(Layer::new()), through);
    assert_eq!(between(Layer::new().with(Entry::directory("a/")).with(Entry::whiteout("c"))), through);
    assert_eq!(between(Layer::new().with(Entry::symlink("a/b", "c"))), through);
    assert_eq!(
        of_the_last([lower(), Layer::new().with(Entry::hardlink("e", "a/b/c").unchecked())]),
        [
            " > \"e\": `a/b/c` leads through `a/b`, which is a symbolic link",
            " > \"e\": the hard link leads to `a/b/c`, which is not an entry before it in the layer",
        ]
    );
    for gone in [
        Layer::new().with(Entry::directory("a/b/")),
        Layer::new().with(Entry::whiteout("a/b")),
        Layer::new().with(Entry::whiteout("a")),
        Layer::new().with(Entry::opaque("a/")),
        Layer::new().with(Entry::opaque("./")),
    ] {
        let tree = Fixture::new().with(Manifest::new().with(gone.clone())).to_string();
        assert_eq!(between(gone), [""; 0], "{tree}");
    }
    // The same holds for a symbolic link of the layer itself.
    assert_eq!(
        of_the_last([lower(), Layer::new().with(Entry::directory("a/b/")).with(("a/b/d", ""))]),
        [""; 0]
    );
}

#[test]
fn a_layer_of_two_images_has_what_is_below_it_in_each() {
    let base = Label::new("base", Layer::new().with(Entry::symlink("a", "/")));
    let other = Label::new("other", Layer::new().with(("b", "")));
    let upper = |name: &str| Layer::new().with((format!("a/{name}"), ""));
    let image = |platform: &str| Manifest::new().platform(platform);
    let index = Index::new()
        .with(image("linux/amd64").with(&base).with(&other).with(upper("1")))
        .with(image("linux/arm64").with(&base).with(&other).with(upper("2")))
        // The effects of this layer on other layers are not known.
        .with(image("linux/s390x").with(&base).with(Layer::new()).with(&other).with(upper("3")))
        .with(image("linux/386").with(&other).with(upper("4")));
    let line = |image: usize, path: &str| {
        format!(
            "index.json > manifests[0] > manifests[{image}] > layers[2] > \"{path}\": \
             `{path}` leads through `a`, which is a symbolic link"
        )
    };
    assert_eq!(found_in(&Fixture::new().with(index)), [line(0, "a/1"), line(1, "a/2")]);
}

#[test]
fn a_path_occurs_once_in_its_layer() {
    let twice = "the layer already has an entry with this path";
    assert_eq!(
        found_of([
            Member::new(b'5', "./"),
            Member::new(b'5', "a/"),
            Member::file("b"),
            Member::file("ab"),
            Member::new(b'5', "./"),
            Member::file("./a"),
            Member::new(b'2', "b").link("a"),
            Member::file("a/b"),
        ]),
        [format!(" > \"./a\": {twice}"), format!(" > \"b\": {twice}")]
    );
}

#[test]
fn a_whiteout_is_an_empty_file_with_a_name_of_its_own() {
    let reserved = "the name of the whiteout is reserved";
    for path in [".wh.a", "a/.wh.b", ".wh..wh..opq", "a/.wh..wh..opq", ".wh..a"] {
        assert_eq!(of_path(path), [""; 0], "{path}");
    }
    for path in [".wh.", ".wh..", ".wh...", ".wh..wh.plnk", "a/.wh..wh.a", ".wh..wh."] {
        assert_eq!(of_path(path), [reserved], "{path}");
    }
    let misplaced =
        "a directory in the path has the name of a whiteout, but only the last component can have one";
    for path in [".wh.a/b", "a/.wh..wh..opq/b"] {
        assert_eq!(of_path(path), [misplaced], "{path}");
    }
    let of = |member: Member| found_of([member]);
    let line = " > \".wh.a\": a whiteout is an empty regular file, but this entry is not";
    assert_eq!(of(Member::file(".wh.a").body("b")), [line]);
    assert_eq!(of(Member::new(b'5', ".wh.a")), [line]);
    assert_eq!(of(Member::new(b'2', ".wh.a").link("b")), [line]);
}

#[test]
fn a_whiteout_names_a_path_of_a_lower_layer() {
    let own = |path: &str| {
        format!(
            "the whiteout names `{path}`, which is in the same layer, and readers differ in whether they hide it"
        )
    };
    assert_eq!(
        found_of([
            Member::file("a"),
            Member::file(".wh.a"),
            Member::file("b/.wh.c"),
            Member::file("b/c/d/e"),
            Member::file("f/g"),
            Member::file(".wh.f"),
        ]),
        [
            format!(" > \".wh.a\": {}", own("a")),
            format!(" > \"b/c/d/e\": {}", own("b/c")),
            format!(" > \".wh.f\": {}", own("f")),
        ]
    );
    // A layer may have entries in a directory that it makes opaque.
    assert_eq!(
        found_of([
            Member::new(b'5', "a/"),
            Member::file("a/.wh..wh..opq"),
            Member::file("a/b"),
            Member::file(".wh.c")
        ]),
        [""; 0]
    );
}

#[test]
fn unusual_honest_entries_have_no_findings() {
    let lower = Layer::new()
        .with(Entry::directory("a/"))
        .with(("a/b", "c"))
        .with(Entry::symlink("d", "/a"))
        .with(Entry::hardlink("e", "a/b"));
    let upper = Layer::new()
        .with(Entry::opaque("./"))
        .with(Entry::whiteout("d"))
        .with(Entry::fifo("f/g/h").uid(5_000_000_000).mtime(-1).mode(0o7777))
        .with(Entry::char("i", 1, 3).xattr("user.a", b"\n\0="))
        .with(("\u{e9}".repeat(90), ""));
    let image = Manifest::new().with(lower).with(upper);
    assert_eq!(found_in(&Fixture::new().with(image)), [""; 0]);
}
