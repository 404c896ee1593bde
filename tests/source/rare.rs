//! Fixtures that builders make, and for which the language has no form of their own.

use oci_fixture::{
    Base, Blob, Config, Content, Descriptor, Entry, Fixture, Header, Index, Label, Layer, Layout, Manifest,
    Memory, Tag, Text, Value, oci_image,
};

pub(crate) const NOWHERE: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// All fixtures of this file, with their names.
pub(crate) fn rare() -> Vec<Fixture> {
    let mut rare = vec![
        sums(),
        before_its_place(),
        dangling_nowhere(),
        dangling_before_its_place(),
        dangling_with_a_descriptor(),
        tags_before_their_places(),
        subject_before_its_place(),
        odd_subject(),
        keys(),
        expressions(),
        layer_of_an_earlier_image(),
        wrong_copies(),
        wrong_and_right_copies(),
        named_config_of_another_platform(),
        config_of_another_platform(),
        raw_config_of_another_platform(),
        config_of_another_platform_in_an_image(),
        unchecked_twins(),
        config_in_an_earlier_index(),
        unknown_platforms(),
    ];
    rare.extend(odd_descriptors());
    rare
}

fn dangling() -> Label<Descriptor> {
    let descriptor = Descriptor::new().media_type("a/b").digest(NOWHERE).size(7);
    Label::new("gone", descriptor.annotations([("k", "v")]))
}

/// Sums behind other text.
pub(crate) fn sums() -> Fixture {
    let image = Label::new("m", Manifest::new());
    let sums = [
        ("behind", Text::new("of ") + (image.size() + 1) + " bytes"),
        ("first", image.size() + 1 + " bytes"),
        ("one", Text::new("of ") + image.size()),
        ("two", image.size() + "" + (image.size() - 1)),
    ];
    Fixture::new().with(&image).with(Index::new().annotations(sums))
}

/// A layer and a config that are mentioned before their places.
pub(crate) fn before_its_place() -> Fixture {
    let layer = Label::new("layer", Layer::new().with(("a", "b")));
    let config = Label::new("config", Config::new().cmd(["sh"]));
    let first = Layer::new().with(("c", "d")).descriptor(
        Descriptor::new()
            .annotations([("of", config.digest()), ("size", config.size() + 1)])
            .data(layer.bytes()),
    );
    let image = Manifest::new().reference(Text::new("app:") + layer.hex()).with(first);
    Fixture::new().with(image.with(&layer).with(&config))
}

/// A dangling node that no parent lists.
pub(crate) fn dangling_nowhere() -> Fixture {
    let gone = dangling();
    let document = Value::map([
        ("digest", Value::new(gone.digest())),
        ("size", Value::new(gone.size())),
        ("sum", Value::new(gone.size() - 10)),
        ("text", Value::new(Text::new("") + gone.size())),
        ("descriptor", gone.descriptor_json()),
    ]);
    let other = Descriptor::new().media_type("a/b").digest(NOWHERE).size(gone.size() + 1);
    let artifact = Manifest::new().artifact_type("c/d").subject(&gone);
    let artifact = artifact.with(Blob::new("e/f", Content::json(document)));
    let index = Index::new().subject(&gone).with(other).annotations([("of", gone.hex())]);
    Fixture::new().with(artifact).with(index)
}

pub(crate) fn dangling_before_its_place() -> Fixture {
    let gone = dangling();
    let config = Config::new().labels([("of", gone.digest())]);
    let image = Manifest::new().with(config).with(("size", Text::new("") + gone.size()));
    let index = Index::new().with(&gone).annotations([("of", gone.hex())]);
    Fixture::new().with(image).with(index)
}

/// A dangling node whose first place has a descriptor of its own, which its other places do not have.
pub(crate) fn dangling_with_a_descriptor() -> Fixture {
    let gone = dangling();
    let odd = Descriptor::new().annotations([("of", gone.hex())]).urls(["https://a.example/"]);
    let of_layer = Descriptor::new().media_type("application/vnd.oci.image.layer.v1.tar").digest(NOWHERE);
    let layer = Label::new("layer", of_layer.size(7).diff_id(true));
    let first = layer.again().descriptor(Descriptor::new().annotations([("k", "v")]));
    let image = Manifest::new().with(first).with(&layer);
    let index = Index::new().with(gone.again().descriptor(odd)).with(&gone).annotations([("of", gone.hex())]);
    Fixture::new().with(image).with(index)
}

/// Tags that stand before the places of nodes that have no reference of their own.
pub(crate) fn tags_before_their_places() -> Fixture {
    let (gone, blob) = (dangling(), Label::new("blob", Blob::new("a/b", "c")));
    let alone = Label::new("alone", Blob::new("a/b", "d"));
    let described = Tag::new("app:1", &blob).descriptor(Descriptor::new().annotations([("k", "v")]));
    let fixture = Fixture::new().with(described).with(&blob).with(Tag::new("app:2", &alone));
    fixture.with(Tag::new("app:3", &gone)).with(&gone)
}

/// An artifact that stands before the layer to which it belongs, because it is mentioned before its place.
pub(crate) fn subject_before_its_place() -> Fixture {
    let layer = Label::new("layer", Layer::new().with(("a", "b")));
    let image = Manifest::new().reference("app:1").with(&layer);
    let of_layer = Label::new("of", Manifest::new().artifact_type("c/d").subject(&layer));
    let first = Manifest::new().reference(Text::new("first:") + of_layer.hex()).platform("linux/s390x");
    Fixture::new().with(first).with(image).with(&of_layer)
}

/// A subject whose values are no honest ones.
pub(crate) fn odd_subject() -> Fixture {
    let odd = Descriptor::new().media_type("a/b").digest("odd").size(-1).unchecked();
    Fixture::new().with(Manifest::new().artifact_type("c/d").subject(odd).annotations([("k", "v")]))
}

/// Labels in places in which the language allows only constant text.
pub(crate) fn keys() -> Fixture {
    let image = Label::new("m", Manifest::new());
    let inner = Value::map([(Text::new("size ") + image.size(), image.size())]);
    let digests = Value::map([(image.hex(), inner)]);
    let file = Entry::file("a", "").uname(Text::new("u") + image.size());
    let file = file.xattr(Text::new("user.") + image.hex(), "x");
    let header = Header::new().name("h").pax([(Text::new("k.") + image.hex(), image.digest())]);
    let layers = [Layer::new().with(file), Layer::new().with(header)];
    let of_layers = layers.into_iter().fold(Manifest::new().platform("linux/arm64"), Manifest::with);
    Fixture::new().with(&image).with(Blob::new("a/b", Content::json(digests))).with(of_layers)
}

/// Contents in expressions, which cannot have labels.
pub(crate) fn expressions() -> Fixture {
    let blob = Label::new("b", Blob::new("a/b", "bytes"));
    let large = Label::new("l", Blob::new("a/b", "x".repeat(1500)));
    let json = Content::json(Value::map([("of", blob.hex())]));
    let contents = [
        Content::repeat(blob.bytes(), 2),
        Content::repeat(blob.size(), 3),
        Content::sparse(4096, [(1, json), (1024, large.bytes())]),
    ];
    let image = ["bytes", "size", "sparse"].into_iter().zip(contents).fold(Manifest::new(), Manifest::with);
    let data = Descriptor::new().data(Content::repeat("y".repeat(2000), 2));
    let image = image.append(Content::repeat(blob.bytes(), 2)).descriptor(data);
    Fixture::new().with(&blob).with(&large).with(image)
}

/// The first image mentions the last one, whose layer has digests of sha256 from the first one.
pub(crate) fn layer_of_an_earlier_image() -> Fixture {
    let layer = Label::new("layer", Layer::new().with(("a", "b")));
    let last = Label::new("last", Manifest::new().platform("linux/arm64").with(layer.again()));
    let first = Manifest::new().reference(Text::new("app:") + last.size()).with(&layer);
    Fixture::new().with(first).with(Index::new().sha512().with(&last))
}

fn faulty() -> Layout<Memory> {
    let faulty = oci_image! {
        manifest "a:1" { #[flip = 0] layer { "a" => "b" } #[replace = "short"] layer gzip {} layer { "c" => "d" } }
        manifest "b:1" linux/arm64 { #[missing] layer { "a" => "c" } }
    };
    faulty.in_memory().unwrap()
}

/// Layers of another image that are not stored there, or have other bytes than their own.
pub(crate) fn wrong_copies() -> Fixture {
    let faulty = faulty();
    oci_image! {
        manifest "copy:1" { #[unchecked] from (faulty.reference("a:1").unwrap()), layer { "own" => "" } }
        manifest "missing:1" linux/arm64 { #[unchecked] from (faulty.reference("b:1").unwrap()) }
    }
}

/// The honest bytes of a copied layer are declared, too.
pub(crate) fn wrong_and_right_copies() -> Fixture {
    let faulty = faulty();
    oci_image! {
        manifest "copy:1" { #[unchecked] from (faulty.reference("a:1").unwrap()) }
        manifest "own:1" linux/arm64 { layer { "a" => "b" } }
    }
}

/// Layers of other images whose descriptors have their members in another order, or a member that is null.
pub(crate) fn odd_descriptors() -> [Fixture; 2] {
    let plain = oci_image! { manifest "a:1" { layer { "a" => "b" } } }.in_memory().unwrap();
    let layer = plain.reference("a:1").unwrap().layers().unwrap().remove(0);
    let (digest, size) = (layer.digest().as_str().to_owned(), layer.size());
    let media_type = "application/vnd.oci.image.layer.v1.tar";
    let members = [
        format!(r#""mediaType":"{media_type}","size":{size},"digest":"{digest}""#),
        format!(r#""mediaType":"{media_type}","digest":"{digest}","size":{size},"annotations":null"#),
    ];
    members.map(|members| {
        let base = oci_image! {
            manifest "other:1" {
                config { diff_ids: [&digest] }
                layer { "a" => "b" }
                merge: { "layers": ["LAYER"] },
            }
        };
        let base = base.in_memory().unwrap();
        let document = String::from_utf8(base.reference("other:1").unwrap().bytes().unwrap().into_owned());
        let document = document.unwrap().replace("\"LAYER\"", &format!("{{{members}}}"));
        let base = oci_image! {
            manifest "other:1" { raw: document, config { diff_ids: [&digest] } layer { "a" => "b" } }
        };
        let base = base.in_memory().unwrap();
        let image = Manifest::new().reference("on:1").with(Base::from(base.reference("other:1").unwrap()));
        Fixture::new().with(image.with(Layer::new().with(("own", ""))))
    })
}

fn own_config() -> Config {
    Config::new().platform("own/machine").cmd(["sh"])
}

pub(crate) fn named_config_of_another_platform() -> Fixture {
    Fixture::new().with(own_config().reference("a:1"))
}

/// A text behind `config` would be a reference.
pub(crate) fn config_of_another_platform() -> Fixture {
    Fixture::new().with(Index::new().with(own_config()).reference("a:1"))
}

pub(crate) fn raw_config_of_another_platform() -> Fixture {
    Fixture::new().with(Index::new().with(Config::new().platform("windows(10.0)/amd64").raw("{}")))
}

pub(crate) fn config_of_another_platform_in_an_image() -> Fixture {
    let config = Label::new("config", own_config());
    let image = Manifest::new().platform("own/machine").with(config.again());
    Fixture::new().with(Index::new().with(&config)).with(image)
}

/// An unchecked image that also stands in an index with digests of another algorithm, where no label can stand for it.
pub(crate) fn unchecked_twins() -> Fixture {
    let image = Label::new("image", Manifest::new().unchecked());
    Fixture::new().with(&image).with(Index::new().sha512().with(&image).with(Manifest::new()))
}

/// The index is mentioned before its place, and its config is made from the layers of an image before it.
pub(crate) fn config_in_an_earlier_index() -> Fixture {
    let config = Label::new("config", Config::new().cmd(["sh"]));
    let image = Manifest::new().with(Layer::new().with(("a", "b"))).with(&config);
    let index = Label::new("index", Index::new().with(config.again()));
    let first = Manifest::new().platform("linux/arm64").reference(Text::new("app:") + index.hex());
    Fixture::new().with(first).with(image).with(&index)
}

/// The platform `unknown/unknown` may be repeated, also with a version.
pub(crate) fn unknown_platforms() -> Fixture {
    let image = Manifest::new().platform("unknown/unknown").with(Config::new().os_version("10.0.17763"));
    let image = Label::new("image", image);
    Fixture::new().with(Index::new().with(&image).with(image.again()))
}
