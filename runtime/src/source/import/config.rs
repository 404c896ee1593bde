//! The config of an image.

use super::Import;
use super::descriptor::{pairs, text, texts};
use super::forms::Forms;
use super::patch::value;
use crate::declare::config::Config;
use crate::declare::history::History;
use crate::declare::value::Value;
use crate::json::Json;
use crate::source::with;
use crate::store::Store;

/// Fields of the member `config` that other programs write, and on which a container depends.
const PROCESS: [&str; 6] =
    ["Healthcheck", "Shell", "OnBuild", "StopTimeout", "ArgsEscaped", "NetworkDisabled"];

impl<S: Store> Import<'_, S> {
    /// The first form of a config that has the bytes. `made` returns the bytes of a config in its manifest.
    pub(super) fn config(
        &self,
        bytes: &[u8],
        diff_ids: &[String],
        made: &dyn Fn(&Config) -> Option<Vec<u8>>,
    ) -> Option<Config> {
        let raw = || Config::new().raw(bytes.to_vec());
        let Ok(document) = Json::parse(bytes) else {
            return Some(raw()).filter(|config| made(config).is_some_and(|made| made == bytes));
        };
        let honest = fields(&document, Some(diff_ids));
        if self.is_logical {
            let process = merged_process(&document);
            let honest = fields(&document, None);
            let merged = process.map(|process| Value::map([("config", process)]));
            let honest = with(honest, merged, Config::merge);
            let forms = [honest.clone(), honest.unchecked()];
            let (config, made) =
                forms.into_iter().find_map(|config| made(&config).map(|made| (config, made)))?;
            self.left_out.borrow_mut().add_members("config", bytes, &made);
            return Some(config);
        }
        Forms {
            bytes,
            made,
            honest: &honest,
            unchecked: &|config| config.clone().unchecked(),
            merge: &|config, patch| config.merge(value(patch)),
            extend: &|config, members| config.extend(value(members)),
            raw: &raw,
        }
        .first()
    }
}

/// The members of `config` in [`PROCESS`], for which the language has no fields.
fn merged_process(document: &Json<'_>) -> Option<Value> {
    let Some(Json::Object(members)) = document.get("config") else { return None };
    let is_kept = |value: &Json<'_>| {
        !matches!(value, Json::Null | Json::Bool(false)) && value.clone().unless_empty().is_some()
    };
    let kept = members.iter().filter(|(name, value)| PROCESS.contains(&&**name) && is_kept(value));
    let kept: Vec<_> = kept.map(|(name, member)| (name, value(member))).collect();
    (!kept.is_empty()).then(|| Value::map(kept))
}

/// The fields for which the language has a form. `diff_ids` are those of the layers. With `None`, even `diff_ids` that
/// differ from them are left out.
fn fields(document: &Json<'_>, diff_ids: Option<&[String]>) -> Config {
    let config = with(Config::new(), text(document, "created"), Config::created);
    let config = with(config, text(document, "author"), Config::author);
    let config = process(config, document.get("config").unwrap_or(&Json::Null));
    let written = match document.get("rootfs").and_then(|rootfs| rootfs.get("diff_ids")) {
        Some(Json::List(written)) => texts(written),
        _ => None,
    };
    let is_other = |written: &Vec<&str>| diff_ids.is_some_and(|diff_ids| *written != diff_ids);
    let config = with(config, written.filter(is_other), Config::diff_ids);
    let Some(Json::List(steps)) = document.get("history") else { return config };
    config.history(steps.iter().map(|step| {
        let history = with(History::new(), text(step, "created"), History::created);
        let history = with(history, text(step, "created_by"), History::created_by);
        let history = with(history, text(step, "author"), History::author);
        let history = with(history, text(step, "comment"), History::comment);
        history.empty_layer(step.get("empty_layer") == Some(&Json::Bool(true)))
    }))
}

fn process(config: Config, process: &Json<'_>) -> Config {
    let list = |name: &str| match process.get(name) {
        Some(Json::List(values)) => texts(values).unwrap_or_default(),
        _ => Vec::new(),
    };
    let set = |name: &str| match process.get(name) {
        Some(Json::Object(members)) => members.iter().map(|(name, _)| &**name).collect(),
        _ => Vec::new(),
    };
    let config = with(config, text(process, "User"), Config::user);
    let config = config.exposed_ports(set("ExposedPorts")).env(list("Env")).entrypoint(list("Entrypoint"));
    let config = config.cmd(list("Cmd")).volumes(set("Volumes"));
    let config = with(config, text(process, "WorkingDir"), Config::working_dir);
    let config = config.labels(process.get("Labels").and_then(pairs).unwrap_or_default());
    let mut config = with(config, text(process, "StopSignal"), Config::stop_signal);
    for (name, null) in [
        ("Entrypoint", Config::null_entrypoint as fn(Config) -> Config),
        ("Cmd", Config::null_cmd),
        ("Volumes", Config::null_volumes),
        ("Labels", Config::null_labels),
    ] {
        config = if process.get(name) == Some(&Json::Null) { null(config) } else { config };
    }
    config
}
