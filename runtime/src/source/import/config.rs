//! The config of an image.

use super::Import;
use super::descriptor::{pairs, texts};
use super::forms::Forms;
use super::patch::value;
use crate::declare::config::Config;
use crate::declare::history::History;
use crate::declare::value::Value;
use crate::json::Json;
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
            let honest = match process {
                Some(process) => honest.merge(Value::map([("config", process)])),
                None => honest,
            };
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
    let mut config = Config::new();
    let text = |json: &Json<'_>, name: &str| match json.get(name) {
        Some(Json::Text(text)) if !text.is_empty() => Some(text.clone().into_owned()),
        _ => None,
    };
    if let Some(created) = text(document, "created") {
        config = config.created(created);
    }
    if let Some(author) = text(document, "author") {
        config = config.author(author);
    }
    config = process(config, document.get("config").unwrap_or(&Json::Null));
    let written = match document.get("rootfs").and_then(|rootfs| rootfs.get("diff_ids")) {
        Some(Json::List(written)) => texts(written),
        _ => None,
    };
    let is_other = |written: &Vec<&str>| diff_ids.is_some_and(|diff_ids| *written != diff_ids);
    if let Some(written) = written.filter(is_other) {
        config = config.diff_ids(written);
    }
    if let Some(Json::List(steps)) = document.get("history") {
        let steps = steps.iter().map(|step| {
            let mut history = History::new();
            if let Some(created) = text(step, "created") {
                history = history.created(created);
            }
            if let Some(created_by) = text(step, "created_by") {
                history = history.created_by(created_by);
            }
            if let Some(author) = text(step, "author") {
                history = history.author(author);
            }
            if let Some(comment) = text(step, "comment") {
                history = history.comment(comment);
            }
            history.empty_layer(step.get("empty_layer") == Some(&Json::Bool(true)))
        });
        config = config.history(steps);
    }
    config
}

fn process(mut config: Config, process: &Json<'_>) -> Config {
    let text = |name: &str| match process.get(name) {
        Some(Json::Text(text)) if !text.is_empty() => Some(text.clone().into_owned()),
        _ => None,
    };
    let list = |name: &str| match process.get(name) {
        Some(Json::List(values)) => texts(values).unwrap_or_default(),
        _ => Vec::new(),
    };
    let set = |name: &str| match process.get(name) {
        Some(Json::Object(members)) => members.iter().map(|(name, _)| &**name).collect(),
        _ => Vec::new(),
    };
    let is_null = |name: &str| process.get(name) == Some(&Json::Null);
    if let Some(user) = text("User") {
        config = config.user(user);
    }
    config = config.exposed_ports(set("ExposedPorts")).env(list("Env")).entrypoint(list("Entrypoint"));
    config = config.cmd(list("Cmd")).volumes(set("Volumes"));
    if let Some(directory) = text("WorkingDir") {
        config = config.working_dir(directory);
    }
    config = config.labels(process.get("Labels").and_then(pairs).unwrap_or_default());
    if let Some(signal) = text("StopSignal") {
        config = config.stop_signal(signal);
    }
    if is_null("Entrypoint") {
        config = config.null_entrypoint();
    }
    if is_null("Cmd") {
        config = config.null_cmd();
    }
    if is_null("Volumes") {
        config = config.null_volumes();
    }
    if is_null("Labels") {
        config = config.null_labels();
    }
    config
}
