//! Mutations of declarations: no step panics, the expansion is an expression, and no part of the input is lost without an
//! error.
//!
//! The input is every declaration in README.md, the docs and the examples, and the two files in which the
//! tests of the parser hold all constructs. `OCI_FIXTURE_ROUNDS` says how many mutations of them are tried.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use oci_fixture_grammar::Platform;
use oci_fixture_grammar::language::NODES;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// The number of mutations of a run without `OCI_FIXTURE_ROUNDS`.
const ROUNDS: usize = 4_000;

/// The tokens that a mutation inserts: one of each kind, and words that have a meaning in a declaration.
const POOL: &str = r#"
    , ; : . .. -> => = + - / # ! & * < > | ? @ $ 'base 'new: 'new.digest index manifest config layer blob dangling entry
    hardlink whiteout opaque fifo char tag json null for in if else linux amd64 gzip env raw descriptor foo let return
    "new" b"new" 7 1.5 true () [] {} (0) [0] { 0 } { "new" } { "new": 0 } { a: 'b.c } ("new") ("new" "new") ('new)
    (#) [= =] #[missing] #[flip = 0] #[mode] #[new 'new]
"#;

#[test]
fn every_healthy_declaration_is_expanded_whole() {
    let sources = healthy();
    assert!(sources.len() > 150, "{}", sources.len());
    for source in sources {
        let expanded = expanded(&source);
        assert!(!expanded.to_string().contains("compile_error"), "{source}");
        assert_eq!(lost(&source, &expanded), None, "{source}");
    }
}

/// No prefix of a declaration makes any step panic, and its expansion is an expression.
#[test]
fn every_prefix_is_expanded_whole_or_has_an_error() {
    for source in constructs() {
        let tokens: Vec<_> = source.into_iter().collect();
        for prefix in prefixes(&tokens) {
            assert_eq!(silently_lost(&prefix), None, "{prefix}");
        }
    }
}

#[test]
fn every_mutation_is_expanded_whole_or_has_an_error() {
    let rounds =
        std::env::var("OCI_FIXTURE_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().expect("a number"));
    let pool: Vec<TokenTree> = POOL.parse::<TokenStream>().expect("tokens").into_iter().collect();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut silent, mut first) = (0, None);
    let sources = [healthy(), constructs()].concat();
    for source in sources.iter().cycle().take(rounds) {
        let mut mutated = source.clone();
        for _ in 0..=random.below(3) {
            mutated = random.mutated(mutated, &pool);
        }
        if let Some(lost) = silently_lost(&mutated) {
            silent += 1;
            first.get_or_insert_with(|| format!("{lost} of {mutated}"));
        }
    }
    println!("{rounds} mutations, {silent} with a part that was lost without an error");
    assert_eq!(silent, 0, "the first: {first:?}");
}

fn expanded(tokens: &TokenStream) -> TokenStream {
    crate::declaration(quote::quote!(krate).into_iter().chain(tokens.clone()).collect())
}

/// A part of the tokens that is lost although there is no error.
#[track_caller]
fn silently_lost(tokens: &TokenStream) -> Option<String> {
    let expanded = expanded(tokens);
    assert!(syn::parse2::<syn::Expr>(expanded.clone()).is_ok(), "{tokens}");
    // Otherwise rustc would report a variable that the user has not written.
    let (mut declared, mut used) = (Vec::new(), Vec::new());
    variables(expanded.clone(), &mut declared, &mut used);
    assert!(used.iter().all(|label| declared.contains(label)), "{tokens}");
    if expanded.to_string().contains("compile_error") { None } else { lost(tokens, &expanded) }
}

/// The variables of labels that are declared, and all of them.
fn variables(tokens: TokenStream, declared: &mut Vec<String>, used: &mut Vec<String>) {
    let mut behind_let = false;
    for token in tokens {
        match &token {
            TokenTree::Group(group) => variables(group.stream(), declared, used),
            TokenTree::Ident(name) if name.to_string().starts_with("label_") => {
                used.push(name.to_string());
                declared.extend(behind_let.then(|| name.to_string()));
            }
            _ => {}
        }
        behind_let = token.to_string() == "let";
    }
}

/// A word or a literal that occurs more often in the input than in the output. Each item of a declaration has at least one
/// word or literal, and each node, entry, field, attribute and use of a label has one of its own.
fn lost(input: &TokenStream, output: &TokenStream) -> Option<String> {
    let (mut wanted, mut made) = (HashMap::new(), HashMap::new());
    count(input.clone(), &mut wanted, &in_input);
    count(output.clone(), &mut made, &in_output);
    wanted
        .into_iter()
        .find(|(name, count)| made.get(name).copied().unwrap_or_default() < *count)
        .map(|(name, _)| name)
}

fn count(
    tokens: TokenStream,
    names: &mut HashMap<String, usize>,
    name: &dyn Fn(&str, &TokenTree, &str) -> Vec<String>,
) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let text = |place: Option<usize>| {
        place.and_then(|place| tokens.get(place)).map(ToString::to_string).unwrap_or_default()
    };
    for (place, token) in tokens.iter().enumerate() {
        let (before, behind) = (text(place.checked_sub(1)), text(Some(place + 1)));
        match token {
            // A doc comment has no effect.
            TokenTree::Group(group) if before == "#" && group.stream().to_string().starts_with("doc") => {}
            TokenTree::Group(group) => count(group.stream(), names, name),
            token => {
                for name in name(&before, token, &behind) {
                    *names.entry(name).or_default() += 1;
                }
            }
        }
    }
}

/// A word or a literal of the input.
fn in_input(before: &str, token: &TokenTree, _: &str) -> Vec<String> {
    let text = token.to_string();
    match token {
        TokenTree::Ident(_) if before == "'" => vec![format!("'{}", text.trim_start_matches("r#"))],
        TokenTree::Ident(_) => vec![text],
        TokenTree::Literal(_) => vec![number(&text).unwrap_or(text)],
        TokenTree::Group(_) | TokenTree::Punct(_) => Vec::new(),
    }
}

/// The words or literals of the input from which a word or a literal of the output may come.
fn in_output(before: &str, token: &TokenTree, behind: &str) -> Vec<String> {
    let text = token.to_string();
    match token {
        TokenTree::Ident(_) if before == "'" => vec![format!("'{text}")],
        // Only uses of a label's variable are counted. One of them pushes the node.
        TokenTree::Ident(_) if text.starts_with("label_") && (before == "let" || behind == "=") => Vec::new(),
        TokenTree::Ident(_) => {
            let keyword = match text.as_str() {
                "Header" => Some("entry"),
                "Tag" => Some("tag"),
                "ExtraFile" => Some("file"),
                "Base" => Some("from"),
                "descriptor_json" => Some("descriptor"),
                text => NODES.iter().find(|kind| kind.builder() == text).map(|kind| kind.keyword()),
            };
            let label = text.strip_prefix("label_").map(|label| format!("'{label}"));
            let null = ["without_", "null_"].iter().find_map(|prefix| text.strip_prefix(prefix));
            let null = null.map(|field| [field.to_owned(), "null".to_owned()]);
            let others =
                keyword.map(str::to_owned).into_iter().chain(label).chain(null.into_iter().flatten());
            others.chain([text.clone()]).collect()
        }
        TokenTree::Literal(_) => {
            // A number of JSON is text.
            let written = text.trim_matches('"').trim_start_matches('-');
            // The words of a platform are text, too.
            let platform = Platform::parse(written).is_ok_and(|platform| platform.is_known());
            let words = written.split('/').filter(|_| platform);
            number(written)
                .filter(|_| text.starts_with('"'))
                .into_iter()
                .chain(words.map(|word| number(word).unwrap_or_else(|| word.to_owned())))
                .chain([number(&text).unwrap_or(text.clone())])
                .collect()
        }
        TokenTree::Group(_) | TokenTree::Punct(_) => Vec::new(),
    }
}

/// The value of a number, as it is in the header of an entry.
fn number(text: &str) -> Option<String> {
    Some(match syn::parse_str(text).ok()? {
        syn::Lit::Int(number) => format!("number {}", number.base10_digits()),
        syn::Lit::Float(number) => format!("number {}", number.base10_digits()),
        syn::Lit::Byte(byte) => format!("number {}", byte.value()),
        _ => return None,
    })
}

/// The declarations in the docs and the examples.
fn healthy() -> Vec<TokenStream> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut sources = Vec::new();
    for docs in ["README.md", "docs/language.md", "docs/layouts.md", "docs/registry.md"] {
        let text = fs::read_to_string(root.join(docs)).expect(docs);
        // The text between two fences is code, and its first line is the name of its language.
        let blocks = text.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'));
        let declares = |language: &str, code: &str| language != "compile_fail" && code.contains("oci_image!");
        for (_, code) in blocks.filter(|(language, code)| declares(language, code)) {
            let code = code
                .lines()
                .map(|line| line.strip_prefix("# ").unwrap_or(line))
                .collect::<Vec<_>>()
                .join("\n");
            declarations(code.parse().expect(docs), &mut sources);
        }
    }
    let folders = ["examples", "gallery/src", "gallery/src/hostile", "gallery/src/legal"];
    let entries = folders.into_iter().flat_map(|folder| fs::read_dir(root.join(folder)).expect(folder));
    let mut examples: Vec<_> = entries.map(|entry| entry.expect("an example").path()).collect();
    examples.sort();
    for example in
        examples.iter().filter(|example| example.extension().is_some_and(|extension| extension == "rs"))
    {
        declarations(fs::read_to_string(example).expect("an example").parse().expect("tokens"), &mut sources);
    }
    sources
}

/// All constructs of the language.
fn constructs() -> Vec<TokenStream> {
    let files = [
        include_str!("../../syntax/src/parse/tests/honest.txt"),
        include_str!("../../syntax/src/parse/tests/faults.txt"),
    ];
    files.map(|source| source.parse().expect("tokens")).into()
}

/// The tokens in the braces of `oci_image! { ... }`, and of the gallery's `fixture! { ... }`. Those with a variable of a
/// `macro_rules!` are left out.
fn declarations(tokens: TokenStream, found: &mut Vec<TokenStream>) {
    let mut before = [String::new(), String::new()];
    for token in tokens {
        if let TokenTree::Group(group) = &token {
            let [name, last] = &before;
            let is_call = last == "!" && (name == "oci_image" || name == "fixture");
            if is_call && group.delimiter() == Delimiter::Brace {
                let has_variable = group.stream().to_string().contains('$');
                found.extend((!has_variable).then(|| group.stream()));
            } else {
                declarations(group.stream(), found);
            }
        }
        let [_, last] = before;
        before = [last, token.to_string()];
    }
}

/// Random numbers by xorshift, which are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % end.max(1)
    }

    /// Removes, inserts or repeats a token, or swaps it with another, at any depth.
    fn mutated(&mut self, tokens: TokenStream, pool: &[TokenTree]) -> TokenStream {
        let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let place = self.below(tokens.len());
        let inner = match tokens.get(place) {
            Some(TokenTree::Group(group)) if self.below(8) > 0 => Some(group.clone()),
            _ => None,
        };
        if let Some(group) = inner {
            let inner = self.mutated(group.stream(), pool);
            tokens[place] = Group::new(group.delimiter(), inner).into();
            return tokens.into_iter().collect();
        }
        let other = self.below(tokens.len());
        match self.below(5) {
            _ if tokens.is_empty() => tokens.push(pool[self.below(pool.len())].clone()),
            0 => drop(tokens.remove(place)),
            1 => tokens.insert(other, tokens[place].clone()),
            2 => tokens[other] = tokens[place].clone(),
            3 => tokens.insert(place, pool[self.below(pool.len())].clone()),
            _ => tokens.swap(place, other),
        }
        tokens.into_iter().collect()
    }
}

/// The prefixes of the tokens, which end after each token, also within groups.
fn prefixes(tokens: &[TokenTree]) -> Vec<TokenStream> {
    let mut all = Vec::new();
    for end in 0..=tokens.len() {
        let before = &tokens[..end];
        all.push(before.iter().cloned().collect());
        if let Some(TokenTree::Group(group)) = tokens.get(end) {
            let inner: Vec<_> = group.stream().into_iter().collect();
            for stream in prefixes(&inner) {
                let mut cut: Vec<_> = before.to_vec();
                cut.push(Group::new(group.delimiter(), stream).into());
                all.push(cut.into_iter().collect());
            }
        }
    }
    all
}
