//! `setPassword`, `resetPassword` and `changeOwnPassword`.

use super::call::{Call, Reply};
use super::fault::Fault;
use super::query::id_of;
use crate::id::UserId;
use crate::oauth::{Changer, change_own_password, reset_password, set_password};
use crate::org::{PasswordRefusal, Switches};
use crate::xml::markup::Markup;

/// `setPassword(userId, password)`
pub fn set(call: &Call) -> Result<Reply, Fault> {
    let (of, new) = (user(call)?, call.parameter("password")?);
    let switches = call.caller.org.switches();
    call.caller.org.write(|tx| set_password(tx, &changer(call, &switches), of, new))??;
    let mut out = Markup::default();
    out.empty("result");
    Ok(Reply::of(out.into_string()))
}

/// `resetPassword(userId)`: answers the password that was made up.
pub fn reset(call: &Call) -> Result<Reply, Fault> {
    let of = user(call)?;
    let switches = call.caller.org.switches();
    let password = call.caller.org.write(|tx| reset_password(tx, &changer(call, &switches), of))??;
    let mut out = Markup::default();
    out.within("result", |out| out.leaf("password", &password));
    Ok(Reply::of(out.into_string()))
}

/// `changeOwnPassword(oldPassword, newPassword)`
pub fn change_own(call: &Call) -> Result<Reply, Fault> {
    let (old, new) = (call.parameter("oldPassword")?, call.parameter("newPassword")?);
    let switches = call.caller.org.switches();
    call.caller.org.write(|tx| change_own_password(tx, &changer(call, &switches), old, new))??;
    let mut out = Markup::default();
    out.empty("result");
    Ok(Reply::of(out.into_string()))
}

fn changer<'a>(call: &'a Call, switches: &'a Switches) -> Changer<'a> {
    Changer { user: &call.caller.user, session: &call.caller.session, switches, now: call.app().now(), entropy: call.app().entropy() }
}

/// The user a call is about.
fn user(call: &Call) -> Result<UserId, Fault> {
    UserId::try_from(id_of(call.parameter("userId")?)?).map_err(|_| PasswordRefusal::NoSuchUser.into())
}

impl From<PasswordRefusal> for Fault {
    fn from(refusal: PasswordRefusal) -> Self {
        Self::api(refusal.code(), refusal.to_string())
    }
}
