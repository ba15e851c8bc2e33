//! A browser's cookies.

use url::Url;

/// Most cookies kept, as in the browsers people use.
const MOST: usize = 3_000;

/// The cookies of one window.
#[derive(Debug, Clone, Default)]
pub struct Jar(Vec<Cookie>);

#[derive(Debug, Clone, PartialEq)]
struct Cookie {
    host: String,
    path: String,
    name: String,
    value: String,
}

impl Jar {
    /// Takes a `Set-Cookie` line that came with `url`.
    pub fn keep(&mut self, line: &str, url: &Url) {
        let Some((cookie, gone)) = Cookie::read(line, url) else { return };
        self.0.retain(|known| (&known.host, &known.path, &known.name) != (&cookie.host, &cookie.path, &cookie.name));
        if !gone && self.0.len() < MOST {
            self.0.push(cookie);
        }
    }

    /// Puts in a cookie that no server gave; false if the address has no host.
    pub fn plant(&mut self, url: &Url, name: &str, value: &str) -> bool {
        let cookie = Cookie::read(&format!("{name}={value}"), url);
        let planted = cookie.is_some();
        self.0.extend(cookie.map(|(cookie, _)| cookie));
        planted
    }

    /// The `Cookie` header for a request to `url`; None without any.
    pub fn header(&self, url: &Url) -> Option<String> {
        let sent: Vec<String> =
            self.0.iter().filter(|cookie| cookie.goes_to(url)).map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!sent.is_empty()).then(|| sent.join("; "))
    }

    /// Value of a cookie, whatever its host.
    pub fn value(&self, named: impl Fn(&str) -> bool) -> Option<&str> {
        self.0.iter().find(|cookie| named(&cookie.name)).map(|cookie| cookie.value.as_str())
    }

    /// Forgets the cookies of one host.
    pub fn forget(&mut self, host: &str) {
        self.0.retain(|cookie| cookie.host != host);
    }
}

impl Cookie {
    /// A `Set-Cookie` line, with whether it removes the cookie.
    fn read(line: &str, url: &Url) -> Option<(Self, bool)> {
        let mut parts = line.split(';').map(str::trim);
        let (name, value) = parts.next()?.split_once('=')?;
        let mut cookie = Self { host: url.host_str()?.to_owned(), path: "/".to_owned(), name: name.to_owned(), value: value.to_owned() };
        let mut gone = value.is_empty();
        for (attribute, value) in parts.filter_map(|part| part.split_once('=')) {
            match attribute.to_ascii_lowercase().as_str() {
                "path" => cookie.path = value.to_owned(),
                "max-age" => gone |= value.parse().is_ok_and(|seconds: i64| seconds <= 0),
                _ => {}
            }
        }
        Some((cookie, gone))
    }

    /// Cookies belong to a host and a path; ports do not part them.
    fn goes_to(&self, url: &Url) -> bool {
        url.host_str() == Some(self.host.as_str()) && url.path().starts_with(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_cookie_goes_back_to_its_host_and_path_on_any_port() {
        let mut jar = Jar::default();
        jar.keep("sid_00D1=abc; Path=/setup; HttpOnly; SameSite=Lax", &url("http://127.0.0.1:1/"));
        assert_eq!(jar.header(&url("http://127.0.0.1:2/setup/x")).as_deref(), Some("sid_00D1=abc"));
        assert_eq!(jar.header(&url("http://127.0.0.1:2/")), None);
        assert_eq!(jar.header(&url("http://localhost:1/setup")), None);
    }

    #[test]
    fn a_cookie_with_no_time_left_is_gone() {
        for line in ["sid=; Path=/", "sid=x; Max-Age=0"] {
            let mut jar = Jar::default();
            jar.keep("sid=old", &url("http://a.example/"));
            jar.keep(line, &url("http://a.example/"));
            assert_eq!(jar.header(&url("http://a.example/")), None, "{line}");
        }
    }
}
