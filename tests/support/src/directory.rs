//! The files of a directory.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Contents by path below a directory, with `/` between the components on every system.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// The files below a directory. Links are followed.
pub fn files(directory: &Path) -> Tree {
    let mut files = Tree::new();
    walk(directory, "", &mut |name, path| {
        if !name.ends_with('/') {
            files.insert(name.to_owned(), fs::read(path).unwrap());
        }
    });
    files
}

/// All that is below a directory: the content of each file, and nothing for `directory/` and for `link -> target`. It is
/// empty where there is no such directory.
pub fn tree(directory: &Path) -> Tree {
    let mut tree = Tree::new();
    walk(directory, "", &mut |name, path| {
        if let Ok(target) = fs::read_link(path) {
            tree.insert(format!("{name} -> {}", target.display()), Vec::new());
        } else {
            let content = if name.ends_with('/') { Vec::new() } else { fs::read(path).unwrap() };
            tree.insert(name.to_owned(), content);
        }
    });
    tree
}

/// Visits all that is below a directory with its name, `prefix` before it and `/` behind a directory's, and its path.
pub fn walk(directory: &Path, prefix: &str, visit: &mut dyn FnMut(&str, &Path)) {
    let Ok(entries) = fs::read_dir(directory) else {
        return assert!(!directory.exists(), "{} cannot be listed", directory.display());
    };
    for entry in entries {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            visit(&format!("{name}/"), &entry.path());
            walk(&entry.path(), &format!("{name}/"), visit);
        } else {
            visit(&name, &entry.path());
        }
    }
}
