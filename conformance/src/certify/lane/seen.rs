//! What a lane has seen of its integration: the journal, from where it counts.

use url::Url;

use super::Lane;
use crate::client::Request;
use crate::evidence::{Chains, Exchange};
use crate::failure::{OrFail, Outcome};

impl Lane {
    /// Everything the integration sent, oldest first; notes of held requests are left out.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn exchanges(&mut self) -> Outcome<Vec<Exchange>> {
        let journal = self.journal()?;
        journal.read().await?;
        Ok(journal.entries().iter().filter(|exchange| !exchange.is_held_note()).cloned().collect())
    }

    /// What it sent since requests count.
    ///
    /// # Errors
    /// As [`exchanges`](Self::exchanges).
    pub async fn counted(&mut self) -> Outcome<Vec<Exchange>> {
        let mark = self.mark;
        Ok(self.exchanges().await?.into_iter().filter(|exchange| exchange.seq() > mark).collect())
    }

    /// What it sent since the last act began.
    ///
    /// # Errors
    /// As [`exchanges`](Self::exchanges).
    pub async fn consequences(&mut self) -> Outcome<Vec<Exchange>> {
        let act = self.act;
        Ok(self.exchanges().await?.into_iter().filter(|exchange| exchange.seq() > act).collect())
    }

    /// The chains of refresh tokens, with the times of all answers known.
    ///
    /// # Errors
    /// As [`exchanges`](Self::exchanges).
    pub async fn chains(&mut self) -> Outcome<Chains> {
        self.journal()?.complete().await?;
        Ok(Chains::read(&self.exchanges().await?))
    }

    /// Sequence number of the newest entry, whoever it is of.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn newest(&mut self) -> Outcome<u64> {
        let journal = self.journal()?;
        journal.read().await?;
        Ok(journal.newest())
    }

    /// What the lane's users sent after a sequence number.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn visits_after(&mut self, seq: u64) -> Outcome<Vec<Exchange>> {
        let journal = self.journal()?;
        journal.read().await?;
        Ok(journal.visits().iter().filter(|visit| visit.seq() > seq).cloned().collect())
    }

    /// The fingerprint that the journal gives a value the harness knows.
    ///
    /// # Errors
    /// When the server cannot be asked.
    pub async fn fingerprint_of(&mut self, value: &str) -> Outcome<String> {
        // Whatever stands under the name of a secret is taken down as its fingerprint, on any route.
        let before = self.newest().await?;
        let mut url = Url::parse(&format!("{}/services/oauth2/userinfo", self.surroundings.login_url))?;
        url.query_pairs_mut().append_pair("code", value);
        self.http()?.send(Request::get(url)).await?;
        let visits = self.visits_after(before).await?;
        visits.iter().find_map(|visit| visit.fingerprint("code")).map(str::to_owned).or_fail(|| "the journal gave no fingerprint")
    }

    /// Lets requests count from here.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn count_from_here(&mut self) -> Outcome {
        let journal = self.journal()?;
        journal.read().await?;
        self.mark = journal.newest();
        Ok(())
    }

    /// Waits until nothing further is expected of the integration. After a single process that has ended, nothing is.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn quiet(&mut self) -> Outcome {
        if self.settled == Some(self.acts) {
            return Ok(());
        }
        let (act, ended) = (self.act, self.driver.as_ref().is_some_and(|driver| driver.is_quiet_at_once()));
        let journal = self.journal()?;
        if ended {
            journal.read().await?;
        } else {
            journal.quiet(act).await?;
        }
        self.settled = Some(self.acts);
        Ok(())
    }
}
