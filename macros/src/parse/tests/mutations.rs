//! Input of any kind: no step panics, and what is made of it is an expression.

use proc_macro2::{Group, TokenStream, TokenTree};

use super::{HONEST, LIES};

/// No prefix of a declaration makes any step panic, and what is left is an expression.
#[test]
fn every_prefix_is_parsed() {
    for source in [HONEST, LIES] {
        let tokens: Vec<_> = source.parse::<TokenStream>().expect("tokens").into_iter().collect();
        for prefix in prefixes(&tokens) {
            assert_expands(prefix);
        }
    }
}

/// Nor does what a slip of the hand makes of it.
#[test]
fn every_mutation_is_parsed() {
    let sources: Vec<TokenStream> = [HONEST, LIES].map(|source| source.parse().expect("tokens")).into();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for source in sources.iter().cycle().take(2_000) {
        let mut mutated = source.clone();
        for _ in 0..=random.below(3) {
            mutated = random.mutated(mutated);
        }
        assert_expands(mutated);
    }
}

/// Whatever is wrong with them, the tokens become an expression.
#[track_caller]
fn assert_expands(tokens: TokenStream) {
    let source = tokens.to_string();
    let krate = quote::quote!(krate);
    let expanded = crate::declaration(krate.into_iter().chain(tokens).collect());
    assert!(syn::parse2::<syn::Expr>(expanded.clone()).is_ok(), "{source}");
    // rustc would name a variable of ours that is not there.
    let (mut declared, mut used) = (Vec::new(), Vec::new());
    variables(expanded, &mut declared, &mut used);
    assert!(used.iter().all(|label| declared.contains(label)), "{source}");
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

/// Numbers of xorshift, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % end.max(1)
    }

    /// A token is left out, repeated, or changes places with another, at any depth.
    fn mutated(&mut self, tokens: TokenStream) -> TokenStream {
        let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
        if tokens.is_empty() {
            return TokenStream::new();
        }
        let place = self.below(tokens.len());
        let inner = match &tokens[place] {
            TokenTree::Group(group) if self.below(8) > 0 => Some(group.clone()),
            _ => None,
        };
        if let Some(group) = inner {
            let inner = self.mutated(group.stream());
            tokens[place] = Group::new(group.delimiter(), inner).into();
            return tokens.into_iter().collect();
        }
        let other = self.below(tokens.len());
        match self.below(4) {
            0 => drop(tokens.remove(place)),
            1 => tokens.insert(other, tokens[place].clone()),
            2 => tokens[other] = tokens[place].clone(),
            _ => tokens.swap(place, other),
        }
        tokens.into_iter().collect()
    }
}

/// The tokens cut off after each token, also within groups.
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
