//! What `LoginHistory` makes of a `User-Agent`: the browser with its major version, and the platform.

/// `Chrome 143`, or `Unknown` for what is no browser.
pub fn browser(user_agent: &str) -> String {
    // Later browsers name earlier ones too, so the order matters.
    const BROWSERS: [(&str, &str); 6] =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("Version/", "Safari")];
    for (mark, name) in BROWSERS {
        let Some((_, rest)) = user_agent.split_once(mark) else { continue };
        let major: String = rest.chars().take_while(char::is_ascii_digit).collect();
        if !major.is_empty() && (name != "Safari" || user_agent.contains("Safari/")) {
            return format!("{name} {major}");
        }
    }
    "Unknown".to_owned()
}

/// `Windows 10`, `Mac OSX`, `Linux`, … or `Unknown`.
pub fn platform(user_agent: &str) -> &'static str {
    const PLATFORMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows NT 10", "Windows 10"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac OSX"),
        ("Linux", "Linux"),
    ];
    PLATFORMS.into_iter().find(|(mark, _)| user_agent.contains(mark)).map_or("Unknown", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(user_agent: &str, expected: (&str, &str)) {
        assert_eq!((&*browser(user_agent), platform(user_agent)), expected, "{user_agent}");
    }

    #[test]
    fn browsers_are_told_by_the_last_of_their_names() {
        let chrome = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36";
        check(chrome, ("Chrome 143", "Mac OSX"));
        check(&format!("{} Edg/143.0", chrome.replace("Macintosh; Intel Mac OS X 10_15_7", "Windows NT 10.0; Win64")), ("Edge 143", "Windows 10"));
        check("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("Firefox 140", "Linux"));
        check("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604", ("Safari 18", "iPhone"));
    }

    #[test]
    fn programs_are_unknown() {
        check("node-fetch/1.0", ("Unknown", "Unknown"));
        check("", ("Unknown", "Unknown"));
    }
}
