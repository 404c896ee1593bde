//! Parts that are made at run time: `for`, `if` and `..`, in every place that holds items.
use std::collections::BTreeMap;
use std::num::ParseIntError;

use oci_fixture::{
    Blob, Entry, Fixture, History, Index, Layer, Manifest, Node, Platform, TempDir, oci_image,
};
use oci_fixture_test_support::names;

/// Every form in every place, nested.
fn everywhere(numbers: &[&str], large: bool, name: Option<&str>) -> Result<Fixture, ParseIntError> {
    Ok(oci_image! {
        if large {
            index "large" {
                if let Some(name) = name && name != "none" {
                    annotations: { "name": name }
                    descriptor: { if large { urls: ["https://example.com"] } }
                } else if name.is_none() {
                    artifact_type: "a/none"
                } else {
                    artifact_type: "a/b"
                }
                for (place, number) in numbers.iter().enumerate() {
                    if place % 2 == 0 {
                        (format!("linux/arm/v{}", number.parse::<u8>()?)) {
                            config {
                                if let Some(name) = name { user: name, env: [format!("USER={name}")] } else { user: place }
                                if large && let Ok(number) = number.parse::<u64>() { cmd: [number] }
                            }
                            for layer in 0..=place {
                                layer {
                                    if layer == 0 { "first" => *number } else if layer > 1 { "last/" }
                                    for letter in ['x', 'y'] { (letter) => number.parse::<u8>()?.to_string() }
                                    ..numbers.iter().map(|number| (format!("spliced{number}"), *number))
                                }
                            }
                        }
                    } else {
                        index { ..[Manifest::new().platform(Platform::new("linux", number))] }
                    }
                }
            }
        } else {
            linux/amd64 {
                for number in numbers { (number) => "" }
                if let Some(name) = name { (name) -> "target" }
                ..(["c", "d"]).map(Entry::fifo)
            }
        }
        ..numbers.iter().map(|number| Manifest::new().reference(format!("spliced:{number}")))
    })
}

#[test]
fn every_form_works_in_every_place() {
    let layout = everywhere(&["1", "2", "3"], true, Some("alice")).unwrap().tempdir().unwrap();
    let index = layout.reference("large").unwrap();
    assert_eq!(index.descriptor().urls().clone().unwrap(), ["https://example.com"]);
    assert_eq!(index.index().unwrap().annotations().clone().unwrap()["name"], "alice");
    let first = index.platform("linux/arm/v1").unwrap();
    let run = first.config().unwrap().config().clone().unwrap();
    assert_eq!(run.user().clone().unwrap(), "alice");
    assert_eq!(run.env().clone().unwrap(), ["USER=alice"]);
    assert_eq!(run.cmd().clone().unwrap(), ["1"]);
    assert_eq!(layers(&first), [["first", "x", "y", "spliced1", "spliced2", "spliced3"]]);
    let spliced = ["x", "y", "spliced1", "spliced2", "spliced3"];
    let third = layers(&index.platform("linux/arm/v3").unwrap());
    assert_eq!(third[1], spliced);
    assert_eq!(third[2], [&["last/"][..], &spliced].concat());
    assert_eq!(layers(&index.platform("linux/2").unwrap()), Vec::<Vec<String>>::new());
    for number in 1..=3 {
        layout.reference(&format!("spliced:{number}")).unwrap();
    }

    let layout = everywhere(&["1"], true, None).unwrap().tempdir().unwrap();
    let index = layout.reference("large").unwrap();
    assert_eq!(index.index().unwrap().artifact_type().clone().unwrap().to_string(), "a/none");
    let run = index.platform("linux/arm/v1").unwrap().config().unwrap().config().clone().unwrap();
    assert_eq!(run.user().clone().unwrap(), "0");

    let layout = everywhere(&["1", "2"], false, Some("link")).unwrap().tempdir().unwrap();
    let amd64 = &layout.nodes().unwrap()[0];
    assert_eq!(layers(amd64), [["1", "2", "link", "c", "d"]]);

    assert!(everywhere(&["one"], true, None).is_err());
}

/// The iterator yields parts of any type that is allowed, owned or borrowed.
#[test]
fn parts_are_spliced_from_iterators_of_every_kind() {
    let sorted: BTreeMap<&str, String> = [("b", "2".to_owned()), ("a", "1".to_owned())].into();
    let slice: &[(&str, &str)] = &[("c", "3"), ("d", "4")];
    let entries = vec![Entry::directory("e/"), Entry::symlink("f", "e")];
    let base = [Layer::new().with(("g", ""))];
    let manifests = vec![Manifest::new().platform("linux/amd64"), Manifest::new().platform("linux/arm64")];
    let indexes = Some(Index::new().with(Manifest::new().platform("linux/s390x")));
    let declared = oci_image! {
        index "app:1" {
            ..&manifests,
            ..indexes,
            linux/riscv64 {
                layer { ..&sorted, ..slice, ..slice.iter().map(|(path, content)| (format!("x{path}"), content)) }
                layer { ..&entries }
                layer { ..entries, ..sorted }
                ..&base,
                ..[Blob::new("a/b", "c")],
                ..base
            }
            linux/ppc64le { ..slice, ..[("h", b"5")] }
        }
    };
    let layout = declared.tempdir().unwrap();
    let index = layout.reference("app:1").unwrap();
    assert_eq!(index.children().unwrap()[..2].len(), manifests.len());
    index.platform("linux/s390x").unwrap();
    let riscv = index.platform("linux/riscv64").unwrap().layers().unwrap();
    let riscv: Vec<_> = [0, 1, 2, 3, 5].map(|layer| names(&*riscv[layer].bytes().unwrap())).into();
    let expected: [&[&str]; 5] =
        [&["a", "b", "c", "d", "xc", "xd"], &["e/", "f"], &["e/", "f", "a", "b"], &["g"], &["g"]];
    assert_eq!(riscv, expected);
    assert_eq!(layers(&index.platform("linux/ppc64le").unwrap()), [["c", "d", "h"]]);
}

/// `json` is an ordinary name if the next token continues an expression.
#[test]
fn json_is_a_name_of_the_users_too() {
    mod json {
        pub(super) fn x() -> &'static str {
            "function"
        }
    }
    macro_rules! json {
        ($value:expr) => {
            concat!("macro ", $value)
        };
    }
    macro_rules! passed_on {
        ($content:expr) => {
            oci_image! { linux/amd64 { blob "a/b" => $content, blob "a/c" { content: $content } } }
        };
    }
    let json = String::from("variable");
    let declared = oci_image! {
        linux/amd64 {
            blob "a/1" => &json,
            blob "a/2" => json.clone(),
            blob "a/3" => json!("x"),
            blob "a/4" => json::x(),
            blob "a/5" { content: json.clone() + "!" }
            blob "a/6" => json [1, -2, 1e3, null, true, json.len(), &json, { "a": &json }],
            blob "a/7" => json &json,
            blob "a/8" => json (json.len()),
            blob "a/9" => json,
        }
    };
    let expected = [
        "variable",
        "variable",
        "macro x",
        "function",
        "variable!",
        r#"[1,-2,1e3,null,true,8,"variable",{"a":"variable"}]"#,
        r#""variable""#,
        "8",
        "variable",
    ];
    assert_eq!(contents(&declared), expected);
    let json = ["list"];
    assert_eq!(contents(&passed_on!(json[0])), ["list", "list"]);
}

/// A fragment that the user's own macro passes on is accepted wherever an expression or a literal is.
#[test]
fn fragments_are_accepted_in_every_position() {
    macro_rules! declared {
        ($reference:expr, $platform:expr, $text:expr, $number:literal, $encoder:expr, $flag:expr, $parts:expr,
            $history:expr, $major:expr, $string:literal, $label:lifetime, $condition:expr, $values:expr,
            $pattern:pat, $type:expr, $size:expr) => {
            oci_image! {
                $label: manifest $reference $platform {
                    annotations: { $text: $number, $string: $text }
                    descriptor: { platform: $platform, data: $flag, annotations: { "a": $text } }
                    config { cmd: [$text, $number, -$number], user: $number, history: [$history, { }], os_version: $string }
                    layer $encoder {
                        #[mode = $major] #[xattr($string, $text)] $text => $text,
                        char "char" ($major, $number),
                        $string -> $text,
                        hardlink "hard" -> $string,
                        whiteout "white",
                        ..$parts
                    }
                    blob $type => json [$text, $number, -$number, $values, { $text: $flag }],
                    for $pattern in $values { if $condition { layer { "last" => $text } } }
                }
                dangling { media_type: $type, digest: $label.digest, size: $size, platform: $platform }
                tag $string + $label.hex => $label
            }
        };
    }
    let (platform, text, major) = ("linux/arm64", String::from("text"), 0o600);
    let fixture = declared!(
        "app:1",
        platform,
        &text,
        7,
        oci_fixture::Gzip::stored(),
        platform.len() > 1,
        [("spliced", "")],
        History::new().comment(&text),
        major,
        "string",
        'image,
        *value > 1,
        &[1, 2],
        value,
        "a/b",
        5
    );
    let layout = fixture.tempdir().unwrap();
    let image = layout.reference("app:1").unwrap();
    assert_eq!(image.digest(), layout.label("image").unwrap().digest());
    let manifest = image.manifest().unwrap();
    let annotations: BTreeMap<_, _> = manifest.annotations().clone().unwrap().into_iter().collect();
    assert_eq!(annotations, [("text".into(), "7".into()), ("string".into(), "text".into())].into());
    assert_eq!(image.descriptor().platform().clone().unwrap().architecture().to_string(), "arm64");
    let config = image.config().unwrap();
    assert_eq!(config.config().clone().unwrap().cmd().clone().unwrap(), ["text", "7", "-7"]);
    assert_eq!(config.history().clone().unwrap()[0].comment().clone().unwrap(), "text");
    let layers = image.layers().unwrap();
    assert_eq!(layers.len(), 3);
    assert_eq!(layers[0].media_type(), "application/vnd.oci.image.layer.v1.tar+gzip");
    assert_eq!(*layers[1].bytes().unwrap(), *br#"["text",7,-7,[1,2],{"text":true}]"#);
    assert_eq!(names(&*layers[2].bytes().unwrap()), ["last"]);
    let hex = image.digest().as_str().trim_start_matches("sha256:");
    assert_eq!(layout.reference(&format!("string{hex}")).unwrap().digest(), image.digest());
}

fn contents(fixture: &Fixture) -> Vec<String> {
    let layout = fixture.tempdir().unwrap();
    let layers = layout.platform("linux/amd64").unwrap().layers().unwrap();
    layers.iter().map(|layer| String::from_utf8(layer.bytes().unwrap().into_owned()).unwrap()).collect()
}

fn layers(node: &Node<'_, TempDir>) -> Vec<Vec<String>> {
    node.layers().unwrap().iter().map(|layer| names(&*layer.bytes().unwrap())).collect()
}

#[test]
fn a_struct_literal_is_spliced() {
    struct Files {
        count: u32,
    }
    impl IntoIterator for Files {
        type Item = (String, &'static str);
        type IntoIter = Box<dyn Iterator<Item = Self::Item>>;
        fn into_iter(self) -> Self::IntoIter {
            Box::new((0..self.count).map(|number| (format!("file{number}"), "content")))
        }
    }
    let layout = oci_image! { linux/amd64 { ..Files { count: 3 } } }.in_memory().unwrap();
    assert_eq!(layout.platform("linux/amd64").unwrap().layers().unwrap()[0].size(), 3 * 1024 + 1024);
}
