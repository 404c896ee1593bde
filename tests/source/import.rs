//! The text of a layout: images of many kinds, those of the gallery, and damaged ones.

use std::fs;
use std::path::Path;

use oci_fixture::{
    Blob, Content, Entry, Fixture, Gzip, Header, Layer, Layout, Manifest, Memory, Store, TempDir, Value,
    oci_image,
};
use oci_fixture_gallery::Case;
use oci_fixture_test_support::golden::assert_golden;

use crate::again::imported;
use crate::tool_images;

/// The images that memory can hold, which are all but the one with a symbolic link beside it.
fn images() -> impl Iterator<Item = (&'static str, Fixture)> {
    tool_images::images().filter(|(name, _)| *name != "files")
}

fn layout(fixture: &Fixture) -> Layout<Memory> {
    fixture.in_memory().unwrap()
}

/// The texts of layouts, each below its name.
fn texts<S: Store>(layouts: impl Iterator<Item = (String, Layout<S>)>) -> String {
    let texts: Vec<_> = layouts.map(|(name, layout)| format!("// {name}\n{}\n", imported(&layout))).collect();
    texts.concat()
}

#[test]
fn images_of_many_kinds_are_printed_as_a_person_declares_them() {
    let layouts = images().map(|(name, fixture)| (name.to_owned(), layout(&fixture)));
    assert_golden("imported/images.oci", &texts(layouts));
}

#[test]
fn images_of_the_gallery_are_declared_byte_for_byte() {
    let wire: Vec<_> = oci_fixture_gallery::wire().map(|case| case.name).collect();
    // The annotation of 4 MiB and the deepest indexes would fill many pages of the golden file.
    let long = ["large_manifest", "deep_index", "large_config"];
    let cases = oci_fixture_gallery::all().filter(|case| !wire.contains(&case.name));
    let (shown, others): (Vec<&Case>, Vec<&Case>) = cases.partition(|case| !long.contains(&case.name));
    for case in others {
        imported(&layout(&case.fixture()));
    }
    let layouts = shown.into_iter().map(|case| (case.name.to_owned(), layout(&case.fixture())));
    assert_golden("imported/gallery.oci", &texts(layouts));
}

/// The name of a damage, and what it does to the file of a blob.
type Damage<'d> = (&'d str, &'d dyn Fn(&Path));

/// The layout with one changed blob.
fn damaged(fixture: &Fixture, hit: usize, damage: &dyn Fn(&Path)) -> Layout<TempDir> {
    let layout = fixture.tempdir().unwrap();
    let algorithms = fs::read_dir(layout.path().join("blobs")).unwrap();
    let mut paths: Vec<_> = algorithms
        .flat_map(|algorithm| fs::read_dir(algorithm.unwrap().path()).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    damage(&paths[hit]);
    layout
}

fn changed(path: &Path, change: impl Fn(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

#[test]
fn damaged_layouts_are_declared_as_they_are() {
    let damages: [Damage; 5] = [
        ("missing", &|path| fs::remove_file(path).unwrap()),
        ("flipped", &|path| changed(path, |bytes| bytes[1] ^= 1)),
        ("appended", &|path| changed(path, |bytes| bytes.push(b'!'))),
        ("prepended", &|path| changed(path, |bytes| bytes.insert(0, b' '))),
        ("truncated", &|path| changed(path, |bytes| bytes.truncate(bytes.len() / 2))),
    ];
    let mut golden = String::new();
    for (name, fixture) in images() {
        for hit in 0..layout(&fixture).blobs().unwrap().count() {
            for (damage, apply) in damages {
                let text = imported(&damaged(&fixture, hit, apply));
                if name == "multi_layer" {
                    golden.extend([format!("// blob {hit} {damage}\n{text}\n")]);
                }
            }
        }
    }
    assert_golden("imported/damaged.oci", &golden);
}

#[test]
fn a_member_that_no_entry_gives_is_an_entry_by_hand() {
    let fixture = oci_image! {
        linux/amd64 {
            layer {
                "etc/",
                entry { name: "gnu", magic: "ustar ", version: " \0", mode: 0o755, body: "content" }
                entry { name: "././@LongLink", typeflag: "L", body: "a long name\0" }
                entry { name: "short" }
                entry { typeflag: "g", name: "pax_global_header", pax: { "comment": "x" } }
                entry { name: "f", pax: { "atime": "1", "path": "g" } }
                entry { name: "sum", checksum: b"0011\0" }
                entry { name: "wide", size: b"7 ", body: "content" }
                entry { raw: [1; 600] }
            }
            layer (Gzip::stored().name("layer.tar").mtime(7)) { "a" => "b", eof: 1 }
            layer gzip { raw: "no tar" }
        }
    };
    let text = imported(&layout(&fixture));
    assert_golden("imported/by_hand.oci", &text);
}

#[test]
fn the_shortest_form_leaves_out_blobs_that_no_image_needs() {
    let odd = Layer::new().with(("a", "b")).eof(0).encoder(Gzip::stored().members(2));
    let image = Manifest::new().reference("app:1").with(odd).merge(Value::map([("odd", true)]));
    let fixture = Fixture::new().with(image).with(Blob::new("a/b", Content::zeros(9)).unlisted());
    let digest = layout(&fixture).reference("app:1").unwrap().digest().to_string();
    let text = format!(
        "// Left out: the member `odd` of the manifest {digest}\n\
         // Left out: the blob sha256:3e7077fd2f66d689e0cee6a7cf5b37bf2dca7c979af356d0a31cbc5c85605c7d, which no image needs\n\
         manifest \"app:1\" {{ layer gzip {{ \"a\" => \"b\" }} }}\n"
    );
    assert_eq!(layout(&fixture).logical_source().unwrap().text(), text);
    // Comments are no part of a declaration.
    let read = Fixture::parse(&text).unwrap();
    assert_eq!(read.source().unwrap().text(), "manifest \"app:1\" { layer gzip { \"a\" => \"b\" } }\n");
}

#[test]
fn the_shortest_form_keeps_what_is_wrong_with_an_image() {
    let flipped = Manifest::new().reference("flipped:1").with(Layer::new().with(("a", "b")).flip(3));
    let missing = Manifest::new().reference("missing:1").with(Layer::new().with(("c", "d")).missing());
    let outside = Manifest::new().reference("outside:1").with(Entry::file("../e", "f").unchecked());
    let layout = layout(&Fixture::new().with(flipped).with(missing).with(outside));
    let digest = layout.reference("missing:1").unwrap().layers().unwrap()[0].digest().to_string();
    let text = format!(
        "manifest \"flipped:1\" {{ #[flip = 3] layer {{ \"a\" => \"b\" }} }}\n\
         manifest \"missing:1\" {{\n    dangling {{\n        \
         media_type: \"application/vnd.oci.image.layer.v1.tar\",\n        \
         digest: \"{digest}\",\n        size: 2048,\n        diff_id: true,\n    }}\n}}\n\
         manifest \"outside:1\" {{ #[unchecked] \"../e\" => \"f\" }}\n"
    );
    assert_eq!(layout.logical_source().unwrap().text(), text);
}

#[test]
fn the_shortest_form_names_each_entry_that_it_leaves_out() {
    let mut layer = Layer::new();
    layer.push(Header::new().name("./").typeflag("5").mode(0o755));
    layer.push(Header::new().name("volume\n").typeflag("V"));
    layer.push(Header::new().name("odd").pax([(b"SCHILY.xattr.user.\xff".as_slice(), "x")]));
    layer.push(("a", "b"));
    let image = Manifest::new().with(layer);
    let layout = layout(&Fixture::new().with(image));
    let digest = layout.platform("linux/amd64").unwrap().layers().unwrap()[0].digest().to_string();
    let text = layout.logical_source().unwrap().text().to_owned();
    let (notes, text) = text.split_once("linux/amd64").unwrap();
    assert_eq!(text, " { \"volume\\n\" => \"\", \"a\" => \"b\" }\n");
    let expected = format!(
        "// Left out: the entry \"./\" of the layer {digest}\n\
         // Left out: the type 'V', for which a file stands, of the entry \"volume\\n\" of the layer {digest}\n\
         // Left out: the entry \"odd\" of the layer {digest}\n"
    );
    assert_eq!(notes, expected);
}
