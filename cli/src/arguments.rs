//! The arguments of the program.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{ColorChoice, Parser, Subcommand};

/// Images for tests, from the text of a declaration
#[derive(Parser)]
#[command(
    name = "oci-fixture",
    version,
    after_help = "\
A FILE holds the text of a declaration, as it stands in `oci_image! { ... }`. A LAYOUT is the directory of an OCI image
layout, an archive of one, or an archive for Docker. `-` is the standard input, with a declaration or an archive.

Exit status: 0, or 1 if `verify` finds a mistake or `diff` a difference, or 2 if the task cannot be done, or 141 if the
reader of the output has closed it.

Examples:
  echo 'index \"app:1\" { linux/amd64 { \"etc/name\" => \"app\" } }' > app.oci
  oci-fixture write app.oci layout
  oci-fixture tree layout
  oci-fixture serve app.oci
  oci-fixture diff app.oci layout"
)]
pub(crate) struct Arguments {
    /// Colours: `auto` for a terminal on which `NO_COLOR` is not set, `always`, or `never`
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
    #[command(subcommand)]
    pub(crate) task: Task,
}

#[derive(Subcommand)]
pub(crate) enum Task {
    /// Writes the images of a declaration as an OCI image layout, into a directory or an archive
    #[command(
        after_help = "Examples:\n  oci-fixture write app.oci layout\n  oci-fixture write app.oci app.tar\n  oci-fixture write --docker --platform linux/amd64 app.oci - | docker load"
    )]
    Write {
        /// The declaration
        file: PathBuf,
        /// A directory, or an archive if the name ends with `.tar`; `-` writes an archive to the standard output
        out: PathBuf,
        /// Write an archive for `docker load`
        #[arg(long)]
        docker: bool,
        /// The platform of the image that Docker loads from an index of several images
        #[arg(long, requires = "docker")]
        platform: Option<String>,
    },
    /// Serves declarations and layouts as a registry on this machine, and prints its address
    #[command(
        after_help = "Examples:\n  oci-fixture serve app.oci\n  oci-fixture serve --address 127.0.0.1:5000 app.oci layout"
    )]
    Serve {
        /// Declarations and layouts
        #[arg(required = true, value_name = "FILE|LAYOUT")]
        inputs: Vec<PathBuf>,
        /// The address to listen on, instead of a free port of 127.0.0.1
        #[arg(long, value_name = "ADDRESS:PORT", value_parser = address)]
        address: Option<SocketAddr>,
    },
    /// Prints the tree of a declaration or a layout
    #[command(
        after_help = "Examples:\n  oci-fixture tree app.oci\n  skopeo copy docker-daemon:app:1 oci-archive:/dev/stdout | oci-fixture tree --long -"
    )]
    Tree {
        /// A declaration or a layout
        #[arg(value_name = "FILE|LAYOUT")]
        input: PathBuf,
        /// Print whole digests, media types, owners and times
        #[arg(short, long)]
        long: bool,
    },
    /// Prints what is wrong with a layout, whichever tool has written it
    #[command(
        after_help = "Examples:\n  oci-fixture verify layout\n  oci-fixture write app.oci - | oci-fixture verify -"
    )]
    Verify {
        /// A declaration or a layout
        #[arg(value_name = "FILE|LAYOUT")]
        input: PathBuf,
    },
    /// Prints a declaration in its usual form, or the declaration of a layout
    #[command(
        after_help = "Examples:\n  oci-fixture source layout\n  oci-fixture source --out app.oci layout.tar\n  oci-fixture source --logical layout"
    )]
    Source {
        /// A declaration or a layout
        #[arg(value_name = "FILE|LAYOUT")]
        file: PathBuf,
        /// The file to write; large contents become files beside it
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Print the shortest declaration of the same images, whose digests may differ
        #[arg(long)]
        logical: bool,
    },
    /// Pushes a declaration or a layout to a registry
    #[command(after_help = "Examples:\n  oci-fixture push app.oci http://127.0.0.1:5000")]
    Push {
        /// A declaration or a layout
        #[arg(value_name = "FILE|LAYOUT")]
        input: PathBuf,
        /// The registry, such as `http://127.0.0.1:5000`
        url: String,
    },
    /// Prints the lines in which the trees of two declarations or layouts differ
    #[command(
        after_help = "Examples:\n  oci-fixture diff app.oci layout\n  oci-fixture diff before.tar after.tar"
    )]
    Diff {
        /// A declaration or a layout
        #[arg(value_name = "FILE|LAYOUT")]
        one: PathBuf,
        /// Another declaration or layout
        #[arg(value_name = "FILE|LAYOUT")]
        other: PathBuf,
    },
    /// Prints the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Prints the manual page
    Man,
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "write an address and a port, such as `127.0.0.1:5000`")
}
