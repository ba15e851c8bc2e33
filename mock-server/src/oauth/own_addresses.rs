//! The addresses by which an assertion may mean this org.

use super::Desk;
use crate::org::Side;

/// The login host of the org's kind and its My Domain: by their real names, and as this site spells them. Without a path.
pub fn own_addresses(desk: &Desk<'_>) -> Vec<String> {
    let (side, domain) = (desk.org.kind.side(), desk.org.my_domain());
    let login = match side {
        Side::Login => "login.salesforce.com",
        Side::Test => "test.salesforce.com",
    };
    vec![
        format!("https://{login}"),
        format!("https://{}", domain.real_name()),
        desk.site.side_url(side),
        desk.site.my_domain_url(desk.org.id, &domain),
    ]
}
