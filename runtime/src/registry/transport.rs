//! Transports: the bytes of a connection, plain or by TLS.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use socket2::SockRef;

/// The largest number of bytes that are read behind a refused request before the connection is reset.
const DRAINED: usize = 1024 * 1024;
/// The longest time for reading these bytes.
const DRAINS: Duration = Duration::from_millis(500);

/// The connection of one client.
#[derive(Debug)]
pub(crate) struct Transport {
    stream: Stream,
    /// The current timeout of reads.
    timeout: Option<Duration>,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    #[cfg(feature = "tls")]
    Tls(Box<rustls::StreamOwned<rustls::ServerConnection, TcpStream>>),
}

impl Transport {
    pub(crate) fn plain(stream: TcpStream) -> Self {
        Self { stream: Stream::Plain(stream), timeout: None }
    }

    #[cfg(feature = "tls")]
    pub(crate) fn tls(stream: TcpStream, connection: rustls::ServerConnection) -> Self {
        let stream = Stream::Tls(Box::new(rustls::StreamOwned::new(connection, stream)));
        Self { stream, timeout: None }
    }

    /// Reads within a timeout.
    pub(crate) fn read_within(&mut self, buffer: &mut [u8], timeout: Duration) -> io::Result<usize> {
        if self.timeout != Some(timeout) {
            // A timeout of 0 would be an error.
            self.tcp().set_read_timeout(Some(timeout.max(Duration::from_millis(1))))?;
            self.timeout = Some(timeout);
        }
        loop {
            match self.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    /// Lets the connection be reset when it is dropped.
    pub(crate) fn reset(&self) {
        // If the system refuses this, the connection is closed instead of reset.
        let _ = SockRef::from(self.tcp()).set_linger(Some(Duration::ZERO));
    }

    /// Ends the connection so that the client can read everything that was sent to it. Otherwise, bytes that the client still
    /// sends would reset the connection, and the rest of the answer would be lost.
    pub(crate) fn close(&mut self) {
        let _ = self.flush();
        #[cfg(feature = "tls")]
        if let Stream::Tls(stream) = &mut self.stream {
            stream.conn.send_close_notify();
            let _ = stream.conn.write_tls(&mut stream.sock);
        }
        if self.tcp().shutdown(Shutdown::Write).is_err() {
            return;
        }
        let (start, mut drained, mut buffer) = (Instant::now(), 0, [0; 8 * 1024]);
        while drained < DRAINED {
            let rest = DRAINS.saturating_sub(start.elapsed());
            let _ = self.tcp().set_read_timeout(Some(rest.max(Duration::from_millis(1))));
            match self.tcp().read(&mut buffer) {
                Ok(read) if read > 0 && !rest.is_zero() => drained += read,
                _ => break,
            }
        }
    }

    fn tcp(&self) -> &TcpStream {
        match &self.stream {
            Stream::Plain(stream) => stream,
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => &stream.sock,
        }
    }
}

impl Read for Transport {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.read(buffer),
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Transport {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.write(bytes),
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.flush(),
            #[cfg(feature = "tls")]
            Stream::Tls(stream) => stream.flush(),
        }
    }
}
