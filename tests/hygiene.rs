//! A declaration works in every place where an expression works, whatever names are in scope.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

/// Names of the prelude, shadowed by something else, in a module that has no prelude.
#[allow(dead_code, reason = "they are only there to be in the way")]
mod without_a_prelude {
    #![no_implicit_prelude]

    pub(super) struct Vec;
    pub(super) struct String;
    pub(super) struct Result;
    pub(super) struct Ok;
    pub(super) struct Option;
    pub(super) struct Some;
    pub(super) struct Box;
    pub(super) trait Into {}
    pub(super) trait Default {}
    pub(super) trait IntoIterator {}
    pub(super) trait Iterator {}
    pub(super) mod std {}
    pub(super) mod core {}
    pub(super) mod oci_fixture {}

    pub(super) fn fixture(text: &str) -> ::oci_fixture::Fixture {
        ::oci_fixture::oci_image! {
            index "app:1" {
                annotations: { "a": text, (text): 5 }
                #[flip = 0] #[append = text] blob "text/plain" => text,
                #[unlisted] manifest { merge: { "a": text, "b": [null] }, layer { eof: 0, entry { name: text, pax: { "a": text } } } }
                linux/arm/v7 {
                    config { env: ["A=1"], cmd: [text], labels: { "a": "b" }, user: "root" }
                    layer {
                        "etc/",
                        #[mode = 0o600] #[uid = 1] #[gid = 1 + 1] #[mtime = -1] "etc/name" => text,
                        for number in [1, 2] {
                            if number == 1 { (text) => "1" } else { "2" => b"2" }
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn nothing_needs_the_prelude() {
    let layout = without_a_prelude::fixture("text").tempdir().unwrap();
    let node = layout.platform("linux/arm/v7").unwrap();
    assert_eq!(paths(&node.layers().unwrap()[0].bytes().unwrap()), ["etc/", "etc/name", "text", "2"]);
}

/// Locals of the names that the expansion uses are still the user's.
#[test]
fn locals_of_any_name_are_the_users() {
    let (node, part, value, list, fixture) = ("node", "part", "value", "list", "fixture");
    let (mode, reference, platform) = (0o600, "reference:1", "linux/arm64");
    let declared = oci_fixture::oci_image! {
        manifest (reference) (platform) {
            annotations: { (node): part, (value): list }
            #[mode = mode] (fixture) => value,
            (node) => part,
        }
    };
    let layout = declared.tempdir().unwrap();
    let node = layout.reference(reference).unwrap();
    let annotations = node.manifest().unwrap().annotations().clone().unwrap();
    let mut annotations: Vec<_> = annotations.into_iter().collect();
    annotations.sort();
    assert_eq!(annotations, [("node".into(), "part".into()), ("value".into(), "list".into())]);
    assert_eq!(paths(&node.layers().unwrap()[0].bytes().unwrap()), ["fixture", "node"]);
    assert_eq!((part, list), ("part", "list"));
}

mod expressions {
    use std::future::Future;
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Wake, Waker};

    use oci_fixture::{Fixture, ToContent, ToText, oci_image};

    #[test]
    fn a_question_mark_leaves_the_function() {
        fn declare(number: &str) -> Result<Fixture, std::num::ParseIntError> {
            Ok(oci_image! {
                linux/amd64 {
                    config { user: number.parse::<u32>()? }
                    layer { "a" => number.parse::<u32>()?.to_string() }
                }
            })
        }
        assert!(declare("7").is_ok());
        assert_eq!(declare("x").unwrap_err().to_string(), "invalid digit found in string");
    }

    #[test]
    fn return_break_and_continue_leave_what_they_leave_in_rust() {
        fn declare(names: &[Option<&str>]) -> Option<Fixture> {
            Some(oci_image! {
                linux/amd64 {
                    for name in names {
                        (match name {
                            None => continue,
                            Some("break") => break,
                            Some("return") => return None,
                            Some(name) => name,
                        }) => "content"
                    }
                }
            })
        }
        let paths = |names: &[Option<&str>]| {
            let layout = declare(names)?.tempdir().unwrap();
            let layers = layout.platform("linux/amd64").unwrap().layers().unwrap();
            Some(super::paths(&layers[0].bytes().unwrap()))
        };
        assert_eq!(paths(&[Some("a"), None, Some("b")]).unwrap(), ["a", "b"]);
        assert_eq!(paths(&[Some("a"), Some("break"), Some("b")]).unwrap(), ["a"]);
        assert_eq!(paths(&[Some("a"), Some("return")]), None);
    }

    #[test]
    fn awaiting_keeps_the_future_send() {
        async fn fetch(text: &str) -> String {
            std::future::ready(text.to_owned()).await
        }
        async fn declare(text: &str) -> Fixture {
            oci_image! {
                index (fetch("app:1").await) {
                    linux/amd64 {
                        config { user: fetch(text).await }
                        layer { (fetch(text).await) => fetch("content").await }
                    }
                }
            }
        }
        fn run<T>(future: impl Future<Output = T> + Send) -> T {
            struct Nobody;
            impl Wake for Nobody {
                fn wake(self: Arc<Self>) {}
            }
            let waker = Waker::from(Arc::new(Nobody));
            match pin!(future).poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(value) => value,
                Poll::Pending => unreachable!("nothing here waits"),
            }
        }
        let layout = run(declare("name")).tempdir().unwrap();
        assert_eq!(layout.platform("linux/amd64").unwrap().layers().unwrap().len(), 1);
    }

    #[test]
    fn values_are_borrowed_moved_and_opaque() {
        fn text() -> impl ToText {
            "opaque"
        }
        fn declare(content: impl ToContent) -> Fixture {
            let borrowed = String::from("borrowed");
            let moved = vec![1, 2, 3];
            let names = ["x", "y"].into_iter().map(|name| format!("{name}/"));
            let fixture = oci_image! {
                linux/amd64 {
                    (&borrowed) => &borrowed,
                    "moved" => moved,
                    (text()) => content,
                    for name in names { (name) }
                }
            };
            assert_eq!(borrowed, "borrowed");
            fixture
        }
        let layout = declare(*b"bytes").tempdir().unwrap();
        let layers = layout.platform("linux/amd64").unwrap().layers().unwrap();
        assert_eq!(super::paths(&layers[0].bytes().unwrap()), ["borrowed", "moved", "opaque", "x/", "y/"]);
    }

    /// Expressions are evaluated in the order in which they stand, and once.
    #[test]
    fn expressions_are_evaluated_once_in_source_order() {
        let seen = std::cell::RefCell::new(Vec::new());
        let see = |name: &'static str| {
            seen.borrow_mut().push(name);
            name
        };
        let number = |name| u32::try_from(see(name).len()).unwrap();
        let _ = oci_image! {
            #[append = see("fault")] blob (see("media type")) => see("content"),
            #[replace = see("fault")]
            index (see("reference")) {
                annotations: { (see("key")): see("value") }
                ({ see("platform"); "linux/amd64" }) {
                    config { env: [see("env")] }
                    layer {
                        #[mode = number("mode")] (see("path")) => see("content"),
                        if see("if") == "if" { (see("then")) => "" } else { (see("else")) => "" }
                    }
                }
            }
        };
        let order = [
            "fault",
            "media type",
            "content",
            "fault",
            "reference",
            "key",
            "value",
            "platform",
            "env",
            "mode",
            "path",
            "content",
            "if",
            "then",
        ];
        assert_eq!(*seen.borrow(), order);
    }
}

mod macros_of_others {
    /// A user's own macro passes its fragments on.
    macro_rules! image {
        ($reference:literal, $path:expr, $content:expr, $os:ident / $arch:ident, $mode:literal, $key:literal : $value:expr) => {
            oci_fixture::oci_image! {
                index $reference {
                    annotations: { $key: $value }
                    $os/$arch {
                        #[mode = $mode] $path => $content,
                        "literal" => $key
                    }
                }
            }
        };
    }

    /// The same holds for faults.
    macro_rules! faulty {
        ($flip:literal, $bytes:expr, $size:literal, $name:literal, $flag:literal) => {
            oci_fixture::oci_image! {
                manifest "app:1" {
                    descriptor: { size: $size, data: $flag }
                    merge: { "size": $size, $name: $bytes }
                    #[flip = $flip] #[append = $bytes]
                    layer { entry { name: $name, mtime: $flip, linkname: $bytes, pax: { $name: $bytes } } }
                }
            }
        };
    }

    #[test]
    fn faults_pass_through_a_users_own_macro() {
        let passed = faulty!(-1, String::from("end"), -5, "name", true);
        let written = oci_fixture::oci_image! {
            manifest "app:1" {
                descriptor: { size: -5, data: true }
                merge: { "size": -5, "name": "end" }
                #[flip = -1] #[append = "end"]
                layer { entry { name: "name", mtime: -1, linkname: "end", pax: { "name": "end" } } }
            }
        };
        let archive = |fixture: oci_fixture::Fixture| fixture.write_archive(Vec::new()).unwrap();
        assert!(archive(passed) == archive(written));
    }

    #[test]
    fn fragments_pass_through_a_users_own_macro() {
        let name = "name";
        let fixture =
            image!("app:1", name.to_owned() + "d", name.len().to_string(), linux / arm64, 0o600, "key": name);
        let layout = fixture.tempdir().unwrap();
        let node = layout.reference("app:1").unwrap().platform("linux/arm64").unwrap();
        assert_eq!(super::paths(&node.layers().unwrap()[0].bytes().unwrap()), ["named", "literal"]);
    }

    #[test]
    fn a_renamed_dependency_works() {
        let layout = oci_fixture_test_renamed::fixture().tempdir().unwrap();
        assert_eq!(layout.platform("linux/386").unwrap().layers().unwrap().len(), 1);
    }
}

#[test]
fn ten_thousand_entries_are_declared_in_a_test_thread() {
    let layout = oci_fixture_test_large::fixture().tempdir().unwrap();
    let layers = layout.platform("linux/amd64").unwrap().layers().unwrap();
    let paths = paths(&layers[0].bytes().unwrap());
    assert_eq!((paths.len(), &*paths[9_999]), (10_000, "file9999"));
}

fn paths(layer: &[u8]) -> Vec<String> {
    let mut archive = tar::Archive::new(layer);
    let entries = archive.entries().unwrap();
    entries.map(|entry| String::from_utf8(entry.unwrap().path_bytes().into_owned()).unwrap()).collect()
}
