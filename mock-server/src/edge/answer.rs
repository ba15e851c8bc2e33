//! The body of an answer on its way out.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderValue, Response, StatusCode, header};
use hyper::body::{Frame, SizeHint};

use super::{Severed, UntilSent};

/// A body, and what is to be dropped once it has been handed to the connection.
pub struct Answer {
    frames: Frames,
    until_sent: Option<UntilSent>,
}

enum Frames {
    Whole(Bytes),
    Stream(Body),
    /// The first part of a body of `length` bytes, then the connection breaks.
    Torn {
        part: Bytes,
        length: u64,
        flushed: bool,
    },
}

impl Answer {
    pub fn whole(bytes: Bytes) -> Self {
        Self { frames: Frames::Whole(bytes), until_sent: None }
    }

    pub fn stream(body: Body) -> Self {
        Self { frames: Frames::Stream(body), until_sent: None }
    }

    /// Half of the body, then a broken connection.
    pub fn torn(bytes: &Bytes) -> Self {
        let part = bytes.slice(..bytes.len() / 2);
        Self { frames: Frames::Torn { part, length: bytes.len() as u64, flushed: false }, until_sent: None }
    }

    /// Keeps the guard until the answer has been handed to the connection, or given up.
    pub fn keeping(mut self, guard: UntilSent) -> Self {
        self.until_sent = Some(guard);
        self
    }
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match &mut self.frames {
            Frames::Whole(bytes) if bytes.is_empty() => Poll::Ready(None),
            Frames::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Frames::Stream(body) => Pin::new(body).poll_frame(context),
            Frames::Torn { part, .. } if !part.is_empty() => Poll::Ready(Some(Ok(Frame::data(std::mem::take(part))))),
            Frames::Torn { flushed, .. } if !*flushed => {
                // One turn for the connection to write what it has, before the error makes it drop everything.
                *flushed = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Frames::Torn { .. } => Poll::Ready(Some(Err(axum::Error::new(Severed)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.frames {
            Frames::Whole(bytes) => bytes.is_empty(),
            Frames::Stream(body) => body.is_end_stream(),
            Frames::Torn { .. } => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.frames {
            Frames::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Frames::Stream(body) => body.size_hint(),
            Frames::Torn { length, .. } => SizeHint::with_exact(*length),
        }
    }
}

/// A bare answer of one line, for requests that belong to no family.
pub fn text(status: StatusCode, line: impl Into<String>) -> Response<Answer> {
    let mut answer = Response::new(Answer::whole((line.into() + "\n").into()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}
