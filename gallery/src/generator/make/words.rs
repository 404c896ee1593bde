//! Texts, which may mention labelled nodes.

use std::collections::BTreeMap;

use super::super::model::{Id, Kind, Reference, Word, Words};
use super::{Making, Place};

pub(super) const MEDIA_TYPES: [&str; 5] = [
    "application/octet-stream",
    "application/spdx+json",
    "text/plain",
    "application/vnd.cncf.helm.config.v1+json",
    "application/vnd.example.a-b_c.v1",
];

const PIECES: [&str; 12] = [
    "a",
    "value",
    "A b",
    "\u{e9}\u{65e5}\u{1f600}",
    "<&>",
    "\"\\/",
    "\n\t\r\u{8}\u{c}\u{1}\u{7f}",
    "\u{2028}\u{2029}\u{2027}",
    "{}",
    "%2F=,",
    "0",
    "",
];

impl Making<'_> {
    /// A name for an entry of index.json. The name of a node that stands already elsewhere may mention the node.
    pub(super) fn reference(&mut self, place: Place, again: Option<Id>) -> Option<Reference> {
        self.part(|making| making.any_reference(place, again))
    }

    fn any_reference(&mut self, place: Place, again: Option<Id>) -> Option<Reference> {
        if place != Place::Top || !self.settings.tagged && !self.choices.one_in(2) {
            return None;
        }
        self.names += 1;
        let name = self.names;
        let plain = |declared: String, full: String, tag: &str| Reference {
            declared: Words::plain(declared),
            full: Words::plain(full),
            tag: Some(Words::plain(tag)),
        };
        let joined = |start: String, word: Word, end: &str| {
            Words(vec![Word::Plain(start), word, Word::Plain(end.to_owned())])
        };
        let stored = again.filter(|id| !matches!(self.model.nodes[*id].kind, Kind::Dangling(_)));
        Some(match (self.choices.below(7), stored) {
            (1, _) => plain(format!("me/app{name}:1.0"), format!("docker.io/me/app{name}:1.0"), "1.0"),
            (2, _) => {
                let text = format!("localhost:5000/a/b{name}:T_{name}");
                plain(text.clone(), text, &format!("T_{name}"))
            }
            (3, _) => plain(format!("ghcr.io/a{name}"), format!("ghcr.io/a{name}:latest"), "latest"),
            (4 | 5, Some(id)) if !self.settings.tagged => Reference {
                declared: joined(format!("d{name}@"), Word::Digest(id), ""),
                full: joined(format!("docker.io/library/d{name}@"), Word::Digest(id), ""),
                tag: None,
            },
            (6, Some(id)) => Reference {
                declared: joined(format!("s{name}:sha256-"), Word::Hex(id), ".sig"),
                full: joined(format!("docker.io/library/s{name}:sha256-"), Word::Hex(id), ".sig"),
                tag: Some(joined("sha256-".to_owned(), Word::Hex(id), ".sig")),
            },
            _ => plain(format!("app{name}"), format!("docker.io/library/app{name}:latest"), "latest"),
        })
    }

    pub(super) fn media_type(&mut self) -> Words {
        Words::plain(self.choices.one_of(&MEDIA_TYPES))
    }

    pub(super) fn artifact_type(&mut self, times: usize) -> Option<Words> {
        let artifacts = self.settings.artifacts;
        self.choices.maybe(times, |choices| Words::plain(choices.one_of(&MEDIA_TYPES))).filter(|_| artifacts)
    }

    /// Pairs with different keys.
    pub(super) fn pairs(&mut self, end: usize) -> Vec<(Words, Words)> {
        // The pairs are not declared in the order in which they are written.
        let pairs = self.list(end - 1, |making| (making.choices.below(PIECES.len()), making.words()));
        let pairs: BTreeMap<usize, Words> = pairs.into_iter().collect();
        let mut pairs: Vec<_> =
            pairs.into_iter().map(|(key, words)| (Words::plain(PIECES[key]), words)).collect();
        if let Word::Digest(id) = self.mention() {
            pairs.push((Words::plain("of it"), Words(vec![Word::Plain("it is ".to_owned()), Word::Hex(id)])));
        }
        pairs
    }

    pub(super) fn words(&mut self) -> Words {
        self.part(Self::any_words)
    }

    fn any_words(&mut self) -> Words {
        let piece = Word::Plain(self.choices.one_of(&PIECES).to_owned());
        match self.choices.below(6) {
            4 => Words(vec![piece, Word::Plain(self.choices.one_of(&PIECES).to_owned())]),
            5 => Words(vec![piece, self.mention(), Word::Plain("/".to_owned()), self.mention()]),
            _ => Words(vec![piece]),
        }
    }

    pub(super) fn variable(&mut self) -> Words {
        let Words(mut value) = self.words();
        value.insert(0, Word::Plain(self.choices.one_of(&["PATH=", "a b=", "\u{e9}="]).to_owned()));
        Words(value)
    }

    pub(super) fn url(&mut self) -> Words {
        let start =
            self.choices.one_of(&["https://example.com/", "http://[::1]:5000/a%20b?c=", "HTTPS://a@b#"]);
        Words(vec![Word::Plain(start.to_owned()), self.mention()])
    }

    /// A property of a labelled node, if there is one.
    pub(super) fn mention(&mut self) -> Word {
        // There are as many choices without labels as with them, so that everything else stays the same without a label.
        let (which, what) = (self.choices.below(32), self.choices.below(5));
        let Some(position) = which.checked_rem(self.labelled.len()) else {
            return Word::Plain("none".to_owned());
        };
        let id = self.labelled[position];
        match what {
            0 => Word::Digest(id),
            1 => Word::Hex(id),
            2 => Word::Size(id),
            4 if !self.settings.sayable => Word::Sum(id, self.choices.one_of(&[1, -1, 0, 1 << 40, -5])),
            _ => Word::Plain("one".to_owned()),
        }
    }
}
