//! Whose records a user reaches: the user, those below in the role hierarchy, and the groups and queues they are in.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::sharing::Level;
use crate::id::UserId;

/// Ids that count as the user when records are owned by or shared with them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audience {
    /// The user alone.
    pub own: Arc<[String]>,
    /// The user and all users in roles below.
    pub users: Arc<[String]>,
    /// Groups and queues of any of them.
    pub groups: Arc<[String]>,
    /// What an owner of an account gets on what hangs on it, by object: a setting of the owner's role.
    pub account_owner: HashMap<&'static str, Level>,
}

/// How users, roles and groups of an org hang together.
#[derive(Debug, Clone, Default)]
pub struct Membership {
    /// (user, role)
    pub users: Vec<(String, Option<String>)>,
    /// (role, parent role)
    pub roles: Vec<(String, Option<String>)>,
    pub groups: Vec<Group>,
    /// (group, user or group in it)
    pub members: Vec<(String, String)>,
    /// What the user's role gives account owners on contacts, opportunities and cases.
    pub account_owner: HashMap<&'static str, Level>,
}

/// A group with the role it stands for, if it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub id: String,
    /// `Regular`, `Queue`, `Role`, `RoleAndSubordinates`, `RoleAndSubordinatesInternal`, `Organization`, …
    pub kind: String,
    pub related: Option<String>,
}

impl Membership {
    /// The audience of one user.
    pub fn audience(&self, user: UserId) -> Audience {
        let user = user.to_string();
        let roles: HashMap<&str, Option<&str>> = self.roles.iter().map(|(role, parent)| (role.as_str(), parent.as_deref())).collect();
        let role_of: HashMap<&str, &str> = self.users.iter().filter_map(|(user, role)| Some((user.as_str(), role.as_deref()?))).collect();
        let own = role_of.get(user.as_str()).copied();
        let below = |role: &str| own.is_some_and(|own| role != own && above(&roles, role).any(|upper| upper == own));
        let mut users: BTreeSet<&str> = role_of.iter().filter(|(_, role)| below(role)).map(|(user, _)| *user).collect();
        users.insert(&user);
        let groups = self.groups_of(&users, &roles, &role_of);
        Audience {
            own: [user.clone()].into(),
            users: users.into_iter().map(str::to_owned).collect(),
            groups: groups.into_iter().map(str::to_owned).collect(),
            account_owner: self.account_owner.clone(),
        }
    }

    /// The groups that hold any of the users, directly, through their roles or through other groups.
    fn groups_of<'m>(
        &'m self,
        users: &BTreeSet<&str>,
        roles: &HashMap<&'m str, Option<&'m str>>,
        role_of: &HashMap<&str, &'m str>,
    ) -> BTreeSet<&'m str> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        for group in &self.groups {
            let held = match (group.kind.as_str(), group.related.as_deref()) {
                ("Organization", _) => true,
                ("Role", Some(role)) => users.iter().any(|user| role_of.get(user) == Some(&role)),
                (kind, Some(role)) if kind.starts_with("RoleAndSubordinates") => {
                    users.iter().filter_map(|user| role_of.get(user)).any(|own| above(roles, own).any(|upper| upper == role))
                }
                _ => false,
            };
            if held {
                found.insert(&group.id);
            }
        }
        let mut fresh: Vec<&str> = found.iter().copied().chain(users.iter().copied()).collect();
        while let Some(member) = fresh.pop() {
            for (group, _) in self.members.iter().filter(|(_, held)| held == member) {
                if found.insert(group) {
                    fresh.push(group);
                }
            }
        }
        found
    }
}

/// The role and all above it. A circle, which the API refuses to make, ends where it began.
fn above<'r>(roles: &HashMap<&'r str, Option<&'r str>>, role: &'r str) -> impl Iterator<Item = &'r str> {
    let mut seen = HashSet::new();
    std::iter::successors(Some(role), move |role| roles.get(role).copied().flatten().filter(|upper| seen.insert(*upper)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn membership() -> Membership {
        let role = |name: &str, parent: Option<&str>| (name.to_owned(), parent.map(str::to_owned));
        let group = |id: &str, kind: &str, related: Option<&str>| Group { id: id.into(), kind: kind.into(), related: related.map(str::to_owned) };
        Membership {
            users: vec![role("005000000000001AAA", Some("ceo")), role("005000000000002AAA", Some("rep")), role("005000000000003AAA", None)],
            roles: vec![role("ceo", None), role("manager", Some("ceo")), role("rep", Some("manager"))],
            groups: vec![
                group("g", "Regular", None),
                group("outer", "Regular", None),
                group("r", "RoleAndSubordinates", Some("manager")),
                group("q", "Queue", None),
            ],
            members: vec![
                ("g".into(), "005000000000003AAA".into()),
                ("outer".into(), "g".into()),
                ("outer".into(), "r".into()),
                ("q".into(), "005000000000001AAA".into()),
            ],
            account_owner: HashMap::new(),
        }
    }

    fn check(user: &str, users: &[&str], groups: &[&str]) {
        let audience = membership().audience(UserId::parse(user).unwrap());
        assert_eq!(
            (&*audience.users, &*audience.groups),
            (&*users.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>(), &*groups.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>())
        );
    }

    #[test]
    fn a_user_counts_as_everybody_below_and_as_their_groups() {
        check("005000000000003AAA", &["005000000000003AAA"], &["g", "outer"]);
        check("005000000000002AAA", &["005000000000002AAA"], &["outer", "r"]);
        check("005000000000001AAA", &["005000000000001AAA", "005000000000002AAA"], &["outer", "q", "r"]);
    }
}
