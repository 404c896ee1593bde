//! Rust source as words, without comments and literals, and the paths that stand in it.

use std::fs;
use std::path::{Path, PathBuf};

/// A name, or one character of punctuation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Word {
    fn is(&self, text: &str) -> bool {
        self.text == text
    }

    fn is_name(&self) -> bool {
        self.text.starts_with(|first: char| first.is_alphabetic() || first == '_')
    }
}

/// A file of a crate.
pub(crate) struct File {
    /// The file's path below the crate's `src`.
    pub(crate) name: String,
    /// The module that the file is: `["declare", "layer"]` for `declare/layer/mod.rs`.
    pub(crate) module: Vec<String>,
    pub(crate) words: Vec<Word>,
}

impl File {
    /// Whether the file is compiled for tests only.
    pub(crate) fn is_test(&self) -> bool {
        self.module.iter().any(|name| name == "tests")
    }
}

/// All files below a `src`, sorted by name.
pub(crate) fn files(src: &Path) -> Vec<File> {
    let mut paths = Vec::new();
    find(src, &mut paths);
    paths.sort();
    let file = |path: &PathBuf| {
        let name = path.strip_prefix(src).unwrap().to_str().unwrap().replace('\\', "/");
        let stem = name.strip_suffix(".rs").unwrap();
        let mut module: Vec<String> = stem.split('/').map(str::to_owned).collect();
        if ["mod", "lib"].contains(&module.last().unwrap().as_str()) {
            module.pop();
        }
        File { words: words(&fs::read_to_string(path).unwrap()), name, module }
    };
    paths.iter().map(file).collect()
}

fn find(directory: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The words of a text. A literal is left out; so is the apostrophe of a lifetime.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let (mut words, mut rest, mut line) = (Vec::new(), text, 1);
    while let Some(first) = rest.chars().next() {
        let length = literal(rest).unwrap_or_else(|| {
            let name = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let length = name.max(first.len_utf8());
            if !first.is_whitespace() && first != '\'' {
                words.push(Word { text: rest[..length].to_owned(), line });
            }
            length
        });
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    words
}

/// The length of the comment, string or character that a text begins with.
fn literal(text: &str) -> Option<usize> {
    if text.starts_with("//") {
        return Some(text.find('\n').unwrap_or(text.len()));
    }
    let prefix = ["br", "cr", "b", "c", "r", ""].into_iter().find(|prefix| {
        let quoted = text.strip_prefix(prefix).map(|rest| rest.trim_start_matches('#'));
        quoted.is_some_and(|rest| rest.starts_with('"'))
    });
    if let Some(prefix) =
        prefix.filter(|prefix| prefix.ends_with('r') || !text[prefix.len()..].starts_with('#'))
    {
        let hashes = text[prefix.len()..].find('"')?;
        let start = prefix.len() + hashes + 1;
        if prefix.ends_with('r') {
            let end = format!("\"{}", "#".repeat(hashes));
            return Some(start + text[start..].find(&end)? + end.len());
        }
        return Some(start + closing(&text[start..], '"')?);
    }
    let start = if text.starts_with("b'") { 2 } else { 1 };
    let inner = text.strip_prefix("b'").or_else(|| text.strip_prefix('\''))?;
    let mut characters = inner.chars();
    match (characters.next()?, characters.next()?) {
        ('\\', _) => Some(start + closing(inner, '\'')?),
        (character, '\'') => Some(start + character.len_utf8() + 1),
        _ => None,
    }
}

/// The length up to a quote that is not escaped, and of the quote.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    let end = text.char_indices().find(|(_, character)| {
        let found = *character == quote && !escaped;
        escaped = *character == '\\' && !escaped;
        found
    });
    end.map(|(position, _)| position + 1)
}

/// A path from the root of the crate.
pub(crate) struct Mention {
    pub(crate) path: Vec<String>,
    /// The line on which the path begins.
    pub(crate) line: usize,
    /// Whether the path stands in code that is compiled for tests only.
    pub(crate) in_test: bool,
}

/// All paths of a file that begin with `crate`, `self` or `super`: in a `use`, in code and in macros.
pub(crate) fn mentions(file: &File) -> Vec<Mention> {
    let (words, mut found) = (&file.words, Vec::new());
    // The modules that are open, each with the number of braces around its name.
    let (mut inline, mut depth): (Vec<(String, usize)>, usize) = (Vec::new(), 0);
    for (position, word) in words.iter().enumerate() {
        let behind = |step: usize| words.get(position + step).map_or("", |word| word.text.as_str());
        match word.text.as_str() {
            "{" => depth += 1,
            "}" => {
                depth -= 1;
                inline.retain(|(_, around)| *around < depth);
            }
            "mod" if behind(2) == "{" => inline.push((behind(1).to_owned(), depth)),
            "crate" | "self" | "super" if behind(1) == ":" && behind(2) == ":" => {
                if position >= 2 && words[position - 1].is(":") && words[position - 2].is(":") {
                    continue;
                }
                let here: Vec<_> =
                    file.module.iter().chain(inline.iter().map(|(name, _)| name)).cloned().collect();
                let mut paths = Vec::new();
                flatten(&words[position..], &mut Vec::new(), &mut paths);
                let in_test = here.iter().any(|name| name == "tests");
                let mention = |path| Mention { path: absolute(here.clone(), path), line: word.line, in_test };
                found.extend(paths.into_iter().map(mention));
            }
            _ => {}
        }
    }
    found
}

/// Every path of a tree such as `a::{b, c::d}`; gives the number of words that the tree has.
fn flatten(words: &[Word], before: &mut Vec<String>, paths: &mut Vec<Vec<String>>) -> usize {
    let (mut read, outer) = (0, before.len());
    loop {
        match words.get(read) {
            Some(word) if word.is("{") => {
                read += 1;
                while words.get(read).is_some_and(|word| !word.is("}")) {
                    let comma = words[read].is(",");
                    read += if comma { 1 } else { flatten(&words[read..], before, paths).max(1) };
                }
                read += 1;
                break;
            }
            Some(word) if word.is_name() || word.is("*") => {
                before.push(word.text.clone());
                read += 1;
            }
            _ => {
                paths.push(before.clone());
                break;
            }
        }
        if words.len() >= read + 2 && words[read].is(":") && words[read + 1].is(":") {
            read += 2;
        } else {
            paths.push(before.clone());
            break;
        }
    }
    before.truncate(outer);
    read
}

/// The path from the root of the crate, of a path that stands in the module `here`.
fn absolute(mut here: Vec<String>, path: Vec<String>) -> Vec<String> {
    let mut path = path.into_iter().peekable();
    while let Some(first) = path.next_if(|name| ["crate", "self", "super"].contains(&name.as_str())) {
        match first.as_str() {
            "crate" => here.clear(),
            "super" => drop(here.pop()),
            _ => {}
        }
    }
    here.extend(path);
    here
}

#[test]
fn a_path_is_found_wherever_it_stands() {
    let text = r##"
        use crate::a::{b, c::{self, D}};
        // use crate::comment;
        const TEXT: &str = r#"crate::"raw" crate::text"#;
        fn f<'a>(_: char, _: &'a str) -> super::E { g('"', "\" crate::text"); crate::h::<u8>() }
        mod tests { use super::F; }
        macro_rules! m { () => { $crate::I }; }
    "##;
    let file = File { name: String::new(), module: vec!["x".to_owned(), "y".to_owned()], words: words(text) };
    let found: Vec<String> = mentions(&file)
        .iter()
        .map(|mention| format!("{} {}", mention.line, mention.path.join("::")))
        .collect();
    assert_eq!(found, ["2 a::b", "2 a::c::self", "2 a::c::D", "5 x::E", "5 h", "6 x::y::F", "7 I"]);
}
