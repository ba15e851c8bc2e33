//! How a row of this family is served: the caller admitted, the work done off the threads that serve requests.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Response, header};

use super::answer::Reply;
use super::rest::{Answer, Bearer, Format, Parameters, RestError, Segments};
use crate::app::{App, Tx};
use crate::id::JobId;
use crate::jobs::{Api, Job, JobError, Jobs};
use crate::journal::Facts;
use crate::org::Site;
use crate::schema::Schema;

/// What answers a call.
pub type Handle = fn(&Call) -> Result<Reply, RestError>;

/// One admitted call.
pub struct Call {
    pub app: App,
    pub bearer: Bearer,
    pub parts: Parts,
    pub body: Bytes,
    template: &'static str,
}

/// Makes the axum handler of a row.
pub fn serve(
    template: &'static str,
    handle: Handle,
) -> impl Fn(State<App>, Request) -> std::pin::Pin<Box<dyn Future<Output = Response<Body>> + Send>> + Clone + Send + Sync + 'static {
    move |State(app): State<App>, request: Request| Box::pin(answer(app, request, template, handle))
}

async fn answer(app: App, request: Request, template: &'static str, handle: Handle) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    // JSON and CSV are all there is here, whatever `Accept` says: clients name CSV even where JSON is the answer.
    parts.headers.remove(header::ACCEPT);
    let format = Format::of(&parts.headers);
    let Ok(site) = Site::from_request_parts(&mut parts, &app).await;
    let Ok(facts) = Facts::from_request_parts(&mut parts, &app).await;
    // The server has read the body within the family's limit already.
    let Ok(body) = to_bytes(body, usize::MAX).await else { return format.refuse(&RestError::BodyUnreadable) };
    let bearer = match Bearer::admit(&parts, &app, &site, &facts) {
        Ok(bearer) => bearer,
        Err(error) => return format.refuse(&error),
    };
    let call = Call { app, bearer, parts, body, template };
    let worked = tokio::task::spawn_blocking(move || call.answered(format, handle)).await;
    worked.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
}

impl Call {
    fn answered(&self, format: Format, handle: Handle) -> Response<Body> {
        let answer = match handle(self) {
            Ok(Reply::Json(status, json)) => Ok(Answer::json(json, "jobInfo").status(status)),
            Ok(Reply::Empty(status)) => Ok(Answer::empty(status)),
            Ok(Reply::Csv(csv)) => match csv.respond() {
                Ok(response) => return self.bearer.mark(response),
                Err(error) => Err(error.into()),
            },
            Err(error) => Err(error),
        };
        self.bearer.reply(format, answer)
    }

    pub fn segment(&self, name: &str) -> Cow<'_, str> {
        Segments::of(self.template, self.parts.uri.path()).get(name)
    }

    pub fn parameter(&self, name: &str) -> Option<String> {
        Parameters::of(self.parts.uri.query()).get(name)
    }

    /// The org's objects, as the open transaction sees them.
    pub fn schema(&self, tx: &Tx<'_>) -> Result<Arc<Schema>, RestError> {
        Ok(self.bearer.caller.org.schema_within(tx)?)
    }

    /// How long a job takes here by the virtual clock.
    pub fn delay(&self) -> Duration {
        Duration::from_secs(self.bearer.caller.org.switches().bulk_job_seconds.into())
    }

    /// The job of the address.
    ///
    /// # Errors
    /// `NotFound` for a job that is none of this API's, too old, or another user's whose jobs this one may not see.
    pub fn job(&self, db: &dyn Jobs, api: Api) -> Result<Job, RestError> {
        let id = JobId::parse(&self.segment("job")).map_err(|_| RestError::NotFound)?;
        let job = db.job(id)?.filter(|job| job.api == api && !job.is_expired(self.app.now()) && self.may_see(job));
        job.ok_or(RestError::NotFound)
    }

    pub fn may_see(&self, job: &Job) -> bool {
        job.is_open_to(&self.bearer.caller.user)
    }

    /// Begins the work of a job whose data are complete.
    pub fn begin(&self, job: &Job) {
        self.app.begin_work(&self.bearer.caller.org, job.id.record());
    }

    /// The JSON of a body.
    ///
    /// # Errors
    /// What `JSON_PARSER_ERROR` says of it.
    pub fn json(&self) -> Result<serde_json::Map<String, serde_json::Value>, RestError> {
        super::shape::object(&self.body)
    }
}

impl From<JobError> for RestError {
    fn from(error: JobError) -> Self {
        match error {
            JobError::UnknownJob(_) | JobError::NotTheirs => Self::NotFound,
            other => Self::Job(other),
        }
    }
}
