//! References, held against tables. What is accepted, and with which parts, was measured with
//! `ParseNormalizedNamed` of github.com/distribution/reference v0.6.0; the texts of the errors are ours.

mod common;

use common::{assert_is_one_line_with_a_cure, hex64, hex96, hex128, odd_strings};
use oci_fixture_grammar::{Digest, Reference};

/// Text, domain, path, tag, digest.
type Accepted = (&'static str, &'static str, &'static str, Option<&'static str>, Option<&'static str>);

#[rustfmt::skip]
const ACCEPTED: &[Accepted] = &[
    ("busybox", "docker.io", "library/busybox", None, None),
    ("busybox:latest", "docker.io", "library/busybox", Some("latest"), None),
    ("twoplatform:latest", "docker.io", "library/twoplatform", Some("latest"), None),
    ("library/busybox", "docker.io", "library/busybox", None, None),
    ("docker.io/busybox", "docker.io", "library/busybox", None, None),
    ("docker.io/library/busybox:1.36", "docker.io", "library/busybox", Some("1.36"), None),
    ("index.docker.io/busybox", "docker.io", "library/busybox", None, None),
    ("index.docker.io/me/app:1", "docker.io", "me/app", Some("1"), None),
    ("index.docker.io/library/busybox", "docker.io", "library/busybox", None, None),
    ("me/app", "docker.io", "me/app", None, None),
    ("me/app/deep/er", "docker.io", "me/app/deep/er", None, None),
    ("docker.io/me/app", "docker.io", "me/app", None, None),
    ("DOCKER.IO/busybox", "DOCKER.IO", "busybox", None, None),
    ("docker.io", "docker.io", "library/docker.io", None, None),
    ("docker.io:443/busybox", "docker.io:443", "busybox", None, None),
    ("registry-1.docker.io/library/busybox", "registry-1.docker.io", "library/busybox", None, None),
    ("localhost", "docker.io", "library/localhost", None, None),
    ("localhost:5000", "docker.io", "library/localhost", Some("5000"), None),
    ("localhost/x", "localhost", "x", None, None),
    ("localhost:5000/x", "localhost:5000", "x", None, None),
    ("localhost:5000/x:y", "localhost:5000", "x", Some("y"), None),
    ("LOCALHOST/x", "LOCALHOST", "x", None, None),
    ("Localhost:1/x/y", "Localhost:1", "x/y", None, None),
    ("localhost.localdomain/x", "localhost.localdomain", "x", None, None),
    ("local/x", "docker.io", "local/x", None, None),
    ("Foo/bar", "Foo", "bar", None, None),
    ("FOO/bar:1", "FOO", "bar", Some("1"), None),
    ("fOo/bar/baz", "fOo", "bar/baz", None, None),
    ("F-o/bar", "F-o", "bar", None, None),
    ("Foo.Bar/baz", "Foo.Bar", "baz", None, None),
    ("foo:80/bar", "foo:80", "bar", None, None),
    ("foo:0/bar", "foo:0", "bar", None, None),
    ("foo:99999999999/bar", "foo:99999999999", "bar", None, None),
    (concat!("ghcr.io/o/r@sha256:", hex64!()), "ghcr.io", "o/r", None, Some(concat!("sha256:", hex64!()))),
    (concat!("example.com/a/b/c:tag@sha256:", hex64!()), "example.com", "a/b/c", Some("tag"), Some(concat!("sha256:", hex64!()))),
    ("1.2.3.4/x", "1.2.3.4", "x", None, None),
    ("127.0.0.1:5000/x:y", "127.0.0.1:5000", "x", Some("y"), None),
    ("1.2/x", "1.2", "x", None, None),
    ("a.b/c", "a.b", "c", None, None),
    ("xn--n3h.com/myimage", "xn--n3h.com", "myimage", None, None),
    ("a--b.com/x", "a--b.com", "x", None, None),
    ("[::1]/x", "[::1]", "x", None, None),
    ("[::1]:5000/x:1", "[::1]:5000", "x", Some("1"), None),
    ("[fe80::1]/a/b", "[fe80::1]", "a/b", None, None),
    ("[2001:DB8::1]:443/x", "[2001:DB8::1]:443", "x", None, None),
    ("[:]/x", "[:]", "x", None, None),
    ("[::::]/x", "[::::]", "x", None, None),
    ("[ABC]/x", "[ABC]", "x", None, None),
    ("[abc:]/x", "[abc:]", "x", None, None),
    ("a_b.c/x", "", "a_b.c/x", None, None),
    ("a__b.c/x:1", "", "a__b.c/x", Some("1"), None),
    (concat!("a.b_c/x/y@sha256:", hex64!()), "", "a.b_c/x/y", None, Some(concat!("sha256:", hex64!()))),
    ("a.b", "docker.io", "library/a.b", None, None),
    ("a_b", "docker.io", "library/a_b", None, None),
    ("a__b", "docker.io", "library/a__b", None, None),
    ("a-b", "docker.io", "library/a-b", None, None),
    ("a----b", "docker.io", "library/a----b", None, None),
    ("a.b-c_d__e/0", "", "a.b-c_d__e/0", None, None),
    ("0", "docker.io", "library/0", None, None),
    ("0/0", "docker.io", "0/0", None, None),
    ("x:0", "docker.io", "library/x", Some("0"), None),
    ("x:_", "docker.io", "library/x", Some("_"), None),
    ("x:__", "docker.io", "library/x", Some("__"), None),
    ("x:A.B-c_", "docker.io", "library/x", Some("A.B-c_"), None),
    ("x:x.", "docker.io", "library/x", Some("x."), None),
    ("x:x-", "docker.io", "library/x", Some("x-"), None),
    (concat!("x@sha256:", hex64!()), "docker.io", "library/x", None, Some(concat!("sha256:", hex64!()))),
    (concat!("x:1@sha256:", hex64!()), "docker.io", "library/x", Some("1"), Some(concat!("sha256:", hex64!()))),
    (concat!("x@sha384:", hex96!()), "docker.io", "library/x", None, Some(concat!("sha384:", hex96!()))),
    (concat!("x@sha512:", hex128!()), "docker.io", "library/x", None, Some(concat!("sha512:", hex128!()))),
    (concat!("sha256:", hex64!()), "docker.io", "library/sha256", Some(hex64!()), None),
    ("sha256:latest", "docker.io", "library/sha256", Some("latest"), None),
    (concat!(hex64!(), ":latest"), "docker.io", concat!("library/", hex64!()), Some("latest"), None),
    (concat!("docker.io/library/", hex64!()), "docker.io", concat!("library/", hex64!()), None, None),
    (concat!("library/", hex64!()), "docker.io", concat!("library/", hex64!()), None, None),
    ("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", "docker.io", "library/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", None, None),
    (concat!(hex64!(), "0"), "docker.io", concat!("library/", hex64!(), "0"), None, None),
    ("a/b.c:d", "docker.io", "a/b.c", Some("d"), None),
    ("example.com:5000/x:5000", "example.com:5000", "x", Some("5000"), None),
    ("x:1.36-musl", "docker.io", "library/x", Some("1.36-musl"), None),
];

/// Text, error.
#[rustfmt::skip]
const REFUSED: &[(&str, &str)] = &[
    ("", "reference is empty; write a name, such as `busybox:latest`"),
    (" ", "repository name ` ` has ` `; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("x ", "repository name `x ` has ` `; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    (" x", "repository name ` x` has ` `; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("x\n", "repository name `x\\n` has `\\n`; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("x y", "repository name `x y` has ` `; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("Busybox", "repository name `Busybox` has upper-case letters; write `busybox`"),
    ("busyboX:1", "repository name `busyboX` has upper-case letters; write `busybox`"),
    ("me/App", "repository name `me/App` has upper-case letters; write `me/app`"),
    ("docker.io/Me/app", "repository name `Me/app` has upper-case letters; write `me/app`"),
    ("docker.io/BusyBox", "repository name `BusyBox` has upper-case letters; write `busybox`"),
    ("Foo/Bar", "repository name `Bar` has upper-case letters; write `bar`"),
    (hex64!(), concat!("repository name `", hex64!(), "` reads as an image's ID, being 64 hexadecimal digits; add a tag, such as `:latest`")),
    ("0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF", concat!("repository name `0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF` has upper-case letters; write `", hex64!(), "`")),
    ("/", "repository name `/` has nothing before or after a `/`; write names joined by one `/` each"),
    ("/x", "repository name `/x` has nothing before or after a `/`; write names joined by one `/` each"),
    ("x/", "repository name `x/` has nothing before or after a `/`; write names joined by one `/` each"),
    ("a//b", "repository name `a//b` has nothing before or after a `/`; write names joined by one `/` each"),
    ("docker.io/", "repository name is empty; write one, such as `busybox`"),
    ("docker.io//x", "repository name `/x` has nothing before or after a `/`; write names joined by one `/` each"),
    ("./x", "domain `.` has nothing before or after a `.` or `:`; write a host such as `example.com`"),
    ("../x", "domain `..` has nothing before or after a `.` or `:`; write a host such as `example.com`"),
    ("a/./b", "repository name `a/./b` has the component `.`; put a letter or a digit at both its ends"),
    ("a/../b", "repository name `a/../b` has the component `..`; put a letter or a digit at both its ends"),
    (".", "repository name `.` has the component `.`; put a letter or a digit at both its ends"),
    ("..", "repository name `..` has the component `..`; put a letter or a digit at both its ends"),
    ("-", "repository name `-` has the component `-`; put a letter or a digit at both its ends"),
    ("_", "repository name `_` has the component `_`; put a letter or a digit at both its ends"),
    ("-x", "repository name `-x` has the component `-x`; put a letter or a digit at both its ends"),
    ("x-", "repository name `x-` has the component `x-`; put a letter or a digit at both its ends"),
    ("_x", "repository name `_x` has the component `_x`; put a letter or a digit at both its ends"),
    ("x_", "repository name `x_` has the component `x_`; put a letter or a digit at both its ends"),
    (".x", "repository name `.x` has the component `.x`; put a letter or a digit at both its ends"),
    ("x.", "repository name `x.` has the component `x.`; put a letter or a digit at both its ends"),
    ("a..b", "repository name `a..b` joins its words oddly; put one `.`, one or two `_`, or any number of `-` between them"),
    ("a___b", "repository name `a___b` joins its words oddly; put one `.`, one or two `_`, or any number of `-` between them"),
    ("a._b", "repository name `a._b` joins its words oddly; put one `.`, one or two `_`, or any number of `-` between them"),
    ("a.-b", "repository name `a.-b` joins its words oddly; put one `.`, one or two `_`, or any number of `-` between them"),
    ("a_-b", "repository name `a_-b` joins its words oddly; put one `.`, one or two `_`, or any number of `-` between them"),
    ("a-_b", "repository name `a-_b` joins its words oddly; put one `.`, one or two `_`, or any number of `-` between them"),
    ("a/-b", "repository name `a/-b` has the component `-b`; put a letter or a digit at both its ends"),
    ("a/b-", "repository name `a/b-` has the component `b-`; put a letter or a digit at both its ends"),
    ("a/_b/c", "repository name `a/_b/c` has the component `_b`; put a letter or a digit at both its ends"),
    ("x:", "tag is empty; write one behind the `:`, or leave the `:` out"),
    ("x:/", "domain `x:` ends with `:`; write a port behind it, or leave it out"),
    ("x:-x", "tag `-x` starts with `-`; begin it with a letter, a digit or `_`"),
    ("x:.x", "tag `.x` starts with `.`; begin it with a letter, a digit or `_`"),
    ("x:a:b", "tag `a:b` has `:`; use letters, digits, `_`, `.` and `-` alone"),
    ("x:a/b", "domain `x:a` has the port `a`; write a port in digits, or a tag behind the last `/`"),
    ("x:a b", "tag `a b` has ` `; use letters, digits, `_`, `.` and `-` alone"),
    ("x:a+b", "tag `a+b` has `+`; use letters, digits, `_`, `.` and `-` alone"),
    ("x:é", "tag `é` has `é` (U+00E9); use letters, digits, `_`, `.` and `-` alone"),
    ("x:latest@", "digest is empty; write `sha256:` and 64 hexadecimal digits"),
    ("x@", "digest is empty; write `sha256:` and 64 hexadecimal digits"),
    ("x@y", "digest `y` has no `:`; write `sha256:` and 64 hexadecimal digits"),
    ("x@sha256", "digest `sha256` has no `:`; write `sha256:` and 64 hexadecimal digits"),
    ("x@sha256:", "digest `sha256:` is too short: 0 digits; write all 64 hexadecimal digits of the sha256 hash"),
    ("x@sha256:abc", "digest `sha256:abc` is too short: 3 digits; write all 64 hexadecimal digits of the sha256 hash"),
    ("x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde", "digest `sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde` is too short: 63 digits; write all 64 hexadecimal digits of the sha256 hash"),
    (concat!("x@sha256:", hex64!(), "0"), concat!("digest `sha256:", hex64!(), "0` is too long: 65 digits; write all 64 hexadecimal digits of the sha256 hash")),
    ("x@sha256:0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF", concat!("digest `sha256:0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF` has upper-case digits; write `sha256:", hex64!(), "`")),
    (concat!("x@SHA256:", hex64!()), concat!("digest `SHA256:", hex64!(), "` has the algorithm `SHA256`; write `sha256`, `sha384` or `sha512`, in lower case")),
    ("x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg", "digest `sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg` has `g` in its hash; use `0` to `9` and `a` to `f` alone"),
    ("x@md5:0123456789abcdef0123456789abcdef", "digest `md5:0123456789abcdef0123456789abcdef` has the algorithm `md5`; write `sha256`, `sha384` or `sha512`, in lower case"),
    (concat!("x@sha256+b64:", hex64!()), concat!("digest `sha256+b64:", hex64!(), "` has the algorithm `sha256+b64`; write `sha256`, `sha384` or `sha512`, in lower case")),
    (concat!("x@:", hex64!()), concat!("digest `:", hex64!(), "` has the algorithm ``; write `sha256`, `sha384` or `sha512`, in lower case")),
    (concat!("x@sha256:", hex64!(), "@sha256:", hex64!()), concat!("digest `sha256:", hex64!(), "@sha256:", hex64!(), "` has `@` in its hash; use `0` to `9` and `a` to `f` alone")),
    (concat!("x@sha256:", hex64!(), ":1"), concat!("digest `sha256:", hex64!(), ":1` has `:` in its hash; use `0` to `9` and `a` to `f` alone")),
    (":", "repository name is empty; write one, such as `busybox`"),
    ("@", "repository name is empty; write one, such as `busybox`"),
    (":x", "repository name is empty; write one, such as `busybox`"),
    (concat!("@sha256:", hex64!()), "repository name is empty; write one, such as `busybox`"),
    ("café", "repository name `café` has `é` (U+00E9); use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("café/x", "repository name `café/x` has `é` (U+00E9); use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("\u{212a}/x", "repository name `\u{212a}/x` has `\u{212a}` (U+212A); use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("İ/x", "repository name `İ/x` has `İ` (U+0130); use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("é.com/x", "domain `é.com` has `é` (U+00E9); use letters, digits, `-` and `.` alone"),
    ("\u{202e}x", "repository name `\\u{202e}x` has `\\u{202e}` (U+202E); use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("x\u{2028}", "repository name `x\\u{2028}` has `\\u{2028}` (U+2028); use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("http://localhost/x", "reference `http://localhost/x` starts with `http://`; leave that out"),
    ("https://ghcr.io/o/r:1", "reference `https://ghcr.io/o/r:1` starts with `https://`; leave that out"),
    ("docker://busybox", "reference `docker://busybox` starts with `docker://`; leave that out"),
    ("http:/x", "domain `http:` ends with `:`; write a port behind it, or leave it out"),
    ("foo:bar/baz", "domain `foo:bar` has the port `bar`; write a port in digits, or a tag behind the last `/`"),
    ("foo:/x", "domain `foo:` ends with `:`; write a port behind it, or leave it out"),
    ("foo:80:80/x", "domain `foo:80:80` has the port `80:80`; write a port in digits, or a tag behind the last `/`"),
    ("foo:8o/x", "domain `foo:8o` has the port `8o`; write a port in digits, or a tag behind the last `/`"),
    ("-foo.com/x", "domain `-foo.com` has the label `-foo`; put a letter or a digit at both its ends"),
    ("foo-.com/x", "domain `foo-.com` has the label `foo-`; put a letter or a digit at both its ends"),
    ("foo..com/x", "domain `foo..com` has nothing before or after a `.` or `:`; write a host such as `example.com`"),
    (".foo/x", "domain `.foo` has nothing before or after a `.` or `:`; write a host such as `example.com`"),
    ("foo./x", "domain `foo.` has nothing before or after a `.` or `:`; write a host such as `example.com`"),
    ("a___b.c/x", "domain `a___b.c` has `_`; use letters, digits, `-` and `.` alone"),
    ("_a.b/x", "domain `_a.b` has `_`; use letters, digits, `-` and `.` alone"),
    ("user@host/x", "digest `host/x` has no `:`; write `sha256:` and 64 hexadecimal digits"),
    ("user@host.com/x", "domain `user@host.com` has `@`; use letters, digits, `-` and `.` alone"),
    ("a b.c/x", "domain `a b.c` has ` `; use letters, digits, `-` and `.` alone"),
    ("::1/x", "domain `::1` is an IPv6 address without brackets; write `[::1]`"),
    ("fe80::1/x", "domain `fe80::1` is an IPv6 address without brackets; write `[fe80::1]`"),
    ("[::1/x", "domain `[::1` does not close its `[`; write an IPv6 address as in `[::1]`"),
    ("[]/x", "repository name `[]/x` has `[`; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("[::1]x/y", "domain `[::1]x` has `x` behind its `]`; only `:` and a port go there"),
    ("[::1]:/y", "domain `[::1]:` ends with `:`; write a port behind it, or leave it out"),
    ("[::1]:a/y", "domain `[::1]:a` has the port `a`; write a port in digits, or a tag behind the last `/`"),
    ("[::1%eth0]/x", "domain `[::1%eth0]` has `%` in its IPv6 address; use hexadecimal digits and `:` alone"),
    ("[::ffff:1.2.3.4]/x", "domain `[::ffff:1.2.3.4]` has `.` in its IPv6 address; use hexadecimal digits and `:` alone"),
    ("[abc]/x", "repository name `[abc]/x` has `[`; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("[g::]/x", "domain `[g::]` has `g` in its IPv6 address; use hexadecimal digits and `:` alone"),
    ("[::1]", "repository name `[` has `[`; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("x\0", "repository name `x\\0` has `\\0`; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("x:\0", "tag `\\0` has `\\0`; use letters, digits, `_`, `.` and `-` alone"),
    ("x:\u{200b}", "tag `\\u{200b}` has `\\u{200b}` (U+200B); use letters, digits, `_`, `.` and `-` alone"),
    ("\"x\"", "repository name `\\\"x\\\"` has `\\\"`; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("x'y", "repository name `x'y` has `'`; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("x`y", "repository name `x`y` has ```; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("Foo", "repository name `Foo` has upper-case letters; write `foo`"),
    ("A/", "repository name is empty; write one, such as `busybox`"),
    ("a:b/", "domain `a:b` has the port `b`; write a port in digits, or a tag behind the last `/`"),
    ("localhost:", "tag is empty; write one behind the `:`, or leave the `:` out"),
    ("localhost:/x", "domain `localhost:` ends with `:`; write a port behind it, or leave it out"),
    ("$x", "repository name `$x` has `$`; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("x:${tag}", "tag `${tag}` has `$`; use letters, digits, `_`, `.` and `-` alone"),
    ("<none>", "repository name `<none>` has `<`; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("<none>:<none>", "repository name `<none>` has `<`; use lower-case letters, digits, `.`, `_`, `-` and `/` alone"),
    ("scratch:*", "tag `*` has `*`; use letters, digits, `_`, `.` and `-` alone"),
];

#[test]
fn accepted_references_have_these_parts() {
    for &(text, domain, path, tag, digest) in ACCEPTED {
        let reference = Reference::parse(text).unwrap_or_else(|invalid| panic!("{text:?}: {invalid}"));
        let parts =
            (reference.domain(), reference.path(), reference.tag(), reference.digest().map(Digest::as_str));
        assert_eq!(parts, (domain, path, tag, digest), "{text:?}");
    }
}

#[test]
fn refused_references_say_why() {
    for &(text, error) in REFUSED {
        let found = Reference::parse(text).map_err(|invalid| invalid.to_string());
        assert_eq!(found, Err(error.to_owned()), "{text:?}");
        assert_is_one_line_with_a_cure(text, error);
    }
}

#[test]
fn an_error_names_the_part() {
    for (text, part) in [
        ("", "reference"),
        ("http://x", "reference"),
        ("-.com/x", "domain"),
        ("Foo", "repository name"),
        (hex64!(), "repository name"),
        ("x:", "tag"),
        ("x@", "digest"),
        // From left to right: the first wrong part is named.
        ("-.com/X:-@", "domain"),
        ("a.com/X:-@", "repository name"),
        ("a.com/x:-@", "tag"),
        ("a.com/x:y@", "digest"),
    ] {
        assert_eq!(Reference::parse(text).unwrap_err().part(), part, "{text:?}");
    }
}

#[test]
fn the_full_form_is_the_same_reference() {
    for &(text, domain, path, tag, digest) in ACCEPTED {
        let name = if domain.is_empty() { path.to_owned() } else { format!("{domain}/{path}") };
        let tag = tag.map(|tag| format!(":{tag}")).unwrap_or_default();
        let digest = digest.map(|digest| format!("@{digest}")).unwrap_or_default();
        let reference: Reference = text.parse().unwrap();
        assert_eq!(reference.name(), name, "{text:?}");
        assert_eq!(reference.to_string(), format!("{name}{tag}{digest}"), "{text:?}");
        assert_eq!(Reference::parse(&reference.to_string()), Ok(reference), "{text:?}");
    }
}

/// Text, short form. Measured with `FamiliarString`, but for those that come back whole.
#[rustfmt::skip]
const FAMILIAR: &[(&str, &str)] = &[
    ("docker.io/library/busybox:latest", "busybox:latest"),
    ("index.docker.io/busybox", "busybox"),
    ("busybox", "busybox"),
    ("library/library", "library"),
    ("docker.io/me/app:1", "me/app:1"),
    ("library/me/app", "library/me/app"),
    ("librarian/app", "librarian/app"),
    (concat!("docker.io/library/x@sha256:", hex64!()), concat!("x@sha256:", hex64!())),
    (concat!("docker.io/me/x:1@sha256:", hex64!()), concat!("me/x:1@sha256:", hex64!())),
    ("docker.io/library/localhost:5000", "localhost:5000"),
    ("docker.io/library/docker.io", "docker.io"),
    ("docker.io/local/x", "local/x"),
    // Other hosts are never left out.
    ("ghcr.io/library/busybox:1", "ghcr.io/library/busybox:1"),
    ("docker.io:443/library/busybox", "docker.io:443/library/busybox"),
    ("DOCKER.IO/library/busybox", "DOCKER.IO/library/busybox"),
    ("localhost/x", "localhost/x"),
    ("[::1]:5000/x:1", "[::1]:5000/x:1"),
    ("a_b.c/x", "a_b.c/x"),
    // Short, the first component would be the host ...
    ("docker.io/localhost/x:1", "docker.io/localhost/x:1"),
    ("docker.io/ghcr.io/me/app", "docker.io/ghcr.io/me/app"),
    ("docker.io/docker.io/x", "docker.io/docker.io/x"),
    ("docker.io/a_b.c/x", "docker.io/a_b.c/x"),
    ("docker.io/library.x/y", "docker.io/library.x/y"),
    // ... and this an image's ID, which it is not with a tag or a digest.
    (concat!("library/", hex64!()), concat!("docker.io/library/", hex64!())),
    (concat!("library/", hex64!(), ":1"), concat!(hex64!(), ":1")),
    (concat!("library/", hex64!(), "@sha256:", hex64!()), concat!(hex64!(), "@sha256:", hex64!())),
    (concat!("me/", hex64!()), concat!("me/", hex64!())),
];

#[test]
fn the_familiar_form_is_short_on_docker_hub() {
    for &(text, familiar) in FAMILIAR {
        assert_eq!(Reference::parse(text).unwrap().familiar(), familiar, "{text:?}");
    }
}

#[test]
fn the_familiar_form_is_the_same_reference() {
    for text in ACCEPTED.iter().map(|it| it.0).chain(FAMILIAR.iter().map(|it| it.0)) {
        let reference = Reference::parse(text).unwrap();
        assert_eq!(Reference::parse(&reference.familiar()), Ok(reference), "{text:?}");
    }
}

#[test]
fn latest_is_added_where_there_is_neither_tag_nor_digest() {
    for &(text, _, _, tag, digest) in ACCEPTED {
        let reference = Reference::parse(text).unwrap();
        let expected = match (tag, digest) {
            (None, None) => format!("{reference}:latest"),
            _ => reference.to_string(),
        };
        assert_eq!(reference.or_latest().to_string(), expected, "{text:?}");
    }
}

#[test]
fn a_tag_has_at_most_128_bytes() {
    let longest = format!("x:{}", "t".repeat(128));
    assert_eq!(Reference::parse(&longest).unwrap().to_string(), format!("docker.io/library/{longest}"));

    let invalid = Reference::parse(&format!("{longest}t")).unwrap_err();
    let error = format!("tag `{}` is 129 bytes long; shorten it to 128", "t".repeat(129));
    assert_eq!((invalid.part(), invalid.to_string()), ("tag", error));
}

#[test]
fn a_name_has_at_most_255_bytes_without_its_domain_but_with_its_library() {
    for (before, fits) in [
        ("", 247),
        ("library/", 247),
        ("docker.io/", 247),
        ("index.docker.io/", 247),
        ("example.com/", 255),
        ("example.com/a/", 253),
        ("localhost/", 255),
        // Its domain is empty, so all of it is the name.
        ("a_b.c/", 249),
    ] {
        let longest = Reference::parse(&format!("{before}{}", "l".repeat(fits))).unwrap();
        assert_eq!(longest.path().len(), 255, "{before}");

        let invalid = Reference::parse(&format!("{before}{}", "l".repeat(fits + 1))).unwrap_err();
        let path = format!("{}l", longest.path());
        assert_eq!(
            invalid.to_string(),
            format!("repository name `{path}` is 256 bytes long; shorten it to 255"),
            "{before}"
        );
    }
}

#[test]
fn a_domain_may_be_of_any_length() {
    let domain = format!("{}.com:{}", "d".repeat(300), "1".repeat(300));
    assert_eq!(Reference::parse(&format!("{domain}/x")).unwrap().domain(), domain);
}

#[test]
fn no_string_panics_and_what_is_accepted_can_be_read_again() {
    for text in odd_strings(50_000) {
        match Reference::parse(&text) {
            Ok(reference) => {
                assert_eq!(Reference::parse(&reference.familiar()).as_ref(), Ok(&reference), "{text:?}");
                assert_eq!(Reference::parse(&reference.to_string()), Ok(reference), "{text:?}");
            }
            Err(invalid) => assert_is_one_line_with_a_cure(&text, &invalid.to_string()),
        }
    }
}
