//! Layouts of other tools, and directories that are not layouts.
use std::fs;
use std::path::Path;

#[cfg(feature = "decode")]
use oci_fixture::Zstd;
use oci_fixture::{Content, ErrorKind, Fixture, Layout, oci_image};
use tempfile::TempDir;

fn fixture() -> Fixture {
    oci_image! {
        'app: index "app:1" {
            linux/amd64 { "bash" => "layer1" }
            linux/arm/v6 { "bash" => "layer2" }
        }
        tag "app:again" => 'app,
        manifest "other:2" linux/arm64/v8 { "etc/", "etc/name" => "three" }
    }
}

/// A layout on the disk that was opened, so that nothing is known of its declaration.
fn written() -> (TempDir, Layout) {
    let temp = tempfile::tempdir().unwrap();
    fixture().write_to(temp.path()).unwrap();
    let layout = Layout::open(temp.path()).unwrap();
    (temp, layout)
}

/// The error without the directory's own path.
fn error<T>(temp: &TempDir, result: oci_fixture::Result<T>) -> (ErrorKind, String) {
    let error = result.map(drop).unwrap_err();
    (error.kind(), error.to_string().replace(temp.path().to_str().unwrap(), "DIR"))
}

fn layout(problem: &str) -> (ErrorKind, String) {
    (ErrorKind::Layout, problem.to_owned())
}

#[test]
fn an_opened_layout_has_all_but_the_labels() {
    let (_temp, layout) = written();
    assert_eq!(layout.to_string(), fixture().to_string());
    let names: Vec<_> =
        layout.nodes().unwrap().iter().map(|node| node.reference().unwrap().to_owned()).collect();
    assert_eq!(
        names,
        ["docker.io/library/app:1", "docker.io/library/app:again", "docker.io/library/other:2"]
    );
    let image = layout.reference("app:again").unwrap().platform("linux/amd64").unwrap();
    assert_eq!(image.layers().unwrap()[0].file("bash").unwrap(), b"layer1");
    assert_eq!(layout.label("app").unwrap_err().to_string(), "no node has the label `app`; there is none");
}

#[test]
fn a_compressed_layer_is_drawn_as_far_as_it_can_be_read() {
    let fixture = oci_image! { linux/amd64 { layer gzip { "a" => "b" } } };
    let directory = fixture.tempdir().unwrap();
    let layer = "   └─ layer gzip sha256:b057b56ab334 2071 bytes";
    let entry = "      └─ -rw-r--r-- 1 a";
    assert_eq!(below(&directory), [layer, entry]);
    let opened = below(&Layout::open(directory.path()).unwrap());
    if cfg!(feature = "decode") {
        assert_eq!(opened, [layer, entry]);
    } else {
        assert_eq!(opened, [format!("{layer} (the feature `decode` shows its entries)")]);
    }
}

/// Otherwise a few bytes would take minutes. The end of this layer is cut off, which is not noticed because it is not
/// read.
#[test]
#[cfg(feature = "decode")]
fn a_layer_that_expands_to_much_is_not_read_to_be_drawn() {
    // A frame of a block that repeats one byte 128 KiB times.
    let frame = b"\x28\xb5\x2f\xfd\xa0\0\0\x02\0\x03\0\x10\0";
    let encoder = Zstd::stored().suffix(Content::repeat(frame, 600));
    let fixture = oci_image! {
        linux/amd64 { layer (encoder) { entry { name: "a", size: 100 << 20 } eof: 0 } }
    };
    let directory = fixture.tempdir().unwrap();
    let layer = "   └─ layer zstd sha256:be9ae699002c 8321 bytes";
    let remark = "(too large to show its entries)";
    assert_eq!(below(&directory), [format!("{layer} ! eof:, entry, suffix() {remark}")]);
    assert_eq!(below(&Layout::open(directory.path()).unwrap()), [format!("{layer} {remark}")]);
}

/// Otherwise a small layout would take hours.
#[test]
fn a_layer_that_is_listed_many_times_is_not_read_each_time_to_be_drawn() {
    let fixture = oci_image! {
        linux/amd64 { 'zeros: layer { "zeros" => Content::zeros(60 << 20) } for _ in 0..18 { 'zeros } }
    };
    let directory = fixture.tempdir().unwrap();
    let layer = "layer sha256:6ecd0db4f2ba 62916096 bytes";
    let read = [format!("   ├─ {layer}"), "   │  └─ -rw-r--r-- 62914560 zeros".to_owned()];
    let unread = ["├─", "└─"].map(|branch| format!("   {branch} {layer} (too large to show its entries)"));
    let expected: Vec<String> = read.into_iter().cycle().take(2 * 17).chain(unread).collect();
    assert_eq!(below(&Layout::open(directory.path()).unwrap()), expected);
}

/// A fixture does not know the entries that only the bytes of a layer tell.
#[test]
fn entries_by_hand_are_drawn_once_they_are_written() {
    let fixture = oci_image! { linux/amd64 { entry { name: "a" } } };
    let layer = "   └─ layer sha256:16d138f22178 1536 bytes ! entry";
    let unknown = format!("{layer} (its entries are known once it is written)");
    assert_eq!(below(&fixture), [unknown]);
    assert_eq!(below(&fixture.in_memory().unwrap()), [layer, "      └─ -rw-r--r-- 0 a"]);
}

/// The lines of the tree for the layers of the first manifest.
fn below(tree: &impl ToString) -> Vec<String> {
    tree.to_string().lines().skip(3).map(str::to_owned).collect()
}

#[test]
fn a_digest_finds_the_node_wherever_it_is() {
    let (_temp, layout) = written();
    let layers = layout.best_match("linux/arm64").unwrap().layers().unwrap();
    let node = layout.digest(layers[0].digest()).unwrap();
    assert_eq!(node.descriptor(), layers[0].descriptor());
    let unknown = format!("sha256:{}", "0".repeat(64));
    let error = layout.digest(&unknown).map(drop).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        (
            ErrorKind::NotFound,
            format!("nothing in the layout refers to `{unknown}`; if it is stored, `blob` gives it")
        )
    );
    assert_eq!(
        layout.digest("../x").map(drop).unwrap_err().to_string(),
        "digest `../x` has no `:`; write `sha256:` and 64 hexadecimal digits"
    );
}

#[test]
fn the_best_match_is_what_a_machine_would_run() {
    let (_temp, layout) = written();
    let all = layout.platform("linux/arm64/v8").unwrap();
    for platform in ["linux/arm64", "linux/arm64/v8", "linux/arm64/v9"] {
        assert_eq!(layout.best_match(platform).unwrap().digest(), all.digest(), "{platform}");
    }
    let app = layout.reference("app:1").unwrap();
    let v6 = app.platform("linux/arm/v6").unwrap();
    for platform in ["linux/arm/v7", "linux/arm", "linux/arm64", "linux/arm/v6"] {
        assert_eq!(app.best_match(platform).unwrap().digest(), v6.digest(), "{platform}");
    }
    let error = app.best_match("linux/arm/v5").map(drop).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        (
            ErrorKind::NotFound,
            "there is no manifest for `linux/arm/v5`; there is `linux/amd64`, `linux/arm/v6`".to_owned()
        )
    );
    assert_eq!(
        layout.platform("linux/arm64").map(drop).unwrap_err().to_string(),
        "there is no manifest for `linux/arm64`; there is `linux/amd64`, `linux/arm/v6`, `linux/arm64/v8`"
    );
}

/// A descriptor among the layers of an artifact may say anything.
#[test]
fn an_image_among_the_layers_of_a_manifest_is_not_chosen() {
    let layout = oci_image! {
        linux/amd64 {
            dangling {
                media_type: "application/vnd.oci.image.manifest.v1+json",
                digest: "sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210",
                size: 7,
                platform: linux/amd64,
            }
        }
    };
    let layout = layout.in_memory().unwrap();
    let image = &layout.nodes().unwrap()[0];
    assert_eq!(image.children().unwrap()[1].media_type(), image.media_type());
    assert_eq!(layout.platform("linux/amd64").unwrap().digest(), image.digest());
    assert_eq!(layout.best_match("linux/amd64").unwrap().digest(), image.digest());
    assert_eq!(image.platform("linux/amd64").unwrap().digest(), image.digest());
}

#[test]
fn a_walk_comes_to_every_node_once() {
    let (_temp, layout) = written();
    let types = layout.walk().unwrap().map(|node| {
        let media_type = node.unwrap().media_type().to_owned();
        media_type.rsplit_once("image.").unwrap().1.to_owned()
    });
    let image = ["manifest.v1+json", "config.v1+json", "layer.v1.tar"];
    let mut expected = vec!["index.v1+json"];
    expected.extend(image.iter().chain(&image));
    // The index has another name, too, but is opened once.
    expected.push("index.v1+json");
    expected.extend(image);
    assert_eq!(types.collect::<Vec<_>>(), expected);
    let image = layout.platform("linux/amd64").unwrap();
    assert_eq!(image.walk().count(), 3);
}

#[test]
fn a_directory_that_is_no_layout_is_an_error_that_says_why() {
    let temp = tempfile::tempdir().unwrap();
    let open = || error(&temp, Layout::open(temp.path()));
    let write = |name: &str, text: &str| fs::write(temp.path().join(name), text).unwrap();

    assert_eq!(
        error(&temp, Layout::open(temp.path().join("none"))),
        (
            ErrorKind::Io,
            "DIR/none: cannot open the layout: No such file or directory (os error 2)".to_owned()
        )
    );
    write("file", "");
    assert_eq!(
        error(&temp, Layout::open(temp.path().join("file"))),
        layout("DIR/file: is not a directory; open an archive with `Layout::open_archive`")
    );
    assert_eq!(open(), layout("DIR: has no `oci-layout`, so it is no OCI image layout"));
    write("oci-layout", "{}");
    assert_eq!(
        open(),
        layout(
            "DIR/oci-layout: cannot be read as an oci-layout: missing field `imageLayoutVersion` at line 1 column 2"
        )
    );
    write("oci-layout", r#"{"imageLayoutVersion":"2.0.0"}"#);
    assert_eq!(
        open(),
        layout(
            "DIR/oci-layout: the layout has the version `2.0.0`, but only `1.0.0` is known; name another layout"
        )
    );
    write("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#);
    assert_eq!(open(), layout("DIR: has no `index.json`, so it is no OCI image layout"));
    for (index, problem) in [
        ("", "EOF while parsing a value at line 1 column 0"),
        ("[]", "a list, where an object is expected"),
        ("{}", "missing field `manifests` at line 1 column 2"),
        (r#"{"manifests":{}}"#, "invalid type: map, expected a sequence at line 1 column 0"),
    ] {
        write("index.json", index);
        assert_eq!(open(), layout(&format!("DIR/index.json: cannot be read as an image index: {problem}")));
    }
    // Go writes an empty list as null.
    write("index.json", r#"{"manifests":null}"#);
    let layout = Layout::open(temp.path()).unwrap();
    assert_eq!((layout.to_string().as_str(), layout.blobs().unwrap().count()), ("index.json", 0));
}

/// Each of these files has holes, so that a small layout would fill the memory.
#[test]
fn a_document_of_more_than_one_gib_is_not_read() {
    let (temp, layout) = written();
    let image = layout.platform("linux/amd64").unwrap();
    let grow = |path: &Path| fs::File::create(path).unwrap().set_len((1 << 30) + 1).unwrap();
    let too_large = |place: &str| {
        let problem = "has 1073741825 bytes, more than the 1073741824 that are read at once";
        (ErrorKind::Layout, format!("{place}: {problem}"))
    };
    grow(&image.path());
    assert_eq!(error(&temp, image.layers()), too_large(image.digest().as_str()));
    assert_eq!(error(&temp, image.manifest()), too_large(image.digest().as_str()));
    for name in ["index.json", "oci-layout"] {
        grow(&temp.path().join(name));
        assert_eq!(error(&temp, Layout::open(temp.path())), too_large(&format!("DIR/{name}")));
    }
}

#[test]
fn a_missing_part_is_missing_where_it_is_asked_for() {
    let (temp, layout) = written();
    let image = layout.platform("linux/amd64").unwrap();
    let layer = image.layers().unwrap().remove(0);
    fs::remove_file(layer.path()).unwrap();
    let gone = (ErrorKind::NotFound, format!("the layout has no blob `{}`", layer.digest()));
    assert_eq!(error(&temp, layer.bytes()), gone);
    assert_eq!(error(&temp, layer.entries()), gone);
    assert_eq!(error(&temp, layer.tar()), gone);
    let config = image.children().unwrap().remove(0);
    fs::remove_file(config.path()).unwrap();
    assert_eq!(
        error(&temp, image.config()),
        (ErrorKind::NotFound, format!("the layout has no blob `{}`", config.digest()))
    );
    let tree = layout.to_string();
    let lines: Vec<&str> = tree.lines().filter(|line| line.ends_with(" (not stored)")).collect();
    // The image stands under two names.
    assert_eq!(lines.len(), 4, "{tree}");
    fs::remove_dir_all(temp.path().join("blobs")).unwrap();
    assert_eq!(layout.blobs().unwrap().count(), 0);
    assert_eq!(
        layout.platform("linux/amd64").map(drop).unwrap_err().to_string(),
        "there is no manifest for `linux/amd64`; there is none"
    );
}

#[test]
fn a_digest_that_is_a_path_leads_nowhere() {
    let temp = tempfile::tempdir().unwrap();
    fixture().write_to(temp.path()).unwrap();
    fs::write(temp.path().join("secret"), "secret").unwrap();
    for digest in ["sha256:../../secret", "../../secret", "sha256:", "/etc/passwd", "sha256:..%2f..%2fsecret"]
    {
        let index = format!(
            r#"{{"schemaVersion":2,"manifests":[{{"mediaType":"a/b","digest":"{digest}","size":6}}]}}"#
        );
        fs::write(temp.path().join("index.json"), index).unwrap();
        let layout = Layout::open(temp.path()).unwrap();
        let problem = layout.nodes().map(drop).unwrap_err();
        assert_eq!(problem.kind(), ErrorKind::Layout);
        let start = "index.json: has a descriptor that cannot be read: ";
        assert!(problem.to_string().starts_with(start), "{problem}");
        assert!(layout.to_string().contains("(index.json: has a descriptor that cannot be read: "));
    }
}

#[cfg(unix)]
#[test]
fn nothing_outside_of_the_layout_is_read() {
    use std::os::unix::fs::symlink;

    let (temp, layout) = written();
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret");
    fs::write(&secret, "{}").unwrap();
    let node = layout.reference("other:2").unwrap();
    let path = node.path();
    let relative = path.strip_prefix(temp.path()).unwrap().to_str().unwrap().to_owned();
    let leads_out = |name: &str| {
        (
            ErrorKind::Layout,
            format!("DIR/{name}: leads out of the layout by a symbolic link; put the file itself there"),
        )
    };
    let replace = |path: &Path, target: &Path| {
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
        symlink(target, path).unwrap();
    };

    // A link within the layout is followed.
    let moved = temp.path().join("moved");
    fs::rename(&path, &moved).unwrap();
    symlink("../../moved", &path).unwrap();
    assert_eq!(node.manifest().unwrap().layers().len(), 1);

    for target in [secret.as_path(), Path::new("/etc/hostname"), outside.path()] {
        replace(&path, target);
        assert_eq!(error(&temp, node.bytes()), leads_out(&relative));
        assert_eq!(error(&temp, node.reader()), leads_out(&relative));
    }
    // One that leads nowhere is no blob.
    replace(&path, Path::new("nowhere"));
    assert_eq!(error(&temp, node.bytes()).0, ErrorKind::NotFound);

    for name in ["index.json", "oci-layout"] {
        let (temp, _) = written();
        replace(&temp.path().join(name), &secret);
        assert_eq!(error(&temp, Layout::open(temp.path())), leads_out(name));
    }
    for name in ["blobs", "blobs/sha256"] {
        let (temp, layout) = written();
        replace(&temp.path().join(name), outside.path());
        assert_eq!(error(&temp, layout.blobs()), leads_out(name));
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_is_not_opened() {
    let (temp, layout) = written();
    let node = layout.reference("other:2").unwrap();
    let path = node.path();
    let name = path.strip_prefix(temp.path()).unwrap().display().to_string();
    let expected =
        (ErrorKind::Layout, format!("DIR/{name}: is no regular file, as each file of a layout is"));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(error(&temp, node.bytes()), expected);
    fs::remove_dir(&path).unwrap();
    // Opening it would wait for a writer.
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert_eq!(error(&temp, node.bytes()), expected);
}
