//! The app menu of an org: what an admin arranges, and what each user finds in the App Launcher.

use super::{App, LiveOrg};
use crate::apps::{AppMenus, Arrangement, Installs, MenuItem, MenuTurn, is_launched};
use crate::id::RecordId;
use crate::org::audit::section;
use crate::org::{Actor, AuditTrail, User};
use crate::storage::StoreError;
use crate::store::Tx;

impl App {
    /// Moves, shows or hides an item. Whether the menu has it.
    pub fn arrange_menu(&self, org: &LiveOrg, item: RecordId, turn: MenuTurn, actor: Actor) -> Result<bool, StoreError> {
        org.write(|tx| {
            let items = tx.menu_items()?;
            let (Some(next), Some(known)) = (Arrangement::after(&items, item, turn), items.iter().find(|known| known.id == item)) else {
                return Ok(false);
            };
            tx.put_arrangement(&next)?;
            // GUESS: codes and sentences.
            let display = match turn {
                MenuTurn::Up => format!("Moved {} up in the App Menu", known.label),
                MenuTurn::Down => format!("Moved {} down in the App Menu", known.label),
                MenuTurn::Show => format!("Made {} visible in App Launcher", known.label),
                MenuTurn::Hide => format!("Hid {} in App Launcher", known.label),
            };
            tx.audit(actor, section::APP_MENU, "changedAppMenu", &display)?;
            Ok(true)
        })
    }

    /// What the App Launcher shows the user, in the order of the menu.
    pub fn launcher(&self, tx: &Tx<'_>, user: &User) -> Result<Vec<MenuItem>, StoreError> {
        let registry = self.registry();
        let mut shown = Vec::new();
        for item in tx.menu_items()? {
            let app = item.app.and_then(|id| registry.app(id));
            let row = item.app.map(|id| tx.org_app(id)).transpose()?.flatten();
            if is_launched(&item, app.as_deref().zip(row.as_ref()), user) {
                shown.push(item);
            }
        }
        Ok(shown)
    }
}
