//! Faults before sealing: the document is faulty, and every digest is that of the faulty bytes.

use oci_fixture::{Config, Descriptor, Fixture, Index, Layout, Manifest, Store, Value, oci_image};
use oci_fixture_test_support::digest;

use crate::{differences, error, files};

/// The documents of the way down to the first leaf that is the config, the outermost first; each has the digest by which
/// its parent refers to it.
fn documents(fixture: &Fixture) -> Vec<String> {
    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }
    fn below<S: Store>(layout: &Layout<S>, document: &str, all: &mut Vec<String>) {
        let value: serde_json::Value = serde_json::from_str(document).unwrap();
        let child = value["manifests"]
            .get(0)
            .or_else(|| value.get("config"))
            .filter(|child| child["digest"].is_string());
        let Some(stored) = child.map(|child| child["digest"].as_str().unwrap().to_owned()) else { return };
        let child = text(&layout.blob(&stored).unwrap());
        assert_eq!(digest(child.as_bytes()), stored);
        all.push(child.clone());
        below(layout, &child, all);
    }
    let layout = fixture.in_memory().unwrap();
    let index = text(&layout.index_bytes().unwrap());
    let mut all = vec![index.clone()];
    below(&layout, &index, &mut all);
    all
}

/// Checks that one document of the faulty image is edited, that the documents above it differ in its digest and its size
/// only, and that nothing else differs.
#[track_caller]
fn edited(honest: &Fixture, faulty: &Fixture, edit: impl Fn(&str) -> String) {
    let (honest_documents, faulty_documents) = (documents(honest), documents(faulty));
    let changed = honest_documents
        .iter()
        .zip(&faulty_documents)
        .rposition(|(honest, faulty)| honest != faulty)
        .unwrap();
    assert_eq!(faulty_documents[changed], edit(&honest_documents[changed]));
    // Above it, only the digest and the size differ.
    for above in (0..changed).rev() {
        let (honest, faulty) = (&honest_documents[above + 1], &faulty_documents[above + 1]);
        let expected = honest_documents[above]
            .replace(&digest(honest.as_bytes()), &digest(faulty.as_bytes()))
            .replace(&format!("\"size\":{}", honest.len()), &format!("\"size\":{}", faulty.len()));
        assert_eq!(faulty_documents[above], expected);
    }
    // No other blob differs.
    let differences = differences(honest, faulty);
    assert_eq!(differences.len(), 2 * changed + 1, "{:?}", differences.keys());
}

fn honest() -> Fixture {
    oci_image! { index "i:1" { linux/amd64 { layer { "a" => "b" } config { user: "me", cmd: ["sh"] } } } }
}

#[test]
fn a_patch_is_merged_into_an_index() {
    edited(
        &honest(),
        &oci_image! {
            index "i:1" {
                linux/amd64 { layer { "a" => "b" } config { user: "me", cmd: ["sh"] } }
                merge: { "schemaVersion": 1, "mediaType": null, "layers": [{ "size": -5 }] }
            }
        },
        |document| {
            document
                .replace(
                    r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","#,
                    r#"{"schemaVersion":1,"#,
                )
                .replace("}]}", r#"}],"layers":[{"size":-5}]}"#)
        },
    );
}

#[test]
fn members_are_appended_to_a_manifest() {
    edited(
        &honest(),
        &oci_image! {
            index "i:1" {
                linux/amd64 {
                    layer { "a" => "b" } config { user: "me", cmd: ["sh"] }
                    extend: { "config": null, "Layers": [], "manifests": [], "config": { "a": 1e3 } }
                }
            }
        },
        |document| {
            let end = r#","config":null,"Layers":[],"manifests":[],"config":{"a":1e3}}"#;
            format!("{}{end}", document.strip_suffix('}').unwrap())
        },
    );
}

#[test]
fn a_config_is_merged_before_it_is_extended() {
    edited(
        &honest(),
        &oci_image! {
            index "i:1" {
                linux/amd64 {
                    layer { "a" => "b" }
                    config {
                        extend: { "os": "plan9" }
                        user: "me", cmd: ["sh"],
                        merge: { "os": null, "config": { "User": "4294967296", "Cmd": null, "New": { "a": null, "b": 1 } } }
                    }
                }
            }
        },
        |document| {
            document
                .replace(r#""os":"linux","#, "")
                .replace(r#""User":"me","Cmd":["sh"]"#, r#""User":"4294967296","New":{"b":1}"#)
                .replace("]}}", r#"]},"os":"plan9"}"#)
        },
    );
}

#[test]
fn a_document_may_be_any_bytes() {
    for (faulty, raw) in [
        (oci_image! { manifest "a:1" { layer { "a" => "b" } raw: "not json" } }, "not json"),
        (
            oci_image! { manifest "a:1" { layer { "a" => "b" } raw: json { "schemaVersion": 2 } } },
            r#"{"schemaVersion":2}"#,
        ),
        (oci_image! { manifest "a:1" { layer { "a" => "b" } raw: "" } }, ""),
    ] {
        let honest = oci_image! { manifest "a:1" { layer { "a" => "b" } } };
        let differences = differences(&honest, &faulty);
        // `index.json` differs, and one manifest replaces the other. The blobs that the manifest would list are stored.
        assert_eq!(differences.len(), 3);
        let name = format!("blobs/{}", digest(raw.as_bytes()).replace(':', "/"));
        assert_eq!(differences[&name], (None, Some(raw.as_bytes().to_vec())));
    }
    let faulty = oci_image! { linux/amd64 { layer { "a" => "b" } config { raw: b"\xff" } } };
    let name = format!("blobs/{}", digest(b"\xff").replace(':', "/"));
    assert_eq!(files(&faulty)[&name], b"\xff");
}

#[test]
fn diff_ids_are_any_number_of_any_texts() {
    let layer = digest(&{
        let layout = oci_image! { linux/amd64 { 'l: layer { "a" => "b" } } }.in_memory().unwrap();
        layout.label("l").unwrap().bytes().unwrap().into_owned()
    });
    let honest = oci_image! { linux/amd64 { layer { "a" => "b" } config { } } };
    for (faulty, diff_ids) in [
        (oci_image! { linux/amd64 { layer { "a" => "b" } config { diff_ids: [] } } }, String::new()),
        (
            oci_image! { linux/amd64 { 'l: layer { "a" => "b" } config { diff_ids: ['l.digest, "sha256:7"] } } },
            format!(r#""{layer}","sha256:7""#),
        ),
    ] {
        edited(&honest, &faulty, |document| document.replace(&format!(r#""{layer}""#), &diff_ids));
    }
    let honest = oci_image! { linux/amd64 { blob "a/b" => "c", config { } } };
    let faulty = oci_image! { linux/amd64 { blob "a/b" { content: "c", diff_id: "sha256:0" } config { } } };
    edited(&honest, &faulty, |document| document.replace(r#""diff_ids":[]"#, r#""diff_ids":["sha256:0"]"#));
}

/// The descriptor of a node changes, and the node does not.
#[test]
fn a_descriptor_is_edited_in_its_parent() {
    let honest = oci_image! { 'i: index "i:1" { linux/amd64 { } } };
    let layout = honest.in_memory().unwrap();
    let image = layout.platform("linux/amd64").unwrap();
    let (digest, size) = (image.digest().to_string(), image.size().to_string());
    let (digest, size) = (format!(r#""digest":"{digest}""#), format!(r#""size":{size}"#));
    let index = |fixture: &Fixture| {
        let layout = fixture.in_memory().unwrap();
        let text = layout.nodes().unwrap()[0].bytes().unwrap().into_owned();
        String::from_utf8(text).unwrap()
    };
    let plain = index(&honest);
    let media_type = r#""mediaType":"application/vnd.oci.image.manifest.v1+json","digest""#;
    for (faulty, expected) in [
        (
            oci_image! { index "i:1" { linux/amd64 { descriptor: { digest: "sha256:../../etc/passwd" } } } },
            plain.replace(&digest, r#""digest":"sha256:../../etc/passwd""#),
        ),
        (
            oci_image! { index "i:1" { linux/amd64 { descriptor: { size: -5 } } } },
            plain.replace(&size, r#""size":-5"#),
        ),
        (
            oci_image! { index "i:1" { linux/amd64 { descriptor: { size: 9223372036854775808 } } } },
            plain.replace(&size, r#""size":9223372036854775808"#),
        ),
        (
            oci_image! { index "i:1" { linux/amd64 { descriptor: { size: 1e3 } } } },
            plain.replace(&size, r#""size":1e3"#),
        ),
        (
            oci_image! { index "i:1" { linux/amd64 { descriptor: { media_type: "no media type" } } } },
            plain.replace(media_type, r#""mediaType":"no media type","digest""#),
        ),
        (
            oci_image! { index "i:1" { linux/amd64 { descriptor: { data: "other" } } } },
            plain.replace(&size, &format!(r#"{size},"data":"b3RoZXI=""#)),
        ),
        (
            oci_image! {
                index "i:1" { linux/amd64 { descriptor: { merge: { "size": "large", "urls": [null], "platform": { "os": null } } } } }
            },
            plain.replace(&size, r#""size":"large""#).replace(r#","os":"linux"}"#, r#"},"urls":[null]"#),
        ),
    ] {
        assert_eq!(index(&faulty), expected);
        // Of all blobs, only that of the index differs.
        assert_eq!(differences(&honest, &faulty).len(), 3);
    }
}

#[test]
fn a_dangling_descriptor_has_any_fields() {
    let fixture = oci_image! {
        #[unchecked]
        dangling {
            media_type: "a/b", digest: "SHA256:1", size: -1.5e-3, data: b"\xff",
            merge: { "platform": 1 },
        }
    };
    let index = String::from_utf8(files(&fixture)["index.json"].clone()).unwrap();
    assert_eq!(
        index,
        r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"a/b","digest":"SHA256:1","size":-1.5e-3,"data":"/w==","platform":1}]}"#
    );
}

#[test]
fn fields_that_do_not_go_together_are_an_error() {
    let no_map = Value::new([1]);
    let raw = "`raw` is the whole document, so the other fields change nothing; remove them";
    for (fixture, expected) in [
        (Fixture::new().with(Index::new().merge(&no_map)), "index 1: `merge` takes a map; write `{ \"key\": ... }`".to_owned()),
        (Fixture::new().extend(no_map), "index.json: `extend` takes a map; write `{ \"key\": ... }`".to_owned()),
        (Fixture::new().raw("").annotations([("a", "b")]), format!("index.json: {raw}")),
        (Fixture::new().with(Manifest::new().raw("").artifact_type("a/b")), format!("manifest 1: {raw}")),
        (
            Fixture::new().with(Manifest::new().with(Config::new().raw("").user("me"))),
            format!("linux/amd64 > config 1: {raw}"),
        ),
        (
            Fixture::new().with(Manifest::new().with(Config::new().raw("").diff_ids([""]))),
            format!("linux/amd64 > config 1: {raw}"),
        ),
        (
            Fixture::new().with(Manifest::new().descriptor(Descriptor::new().size("large"))),
            "linux/amd64: number `large` is not a number in JSON; write a decimal number such as `16`, `-1.5` or `1e3`, without `_` or a type".to_owned(),
        ),
    ] {
        assert_eq!(error(&fixture), expected);
    }
}
