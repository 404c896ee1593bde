//! `null`: where a config has it, and where it leaves a member of a descriptor out.

use oci_fixture::{Config, Descriptor, Fixture, Manifest, oci_image};

const NOTHING: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn config_of(fixture: &Fixture) -> String {
    let layout = fixture.in_memory().unwrap();
    layout.assert_verified();
    let image = layout.platform("linux/amd64").unwrap();
    let config = layout.blob(image.manifest().unwrap().config().digest()).unwrap().into_owned();
    String::from_utf8(config).unwrap()
}

#[test]
fn a_config_has_null_where_a_nil_slice_or_map_of_go_stands() {
    let fixture = oci_image! {
        linux/amd64 {
            config { user: "a", env: ["B=c"], entrypoint: null, cmd: null, volumes: null, labels: null, stop_signal: "SIGINT" }
        }
    };
    assert_eq!(
        config_of(&fixture),
        concat!(
            r#"{"architecture":"amd64","os":"linux","config":{"User":"a","Env":["B=c"],"Entrypoint":null,"Cmd":null,"#,
            r#""Volumes":null,"Labels":null,"StopSignal":"SIGINT"},"rootfs":{"type":"layers","diff_ids":[]}}"#
        )
    );
    let built =
        Config::new().user("a").env(["B=c"]).null_entrypoint().null_cmd().null_volumes().null_labels();
    let built = Fixture::new().with(Manifest::new().with(built.stop_signal("SIGINT")));
    assert_eq!(config_of(&built), config_of(&fixture));
}

#[test]
fn a_field_that_is_null_has_no_values() {
    let config = Config::new().null_cmd().cmd(["sh"]);
    let error = Fixture::new().with(Manifest::new().with(config)).in_memory().unwrap_err();
    assert!(
        error.to_string().ends_with("`cmd` has values, and is null, too; remove one of the two"),
        "{error}"
    );
}

/// The descriptor of the only entry of index.json.
fn listed(fixture: &Fixture) -> String {
    let index = fixture.in_memory().unwrap().index_bytes().unwrap().into_owned();
    let index = String::from_utf8(index).unwrap();
    let (_, entries) = index.split_once(r#""manifests":["#).unwrap();
    let (entry, _) = entries.split_once("]}").unwrap();
    entry.replace(NOTHING, "NOTHING")
}

#[test]
fn null_leaves_a_member_out_of_a_descriptor() {
    let left_out = |fixture: Fixture, expected: &str| assert_eq!(listed(&fixture), expected);
    let all = || {
        Descriptor::new()
            .media_type("a/b")
            .digest(NOTHING)
            .size(0)
            .urls(["https://example.com"])
            .annotations([("a", "b")])
            .artifact_type("c/d")
            .platform("linux/amd64")
            .data("e")
    };
    let whole = r#"{"mediaType":"a/b","digest":"NOTHING","size":0,"urls":["https://example.com"],"annotations":{"a":"b"},"data":"ZQ==","platform":{"architecture":"amd64","os":"linux"},"artifactType":"c/d"}"#;
    left_out(Fixture::new().with(all()), whole);
    for (without, member) in [
        (all().without_media_type(), r#""mediaType":"a/b","#),
        (all().without_digest(), r#""digest":"NOTHING","#),
        (all().without_size(), r#""size":0,"#),
        (all().without_urls(), r#""urls":["https://example.com"],"#),
        (all().without_annotations(), r#""annotations":{"a":"b"},"#),
        (all().without_data(), r#""data":"ZQ==","#),
        (all().without_platform(), r#""platform":{"architecture":"amd64","os":"linux"},"#),
        (all().without_artifact_type(), r#","artifactType":"c/d""#),
    ] {
        left_out(Fixture::new().with(without), &whole.replace(member, ""));
    }
}

#[test]
fn null_leaves_out_what_a_node_says() {
    let all = oci_image! {
        manifest "app:1" {
            descriptor: {
                media_type: null, digest: null, size: null, platform: null, annotations: null, urls: null,
                artifact_type: null, data: null,
            }
        }
    };
    assert_eq!(listed(&all), "{}");
    assert!(all.to_string().contains("! descriptor: { media_type, digest, size, platform }"), "{all}");
    let named = oci_image! { manifest "app:1" { descriptor: { ref_name: null, platform: null } } };
    let built = Manifest::new().reference("app:1");
    let built =
        Fixture::new().with(built.descriptor(Descriptor::new().without_ref_name().without_platform()));
    assert_eq!(listed(&named), listed(&built));
    assert!(
        listed(&named).ends_with(r#""annotations":{"io.containerd.image.name":"docker.io/library/app:1"}}"#)
    );
}
