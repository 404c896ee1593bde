//! The program, as its users run it.

// clippy.toml lets `#[test]` functions do this; the helpers below are as much a part of the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by a panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::{env, fs, io, iter};

use tempfile::TempDir;

const APP: &str = "index \"app:1\" { linux/amd64 { \"etc/name\" => \"app\" } }\n";

/// The tree of the declaration.
const TREE: &str = "\
index.json
└─ index docker.io/library/app:1 sha256:481b45eb680b 289 bytes
   └─ manifest linux/amd64 sha256:bde3ae542fec 397 bytes
      ├─ config sha256:0f8bf4cea8bf 238 bytes
      └─ layer sha256:ebd633d79db1 2048 bytes
         └─ -rw-r--r-- 3 etc/name
";

/// The long tree of the declaration, without its first line.
const LONG: &str = "\
└─ index docker.io/library/app:1 sha256:481b45eb680bd0f01347b8d87eb83ca02baf449604ea98b7416fdf8f26e4e24c application/vnd.oci.image.index.v1+json 289 bytes
   └─ manifest linux/amd64 sha256:bde3ae542fec02cee8caaa6f7af95dfd7f0eea5b6f319cf2caacc64e9018a28f application/vnd.oci.image.manifest.v1+json 397 bytes
      ├─ config sha256:0f8bf4cea8bf49251bad020e127477d10369b396092bce57c0cbac49a2ff3960 application/vnd.oci.image.config.v1+json 238 bytes
      └─ layer sha256:ebd633d79db1d51b9bab76040532643542f7d02ede08af821f24341d87253bb3 application/vnd.oci.image.layer.v1.tar 2048 bytes
         └─ -rw-r--r-- 0/0 3 1970-01-01 00:00 etc/name
";

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("app.oci"), APP).unwrap();
    folder
}

fn program(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_oci-fixture"))
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .unwrap()
}

/// The status, the output and the errors of the program.
fn said(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let output = program(folder, arguments);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_declaration_is_written_as_a_directory_and_as_an_archive() {
    let folder = folder();
    for out in ["layout", "layout.tar"] {
        assert_eq!(said(&folder, &["write", "app.oci", out]), (0, String::new(), String::new()));
        assert_eq!(said(&folder, &["diff", "app.oci", out]), (0, String::new(), String::new()));
        assert_eq!(said(&folder, &["verify", out]), (0, String::new(), String::new()));
        assert_eq!(said(&folder, &["tree", out]), (0, TREE.to_owned(), String::new()));
    }
}

/// Like [`said`], with a standard input.
fn answered(folder: &TempDir, arguments: &[&str], input: &[u8]) -> (i32, Vec<u8>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_oci-fixture"))
        .args(arguments)
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    (status.code().unwrap(), stdout, String::from_utf8(stderr).unwrap())
}

#[test]
fn a_declaration_from_the_standard_input_is_printed_in_its_usual_form() {
    let text = b"index \"app:1\" {\nlinux/amd64 { layer { \"etc/name\" => b\"app\" } } }";
    assert_eq!(answered(&folder(), &["source", "-"], text), (0, APP.as_bytes().to_vec(), String::new()));
}

#[test]
fn an_archive_goes_through_the_standard_output_and_input() {
    let folder = folder();
    let (status, tar, errors) = answered(&folder, &["write", "-", "-"], APP.as_bytes());
    assert_eq!((status, errors.as_str()), (0, ""));
    assert_eq!(said(&folder, &["write", "app.oci", "layout.tar"]).0, 0);
    assert!(tar == fs::read(folder.path().join("layout.tar")).unwrap());
    let nothing = (0, Vec::new(), String::new());
    assert_eq!(answered(&folder, &["verify", "-"], &tar), nothing);
    assert_eq!(answered(&folder, &["diff", "app.oci", "-"], &tar), nothing);
    let (_, tree, _) = said(&folder, &["tree", "app.oci"]);
    assert_eq!(answered(&folder, &["tree", "-"], &tar), (0, tree.into_bytes(), String::new()));
    assert_eq!(answered(&folder, &["source", "-"], &tar), (0, APP.as_bytes().to_vec(), String::new()));
}

#[test]
fn an_input_that_does_not_fit_is_refused_and_nothing_is_written() {
    let folder = folder();
    let artifact = "manifest { artifact_type: \"a/b\", blob \"a/b\" => \"x\" }";
    fs::write(folder.path().join("artifact.oci"), artifact).unwrap();
    fs::write(folder.path().join("kept"), "kept").unwrap();
    let refused = |arguments: &[&str], input: &[u8], error: &str| {
        let expected = (2, Vec::new(), format!("error: {error}\n"));
        assert_eq!(answered(&folder, arguments, input), expected, "{arguments:?}");
    };
    let no_image =
        "manifest 1: is no image that Docker could load; `write_archive` writes the layout without one";
    refused(&["write", "--docker", "artifact.oci", "kept"], b"", no_image);
    assert_eq!(fs::read_to_string(folder.path().join("kept")).unwrap(), "kept");
    refused(&["diff", "-", "-"], b"", "only one of the two can be the standard input");
    let neither = "the standard input is neither a declaration in UTF-8 nor a tar of a layout";
    refused(&["tree", "-"], b"\xff", neither);
    assert_eq!(said(&folder, &["write", "app.oci", "layout"]).0, 0);
    let layout = "layout is a layout; give the text of a declaration, which `oci-fixture source` prints";
    refused(&["write", "layout", "other"], b"", layout);
    refused(&["write", "-", "other"], &tar(), &layout.replace("layout is", "the standard input is"));
    assert!(!folder.path().join("other").exists());
    let no_layout = "the standard input: has no `oci-layout` and no `manifest.json`, so it is no archive of a layout or for \
                     Docker";
    refused(&["tree", "-"], &[0; 1024], no_layout);
    fs::write(folder.path().join("layout.tar.gz"), b"\x1f\x8b\x08\0").unwrap();
    refused(&["tree", "layout.tar.gz"], b"", "layout.tar.gz is compressed; decompress it by `gzip -d`");
    refused(
        &["tree", "-"],
        b"\x28\xb5\x2f\xfd",
        "the standard input is compressed; decompress it by `zstd -d`",
    );
    fs::write(folder.path().join("binary"), b"\x7fELF\xff").unwrap();
    refused(&["tree", "binary"], b"", &neither.replace("the standard input", "binary"));
    for out in ["out.tar.gz", "out.tgz"] {
        let compressed = "an archive is written without a compression; write a name that ends with `.tar`";
        refused(&["write", "app.oci", out], b"", &format!("{out}: {compressed}"));
        assert!(!folder.path().join(out).exists());
    }
    let address = "invalid value 'localhost' for '--address <ADDRESS:PORT>': write an address and a port, such as \
                   `127.0.0.1:5000`\n\nFor more information, try '--help'.";
    refused(&["serve", "--address", "localhost", "app.oci"], b"", address);
}

/// Docker 25 writes archives that are layouts and archives for Docker. The images for Docker would hide what is wrong with the
/// layout.
#[test]
fn an_archive_with_a_broken_layout_is_not_read_as_one_for_docker() {
    let folder = folder();
    let text = r#"raw: "{}", manifest "app:1" { "bin/app" => "amd64" }"#;
    let fixture = oci_fixture::Fixture::parse(text).unwrap();
    fixture.docker_archive().with_layout().write_to(folder.path().join("both.tar")).unwrap();
    let error = "error: both.tar/index.json: cannot be read as an image index: missing field `manifests` at line 1 column 2\n";
    assert_eq!(said(&folder, &["verify", "both.tar"]), (2, String::new(), error.to_owned()));
}

/// A shell passes the output of `<(...)` as the path of a pipe, which can be read only once.
#[cfg(unix)]
#[test]
fn a_pipe_is_read_as_the_standard_input_is() {
    let folder = folder();
    let tree = answered(&folder, &["tree", "-"], APP.as_bytes());
    assert_eq!(answered(&folder, &["tree", "/dev/stdin"], APP.as_bytes()), tree);
    assert_eq!(answered(&folder, &["tree", "/dev/stdin"], &tar()), tree);
    let error = "error: /dev/stdin is neither a declaration in UTF-8 nor a tar of a layout\n";
    assert_eq!(answered(&folder, &["tree", "/dev/stdin"], b"\xff"), (2, Vec::new(), error.to_owned()));
}

/// The archive of the declaration.
fn tar() -> Vec<u8> {
    program(&folder(), &["write", "app.oci", "-"]).stdout
}

/// A program such as `head` closes the pipe when it has seen enough.
#[test]
fn a_closed_output_ends_the_program_without_a_word() {
    let folder = folder();
    fs::write(folder.path().join("large.oci"), "linux/amd64 { \"a\" => Content::random(1, 8 << 20) }")
        .unwrap();
    let tasks: [&[&str]; 7] = [
        &["write", "large.oci", "-"],
        &["write", "--docker", "large.oci", "-"],
        &["tree", "app.oci"],
        &["source", "app.oci"],
        &["diff", "app.oci", "large.oci"],
        &["completions", "bash"],
        &["man"],
    ];
    for arguments in tasks {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_oci-fixture"));
        command.args(arguments).current_dir(folder.path()).stdout(writer);
        let Output { status, stderr, .. } = command.output().unwrap();
        let errors = String::from_utf8(stderr).unwrap();
        assert_eq!((status.code(), errors.as_str()), (Some(141), ""), "{arguments:?}");
    }
}

#[test]
fn an_archive_for_docker_has_the_image_of_a_platform() {
    let folder = folder();
    let both = "index \"app:1\" { linux/amd64 { \"a\" => \"1\" } linux/arm64 { \"a\" => \"2\" } }";
    fs::write(folder.path().join("both.oci"), both).unwrap();
    let error = "error: index \"app:1\": has images for `linux/amd64`, `linux/arm64`, and Docker loads one; choose it: \
                 `--platform linux/amd64`\n";
    let docker = |options: &[&str]| {
        said(&folder, &[&["write", "--docker"], options, &["both.oci", "docker.tar"]].concat())
    };
    assert_eq!(docker(&[]), (2, String::new(), error.to_owned()));
    assert_eq!(docker(&["--platform", "linux/arm64"]), (0, String::new(), String::new()));
    let (_, text, _) = said(&folder, &["source", "--logical", "docker.tar"]);
    assert!(text.contains("linux/arm64"), "{text}");
}

/// Serves a declaration, and returns the program that does so, with its host and port.
fn served(folder: &TempDir, file: &str) -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_oci-fixture"))
        .args(["serve", file])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut host = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut host).unwrap();
    (child, host.trim().to_owned())
}

fn get(host: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_declaration_is_pushed() {
    let folder = folder();
    fs::write(folder.path().join("other.oci"), "manifest \"other:2\" { \"a\" => \"b\" }").unwrap();
    let (mut child, host) = served(&folder, "other.oci");
    let pushed = said(&folder, &["push", "app.oci", &format!("http://{host}")]);
    let answer = get(&host, "/v2/library/app/tags/list");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(pushed, (0, String::new(), String::new()));
    assert!(answer.ends_with("{\"name\":\"library/app\",\"tags\":[\"1\"]}"), "{answer}");
}

#[test]
fn the_shortest_honest_form_of_a_layout_is_printed() {
    let folder = folder();
    let odd =
        "index \"app:1\" { linux/amd64 { layer { \"etc/name\" => \"app\", eof: 0 } merge: { \"odd\": 1 } } }";
    fs::write(folder.path().join("odd.oci"), odd).unwrap();
    let (status, text, errors) = said(&folder, &["source", "--logical", "odd.oci"]);
    let (note, text) = text.split_once('\n').unwrap();
    assert_eq!((status, text, errors.as_str()), (0, APP, ""));
    assert!(note.starts_with("// Left out: the member `odd` of the manifest sha256:"), "{note}");
}

#[test]
fn a_long_tree_has_whole_digests_media_types_owners_and_times() {
    let expected = (0, format!("index.json\n{LONG}"), String::new());
    assert_eq!(said(&folder(), &["tree", "--long", "app.oci"]), expected);
}

#[test]
fn a_difference_has_the_lines_of_both_trees() {
    let folder = folder();
    fs::write(folder.path().join("other.oci"), APP.replace("app\" }", "other\" }")).unwrap();
    let others = "\
+ └─ index docker.io/library/app:1 sha256:aa0eff360110dfa6946f5e467f7be3cbd01b0d7d5c9c545dcd7d0133778d3be9 application/vnd.oci.image.index.v1+json 289 bytes
+    └─ manifest linux/amd64 sha256:7d59ae5f958618da150274b2a184da2281b4fb017bdbcb24544c42b6276d5869 application/vnd.oci.image.manifest.v1+json 397 bytes
+       ├─ config sha256:c1a5b4d42a0ecdbe1c6a4eb2e96ce037a20f07e1fe55211120287bcd548d52e0 application/vnd.oci.image.config.v1+json 238 bytes
+       └─ layer sha256:2fb5336c8f58905bee42e0f789c5d363ddfb87a3e1d303fffa01249a97e07236 application/vnd.oci.image.layer.v1.tar 2048 bytes
+          └─ -rw-r--r-- 0/0 5 1970-01-01 00:00 etc/name
";
    let own = LONG.trim_end().replace('\n', "\n- ");
    let expected = (1, format!("  index.json\n- {own}\n{others}"), String::new());
    assert_eq!(said(&folder, &["diff", "app.oci", "other.oci"]), expected);
}

#[test]
fn an_archive_for_docker_is_a_layout_for_each_task() {
    let folder = folder();
    assert_eq!(said(&folder, &["write", "--docker", "app.oci", "docker.tar"]).0, 0);
    let nothing = (0, String::new(), String::new());
    assert_eq!(said(&folder, &["verify", "docker.tar"]), nothing);
    assert_eq!(said(&folder, &["diff", "docker.tar", "docker.tar"]), nothing);
    let (status, tree, errors) = said(&folder, &["tree", "docker.tar"]);
    let expected = "\
index.json
└─ #[docker] manifest docker.io/library/app:1 MANIFEST
   ├─ #[docker] config sha256:0f8bf4cea8bf 238 bytes
   └─ #[docker] layer sha256:ebd633d79db1 2048 bytes
      └─ -rw-r--r-- 3 etc/name
";
    let digest = tree.lines().nth(1).unwrap().rsplit_once("app:1 ").unwrap().1;
    assert_eq!((status, tree.replace(digest, "MANIFEST"), errors), (0, expected.to_owned(), String::new()));
    let tar = fs::read(folder.path().join("docker.tar")).unwrap();
    assert_eq!(answered(&folder, &["tree", "-"], &tar), (0, tree.clone().into_bytes(), String::new()));
    // The text of the archive declares the same image as the layout that was read from it.
    let (status, text, errors) = said(&folder, &["source", "docker.tar"]);
    assert_eq!((status, errors.as_str()), (0, ""));
    fs::write(folder.path().join("docker.oci"), text).unwrap();
    assert_eq!(said(&folder, &["tree", "docker.oci"]), (0, tree, String::new()));
    assert_eq!(said(&folder, &["diff", "docker.oci", "docker.tar"]), nothing);
    let refused =
        "error: docker.tar is a layout; give the text of a declaration, which `oci-fixture source` prints\n";
    assert_eq!(said(&folder, &["write", "docker.tar", "out"]), (2, String::new(), refused.to_owned()));
}

#[test]
fn colours_are_printed_if_they_are_asked_for() {
    let folder = folder();
    fs::write(folder.path().join("other.oci"), APP.replace("app\" }", "other\" }")).unwrap();
    let diff = |color| said(&folder, &["--color", color, "diff", "app.oci", "other.oci"]).1;
    assert!(!diff("auto").contains('\x1b'));
    assert!(!diff("never").contains('\x1b'));
    assert!(diff("always").contains("\x1b[31m- "), "{}", diff("always"));
}

#[test]
fn a_mistake_is_shown_with_its_line() {
    let folder = folder();
    fs::write(folder.path().join("app.oci"), "imdex {}\n").unwrap();
    let error =
        "error: app.oci:1:1: unknown word `imdex`; did you mean `index`?\n  |\n1 | imdex {}\n  | ^^^^^\n";
    assert_eq!(said(&folder, &["write", "app.oci", "layout"]), (2, String::new(), error.to_owned()));
    assert!(!folder.path().join("layout").exists());
}

#[test]
fn what_verify_finds_and_what_differs_has_the_status_1() {
    let folder = folder();
    fs::write(folder.path().join("other.oci"), "index \"app:1\" { linux/amd64 { #[missing] layer {} } }\n")
        .unwrap();
    let found = "SHOULD: index.json > manifests[0] > manifests[0] > layers[0]: the blob \
                 sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef is not stored\n";
    assert_eq!(said(&folder, &["verify", "other.oci"]), (1, found.to_owned(), String::new()));
    let (status, differences, errors) = said(&folder, &["diff", "app.oci", "other.oci"]);
    assert_eq!((status, errors.as_str()), (1, ""));
    assert!(differences.starts_with("  index.json\n- "), "{differences}");
}

#[test]
fn a_declaration_is_served() {
    let folder = folder();
    let (mut child, host) = served(&folder, "app.oci");
    let answer = get(&host, "/v2/library/app/tags/list");
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.ends_with("{\"name\":\"library/app\",\"tags\":[\"1\"]}"), "{answer}");
}

#[test]
fn the_manual_page_and_the_completions_name_each_task() {
    let folder = folder();
    for arguments in [&["man"][..], &["completions", "bash"], &["--help"]] {
        let (status, page, errors) = said(&folder, arguments);
        assert_eq!((status, errors.as_str()), (0, ""));
        for task in ["write", "serve", "tree", "verify", "source", "push", "diff"] {
            assert!(page.contains(task), "{arguments:?} lacks {task}");
        }
    }
}

/// Runs a test of tests/users/ in its language, as a user with the program on the path does.
fn runs_in(language: &str, script: &str) {
    if Command::new(language).args(["-c", ""]).output().is_err() {
        eprintln!("skipped: `{language}` is not installed");
        return;
    }
    let bin = Path::new(env!("CARGO_BIN_EXE_oci-fixture")).parent().unwrap().to_owned();
    let path = env::var_os("PATH").unwrap_or_default();
    let output = Command::new(language)
        .arg(script)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/users"))
        .env("PATH", env::join_paths(iter::once(bin).chain(env::split_paths(&path))).unwrap())
        .output()
        .unwrap();
    assert!(output.status.success(), "{script}:\n{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_test_in_python_uses_the_program() {
    runs_in("python3", "serve.py");
}

#[test]
fn a_test_in_shell_uses_the_program() {
    runs_in("sh", "layout.sh");
}
