//! The findings about descriptors.

use oci_fixture::{Config, Descriptor, Entry, Fixture, Index, Label, Level, Manifest, Value};

use crate::{DIGEST, digest, found_at, found_in, layer};

/// The findings about the layer of an image with this descriptor.
fn of_layer(descriptor: Descriptor) -> Vec<String> {
    let image = Manifest::new().with(layer().descriptor(descriptor));
    found_at("index.json > manifests[0] > layers[0]: ", image)
}

#[test]
fn a_digest_has_a_known_algorithm_and_follows_its_grammar() {
    let say = |digest: &str| of_layer(Descriptor::new().digest(digest));
    for (wrong, problem) in [
        ("", "digest is empty; write `sha256:` and 64 hexadecimal digits"),
        (
            "../../etc/passwd",
            "digest `../../etc/passwd` has no `:`; write `sha256:` and 64 hexadecimal digits",
        ),
        (
            "sha256:abc",
            "digest `sha256:abc` is too short: 3 digits; write all 64 hexadecimal digits of the sha256 hash",
        ),
        (
            "SHA256:abc",
            "digest `SHA256:abc` has the algorithm `SHA256`; write `sha256`, `sha384` or `sha512`, in lower case",
        ),
        (
            "a..b:abc",
            "digest `a..b:abc` has the algorithm `a..b`; write `sha256`, `sha384` or `sha512`, in lower case",
        ),
    ] {
        assert_eq!(say(wrong), [problem]);
    }
    assert_eq!(
        say("multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8"),
        [
            "the algorithm of the digest `multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8` is not \
             known"
        ]
    );
    // No blob is stored under a correct digest of another algorithm.
    let sha512 = format!("sha512:{}", "0".repeat(128));
    let hex = DIGEST.strip_prefix("sha256:").unwrap();
    assert_eq!(
        say(&sha512),
        [
            format!("the blob {sha512} is not stored"),
            format!("blobs/sha256/{hex}: nothing refers to the blob"),
        ]
    );
}

#[test]
fn a_descriptor_has_its_fields_with_their_types() {
    let merge =
        |name: &str, value: Value| of_layer(Descriptor::new().merge(Value::map([(name.to_owned(), value)])));
    let text = |text: &str| Value::new(text);
    assert_eq!(merge("mediaType", Value::null()), ["there is no `mediaType`, which a descriptor must have"]);
    assert_eq!(merge("digest", Value::null()), ["there is no `digest`, which a descriptor must have"]);
    assert_eq!(merge("size", Value::null()), ["there is no `size`, which a descriptor must have"]);
    assert_eq!(merge("size", text("2048")), ["`size` is `\"2048\"`, but a number of bytes is expected"]);
    assert_eq!(merge("size", Value::number("-1")), ["`size` is `-1`, but a number of bytes is expected"]);
    assert_eq!(merge("size", Value::number("2e3")), ["`size` is `2e3`, but a number of bytes is expected"]);
    assert_eq!(
        merge("size", Value::number("9223372036854775808")),
        ["`size` is `9223372036854775808`, but a number of bytes is expected"]
    );
    assert_eq!(merge("urls", text("a")), ["`urls` is `\"a\"`, but a list is expected"]);
    assert_eq!(merge("annotations", Value::number("1")), ["`annotations` is `1`, but an object is expected"]);
    assert_eq!(
        merge("annotations", Value::map([("a.b", Value::number("1"))])),
        ["`annotations.a.b` is `1`, but a text is expected"]
    );
    assert_eq!(
        merge("platform", Value::map([("os", "linux")])),
        ["there is no `platform.architecture`, which a descriptor must have"]
    );
    assert_eq!(
        merge("mediatype", text("a/b")),
        ["some readers take `mediatype` for `mediaType`, and others ignore it"]
    );
    // Go takes `ſ` for an `s`.
    assert_eq!(merge("digest\u{17f}", text("a/b")), [""; 0], "no field is called so");
    assert_eq!(
        merge("\u{17f}ize", Value::number("1")),
        ["some readers take `\u{17f}ize` for `size`, and others ignore it"]
    );
}

#[test]
fn a_media_type_follows_its_grammar() {
    assert_eq!(
        of_layer(Descriptor::new().artifact_type("a/b").merge(Value::map([("artifactType", "ab")]))),
        ["media type `ab` has no `/`; write a type and a subtype, as in `application/json`"]
    );
    assert_eq!(
        of_layer(Descriptor::new().media_type("tar")),
        ["media type `tar` has no `/`; write a type and a subtype, as in `application/json`"]
    );
}

#[test]
fn urls_are_uris_of_http_or_https() {
    let urls = |url: &str| of_layer(Descriptor::new().merge(Value::map([("urls", Value::list([url]))])));
    for right in ["https://example.com/a?b#c", "http://[::1]:80", "HTTPS://example.com"] {
        assert_eq!(urls(right), [""; 0], "{right}");
    }
    for (wrong, problem) in [
        ("example.com/a", "URI `example.com/a` has no scheme; write one, as in `https://example.com/layer`"),
        ("ftp://a/b", "URI `ftp://a/b` is neither `http` nor `https`; write `https://a/b`"),
        ("http:///b", "URI `http:///b` has no host; write one, as in `https://example.com/layer`"),
    ] {
        assert_eq!(urls(wrong), [format!("urls[0]: {problem}")]);
    }
}

#[test]
fn a_platform_has_the_names_that_go_gives_it() {
    let of = |platform: &str| {
        let image = Manifest::new().platform("linux/amd64").with(layer());
        let index = Index::new().with(image.descriptor(Descriptor::new().platform(platform)).unchecked());
        let place = "index.json > manifests[0] > manifests[0]: ";
        let lines = found_in(&Fixture::new().with(index));
        let names = lines.iter().filter_map(|line| line.strip_prefix(place));
        names.filter(|line| line.starts_with("`platform.")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(of("unknown/unknown"), [""; 0]);
    assert_eq!(of("linux/x86_64"), ["`platform.architecture` is `x86_64`, which Go calls `amd64`"]);
    assert_eq!(of("macos/arm64"), ["`platform.os` is `macos`, which Go calls `darwin`"]);
    assert_eq!(
        of("plan10/z80"),
        [
            "`platform.architecture` is `z80`, which is no name that Go knows",
            "`platform.os` is `plan10`, which is no name that Go knows",
        ]
    );
}

#[test]
fn an_index_says_the_platforms_of_its_images() {
    let unsaid = || Descriptor::new().merge(Value::map([("platform", Value::null())]));
    let image = || Manifest::new().platform("linux/amd64").with(layer()).descriptor(unsaid());
    assert_eq!(
        found_in(&Fixture::new().with(Index::new().with(image()))),
        [
            "index.json > manifests[0] > manifests[0]: the descriptor has no `platform`, but the config of the image says one"
        ]
    );
    assert_eq!(found_in(&Fixture::new().with(image())), [""; 0], "in index.json it may be absent");
    let artifact = Manifest::new().artifact_type("a/b").with(Config::new()).with(layer());
    assert_eq!(
        found_in(&Fixture::new().with(Index::new().with(artifact))),
        [""; 0],
        "an artifact is no image"
    );
}

#[test]
fn the_platforms_of_descriptor_and_config_are_compared_by_the_members_of_both() {
    let image = |config: Config, platform: &str| {
        let image = Manifest::new().platform("windows/amd64").with(config).with(layer());
        found_in(&Fixture::new().with(image.descriptor(Descriptor::new().platform(platform))))
    };
    assert_eq!(image(Config::new().os_version("10.0.1"), "windows/amd64"), [""; 0]);
    assert_eq!(image(Config::new(), "windows(10.0.1)/amd64"), [""; 0]);
    assert_eq!(image(Config::new(), "windows(+win32k)/amd64"), [""; 0]);
    assert_eq!(image(Config::new(), "windows/amd64/v2"), [""; 0]);
}

#[test]
fn the_values_of_defined_annotations_follow_the_specification() {
    let merged = |key: &str, value: &str| {
        Value::map([("annotations", Value::map([(key.to_owned(), Value::new(value))]))])
    };
    let of = |key: &str, value: &str| of_layer(Descriptor::new().merge(merged(key, value)));
    let image = |name: &str| format!("org.opencontainers.image.{name}");
    for (key, value) in [
        (image("created"), ""),
        (image("created"), "2024-05-01T12:00:00Z"),
        (image("base.name"), ""),
        (image("base.name"), "docker.io/library/alpine:3"),
        (image("ref.name"), "any thing"),
        ("team".to_owned(), "any thing"),
    ] {
        assert_eq!(of(&key, value), [""; 0], "{key} {value}");
    }
    assert_eq!(
        of(&image("created"), "today"),
        ["annotations.org.opencontainers.image.created: time `today` is not a date and a time of RFC 3339; \
             write them as in `2024-05-01T12:00:00Z`"]
    );
    assert_eq!(
        of(&image("base.name"), "alpine"),
        ["the `org.opencontainers.image.base.name`: base image `alpine` has no registry; \
             write `docker.io/library/alpine`"]
    );
    assert_eq!(
        of(&image("license"), "MIT"),
        [
            "the annotation `org.opencontainers.image.license` is in the name space of the image specification, \
             which does not define it"
        ]
    );
    let entry =
        Manifest::new().with(layer()).descriptor(Descriptor::new().merge(merged(&image("ref.name"), "a b")));
    assert_eq!(
        found_in(&Fixture::new().with(entry)),
        [
            "index.json > manifests[0]: the `org.opencontainers.image.ref.name`: reference name `a b` has ` `; \
             write letters, digits and `-._:@/+`"
        ]
    );
}

#[test]
fn the_empty_descriptor_is_that_of_an_empty_object() {
    let empty = "application/vnd.oci.empty.v1+json";
    assert_eq!(
        of_layer(Descriptor::new().media_type(empty)),
        ["the media type is that of the empty descriptor, but the digest and the size are not those of `{}`"]
    );
    let right = Descriptor::new().media_type(empty).digest(digest("{}")).size(2);
    assert_eq!(found_in(&Fixture::new().with(right)).len(), 1, "it is dangling alone");
}

#[test]
fn data_is_the_content() {
    assert_eq!(of_layer(Descriptor::new().data(true)), [""; 0]);
    let other = digest("other");
    assert_eq!(
        of_layer(Descriptor::new().data("other")),
        [format!("the `data` is {other} of 5 bytes, but the descriptor says {DIGEST} of 2048 bytes")]
    );
    assert_eq!(
        of_layer(Descriptor::new().merge(Value::map([("data", "no base64")]))),
        ["the `data` is not base64"]
    );
    // Embedded data is compared with the descriptor, even if the blob is not stored.
    let dangling = Descriptor::new().media_type("a/b").digest(digest("x")).size(1).data("y");
    let [x, y] = [digest("x"), digest("y")];
    assert_eq!(
        found_in(&Fixture::new().with(dangling)),
        [
            format!(
                "index.json > manifests[0]: the `data` is {y} of 1 bytes, but the descriptor says {x} of 1 bytes"
            ),
            format!("index.json > manifests[0]: the blob {x} is not stored"),
        ]
    );
}

#[test]
fn a_platform_is_that_of_the_config_for_each_descriptor() {
    let image = Label::new("image", Manifest::new().platform("linux/arm64").with(layer()));
    let again = |platform: &str| image.again().descriptor(Descriptor::new().platform(platform));
    let index = Index::new()
        .with(&image)
        .with(again("linux/arm64/v8"))
        .with(again("linux/amd64"))
        .with(again("unknown/unknown"))
        .with(Config::new().platform("linux/s390x").descriptor(Descriptor::new().platform("linux/arm64/v9")));
    let line = |number: usize, descriptor: &str, config: &str| {
        format!(
            "index.json > manifests[0] > manifests[{number}]: the descriptor says the platform `{descriptor}`, \
             but the config says `{config}`"
        )
    };
    assert_eq!(
        found_in(&Fixture::new().with(index)),
        [
            line(2, "linux/amd64", "linux/arm64"),
            line(3, "unknown/unknown", "linux/arm64"),
            line(4, "linux/arm64/v9", "linux/s390x"),
        ]
    );
    let windows = Config::new().os_version("10.0.1");
    let image = Manifest::new().platform("windows/amd64").with(windows).with(Entry::directory("a/"));
    let image = image.descriptor(Descriptor::new().platform("windows(10.0.2)/amd64"));
    assert_eq!(
        found_in(&Fixture::new().with(image)),
        ["index.json > manifests[0]: the descriptor says the platform `windows(10.0.2)/amd64`, \
             but the config says `windows(10.0.1)/amd64`"]
    );
}

#[test]
fn a_name_belongs_to_one_entry() {
    let named = |name: &'static str, reference: &'static str| {
        let annotations =
            [("io.containerd.image.name", name), ("org.opencontainers.image.ref.name", reference)];
        let annotations = annotations.into_iter().filter(|(_, value)| !value.is_empty());
        let text = format!("{name}{reference}");
        Manifest::new().with(("a", text)).descriptor(Descriptor::new().annotations(annotations)).unchecked()
    };
    let fixture = Fixture::new()
        .with(named("docker.io/library/a:1", "1"))
        .with(named("docker.io/library/b:1", "1"))
        .with(named("docker.io/library/a:1", "2"))
        .with(named("", "1"))
        .with(named("", "2"))
        .with(named("", "1_"))
        .with(named("", "1"));
    let line = |number: usize, name: &str, first: usize| {
        format!(
            "index.json > manifests[{number}]: the name `{name}` is also the name of index.json > manifests[{first}]"
        )
    };
    assert_eq!(found_in(&fixture), [line(2, "docker.io/library/a:1", 0), line(6, "1", 3)]);
    let findings = fixture.in_memory().unwrap().verify();
    assert_eq!([findings[0].level(), findings[1].level()], [Level::Note; 2]);
}
