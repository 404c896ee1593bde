//! Lists: tags, referrers and repositories, page by page.

use std::ops::Bound;

use super::answer::{Accepted, Answer, ErrorCode, parse_digest};
use super::options::Api;
use super::percent::encode;
use super::repository::TagName;
use super::service::Call;
use crate::json::Json;
use crate::media_type;

impl Call<'_> {
    /// The tags of a repository.
    pub(crate) fn tags(&self) -> Answer {
        let repositories = self.service.repositories();
        let repository = repositories.get(&self.key).filter(|repository| !repository.is_empty());
        let Some(repository) = repository else { return self.unknown_name() };
        let last = self.head.query.get("last").map(|last| TagName(last.to_owned()));
        let from = last.map_or(Bound::Unbounded, Bound::Excluded);
        let tags = repository.tags.range((from, Bound::Unbounded)).map(|(tag, _)| tag.0.clone());
        self.page(tags, String::clone, |tags| {
            Answer::json(
                200,
                "application/json",
                &Json::object([
                    ("name", Some(Json::text(self.target.repository.as_str()))),
                    ("tags", Some(texts(tags))),
                ]),
            )
        })
    }

    /// The names of all repositories, or of those in the namespace that the client has chosen.
    pub(crate) fn catalog(&self) -> Answer {
        let repositories = self.service.repositories();
        let namespace = &self.key.namespace;
        let held = repositories.iter().filter(|(key, _)| namespace.is_empty() || key.namespace == *namespace);
        let mut names: Vec<String> = held.map(|(key, _)| key.path.clone()).collect();
        names.sort();
        names.dedup();
        if let Some(last) = self.head.query.get("last") {
            names.retain(|name| name.as_str() > last);
        }
        self.page(names.into_iter(), String::clone, |names| {
            Answer::json(200, "application/json", &Json::object([("repositories", Some(texts(names)))]))
        })
    }

    /// The manifests with a digest as their subject. For an unknown digest the list is empty, which is no error.
    pub(crate) fn referrers(&self) -> Accepted<Answer> {
        if !self.service.options.has(Api::Referrers) {
            return Ok(Answer::error(ErrorCode::NameUnknown, "this registry has no referrers API"));
        }
        let subject = parse_digest(&self.target.name)?;
        let repositories = self.service.repositories();
        let repository = repositories.get(&self.key);
        let last = self.head.query.get("last").unwrap_or_default();
        let filtered = self.service.options.has(Api::ReferrersFilter);
        let wanted = self.head.query.get("artifactType").filter(|_| filtered);
        let referrers = repository.into_iter().flat_map(|repository| repository.referrers(&subject));
        let referrers = referrers.filter(|(digest, _)| digest.as_str() > last).filter(|(_, referrer)| {
            wanted.is_none_or(|wanted| referrer.artifact_type.as_deref() == Some(wanted))
        });
        let answer = self.page(
            referrers,
            |(digest, _)| digest.to_string(),
            |referrers| {
                let manifests =
                    referrers.iter().map(|(digest, referrer)| referrer.descriptor(digest)).collect();
                let index = Json::object([
                    ("schemaVersion", Some(Json::number("2"))),
                    ("mediaType", Some(Json::text(media_type::INDEX))),
                    ("manifests", Some(Json::List(manifests))),
                ]);
                Answer::json(200, media_type::INDEX, &index)
            },
        );
        Ok(if wanted.is_some() { answer.with("OCI-Filters-Applied", "artifactType") } else { answer })
    }

    /// The next page of a list, with a link to the page after it, if there is one. The link is a path, because not all
    /// clients accept a whole URL, and some accept no relative one.
    fn page<T>(
        &self,
        items: impl Iterator<Item = T>,
        name: impl Fn(&T) -> String,
        answer: impl Fn(&[T]) -> Answer,
    ) -> Answer {
        let asked = match self.head.query.get("n").map(str::parse::<usize>) {
            Some(Ok(asked)) => Some(asked),
            Some(Err(_)) => {
                return Answer::error_with(
                    400,
                    ErrorCode::Unsupported,
                    "`n` is not the number of items to list",
                );
            }
            None => None,
        };
        let most = asked.into_iter().chain(self.service.options.page).min().unwrap_or(usize::MAX);
        let mut items: Vec<T> = items.take(most.saturating_add(1)).collect();
        let is_more = items.len() > most;
        items.truncate(most);
        let listed = answer(&items);
        match items.last().filter(|_| is_more) {
            None => listed,
            Some(last) => {
                let mut link =
                    format!("{}?n={}&last={}", self.head.path, asked.unwrap_or(most), encode(&name(last)));
                for (key, value) in self.head.query.iter().filter(|(key, _)| !matches!(*key, "n" | "last")) {
                    link = format!("{link}&{}={}", encode(key), encode(value));
                }
                listed.with("Link", format!("<{link}>; rel=\"next\""))
            }
        }
    }
}

fn texts(texts: &[String]) -> Json<'_> {
    Json::List(texts.iter().map(|text| Json::text(text.as_str())).collect())
}
