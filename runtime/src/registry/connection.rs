//! A connection: one request after another, until the client or the registry ends it.

use std::io::{self, Read};
use std::time::Duration;

use super::answer::{Answer, ErrorCode};
use super::endpoint::RequestTarget;
use super::input::{IDLE, Input, Next, RequestBody};
use super::log::End;
use super::sender::Sender;
use super::service::Service;
use super::transport::Transport;

/// Answers all requests of a connection, and returns it to be closed.
pub(crate) fn serve(
    service: &Service,
    transport: Transport,
    at_other_origin: bool,
    is_crowded: bool,
) -> Transport {
    let mut input = Input::new(transport);
    let mut buffer = Vec::new();
    // If many clients are connected, silent connections are closed sooner.
    let idle = if is_crowded { Duration::from_secs(1) } else { IDLE };
    loop {
        let head = match input.next_head(idle) {
            Next::Head(head) => head,
            Next::Refused((status, message)) => {
                let answer = Answer::error_with(status, ErrorCode::Unsupported, message).closing();
                let transport = &mut input.transport;
                Sender { transport, stop: &service.stop, buffer: &mut buffer }.send(answer, false, None);
                input.transport.close();
                return input.transport;
            }
            Next::Nothing => return input.transport,
        };
        let target = RequestTarget::of(&head.path);
        let number = service.log.enter(&head);
        let (is_head, keeps_alive) = (head.method == "HEAD", head.keeps_alive());
        let mut body = Counted { body: input.body(&head), bytes: 0 };
        let (mut answer, fault) = service.answer(&head, target.as_ref(), &mut body, at_other_origin);
        body.body.finish();
        let received = body.bytes;
        // If the connection stayed open, the rest of the body would be taken for the next request.
        answer.closes |= !keeps_alive || !body.body.is_spent() || service.stop.is_stopped();
        let transport = &mut input.transport;
        let sent = Sender { transport, stop: &service.stop, buffer: &mut buffer }.send(
            answer,
            is_head,
            fault.as_deref(),
        );
        service.log.complete(number, sent, received);
        if !sent.keeps {
            if sent.end != End::Reset {
                input.transport.close();
            }
            return input.transport;
        }
    }
}

/// Counts the received bytes.
struct Counted<'i> {
    body: RequestBody<'i>,
    bytes: u64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.body.read(buffer)?;
        self.bytes += read as u64;
        Ok(read)
    }
}
