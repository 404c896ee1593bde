//! Wrong values that are known only at run time: each is refused when the fixture is written, with the error that the
//! compiler gives for the same literal.

use std::collections::{BTreeMap, HashMap, HashSet};

use oci_fixture::{
    Blob, Config, Content, Descriptor, Entry, Fixture, Header, History, Index, Label, Layer, Manifest, Value,
    oci_image,
};
use oci_fixture_test_support::golden::assert_lines;

use crate::refused::refused;

/// An image with this config.
fn configured(config: Config) -> Fixture {
    Fixture::new().with(Manifest::new().with(config))
}

#[test]
fn the_values_of_a_config_are_checked() {
    let times = ["2024-05-01", "2024-02-30T12:00:00Z", "2024-05-01T25:00:00Z", "2024-05-01t12:00:00z", ""];
    let times = times.into_iter().flat_map(|time| {
        let step = History::new().created(time).empty_layer(true);
        [configured(Config::new().created(time)), configured(Config::new().history([step]))]
    });
    let env = ["", "PATH", "=x"].map(|variable| configured(Config::new().env(["A=1", variable])));
    let ports = ["", "http", "65536", "80/", "80/TCP", "80/icmp", "90-80/tcp", "1-2-3"];
    let ports = ports.map(|port| configured(Config::new().exposed_ports([port])));
    let history = [(1, 0), (1, 2), (3, 1)].map(|(steps, layers)| {
        let config = Config::new().history((0..steps).map(|_| History::new().created_by("RUN")));
        let layers = (0..layers).map(|layer| Layer::new().with((layer.to_string(), "")));
        Fixture::new().with(layers.fold(Manifest::new(), Manifest::with).with(config))
    });
    let fixtures = times.chain(env).chain(ports).chain(history);
    assert_lines("declare/run_time/config.txt", fixtures.map(|fixture| refused(&fixture)));
}

#[test]
fn a_platform_has_the_name_that_others_have_for_it() {
    let platforms =
        ["linux/x86_64", "linux/aarch64", "linux/i386", "linux/armhf", "macos/arm64", "Linux/amd64"];
    let fixtures = platforms.iter().flat_map(|platform| {
        [
            oci_image! { (platform) { "a" => "" } },
            oci_image! { config "c" (platform) {} },
            Fixture::new().with(Blob::new("a/b", "").descriptor(Descriptor::new().platform(*platform))),
        ]
    });
    assert_lines("declare/run_time/platforms.txt", fixtures.map(|fixture| refused(&fixture)));
}

const DIGEST: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[test]
fn a_dangling_descriptor_says_what_could_be_there() {
    let dangling = || Descriptor::new().media_type("a/b").digest(DIGEST).size(1);
    let digests = ["", "sha256", "sha256:", "sha256:abc", "md5:abc", &DIGEST[..70], &DIGEST.to_uppercase()];
    let digests = digests.map(|digest| dangling().digest(digest));
    let sizes = ["", "1 B", "-1", "1.5", "18446744073709551616"].map(|size| dangling().size(size));
    let urls = ["", "no scheme", "http://a b", "1http://a", "http://[::1/", "http://a/%zz"];
    let urls = urls.map(|url| dangling().urls(["http://example.com", url]));
    let without = [
        Descriptor::new().media_type("a/b").size(1),
        Descriptor::new().media_type("a/b").digest(DIGEST),
        Descriptor::new().digest(DIGEST).size(1),
        dangling().data(true),
    ];
    let fixtures = digests.into_iter().chain(sizes).chain(urls).chain(without);
    assert_lines(
        "declare/run_time/dangling.txt",
        fixtures.map(|descriptor| refused(&Fixture::new().with(Index::new().with(descriptor)))),
    );
}

#[test]
fn a_media_type_is_one_and_no_type_of_an_image() {
    let types = [
        "",
        "text",
        "/json",
        "text/",
        "-text/plain",
        "text/-",
        "text/a b",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.oci.image.layer.v1.tar",
        "application/vnd.oci.image.layer.v1.tar+gzip",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "application/vnd.oci.empty.v1+json",
    ];
    let fixtures = types.into_iter().flat_map(|media_type| {
        [
            Fixture::new().with(Manifest::new().with(Blob::new(media_type, "x"))),
            Fixture::new().with(Manifest::new().with(Config::of(media_type, "x"))),
        ]
    });
    let empty = Config::of("application/vnd.oci.empty.v1+json", "{}");
    let fixtures = fixtures.chain([Fixture::new().with(Manifest::new().with(empty))]);
    assert_lines("declare/run_time/media_types.txt", fixtures.map(|fixture| refused(&fixture)));
}

#[test]
fn no_path_leads_through_what_is_no_directory() {
    let image = |entries: Vec<Entry>| {
        Fixture::new().with(Manifest::new().with(entries.into_iter().fold(Layer::new(), Layer::with)))
    };
    let fixtures = [
        image(vec![Entry::symlink("a", "/etc"), Entry::file("a/b", "")]),
        image(vec![Entry::file("a/b/c", ""), Entry::symlink("a/b", "x")]),
        image(vec![Entry::file("a", ""), Entry::directory("a/b/")]),
        image(vec![Entry::file("a/b", ""), Entry::fifo("a")]),
        image(vec![Entry::file("a", ""), Entry::hardlink("b", "a"), Entry::file("b/c", "")]),
        image(vec![Entry::char("a", 1, 3), Entry::whiteout("a/b")]),
        image(vec![Entry::symlink("a", "b"), Entry::opaque("a/")]),
        image(vec![Entry::hardlink("b", "a")]),
        image(vec![Entry::hardlink("b", "a"), Entry::file("a", "")]),
        image(vec![Entry::hardlink("a", "a")]),
        image(vec![Entry::directory("a/"), Entry::hardlink("b", "a")]),
        image(vec![Entry::file("a/c", ""), Entry::hardlink("b", "a")]),
        image(vec![Entry::symlink("s", "d"), Entry::file("d/a", ""), Entry::hardlink("b", "s/a")]),
    ];
    assert_lines("declare/run_time/paths.txt", fixtures.iter().map(refused));
}

#[test]
fn a_config_of_two_manifests_fits_to_both() {
    let shared = |second: fn(&Label<Config>) -> Manifest| {
        let config = Label::new("shared", Config::new().user("1"));
        let first = Manifest::new().with(("a", "1")).with(&config);
        Fixture::new().with(first).with(second(&config))
    };
    let fixtures = [
        shared(|config| Manifest::new().with(("a", "2")).with(config)),
        shared(|config| Manifest::new().with(config)),
        shared(|config| Manifest::new().with(("a", "1")).platform("linux/arm64").with(config)),
    ];
    assert_lines("declare/run_time/shared.txt", fixtures.iter().map(refused));
    // It fits if the tars are the same.
    let same = shared(|config| Manifest::new().with(Layer::new().gzip().with(("a", "1"))).with(config));
    same.in_memory().unwrap().assert_verified();
}

/// Adapters such as `map` do not hide the order. A sorted list has one order.
#[test]
fn items_in_the_order_of_a_hash_are_refused() {
    let map = HashMap::from([("a", "1"), ("b", "2")]);
    let set = HashSet::from(["a=1", "b=2"]);
    let layer = |layer: Layer| Fixture::new().with(Manifest::new().with(layer));
    let header = |header: Header| layer(Layer::new().with(header.name("f")));
    let (copy, words) = (map.clone(), set.clone());
    let fixtures = [
        oci_image! { linux/amd64 { layer { ..&map } } },
        oci_image! { linux/amd64 { ..copy } },
        oci_image! { linux/amd64 { ..map.iter().map(|(path, text)| (format!("etc/{path}"), *text)) } },
        oci_image! { linux/amd64 { layer { ..map.keys().zip(map.values()).filter(|_| true).skip(1) } } },
        oci_image! { index { ..set.iter().map(|_| Manifest::new().platform("unknown/unknown")).take(1) } },
        oci_image! { ..set.union(&words).map(|name| Blob::new("text/plain", *name)) },
        configured(Config::new().env(&set)),
        configured(Config::new().cmd(set.iter().copied().chain(["c"]))),
        configured(Config::new().history(map.values().map(|text| History::new().created_by(*text)))),
        Fixture::new().with(Manifest::new().merge(Value::map([("a", Value::list(&set))]))),
        Fixture::new().with(Manifest::new().extend(Value::map(&map))),
        header(Header::new().pax(&map)),
        header(Header::new().pax(map.iter().map(|(key, value)| (key.to_uppercase(), *value)))),
        oci_image! { linux/amd64 { "disk" => Content::sparse(9, HashMap::from([(0, "a"), (4, "b")])) } },
    ];
    assert_lines("declare/run_time/hashes.txt", fixtures.iter().map(refused));

    let sorted: BTreeMap<_, _> = map.iter().collect();
    header(Header::new().pax(sorted)).in_memory().unwrap();
    // These lists are written sorted, whatever the order of the declaration.
    oci_image! { linux/amd64 { annotations: { "x": "y" } config { labels: &map } } }.in_memory().unwrap();
    Fixture::new().with(Manifest::new().annotations(&map)).in_memory().unwrap();
}
