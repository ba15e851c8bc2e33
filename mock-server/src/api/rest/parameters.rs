//! What an address says: the segments of its path, and its query parameters, each decoded once.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// The variable segments of a path, as the template of its row names them.
#[derive(Debug, Clone, Copy)]
pub struct Segments<'a> {
    template: &'static str,
    path: &'a str,
}

impl<'a> Segments<'a> {
    /// `path` is one that matches `template`, such as `/services/data/{version}/sobjects/{object}`.
    pub fn of(template: &'static str, path: &'a str) -> Self {
        Self { template, path }
    }

    /// The template of the row.
    pub fn template(&self) -> &'static str {
        self.template
    }

    /// What stands for `{name}`, or for `{*name}` at the end: the whole rest. Empty if the template has no such name.
    pub fn get(&self, name: &str) -> Cow<'a, str> {
        let (mut rest, mut template) = (self.path, self.template);
        while !template.is_empty() {
            let (wanted, later) = cut(template);
            template = later;
            let variable = wanted.strip_prefix('{').and_then(|inner| inner.strip_suffix('}'));
            if variable.and_then(|variable| variable.strip_prefix('*')) == Some(name) {
                return percent_decode_str(rest).decode_utf8_lossy();
            }
            let (segment, after) = cut(rest);
            if variable == Some(name) {
                return percent_decode_str(segment).decode_utf8_lossy();
            }
            rest = after;
        }
        debug_assert!(false, "{} has no segment {name}", self.template);
        Cow::Borrowed("")
    }
}

/// What stands before the first slash, and behind it. Segments are too short for a search that sets out in strides.
fn cut(text: &str) -> (&str, &str) {
    text.bytes().position(|byte| byte == b'/').map_or((text, ""), |slash| (&text[..slash], &text[slash + 1..]))
}

/// The query parameters of an address: `+` and `%20` are spaces.
#[derive(Debug, Clone, Copy)]
pub struct Parameters<'a>(&'a str);

impl<'a> Parameters<'a> {
    /// `query` is what stands after the question mark.
    pub fn of(query: Option<&'a str>) -> Self {
        Self(query.unwrap_or_default())
    }

    /// The first parameter of that name. Bytes that are no UTF-8 become U+FFFD.
    pub fn get(&self, name: &str) -> Option<String> {
        self.0.split('&').find_map(|pair| {
            let (own, value) = pair.split_once('=').unwrap_or((pair, ""));
            (own == name || decoded(own) == name).then(|| decoded(value))
        })
    }

    /// The query of the same address with these parameters instead of its own of their names.
    pub fn with(&self, changed: &[(&str, usize)]) -> String {
        let is_kept = |pair: &&str| !pair.is_empty() && !changed.iter().any(|(name, _)| decoded(pair.split('=').next().unwrap_or_default()) == *name);
        let kept = self.0.split('&').filter(is_kept).map(str::to_owned);
        kept.chain(changed.iter().map(|(name, value)| format!("{name}={value}"))).collect::<Vec<_>>().join("&")
    }

    /// Every parameter of that name, in order.
    pub fn all(&self, name: &str) -> Vec<String> {
        let pairs = self.0.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(own, _)| decoded(own) == name).map(|(_, value)| decoded(value)).collect()
    }
}

fn decoded(text: &str) -> String {
    if memchr::memchr2(b'+', b'%', text.as_bytes()).is_none() {
        return text.to_owned();
    }
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_decoded_exactly_once() {
        let parameters = Parameters::of(Some("a=1&q=SELECT+Id%20FROM%2BX%2520&flag"));
        assert_eq!(parameters.get("q").as_deref(), Some("SELECT Id FROM+X%20"));
        assert_eq!(parameters.get("flag").as_deref(), Some(""));
        assert_eq!(parameters.get("b"), None);
    }

    #[test]
    fn changed_parameters_replace_those_of_their_name_and_leave_the_others() {
        let check = |query: Option<&str>, expected: &str| assert_eq!(Parameters::of(query).with(&[("page", 2), ("size", 5)]), expected);
        check(None, "page=2&size=5");
        check(Some("page=1&q=a%26b&p%61ge=3&flag&size=x"), "q=a%26b&flag&page=2&size=5");
    }

    #[test]
    fn segments_are_found_by_the_names_of_the_template() {
        let segments = Segments::of("/services/{version}/{object}/{*path}", "/services/v67.0/A%2Fb+c/Owner/Man%20ager");
        assert_eq!(segments.get("version"), "v67.0");
        assert_eq!(segments.get("object"), "A/b+c");
        assert_eq!(segments.get("path"), "Owner/Man ager");
    }
}
