//! A run of features as a page: what failed, then all scenarios by feature.

use std::fmt::Write as _;

use super::super::escape::escaped;
use super::super::{Report, ScenarioResult, left_out};
use super::{Look, mark, page, steps, terms, verdict};

/// The page.
pub fn report(report: &Report) -> String {
    let mut body = String::from("<h1>Salesforce conformance</h1>\n");
    let (look, words) = match (report.is_green(), report.failed()) {
        (true, _) => (Look::Good, "All scenarios passed".to_owned()),
        (false, 0) if report.unreadable.is_empty() => (Look::Doubt, "Nothing ran".to_owned()),
        (false, 1) => (Look::Bad, "1 scenario failed".to_owned()),
        (false, failed) => (Look::Bad, format!("{failed} scenarios failed")),
    };
    body += &verdict(look, &words, &[report.summary()]);
    for unreadable in &report.unreadable {
        let _ = writeln!(body, "<article class=\"card bad\"><header><h3>Unreadable feature</h3></header><p>{}</p></article>", escaped(unreadable));
    }
    let failed: Vec<&ScenarioResult> = report.scenarios.iter().filter(|scenario| scenario.failure.is_some()).collect();
    if !failed.is_empty() {
        body.push_str("<section aria-labelledby=\"failed\"><h2 id=\"failed\">What failed</h2>\n");
        failed.iter().for_each(|scenario| body += &card(scenario));
        body.push_str("</section>\n");
    }
    body.push_str("<section id=\"all\" aria-labelledby=\"features\"><h2 id=\"features\">All scenarios</h2>\n");
    let mut rest = report.scenarios.as_slice();
    while let Some(first) = rest.first() {
        let end = rest.iter().position(|scenario| scenario.path != first.path).unwrap_or(rest.len());
        body += &feature(&rest[..end]);
        rest = &rest[end..];
    }
    body.push_str("</section>\n");
    body += &left_out::html(&report.left_out);
    page("Salesforce conformance", &body)
}

fn card(scenario: &ScenarioResult) -> String {
    let Some(failure) = &scenario.failure else { return String::new() };
    let mut html = format!(
        "<article class=\"card bad\"><header>{}<h3>{} / {}</h3><span class=\"soft\"><code>{}</code></span></header>\n",
        mark(Look::Bad, "failed"),
        escaped(&scenario.feature),
        escaped(&scenario.name),
        escaped(&scenario.place)
    );
    html += &terms(&[("At", &failure.step), ("Why", &failure.reason)]);
    html += "<details><summary>Steps</summary>\n";
    html += &steps(scenario, &[]);
    html += "</details>\n";
    if !failure.exchanges.is_empty() {
        let _ = writeln!(html, "<details><summary>What went over the wire</summary><pre>{}</pre></details>", escaped(&failure.exchanges));
    }
    html + "</article>\n"
}

fn feature(scenarios: &[ScenarioResult]) -> String {
    let Some(first) = scenarios.first() else { return String::new() };
    let failed = scenarios.iter().filter(|scenario| scenario.failure.is_some()).count();
    let look = if failed == 0 { Look::Good } else { Look::Bad };
    let told = format!("{} of {}", scenarios.len() - failed, scenarios.len());
    let path = first.place.rsplit_once(':').map_or(first.place.as_str(), |(path, _)| path);
    let mut html = format!(
        "<details><summary>{} <b>{}</b> <span class=\"soft\">{}</span></summary>\n<ul class=\"checks\">\n",
        mark(look, &told),
        escaped(&first.feature),
        escaped(path)
    );
    for scenario in scenarios {
        let (look, word) = if scenario.failure.is_some() { (Look::Bad, "failed") } else { (Look::Good, "passed") };
        let _ =
            writeln!(html, "<li><details><summary>{} {}</summary>{}</details></li>", mark(look, word), escaped(&scenario.name), steps(scenario, &[]));
    }
    html + "</ul></details>\n"
}
