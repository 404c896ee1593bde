//! What descriptors say.

use oci_fixture::{Config, Descriptor, Entry, Fixture, Index, Label, Layer, Manifest, Value};

use crate::{digest, found_in};

fn layer() -> Layer {
    Layer::new().with(("a", "b"))
}

/// The digest of that layer.
const DIGEST: &str = "sha256:79c5ee601b352d634b21525bdb3c6dba2f9d8382c9548124d2dbd2ba47f8c25b";

/// What is found of the layer of an image by its descriptor.
fn of_layer(descriptor: Descriptor) -> Vec<String> {
    let image = Manifest::new().with(layer().descriptor(descriptor));
    let place = "index.json > manifests[0] > layers[0]: ";
    let lines = found_in(&Fixture::new().with(image));
    lines.iter().map(|line| line.strip_prefix(place).unwrap_or(line).to_owned()).collect()
}

#[test]
fn a_digest_is_one_of_an_algorithm_that_is_known() {
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
        ["the digest `multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8` is of an algorithm \
             that is not known"]
    );
    // One that is right in another algorithm is not stored.
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
fn fields_are_there_and_of_their_types() {
    let merge =
        |name: &str, value: Value| of_layer(Descriptor::new().merge(Value::map([(name.to_owned(), value)])));
    let text = |text: &str| Value::new(text);
    assert_eq!(merge("mediaType", Value::null()), ["there is no `mediaType`, which a descriptor has"]);
    assert_eq!(merge("digest", Value::null()), ["there is no `digest`, which a descriptor has"]);
    assert_eq!(merge("size", Value::null()), ["there is no `size`, which a descriptor has"]);
    assert_eq!(merge("size", text("2048")), ["`size` is `\"2048\"`, but a number of bytes is expected"]);
    assert_eq!(merge("size", Value::number("-1")), ["`size` is `-1`, but a number of bytes is expected"]);
    assert_eq!(merge("size", Value::number("2e3")), ["`size` is `2e3`, but a number of bytes is expected"]);
    assert_eq!(
        merge("size", Value::number("9223372036854775808")),
        ["`size` is `9223372036854775808`, but a number of bytes is expected"]
    );
    assert_eq!(merge("urls", text("a")), ["`urls` is `\"a\"`, but a list is expected"]);
    assert_eq!(
        merge("annotations", Value::map([("a.b", Value::number("1"))])),
        ["`annotations.a.b` is `1`, but a text is expected"]
    );
    assert_eq!(
        merge("platform", Value::map([("os", "linux")])),
        ["there is no `platform.architecture`, which a descriptor has"]
    );
    assert_eq!(
        merge("mediatype", text("a/b")),
        ["`mediatype` is `mediaType` to some readers, and nothing to others"]
    );
    // `ſ`, which Go takes for an `s`.
    assert_eq!(merge("digest\u{17f}", text("a/b")), [""; 0], "no field is called so");
    assert_eq!(
        merge("\u{17f}ize", Value::number("1")),
        ["`\u{17f}ize` is `size` to some readers, and nothing to others"]
    );
}

#[test]
fn media_types_are_such() {
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
    // What is embedded is judged by the descriptor, also where nothing is stored.
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
        Manifest::new().with(("a", text)).descriptor(Descriptor::new().annotations(annotations))
    };
    let fixture = Fixture::new()
        .with(named("docker.io/library/a:1", "1"))
        .with(named("docker.io/library/b:1", "1"))
        .with(named("docker.io/library/a:1", "2"))
        .with(named("", "1"))
        .with(named("", "2"))
        .with(named("", "1 "))
        .with(named("", "1"));
    let line = |number: usize, name: &str, first: usize| {
        format!(
            "index.json > manifests[{number}]: the name `{name}` is that of index.json > manifests[{first}], too"
        )
    };
    assert_eq!(found_in(&fixture), [line(2, "docker.io/library/a:1", 0), line(6, "1", 3)]);
}
