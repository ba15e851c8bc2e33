//! The app menu of an org: in which order users see the apps, and which of them the App Launcher shows.
//!
//! GUESS: an app without a start URL is listed in the menu, but no launcher shows it: there would be nothing to open.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::app::{AppDefinition, OrgApp};
use super::standing::is_permitted;
use crate::id::{AppId, RecordId};
use crate::org::User;
use crate::storage::StoreError;

/// What this room needs of an org's database for its menu.
pub trait AppMenus {
    /// The standard apps and the org's own and installed ones, in the order that users see.
    fn menu_items(&self) -> Result<Vec<MenuItem>, StoreError>;
    fn put_arrangement(&self, arrangement: &Arrangement) -> Result<(), StoreError>;
}

/// One app as the menu has it; the `AppMenuItem` of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuItem {
    /// `0DS…`
    pub id: RecordId,
    pub label: String,
    pub kind: MenuKind,
    /// `None` for standard apps.
    pub app: Option<AppId>,
    /// A path of the org for standard apps.
    pub start_url: Option<String>,
    pub mobile_start_url: Option<String>,
    /// Visible in App Launcher.
    pub visible: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MenuKind {
    /// A standard app: some tabs.
    TabSet,
    ConnectedApp,
    ExternalClientApp,
}

/// What an admin decided about the menu.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrangement {
    /// Items that are not named come last, by label.
    pub order: Vec<RecordId>,
    /// Hidden in App Launcher.
    pub hidden: BTreeSet<RecordId>,
}

/// An admin's act on one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MenuTurn {
    Up,
    Down,
    Show,
    Hide,
}

impl Arrangement {
    /// What holds after the act; `None` if the menu has no such item. At either end of the menu an item stays where it is.
    pub fn after(items: &[MenuItem], item: RecordId, turn: MenuTurn) -> Option<Self> {
        let place = items.iter().position(|known| known.id == item)?;
        let mut next = Self {
            order: items.iter().map(|known| known.id).collect(),
            hidden: items.iter().filter(|known| !known.visible).map(|known| known.id).collect(),
        };
        match turn {
            MenuTurn::Up if place > 0 => next.order.swap(place, place - 1),
            MenuTurn::Down if place + 1 < items.len() => next.order.swap(place, place + 1),
            MenuTurn::Up | MenuTurn::Down => {}
            MenuTurn::Show => drop(next.hidden.remove(&item)),
            MenuTurn::Hide => drop(next.hidden.insert(item)),
        }
        Some(next)
    }
}

/// Whether the App Launcher shows the item to the user; `app` is what runs behind it, nothing for a standard app.
pub fn is_launched(item: &MenuItem, app: Option<(&AppDefinition, &OrgApp)>, user: &User) -> bool {
    let admits = |(app, row): (&AppDefinition, &OrgApp)| !row.blocked && is_permitted(user, app, row);
    item.visible && item.start_url.is_some() && (item.app.is_none() || app.is_some_and(admits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items() -> Vec<MenuItem> {
        let item = |number: u32, label: &str, visible| MenuItem {
            id: RecordId::numbered("0DS", 1, number),
            label: label.to_owned(),
            kind: MenuKind::TabSet,
            app: None,
            start_url: None,
            mobile_start_url: None,
            visible,
        };
        vec![item(1, "Sales", true), item(2, "Service", false), item(3, "Reports", true)]
    }

    #[track_caller]
    fn check(number: u32, turn: MenuTurn, order: [u32; 3], hidden: &[u32]) {
        let id = |number: &u32| RecordId::numbered("0DS", 1, *number);
        let after = Arrangement::after(&items(), id(&number), turn).unwrap();
        assert_eq!((after.order, after.hidden), (order.iter().map(id).collect(), hidden.iter().map(id).collect()));
    }

    #[test]
    fn items_change_places_and_stay_at_the_ends() {
        check(2, MenuTurn::Up, [2, 1, 3], &[2]);
        check(2, MenuTurn::Down, [1, 3, 2], &[2]);
        check(1, MenuTurn::Up, [1, 2, 3], &[2]);
        check(3, MenuTurn::Down, [1, 2, 3], &[2]);
    }

    #[test]
    fn items_are_hidden_and_shown() {
        check(1, MenuTurn::Hide, [1, 2, 3], &[1, 2]);
        check(2, MenuTurn::Show, [1, 2, 3], &[]);
        check(3, MenuTurn::Show, [1, 2, 3], &[2]);
    }

    #[test]
    fn an_item_that_the_menu_has_not_is_none() {
        assert_eq!(Arrangement::after(&items(), RecordId::numbered("0DS", 1, 9), MenuTurn::Up), None);
    }
}
