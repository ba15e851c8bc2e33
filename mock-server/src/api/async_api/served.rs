//! How a row of this family is served: the session of the header admitted, the work done off the threads that serve requests.

use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode, header};
use percent_encoding::percent_decode_str;

use super::error::{AsyncError, session_header};
use super::spelling::Spelling;
use crate::api::stream::{Pieces, respond};
use crate::api::version::{NEWEST, OLDEST};
use crate::app::{App, Caller, NotAdmitted, Purpose};
use crate::id::{BatchId, JobId};
use crate::jobs::{Api, Batch, Job, JobError, Jobs};
use crate::journal::Facts;
use crate::oauth::Door;
use crate::org::Site;
use crate::schema::Schema;

/// What answers a call.
pub type Handle = fn(&Call) -> Result<Reply, AsyncError>;

/// A successful answer: status, media type, and the body in pieces.
pub struct Reply {
    pub status: StatusCode,
    pub media_type: &'static str,
    pub pieces: Pieces,
}

impl Reply {
    pub fn whole(status: StatusCode, media_type: &'static str, body: Vec<u8>) -> Self {
        let mut body = Some(body);
        Self { status, media_type, pieces: Box::new(move || Ok(body.take())) }
    }
}

/// One admitted call.
pub struct Call {
    pub app: App,
    pub caller: Caller,
    /// `67` of `67.0`
    pub version: u16,
    pub parts: Parts,
    pub body: Bytes,
    template: &'static str,
}

type Answering = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// Makes the axum handler of a row.
pub fn serve(template: &'static str, handle: Handle) -> impl Fn(State<App>, Request) -> Answering + Clone + Send + Sync + 'static {
    move |State(app): State<App>, request: Request| Box::pin(answer(app, request, template, handle))
}

async fn answer(app: App, request: Request, template: &'static str, handle: Handle) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let spelling = Spelling::of(&parts.headers).unwrap_or(Spelling::Xml);
    let Ok(site) = Site::from_request_parts(&mut parts, &app).await;
    let Ok(facts) = Facts::from_request_parts(&mut parts, &app).await;
    // The server has read the body within the family's limit already.
    let Ok(body) = to_bytes(body, usize::MAX).await else { return AsyncError::InvalidUrl.answer(spelling) };
    let (caller, version) = match admit(&parts, &app, &site, &facts) {
        Ok(admitted) => admitted,
        Err(error) => return error.answer(spelling),
    };
    let call = Call { app, caller, version, parts, body, template };
    let worked = tokio::task::spawn_blocking(move || call.answered(handle)).await;
    worked.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

/// Who calls, before under which version.
fn admit(parts: &Parts, app: &App, site: &Site, facts: &Facts) -> Result<(Caller, u16), AsyncError> {
    let (caller, _) = app.admit_to_api(session_header(&parts.headers), site, facts, (Door::Bulk, Purpose::Data))?;
    let segment = parts.uri.path().split('/').nth(3).unwrap_or_default();
    let number = segment.strip_suffix(".0").and_then(|number| number.parse().ok()).filter(|number| (OLDEST..=NEWEST).contains(number));
    Ok((caller, number.ok_or_else(|| AsyncError::InvalidVersion(segment.to_owned()))?))
}

impl From<NotAdmitted> for AsyncError {
    fn from(reason: NotAdmitted) -> Self {
        match reason {
            NotAdmitted::NoToken => Self::NoSessionHeader,
            // GUESS: this API has no words for an expired password; such a session is as good as none.
            NotAdmitted::NoSession
            | NotAdmitted::ForeignIssuer
            | NotAdmitted::UrlNotReset
            | NotAdmitted::WrongKind
            | NotAdmitted::NotAllowlisted
            | NotAdmitted::LacksScope(_)
            | NotAdmitted::PasswordExpired => Self::InvalidSession,
            NotAdmitted::OrgWithoutApi | NotAdmitted::UserWithoutApi => Self::NotEnabled,
            NotAdmitted::LimitUsedUp => Self::ExceededQuota,
            NotAdmitted::Store(error) => error.into(),
        }
    }
}

impl Call {
    fn answered(&self, handle: Handle) -> Response<Body> {
        let spelling = Spelling::of(&self.parts.headers);
        let refused = |error: AsyncError| error.answer(spelling.unwrap_or_else(|| self.spelling_of_job()));
        let reply = match handle(self) {
            Ok(reply) => reply,
            Err(error) => return refused(error),
        };
        match respond(reply.pieces) {
            Ok(body) => {
                let mut response = Response::new(body);
                *response.status_mut() = reply.status;
                response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.media_type));
                response
            }
            Err(error) => refused(error.into()),
        }
    }

    /// The spelling of a refusal about the job of the address.
    fn spelling_of_job(&self) -> Spelling {
        let job = self.caller.org.read(|tx| self.job(tx));
        job.map_or(Spelling::Xml, |job| Spelling::for_job(&self.parts.headers, &job))
    }

    /// The decoded part of the path that stands for `{name}`.
    pub fn segment(&self, name: &str) -> Cow<'_, str> {
        let wanted = format!("{{{name}}}");
        let place = self.template.split('/').position(|segment| segment == wanted);
        let segment = place.and_then(|place| self.parts.uri.path().split('/').nth(place)).unwrap_or_default();
        percent_decode_str(segment).decode_utf8_lossy()
    }

    pub fn schema(&self) -> Result<Arc<Schema>, AsyncError> {
        Ok(self.caller.org.schema()?)
    }

    /// The schema, inside a transaction.
    pub fn schema_within(&self, tx: &crate::app::Tx<'_>) -> Result<Arc<Schema>, AsyncError> {
        Ok(self.caller.org.schema_within(tx)?)
    }

    /// How long a batch takes here by the virtual clock.
    pub fn delay(&self) -> Duration {
        Duration::from_secs(self.caller.org.switches().bulk_job_seconds.into())
    }

    /// The job of the address.
    ///
    /// # Errors
    /// `UnknownJob`; `NotTheirs` for another user's.
    pub fn job(&self, db: &dyn Jobs) -> Result<Job, AsyncError> {
        let named = self.segment("job");
        let unknown = || JobError::UnknownJob(named.to_string());
        let id = JobId::parse(&named).map_err(|_| unknown())?;
        let job = db.job(id)?.filter(|job| job.api == Api::Classic && !job.is_expired(self.app.now())).ok_or_else(unknown)?;
        if job.is_open_to(&self.caller.user) { Ok(job) } else { Err(JobError::NotTheirs.into()) }
    }

    /// The job and the batch of the address.
    ///
    /// # Errors
    /// As `job`; `UnknownBatch`.
    pub fn batch(&self, db: &dyn Jobs) -> Result<(Job, Batch), AsyncError> {
        let job = self.job(db)?;
        let named = self.segment("batch");
        let unknown = || JobError::UnknownBatch(named.to_string());
        let id = BatchId::parse(&named).map_err(|_| unknown())?;
        let batch = db.batch(id)?.filter(|batch| batch.job == job.id).ok_or_else(unknown)?;
        Ok((job, batch))
    }
}
