//! `/connect` and `/chatter`: the organization and its people, as Connect REST API shows them to whoever holds `chatter_api` or `api`.
//!
//! Source: Connect REST API, "Organization" and "User Profile". Feeds and groups are not kept here.

use serde_json::{Value, json};

use super::call::Call;
use super::error::RestError;
use super::format::Answer;
use super::resources::Resources;
use crate::id::UserId;
use crate::org::{Directory, User};

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

/// `GET …/chatter/users`: a page of the active ones, by name.
fn users(call: &Call<'_>) -> Result<Answer, RestError> {
    let number = |name: &'static str, other: usize| match call.parameter(name) {
        None => Ok(other),
        Some(text) => text.parse().map_err(|_| RestError::MissingParameter(name)),
    };
    let (page, size) = (number("page", 0)?, number("pageSize", 25)?.clamp(1, 100));
    let mut people: Vec<User> = call.db.read(|tx| tx.users())?.into_iter().filter(|user| user.is_active).collect();
    people.sort_by(|one, other| one.name.cmp(&other.name));
    let url = |page: usize| format!("{}/chatter/users?page={page}&pageSize={size}", call.root());
    let skipped = page.saturating_mul(size);
    let shown: Vec<_> = people.iter().skip(skipped).take(size).map(|user| summary(call, user)).collect();
    let next = (skipped + shown.len() < people.len()).then(|| url(page + 1));
    let previous = page.checked_sub(1).map(url);
    let body = json!({ "currentPageToken": page, "currentPageUrl": url(page), "nextPageToken": next.as_ref().map(|_| page + 1), "nextPageUrl": next,
        "previousPageToken": page.checked_sub(1), "previousPageUrl": previous, "users": shown });
    Ok(Answer::json(body.to_string(), "UserPage"))
}

/// `GET …/chatter/users/{user}`, where `me` is the caller.
fn user(call: &Call<'_>) -> Result<Answer, RestError> {
    let named = call.segment("user");
    let id = if named.eq_ignore_ascii_case("me") { call.caller.user.id } else { UserId::parse(&named).map_err(|_| RestError::NotFound)? };
    let user = call.db.read(|tx| tx.user(id))?.ok_or(RestError::NotFound)?;
    Ok(Answer::json(summary(call, &user).to_string(), "UserDetail"))
}

fn summary(call: &Call<'_>, user: &User) -> Value {
    let org = call.caller.org.facts();
    let base = call.site.instance_url(org.id, &org.my_domain());
    json!({
        "aboutMe": null,
        "companyName": org.name,
        "displayName": user.name,
        "email": user.email,
        "firstName": user.first_name,
        "id": user.id.to_string(),
        "isActive": user.is_active,
        "isInThisCommunity": true,
        "lastName": user.last_name,
        "mySubscription": null,
        "name": user.name,
        "photo": {"fullEmailPhotoUrl": format!("{base}/profilephoto/005/F"), "largePhotoUrl": format!("{base}/profilephoto/005/F"),
            "photoVersionId": null, "smallPhotoUrl": format!("{base}/profilephoto/005/T"), "url": format!("{}/chatter/users/{}/photo", call.root(), user.id)},
        "title": null,
        "type": "User",
        "url": format!("{}/chatter/users/{}", call.root(), user.id),
        "userType": "Internal",
        "username": user.username,
    })
}
