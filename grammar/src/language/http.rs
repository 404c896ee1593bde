//! The words of `#[http(...)]`: what is wrong with an answer of a registry, and for which requests.

/// A word of a fault on the wire: `WORD`, `WORD = VALUE` or `WORD(VALUE, VALUE)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HttpWord {
    /// The name.
    pub name: &'static str,
    /// The values that it takes.
    pub form: HttpForm,
    /// Whether it limits the requests to which the fault applies, and does not change the answer itself.
    pub is_condition: bool,
    /// An example of it.
    pub example: &'static str,
}

/// The kind of value that a word takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpForm {
    /// No value.
    Flag,
    /// No value, or a text.
    MaybeText,
    /// A text.
    Text,
    /// A number.
    Number,
    /// One number, or two in parentheses.
    Numbers,
    /// `false`.
    False,
    /// A content.
    Content,
    /// The name and the value of a header.
    Header,
}

/// All words.
pub const HTTP_WORDS: &[HttpWord] = &[
    HttpWord::answer("status", HttpForm::Number, "status = 503"),
    HttpWord::answer("header", HttpForm::Header, "header(\"Retry-After\", \"1\")"),
    HttpWord::answer("body", HttpForm::Content, "body = \"...\""),
    HttpWord::answer("raw", HttpForm::Content, "raw = \"...\""),
    HttpWord::answer("chunked", HttpForm::Flag, "chunked"),
    HttpWord::answer("cut", HttpForm::Number, "cut = 100"),
    HttpWord::answer("reset", HttpForm::Flag, "reset"),
    HttpWord::answer("stall", HttpForm::Numbers, "stall = 100"),
    HttpWord::answer("rate", HttpForm::Number, "rate = 1000"),
    HttpWord::answer("redirect", HttpForm::MaybeText, "redirect"),
    HttpWord::answer("ranges", HttpForm::False, "ranges = false"),
    HttpWord::condition("method", HttpForm::Text, "method = \"HEAD\""),
    HttpWord::condition("after", HttpForm::Number, "after = 1"),
    HttpWord::condition("times", HttpForm::Number, "times = 1"),
];

/// The methods of requests to a registry.
pub const METHODS: &[&str] = &["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"];

impl HttpWord {
    const fn answer(name: &'static str, form: HttpForm, example: &'static str) -> Self {
        Self { name, form, is_condition: false, example }
    }

    const fn condition(name: &'static str, form: HttpForm, example: &'static str) -> Self {
        Self { name, form, is_condition: true, example }
    }

    /// The word with this name.
    pub fn of(name: &str) -> Option<Self> {
        HTTP_WORDS.iter().copied().find(|word| word.name == name)
    }

    /// Checks a number that is given to the word. The error is one line that says what to write instead.
    ///
    /// ```
    /// use oci_fixture_grammar::language::HttpWord;
    ///
    /// let status = HttpWord::of("status").unwrap();
    /// assert_eq!(status.check_number(503), Ok(()));
    /// assert_eq!(
    ///     status.check_number(42).unwrap_err(),
    ///     "`status = 42` is no HTTP status; write one from 100 to 599"
    /// );
    /// ```
    pub fn check_number(self, number: i128) -> Result<(), String> {
        let name = self.name;
        match (name, number) {
            ("status", 100..=599) => Ok(()),
            ("status", _) => Err(format!("`status = {number}` is no HTTP status; write one from 100 to 599")),
            ("cut", _) if i64::try_from(number).is_ok() => Ok(()),
            ("times", 0) => Err("`times = 0` is for no request; write the number of requests".to_owned()),
            ("after", 0) => Err("`after = 0` changes nothing; remove it".to_owned()),
            ("rate", 0) => {
                Err("`rate = 0` sends nothing; write `stall`, or the number of bytes in a second".to_owned())
            }
            _ if u64::try_from(number).is_ok() => Ok(()),
            _ => Err(format!("`{name} = {number}` is out of range; write `{}`", self.example)),
        }
    }
}

/// Checks the method of the requests to which a fault applies.
pub fn check_method(method: &str) -> Result<(), String> {
    if METHODS.contains(&method) {
        return Ok(());
    }
    Err(format!(
        "`method = {method:?}` is for no request; write `GET`, `HEAD`, `PUT`, `POST`, `PATCH` or `DELETE`"
    ))
}

/// Checks the name of a header ([RFC 9110, section 5.1](https://www.rfc-editor.org/rfc/rfc9110#section-5.1)).
pub fn check_header(name: &str) -> Result<(), String> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !name.is_empty() && name.bytes().all(is_token) {
        return Ok(());
    }
    Err(format!("{name:?} is not the name of a header; write letters, digits and `-`"))
}

/// Checks a value of a header, which has to fit in its line.
pub fn check_header_value(name: &str, value: &str) -> Result<(), String> {
    if value.contains(['\r', '\n', '\0']) {
        return Err(format!("the value of `{name}` has a line break or a NUL; remove it, or write `raw`"));
    }
    Ok(())
}

/// A word as it was written, for the check of all words of one fault.
#[derive(Clone, Debug)]
pub struct SaidWord {
    /// The word.
    pub word: HttpWord,
    /// The source text, for messages.
    pub shown: String,
    /// A key that only one word of a fault may have. It is the name of the word, or, for a header, the name of the header in
    /// lower case.
    pub key: String,
    /// The number, if it is known.
    pub number: Option<i128>,
    /// The method, if it is known.
    pub method: Option<String>,
}

impl SaidWord {
    /// Whether the word changes only how the body is sent, and not the head of the answer.
    fn is_of_body(&self) -> bool {
        matches!(self.word.name, "cut" | "rate") || self.word.name == "stall" && self.key != "stall"
    }
}

/// Checks that the words of one fault fit together. The error has the position of the word that is wrong.
pub fn check_together(words: &[SaidWord]) -> Result<(), (usize, String)> {
    for (position, said) in words.iter().enumerate() {
        if let Some(same) = words.iter().take(position).find(|other| other.key == said.key) {
            let message = format!("`{}` and `{}` exclude each other; remove one", same.shown, said.shown);
            return Err((position, message));
        }
    }
    if words.iter().all(|said| said.word.is_condition) {
        let message = "`http` says which requests, but not what is wrong with the answer; add a word such as `status = 503`";
        return Err((0, message.to_owned()));
    }
    if let Some(head) = words.iter().find(|said| said.method.as_deref() == Some("HEAD"))
        && let Some(position) = words.iter().position(SaidWord::is_of_body)
        && let Some(said) = words.get(position)
    {
        let message =
            format!("`{}` asks for no body, so `{}` changes nothing; remove one", head.shown, said.shown);
        return Err((position, message));
    }
    let cuts = words.iter().any(|said| said.word.name == "cut");
    for said in words {
        let (fits, why): (fn(&SaidWord) -> bool, _) = match said.word.name {
            "reset" if !cuts => {
                (|other| other.key == "stall", "`reset` without `cut` comes before the answer")
            }
            "raw" => {
                (|other| matches!(other.word.name, "stall" | "rate" | "cut" | "reset"), "`raw` is no HTTP")
            }
            "redirect" => {
                let status = words.iter().position(|other| {
                    other.word.name == "status" && other.number.is_some_and(|status| status / 100 != 3)
                });
                if let Some((position, status)) = status.and_then(|at| Some((at, words.get(at)?))) {
                    let message =
                        format!("`{}` is no redirect, and `{}` is one; remove one", status.shown, said.shown);
                    return Err((position, message));
                }
                continue;
            }
            _ => continue,
        };
        let other =
            words.iter().position(|other| other.key != said.key && !other.word.is_condition && !fits(other));
        if let Some((position, other)) = other.and_then(|at| Some((at, words.get(at)?))) {
            return Err((position, format!("{why}, so `{}` changes nothing; remove it", other.shown)));
        }
    }
    Ok(())
}
