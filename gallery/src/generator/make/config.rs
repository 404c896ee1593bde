//! Configs of images.

use super::super::model::{Config, History, Words};
use super::Making;

const PORTS: [&str; 5] = ["80", "80/tcp", "53/udp", "8000-8010", "9/sctp"];

impl Making<'_> {
    /// The config of an image with `layers` layers.
    pub(super) fn config(&mut self, layers: usize) -> Config {
        let texts = |making: &mut Self| making.list(2, Self::words);
        let text = |making: &mut Self| making.part(|making| making.choices.one_in(3).then(|| making.words()));
        self.names += 1;
        let os = self.choices.one_in(3);
        Config {
            platform: None,
            created: self.choices.maybe(3, |_| Words::plain("2024-05-01T12:00:00Z")),
            author: text(self),
            os_version: os.then(|| self.choices.one_of(&["10.0.17763", "", "\u{e9} 1"]).to_owned()),
            os_features: if os {
                self.choices.some(3, |choices| choices.one_of(&["win32k", "b", "a"]).to_owned())
            } else {
                Vec::new()
            },
            user: text(self),
            exposed_ports: self.choices.some(3, |choices| Words::plain(choices.one_of(&PORTS))),
            env: self.list(2, Self::variable),
            entrypoint: texts(self),
            cmd: texts(self),
            volumes: texts(self),
            nulls: self.choices.one_in(4),
            working_dir: text(self),
            labels: self.pairs(3),
            stop_signal: text(self),
            history: self.history(layers),
        }
    }

    /// The history of an image, in which `layers` steps made a layer, or no history.
    fn history(&mut self, layers: usize) -> Vec<History> {
        let empty = self.choices.below(3);
        if empty == 0 {
            return Vec::new();
        }
        let first = self.choices.below(empty);
        let text = |making: &mut Self| making.part(|making| making.choices.one_in(3).then(|| making.words()));
        let step = |number| History {
            created: self.choices.maybe(2, |_| Words::plain("1970-01-01T00:00:00Z")),
            created_by: text(self),
            author: text(self),
            comment: text(self),
            empty_layer: !(first..first + layers).contains(&number),
        };
        (0..empty - 1 + layers).map(step).collect()
    }
}
