//! `grant_type=device`: the poll of a device that showed its user a code.

use super::{Ready, Request};
use crate::oauth::{OAuthError, Polled, Refused, award_device};

/// A device code whose user allowed the access. The secret is checked if the device sends one; devices keep none.
pub fn read<'a>(request: &Request<'a>) -> Result<Ready<'a>, Refused> {
    let code = request.required("code")?;
    let client = request.client(|_| false)?;
    let (org, user, scopes) = match request.app.poll_device(&client, code)? {
        Polled::Allowed { org, user, scopes } => (org, user, scopes),
        Polled::Refused(error) => return Err(error.into()),
    };
    let org = request.app.org_served(request.site, Some(org)).ok_or(OAuthError::UnknownCode)?;
    let own = client.clone();
    Ok(Ready { org, client: Some(client), lock: None, redeem: Box::new(move |tx, desk| award_device(tx, desk, &own, user, scopes)) })
}
