//! `/connect` and `/chatter`: the organization and its people, as Connect REST API shows them to whoever holds `chatter_api` or `api`.
//!
//! Source: Connect REST API, "Organization" and "User Profile". Feeds and groups are not kept here.

use serde_json::{Value, json};

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::query::{selected, selected_part};
use super::resources::Resources;
use crate::id::UserId;

pub(super) fn rows(rows: Resources) -> Resources {
    rows.get("rest/connect", "/services/data/{version}/connect", connect)
        .get("rest/connect-organization", "/services/data/{version}/connect/organization", organization)
        .get("rest/connect-communities", "/services/data/{version}/connect/communities", communities)
        .get("rest/chatter", "/services/data/{version}/chatter", chatter)
        .get("rest/chatter-users", "/services/data/{version}/chatter/users", users)
        .get("rest/chatter-user", "/services/data/{version}/chatter/users/{user}", user)
}

/// `GET …/connect`
fn connect(call: &Call<'_>) -> Result<Answer, RestError> {
    let at = |name: &str| format!("{}/connect/{name}", call.root());
    Ok(Answer::json(json!({ "communities": at("communities"), "organization": at("organization") }).to_string(), "Connect"))
}

/// `GET …/connect/organization`
fn organization(call: &Call<'_>) -> Result<Answer, RestError> {
    let org = call.caller.org.facts();
    let user = &call.caller.user;
    let body = json!({
        "accessTimeout": org.session_timeout / 60,
        "features": {"chatter": true, "chatterActivity": true, "chatterGlobalInfluence": true, "communitiesEnabled": false, "dashboardComponentSnapshots": true,
            "defaultCurrencyIsoCode": "USD", "files": true, "filesOnComments": true, "groupsCanFollow": false, "multiCurrency": false, "trendingTopics": true,
            "viralInvitesAllowed": true},
        "instanceUrl": call.site.instance_url(org.id, &org.my_domain()),
        "name": org.name,
        "orgId": org.id.to_string(),
        "userSettings": {"canFollow": true, "currencySymbol": "$", "hasAccessToInternalOrg": true, "hasChatter": true, "hasRestDataApiAccess": true,
            "timeZone": {"name": user.time_zone}, "userId": user.id.to_string(), "userLocale": user.locale},
    });
    Ok(Answer::json(body.to_string(), "Organization"))
}

/// `GET …/connect/communities`: an org without licences of Experience Cloud has none.
fn communities(_: &Call<'_>) -> Result<Answer, RestError> {
    Ok(Answer::json(json!({ "communities": [], "total": 0 }).to_string(), "Communities"))
}

/// `GET …/chatter`
fn chatter(call: &Call<'_>) -> Result<Answer, RestError> {
    Ok(Answer::json(json!({ "users": format!("{}/chatter/users", call.root()) }).to_string(), "Chatter"))
}

/// What is shown of a user.
const FIELDS: &str = "Id, Name, FirstName, LastName, Email, Username, IsActive, CompanyName, Title, AboutMe";

/// Users of a page unless the caller says how many, and at most. Source: Connect REST API, "Users".
const USUAL: usize = 25;
const MOST: usize = 100;

/// `GET …/chatter/users?page=0&pageSize=25`: a page of the active ones whom the caller sees, by name.
fn users(call: &Call<'_>) -> Result<Answer, RestError> {
    let (page, size) = (call.number("page")?.unwrap_or(0), call.number("pageSize")?.unwrap_or(USUAL).clamp(1, MOST));
    let skipped = page.saturating_mul(size);
    let schema = call.schema()?;
    let soql = format!("SELECT {FIELDS} FROM User WHERE IsActive = true ORDER BY Name, Id");
    let (people, total) = selected_part(call, &schema, &soql, skipped..skipped.saturating_add(size))?;
    let url = |page: usize| format!("{}/chatter/users?{}", call.root(), call.parameters().with(&[("page", page), ("pageSize", size)]));
    let next = (skipped.saturating_add(size) < total).then(|| page + 1);
    let previous = page.checked_sub(1);
    let body = json!({ "currentPageToken": page, "currentPageUrl": url(page), "nextPageToken": next, "nextPageUrl": next.map(url),
        "previousPageToken": previous, "previousPageUrl": previous.map(url), "users": people.iter().map(|user| summary(call, user)).collect::<Vec<_>>() });
    Ok(Answer::json(body.to_string(), "UserPage"))
}

/// `GET …/chatter/users/{user}`, where `me` is the caller.
fn user(call: &Call<'_>) -> Result<Answer, RestError> {
    let named = call.segment("user");
    let id = if named.eq_ignore_ascii_case("me") { call.caller.user.id } else { UserId::parse(&named).map_err(|_| RestError::NotFound)? };
    let schema = call.schema()?;
    let found = selected(call, &schema, &format!("SELECT {FIELDS} FROM User WHERE Id = '{id}'"))?;
    let user = found["records"].get(0).ok_or(RestError::NotFound)?;
    Ok(Answer::json(summary(call, user).to_string(), "UserDetail"))
}

fn summary(call: &Call<'_>, user: &Value) -> Value {
    let org = call.caller.org.facts();
    let base = call.site.instance_url(org.id, &org.my_domain());
    let url = format!("{}/chatter/users/{}", call.root(), user["Id"].as_str().unwrap_or_default());
    let company = user["CompanyName"].as_str().unwrap_or(&org.name);
    json!({
        "aboutMe": user["AboutMe"],
        "companyName": company,
        "displayName": user["Name"],
        "email": user["Email"],
        "firstName": user["FirstName"],
        "id": user["Id"],
        "isActive": user["IsActive"],
        "isInThisCommunity": true,
        "lastName": user["LastName"],
        "mySubscription": null,
        "name": user["Name"],
        "photo": {"fullEmailPhotoUrl": format!("{base}/profilephoto/005/F"), "largePhotoUrl": format!("{base}/profilephoto/005/F"),
            "photoVersionId": null, "smallPhotoUrl": format!("{base}/profilephoto/005/T"), "url": format!("{url}/photo")},
        "title": user["Title"],
        "type": "User",
        "url": url,
        "userType": "Internal",
        "username": user["Username"],
    })
}
