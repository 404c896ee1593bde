//! Authentication: which client may do what.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Read;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::answer::{Answer, ErrorCode};
use super::head::RequestHead;
use super::percent::Query;
use super::upload::unique;
use crate::json::Json;

/// The name of a registry in its challenges.
const SERVICE: &str = "oci-fixture";
/// The largest number of valid tokens. A further token replaces the one that expires first.
const TOKENS: usize = 10_000;
/// The largest number of bytes of a form that asks for a token.
const FORM: u64 = 64 * 1024;

/// How a registry authenticates its clients.
#[derive(Debug, Default)]
pub(crate) enum Auth {
    /// Every client may do everything.
    #[default]
    Anybody,
    Basic(Credentials),
    Bearer(Bearer),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password: String,
}

#[derive(Debug)]
pub(crate) struct Bearer {
    pub(crate) credentials: Credentials,
    /// How long a token is valid.
    pub(crate) lifetime: Duration,
    tokens: Mutex<HashMap<String, Token>>,
}

#[derive(Debug)]
struct Token {
    /// The scopes, such as `repository:library/app:pull`, with one action each.
    scopes: Vec<String>,
    ends: Instant,
}

/// The permission that a request needs: an action in a repository, or in the registry.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Access<'r> {
    /// The client must be authenticated.
    Any,
    Repository(&'r str, &'static str),
    Catalog,
}

impl Auth {
    pub(crate) fn bearer(credentials: Credentials, lifetime: Duration) -> Self {
        Self::Bearer(Bearer { credentials, lifetime, tokens: Mutex::default() })
    }

    /// Checks the credentials of a request. The error is the answer that refuses it.
    pub(crate) fn check(&self, head: &RequestHead, needed: Access<'_>, url: &str) -> Result<(), Answer> {
        match self {
            Self::Anybody => Ok(()),
            Self::Basic(credentials) if credentials.are_in(head) => Ok(()),
            Self::Bearer(bearer) => match bearer.state(head, needed) {
                TokenState::Good => Ok(()),
                state => Err(refusal().with("WWW-Authenticate", bearer_challenge(needed, state, url))),
            },
            Self::Basic(_) => Err(refusal().with("WWW-Authenticate", basic_challenge())),
        }
    }

    /// The challenge for a request, with or without credentials. `None` if every client may do everything.
    pub(crate) fn challenge(&self, needed: Access<'_>, url: &str) -> Option<String> {
        match self {
            Self::Anybody => None,
            Self::Basic(_) => Some(basic_challenge()),
            Self::Bearer(_) => Some(bearer_challenge(needed, TokenState::None, url)),
        }
    }

    /// Answers a request to the token endpoint. `None` if the registry has none.
    pub(crate) fn token(&self, head: &RequestHead, body: &mut dyn Read) -> Option<Answer> {
        let Self::Bearer(bearer) = self else { return None };
        let mut form = Vec::new();
        if head.method == "POST" && body.take(FORM).read_to_end(&mut form).is_err() {
            return Some(
                Answer::error_with(400, ErrorCode::Unsupported, "the form cannot be read").closing(),
            );
        }
        Some(bearer.token(head, &Query::of_form(&String::from_utf8_lossy(&form))))
    }
}

fn refusal() -> Answer {
    Answer::error(ErrorCode::Unauthorized, "authentication required")
}

fn basic_challenge() -> String {
    format!("Basic realm=\"{SERVICE}\"")
}

impl Credentials {
    fn are_in(&self, head: &RequestHead) -> bool {
        let sent = scheme(head, "Basic").and_then(|text| STANDARD.decode(text).ok());
        sent.is_some_and(|sent| sent == format!("{}:{}", self.user, self.password).as_bytes())
    }
}

/// The credentials behind the scheme of an `Authorization`.
fn scheme<'h>(head: &'h RequestHead, wanted: &str) -> Option<&'h str> {
    let (scheme, rest) = head.header("authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case(wanted).then(|| rest.trim())
}

/// The state of the token in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TokenState {
    None,
    Unknown,
    Insufficient,
    Good,
}

impl Bearer {
    fn state(&self, head: &RequestHead, needed: Access<'_>) -> TokenState {
        let Some(token) = scheme(head, "Bearer") else { return TokenState::None };
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        match tokens.get(token).filter(|token| token.ends > Instant::now()) {
            None => TokenState::Unknown,
            Some(token) if token.allows(needed) => TokenState::Good,
            Some(_) => TokenState::Insufficient,
        }
    }

    fn token(&self, head: &RequestHead, form: &Query) -> Answer {
        let known = match (form.get("grant_type"), form.get("refresh_token")) {
            (Some("refresh_token"), Some(token)) => token == self.refresh_token(),
            (Some("password"), _) => {
                form.get("username") == Some(&self.credentials.user)
                    && form.get("password") == Some(&self.credentials.password)
            }
            _ => self.credentials.are_in(head),
        };
        if !known {
            return refusal().with("WWW-Authenticate", basic_challenge());
        }
        // Several scopes are several parameters, or one parameter with spaces between the scopes.
        let asked = head.query.all("scope").map(|scope| scope.replace('+', " "));
        let asked: Vec<String> = asked.chain(form.all("scope").map(str::to_owned)).collect();
        let scopes = asked.iter().flat_map(|scope| scope.split(' ')).flat_map(actions).collect();
        let token = self.issue(scopes);
        let wants_refresh =
            head.query.get("offline_token") == Some("true") || form.get("access_type") == Some("offline");
        let refresh = (wants_refresh || form.get("grant_type").is_some()).then(|| self.refresh_token());
        let lifetime = self.lifetime.as_secs().to_string();
        let answer = Json::object([
            ("token", Some(Json::text(token.as_str()))),
            ("access_token", Some(Json::text(token.as_str()))),
            ("expires_in", Some(Json::number(&lifetime))),
            ("issued_at", Some(Json::text(timestamp(SystemTime::now())))),
            ("refresh_token", refresh.map(Json::text)),
        ]);
        Answer::json(200, "application/json", &answer)
    }

    fn issue(&self, scopes: Vec<String>) -> String {
        let text = format!("{:032x}", unique());
        let now = Instant::now();
        let ends = now.checked_add(self.lifetime).unwrap_or(now);
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if tokens.len() >= TOKENS {
            tokens.retain(|_, token| token.ends > now);
        }
        if tokens.len() >= TOKENS {
            let first = tokens.iter().min_by_key(|(_, token)| token.ends).map(|(text, _)| text.clone());
            first.map(|first| tokens.remove(&first));
        }
        tokens.insert(text.clone(), Token { scopes, ends });
        text
    }

    /// The refresh token: it stands for the credentials, and never expires.
    fn refresh_token(&self) -> String {
        STANDARD.encode(format!("refresh:{}:{}", self.credentials.user, self.credentials.password))
    }
}

fn bearer_challenge(needed: Access<'_>, state: TokenState, url: &str) -> String {
    let mut challenge = format!("Bearer realm=\"{url}/token\",service=\"{SERVICE}\"");
    let scope = match needed {
        Access::Any => None,
        Access::Repository(repository, "push") => Some(format!("repository:{repository}:pull,push")),
        Access::Repository(repository, action) => Some(format!("repository:{repository}:{action}")),
        Access::Catalog => Some("registry:catalog:*".to_owned()),
    };
    if let Some(scope) = scope {
        let _ = write!(
            challenge,
            ",scope=\"{}\"",
            scope.replace(|letter: char| letter.is_control() || matches!(letter, '"' | '\\'), "")
        );
    }
    challenge.push_str(match state {
        TokenState::Unknown => ",error=\"invalid_token\"",
        TokenState::Insufficient => ",error=\"insufficient_scope\"",
        TokenState::None | TokenState::Good => "",
    });
    challenge
}

/// `repository:library/app:pull,push`, with one action each. A repository's name may have a colon in an old form.
fn actions(scope: &str) -> Vec<String> {
    let Some((resource, actions)) = scope.rsplit_once(':') else { return Vec::new() };
    actions.split(',').map(|action| format!("{resource}:{action}")).collect()
}

impl Token {
    fn allows(&self, needed: Access<'_>) -> bool {
        let (resource, action) = match needed {
            Access::Any => return true,
            Access::Repository(repository, action) => (format!("repository:{repository}"), action),
            Access::Catalog => ("registry:catalog".to_owned(), "*"),
        };
        let is_one = |wanted: &str| self.scopes.iter().any(|scope| *scope == format!("{resource}:{wanted}"));
        is_one(action) || is_one("*")
    }
}

/// A time in the format of [RFC 3339](https://www.rfc-editor.org/rfc/rfc3339).
fn timestamp(time: SystemTime) -> String {
    let seconds = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    crate::layout::layer_entry::time::rfc3339(i64::try_from(seconds).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::actions;

    #[test]
    fn a_scope_has_one_action_each() {
        assert_eq!(actions("repository:a/b:pull,push"), ["repository:a/b:pull", "repository:a/b:push"]);
        assert_eq!(actions("registry:catalog:*"), ["registry:catalog:*"]);
        assert_eq!(actions("nothing"), [""; 0]);
    }
}
