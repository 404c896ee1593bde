//! The limits of reading.

use std::fmt::Write as _;
use std::fs;

use oci_fixture::{
    Blob, Descriptor, Digest, Entry, Fixture, Index, Label, Layer, Layout, Limits, Manifest, Store,
    verify_with,
};

use crate::tarball::{Member, Tarball};
use crate::{digest, image, lines, with_index_json};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";

fn found<S: Store>(layout: &Layout<S>, limits: &Limits) -> Vec<String> {
    lines(&layout.verify_with(limits))
}

/// The findings about a fixture within other limits.
fn within(fixture: &Fixture, change: impl FnOnce(&mut Limits)) -> Vec<String> {
    let mut limits = Limits::default();
    change(&mut limits);
    found(&fixture.in_memory().unwrap(), &limits)
}

/// The findings about an index.json.
fn of_index_json(text: impl AsRef<[u8]>, limits: &Limits) -> Vec<String> {
    lines(&verify_with(with_index_json(text).path(), limits).unwrap())
}

fn one_image() -> Fixture {
    Fixture::new().with(image())
}

#[test]
fn documents_are_no_larger_than_they_may_be() {
    let layout = one_image().in_memory().unwrap();
    let manifest = layout.nodes().unwrap()[0].size();
    assert_eq!(within(&one_image(), |limits| limits.document = manifest), [""; 0]);
    assert_eq!(
        within(&one_image(), |limits| limits.document = manifest - 1),
        [format!(
            "index.json > manifests[0]: it is larger than {} bytes, and so not judged (`Limits::document`)",
            manifest - 1
        )]
    );
    assert_eq!(
        within(&one_image(), |limits| limits.document = 40),
        ["index.json: it is larger than 40 bytes, and so not judged (`Limits::document`)"]
    );
    assert_eq!(
        within(&one_image(), |limits| limits.documents = 300),
        ["index.json > manifests[0]: 300 bytes of documents were read, and the rest is not judged \
             (`Limits::documents`)"]
    );
}

#[test]
fn a_blob_of_another_media_type_does_not_count_as_a_document() {
    let blob = Label::new("blob", Blob::new("application/json", format!("[{}1]", "1,".repeat(1000))));
    let fixture = (0..10).fold(Fixture::new(), |fixture, _| fixture.with(&blob));
    assert_eq!(within(&fixture, |limits| limits.documents = 4000), [""; 0]);
}

#[test]
fn blobs_are_no_larger_than_they_may_be() {
    let layer = "index.json > manifests[0] > layers[0]";
    assert_eq!(within(&one_image(), |limits| limits.blob = 2048), [""; 0]);
    assert_eq!(
        within(&one_image(), |limits| limits.blob = 2047),
        [format!("{layer}: it is larger than 2047 bytes, and so not read (`Limits::blob`)")]
    );
}

#[test]
fn layers_have_no_more_bytes_and_entries_than_they_may_have() {
    let layer = "index.json > manifests[0] > layers[0]";
    assert_eq!(within(&one_image(), |limits| limits.layer = 2048), [""; 0]);
    assert_eq!(
        within(&one_image(), |limits| limits.layer = 2047),
        [format!(
            "{layer}: it has more than 2047 bytes when it is decompressed, and the rest is not judged \
             (`Limits::layer`)"
        )]
    );
    let layer_of = |layer: Layer| Fixture::new().with(Manifest::new().with(layer));
    let three = layer_of(Layer::new().with(("a", "")).with(("b", "")).with(("c", "")));
    assert_eq!(within(&three, |limits| limits.entries = 3), [""; 0]);
    let entries = |most: u64| {
        [format!("{layer}: it has more than {most} entries, and the rest is not judged (`Limits::entries`)")]
    };
    assert_eq!(within(&three, |limits| limits.entries = 2), entries(2));
    // Directories that a path leads through count, too.
    let deep = layer_of(Layer::new().with(("a/b/c/d/e", "")).with(("f", "")));
    assert_eq!(within(&deep, |limits| limits.entries = 4), entries(4));
}

#[test]
fn headers_that_extend_an_entry_are_no_larger_than_they_may_be() {
    let layer = "index.json > manifests[0] > layers[0]";
    let of = |members: &[Member]| {
        let tar = members.iter().cloned().fold(Tarball::default(), Tarball::with);
        let tar = tar.with(Member::file("../x")).end();
        let blob = Blob::new("application/vnd.oci.image.layer.v1.tar", &tar).diff_id(digest(&tar));
        Fixture::new().with(Manifest::new().with(blob))
    };
    let judged = [format!("{layer} > \"../x\": the path leads out of the root")];
    let exceeded = |most: u64| {
        [format!(
            "{layer}: a header that extends an entry, or the global headers together, have more than {most} bytes, and \
             the rest is not judged (`Limits::pax`)"
        )]
    };
    // Each header has a record of 15 bytes.
    let global = || Member::pax(b'g', &[("comment", "abc")]);
    let own = || Member::pax(b'x', &[("comment", "abc")]);
    for members in [vec![own()], vec![global()]] {
        assert_eq!(within(&of(&members), |limits| limits.pax = 15), judged);
        assert_eq!(within(&of(&members), |limits| limits.pax = 14), exceeded(14));
    }
    // The blocks of all global headers count together.
    let two = of(&[global(), global()]);
    assert_eq!(within(&two, |limits| limits.pax = 15 + 512 + 15), judged);
    assert_eq!(within(&two, |limits| limits.pax = 15 + 512 + 14), exceeded(541));
    let long = |size: usize| of(&[Member::pax(b'x', &[("comment", &"a".repeat(size - 16))])]);
    assert_eq!(within(&long(1 << 20), |_| {}).len(), 1);
    assert_eq!(within(&long((1 << 20) + 1), |_| {}), exceeded(1 << 20));
}

#[test]
fn indexes_are_nested_no_deeper_than_they_may_be() {
    // These are the deepest indexes that can be declared.
    let deepest = |depth: usize| (0..depth).fold(Index::new(), |index, _| Index::new().with(index));
    assert_eq!(within(&Fixture::new().with(deepest(255)), |_| {}), [""; 0]);
    assert_eq!(
        within(&Fixture::new().with(deepest(3)), |limits| limits.nesting = 2),
        ["index.json > manifests[0] > manifests[0] > manifests[0]: it stands below 2 documents, \
             and is not judged (`Limits::nesting`)"]
    );
}

#[test]
fn a_diamond_that_doubles_thirty_times_is_visited_once() {
    let mut below = Label::new("0", Index::new().with(Blob::new("a/b", "bottom").append("!")));
    for number in 1..=30 {
        let index = Index::new().with(&below).with(&below);
        below = Label::new(&number.to_string(), index);
    }
    let place = format!("index.json{}", " > manifests[0]".repeat(32));
    let [bottom, wrong] = [digest("bottom"), digest("bottom!")];
    assert_eq!(
        within(&Fixture::new().with(&below), |_| {}),
        [format!("{place}: the content is {wrong} of 7 bytes, but the descriptor says {bottom} of 6 bytes")]
    );
}

#[test]
fn a_million_descriptors_end_soon() {
    let repeated = |item: &str, times: usize| {
        let items = vec![item; times].join(",");
        format!(r#"{{"schemaVersion": 2, "manifests": [{items}]}}"#)
    };
    let missing = [
        "index.json > manifests[0]: there is no `mediaType`, which a descriptor must have",
        "index.json > manifests[0]: there is no `digest`, which a descriptor must have",
        "index.json > manifests[0]: there is no `size`, which a descriptor must have",
    ];
    let findings = of_index_json(repeated("{}", 1_000_000), &Limits::default());
    assert_eq!(findings[..3], missing);
    assert_eq!(
        (findings.len(), &*findings[1000]),
        (
            1001,
            "index.json > manifests[333]: there are 1000 findings already, and the rest is not judged \
             (`Limits::findings`)"
        )
    );
    // There is no room for as many correct records.
    let empty = digest("");
    let item = format!(r#"{{"mediaType": "a/b", "digest": "{empty}", "size": 0}}"#);
    assert_eq!(
        of_index_json(repeated(&item, 1_000_000), &Limits::default()),
        ["index.json: it is larger than 4194304 bytes, and so not judged (`Limits::document`)"]
    );
    let mut limits = Limits::default();
    limits.document = 1 << 30;
    limits.descriptors = 1_000;
    assert_eq!(
        of_index_json(repeated(&item, 10_000), &limits),
        [
            format!("index.json > manifests[0]: the blob {empty} is not stored"),
            "index.json > manifests[1000]: 1000 descriptors were read, and the rest is not judged \
             (`Limits::descriptors`)"
                .to_owned()
        ]
    );
}

#[test]
fn json_of_any_depth_ends_soon() {
    let limits = Limits::default();
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{\"manifests\":[", "]}")] {
        let whole = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        for text in [whole, open.repeat(100_000)] {
            assert_eq!(
                of_index_json(text, &limits),
                ["index.json: values are nested more than 128 levels deep, so it is not judged \
                     (`Limits::json_depth`)"]
            );
        }
    }
}

#[test]
fn many_keys_that_are_nearly_or_really_equal_end_soon() {
    let mut text = r#"{"schemaVersion": 2, "manifests": [], "a": {"#.to_owned();
    for number in 0..100_000 {
        write!(text, r#""{}{number}": 0, "#, "x".repeat(20)).unwrap();
    }
    text.push_str(r#""": 0, "": 0}}"#);
    assert_eq!(of_index_json(&text, &Limits::default()), ["index.json: the key `a.` occurs twice"]);
}

#[test]
fn findings_end() {
    let tar =
        (0..5).fold(Tarball::default(), |tar, number| tar.with(Member::file(&format!("../{number}")))).end();
    let layer = Blob::new("application/vnd.oci.image.layer.v1.tar", &tar).diff_id(digest(&tar));
    let fixture = Fixture::new().with(Manifest::new().with(layer));
    let line = |number: usize| {
        format!("index.json > manifests[0] > layers[0] > \"../{number}\": the path leads out of the root")
    };
    assert_eq!(within(&fixture, |limits| limits.findings = 5), [0, 1, 2, 3, 4].map(line));
    assert_eq!(
        within(&fixture, |limits| limits.findings = 2),
        [
            line(0),
            line(1),
            "index.json > manifests[0] > layers[0] > \"../2\": there are 2 findings already, and the rest is not judged \
             (`Limits::findings`)"
                .to_owned()
        ]
    );
    assert_eq!(within(&fixture, |limits| limits.findings = 0).len(), 1);

    let many = (0..20).map(|number| Blob::new("a/b", number.to_string()).unlisted());
    let fixture = many.fold(Fixture::new(), Fixture::with);
    let findings = within(&fixture, |limits| limits.findings = 3);
    let mut sorted = findings.clone();
    sorted.sort();
    assert_eq!((findings.len(), &findings), (4, &sorted));
}

#[test]
fn documents_are_dropped_and_read_again() {
    // Each document is larger than a half of the bytes that may be held.
    let long = |text: &str| [("long", text.repeat(100_000))];
    let mut index = Index::new().annotations(long("0"));
    for number in 1..12 {
        let wrong = Descriptor::new().media_type("a/b").digest(digest(number.to_string())).size(1);
        index = Index::new().with(index).with(wrong).annotations(long("1"));
    }
    let fixture = Fixture::new().with(index);
    let all = within(&fixture, |_| {});
    assert_eq!(all.len(), 11);
    assert_eq!(within(&fixture, |limits| limits.document = 150_000), all);
    let again = within(&fixture, |limits| {
        limits.document = 150_000;
        limits.documents = 12 * 101_000;
    });
    assert!(again.last().unwrap().ends_with("(`Limits::documents`)"), "{again:?}");
}

#[cfg(feature = "decode")]
#[test]
fn a_bomb_ends_soon() {
    // Above 256 MiB, the size of the content is limited in proportion to the stored bytes.
    let zeros = vec![0; 8 << 20];
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, &zeros).unwrap();
    let member = encoder.finish().unwrap();
    let bomb =
        Blob::new("application/vnd.oci.image.layer.v1.tar+gzip", oci_fixture::Content::repeat(member, 40));
    let bomb = bomb.diff_id(digest("320 MiB"));
    assert_eq!(
        within(&Fixture::new().with(Manifest::new().with(bomb)), |_| {}),
        ["index.json > manifests[0] > layers[0]: it is more than 100 times larger when it is decompressed, \
             and the rest is not judged (`Limits::ratio`)"]
    );
}

#[test]
fn a_chain_of_subjects_ends() {
    let temp = tempfile::tempdir().unwrap();
    Fixture::new().write_to(temp.path()).unwrap();
    let blobs = temp.path().join("blobs/sha256");
    fs::create_dir_all(&blobs).unwrap();
    let descriptor = |text: &str| {
        format!(r#"{{"mediaType": "{INDEX}", "digest": "{}", "size": {}}}"#, digest(text), text.len())
    };
    let start = format!(r#"{{"schemaVersion": 2, "mediaType": "{INDEX}", "manifests": []"#);
    let mut index = format!("{start}}}");
    for _ in 0..1000 {
        let name = Digest::parse(&digest(&index)).unwrap();
        fs::write(blobs.join(name.hex()), &index).unwrap();
        index = format!(r#"{start}, "subject": {}}}"#, descriptor(&index));
    }
    let name = Digest::parse(&digest(&index)).unwrap();
    fs::write(blobs.join(name.hex()), &index).unwrap();
    let text = format!(r#"{{"schemaVersion": 2, "manifests": [{}]}}"#, descriptor(&index));
    fs::write(temp.path().join("index.json"), text).unwrap();
    let findings = lines(&verify_with(temp.path(), &Limits::default()).unwrap());
    assert_eq!(
        findings,
        [format!(
            "index.json > manifests[0]{}: it stands below 256 documents, and is not judged (`Limits::nesting`)",
            " > subject".repeat(256)
        )]
    );
}

#[test]
fn no_more_features_of_a_platform_are_compared_than_may_be() {
    let platform = |features: &[&str]| {
        oci_fixture::Platform::new("windows", "amd64")
            .with_os_features(features.iter().map(|feature| (*feature).to_owned()))
    };
    let fixture = |features: &[&str]| Fixture::new().with(image().platform(platform(features)));
    let within = |fixture: &Fixture| within(fixture, |limits| limits.os_features = 1);
    assert_eq!(within(&fixture(&["a"])), [""; 0]);
    let what = "the platform has more than 1 features, and the rest is not judged (`Limits::os_features`)";
    assert_eq!(within(&fixture(&["a", "b"])), [format!("index.json > manifests[0] > config: {what}")]);
    let index = Fixture::new().with(Index::new().with(image().platform(platform(&["a", "b"]))));
    let place = "index.json > manifests[0] > manifests[0]";
    assert_eq!(within(&index), [format!("{place}: {what}"), format!("{place} > config: {what}")]);
}

#[test]
fn a_path_leads_through_no_more_directories_than_may_be() {
    let two = Layer::new()
        .with(Entry::directory("a/"))
        .with(Entry::directory("a/b/"))
        .with(("a/b/c", ""))
        .with(Entry::hardlink("d", "a/b/c"));
    let fixture = Fixture::new().with(Manifest::new().with(two));
    assert_eq!(within(&fixture, |limits| limits.directories = 2), [""; 0]);
    let line = |path: &str| {
        format!(
            "index.json > manifests[0] > layers[0] > {path:?}: a path leads through more than 1 directories, and is \
             not compared with others (`Limits::directories`)"
        )
    };
    assert_eq!(within(&fixture, |limits| limits.directories = 1), [line("a/b/c"), line("d")]);
}

#[test]
fn no_more_links_are_compared_than_may_be() {
    let links = |names: &[&str]| {
        names.iter().fold(Layer::new(), |layer, name| layer.with(Entry::symlink(*name, "/")))
    };
    let image = |first: &[&str], second: &[&str]| {
        Manifest::new().with(links(first)).with(links(second)).with(Layer::new().with(("a/b", "")))
    };
    let layer = |number: usize| format!("index.json > manifests[0] > layers[{number}]");
    let through = format!("{} > \"a/b\": `a/b` leads through `a`, which is a symbolic link", layer(2));
    let exceeded = |number: usize| {
        format!(
            "{}: there are more than 2 symbolic links and whiteouts up to here, and paths of further layers are not \
             compared with them (`Limits::links`)",
            layer(number)
        )
    };
    let within = |image: Manifest| within(&Fixture::new().with(image), |limits| limits.links = 2);
    assert_eq!(within(image(&["a"], &["c"])), [through]);
    // The links of one layer.
    assert_eq!(within(image(&["a", "c", "d"], &[])), [exceeded(0)]);
    // The links of both layers together.
    assert_eq!(within(image(&["a", "c"], &["d"])), [exceeded(1)]);
}

#[test]
fn links_are_kept_for_no_more_shared_layers_than_may_be() {
    let base = Label::new("base", Layer::new().with(Entry::symlink("a", "/")));
    let image = |name: &str| Manifest::new().with(&base).with(Layer::new().with((format!("a/{name}"), "")));
    let fixture = Fixture::new().with(image("b")).with(image("c"));
    let through = |number: usize, name: &str| {
        format!(
            "index.json > manifests[{number}] > layers[1] > \"a/{name}\": `a/{name}` leads through `a`, which is a \
             symbolic link"
        )
    };
    assert_eq!(within(&fixture, |limits| limits.all_links = 1), [through(0, "b"), through(1, "c")]);
    assert_eq!(
        within(&fixture, |limits| limits.all_links = 0),
        [
            through(0, "b"),
            "index.json > manifests[1] > layers[0]: more than 0 symbolic links and whiteouts of all layers were read \
             before, and paths of further layers are not compared with those of this layer (`Limits::all_links`)"
                .to_owned(),
        ]
    );
}
