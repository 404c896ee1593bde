//! An archive as the input of a command.

use std::process::Command;

use oci_fixture::{Content, Fixture, Manifest};

/// A content that is larger than the buffer of a pipe.
fn large() -> Fixture {
    Fixture::new().with(Manifest::new().with(("large", Content::random(7, 1 << 20))))
}

#[test]
fn a_command_that_fails_without_reading_its_input_says_why() {
    let error = large().pipe_to(Command::new("sh").args(["-c", "echo no >&2; exit 3"])).unwrap_err();
    assert_eq!(error.to_string(), "sh -c echo no >&2; exit 3: has failed (exit status: 3): no");
}

#[test]
fn a_command_need_not_read_its_input() {
    let output = large().pipe_to(Command::new("sh").args(["-c", "echo yes"])).unwrap();
    assert_eq!(output.stdout, b"yes\n");
}
